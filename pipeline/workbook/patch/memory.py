"""What marked cells were before: a hidden sheet that travels with the marked workbook.

Row 1 names the tabs that were selected. Every row below stands for one painted cell, in the
order of the numbers in the comments: sheet, address, "new" if the cell did not exist, and the
rows by which a comment box of the clerk's grew.

The first cell of a row *wears the style the painted cell had*. When Excel, WPS or LibreOffice
save the file they number all styles anew, but they carry this cell along; no list of style
numbers, custom part or property would survive that.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipeline.model import Place
from pipeline.workbook.patch import xml
from pipeline.workbook.patch.added_sheet import write_text
from pipeline.workbook.patch.cells import Grid, Spot

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

    from pipeline.workbook.patch.sheets import Book, SheetPart
    from pipeline.workbook.patch.styles import Styles

NAME = "_yigang_marks"
_NEW = "new"


@dataclass(frozen=True, slots=True)
class Before:
    """One cell before it was painted."""

    place: Place
    style: int
    is_new: bool = False
    grown: int = 0


@dataclass(slots=True)
class Memory:
    """All painted cells, numbered from 1 in the order they were added."""

    selected: tuple[str, ...] = ()
    cells: list[Before] = field(default_factory=list)

    def find(self, number: int | None, place: Place) -> Before | None:
        """Return the cell of a comment's number, else the one that stood at `place`."""
        if number is not None and 1 <= number <= len(self.cells):
            return self.cells[number - 1]
        return next((cell for cell in self.cells if cell.place == place), None)

    def build(self, space: str, styles: Styles) -> Element:
        """Return the hidden worksheet."""
        root = xml.new("worksheet", space)
        data = xml.add(root, "sheetData")
        plain = styles.cell("plain")
        lines = [self.selected, *(_words(cell) for cell in self.cells)]
        for number, words in enumerate(lines, 1):
            row = xml.add(data, "row", r=str(number))
            for column, word in enumerate(words, 1):
                worn = self.cells[number - 2].style if number > 1 and column == 1 else plain
                write_text(row, Spot(number, column), word, worn)
        return root


def read(book: Book) -> Memory:
    """Return the memory of a workbook, an empty one where none is left."""
    sheets = [sheet for sheet in book.sheets() if sheet.ours and sheet.name.startswith(NAME)]
    return _read(book, sheets[0]) if sheets else Memory()


def _words(cell: Before) -> tuple[str, ...]:
    return (cell.place.sheet, cell.place.cell, _NEW if cell.is_new else "", str(cell.grown))


def _read(book: Book, sheet: SheetPart) -> Memory:
    grid = Grid(book.package.edit(sheet.part))
    shared = _shared_strings(book)
    texts = {spot: _text(cell, shared) for spot, cell in grid.all()}
    styles = {spot: int(cell.get("s", "0")) for spot, cell in grid.all()}
    last = max((spot.row for spot in texts), default=1)
    selected = tuple(text for spot, text in sorted(texts.items()) if spot.row == 1 and text)
    cells = []
    for row in range(2, last + 1):
        sheet_name, address, new, grown = (texts.get(Spot(row, at), "") for at in (1, 2, 3, 4))
        cells.append(
            Before(
                Place(sheet_name, address),
                styles.get(Spot(row, 1), 0),
                is_new=new == _NEW,
                grown=int(grown) if grown.isdigit() else 0,
            )
        )
    return Memory(selected, cells)


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
