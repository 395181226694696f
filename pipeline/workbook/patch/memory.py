"""What marked cells were before: a hidden sheet that travels with the marked workbook.

Row 1 names the tabs that were selected. Every row below stands for one painted cell, in the
order of the numbers in the comments: address, "new" if the cell did not exist, the rows by
which a comment box of the clerk's grew, and the sheet.

The cell of a row *wears the style the painted cell had*. When Excel, WPS or LibreOffice
save the file they number all styles anew, but they carry this cell along; no list of style
numbers, custom part or property would survive that.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipeline.model import Place
from pipeline.workbook.patch import xml
from pipeline.workbook.patch.added_sheet import text_cell
from pipeline.workbook.patch.cells import Spot

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

    from pipeline.workbook.patch.sheets import Book, SheetPart
    from pipeline.workbook.patch.styles import Styles

NAME = "_yigang_marks"
_NEW = "new"
_BAR = "/"  # cannot be part of a sheet's name


@dataclass(frozen=True, slots=True)
class Before:
    """One cell before it was painted."""

    place: Place
    style: int
    is_new: bool = False
    grown: int = 0


@dataclass(slots=True)
class Memory:
    """All painted cells, numbered from 1 in the order they were added.

    places: the same by place, made when first asked; nothing is added any more then.
    """

    selected: tuple[str, ...] = ()
    cells: list[Before] = field(default_factory=list)
    places: dict[Place, Before] | None = None

    def find(self, number: int | None, place: Place) -> Before | None:
        """Return the cell of a comment's number, else the one that stood at `place`."""
        if number is not None and 1 <= number <= len(self.cells):
            return self.cells[number - 1]
        if self.places is None:
            self.places = {cell.place: cell for cell in reversed(self.cells)}
        return self.places.get(place)

    def build(self, space: str, styles: Styles) -> bytes:
        """Return the hidden worksheet."""
        cells = [text_cell(Spot(1, 1), _BAR.join(self.selected), styles.cell("plain"))]
        for row, cell in enumerate(self.cells, 2):
            cells.append(text_cell(Spot(row, 1), _words(cell), cell.style))
        rows = (f'<row r="{row}">{cell}</row>' for row, cell in enumerate(cells, 1))
        data = f"<sheetData>{''.join(rows)}</sheetData>"
        return f'<worksheet xmlns="{space}">{data}</worksheet>'.encode()


def read(book: Book) -> Memory:
    """Return the memory of a workbook, an empty one where none is left."""
    sheets = [sheet for sheet in book.sheets() if sheet.ours and sheet.name.startswith(NAME)]
    return _read(book, sheets[0]) if sheets else Memory()


def _words(cell: Before) -> str:
    kind = _NEW if cell.is_new else ""
    return _BAR.join((cell.place.cell, kind, str(cell.grown), cell.place.sheet))


def _before(words: str, style: int) -> Before:
    address, kind, grown, sheet = (words.split(_BAR) + [""] * 4)[:4]
    rows = int(grown) if grown.isdigit() else 0
    return Before(Place(sheet, address), style, is_new=kind == _NEW, grown=rows)


def _read(book: Book, sheet: SheetPart) -> Memory:
    shared = _shared_strings(book)
    found = {
        spot.row: (_text(cell, shared), int(cell.get("s", "0")))
        for spot, cell in book.grid(sheet).all()
        if spot.column == 1
    }
    selected = found.get(1, ("", 0))[0].split(_BAR)
    last = max(found, default=1)
    cells = [_before(*found.get(row, ("", 0))) for row in range(2, last + 1)]
    return Memory(tuple(name for name in selected if name), cells)


def _shared_strings(book: Book) -> list[str]:
    part = book.related("sharedStrings")
    if part is None:
        return []
    entries = xml.children(book.package.look(part), "si")
    return [
        "".join(piece.text or "" for piece in entry.iter(f"{{{book.space}}}t")) for entry in entries
    ]


def _text(cell: Element, shared: list[str]) -> str:
    """Return the text of a cell of ours, inline as we wrote it or shared as others do."""
    if cell.get("t") == "s":
        index = xml.child_text(cell, "v")
        return shared[int(index)] if index.isdigit() and int(index) < len(shared) else ""
    if cell.get("t") == "inlineStr":
        return "".join(piece.text or "" for piece in cell.iter(f"{{{xml.namespace(cell)}}}t"))
    return xml.child_text(cell, "v")
