"""Who has sent what: the lines of 报送进度, from the archive and a day."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from pipeline import clock
from pipeline.ledger import arrivals, parts
from pipeline.monitor.progress import Duty, Progress, Submission, progress
from pipeline.steps.case import content_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from pipeline.forms import Form
    from pipeline.workspace import Workspace


def progress_lines(workspace: Workspace, day: date) -> tuple[Progress, ...]:
    """Return one line an office and owed form as it stood at the end of `day`."""
    return tuple(
        line
        for form in workspace.forms
        if form.keeper == "office"
        for line in _lines(workspace, form, day)
    )


def _lines(workspace: Workspace, form: Form, day: date) -> Iterator[Progress]:
    duties = _duties(workspace, form, day)
    submissions = _submissions(workspace, form, day)
    for office in workspace.roster.active(day):
        seen = submissions.get(office.code, [])
        lines = [progress(office, duty, seen, workspace.settings, day) for duty in duties]
        yield next((line for line in lines if line.pending), lines[-1])


def _duties(workspace: Workspace, form: Form, day: date) -> list[Duty]:
    """Return what is owed of a form by `day`, a duty a round begun; the first unmet one counts."""
    campaign = workspace.settings.campaign
    begun = [entry.key for entry in campaign.rounds if entry.start <= day]
    due = [key for key in begun if campaign.due(form.title, key)]
    return [Duty(form.title, key) for key in due or [campaign.round_on(day).key]]


def _submissions(workspace: Workspace, form: Form, day: date) -> dict[str, list[Submission]]:
    """Return what each office handed in of a form, in the order of arrival."""
    found: dict[str, list[Submission]] = defaultdict(list)
    with workspace.ledger.reading() as db:
        days = {
            arrival.id: clock.local_date(arrival.claimed_at)
            for arrival in arrivals.decided_by(db, day)
        }
        filed = parts.parts(db, form=form.code, on=day)
    for part in filed:
        content = content_of(part)
        found[part.office].append(
            Submission(
                day=days[part.arrival],
                verdict=part.verdict,
                questions=part.questions,
                complete_rows=content.rows if content else 0,
                round=part.round,
            ),
        )
    return found
