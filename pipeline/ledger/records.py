"""Records and their versions: what is registered for good, and what it said when."""

from __future__ import annotations

from dataclasses import asdict, fields
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, insert, select

from pipeline import clock
from pipeline.ledger import events
from pipeline.ledger.rows import CANCELLED, NewVersion, RecordOwner, RecordRow, VersionRow
from pipeline.ledger.tables import record as table
from pipeline.ledger.tables import record_version as version

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from sqlalchemy import Connection, Select

    from pipeline.ledger.transaction import Transaction


def add(tx: Transaction, form: str, office: str, person: str, number: str | None) -> RecordRow:
    """Register a new record; its number is never given to another record of the form."""
    return add_all(tx, RecordOwner(form, office, person), [number])[0]


def add_all(
    tx: Transaction, owner: RecordOwner, numbers: Sequence[str | None]
) -> tuple[RecordRow, ...]:
    """Register new records of one owner at once, in the order of their numbers."""
    if not numbers:
        return ()
    rows = [asdict(owner) | {"number": number} for number in numbers]
    # Many rows in one statement come back in any order; those without a number are all alike.
    query = insert(table).returning(table)
    made = [RecordRow(**row) for row in tx.connection.execute(query, rows).mappings()]
    numbered = {one.number: one for one in made}
    alike = iter([one for one in made if one.number is None])
    added = tuple(next(alike) if number is None else numbered[number] for number in numbers)
    listed = " ".join(f"{one.id}={one.number or ''}" for one in added)
    events.add(tx, "records", None, asdict(owner) | {"count": len(added), "records": listed})
    return added


def add_versions(tx: Transaction, arrival: int | None, new: Sequence[NewVersion]) -> None:
    """Register what these records say from now on; `arrival` is the file they came from."""
    if not new:
        return
    # Not asdict: it would copy every payload.
    names = [entry.name for entry in fields(NewVersion)]
    rows = [{name: getattr(one, name) for name in names} | {"at": tx.at} for one in new]
    tx.connection.execute(insert(version), rows)
    listed = " ".join(str(one.record) for one in new)
    events.add(tx, "versions", arrival, {"count": len(new), "records": listed})


def restated(
    before: VersionRow, change: str, *, arrival: int | None = None, part: int | None = None
) -> NewVersion:
    """Return the version that says only that a record is missing or written off.

    It keeps its content. arrival, part: the file that says so, None where it is the group.
    """
    return NewVersion(
        record=before.record,
        arrival=arrival,
        part=part,
        section=before.section,
        position=before.position,
        cells=before.cells,
        payload=before.payload,
        content_hash=before.content_hash,
        level=before.level,
        category=before.category,
        class_=change,
        status=change,
        raised=before.raised,
        fixed=before.fixed,
    )


def records(db: Connection, form: str, office: str = "") -> tuple[RecordRow, ...]:
    """Return the records of a form, or of one office's form, oldest first."""
    query = select(table).where(table.c.form == form).order_by(table.c.id)
    if office:
        query = query.where(table.c.office == office)
    return tuple(RecordRow(**row) for row in db.execute(query).mappings())


def by_number(db: Connection, form: str, number: str) -> RecordRow | None:
    """Return the record that bears this number."""
    query = select(table).where(table.c.form == form, table.c.number == number)
    row = db.execute(query).mappings().one_or_none()
    return RecordRow(**row) if row else None


def last_number(db: Connection, form: str, office: str, year: int) -> int:
    """Return the last running number that an office got in `year`, 0 before the first.

    Numbers read `<office>-<year>-<running number>`.
    """
    prefix = f"{office}-{year}-"
    query = select(table.c.number).where(
        table.c.form == form, table.c.number.startswith(prefix, autoescape=True)
    )
    running = (number.removeprefix(prefix) for number in db.scalars(query))
    return max((int(text) for text in running if text.isdecimal()), default=0)


def current_versions(
    db: Connection,
    form: str,
    *,
    on: date | None = None,
    office: str = "",
    through: int | None = None,
) -> tuple[VersionRow, ...]:
    """Return the latest version of each record that counts, in the order of the records.

    on: as it stood at the end of that Shanghai day. office: only its records. through: as the
    file of that arrival left it, whatever came after it.
    """
    known = known_versions(db, form, on=on, office=office, through=through)
    return tuple(version for version in known if version.status != CANCELLED)


