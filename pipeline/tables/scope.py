"""What the reports of one bureau are made over: its form, its levels, its offices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.monitor.night import TOTAL

if TYPE_CHECKING:
    from pipeline.forms import Form
    from pipeline.model import Office
    from pipeline.vocab import Vocabulary

__all__ = ["BLANK", "LEVEL", "OFFICE", "TOTAL", "Scope"]

OFFICE = "office_name"
LEVEL = "level"
BLANK = "（未填）"

_OFFICE_HEADER = "单位"


@dataclass(frozen=True, slots=True)
class Scope:
    """form: tailored, so that headers and words are the bureau's. offices: in official order."""

    form: Form
    levels: Vocabulary
    offices: tuple[Office, ...]

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

    def _key(self, column: str) -> str:
        """Return the form's key of a column; the level in force is told by the level typed."""
        return self.form.roles.level if column == LEVEL else column
