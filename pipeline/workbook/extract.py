"""Taking the typed texts of a section out of a sheet, each with the cell it stood in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline import text
from pipeline.findings import Finding, Repair
from pipeline.model import Place
from pipeline.workbook.headers import Match, address, corners, match_card, position

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pipeline.forms import Section
    from pipeline.model import Sheet

_TOTAL = re.compile(r"^(合计|小计|总计|共计)")
_NOTE = re.compile(r"^(填表说明|说明|备注|注|填表人|审核人|填报人)[:：]?")
_REPEATED = 0.5  # of a row's cells that are labels: the header printed again on a new page


@dataclass(frozen=True, slots=True)
class Extract:
    """A section as typed. For a table: one entry a data row; for a card: exactly one.

    rows: sheet row, counted from 0, of each record. texts: typed texts by field key, as long as
    rows. places: the cell of each field of a card. extra: texts in columns that are not ours,
    label -> text, by position in rows.
    """

    sheet: str
    columns: Mapping[str, int]
    headers: Mapping[str, str]
    rows: tuple[int, ...]
    texts: Mapping[str, Sequence[str]]
    places: Mapping[str, Place]
    extra: Mapping[int, Mapping[str, str]]
    repairs: tuple[Repair, ...] = ()
    findings: tuple[Finding, ...] = ()

    def place(self, position_: int, key: str) -> Place:
        """Return the cell of a field of a record, or the row's first cell if it has none."""
        if key in self.places:
            return self.places[key]
        if key in self.columns:
            return Place(self.sheet, address(self.rows[position_], self.columns[key]))
        start = min(self.columns.values(), default=0)
        return Place(self.sheet, address(self.rows[position_], start) if self.rows else "")

    def header(self, key: str, declared: str) -> str:
        """Return the label of a field as the clerk sees it, `declared` where it has none."""
        return self.headers.get(key, declared)


def extract_table(section: Section, sheet: Sheet, match: Match) -> Extract:
    """Return every record below the header line; blank, repeated and total rows are left out.

    Values merged over several rows are filled down inside the merged range only.
    """
    start = match.row + 1
    spread = dict(_spread(sheet, start))
    computed = {entry.key for entry in section.fields if entry.derived}
    content = [column for key, column in match.columns.items() if key not in computed]
    kept, repairs = [], []
    for number in range(start, len(sheet.rows)):
        row = sheet.rows[number]
        if not any(column < len(row) and row[column].strip() for column in content):
            continue
        dropped = _dropped(match, row)
        if dropped:
            filled = next(cell for cell in row if cell.strip())
            repairs.append(Repair(Place(sheet.name, address(number, 0)), "", filled, "", dropped))
        else:
            kept.append(number)
    texts = {
        key: [_typed(sheet, number, column, spread) for number in kept]
        for key, column in match.columns.items()
    }
    rows = set(kept)
    filled_down = ((place, typed) for place, typed in spread.items() if place[0] in rows and typed)
    by_column = {column: key for key, column in match.columns.items()}
    repairs += [
        Repair(
            Place(sheet.name, address(*place)),
            match.headers[by_column[place[1]]],
            "",
            typed,
            "合并单元格逐行填入",
        )
        for place, typed in filled_down
        if place[1] in by_column and by_column[place[1]] not in computed
    ]
    return Extract(
        sheet=sheet.name,
        columns=match.columns,
        headers=match.headers,
        rows=tuple(kept),
        texts=texts,
        places={},
        extra=_extra(sheet, match, kept),
        repairs=tuple(repairs),
        findings=tuple(_oddities(section, sheet, match, kept)),
    )


