"""What in or around a workbook contradicts whose it is; the stamp outranks all of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline import text
from pipeline.findings import Finding
from pipeline.workbook.identify import OFFICE_NAME, PERSON_NAME

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from pipeline.forms import Derived, Field
    from pipeline.workbook.identify import Identity
    from pipeline.workspace import Workspace


def contradictions(
    identity: Identity, workspace: Workspace, when: tuple[date, str], given: Mapping[str, str]
) -> Iterator[Finding]:
    """Yield what contradicts a proven identity: typed office and name, folder, year, round.

    when: the day of arrival, and the folder. given: what the cards were issued with; who is called
    otherwise since then is not accused.
    """
    day, folder = when
    if identity.via != "headers":
        yield from _office(identity, workspace, folder, given)
        yield from _person(identity, workspace, given)
        yield from _year(identity, workspace)
    yield from _round(identity, workspace, day)


def _office(
    identity: Identity, workspace: Workspace, folder: str, given: Mapping[str, str]
) -> Iterator[Finding]:
    office = workspace.roster.by_code.get(identity.office)
    if office is None:
        return
    typed, place = identity.typed
    named = workspace.roster.office_named(typed) if typed.strip() else office
    entry = _field(identity, OFFICE_NAME)
    as_issued = entry and text.key(typed) == text.key(given.get(entry.key, ""))
    if entry and not as_issued and (named is None or named.code != office.code):
        yield Finding("F111", place, entry.header, typed, {"office": office.name})
    lies_in = workspace.roster.office_named(folder.split("/", maxsplit=1)[0]) if folder else None
    if lies_in and lies_in.code != office.code:
        yield Finding("F114", value=lies_in.name, params={"office": office.name})


def _person(
    identity: Identity, workspace: Workspace, given: Mapping[str, str]
) -> Iterator[Finding]:
    person = workspace.roster.by_person.get(identity.person)
    entry, (typed, place) = _field(identity, PERSON_NAME), identity.typed_person
    if not (person and entry and typed.strip()):
        return
    names = {(person.name,), text.people(given.get(entry.key, ""))}
    if text.people(typed) not in names:
        yield Finding("F115", place, entry.header, typed, {"person": person.name})


def _year(identity: Identity, workspace: Workspace) -> Iterator[Finding]:
    year = workspace.settings.campaign.year
    if identity.year not in {0, year}:
        yield Finding("F116", value=str(identity.year), params={"year": str(year)})


def _round(identity: Identity, workspace: Workspace, day: date) -> Iterator[Finding]:
    """Ask where the workbook was issued for an earlier round than the one that runs."""
    campaign = workspace.settings.campaign
    current = campaign.round_on(day)
    mine = campaign.round(identity.round)
    if mine and campaign.position(mine.key) < campaign.position(current.key):
        yield Finding("F113", value=mine.name, params={"current": current.name})


def _field(identity: Identity, source: Derived) -> Field | None:
    """Return the card field that is derived from just this, None where it is hidden."""
    cards = (entry for section in identity.form.cards for entry in section.fields)
    return next((entry for entry in cards if entry.derived == source), None)
