"""Claim: the bytes of settled files go to the archive, and each file gets its arrival number.

The copy is flushed and read again before its row is written, so a row never lacks its bytes; what
a crash leaves without a row is found by `recover`. Bytes that the archive has already, wherever
they lie there, are not copied again: two arrivals share them.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pipeline.errors import StorageError
from pipeline.files import operations
from pipeline.intake.scan import scan
from pipeline.intake.settle import (
    UNREADABLE,
    Look,
    Settled,
    Waiting,
    copying,
    owner_of,
    settle,
)
from pipeline.ledger import arrivals
from pipeline.ledger.rows import Claim

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime
    from pathlib import Path

    from pipeline.intake.folders import Folders, Timing
    from pipeline.intake.scan import Listing, Seen
    from pipeline.ledger.rows import Arrival
    from pipeline.ledger.store import Ledger

_NOT_A_FILE = "不是普通文件（可能是快捷方式），请放入文件本身"
_QUEUED = "排队等候接收"
_DAMAGED = "档案里相同的文件已损坏，请运行校验"
# One group commit; the rest of a flood comes with the next look, seconds later.
_BATCH = 200


@dataclass(slots=True)
class Looks:
    """What earlier scans saw, in memory only: after a restart everything is looked at again."""

    folders: Folders
    timing: Timing
    last: dict[Path, Look] = field(default_factory=dict)
    owners: dict[Path, datetime] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Intake:
    """What one look at the inbox brought; `claimed` is in the order of the arrival numbers."""

    claimed: tuple[Arrival, ...]
    waiting: tuple[Waiting, ...]


def take(ledger: Ledger, looks: Looks, now: datetime) -> Intake:
    """Look at the inbox once and claim what has settled.

    Raises:
        StorageError: the inbox or the archive fails; what was claimed before that stays claimed,
            the rest lies untouched in the inbox and is taken by a later look.
        BusyError: another process is claiming and does not come to an end.
    """
    with ledger.claiming():
        listing = scan(looks.folders)
        held = _held(ledger, looks.folders)
        new = [seen for seen in listing.files if not _is_held(held.get(seen.path), seen)]
        settled, waiting = _settle(looks, listing, new, now)
        fresh = _fair([one for one in settled if not _is_claimed(held.get(one.seen.path), one)])
        claimed, refused = _claim(ledger, fresh[:_BATCH])
    waiting += [Waiting(path, _NOT_A_FILE) for path in listing.strange]
    waiting += [Waiting(one.seen.path, _QUEUED) for one in fresh[_BATCH:]]
    return Intake(claimed, tuple(sorted(waiting + refused, key=lambda one: one.path)))


def claim_bytes(ledger: Ledger, parent: Arrival, name: str, data: bytes) -> Arrival:
    """Claim a member of an arrived zip; its claim names the zip.

    Claiming the same member again returns the same arrival.
    """
    digest = hashlib.sha256(data).hexdigest()
    with ledger.claiming():
        with ledger.reading() as db:
            for member in arrivals.members(db, parent.id):
                if (member.name, member.sha256) == (name, digest):
                    return member
            known = ledger.originals.locate(db, digest)
        if known is None:
            operations.write_new(ledger.originals.work(digest), data, private=True)
        with ledger.transaction() as tx:
            return arrivals.claim(tx, _member(parent, name, digest, len(data)))


def _member(parent: Arrival, name: str, digest: str, size: int) -> Claim:
    return Claim(
        name=name,
        folder=parent.folder,
        source=parent.source,
        sha256=digest,
        size=size,
        mtime_ns=parent.mtime_ns,
        seen_at=parent.seen_at,
        parent=parent.id,
        in_inbox=False,
    )


def _held(ledger: Ledger, folders: Folders) -> dict[Path, list[Arrival]]:
    """Return the arrivals whose file may still lie in the inbox, by path."""
    held: dict[Path, list[Arrival]] = {}
    with ledger.reading() as db:
        for arrival in arrivals.in_inbox(db):
            held.setdefault(folders.locate(arrival), []).append(arrival)
    return held


def _is_held(held: list[Arrival] | None, seen: Seen) -> bool:
    """Tell whether a file looks like one that was claimed here, without reading it again."""
    return any((one.size, one.mtime_ns) == (seen.size, seen.mtime_ns) for one in held or ())


def _is_claimed(held: list[Arrival] | None, settled: Settled) -> bool:
    """Tell whether a file only got a new time since it was claimed here."""
    return any(one.sha256 == settled.sha256 for one in held or ())


def _settle(
    looks: Looks, listing: Listing, files: Iterable[Seen], now: datetime
) -> tuple[list[Settled], list[Waiting]]:
    """Judge every file by the last look, and remember this one instead."""
    looks.owners = {owner: looks.owners.get(owner, now) for owner in listing.owners}
    settled: list[Settled] = []
    waiting: list[Waiting] = []
    last: dict[Path, Look] = {}
    for seen in files:
        judged = _judge(looks, seen, now)
        if isinstance(judged, Look):
            last[seen.path] = judged
            waiting.append(copying(seen.path))
            continue
        if seen.path in looks.last:
            last[seen.path] = looks.last[seen.path]
        if isinstance(judged, Settled):
            settled.append(judged)
        else:
            waiting.append(judged)
    looks.last = last
    return settled, waiting


def _judge(looks: Looks, seen: Seen, now: datetime) -> Settled | Waiting | Look:
    try:
        owner_since = owner_of(seen.path, looks.owners)
        return settle(seen, looks.last.get(seen.path), owner_since, looks.timing, now)
    except OSError:
        return Waiting(seen.path, UNREADABLE)


def _fair(settled: list[Settled]) -> list[Settled]:
    """Order oldest first, one of each folder in turn: no office waits for another's flood."""
    turns: dict[Path, int] = {}
    ranked: list[tuple[int, int, Path, Settled]] = []
    for one in sorted(settled, key=lambda one: (one.seen.mtime_ns, one.seen.path)):
        folder = one.seen.path.parent
        turns[folder] = turns.get(folder, 0) + 1
        ranked.append((turns[folder], one.seen.mtime_ns, one.seen.path, one))
    return [one for *_, one in sorted(ranked, key=lambda entry: entry[:3])]


