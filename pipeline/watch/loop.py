"""The loop of the watcher: look, claim, note that it lives, hand the work over, wait."""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline import clock
from pipeline.errors import ConfigError, StorageError
from pipeline.files.names import shown
from pipeline.forms import FORMS
from pipeline.forms.tailor import misfits
from pipeline.intake.claim import take
from pipeline.intake.looks import Looks
from pipeline.intake.recover import recover
from pipeline.intake.scan import away
from pipeline.ledger import arrivals
from pipeline.ledger.heartbeat import beat
from pipeline.ledger.store import open_ledger
from pipeline.settings import CONFIG_NAME, read_settings
from pipeline.watch.receiver import Receiver, receive_command
from pipeline.watch.signals import ending_on_request
from pipeline.watch.trouble import Trouble
from pipeline.watch.wakes import Wakes, make_observer
from pipeline.workspace.paths import make_folders, paths_of, timing_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from watchdog.observers.api import BaseObserver

    from pipeline.clock import Clock
    from pipeline.intake.folders import Folders
    from pipeline.ledger.store import Ledger
    from pipeline.settings import Settings
    from pipeline.settings.schema import Watch
    from pipeline.workspace.paths import Paths

_log = logging.getLogger(__name__)

# The least between two looks: one slow writer raises hundreds of events, and each look reads it.
_GAP = 0.5
# The longest that a wait is blind for `stop`; on Windows also for Ctrl+C.
_SLICE = 0.5


@dataclass(frozen=True, slots=True)
class Machinery:
    """What the watcher sets going beside itself."""

    observer: Callable[[Path, Watch], BaseObserver] = make_observer
    receiver: Callable[[Path], Sequence[str]] = receive_command


REAL = Machinery()


def watch(
    root: Path,
    *,
    told: Callable[[str], None],
    now: Clock = clock.system,
    stop: threading.Event | None = None,
    machinery: Machinery = REAL,
) -> None:
    """Watch the inbox of the workspace in `root` until `stop` is set or the process is told to end.

    told: takes the lines for the operator, one a change of state.

    Raises:
        UsageError, ConfigError: the workspace cannot be used as it is configured.
        BusyError: another process watches already.
        StorageError: the archive cannot be opened; later troubles are told and lived through.
    """
    stop = stop or threading.Event()
    root = root.resolve()
    settings = _read_settings(root)
    paths = paths_of(root, settings)
    make_folders(paths)
    with (
        ending_on_request(stop),
        open_ledger(paths.archive, clock=now, check=False) as ledger,
        ledger.watcher(),  # before the check, which takes its time: a second watcher ends at once
    ):
        ledger.check()
        _watch(_Desk(paths, settings, ledger, told), stop, machinery)
    told("监听已停止。没有办完的文件，下次启动时接着办。")


@dataclass(frozen=True, slots=True)
class _Desk:
    """What the watcher works on."""

    paths: Paths
    settings: Settings
    ledger: Ledger
    told: Callable[[str], None]


def _read_settings(root: Path) -> Settings:
    """Return the configuration, held against the forms.

    The workspace room does the same, but knows the readers, which have no place in this process.
    """
    settings, _ = read_settings(root / CONFIG_NAME)
    faults = list(misfits(FORMS, settings))
    if faults:
        raise ConfigError(CONFIG_NAME, faults)
    return settings


def _watch(desk: _Desk, stop: threading.Event, machinery: Machinery) -> None:
    settings, folders = desk.settings.watch, desk.paths.intake
    log = desk.paths.archive / "logs" / "receiver.log"
    command = machinery.receiver(desk.paths.root)
    with (
        Receiver(command, log, desk.told) as receiver,
        Wakes(_roots(folders), lambda: machinery.observer(folders.inbox, settings)) as wakes,
    ):
        rounds = _Rounds(desk, wakes, receiver)
        where = shown(str(folders.inbox))
        desk.told(f"开始监听 {where}，每{settings.scan_seconds:g}秒查看一次。按 Ctrl+C 停止。")
        while not stop.is_set():
            has_claimed = rounds.go()
            _wait(stop, wakes.rung, _pause(settings.scan_seconds, has_claimed=has_claimed))


