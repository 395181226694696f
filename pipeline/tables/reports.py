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

from pipeline.tables.counting import axis, counted, items, ratio, with_share, with_total_row
from pipeline.tables.scope import LEVEL, OFFICE

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.tables.scope import Scope

Build = Callable[["pd.DataFrame", "Scope"], "pd.DataFrame"]


@dataclass(frozen=True, slots=True)
class Report:
    """One sheet of the summary.

    needs: columns without which it makes no sense. axes: the columns of the register whose words
    are counted against each other, () where the cells are no plain counts.
    """

    build: Build
    needs: tuple[str, ...]
    axes: tuple[str, ...] = ()


def office_by_level(register: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Count offices by level in force, with the share of each office."""
    return with_share(counted(register, scope, OFFICE, LEVEL))


def office_by_category(register: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Count offices by category of risk."""
    return counted(register, scope, OFFICE, "risk_category")


def category_by_level(register: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Count categories of risk by level in force."""
    return with_share(counted(register, scope, "risk_category", LEVEL))


def power_by_level(register: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Count classes of power by level in force."""
    return with_share(counted(register, scope, "power_class", LEVEL))


def subpower_by_level(register: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Count subclasses of power by level in force."""
    return with_share(counted(register, scope, "power_subclass", LEVEL))


def tier_by_level(register: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Count tiers of posts by level in force."""
    return with_share(counted(register, scope, "post_tier", LEVEL))


def leader_by_level(register: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Count the fields of the bureau's leaders by level in force, in the order of the offices."""
    return with_share(counted(register, scope, "bureau_leader", LEVEL))


def step_by_level(register: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Count steps of the process by level in force."""
    return with_share(counted(register, scope, "process_step", LEVEL))


def office_by_measures(register: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Count risk points and items of measures an office, with items for one point."""
    points, measures = (scope.header(key) for key in ("risk_point", "measures"))
    rows = register.assign(_items=items(register["measures"]), _points=1)
    sums = rows.groupby(OFFICE)[["_points", "_items"]].sum()
    frame = sums.reindex(axis(register, scope, OFFICE), fill_value=0)
    frame = with_total_row(frame.set_axis([f"{points}数", f"{measures}条数"], axis=1))
    each = ratio(frame.iloc[:, 1], frame.iloc[:, 0])
    frame = frame.assign(**{f"每个{points}的{measures}条数": each})
    return frame.rename_axis(index=scope.header(OFFICE), columns=measures)


REPORTS: tuple[Report, ...] = (
    Report(office_by_level, (), (OFFICE, LEVEL)),
    Report(office_by_category, ("risk_category",), (OFFICE, "risk_category")),
    Report(category_by_level, ("risk_category",), ("risk_category", LEVEL)),
    Report(power_by_level, ("power_class",), ("power_class", LEVEL)),
    Report(subpower_by_level, ("power_subclass",), ("power_subclass", LEVEL)),
    Report(tier_by_level, ("post_tier",), ("post_tier", LEVEL)),
    Report(leader_by_level, ("bureau_leader",), ("bureau_leader", LEVEL)),
    Report(step_by_level, ("process_step",), ("process_step", LEVEL)),
    Report(office_by_measures, ("risk_point", "measures")),
)


def available(scope: Scope) -> tuple[Report, ...]:
    """Return the reports this bureau's form can fill; a hidden column takes its report along."""
    return tuple(report for report in REPORTS if all(map(scope.has, report.needs)))
