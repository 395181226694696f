"""The VML drawing of a sheet: the boxes in which Excel and WPS show comments."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from lxml import etree

from pipeline.workbook.patch import box_size, xml
from pipeline.workbook.patch.cells import SHEET_ORDER, Spot

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from lxml.etree import _Element as Element

    from pipeline.workbook.patch.sheets import Book, SheetPart

_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_V = "urn:schemas-microsoft-com:vml"
_O = "urn:schemas-microsoft-com:office:office"
_X = "urn:schemas-microsoft-com:office:excel"
_SHAPE_ID = re.compile(r"_x0000_s([0-9]{1,9})")
_ID_BLOCK = 1024  # shape ids come in blocks of this size, one block a drawing

_SPACES = f'xmlns:v="{_V}" xmlns:o="{_O}" xmlns:x="{_X}"'
_DRAWING = f"""<xml {_SPACES}>
<o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="{{block}}"/></o:shapelayout></xml>"""
_SHAPE_TYPE = f"""<v:shapetype xmlns:v="{_V}" xmlns:o="{_O}" id="_x0000_t202"
 coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">
<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>"""
_SHAPE = """<v:shape id="_x0000_s{number}"
 type="#_x0000_t202" style="position:absolute;z-index:1;visibility:hidden"
 fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/>
<v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>
<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"/></v:textbox>
<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{anchor}</x:Anchor>
<x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}</x:Column>
</x:ClientData></v:shape>"""


class Boxes:
    """The boxes of one sheet's comments; the drawing is made at the first one."""

    def __init__(self, book: Book, sheet: SheetPart) -> None:
        self._book, self._sheet = book, sheet
        self._sizes = box_size.Sizes.of(book.package.look(sheet.part))

    def add(self, texts: Mapping[Spot, str]) -> None:
        """Add a hidden box beside each cell, large enough for its text."""
        if not texts:
            return
        drawing = self._ensure()
        shapes = (
            _SHAPE.format(
                number=number,
                anchor=self._sizes.anchor(spot, text),
                row=spot.row - 1,
                column=spot.column - 1,
            )
            for number, (spot, text) in enumerate(texts.items(), _last_shape(drawing) + 1)
        )
        drawing.extend(list(xml.parse(f"<xml {_SPACES}>{''.join(shapes)}</xml>".encode())))

    def enlarge(self, spot: Spot, text: str) -> int:
        """Make room for more text in a box of the clerk's; return the rows it grew."""
        rows = self._sizes.rows_for(text)
        self._resize(spot, rows)
        return rows

    def shrink(self, grown: Mapping[Spot, int]) -> None:
        """Give boxes of the clerk's back the size they had."""
        for spot, rows in grown.items():
            self._resize(spot, -rows)

    def remove(self, spots: Collection[Spot]) -> None:
        """Remove boxes, and the drawing if nothing else is on it."""
        part = self._part()
        if part is None or not spots:
            return
        drawing = self._book.package.edit(part)
        for spot, box in _boxes(drawing).items():
            shape = box.getparent()
            if spot in spots and shape is not None:
                xml.drop(shape)
        if all(
            xml.local(other) in {"shapelayout", "shapetype"} for other in drawing.iterchildren("*")
        ):
            self._drop(part)

    def _part(self) -> str | None:
        """Return the VML part of the comments; headers have a second one of their own."""
        entry = xml.child(self._book.package.look(self._sheet.part), "legacyDrawing")
        if entry is None:
            return None
        wanted = entry.get(f"{{{self._book.relations}}}id")
        for relation in self._book.package.relations(self._sheet.part):
            if relation.id == wanted:
                return self._book.package.find(relation.target)
        return None

    def _ensure(self) -> Element:
        drawing = self._book.package.edit(self._part() or self._added())
        if drawing.find(f"{{{_V}}}shapetype[@id='_x0000_t202']") is None:
            drawing.append(xml.parse(_SHAPE_TYPE.encode()))
        return drawing

    def _added(self) -> str:
        package, book = self._book.package, self._book
        folder = posixpath.join(posixpath.dirname(book.part), "drawings")
        part = package.free_name(posixpath.join(folder, "vmlDrawing{}.vml"))
        package.add(part, _DRAWING.format(block=self._sheet.index + 1).encode())
        package.declare_ending("vml", _TYPE)
        relation = package.relate(self._sheet.part, f"{book.relations}/vmlDrawing", part)
        sheet = package.edit(self._sheet.part)
        tag = f"{{{book.space}}}legacyDrawing"
        entry = etree.SubElement(sheet, tag, nsmap={"r": book.relations})
        entry.set(f"{{{book.relations}}}id", relation)
        xml.insert(sheet, entry, SHEET_ORDER)
        return part

    def _resize(self, spot: Spot, rows: int) -> None:
        part = self._part()
        if part is None or not rows:
            return
        box = _boxes(self._book.package.edit(part)).get(spot)
        anchor = None if box is None else box.find(f"{{{_X}}}Anchor")
        if anchor is not None:
            anchor.text = box_size.grown(anchor.text or "", rows)

    def _drop(self, part: str) -> None:
        package = self._book.package
        entry = xml.child(package.edit(self._sheet.part), "legacyDrawing")
        if entry is not None:
            xml.drop(entry)
        package.unrelate(self._sheet.part, part)
        package.remove(part)


def _last_shape(drawing: Element) -> int:
    block = drawing.find(f"{{{_O}}}shapelayout/{{{_O}}}idmap")
    data = "1" if block is None else block.get("data", "1").split(",")[0]
    used = [int(data) * _ID_BLOCK if data.isdigit() else _ID_BLOCK]
    ids = (_SHAPE_ID.fullmatch(shape.get("id", "")) for shape in drawing.iter(f"{{{_V}}}shape"))
    used.extend(int(found[1]) for found in ids if found)
    return max(used)


def _boxes(drawing: Element) -> dict[Spot, Element]:
    """Return the client data of the comment boxes by cell."""
    found = {}
    for entry in drawing.iter(f"{{{_X}}}ClientData"):
        row, column = entry.findtext(f"{{{_X}}}Row"), entry.findtext(f"{{{_X}}}Column")
        if entry.get("ObjectType") == "Note" and row and column:
            found[Spot(int(row) + 1, int(column) + 1)] = entry
    return found
