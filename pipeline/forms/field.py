"""A field: the only place that knows a column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.forms.kind import Kind


@dataclass(frozen=True, slots=True)
class Derived:
    """A value the tool computes: attribute `give` of what the field `of` holds.

    of = "office": of the office's roster line; "person": of the person's; "row": the position in
    the table; "stamp": of the workbook's identity; "issue": what the workbook was issued with (in
    a given table the named fields of the source form); else a field: of its term, or of who holds
    the post it names.
    """

    of: str
    give: str


@dataclass(frozen=True, slots=True)
class Field:
    """One column or labelled cell of a form.

    key: English noun, never changed. header: what the clerk reads. aliases: other headers seen.
    required: key of the round from which it must be filled, "" for never.
    derived: filled or recomputed by the tool. follows: key of the field whose term implies this
    one when it is left blank. within: key of the field of the same section whose term the word here
    belongs to; the drop-down follows it. nil: "无" is an answer here, not a placeholder.
    contact: a telephone number belongs here.
    printed: stands inside the print area. public: may be published. width: in half-width columns.
    """

    key: str
    header: str
    kind: Kind
    aliases: tuple[str, ...] = ()
    required: str = ""
    width: int = 12
    derived: Derived | None = None
    follows: str = ""
    within: str = ""
    nil: bool = False
    contact: bool = False
    printed: bool = True
    public: bool = False
    hint: str = ""
    example: str = ""

    @property
    def labels(self) -> tuple[str, ...]:
        """Return the header and every alias."""
        return (self.header, *self.aliases)
