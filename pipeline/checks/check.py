"""Checking a block: parts in, what was found and what was read out, part by part."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pipeline import text
from pipeline.checks.normalise import normalise
from pipeline.checks.records import Records, Source, gather
from pipeline.checks.rules import FILE_RULES, Context, is_answer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from pipeline.checks.normalise import Normalised
    from pipeline.findings import Finding, Repair
    from pipeline.forms import Section
    from pipeline.forms.kind import Scope
    from pipeline.model import Person
    from pipeline.workbook.extract import Extract


@dataclass(frozen=True, slots=True)
class PartInput:
    """One part as extracted: what a block is made of. extracts: by section key.

    person: whose it is where the form belongs to a person. given: what it was issued with, by key
    of the field that is derived from that; given_rows: those of its table, None where not known.
    """

    office: str
    round: str
    day: date
    scope: Scope
    extracts: Mapping[str, Extract]
    findings: tuple[Finding, ...] = ()
    person: Person | None = None
    given: Mapping[str, str] = field(default_factory=dict)
    given_rows: Sequence[Mapping[str, str]] | None = None


@dataclass(frozen=True, slots=True)
class CheckedRow:
    """One record with its values, and where it stood: at `position` of its source."""

    values: Mapping[str, str]
    extra: Mapping[str, str]
    source: Extract
    position: int


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a part, whether or not the file answers it.

    row: position of the record among the part's rows, None where it is of the card or the whole.
    values: what is questioned, the finding's own value first. reply: the 情况说明, "" for none.
    """

    finding: Finding
    row: int | None
    values: tuple[str, ...]
    reply: str


@dataclass(slots=True)
class Checked:
    """The outcome of one part; findings are complete, in the order of the sheet.

    card: the values of all card sections; cards: where they stand, by section. answered: questions
    that a 情况说明 of this file answers. asked: all questions, answered or not.
    """

    rows: list[CheckedRow] = field(default_factory=list)
    card: dict[str, str] = field(default_factory=dict)
    cards: dict[str, Extract] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    answered: list[Finding] = field(default_factory=list)
    repairs: list[Repair] = field(default_factory=list)
    asked: list[Question] = field(default_factory=list)

    def add(self, finding: Finding, row: int | None, about: tuple[str, ...], reply: str) -> None:
        """Add a finding; a question that is answered is kept apart.

        about: values that are questioned besides the finding's own. reply: what explains them.
        """
        if finding.klass != "核实":
            self.findings.append(finding)
            return
        (self.answered if reply else self.findings).append(finding)
        self.asked.append(Question(finding, row, (finding.value, *about), reply))

    @property
    def must(self) -> int:
        """Return how many findings return the part."""
        return sum(1 for finding in self.findings if finding.klass == "强制")

    @property
    def questions(self) -> int:
        """Return how many questions are open."""
        return sum(1 for finding in self.findings if finding.klass == "核实")


def check_block(parts: Sequence[PartInput], context: Context) -> list[Checked]:
    """Return one outcome a part, in order; a part's outcome does not depend on the others."""
    outcomes = [Checked() for _ in parts]
    for section in context.form.sections:
        sources = [
            Source(number, part, extract)
            for number, part in enumerate(parts)
            if (extract := part.extracts.get(section.key))
        ]
        if sources:
            _check_section(section, sources, context, outcomes)
    for part, outcome in zip(parts, outcomes, strict=True):
        reply = explanation(outcome.card.get(context.form.roles.note, ""))
        for finding in part.findings:
            outcome.add(finding.tried(context.settings.checks.trial), None, (), reply)
        outcome.findings = list(_once(outcome.findings))
    return outcomes


