"""Cell addresses, and finding or making cells of a worksheet."""

from __future__ import annotations

import re
from functools import cache, cached_property, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from pipeline.workbook.patch import xml
from pipeline.workbook.patch.marks import MarkError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lxml.etree import _Element as Element

    from pipeline.workbook.patch.kept_rows import KeptRows

SHEET_ORDER = (
    "sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr",
    "sheetProtection", "protectedRanges", "scenarios", "autoFilter", "sortState",
    "dataConsolidate", "customSheetViews", "mergeCells", "phoneticPr", "conditionalFormatting",
    "dataValidations", "hyperlinks", "printOptions", "pageMargins", "pageSetup", "headerFooter",
    "rowBreaks", "colBreaks", "customProperties", "cellWatches", "ignoredErrors", "smartTags",
    "drawing", "legacyDrawing", "legacyDrawingHF", "drawingHF", "picture", "oleObjects",
    "controls", "webPublishItems", "tableParts", "extLst",
)  # fmt: skip
_ADDRESS = re.compile(r"\$?([A-Z]{1,3})\$?([1-9][0-9]{0,6})")
_CORNER = re.compile(r"\$?([A-Z]{0,3})\$?([0-9]{0,7})")
_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384
_TRUE = frozenset({"1", "true"})


class Spot(NamedTuple):
    """A cell by numbers, both from 1; sorts by row, then column."""

    row: int
    column: int

    @classmethod
    def of(cls, address: str) -> Spot:
        """Read an A1 address.

        Raises:
            MarkError: it is none, or lies outside of Excel's grid.

        >>> Spot.of("J7")
        Spot(row=7, column=10)
        """
        found = _ADDRESS.fullmatch(address)
        spot = cls(int(found[2]), _number(found[1])) if found else None
        if spot is None or spot.row > _LAST_ROW or spot.column > _LAST_COLUMN:
            message = f"单元格位置无效：{address}"
            raise MarkError(message)
        return spot

    @property
    def address(self) -> str:
        """Return the A1 address.

        >>> Spot(7, 28).address
        'AB7'
        """
        letters, rest = "", self.column
        while rest:
            rest, digit = divmod(rest - 1, 26)
            letters = chr(65 + digit) + letters
        return f"{letters}{self.row}"


class Area(NamedTuple):
    """A rectangle of cells, corners included."""

    first: Spot
    last: Spot

    def __contains__(self, spot: object) -> bool:
        """Tell whether a cell lies inside."""
        if not isinstance(spot, Spot):
            return False
        rows = self.first.row <= spot.row <= self.last.row
        return rows and self.first.column <= spot.column <= self.last.column

    def spots(self) -> Iterator[Spot]:
        """Yield every cell, row by row."""
        for row in range(self.first.row, self.last.row + 1):
            for column in range(self.first.column, self.last.column + 1):
                yield Spot(row, column)

    @property
    def size(self) -> int:
        """Return the number of cells."""
        return (self.last.row - self.first.row + 1) * (self.last.column - self.first.column + 1)


def areas(reference: str) -> tuple[Area, ...]:
    """Read a list of ranges as sqref holds it; what is no range is left out.

    >>> [area.size for area in areas("A1 B2:C3 D:D")]
    [1, 4, 1048576]
    """
    found = (_area(part) for part in reference.split())
    return tuple(area for area in found if area)


def _area(text: str) -> Area | None:
    first, _, last = text.partition(":")
    corners = _CORNER.fullmatch(first), _CORNER.fullmatch(last or first)
    if corners[0] is None or corners[1] is None:
        return None
    top = Spot(int(corners[0][2] or 1), _number(corners[0][1]) or 1)
    bottom = Spot(int(corners[1][2] or _LAST_ROW), _number(corners[1][1]) or _LAST_COLUMN)
    return Area(top, bottom)


@cache
def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


