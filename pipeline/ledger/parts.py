"""Parts: each form found in an arrival, with its own verdict, findings and repairs."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from sqlalchemy import insert, or_, select, update

from pipeline import clock
from pipeline.ledger import events
from pipeline.ledger.rows import StoredPart
from pipeline.ledger.tables import arrival
from pipeline.ledger.tables import part as table

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import ColumnElement, Connection, Select

    from pipeline.ledger.rows import NewPart
    from pipeline.ledger.transaction import Transaction


def add(tx: Transaction, new: NewPart) -> StoredPart:
    """File one part of an arrival."""
    query = insert(table).values(asdict(new) | {"at": tx.at}).returning(table)
    stored = StoredPart(**tx.connection.execute(query).mappings().one())
    events.add(
        tx,
        "part",
        stored.arrival,
        {
            "part": stored.id,
            "form": stored.form,
            "office": stored.office,
            "person": stored.person,
            "round": stored.round,
            "verdict": stored.verdict,
            "reason": stored.reason,
            "content_hash": stored.content_hash,
            "questions": stored.questions,
        },
    )
    return stored


def supersede(tx: Transaction, number: int) -> None:
    """End the parts of an arrival that only waited; they made no record and no version."""
    waiting = [part for part in of_arrival(tx.connection, number) if part.verdict == "unconfirmed"]
    for part in waiting:
        tx.connection.execute(update(table).where(table.c.id == part.id).values(until=tx.at))
        events.add(tx, "part_superseded", number, {"part": part.id, "reason": part.reason})


def of_arrival(db: Connection, number: int, on: date | None = None) -> tuple[StoredPart, ...]:
    """Return the parts of one arrival, in the order they were filed.

    on: as it stood at the end of that Shanghai day.
    """
    query = select(table).where(table.c.arrival == number, *_standing(on))
    return _rows(db, query.order_by(table.c.id))


def parts(
    db: Connection,
    *,
    form: str = "",
    office: str = "",
    on: date | None = None,
    through: int | None = None,
) -> tuple[StoredPart, ...]:
    """Return the parts handed in (a 预检 file is not), oldest arrival first.

    form, office: only these. on: as it stood at the end of that Shanghai day.
    through: only those of arrivals up to that one.
    """
    conditions = _handed_in(on)
    if through is not None:
        conditions.append(table.c.arrival <= through)
    if form:
        conditions.append(table.c.form == form)
    if office:
        conditions.append(table.c.office == office)
    query = select(table).join(arrival, arrival.c.id == table.c.arrival).where(*conditions)
    return _rows(db, query.order_by(table.c.arrival, table.c.id))


def latest_accepted(
    db: Connection, form: str, office: str, person: str, on: date | None = None
) -> StoredPart | None:
    """Return the accepted part in force, by arrival number.

    on: as it stood at the end of that Shanghai day.
    """
    conditions = [
        *_handed_in(on),
        table.c.form == form,
        table.c.office == office,
        table.c.person == person,
        table.c.verdict == "accepted",
    ]
    query = select(table).join(arrival, arrival.c.id == table.c.arrival).where(*conditions)
    latest = query.order_by(table.c.arrival.desc(), table.c.id.desc()).limit(1)
    return next(iter(_rows(db, latest)), None)


def _handed_in(on: date | None) -> list[ColumnElement[bool]]:
    return [arrival.c.source != "precheck", *_standing(on)]


def _standing(on: date | None) -> list[ColumnElement[bool]]:
    """Return the condition that a part stands now, or stood at the end of a Shanghai day."""
    if on is None:
        return [table.c.until.is_(None)]
    end = clock.day_end(on)
    return [table.c.at < end, or_(table.c.until.is_(None), table.c.until >= end)]


def _rows(db: Connection, query: Select[tuple[object, ...]]) -> tuple[StoredPart, ...]:
    return tuple(StoredPart(**row) for row in db.execute(query).mappings())
