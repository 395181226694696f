"""A decided arrival with everything its answer is made of, and the words of the answer."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from pathlib import PurePath
from typing import TYPE_CHECKING

from pipeline import clock
from pipeline.files import names
from pipeline.findings import CATALOGUE
from pipeline.forms import form_named
from pipeline.ledger import arrivals, parts
from pipeline.steps.ruling import RETURNED_BY_GROUP, ruling_of
from pipeline.steps.told import restored_findings
from pipeline.steps.unpacking import UNPACKED
from pipeline.vocab import VERDICTS
from pipeline.workbook.receipt import facts_line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from sqlalchemy import Connection

    from pipeline.findings import Finding
    from pipeline.forms import Form
    from pipeline.ledger.rows import Arrival, StoredPart
    from pipeline.model import Office
    from pipeline.workspace import Workspace

DUPLICATE = "DUPLICATE"
UNSURE = "IDENTITY_UNSURE"
MANY_MISSING = "MANY_MISSING"

PRECHECK = "预检"
GROUP = "局纪检组"  # who decides where nobody is named
TOGETHER = "全科"  # instead of a name where a file holds the forms of several persons


@dataclass(frozen=True, slots=True)
class Content:
    """What was read out of a part: the table's sheet, its columns, its records, the card.

    complete: how many rows have all that is required, None where that was not counted. blank: codes
    of the persons whose sheet in the same file was blank. committed: the given rows of a form of
    persons, None elsewhere.
    """

    sheet: str
    columns: Mapping[str, int]
    rows: int
    card: Mapping[str, str]
    complete: int | None = None
    blank: Sequence[str] = ()
    committed: Sequence[Mapping[str, str]] | None = None

    @property
    def complete_rows(self) -> int:
        """Return how many rows are complete; one is enough for a first report."""
        return self.rows if self.complete is None else self.complete


@dataclass(frozen=True, slots=True)
class FiledPart:
    """A part as it was filed; content is None where it was not checked.

    person: what the person is called whose form it is, "" where there is none. params: what the
    sentence of the reason is made of.
    """

    stored: StoredPart
    content: Content | None
    person: str
    findings: tuple[Finding, ...]
    params: Mapping[str, str]

    @property
    def must(self) -> int:
        """Return how many findings must be mended."""
        return sum(1 for finding in self.findings if finding.klass == "强制")


@dataclass(frozen=True, slots=True)
class Case:
    """One decided arrival. office and form are None where unknown, parts () where nothing is.

    blank: the names of the persons whose sheet came back blank. parent: the zip it came in.
    members: what came in it. why: the group's own words where it returned the file.
    """

    arrival: Arrival
    parts: tuple[FiledPart, ...]
    office: Office | None
    form: Form | None
    blank: tuple[str, ...] = ()
    parent: Arrival | None = None
    members: tuple[Arrival, ...] = ()
    why: str = ""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Return what was found in all parts."""
        return tuple(finding for part in self.parts for finding in part.findings)

    @property
    def questions(self) -> int:
        """Return how many questions are open in what was accepted."""
        return sum(part.stored.questions for part in self.parts)

    @property
    def is_decision(self) -> bool:
        """Tell whether it is a workbook in which the group decides: it is of no office."""
        return bool(self.form and self.form.keeper == "bureau")

    @property
    def is_checked(self) -> bool:
        """Tell whether there is anything that was checked cell by cell."""
        return any(part.content for part in self.parts)

    @property
    def person(self) -> str:
        """Return the name of the one person whose form it is, "" elsewhere."""
        return self._whose[0] if len(self._whose) == 1 else ""

    @property
    def is_of_somebody(self) -> bool:
        """Tell whether it is a form whose owner, an office or persons, has a name."""
        return bool(self.form and (self.form.keeper != "person" or self._whose))

    @property
    def _whose(self) -> list[str]:
        return [part.person for part in self.parts if part.person] + list(self.blank)

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
    def said(self) -> str:
        """Return the sentence of the reason."""
        params = {key: value for part in self.parts for key, value in part.params.items()}
        count = self.must if self.arrival.verdict == "returned" else self.questions
        count = len(self.members) or count
        return CATALOGUE[self.arrival.reason].said.format_map(
            params | {"count": str(count), "why": self.why}
        )

    @property
    def titled(self) -> str:
        """Return what every answer about this form of this office begins with: 附表1_预算科."""
        office = self.office.name if self.office and self.office.name not in self.title else ""
        whose = self.person or (TOGETHER if self._whose else "")
        return "_".join(part for part in (self.title, office, whose) if part)

    @property
    def each(self) -> str:
        """Return what became of each person's sheet where a file holds several, "" elsewhere."""
        if len(self._whose) < 2:  # noqa: PLR2004 - one person is named by the title
            return ""
        told = [f"{part.person}：{_became(part)}" for part in self.parts if part.person]
        return "；".join([*told, *(f"{name}：未报（空白）" for name in self.blank)]) + "。"

    @property
    def name(self) -> str:
        """Return the name of the answer without its time: 附表1_预算科_退回修改7处."""
        return f"{self.titled}_{self._verdict_in_name}"

    @property
    def _verdict_in_name(self) -> str:
        if self.is_precheck and not self.members:
            return f"{PRECHECK}_{f'有{self.must}处必改' if self.must else self.outcome}"
        if self.is_duplicate:
            return "已收过"
        return self._became if self.is_decision else self._became_of_form

    @property
    def _became(self) -> str:
        """Return what became of the words of a decision workbook."""
        said = self.parts[0].params
        left = f"，{said['left']}条没有登记" if said["left"] != "0" else ""
        return f"已登记{said['done']}条{left}"

    @property
    def _became_of_form(self) -> str:
        """Return what became of a form."""
        if self.must and self.arrival.verdict == "returned":
            return f"退回修改{self.must}处"
        if self.arrival.verdict == "returned":
            return f"退回（{CATALOGUE[self.arrival.reason].meaning}）"
        if self.is_accepted and self.questions:
            return f"已收请核实{self.questions}项"
        return self.outcome

    @property
    def outcome(self) -> str:
        """Return what became of the file in one word; a pre-checked file is never received."""
        if self.members:
            return "已拆开"
        passed = self.is_precheck and self.arrival.verdict == "accepted"
        return "通过" if passed else VERDICTS[self.arrival.verdict or "returned"]

    @property
    def day(self) -> date:
        """Return the Shanghai day of the decision."""
        return clock.local_date(self.arrival.decided_at or self.arrival.claimed_at)

    @property
    def decided_at(self) -> str:
        """Return the time in the name of the answer."""
        return clock.stamp(self.arrival.decided_at or self.arrival.claimed_at)


