"""Issuing: a template an office, in the templates folder and in the office's 1-待填表."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline.errors import UsageError
from pipeline.files import operations
from pipeline.files.names import safe_name
from pipeline.ledger import issuing
from pipeline.ledger.rows import NewIssue
from pipeline.steps.publish import Outgoing, publish
from pipeline.workbook import stamp as stamps
from pipeline.workbook.template import Issue, locked_digest, write_template

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from pipeline.forms import Form
    from pipeline.ledger.transaction import Transaction
    from pipeline.model import Office
    from pipeline.settings import Round
    from pipeline.workbook.issue import Paper
    from pipeline.workspace import Workspace

TO_FILL = "1-待填表"


@dataclass(frozen=True, slots=True)
class Sent:
    """One template as sent: to whom, under which 表号, and where it lies."""

    office: str
    form: str
    number: str
    template: Path
    outbox: Path


def issue_templates(
    workspace: Workspace,
    *,
    offices: Sequence[str] = (),
    round_: str = "",
    paper: Paper | None = None,
) -> Iterator[Sent]:
    """Write the templates of a round and yield each as it is done; a second time changes nothing.

    offices: names or codes, all where empty. round_: key or name, the current one where empty.
    paper: another edition of the same form under the same 表号, as configured where None.

    Raises:
        UsageError: an office or round is not known.
    """
    chosen = _offices(workspace, offices)
    current = _round(workspace, round_)
    for office in chosen:
        for form in workspace.forms:
            if form.keeper == "office":
                with workspace.ledger.writer():
                    sent = _send(workspace, form, office, current, paper)
                yield sent


def _offices(workspace: Workspace, wanted: Sequence[str]) -> tuple[Office, ...]:
    roster = workspace.roster
    if not wanted:
        return roster.active(workspace.today)
    found = [roster.by_code.get(name.upper()) or roster.office_named(name) for name in wanted]
    unknown = [name for name, office in zip(wanted, found, strict=True) if office is None]
    if unknown:
        message = f"名册里没有“{'、'.join(unknown)}”。请用名册里的单位名称或代码。"
        raise UsageError(message)
    return tuple(office for office in found if office)


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
    workspace: Workspace, form: Form, office: Office, current: Round, paper: Paper | None
) -> Sent:
    with workspace.ledger.transaction() as tx:
        issue = _issue(workspace, tx, form, office, current)
    data = write_template(issue.on(paper) if paper else issue)
    name = safe_name(f"{form.title}_{office.name}_{current.name}.xlsx")
    template = workspace.paths.templates / safe_name(office.folder) / name
    if not template.exists() or operations.read_bytes(template) != data:
        operations.write_new(template, data)
    if workspace.paths.inbox.is_dir():
        operations.make_folder(workspace.paths.inbox / safe_name(office.folder))
    outgoing = Outgoing(workspace.paths.for_office(office, TO_FILL) / name, data)
    (outbox,) = publish(workspace, outgoing)
    return Sent(office.name, form.title, issue.stamp.number, template, outbox)


def _issue(
    workspace: Workspace, tx: Transaction, form: Form, office: Office, current: Round
) -> Issue:
    """Return the template to be written, noted in the issued table.

    The version counts up when anything an office is not meant to change has changed.
    """
    year = workspace.settings.campaign.year
    stamp = stamps.make(workspace.secret, form.code, office.code, year, current.key)
    before = issuing.issued_by_number(tx.connection, stamp.number)
    version = before.version if before else 1
    issue = Issue(
        form=form,
        office=office,
        scope=workspace.scope(office.code),
        stamp=replace(stamp, version=str(version)),
        settings=workspace.settings,
    )
    digest = locked_digest(issue)
    if before is None:
        issuing.add(
            tx,
            NewIssue(form.code, office.code, "", current.key, version, digest, "", stamp.number),
        )
    elif before.digest != digest:
        issue = replace(issue, stamp=replace(stamp, version=str(version + 1)))
        issuing.reissue(tx, stamp.number, version + 1, locked_digest(issue))
    return issue
