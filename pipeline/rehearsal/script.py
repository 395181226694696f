"""Who hands in what and when, and what must come of it: the days of the demo."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from functools import partial, reduce
from typing import TYPE_CHECKING, Literal

from pipeline.clock import SHANGHAI
from pipeline.rehearsal.mistakes import BY_NAME, verdict
from pipeline.rehearsal.work import Work, hand_in, hand_in_again, prepare

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date

    from pipeline.forms import Form
    from pipeline.model import Office, Verdict
    from pipeline.rehearsal.bureau import Bureau

# What the clerk has before him: the template as issued, the workbook that came back marked, or
# what he handed in last.
Basis = Literal["issued", "marked", "own"]

_MISSING = "missing"
_OPENING = time(9, 0)
_BETWEEN = timedelta(minutes=7)
_DAYS = {"first": -5, "second": -3, "last": 2}  # counted from the deadline

# The first day: what each office gets wrong; who is not named hands in nothing yet.
_FIRST: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("YSK", ()),
    ("GKK", ("wide_and_blank", "odd_numbering")),
    ("BGS", ("level_outside_the_list", "measures_left_blank")),
    ("NYK", ("ditto", "short_category")),
    ("SBK", ("no_partner",)),
    ("RSK", ("same_person_twice",)),
    ("JJK", ("two_levels",)),
    ("SFK", ("letter",)),
    ("ZCK", ("merged_cells",)),
    ("CGK", ("impossible_date",)),
    ("KJK", ("moved_header",)),
    ("JDK", ("column_deleted",)),
    ("ZFZX", ()),
    ("TSZX", ("broken_header", "row_twice")),
    ("XXZX", ("level_below_consequence", "unknown_partner")),
    ("DBZX", ("neighbours_name",)),
)
# These came by other ways; the officer put them into the root of the inbox.
_BY_HAND = frozenset({"KJK"})
_TWICE = "ZFZX"
_QUESTIONED = "XXZX"
_REPLIES = "情况属实，借调人员已报人事教育科备案"


@dataclass(frozen=True, slots=True)
class Drop:
    """One file put into the inbox, and what must come of it.

    name: path below the inbox. rows: records the register must hold of the office afterwards,
    where the drop is accepted. codes: all findings, or the one reason.
    """

    moment: datetime
    office: str
    name: str
    basis: Basis
    build: Callable[[bytes], bytes]
    verdict: Verdict
    codes: tuple[str, ...] = ()
    rows: int = 0


def first_round(bureau: Bureau, form: Form, due: date) -> tuple[Drop, ...]:
    """Return the first day: most are right, some are returned, one is no workbook, one comes twice.

    due: the last day in time.
    """
    day = due + timedelta(days=_DAYS["first"])
    drops = [
        _attempt(bureau, (form, code), names, _moment(day, place))
        for place, (code, names) in enumerate(_FIRST)
    ]
    first = next(drop for drop in drops if drop.office == _TWICE)
    again = replace(
        first,
        moment=_moment(day, len(drops)),
        name=first.name.replace(".xlsx", "(1).xlsx"),
        basis="own",
        build=_as_it_is,
        codes=("DUPLICATE",),
    )
    return (*drops, again)


def second_round(bureau: Bureau, form: Form, due: date) -> tuple[Drop, ...]:
    """Return the day of corrections: all that was refused comes right, one question is answered."""
    day = due + timedelta(days=_DAYS["second"])
    refused = [drop for drop in first_round(bureau, form, due) if drop.verdict != "accepted"]
    drops = [
        _corrected(bureau, form, drop, _moment(day, place)) for place, drop in enumerate(refused)
    ]
    return (*drops, _answered(bureau, form, _moment(day, len(drops))))


def last_round(bureau: Bureau, form: Form, due: date) -> tuple[Drop, ...]:
    """Return the day after the deadline on which the late offices come."""
    day = due + timedelta(days=_DAYS["last"])
    known = {code for code, _ in _FIRST}
    late = [office.code for office in bureau.offices if office.code not in known]
    return tuple(
        _attempt(bureau, (form, code), (), _moment(day, place)) for place, code in enumerate(late)
    )


def standing(bureau: Bureau, drops: Iterable[Drop]) -> Counter[str]:
    """Return how many offices stand at each verdict after these drops, or are "missing"."""
    latest = dict.fromkeys((office.code for office in bureau.offices), _MISSING)
    for drop in drops:
        latest[drop.office] = drop.verdict
    return Counter(latest.values())


def registered(drops: Iterable[Drop]) -> int:
    """Return how many risk points the register must hold after these drops."""
    rows: dict[str, int] = {}
    for drop in drops:
        if drop.verdict == "accepted":
            rows[drop.office] = drop.rows
    return sum(rows.values())


def _attempt(
    bureau: Bureau, what: tuple[Form, str], names: tuple[str, ...], moment: datetime
) -> Drop:
    """Return a first submission with the named mistakes in it."""
    form, code = what
    office = bureau.office(code)
    mistakes = [BY_NAME[name] for name in names]
    right = prepare(bureau, office, form)
    work = reduce(lambda made, mistake: mistake.make(made), mistakes, right)
    codes = tuple(sorted({found for mistake in mistakes for found in mistake.codes}))
    return _drop(office, work, moment, codes)


def _drop(office: Office, work: Work, moment: datetime, codes: tuple[str, ...]) -> Drop:
    return Drop(
        moment=moment,
        office=office.code,
        name=_name(office, work.form),
        basis="issued",
        build=partial(hand_in, work=work),
        verdict=verdict(codes),
        codes=codes,
        rows=len(work.rows),
    )


def _corrected(bureau: Bureau, form: Form, refused: Drop, moment: datetime) -> Drop:
    """Return the second try; where the file itself was useless, a new one is filled in."""
    office = bureau.office(refused.office)
    right = prepare(bureau, office, form)
    drop = _drop(office, right, moment, ())
    if refused.verdict == "quarantined" or "F101" in refused.codes:
        return drop
    return replace(drop, basis="marked", build=partial(hand_in_again, right=right))


def _answered(bureau: Bureau, form: Form, moment: datetime) -> Drop:
    """Return the questioned workbook again, unchanged but for the answers beside the questions."""
    office = bureau.office(_QUESTIONED)
    names = dict(_FIRST)[_QUESTIONED]
    asked = reduce(
        lambda made, name: BY_NAME[name].make(made), names, prepare(bureau, office, form)
    )
    told = [asked_row != row for asked_row, row in _pairs(bureau, asked)]
    rows = tuple(
        row | ({form.roles.answer: _REPLIES} if wrong else {})
        for row, wrong in zip(asked.rows, told, strict=True)
    )
    answered = replace(asked, rows=rows)
    drop = _drop(office, answered, moment, ())
    return replace(drop, basis="own", build=partial(hand_in_again, right=answered))


def _pairs(bureau: Bureau, asked: Work) -> Iterable[tuple[dict[str, str], dict[str, str]]]:
    right = prepare(bureau, bureau.office(_QUESTIONED), asked.form)
    return zip(asked.rows, right.rows, strict=True)


def _name(office: Office, form: Form) -> str:
    name = f"{form.title}_{office.name}.xlsx"
    return name if office.code in _BY_HAND else f"{office.folder}/{name}"


def _moment(day: date, place: int) -> datetime:
    return datetime.combine(day, _OPENING, tzinfo=SHANGHAI) + place * _BETWEEN


def _as_it_is(content: bytes) -> bytes:
    return content
