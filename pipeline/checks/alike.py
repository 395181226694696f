"""Rows of one file that say the same thing twice (方案 四(一)2: 本单位风险点)."""

from __future__ import annotations

from collections import defaultdict, deque
from difflib import get_close_matches
from itertools import product
from typing import TYPE_CHECKING

from pipeline.checks.wording import keys_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd

    from pipeline.checks.records import Records
    from pipeline.checks.rules import Context
    from pipeline.findings import Finding

# A row is compared with so many rows before it: more points of one post and matter are no list
# that anybody wrote, and the work grows with the rows alone.
_LOOK_BACK = 40
_CANDIDATES = 3
# One character that makes another point of the same words: 三万元以上、三万元以下.
_OPPOSITES = ("上下", "内外", "前后", "收支", "入出", "增减", "大小", "多少", "新旧")
_NUMERALS = frozenset("0123456789一二三四五六七八九十百千万亿两首末")
_OPPOSED = frozenset(pair for two in _OPPOSITES for pair in (tuple(two), tuple(reversed(two))))


def rows_differ(records: Records, context: Context) -> Iterator[Finding]:
    """Ask where two rows of a file name the same post, matter and risk point (方案 四(一)2)."""
    keys = list(context.form.roles.match)
    folded = _folded(records, keys)
    seen: dict[tuple[str, ...], int] = {}
    for record in records.where(folded.duplicated(keep=False) & (folded[keys] != "").all(axis=1)):
        place = tuple(str(folded[name].iloc[record]) for name in folded.columns)
        first = seen.setdefault(place, record)
        if first != record:
            yield records.finding("F305", record, keys[-1], other=str(records.row(first)))


def rows_differ_in_substance(records: Records, context: Context) -> Iterator[Finding]:
    """Ask where two risk points of one post and matter are nearly the same (方案 四(一)2)."""
    least = context.settings.checks.alike_points
    *block, point = context.form.roles.match
    folded = _folded(records, [*block, point])
    filled = (folded[[*block, point]] != "").all(axis=1)
    shared = folded.duplicated([*block, "owner"], keep=False)
    # The points before, by block: each with the row that had it first.
    before: dict[tuple[str, ...], deque[tuple[str, int]]] = defaultdict(_window)
    chosen = folded[filled & shared]
    places = chosen[[*block, "owner"]].astype(str).itertuples(index=False, name=None)
    for record, place, said in zip(chosen.index, places, chosen[point], strict=True):
        known = before[place]
        other = None if any(said == earlier for earlier, _ in known) else _like(said, known, least)
        if other is not None:
            params = {"other": str(records.row(other))}
            yield records.finding("F316", int(record), point, **params)
        known.append((said, int(record)))


def _window() -> deque[tuple[str, int]]:
    return deque(maxlen=_LOOK_BACK)


def _folded(records: Records, keys: list[str]) -> pd.DataFrame:
    """Return these columns as they are compared, and whose each row is."""
    return records.frame[keys].apply(keys_of).assign(owner=list(records.owner))


def _like(said: str, known: Sequence[tuple[str, int]], least: float) -> int | None:
    """Return the record of the most similar point that is not its opposite, None for none."""
    rows = dict(reversed(known))
    close = get_close_matches(said, rows, n=_CANDIDATES, cutoff=least)
    return next((rows[point] for point in close if not are_opposed(said, point)), None)


def are_opposed(one: str, other: str) -> bool:
    """Tell whether two similar texts differ in a number or in a word for the contrary.

    >>> are_opposed("三万元以上", "三万元以下"), are_opposed("收入不入账", "收入未入账")
    (True, False)
    """
    left, right = set(one) - set(other), set(other) - set(one)
    return numerals(one) != numerals(other) or not _OPPOSED.isdisjoint(product(left, right))


def numerals(said: str) -> str:
    """Return the numerals of a text in their order: texts that differ in them are not the same.

    >>> numerals("3月底前拨付三万元")
    '3三万'
    """
    return "".join(char for char in said if char in _NUMERALS)