def _check_section(
    section: Section, sources: list[Source], context: Context, outcomes: list[Checked]
) -> None:
    """Append the section's findings, repairs and values to each part's outcome."""
    normalised = normalise(gather(section, sources), context.roster)
    records = normalised.records
    trial = context.settings.checks.trial
    replies = _replies(records, context)
    for source in sources:
        outcomes[source.part].findings += [one.tried(trial) for one in source.extract.findings]
        outcomes[source.part].repairs += source.extract.repairs
    for record, finding in _asked(records):
        _add(outcomes, records, finding.tried(trial), (), replies[record])
    for position, repair in normalised.repairs:
        outcomes[sources[position].part].repairs.append(repair)
    plain = ((finding, ()) for finding in normalised.findings)
    for finding, about in [*plain, *_ruled(records, context)]:
        _add(outcomes, records, finding.tried(trial), about, replies[finding.record])
    _deal_out(normalised, outcomes)


def _add(
    outcomes: list[Checked],
    records: Records,
    finding: Finding,
    about: tuple[str, ...],
    reply: str,
) -> None:
    """Give a finding to the part of its record."""
    row = None if records.section.kind == "card" else records.rank[finding.record]
    outcomes[records.source(finding.record).part].add(finding, row, about, reply)


def _asked(records: Records) -> Iterator[tuple[int, Finding]]:
    """Yield what the shape of a sheet asks about a record, with the number of the record."""
    first = {owner: record for record, owner in reversed(list(enumerate(records.owner)))}
    for owner, source in enumerate(records.sources):
        for position, finding in source.extract.asked:
            record = first[owner] + position
            yield record, replace(finding, record=record)


def _replies(records: Records, context: Context) -> list[str]:
    """Return for each record the 情况说明 that answers the questions about it, "" for none.

    That of a row stands in the row, that of a card in whichever card of the form holds the note.
    """
    roles = context.form.roles
    if records.section.kind == "card":
        notes = [explanation(_note(source.said, roles.note)) for source in records.sources]
        return [notes[owner] for owner in records.owner]
    if not records.has(roles.answer):
        return [""] * len(records.rank)
    return [explanation(value) for value in records.frame[roles.answer]]


def explanation(typed: str) -> str:
    """Return a 情况说明, "" where it is too short to answer a question."""
    return text.clean(typed) if is_answer(typed) else ""


def _note(part: PartInput, key: str) -> str:
    """Return what stands in the note of a part, "" where it has none."""
    found = (extract.texts[key] for extract in part.extracts.values() if key in extract.texts)
    return next((texts[0] for texts in found if texts), "")


def _ruled(records: Records, context: Context) -> Iterator[tuple[Finding, tuple[str, ...]]]:
    """Yield what the rules find, each with what it questions besides the value of its own cell."""
    for rule in FILE_RULES:
        if len(records.rank) and rule.concerns(context.form, records):
            for finding in rule.check(records, context):
                yield finding, tuple(records.value(finding.record, key) for key in rule.about)


def _deal_out(normalised: Normalised, outcomes: list[Checked]) -> None:
    """Give each part its rows, or its card, as plain mappings."""
    records = normalised.records
    values: list[dict[str, str]] = records.frame.to_dict("records")  # type: ignore[assignment]
    for record, row in enumerate(values):
        source = records.source(record)
        outcome = outcomes[source.part]
        if records.section.kind == "card":
            outcome.card |= row
            outcome.cards[records.section.key] = source.extract
            continue
        rank = records.rank[record]
        extra = {**source.extract.extra.get(rank, {}), **normalised.rest.get(record, {})}
        outcome.rows.append(CheckedRow(row, extra, source.extract, rank))


# A cell that one of these blanked is not reported as unfilled as well, unless it is on trial.
_BLANKED = frozenset({"F207", "F208", "F213"})


def _once(findings: list[Finding]) -> Iterator[Finding]:
    """Yield the findings in the order of the sheet; a cell with an error is not also blank."""
    binding = (finding for finding in findings if finding.klass == "强制")
    told = {finding.place for finding in binding if finding.code in _BLANKED}
    for finding in sorted(findings, key=place_in_sheet):
        if finding.code != "F201" or finding.place not in told:
            yield finding


def place_in_sheet(finding: Finding) -> tuple[str, int, int, str, str]:
    """Return what sorts findings as a clerk meets them."""
    cell = finding.place.cell
    letters = cell.rstrip("0123456789")
    return (
        finding.place.sheet,
        int(cell[len(letters) :] or 0),
        len(letters),
        letters,
        finding.code,
    )
