"""What a piece of work costs: processor time of all processes, and time on the wall."""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. bound: the ratio to reach; control: the peer against itself."""

    title: str
    ratio: float
    bound: float
    control: float


def cpu_of(work: Callable[[], object]) -> float:
    """Return the processor seconds of `work`, those of the processes it uses included."""
    before = _cpu()
    work()
    return _cpu() - before


def _cpu() -> float:
    """Return the processor time so far of this process and all below it, ended ones too."""
    this = psutil.Process()
    total = 0.0
    for process in (this, *this.children(recursive=True)):
        try:
            total += sum(process.cpu_times()[:4])  # user, system, and both of ended children
        except psutil.NoSuchProcess:
            continue
    return total


def wall_of(code: str, *words: str) -> float:
    """Return the seconds a fresh Python takes for `code`."""
    begun = time.perf_counter()
    subprocess.run([sys.executable, "-c", code, *words], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begun
