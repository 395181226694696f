"""Every template that was sent, so that what comes back can be recognised."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from sqlalchemy import and_, delete, insert, select, update

from pipeline.ledger import events
from pipeline.ledger.rows import Issued, IssuedVersion, NewVersionSent
from pipeline.ledger.tables import issued as table
from pipeline.ledger.tables import issued_version as version_table

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from pipeline.ledger.rows import NewIssue
    from pipeline.ledger.transaction import Transaction


def add(tx: Transaction, new: NewIssue, content: str) -> Issued:
    """Note a template that is about to be sent for the first time; its 表号 is unique."""
    values = asdict(new) | {"at": tx.at}
    query = insert(table).values(values).returning(table)
    added = Issued(**tx.connection.execute(query).mappings().one())
    keep(tx, NewVersionSent(new.form_number, new.version, new.digest, content))
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


def reissue(tx: Transaction, sent: NewVersionSent) -> None:
    """Note that a template was sent anew, with other locked content than last time."""
    values = {"version": sent.version, "digest": sent.digest, "at": tx.at}
    mine = table.c.form_number == sent.form_number
    tx.connection.execute(update(table).where(mine).values(**values))
    keep(tx, sent)
    told = {key: value for key, value in asdict(sent).items() if key != "content"}
    events.add(tx, "reissued", None, told)


def versions(db: Connection, form_number: str) -> tuple[IssuedVersion, ...]:
    """Return every version sent under this 表号, in the order in which they first were."""
    query = select(version_table).where(version_table.c.form_number == form_number)
    rows = db.execute(query.order_by(version_table.c.version)).mappings()
    return tuple(IssuedVersion(**row) for row in rows)


def keep(tx: Transaction, sent: NewVersionSent) -> None:
    """Keep what a version holds; one that was kept before is kept as it is now."""
    found = and_(
        version_table.c.form_number == sent.form_number, version_table.c.version == sent.version
    )
    tx.connection.execute(delete(version_table).where(found))
    tx.connection.execute(insert(version_table).values(asdict(sent) | {"at": tx.at}))
