"""Claim: the bytes of settled files go to the archive, and each file gets its arrival number.

The copy is flushed and read again before its row is written, so a row never lacks its bytes; what
a crash leaves without a row is found by `recover`. Bytes that the archive has already, wherever
they lie there, are not copied again: two arrivals share them.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.errors import StorageError
from pipeline.files import operations
from pipeline.files.names import shown
from pipeline.intake.looks import in_turn, judge
from pipeline.intake.scan import scan
from pipeline.intake.settle import UNREADABLE, Waiting, too_large
from pipeline.ledger import arrivals
from pipeline.ledger.rows import Claim

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from pathlib import Path

    from pipeline.intake.folders import Folders
    from pipeline.intake.looks import Looks
    from pipeline.intake.scan import Seen
    from pipeline.intake.settle import Settled
    from pipeline.ledger.rows import Arrival
    from pipeline.ledger.store import Ledger

_NOT_A_FILE = "不是普通文件（可能是快捷方式），请放入文件本身"
_QUEUED = "排队等候接收"
_DAMAGED = "档案里相同的文件已损坏，请运行校验"
# One group commit; the rest of a flood comes with the next look, seconds later.
_BATCH = 200


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
        files = [seen for seen in listing.files if not _is_held(held.get(seen.path), seen)]
        settled, waiting = judge(looks, files, listing.owners, now)
        queue = in_turn(one for one in settled if not _is_claimed(held.get(one.seen.path), one))
        claimed, refused = _claim(ledger, queue[:_BATCH])
    waiting += refused
    waiting += [Waiting(one.seen.path, _QUEUED) for one in queue[_BATCH:]]
    waiting += [Waiting(path, _NOT_A_FILE) for path in listing.strange]
    waiting += [too_large(seen) for seen in listing.huge if not _is_held(held.get(seen.path), seen)]
    return Intake(claimed, tuple(sorted(waiting, key=lambda one: one.path)))


def claim_members(
    ledger: Ledger, folders: Folders, parent: Arrival, members: Iterable[tuple[str, bytes]]
) -> tuple[Arrival, ...]:
    """Claim what is in an arrived zip, in one commit; the arrivals name that of the zip.

    members: path inside the zip and bytes. One that is claimed already is not claimed again.
    What lies in a 预检 folder of it, as of a folder zipped whole, is not handed in either.
    """
    with ledger.claiming():
        with ledger.reading() as db:
            known = {_member_key(one): None for one in arrivals.members(db, parent.id)}
        claims = {}
        for path, data in members:
            claim = _claim_of_member(folders, parent, path, data)
            if _member_key(claim) not in known:
                _bring_member(ledger, claim.sha256, data)
                claims[_member_key(claim)] = claim
        if claims:
            with ledger.transaction() as tx:
                for claim in claims.values():
                    arrivals.claim(tx, claim)
    with ledger.reading() as db:
        return arrivals.members(db, parent.id)


def _member_key(member: Claim | Arrival) -> tuple[str, str, str]:
    return member.folder, member.name, member.sha256


def _bring_member(ledger: Ledger, digest: str, data: bytes) -> None:
    with ledger.reading() as db:
        known = ledger.originals.locate(db, digest)
    if known is None:
        operations.write_new(ledger.originals.member(digest), data, private=True)


def _held(ledger: Ledger, folders: Folders) -> dict[Path, Arrival]:
    """Return the last arrival at each path whose file may still lie in the inbox."""
    with ledger.reading() as db:
        return {folders.locate(arrival): arrival for arrival in arrivals.in_inbox(db)}


def _is_held(held: Arrival | None, seen: Seen) -> bool:
    """Tell whether a file looks like the one that was claimed here, without reading it again."""
    return held is not None and (held.size, held.mtime_ns) == (seen.size, seen.mtime_ns)


def _is_claimed(held: Arrival | None, settled: Settled) -> bool:
    """Tell whether a file only got a new time since it was claimed here."""
    return held is not None and held.sha256 == settled.sha256


def _claim(ledger: Ledger, queue: Iterable[Settled]) -> tuple[tuple[Arrival, ...], list[Waiting]]:
    """Bring the bytes to the archive, then write all rows in one commit."""
    claims: list[Claim] = []
    refused: list[Waiting] = []
    failure: StorageError | None = None
    for one in queue:
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
    """See that the archive has the bytes, proven by reading them there.

    Returns the reason why it has not, "" when it has.
    """
    with ledger.reading() as db:  # a view of its own: an older one would not know where they went
        known = ledger.originals.locate(db, one.sha256)
    try:
        if known is None:
            known = ledger.originals.work(one.sha256)
            operations.copy_new(one.seen.path, known, private=True, expected=one.sha256)
            if operations.sha256(known) != one.sha256:
                raise StorageError(_unreliable(known))
        elif operations.sha256(known) != one.sha256:
            return _DAMAGED
    except OSError:
        return UNREADABLE  # taken back, replaced, or moved on by the receiver: the next look tells
    return ""


def _unreliable(path: Path) -> str:
    return f"写入后读出的内容不同：{shown(str(path))}。请检查档案所在的磁盘。"


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


def _claim_of_member(folders: Folders, parent: Arrival, path: str, data: bytes) -> Claim:
    """Return the claim of a member; it was handed in when the zip was."""
    inner, _, name = path.rpartition("/")
    is_precheck = parent.source == "office" and folders.precheck in inner.split("/")
    return Claim(
        name=name,
        folder="/".join(part for part in (parent.folder, inner) if part),
        source="precheck" if is_precheck else parent.source,
        sha256=hashlib.sha256(data).hexdigest(),
        size=len(data),
        mtime_ns=parent.mtime_ns,
        seen_at=parent.seen_at,
        parent=parent.id,
        in_inbox=False,
        claimed_at=parent.claimed_at,
    )
