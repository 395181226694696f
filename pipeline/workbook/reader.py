"""Values of a workbook as canonical text, with their addresses; calamine and nothing else.

What calamine cannot tell (error cells, formulas without a value, hidden rows) the guard found
before; where calamine must not see a part as it is, the guard gives another one for it.
"""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING

from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from pipeline.model import Reading, Sheet

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from python_calamine import CalamineSheet, SheetMetadata

    from pipeline.model import Kind

Value = int | float | str | bool | date | datetime | time | timedelta

# Excel keeps 15 digits of a number: from here on the last ones of what was typed are gone.
LONG_NUMBER = 1e15
# So many it shows as well: where somebody saw 0.3, the file may say 0.30000000000000004.
_DIGITS = 15
_UNSHOWN = re.compile("[\\r\\x00]")
_SECOND = timedelta(seconds=1)
# Beyond these a plain decimal is longer than it is readable.
_SMALLEST, _LARGEST = 1e-7, 1e21


@dataclass(frozen=True, slots=True)
class SheetFacts:
    """What the guard saw in one sheet of the package; the fields of `Sheet` of the same name.

    far: true addresses of the cells that stand, in this order, in column A below `near_rows`.
    merges: only where calamine knows none, in an .ods. texts: by row and column from 1, what
    stands in cells of which calamine tells more.
    """

    errors: Mapping[str, str] = field(default_factory=dict)
    unvalued: tuple[str, ...] = ()
    imprecise: tuple[str, ...] = ()
    hidden_rows: tuple[int, ...] = ()
    hidden_columns: tuple[int, ...] = ()
    near_rows: int = 0
    far: tuple[str, ...] = ()
    merges: tuple[str, ...] = ()
    texts: Mapping[tuple[int, int], str] = field(default_factory=dict)
    fills: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Inspection:
    """What the guard tells the reader of a file it lets pass.

    sheets: facts by the sheet's place in the workbook; empty where the guard cannot see them.
    replaced: parts (by their name in the package) that calamine gets in another form.
    """

    kind: Kind
    sheets: tuple[SheetFacts, ...] = ()
    replaced: Mapping[str, bytes] = field(default_factory=dict)
    properties: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    extras: tuple[str, ...] = ()


def read(data: bytes, inspection: Inspection) -> Reading:
    """Return what stands in a workbook that passed the guard.

    Runs in a worker only. Raises whatever calamine raises, PanicException included.
    """
    source = _replace(data, inspection.replaced) if inspection.replaced else data
    with CalamineWorkbook.from_filelike(BytesIO(source)) as book:
        metadata = book.sheets_metadata
        # Where the guard sees no sheets, or other ones than calamine, nothing is known of them.
        blind = inspection.kind != "xlsx" and len(inspection.sheets) != len(metadata)
        facts = () if blind else inspection.sheets
        facts = facts or (SheetFacts(),) * len(metadata)
        sheets = tuple(
            _amended(_sheet(book.get_sheet_by_index(index), meta, known, inspection.kind), known)
            for index, (meta, known) in enumerate(zip(metadata, facts, strict=True))
            if meta.typ is SheetTypeEnum.WorkSheet
        )
    return Reading(
        kind=inspection.kind,
        sheets=sheets,
        properties=inspection.properties,
        names=inspection.names,
        extras=inspection.extras,
        blind=blind,
    )


