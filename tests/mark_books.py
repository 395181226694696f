"""Workbooks for the tests of the marked copy, and ways to look at them."""

import io
import re
import zipfile
from collections.abc import Iterable

import openpyxl
import xlsxwriter
from lxml import etree

from pipeline.model import Place
from pipeline.workbook.mark import (
    AddedSheet,
    Mark,
    TextCell,
    TextRow,
)

SHEET = "附表1"
LIST = "问题清单"
VIOLET, BLUE, GREY = "FFD9B3FF", "FFBDD7EE", "FFD9D9D9"
PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)


def returned() -> bytes:
    """A register as a clerk sends it back: lists, colours, comments, a table, a picture."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    boxed = book.add_format({"border": 1, "text_wrap": True, "locked": False})
    dated = book.add_format({"border": 1, "num_format": "yyyy-mm-dd", "bg_color": "#FFFF99"})
    red = book.add_format({"bg_color": "#FF0000", "font_color": "#FFFFFF"})
    sheet = book.add_worksheet(SHEET)
    sheet.set_column(0, 15, 14, boxed)
    sheet.merge_range("A1:P1", "廉政风险点登记表", boxed)
    for column in range(16):
        sheet.write_string(1, column, f"栏{column + 1}", boxed)
    for row in range(2, 32):
        for column in range(14):
            sheet.write_string(row, column, f"第{row}行内容{column}，审核把关不严", boxed)
    sheet.write_number(6, 4, 45300, dated)
    sheet.merge_range("B10:B12", "会计", boxed)
    sheet.data_validation("J3:J40", {"validate": "list", "source": ["红", "黄", "橙"]})
    sheet.conditional_format(
        "J3:J40", {"type": "cell", "criteria": "==", "value": '"红"', "format": red}
    )
    sheet.conditional_format("K3:K40", {"type": "data_bar", "data_bar_2010": True})
    sheet.write_comment("C5", "请张三补充\n周五前", {"author": "李会计"})
    sheet.write_comment("D5", "已与科长核对", {"author": "李会计"})
    sheet.write_url("A8", f"internal:'{SHEET}'!A1")
    sheet.insert_image("R2", "p.png", {"image_data": io.BytesIO(PICTURE)})
    sheet.protect("", {"format_cells": True})
    other = book.add_worksheet("说明")
    other.add_table("A1:B3", {"data": [["甲", 1], ["乙", 2]]})
    book.define_name("等级", f"='{SHEET}'!$J$3:$J$40")
    book.define_name(f"{SHEET}!本表", f"='{SHEET}'!$A$1")
    book.close()
    return buffer.getvalue()


MARKS = (
    Mark(Place(SHEET, "J7"), "must", "填的是“绿”。请从下拉框选红、黄或橙。", back="A7"),
    Mark(Place(SHEET, "K7"), "ask", "请核实责任人是否已调离。", back="A7"),
    Mark(Place(SHEET, "E7"), "hint", "日期已改写为2024-01-09。", back="A7"),
    Mark(Place(SHEET, "C5"), "ask", "请核实岗位名称。"),
    Mark(Place(SHEET, "D9"), "hint", "多余的空格已去掉。"),
    Mark(Place(SHEET, "D9"), "must", "此栏必填。", back="A8"),
    Mark(Place(SHEET, "P9"), "must", "此栏必填。"),
    Mark(Place(SHEET, "B35"), "must", "此栏必填。"),
    Mark(Place(SHEET, "B11"), "must", "岗位与名册不符。"),
)


def problem_list(name: str = LIST) -> AddedSheet:
    lines = tuple(
        TextRow(
            (
                TextCell(str(number)),
                TextCell("必改", "must"),
                TextCell(found.place.cell, "link", found.place),
                TextCell(found.note),
            )
        )
        for number, found in enumerate(MARKS, 1)
    )
    head = TextRow(tuple(TextCell(word, "header") for word in ("序号", "类别", "位置", "问题")))
    title = TextRow((TextCell("问题清单", "title"),), wide=True)
    receipt = TextRow(
        (
            TextCell(
                "有5处必改。请直接在本文件中修改保存，放回报送文件夹，不必另填新表。" * 2, "note"
            ),
        ),
        wide=True,
    )
    return AddedSheet(name, (title, receipt, head, *lines), (6, 10, 12, 70), frozen=3)


def members(package: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def canonical(raw: bytes) -> bytes:
    return etree.tostring(etree.fromstring(raw), method="c14n", exclusive=True)


def load(package: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(package))


def rewritten(package: bytes, changes: dict[str, bytes], *, drop: Iterable[str] = ()) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, raw in (members(package) | changes).items():
            if name not in drop:
                archive.writestr(name, raw)
    return buffer.getvalue()


def replaced(package: bytes, name: str, old: str, new: str) -> bytes:
    text = members(package)[name].decode()
    assert old in text
    return rewritten(package, {name: text.replace(old, new).encode()})


def locations(package: bytes, sheet: str) -> dict[str, str]:
    cells = (cell for row in load(package)[sheet].iter_rows() for cell in row)
    return {cell.coordinate: str(cell.hyperlink.location) for cell in cells if cell.hyperlink}


def same_look(original: bytes, cleaned: bytes) -> None:
    before, after = load(original), load(cleaned)
    assert after.sheetnames == before.sheetnames
    for row in before[SHEET].iter_rows(max_row=40, max_col=17):
        for cell in row:
            other = after[SHEET][cell.coordinate]
            assert (cell.value, fill_of(cell)) == (other.value, fill_of(other)), cell.coordinate
            assert cell.border.left.style == other.border.left.style, cell.coordinate
            mine, theirs = cell.comment, other.comment
            assert (mine and mine.text) == (theirs and theirs.text), cell.coordinate


def fill_of(cell):
    return cell.fill.fgColor.rgb if cell.fill.fill_type else None


def with_prefix(raw: bytes) -> bytes:
    text = raw.decode().replace(
        'xmlns="http://schemas.openxmlformats.org/spreadsheetml',
        'xmlns:x="http://schemas.openxmlformats.org/spreadsheetml',
    )
    return re.sub(r"<(/?)([A-Za-z]+)(?=[ />])", r"<\1x:\2", text).encode()


def strict(package: bytes) -> bytes:
    changes = {}
    for name, raw in members(package).items():
        text = raw.decode(errors="surrogateescape")
        if name.endswith((".xml", ".rels")):
            text = text.replace(
                "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
                "http://purl.oclc.org/ooxml/officeDocument/relationships",
            ).replace(
                "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
                "http://purl.oclc.org/ooxml/spreadsheetml/main",
            )
        changes[name] = text.encode(errors="surrogateescape")
    return rewritten(package, changes)
