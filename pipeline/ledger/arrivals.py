"""Arrivals: the life of each file that was handed in, and the queue that it stands in.

claimed → (read) → decided → stored → removed. Each step happens once: a second attempt raises
ValueError, for the caller has then not looked at the state. One way leads back: what the group has
to confirm is claimed again, once it has spoken.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, insert, or_, select, update

from pipeline import clock
from pipeline.files.names import shown
from pipeline.ledger import events
from pipeline.ledger.rows import Arrival
from pipeline.ledger.tables import arrival as table
from pipeline.ledger.tables import event

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from sqlalchemy import ColumnElement, Connection, Select

    from pipeline.ledger.rows import Claim, Outcome, State
    from pipeline.ledger.transaction import Transaction

DECIDED = "decided"
REOPENED = "reopened"

_COUNTED: tuple[State, ...] = ("decided", "stored", "removed")
# What an arrival says before it is decided, or once it is to be decided anew.
_UNDECIDED: dict[str, Any] = {
    "state": "claimed",
    **dict.fromkeys(("decided_at", "removed_at", "verdict")),
    **dict.fromkeys(("reason", "answer", "config", "roster"), ""),
}


def claim(tx: Transaction, claimed_file: Claim) -> Arrival:
    """Give a file its arrival number; its bytes lie in the archive already."""
    values = {
        "name": claimed_file.name,
        "folder": claimed_file.folder,
        "source": claimed_file.source,
        "sha256": claimed_file.sha256,
        "size": claimed_file.size,
        "mtime_ns": claimed_file.mtime_ns,
        "seen_at": claimed_file.seen_at,
        "parent": claimed_file.parent,
        "in_inbox": claimed_file.in_inbox,
        "state": "claimed",
        "claimed_at": claimed_file.claimed_at or tx.at,
    }
    row = tx.connection.execute(insert(table).values(values).returning(table)).mappings().one()
    arrival = Arrival(**row)
    payload = {
        "name": shown(arrival.name),
        "folder": shown(arrival.folder),
        "sha256": arrival.sha256,
    }
    events.add(tx, "claimed", arrival.id, payload | {"source": arrival.source})
    return arrival


def mark_read(tx: Transaction, number: int) -> None:
    """Note that a worker has read the file."""
    _advance(tx, number, ("claimed",), {"state": "read"})
    events.add(tx, "read", number, {})


def decide(tx: Transaction, number: int, outcome: Outcome) -> None:
    """Note the verdict of the whole file."""
    values = {
        "state": "decided",
        "decided_at": tx.at,
        "verdict": outcome.verdict,
        "reason": outcome.reason,
        "config": outcome.config,
        "roster": outcome.roster,
    }
    _advance(tx, number, ("claimed", "read"), values)
    events.add(
        tx,
        DECIDED,
        number,
        {
            "verdict": outcome.verdict,
            "reason": outcome.reason,
            "config": outcome.config,
            "roster": outcome.roster,
        },
    )


def answer(tx: Transaction, number: int, told: str) -> None:
    """Note what was answered, as JSON of the answerer's own making; may be noted again."""
    _advance(tx, number, _COUNTED, {"answer": told})
    events.add(tx, "answered", number, {"answer": told})


def store(tx: Transaction, number: int) -> None:
    """Note that the bytes lie in their last place."""
    _advance(tx, number, ("decided",), {"state": "stored"})
    events.add(tx, "stored", number, {})


def remove(tx: Transaction, number: int, inbox: str) -> None:
    """Note that the inbox holds the claimed bytes no longer.

    inbox: what was found there: cleared, gone, changed, or nothing to clear.
    """
    _advance(tx, number, ("stored",), {"state": "removed", "removed_at": tx.at})
    events.add(tx, "removed", number, {"inbox": inbox})


def reopen(tx: Transaction, number: int) -> None:
    """Put a file that waited for the group back into the queue.

    What had become of it stays in the event. A file that has left the inbox is not looked for
    there again: what lies at its place now is another one.
    """
    before = get(tx.connection, number)
    if before.verdict != "unconfirmed":
        message = f"arrival {number} is not unconfirmed"
        raise ValueError(message)
    values = _UNDECIDED | {
        "in_inbox": before.in_inbox and before.state != "removed",
    }
    _advance(tx, number, _COUNTED, values)
    told = {"verdict": before.verdict, "reason": before.reason, "answer": before.answer}
    events.add(tx, REOPENED, number, told)


def get(db: Connection, number: int) -> Arrival:
    """Return one arrival.

    Raises:
        KeyError: there is no such number.
    """
    found = _select(db, table.c.id == number)
    if not found:
        raise KeyError(number)
    return found[0]


def claimed(db: Connection, limit: int | None = None) -> tuple[Arrival, ...]:
    """Return the queue: what waits for a decision, by arrival number."""
    return _select(db, table.c.state.in_(("claimed", "read")), limit=limit)


