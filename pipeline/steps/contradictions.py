"""What in or around a workbook contradicts whose it is; the stamp outranks all of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline import text
from pipeline.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from pipeline.workbook.identify import Identity
    from pipeline.workspace import Workspace


def contradictions(
    identity: Identity, workspace: Workspace, day: date, folder: str
) -> Iterator[Finding]:
    """Yield what contradicts a proven identity: typed office and name, folder, year, round."""
    if identity.via != "headers":
        yield from _office(identity, workspace, folder)
        yield from _person(identity, workspace)
        yield from _year(identity, workspace)
    yield from _round(identity, workspace, day)


def _office(identity: Identity, workspace: Workspace, folder: str) -> Iterator[Finding]:
    office = workspace.roster.by_code.get(identity.office)
    if office is None:
        return
    typed, place = identity.typed
    named = workspace.roster.office_named(typed) if typed.strip() else office
    if named is None or named.code != office.code:
        yield Finding("F111", place, _label(identity, "office"), typed, {"office": office.name})
    lies_in = workspace.roster.office_named(folder.split("/", maxsplit=1)[0]) if folder else None
    if lies_in and lies_in.code != office.code:
        yield Finding("F114", value=lies_in.name, params={"office": office.name})


def _person(identity: Identity, workspace: Workspace) -> Iterator[Finding]:
    person = workspace.roster.by_person.get(identity.person)
    typed, place = identity.typed_person
    if person and typed.strip() and text.people(typed) != (person.name,):
        label = _label(identity, "person")
        yield Finding("F115", place, label, typed, {"person": person.name})


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


def _label(identity: Identity, source: str) -> str:
    """Return the header of the first card field that is derived from `source`."""
    return next(
        entry.header
        for section in identity.form.cards
        for entry in section.fields
        if entry.derived and entry.derived.of == source
    )