def gather_case(
    workspace: Workspace, db: Connection, arrival: Arrival, on: date | None = None
) -> Case:
    """Return an arrival with its part; the office of one without a part is its folder's.

    on: with the parts as they stood at the end of that Shanghai day.
    """
    filed = parts.of_arrival(db, arrival.id, on)
    forms = (*workspace.forms, *workspace.desk)
    if not filed and arrival.reason == DUPLICATE:
        earlier = arrivals.accepted_with(db, arrival.sha256)
        filed = parts.of_arrival(db, earlier.id, on) if earlier else ()
    mine = tuple(_filed(workspace, part) for part in filed)
    lies_in = (
        workspace.roster.office_named(arrival.folder.split("/")[0]) if arrival.folder else None
    )
    codes = {part.office for part in filed}
    office = workspace.roster.by_code.get(next(iter(codes))) if len(codes) == 1 else None
    unsure = any(part.reason == UNSURE for part in filed)
    if len(codes) > 1 or (unsure and office != lies_in):
        office = None  # nobody's words go to an office on the strength of a typed name
    elif office is None and codes != {""}:
        office = lies_in
    people = workspace.roster.by_person
    ruling = ruling_of(db, arrival.id) if arrival.reason == RETURNED_BY_GROUP else None
    blank = [code for one in mine if one.content for code in one.content.blank]
    return Case(
        arrival=arrival,
        parts=mine,
        office=office,
        form=form_named(forms, filed[0].form) if filed else None,
        blank=tuple(workspace.roster.called(people[code]) for code in blank if code in people),
        parent=arrivals.get(db, arrival.parent) if arrival.parent else None,
        members=arrivals.members(db, arrival.id) if arrival.reason == UNPACKED else (),
        why=ruling.why.rstrip("。") if ruling else "",
    )


