"""Issuing: the forms of an office and of its people, for the templates folder and 1-待填表."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline.errors import UsageError
from pipeline.files.names import safe_name
from pipeline.ledger import parts, records
from pipeline.steps.issue_people import Whose, issue_people, issue_together
from pipeline.steps.offices import offices_named
from pipeline.steps.sending import Made, Sent, note, send
from pipeline.workbook import stamp as stamps
from pipeline.workbook.template import Issue, write_template

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.forms import Form
    from pipeline.model import Office
    from pipeline.settings import Round
    from pipeline.workbook.issue import Paper
    from pipeline.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be issued.

    offices: names or codes, all where empty. round: key or name, the current one where empty.
    prefill: with the accepted rows and their numbers. together: the forms of persons in one
    workbook an office instead of one a person. paper: another edition under the same 表号 than
    the one configured.
    """

    offices: Sequence[str] = ()
    round: str = ""
    prefill: bool = False
    together: bool = False
    paper: Paper | None = None


def issue_templates(workspace: Workspace, wanted: Wanted | None = None) -> Iterator[Sent]:
    """Write the templates of a round and yield each as it is done; a second time changes nothing.

    Forms of persons are made of the office's accepted table, so they come when that is there.

    Raises:
        UsageError: an office or round is not known.
    """
    wanted = wanted or Wanted()
    named = offices_named(workspace, wanted.offices)
    chosen = named or workspace.roster.active(workspace.today)
    current = _round(workspace, wanted.round)
    for office in chosen:
        for form in workspace.forms:
            with workspace.ledger.writer():
                if form.keeper == "office":
                    sent = _send(workspace, form, office, current, wanted)
                elif wanted.together:
                    sent = issue_together(workspace, Whose(form, office, current))
                else:
                    sent = issue_people(workspace, Whose(form, office, current))
            yield from sent


def issue_owed(workspace: Workspace, only: Office | None = None) -> list[Sent]:
    """Issue what the roster of today, or a level fixed since, changes in the forms of persons.

    For the round of the office's table: a round that asks for no new table asks for no new form.
    """
    return [
        sent
        for office in ((only,) if only else workspace.roster.active(workspace.today))
        for form in workspace.forms
        if form.keeper == "person"
        for sent in _owed(workspace, form, office)
    ]


def _owed(workspace: Workspace, form: Form, office: Office) -> list[Sent]:
    with workspace.ledger.reading() as db:
        table = parts.latest_accepted(db, form.source, office.code, "")
    current = workspace.settings.campaign.round(table.round) if table else None
    if current is None:
        return []
    return issue_people(workspace, Whose(form, office, current), owed_only=True)


def _round(workspace: Workspace, wanted: str) -> Round:
    campaign = workspace.settings.campaign
    if not wanted:
        return campaign.round_on(workspace.today)
    for entry in campaign.rounds:
        if wanted in {entry.key, entry.name}:
            return entry
    names = "、".join(entry.name for entry in campaign.rounds)
    message = f"没有“{wanted}”这一轮。只能是 {names}。"
    raise UsageError(message)


def _send(
    workspace: Workspace, form: Form, office: Office, current: Round, wanted: Wanted
) -> list[Sent]:
    issue = office_issue(workspace, form, office, current)
    if wanted.prefill:
        issue = replace(issue, rows=_accepted(workspace, form, office))
    with workspace.ledger.transaction() as tx:
        issue = note(tx, issue)
    name = safe_name(f"{form.title}_{office.name}_{current.name}.xlsx")
    edition = issue.on(wanted.paper) if wanted.paper else issue
    return send(workspace, Made(issue, name, write_template(edition)))


def office_issue(workspace: Workspace, form: Form, office: Office, current: Round) -> Issue:
    """Return the blank form of an office, its version not noted yet."""
    year = workspace.settings.campaign.year
    return Issue(
        form=form,
        office=office,
        scope=workspace.scope(office.code),
        stamp=stamps.make(workspace.secret, form.code, office.code, year, current.key),
        settings=workspace.settings,
    )


def _accepted(workspace: Workspace, form: Form, office: Office) -> tuple[dict[str, str], ...]:
    """Return the rows of an office on record, with number and level in force, as it would type.

    What was answered and what stands 待核销 is not typed again.
    """
    with workspace.ledger.reading() as db:
        known = records.current_versions(db, form.code, office=office.code)
    roles = form.roles
    own = {entry.key for entry in form.table.fields if not entry.derived} - {roles.answer}
    return tuple(
        {key: version.payload.get(key, "") for key in own}
        | ({roles.number: version.number or "", roles.level: version.level} if roles.number else {})
        for version in known
        if not version.status
    )
