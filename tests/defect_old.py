"""The same workbook as an old program saves it: .xls, which xlwt writes."""

from __future__ import annotations

import io
from datetime import date, datetime
from typing import TYPE_CHECKING

import xlwt

from pipeline.rehearsal.clerk import open_desk

if TYPE_CHECKING:
    from collections.abc import Mapping

    from defects import Touch
    from openpyxl.worksheet.worksheet import Worksheet

    from pipeline.forms import Form

_STATES = {"visible": 0, "hidden": 1, "veryHidden": 2}
_DAY = xlwt.easyxf(num_format_str="YYYY-MM-DD")


def old(*, from_1904: bool = False, days: Mapping[str, date] | None = None) -> Touch:
    """Return a touch that saves all sheets with their merges as .xls, formulas as nothing.

    days: dates typed into the card, as dates.
    """

    def touch(content: bytes, form: Form) -> bytes:
        desk = open_desk(content, form)
        for key, day in (days or {}).items():
            desk.sheet[desk.card[key]].value = day
        book = xlwt.Workbook(encoding="utf-8")
        book.dates_1904 = from_1904
        for sheet in desk.book.worksheets:
            page = book.add_sheet(sheet.title)
            page.visibility = _STATES[sheet.sheet_state]
            _copy(sheet, page)
        target = io.BytesIO()
        book.save(target)
        return target.getvalue()

    return touch


def _copy(sheet: Worksheet, page: xlwt.Worksheet) -> None:
    merged = {area.coord.split(":")[0]: area for area in sheet.merged_cells.ranges}
    for row in sheet.iter_rows():
        for cell in row:
            value = None if cell.data_type == "f" else cell.value
            dated = [_DAY] if isinstance(value, date | datetime) else []
            place = (cell.row - 1, cell.column - 1)
            if cell.coordinate in merged:
                area = merged[cell.coordinate]
                page.write_merge(
                    place[0], area.max_row - 1, place[1], area.max_col - 1, value, *dated
                )
            elif value is not None:
                page.write(*place, value, *dated)
