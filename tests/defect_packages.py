"""How other programs write the same workbook: touches on the parts of the package."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import office
from defects import LAST
from lxml import etree
from msoffcrypto.format.ooxml import OOXMLFile
from packages import MAIN, REL, zipped

from pipeline.rehearsal.clerk import open_desk
from pipeline.workbook.headers import position

if TYPE_CHECKING:
    from collections.abc import Callable

    from defects import Touch

    from pipeline.forms import Form

SHEET = "xl/worksheets/sheet1.xml"
STYLES = "xl/styles.xml"
_TYPES, _RELATIONS, _BOOK = "[Content_Types].xml", "xl/_rels/workbook.xml.rels", "xl/workbook.xml"
_INLINE = re.compile(r'(<c r="[A-Z]+\d+"(?: s="\d+")?) t="inlineStr"><is>(.*?)</is></c>')
_APP, _CUSTOM = "docProps/app.xml", "docProps/custom.xml"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
_STRICT_OFFICE = "http://purl.oclc.org/ooxml/officeDocument"
_STRICT = {
    MAIN: "http://purl.oclc.org/ooxml/spreadsheetml/main",
    REL: f"{_STRICT_OFFICE}/relationships",
    f"{_OFFICE}/custom-properties": f"{_STRICT_OFFICE}/customProperties",
    f"{_OFFICE}/docPropsVTypes": f"{_STRICT_OFFICE}/docPropsVTypes",
}
_OWN = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
_VERSION = f'<vt:lpwstr xmlns:vt="{_OFFICE}/docPropsVTypes">2052-12.1.0.0</vt:lpwstr>'
_EXTENSION = (
    '<extLst><ext uri="{{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}}" xmlns:x14="'
    'http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"><x14:dataValidations '
    'xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main" count="1">'
    '<x14:dataValidation type="list" allowBlank="1"><x14:formula1><xm:f>_lists!$A$2:$A$4</xm:f>'
    "</x14:formula1><xm:sqref>{}</xm:sqref></x14:dataValidation></x14:dataValidations></ext>"
    "</extLst></worksheet>"
)


def repacked(change: Callable[[dict[str, str]], dict[str, str]]) -> Touch:
    """Return a touch that changes the parts of the package, all of which are text."""

    def touch(content: bytes, form: Form) -> bytes:
        del form
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            parts = {name: package.read(name).decode() for name in package.namelist()}
        return zipped(change(parts))

    return touch


def part(name: str, change: Callable[[str], str]) -> Touch:
    """Return a touch that changes one part."""
    return repacked(lambda parts: parts | {name: change(parts[name])})


def dimension(reference: str) -> Touch:
    """Return a touch that makes the sheet claim to be of another size, as WPS does."""
    claim = re.compile('<dimension ref="[^"]*"')
    return part(SHEET, lambda xml: claim.sub(f'<dimension ref="{reference}"', xml, count=1))


def replaced(name: str, pattern: str, by: str) -> Touch:
    """Return a touch that replaces a pattern in a part."""
    return part(name, lambda xml: re.sub(pattern, by, xml))


def strict(parts: dict[str, str]) -> dict[str, str]:
    """Write the strict dialect that Excel offers when saving."""
    for name, xml in parts.items():
        for usual, other in _STRICT.items():
            xml = xml.replace(usual, other)  # noqa: PLW2901
        parts[name] = xml
    parts[_BOOK] = parts[_BOOK].replace("<workbook ", '<workbook conformance="strict" ', 1)
    return parts


def shared(rich: bool = False) -> Callable[[dict[str, str]], dict[str, str]]:  # noqa: FBT001, FBT002
    """Return what moves the texts into the shared table, with wrong counts as some write them.

    rich: each text in two runs with a reading of the characters behind, as a Japanese or Chinese
    input method leaves it.
    """

    def move(parts: dict[str, str]) -> dict[str, str]:
        texts: list[str] = []

        def place(found: re.Match[str]) -> str:
            texts.append(_in_runs(found[2]) if rich else found[2])
            return f'{found[1]} t="s"><v>{len(texts) - 1}</v></c>'

        sheet = _INLINE.sub(place, parts[SHEET])
        items = "".join(f"<si>{text}</si>" for text in texts)
        table = f'<sst xmlns="{MAIN}" count="1" uniqueCount="7">{items}</sst>'
        return _added(parts | {SHEET: sheet}, "sharedStrings", "spreadsheetml.sharedStrings", table)

    return move


def _in_runs(item: str) -> str:
    """Return a text in two runs, a blank kept at their border, with its reading behind."""
    text = re.sub("<[^>]*>", "", item)
    words = re.findall("&#[0-9]+;|&[a-z]+;|.", text, re.DOTALL)
    middle = len(words) // 2
    halves = ("".join(words[:middle]), "".join(words[middle:]))
    runs = "".join(
        f'<r><rPr><b/><sz val="9"/></rPr><t xml:space="preserve">{half}</t></r>' for half in halves
    )
    reading = f'<rPh sb="0" eb="{len(words)}"><t>pinyin</t></rPh><phoneticPr fontId="0"/>'
    return runs + reading


def _added(parts: dict[str, str], name: str, kind: str, xml: str) -> dict[str, str]:
    """Return a package with one more part that belongs to the workbook."""
    override = (
        f'<Override PartName="/xl/{name}.xml" ContentType='
        f'"application/vnd.openxmlformats-officedocument.{kind}+xml"/></Types>'
    )
    relation = (
        f'<Relationship Id="rIdNew" Type="{REL}/{name}" Target="{name}.xml"/></Relationships>'
    )
    return parts | {
        _TYPES: parts[_TYPES].replace("</Types>", override),
        _RELATIONS: parts[_RELATIONS].replace("</Relationships>", relation),
        f"xl/{name}.xml": xml,
    }


def without_addresses(xml: str) -> str:
    """Write rows and cells without their addresses, the blank ones between them too."""
    root = etree.fromstring(xml.encode())
    data = root.find(f"{{{MAIN}}}sheetData")
    rows = {int(row.get("r")): row for row in data}
    data.clear()
    for number in range(1, max(rows) + 1):
        row = etree.SubElement(data, f"{{{MAIN}}}row")
        cells = {position(cell.get("r"))[1]: cell for cell in rows.get(number, ())}
        for column in range(max(cells, default=-1) + 1):
            cell = cells.get(column)
            if cell is None:
                cell = etree.Element(f"{{{MAIN}}}c")
            cell.attrib.pop("r", None)
            row.append(cell)
    return etree.tostring(root, encoding="unicode")


def extended(key: str) -> Touch:
    """Return a touch that writes a column's drop-down as the extension of later programs only."""

    def touch(content: bytes, form: Form) -> bytes:
        desk = open_desk(content, form)
        cells = f"{desk.cell(0, key).coordinate}:{desk.cell(9, key).coordinate}"
        return part(SHEET, lambda xml: _extended(xml, cells))(content, form)

    return touch


