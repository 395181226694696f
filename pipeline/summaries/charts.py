"""The charts of 统计汇总: beside a short table, below a long one in pages that no break cuts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline.summaries.sheet import FIRST, HEADER
from pipeline.tables.counting import SHARE
from pipeline.tables.scope import TOTAL
from pipeline.workbook.book import Area, Chart, Series

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from pipeline.summaries.sheet import Grid
    from pipeline.vocab import Vocabulary
    from pipeline.workbook.book import Page

_STANDING = 8  # categories whose names find room under columns
_BESIDE = 20  # categories of one chart; with more, LibreOffice leaves names out
_MOST = 20  # charts; who counts by so many words reads the table
_WIDTH = 520  # pixels, of every chart
_LEAST_HEIGHT, _BAR = 320, 20  # pixels
_ROW = 20.0  # points, of a table
_CHART_ROW = 399.0  # points: a row is never cut by a page break, so a chart in it is whole
_ROW_HEIGHT = 520  # pixels of a chart in such a row
_ABREAST = 2
_GAP = 3  # width of the column between table and chart
_PIXELS_A_COLUMN = 64  # of Excel's ordinary width
_PIXELS_A_CHARACTER, _PADDING = 7, 5
# Where the columns of a table have no colour of their own: none of a level, none of a mark. With
# the colour of their numbers; light and dark by turns, so that black and white tells them apart.
_LOWER = "图在下面。"
_COLOURS = (
    ("DDEBF7", ""),
    ("2F75B5", "FFFFFF"),
    ("E2EFDA", ""),
    ("548235", "FFFFFF"),
    ("F2F2F2", ""),
    ("595959", "FFFFFF"),
)
_PIXELS_A_POINT = 4 / 3
_PIXELS_A_ROW = 20  # of Excel's ordinary height


@dataclass(frozen=True, slots=True)
class Drawing:
    """The charts of a table. stacked: the columns are parts of a whole. where they are drawn."""

    charts: tuple[Chart, ...]
    beside: bool


def drawing_of(frame: pd.DataFrame, levels: Vocabulary) -> Drawing:
    """Return the charts that show a table: the words of its rows, a colour a column."""
    columns = [
        (place, str(name))
        for place, name in enumerate(frame.columns, 1)
        if name not in {TOTAL, SHARE} and frame[name].dtype.kind == "i"
    ]
    words = len(frame) - 1  # the total would dwarf the others
    beside = words <= _BESIDE
    chart = Chart(
        title=f"各{frame.index.name}的{frame.columns.name}（条）",
        categories=Area(FIRST, 0, FIRST, 0),
        series=tuple(_series(columns, levels)),
        kind="column" if words <= _STANDING else "bar",
        stacked=TOTAL in frame,
        most=0 if beside else _most(frame, [name for _, name in columns]),
        width=_WIDTH,
        height=max(_LEAST_HEIGHT, _BAR * words + 100) if beside else _ROW_HEIGHT,
    )
    pages = range(0, min(words, _MOST * _BESIDE), _BESIDE)
    charts = tuple(_part(chart, start, min(words, start + _BESIDE) - 1) for start in pages)
    return Drawing(charts if beside else tuple(map(_numbered, charts)), beside)


def _most(frame: pd.DataFrame, columns: list[str]) -> int:
    """Return how far the longest column of any chart goes."""
    counts = frame[columns].iloc[:-1]
    return int((frame[TOTAL].iloc[:-1] if TOTAL in frame else counts.max(axis=1)).max())


def _series(columns: list[tuple[int, str]], levels: Vocabulary) -> Iterator[Series]:
    for number, (place, name) in enumerate(columns):
        term = levels.get(name)
        coloured = term is not None and term.fill != ""
        fill, colour = _COLOURS[number % len(_COLOURS)]
        yield Series(
            (HEADER, place),
            Area(FIRST, place, FIRST, place),
            fill=term.fill if term and coloured else fill,
            colour=term.font if term and coloured else colour,
            dotted=coloured and number % 2 == 1,
        )


def _part(chart: Chart, first: int, last: int) -> Chart:
    """Return the chart of some rows of its table, counted from 0."""

    def moved(area: Area) -> Area:
        return Area(FIRST + first, area.left, FIRST + last, area.right)

    series = (replace(one, values=moved(one.values)) for one in chart.series)
    return replace(chart, categories=moved(chart.categories), series=tuple(series))


def _numbered(chart: Chart) -> Chart:
    """Return a chart of part of a table that says which part."""
    first, last = chart.categories.top - FIRST + 1, chart.categories.bottom - FIRST + 1
    return replace(chart, title=f"{chart.title}：第{first}至{last}个")


def with_room(grid: Grid, drawing: Drawing) -> Grid:
    """Return the grid with the room its charts take on paper."""
    if not drawing.charts:
        return grid
    if drawing.beside:
        table = _ROW * (len(grid.rows) + len(grid.closing) + 1) * _PIXELS_A_POINT
        lacking = max(0, drawing.charts[0].height - int(table))
        room = 1 + -(-_WIDTH // _PIXELS_A_COLUMN)
        return replace(grid, room=room, below=-(-lacking // _PIXELS_A_ROW))
    table = sum(column.width * _PIXELS_A_CHARACTER + _PADDING for column in grid.columns)
    lacking = max(0, _ABREAST * _WIDTH - int(table))
    rows = -(-len(drawing.charts) // _ABREAST)
    room = -(-lacking // _PIXELS_A_COLUMN)
    return replace(grid, room=room, below=rows, closing=(*grid.closing, _LOWER))


def draw(page: Page, grid: Grid, drawing: Drawing) -> None:
    """Draw the charts on the page of their grid."""
    if drawing.beside:
        page.widths([_GAP], len(grid.columns))
        for chart in drawing.charts:
            page.chart(HEADER, len(grid.columns) + 1, chart)
        return
    top = grid.bottom + len(grid.closing) + 1
    for number, chart in enumerate(drawing.charts):
        row, place = divmod(number, _ABREAST)
        page.height(top + row, _CHART_ROW)
        page.chart(top + row, 0, chart, right=place * _WIDTH)
