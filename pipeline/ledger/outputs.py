"""What we last published at each place of the outbox: a file that differs was changed by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select

from pipeline.ledger import events
from pipeline.ledger.rows import Output
from pipeline.ledger.tables import output as table

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from pipeline.ledger.transaction import Transaction


def publish(tx: Transaction, path: str, sha256: str, audience: str) -> None:
    """Note what is to lie at `path`, relative to the outbox, with forward slashes.

    The digest that lies there until then is kept: a crash may leave either file in the place.
    """
    known = published(tx.connection, path)
    if known and known.sha256 == sha256:
        return
    values = {"path": path, "sha256": sha256, "audience": audience}
    before = known.sha256 if known else ""
    tx.connection.execute(delete(table).where(table.c.path == path))
    tx.connection.execute(insert(table).values(**values, before=before, at=tx.at))
    events.add(tx, "published", None, values)


def withdraw(tx: Transaction, path: str) -> None:
    """Note that nothing of ours lies at `path` any more."""
    if tx.connection.execute(delete(table).where(table.c.path == path)).rowcount:
        events.add(tx, "withdrawn", None, {"path": path})


def published(db: Connection, path: str) -> Output | None:
    """Return what we last published at `path`."""
    row = db.execute(select(table).where(table.c.path == path)).mappings().one_or_none()
    return Output(**row) if row else None


def below(db: Connection, folder: str) -> tuple[Output, ...]:
    """Return everything published below a folder of the outbox, sorted by path."""
    query = select(table).order_by(table.c.path)
    if folder:
        query = query.where(table.c.path.startswith(f"{folder}/", autoescape=True))
    return tuple(Output(**row) for row in db.execute(query).mappings())
