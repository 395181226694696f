"""What comes next for an office: the deadline it has to keep, and the form to use for it."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

from pipeline.ledger import outputs
from pipeline.steps.publish import relative
from pipeline.workspace.paths import TO_FILL

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from pipeline.forms import Form
    from pipeline.model import Office
    from pipeline.settings import Deadline
    from pipeline.steps.case import Case
    from pipeline.workspace import Workspace

_NOTHING = "没有后续期限。"
_NAMED = 3  # forms named in the line; the folder shows the others


def following(workspace: Workspace, case: Case) -> Deadline | None:
    """Return the deadline that an office has to keep after an answer, None after the last.

    What was accepted looks to the next round, anything else to the round in which it came.
    """
    campaign = workspace.settings.campaign
    if case.day > campaign.end:
        return None
    current = case.parts[0].stored.round if case.parts else campaign.round_on(case.day).key
    if case.form is None:
        ahead = [entry for entry in campaign.deadlines if entry.day >= case.day]
        return min(ahead, key=lambda entry: entry.day, default=None)
    if case.arrival.verdict != "accepted" or case.is_precheck:
        mine = (case.form.title, current)
        due = [entry for entry in campaign.deadlines if (entry.form, entry.round) == mine]
        if due:
            return due[0]
    return campaign.next_deadline(case.form.title, current)


def due_line(workspace: Workspace, case: Case) -> str:
    """Return the line that tells the next deadline."""
    due = following(workspace, case)
    if due is None:
        return f"下一个期限：{_NOTHING}"
    day = f"{due.day.year}年{due.day.month}月{due.day.day}日"
    behind = "已过，请尽快报送" if due.day < case.day else "当天24时以前"
    return f"下一个期限：{due_for(workspace, due)}{day}（{behind}）。"


def due_for(workspace: Workspace, due: Deadline) -> str:
    """Return the form and the round of a deadline: 附表1（防控轮）."""
    current = workspace.settings.campaign.round(due.round)
    return f"{due.form}（{current.name}轮）" if current else due.form


def next_lines(workspace: Workspace, db: Connection, case: Case) -> Iterator[str]:
    """Yield the lines of what comes next; a file that was not read is told the form to use."""
    if case.is_decision:
        return
    yield due_line(workspace, case)
    refused = case.arrival.verdict in {"returned", "quarantined"}
    if refused and case.office and not case.is_checked:
        yield _form_to_use(workspace, db, case, case.office)


def _form_to_use(workspace: Workspace, db: Connection, case: Case, office: Office) -> str:
    """Return where the issued form lies and what it is called; there may be none yet."""
    lying = outputs.below(db, relative(workspace, workspace.paths.for_office(office, TO_FILL)))
    current = workspace.settings.campaign.round_on(case.day)
    issued = [PurePath(one.path) for one in lying]
    wanted = [case.form] if case.form else workspace.forms
    now = [path for path in issued if path.stem.endswith(f"_{current.name}")]
    found = [path.name for form in wanted for path in now or issued if _is_mine(path, form, case)]
    if not found:
        return f"下发的表：“{TO_FILL}”文件夹里还没有，请向联系人索取。"
    more = f"等{len(found)}个" if len(found) > _NAMED else ""
    named = "、".join(f"“{name}”" for name in found[:_NAMED])
    return f"下发的表：在“{TO_FILL}”文件夹，是{named}{more}。"


def _is_mine(path: PurePath, form: Form, case: Case) -> bool:
    whose = f"_{case.person}_" if case.person else ""
    return path.name.startswith(f"{form.title}_") and whose in path.name
