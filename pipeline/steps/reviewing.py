"""What a decision workbook (等级审定表) decides: judged row by row, filed in one transaction.

An office's table is its whole register, so one bad row returns it all. This list is none: each row
is a word on one risk point, whoever wrote the next row. A fault in one therefore costs that row
alone, and the good rows count at once; the marked copy tells which did not.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pipeline import clock, text
from pipeline.checks.rules import is_answer
from pipeline.findings import Finding
from pipeline.ledger import decisions, parts, records
from pipeline.ledger.rows import CANCELLED, NewPart
from pipeline.steps.judge import content_hash
from pipeline.steps.levels import (
    LEVEL,
    STAGES,
    Step,
    Word,
    is_higher,
    is_highest,
    standing,
    steps_of,
)
from pipeline.steps.review import listed_of
from pipeline.steps.roles import levels_of, risk_form
from pipeline.steps.told import compact, stored_findings, stored_repairs

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from pipeline.checks.check import CheckedRow
    from pipeline.forms import Form
    from pipeline.ledger.rows import NewVersion, StoredPart, VersionRow
    from pipeline.model import Verdict
    from pipeline.steps.filing import CheckedPart, Filing
    from pipeline.steps.levels import Stage
    from pipeline.vocab import Vocabulary

PARTLY = "LEVELS_PARTLY"  # some rows did not count: the same bytes are looked at anew
_PARTS = ("level", "reason", "person", "day")
# What a cell may be mended of on the way; whatever else is found there, the word is not sure.
_HARMLESS = frozenset({"F217"})


@dataclass(frozen=True, slots=True)
class Ruled:
    """What becomes of the rows of one workbook.

    new: by number, the steps to be filed with the sheet row that says so. known: how many words
    were filed before. left: the numbers of rows that do not count.
    """

    findings: tuple[Finding, ...]
    new: Mapping[str, Sequence[Step]]
    known: int
    left: int

    @property
    def verdict(self) -> tuple[Verdict, str]:
        """Return the verdict and the reason word of the whole."""
        if self.left:
            return ("accepted" if self.new or self.known else "returned"), PARTLY
        if self.new:
            return "accepted", "LEVELS_FIXED"
        return ("accepted", "LEVELS_KNOWN") if self.known else ("returned", "NO_DATA")


def decide_levels(filing: Filing, part: CheckedPart) -> None:
    """Decide a decision workbook and write all of it: the words, the levels they make, the answer.

    The levels stand with the arrival of this workbook, so that whoever asks finds who said so.
    """
    desk = _Desk.at(filing, part)
    ruled = desk.rule()
    verdict, reason = ruled.verdict
    filing.close(verdict, reason)
    stored = parts.add(filing.tx, _new_part(filing, part, ruled))
    if not ruled.new:
        return
    versions = [
        version
        for number, steps in ruled.new.items()
        for version in desk.effect(number, steps, stored)
    ]
    for number, steps in ruled.new.items():
        for step in steps:
            decisions.add(filing.tx, step.word.person, LEVEL, number, step.to_payload())
    records.add_versions(filing.tx, filing.arrival.id, versions)


def _new_part(filing: Filing, part: CheckedPart, ruled: Ruled) -> NewPart:
    said, (verdict, reason) = part.recognised.part, ruled.verdict
    table = said.extracts[part.form.table.key]
    params = {"done": str(len(ruled.new)), "left": str(ruled.left)}
    sheets = {
        "sheet": table.sheet,
        "columns": dict(table.columns),
        "rows": len(part.rows),
        "card": {},
        "params": params,
        "answered": [],
    }
    rows = [dict(row.values) for row in part.checked.rows]
    return NewPart(
        arrival=filing.arrival.id,
        form=part.form.code,
        office="",
        person="",
        round="",
        verdict=verdict,
        reason=reason,
        content_hash=content_hash(rows),
        questions=sum(1 for finding in ruled.findings if finding.klass == "核实"),
        findings=stored_findings(ruled.findings),
        repairs=stored_repairs(part.checked.repairs),
        sheets=compact(sheets),
    )


@dataclass(frozen=True, slots=True)
class _Row:
    """One row that says something. told: what was found in its cells. words: by stage."""

    row: CheckedRow
    form: Form
    told: tuple[Finding, ...]
    words: Mapping[Stage, Word]

    @property
    def number(self) -> str:
        return self.row.values.get("number", "")

    def finding(self, code: str, key: str, **params: str) -> Finding:
        """Return a finding at a cell of the row."""
        source, position = self.row.source, self.row.position
        header = source.header(key, self.form.table.field(key).header)
        typed = source.texts.get(key, ())
        shown = typed[position] if position < len(typed) else ""
        return Finding(code, source.place(position, key), header, shown, params)

    def cell(self, stage: Stage) -> str:
        """Return where a stage says its level: sheet!A1."""
        place = self.row.source.place(self.row.position, f"{stage}_level")
        return f"{place.sheet}!{place.cell}"

    @property
    def cells(self) -> dict[str, str]:
        """Return where the row stands, as versions tell it."""
        source = self.row.source
        return {"sheet": source.sheet, "row": str(source.rows[self.row.position] + 1)}


@dataclass(slots=True)
class _Desk:
    """What the words of a workbook are held against."""

    form: Form
    levels: Vocabulary
    part: CheckedPart
    filing: Filing
    known: Mapping[str, VersionRow]
    steps: Mapping[str, Sequence[Step]]
    places: dict[str, _Row] = field(default_factory=dict)

    @classmethod
    def at(cls, filing: Filing, part: CheckedPart) -> _Desk:
        db, risks = filing.tx.connection, risk_form(filing.workspace)
        levels = levels_of(risks)
        if levels is None:
            message = "the risk form is graded"
            raise LookupError(message)
        versions = records.known_versions(db, risks.code)
        known = {one.number: one for one in versions if one.number}
        return cls(risks, levels, part, filing, known, steps_of(db))

    @property
    def day(self) -> date:
        """Return the day on which the workbook came."""
        return clock.local_date(self.filing.arrival.claimed_at)

    def rule(self) -> Ruled:
        """Return what becomes of each row."""
        rows = list(_spoken(self.part))
        several = _several(rows)
        found: list[Finding] = [*_about_whole(self.part)]
        new: dict[str, list[Step]] = {}
        known = left = 0
        whole = any(finding.klass == "强制" for finding in found)
        for row in rows:
            faults = [] if whole else [*several.get(row.number, ()), *self._faults(row)]
            mine = [one for one in faults if one.place.cell.startswith("") and _is_of(one, row)]
            if whole or mine:
                found += mine
                left += 1
                continue
            steps = [*self._steps(row)]
            found += self._given(row)
            known += not steps
            if steps and row.number not in new:
                new[row.number] = steps
                self.places[row.number] = row
        return Ruled(tuple(found), new, known, left)

    def effect(
        self, number: str, steps: Sequence[Step], stored: StoredPart
    ) -> Iterator[NewVersion]:
        """Yield the version that says what a point's level is from now on, if anything changed."""
        before = self.known[number]
        stands = standing(self.levels, before.raised, [*self.steps.get(number, ()), *steps])
        if not steps[-1].is_final and stands.level == before.level:
            return
        change = "fixed"
        if is_higher(self.levels, stands.level, before.level):
            change = "raised"
        elif is_higher(self.levels, before.level, stands.level):
            change = "lowered"
        again = records.restated(before, change, arrival=stored.arrival, part=stored.id)
        yield replace(
            again,
            level=stands.level,
            fixed=stands.fixed_level,
            status=before.status,
            cells=self.places[number].cells,
        )
