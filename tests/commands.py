"""The command line as people meet it: words in, exit code, standard output and error out."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest


@dataclass(frozen=True, slots=True)
class Done:
    """How a command ended."""

    code: int
    out: str
    err: str


def in_process(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Done]:
    """Return what runs a command through the real door, without the second it takes to start."""

    def run(*words: str | Path) -> Done:
        monkeypatch.setattr(sys, "argv", ["yigang", *map(str, words)])
        before = logging.getLogger().handlers[:]
        code: object = 0
        try:
            main()
        except SystemExit as ended:
            code = ended.code
        finally:
            _close_log(before)
        told = capfd.readouterr()
        return Done(code if isinstance(code, int) else -1, told.out, told.err)

    return run


def _close_log(before: list[logging.Handler]) -> None:
    root = logging.getLogger()
    for handler in root.handlers[:]:
        root.removeHandler(handler)
        handler.close()
    root.handlers[:] = before
    root.setLevel(logging.WARNING)


def command(*words: str | Path) -> list[str]:
    """Return a command line of its own process."""
    return [sys.executable, "-m", "pipeline", *map(str, words)]


def in_own_process(*words: str | Path, cwd: Path | None = None, **env: str) -> Done:
    """Run a command as a process of its own."""
    done = subprocess.run(
        command(*words), cwd=cwd, env=os.environ | env, capture_output=True, check=False
    )
    return Done(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))


def tree(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder with its content; folders with a slash behind."""
    return {
        f"{path.relative_to(folder).as_posix()}{'/' if path.is_dir() else ''}": (
            b"" if path.is_dir() else path.read_bytes()
        )
        for path in sorted(folder.rglob("*"))
    }
