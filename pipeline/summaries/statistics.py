"""统计汇总.xlsx: overview, comparison, a sheet for each report, the lists, the proof they agree."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pipeline import text
from pipeline.summaries.charts import draw, drawing_of, with_room
from pipeline.summaries.lists import (
    CHANGED,
    DETAILS,
    behind_comparison,
    behind_moves,
    behind_overview,
    behind_report,
    link,
    lists_of,
)
from pipeline.summaries.sheet import Cell, Column, Grid, write_grid
from pipeline.tables import available, proof, proof_line
from pipeline.tables.comparison import GONE, MOVES, NEW, NOW, THEN, comparison, moves
from pipeline.tables.comparison import TITLE as COMPARED
from pipeline.tables.counting import SHARE
from pipeline.tables.overview import GRAVEST, OTHERS, overview
from pipeline.tables.overview import TITLE as OVERVIEW
from pipeline.tables.proof import comparison_line, moves_line, overview_line
from pipeline.tables.scope import OFFICE
from pipeline.workbook.book import Book

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from pipeline.summaries.charts import Drawing
    from pipeline.summaries.edition import Edition
    from pipeline.summaries.lists import Found, Lists
    from pipeline.tables import Before, Report, Scope

TITLE = "统计汇总"
EMPTY = "尚无已收的风险点，各项为0。"
NO_LAST = "没有上期，无从比较。"

_LABEL_WIDTH = 26
_NARROW_LABEL = 20  # where many columns stand beside it
_WIDE, _NARROW = (10, 20), (9, 14)  # least and most, of a column of counts
_MANY = 10  # columns
_LINKED = "1F4E79"
# A 0 leads nowhere, so it does not look as if it did.
_COUNT = "[=0][Black]0;0"
_CLICK = f"蓝色的数点一下，就到它的清单；也可以在“{DETAILS}”里按"


@dataclass(frozen=True, slots=True)
class _Material:
    """What the sheets are made of; before: None where there is no last edition to compare with."""

    register: pd.DataFrame
    scope: Scope
    edition: Edition
    before: Before | None
    lists: Lists


@dataclass(frozen=True, slots=True)
class _Sheet:
    """One sheet: its table, its charts, where its figures lead to."""

    grid: Grid
    drawing: Drawing | None = None
    found: Found = field(default_factory=dict)


def statistics_book(
    register: pd.DataFrame, scope: Scope, edition: Edition, before: Before | None = None
) -> bytes:
    """Return the workbook of all tables; before: the last edition, None where there is none."""
    compared = before if before is not None and len(before.register) else None
    lists = lists_of(register, scope, edition, compared)
    material = _Material(register, scope, edition, compared, lists)
    sheets = [
        _overview(material),
        *(_compared(material, compared) if compared else (_not_compared(edition, before),)),
        *(_crosstab(material, report) for report in available(scope)),
        *(_Sheet(grid) for grid in lists.grids),
        _Sheet(_proof(material)),
    ]
    book = Book(TITLE)
    pages = {sheet.grid.name: write_grid(book, sheet.grid, edition) for sheet in sheets}
    for sheet in sheets:
        page = pages[sheet.grid.name]
        link(page, pages, sheet.found)
        if sheet.drawing:
            draw(page, sheet.grid, sheet.drawing)
    return book.to_bytes()


def _overview(material: _Material) -> _Sheet:
    scope, rows = material.scope, len(material.register)
    frame = overview(material.register, scope)
    key, words = scope.gravest
    kinds = (
        f"“{GRAVEST}”是“{scope.header(key)}”为“{'、'.join(sorted(words))}”的，其余是“{OTHERS}”。"
    )
    said = (
        overview_line(frame, scope, rows),
        f"{_CLICK}“{scope.header(OFFICE)}”筛选。" if rows else EMPTY,
        *((kinds,) if key else ()),
    )
    found = behind_overview(material.lists, frame, scope)
    return _Sheet(_grid(frame, OVERVIEW, said, material, found), None, found)


def _compared(material: _Material, before: Before) -> Iterator[_Sheet]:
    """Yield the comparison with the last edition, and from which level to which points moved."""
    register, scope = material.register, material.scope
    frame = comparison(before, register, scope)
    said = (
        comparison_line(frame),
        f"{NEW}、{GONE}、升降的逐条列在“{CHANGED}”；蓝色的数点一下就到。{THEN}的清单见当时的{TITLE}。",
    )
    found = behind_comparison(material.lists, frame, scope)
    grid = _grid(frame, f"与{THEN}（{before.dated}）比较", said, material, found)
    yield _Sheet(replace(grid, name=COMPARED), None, found)
    moved = moves(before, register, scope)
    told = (
        moves_line(moved),
        f"横行是{THEN}（{before.dated}）的等级，竖列是{NOW}的等级；“{NEW}”是{THEN}没有的，“{GONE}”是{NOW}没有的。",
        "蓝色的数点一下，就到它的清单。",
    )
    found = behind_moves(material.lists, moved, scope)
    yield _Sheet(_grid(moved, MOVES, told, material, found), None, found)


def _not_compared(edition: Edition, before: Before | None) -> _Sheet:
    said = f"没有{THEN}：到{before.dated}，档案库里还没有风险点。" if before else NO_LAST
    columns = (Column("单位", _LABEL_WIDTH), *(Column(one, 20) for one in (THEN, NEW, GONE, NOW)))
    return _Sheet(
        Grid(COMPARED, f"{TITLE}：{COMPARED}", columns, (), empty=said, legend=edition.legend)
    )


def _crosstab(material: _Material, report: Report) -> _Sheet:
    register, scope = material.register, material.scope
    frame = report.build(register, scope)
    words = "”“".join(scope.header(key) for key in report.axes or (OFFICE,))
    same = "筛出的行数就是表中的数" if report.axes else "各行的条数相加就是表中的数"
    said = (
        proof_line(frame, register),
        f"{_CLICK}“{words}”筛选，{same}。" if len(register) else EMPTY,
    )
    found = behind_report(material.lists, report, frame, scope)
    name = f"{frame.index.name}×{frame.columns.name}"
    grid = _grid(frame, name, said, material, found)
    drawing = drawing_of(frame, scope.levels) if len(register) else None
    return _Sheet(with_room(grid, drawing) if drawing else grid, drawing, found)


def _grid(
    frame: pd.DataFrame, name: str, said: tuple[str, ...], material: _Material, found: Found
) -> Grid:
    values = zip(*(frame[column].tolist() for column in frame.columns), strict=True)
    rows: list[tuple[Cell, ...]] = [
        (str(label), *row) for label, row in zip(frame.index, values, strict=True)
    ]
    many = len(frame.columns) > _MANY
    linked = {place for _, place in found}
    columns = (
        _column(frame, str(label), material.scope, linked=place in linked)
        for place, label in enumerate(frame.columns, 1)
    )
    return Grid(
        name=name[:31],
        title=f"{TITLE}：{name}",
        columns=(
            Column(str(frame.index.name), _NARROW_LABEL if many else _LABEL_WIDTH),
            *columns,
        ),
        rows=rows,
        empty=EMPTY,
        legend=material.edition.legend,
        closing=said,
        total=True,
    )


def _column(frame: pd.DataFrame, label: str, scope: Scope, *, linked: bool) -> Column:
    fractional = frame[label].dtype.kind == "f"
    least, most = _NARROW if len(frame.columns) > _MANY else _WIDE
    number_format = _COUNT if not fractional else "0.0%" if label == SHARE else "0.00"
    return Column(
        label,
        max(least, min(most, text.display_width(label) + 2)),
        centred=True,
        number_format=number_format,
        paint=scope.levels.get(label.removesuffix(THEN).removesuffix(NOW)),
        colour=_LINKED if linked else "",
    )


def _proof(material: _Material) -> Grid:
    checks = proof(material.register, material.scope, material.before)
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
        legend=material.edition.legend,
        closing=(f"共核对{len(checks)}项，{said}",),
        urgent=wrong,
    )
