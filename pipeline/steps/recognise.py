"""From what a worker read to the parts in it: whose, which form, which round, which sheets."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import PurePath
from typing import TYPE_CHECKING

from pipeline import text
from pipeline.checks.check import PartInput
from pipeline.findings import Finding
from pipeline.ledger import issuing
from pipeline.model import Place, Unreadable
from pipeline.steps.besides import besides
from pipeline.steps.contradictions import contradictions
from pipeline.steps.locked import Locked, differences, nearest
from pipeline.steps.ruling import RETURNED_BY_GROUP
from pipeline.workbook.extract import Extract, extract_card, extract_table
from pipeline.workbook.identify import Identity, Known, identify, stamped_owner
from pipeline.workbook.receipt import answered_number
from pipeline.workbook.standing import stand

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from pipeline.forms import Form
    from pipeline.model import Reading, Sheet, Verdict
    from pipeline.steps.ruling import Ruling
    from pipeline.workbook.standing import Candidate
    from pipeline.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Unchecked:
    """A file with nothing in it to check; identity is None where nothing of ours was found.

    params: what the sentence of the reason is made of.
    """

    verdict: Verdict
    reason: str
    identity: Identity | None = None
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FilledPart:
    """A filled part of a file. doubt: the reason word where the group must confirm it.

    ruling: what it has said of the file already. answers: arrival number of the answer that the
    file was made from, None where it was made from none.
    """

    identity: Identity
    part: PartInput
    doubt: str = ""
    ruling: Ruling | None = None
    answers: int | None = None

    def telling(self, more: tuple[Finding, ...]) -> FilledPart:
        """Return the part with further findings about its file."""
        return replace(self, part=replace(self.part, findings=(*self.part.findings, *more)))


@dataclass(frozen=True, slots=True)
class Recognised:
    """A file with its filled parts, at least one; blank: codes of persons whose sheet is blank."""

    parts: tuple[FilledPart, ...]
    blank: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Came:
    """How a file came in. day: of its arrival; folder: relative to the inbox; name: its own.

    of_group: it lay in the group's own folder.
    """

    day: date
    folder: str
    name: str = ""
    of_group: bool = False


Extracts = dict[str, Extract]  # by section key


def known_of(workspace: Workspace) -> Known:
    """Return what evidence is held against in this workspace."""
    campaign = workspace.settings.campaign
    return Known(
        forms=(*workspace.forms, *workspace.desk),
        roster=workspace.roster,
        secret=workspace.secret,
        year=campaign.year,
        rounds=tuple(entry.key for entry in campaign.rounds),
    )


def recognise(
    outcome: Reading | Unreadable, workspace: Workspace, came: Came, ruling: Ruling | None = None
) -> Recognised | Unchecked:
    """Return what a file is. came: how; ruling: what the group has said of it."""
    if isinstance(outcome, Unreadable):
        return Unchecked(verdict_on(outcome.reason), outcome.reason)
    identities = _merged(_ruled(identify(outcome, known_of(workspace)), ruling, workspace))
    if ruling and ruling.why:
        return _returned(identities)
    if not identities:
        return _wrong_form(outcome, workspace) or Unchecked("returned", "NOT_OUR_TEMPLATE")
    if identities[0].form.keeper == "bureau":
        why = _not_deciding(identities[0], came, workspace.paths.precheck)
        if why:
            return Unchecked("returned", why)
    others = tuple(_others(identities, outcome, workspace))
    filled = [(identity, _filled(identity)) for identity in identities]
    if len(identities) > 1:
        filled = [
            (one, [sheet for sheet in sheets if _says_more(one, sheet, outcome, workspace)])
            for one, sheets in filled
        ]
    answers = answered_number(outcome)
    parts = tuple(
        FilledPart(
            identity,
            _part((identity, sheets), outcome, workspace, came),
            "" if identity.sure else "IDENTITY_UNSURE",
            ruling,
            answers,
        )
        for identity, sheets in filled
        if sheets
    )
    if not parts:
        return Unchecked("returned", "NO_DATA", _common(identities))
    parts = (parts[0].telling((*others, *besides(outcome, came.name))), *parts[1:])
    return Recognised(parts, tuple(identity.person for identity, sheets in filled if not sheets))


def _not_deciding(identity: Identity, came: Came, precheck: str) -> str:
    """Return why a decision workbook decides nothing, "" where it does.

    precheck: the name of the folder whose files are only tried, here as everywhere.
    Who may write into the group's folder may decide, nobody else (reliability G6); and what does
    not prove from which edition it comes cannot be held against what was known then.
    """
    if not came.of_group or precheck in PurePath(came.folder).parts:
        return "DECISION_ELSEWHERE"
    return "" if identity.sure else "DECISION_UNPROVEN"


def verdict_on(reason: str) -> Verdict:
    """Return what becomes of a file that could not be read.

    A signed page that was scanned belongs to what the office handed in: it is kept as an
    original, though it replaces no workbook.
    """
    return "returned" if reason == "SCAN" else "quarantined"


def _ruled(
    identities: Sequence[Identity], ruling: Ruling | None, workspace: Workspace
) -> list[Identity]:
    """Return the identities, those that were not sure as the group has settled them.

    A 表号 that belongs to somebody else proves nothing any more; a person whom it does not name is
    the one of the office who is called as the sheet says.
    """
    if not (ruling and ruling.office):
        return [*identities]
    several = sum(not one.sure for one in identities) > 1
    return [
        one if one.sure else _settled(one, ruling, workspace, several=several) for one in identities
    ]


def _settled(
    identity: Identity, ruling: Ruling, workspace: Workspace, *, several: bool
) -> Identity:
    """Return an identity as settled. several: so the one person named cannot be all of them."""
    person = ""
    if identity.form.keeper == "person":
        alike = workspace.roster.named(identity.typed_person[0], ruling.office)
        own = alike[0].code if len(alike) == 1 else ""
        person = (own or ruling.person) if several else (ruling.person or own)
    same = (identity.office, identity.person) == (ruling.office, person)
    return replace(
        identity,
        office=ruling.office,
        person=person,
        sure=identity.form.keeper != "person" or bool(person),
        via="headers",
        number=identity.number if same else "",
        version=identity.version if same else "",
    )


def _returned(identities: Sequence[Identity]) -> Unchecked:
    """Return a file that the group returns; its office hears of it only where it is sure."""
    sure = bool(identities) and all(identity.sure for identity in identities)
    return Unchecked("returned", RETURNED_BY_GROUP, _common(identities) if sure else None)


def _wrong_form(reading: Reading, workspace: Workspace) -> Unchecked | None:
    """Return a file whose stamp says one form while its sheets carry another, None for others."""
    owner = stamped_owner(reading, known_of(workspace))
    if owner is None:
        return None
    carried = next((form for form, _ in _carried(workspace.forms, reading.sheets)), None)
    if carried is None:
        return None
    params = {"stamped": owner.form.title, "found": carried.title}
    return Unchecked("returned", "WRONG_FORM", owner, params)


def _carried(forms: Iterable[Form], sheets: Sequence[Sheet]) -> Iterator[tuple[Form, Sheet]]:
    """Yield the visible sheets on which one of these forms stands filled in."""
    for form in forms:
        for sheet in sheets:
            found = stand(form, sheet) if sheet.visible else None
            if found and _is_filled(form, _extracts(form, found)):
                yield form, sheet


def _others(
    identities: Sequence[Identity], reading: Reading, workspace: Workspace
) -> Iterator[Finding]:
    """Yield the filled sheets that carry another form than the one the file is taken for."""
    taken = {entry.sheet.name for identity in identities for entry in identity.candidates}
    forms = (form for form in workspace.forms if form.code != identities[0].form.code)
    sheets = [sheet for sheet in reading.sheets if sheet.name not in taken]
    for form, sheet in _carried(forms, sheets):
        yield Finding("F118", value=sheet.name, params={"form": form.title})


def _common(identities: Sequence[Identity]) -> Identity:
    """Return the identity of a file as a whole: of several persons it is nobody's alone."""
    return identities[0] if len(identities) == 1 else replace(identities[0], person="")


