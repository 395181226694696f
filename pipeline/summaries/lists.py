"""The lists behind the figures of 统计汇总, and where the list of each figure lies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline import text
from pipeline.summaries.sheet import FIRST, Column, Grid, paints_of
from pipeline.tables.comparison import GONE, KINDS, MOVES, NOW, THEN, changes
from pipeline.tables.comparison import TITLE as COMPARED
from pipeline.tables.evidence import (
    BY_OFFICE,
    GRAVE,
    ITEMS,
    PENDS,
    axes_of,
    compared_figures,
    details,
    figures,
    table_name,
)
from pipeline.tables.overview import GRAVEST, MISSING, OTHERS, PENDING, PEOPLE, POSTS, TITLE
from pipeline.tables.scope import LEVEL, OFFICE, TOTAL
from pipeline.workbook.book import Area
from pipeline.workbook.limits import MOST_LINKS, MOST_ROWS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import pandas as pd

    from pipeline.forms import Field
    from pipeline.summaries.edition import Edition
    from pipeline.summaries.sheet import Cell
    from pipeline.tables import Before, Report, Scope
    from pipeline.tables.evidence import Figure
    from pipeline.workbook.book import Page

DETAILS, CHANGED, EVIDENCE = "明细", "变动明细", "依据"

_SIZE = 10.5
_WIDEST = 26  # of a column whose words are those of a list
_MOST = 10  # numbers on a line of the evidence
_NOTHING = "尚无已收的风险点。"
_Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Block:
    """Neighbouring rows of a list, counted from 0."""

    sheet: str
    first: int
    last: int

    def joined(self, other: Block | None) -> Block:
        """Return the block from the first row of either to the last."""
        if other is None:
            return self
        return Block(self.sheet, min(self.first, other.first), max(self.last, other.last))


Found = Mapping[tuple[int, int], Block]


@dataclass(frozen=True, slots=True)
class Lists:
    """The sheets of lists, and for (table, row, column) the block a figure counts.

    The tables are called as their sheets are; "" is for what all tables of offices have.
    """

    grids: tuple[Grid, ...]
    blocks: Mapping[_Key, Block]

    def find(self, table: str, row: str, column: str) -> Block | None:
        """Return the rows behind a figure, None where it is 0 or counts no rows."""
        return self.blocks.get((table, row, column))


def lists_of(
    register: pd.DataFrame, scope: Scope, edition: Edition, before: Before | None
) -> Lists:
    """Return the details of the register, the changes since the last edition, the evidence."""
    rows = details(register, scope)
    blocks: dict[_Key, Block] = {}
    if len(rows):
        blocks["", TOTAL, TOTAL] = Block(DETAILS, 0, len(rows) - 1)
    for place, (office, level) in enumerate(zip(rows[OFFICE], rows[LEVEL], strict=True)):
        for column in (level, TOTAL):
            _reach(blocks, ("", office, column), DETAILS, place)
    grids = [_details(rows, scope, edition)]
    counted = [*figures(rows, scope)]
    if before is not None:
        changed = changes(before, register, scope)
        for place, (office, kind) in enumerate(zip(changed[OFFICE], changed["kind"], strict=True)):
            _reach(blocks, (CHANGED, office, kind), CHANGED, place)
        grids.append(_changes(changed, scope, edition))
        counted += compared_figures(before, register, changed, scope)
    lines = list(_lines(counted))
    for place, (table, row, column, *_) in enumerate(lines):
        whole = (table, TOTAL, column) if table == TITLE else (table, row, TOTAL)
        for key in {(table, row, column), whole}:
            _reach(blocks, key, EVIDENCE, place)
    return Lists((*grids, _evidence(lines, edition)), blocks)


def _reach(blocks: dict[_Key, Block], key: _Key, sheet: str, place: int) -> None:
    blocks[key] = Block(sheet, place, place).joined(blocks.get(key))


def _lines(counted: Sequence[Figure]) -> Iterator[tuple[str, str, str, int, str]]:
    """Yield table, row and column of each figure with a few of its numbers, as often as needed."""
    for figure in counted:
        for start in range(0, len(figure.numbers), _MOST):
            some = figure.numbers[start : start + _MOST]
            yield figure.table, figure.row, figure.column, len(some), "、".join(some)


def link(page: Page, pages: Mapping[str, Page], found: Found) -> None:
    """Make cells of a page lead to their blocks, as long as Excel takes more links."""
    for cell, block in list(found.items())[:MOST_LINKS]:
        if FIRST + block.last < MOST_ROWS:
            area = Area(FIRST + block.first, 0, FIRST + block.last, 0)
            page.jump(cell, pages[block.sheet], area)


def behind_report(lists: Lists, report: Report, frame: pd.DataFrame, scope: Scope) -> Found:
    """Return where the figures of a cross-tab lead to."""
    table = table_name(scope, report)

    def find(row: str, column: str) -> Block | None:
        if not report.axes or TOTAL == row == column:
            return lists.find("", row, TOTAL)
        if row == TOTAL:
            return lists.find(scope.header(report.axes[1]), TOTAL, column)
        if report.axes == BY_OFFICE or (report.axes[0] == OFFICE and column == TOTAL):
            return lists.find("", row, column)
        return lists.find(table, row, column)

    return _found(frame, find)


def behind_overview(lists: Lists, frame: pd.DataFrame, scope: Scope) -> Found:
    """Return where the figures of the overview lead to; posts and people stand in the roster."""
    levels = scope.levels.names

    def find(row: str, column: str) -> Block | None:
        if column in {POSTS, PEOPLE}:
            return None
        if column in {OTHERS, GRAVEST, MISSING, PENDING}:
            return lists.find(TITLE, row, column)
        if column in levels:
            table = scope.header(LEVEL) if row == TOTAL else ""
            return lists.find(table, row, column)
        return lists.find("", row, TOTAL)

    return _found(frame, find)


def behind_comparison(lists: Lists, frame: pd.DataFrame, scope: Scope) -> Found:
    """Return where the figures of the comparison lead to: what is on record now, and changes."""
    current = {f"{name}{NOW}": name for name in scope.levels.names} | {NOW: TOTAL}

    def find(row: str, column: str) -> Block | None:
        if column not in current:
            return lists.find(COMPARED if row == TOTAL else CHANGED, row, column)
        whole = row == TOTAL and column != NOW
        return lists.find(scope.header(LEVEL) if whole else "", row, current[column])

    return _found(frame, find)


def behind_moves(lists: Lists, frame: pd.DataFrame, scope: Scope) -> Found:
    """Return where the figures of the moves lead to; the whole counts no list."""

    def find(row: str, column: str) -> Block | None:
        if row != TOTAL:
            return lists.find(MOVES, row, column)
        table = COMPARED if column == GONE else scope.header(LEVEL)
        return lists.find(table, TOTAL, column) if column != TOTAL else None

    return _found(frame, find)


def _found(frame: pd.DataFrame, find: Callable[[str, str], Block | None]) -> Found:
    """Return the block of each whole number of a table that is not 0, by its cell on the page."""
    found: dict[tuple[int, int], Block] = {}
    for place, column in enumerate(frame.columns, 1):
        if frame[column].dtype.kind != "i":
            continue
        for number, (row, value) in enumerate(frame[column].items()):
            block = find(str(row), str(column)) if value else None
            if block:
                found[FIRST + number, place] = block
    return found


def _details(rows: pd.DataFrame, scope: Scope, edition: Edition) -> Grid:
    """Return every risk point with all that any table counts by."""
    form = scope.form.table
    own = [key for key in (*axes_of(scope), "power_matter", "risk_point") if key in form.keys]
    keys = sorted({*own, scope.form.roles.post} & {*form.keys}, key=form.keys.index)
    columns = [Column(scope.header(key), _width(form.field(key))) for key in keys]
    grave = [GRAVE] if scope.gravest[0] else []
    fields = ["number", OFFICE, *keys, LEVEL, *grave, ITEMS, "status", PENDS]
    heads = [
        Column(form.field(scope.form.roles.number).header, 16, centred=True),
        Column(scope.header(OFFICE), 16, centred=True),
        *columns,
        Column(scope.header(LEVEL), 10, centred=True, paints=paints_of(scope.levels)),
        *(Column("风险性质", 14, centred=True) for _ in grave),
        Column(
            f"{scope.header('measures') if scope.has('measures') else ''}条数", 10, centred=True
        ),
        Column("状态", 9, centred=True),
        Column("等级审定", 10, centred=True),
    ]
    return Grid(
        name=DETAILS,
        title=f"统计汇总：{DETAILS}",
        columns=tuple(heads),
        rows=list(zip(*(rows[key].tolist() for key in fields), strict=True)),
        empty=_NOTHING,
        legend=edition.legend,
        closing=(f"共{len(rows)}条。按单位、等级、编号排列；各表都可以在本表筛选得到。",),
        frozen=2,
        size=_SIZE,
        valign="top",
        paper="A3",
    )


def _width(field: Field) -> float:
    """Return a width in which the words of a list stand on one line, unless they are very long."""
    words = field.kind.vocabulary.names if field.kind.vocabulary else ()
    longest = max((text.display_width(word) for word in words), default=0)
    return max(field.width + 4, min(_WIDEST, longest + 2))


def _changes(changed: pd.DataFrame, scope: Scope, edition: Edition) -> Grid:
    form, level = scope.form.table, scope.header(LEVEL)
    levels = paints_of(scope.levels)
    texts = [key for key in (scope.form.roles.post, "risk_point") if key in form.keys]
    fields = ["number", OFFICE, "kind", "then", LEVEL, *texts]
    return Grid(
        name=CHANGED,
        title=f"统计汇总：{CHANGED}",
        columns=(
            Column(form.field(scope.form.roles.number).header, 16, centred=True),
            Column(scope.header(OFFICE), 16, centred=True),
            Column("变动", 12, centred=True),
            Column(f"{THEN}{level}", 12, centred=True, paints=levels),
            Column(f"{NOW}{level}", 12, centred=True, paints=levels),
            *(Column(scope.header(key), 2 * form.field(key).width) for key in texts),
        ),
        rows=list(zip(*(changed[key].tolist() for key in fields), strict=True)),
        empty="与上期相比没有变动。",
        legend=edition.legend,
        closing=(f"共{len(changed)}项（{'、'.join(KINDS)}）。同一风险点可以有两项。",),
        frozen=2,
        size=_SIZE,
        valign="top",
    )


def _evidence(lines: Sequence[Sequence[Cell]], edition: Edition) -> Grid:
    return Grid(
        name=EVIDENCE,
        title=f"统计汇总：{EVIDENCE}",
        columns=(
            Column("表", 26),
            Column("行", 42),
            Column("列", 18, centred=True),
            Column("条数", 8, centred=True),
            Column("风险编号", 152),
        ),
        rows=lines,
        empty=_NOTHING,
        legend=edition.legend,
        closing=(
            f"每行最多{_MOST}个编号；筛选“表”“行”“列”后，“条数”之和就是表中的数。",
            f"各单位按等级的数在“{DETAILS}”里各自相连，不再列出。",
        ),
        frozen=3,
        size=_SIZE,
        paper="A3",
    )