class Grid:
    """The cells of one worksheet; addresses that the file leaves out are filled in."""

    def __init__(self, root: Element, kept: KeptRows | None) -> None:
        self._root, self._kept = root, kept
        self._data = xml.ensure(root, "sheetData", SHEET_ORDER)
        self._rows: dict[int, Element] = {}
        for row in xml.children(self._data, "row"):
            number = int(row.get("r") or max(self._rows, default=0) + 1)
            if not 1 <= number <= _LAST_ROW:
                message = f"行号无效：{number}"
                raise MarkError(message)
            if row.get("r") != str(number):
                row.set("r", str(number))
            self._rows.setdefault(number, row)
        self._cells: dict[int, dict[int, Element]] = {}

    def cell(self, spot: Spot) -> Element | None:
        """Return the cell there, or None where the file holds none."""
        return self._row_cells(spot.row).get(spot.column)

    def ensure(self, spot: Spot) -> tuple[Element, bool]:
        """Return the cell there and whether it had to be made, with the style it looked like."""
        found = self.cell(spot)
        if found is not None:
            return found, False
        row = self._ensure_row(spot.row)
        cells = self._row_cells(spot.row)
        made = xml.add(row, "c", r=spot.address)
        if style := self._inherited(row, spot.column):
            made.set("s", style)
        later = [column for column in cells if column > spot.column]
        if later:
            cells[min(later)].addprevious(made)
        cells[spot.column] = made
        _widen_spans(row, spot.column)
        return made, True

    def drop(self, cell: Element) -> None:
        """Take out a cell of ours that is still empty, and its row if nothing else is there."""
        row = cell.getparent()
        if row is None or len(cell):
            return
        spot = Spot.of(cell.get("r", ""))
        self._row_cells(spot.row).pop(spot.column, None)
        xml.drop(cell)
        if len(row) == 0 and set(row.attrib) <= {"r", "spans"}:
            self._rows.pop(spot.row, None)
            xml.drop(row)

    def all(self, styled: Callable[[int], bool] | None = None) -> Iterator[tuple[Spot, Element]]:
        """Yield every cell with its position; styled: at least those of such a style."""
        for number, row in list(self._rows.items()):
            if styled is None or self._may_hold(row, styled):
                for column, cell in list(self._row_cells(number).items()):
                    yield Spot(number, column), cell

    def is_hidden(self, spot: Spot) -> bool:
        """Tell whether the row or the column of a cell is hidden."""
        row = self._rows.get(spot.row)
        in_row = row is not None and row.get("hidden") in _TRUE
        return in_row or any(spot in area for area in self._hidden_columns)

    @cached_property
    def _hidden_columns(self) -> tuple[Area, ...]:
        holder = xml.child(self._root, "cols")
        entries = [] if holder is None else xml.children(holder, "col")
        return tuple(
            Area(Spot(1, int(entry.get("min", "0"))), Spot(_LAST_ROW, int(entry.get("max", "0"))))
            for entry in entries
            if entry.get("hidden") in _TRUE
        )

    @cached_property
    def merges(self) -> tuple[Area, ...]:
        """Return the merged ranges."""
        holder = xml.child(self._root, "mergeCells")
        entries = [] if holder is None else xml.children(holder, "mergeCell")
        return tuple(area for entry in entries for area in areas(entry.get("ref", "")))

    def merge_at(self, spot: Spot) -> Area:
        """Return the merged range that shows the cell, or the cell alone."""
        return next((area for area in self.merges if spot in area), Area(spot, spot))

    def _may_hold(self, row: Element, styled: Callable[[int], bool]) -> bool:
        styles = self._kept.styles(row) if self._kept else None
        return styles is None or any(map(styled, styles))

    def _row_cells(self, number: int) -> dict[int, Element]:
        """Return the cells of a row by column; the first wins where two claim one place."""
        if number not in self._cells:
            cells: dict[int, Element] = {}
            row = self._rows.get(number)
            if row is not None and self._kept:
                self._kept.open(row)
            for cell in [] if row is None else xml.children(row, "c"):
                address = cell.get("r")
                column = _column(address, str(number)) if address else max(cells, default=0) + 1
                if address is None:
                    cell.set("r", Spot(number, column).address)
                cells.setdefault(column, cell)
            self._cells[number] = cells
        return self._cells[number]

    def _ensure_row(self, number: int) -> Element:
        if number in self._rows:
            return self._rows[number]
        made = xml.add(self._data, "row", r=str(number))
        later = [other for other in self._rows if other > number]
        if later:
            self._rows[min(later)].addprevious(made)
        self._rows[number] = made
        return made

    def _inherited(self, row: Element, column: int) -> str | None:
        """Return the style an absent cell is shown in: its row's, else its column's."""
        if row.get("customFormat") in _TRUE:
            return row.get("s")
        holder = xml.child(self._root, "cols")
        for entry in [] if holder is None else xml.children(holder, "col"):
            if int(entry.get("min", "0")) <= column <= int(entry.get("max", "0")):
                return entry.get("style")
        return None


def _column(address: str, row: str) -> int:
    """Return the column of a cell in a row, which its address most likely names."""
    letters = address.removesuffix(row)
    return Spot.of(address).column if letters == address else _column_of(letters)


@lru_cache(maxsize=1024)
def _column_of(letters: str) -> int:
    return Spot.of(f"{letters}1").column


def _widen_spans(row: Element, column: int) -> None:
    """Drop the reading hint of a row once it no longer covers a new cell."""
    first, _, last = row.get("spans", "1:16384").partition(":")
    if not first.isdigit() or not last.isdigit() or not int(first) <= column <= int(last):
        row.attrib.pop("spans", "")
