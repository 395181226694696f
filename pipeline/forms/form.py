"""What a form is: sections of fields, and the roles some fields play for the register."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pipeline.forms.field import Field

Keeper = Literal["office", "person", "bureau"]

LEAST_ANSWER = 6  # characters that an explanation needs to count as an answer


@dataclass(frozen=True, slots=True)
class Section:
    """A table (one header line, many records) or a card (label and value cells, one record)."""

    key: str
    kind: Literal["table", "card"]
    fields: tuple[Field, ...]
    columns: int = 4  # of a card: label/value pairs laid out in rows of this many cells

    def field(self, key: str) -> Field:
        """Return the field with this key; KeyError is a bug."""
        for entry in self.fields:
            if entry.key == key:
                return entry
        raise KeyError(key)

    @property
    def keys(self) -> tuple[str, ...]:
        """Return the keys of the fields in order."""
        return tuple(entry.key for entry in self.fields)


@dataclass(frozen=True, slots=True)
class Roles:
    """Which fields of the record section carry a meaning the register needs.

    number: the stable number. level, category: what the summaries count by. answer: the cell in
    which an office answers a question about the row. note: the card cell that answers questions
    about the rest. match: fields that tell records apart where the number is missing. nil: the
    field that says "无" in a row that only states there is nothing to report; such a row needs
    nothing but the fields of nil_needs.
    """

    number: str = ""
    level: str = ""
    category: str = ""
    answer: str = ""
    note: str = ""
    match: tuple[str, ...] = ()
    nil: str = ""
    nil_needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Form:
    """One form. code goes into stamps, title names it to people, heading is printed on top."""

    code: str
    title: str
    heading: str
    keeper: Keeper
    sections: tuple[Section, ...]
    aliases: tuple[str, ...] = ()
    instructions: tuple[str, ...] = ()
    roles: Roles = field(default_factory=Roles)

    def section(self, key: str) -> Section:
        """Return the section with this key; KeyError is a bug."""
        for entry in self.sections:
            if entry.key == key:
                return entry
        raise KeyError(key)

    @property
    def table(self) -> Section:
        """Return the section whose rows are the records of the register."""
        return next(entry for entry in self.sections if entry.kind == "table")

    @property
    def cards(self) -> tuple[Section, ...]:
        """Return the sections that hold one record a file."""
        return tuple(entry for entry in self.sections if entry.kind == "card")
