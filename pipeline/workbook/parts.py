"""What a page is made of besides cells: areas, drop-downs, print set-up, charts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from xlsxwriter.utility import xl_range_abs


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of cells, all four ends inclusive and counted from 0."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def ends(self) -> tuple[int, int, int, int]:
        """Return top, left, bottom, right."""
        return self.top, self.left, self.bottom, self.right

    @property
    def a1(self) -> str:
        """Return the area as $A$1:$B$2."""
        return str(xl_range_abs(*self.ends))


@dataclass(frozen=True, slots=True)
class Within:
    """The cell that says which part of a list is offered. parents: defined name of its own list.

    cell: its row, None for the row of the cell that is guarded, and its column. The words that
    belong to the n-th parent are named like the whole list with _n behind.
    """

    parents: str
    cell: tuple[int | None, int]


@dataclass(frozen=True, slots=True)
class Validation:
    """A drop-down or an input message. source: defined name of the list, "" for a message only.

    within: the drop-down offers only what belongs to the word in another cell.

    title, message: shown when a cell is chosen. error_title, error: shown when an entry is not in
    the list; alert "message" shows none and takes every entry.
    """

    source: str = ""
    alert: Literal["stop", "warning", "message"] = "message"
    title: str = ""
    message: str = ""
    error_title: str = ""
    error: str = ""
    within: Within | None = None


@dataclass(frozen=True, slots=True)
class Print:
    """How a page is printed: one page wide. margins in mm: left, right, top, bottom.

    repeat: first and last row printed on top of every sheet of paper. left, right: beside the
    page number in the footer.
    """

    paper: Literal["A3", "A4"] = "A4"
    landscape: bool = True
    area: Area | None = None
    repeat: tuple[int, int] | None = None
    margins: tuple[float, float, float, float] = (15, 15, 15, 18)
    left: str = ""
    right: str = ""


@dataclass(frozen=True, slots=True)
class Series:
    """One row of columns in a chart; name: the cell (row, column) that holds its name.

    colour: of the numbers on it, "" for black. dotted: drawn with dots on its colour, so that
    a print in black and white tells it from its neighbours.
    """

    name: tuple[int, int]
    values: Area
    fill: str = ""
    colour: str = ""
    dotted: bool = False


@dataclass(frozen=True, slots=True)
class Chart:
    """A native chart of cells on its own page; width and height in pixels.

    kind: of "bar" the columns lie, the first on top. most: how far the counts go, 0 where the
    office program finds out; charts of one table are compared.
    """

    title: str
    categories: Area
    series: tuple[Series, ...]
    kind: Literal["column", "bar"] = "column"
    stacked: bool = False
    most: int = 0
    width: int = 640
    height: int = 360
