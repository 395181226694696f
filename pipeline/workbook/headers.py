"""Finding a section's header line and columns by label, wherever the clerk moved them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from pipeline import text
from pipeline.model import Place

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.forms import Section
    from pipeline.model import Sheet

_SEARCHED = 30  # rows in which a header line is looked for
_SHARE = 0.6  # of the declared labels that must be on it


@dataclass(frozen=True, slots=True)
class Match:
    """Where a section stands on a sheet; rows and columns count from 0.

    row: the header line. columns: column by field key. headers: label as the clerk sees it by
    field key. unknown: column -> label that is none of ours.
    """

    row: int
    columns: Mapping[str, int]
    headers: Mapping[str, str]
    unknown: Mapping[int, str]

    def missing(self, section: Section) -> tuple[str, ...]:
        """Return the keys of the fields that have no column."""
        return tuple(key for key in section.keys if key not in self.columns)


def letters(column: int) -> str:
    """Return the letters of a column counted from 0.

    >>> letters(0), letters(25), letters(26), letters(16383)
    ('A', 'Z', 'AA', 'XFD')
    """
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def address(row: int, column: int) -> str:
    """Return the A1 address of a cell counted from 0."""
    return f"{letters(column)}{row + 1}"


def match_table(section: Section, sheet: Sheet) -> Match | None:
    """Return where the table's header line stands: the row with most of its labels.

    None where no row of the first 30 carries at least 60 % of them.
    """
    labels = _labels(section)
    needed = _SHARE * sum(1 for entry in section.fields if entry.printed)
    best: Match | None = None
    for number, row in enumerate(sheet.rows[:_SEARCHED]):
        if sum(1 for cell in row if cell) < needed:
            continue
        found = _match_row(labels, row, number)
        if best is None or len(found.columns) > len(best.columns):
            best = found
        if len(best.columns) == len(section.fields):
            break
    return best if best and len(best.columns) >= needed else None


def match_card(section: Section, sheet: Sheet, until: int) -> dict[str, Place]:
    """Return the value cell of each labelled field in the rows before `until`.

    The value stands in the column behind the label, or behind the label's merged range.
    """
    labels = _labels(section)
    ends = _merged_ends(sheet)
    found: dict[str, Place] = {}
    for number, row in enumerate(sheet.rows[:until]):
        for column, cell in enumerate(row):
            key = labels.get(text.key(cell)) if cell else None
            if key and key not in found:
                value = ends.get((number, column), column) + 1
                found[key] = Place(sheet.name, address(number, value))
    return found


def _labels(section: Section) -> Mapping[str, str]:
    """Return field keys by folded label; a declared header wins over another field's alias."""
    fields = ((entry.key, entry.header, entry.aliases) for entry in section.fields)
    return _folded_labels(tuple(fields))


@lru_cache(maxsize=64)
def _folded_labels(fields: tuple[tuple[str, str, tuple[str, ...]], ...]) -> Mapping[str, str]:
    by_alias = {text.key(alias): key for key, _, aliases in fields for alias in aliases}
    bare = {text.label(header): key for key, header, _ in fields}
    return bare | by_alias | {text.key(header): key for key, header, _ in fields}


def _match_row(labels: Mapping[str, str], row: tuple[str, ...], number: int) -> Match:
    columns: dict[str, int] = {}
    headers: dict[str, str] = {}
    unknown: dict[int, str] = {}
    for column, cell in enumerate(row):
        if not cell.strip():
            continue
        key = labels.get(text.key(cell)) or labels.get(text.label(cell))
        if key is None or key in columns:
            unknown[column] = text.narrow(cell)
        else:
            columns[key] = column
            headers[key] = text.narrow(cell)
    return Match(number, columns, headers, unknown)


def _merged_ends(sheet: Sheet) -> dict[tuple[int, int], int]:
    """Return the last column of each merged range by its first cell."""
    ends = {}
    for area in sheet.merges:
        (top, left), (_, right) = corners(area)
        ends[top, left] = right
    return ends


def corners(area: str) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return the corners of a range as (row, column) counted from 0.

    >>> corners("B2:C4")
    ((1, 1), (3, 2))
    """
    first, _, last = area.partition(":")
    return position(first), position(last or first)


def position(cell: str) -> tuple[int, int]:
    """Return row and column, counted from 0, of an A1 address.

    >>> position("AA10")
    (9, 26)
    """
    name = cell.rstrip("0123456789")
    column = 0
    for letter in name:
        column = column * 26 + ord(letter) - 64
    return int(cell[len(name) :]) - 1, column - 1
