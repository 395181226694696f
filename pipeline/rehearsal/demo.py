"""`yigang demo`: the whole circle played with the demo bureau, held against its script."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from pipeline import clock
from pipeline.errors import UsageError
from pipeline.files import operations
from pipeline.ledger import parts
from pipeline.rehearsal.bureau import config_text, demo_bureau, write_roster
from pipeline.rehearsal.clerk import fill
from pipeline.rehearsal.decisions import review
from pipeline.rehearsal.pledges import pledge
from pipeline.rehearsal.script import first_round, last_round, registered, second_round
from pipeline.settings import CONFIG_NAME, parse
from pipeline.steps.compile import compile_volume
from pipeline.steps.consolidate import consolidate
from pipeline.steps.issue import Wanted, issue_templates
from pipeline.steps.nightly import nightly
from pipeline.steps.receive import reading_pool
from pipeline.steps.register import register_frame
from pipeline.steps.review import review_form, write_review
from pipeline.steps.roles import risk_form
from pipeline.steps.run import run
from pipeline.steps.status import level_counts
from pipeline.steps.told import restored_findings
from pipeline.workspace import Workspace, open_workspace
from pipeline.workspace.paths import ACCEPTED, RETURNED, ROSTER_NAME, TO_FILL

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.forms import Form
    from pipeline.ledger.rows import Arrival
    from pipeline.model import Office
    from pipeline.reading.pool import ReadingPool
    from pipeline.rehearsal.bureau import Bureau
    from pipeline.rehearsal.script import Drop

Say = Callable[[str], None]

_MARKER = ".yigang-demo"
_EVENING = time(20, 0)
_PLEDGING = 3  # offices whose people return their 附件2
_PLEDGED_BEFORE = timedelta(days=5)  # its deadline
_ISSUED_BEFORE = timedelta(days=17)  # templates go out before the deadline


@dataclass(slots=True)
class _Stage:
    """The play: what was issued, what each office last handed in, and what went wrong.

    returned: codes of the offices whose files were returned, in the order of their arrival.
    """

    workspace: Workspace
    pool: ReadingPool
    bureau: Bureau
    say: Say
    moment: list[datetime]
    issued: dict[str, bytes] = field(default_factory=dict)
    own: dict[str, bytes] = field(default_factory=dict)
    surprises: list[str] = field(default_factory=list)
    received: int = 0
    returned: list[str] = field(default_factory=list)


def play(folder: Path, say: Say) -> bool:
    """Play the circle in `folder` and tell whether everything came as scripted.

    Raises:
        UsageError: the folder holds something that no demo made.
    """
    bureau = demo_bureau()
    _set_up(folder, bureau)
    moment = [datetime(bureau.year, 9, 1, tzinfo=UTC)]
    with (
        open_workspace(folder, now=lambda: moment[0]) as workspace,
        reading_pool(workspace) as pool,
    ):
        stage = _Stage(workspace, pool, bureau, say, moment)
        volume = _acts(stage)
        _close(stage, volume)
    for surprise in stage.surprises:
        say(f"与剧本不符：{surprise}")
    return not stage.surprises


def _set_up(folder: Path, bureau: Bureau) -> None:
    """Make the demo workspace anew; only a folder that a demo made is ever cleared."""
    if folder.exists() and any(folder.iterdir()):
        if not (folder / _MARKER).exists():
            message = f"{folder} 里已有别的内容，演练不会动它。请换一个空文件夹。"
            raise UsageError(message)
        shutil.rmtree(folder)
    text = config_text(bureau).replace("stable_seconds = 3", "stable_seconds = 0")
    operations.write_new(folder / _MARKER, b"")
    operations.write_new(folder / CONFIG_NAME, text.encode())
    roster = write_roster(bureau, parse(text.encode()))
    operations.write_new(folder / ROSTER_NAME, roster)


def _acts(stage: _Stage) -> tuple[Path, ...]:
    """Play issue, two rounds, one night, the late ones and the volume; return what to look at."""
    form = risk_form(stage.workspace)
    due = stage.workspace.settings.campaign.due(form.title, "control")
    if due is None:
        message = "演练的配置里没有附表1的期限。"
        raise UsageError(message)
    _issue(stage, due)
    played: list[Drop] = []
    for name, drops in (
        ("第一次报送", first_round(stage.bureau, form, due)),
        ("改正后重报", second_round(stage.bureau, form, due)),
    ):
        _round(stage, name, drops)
        played += drops
    stage.moment[0] = _evening(due + timedelta(days=1))
    night = nightly(stage.workspace, stage.pool, stage.workspace.today, _no_wait)
    late = "、".join(dict.fromkeys(line.office.name for line in night.overdue)) or "无"
    stage.say(f"夜间任务：已写{len(night.written)}个文件；逾期单位：{late}")
    drops = last_round(stage.bureau, form, due)
    _round(stage, "逾期补报", drops)
    played += drops
    _pledge(stage)
    _review(stage)
    consolidate(stage.workspace, stage.workspace.today)
    volume = compile_volume(stage.workspace, stage.workspace.today)
    stage.say(f"汇编第二册：收录风险点{volume.risks}个")
    if volume.risks != registered(played):
        stage.surprises.append(f"登记{volume.risks}个风险点，应为{registered(played)}个")
    return (*night.written, *volume.paths)


def _issue(stage: _Stage, due: date) -> None:
    stage.moment[0] = _evening(due - _ISSUED_BEFORE)
    for sent in issue_templates(stage.workspace, Wanted(round="control")):
        office = stage.workspace.roster.office_named(sent.office)
        if office:
            stage.issued[office.code] = operations.read_bytes(sent.outbox)
    stage.say(f"出表：{len(stage.issued)}个单位各一份附表1")


def _round(stage: _Stage, name: str, drops: tuple[Drop, ...]) -> None:
    """Drop the files of a day, receive them, and hold each against the script."""
    inbox = stage.workspace.paths.inbox
    for drop in drops:
        stage.moment[0] = drop.moment
        content = drop.build(_basis(stage, drop))
        stage.own[drop.office] = content
        operations.write_new(inbox / drop.name, content)
    report = run(stage.workspace, stage.pool, _no_wait)
    came = {f"{one.folder}/{one.name}".lstrip("/"): one for one in report.received}
    for drop in drops:
        _compare(stage, drop, came.get(drop.name))
    stage.received += len(report.received)
    said = report.counts
    stage.say(
        f"{name}：收到{len(report.received)}件，已收{said['accepted']}，退回{said['returned']}，"
        f"未能读取{said['quarantined']}，重复{said['duplicates']}"
    )


def _no_wait(seconds: float) -> None:
    """Wait for no copy to end: the rehearsal's files lie whole in the inbox."""
    del seconds


