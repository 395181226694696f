"""变更记录: what changed in the register, old beside new, a sheet of other workbooks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.summaries.sheet import Cell, Column, Grid, paints_of
from pipeline.tables.scope import LEVEL, OFFICE
from pipeline.vocab import CHANGES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd

    from pipeline.summaries.edition import Edition
    from pipeline.tables import Scope

SHEET = "变更记录"
EMPTY = "还没有登记过风险点，没有变更。"
SIZE = 10.5

_HOW = (
    "一行是一条风险点的一个栏目，原内容和新内容都是全文；新增、待核销、取消、恢复各记一行。"
    "等级是这次变更以后的现行等级。序号、负责人等由系统填写的栏目不记。"
)


def changes_grid(log: pd.DataFrame, scope: Scope, edition: Edition, office: str = "") -> Grid:
    """Return the sheet of a change log. office: name of the one it is of, "" for all."""
    columns = {
        key: column for key, column in _columns(scope).items() if not office or key != OFFICE
    }
    return Grid(
        name=SHEET,
        title=f"{office}{'' if office else '风险信息档案库'}{SHEET}",
        columns=tuple(columns.values()),
        rows=list(_rows(log, list(columns))),
        empty=EMPTY,
        legend=edition.legend,
        closing=(f"{_HOW}{_counted(log)}",),
        frozen=2,
        size=SIZE,
        valign="top",
        paper="A3",
    )


def _columns(scope: Scope) -> dict[str, Column]:
    """Return the columns by what they show of the log."""
    form, levels = scope.form, paints_of(scope.levels)
    point = form.table.field(form.roles.match[-1]).header if form.roles.match else "记录"
    return {
        "date": Column("日期", 16, centred=True),
        "number": Column(form.table.field(form.roles.number).header, 15, centred=True),
        OFFICE: Column(scope.header(OFFICE), 12, centred=True),
        "change": Column("变更", 9, centred=True),
        "point": Column(point, 26),
        LEVEL: Column(scope.header(LEVEL), 8, centred=True, paints=levels),
        "field": Column("栏目", 14, centred=True),
        "old": Column("原内容", 40),
        "new": Column("新内容", 40),
        "why": Column("原因或情况说明", 26),
        "source": Column("来源", 30),
        "who": Column("经办", 14, centred=True),
    }


def _rows(log: pd.DataFrame, keys: Sequence[str]) -> Iterator[tuple[Cell, ...]]:
    return zip(*(log[key].tolist() for key in keys), strict=True)


def _counted(log: pd.DataFrame) -> str:
    """Return how many rows there are of each class, in the order of the classes."""
    counts = log["change"].value_counts()
    said = "、".join(f"{word}{counts[word]}" for word in CHANGES.values() if word in counts)
    return f"共{len(log)}行：{said}。" if said else ""
