"""Every template that was sent, so that what comes back can be recognised."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from sqlalchemy import insert, select, update

from pipeline.ledger import events
from pipeline.ledger.rows import Issued
from pipeline.ledger.tables import issued as table

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from pipeline.ledger.rows import Facts, NewIssue
    from pipeline.ledger.transaction import Transaction


def add(tx: Transaction, new: NewIssue) -> Issued:
    """Note a template that is about to be sent; its 表号 is unique."""
    values = asdict(new) | {"at": tx.at}
    query = insert(table).values(values).returning(table)
    added = Issued(**tx.connection.execute(query).mappings().one())
    events.add(tx, "issued", None, asdict(new))
    return added


def issued_by_number(db: Connection, form_number: str) -> Issued | None:
    """Return the template that bears this 表号."""
    row = (
        db.execute(select(table).where(table.c.form_number == form_number)).mappings().one_or_none()
    )
    return Issued(**row) if row else None


def issued(
    db: Connection, *, form: str = "", office: str = "", round_: str = ""
) -> tuple[Issued, ...]:
    """Return the templates sent, oldest first; an empty argument means all."""
    wanted = ((table.c.form, form), (table.c.office, office), (table.c.round, round_))
    conditions = [column == value for column, value in wanted if value]
    query = select(table).where(*conditions).order_by(table.c.id)
    return tuple(Issued(**row) for row in db.execute(query).mappings())


def reissue(tx: Transaction, form_number: str, version: int, digest: str) -> None:
    """Note that the template with this 表号 was sent anew with other locked content."""
    values = {"version": version, "digest": digest, "at": tx.at}
    tx.connection.execute(update(table).where(table.c.form_number == form_number).values(**values))
    told: Facts = {"form_number": form_number, "version": version, "digest": digest}
    events.add(tx, "reissued", None, told)
