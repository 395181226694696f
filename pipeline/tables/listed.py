"""Which risk points stand on which list: by level, by who is in charge, and on none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline import text
from pipeline.tables.scope import LEVEL

if TYPE_CHECKING:
    from collections.abc import Collection

    import pandas as pd

    from pipeline.tables.scope import Scope
    from pipeline.vocab import Term

NO_LEVEL = "没有填等级，或等级不在词表里。"
NO_OFFICE = "单位已不在名册或已停用，没有人管这份清单。"


def of_level(register: pd.DataFrame, term: Term, office: str = "") -> pd.DataFrame:
    """Return the risk points that stand at a level now, of one office (by code) where it is named.

    What waits for its level to be fixed stands at the higher one, what waits for being written off
    is still there.
    """
    points = register[register[LEVEL] == term.name]
    return points[points["office"] == office] if office else points


def of_offices(register: pd.DataFrame, offices: Collection[str]) -> pd.DataFrame:
    """Return the risk points of offices (by code), highest level first, without those of none."""
    points = register[register["office"].isin(list(offices)) & (register["level_rank"] > 0)]
    return points.sort_values("level_rank", kind="stable")  # else in official order


def unlisted(register: pd.DataFrame, scope: Scope, active: Collection[str]) -> pd.DataFrame:
    """Return the risk points that no list of a level shows, with the `reason` in words.

    active: the offices (by code) that get lists of their own.
    """
    own = [term.name for term in scope.levels.terms if term.audience == "office"]
    ungraded = ~register[LEVEL].isin(scope.levels.names)
    unkept = register[LEVEL].isin(own) & ~register["office"].isin(list(active))
    reasons = ungraded.map({True: NO_LEVEL, False: NO_OFFICE})
    return register.assign(reason=reasons)[ungraded | unkept]


def charges(scope: Scope) -> dict[str, tuple[str, ...]]:
    """Return the offices (by code) each leader is in charge of, as the roster has it.

    Leaders in the order of their first office; last, under "", the offices that nobody has.
    """
    found: dict[str, list[str]] = {}
    for office in scope.offices:
        for leader in text.people(office.leader) or ("",):
            found.setdefault(leader, []).append(office.code)
    nobody = found.pop("", [])
    return {leader: tuple(codes) for leader, codes in found.items()} | (
        {"": tuple(nobody)} if nobody else {}
    )
