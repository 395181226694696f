"""Answering: one file an answer, the verdict in its name, made from the archive alone."""

from __future__ import annotations

import logging
from pathlib import PurePath
from typing import TYPE_CHECKING

from pipeline import clock
from pipeline.errors import PipelineError
from pipeline.files import names, operations
from pipeline.ledger import arrivals, outputs, records
from pipeline.site import LevelCount, Notice, Receipt, notice_page, receipt_page
from pipeline.steps.answer_sheets import marks, problem_list, repair_list
from pipeline.steps.case import advice, gather_case, receipt_lines
from pipeline.steps.publish import publish, retire, untaken
from pipeline.steps.told import compact, restored_repairs
from pipeline.workbook.mark import MarkError, mark

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection

    from pipeline.forms import Form
    from pipeline.ledger.rows import StoredPart
    from pipeline.ledger.transaction import Transaction
    from pipeline.model import Office
    from pipeline.steps.case import Case, Content
    from pipeline.workspace import Workspace

_log = logging.getLogger(__name__)

RETURNED = "2-退回修改"
ACCEPTED = "3-已收"
TO_FORWARD = "今日转交"


def answer_owed(workspace: Workspace) -> None:
    """Answer every decided arrival that has no answer yet; the caller holds the writer lock.

    An answer that fails is told in the log and tried again with the next block.
    """
    with workspace.ledger.reading() as db:
        owed = arrivals.unanswered(db)
    if not owed:
        return
    with workspace.ledger.block() as block:
        for arrival in owed:
            try:
                with block.part() as tx:
                    path = _answer(workspace, tx, gather_case(workspace, tx.connection, arrival))
                    told = {"path": path.relative_to(workspace.paths.outbox).as_posix()}
                    arrivals.answer(tx, arrival.id, compact(told))
            except PipelineError:
                _log.exception("%s could not be answered", arrival.sha256[:8])


def _answer(workspace: Workspace, tx: Transaction, case: Case) -> Path:
    """Write the answer and return where it lies; older answers move to 历史/."""
    data, suffix = _content(workspace, tx.connection, case)
    if not case.is_precheck and not case.is_duplicate:
        _retire_older(workspace, tx, case)
    folder = _folder(workspace, case)
    name = names.safe_name(f"{case.name}_{case.decided_at}")
    if case.is_accepted and case.part and case.content and case.office and case.form:
        page = _receipt(workspace, tx.connection, (case, case.part, case.office, case.form))
        receipt = names.safe_name(f"{case.title}_{case.office.name}_回执_{case.decided_at}")
        publish(workspace, tx, folder / f"{receipt}.html", page.encode())
    target = untaken(workspace, tx, folder / f"{name}{suffix}", case.arrival.id)
    return publish(workspace, tx, target, data)


def _folder(workspace: Workspace, case: Case) -> Path:
    if case.office is None:
        return workspace.paths.for_group(TO_FORWARD)
    kept = case.arrival.verdict in {"accepted", "unconfirmed"}
    return workspace.paths.for_office(case.office, ACCEPTED if kept else RETURNED)


def _retire_older(workspace: Workspace, tx: Transaction, case: Case) -> None:
    """Move older answers for the same form away; what was accepted stays until it is replaced."""
    if case.office is None:
        return
    kinds = (RETURNED, ACCEPTED) if case.is_accepted else (RETURNED,)
    for kind in kinds:
        folder = workspace.paths.for_office(case.office, kind)
        below = folder.relative_to(workspace.paths.outbox).as_posix()
        for output in outputs.below(tx.connection, below):
            if PurePath(output.path).name.startswith(f"{case.title}_"):
                retire(workspace, tx, workspace.paths.outbox / output.path)


def _content(workspace: Workspace, db: Connection, case: Case) -> tuple[bytes, str]:
    """Return the answer and its suffix: the office's own workbook marked, else a page."""
    place = workspace.ledger.originals.locate(db, case.arrival.sha256)
    if case.part and case.content and place and not case.is_duplicate:
        try:
            original = operations.read_bytes(place)
            return _marked(workspace, (case, case.part, case.content), original), ".xlsx"
        except MarkError as error:
            _log.info("%s is answered by a page: %s", case.arrival.sha256[:8], error)
    return _page(workspace, case).encode(), ".html"


def _marked(
    workspace: Workspace, checked: tuple[Case, StoredPart, Content], original: bytes
) -> bytes:
    case, part, content = checked
    lines = (*receipt_lines(case), advice(workspace, case))
    added = [problem_list(lines, case.findings)]
    repairs = restored_repairs(part.repairs)
    if repairs:
        added.append(repair_list(repairs))
    first = min(content.columns.values(), default=0)
    return mark(original, marks(case.findings, first, content.sheet), added)


def _page(workspace: Workspace, case: Case) -> str:
    title, *lines = receipt_lines(case)
    notice = Notice(
        bureau=workspace.settings.bureau.name,
        title=title,
        lines=tuple(lines),
        findings=tuple(finding.message for finding in case.findings),
        advice=advice(workspace, case),
    )
    return notice_page(notice)


def _receipt(
    workspace: Workspace, db: Connection, accepted: tuple[Case, StoredPart, Office, Form]
) -> str:
    """Return the receipt of an accepted form, with what it left on record of the office."""
    case, part, office, form = accepted
    bureau, campaign = workspace.settings.bureau, workspace.settings.campaign
    versions = records.current_versions(db, form.code, office=office.code, through=case.arrival.id)
    levels = [version.level for version in versions if version.number]
    day = clock.local_date(case.arrival.decided_at or case.arrival.claimed_at)
    current = campaign.round(part.round)
    later = [
        deadline
        for deadline in campaign.deadlines
        if deadline.form == form.title and deadline.day > day
    ]
    following = later[0] if later else None
    next_round = campaign.round(following.round) if following else None
    return receipt_page(
        Receipt(
            bureau=bureau.name,
            campaign=campaign.name,
            office=office.name,
            form=form.title,
            round=f"{current.name}轮" if current else "",
            arrival=case.arrival.id,
            received=clock.shown(case.arrival.claimed_at),
            file=names.shown(case.arrival.name),
            counts=tuple(
                LevelCount(term, levels.count(term.name))
                for term in workspace.settings.levels.terms
            ),
            questions=part.questions,
            verify_by=(
                workspace.settings.holidays.after(day, campaign.verify_days)
                if part.questions
                else None
            ),
            due_for=f"{form.title}（{next_round.name}轮）" if next_round else "",
            due=following.day if following else None,
            contact=bureau.contact,
            phone=bureau.phone,
        ),
    )
