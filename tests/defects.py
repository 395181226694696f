"""What goes wrong in returned workbooks (docs/defects.md), a real workbook a defect.

A place is told as "risk_level 2" (field, number of the record; 0 is its header), as "phone" or
"title" (a cell above the table), as "*" (the whole sheet) or as "" (the whole file). "remark-1 2"
is one column before that of a field, "+1 2" the first column behind the table, "last" the very
last cell a sheet can have. `Layout` alone turns places into addresses.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from defect_touches import at_one_sitting
from journeys import TWO

from pipeline.rehearsal.clerk import open_desk
from pipeline.steps.decide import judged
from pipeline.steps.filing import CheckedFile
from pipeline.steps.receive import read_files
from pipeline.workbook.headers import address, position
from pipeline.workbook.layout import TITLE

if TYPE_CHECKING:
    from pathlib import Path

    from journeys import Circle

    from pipeline.forms import Form
    from pipeline.model import Verdict

Touch = Callable[[bytes, "Form"], bytes]
Found = tuple[str, str]  # code, place
Mended = tuple[str, str, str, str]  # rule, place, before, after


LAST = "XFD1048576"
_STEPS = re.compile(r"([a-z_]*)([+-][0-9]+)?")


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the form stands on its sheet. first: row of the first record, as Excel counts.

    columns: from 0, by field key. card: address of each value cell by key, and "title", "last".
    """

    sheet: str
    first: int
    columns: Mapping[str, int]
    card: Mapping[str, str]

    def cell(self, place: str) -> str:
        """Return the address of a place, "" where a whole sheet or file is meant."""
        name, _, record = place.partition(" ")
        if not record:
            return "" if name in {"", "*"} else self.card[name]
        key, steps = _STEPS.fullmatch(name).groups()
        column = self.columns[key] if key else max(self.columns.values())
        return address(self.first + int(record) - 2, column + int(steps or 0))

    def named(self, sheet: str) -> Layout:
        """Return the layout on a sheet of another name."""
        return replace(self, sheet=sheet)

    def lowered(self, rows: int = 1) -> Layout:
        """Return the layout below lines that were inserted on top."""
        card = {key: _moved(cell, rows) for key, cell in self.card.items() if key != "last"}
        return replace(self, first=self.first + rows, card=card)

    def apart(self, rows: int = 1) -> Layout:
        """Return the layout with lines inserted between the header and the first record."""
        return replace(self, first=self.first + rows)

    def without(self, key: str) -> Layout:
        """Return the layout with a column taken out of the table and the gap closed."""
        gone = self.columns[key]
        left = {name: column for name, column in self.columns.items() if name != key}
        closed = {name: column - (column > gone) for name, column in left.items()}
        return replace(self, columns=closed)

    def making_room(self, key: str) -> Layout:
        """Return the layout with a column inserted before that of a field."""
        start = self.columns[key]
        moved = {name: column + (column >= start) for name, column in self.columns.items()}
        return replace(self, columns=moved)

    def swapping(self, one: str, other: str) -> Layout:
        """Return the layout with two columns in each other's place."""
        both = {one: self.columns[other], other: self.columns[one]}
        return replace(self, columns={**self.columns, **both})


def _moved(cell: str, rows: int) -> str:
    row, column = position(cell)
    return address(row + rows, column)


def as_issued(layout: Layout) -> Layout:
    """Return the layout of the template, which most defects leave as it is."""
    return layout


@dataclass(frozen=True, slots=True)
class Case:
    """A defect's number, one workbook that has it, and exactly what must become of it.

    make: the returned bytes. file, folder: as it lies in the inbox. findings, repairs: all there
    are. values: what is taken for registered at these places. rows: how many records are read.
    reason: of a file that was not read or not accepted, "" where the verdict says it all. layout:
    what the defect does to the layout of the template. marks: "office" where LibreOffice makes
    it, "long" where it takes its time. witness: what is found is not the defect.
    """

    number: int
    name: str
    make: Callable[[Circle], bytes]
    verdict: Verdict = "accepted"
    reason: str = ""
    findings: tuple[Found, ...] = ()
    repairs: tuple[Mended, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)
    rows: int = 2
    layout: Callable[[Layout], Layout] = as_issued
    file: str = "附表1.xlsx"
    folder: str = ""
    marks: tuple[str, ...] = ()
    witness: bool = False

    @property
    def shown(self) -> frozenset[str]:
        """Return the codes, rules and the reason that this case is an example of."""
        codes = {code for code, _ in self.findings}
        return frozenset(codes | {rule for rule, *_ in self.repairs} | {self.reason} - {""})

    @property
    def is_read_as_it_is(self) -> bool:
        """Tell whether the defect itself is neither told nor mended."""
        return not self.shown or self.witness


@dataclass(frozen=True, slots=True)
class Treated:
    """What became of a workbook: findings by (code, sheet, cell), repairs likewise."""

    verdict: str
    reason: str
    findings: list[tuple[str, str, str]]
    repairs: list[tuple[str, str, str, str, str]]
    rows: list[Mapping[str, str]]
    card: Mapping[str, str]

    def value(self, place: str) -> str:
        """Return what is taken for registered at a place."""
        name, _, record = place.partition(" ")
        return self.rows[int(record) - 1][name] if record else self.card[name]


def filled(
    table: str = TWO, *touches: Touch, card: Mapping[str, str] | None = None, office: str = "YSK"
) -> Callable[[Circle], bytes]:
    """Return what fills the template of the small bureau with a table and then spoils it."""

    def make(circle: Circle) -> bytes:
        content = circle.fill(table, office, card=card)
        for touch in at_one_sitting(touches):
            content = touch(content, circle.form)
        return content

    return make


# One wrong level is found at its cell, the one that is right comes through: all was read.
WITNESS = "风险等级 | 风险点\n绿 | 收入不入账\n橙 | 拨款无依据"


def read_all_the_same(number: int, name: str, *touches: Touch, **more: Any) -> Case:
    """Return the case of an oddity that must not hinder the reading of a single cell."""
    values = {"risk_point 1": "收入不入账", "risk_level 2": "橙", "report_date": "2011-09-12"}
    said: dict[str, Any] = {
        "findings": (("F202", "risk_level 1"),),
        "values": values,
        "witness": True,
    } | more
    return Case(number, name, filled(WITNESS, *touches), "returned", **said)


def laid_out(circle: Circle, case: Case) -> Layout:
    """Return where the form stands in the workbook of a case."""
    return case.layout(_template_layout(circle.template(), circle.form))


@cache
def _template_layout(template: bytes, form: Form) -> Layout:
    desk = open_desk(template, form)
    card = {**desk.card, "title": address(TITLE, 0), "last": LAST}
    return Layout(desk.sheet.title, desk.first, desk.match.columns, card)


def treat(circle: Circle, case: Case, folder: Path) -> Treated:
    """Let the real reader, recognition and checks treat the workbook of a case."""
    path = folder / case.file
    path.write_bytes(case.make(circle))
    (file,) = read_files(circle.workspace, circle.pool, [path], [case.folder])
    if not isinstance(file, CheckedFile):
        return Treated(file.verdict, file.reason, [], [], [], {})
    (part,) = file.parts
    with circle.workspace.ledger.reading() as db:
        found, _ = judged(circle.workspace, db, part)
    return Treated(
        found.verdict,
        found.reason,
        [(one.code, one.place.sheet, one.place.cell) for one in found.findings],
        [
            (one.rule, one.place.sheet, one.place.cell, one.before, one.after)
            for one in part.checked.repairs
        ],
        [{**row.values, **row.extra} for row in part.checked.rows],
        part.checked.card,
    )