def _pledge(stage: _Stage) -> None:
    """Let the people of some offices return their 附件2, the first of them not quite finished."""
    workspace = stage.workspace
    form = next(form for form in workspace.forms if form.keeper == "person")
    due = workspace.settings.campaign.due(form.title, "control") or workspace.today
    stage.moment[0] = _evening(due - _PLEDGED_BEFORE)
    offices = workspace.roster.offices
    ready = sum(len(_ready(workspace, office, form)) for office in offices)
    stage.say(f"附件2：附表1收下后已自动出表，共{ready}人各一份")
    unfinished = {"conduct_rules": ""}
    for office in offices[:_PLEDGING]:
        for name, path in _ready(workspace, office, form).items():
            person = next(one for one in stage.bureau.staff(office.code) if one.name == name)
            content = fill(path.read_bytes(), form, (), pledge(stage.bureau, person) | unfinished)
            operations.write_new(workspace.paths.inbox / office.folder / path.name, content)
            unfinished = {}
    report = run(workspace, stage.pool, _no_wait)
    stage.received += len(report.received)
    stage.returned += [offices[0].code] * report.counts["returned"]
    said = f"已收{report.counts['accepted']}，退回{report.counts['returned']}"
    stage.say(f"个人报送：{_PLEDGING}个单位交回附件2，共{len(report.received)}份，{said}")
    if said != f"已收{len(report.received) - 1}，退回1":
        stage.surprises.append(f"附件2{said}，应退回1")


