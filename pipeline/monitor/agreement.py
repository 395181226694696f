"""What a person committed himself to, held against what the register gives him today."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from pipeline import text

OWN = ""  # the key under which the facts of a person himself stand among his rows

Rows = Mapping[str, Mapping[str, str]]  # number of a risk point -> header -> what stands there


class Agreement(StrEnum):
    """How a person's form stands to his office's table; the value is the word people see."""

    AGREES = "一致"
    DIFFERS = "不一致"
    CHANGED = "需要重签"
    WAITING = "已收，待比对"


@dataclass(frozen=True, slots=True)
class Pledge:
    """What one accepted form of a person was given, in `rows`; None where nobody noted it.

    moved: keys of rows that were changed after the form was accepted.
    """

    rows: Rows | None
    moved: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Difference:
    """One row that is not as it was signed: its key, what differs, whether it came later."""

    key: str
    what: str
    later: bool

    def __str__(self) -> str:
        return f"{self.key}：{self.what}" if self.key else self.what


def differences(pledge: Pledge, owed: Rows) -> tuple[Difference, ...]:
    """Return the rows in which a form and the register differ, in the order of their numbers."""
    signed = pledge.rows or {}
    found = (
        (key, _what(signed.get(key), owed.get(key))) for key in sorted(signed.keys() | owed.keys())
    )
    return tuple(Difference(key, what, key in pledge.moved) for key, what in found if what)


def _what(signed: Mapping[str, str] | None, owed: Mapping[str, str] | None) -> str:
    """Return the headers that differ; a column of which one side knows nothing is no matter."""
    if owed is None:
        return "已不由本人负责"
    if signed is None:
        return "新增"
    headers = (header for header in owed if header in signed)
    return "、".join(one for one in headers if not _same(signed[one], owed[one]))


def _same(one: str, other: str) -> bool:
    return one == other or text.key(one) == text.key(other)


def agreement(pledge: Pledge | None, owed: Rows, *, opened: bool) -> Agreement | None:
    """Return how a form stands to the register; None where there is nothing to compare.

    opened: the office's table was accepted in the round that asks for the form. What was signed
    as it then was and changed later is to be signed again.
    """
    if pledge is None:
        return None
    if not opened:
        return Agreement.WAITING
    if pledge.rows is None:
        return None
    found = differences(pledge, owed)
    if not found:
        return Agreement.AGREES
    return Agreement.CHANGED if all(one.later for one in found) else Agreement.DIFFERS