def text_of(value: Value) -> str:
    """Return the canonical text of a cell value.

    >>> text_of(30.0), text_of(0.1), text_of(True), text_of(date(2011, 9, 18))
    ('30', '0.1', 'TRUE', '2011-09-18')
    >>> text_of(4.41900199001011e17), text_of(datetime(2011, 9, 18, 14, 30))
    ('441900199001011000', '2011-09-18 14:30:00')
    >>> text_of(time(8, 5)), text_of(timedelta(hours=26, minutes=3))
    ('08:05:00', '26:03:00')
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        return _number(value)
    return _moment(value)


def address(row: int, column: int) -> str:
    """Return the A1 address of a cell, both counted from 1.

    >>> address(1, 1), address(1048576, 16384)
    ('A1', 'XFD1048576')
    """
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"


def column_of(letters: str) -> int:
    """Return the number of a column, counted from 1.

    >>> column_of("A"), column_of("XFD")
    (1, 16384)
    """
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return column


def _number(value: float) -> str:
    if value == 0:
        return "0"
    if value % 1:
        value = float(f"{value:.{_DIGITS}g}")
    if not _SMALLEST <= abs(value) < _LARGEST:
        return repr(value)
    # repr is the shortest text that gives the same number again; Decimal takes its exponent away
    text = format(Decimal(repr(value)), "f")
    return text.removesuffix(".0")


def _moment(value: date | time | timedelta) -> str:
    if isinstance(value, timedelta):
        return _duration(value)
    if isinstance(value, datetime):
        return _whole_second(value).isoformat(sep=" ")
    if isinstance(value, time):
        return value.isoformat(timespec="seconds")
    return value.isoformat()


def _duration(value: timedelta) -> str:
    seconds = round(value.total_seconds())
    minutes, second = divmod(abs(seconds), 60)
    hour, minute = divmod(minutes, 60)
    return f"{'-' if seconds < 0 else ''}{hour:02d}:{minute:02d}:{second:02d}"


def _whole_second(value: datetime) -> datetime:
    # A time of day is a fraction of a day in the file: 14:30 may come as 14:29:59.999
    rounded = value + _SECOND / 2 if value < datetime.max - _SECOND else value  # noqa: DTZ901 - naive
    return rounded.replace(microsecond=0)


def _sheet(sheet: CalamineSheet, meta: SheetMetadata, facts: SheetFacts, kind: Kind) -> Sheet:
    values = sheet.to_python(skip_empty_area=False)
    rows = [_row(row) for row in values]
    far = {place: rows[facts.near_rows + index][0] for index, place in enumerate(facts.far)}
    if far:
        del rows[facts.near_rows :]
    while rows and not rows[-1]:
        rows.pop()
    return Sheet(
        name=sheet.name,
        visible=meta.visible is SheetVisibleEnum.Visible,
        rows=tuple(rows),
        merges=tuple(
            f"{_corner(first)}:{_corner(last)}" for first, last in sheet.merged_cell_ranges or ()
        ),
        errors=facts.errors,
        unvalued=facts.unvalued,
        # of other kinds the guard sees no numbers
        imprecise=facts.imprecise if kind == "xlsx" else _long_numbers(values),
        hidden_rows=facts.hidden_rows,
        hidden_columns=facts.hidden_columns,
        far=far,
        fills=facts.fills,
    )


def _amended(sheet: Sheet, facts: SheetFacts) -> Sheet:
    """Return a sheet with the merges and texts of which the guard knows better."""
    if not (facts.merges or facts.texts):
        return sheet
    rows = list(sheet.rows)
    for (row, column), text in facts.texts.items():
        if row <= len(rows) and column <= len(rows[row - 1]):
            values = rows[row - 1]
            rows[row - 1] = _row((*values[: column - 1], text, *values[column:]))
    return replace(sheet, merges=facts.merges or sheet.merges, rows=tuple(rows))


def _long_numbers(rows: Sequence[Sequence[Value]]) -> tuple[str, ...]:
    return tuple(
        address(row, column)
        for row, values in enumerate(rows, 1)
        for column, value in enumerate(values, 1)
        if value.__class__ is float and abs(value) >= LONG_NUMBER
    )


def _row(values: Sequence[Value]) -> tuple[str, ...]:
    texts = [value if value.__class__ is str else text_of(value) for value in values]
    if _UNSHOWN.search("".join(texts)):
        texts = [_shown(text) for text in texts]
    while texts and not texts[-1]:
        texts.pop()
    return tuple(texts)


def _shown(text: str) -> str:
    r"""Return text as a cell shows it: one line end, and nothing where a NUL is.

    >>> _shown("甲\r\n乙\r丙\x00")
    '甲\n乙\n丙'
    """
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")


def _corner(cell: tuple[int, int]) -> str:
    return address(cell[0] + 1, cell[1] + 1)


def _replace(data: bytes, replaced: Mapping[str, bytes]) -> bytes:
    """Return a package for calamine only: some parts in another form, media left out."""
    target = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(target, "w") as new:
        for entry in old.infolist():
            if entry.filename in replaced:
                new.writestr(entry.filename, replaced[entry.filename])
            elif entry.filename.lower().endswith((".xml", ".rels")):
                new.writestr(entry.filename, old.read(entry))
    return target.getvalue()