def _filed(workspace: Workspace, part: StoredPart) -> FiledPart:
    person = workspace.roster.by_person.get(part.person)
    return FiledPart(
        stored=part,
        content=content_of(part),
        person=workspace.roster.called(person) if person else "",
        findings=restored_findings(part.findings),
        params=dict(json.loads(part.sheets) or {}).get("params", {}),
    )


def _became(part: FiledPart) -> str:
    """Return what became of a part in a few words."""
    if part.must:
        return f"退回修改{part.must}处"
    asked = f"，请核实{part.stored.questions}项" if part.stored.questions else ""
    return f"{VERDICTS[part.stored.verdict]}{asked}"


def content_of(part: StoredPart) -> Content | None:
    """Return what was read out of a part, None where it was never checked."""
    stored = json.loads(part.sheets)
    if "sheet" not in stored:
        return None
    names = (entry.name for entry in fields(Content))
    return Content(**{name: stored[name] for name in names if name in stored})


def receipt_lines(case: Case) -> tuple[str, ...]:
    """Return the receipt block: title and facts."""
    arrival = case.arrival
    unknown = GROUP if case.is_decision else "（单位待确认）"
    office = case.office.name if case.office else unknown
    moment = clock.shown(arrival.claimed_at)
    whose = f"{office}　{case.person}" if case.person else office
    lines = (
        f"{case.title}{'预检结果' if case.is_precheck else '回执'}：{case.outcome}",
        facts_line(whose, arrival.id, moment),
        f"原文件名：{names.shown(arrival.name)}{_came_in(case)}",
        *(f"内有：{_member(case, member)}" for member in case.members),
    )
    return (*lines, f"各人结果：{case.each}") if case.each else lines


def _came_in(case: Case) -> str:
    """Return in which zip a file came, "" for one that came by itself."""
    zipped = case.parent
    return f"（来自压缩包“{names.shown(zipped.name)}”，收件编号{zipped.id}）" if zipped else ""


def _member(case: Case, member: Arrival) -> str:
    """Return a member of a zip as it is listed: where it lies inside, its arrival number."""
    inner = member.folder.removeprefix(case.arrival.folder).strip("/")
    path = "/".join(part for part in (inner, member.name) if part)
    return f"{names.shown(path)}，收件编号{member.id}"


def verify_by(workspace: Workspace, case: Case) -> date | None:
    """Return until when open questions are to be answered, None where there are none."""
    if not case.questions:
        return None
    return workspace.settings.holidays.after(case.day, workspace.settings.campaign.verify_days)


def advice(workspace: Workspace, case: Case) -> str:
    """Return what the office should do now, with the date and whom to ask."""
    bureau = workspace.settings.bureau
    contact = f"联系人{bureau.contact}，电话{bureau.phone}。"
    if case.is_precheck:
        contact = f"这是预检结果，不算报送。{contact}"
    if case.must and not case.is_decision:
        return f"{_correct(workspace, case)}{contact}"
    until = verify_by(workspace, case) if case.is_accepted and not case.is_decision else None
    answer = (
        f"请在“情况说明”写明（不少于6个字），于{until.month}月{until.day}日前报回。"
        if until
        else ""
    )
    return f"{case.said}{answer}{contact}"


def _correct(workspace: Workspace, case: Case) -> str:
    """Return how and until when to correct; a pre-check sets no date."""
    told = f"有{case.must}处必改。请直接在本文件中修改保存，放回报送文件夹，不必另填新表。"
    if case.is_precheck:
        return told
    until = workspace.settings.holidays.after(case.day, workspace.settings.campaign.return_days)
    return f"{told}请于{until.month}月{until.day}日前重报。"
