"""Whose workbook this is, by agreeing evidence: stamp, then visible 表号, then headers + office."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pipeline.model import Place
from pipeline.workbook import stamp as stamps
from pipeline.workbook.headers import Match, match_card, match_table, position
from pipeline.workbook.stamp import Stamp

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.forms import Form
    from pipeline.model import Reading, Sheet
    from pipeline.roster import Roster

Via = Literal["stamp", "number", "headers"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sheet on which a form's table was found."""

    sheet: Sheet
    match: Match


@dataclass(frozen=True, slots=True)
class Identity:
    """What a workbook is. `sure` is False where the group has to confirm whose it is.

    typed: what stands in the cell that names the office, with its place.
    """

    form: Form
    office: str
    person: str
    round: str
    number: str
    via: Via
    sure: bool
    typed: tuple[str, Place]
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """What evidence is held against: forms, offices, the workspace's key, year and rounds."""

    forms: Sequence[Form]
    roster: Roster
    secret: bytes
    year: int
    rounds: tuple[str, ...]


def identify(reading: Reading, known: Known) -> Identity | None:
    """Return whose workbook it is; None where no sheet carries a header line of any form."""
    stamped, agreed = _stamp(reading)
    wanted = [form for form in known.forms if stamped and form.code == stamped.form]
    for form in wanted or known.forms:
        candidates = tuple(_candidates(form, reading))
        if candidates:
            return _identity(form, candidates, stamped if wanted else None, known, sure=agreed)
    return None


def _identity(
    form: Form,
    candidates: tuple[Candidate, ...],
    stamped: Stamp | None,
    known: Known,
    *,
    sure: bool,
) -> Identity:
    typed = _labelled(form, candidates[0], "office")
    via: Via = "stamp"
    trusted = stamped if stamped and stamps.verify(stamped, known.secret) else None
    if trusted is None:
        trusted = _numbered(form, _labelled(form, candidates[0], "stamp")[0], known)
        via = "number" if trusted else "headers"
    named = known.roster.office_named(typed[0]) if typed[0] else None
    office = trusted.office if trusted else named.code if named else ""
    return Identity(
        form=form,
        office=office,
        person=trusted.person if trusted else "",
        round=trusted.round if trusted and trusted.round in known.rounds else "",
        number=trusted.number if trusted else "",
        via=via,
        sure=sure and _is_current(trusted, known) and office in known.roster.by_code,
        typed=typed,
        candidates=candidates,
    )


def _is_current(trusted: Stamp | None, known: Known) -> bool:
    """Tell whether a proven identity is one of this campaign's year."""
    return trusted is not None and trusted.year == known.year


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


def _numbered(form: Form, shown: str, known: Known) -> Stamp | None:
    """Return the identity a visible 表号 proves by its check characters."""
    if not shown.strip():
        return None
    candidates = (
        Stamp(form.code, office.code, "", known.year, round_)
        for office in known.roster.offices
        for round_ in known.rounds
    )
    return stamps.match_number(shown, known.secret, candidates)


def _candidates(form: Form, reading: Reading) -> Iterator[Candidate]:
    """Yield the sheets that carry the form's header line, visible ones first."""
    for sheet in sorted(reading.sheets, key=lambda sheet: not sheet.visible):
        match = match_table(form.table, sheet)
        if match:
            yield Candidate(sheet, match)


def _labelled(form: Form, candidate: Candidate, source: str) -> tuple[str, Place]:
    """Return text and place of the card cell that is derived from `source`."""
    for section in form.cards:
        places = match_card(section, candidate.sheet, candidate.match.row)
        for entry in section.fields:
            if entry.derived and entry.derived.of == source and entry.key in places:
                place = places[entry.key]
                row, column = position(place.cell)
                cells = candidate.sheet.rows[row]
                return (cells[column] if column < len(cells) else ""), place
    return "", Place(candidate.sheet.name)
