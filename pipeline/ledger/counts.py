"""The state of the work in numbers, for `status` and the nightly report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from pipeline import clock
from pipeline.ledger.rows import Counts
from pipeline.ledger.tables import arrival as table

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import ColumnElement, Connection

_WAITING = table.c.state == "claimed"
_IN_FLIGHT = table.c.state.in_(("read", "decided", "stored"))


def counts(db: Connection, today: date) -> Counts:
    """Return the numbers as of now; `today` is the Shanghai day whose decisions are counted."""
    handed_in = table.c.source != "precheck"
    decided_today = (
        handed_in,
        table.c.decided_at >= clock.day_start(today),
        table.c.decided_at < clock.day_end(today),
    )
    quarantine = (
        select(table.c.reason, func.count().label("files"))
        .where(table.c.verdict == "quarantined", handed_in)
        .group_by(table.c.reason)
        .order_by(table.c.reason)
    )
    return Counts(
        waiting=_count(db, _WAITING),
        oldest_waiting=db.scalar(select(func.min(table.c.claimed_at)).where(_WAITING)),
        in_flight=_count(db, _IN_FLIGHT),
        decided_today=_count(db, *decided_today),
        quarantine={row.reason: row.files for row in db.execute(quarantine)},
    )


def _count(db: Connection, *conditions: ColumnElement[bool]) -> int:
    return db.scalar(select(func.count()).select_from(table).where(*conditions)) or 0
