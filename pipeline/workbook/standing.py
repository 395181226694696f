"""Where a form stands on a sheet: its header line, and the rows in which its cards are found."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline import text
from pipeline.workbook.headers import Labelled, Match, match_card, match_table, position

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.forms import Form
    from pipeline.model import Sheet

_SHARE = 0.6  # of the labels of a form of cards that must be there
_SIDE_BY_SIDE = 2  # labels in one row; a list of explanations has one a row


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sheet on which a form was found. until: the row before which its cards are looked for."""

    sheet: Sheet
    match: Match
    until: int


def stand(form: Form, sheet: Sheet) -> Candidate | None:
    """Return where a form stands on a sheet, None where it does not.

    A form whose table is filled in by offices is known by the header line of that table, with its
    cards above; one whose table is given by the labels of its cards, above and below.
    """
    match = match_table(form.table, sheet)
    if not form.given:
        return Candidate(sheet, match, match.row) if match else None
    found = labels(form, sheet, len(sheet.rows))
    wanted = sum(len(section.fields) for section in form.cards)
    side_by_side = max(Counter(map(_row, found.values())).values(), default=0)
    if len(found) < _SHARE * wanted or side_by_side < _SIDE_BY_SIDE:
        return None
    end = len(sheet.rows)
    if match is None:
        return Candidate(sheet, Match(end, {}, {}, {}), end)
    return Candidate(sheet, replace(match, end=_end(form, sheet, match.row)), end)


def labels(form: Form, sheet: Sheet, until: int) -> Mapping[str, Labelled]:
    """Return the labelled cells of all cards of a form."""
    return {
        key: entry
        for section in form.cards
        for key, entry in match_card(section, sheet, until).items()
    }


def _row(entry: Labelled) -> int:
    return position(entry.cell)[0]


def _end(form: Form, sheet: Sheet, header: int) -> int:
    """Return the first row below the table's header that begins with the label of a field."""
    known = {
        text.key(name)
        for section in form.sections
        if section.kind != "table"
        for entry in section.fields
        for name in entry.labels
    }
    for row in range(header + 1, len(sheet.rows)):
        first = next((cell for cell in sheet.rows[row] if cell.strip()), "")
        if text.key(first) in known:
            return row
    return len(sheet.rows)
