"""Decisions: what a person of the group decided, kept for ever."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import insert, select

from pipeline import clock
from pipeline.ledger import events
from pipeline.ledger.rows import DecisionRow
from pipeline.ledger.tables import decision as table

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from sqlalchemy import Connection

    from pipeline.ledger.rows import Facts
    from pipeline.ledger.transaction import Transaction


def add(
    tx: Transaction, who: str, kind: str, subject: str, payload: Mapping[str, str]
) -> DecisionRow:
    """File a decision; the latest on a subject is the one in force."""
    values = {"at": tx.at, "who": who, "kind": kind, "subject": subject, "payload": payload}
    query = insert(table).values(values).returning(table)
    added = DecisionRow(**tx.connection.execute(query).mappings().one())
    facts: Facts = {"decision": added.id, "who": who, "kind": kind, "subject": subject}
    events.add(tx, "decision", None, facts)
    return added


def decisions(
    db: Connection, kind: str = "", *, subject: str = "", begins: str = "", on: date | None = None
) -> tuple[DecisionRow, ...]:
    """Return the decisions of a kind, or all, oldest first.

    subject, begins: only those on this subject, or on one that begins so. on: only those up to
    the end of that Shanghai day.
    """
    query = select(table).order_by(table.c.id)
    if kind:
        query = query.where(table.c.kind == kind)
    if subject:
        query = query.where(table.c.subject == subject)
    if begins:
        query = query.where(table.c.subject.startswith(begins, autoescape=True))
    if on is not None:
        query = query.where(table.c.at < clock.day_end(on))
    return tuple(DecisionRow(**row) for row in db.execute(query).mappings())
