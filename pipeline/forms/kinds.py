"""Kinds of cell. A kind knows its drop-down, its alert and how a typed text becomes a value."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

from pipeline import text
from pipeline.forms import dates
from pipeline.forms.kind import Folded, Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.forms.kind import Alert, Scope
    from pipeline.vocab import Vocabulary

_WHOLE = re.compile(r"([0-9]{1,9})(?:\.0+)?\s*[人名条项个次]?")


@dataclass(frozen=True, slots=True)
class Text(Kind):
    """Free text of at most `most` characters; a list is renumbered 1. 2. 3."""

    free: ClassVar[bool] = True

    most: int = 200
    numbered: bool = False

    @property
    def limit(self) -> int:
        return self.most

    def fold(self, typed: str, scope: Scope) -> Folded:
        """Return the text without what nobody typed on purpose; wording is never corrected."""
        del scope
        plain = text.clean(typed)
        value = text.renumber(plain) if self.numbered else plain
        rule = "统一编号" if value != plain else _cleaned(value, typed)
        if len(value) > self.most:
            return Folded(value, rule, "F204", {"count": str(len(value)), "most": str(self.most)})
        return Folded(value, rule)

    def sample(self, scope: Scope) -> str:
        del scope
        return "按规定程序办理并由两人复核"[: self.most]


@dataclass(frozen=True, slots=True)
class Choice(Kind):
    """One term of a vocabulary.

    strict: what is no term is returned, otherwise the list is a help that may be left. closed:
    Excel already refuses it; a paste, WPS or another program may not, so `fold` never relies on it.
    """

    words: str
    strict: bool = True
    closed: bool = False
    terms: Vocabulary | None = None

    @property
    def alert(self) -> Alert:
        return "stop" if self.closed else "warning"

    @property
    def insists(self) -> bool:
        return self.strict

    centred: ClassVar[bool] = True

    @property
    def vocabulary(self) -> Vocabulary | None:
        return self.terms

    def options(self, scope: Scope) -> tuple[str, ...]:
        del scope
        return self.resolved.names

    @property
    def resolved(self) -> Vocabulary:
        """Return the vocabulary; asking before `tailor` is a bug."""
        if self.terms is None:
            message = f"vocabulary {self.words!r} was not resolved"
            raise LookupError(message)
        return self.terms

    def fold(self, typed: str, scope: Scope) -> Folded:
        """Return the term; of several levels the highest counts, of several others the first.

        A help list takes what is typed, so several of its terms stay and are asked about.
        """
        del scope
        terms, unknown = self.resolved.split(typed)
        if not terms or unknown or (len(terms) > 1 and not self.strict):
            return self._unlisted(text.narrow(typed), typed)
        if len(terms) == 1:
            return self._one(terms[0].name, typed)
        ranked = self.resolved.ranked
        taken = self.resolved.highest(terms).name if ranked else terms[0].name
        if ranked:
            return Folded(taken, "就高不就低", "F209", {"taken": taken})
        rest = "、".join(term.name for term in terms[1:])
        return Folded(taken, "取第一个", "F210", {"taken": taken}, rest)

    def _one(self, name: str, typed: str) -> Folded:
        """Return a term; that another scale was used is told."""
        if self.resolved.is_of_other_scale(typed):
            return Folded(name, "换算成本表用词", "F217", {"taken": name})
        return Folded(name, "统一用词" if _differs(name, typed) else "")

    def _unlisted(self, value: str, typed: str) -> Folded:
        if self.strict:
            return Folded(value, code="F202", params={"options": _listed(self.resolved)})
        return Folded(value, "统一字符宽度" if _differs(value, typed) else "", "F211")

    def resolve(self, vocabularies: Mapping[str, Vocabulary]) -> Choice:
        return replace(self, terms=vocabularies[self.words])

    def sample(self, scope: Scope) -> str:
        del scope
        return self.resolved.names[-1]

    def example(self, declared: str, scope: Scope) -> str:
        return declared if self.resolved.get(declared) else self.sample(scope)


@dataclass(frozen=True, slots=True)
class Several(Kind):
    """Any terms of a vocabulary, written with 、 between them."""

    words: str
    terms: Vocabulary | None = None

    @property
    def alert(self) -> Alert:
        return "message"

    @property
    def vocabulary(self) -> Vocabulary | None:
        return self.terms

    def fold(self, typed: str, scope: Scope) -> Folded:
        """Return the terms joined with 、; what is no term stays and is asked about."""
        del scope
        if self.terms is None:
            message = f"vocabulary {self.words!r} was not resolved"
            raise LookupError(message)
        terms, unknown = self.terms.split(typed)
        value = "、".join([*(term.name for term in terms), *unknown])
        return Folded(
            value, "统一用词" if _differs(value, typed) else "", "F211" if unknown else ""
        )

    def resolve(self, vocabularies: Mapping[str, Vocabulary]) -> Several:
        return replace(self, terms=vocabularies[self.words])

    def sample(self, scope: Scope) -> str:
        del scope
        return "、".join(self.terms.names[:2]) if self.terms else ""

    def example(self, declared: str, scope: Scope) -> str:
        named = declared.split("、")
        fits = self.terms is not None and all(self.terms.get(name) for name in named)
        return declared if fits else self.sample(scope)


@dataclass(frozen=True, slots=True)
class Post(Kind):
    """A post of the office; one that its roster lacks is asked about, where it has any."""

    most: int = 30

    @property
    def alert(self) -> Alert:
        return "warning"

    centred: ClassVar[bool] = True

    scoped: ClassVar[bool] = True

    def options(self, scope: Scope) -> tuple[str, ...]:
        return scope.posts

    def fold(self, typed: str, scope: Scope) -> Folded:
        """Return the roster's spelling of the post, or the typed one with a question."""
        wanted = text.key(typed)
        known = next((post for post in scope.posts if text.key(post) == wanted), None)
        if known:
            return Folded(known, "统一用词" if _differs(known, typed) else "")
        value = text.clean(typed).replace("\n", "")
        rule = _cleaned(value, typed)
        if len(value) > self.most:
            return Folded(value, rule, "F204", {"count": str(len(value)), "most": str(self.most)})
        return Folded(value, rule, "F203" if scope.posts else "")

    def sample(self, scope: Scope) -> str:
        return scope.posts[0] if scope.posts else "综合岗"


