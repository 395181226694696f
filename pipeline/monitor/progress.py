"""How far an office is with a form: state, lateness, open questions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from pipeline.model import Office, Verdict
    from pipeline.monitor.agreement import Agreement
    from pipeline.settings import Settings

# Days before the deadline on which an office that owes a form is reminded.
REMINDER_DAYS = (7, 3, 1)
_NAMED = 3  # persons named where several of an office stand alike


class State(StrEnum):
    """Where a form of an office stands; the value is the word people see."""

    MISSING = "未报"
    RETURNED = "退回"
    RECEIVED = "已收"
    QUESTIONED = "已收待核实"
    UNCONFIRMED = "待确认"
    ENDED = "活动已结束"


@dataclass(frozen=True, slots=True)
class Duty:
    """What is owed: a form (by title) in a round (by key), by a person where he owes it himself."""

    form: str
    round: str
    person: str = ""


@dataclass(frozen=True, slots=True)
class Submission:
    """One decided arrival of an office.

    day, decided: the Shanghai dates on which it arrived and was answered, None for the same day:
    what waited for the group, or for a machine that stood still, is answered later. questions:
    those still open.
    """

    day: date
    verdict: Verdict
    questions: int
    complete_rows: int
    round: str
    decided: date | None = None

    @property
    def answered(self) -> date:
        """Return the day from which the days of correction and of explanation count."""
        return self.decided or self.day


@dataclass(frozen=True, slots=True)
class Progress:
    """One line of the progress table.

    late_days: calendar days behind the deadline, 0 where none. verify_by: the last day for the
    office to answer its questions. paper: None as long as no paper register exists. agreement: of
    a person's form with his office's table, None where there is nothing to compare.
    """

    office: Office
    form: str
    person: str
    state: State
    due: date | None
    first_received: date | None
    accepted_on: date | None
    late_days: int
    questions: int
    verify_by: date | None = None
    paper: bool | None = None
    agreement: Agreement | None = None

    @property
    def electronic(self) -> bool:
        """Tell whether the electronic copy was accepted."""
        return self.accepted_on is not None

    @property
    def pending(self) -> bool:
        """Tell whether the office itself still has to send something."""
        return self.state in {State.MISSING, State.RETURNED}


def progress(
    office: Office,
    duty: Duty,
    submissions: Sequence[Submission],
    settings: Settings,
    today: date,
) -> Progress:
    """Return how far `office` is with `duty`; submissions in the order of their arrival.

    A form of a later round asks for all the earlier one asks for, so it answers both. A return
    after an acceptance leaves the duty fulfilled: the register holds the accepted version.
    """
    seen = _readable(submissions, duty, settings)
    accepted = [entry for entry in seen if entry.verdict == "accepted"]
    state = _state(seen, settings, today)
    questions = accepted[-1].questions if accepted else 0
    due = settings.campaign.due(duty.form, duty.round)
    return Progress(
        office=office,
        form=duty.form,
        person=duty.person,
        state=state,
        due=due,
        first_received=next((entry.day for entry in seen if entry.complete_rows), None),
        accepted_on=accepted[0].day if accepted else None,
        late_days=_late_days(due, _counted_day(seen, state, settings, today)),
        questions=questions,
        verify_by=(
            settings.holidays.after(accepted[-1].answered, settings.campaign.verify_days)
            if questions
            else None
        ),
    )


def gathered(lines: Iterable[Progress]) -> tuple[Progress, ...]:
    """Return the lines with the persons of an office who stand alike told in one, in their order.

    A person's lines alike in form, state, deadline and agreement become one that names them all.
    """
    found: dict[object, list[Progress]] = {}
    for line in lines:
        alike = (line.form, line.state, line.due, line.late_days, line.verify_by, line.agreement)
        key = (line.office.code, *alike) if line.person else (line.office.code, line.form, id(line))
        found.setdefault(key, []).append(line)
    return tuple(_together(group) for group in found.values())


def _together(group: list[Progress]) -> Progress:
    if len(group) == 1:
        return group[0]
    names = [line.person for line in group]
    rest = f"等{len(names)}人" if len(names) > _NAMED else ""
    questions = sum(line.questions for line in group)
    return replace(group[0], person="、".join(names[:_NAMED]) + rest, questions=questions)


def overdue(line: Progress, today: date) -> bool:
    """Tell whether the office is past the deadline (inclusive) and still has to send the form."""
    return line.pending and line.due is not None and today > line.due


def days_left(due: date, today: date) -> int:
    """Return the days until the deadline: 0 on its day, negative behind it.

    >>> from datetime import date
    >>> days_left(date(2011, 9, 18), date(2011, 9, 11))
    7
    """
    return (due - today).days


def is_reminder_day(line: Progress, today: date) -> bool:
    """Tell whether the office is to be reminded today of a deadline ahead."""
    return line.pending and line.due is not None and days_left(line.due, today) in REMINDER_DAYS


def _readable(
    submissions: Sequence[Submission], duty: Duty, settings: Settings
) -> list[Submission]:
    """Return what could be read and belongs to the duty's round or a later one."""
    position = settings.campaign.position
    return [
        entry
        for entry in submissions
        if entry.verdict != "quarantined" and position(entry.round) >= position(duty.round)
    ]


def _state(seen: list[Submission], settings: Settings, today: date) -> State:
    if seen and seen[-1].verdict == "unconfirmed":
        return State.UNCONFIRMED
    accepted = [entry for entry in seen if entry.verdict == "accepted"]
    if accepted:
        return State.QUESTIONED if accepted[-1].questions else State.RECEIVED
    if today > settings.campaign.end:
        return State.ENDED
    return State.RETURNED if seen else State.MISSING


def _counted_day(
    seen: list[Submission], state: State, settings: Settings, today: date
) -> date | None:
    """Return the day whose distance to the deadline is the lateness, None where nothing counts.

    What waits for the officer's confirmation counts like what was accepted: the office has done
    its part.
    """
    done = [entry.verdict in {"accepted", "unconfirmed"} for entry in seen]
    if True in done:
        return _first_report(seen[: done.index(True) + 1], settings)
    return None if state is State.ENDED else today


def _first_report(seen: list[Submission], settings: Settings) -> date:
    """Return the day of 首报; one that was returned and not mended in time does not count.

    Domain rule (c): the return allows `return_days` working days; each return starts its own.
    """
    start = seen[0].day if seen[0].complete_rows else None
    for before, after in pairwise(seen):
        last = settings.holidays.after(before.answered, settings.campaign.return_days)
        too_late = before.verdict == "returned" and after.day > last
        if start is None or too_late:
            start = after.day if after.complete_rows else None
    return start or seen[-1].day


def _late_days(due: date | None, day: date | None) -> int:
    return max(0, (day - due).days) if due and day else 0
