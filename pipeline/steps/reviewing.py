"""What a decision workbook (等级审定表) decides: judged row by row, filed in one transaction.

An office's table is its whole register, so one bad row returns it all. This list is none: each row
is a word on one risk point, whoever wrote the next row. A fault in one therefore costs that row
alone, and the good rows count at once; the marked copy tells which did not.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline import clock
from pipeline.ledger import decisions, parts, records
from pipeline.ledger.rows import NewPart
from pipeline.steps.judge import content_hash
from pipeline.steps.levels import LEVEL, is_higher, standing
from pipeline.steps.told import compact, stored_findings, stored_repairs
from pipeline.steps.words import Came, Desk, Spoken, spoken_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pipeline.findings import Finding
    from pipeline.ledger.rows import NewVersion, StoredPart
    from pipeline.model import Verdict
    from pipeline.steps.filing import CheckedPart, Filing
    from pipeline.steps.levels import Step

PARTLY = "LEVELS_PARTLY"  # some rows did not count: the same bytes are looked at anew


@dataclass(frozen=True, slots=True)
class Ruled:
    """What becomes of the rows of one workbook.

    new: by number, the row and the steps to be filed. known: how many rows say only what was filed
    before. left: how many do not count.
    """

    findings: tuple[Finding, ...]
    new: Mapping[str, tuple[Spoken, tuple[Step, ...]]]
    known: int
    left: int

    @property
    def questions(self) -> int:
        """Return how many rows are to be looked at again because their point has changed."""
        return sum(1 for finding in self.findings if finding.klass == "核实")

    @property
    def verdict(self) -> Verdict:
        """Return the verdict on the whole: accepted where any row counts."""
        return "accepted" if self.new or self.known else "returned"

    @property
    def reason(self) -> str:
        """Return the reason word of the whole."""
        if self.left:
            return PARTLY
        if self.new:
            return "LEVELS_FIXED"
        return "LEVELS_KNOWN" if self.known else "NO_DATA"


def decide_levels(filing: Filing, part: CheckedPart) -> None:
    """Decide a decision workbook and write all of it: the words and the levels they make.

    The versions stand with the arrival of this workbook, so that whoever asks finds who said so.
    """
    day = clock.local_date(filing.arrival.claimed_at)
    desk = Desk.at(filing.workspace, filing.tx.connection, part, Came(filing.arrival.id, day))
    ruled = rule_levels(desk, part)
    filing.close(ruled.verdict, ruled.reason)
    stored = parts.add(filing.tx, _new_part(filing, part, ruled))
    versions: list[NewVersion] = []
    for number, (row, steps) in ruled.new.items():
        for step in steps:
            decisions.add(filing.tx, step.word.person, LEVEL, number, step.to_payload())
        versions += _effect(desk, row, steps, stored)
    records.add_versions(filing.tx, filing.arrival.id, versions)


def rule_levels(desk: Desk, part: CheckedPart) -> Ruled:
    """Return what becomes of each row. What is wrong with the whole lets none of them count."""
    rows, about_whole = spoken_rows(part)
    found = [*about_whole]
    stops = any(finding.klass == "强制" for finding in about_whole)
    twice = desk.told_twice(rows)
    new: dict[str, tuple[Spoken, tuple[Step, ...]]] = {}
    known = left = 0
    for row in rows:
        faults = [*twice.get(row.position, ()), *desk.faults(row)]
        found += [*faults, *desk.changed_cells(row)]
        if stops or faults:
            left += 1
        elif (steps := desk.steps(row)) and row.number not in new:
            new[row.number] = (row, steps)
        else:
            known += 1
    return Ruled(tuple(_once(found)), new, known, left)


def _once(found: Iterable[Finding]) -> Iterator[Finding]:
    yield from {(one.code, one.place): one for one in found}.values()


def _effect(
    desk: Desk, row: Spoken, steps: tuple[Step, ...], stored: StoredPart
) -> Iterator[NewVersion]:
    """Yield the version that says what level a point has from now on.

    None where the group reviewed what others have still to fix, and no level changes by it.
    """
    before = desk.known[row.number]
    stands = standing(desk.levels, before.raised, [*desk.filed(row.number), *steps])
    change = "fixed"
    if is_higher(desk.levels, stands.level, before.level):
        change = "raised"
    elif is_higher(desk.levels, before.level, stands.level):
        change = "lowered"
    if change == "fixed" and not steps[-1].is_final:
        return
    again = records.restated(before, change, arrival=stored.arrival, part=stored.id)
    graded = replace(again, level=stands.level, fixed=stands.fixed_level)
    yield replace(graded, status=before.status)


def _new_part(filing: Filing, part: CheckedPart, ruled: Ruled) -> NewPart:
    table = part.recognised.part.extracts[part.form.table.key]
    sheets = {
        "sheet": table.sheet,
        "columns": dict(table.columns),
        "rows": len(part.rows),
        "card": {},
        "params": {"done": str(len(ruled.new)), "left": str(ruled.left)},
        "answered": [],
    }
    return NewPart(
        arrival=filing.arrival.id,
        form=part.form.code,
        office="",
        person="",
        round="",
        verdict=ruled.verdict,
        reason=ruled.reason,
        content_hash=content_hash([dict(row.values) for row in part.rows]),
        questions=ruled.questions,
        findings=stored_findings(ruled.findings),
        repairs=stored_repairs(part.checked.repairs),
        sheets=compact(sheets),
    )
