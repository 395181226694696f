"""报送进度.xlsx: how far every office is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.monitor import Stand, overdue
from pipeline.summaries.progress_offices import EMPTY, by_office, paper_said, totals
from pipeline.summaries.sheet import Cell, Column, Grid, write_grid
from pipeline.workbook.book import Book

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.monitor import Matter, Progress, Query
    from pipeline.summaries.edition import Edition

TITLE = "报送进度"

_COLUMNS = (
    Column("序号", 6, centred=True),
    Column("单位", 24),
    Column("表", 10, centred=True),
    Column("人员", 10, centred=True),
    Column("状态", 13, centred=True),
    Column("期限", 17, centred=True),
    Column("首报日期", 17, centred=True),
    Column("通过日期", 17, centred=True),
    Column("逾期天数", 10, centred=True),
    Column("待核实项", 10, centred=True),
    Column("电子件", 9, centred=True),
    Column("纸质件", 9, centred=True),
    Column("与附表1比对", 13, centred=True),
)
ASKED = "活动要求"
_ASKED = (
    Column("序号", 6, centred=True),
    Column("单位", 18),
    Column("表", 10, centred=True),
    Column("人员", 12, centred=True),
    Column("要求", 22),
    Column("说明", 48),
    Column("涉及", 34),
)
_NO_VERDICT = "这里列的只用于催办和提醒，不影响已收的表。"


VERIFIED = "核实清单"
_VERIFIED = (
    Column("编号", 14, centred=True),
    Column("单位", 14),
    Column("表", 8, centred=True),
    Column("人员", 9, centred=True),
    Column("位置", 12, centred=True),
    Column("栏目", 14),
    Column("问题", 48),
    Column("提出日期", 15, centred=True),
    Column("说明期限", 15, centred=True),
    Column("单位的说明", 32),
    Column("说明日期", 15, centred=True),
    Column("现状", 16, centred=True),
)
_HOW = (
    "加粗的是过了期限还没有说明的；过期也不退回，由局纪检组处理。",
    "已说明的请看是否属实：运行 yigang confirm 编号 --agree 同意，--refuse 理由 不同意。",
)


def progress_book(
    lines: Sequence[Progress],
    edition: Edition,
    matters: Sequence[Matter] = (),
    queries: Sequence[Query] = (),
) -> bytes:
    """Return the progress as a workbook: what each office owes and has sent, overdue rows in bold.

    The first sheet sums up each office; the second has a row an office and form, of a form of
    persons one a person, all of an office together. Then everything that the campaign rules ask
    for, each thing in a row; and every question about the forms in force, with its explanation.
    """
    book = Book(TITLE)
    lines = sorted(lines, key=lambda line: (line.office.order, line.office.code))
    write_grid(book, by_office(lines, edition.day), edition)
    grid = Grid(
        name=TITLE,
        title=TITLE,
        columns=_COLUMNS,
        rows=[_row(number, line) for number, line in enumerate(lines, 1)],
        empty=EMPTY,
        closing=(totals(lines), "加粗的是过了期限还没有报来或没有通过的单位。", *paper_said(lines)),
        urgent=frozenset(place for place, line in enumerate(lines) if overdue(line, edition.day)),
        frozen=2,
    )
    write_grid(book, grid, edition)
    asked = sorted(matters, key=lambda one: one.office.order)
    rows = [
        (number, one.office.name, one.form, one.person, one.entry.meaning, one.message, detail)
        for number, (one, detail) in enumerate(
            ((one, detail) for one in asked for detail in one.details or ("",)), 1
        )
    ]
    write_grid(
        book,
        Grid(
            name=ASKED,
            title="要求一览",  # behind the words “…”活动
            columns=_ASKED,
            rows=rows,
            empty="各单位都达到活动要求。",
            closing=(_NO_VERDICT,),
            frozen=2,
        ),
        edition,
    )
    write_grid(book, _verified(queries), edition)
    return book.to_bytes()


def _verified(queries: Sequence[Query]) -> Grid:
    ordered = sorted(queries, key=lambda one: one.office.order)
    return Grid(
        name=VERIFIED,
        title=VERIFIED,
        columns=_VERIFIED,
        rows=[
            (
                *(one.number, one.office.name, one.form, one.person, one.place, one.column),
                *(one.question, one.asked, one.due, one.reply, one.replied),
                f"{one.stand.value}：{one.why}" if one.why else one.stand.value,
            )
            for one in ordered
        ],
        empty="没有请核实的问题。",
        closing=_HOW,
        urgent=frozenset(place for place, one in enumerate(ordered) if one.stand is Stand.LATE),
        frozen=2,
    )


def _row(number: int, line: Progress) -> tuple[Cell, ...]:
    return (
        number,
        line.office.name,
        line.form,
        line.person,
        line.state.value,
        line.due,
        line.first_received,
        line.accepted_on,
        line.late_days or None,
        line.questions or None,
        "已收" if line.electronic else "未收",
        {True: "已收", False: "未收", None: "未登记"}[line.paper],
        line.agreement.value if line.agreement else "",
    )
