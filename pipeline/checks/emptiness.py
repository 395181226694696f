"""Texts that only consist of what everybody says: no who, no step, no way (方案 四(二)4)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from pipeline.checks.wording import those

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.checks.records import Records
    from pipeline.checks.rules import Context
    from pipeline.findings import Finding

# Grammar, not wording: what numbers the items and what joins the words between them.
_NUMBERS = re.compile(
    "[(]?[0-9]{1,2}[).、:]|[一二三四五六七八九十](?:是|、)|首先|其次|再次|最后|第[一二三四五六七八九十]"
)
_NO_WORD = re.compile(r"[\W_]+")
_CONNECTING = frozenset("并和与及或且的地得了着等各对在中要应须将把使又再还也就上下之")


@dataclass(frozen=True, slots=True)
class Phrases:
    """Words of which a text may be made and still say nothing."""

    words: frozenset[str]
    characters: frozenset[str]
    longest: int

    def make_up(self, text: str) -> bool:
        """Tell whether a text is made of nothing else, and of something."""
        plain = _plain(text)
        if not plain or not self.characters.issuperset(plain):  # the quick answer for almost all
            return False
        reached = [True]
        for end in range(1, len(plain) + 1):
            starts = range(max(0, end - self.longest), end)
            reached.append(any(reached[at] and plain[at:end] in self.words for at in starts))
        return reached[-1]


@lru_cache(maxsize=8)
def phrases(configured: tuple[str, ...]) -> Phrases:
    """Return the configured phrases and the words that connect them.

    >>> phrases(("加强学习", "认识")).make_up("1.加强学习；2.和认识。")
    True
    >>> phrases(("加强学习",)).make_up("加强学习，每月测验")
    False
    """
    words = _CONNECTING | {plain for phrase in configured if (plain := _plain(phrase))}
    return Phrases(words, frozenset("".join(words)), max(map(len, words)))


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text)
    return _NO_WORD.sub("", _NUMBERS.sub("", folded)).casefold()


def measures_are_concrete(records: Records, context: Context) -> Iterator[Finding]:
    """Point to measures that only say what could stand anywhere (方案 四(二)4: 具体措施).

    Those too short to say anything are told by another rule.
    """
    checks = context.settings.checks
    column = records.frame["measures"]
    empty = those(column, phrases(checks.empty_phrases).make_up)
    for record in records.where(empty & (column.str.len() >= checks.min_measure)):
        yield records.finding("F317", record, "measures")


def self_measures_are_concrete(records: Records, context: Context) -> Iterator[Finding]:
    """Point to a person's own measures that could be anybody's (方案 四(二)7)."""
    said = phrases(context.settings.checks.empty_phrases)
    for record in records.where(those(records.frame["self_measures"], said.make_up)):
        yield records.finding("F317", record, "self_measures")
