"""What is done to a filled workbook beyond typing: merging, renaming, deleting, breaking it."""

from __future__ import annotations

import io
import zipfile
from itertools import groupby
from typing import TYPE_CHECKING

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.cell_range import CellRange, MultiCellRange

from pipeline.rehearsal.clerk import Desk, open_desk, save

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.forms import Form

_SHEET = "xl/worksheets/sheet1.xml"
_LETTER = "关于填报情况的说明（这是一份文字说明，没有使用下发的表）"
_REMARK = "（本表已经全体人员会议讨论通过）"
_DIFFERENT = "另一张表上的风险点"


def merge_runs(key: str) -> Callable[[bytes, Form], bytes]:
    """Return a touch that merges neighbouring cells of a column that say the same."""

    def touch(content: bytes, form: Form) -> bytes:
        desk = open_desk(content, form)
        cells = [desk.cell(record, key) for record in range(_filled(desk, key))]
        for _, run in groupby(cells, key=lambda cell: cell.value):
            same = list(run)
            if len(same) > 1:
                desk.sheet.merge_cells(f"{same[0].coordinate}:{same[-1].coordinate}")
        return save(desk.book)

    return touch


def rename_header(key: str, header: str) -> Callable[[bytes, Form], bytes]:
    """Return a touch that types another label over a column's header."""

    def touch(content: bytes, form: Form) -> bytes:
        desk = open_desk(content, form)
        desk.sheet.cell(desk.match.row + 1, desk.match.columns[key] + 1).value = header
        return save(desk.book)

    return touch


def delete_column(key: str) -> Callable[[bytes, Form], bytes]:
    """Return a touch that takes a column out of the table and closes the gap."""

    def touch(content: bytes, form: Form) -> bytes:
        desk = open_desk(content, form)
        sheet, gone = desk.sheet, desk.match.columns[key] + 1
        last = max(desk.match.columns.values()) + 1
        for row in range(desk.match.row + 1, sheet.max_row + 1):
            for column in range(gone, last):
                sheet.cell(row, column).value = sheet.cell(row, column + 1).value
            sheet.cell(row, last).value = None
        return save(desk.book)

    return touch


def type_over(record: int, key: str, value: str) -> Callable[[bytes, Form], bytes]:
    """Return a touch that enters a value as Excel reads it: a formula or an error value."""

    def touch(content: bytes, form: Form) -> bytes:
        desk = open_desk(content, form)
        cell = desk.cell(record, key)
        cell.number_format = "General"
        cell.value = value
        return save(desk.book)

    return touch


def hide_row(record: int) -> Callable[[bytes, Form], bytes]:
    """Return a touch that hides the row of a record."""

    def touch(content: bytes, form: Form) -> bytes:
        desk = open_desk(content, form)
        desk.sheet.row_dimensions[desk.first + record].hidden = True
        return save(desk.book)

    return touch


def add_column(header: str, value: str) -> Callable[[bytes, Form], bytes]:
    """Return a touch that writes a column of the office's own behind the table."""

    def touch(content: bytes, form: Form) -> bytes:
        desk = open_desk(content, form)
        column = max(desk.match.columns.values()) + 2
        desk.sheet.cell(desk.match.row + 1, column).value = header
        desk.sheet.cell(desk.first, column).value = value
        return save(desk.book)

    return touch


def insert_row_on_top(content: bytes, form: Form) -> bytes:
    """Rename the sheet and insert a line above everything, as people do to add a remark."""
    desk = open_desk(content, form)
    sheet = desk.sheet
    sheet.title = "Sheet1"
    # openpyxl moves the cells only; Excel moves ranges and validations with them.
    merged = [area.coord for area in sheet.merged_cells.ranges]
    for area in merged:
        sheet.unmerge_cells(area)
    sheet.insert_rows(1)
    for area in merged:
        sheet.merge_cells(_lower(area).coord)
    for rule in sheet.data_validations.dataValidation:
        rule.sqref = MultiCellRange([_lower(part.coord) for part in rule.sqref.ranges])
    sheet["A1"].value = _REMARK
    return save(desk.book)


def copy_sheet(content: bytes, form: Form) -> bytes:
    """Leave a second, different filled sheet of the form in the file."""
    desk = open_desk(content, form)
    copy = desk.book.copy_worksheet(desk.sheet)
    copy.title = f"{form.title} (2)"
    letter = get_column_letter(desk.match.columns[form.roles.match[-1]] + 1)
    copy[f"{letter}{desk.first}"].value = _DIFFERENT
    return save(desk.book)


def replace_with_text(content: bytes, form: Form) -> bytes:
    """Return a text file that was given the name of a workbook."""
    del content
    return f"{form.title}\n{_LETTER}\n".encode("gb18030")


def replace_with_letter(content: bytes, form: Form) -> bytes:
    """Return a word-processor file: a package, but no workbook."""
    del content, form
    target = io.BytesIO()
    body = f"<w:document><w:body><w:p><w:t>{_LETTER}</w:t></w:p></w:body></w:document>"
    types = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
    with zipfile.ZipFile(target, "w") as package:
        for name, text in (("[Content_Types].xml", types), ("word/document.xml", body)):
            package.writestr(zipfile.ZipInfo(name), text)
    return target.getvalue()


def break_part(content: bytes, form: Form) -> bytes:
    """Cut the XML of the first sheet in the middle, inside an intact package."""
    del form
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(target, "w") as broken:
        for entry in source.infolist():
            part = source.read(entry)
            broken.writestr(entry, part[: len(part) // 2] if entry.filename == _SHEET else part)
    return target.getvalue()


def cut_short(content: bytes, form: Form) -> bytes:
    """Return the first two thirds of the file, as a broken copy leaves it."""
    del form
    return content[: len(content) * 2 // 3]


def empty(content: bytes, form: Form) -> bytes:
    """Return nothing at all."""
    del content, form
    return b""


def _filled(desk: Desk, key: str) -> int:
    record = 0
    while desk.cell(record, key).value:
        record += 1
    return record


def _lower(area: str) -> CellRange:
    lowered = CellRange(area)
    lowered.shift(row_shift=1)
    return lowered
