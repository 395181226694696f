"""From what a worker read to the part it is: whose, which form, which round, which sheets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.checks.check import PartInput
from pipeline.findings import Finding
from pipeline.model import Place, Unreadable
from pipeline.workbook.extract import Extract, extract_card, extract_table
from pipeline.workbook.identify import Identity, Known, identify

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from pipeline.forms import Form
    from pipeline.model import Reading, Verdict
    from pipeline.workbook.identify import Candidate
    from pipeline.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Unchecked:
    """A file with nothing in it to check; identity is None where nothing of ours was found."""

    verdict: Verdict
    reason: str
    identity: Identity | None = None


@dataclass(frozen=True, slots=True)
class Recognised:
    """A file with a filled part. doubt: the reason word where the group must confirm it."""

    identity: Identity
    part: PartInput
    doubt: str = ""


def known_of(workspace: Workspace) -> Known:
    """Return what evidence is held against in this workspace."""
    campaign = workspace.settings.campaign
    return Known(
        forms=workspace.forms,
        roster=workspace.roster,
        secret=workspace.secret,
        year=campaign.year,
        rounds=tuple(entry.key for entry in campaign.rounds),
    )


def recognise(
    outcome: Reading | Unreadable, workspace: Workspace, *, day: date, folder: str
) -> Recognised | Unchecked:
    """Return what a file is. day: of its arrival; folder: relative to the inbox."""
    if isinstance(outcome, Unreadable):
        return Unchecked("quarantined", outcome.reason)
    identity = identify(outcome, known_of(workspace))
    if identity is None:
        return Unchecked("returned", "NOT_OUR_TEMPLATE")
    filled = _filled(identity.form, identity.candidates)
    if not filled:
        return Unchecked("returned", "NO_DATA", identity)
    part = _part(identity, filled, workspace, day, folder)
    return Recognised(identity, part, "" if identity.sure else "IDENTITY_UNSURE")


def _filled(form: Form, candidates: Sequence[Candidate]) -> tuple[tuple[Candidate, Extract], ...]:
    """Return the sheets that hold records; a blank sheet is no part."""
    extracts = (
        (entry, extract_table(form.table, entry.sheet, entry.match)) for entry in candidates
    )
    return tuple((entry, extract) for entry, extract in extracts if extract.rows)


def _part(
    identity: Identity,
    filled: Sequence[tuple[Candidate, Extract]],
    workspace: Workspace,
    day: date,
    folder: str,
) -> PartInput:
    first, table = filled[0]
    form = identity.form
    extracts = {form.table.key: table}
    for section in form.cards:
        extracts[section.key] = extract_card(section, first.sheet, first.match.row)
    campaign = workspace.settings.campaign
    return PartInput(
        office=identity.office,
        round=identity.round or campaign.round_on(day).key,
        day=day,
        scope=workspace.scope(identity.office),
        extracts=extracts,
        findings=(
            *_rivals(filled),
            *_whose(identity, workspace, folder),
            *_when(identity, workspace, day),
        ),
    )


def _rivals(filled: Sequence[tuple[Candidate, Extract]]) -> Iterator[Finding]:
    """Yield a finding for each further filled sheet that says something else."""
    table = filled[0][1]
    for _, other in filled[1:]:
        if {key: list(texts) for key, texts in other.texts.items()} != {
            key: list(texts) for key, texts in table.texts.items()
        }:
            yield Finding("F112", Place(table.sheet), value=other.sheet)


def _whose(identity: Identity, workspace: Workspace, folder: str) -> Iterator[Finding]:
    """Yield what contradicts the stamp: the typed office, the folder. The stamp outranks both."""
    office = workspace.roster.by_code.get(identity.office)
    if office is None or identity.via == "headers":
        return
    typed, place = identity.typed
    named = workspace.roster.office_named(typed) if typed.strip() else office
    if named is None or named.code != office.code:
        label = next(
            entry.header
            for section in identity.form.cards
            for entry in section.fields
            if entry.derived and entry.derived.of == "office"
        )
        yield Finding("F111", place, label, typed, {"office": office.name})
    lies_in = workspace.roster.office_named(folder.split("/", maxsplit=1)[0]) if folder else None
    if lies_in and lies_in.code != office.code:
        yield Finding("F114", value=lies_in.name, params={"office": office.name})


def _when(identity: Identity, workspace: Workspace, day: date) -> Iterator[Finding]:
    """Ask where the workbook was issued for an earlier round than the one that runs."""
    campaign = workspace.settings.campaign
    current = campaign.round_on(day)
    mine = campaign.round(identity.round)
    if mine and campaign.position(mine.key) < campaign.position(current.key):
        yield Finding("F113", value=mine.name, params={"current": current.name})
