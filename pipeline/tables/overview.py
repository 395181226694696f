"""总览: one line an office with everything that is counted of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipeline import text
from pipeline.frames import pd
from pipeline.tables.counting import axis, items, ratio, with_total_row
from pipeline.tables.scope import LEVEL, OFFICE
from pipeline.vocab import CHANGES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.tables.scope import Scope

POSTS, PEOPLE, POINTS = "岗位数", "人数", "风险点数"
GRAVEST, OTHERS = "职务犯罪风险", "廉政风险"
MISSING, PENDING = CHANGES["missing"], "待审定"

_MATTER, _MEASURES = "power_matter", "measures"
TITLE = "总览"


def overview(register: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Return posts, people, matters, risk points and measures of each office, and the total.

    The columns are those the bureau's form and roster can fill.
    """
    offices = axis(register, scope, OFFICE)
    marks = pd.DataFrame(dict(marked(register, scope)), index=register.index).astype(int)
    sums = marks.groupby(register[OFFICE]).sum().reindex(offices, fill_value=0)
    frame = with_total_row(pd.concat([_outside(register, scope, offices), sums], axis=1))
    counted = f"{scope.header(_MEASURES)}条数" if scope.has(_MEASURES) else ""
    if counted:
        place = frame.columns.to_list().index(counted) + 1
        frame.insert(place, _ratio_header(scope), ratio(frame[counted], frame[POINTS]))
    return frame.rename_axis(index=scope.header(OFFICE), columns=TITLE)


def marked(register: pd.DataFrame, scope: Scope) -> Mapping[str, pd.Series[int]]:
    """Return for each column that adds up over rows what every row of the register adds."""
    key, words = scope.gravest
    columns: dict[str, pd.Series[Any]] = {POINTS: pd.Series(1, index=register.index)}
    columns |= {name: register[LEVEL] == name for name in scope.levels.names}
    if key:
        grave = register[key].isin(words)
        columns |= {OTHERS: ~grave, GRAVEST: grave}
    if scope.has(_MEASURES):
        columns[f"{scope.header(_MEASURES)}条数"] = items(register[_MEASURES])
    columns[MISSING] = register["status"] == MISSING
    columns[PENDING] = (register["fixed_level"] == "") & (register["raised_level"] != "")
    return {name: column.astype(int) for name, column in columns.items()}


def _outside(register: pd.DataFrame, scope: Scope, offices: list[str]) -> pd.DataFrame:
    """Return what is no sum over rows: posts and people of the roster, matters told apart."""
    columns: dict[str, pd.Series[int]] = {}
    if scope.staffing:
        columns = {POSTS: _staffing(scope, "posts"), PEOPLE: _staffing(scope, "people")}
    if scope.has(_MATTER):
        columns[f"{scope.header(_MATTER)}数"] = _matters(register)
    frame = pd.DataFrame({name: one.reindex(offices) for name, one in columns.items()})
    return frame.reindex(offices).fillna(0).astype(int)


def _staffing(scope: Scope, what: str) -> pd.Series[int]:
    """Return posts or people by the name of the office; two of one name are taken together."""
    counts = [
        (office.name, getattr(scope.staffing[office.code], what))
        for office in scope.offices
        if office.code in scope.staffing
    ]
    frame = pd.DataFrame(counts, columns=["name", what])
    return frame.groupby("name")[what].sum()


def _matters(register: pd.DataFrame) -> pd.Series[int]:
    """Return how many matters each office has, however their names are spelled."""
    told = register.assign(_matter=register[_MATTER].map(text.key))
    told = told[told["_matter"] != ""].drop_duplicates(["office", "_matter"])
    return told.groupby(OFFICE).size()


def _ratio_header(scope: Scope) -> str:
    return f"{scope.header(_MEASURES)}比"
