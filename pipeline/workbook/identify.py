"""Whose workbook this is, by agreeing evidence: stamp, then visible 表号, then headers + office."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from pipeline.forms import Derived
from pipeline.model import Place
from pipeline.workbook import stamp as stamps
from pipeline.workbook.headers import position
from pipeline.workbook.stamp import Stamp
from pipeline.workbook.standing import Candidate, labels, stand

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.forms import Form
    from pipeline.model import Reading
    from pipeline.roster import Roster

OFFICE_NAME, PERSON_NAME = Derived("office", "name"), Derived("person", "name")
_NUMBER = Derived("stamp", "number")

Via = Literal["stamp", "number", "headers"]


@dataclass(frozen=True, slots=True)
class Identity:
    """What a workbook, or one person's sheet of it, is.

    `sure` is False where the group has to confirm whose it is. person: code, "" where the form
    belongs to an office. year: of the proven identity, 0 where nothing proves one. version: of the
    template, "" where no stamp tells. typed: what stands in the cell that names the office;
    typed_person: in the one that names the person.
    """

    form: Form
    office: str
    person: str
    round: str
    number: str
    year: int
    version: str
    via: Via
    sure: bool
    typed: tuple[str, Place]
    typed_person: tuple[str, Place]
    candidates: tuple[Candidate, ...]

    def joined(self, other: Identity) -> Identity:
        """Return one identity for sheets of the same owner; sure only where both are."""
        sheets = (*self.candidates, *other.candidates)
        return replace(self, candidates=sheets, sure=self.sure and other.sure)


@dataclass(frozen=True, slots=True)
class Known:
    """What evidence is held against: forms, offices, the workspace's key, year and rounds."""

    forms: Sequence[Form]
    roster: Roster
    secret: bytes
    year: int
    rounds: tuple[str, ...]


def identify(reading: Reading, known: Known) -> tuple[Identity, ...]:
    """Return whose workbook it is; () where no form stands on any sheet.

    A form kept by persons has one identity a sheet, any other one for the whole workbook.
    """
    stamped, agreed = _stamp(reading)
    wanted = [form for form in known.forms if stamped and form.code == stamped.form]
    found = [(form, tuple(_candidates(form, reading))) for form in wanted or known.forms]
    form, candidates = max(found, key=_likeness)
    trusted = stamped if wanted and stamped and stamps.verify(stamped, known.secret) else None
    if form.keeper == "person":
        return tuple(_persons(form, entry, trusted, known, sure=agreed) for entry in candidates)
    return (_offices(form, candidates, trusted, known, sure=agreed),) if candidates else ()


def claimed(reading: Reading) -> Stamp | None:
    """Return what a workbook says it is, with nothing to prove it by."""
    return _stamp(reading)[0]


def stamped_owner(reading: Reading, known: Known) -> Identity | None:
    """Return whose a workbook is by its proven stamp alone, whatever stands on its sheets."""
    stamped, agreed = _stamp(reading)
    form = next((form for form in known.forms if stamped and form.code == stamped.form), None)
    if not (form and stamped and stamps.verify(stamped, known.secret)):
        return None
    nothing = ("", Place())
    return _identity(form, (), stamped, known, ("stamp", agreed, nothing, nothing))


def _likeness(found: tuple[Form, tuple[Candidate, ...]]) -> int:
    """Return how many columns of the form's table were found on the sheet that has most."""
    return max((len(entry.match.columns) for entry in found[1]), default=-1)


def _offices(
    form: Form,
    candidates: tuple[Candidate, ...],
    stamped: Stamp | None,
    known: Known,
    *,
    sure: bool,
) -> Identity:
    """Return the identity of a workbook that belongs to an office."""
    typed = _labelled(form, candidates[0], OFFICE_NAME)
    via: Via = "stamp"
    trusted = stamped
    if trusted is None:
        trusted = _numbered(form, _labelled(form, candidates[0], _NUMBER)[0], known)
        via = "number" if trusted else "headers"
    return _identity(form, candidates, trusted, known, (via, sure, typed, ("", Place())))


