"""勾稽: the proof that every table adds up and that all count the same register."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.tables.reports import SHARE, available, total
from pipeline.tables.scope import LEVEL, TOTAL

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

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


def proof(register: pd.DataFrame, scope: Scope) -> list[Check]:
    """Return the equations over the register and over every report made from it."""
    rows = len(register)
    levels = register[LEVEL].value_counts()
    known = int(sum(levels.get(name, 0) for name in scope.levels.names))
    names = "＋".join(scope.levels.names)
    checks = [Check(f"{scope.header(LEVEL)}{names}＝档案库行数", known, rows)]
    for report in available(scope):
        checks += _of_table(report.build(register, scope), rows)
    return checks


def proof_line(frame: pd.DataFrame, register: pd.DataFrame) -> str:
    """Return the 勾稽 of one table in a sentence that can be checked by hand."""
    rows = len(register)
    agrees = all(check.ok for check in _of_table(frame, rows))
    verdict = "相符" if agrees else "不相符，请告知程序维护人员"
    return f"勾稽：{_sum_said(frame)}＝档案库{rows}条，{verdict}。"


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
