"""A decided arrival with everything its answer is made of, and the words of the answer."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING

from pipeline import clock
from pipeline.files import names
from pipeline.findings import CATALOGUE
from pipeline.forms import form_named
from pipeline.ledger import arrivals, parts
from pipeline.steps.told import restored_findings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

    from pipeline.findings import Finding
    from pipeline.forms import Form
    from pipeline.ledger.rows import Arrival, StoredPart
    from pipeline.model import Office
    from pipeline.workspace import Workspace

DUPLICATE = "DUPLICATE"

_VERDICTS = {
    "accepted": "已收",
    "unconfirmed": "待确认",
    "returned": "退回",
    "quarantined": "未能读取",
}


@dataclass(frozen=True, slots=True)
class Content:
    """What was read out of a part: the table's sheet, its columns, its rows, the card."""

    sheet: str
    columns: Mapping[str, int]
    rows: int
    card: Mapping[str, str]
    params: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Case:
    """One decided arrival. office and form are None where unknown; content where not checked."""

    arrival: Arrival
    part: StoredPart | None
    content: Content | None
    office: Office | None
    form: Form | None
    findings: tuple[Finding, ...]

    @property
    def must(self) -> int:
        """Return how many findings must be mended."""
        return sum(1 for finding in self.findings if finding.klass == "强制")

    @property
    def is_duplicate(self) -> bool:
        """Tell whether the same bytes were accepted before."""
        return self.arrival.reason == DUPLICATE

    @property
    def is_precheck(self) -> bool:
        """Tell whether the file was only to be checked."""
        return self.arrival.source == "precheck"

    @property
    def is_accepted(self) -> bool:
        """Tell whether this very file was filed."""
        accepted = self.arrival.verdict == "accepted"
        return accepted and not self.is_duplicate and not self.is_precheck

    @property
    def title(self) -> str:
        """Return what the file is called to people: the form, or its own name."""
        own = PurePath(names.safe_name(self.arrival.name)).stem
        return self.form.title if self.form else own

    @property
    def verdict(self) -> str:
        """Return the verdict in one word."""
        return _VERDICTS[self.arrival.verdict or "returned"]

    @property
    def said(self) -> str:
        """Return the sentence of the reason."""
        params = self.content.params if self.content else {}
        return CATALOGUE[self.arrival.reason].said.format_map(params)

    @property
    def name(self) -> str:
        """Return the name of the answer without its time: 附表1_预算科_退回修改7处."""
        office = self.office.name if self.office and self.office.name not in self.title else ""
        prefix = "预检" if self.is_precheck else ""
        return "_".join(
            part for part in (self.title, office, prefix, self._verdict_in_name) if part
        )

    @property
    def _verdict_in_name(self) -> str:
        if self.is_duplicate:
            return "已收过"
        if self.must:
            return f"退回修改{self.must}处"
        if self.arrival.verdict == "returned":
            return f"退回（{CATALOGUE[self.arrival.reason].meaning}）"
        if self.is_accepted and self.part and self.part.questions:
            return f"已收请核实{self.part.questions}项"
        return self.verdict

    @property
    def decided_at(self) -> str:
        """Return the time in the name of the answer."""
        return clock.stamp(self.arrival.decided_at or self.arrival.claimed_at)


def gather_case(workspace: Workspace, db: Connection, arrival: Arrival) -> Case:
    """Return an arrival with its part; the office of one without a part is its folder's."""
    filed = parts.of_arrival(db, arrival.id)
    if not filed and arrival.reason == DUPLICATE:
        earlier = arrivals.accepted_with(db, arrival.sha256)
        filed = parts.of_arrival(db, earlier.id) if earlier else ()
    part = filed[0] if filed else None
    office = workspace.roster.by_code.get(part.office) if part else None
    if office is None and arrival.folder:
        office = workspace.roster.office_named(arrival.folder.split("/")[0])
    return Case(
        arrival=arrival,
        part=part,
        content=content_of(part) if part else None,
        office=office,
        form=form_named(workspace.forms, part.form) if part else None,
        findings=restored_findings(part.findings) if part else (),
    )


def content_of(part: StoredPart) -> Content | None:
    """Return what was read out of a part, None where it was never checked."""
    stored = json.loads(part.sheets)
    if not stored:
        return None
    return Content(
        stored["sheet"], stored["columns"], stored["rows"], stored["card"], stored["params"]
    )


def receipt_lines(case: Case) -> tuple[str, ...]:
    """Return the receipt block: title and facts."""
    arrival = case.arrival
    office = case.office.name if case.office else "（单位待确认）"
    moment = clock.shown(arrival.claimed_at)
    return (
        f"{case.title}{'预检结果' if case.is_precheck else '回执'}：{case.verdict}",
        f"单位：{office}　　收件编号：{arrival.id}　　收到时间：{moment}",
        f"原文件名：{names.shown(arrival.name)}",
    )


def advice(workspace: Workspace, case: Case) -> str:
    """Return what the office should do now, with the date and whom to ask."""
    bureau, campaign = workspace.settings.bureau, workspace.settings.campaign
    contact = f"联系人{bureau.contact}，电话{bureau.phone}。"
    if case.is_precheck:
        contact = f"这是预检结果，不算报送。{contact}"
    if not case.must:
        return f"{case.said}{contact}"
    day = clock.local_date(case.arrival.decided_at or case.arrival.claimed_at)
    until = workspace.settings.holidays.after(day, campaign.return_days)
    return (
        f"有{case.must}处必改。请直接在本文件中修改保存，放回报送文件夹，不必另填新表。"
        f"请于{until.month}月{until.day}日前重报。{contact}"
    )