def _persons(
    form: Form, candidate: Candidate, stamped: Stamp | None, known: Known, *, sure: bool
) -> Identity:
    """Return the identity of a person's sheet: its 表号 must agree with the workbook's stamp.

    The stamp of a workbook with a sheet a person names the office alone.
    """
    typed = _labelled(form, candidate, OFFICE_NAME)
    name = _labelled(form, candidate, PERSON_NAME)
    numbered = _numbered(form, _labelled(form, candidate, _NUMBER)[0], known, stamped)
    alone = stamped if stamped and stamped.person else None
    same = numbered and alone and numbered.number == alone.number
    trusted = alone if same else numbered or alone
    via: Via = "stamp" if stamped and trusted else "number" if trusted else "headers"
    if stamped and trusted:
        mine = (stamped.office, stamped.year, stamped.round)
        sure &= mine == (trusted.office, trusted.year, trusted.round)
        sure &= stamped.person in {"", trusted.person}
    return _identity(form, (candidate,), trusted, known, (via, sure, typed, name))


def _identity(
    form: Form,
    candidates: tuple[Candidate, ...],
    trusted: Stamp | None,
    known: Known,
    how: tuple[Via, bool, tuple[str, Place], tuple[str, Place]],
) -> Identity:
    """Return an identity; what nothing proves is taken from what was typed, and is not sure."""
    via, sure, typed, name = how
    named = known.roster.office_named(typed[0]) if typed[0] else None
    office = trusted.office if trusted else named.code if named else ""
    person = trusted.person if trusted else ""
    if not trusted and form.keeper == "person":
        alike = known.roster.named(name[0], office)
        person = alike[0].code if len(alike) == 1 else ""
    known_office = form.keeper == "bureau" or office in known.roster.by_code
    known_person = form.keeper != "person" or person in known.roster.by_person
    return Identity(
        form=form,
        office=office,
        person=person,
        round=trusted.round if trusted and trusted.round in known.rounds else "",
        number=trusted.number if trusted else "",
        year=trusted.year if trusted else 0,
        version=trusted.version if trusted else "",
        via=via,
        sure=bool(sure and trusted and known_office and known_person),
        typed=typed,
        typed_person=name,
        candidates=candidates,
    )


def _stamp(reading: Reading) -> tuple[Stamp | None, bool]:
    """Return the stamp of the hidden sheet, properties or defined name, and whether all agree."""
    hidden = [
        {row[0]: row[1] for row in sheet.rows if len(row) > 1 and row[0].startswith("yg_")}
        for sheet in reading.sheets
        if not sheet.visible
    ]
    found = [stamps.from_pairs(pairs) for pairs in (*hidden, dict(reading.properties))]
    found += [stamps.from_token(token) for token in reading.names.values()]
    present = [entry for entry in found if entry]
    return (present[0] if present else None), len(set(present)) <= 1


def _numbered(form: Form, shown: str, known: Known, stamped: Stamp | None = None) -> Stamp | None:
    """Return the identity a visible 表号 proves by its check characters.

    stamped: of the workbook, which may be of another year and name an office its people have left.
    """
    if not shown.strip():
        return None
    owners = [(office.code, "") for office in known.roster.offices]
    if form.keeper == "person":
        owners = [(person.office, person.code) for person in known.roster.people]
        owners += [(stamped.office, person.code) for person in known.roster.people if stamped]
    years = {known.year, stamped.year} if stamped else {known.year}
    candidates = (
        Stamp(form.code, office, person, year, round_)
        for year in sorted(years)
        for office, person in owners
        for round_ in known.rounds
    )
    return stamps.match_number(shown, known.secret, candidates)


def _candidates(form: Form, reading: Reading) -> Iterator[Candidate]:
    """Yield the sheets that carry the form, visible ones first."""
    for sheet in sorted(reading.sheets, key=lambda sheet: not sheet.visible):
        candidate = stand(form, sheet)
        if candidate:
            yield candidate


def _labelled(form: Form, candidate: Candidate, source: Derived) -> tuple[str, Place]:
    """Return text and place of the card cell that is derived from just this."""
    found = labels(form, candidate.sheet, candidate.until)
    for section in form.cards:
        for entry in section.fields:
            if entry.derived == source and entry.key in found:
                place = found[entry.key].place
                row, column = position(place.cell)
                cells = candidate.sheet.rows[row]
                return (cells[column] if column < len(cells) else ""), place
    return "", Place(candidate.sheet.name)
