"""One sheet of a summary: title, unit line, header, rows, closing lines, ready to print."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Literal

from pipeline.workbook.book import AS_DATE, Area, Cell, Print, Style, fit_height
from pipeline.workbook.limits import MOST_ROWS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.summaries.edition import Edition
    from pipeline.vocab import Term, Vocabulary
    from pipeline.workbook.book import Book, Look, Page

__all__ = ["Cell", "Column", "Grid", "Paints", "paints_of", "write_grid"]

Paints = Mapping[str, "Term"]

# Rows from the top; the legend has its row on every sheet, so that the header never moves.
_TITLE, _UNIT, _LEGEND, HEADER, FIRST = range(5)
_BORDER = "7F7F7F"
_HEAD_FILL = "D9E2F3"
_TOTAL_FILL = "F2F2F2"
_URGENT_FILL = "EDEDED"
_GAP = 6.0  # points, of a line that says nothing


@dataclass(frozen=True, slots=True)
class Column:
    """One column. paints: the colours of words in it; paint: the colours of its header.

    colour: of what is written in it, "" for black.
    """

    header: str
    width: float
    centred: bool = False
    number_format: str = ""
    paints: Paints = field(default_factory=dict)
    paint: Term | None = None
    printed: bool = True
    colour: str = ""


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet. empty is said where there are no rows; total: the last row sums up the others.

    legend, closing: lines above the header and below the table. urgent: rows set in bold on grey.
    frozen: columns kept in view. room, below: further columns on the right and rows under the
    closing lines that are printed too.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: Sequence[Sequence[Cell]]
    empty: str
    legend: str = ""
    closing: tuple[str, ...] = ()
    urgent: frozenset[int] = frozenset()
    total: bool = False
    frozen: int = 1
    room: int = 0
    below: int = 0
    size: float = 12
    valign: Literal["top", "vcenter"] = "vcenter"
    paper: Literal["A3", "A4"] = "A4"
    landscape: bool = True

    @property
    def last_printed(self) -> int:
        """Return the number of the last column inside the print area."""
        return max(place for place, column in enumerate(self.columns) if column.printed)

    @property
    def bottom(self) -> int:
        """Return the number of the last row of the table."""
        return FIRST + max(1, len(self.rows)) - 1


def paints_of(vocabulary: Vocabulary) -> Paints:
    """Return the terms of a vocabulary that have a colour, by name."""
    return {term.name: term for term in vocabulary.terms if term.fill}


def write_grid(book: Book, grid: Grid, edition: Edition) -> Page:
    """Write a sheet and return it; nothing on it is locked, the rows can be filtered.

    More rows than a sheet holds go on on further sheets, of which the first is returned.
    """
    first, *_ = [_write_sheet(book, part, edition) for part in _parts(grid)]
    return first


def _parts(grid: Grid) -> Iterator[Grid]:
    """Yield the sheets that a grid needs: one, unless it has more rows than Excel holds."""
    room = MOST_ROWS - FIRST - max(1, len(grid.closing))
    starts = range(0, max(1, len(grid.rows)), room)
    names = [grid.name, *(f"{grid.name}（{number}）" for number in range(2, len(starts) + 1))]
    for start, name, after in zip(starts, names, [*names[1:], ""], strict=True):
        yield replace(
            grid,
            name=name,
            rows=grid.rows[start : start + room],
            urgent=frozenset(one - start for one in grid.urgent),
            total=grid.total and not after,
            closing=(f"表格装不下全部行，下接工作表“{after}”。",) if after else grid.closing,
        )


def _write_sheet(book: Book, grid: Grid, edition: Edition) -> Page:
    page = book.page(grid.name)
    page.widths([column.width for column in grid.columns])
    _write_head(page, grid, edition)
    _write_rows(page, grid)
    _write_closing(page, grid)
    _set_up(page, grid, edition)
    return page


def _write_head(page: Page, grid: Grid, edition: Edition) -> None:
    last = grid.last_printed
    width = _width(grid)
    title = edition.heading(grid.title)
    large = Style("小标宋", 18, align="center", locked=False)
    page.merge(Area(_TITLE, 0, _TITLE, last), title, large)
    page.height(_TITLE, max(36.0, fit_height([(title, width)], large.size)))
    unit = Style("仿宋", 12, wrap=True, locked=False)
    _write_line(
        page,
        _UNIT,
        grid,
        f"编制单位：{edition.bureau}    日期：{edition.dated}    {edition.mark}".rstrip(),
        unit,
    )
    _write_line(page, _LEGEND, grid, grid.legend, replace(unit, font="楷体"))
    head = Style("黑体", grid.size, fill=_HEAD_FILL, align="center", border=_BORDER, locked=False)
    for place, column in enumerate(grid.columns):
        page.text(HEADER, place, column.header, _painted(head, column.paint))
    heads = [(column.header, column.width) for column in grid.columns]
    page.height(HEADER, max(26.0, fit_height(heads, grid.size)))


def _write_line(page: Page, row: int, grid: Grid, said: str, style: Style) -> None:
    page.merge(Area(row, 0, row, grid.last_printed), said, style)
    page.height(row, fit_height([(said, _width(grid))], style.size) if said else _GAP)


def _width(grid: Grid) -> float:
    return sum(column.width for column in grid.columns[: grid.last_printed + 1])


def _write_rows(page: Page, grid: Grid) -> None:
    looks = _Looks(page, grid)
    for number, row in enumerate(grid.rows):
        page.cells(FIRST + number, row, looks.of(row, number))
        page.height(FIRST + number, _height(row, grid))
    if not grid.rows:
        said = Style(size=grid.size, align="center", border=_BORDER, locked=False)
        page.merge(Area(FIRST, 0, FIRST, grid.last_printed), grid.empty, said)
        page.height(FIRST, max(30.0, fit_height([(grid.empty, _width(grid))], grid.size)))


class _Looks:
    """The looks of the cells of a grid, each made once."""

    def __init__(self, page: Page, grid: Grid) -> None:
        self._page, self._grid = page, grid
        self._styles = [_look(column, grid) for column in grid.columns]
        self._made: dict[tuple[int, bool, Cell], Look] = {}

    def of(self, row: Sequence[Cell], number: int) -> list[Look]:
        """Return the looks of the cells of a row."""
        grid, made = self._grid, self._made
        stressed = number in grid.urgent or (grid.total and number == len(grid.rows) - 1)
        found = []
        for place, (value, column) in enumerate(zip(row, grid.columns, strict=True)):
            kind: Cell = ""
            if isinstance(value, str):
                kind = value if value in column.paints else ""
            elif isinstance(value, date):
                kind = AS_DATE
            key = (place, stressed, kind)
            look = made.get(key)
            if look is None:
                style = self._styles[place]
                style = _stressed(style, grid, number) if stressed else style
                look = made[key] = self._page.look(_shown(style, column, value))
            found.append(look)
        return found


def _shown(style: Style, column: Column, value: Cell) -> Style:
    if isinstance(value, date):
        return replace(style, number_format=AS_DATE)
    return _painted(style, column.paints.get(value) if isinstance(value, str) else None)


def _look(column: Column, grid: Grid) -> Style:
    return Style(
        size=grid.size,
        align="center" if column.centred else "left",
        valign="vcenter" if column.centred else grid.valign,
        border=_BORDER,
        number_format=column.number_format,
        colour=column.colour,
        locked=False,
    )


def _stressed(style: Style, grid: Grid, number: int) -> Style:
    fill = _URGENT_FILL if number in grid.urgent else _TOTAL_FILL
    return replace(style, bold=True, fill=fill)


def _painted(style: Style, term: Term | None) -> Style:
    if term is None or not term.fill:
        return style
    return replace(style, fill=term.fill, colour=term.font, bold=True)


def _height(row: Sequence[Cell], grid: Grid) -> float:
    """Return the height of a row; only texts that cannot stand in one line are measured."""
    wrapped = [
        (value, column.width)
        for value, column in zip(row, grid.columns, strict=True)
        if isinstance(value, str) and (2 * len(value) > column.width - 2 or "\n" in value)
    ]
    return max(20.0, fit_height(wrapped, grid.size))


def _write_closing(page: Page, grid: Grid) -> None:
    style = Style("楷体", 12, locked=False)
    for row, said in enumerate(grid.closing, grid.bottom + 1):
        _write_line(page, row, grid, said, style)


def _set_up(page: Page, grid: Grid, edition: Edition) -> None:
    page.hide_gridlines()
    page.freeze(FIRST, grid.frozen)
    body = grid.bottom - 1 if grid.total and len(grid.rows) > 1 else grid.bottom
    page.autofilter(Area(HEADER, 0, body, len(grid.columns) - 1))
    bottom = grid.bottom + len(grid.closing) + grid.below
    page.print_setup(
        Print(
            paper=grid.paper,
            landscape=grid.landscape,
            area=Area(0, 0, bottom, grid.last_printed + grid.room),
            repeat=(HEADER, HEADER),
            left=edition.mark,
            right=f"{edition.dated}  {edition.version}".rstrip(),
        ),
    )
