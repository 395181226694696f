"""The first sheet of 报送进度.xlsx: how far each office is with all that it owes."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING

from pipeline.monitor import overdue
from pipeline.monitor.night import TOTAL
from pipeline.monitor.progress import State
from pipeline.summaries.sheet import Cell, Column, Grid

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from pipeline.monitor import Progress

EMPTY = "名册里还没有要报送的单位。"

# The states that count as handed in, and those that do not, in the order of the columns.
_WITH_US = (State.RECEIVED, State.QUESTIONED, State.UNCONFIRMED)
_NOT_YET = (State.RETURNED, State.MISSING, State.ENDED)
_COLUMNS = (
    Column("序号", 6, centred=True),
    Column("单位", 24),
    Column("应报份数", 9, centred=True),
    *(Column(f"{state.value}", 9, centred=True) for state in (*_WITH_US, *_NOT_YET)),
    Column("通过", 8, centred=True),
    Column("其中按时", 8, centred=True),
    Column("其中逾期", 8, centred=True),
    Column("过期未通过", 10, centred=True),
    Column("待核实项", 9, centred=True),
    Column("纸质件已收", 10, centred=True),
)
_SUMMED = 2  # columns that hold no number to be summed up


def by_office(lines: Sequence[Progress], day: date) -> Grid:
    """Return a row an office over its lines, which stand together, and a total row."""
    rows: list[tuple[Cell, ...]] = []
    late: set[int] = set()
    for place, (_, own) in enumerate(groupby(lines, key=lambda line: line.office.code)):
        mine = list(own)
        rows.append((place + 1, mine[0].office.name, *_counts(mine, day)))
        if any(overdue(line, day) for line in mine):
            late.add(place)
    if rows:
        rows.append(("", TOTAL, *_counts(lines, day)))
    return Grid(
        name="各单位概览",
        title="报送概览",
        columns=_COLUMNS,
        rows=rows,
        empty=EMPTY,
        closing=(totals(lines), "加粗的是有过期没有报来或没有通过的单位。", *paper_said(lines)),
        urgent=frozenset(late),
        total=True,
        frozen=_SUMMED,
    )


def totals(lines: Sequence[Progress]) -> str:
    """Return how many stand where; the parts sum up to the whole."""
    states = Counter(line.state for line in lines)
    parts = "＋".join(f"{state.value}{states[state]}" for state in State if states[state])
    done = [line for line in lines if line.electronic]
    late = sum(1 for line in done if line.late_days)
    said = f"＝{parts}" if parts else ""
    return (
        f"应报{len(lines)}份{said}。通过{len(done)}份，其中按时{len(done) - late}份、逾期{late}份。"
    )


def paper_said(lines: Sequence[Progress]) -> tuple[str, ...]:
    """Return what is to be said of the paper copies: nothing where all of them are noted."""
    unknown = sum(line.paper is None for line in lines)
    if not unknown:
        return ()
    said = "纸质件还没有登记" if unknown == len(lines) else f"有{unknown}份的纸质件还没有登记"
    return (f"{said}，写作“未登记”，不表示没有交。",)


def _counts(lines: Sequence[Progress], day: date) -> tuple[Cell, ...]:
    states = Counter(line.state for line in lines)
    done = [line for line in lines if line.electronic]
    late = sum(bool(line.late_days) for line in done)
    known = [line.paper for line in lines if line.paper is not None]
    return (
        len(lines),
        *(states[state] for state in (*_WITH_US, *_NOT_YET)),
        len(done),
        len(done) - late,
        late,
        sum(overdue(line, day) for line in lines),
        sum(line.questions for line in lines),
        sum(known) if known else "未登记",
    )
