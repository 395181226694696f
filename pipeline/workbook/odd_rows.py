"""Filled rows that are no records of their own: examples left in, and one record over several."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from pipeline import text
from pipeline.findings import Finding, Repair
from pipeline.model import Place
from pipeline.workbook.headers import address

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pipeline.forms import Section
    from pipeline.forms.form import Roles

_SAMPLE = re.compile(r"\(?(填写|填报)?(示例|样例|范例|例)行?\)?[0-9]*")
_ALIKE = 3  # sentences that two people never write word for word alike


@dataclass(frozen=True, slots=True)
class Line:
    """One filled row of a table: its typed texts by field key.

    row: counted from 0. merged: keys that a range merged over several rows fills here.
    broken: it holds a cell without a value.
    """

    row: int
    typed: Mapping[str, str]
    merged: frozenset[str]
    broken: bool

    @property
    def keys(self) -> set[str]:
        """Return the fields that hold something typed in this very row."""
        return {key for key, said in self.typed.items() if said.strip()}


def is_sample(section: Section, roles: Roles, first: str, typed: Mapping[str, str]) -> bool:
    """Tell whether a row is an example: it says so, or its sentences are those of the help sheet.

    first: the first filled cell of the row. A row with a number was registered and is none.
    """
    if typed.get(roles.number, "").strip():
        return False
    if _SAMPLE.fullmatch(text.key(first)):
        return True
    examples = {
        entry.key: text.key(entry.example)
        for entry in section.fields
        if entry.kind.free and entry.required and entry.example
    }
    said = {key: text.key(typed.get(key, "")) for key in examples}
    return len(examples) >= _ALIKE and said == examples


def continued(section: Section, roles: Roles, lines: Sequence[Line]) -> dict[int, int]:
    """Return by row the row of the record that it only continues.

    Such a row directly follows and has nothing but more text: no post, matter, level, category or
    measure of its own. What has a level or a measure is a risk point (方案 四(一)3), so is a risk
    point for which a merged range gives the level.
    """
    found: dict[int, int] = {}
    for above, line in pairwise(lines):
        if roles.level and line.row == above.row + 1 and _only_continues(section, roles, line):
            found[line.row] = found.get(above.row, above.row)
    return found


def _only_continues(section: Section, roles: Roles, line: Line) -> bool:
    own = line.keys
    tells = {roles.number, roles.level, roles.category, roles.measure, roles.post, roles.holder}
    tells |= {roles.partner, *roles.match} - {roles.nil}
    if line.broken or not own or own & tells:
        return False
    if roles.nil in own and (roles.level in line.merged or text.is_nil(line.typed[roles.nil])):
        return False
    return all(section.field(key).kind.free for key in own)


@dataclass(frozen=True, slots=True)
class Tail:
    """A row that continues the record whose row is `head`, both counted from 0."""

    sheet: str
    row: int
    head: int

    def join(self, texts: Mapping[str, str], line: Line) -> Iterator[tuple[str, str]]:
        """Yield key and text of the record for each field that goes on in this row.

        texts: those of the record so far.
        """
        for key, typed in line.typed.items():
            more = typed.strip()
            if more:
                yield key, f"{texts[key]}\n{more}" if texts[key].strip() else more

    def repair(self, column: int, header: str, before: str, after: str) -> Repair:
        """Return how a field of the record was put together, at the cell of the record."""
        place = Place(self.sheet, address(self.head, column))
        return Repair(place, header, before, after, "与下一行合并")

    def question(self, column: int, header: str, typed: str) -> Finding:
        """Return the question whether the row was meant to continue the one above."""
        place = Place(self.sheet, address(self.row, column))
        return Finding("F215", place, header, typed, {"other": str(self.head + 1)})
