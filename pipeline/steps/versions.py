"""What an accepted part makes of the register: versions of its records, numbers for the new."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline.checks.levels import raised
from pipeline.ledger import records
from pipeline.ledger.rows import CANCELLED, MISSING, NewVersion, RecordOwner
from pipeline.steps.asking import new_explanation
from pipeline.steps.judge import content_hash, own_values
from pipeline.steps.matching import is_nil_row
from pipeline.steps.roles import ranks_of
from pipeline.steps.sources import EXTRA

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.checks.check import CheckedRow
    from pipeline.forms import Form
    from pipeline.ledger.rows import RecordRow, VersionRow
    from pipeline.steps.filing import CheckedPart, Filing
    from pipeline.steps.matching import Matched


@dataclass(frozen=True, slots=True)
class Registered:
    """The id of a filed part and the records of its rows."""

    part: int
    records: tuple[int, ...]


def new_versions(
    filing: Filing, checked: CheckedPart, matched: Matched, registered: Registered
) -> Iterator[NewVersion]:
    """Yield a version for each record that is new, changed, back or missing."""
    form, arrival, part = checked.form, filing.arrival.id, registered.part
    for (row, before), record in zip(matched.pairs, registered.records, strict=True):
        after = _version(form, row, before)
        if before and before.content_hash == after.content_hash and not before.status:
            continue
        cells = {**after.cells, "part": str(part)}  # what only restates it says where it was read
        yield replace(after, record=record, arrival=arrival, part=part, cells=cells)
    for before in matched.missing:
        if before.status not in {MISSING, CANCELLED}:
            yield records.restated(before, MISSING, arrival=arrival, part=part)


def register(filing: Filing, checked: CheckedPart, matched: Matched) -> tuple[int, ...]:
    """Return the records of the rows in their order; the new are registered and numbered."""
    fresh = [row for row, before in matched.pairs if before is None]
    numbered = iter(_register(filing, checked, fresh))
    return tuple(before.record if before else next(numbered).id for _, before in matched.pairs)


def _register(
    filing: Filing, part: CheckedPart, rows: Sequence[CheckedRow]
) -> tuple[RecordRow, ...]:
    """Register new records; a row that only says there is nothing gets no number, nor a card."""
    form, office, tx = part.form, part.office, filing.tx
    year = filing.workspace.settings.campaign.year
    running = records.last_number(tx.connection, form.code, office, year)
    numbers: list[str | None] = []
    for row in rows:
        unnumbered = form.given or is_nil_row(form, row.values)
        running += not unnumbered
        numbers.append(None if unnumbered else f"{office}-{year}-{running:03d}")
    return records.add_all(tx, RecordOwner(form.code, office, part.person), numbers)


def _version(form: Form, row: CheckedRow, before: VersionRow | None) -> NewVersion:
    """Return what a row says of its record, which is still to be named."""
    extra = {f"{EXTRA}{label}": typed for label, typed in row.extra.items()}
    payload = dict(row.values) | extra
    change, level = _change(form, row, before)
    section = form.records[0]
    return NewVersion(
        record=0,
        arrival=None,
        part=None,
        section=section.key,
        position=row.position,
        cells=_cells(form, row),
        payload=payload,
        content_hash=content_hash(own_values(form, section, payload)),
        level=level,
        category=row.values.get(form.roles.category, ""),
        class_=change,
    )


def _cells(form: Form, row: CheckedRow) -> dict[str, str]:
    """Return where a record stood; a card has no row, its part knows the cell of each field."""
    sheet = {"sheet": row.source.sheet}
    return sheet if form.given else {**sheet, "row": str(row.source.rows[row.position] + 1)}


def _change(form: Form, row: CheckedRow, before: VersionRow | None) -> tuple[str, str]:
    """Return the class of the change (the words stand in vocab.CHANGES) and the level in force.

    A level never drops silently: without a 情况说明 that is new the higher one stays.
    """
    level = raised(form, row.values)
    if before is None:
        return "new", level
    ranks = ranks_of(form)
    lowest = len(ranks) + 1
    now, then = ranks.get(level, lowest), ranks.get(before.level, lowest)
    if now > then and not new_explanation(form, row, before):
        level, now = before.level, then
    if before.status in {MISSING, CANCELLED}:
        return "back", level
    return ("raised" if now < then else "lowered" if now > then else "changed"), level
