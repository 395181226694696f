"""与上期比较: what came, went and moved between the last edition and this one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.frames import pd
from pipeline.tables.counting import with_total_row
from pipeline.tables.scope import LEVEL, OFFICE, TOTAL
from pipeline.vocab import CHANGES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from pipeline.tables.scope import Scope

THEN, NOW = "上期", "本期"
NEW, GONE, RAISED, LOWERED = (CHANGES[key] for key in ("new", "cancelled", "raised", "lowered"))
# Those counted here became so since the last edition; the overview counts all that are.
MISSING = f"新列{CHANGES['missing']}"
TITLE, MOVES = "与上期比较", "等级变动"
KINDS = (NEW, GONE, RAISED, LOWERED, MISSING)


@dataclass(frozen=True, slots=True)
class Before:
    """The last edition: the register as it stood at the end of `day`."""

    day: date
    register: pd.DataFrame

    @property
    def dated(self) -> str:
        """Return the day as it is printed."""
        return f"{self.day.year}年{self.day.month}月{self.day.day}日"


def changes(before: Before, register: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Return a line a risk point and kind of change, by office, kind and number.

    Shape: number, office, office_name, kind, then, level, and the columns of the register. A
    point may be raised and missing: then it has two lines.
    """
    old, new = (frame.set_index("number", drop=False) for frame in (before.register, register))
    told = pd.concat([new, old.loc[old.index.difference(new.index)]])
    lines = [told.loc[sorted(numbers)].assign(kind=kind) for kind, numbers in _kinds(old, new)]
    frame = pd.concat(lines, ignore_index=True)
    frame = frame.assign(
        then=_levels(old, frame["number"]),
        level=_levels(new, frame["number"]),
    )
    frame = _named(frame, scope)
    offices = {office.name: place for place, office in enumerate(scope.offices)}
    places = frame.assign(
        _office=frame[OFFICE].map(offices).fillna(len(offices)),
        _kind=frame["kind"].map(KINDS.index),
    )
    return places.sort_values(["_office", OFFICE, "_kind", "number"], ignore_index=True).drop(
        columns=["_office", "_kind"]
    )


def _named(frame: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Return a frame with the names that the offices have now, codes where nobody knows them."""
    names = {office.code: office.name for office in scope.offices}
    return frame.assign(office_name=[names.get(code, code) for code in frame["office"]])


def _levels(frame: pd.DataFrame, numbers: pd.Series[str]) -> list[str]:
    """Return the level of each number in an edition, "" where it is not there."""
    levels = frame[LEVEL].to_dict()
    return [levels.get(number, "") for number in numbers]


def _kinds(old: pd.DataFrame, new: pd.DataFrame) -> Iterator[tuple[str, pd.Index[str]]]:
    """Yield each kind of change with the numbers of its risk points."""
    both = new.index.intersection(old.index)
    before, after = old["level_rank"].loc[both], new["level_rank"].loc[both]
    known = (before > 0) & (after > 0)
    missing = new.index[new["status"] == CHANGES["missing"]]
    yield NEW, new.index.difference(old.index)
    yield GONE, old.index.difference(new.index)
    yield RAISED, both[known & (after < before)]
    yield LOWERED, both[known & (after > before)]
    yield MISSING, missing.difference(old.index[old["status"] == CHANGES["missing"]])


def comparison(before: Before, register: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Return for each office the counts then and now, what changed, and the levels then and now."""
    then, now = (_named(frame, scope) for frame in (before.register, register))
    lines = changes(before, register, scope)
    kinds = {kind: lines[lines["kind"] == kind] for kind in KINDS}
    counted = {THEN: then, NEW: kinds[NEW], GONE: kinds[GONE], NOW: now}
    counted |= {kind: kinds[kind] for kind in (RAISED, LOWERED, MISSING)}
    for name in scope.levels.names:
        counted |= {
            f"{name}{when}": frame[frame[LEVEL] == name]
            for when, frame in ((THEN, then), (NOW, now))
        }
    offices = dict.fromkeys([*scope.words(OFFICE), *then[OFFICE], *now[OFFICE]])
    frame = pd.DataFrame(
        {name: rows[OFFICE].value_counts() for name, rows in counted.items()}, index=list(offices)
    )
    frame = with_total_row(frame.fillna(0).astype(int))
    return frame.rename_axis(index=scope.header(OFFICE), columns=TITLE)


def moved_from(before: Before, register: pd.DataFrame) -> pd.DataFrame:
    """Return the level of each risk point then and now, NEW and GONE where it had none.

    Shape: then, now; index = number, in the order of the registers.
    """
    then = before.register.set_index("number")[LEVEL]
    now = register.set_index("number")[LEVEL]
    numbers = [*now.index, *then.index.difference(now.index)]
    told = {
        "then": then.reindex(numbers, fill_value=NEW),
        "now": now.reindex(numbers, fill_value=GONE),
    }
    return pd.DataFrame(told, index=pd.Index(numbers, name="number"))


def moves(before: Before, register: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Return from which level to which the risk points moved; NEW and GONE stand at the ends.

    The total column is the last edition by level, the total row this one.
    """
    moved = moved_from(before, register)
    counts = moved.groupby(["then", "now"]).size().unstack(fill_value=0)
    words = dict.fromkeys([*scope.levels.names, *moved["then"], *moved["now"]])
    levels = [word for word in words if word not in {NEW, GONE}]
    frame = counts.reindex(index=[*levels, NEW], columns=[*levels, GONE], fill_value=0)
    frame = with_total_row(frame.assign(**{TOTAL: frame.sum(axis=1)}).astype(int))
    level = scope.header(LEVEL)
    return frame.rename_axis(index=f"{THEN}{level}", columns=f"{NOW}{level}")