def known_versions(
    db: Connection,
    form: str,
    *,
    on: date | None = None,
    office: str = "",
    through: int | None = None,
) -> tuple[VersionRow, ...]:
    """Return the same with the records that were written off."""
    latest = select(func.max(version.c.id)).group_by(version.c.record)
    if on is not None:
        latest = latest.where(version.c.at < clock.day_end(on))
    if through is not None:
        last = select(func.max(version.c.id)).where(version.c.arrival <= through)
        latest = latest.where(version.c.id <= last.scalar_subquery())
    query = _versions().where(table.c.form == form, version.c.id.in_(latest))
    if office:
        query = query.where(table.c.office == office)
    return _rows(db, query.order_by(table.c.id))


def history(db: Connection, record: int) -> tuple[VersionRow, ...]:
    """Return every version of one record, oldest first."""
    return _rows(db, _versions().where(version.c.record == record).order_by(version.c.id))


def histories(
    db: Connection, form: str, *, office: str = "", on: date | None = None
) -> tuple[VersionRow, ...]:
    """Return every version of every record of a form, record after record, oldest first.

    office: only its records. on: only those up to the end of that Shanghai day.
    """
    query = _versions().where(table.c.form == form).order_by(table.c.id, version.c.id)
    if office:
        query = query.where(table.c.office == office)
    if on is not None:
        query = query.where(version.c.at < clock.day_end(on))
    return _rows(db, query)


def of_arrival(db: Connection, arrival: int) -> tuple[VersionRow, ...]:
    """Return the versions that one arrival made, in the order of its rows."""
    return _rows(db, _versions().where(version.c.arrival == arrival).order_by(version.c.id))


def of_group(db: Connection, day: date) -> tuple[VersionRow, ...]:
    """Return the versions that the group made on a Shanghai day without a file of an office."""
    begun = clock.day_end(day - timedelta(days=1))
    made = (version.c.arrival.is_(None), version.c.at >= begun, version.c.at < clock.day_end(day))
    return _rows(db, _versions().where(*made).order_by(version.c.id))


def _versions() -> Select[tuple[object, ...]]:
    identity = (table.c.form, table.c.office, table.c.person, table.c.number)
    return select(version, *identity).join(table, table.c.id == version.c.record)


def _rows(db: Connection, query: Select[tuple[object, ...]]) -> tuple[VersionRow, ...]:
    return tuple(VersionRow(**row) for row in db.execute(query).mappings())


def versions_until(db: Connection, form: str, last: int) -> tuple[VersionRow, ...]:
    """Return each record as it stood when the version of number `last` was the last of all."""
    latest = select(func.max(version.c.id)).where(version.c.id <= last).group_by(version.c.record)
    query = _versions().where(table.c.form == form, version.c.id.in_(latest))
    return _rows(db, query.order_by(table.c.id))


def last_version(db: Connection, *, on: date | None = None) -> int:
    """Return the number of the last version of all, 0 before the first."""
    query = select(func.max(version.c.id))
    if on is not None:
        query = query.where(version.c.at < clock.day_end(on))
    return db.scalar(query) or 0


def offices(db: Connection, form: str, *, on: date | None = None) -> frozenset[str]:
    """Return the offices that have a numbered record of a form."""
    query = select(table.c.office).join(version, version.c.record == table.c.id).distinct()
    query = query.where(table.c.form == form, table.c.number.is_not(None))
    if on is not None:
        query = query.where(version.c.at < clock.day_end(on))
    return frozenset(db.scalars(query))


def spans(db: Connection, form: str, *, on: date | None = None) -> dict[int, tuple[int, datetime]]:
    """Return for each record how many versions it has and when the first was registered."""
    count, first = func.count(version.c.id), func.min(version.c.at)
    query = select(version.c.record, count, first).join(table, table.c.id == version.c.record)
    query = query.where(table.c.form == form).group_by(version.c.record)
    if on is not None:
        query = query.where(version.c.at < clock.day_end(on))
    return {record: (number, at) for record, number, at in db.execute(query)}