def _claim(
    ledger: Ledger, settled: Iterable[Settled]
) -> tuple[tuple[Arrival, ...], list[Waiting]]:
    """Bring the bytes to the archive, then write all rows in one commit."""
    claims: list[Claim] = []
    refused: list[Waiting] = []
    failure: StorageError | None = None
    for one in settled:
        try:
            reason = _bring(ledger, one)
        except StorageError as error:
            failure = error
            break
        if reason:
            refused.append(Waiting(one.seen.path, reason))
        else:
            claims.append(_claim_of(one))
    claimed: tuple[Arrival, ...] = ()
    if claims:
        with ledger.transaction() as tx:
            claimed = tuple(arrivals.claim(tx, claim) for claim in claims)
    if failure:
        raise failure
    return claimed, refused


def _bring(ledger: Ledger, one: Settled) -> str:
    """Make sure the archive has the bytes, proven by reading them there.

    Returns the reason why not, "" when it has them.
    """
    with ledger.reading() as db:
        known = ledger.originals.locate(db, one.sha256)
    try:
        if known:
            return "" if operations.sha256(known) == one.sha256 else _DAMAGED
        return _copy(ledger, one)
    except FileNotFoundError:
        return UNREADABLE  # taken back, or moved on by the receiver: the next look tells
    except OSError:
        return UNREADABLE


def _copy(ledger: Ledger, one: Settled) -> str:
    target = ledger.originals.work(one.sha256)
    if operations.copy_new(one.seen.path, target, private=True) != one.sha256:
        operations.unlink(target)
        return copying(one.seen.path).reason
    if operations.sha256(target) != one.sha256:
        raise StorageError("")
    return ""


def _claim_of(one: Settled) -> Claim:
    return Claim(
        name=one.seen.path.name,
        folder=one.seen.folder,
        source=one.seen.source,
        sha256=one.sha256,
        size=one.seen.size,
        mtime_ns=one.seen.mtime_ns,
        seen_at=one.since,
    )


_ = (replace, "Mapping")
