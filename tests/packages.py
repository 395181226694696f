"""Hand-made workbook packages for the tests of the guard, the reader and the pool."""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

import xlsxwriter

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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


def unzipped(data: bytes) -> dict[str, bytes]:
    """Return the parts of a zip."""
    with zipfile.ZipFile(BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


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


def styled(rows: str, formats: Sequence[int | str], *, properties: str = "") -> bytes:
    """Return a workbook whose style number n has the n-th format: a builtin's number, or a code.

    properties: of the workbook part, before its sheets.
    """
    own = [code for code in formats if isinstance(code, str)]
    codes = "".join(
        f'<numFmt numFmtId="{number}" formatCode="{escape(code, {chr(34): "&quot;"})}"/>'
        for number, code in enumerate(own, 164)
    )
    looks = "".join(
        f'<xf numFmtId="{164 + own.index(code) if isinstance(code, str) else code}"/>'
        for code in formats
    )
    parts = workbook_parts(rows)
    parts["xl/styles.xml"] = (
        f'<styleSheet xmlns="{MAIN}"><numFmts>{codes}</numFmts><cellXfs>{looks}</cellXfs>'
        "</styleSheet>"
    )
    parts["xl/workbook.xml"] = str(parts["xl/workbook.xml"]).replace(
        "<sheets>", properties + "<sheets>"
    )
    return zipped(related(parts, "styles"))


def related(parts: Mapping[str, bytes | str], kind: str) -> dict[str, bytes | str]:
    """Return the parts with a relation of the workbook to its styles or sharedStrings."""
    name = "xl/_rels/workbook.xml.rels"
    relation = f'<Relationship Id="{kind}" Type="{REL}/{kind}" Target="{kind}.xml"/>'
    whole = str(parts[name]).replace("</Relationships>", relation + "</Relationships>")
    return {**parts, name: whole}


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