def _extended(xml: str, cells: str) -> str:
    bare = re.sub(r"<dataValidations.*</dataValidations>", "", xml, flags=re.DOTALL)
    return bare.replace("</worksheet>", _EXTENSION.format(cells))


def named_parts(change: Callable[[str], str]) -> Touch:
    """Return a touch that names the parts of the sheets otherwise than their relations do."""
    return repacked(
        lambda parts: {
            change(name) if "worksheets/" in name else name: xml for name, xml in parts.items()
        }
    )


def relative_targets(parts: dict[str, str]) -> dict[str, str]:
    """Write the targets of relations relative to the workbook."""
    return parts | {_RELATIONS: parts[_RELATIONS].replace('Target="/xl/', 'Target="')}


def with_marks(parts: dict[str, str]) -> dict[str, str]:
    """Begin every part with a byte order mark and a declaration."""
    declaration = '\ufeff<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n'
    return {
        name: declaration + re.sub(r"^\s*<\?xml[^>]*\?>\s*", "", xml) for name, xml in parts.items()
    }


def by_wps(parts: dict[str, str]) -> dict[str, str]:
    """Leave what WPS leaves: its own properties and its part of pictures in cells."""
    own = f'<property fmtid="{_OWN}" pid="77" name="KSOProductBuildVer">{_VERSION}</property>'
    app = re.sub("<Application>.*?<", "<Application>WPS 表格<", parts[_APP])
    custom = parts[_CUSTOM].replace("</Properties>", f"{own}</Properties>")
    pictures = '<etc:cellImages xmlns:etc="http://www.wps.cn/officeDocument/2017/etCustomData"/>'
    written = parts | {_APP: app, _CUSTOM: custom}
    return _added(written, "cellimages", "spreadsheetml.cellimages", pictures)


def formatted_down_to(last: int) -> Callable[[str], str]:
    """Return what formats every row down to the last, as a coloured column is saved."""

    def form(xml: str) -> str:
        rows = range(int(re.findall(r'<row r="(\d+)"', xml)[-1]) + 1, last + 1)
        blank = "".join(f'<row r="{row}"><c r="A{row}" s="1"/></row>' for row in rows)
        return xml.replace("</sheetData>", blank + "</sheetData>")

    return form


def far_below(xml: str) -> str:
    """Leave a value in the very last cell of the sheet."""
    row = f'<row r="1048576"><c r="{LAST}" t="str"><v>备查</v></c></row>'
    return xml.replace("</sheetData>", row + "</sheetData>")


def with_password(content: bytes, form: Form) -> bytes:
    """Set a password for opening, which wraps the package into an old binary file."""
    del form
    target = io.BytesIO()
    OOXMLFile(io.BytesIO(content)).encrypt("123456", target)
    return target.getvalue()


def saved_by_office(kind: str) -> Touch:
    """Return a touch that lets LibreOffice open and save the workbook; kind: with which filter."""

    def touch(content: bytes, form: Form) -> bytes:
        del form
        with TemporaryDirectory() as folder:
            return office.saved(content, Path(folder), kind)

    return touch
