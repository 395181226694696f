"""统计汇总.xlsx: a sheet for each report, and the proof that they agree."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline import text
from pipeline.summaries.sheet import FIRST, HEADER, Cell, Column, Grid, write_grid
from pipeline.tables import REPORTS, available, proof, proof_line
from pipeline.tables.reports import SHARE
from pipeline.workbook.book import Area, Book, Chart, Series

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.summaries.edition import Edition
    from pipeline.tables import Scope

TITLE = "统计汇总"
EMPTY = "尚无已收的风险点，各项为0。"

_LABEL_WIDTH = 26
_COUNT_WIDTH = 10
_CHART_HEIGHT = 500  # pixels; less than a printed page
_CHART_WIDTH = 480
_PIXELS_AN_OFFICE = 18  # with less, names under the columns are left out
_GAP = 3  # width of the column between table and chart
_PIXELS_A_COLUMN = 64  # of Excel's ordinary width


def statistics_book(register: pd.DataFrame, scope: Scope, edition: Edition) -> bytes:
    """Return the workbook of all cross-tabs, a chart beside the first, the proof at the end."""
    book = Book(TITLE)
    for report in available(scope):
        frame = report.build(register, scope)
        grid = _grid(frame, register, scope, edition)
        if report is REPORTS[0] and len(register):
            chart = _chart(grid, scope)
            grid = replace(grid, room=1 + -(-chart.width // _PIXELS_A_COLUMN))
            page = write_grid(book, grid, edition)
            page.widths([_GAP], len(grid.columns))
            page.chart(HEADER, len(grid.columns) + 1, chart)
        else:
            write_grid(book, grid, edition)
    write_grid(book, _proof(register, scope, edition), edition)
    return book.to_bytes()


def _grid(frame: pd.DataFrame, register: pd.DataFrame, scope: Scope, edition: Edition) -> Grid:
    name = f"{frame.index.name}×{frame.columns.name}"
    values = zip(*(frame[column].tolist() for column in frame.columns), strict=True)
    rows: list[tuple[Cell, ...]] = [
        (str(label), *row) for label, row in zip(frame.index, values, strict=True)
    ]
    return Grid(
        name=name[:31],
        title=f"{TITLE}：{name}",
        columns=(
            Column(str(frame.index.name), _LABEL_WIDTH),
            *(_column(frame, str(label), scope) for label in frame.columns),
        ),
        rows=rows,
        empty=EMPTY,
        legend=edition.legend,
        closing=(proof_line(frame, register), *(() if len(register) else (EMPTY,))),
        total=True,
    )


def _column(frame: pd.DataFrame, label: str, scope: Scope) -> Column:
    fractional = frame[label].dtype.kind == "f"
    number_format = "0" if not fractional else "0.0%" if label == SHARE else "0.00"
    return Column(
        label,
        max(_COUNT_WIDTH, min(20, text.display_width(label) + 2)),
        centred=True,
        number_format=number_format,
        paint=scope.levels.get(label),
    )


def _chart(grid: Grid, scope: Scope) -> Chart:
    """Return stacked columns: an office each, the levels in their colours."""
    last = grid.bottom - 1  # the total would dwarf the offices
    places = [
        (place, term)
        for place, column in enumerate(grid.columns)
        if (term := scope.levels.get(column.header))
    ]
    return Chart(
        title=grid.name,
        categories=Area(FIRST, 0, last, 0),
        series=tuple(
            Series((HEADER, place), Area(FIRST, place, last, place), term.fill)
            for place, term in places
        ),
        stacked=True,
        width=max(_CHART_WIDTH, _PIXELS_AN_OFFICE * (len(grid.rows) - 1)),
        height=_CHART_HEIGHT,
    )


def _proof(register: pd.DataFrame, scope: Scope, edition: Edition) -> Grid:
    checks = proof(register, scope)
    wrong = frozenset(place for place, check in enumerate(checks) if not check.ok)
    said = f"有{len(wrong)}处不相符，请告知程序维护人员。" if wrong else "全部相符。"
    return Grid(
        name="勾稽",
        title=f"{TITLE}：勾稽",
        columns=(
            Column("序号", 7, centred=True),
            Column("核对", 60),
            Column("左边", 12, centred=True),
            Column("右边", 12, centred=True),
            Column("结果", 12, centred=True),
        ),
        rows=[
            (number, check.text, check.left, check.right, "相符" if check.ok else "不相符")
            for number, check in enumerate(checks, 1)
        ],
        empty=EMPTY,
        legend=edition.legend,
        closing=(f"共核对{len(checks)}项，{said}",),
        urgent=wrong,
    )
