"""Which texts of different offices say the same: nothing is known but their characters."""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING

from pipeline.checks.alike import are_opposed, numerals

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_LEAST_SHARE = 3  # texts that share less than this part of one are never looked at: 1 in 3


def likeness(one: str, other: str) -> float:
    """Return how far two folded texts say the same, 0 to 1, whatever the order of their words.

    The mean of what is common to both and of what of the shorter stands in the longer: offices
    tell the same risk in another order, and one of them in more words.

    >>> likeness("收受供应商礼品礼金", "收受供应商的礼金礼品") > 0.9
    True
    >>> likeness("挪用公款", "私存公款"), likeness("挪用公款", "")
    (0.5, 0.0)
    """
    score = _score(len(_characters(one) & _characters(other)), len(one), len(other))
    return score if score and not are_opposed(one, other) else 0.0


def grouped(texts: Sequence[str], least: float) -> list[int]:
    """Return for each of distinct folded texts the position of the one that it is taken for.

    A text is taken for the most similar one before it that is taken for no other, so what speaks
    for all stands first. No chain is made: each is as similar to its first as `least` asks. Only
    texts that name the same numbers are compared: thousands that differ in a number alone, as a
    list of projects has them, would otherwise all be held against each other.
    """
    found: list[int] = []
    known: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for place, said in enumerate(texts):
        named = numerals(said)
        characters = [(named, each) for each in _characters(said)]
        shared = Counter(chain.from_iterable(known[each] for each in characters if each in known))
        scored = (
            (_score(common, len(said), len(texts[at])), -at)
            for at, common in shared.items()
            if common * _LEAST_SHARE >= len(said)
        )
        near = sorted((one for one in scored if one[0] >= least), reverse=True)
        first = next((-at for _, at in near if not are_opposed(said, texts[-at])), None)
        found.append(place if first is None else first)
        if first is None:
            for each in characters:
                known[each].append(place)
    return found


def closest(said: str, texts: Iterable[str]) -> tuple[float, str]:
    """Return the text that is most like a folded one, the first of several, and how far."""
    return max(((likeness(said, each), each) for each in texts), key=lambda one: one[0])


def _score(common: int, one: int, other: int) -> float:
    """Return the likeness of texts of these lengths that have so many characters in common."""
    return common / (one + other) + common / (2 * min(one, other)) if common else 0.0


@lru_cache(maxsize=1 << 16)
def _characters(said: str) -> frozenset[str]:
    """Return the characters of a text, a repeated one told apart by how often it came before."""
    seen: Counter[str] = Counter()
    told = []
    for character in said:
        told.append(character * (seen[character] + 1))
        seen[character] += 1
    return frozenset(told)