def _says_more(
    identity: Identity,
    sheet: tuple[Candidate, Extracts],
    reading: Reading,
    workspace: Workspace,
) -> bool:
    """Tell whether a person's sheet among others says more than what it was sent with.

    His own earlier words were filled in again; a colleague who saves the file repeats none of it.
    """
    locked = _locked(identity, sheet, reading, workspace)
    if locked is None or not locked.own:
        return True
    typed = _own_texts(identity.form, sheet[1])
    return {key: text.key(said) for key, said in typed.items()} != {
        key: text.key(said) for key, said in locked.own.items()
    }


def _merged(identities: Sequence[Identity]) -> list[Identity]:
    """Return the identities with several sheets of one person as one: only one of them counts."""
    found: dict[object, Identity] = {}
    for place, identity in enumerate(identities):
        key = (identity.office, identity.person) if identity.person else place
        known = found.setdefault(key, identity)
        if known is not identity:
            found[key] = known.joined(identity)
    return list(found.values())


def _filled(identity: Identity) -> list[tuple[Candidate, Extracts]]:
    """Return the sheets that somebody filled in; a blank sheet is no part."""
    extracted = ((entry, _extracts(identity.form, entry)) for entry in identity.candidates)
    return [(entry, found) for entry, found in extracted if _is_filled(identity.form, found)]


