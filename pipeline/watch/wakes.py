"""Wakes: events of the file system are hints to look sooner, and all of them may be lost.

An observer is silent about its own end: where the watched folder is deleted, and may return, it
lives on with dead emitters; where the folder is renamed, it goes on watching that one.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from watchdog.events import (
    DirCreatedEvent,
    DirMovedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer
from watchdog.observers.polling import PollingObserver

from pipeline.errors import ConfigError, StorageError
from pipeline.files.names import shown
from pipeline.ledger.placement import refuse_network

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path
    from typing import Self

    from watchdog.events import FileSystemEvent
    from watchdog.observers.api import BaseObserver

    from pipeline.settings.schema import Watch

# What may bring a file. Reading one raises others, by which each look would wake the next.
_TELLING: list[type[FileSystemEvent]] = [
    FileCreatedEvent,
    FileModifiedEvent,
    FileClosedEvent,
    FileMovedEvent,
    DirCreatedEvent,
    DirMovedEvent,
]


class _Bell(FileSystemEventHandler):
    def __init__(self) -> None:
        self.rung = threading.Event()

    def on_any_event(self, event: FileSystemEvent) -> None:
        del event
        self.rung.set()


class Wakes:
    """The observer of the folders that files come in by, replaced whenever it is of no use."""

    def __init__(self, roots: Sequence[Path], make: Callable[[], BaseObserver]) -> None:
        self._roots = roots
        self._make = make
        self._bell = _Bell()
        self._observer: BaseObserver | None = None
        self._observed: list[tuple[int, int]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def rung(self) -> threading.Event:
        """Return what is set when a file may have come."""
        return self._bell.rung

    def renew(self) -> None:
        """See that what now lies at the paths is observed; a folder that is away is left to come.

        Raises:
            StorageError: the system gives no events; the scan does without.
        """
        present = [found for root in self._roots if (found := _identity(root))]
        if self._observer and present == self._observed and _is_whole(self._observer):
            return
        self.close()
        if len(present) == len(self._roots):
            self._observer = self._start()
            self._observed = present

    def close(self) -> None:
        """Let the observer end."""
        observer, self._observer = self._observer, None
        if observer:
            observer.stop()
            observer.join()

    def _start(self) -> BaseObserver:
        observer = self._make()
        for root in self._roots:
            observer.schedule(self._bell, str(root), recursive=True, event_filter=_TELLING)
        try:
            observer.start()
        except OSError as error:
            observer.stop()
            where = shown(str(self._roots[0]))
            told = f"收不到文件夹变动的通知：{where}。改为定时查看，照常收件，只是稍慢。"
            raise StorageError(told) from error
        return observer


def make_observer(inbox: Path, watch: Watch) -> BaseObserver:
    """Return the observer that suits the inbox: a share is listed, for it tells nothing.

    Its listings are as far apart as our own: a share has more to do than to be listed.
    """
    if watch.polling or _is_remote(inbox):
        return PollingObserver(timeout=watch.scan_seconds)
    return Observer()


def _is_remote(folder: Path) -> bool:
    try:
        refuse_network(folder)
    except ConfigError:
        return True
    return False


def _identity(root: Path) -> tuple[int, int] | None:
    """Return what tells this folder from another of its name, None where it is away."""
    try:
        found = root.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _is_whole(observer: BaseObserver) -> bool:
    return observer.is_alive() and all(emitter.is_alive() for emitter in observer.emitters)
