"""Where the box of a comment lies and how large it must be for its text."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

from pipeline.workbook.patch import xml

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from lxml.etree import _Element as Element

    from pipeline.workbook.patch.cells import Spot

_WIDTH = 280
_LINE = 17  # pixels of one line at 9 points
_MARGIN = 12
_UNITS = 42  # half-width characters on a line of the box
_DEFAULT_COLUMN, _DEFAULT_ROW = 8.43, 15.0
_LAST = 16_384  # Excel's last column
_WIDE = frozenset("WFA")
_EDGES = 8  # numbers in an anchor
_BOTTOM = 6  # which of them is the last row


def lines(text: str, units: int = _UNITS) -> int:
    r"""Return how many lines `text` takes when wrapped; a Chinese character takes two units.

    >>> lines("甲乙丙\n丁", units=4)
    3
    """
    return sum(max(1, ceil(_width(line) / units)) for line in text.split("\n"))


def _width(line: str) -> int:
    return len(line) + sum(map(_WIDE.__contains__, map(unicodedata.east_asian_width, line)))


@dataclass(frozen=True, slots=True)
class Sizes:
    """Pixels of the columns and rows of a sheet, as far as they differ from the default."""

    columns: Mapping[int, int]
    rows: Mapping[int, int]
    column: int
    row: int

    @classmethod
    def of(cls, root: Element) -> Sizes:
        """Read the sizes of a worksheet."""
        standard = xml.child(root, "sheetFormatPr")
        column, row = "", ""
        if standard is not None:
            column, row = standard.get("defaultColWidth", ""), standard.get("defaultRowHeight", "")
        return cls(
            columns=_column_pixels(root),
            rows=_row_pixels(root),
            column=_column(float(column or _DEFAULT_COLUMN)),
            row=_row(float(row or _DEFAULT_ROW)),
        )

    def anchor(self, spot: Spot, text: str) -> str:
        """Return the eight numbers of a box to the right of a cell, large enough for `text`."""
        height = lines(text) * _LINE + _MARGIN
        left, top = spot.column, max(spot.row - 2, 0)
        right, right_rest = _walk(
            left, 15 + _WIDTH, lambda at: self.columns.get(at + 1, self.column)
        )
        bottom, bottom_rest = _walk(top, 10 + height, lambda at: self.rows.get(at + 1, self.row))
        numbers = (left, 15, top, 10, right, right_rest, bottom, bottom_rest)
        return ", ".join(map(str, numbers))

    def rows_for(self, text: str) -> int:
        """Return how many rows of ordinary height `text` needs."""
        return ceil(lines(text) * _LINE / max(self.row, 1))


def grown(anchor: str, rows: int) -> str:
    """Return an anchor with its lower edge moved by `rows`; a strange anchor stays.

    >>> grown("1, 15, 0, 2, 3, 15, 4, 16", 5)
    '1, 15, 0, 2, 3, 15, 9, 16'
    """
    numbers = [part.strip() for part in anchor.split(",")]
    if len(numbers) != _EDGES or not all(number.isdigit() for number in numbers):
        return anchor
    bottom = int(numbers[_BOTTOM]) + rows
    if bottom <= int(numbers[2]):
        return anchor
    numbers[_BOTTOM] = str(bottom)
    return ", ".join(numbers)


def _walk(start: int, pixels: int, size: Callable[[int], int]) -> tuple[int, int]:
    """Return the line, counted from 0, in which a length ends, and the rest inside it."""
    at = start
    while pixels >= size(at) and at < start + 200:
        pixels -= size(at)
        at += 1
    return at, min(pixels, size(at))


def _column_pixels(root: Element) -> dict[int, int]:
    holder = xml.child(root, "cols")
    found: dict[int, int] = {}
    for entry in [] if holder is None else xml.children(holder, "col"):
        first, last = int(entry.get("min", "1")), min(int(entry.get("max", "0")), _LAST)
        width = _column(float(entry.get("width", _DEFAULT_COLUMN)))
        shown = 0 if entry.get("hidden") in {"1", "true"} else width
        found.update(dict.fromkeys(range(first, last + 1), shown))
    return found


def _row_pixels(root: Element) -> dict[int, int]:
    data = xml.child(root, "sheetData")
    found: dict[int, int] = {}
    for row in [] if data is None else xml.children(data, "row"):
        if row.get("hidden") in {"1", "true"}:
            found[int(row.get("r", "0"))] = 0
        elif height := row.get("ht"):
            found[int(row.get("r", "0"))] = _row(float(height))
    return found


def _column(width: float) -> int:
    return round(width * 7 + 5)


def _row(points: float) -> int:
    return round(points * 4 / 3)