def _extracts(form: Form, candidate: Candidate) -> Extracts:
    table = extract_table(form.table, candidate.sheet, candidate.match, form.roles)
    cards = {
        section.key: extract_card(section, candidate.sheet, candidate.until)
        for section in form.cards
    }
    return {form.table.key: table, **cards}


def _is_filled(form: Form, extracts: Extracts) -> bool:
    """Tell whether there is a record; where rows are given, whether a card was filled in."""
    if not form.given:
        return bool(extracts[form.table.key].rows)
    return bool(_own_texts(form, extracts))


def _own_texts(form: Form, extracts: Extracts) -> dict[str, str]:
    """Return what was typed into the cells of the cards that people fill in."""
    return {
        entry.key: typed
        for section in form.cards
        for entry in section.fields
        if not entry.derived
        for typed in extracts[section.key].texts.get(entry.key, ())
        if typed.strip()
    }


def _part(
    filled: tuple[Identity, Sequence[tuple[Candidate, Extracts]]],
    reading: Reading,
    workspace: Workspace,
    came: Came,
) -> PartInput:
    identity, sheets = filled
    candidate, extracts = sheets[0]
    locked = _locked(identity, (candidate, extracts), reading, workspace)
    given = locked.given if locked else {}
    campaign = workspace.settings.campaign
    return PartInput(
        office=identity.office,
        round=identity.round or campaign.round_on(came.day).key,
        day=came.day,
        scope=workspace.scope(identity.office),
        extracts=extracts,
        person=workspace.roster.by_person.get(identity.person),
        given=given,
        given_rows=locked.rows if locked else None,
        findings=(
            *_rivals(identity.form, sheets),
            *contradictions(identity, workspace, (came.day, came.folder), given),
            *(differences(locked, identity.form, candidate, extracts, reading) if locked else ()),
        ),
    )


def _locked(
    identity: Identity, sheet: tuple[Candidate, Extracts], reading: Reading, workspace: Workspace
) -> Locked | None:
    """Return what a part was issued with."""
    with workspace.ledger.reading() as db:
        sent = issuing.versions(db, identity.number) if identity.number else ()
    return nearest(sent, identity.version, identity.form, sheet, reading)


def _rivals(form: Form, filled: Sequence[tuple[Candidate, Extracts]]) -> Iterator[Finding]:
    """Yield a finding for each further filled sheet: must one go, or is it only a copy."""
    counted = [form.table] if not form.given else [*form.cards]
    said = [[_texts(extracts[section.key].texts) for section in counted] for _, extracts in filled]
    first, *others = (extracts[form.table.key].sheet for _, extracts in filled)
    for other, texts in zip(others, said[1:], strict=True):
        yield Finding("F120" if texts == said[0] else "F112", Place(first), value=other)


def _texts(texts: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    return {key: list(typed) for key, typed in texts.items()}
