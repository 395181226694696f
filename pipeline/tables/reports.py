"""The cross-tabs of the register; a new report is one function and its name in REPORTS.

A register has one row a risk point: the keys of the form's table as text, and number, office,
office_name, office_order, status, filled_level, raised_level, fixed_level, level, level_rank,
level_state, fixed_by, fixed_on, version, since, source. Every report is a frame whose index and
columns carry as their names what is counted against what, with a last row and column for the total.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from pipeline.tables.scope import BLANK, LEVEL, OFFICE, TOTAL

if TYPE_CHECKING:
    from pipeline.tables.scope import Scope

Build = Callable[[pd.DataFrame, "Scope"], pd.DataFrame]

SHARE = "占比"

# A numbered item begins at a line start or after the end of a sentence: "1.核对；2.复核".
_ITEM = (
    r"(?:^|[\n；;。])\s*"
    r"(?:[（(]?(?:\d{1,2}|[一二三四五六七八九十]{1,3})[)）.．、](?!\d)|[①-⑳])"
)


@dataclass(frozen=True, slots=True)
class Report:
    """One sheet of the summary; needs: columns without which it makes no sense."""

    build: Build
    needs: tuple[str, ...]


def office_by_level(register: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Count offices by level in force, with the share of each office."""
    return _with_share(_counted(register, scope, OFFICE, LEVEL))


def office_by_category(register: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Count offices by category of risk."""
    return _counted(register, scope, OFFICE, "risk_category")


def category_by_level(register: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Count categories of risk by level in force."""
    return _with_share(_counted(register, scope, "risk_category", LEVEL))


def power_by_level(register: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Count classes of power by level in force."""
    return _with_share(_counted(register, scope, "power_class", LEVEL))


def subpower_by_level(register: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Count subclasses of power by level in force."""
    return _with_share(_counted(register, scope, "power_subclass", LEVEL))


def tier_by_level(register: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Count tiers of posts by level in force."""
    return _with_share(_counted(register, scope, "post_tier", LEVEL))


def leader_by_level(register: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Count the fields of the bureau's leaders by level in force, in the order of the offices."""
    return _with_share(_counted(register, scope, "bureau_leader", LEVEL))


def step_by_level(register: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Count steps of the process by level in force."""
    return _with_share(_counted(register, scope, "process_step", LEVEL))


def office_by_measures(register: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Count risk points and items of measures an office, with items for one point."""
    points, items = (scope.header(key) for key in ("risk_point", "measures"))
    rows = register.assign(_items=_items(register["measures"]), _points=1)
    sums = rows.groupby(OFFICE)[["_points", "_items"]].sum()
    frame = sums.reindex(_axis(register, scope, OFFICE), fill_value=0)
    frame = _with_total_row(frame.set_axis([f"{points}数", f"{items}条数"], axis=1))
    ratio = (frame.iloc[:, 1] / frame.iloc[:, 0].where(frame.iloc[:, 0] > 0)).fillna(0.0)
    frame = frame.assign(**{f"每个{points}的{items}条数": ratio})
    return frame.rename_axis(index=scope.header(OFFICE), columns=items)


REPORTS: tuple[Report, ...] = (
    Report(office_by_level, ()),
    Report(office_by_category, ("risk_category",)),
    Report(category_by_level, ("risk_category",)),
    Report(power_by_level, ("power_class",)),
    Report(subpower_by_level, ("power_subclass",)),
    Report(tier_by_level, ("post_tier",)),
    Report(leader_by_level, ("bureau_leader",)),
    Report(step_by_level, ("process_step",)),
    Report(office_by_measures, ("risk_point", "measures")),
)


def available(scope: Scope) -> tuple[Report, ...]:
    """Return the reports this bureau's form can fill; a hidden column takes its report along."""
    return tuple(report for report in REPORTS if all(map(scope.has, report.needs)))


def total(frame: pd.DataFrame) -> int:
    """Return the number in the corner of a report: everything it counts.

    The first column is the corner's where a report counts no second thing.
    """
    column = frame[TOTAL] if TOTAL in frame else frame.iloc[:, 0]
    return int(column.iloc[-1])


def _counted(register: pd.DataFrame, scope: Scope, rows: str, columns: str) -> pd.DataFrame:
    """Return the counts of `rows` by `columns`, every known word present, with totals."""
    labelled = register[[rows, columns]].replace("", BLANK)
    counts = labelled.groupby([rows, columns]).size().unstack(fill_value=0)  # noqa: PD010
    frame = counts.reindex(
        index=_axis(register, scope, rows),
        columns=_axis(register, scope, columns),
        fill_value=0,
    )
    frame = _with_total_row(frame.assign(**{TOTAL: frame.sum(axis=1)}).astype(int))
    return frame.rename_axis(index=scope.header(rows), columns=scope.header(columns))


def _axis(register: pd.DataFrame, scope: Scope, column: str) -> list[str]:
    """Return the known words in order, then what else occurs, blanks last: nothing is lost."""
    found = register[column].unique().tolist()
    others = [word for word in found if word]
    blank = [BLANK] if "" in found else []
    return list(dict.fromkeys([*scope.words(column), *others, *blank]))


def _with_total_row(frame: pd.DataFrame) -> pd.DataFrame:
    return pd.concat([frame, frame.sum().to_frame(TOTAL).T])


def _with_share(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with the part each row has in the whole; 0 where there is nothing."""
    whole = total(frame)
    share = frame[TOTAL] / whole if whole else frame[TOTAL] * 0.0
    return frame.assign(**{SHARE: share})


def _items(measures: pd.Series[str]) -> pd.Series[int]:
    """Return how many measures a cell names: its numbered items, one where it has no numbers."""
    return measures.str.count(_ITEM).clip(lower=1).where(measures != "", 0).astype(int)
