"""Hand-made workbook packages for the tests of the guard, the reader and the pool."""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import TYPE_CHECKING

import xlsxwriter

if TYPE_CHECKING:
    from collections.abc import Mapping

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"

CELL_A1 = '<row r="1"><c r="A1" t="str"><v>甲</v></c></row>'


def zipped(parts: Mapping[str, bytes | str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a zip of these parts."""
    target = BytesIO()
    with zipfile.ZipFile(target, "w", method) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return target.getvalue()


def workbook_parts(rows: str = CELL_A1, *, around: str = "{}") -> dict[str, bytes | str]:
    """Return the parts of a workbook of one sheet; `around` holds the rest of the sheet part."""
    data = f"<sheetData>{rows}</sheetData>"
    return {
        "[Content_Types].xml": f'<Types xmlns="{_TYPES}"/>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}"><Relationship Id="rId1" '
        f'Type="{REL}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{REL}"><sheets>'
        '<sheet name="表" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}"><Relationship Id="rId1" '
        f'Type="{REL}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}">{around.format(data)}</worksheet>',
    }


def hand_made(rows: str = CELL_A1, *, around: str = "{}") -> bytes:
    """Return a workbook of one sheet with these row elements."""
    return zipped(workbook_parts(rows, around=around))


def ordinary(rows: int = 30, columns: int = 16) -> bytes:
    """Return a form as xlsxwriter writes it, with our stamps."""
    target = BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        sheet, stamp = book.add_worksheet("附表1"), book.add_worksheet("_meta")
        sheet.merge_range("A1:D1", "测试科风险防控表")
        for row in range(rows):
            sheet.write_formula(row + 1, 0, "ROW()-1", None, row + 1)
            for column in range(1, columns):
                sheet.write_string(row + 1, column, f"第{row}行 第{column}列")
        sheet.data_validation("C2:C40", {"validate": "list", "source": ["甲", "乙"]})
        stamp.very_hidden()
        stamp.write_string("A1", "印记")
        book.set_custom_property("yg_form", "F1")
        book.set_custom_property("other", "x")
        book.define_name("yg_token", '="a""b"')
        book.define_name("yg_range", "=附表1!$A$1")
    return target.getvalue()


_URN = "urn:oasis:names:tc:opendocument:xmlns:"
_ODS = "application/vnd.oasis.opendocument.spreadsheet"


def ods_parts(rows: str, *, before: str = "") -> dict[str, bytes | str]:
    """Return the parts of an .ods of one table with these rows; before: what precedes the body."""
    spaces = "".join(
        f' xmlns:{name}="{_URN}{name}:1.0"' for name in ("office", "table", "text", "style", "draw")
    )
    content = (
        f"<office:document-content{spaces} "
        'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0">'
        f'{before}<office:body><office:spreadsheet><table:table table:name="表" '
        f'table:style-name="ta1">{rows}</table:table></office:spreadsheet></office:body>'
        "</office:document-content>"
    )
    manifest = f'<manifest:manifest xmlns:manifest="{_URN}manifest:1.0"/>'
    return {"mimetype": _ODS, "META-INF/manifest.xml": manifest, "content.xml": content}


def ods_cell(text: str = "甲", attributes: str = "") -> str:
    """Return a cell of an .ods."""
    kind = "" if "value-type" in attributes else ' office:value-type="string"'
    return f"<table:table-cell{kind} {attributes}><text:p>{text}</text:p></table:table-cell>"


def ods_row(*cells: str, attributes: str = "") -> str:
    """Return a row of an .ods."""
    return f"<table:table-row {attributes}>{''.join(cells)}</table:table-row>"


def spreading(rows: int, columns: int) -> bytes:
    """Return a tiny .ods whose one cell is repeated over so many rows and columns."""
    cell = ods_cell(attributes=f'table:number-columns-repeated="{columns}"')
    row = ods_row(cell, attributes=f'table:number-rows-repeated="{rows}"')
    return zipped(ods_parts(row))
