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
    field key. unknown: column -> label that is none of ours. end: the row before which the records
    end, None where they go on to the end of the sheet.
    """

    row: int
    columns: Mapping[str, int]
    headers: Mapping[str, str]
    unknown: Mapping[int, str]
    end: int | None = None

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

    None where no row of the first 30 carries at least 60 % of them, or where the labels go on in
    the row below: a header over two rows is a bureau's own form, and half of it would be misread.
    """
    tiers = _tiers(section)
    needed = _SHARE * sum(1 for entry in section.fields if entry.printed)
    line = 0
    best: dict[int, str] = {}
    for number, row in enumerate(sheet.rows[:_SEARCHED]):
        if sum(1 for cell in row if cell) < needed:
            continue
        found = _keys_by_column(tiers, row)
        if len(found) > len(best):
            line, best = number, found
        if len(best) == len(section.fields):
            break
    if not best or len(best) < needed:
        return None
    match = _match(sheet.rows[line], line, best)
    return None if _goes_on(tiers, sheet, match) else match


def _goes_on(tiers: _Tiers, sheet: Sheet, match: Match) -> bool:
    """Tell whether the row below a header line belongs to it.

    Either all that stands there are labels, one of them new, or it only divides header cells
    that are merged over several columns.
    """
    below = sheet.rows[match.row + 1] if match.row + 1 < len(sheet.rows) else ()
    cells = {column: cell for column, cell in enumerate(below) if cell.strip()}
    keys = {tiers.loose.get(text.key(cell)) for cell in cells.values()}
    if cells and None not in keys and keys - match.columns.keys():
        return True
    wide = {
        column
        for (row, left), right in _merged_ends(sheet).items()
        if row == match.row and right > left and sheet.rows[row][left].strip()
        for column in range(left, right + 1)
    }
    return len(cells) > 1 and cells.keys() <= wide


@dataclass(frozen=True, slots=True)
class Labelled:
    """A labelled cell of a card: the label as the clerk sees it with its cell, the value's cell."""

    label: str
    cell: str
    place: Place


def match_card(section: Section, sheet: Sheet, until: int) -> dict[str, Labelled]:
    """Return each labelled field in the rows before `until`.

    The value stands in the column behind the label, or behind the label's merged range. Readers
    tell no merged ranges of some formats (.ods): there it is the next text before another label.
    """
    labels = _tiers(section).loose
    ends = _merged_ends(sheet)
    found: dict[str, Labelled] = {}
    for number, row in enumerate(sheet.rows[:until]):
        for column, cell in enumerate(row):
            key = labels.get(text.key(cell)) if cell else None
            if key and key not in found:
                merged = ends.get((number, column))
                value = _next_text(labels, row, column) if merged is None else merged + 1
                place = Place(sheet.name, address(number, value))
                found[key] = Labelled(_shown(cell), address(number, column), place)
    return found


def _next_text(labels: Mapping[str, str], row: tuple[str, ...], label: int) -> int:
    """Return the column of the first text behind a label, the next column where there is none."""
    for column in range(label + 1, len(row)):
        if row[column].strip():
            return label + 1 if text.key(row[column]) in labels else column
    return label + 1


@dataclass(frozen=True, slots=True)
class _Tiers:
    """Field keys by folded label; what is written exactly goes before what is nearly it.

    exact: the declared headers; known: aliases too; loose: also headers without their brackets.
    """

    exact: Mapping[str, str]
    known: Mapping[str, str]
    loose: Mapping[str, str]


def _tiers(section: Section) -> _Tiers:
    fields = ((entry.key, entry.header, entry.aliases) for entry in section.fields)
    return _folded_labels(tuple(fields))


@lru_cache(maxsize=64)
def _folded_labels(fields: tuple[tuple[str, str, tuple[str, ...]], ...]) -> _Tiers:
    exact = {text.key(header): key for key, header, _ in fields}
    known = {text.key(alias): key for key, _, aliases in fields for alias in aliases} | exact
    return _Tiers(exact, known, {text.label(header): key for key, header, _ in fields} | known)


def _keys_by_column(tiers: _Tiers, row: tuple[str, ...]) -> dict[int, str]:
    """Return the fields whose labels stand in a row, the best fitting label first."""
    cells = {column: cell for column, cell in enumerate(row) if cell.strip()}
    found: dict[int, str] = {}
    for labels, fold in (
        (tiers.exact, text.key),
        (tiers.known, text.key),
        (tiers.loose, text.key),
        (tiers.loose, text.label),
    ):
        for column, cell in cells.items():
            key = labels.get(fold(cell))
            if key and column not in found and key not in found.values():
                found[column] = key
    return found


def _match(row: tuple[str, ...], number: int, found: Mapping[int, str]) -> Match:
    cells = {column: cell for column, cell in enumerate(row) if cell.strip()}
    return Match(
        number,
        columns={found[column]: column for column in sorted(found)},
        headers={key: _shown(cells[column]) for column, key in found.items()},
        unknown={column: _shown(cell) for column, cell in cells.items() if column not in found},
    )


def _shown(cell: str) -> str:
    """Return a label as the clerk sees it, on one line."""
    return text.clean(cell).replace("\n", "")


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