def unfinished(db: Connection) -> tuple[Arrival, ...]:
    """Return what is decided but not yet stored, or stored but not yet out of the inbox."""
    return _select(db, table.c.state.in_(("decided", "stored")))


def unanswered(db: Connection) -> tuple[Arrival, ...]:
    """Return what is decided but whose answer is still owed."""
    return _select(db, table.c.state.in_(_COUNTED), table.c.answer == "")


def in_inbox(db: Connection) -> tuple[Arrival, ...]:
    """Return the arrivals whose file may still lie in the inbox."""
    return _select(db, table.c.state != "removed", table.c.in_inbox)


def is_latest_in_place(db: Connection, arrival: Arrival) -> bool:
    """Tell whether nothing was claimed later under the same name in the same folder."""
    query = select(func.max(table.c.id)).where(
        table.c.folder == arrival.folder,
        table.c.name == arrival.name,
        table.c.source == arrival.source,
        table.c.in_inbox,
    )
    return bool(db.scalar(query) == arrival.id)


def with_hash(db: Connection, sha256: str) -> tuple[Arrival, ...]:
    """Return every arrival of these bytes."""
    return _select(db, table.c.sha256 == sha256)


def accepted_with(db: Connection, sha256: str) -> Arrival | None:
    """Return the first arrival of these bytes that was accepted; a 预检 file never counts."""
    found = _select(
        db,
        table.c.sha256 == sha256,
        table.c.verdict == "accepted",
        table.c.source != "precheck",
        limit=1,
    )
    return found[0] if found else None


def members(db: Connection, parent: int) -> tuple[Arrival, ...]:
    """Return the arrivals that came inside another."""
    return _select(db, table.c.parent == parent)


def claimed_at(db: Connection) -> dict[int, datetime]:
    """Return the moment at which each arrival was handed in."""
    rows = db.execute(select(table.c.id, table.c.claimed_at))
    return {row.id: row.claimed_at for row in rows}


def claimed_on(db: Connection, day: date) -> tuple[Arrival, ...]:
    """Return the arrivals claimed on a Shanghai day, as they stood at its end."""
    came = _select(
        db, table.c.claimed_at >= clock.day_start(day), table.c.claimed_at < clock.day_end(day)
    )
    then = {one.id: one for one in decided_by(db, day)}
    return tuple(then.get(one.id) or replace(one, **_UNDECIDED) for one in came)


def unconfirmed(db: Connection, on: date | None = None) -> tuple[Arrival, ...]:
    """Return what waits for the group; a 预检 file never does.

    on: as it stood at the end of that Shanghai day.
    """
    if on is None:
        return _select(db, table.c.verdict == "unconfirmed", table.c.source != "precheck")
    then = decided_by(db, on)
    return tuple(one for one in then if one.verdict == "unconfirmed" and one.source != "precheck")


def decided_by(db: Connection, day: date) -> tuple[Arrival, ...]:
    """Return the arrivals decided by the end of a Shanghai day, as they stood then.

    One that the group has opened again since is as it was before: its events tell.
    """
    end = clock.day_end(day)
    still = _select(db, table.c.decided_at < end)
    since = (
        table.c.claimed_at < end,
        or_(table.c.decided_at.is_(None), table.c.decided_at >= end),
    )
    outcomes = _outcomes(db, select(table.c.id).where(*since), end)
    if not outcomes:
        return still
    before = [replace(one, **outcomes[one.id]) for one in _select(db, *since) if one.id in outcomes]
    return tuple(sorted((*still, *before), key=lambda one: one.id))


def _outcomes(
    db: Connection, numbers: Select[tuple[int]], end: datetime
) -> dict[int, dict[str, Any]]:
    """Return what was decided of these arrivals by a moment, where it stood at that moment."""
    query = select(event).where(
        event.c.kind.in_((DECIDED, REOPENED)), event.c.at < end, event.c.arrival.in_(numbers)
    )
    found: dict[int, dict[str, Any]] = {}
    for row in db.execute(query.order_by(event.c.seq)).mappings():
        if row["kind"] == REOPENED:
            found.pop(row["arrival"], None)
        else:
            found[row["arrival"]] = {"state": "decided", "decided_at": row["at"], **row["payload"]}
    return found


def _select(
    db: Connection, *conditions: ColumnElement[bool], limit: int | None = None
) -> tuple[Arrival, ...]:
    query = select(table).where(*conditions).order_by(table.c.id).limit(limit)
    return tuple(Arrival(**row) for row in db.execute(query).mappings())


def _advance(
    tx: Transaction, number: int, states: Iterable[State], values: dict[str, object]
) -> None:
    step = update(table).where(table.c.id == number, table.c.state.in_(tuple(states)))
    if tx.connection.execute(step.values(values)).rowcount != 1:
        message = f"arrival {number} is not {' or '.join(states)}"
        raise ValueError(message)
