"""Locks between processes. The system frees them when their holder dies, even by kill -9."""

from __future__ import annotations

import json
import os
import socket
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import psutil
from filelock import FileLock, Timeout

from pipeline import clock
from pipeline.errors import BusyError
from pipeline.files import operations

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_PRIVATE = 0o600


class Locks:
    """The locks of one archive, each re-entrant within this object."""

    def __init__(self, folder: Path, now: clock.Clock) -> None:
        self._folder = folder
        self._now = now
        self._locks: dict[str, FileLock] = {}

    @contextmanager
    def held(
        self, name: str, doing: str, *, timeout: float = 0, noted: bool = True
    ) -> Iterator[None]:
        """Hold the lock `name`.

        doing: what its holder is at, in Chinese, for whoever finds it taken.
        timeout: seconds to wait for the present holder.
        noted: whether others can learn who holds it; not worth two flushes for a moment's lock.

        Raises:
            BusyError: naming host, process and since when.
            StorageError: the disk refuses.
        """
        lock = self._locks.get(name) or self._make(name)
        try:
            lock.acquire(timeout=timeout)
        except Timeout as error:
            taken = f"{doing}正在进行（{self._holder(name)}）。请稍候，或先停止它。"
            raise BusyError(taken) from error
        except OSError as error:
            raise operations.storage_error(error, self._folder) from error
        try:
            if noted and lock.lock_counter == 1:
                self._write_note(name)
            yield
        finally:
            if noted and lock.lock_counter == 1:
                self._remove_note(name)
            lock.release()

    def holder(self, name: str) -> str | None:
        """Return who holds a lock on this machine, as told to the operator; None where nobody does.

        Only the note is read: asking the lock itself could turn away who is just taking it.
        """
        try:
            note = json.loads(operations.read_bytes(self._note(name)))
            if note["host"] != socket.gethostname() or not psutil.pid_exists(note["pid"]):
                return None
        except (OSError, ValueError, KeyError):
            return None
        return self._holder(name)

    def _make(self, name: str) -> FileLock:
        operations.make_folder(self._folder, private=True)
        path = self._folder / f"{name}.lock"
        lock = FileLock(path, mode=_PRIVATE, fallback_to_soft=False, preserve_lock_file=True)
        return self._locks.setdefault(name, lock)

    def _note(self, name: str) -> Path:
        """Return the file beside the lock: Windows lets nobody read a locked file."""
        return self._folder / f"{name}.json"

    def _write_note(self, name: str) -> None:
        note = {
            "host": socket.gethostname(),
            "pid": os.getpid(),
            "since": clock.shown(self._now()),
        }
        operations.write_new(
            self._note(name), json.dumps(note, ensure_ascii=False).encode(), private=True
        )

    def _remove_note(self, name: str) -> None:
        with suppress(OSError):  # a note that stays is seen through: its process is gone
            self._note(name).unlink()

    def _holder(self, name: str) -> str:
        try:
            note = json.loads(operations.read_bytes(self._note(name)))
            return f"主机{note['host']}，进程{note['pid']}，{note['since']}起"
        except (OSError, ValueError, KeyError):
            return "由另一个进程"
