"""The same workbook as offices save it in other programs: .xls, .xlsm."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import xlwt
from mark_books import members, rewritten
from openpyxl import load_workbook

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

_VISIBILITY = {"visible": 0, "hidden": 1, "veryHidden": 2}
_PLAIN = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_MACROS = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
_BIN = "application/vnd.ms-office.vbaProject"
_PROJECT = "http://schemas.microsoft.com/office/2006/relationships/vbaProject"


def as_xls(content: bytes) -> bytes:
    """Return a workbook with the same texts, merges and hidden sheets as Excel 97 saves it."""
    old = xlwt.Workbook()
    for sheet in load_workbook(io.BytesIO(content)).worksheets:
        page = old.add_sheet(sheet.title)
        page.visibility = _VISIBILITY[sheet.sheet_state]
        _copy(sheet, page)
    buffer = io.BytesIO()
    old.save(buffer)
    return buffer.getvalue()


def _copy(sheet: Worksheet, page: xlwt.Worksheet) -> None:
    starts = {}
    for area in sheet.merged_cells.ranges:
        starts[area.min_row, area.min_col] = area
    for row in sheet.iter_rows():
        for cell in row:
            area = starts.get((cell.row, cell.column))
            shown = "" if cell.value is None or cell.data_type == "f" else str(cell.value)
            if area:
                ends = (area.min_row, area.max_row, area.min_col, area.max_col)
                page.write_merge(*(int(end or 1) - 1 for end in ends), shown)
            elif shown:
                page.write(int(cell.row or 1) - 1, int(cell.column or 1) - 1, shown)


def as_xlsm(content: bytes) -> bytes:
    """Return a workbook with a project of macros in it."""
    parts = members(content)
    types = parts["[Content_Types].xml"].decode().replace(_PLAIN, _MACROS)
    types = types.replace(
        "</Types>", f'<Override PartName="/xl/vbaProject.bin" ContentType="{_BIN}"/></Types>'
    )
    name = "xl/_rels/workbook.xml.rels"
    relations = (
        parts[name]
        .decode()
        .replace(
            "</Relationships>",
            f'<Relationship Id="rId99" Type="{_PROJECT}" Target="vbaProject.bin"/></Relationships>',
        )
    )
    return rewritten(
        content,
        {
            "[Content_Types].xml": types.encode(),
            name: relations.encode(),
            "xl/vbaProject.bin": b"\xd0\xcf\x11\xe0macros",
        },
    )
