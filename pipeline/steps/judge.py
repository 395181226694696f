"""The verdict on a part: what was found in it, held against the office's register."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline import text
from pipeline.checks.levels import raised
from pipeline.checks.rules import is_answer
from pipeline.findings import Finding
from pipeline.model import Place
from pipeline.steps.case import MANY_MISSING
from pipeline.steps.roles import levels_of, ranks_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pipeline.checks.check import Checked, CheckedRow
    from pipeline.forms import Form, Section
    from pipeline.ledger.rows import VersionRow
    from pipeline.model import Verdict
    from pipeline.settings.schema import Checks
    from pipeline.steps.matching import Matched

MISSING = "missing"  # status of a registered record that the newest file does not carry


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict, its reason word with parameters, and everything there is to tell."""

    verdict: Verdict
    reason: str
    params: Mapping[str, str]
    findings: tuple[Finding, ...]
    answered: tuple[Finding, ...]

    @property
    def questions(self) -> int:
        """Return how many questions are open."""
        return sum(1 for finding in self.findings if finding.klass == "核实")


@dataclass(frozen=True, slots=True)
class Beside:
    """What is known beside the file.

    older: what the ledger tells of it; is_settled: the group has said whether what is missing goes
    or stays.
    """

    older: Sequence[Finding] = ()
    is_settled: bool = False


def judge(
    form: Form, checked: Checked, matched: Matched, limits: Checks, beside: Beside | None = None
) -> Judgement:
    """Return the verdict of a part whose identity is sure.

    Too many registered records missing, or one of the highest level, is for the group to decide:
    a risk point never leaves the register silently.
    """
    beside = beside or Beside()
    found = [*checked.findings, *(one.tried(limits.trial) for one in beside.older)]
    answered = [*checked.answered]
    for finding, reply in _against_register(form, checked, matched):
        told = finding.tried(limits.trial)
        (answered if reply and told.klass == "核实" else found).append(told)
    must = sum(1 for finding in found if finding.klass == "强制")
    questions = sum(1 for finding in found if finding.klass == "核实")
    gone = [version for version in matched.missing if version.number and not version.status]
    verdict: Verdict = "accepted"
    reason, params = "OK", {}
    if must:
        verdict, reason, params = "returned", "FINDINGS", {"count": str(must)}
    elif not beside.is_settled and _too_many(form, gone, matched, limits.missing_share):
        verdict, reason, params = "unconfirmed", MANY_MISSING, {"missing": str(len(gone))}
    elif questions:
        reason, params = "QUESTIONS", {"count": str(questions)}
    return Judgement(verdict, reason, params, tuple(found), tuple(answered))


def _too_many(
    form: Form, gone: Sequence[VersionRow], matched: Matched, missing_share: float
) -> bool:
    """Tell whether so many registered records are missing that the group must say what is meant."""
    continued = sum(1 for _, version in matched.pairs if version and version.number)
    registered = continued + len(gone)
    levels = levels_of(form)
    highest = levels.terms[0].name if levels and levels.ranked else ""
    return any(version.level == highest for version in gone) or (
        bool(registered) and len(gone) / registered > missing_share
    )


def _against_register(
    form: Form, checked: Checked, matched: Matched
) -> Iterator[tuple[Finding, bool]]:
    """Yield what only the register can tell, each with whether the file answers it."""
    roles = form.roles
    for position in matched.strangers:
        row = checked.rows[position]
        yield _finding("F307", form, row, roles.number), _is_answered(form, row)
    ranks = ranks_of(form)
    lowest = len(ranks) + 1
    for row, version in matched.pairs:
        if version is None or not version.level:
            continue
        level = raised(form, row.values)
        if ranks.get(level, lowest) > ranks.get(version.level, lowest):
            params = {"before": version.level}
            yield _finding("F402", form, row, roles.level, **params), _is_answered(form, row)
    place, header = _note(form, checked)
    note = text.key(checked.card.get(roles.note, ""))
    for version in matched.missing:
        if version.number and not version.status:
            reply = text.key(version.number) in note and is_answer(checked.card[roles.note])
            yield Finding("F401", place, header, version.number), reply


def _finding(code: str, form: Form, row: CheckedRow, key: str, **params: str) -> Finding:
    header = row.source.header(key, form.table.field(key).header)
    place = row.source.place(row.position, key)
    return Finding(code, place, header, row.values.get(key, ""), params)


def _is_answered(form: Form, row: CheckedRow) -> bool:
    return is_answer(row.values.get(form.roles.answer, ""))


def _note(form: Form, checked: Checked) -> tuple[Place, str]:
    """Return the cell in which an office explains what the register misses."""
    for section in form.cards:
        if form.roles.note in section.keys and section.key in checked.cards:
            card = checked.cards[section.key]
            declared = section.field(form.roles.note).header
            return card.place(0, form.roles.note), card.header(form.roles.note, declared)
    return Place(checked.rows[0].source.sheet if checked.rows else ""), ""


def own_values(form: Form, section: Section, values: Mapping[str, str]) -> dict[str, str]:
    """Return the values that the office gave, without what the tool computes or numbers."""
    computed = {entry.key for entry in section.fields if entry.derived} | {form.roles.number}
    return {key: value for key, value in values.items() if key not in computed}


def content_hash(values: object) -> str:
    """Return the hash of values as canonical JSON."""
    return hashlib.sha256(text.canonical(values).encode()).hexdigest()
