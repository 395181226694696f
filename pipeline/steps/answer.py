"""Answering: one file an answer, the verdict in its name, made from the archive alone."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, TypeGuard

from pipeline import clock
from pipeline.errors import PipelineError
from pipeline.files import names, operations
from pipeline.findings import CATALOGUE
from pipeline.forms import form_named
from pipeline.ledger import arrivals, outputs, parts
from pipeline.site import Notice, notice_page
from pipeline.steps.answer_sheets import marks, problem_list, repair_list
from pipeline.steps.publish import publish, retire
from pipeline.steps.told import compact, restored_findings, restored_repairs
from pipeline.workbook.mark import MarkError, mark

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection

    from pipeline.findings import Finding
    from pipeline.ledger.rows import Arrival, StoredPart
    from pipeline.ledger.transaction import Transaction
    from pipeline.model import Office
    from pipeline.workspace import Workspace

_log = logging.getLogger(__name__)

RETURNED = "2-退回修改"
ACCEPTED = "3-已收"
TO_FORWARD = "今日转交"

_VERDICTS = {
    "returned": "退回",
    "quarantined": "未能读取",
    "unconfirmed": "待确认",
    "accepted": "已收",
}


@dataclass(frozen=True, slots=True)
class Case:
    """One decided arrival with what its answer is made of; office is None where unknown."""

    arrival: Arrival
    part: StoredPart | None
    office: Office | None
    title: str
    findings: tuple[Finding, ...]
    sheets: dict[str, object]

    @property
    def must(self) -> int:
        """Return how many findings must be mended."""
        return sum(1 for finding in self.findings if finding.klass == "强制")

    @property
    def is_duplicate(self) -> bool:
        """Tell whether the same bytes were accepted before."""
        return self.arrival.reason == "DUPLICATE"


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
                    path = _answer(workspace, tx, _case(workspace, tx.connection, arrival))
                    told = {"path": path.relative_to(workspace.paths.outbox).as_posix()}
                    arrivals.answer(tx, arrival.id, compact(told))
            except PipelineError:
                _log.exception("%s could not be answered", arrival.sha256[:8])


def _case(workspace: Workspace, db: Connection, arrival: Arrival) -> Case:
    """Gather an arrival with its part; an arrival without one is the folder's office's."""
    filed = parts.of_arrival(db, arrival.id)
    part = filed[0] if filed else None
    if part is None and arrival.reason == "DUPLICATE":
        earlier = arrivals.accepted_with(db, arrival.sha256)
        same = parts.of_arrival(db, earlier.id) if earlier else ()
        part = same[0] if same else None
    roster = workspace.roster
    office = roster.by_code.get(part.office) if part else None
    if office is None and arrival.folder:
        office = roster.office_named(arrival.folder.replace("\\", "/").split("/")[0])
    form = form_named(workspace.forms, part.form) if part else None
    return Case(
        arrival=arrival,
        part=part,
        office=office,
        title=form.title if form else PurePath(names.safe_name(arrival.name)).stem,
        findings=restored_findings(part.findings) if part else (),
        sheets=json.loads(part.sheets) if _has_content(part) else {},
    )


def _answer(workspace: Workspace, tx: Transaction, case: Case) -> Path:
    """Write the answer file and return where it lies; older answers move to 历史/."""
    folder = _folder(workspace, case)
    data, suffix = _content(workspace, tx, case)
    if case.arrival.source != "precheck" and not case.is_duplicate:
        _retire_older(workspace, tx, case)
    name = f"{_name(case)}_{clock.stamp(case.arrival.decided_at or tx.at)}"
    target = folder / f"{names.safe_name(name)}{suffix}"
    return publish(workspace, tx, target, data)


def _name(case: Case) -> str:
    """Return the name of an answer without its time: 附表1_预算科_退回修改7处."""
    verdict = _VERDICTS[case.arrival.verdict or "returned"]
    if case.is_duplicate:
        verdict = "已收过"
    elif case.must:
        verdict = f"退回修改{case.must}处"
    elif case.arrival.verdict == "accepted" and case.part and case.part.questions:
        verdict = f"已收请核实{case.part.questions}项"
    if case.arrival.source == "precheck":
        verdict = f"预检_{verdict}"
    return "_".join(
        part for part in (case.title, case.office.name if case.office else "", verdict) if part
    )


def _folder(workspace: Workspace, case: Case) -> Path:
    if case.office is None:
        return workspace.paths.for_group(TO_FORWARD)
    kept = case.arrival.verdict in {"accepted", "unconfirmed"}
    return workspace.paths.for_office(case.office, ACCEPTED if kept else RETURNED)


def _retire_older(workspace: Workspace, tx: Transaction, case: Case) -> None:
    """Move older answers for the same form away; what was accepted stays until it is replaced."""
    if case.office is None:
        return
    kinds = (RETURNED, ACCEPTED) if case.arrival.verdict == "accepted" else (RETURNED,)
    for kind in kinds:
        folder = workspace.paths.for_office(case.office, kind)
        below = folder.relative_to(workspace.paths.outbox).as_posix()
        for output in outputs.below(tx.connection, below):
            if PurePath(output.path).name.startswith(f"{case.title}_{case.office.name}_"):
                retire(workspace, tx, workspace.paths.outbox / output.path)


def _content(workspace: Workspace, tx: Transaction, case: Case) -> tuple[bytes, str]:
    """Return the answer and its suffix: the office's own workbook marked, else a page."""
    if case.part and case.sheets and not case.is_duplicate:
        place = workspace.ledger.originals.locate(tx.connection, case.arrival.sha256)
        if place:
            try:
                return _marked(workspace, case, operations.read_bytes(place)), ".xlsx"
            except MarkError as error:
                _log.info("%s is answered by a page: %s", case.arrival.sha256[:8], error)
    return _page(workspace, case).encode(), ".html"