def _review(stage: _Stage) -> None:
    """Let the group fix the levels of the first office, and the leaders the gravest of them."""
    workspace = stage.workspace
    stage.moment[0] += timedelta(days=1)
    office, day = workspace.roster.offices[0], workspace.today
    listed = write_review(workspace, day)
    said = (workspace.settings.levels, day)
    content = operations.read_bytes(listed)
    filled, wanted = review(content, review_form(workspace), office.name, said)
    operations.write_new(workspace.paths.group / listed.name, filled)
    report = run(workspace, stage.pool, _no_wait)
    stage.received += len(report.received)
    register = register_frame(workspace, risk_form(workspace), day)
    fixed = int((register["fixed_level"] != "").sum())
    stage.say(f"等级审定：局纪检组填回{office.name}的等级审定表，已审定{fixed}个风险点")
    if fixed != wanted:
        stage.surprises.append(f"审定了{fixed}个风险点，应为{wanted}个")


def _ready(workspace: Workspace, office: Office, form: Form) -> dict[str, Path]:
    """Return the forms of persons that lie ready for an office, by the name each bears."""
    folder = workspace.paths.for_office(office, TO_FILL)
    return {path.stem.split("_")[2]: path for path in sorted(folder.glob(f"{form.title}_*"))}


def _basis(stage: _Stage, drop: Drop) -> bytes:
    if drop.basis == "issued":
        return stage.issued[drop.office]
    if drop.basis == "own":
        return stage.own[drop.office]
    office = stage.workspace.roster.by_code[drop.office]
    folder = stage.workspace.paths.for_office(office, RETURNED)
    return operations.read_bytes(max(folder.glob("*.xlsx")))


def _compare(stage: _Stage, drop: Drop, arrival: Arrival | None) -> None:
    if arrival is None:
        stage.surprises.append(f"{drop.name} 没有收到")
        return
    if arrival.verdict == "returned":
        stage.returned.append(drop.office)
    codes = _codes(stage.workspace, arrival)
    if arrival.verdict != drop.verdict or codes != set(drop.codes):
        stage.surprises.append(
            f"{drop.name}：{arrival.verdict} {sorted(codes)}，"
            f"应为 {drop.verdict} {sorted(drop.codes)}"
        )


def _codes(workspace: Workspace, arrival: Arrival) -> set[str]:
    """Return the codes of all findings, or the one reason where nothing was checked."""
    with workspace.ledger.reading() as db:
        filed = parts.of_arrival(db, arrival.id)
    if arrival.reason in {"OK", "FINDINGS", "QUESTIONS", "SAME_CONTENT"} and filed:
        return {finding.code for finding in restored_findings(filed[0].findings)}
    return {arrival.reason}


def _evening(day: date) -> datetime:
    return datetime.combine(day, _EVENING, tzinfo=clock.SHANGHAI).astimezone(UTC)


def _close(stage: _Stage, written: tuple[Path, ...]) -> None:
    """End with five numbers, five paths and what to try next."""
    workspace, say = stage.workspace, stage.say
    total = sum(count for _, _, count in level_counts(workspace, workspace.today))
    say("")
    say(f"单位 {len(stage.bureau.offices)} 个，人员 {len(stage.bureau.people)} 名；")
    say(f"收到文件 {stage.received} 件，其中退回 {len(stage.returned)} 件；登记风险点 {total} 个。")
    say("")
    say("请打开看看：")
    for path in (
        *(_answers(workspace, code) for code in stage.returned[:1]),
        *(path for path in written if path.suffix in {".html", ".pdf"}),
        *(path for path in written if path.stem in {"风险信息档案库", "统计汇总"}),
    ):
        say(f"  {path}")
    say("")
    say("接着可以试：")
    say(f"  yigang status -w {workspace.paths.root} --now {stage.bureau.year}-09-21")
    say(f"  把改过的表放进 {workspace.paths.inbox}，再运行 yigang run -w {workspace.paths.root}")


def _answers(workspace: Workspace, code: str) -> Path:
    """Return the folder in which an office finds its accepted workbook."""
    return workspace.paths.for_office(workspace.roster.by_code[code], ACCEPTED)
