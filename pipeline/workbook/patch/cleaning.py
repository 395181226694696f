"""Taking out everything an earlier round added, however the file was saved since."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.model import Place
from pipeline.workbook.patch import comments, conditional, links, memory
from pipeline.workbook.patch.styles import Styles

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from lxml.etree import _Element as Element

    from pipeline.workbook.patch.cells import Grid, Spot
    from pipeline.workbook.patch.memory import Before, Memory
    from pipeline.workbook.patch.sheets import Book, SheetPart


def clean(book: Book) -> None:
    """Remove our marks, comments, rules, links and sheets; nothing is touched if there are none."""
    sheets = [sheet for sheet in book.sheets() if sheet.part]
    ours = [sheet for sheet in sheets if sheet.ours]
    theirs = [sheet for sheet in sheets if not sheet.ours]
    cleaning = _Cleaning(book, {sheet.name for sheet in ours})
    if not ours and not cleaning.styles.has_ours:
        theirs = [sheet for sheet in theirs if comments.has_ours(book, sheet)]
    for sheet in theirs:
        cleaning.clean_sheet(sheet)
    if ours:
        _remove_sheets(book, cleaning.memory)


class _Cleaning:
    """What one cleaning knows: the styles, what cells were before, names of our sheets."""

    def __init__(self, book: Book, ours: Collection[str]) -> None:
        self.styles = Styles(book)
        self.memory: Memory = memory.read(book)
        self._book = book
        self._ours = ours

    def clean_sheet(self, sheet: SheetPart) -> None:
        """Remove what is ours from a sheet of the clerk's."""
        root = self._book.package.look(sheet.part)
        numbers = comments.numbers(self._book, sheet)
        grid = self._book.grid(sheet)
        painted = self._painted(sheet, grid, numbers)
        has_rules = conditional.has_ours(root, self.styles)
        if not (painted or has_rules or numbers or links.has_ours(root, self._ours)):
            return
        self._book.package.edit(sheet.part)
        self._unpaint(grid, painted)
        conditional.remove(root, self.styles)
        links.remove(root, self._ours)
        if numbers:
            comments.remove(self._book, sheet, self._grown(numbers))

    def _painted(
        self, sheet: SheetPart, grid: Grid, numbers: Mapping[Spot, int]
    ) -> list[tuple[Element, Before | None]]:
        """Return the cells that wear our look, with what they were before where known."""
        found = []
        for spot, cell in grid.all(self._may_be_ours):
            fill, border = self.styles.is_ours(int(cell.get("s", "0")))
            if border or (fill and spot in numbers):
                place = Place(sheet.name, spot.address)
                found.append((cell, self.memory.find(numbers.get(spot), place)))
        return found

    def _may_be_ours(self, style: int) -> bool:
        return any(self.styles.is_ours(style))

    def _unpaint(self, grid: Grid, painted: list[tuple[Element, Before | None]]) -> None:
        for cell, before in painted:
            original = before.style if before else None
            style = self.styles.unmarked(int(cell.get("s", "0")), original)
            cell.set("s", str(style))
            if not style:
                cell.attrib.pop("s")
            if before and before.is_new:
                grid.drop(cell)

    def _grown(self, numbers: Mapping[Spot, int]) -> dict[Spot, int]:
        known = len(self.memory.cells)
        return {
            spot: self.memory.cells[number - 1].grown
            for spot, number in numbers.items()
            if 1 <= number <= known and self.memory.cells[number - 1].grown
        }


def _remove_sheets(book: Book, remembered: Memory) -> None:
    """Remove our sheets; the tabs the clerk had open are open again."""
    selected = book.selected()
    ours = {sheet.name for sheet in book.sheets() if sheet.ours}
    if not selected or selected[0] in ours:
        selected = remembered.selected
    while sheet := next((sheet for sheet in book.sheets() if sheet.ours and sheet.part), None):
        book.remove_sheet(sheet)
    rest = book.sheets()
    names = [sheet.name for sheet in rest]
    visible = [sheet.name for sheet in rest if not sheet.hidden]
    book.select([name for name in selected if name in names] or visible[:1] or names[:1])
