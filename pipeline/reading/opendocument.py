"""The content of an .ods: bounds before calamine sees it, and what calamine does not tell of it.

A cell or a row says how often it is repeated, so a file of 1 kB may hold 17 thousand million.
calamine knows no merges there, no error values, no hidden rows and no formulas without a value,
and takes the text of a box that is anchored to a cell for that of the cell.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipeline.reading.elements import walk
from pipeline.reading.limits import LAST_COLUMN, LAST_ROW, Refusal
from pipeline.workbook.patch.marks import HEADING
from pipeline.workbook.reader import SheetFacts, address

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pipeline.reading.limits import Limits

# Programs before the type "error" existed wrote the value as a shown text of any type.
_ERROR = re.compile(r"#(?:DIV/0!|N/A|NAME\?|NULL!|NUM!|REF!|VALUE!)|(?:Err|错误)[:：]\d{3}")
_CELLS = ("table-cell", "covered-table-cell")
_HIDDEN = ("collapse", "filter")
_BESIDES = {"image": "pictures", "object": "embedded", "object-ole": "embedded"}
_STORED = {"macros": "basic/", "pictures": "pictures/"}
# Blanks are written as elements, with their number.
_BLANKS, _MOST_BLANKS = {"s": " ", "tab": "\t", "line-break": "\n"}, 1_000


def look(
    content: bytes, names: Iterable[str], limits: Limits
) -> tuple[tuple[SheetFacts, ...], tuple[str, ...]]:
    """Return what is to be told of each table in order, and what else the file carries.

    names: of all parts, in lower case. Raises Refusal: TOO_BIG for more cells than a form can
    have once all repetitions are counted, DAMAGED for impossible ones.
    """
    seen = _Content(limits)
    walk(content, seen, limits)
    listing = "\n" + "\n".join(names)
    stored = {word for word, start in _STORED.items() if f"\n{start}" in listing}
    return tuple(table.facts() for table in seen.tables), tuple(sorted(seen.extras | stored))


@dataclass(slots=True)
class _Cell:
    """A cell that holds something, perhaps so many times side by side."""

    column: int
    repeated: int
    is_error: bool
    is_unvalued: bool
    text: str


@dataclass(slots=True)
class _Table:
    """One sheet as far as it was walked; rows and columns counted from 1."""

    limits: Limits
    row: int = 0
    columns: int = 0
    filled: int = 0
    last: tuple[int, int] = (0, 0)
    errors: dict[str, str] = field(default_factory=dict)
    unvalued: list[str] = field(default_factory=list)
    merges: list[str] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: set[int] = field(default_factory=set)
    texts: dict[tuple[int, int], str] = field(default_factory=dict)
    held: set[int] = field(default_factory=set)

    def add_row(self, cells: list[_Cell], repeated: int, *, hidden: bool) -> None:
        """Take in a row that stands so many times one below the other."""
        first, self.row = self.row + 1, self.row + repeated
        if not cells:
            return
        self._count(cells, repeated)
        if hidden:
            self.hidden_rows += range(first, self.row + 1)
        self.held.update(*(range(cell.column, cell.column + cell.repeated) for cell in cells))
        odd = [cell for cell in cells if cell.is_error or cell.is_unvalued]
        for row in range(first, self.row + 1) if odd else ():
            for cell in odd:
                self._tell(cell, row)

    def _count(self, cells: list[_Cell], repeated: int) -> None:
        """Refuse what no form holds: calamine would allocate the rectangle from A1."""
        last = cells[-1].column + cells[-1].repeated - 1
        if self.row > LAST_ROW or last > LAST_COLUMN:
            raise Refusal(reason="TOO_BIG")
        self.filled += repeated * sum(cell.repeated for cell in cells)
        self.last = (self.row, max(self.last[1], last))
        rectangle = self.last[0] * self.last[1]
        if self.filled > self.limits.cells or not self.limits.holds(rectangle, self.filled):
            raise Refusal(reason="TOO_BIG")

    def _tell(self, cell: _Cell, row: int) -> None:
        for column in range(cell.column, cell.column + cell.repeated):
            if cell.is_error:
                self.errors[address(row, column)] = cell.text
            else:
                self.unvalued.append(address(row, column))

    def merge(self, column: int, attributes: Mapping[str, str]) -> None:
        """Take in the range a cell of the present row spans."""
        down = _whole(attributes, "table:number-rows-spanned")
        right = _whole(attributes, "table:number-columns-spanned")
        if down * right > 1:
            top, bottom = address(self.row + 1, column), (self.row + down, column + right - 1)
            self.merges.append(f"{top}:{address(*bottom)}")
        if len(self.merges) > self.limits.merges:
            raise Refusal(reason="TOO_BIG")

    def facts(self) -> SheetFacts:
        """Return what is to be told; of hidden columns only those that hold something."""
        return SheetFacts(
            errors=self.errors,
            unvalued=tuple(self.unvalued),
            hidden_rows=tuple(self.hidden_rows),
            hidden_columns=tuple(sorted(self.hidden_columns & self.held)),
            merges=tuple(self.merges),
            texts=self.texts,
        )


class _Content:
    """Collects the tables of content.xml; other things in it by name."""

    def __init__(self, limits: Limits) -> None:
        self.tables: list[_Table] = []
        self.extras: set[str] = set()
        self._limits = limits
        self._row: Mapping[str, str] = {}
        self._cells: list[_Cell] = []
        self._column = 1
        self._cell: Mapping[str, str] | None = None
        self._depth = 0
        self._paragraphs: list[str] = []
        self._is_framed = False
        self._note: list[str] | None = None
        self._into: list[str] | None = None

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._depth += 1
        if tag == "table":
            self.tables.append(_Table(self._limits))
        elif tag == "table-column" and self.tables:
            self._start_column(attributes)
        elif tag == "table-row":
            self._row, self._cells, self._column = attributes, [], 1
        elif tag in _CELLS:
            self._cell, self._depth, self._paragraphs, self._is_framed = attributes, 0, [], False
        elif tag == "p":
            self._start_paragraph()
        else:
            self._start_besides(tag, attributes)

    def _start_paragraph(self) -> None:
        """Tell the text of a cell from that of a box anchored to it: calamine takes both for it."""
        if self._note is not None:
            self._into = self._note
        elif self._cell is not None and self._depth == 1:
            self._into = self._paragraphs
            self._into += ["\n"] if self._into else []
        else:
            self._into = None
            self._is_framed = True
            if self.tables:  # the messages of drop-downs stand before the first table
                self.extras.add("shapes")

    def _start_besides(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "annotation":
            self._note = []
        elif tag == "table-source":
            self.extras.add("links")
        elif tag in _BESIDES:
            self.extras.add(_BESIDES[tag])
        elif tag in _BLANKS:
            self.text(_BLANKS[tag] * min(_whole(attributes, "text:c"), _MOST_BLANKS))

    def end(self, tag: str) -> None:
        if tag == "annotation":
            if not "".join(self._note or ()).startswith(HEADING):
                self.extras.add("comments")
            self._note = None
        elif tag == "p":
            self._into = None
        elif tag in _CELLS and self._cell is not None and self.tables:
            self._end_cell(self._cell, "".join(self._paragraphs))
            self._cell = None
        elif tag == "table-row" and self.tables:
            hidden = self._row.get("table:visibility") in _HIDDEN
            repeated = _whole(self._row, "table:number-rows-repeated")
            self.tables[-1].add_row(self._cells, repeated, hidden=hidden)
        self._depth -= 1

    def text(self, text: str) -> None:
        if self._into is not None:
            self._into.append(text)

    def _start_column(self, attributes: Mapping[str, str]) -> None:
        table = self.tables[-1]
        first = table.columns + 1
        table.columns += _whole(attributes, "table:number-columns-repeated")
        if attributes.get("table:visibility") in _HIDDEN:
            table.hidden_columns.update(range(first, min(table.columns, LAST_COLUMN) + 1))

    def _end_cell(self, cell: Mapping[str, str], text: str) -> None:
        column = self._column
        repeated = _whole(cell, "table:number-columns-repeated")
        self._column += repeated
        self.tables[-1].merge(column, cell)
        is_formula, is_typed = "table:formula" in cell, "office:value-type" in cell
        if not (text or is_formula or is_typed or self._is_framed):
            return
        if self._is_framed and cell.get("office:value-type", "string") == "string":
            self.tables[-1].texts[self.tables[-1].row + 1, column] = text
        shown = is_formula and _ERROR.fullmatch(text) is not None
        is_error = shown or cell.get("calcext:value-type") == "error"
        is_unvalued = is_formula and not (text or is_typed or is_error)
        self._cells.append(_Cell(column, repeated, is_error, is_unvalued, text))


def _whole(attributes: Mapping[str, str], key: str) -> int:
    """Return a count that is 1 where it is not written."""
    text = attributes.get(key, "1")
    # str.isdecimal alone would let other scripts' digits and endless numbers pass
    if not (text.isascii() and text.isdecimal() and len(text) < 9 and int(text)):  # noqa: PLR2004
        raise Refusal(reason="DAMAGED")
    return int(text)
