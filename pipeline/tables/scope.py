"""What the reports of one bureau are made over: its form, its levels, its offices."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipeline.monitor.night import TOTAL

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.forms import Form
    from pipeline.model import Office
    from pipeline.vocab import Vocabulary

__all__ = ["BLANK", "LEVEL", "OFFICE", "TOTAL", "Scope", "Staffing"]

OFFICE = "office_name"
LEVEL = "level"
BLANK = "（未填）"

_OFFICE_HEADER = "单位"


@dataclass(frozen=True, slots=True)
class Staffing:
    """How many posts and people an office has on the day."""

    posts: int
    people: int


@dataclass(frozen=True, slots=True)
class Scope:
    """form: tailored, so that headers and words are the bureau's. offices: in official order.

    staffing: by the code of the office, {} where nobody asks.
    """

    form: Form
    levels: Vocabulary
    offices: tuple[Office, ...]
    staffing: Mapping[str, Staffing] = field(default_factory=dict)

    def header(self, column: str) -> str:
        """Return what people call a column of the register."""
        if column == OFFICE:
            return _OFFICE_HEADER
        return self.form.table.field(self._key(column)).header

    def words(self, column: str) -> tuple[str, ...]:
        """Return the entries that stand in a report even where nothing is counted."""
        if column == OFFICE:
            return tuple(office.name for office in self.offices)
        if column == LEVEL:
            return self.levels.names
        field = self.form.table.field(column)
        if field.derived and field.derived.of == "office":
            given = (str(getattr(office, field.derived.give)) for office in self.offices)
            return tuple(dict.fromkeys(word for word in given if word))
        return field.kind.vocabulary.names if field.kind.vocabulary else ()

    def has(self, column: str) -> bool:
        """Tell whether the bureau's form still has what a column is filled from."""
        return column == OFFICE or self._key(column) in self.form.table.keys

    @property
    def gravest(self) -> tuple[str, frozenset[str]]:
        """Return the column that says what a risk leads to, and its words for the highest level.

        The plan separates 职务犯罪风险 from 廉政风险 nowhere else (方案 四(一)3). ("", nothing)
        where the form has no such column any more.
        """
        key = self.form.table.field(self.form.roles.level).follows if self.has(LEVEL) else ""
        if not key or not self.has(key):
            return "", frozenset()
        words = self.form.table.field(key).kind.vocabulary
        highest = self.levels.terms[0].name
        named = (term.name for term in words.terms if term.implies == highest) if words else ()
        return key, frozenset(named)

    def _key(self, column: str) -> str:
        """Return the form's key of a column; the level in force is told by the level typed."""
        return self.form.roles.level if column == LEVEL else column
