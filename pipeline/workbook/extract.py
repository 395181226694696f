"""Taking the typed texts of a section out of a sheet, each with the cell it stood in."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipeline import text
from pipeline.findings import Finding, Repair
from pipeline.forms.form import Roles
from pipeline.model import Place
from pipeline.workbook.fills import read_fills
from pipeline.workbook.headers import Match, address, letters, match_card, position
from pipeline.workbook.merges import covered, split
from pipeline.workbook.odd_rows import Line, Tail, continued, is_sample

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pipeline.forms import Section
    from pipeline.model import Sheet

_TOTAL = re.compile(r"(本页|本科室|本单位)?(合计|小计|总计|共计)(\(.*\))?[0-9条项个]*")
_NOTE = re.compile(r"(填表说明|说明|备注|注|填表人|审核人|填报人)(\d* *:|$)")
_AFTER = "略去表后说明"
_NO_ROLES = Roles()
_NAMED = 5  # of the hidden rows and columns are named
_REPEATED = 0.5  # of a row's cells that are labels: the header printed again on a new page


@dataclass(frozen=True, slots=True)
class Extract:
    """A section as typed. For a table: one entry a data row; for a card: exactly one.

    rows: sheet row, counted from 0, of each record. texts: typed texts by field key, as long as
    rows. places: the cell of each field of a card. extra: texts in columns that are not ours,
    label -> text, by position in rows; own: where those columns stand. head: where the labels
    stand. missing: keys of the fields without a label. asked: what is to be told of a record, each
    with its position in rows.
    """

    sheet: str
    columns: Mapping[str, int]
    headers: Mapping[str, str]
    rows: tuple[int, ...]
    texts: Mapping[str, Sequence[str]]
    places: Mapping[str, Place]
    extra: Mapping[int, Mapping[str, str]]
    head: Place
    missing: tuple[str, ...] = ()
    repairs: tuple[Repair, ...] = ()
    findings: tuple[Finding, ...] = ()
    own: Mapping[str, int] = field(default_factory=dict)
    asked: tuple[tuple[int, Finding], ...] = ()

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


def extract_table(
    section: Section, sheet: Sheet, match: Match, roles: Roles = _NO_ROLES
) -> Extract:
    """Return every record below the header line; blank, repeated and total rows are left out.

    Values merged over several rows are filled down inside the merged range only. A row that only
    goes on with the texts of the record above is joined to it. roles: of the form.
    """
    kept, dropped = _records(section, sheet, match, roles)
    lines = _lines(section, sheet, match, kept)
    tails = continued(section, roles, lines)
    rows = [row for row in kept if row not in tails]
    spread = _spread(sheet, match)
    texts = {
        key: [_cell(sheet, row, column) or spread.get((row, column), "") for row in rows]
        for key, column in match.columns.items()
    }
    coloured = tuple(read_fills(section, sheet, match, rows, texts))
    for position_, key, repair, _ in coloured:
        texts[key][position_] = repair.after
    joined = tuple(_joined(sheet, match, lines, tails, texts))
    strange = _strange(sheet, match, kept)
    return Extract(
        sheet=sheet.name,
        columns=match.columns,
        headers=match.headers,
        rows=tuple(rows),
        texts=texts,
        places={},
        extra=_extra(sheet, strange, rows, tails),
        head=Place(sheet.name, address(match.row, 0)),
        missing=match.missing(section),
        repairs=(
            *dropped,
            *_filled_down(section, sheet, match, rows),
            *(repair for _, _, repair, _ in coloured),
            *(repair for _, repairs, _ in joined for repair in repairs),
        ),
        findings=tuple(_oddities(section, sheet, match, kept)),
        own={label: column for column, label in strange.items()},
        asked=(
            *((position_, finding) for position_, _, _, finding in coloured),
            *((position_, finding) for position_, _, finding in joined),
        ),
    )


def _lines(section: Section, sheet: Sheet, match: Match, kept: Sequence[int]) -> list[Line]:
    """Return the filled rows with what the office itself typed into each."""
    own, spread = _own(section, match), _spread(sheet, match)
    broken = {position(cell)[0] for _, cell, _ in _valueless(sheet)}
    return [
        Line(
            row=row,
            typed={key: _cell(sheet, row, column) for column, key in own.items()},
            merged=frozenset(key for column, key in own.items() if spread.get((row, column))),
            broken=row in broken,
        )
        for row in kept
    ]


def _joined(
    sheet: Sheet,
    match: Match,
    lines: Sequence[Line],
    tails: Mapping[int, int],
    texts: Mapping[str, list[str]],
) -> Iterator[tuple[int, list[Repair], Finding]]:
    """Join each continuing row to its record in `texts`; yield the record and what to tell."""
    rows = [line.row for line in lines if line.row not in tails]
    for line in lines:
        if line.row not in tails:
            continue
        tail, place = Tail(sheet.name, line.row, tails[line.row]), rows.index(tails[line.row])
        repairs = []
        for key, after in tail.join({key: said[place] for key, said in texts.items()}, line):
            column, header = match.columns[key], match.headers[key]
            repairs.append(tail.repair(column, header, texts[key][place], after))
            texts[key][place] = after
        first = min(line.keys, key=match.columns.__getitem__)
        typed = line.typed[first]
        yield place, repairs, tail.question(match.columns[first], match.headers[first], typed)


def extract_card(section: Section, sheet: Sheet, until: int) -> Extract:
    """Return the one record of a card whose labels stand in the rows before `until`."""
    found = match_card(section, sheet, until)
    places = {key: entry.place for key, entry in found.items()}
    texts = {key: [_cell(sheet, *position(place.cell))] for key, place in places.items()}
    headers = {key: entry.label for key, entry in found.items()}
    by_cell = {place.cell: key for key, place in places.items()}
    return Extract(
        sheet=sheet.name,
        columns={},
        headers=headers,
        rows=(0,),
        texts=texts,
        places=places,
        extra={},
        head=Place(sheet.name),
        missing=tuple(key for key in section.keys if key not in places),
        findings=tuple(
            Finding(code, places[by_cell[cell]], headers[by_cell[cell]], value)
            for code, cell, value in _doubtful(sheet, [position(cell) for cell in by_cell])
            if cell in by_cell and not section.field(by_cell[cell]).derived
        ),
    )


def _cell(sheet: Sheet, row: int, column: int) -> str:
    cells = sheet.rows[row] if row < len(sheet.rows) else ()
    return cells[column] if column < len(cells) else ""


def _valueless(sheet: Sheet) -> Iterator[tuple[str, str, str]]:
    """Yield code, address and shown value of each cell that holds an error or no result."""
    yield from (("F207", cell, value) for cell, value in sheet.errors.items())
    yield from (("F208", cell, "") for cell in sheet.unvalued)


def _doubtful(sheet: Sheet, cells: Iterable[tuple[int, int]]) -> Iterator[tuple[str, str, str]]:
    """Yield what `_valueless` does, and each of the given cells whose text cannot be relied on."""
    yield from _valueless(sheet)
    yield from (("F223", cell, "") for cell in sheet.imprecise)
    _, shared = split(sheet.merges)
    for row, column in cells if shared else ():
        if any(b.top <= row <= b.bottom and b.left <= column <= b.right for b in shared):
            yield "F220", address(row, column), ""


def _own(section: Section, match: Match) -> dict[int, str]:
    """Return the keys by column of what makes a row a record: what the office itself fills in.

    In a given table that is everything but the running number.
    """
    computed = {
        entry.key
        for entry in section.fields
        if entry.derived and (not section.given or entry.derived.of == "row")
    }
    return {column: key for key, column in match.columns.items() if key not in computed}


def _records(
    section: Section, sheet: Sheet, match: Match, roles: Roles
) -> tuple[list[int], list[Repair]]:
    """Return the rows that are records, and a record of each filled row that is none."""
    own = _own(section, match)
    valueless = {position(cell) for _, cell, _ in _valueless(sheet)}
    last = max(len(sheet.rows), *(row + 1 for row, _ in valueless), 0)
    end = last if match.end is None else match.end
    kept: list[int] = []
    dropped: list[Repair] = []
    noted = False
    for row in range(match.row + 1, end):
        if not any(_cell(sheet, row, place).strip() or (row, place) in valueless for place in own):
            continue
        filled = [cell for cell in sheet.rows[row] if cell.strip()] if row < len(sheet.rows) else []
        why = _is_no_record(sheet, match, filled, noted=noted) if filled else ""
        typed = {key: _cell(sheet, row, column) for column, key in own.items()}
        if filled and not why and is_sample(section, roles, filled[0], typed):
            why = "略去示例行"
        noted = noted or why == _AFTER
        if why:
            dropped.append(Repair(Place(sheet.name, address(row, 0)), "", filled[0], "", why))
        else:
            kept.append(row)
    return kept, dropped


def _is_no_record(sheet: Sheet, match: Match, filled: list[str], *, noted: bool) -> str:
    """Return why a filled row is no record, "" where it is one.

    noted: the notes behind the table have begun, so that a lone cell is one of them.
    """
    alone, first = len(filled) == 1, filled[0]
    labels = {text.key(header) for header in match.headers.values()}
    if sum(text.key(cell) in labels for cell in filled) > _REPEATED * len(match.columns):
        return "略去重复的表头"
    if _TOTAL.fullmatch(text.key(first)):
        return "略去合计行"
    if _NOTE.match(text.narrow(first)) or (alone and noted):
        return _AFTER
    if alone and any(first in row for row in sheet.rows[: match.row]):
        return "略去重复的标题"
    return ""


def _filled_down(
    section: Section, sheet: Sheet, match: Match, kept: Sequence[int]
) -> Iterator[Repair]:
    own, rows = _own(section, match), set(kept)
    for (row, column), typed in _spread(sheet, match).items():
        if row in rows and column in own and typed and not _cell(sheet, row, column):
            place = Place(sheet.name, address(row, column))
            yield Repair(place, match.headers[own[column]], "", typed, "合并单元格逐行填入")


def _spread(sheet: Sheet, match: Match) -> dict[tuple[int, int], str]:
    """Return the text of each vertically merged range for the cells below its first one."""
    found = {}
    apart, _ = split(sheet.merges)
    for top, left, bottom, _ in apart:
        if top > match.row:
            for row in range(top + 1, min(bottom + 1, len(sheet.rows))):
                found[row, left] = _cell(sheet, top, left)
    return found


def _strange(sheet: Sheet, match: Match, kept: Sequence[int]) -> dict[int, str]:
    """Return a name for each column that is not ours; one without a label has its letters."""
    ours = set(match.columns.values())
    filled = {
        column
        for row in kept
        for column, cell in enumerate(sheet.rows[row] if row < len(sheet.rows) else ())
        if cell.strip() and column not in ours
    }
    labelled = {column for column, label in match.unknown.items() if text.key(label)}
    names: dict[int, str] = {}
    for column in sorted(filled | labelled):
        label = match.unknown[column] if column in labelled else ""
        taken = not label or label in names.values()
        names[column] = f"{label}{letters(column)}列" if taken else label
    return names


def _extra(
    sheet: Sheet, strange: Mapping[int, str], rows: Sequence[int], tails: Mapping[int, int]
) -> dict[int, dict[str, str]]:
    """Return what stands in columns that are not ours, by record; joined rows go with theirs."""
    places = {row: place for place, row in enumerate(rows)}
    found: dict[int, dict[str, str]] = {}
    for row in sorted([*rows, *tails]):
        for column, label in strange.items():
            typed = _cell(sheet, row, column)
            if typed:
                said = found.setdefault(places[tails.get(row, row)], {})
                said[label] = f"{said[label]}\n{typed}" if label in said else typed
    return found


def _oddities(
    section: Section, sheet: Sheet, match: Match, kept: Sequence[int]
) -> Iterator[Finding]:
    """Yield what the sheet's shape itself makes worth telling, apart from any value."""
    for column, label in _strange(sheet, match, kept).items():
        yield Finding("F102", Place(sheet.name, address(match.row, column)), value=label)
    own, rows = _own(section, match), set(kept)
    cells = [(row, column) for row in kept for column in own]
    for code, cell, value in _doubtful(sheet, cells):
        row, column = position(cell)
        if row in rows and column in own:
            yield Finding(code, Place(sheet.name, cell), match.headers[own[column]], value)
    yield from _hidden(sheet, kept)
    for cell, typed in sheet.far.items():
        yield Finding("F104", Place(sheet.name, cell), value=typed)


def _hidden(sheet: Sheet, kept: Sequence[int]) -> Iterator[Finding]:
    rows = [f"第{row + 1}行" for row in kept if row + 1 in sheet.hidden_rows]
    columns = [
        f"{letters(column - 1)}列"
        for column in sheet.hidden_columns
        if any(_cell(sheet, row, column - 1).strip() for row in kept)
    ]
    records = set(kept)
    under = [f"{address(*place)}格" for place in covered(sheet) if place[0] in records]
    hidden = rows + columns + under
    if hidden:
        more = "等" if len(hidden) > _NAMED else ""
        yield Finding("F103", Place(sheet.name), value="、".join(hidden[:_NAMED]) + more)
    if not sheet.visible:
        yield Finding("F103", Place(sheet.name), value="整张工作表")
