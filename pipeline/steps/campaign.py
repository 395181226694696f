"""What the campaign rules look at, from the ledger as of a day; no verdict is made of it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline import text
from pipeline.forms.form import LEAST_ANSWER
from pipeline.ledger import parts, records
from pipeline.ledger.rows import CANCELLED
from pipeline.monitor.agreement import OWN, Agreement, Pledge
from pipeline.monitor.campaign import Matter, Point, Standing, matters
from pipeline.steps.case import content_of
from pipeline.steps.commitment import Register, given_rows, rows_by_person
from pipeline.workbook.issue import attribute

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from pipeline.forms import Field, Form
    from pipeline.ledger.rows import StoredPart, VersionRow
    from pipeline.model import Office, Person
    from pipeline.monitor.agreement import Rows
    from pipeline.workspace import Workspace

_FACTS = frozenset({"posts", "tier"})  # of a person: what decides what he commits himself to
# What is told of an agreement; where its rule is switched off nothing is said of it.
_TOLD_BY = {
    Agreement.DIFFERS: "F504",
    Agreement.WAITING: "F505",
    Agreement.CHANGED: "F506",
}


@dataclass(frozen=True, slots=True)
class Campaign:
    """How the offices stand to what the campaign asks for on a day.

    agreements: by form, office and person (by code).
    """

    matters: tuple[Matter, ...]
    agreements: Mapping[tuple[str, str, str], Agreement]


def campaign_of(workspace: Workspace, day: date) -> Campaign:
    """Return what the campaign asks for on `day`; after its end it asks for nothing more."""
    off = workspace.settings.checks.campaign_rules_off
    over = day > workspace.settings.campaign.end
    asked: list[Matter] = []
    agreements: dict[tuple[str, str, str], Agreement] = {}
    for form in workspace.forms:
        for state in _standings(workspace, form, day):
            asked += () if over else matters(state, off)
            for person in state.pledges:
                found = state.agreement(person)
                if found and _TOLD_BY.get(found) not in off:
                    agreements[form.code, state.office.code, person] = found
    return Campaign(tuple(asked), agreements)


def _standings(workspace: Workspace, form: Form, day: date) -> Iterator[Standing]:
    """Yield how each office stands with a form of persons; nothing for one of other kind."""
    source = next((one for one in workspace.forms if one.code == form.source), None)
    if source is None:
        return
    with workspace.ledger.reading() as db:
        tables = _accepted(parts.parts(db, form=source.code, on=day))
        signed = _accepted(parts.parts(db, form=form.code, on=day))
        versions = records.known_versions(db, source.code, on=day)
    known: dict[str, list[VersionRow]] = defaultdict(list)
    for version in versions:
        known[version.office].append(version)
    archive = _Archive(workspace, form, source, day)
    for office in workspace.roster.active(day):
        yield archive.standing(office, tables[office.code], signed[office.code], known[office.code])


def _accepted(filed: Sequence[StoredPart]) -> dict[str, list[StoredPart]]:
    """Return the accepted parts by office, oldest first."""
    found: dict[str, list[StoredPart]] = defaultdict(list)
    for part in filed:
        if part.verdict == "accepted":
            found[part.office].append(part)
    return found


@dataclass(frozen=True, slots=True)
class _Archive:
    """A form of persons and the form that it is made of, on a day."""

    workspace: Workspace
    form: Form
    source: Form
    day: date

    def standing(
        self,
        office: Office,
        tables: Sequence[StoredPart],
        signed: Sequence[StoredPart],
        known: Sequence[VersionRow],
    ) -> Standing:
        roster, campaign = self.workspace.roster, self.workspace.settings.campaign
        opens = campaign.position(self.form.opens) if self.form.opens else 0
        staff = roster.staff(office.code, self.day)
        counted = tuple(one for one in known if one.number and _counts(one))
        register = Register(self.source, counted)
        newest = {part.person: part for part in signed}
        return Standing(
            office=office,
            form=self.form.title,
            source=self.source.title,
            staff=staff,
            called={one.code: roster.called(one) for one in staff},
            left=self._left(office, staff),
            asked=campaign.position(campaign.round_on(self.day).key) >= opens,
            accepted=bool(tables),
            opened=any(campaign.position(part.round) >= opens for part in tables),
            points=tuple(self._point(version) for version in known if _counts(version)),
            pledges={code: self._pledge(part, known) for code, part in newest.items()},
            owed=self._owed(register, staff, newest) if newest else {},
        )

    def _left(self, office: Office, staff: Sequence[Person]) -> frozenset[str]:
        """Return the names of those who left the office and are nobody's there now."""
        people = self.workspace.roster.staff(office.code)
        gone = {one.name for one in people if one.left and one.left <= self.day}
        return frozenset(gone - {one.name for one in staff})

    def _point(self, version: VersionRow) -> Point:
        roles, said = self.source.roles, version.payload
        return Point(
            number=version.number or "",
            post=said.get(roles.post, ""),
            holders=text.people(said.get(roles.holder, "")),
            partners=text.people(said.get(roles.partner, "")),
            excused=len(text.clean(said.get(roles.answer, ""))) >= LEAST_ANSWER,
        )

    def _pledge(self, part: StoredPart, known: Sequence[VersionRow]) -> Pledge:
        """Return what an accepted part was given; a row that a later file changed has moved."""
        content = content_of(part)
        if content is None or content.committed is None:
            return Pledge(None)
        own = {entry.header: content.card.get(entry.key, "") for entry, _ in self._facts}
        later = {one.number for one in known if one.number and _is_after(one, part)}
        return Pledge(self._rows(content.committed, own), frozenset({*later, OWN}))

    def _owed(
        self, register: Register, staff: Sequence[Person], wanted: Mapping[str, object]
    ) -> dict[str, Rows]:
        """Return what register and roster give today to each person who has a form."""
        mine, table = rows_by_person(register, staff), self.form.table
        own = {
            one.code: {entry.header: attribute(one, give) for entry, give in self._facts}
            for one in staff
        }
        return {
            code: self._rows(given_rows(register, table, rows), own[code])
            for code, rows in mine.items()
            if code in wanted
        }

    @property
    def _facts(self) -> list[tuple[Field, str]]:
        """Return the fields in which a form tells its owner's posts and tier, and of what."""
        cards = (entry for section in self.form.cards for entry in section.fields)
        derived = ((entry, entry.derived) for entry in cards)
        return [
            (entry, of.give)
            for entry, of in derived
            if of and of.of == "person" and of.give in _FACTS
        ]

    def _rows(self, rows: Iterable[Mapping[str, str]], own: Mapping[str, str]) -> Rows:
        """Return given rows by number with headers and words of today, and a person's own facts."""
        given = [entry for entry in self.form.table.fields if entry.derived]
        fields = [entry for entry in given if entry.derived and entry.derived.of == "issue"]
        number = next(
            entry.key
            for entry in fields
            if entry.derived and entry.derived.give == self.source.roles.number
        )
        told = {
            row.get(number, ""): {
                entry.header: _of_today(entry, row[entry.key])
                for entry in fields
                if entry.key in row
            }
            for row in rows
        }
        return {**told, OWN: own}


def _of_today(entry: Field, said: str) -> str:
    """Return a word of a list as it is called today."""
    words = entry.kind.vocabulary
    term = words.find(said) if words else None
    return term.name if term else said


def _counts(version: VersionRow) -> bool:
    """Tell whether a row is on record; one that says there is no risk point may have gone."""
    return version.status != CANCELLED and (bool(version.number) or not version.status)


def _is_after(version: VersionRow, part: StoredPart) -> bool:
    """Tell whether a record was changed after a part, by a later file or by the group."""
    return version.arrival is None or version.arrival > part.arrival
