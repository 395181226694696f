"""Words of the campaign: terms with rank, aliases, colours and handlers, all from configuration."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from pipeline import text

# Who keeps the list of the points of a level: the bureau's leaders, the discipline group, offices.
Audience = Literal["bureau", "group", "office", ""]

# What a version of a record is against the one before; the keys are stored, the words shown.
CHANGES = {
    "new": "新增",
    "changed": "修改",
    "raised": "升级",
    "lowered": "降级",
    "missing": "待核销",
    "cancelled": "取消",
    "back": "恢复",
    "fixed": "审定",
}
IN_FORCE = "在册"  # the status of a record that is neither missing nor written off

# What became of a file; the keys are stored, the words shown.
VERDICTS = {
    "accepted": "已收",
    "unconfirmed": "待确认",
    "returned": "退回",
    "quarantined": "未能读取",
}

# How often a point is looked at, by the months between two looks.
_CHECKS = {1: "每月1次", 3: "每季度1次", 6: "每半年1次", 12: "每年1次"}

_SPLIT = re.compile(r"[、，,;；/／\s]+")


@dataclass(frozen=True, slots=True)
class Term:
    """One word of a vocabulary; rank 1 is the highest, 0 where the order means nothing.

    aliases: other spellings of the word; scale: what other scales call it, which is worth telling.
    audience: who gets the list of its points; check_months: between two looks at one, 0 for never.
    """

    name: str
    rank: int = 0
    aliases: tuple[str, ...] = ()
    scale: tuple[str, ...] = ()
    note: str = ""
    fill: str = ""
    font: str = ""
    handler: str = ""
    mode: str = ""
    implies: str = ""
    parent: str = ""
    audience: Audience = ""
    check_months: int = 0

    @property
    def checked(self) -> str:
        """Return how often a point is looked at, in words.

        >>> Term("甲", check_months=3).checked, Term("乙", check_months=2).checked
        ('每季度1次', '每2个月1次')
        """
        months = self.check_months
        return _CHECKS.get(months, f"每{months}个月1次") if months else ""


@dataclass(frozen=True)
class Vocabulary:
    """A closed list of terms in the order in which they are shown."""

    key: str
    title: str
    terms: tuple[Term, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Return the words in their configured order."""
        return tuple(term.name for term in self.terms)

    @property
    def ranked(self) -> bool:
        """Tell whether the terms have an order of gravity (就高不就低 applies)."""
        return all(term.rank for term in self.terms)

    @cached_property
    def _by_key(self) -> dict[str, Term]:
        words = {text.key(alias): term for term in self.terms for alias in term.aliases}
        return self._by_scale | words | {text.key(term.name): term for term in self.terms}

    @cached_property
    def _by_scale(self) -> dict[str, Term]:
        return {text.key(word): term for term in self.terms for word in term.scale}

    def find(self, typed: str) -> Term | None:
        """Return the term that `typed` is or is another word for, after folding; 红（高） is 红."""
        return self._by_key.get(text.key(typed)) or self._by_key.get(text.label(typed))

    def is_of_other_scale(self, typed: str) -> bool:
        """Tell whether `typed` is a word that only another scale has for a term."""
        return text.key(typed) in self._by_scale or text.label(typed) in self._by_scale

    def get(self, name: str) -> Term | None:
        """Return the term with exactly this name."""
        return self._by_name.get(name)

    @cached_property
    def _by_name(self) -> dict[str, Term]:
        return {term.name: term for term in self.terms}

    def split(self, typed: str) -> tuple[tuple[Term, ...], tuple[str, ...]]:
        """Return the terms named in a cell, in its order, and the pieces that are none.

        As many pieces as possible are taken for one term, so that a term whose name itself holds
        a separator is never cut, whichever separator was typed.
        """
        pieces = [piece for piece in _SPLIT.split(text.narrow(typed)) if piece]
        found: list[Term] = []
        unknown: list[str] = []
        while pieces:
            term, length = self._longest(pieces)
            if term:
                found.append(term)
            else:
                unknown.append(pieces[0])
            pieces = pieces[length:]
        return tuple(dict.fromkeys(found)), tuple(unknown)

    def _longest(self, pieces: list[str]) -> tuple[Term | None, int]:
        """Return the term that the first pieces together are, and how many they are."""
        for length in range(len(pieces), 0, -1):
            term = self.find("".join(pieces[:length]))
            if term:
                return term, length
        return None, 1

    def highest(self, terms: tuple[Term, ...]) -> Term:
        """Return the gravest of `terms` (就高不就低, 方案 四(一)3); at least one is needed."""
        return min(terms, key=lambda term: term.rank)

    def children(self, parent: str) -> tuple[str, ...]:
        """Return the words that belong to the term `parent` of another vocabulary."""
        return tuple(term.name for term in self.terms if term.parent == parent)