def _marked(workspace: Workspace, case: Case, original: bytes) -> bytes:
    assert case.part is not None  # noqa: S101 - only a file with a part is marked
    table = str(case.sheets["sheet"])
    columns = case.sheets["columns"]
    first = min(columns.values(), default=0) if isinstance(columns, dict) else 0
    repairs = restored_repairs(case.part.repairs)
    added = [problem_list(_receipt_lines(workspace, case), case.findings)]
    if repairs:
        added.append(repair_list(repairs))
    return mark(original, marks(case.findings, first, table), added)


def _receipt_lines(workspace: Workspace, case: Case) -> list[str]:
    """Return the receipt block: title, facts, and what to do now."""
    arrival = case.arrival
    office = case.office.name if case.office else "（单位待确认）"
    moment = clock.shown(arrival.claimed_at)
    return [
        f"{case.title}回执：{_VERDICTS[arrival.verdict or 'returned']}",
        f"单位：{office}　　收件编号：{arrival.id}　　收到时间：{moment}",
        f"原文件名：{names.shown(arrival.name)}",
        advice(workspace, case),
    ]


def advice(workspace: Workspace, case: Case) -> str:
    """Return what the office should do now, with the date and whom to ask."""
    bureau, campaign = workspace.settings.bureau, workspace.settings.campaign
    contact = f"联系人{bureau.contact}，电话{bureau.phone}。"
    if case.arrival.source == "precheck":
        contact = "这是预检结果，不算报送。" + contact
    if case.must:
        day = clock.local_date(case.arrival.decided_at or case.arrival.claimed_at)
        until = workspace.settings.holidays.after(day, campaign.return_days)
        return (
            f"有{case.must}处必改。请直接在本文件中修改保存，放回报送文件夹，不必另填新表。"
            f"请于{until.month}月{until.day}日前重报。{contact}"
        )
    return f"{_said(case.arrival, case.part)}{contact}"


def _page(workspace: Workspace, case: Case) -> str:
    title, *lines, advised = _receipt_lines(workspace, case)
    notice = Notice(
        bureau=workspace.settings.bureau.name,
        title=title,
        lines=tuple(lines),
        findings=tuple(finding.message for finding in case.findings),
        advice=advised,
    )
    return notice_page(notice)


def reason_sentence(db: Connection, arrival: Arrival) -> str:
    """Return what the office was told about the whole file."""
    filed = parts.of_arrival(db, arrival.id)
    return _said(arrival, filed[0] if filed else None)


def _said(arrival: Arrival, part: StoredPart | None) -> str:
    params: dict[str, str] = json.loads(part.sheets).get("params", {}) if _has_content(part) else {}
    return CATALOGUE[arrival.reason].said.format_map(params)


def _has_content(part: StoredPart | None) -> TypeGuard[StoredPart]:
    """Tell whether a part was checked, not only named."""
    return part is not None and part.sheets != "[]"
