"""The bureau of the guide: the demo, and a day of October on which its register changes.

Two offices report again, the group fixes the first levels, and a night follows: there is a month
to compare with, a post whose colleagues elsewhere named a risk, and something that is asked.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from pipeline import open_workspace
from pipeline.clock import SHANGHAI
from pipeline.rehearsal.clerk import Desk, open_desk, save
from pipeline.rehearsal.demo import play
from pipeline.steps.review import review_form
from pipeline.steps.roles import risk_form
from pipeline.workspace.paths import ACCEPTED

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pipeline.session import Session

DAY = date(2011, 10, 10)
_MEETING = "局党组会议纪要第12号"
_REASON = "近三年无此类问题，已有双人复核"
_SHARED = {
    "power_matter": "审批意见签署",
    "post_name": "副科长岗",
    "risk_point": "代他人签署审批意见不留依据",
    "manifestation": "负责人外出时口头交代代签，事后没有补写授权，出了问题说不清是谁批的。",
    "measures": "1.代签须有当天的书面授权并附卷；\n2.负责人回来后三个工作日内补签确认。",
    "risk_id": "",
}


def lived(folder: Path) -> Path:
    """Play the demo and the day of October in `folder`, and return it."""
    assert play(folder, lambda _: None)
    moment = datetime(DAY.year, DAY.month, DAY.day, 10, tzinfo=SHANGHAI)
    with open_workspace(folder, now=lambda: moment) as session:
        _hand_in(session, "YSK", _budget)
        _hand_in(session, "GKK", _treasury)
        _decide(session)
        report = session.run()
        assert [one.verdict for one in report.received] == ["accepted"] * 3, report
        session.nightly(DAY)
        session.compile()
    return folder


def _hand_in(session: Session, code: str, change: Callable[[Desk, int], None]) -> None:
    """Let an office change the workbook that was accepted of it and hand it in again."""
    workspace = session.workspace
    office, form = workspace.roster.by_code[code], risk_form(workspace)
    last = max(workspace.paths.for_office(office, ACCEPTED).glob(f"{form.title}_*.xlsx"))
    desk = open_desk(last.read_bytes(), form)
    register = session.register()
    change(desk, int((register["office"] == code).sum()))
    place = workspace.paths.inbox / office.folder / f"{form.title}_{office.name}_10月.xlsx"
    place.parent.mkdir(exist_ok=True)
    place.write_bytes(save(desk.book))


def _budget(desk: Desk, rows: int) -> None:
    _add(desk, rows, "符合党政纪处分规定", "黄")
    desk.cell(
        0, "measures"
    ).value = "1.受理、审核、审批三岗分设；\n2.审核意见逐条留痕，每季度抽查。"
    _raise(desk, 5)


def _treasury(desk: Desk, rows: int) -> None:
    _add(desk, rows, "未达到党政纪处分程度", "橙")
    _raise(desk, 3, "可能构成违法或犯罪", "红")
    last = rows - 1  # the last point is no longer there
    for key in desk.match.columns:
        cell = desk.cell(last, key)
        below = desk.cell(rows, key)
        cell.value, below.value = below.value, None


def _add(desk: Desk, rows: int, consequence: str, level: str) -> None:
    """Write one point more below the others, for the rest like the first."""
    said = _SHARED | {"consequence": consequence, "risk_level": level, "seq": str(rows + 1)}
    for key in desk.match.columns:
        desk.cell(rows, key).value = desk.cell(0, key).value
    for key, value in said.items():
        desk.cell(rows, key).value = value


def _raise(
    desk: Desk, record: int, consequence: str = "符合党政纪处分规定", level: str = "黄"
) -> None:
    desk.cell(record, "consequence").value = consequence
    desk.cell(record, "risk_level").value = level


def _decide(session: Session) -> None:
    """Let the group judge the first ten points, and the managers those of the highest level."""
    workspace = session.workspace
    desk = open_desk(session.review().read_bytes(), review_form(workspace))
    highest = workspace.settings.levels.names[0]
    for record in range(10):
        raised = str(desk.cell(record, "raised").value)
        said: dict[str, str | date] = {
            "group_level": raised,
            "group_person": "何组长",
            "group_day": DAY,
        }
        if raised == highest:
            said |= {"leaders_level": raised, "leaders_person": _MEETING, "leaders_day": DAY}
        if record == 1:
            said |= {"group_level": workspace.settings.levels.names[-1], "group_reason": _REASON}
        for key, value in said.items():
            desk.cell(record, key).value = value
    (workspace.paths.group / "等级审定表.xlsx").write_bytes(save(desk.book))
