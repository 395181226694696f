"""勾稽: the proof that every table adds up and that all count the same register."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.tables.comparison import GONE, MOVES, NEW, NOW, THEN, comparison, moves
from pipeline.tables.counting import SHARE, total, whole
from pipeline.tables.overview import GRAVEST, OTHERS, POINTS, overview
from pipeline.tables.reports import available
from pipeline.tables.scope import LEVEL, TOTAL

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from pipeline.tables.comparison import Before
    from pipeline.tables.scope import Scope


@dataclass(frozen=True, slots=True)
class Check:
    """One equation: text names both sides as people read them."""

    text: str
    left: int
    right: int

    @property
    def ok(self) -> bool:
        """Tell whether both sides are equal."""
        return self.left == self.right


def proof(register: pd.DataFrame, scope: Scope, before: Before | None = None) -> list[Check]:
    """Return the equations over the register and over every table made from it.

    before: the last edition, None where there is none to compare with.
    """
    rows = len(register)
    levels = register[LEVEL].value_counts()
    known = int(sum(levels.get(name, 0) for name in scope.levels.names))
    names = "＋".join(scope.levels.names)
    checks = [Check(f"{scope.header(LEVEL)}{names}＝档案库行数", known, rows)]
    checks += _of_overview(overview(register, scope), scope, rows)
    for report in available(scope):
        checks += _of_table(report.build(register, scope), rows)
    if before is not None:
        checks += _of_comparison(before, register, scope)
    return checks


def proof_line(frame: pd.DataFrame, register: pd.DataFrame) -> str:
    """Return the 勾稽 of one table in a sentence that can be checked by hand."""
    rows = len(register)
    agrees = all(check.ok for check in _of_table(frame, rows))
    return f"勾稽：{_sum_said(frame)}＝档案库{rows}条，{_verdict(agrees=agrees)}"


def overview_line(frame: pd.DataFrame, scope: Scope, rows: int) -> str:
    """Return the 勾稽 of the overview in a sentence; rows: of the register."""
    levels = "＋".join(f"{name}{whole(frame, name)}" for name in scope.levels.names)
    agrees = all(check.ok for check in _of_overview(frame, scope, rows))
    points = whole(frame, POINTS)
    return f"勾稽：{levels}＝{POINTS}{points}＝档案库{rows}条，{_verdict(agrees=agrees)}"


def comparison_line(frame: pd.DataFrame) -> str:
    """Return the 勾稽 of the comparison in a sentence."""
    then, new, gone, now = (whole(frame, name) for name in (THEN, NEW, GONE, NOW))
    agrees = all(check.ok for check in _of_offices(frame))
    said = f"{THEN}{then}＋{NEW}{new}－{GONE}{gone}＝{NOW}{now}"
    return f"勾稽：{said}，各单位也是这样算，{_verdict(agrees=agrees)}"


def moves_line(frame: pd.DataFrame) -> str:
    """Return the 勾稽 of the moves in a sentence."""
    new, gone = int(frame[TOTAL].iloc[-2]), whole(frame, GONE)
    then, now = (int(frame[TOTAL].iloc[:-2].sum()), whole(frame, TOTAL) - gone)
    agrees = then + new == now + gone
    said = f"{THEN}{then}＋{NEW}{new}＝{NOW}{now}＋{GONE}{gone}"
    return f"勾稽：{said}，{_verdict(agrees=agrees)}"


def _verdict(*, agrees: bool) -> str:
    return "相符。" if agrees else "不相符，请告知程序维护人员。"


def _of_overview(frame: pd.DataFrame, scope: Scope, rows: int) -> Iterator[Check]:
    """Yield that levels, both kinds of risk and the register say the same number of points."""
    title, points = frame.columns.name, whole(frame, POINTS)
    sums = frame.iloc[:-1]
    yield Check(f"{title}：各单位{POINTS}之和＝{TOTAL}", int(sums[POINTS].sum()), points)
    yield Check(f"{title}：{POINTS}＝档案库行数", points, rows)
    for parts in (scope.levels.names, (OTHERS, GRAVEST)):
        if set(parts) <= set(frame.columns):
            left = sum(whole(frame, name) for name in parts)
            yield Check(f"{title}：{'＋'.join(parts)}＝{POINTS}", left, points)


def _of_comparison(before: Before, register: pd.DataFrame, scope: Scope) -> Iterator[Check]:
    """Yield that both editions add up, office by office, and that the moves say the same."""
    frame = comparison(before, register, scope)
    yield from _of_offices(frame)
    moved, title = moves(before, register, scope), MOVES
    for when, rows in ((THEN, len(before.register)), (NOW, len(register))):
        names = [f"{name}{when}" for name in scope.levels.names]
        levels = sum(whole(frame, name) for name in names)
        yield Check(f"{frame.columns.name}：各等级{when}之和＝{when}档案库行数", levels, rows)
    now = moved.drop(columns=[GONE, TOTAL])
    sums = {THEN: moved[TOTAL].iloc[:-2].sum(), NOW: now.iloc[-1].sum()}
    for when, left in sums.items():
        yield Check(f"{title}：{when}各等级之和＝{when}合计", int(left), whole(frame, when))
    ends = {NEW: int(moved[TOTAL].iloc[-2]), GONE: whole(moved, GONE)}
    for kind, left in ends.items():
        yield Check(f"{title}：{kind}＝{frame.columns.name}的{kind}", left, whole(frame, kind))


def _of_offices(frame: pd.DataFrame) -> Iterator[Check]:
    sums = frame[THEN] + frame[NEW] - frame[GONE]
    for name, left, right in zip(frame.index, sums, frame[NOW], strict=True):
        said = f"{frame.columns.name}：{name}：{THEN}＋{NEW}－{GONE}＝{NOW}"
        yield Check(said, int(left), int(right))


def _of_table(frame: pd.DataFrame, rows: int) -> Iterator[Check]:
    """Yield that cells, total row, total column and register say the same number."""
    title = f"{frame.index.name}×{frame.columns.name}"
    inner = _inner(frame)
    yield Check(f"{title}：各行之和＝{TOTAL}", int(inner.to_numpy().sum()), total(frame))
    if TOTAL in frame:
        sums = int(frame[TOTAL].iloc[:-1].sum())
        yield Check(f"{title}：各行{TOTAL}之和＝{TOTAL}", sums, total(frame))
    yield Check(f"{title}：{TOTAL}＝档案库行数", total(frame), rows)


def _inner(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the cells that count risk points, without totals."""
    rows = frame.iloc[:-1]
    return (
        rows.drop(columns=[TOTAL, SHARE], errors="ignore") if TOTAL in frame else rows.iloc[:, :1]
    )


def _sum_said(frame: pd.DataFrame) -> str:
    if TOTAL not in frame:
        return f"{frame.columns[0]}{total(frame)}"
    parts = _inner(frame).sum().items()
    return "＋".join(f"{name}{value}" for name, value in parts) + f"＝{TOTAL}{total(frame)}"