def _roots(folders: Folders) -> list[Path]:
    """Return the folders to observe, none of them within another."""
    if folders.group and not folders.group.is_relative_to(folders.inbox):
        return [folders.inbox, folders.group]
    return [folders.inbox]


def _pause(scan_seconds: float, *, has_claimed: bool) -> float:
    """Return the seconds to the next look: after a claim a flood may have more in store."""
    return min(_GAP, scan_seconds) if has_claimed else scan_seconds


def _wait(stop: threading.Event, rung: threading.Event, seconds: float) -> None:
    """Wait for the next look: shorter when the bell has rung, but never less than the gap."""
    until = time.monotonic() + seconds
    if stop.wait(min(_GAP, seconds)):
        return
    while not stop.is_set():
        rest = until - time.monotonic()
        if rest <= 0 or rung.wait(min(rest, _SLICE)):
            return


class _Rounds:
    """One look after the other; what goes wrong in one is told and tried again in the next."""

    def __init__(self, desk: _Desk, wakes: Wakes, receiver: Receiver) -> None:
        self._desk = desk
        self._wakes = wakes
        self._receiver = receiver
        self._looks = Looks(desk.paths.intake, timing_of(desk.settings))
        self._has_recovered = self._has_claimed = False
        self._hints = Trouble(desk.told, "又能收到文件夹变动的通知。")
        self._inbox = Trouble(desk.told, "收件恢复正常，监听继续。")
        self._work = Trouble(desk.told, "交办恢复正常。")

    def go(self) -> bool:
        """Look once and hand over the work; tell whether a file was claimed.

        Each step stands alone: without events the inbox is looked at, without the inbox what
        was claimed is received.
        """
        self._wakes.rung.clear()
        self._has_claimed = False
        self._hints.guard(self._wakes.renew)
        self._inbox.guard(self._look)
        self._work.guard(self._hand_over)
        return self._has_claimed

    def _look(self) -> None:
        ledger, folders = self._desk.ledger, self._looks.folders
        try:
            if not self._has_recovered:
                _recover(ledger, folders)
                self._has_recovered = True
            intake = take(ledger, self._looks, ledger.now())
        except StorageError as error:
            if _is_away(error, folders):
                raise StorageError(away(*_roots(folders))) from error.__cause__
            raise
        beat(ledger.archive, ledger.now())
        for arrival in intake.claimed:
            _log.info("%s claimed", arrival.sha256[:8])
        if intake.claimed:
            self._has_claimed = True
            self._desk.told(f"收到{len(intake.claimed)}份文件。")

    def _hand_over(self) -> None:
        if self._receiver.is_free():
            self._receiver.give(_due(self._desk.ledger))


def _due(ledger: Ledger) -> frozenset[int]:
    """Return what the receiver can bring further; of the queue only its head, which tells all."""
    with ledger.reading() as db:
        owed = (*arrivals.unanswered(db), *arrivals.unfinished(db))
        return frozenset(arrival.id for arrival in (*arrivals.claimed(db, limit=1), *owed))


def _recover(ledger: Ledger, folders: Folders) -> None:
    recovered = recover(ledger, folders, ledger.now())
    for arrival in recovered.found:
        _log.warning("%s found again in the archive", arrival.sha256[:8])
    for path in recovered.discarded:
        _log.info("%s will be claimed anew", path.name[:8])


def _is_away(error: StorageError, folders: Folders) -> bool:
    """Tell whether an error says that a folder of the inbox is not there."""
    cause = error.__cause__
    if not isinstance(cause, FileNotFoundError | NotADirectoryError):
        return False
    return str(cause.filename) in [str(root) for root in _roots(folders)]
