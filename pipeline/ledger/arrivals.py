"""Arrivals: the life of each file that was handed in, and the queue that it stands in.

claimed → (read) → decided → stored → removed. Each step happens once: a second attempt raises
ValueError, for the caller has then not looked at the state. One way leads back: what the group has
to confirm is claimed again, once it has spoken.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, insert, select, update

from pipeline import clock
from pipeline.files.names import shown
from pipeline.ledger import events
from pipeline.ledger.rows import Arrival
from pipeline.ledger.tables import AT_ONCE
from pipeline.ledger.tables import arrival as table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from sqlalchemy import ColumnElement, Connection

    from pipeline.ledger.rows import Claim, Outcome, State
    from pipeline.ledger.transaction import Transaction

REOPENED = "reopened"

_COUNTED: tuple[State, ...] = ("decided", "stored", "removed")


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
        "decided",
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
    values: dict[str, object] = {
        "state": "claimed",
        "in_inbox": before.in_inbox and before.state != "removed",
        **dict.fromkeys(("decided_at", "removed_at", "verdict")),
        **dict.fromkeys(("reason", "answer", "config", "roster"), ""),
    }
    _advance(tx, number, _COUNTED, values)
    told = {"verdict": before.verdict, "reason": before.reason, "answer": before.answer}
    events.add(tx, REOPENED, number, told)


def names_of(db: Connection, numbers: Sequence[int]) -> dict[int, str]:
    """Return the file names of arrivals."""
    found: dict[int, str] = {}
    for start in range(0, len(numbers), AT_ONCE):
        some = numbers[start : start + AT_ONCE]
        query = select(table.c.id, table.c.name).where(table.c.id.in_(some))
        found |= {row.id: row.name for row in db.execute(query)}
    return found


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


def claimed_between(db: Connection, first: date, last: date) -> tuple[Arrival, ...]:
    """Return the arrivals claimed on these Shanghai days, both included."""
    return _select(
        db,
        table.c.claimed_at >= clock.day_start(first),
        table.c.claimed_at < clock.day_end(last),
    )


def unconfirmed(db: Connection, on: date | None = None) -> tuple[Arrival, ...]:
    """Return what waits for the group; a 预检 file never does.

    on: what was decided up to the end of that Shanghai day.
    """
    conditions = [table.c.verdict == "unconfirmed", table.c.source != "precheck"]
    if on is not None:
        conditions.append(table.c.decided_at < clock.day_end(on))
    return _select(db, *conditions)


def decided_by(db: Connection, day: date) -> tuple[Arrival, ...]:
    """Return the arrivals decided up to the end of this Shanghai day."""
    return _select(db, table.c.decided_at < clock.day_end(day))


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
