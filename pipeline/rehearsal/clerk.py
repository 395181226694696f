"""A clerk with a workbook: fills in what was issued, corrects what came back."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.writer.excel import ExcelWriter

from pipeline.files.seal import seal
from pipeline.model import Sheet
from pipeline.text import narrow
from pipeline.workbook.looks import BODY_SIZE
from pipeline.workbook.standing import labels, stand
from pipeline.workbook.style import fit_height

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from openpyxl.worksheet.worksheet import Worksheet

    from pipeline.forms import Form
    from pipeline.workbook.headers import Match

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_COUNT = re.compile(r"[1-9]\d{0,5}")
_SAVED = datetime(2011, 9, 1)  # noqa: DTZ001 - openpyxl wants a naive time; a real one would change the bytes
_AS_TEXT = "@"


@dataclass(frozen=True, slots=True)
class Desk:
    """A workbook lying open at the form's sheet. card: address of each value cell by key."""

    book: Workbook
    sheet: Worksheet
    match: Match
    card: Mapping[str, str]

    @property
    def first(self) -> int:
        """Return the row, as Excel counts, of the first record."""
        return self.match.row + 2

    def cell(self, record: int, key: str) -> Cell | MergedCell:
        """Return the cell of a field of a record."""
        return self.sheet.cell(self.first + record, self.match.columns[key] + 1)


def fill(
    template: bytes,
    form: Form,
    rows: Sequence[Mapping[str, str]],
    card: Mapping[str, str],
    sheet: str = "",
) -> bytes:
    """Return the issued workbook with a card and rows typed in; blanks touch no cell."""
    desk = open_desk(template, form, sheet)
    for key, value in card.items():
        if value and key in desk.card:
            _type(desk.sheet[desk.card[key]], value)
    for record, row in enumerate(rows):
        for key, value in row.items():
            if value and key in desk.match.columns:
                _type(desk.cell(record, key), value)
        # Excel fits a row to what is typed; openpyxl keeps the height of the empty row.
        shown = [(row.get(entry.key, ""), entry.width) for entry in form.table.fields]
        desk.sheet.row_dimensions[desk.first + record].height = fit_height(shown, BODY_SIZE)
    return save(desk.book)


def correct(
    returned: bytes,
    form: Form,
    rows: Sequence[Mapping[str, str]],
    card: Mapping[str, str],
) -> bytes:
    """Return the workbook that came back with the cells that are not as they should be retyped."""
    desk = open_desk(returned, form)
    cells = [(desk.sheet[desk.card[key]], value) for key, value in card.items() if key in desk.card]
    cells += [
        (desk.cell(record, key), value)
        for record, row in enumerate(rows)
        for key, value in row.items()
        if key in desk.match.columns
    ]
    for cell, value in cells:
        if narrow(_shown(cell)) != narrow(value):
            _type(cell, value)
    return save(desk.book)


def open_desk(content: bytes, form: Form, sheet: str = "") -> Desk:
    """Return a workbook opened at the sheet that carries the form.

    sheet: the name of the one that is meant, where several do.

    Raises:
        LookupError: no sheet carries it.
    """
    book = load_workbook(io.BytesIO(content))
    # The form's own sheet before any copy of its header, such as a sheet of examples.
    wanted = sheet or form.title
    for page in sorted(book.worksheets, key=lambda page: page.title != wanted):
        shown = _seen(page)
        found = stand(form, shown) if shown.visible else None
        if found:
            named = labels(form, shown, found.until)
            card = {key: entry.place.cell for key, entry in named.items()}
            return Desk(book, page, found.match, card)
    message = f"no sheet carries the header line of {form.code}"
    raise LookupError(message)


def save(book: Workbook) -> bytes:
    """Return the workbook as openpyxl saves it, but with a fixed time and order of parts."""
    target = io.BytesIO()
    book.properties.modified = _SAVED
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        ExcelWriter(book, archive).save()
    return seal(target.getvalue())


def _seen(sheet: Worksheet) -> Sheet:
    rows = tuple(tuple(_shown(cell) for cell in row) for row in sheet.iter_rows())
    merges = tuple(area.coord for area in sheet.merged_cells.ranges)
    return Sheet(sheet.title, sheet.sheet_state == "visible", rows, merges)


def _shown(cell: Cell | MergedCell) -> str:
    value = cell.value
    if isinstance(value, datetime):
        return value.date().isoformat()
    return "" if value is None else str(value)


def _type(cell: Cell | MergedCell, value: str) -> None:
    """Type a value; Excel takes dates and numbers for what they are unless the cell is text."""
    if isinstance(cell, MergedCell):
        return  # Excel shows the first cell of the range for it
    if cell.number_format != _AS_TEXT and _DAY.fullmatch(value):
        cell.value = date.fromisoformat(value)
        cell.number_format = "yyyy-mm-dd"
    elif cell.number_format != _AS_TEXT and _COUNT.fullmatch(value):
        cell.value = int(value)
    else:
        cell.value = value or None
