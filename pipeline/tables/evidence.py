"""Behind each figure: the rows it counts, in an order in which most figures are one block."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.tables.comparison import KINDS, MOVES, moved_from, moves
from pipeline.tables.comparison import TITLE as COMPARED
from pipeline.tables.counting import axis, items
from pipeline.tables.overview import GRAVEST, MISSING, OTHERS, PENDING, TITLE, marked
from pipeline.tables.reports import available
from pipeline.tables.scope import BLANK, LEVEL, OFFICE, TOTAL

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from pipeline.tables.comparison import Before
    from pipeline.tables.reports import Report
    from pipeline.tables.scope import Scope

ITEMS = "_items"  # how many measures a row names
PENDS = "_pends"  # whether its level waits to be fixed
GRAVE = "_grave"  # of which of the two kinds of risk it is
BY_OFFICE = (OFFICE, LEVEL)


@dataclass(frozen=True, slots=True)
class Figure:
    """The numbers of the risk points that one cell of a table counts."""

    table: str
    row: str
    column: str
    numbers: tuple[str, ...]


def details(register: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Return the register by office, level and number; the figures of BY_OFFICE are its blocks.

    Shape: the columns of the register, ITEMS, PENDS, GRAVE. What is not filled in is named, so
    that a filter finds it.
    """
    marks = marked(register, scope)
    frame = register.assign(
        **{
            ITEMS: items(register["measures"]) if scope.has("measures") else 0,
            PENDS: marks[PENDING].map({0: "", 1: PENDING}),
            GRAVE: marks[GRAVEST].map({0: OTHERS, 1: GRAVEST}) if GRAVEST in marks else "",
        },
        **{key: register[key].replace("", BLANK) for key in axes_of(scope)},
    )
    for key in reversed(BY_OFFICE):
        places = {word: place for place, word in enumerate(axis(register, scope, key))}
        frame.insert(0, f"_{key}", frame[key].map(places))
    keys = [f"_{key}" for key in BY_OFFICE]
    return frame.sort_values([*keys, "number"], ignore_index=True).drop(columns=keys)


def axes_of(scope: Scope) -> tuple[str, ...]:
    """Return the columns that any report counts by, in the order of the form."""
    used = {key for report in available(scope) for key in report.axes} - set(BY_OFFICE)
    return (OFFICE, *(key for key in scope.form.table.keys if key in used), LEVEL)


def figures(rows: pd.DataFrame, scope: Scope) -> Iterator[Figure]:
    """Yield every figure that is no block of `rows`, the details of a register, and is not 0.

    Those of a total row stand once for all tables that count by the same words.
    """
    rows = rows.sort_values(["office_order", "office", "number"])
    for name in (OTHERS, GRAVEST, MISSING, PENDING):
        yield from _in_overview(rows, scope, name)
    reports = [report for report in available(scope) if report.axes]
    for across in dict.fromkeys(report.axes[1] for report in reports):
        found = rows.groupby(across)["number"].agg(tuple).to_dict()
        for word in axis(rows, scope, across):
            if word in found:
                yield Figure(scope.header(across), TOTAL, word, found[word])
    for report in reports:
        if report.axes != BY_OFFICE:
            yield from _in_table(rows, scope, report)


def _in_overview(rows: pd.DataFrame, scope: Scope, name: str) -> Iterator[Figure]:
    mark = marked(rows, scope).get(name)
    if mark is None:
        return
    found = rows[mark == 1].groupby(OFFICE)["number"].agg(tuple).to_dict()
    for office in axis(rows, scope, OFFICE):
        if office in found:
            yield Figure(TITLE, office, name, found[office])


def _in_table(rows: pd.DataFrame, scope: Scope, report: Report) -> Iterator[Figure]:
    down, across = report.axes
    found = rows.groupby([down, across])["number"].agg(tuple).to_dict()
    columns = axis(rows, scope, across)
    for row in axis(rows, scope, down):
        for column in columns:
            if (row, column) in found:
                yield Figure(table_name(scope, report), row, column, found[row, column])


def compared_figures(
    before: Before, register: pd.DataFrame, changed: pd.DataFrame, scope: Scope
) -> Iterator[Figure]:
    """Yield the figures of the comparison's total row and of the moves; changed: the changes."""
    kinds = changed.groupby("kind")["number"].agg(tuple).to_dict()
    for kind in KINDS:
        if kind in kinds:
            yield Figure(COMPARED, TOTAL, kind, kinds[kind])
    moved = moved_from(before, register).reset_index()
    found = moved.groupby(["then", "now"])["number"].agg(tuple).to_dict()
    frame = moves(before, register, scope)
    for row in frame.index[:-1]:
        for column in frame.columns[:-1]:
            if (row, column) in found:
                yield Figure(MOVES, row, column, found[row, column])


def table_name(scope: Scope, report: Report) -> str:
    """Return what a cross-tab is called."""
    return "×".join(scope.header(key) for key in report.axes)
