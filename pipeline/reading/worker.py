"""What runs inside a reading process: files in, JSON out, and a memory limit around it."""

from __future__ import annotations

import logging
import os
import stat
import sys
import threading
import time
from typing import TYPE_CHECKING

from pebble import CONSTS

from pipeline.model import Archive, Unreadable
from pipeline.reading.archive import is_archive, unpack
from pipeline.reading.codec import encode
from pipeline.reading.guard import inspect
from pipeline.reading.limits import Limits, Refusal
from pipeline.workbook.reader import read

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pipeline.reading.codec import Outcome

_log = logging.getLogger(__name__)

# A chunk is answered as far as it came when it takes longer than an ordinary one ever does.
_CHUNK_SECONDS = 0.5
_POLL_SECONDS = 0.2
_OUT_OF_MEMORY = 77
# What the guard of workbooks says of a zip of files; two names may differ only in their case.
_MAY_BE_ARCHIVE = ("NOT_WORKBOOK", "DAMAGED")
# A worker killed in the middle of an answer holds the channel: nobody waits a minute for it, the
# process that asks no more than the other workers, which load this module too.
CONSTS.channel_lock_timeout = 3


def read_chunk(paths: Sequence[Path], limits: Limits) -> list[bytes]:
    """Return the answers for the first of these files, at least one of them, in order.

    It stops early where the answers grow large or the files turn out slow; the rest is asked
    for again, so that one file never holds up many.
    """
    answers: list[bytes] = []
    started, size = time.monotonic(), 0
    for path in paths:
        answers.append(answer(path, limits))
        size += len(answers[-1])
        if size > limits.answer or time.monotonic() - started > _CHUNK_SECONDS:
            break
    return answers


def answer(path: Path, limits: Limits) -> bytes:
    """Return what one file holds, or why it cannot be read, as JSON of a limited size."""
    encoded = encode(_outcome(path, limits))
    if len(encoded) > limits.answer:
        return encode(Unreadable("TOO_BIG"))
    return encoded


def limit_memory(memory: int) -> None:
    """Bound this process: more than `memory` bytes end the file, at worst the process.

    It has no log of its own, and what it would print is for nobody who reads the screen.
    """
    logging.getLogger().addHandler(logging.NullHandler())
    # What calamine says when it panics or finds no memory goes past Python.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    if sys.platform == "linux":
        import resource  # noqa: PLC0415 - there is no such module on Windows

        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    else:
        threading.Thread(target=watch_memory, args=(memory,), daemon=True).start()


def watch_memory(memory: int) -> None:
    """End this process as soon as it holds more than `memory` bytes; looks five times a second.

    For systems without RLIMIT_AS. It runs beside the reader, which lets go of the lock.
    """
    import psutil  # noqa: PLC0415 - 45 ms that no worker on Linux needs

    this = psutil.Process()
    while this.memory_info().rss <= memory:
        time.sleep(_POLL_SECONDS)
    os._exit(_OUT_OF_MEMORY)


def _outcome(path: Path, limits: Limits) -> Outcome:
    """Read one file; the door at which everything a reader may throw becomes a reason."""
    try:
        return _reading(path, limits)
    except Refusal as refusal:
        return Unreadable(refusal.reason)
    except MemoryError:
        return Unreadable("TOO_BIG")
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # noqa: BLE001 - calamine's PanicException is no Exception
        _log.warning("%s DAMAGED %s", path.name[:8], type(error).__name__)
        return Unreadable("DAMAGED")


def _reading(path: Path, limits: Limits) -> Outcome:
    """Read a workbook, or list a zip of files: only what is no package of a program is one."""
    data = _read_bytes(path, limits)
    try:
        inspection = inspect(data, limits)
    except Refusal as refusal:
        if refusal.reason in _MAY_BE_ARCHIVE and is_archive(data):
            return Archive(tuple(member.path for member in unpack(data, limits)))
        raise
    return read(data, inspection)


def _read_bytes(path: Path, limits: Limits) -> bytes:
    try:
        found = path.lstat()
        if not stat.S_ISREG(found.st_mode):
            raise Refusal(reason="NOT_FILE")
        if found.st_size > limits.file:
            raise Refusal(reason="TOO_BIG")
        return path.read_bytes()
    except OSError as error:
        raise Refusal(reason="NO_ACCESS") from error
