"""The verdict on a part: what was found in it, held against the office's register."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pipeline import text
from pipeline.checks.check import place_in_sheet
from pipeline.steps.answers import Answered, Past
from pipeline.steps.asking import against_register, asked_of
from pipeline.steps.case import MANY_MISSING
from pipeline.steps.levels import is_highest
from pipeline.steps.roles import levels_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipeline.checks.check import Checked
    from pipeline.findings import Finding
    from pipeline.forms import Form, Section
    from pipeline.ledger.rows import VersionRow
    from pipeline.model import Verdict
    from pipeline.settings.schema import Checks
    from pipeline.steps.matching import Matched


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict, its reason word with parameters, and everything there is to tell."""

    verdict: Verdict
    reason: str
    params: Mapping[str, str]
    findings: tuple[Finding, ...]
    answered: tuple[Answered, ...]

    @property
    def questions(self) -> int:
        """Return how many questions are open."""
        return sum(1 for finding in self.findings if finding.klass == "核实")


@dataclass(frozen=True, slots=True)
class Beside:
    """What is known beside the file.

    older: what the ledger tells of it; is_settled: the group has said whether what is missing goes
    or stays. past: what its owner answered before.
    """

    older: Sequence[Finding] = ()
    past: Past = field(default_factory=Past)
    is_settled: bool = False


def judge(
    form: Form, checked: Checked, matched: Matched, limits: Checks, beside: Beside | None = None
) -> Judgement:
    """Return the verdict of a part whose identity is sure.

    Too many registered records missing, or one of the highest level, is for the group to decide:
    a risk point never leaves the register silently.
    """
    beside = beside or Beside()
    asked = {id(one.finding) for one in checked.asked}
    found = [one for one in checked.findings if id(one) not in asked]
    answered: list[Answered] = []
    for one in asked_of(form, checked, matched, beside.past):
        (answered if isinstance(one, Answered) else found).append(one)  # type: ignore[arg-type]
    found = sorted(found, key=place_in_sheet)
    found += [one.tried(limits.trial) for one in beside.older]
    for one in against_register(form, checked, matched, beside.past):
        told = one.finding if isinstance(one, Answered) else one
        told = told.tried(limits.trial)
        if isinstance(one, Answered) and told.klass == "核实":
            answered.append(replace(one, finding=told))
        else:
            found.append(told)
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
    graded = levels if levels and levels.ranked else None
    return any(graded and is_highest(graded, version.level) for version in gone) or (
        bool(registered) and len(gone) / registered > missing_share
    )


def own_values(form: Form, section: Section, values: Mapping[str, str]) -> dict[str, str]:
    """Return the values that the office gave, without what the tool computes or numbers."""
    computed = {entry.key for entry in section.fields if entry.derived} | {form.roles.number}
    return {key: value for key, value in values.items() if key not in computed}


def content_hash(values: object) -> str:
    """Return the hash of values as canonical JSON."""
    return hashlib.sha256(text.canonical(values).encode()).hexdigest()
