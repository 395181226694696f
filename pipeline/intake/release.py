"""Release: decided bytes go to their last place, and only then does the inbox lose the file.

The file in the inbox is read once more and removed only if it still is what was claimed; what
changed meanwhile stays and is a new arrival. Every step may be repeated after a crash.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pipeline.files import operations
from pipeline.ledger import arrivals

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from pipeline.intake.folders import Folders
    from pipeline.ledger.rows import Arrival
    from pipeline.ledger.store import Ledger

# What became of the file in the inbox; "refused" is the only one that is tried again.
_Cleared = Literal["cleared", "gone", "changed", "replaced", "none", "refused"]

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Released:
    """What one release did.

    kept: stored, but the system would not let the file go. lost: the archive has not the bytes.
    """

    removed: tuple[Arrival, ...] = ()
    kept: tuple[Arrival, ...] = ()
    lost: tuple[Arrival, ...] = ()


def release(ledger: Ledger, folders: Folders, numbers: Iterable[int] | None = None) -> Released:
    """Bring decided arrivals to their end; by default all that are not there yet.

    Raises:
        StorageError: the archive refuses; nothing is lost, and a later call goes on.
    """
    with ledger.writer():
        with ledger.reading() as db:
            due = arrivals.unfinished(db)
        if numbers is not None:
            wanted = frozenset(numbers)
            due = tuple(arrival for arrival in due if arrival.id in wanted)
        stored, lost = _store(ledger, due)
        removed, kept = _clear(ledger, folders, stored)
    return Released(removed, kept, lost)


def _store(
    ledger: Ledger, due: Sequence[Arrival]
) -> tuple[tuple[Arrival, ...], tuple[Arrival, ...]]:
    """Move the bytes of the decided, note it in one commit; return what is stored, what is lost."""
    lost: list[Arrival] = []
    moved: list[Arrival] = []
    for arrival in due:
        with ledger.reading() as db:
            place = ledger.originals.place(db, arrival)
        if place is None:
            _log.error("%s: the archive has not its bytes", arrival.sha256[:8])
            lost.append(arrival)
        elif arrival.state == "decided":
            moved.append(arrival)
    if moved:
        with ledger.transaction() as tx:
            for arrival in moved:
                arrivals.store(tx, arrival.id)
    return tuple(arrival for arrival in due if arrival not in lost), tuple(lost)


def _clear(
    ledger: Ledger, folders: Folders, stored: Sequence[Arrival]
) -> tuple[tuple[Arrival, ...], tuple[Arrival, ...]]:
    """Clear the inbox of what is stored, note it in one commit; return what went, what stayed."""
    with ledger.reading() as db:
        latest = {one.id for one in stored if arrivals.is_latest_in_place(db, one)}
    removed: list[tuple[Arrival, _Cleared]] = []
    kept: list[Arrival] = []
    for arrival in stored:
        cleared = _clear_one(folders, arrival, is_latest=arrival.id in latest)
        if cleared == "refused":
            kept.append(arrival)
        else:
            removed.append((arrival, cleared))
    if removed:
        with ledger.transaction() as tx:
            for arrival, cleared in removed:
                arrivals.remove(tx, arrival.id, cleared)
    return tuple(arrival for arrival, _ in removed), tuple(kept)


def _clear_one(folders: Folders, arrival: Arrival, *, is_latest: bool) -> _Cleared:
    if not arrival.in_inbox:
        return "none"
    if not is_latest:
        return "replaced"  # the name belongs to a later arrival, even if the bytes came back
    try:
        return _unlink(folders.locate(arrival), arrival.sha256)
    except FileNotFoundError:
        return "gone" if folders.root(arrival.source).is_dir() else "refused"
    except OSError as error:
        _log.warning("%s: stays in the inbox: %s", arrival.sha256[:8], error.strerror)
        return "refused"


def _unlink(path: Path, sha256: str) -> _Cleared:
    """Remove the file if it is what was claimed and nobody touched it while it was read."""
    before = path.lstat()
    if operations.sha256(path) != sha256:
        return "changed"
    after = path.lstat()
    if (before.st_ino, before.st_size, before.st_mtime_ns) != (
        after.st_ino,
        after.st_size,
        after.st_mtime_ns,
    ):
        return "changed"
    operations.unlink(path)
    return "cleared"
