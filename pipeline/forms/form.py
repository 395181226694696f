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
    """A table (header line, many records), a card (label and value cells, one record) or boxes.

    Boxes are printed and filled by hand: never read, never asked for.

    columns: of a card: label/value pairs laid out in rows of this many cells. given: of a table:
    its rows come from the register and nobody types any; they are no records of their own.
    """

    key: str
    kind: Literal["table", "card", "boxes"]
    fields: tuple[Field, ...]
    columns: int = 4
    given: bool = False

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
    nothing but the fields of nil_needs. post, holder, partner: the post of a record, who answers
    for it (A角), and who watches him (B角). measure: what is done about the risk.
    """

    number: str = ""
    level: str = ""
    category: str = ""
    answer: str = ""
    note: str = ""
    match: tuple[str, ...] = ()
    nil: str = ""
    nil_needs: tuple[str, ...] = ()
    post: str = ""
    holder: str = ""
    partner: str = ""
    measure: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """One form. code goes into stamps, title names it to people, heading is printed on top.

    opens: key of the round from which it is asked for, "" for all. source: code of the form whose
    accepted records it is made of, "" where it is issued blank. annex: a table appended on a sheet
    of its own for those whose role asks for it; never read back.
    """

    code: str
    title: str
    heading: str
    keeper: Keeper
    sections: tuple[Section, ...]
    aliases: tuple[str, ...] = ()
    instructions: tuple[str, ...] = ()
    roles: Roles = field(default_factory=Roles)
    opens: str = ""
    source: str = ""
    annex: Section | None = None

    def section(self, key: str) -> Section:
        """Return the section with this key; KeyError is a bug."""
        for entry in self.sections:
            if entry.key == key:
                return entry
        raise KeyError(key)

    @property
    def table(self) -> Section:
        """Return the section whose rows are the records of the register, unless it is given."""
        return next(entry for entry in self.sections if entry.kind == "table")

    @property
    def records(self) -> tuple[Section, ...]:
        """Return the sections of which a record is made: the table, or all cards together."""
        return self.cards if self.given else (self.table,)

    @property
    def given(self) -> bool:
        """Tell whether its table is given, so that people fill in its cards only."""
        return any(section.given for section in self.sections)

    @property
    def cards(self) -> tuple[Section, ...]:
        """Return the sections that hold one record a file."""
        return tuple(entry for entry in self.sections if entry.kind == "card")
