"""Who has sent what: the lines of 报送进度, from the archive and a day."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline import clock
from pipeline.ledger import arrivals, parts
from pipeline.monitor.progress import Duty, Progress, Submission, progress
from pipeline.steps.campaign import campaign_of
from pipeline.steps.case import content_of
from pipeline.steps.verify import verification

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from pipeline.forms import Form
    from pipeline.model import Office
    from pipeline.monitor import Matter
    from pipeline.steps.campaign import Campaign
    from pipeline.steps.verify import Verification
    from pipeline.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Overview:
    """How far everybody is on a day, what the campaign still asks for, and what was asked."""

    lines: tuple[Progress, ...]
    matters: tuple[Matter, ...]
    verification: Verification


def overview(workspace: Workspace, day: date) -> Overview:
    """Return how far everybody is on `day` with what the campaign asks for."""
    campaign = campaign_of(workspace, day)
    asked = verification(workspace, day)
    lines: list[Progress] = []
    for form in workspace.forms:
        submissions = _submissions(workspace, form, day, asked)
        lines += _lines(workspace, form, day, (campaign, submissions))
    return Overview(tuple(lines), campaign.matters, asked)


def progress_lines(workspace: Workspace, day: date) -> tuple[Progress, ...]:
    """Return one line an office and owed form, for a form of persons one a person, of `day`."""
    return overview(workspace, day).lines


Submissions = dict[tuple[str, str], list[Submission]]  # by office and person


def _lines(
    workspace: Workspace, form: Form, day: date, known: tuple[Campaign, Submissions]
) -> Iterator[Progress]:
    campaign, submissions = known
    duties = _duties(workspace, form, day)
    for office in workspace.roster.active(day) if duties else ():
        for code, name in _owing(workspace, form, office, day):
            seen = submissions.get((office.code, code), [])
            own = [replace(duty, person=name) for duty in duties]
            lines = [progress(office, duty, seen, workspace.settings, day) for duty in own]
            line = next((line for line in lines if line.pending), lines[-1])
            found = campaign.agreements.get((form.code, office.code, code))
            yield replace(line, agreement=found)


def _owing(workspace: Workspace, form: Form, office: Office, day: date) -> list[tuple[str, str]]:
    """Return code and name of each who owes the form; ("", "") is the office itself."""
    if form.keeper != "person":
        return [("", "")]
    roster = workspace.roster
    return [(one.code, roster.called(one)) for one in roster.staff(office.code, day)]


def _duties(workspace: Workspace, form: Form, day: date) -> list[Duty]:
    """Return what is owed of a form by `day`, a duty a round begun; the first unmet one counts."""
    campaign = workspace.settings.campaign
    begun = [entry.key for entry in campaign.rounds if entry.start <= day]
    if form.opens:
        first = campaign.position(form.opens)
        begun = [key for key in begun if campaign.position(key) >= first]
        if not begun:
            return []
    due = [key for key in begun if campaign.due(form.title, key)]
    return [Duty(form.title, key) for key in due or [campaign.round_on(day).key]]


def _submissions(workspace: Workspace, form: Form, day: date, asked: Verification) -> Submissions:
    """Return what was handed in of a form, in the order of arrival.

    A return is dated by its decision: from then on its days of correction count. Questions are
    those that are still open.
    """
    found: Submissions = defaultdict(list)
    with workspace.ledger.reading() as db:
        came = arrivals.claimed_at(db)
        filed = parts.parts(db, form=form.code, on=day)
    for part in filed:
        content = content_of(part)
        found[part.office, part.person].append(
            Submission(
                day=clock.local_date(came[part.arrival]),
                verdict=part.verdict,
                questions=asked.open_of.get(part.id, part.questions),
                complete_rows=content.complete_rows if content else 0,
                round=part.round,
                decided=clock.local_date(part.at),
            ),
        )
    return found