@dataclass(frozen=True, slots=True)
class Person(Kind):
    """Colleagues by name; one whom the roster lacks is asked about, where it has any."""

    index: int = 0  # which of the office's people a sample takes

    @property
    def alert(self) -> Alert:
        return "warning"

    centred: ClassVar[bool] = True

    scoped: ClassVar[bool] = True

    def options(self, scope: Scope) -> tuple[str, ...]:
        return scope.names

    def fold(self, typed: str, scope: Scope) -> Folded:
        """Return the names joined with 、; a role, or "and two others", is no name."""
        names = text.people(typed)
        value = "、".join(names)
        unknown = [name for name in names if name not in scope.everyone]
        missed = unknown and scope.everyone
        code = "F221" if any(map(text.is_role, unknown)) else "F203" if missed else ""
        return Folded(value, "统一姓名写法" if _differs(value, typed) else "", code)

    def sample(self, scope: Scope) -> str:
        return scope.names[self.index % len(scope.names)] if scope.names else "张三"


@dataclass(frozen=True, slots=True)
class Count(Kind):
    """A whole number."""

    centred: ClassVar[bool] = True

    def fold(self, typed: str, scope: Scope) -> Folded:
        """Return the digits; a unit behind them (人、条) is dropped."""
        del scope
        digits = _WHOLE.fullmatch(text.narrow(typed))
        if not digits:
            return Folded(text.narrow(typed), code="F212")
        value = str(int(digits[1]))
        return Folded(value, "统一数字写法" if _differs(value, typed) else "")

    def sample(self, scope: Scope) -> str:
        del scope
        return "1"


@dataclass(frozen=True, slots=True)
class Code(Kind):
    """A code issued by the tool."""

    centred: ClassVar[bool] = True

    def fold(self, typed: str, scope: Scope) -> Folded:
        """Return the code in half width and upper case, without blanks."""
        del scope
        value = text.bare(text.bare(typed).upper())
        return Folded(value, "统一编号写法" if _differs(value, typed) else "")

    def sample(self, scope: Scope) -> str:
        del scope
        return ""


@dataclass(frozen=True, slots=True)
class Day(Kind):
    """A date, kept as 2011-09-18."""

    centred: ClassVar[bool] = True

    def fold(self, typed: str, scope: Scope) -> Folded:
        """Return the ISO date; a missing year is the campaign's and is told.

        >>> from pipeline.forms.kind import Scope
        >>> Day().fold("2011年9月18日", Scope()).value, Day().fold("2011.9.31", Scope()).code
        ('2011-09-18', 'F206')
        >>> Day().fold("40804", Scope()).value, Day().fold("9月18日", Scope(year=2011)).value
        ('2011-09-18', '2011-09-18')
        """
        plain = text.bare(typed)
        found = dates.full(plain)
        if found:
            value = found.isoformat()
            return Folded(value, "统一日期写法" if value != plain else "")
        guessed = dates.in_year(plain, scope.year) if scope.year else None
        if guessed:
            taken = {"taken": f"{scope.year}年"}
            return Folded(guessed.isoformat(), "补上年份", "F214", taken)
        return Folded(plain, code="F206")

    def sample(self, scope: Scope) -> str:
        return f"{scope.year or 2011}-09-01"

    def example(self, declared: str, scope: Scope) -> str:
        """Return the declared day in the year of the campaign."""
        month_day = declared[4:]
        return f"{scope.year or declared[:4]}{month_day}" if declared else self.sample(scope)


def _cleaned(value: str, typed: str) -> str:
    """Return the rule by which free text was cleaned, "" where there is nothing to tell."""
    if not _differs(value, typed):
        return ""
    return "更正识别错的字" if text.is_confused(typed) else "去除空格和断行"


def _differs(value: str, typed: str) -> bool:
    """Tell whether a repair is worth telling; line ends and edge blanks are not."""
    return value != typed.replace("\r\n", "\n").strip()


def _listed(vocabulary: Vocabulary, most: int = 8) -> str:
    names = vocabulary.names
    if len(names) > most:
        return "、".join(names[:most]) + "等"
    return "、".join(names[:-1]) + ("或" if len(names) > 1 else "") + names[-1]