def extract_card(section: Section, sheet: Sheet, until: int) -> Extract:
    """Return the one record of a card whose labels stand in the rows before `until`."""
    places = match_card(section, sheet, until)
    texts = {}
    for key, place in places.items():
        row, column = position(place.cell)
        cells = sheet.rows[row]
        texts[key] = [cells[column] if column < len(cells) else ""]
    headers = {entry.key: entry.header for entry in section.fields if entry.key in places}
    findings = tuple(
        Finding("F207", places[key], headers[key], sheet.errors[places[key].cell])
        for key in places
        if places[key].cell in sheet.errors
    )
    return Extract(sheet.name, {}, headers, (0,), texts, places, {}, findings=findings)


def _typed(sheet: Sheet, number: int, column: int, spread: Mapping[tuple[int, int], str]) -> str:
    row = sheet.rows[number]
    typed = row[column] if column < len(row) else ""
    return typed or spread.get((number, column), "")


def _spread(sheet: Sheet, start: int) -> Iterator[tuple[tuple[int, int], str]]:
    """Yield each data cell below the first of a vertically merged range, with the first's text."""
    for area in sheet.merges:
        (top, left), (bottom, right) = corners(area)
        if bottom < start or top == bottom:
            continue
        first = sheet.rows[top] if top < len(sheet.rows) else ()
        typed = first[left] if left < len(first) else ""
        for row in range(max(top + 1, start), min(bottom + 1, len(sheet.rows))):
            for column in range(left, right + 1):
                yield (row, column), typed


def _dropped(match: Match, row: tuple[str, ...]) -> str:
    """Return why a filled row is no record, "" where it is one."""
    filled = [cell for cell in row if cell.strip()]
    labels = {text.key(header) for header in match.headers.values()}
    same = sum(1 for cell in filled if text.key(cell) in labels)
    if same > _REPEATED * len(match.columns):
        return "略去重复的表头"
    if _TOTAL.match(text.key(filled[0])):
        return "略去合计行"
    if len(filled) == 1 and _NOTE.match(text.narrow(filled[0])):
        return "略去表后说明"
    return ""


def _extra(sheet: Sheet, match: Match, kept: list[int]) -> dict[int, dict[str, str]]:
    found: dict[int, dict[str, str]] = {}
    if not match.unknown:
        return found
    for place, number in enumerate(kept):
        row = sheet.rows[number]
        cells = {
            label: row[column]
            for column, label in match.unknown.items()
            if column < len(row) and row[column].strip()
        }
        if cells:
            found[place] = cells
    return found


def _oddities(section: Section, sheet: Sheet, match: Match, kept: list[int]) -> Iterator[Finding]:
    """Yield what the sheet's shape itself makes worth telling, apart from any value."""
    declared = {entry.key: entry for entry in section.fields}
    for key in match.missing(section):
        if declared[key].required:
            place = Place(sheet.name, address(match.row, 0))
            yield Finding("F101", place, params={"header": declared[key].header})
    for column, label in match.unknown.items():
        if text.key(label):
            yield Finding("F102", Place(sheet.name, address(match.row, column)), value=label)
    by_column = {column: key for key, column in match.columns.items()}
    rows = set(kept)
    for code, cells in (("F207", sheet.errors), ("F208", dict.fromkeys(sheet.unvalued, ""))):
        for cell, value in cells.items():
            row, column = position(cell)
            key = by_column.get(column, "")
            if key and row in rows and not declared[key].derived:
                yield Finding(code, Place(sheet.name, cell), match.headers[key], value)
    yield from _hidden(sheet, rows)
    for cell, typed in sheet.far.items():
        yield Finding("F104", Place(sheet.name, cell), value=typed)


def _hidden(sheet: Sheet, rows: set[int]) -> Iterator[Finding]:
    hidden = [number for number in sheet.hidden_rows if number - 1 in rows]
    if hidden:
        shown = "、".join(f"第{number}行" for number in hidden[:5])
        yield Finding("F103", Place(sheet.name), value=shown + ("等" if len(hidden) > 5 else ""))  # noqa: PLR2004
    if not sheet.visible:
        yield Finding("F103", Place(sheet.name), value="整张工作表")
