"""Recovery: after any end, kill -9 and power loss included, the states tell how to go on."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.files import operations
from pipeline.intake.release import Released, release
from pipeline.intake.scan import scan
from pipeline.ledger import arrivals
from pipeline.ledger.rows import Claim

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from pipeline.intake.folders import Folders
    from pipeline.ledger.rows import Arrival
    from pipeline.ledger.store import Ledger


@dataclass(frozen=True, slots=True)
class Recovered:
    """What a restart put right.

    discarded: copies of a claim that never got its row, their file still in the inbox.
    found: bytes without a row whose file is gone; they became arrivals of their own.
    """

    discarded: tuple[Path, ...]
    found: tuple[Arrival, ...]
    released: Released


def recover(ledger: Ledger, folders: Folders, now: datetime) -> Recovered:
    """Finish what an interrupted run began; harmless when there is nothing to finish.

    Raises:
        StorageError: the inbox or the archive fails; to be called again.
    """
    with ledger.claiming(), operations.told(ledger.originals.work_folder):
        discarded, found = _settle_orphans(ledger, folders, now)
    return Recovered(discarded, found, release(ledger, folders))


def _settle_orphans(
    ledger: Ledger, folders: Folders, now: datetime
) -> tuple[tuple[Path, ...], tuple[Arrival, ...]]:
    """Give every blob in `work` without a row its row, or remove it where the inbox has it."""
    work = ledger.originals.work_folder
    if not work.is_dir():
        return (), ()
    operations.sweep(work, below=True)
    discarded = list(_unclaimed_members(ledger))
    found: list[Arrival] = []
    for path in _orphans(ledger, work):
        # What is gone another process was just bringing to its place when the folder was listed.
        with suppress(FileNotFoundError):
            digest = operations.sha256(path)
            if _is_elsewhere(ledger, path, digest) or _is_in_inbox(folders, path, digest):
                operations.unlink(path)
                discarded.append(path)
            else:
                found.append(_adopt(ledger, path, digest, now))
    return tuple(discarded), tuple(found)


def _unclaimed_members(ledger: Ledger) -> Iterator[Path]:
    """Remove the members of zips that never got a row; the zip is unpacked again."""
    folder = ledger.originals.members_folder
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        with ledger.reading() as db:
            known = arrivals.with_hash(db, path.name)
        if not known or _is_elsewhere(ledger, path, path.name):
            operations.unlink(path)
            yield path


def _orphans(ledger: Ledger, work: Path) -> list[Path]:
    """Return the blobs of `work` that no arrival on its way speaks of."""
    with ledger.reading() as db:
        return [
            path
            for path in sorted(work.iterdir())
            if path != ledger.originals.members_folder
            and all(one.state in {"stored", "removed"} for one in arrivals.with_hash(db, path.name))
        ]


def _is_elsewhere(ledger: Ledger, path: Path, digest: str) -> bool:
    """Tell whether the archive has these bytes in another place too."""
    with ledger.reading() as db:
        known = ledger.originals.locate(db, digest)
        if known == path:
            known = ledger.originals.settled(db, digest)
    return known is not None and operations.sha256(known) == digest


def _is_in_inbox(folders: Folders, path: Path, digest: str) -> bool:
    size = path.stat().st_size
    listing = scan(folders)
    same_size = (seen.path for seen in (*listing.files, *listing.huge) if seen.size == size)
    return any(_has_hash(candidate, digest) for candidate in same_size)


def _has_hash(path: Path, digest: str) -> bool:
    try:
        return operations.sha256(path) == digest
    except OSError:
        return False


def _adopt(ledger: Ledger, path: Path, digest: str, now: datetime) -> Arrival:
    """Make an arrival of bytes that nothing else knows of any more."""
    target = ledger.originals.work(digest)
    if target != path:
        operations.move_new(path, target, private=True)
    claim = Claim(
        name=digest[:12],
        folder="",
        source="office",
        sha256=digest,
        size=target.stat().st_size,
        mtime_ns=target.stat().st_mtime_ns,
        seen_at=now,
        in_inbox=False,
    )
    with ledger.transaction() as tx:
        return arrivals.claim(tx, claim)
