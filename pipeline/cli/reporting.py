"""What is read from the archive: consolidate, nightly, compile, status."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from pipeline.cli.exit_codes import closing_code
from pipeline.cli.options import day_option, json_option, now_option, opened, workspace_option
from pipeline.cli.show import write_json, write_table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    from pipeline.clock import Clock
    from pipeline.monitor import Matter, Progress
    from pipeline.steps.progress import Overview
    from pipeline.steps.status import OperationStatus
    from pipeline.workspace import Workspace


@click.command(
    help="按档案库重做档案库表、统计汇总、报送进度和各单位的风险点台账。",
    short_help="更新档案库表和汇总",
)
@workspace_option
@json_option
@now_option
def consolidate(root: Path, as_json: bool, now: Clock | None) -> None:
    """Write the summaries of today."""
    from pipeline.steps.consolidate import consolidate as write_summaries

    with opened(root, now) as workspace:
        written = write_summaries(workspace, workspace.today)
    if as_json:
        write_json({"written": [str(path) for path in written]})
        return
    _tell(workspace, "已更新", written)


def _tell(workspace: Workspace, what: str, written: Sequence[Path]) -> None:
    """Print where the files lie; those of the offices, which are many, are only counted."""
    own = [path for path in written if workspace.paths.is_of_office(path)]
    for path in written:
        if path not in own:
            click.echo(f"{what} {path}")
    if own:
        click.echo(f"{what}{len(own)}个单位的风险点台账，在各单位的“{own[0].parent.name}”文件夹。")


@click.command(
    help="夜间任务：收件、汇总、出报告、备份。同一天重做，结果不变。", short_help="夜间任务"
)
@workspace_option
@day_option
@json_option
@now_option
def nightly(root: Path, day: date | None, as_json: bool, now: Clock | None) -> None:
    """Run the night of a day."""
    import time

    from pipeline.steps.nightly import night_of
    from pipeline.steps.nightly import nightly as run_night
    from pipeline.steps.receive import reading_pool

    with opened(root, now) as workspace, reading_pool(workspace) as pool:
        night = run_night(workspace, pool, day or night_of(workspace.now()), time.sleep)
        outbox = workspace.paths.outbox
    faulty = [one for one in night.received if one.verdict in {"returned", "quarantined"}]
    if as_json:
        write_json(
            {
                "date": night.day.isoformat(),
                "received": len(night.received),
                "returned": len(faulty),
                "overdue": list(dict.fromkeys(line.office.name for line in night.overdue)),
                "written": [path.relative_to(outbox).as_posix() for path in night.written],
            }
        )
    else:
        _tell(workspace, "已写", night.written)
        late = "、".join(dict.fromkeys(line.office.name for line in night.overdue)) or "无"
        click.echo(
            f"{night.day}：本次收件{len(night.received)}件，退回{len(faulty)}件；逾期单位：{late}。"
        )
    sys.exit(closing_code(returned=bool(faulty), overdue=bool(night.overdue)))


@click.command(
    "compile", help="编印汇编第二册“风险点及防控措施”（Word和PDF）。", short_help="编印汇编第二册"
)
@workspace_option
@day_option
@json_option
@now_option
def compile_(root: Path, day: date | None, as_json: bool, now: Clock | None) -> None:
    """Write the second volume."""
    from pipeline.steps.compile import compile_volume

    with opened(root, now) as workspace:
        volume = compile_volume(workspace, day or workspace.today)
    if as_json:
        told = {"written": [str(path) for path in volume.paths], "risks": volume.risks}
        write_json(told | {"replaced": list(volume.replaced)})
        return
    for path in volume.paths:
        click.echo(f"已写 {path}")
    if volume.replaced:
        click.echo(f"PDF字库缺这些字，已印成“〓”：{'、'.join(volume.replaced)}。Word文件不受影响。")
    click.echo(f"共收录风险点{volume.risks}个。")


@click.command(
    help="看报送进度和运行情况；有单位逾期时退出码为4。", short_help="看报送进度和运行情况"
)
@workspace_option
@json_option
@now_option
def status(root: Path, as_json: bool, now: Clock | None) -> None:
    """Show who sent what and how the machinery stands."""
    from pipeline.monitor import overdue
    from pipeline.steps.confirm import waiting
    from pipeline.steps.progress import overview
    from pipeline.steps.status import level_counts, operation_status

    with opened(root, now, check=False) as workspace:
        today = workspace.today
        seen = overview(workspace, today)
        levels = level_counts(workspace, today)
        operation = operation_status(workspace)
        pending = len(waiting(workspace))
    if as_json:
        write_json(
            {
                "matrix": [_line_json(line, seen.matters) for line in seen.lines],
                "campaign": [_matter_json(one) for one in seen.matters],
                "levels": [
                    {"office": office, "level": level, "count": count}
                    for office, level, count in levels
                ],
                "verify": {
                    "open": sum(1 for one in seen.verification.queries if one.is_open),
                    "replied": len(seen.verification.replied),
                    "gone": len(seen.verification.gone),
                },
                "operation": _operation_json(operation),
            }
        )
    else:
        _write_status(seen, operation)
        if pending:
            click.echo(f"有{pending}件待确认。请运行 yigang confirm 办理。")
        _write_asked(seen)
    late = any(overdue(line, today) for line in seen.lines)
    sys.exit(closing_code(returned=False, overdue=late))


def _write_asked(seen: Overview) -> None:
    """Tell how much of what was asked waits for the officer."""
    from pipeline.monitor import Stand

    asked = seen.verification
    late = sum(1 for one in asked.queries if one.stand is Stand.LATE)
    told = (
        (late, "项提问过期没有说明", "请看报送进度的“核实清单”"),
        (len(asked.replied), "项说明待看", "请运行 yigang confirm 办理"),
        (len(asked.gone), "条待核销", "请运行 yigang confirm 办理"),
    )
    for count, what, do in told:
        if count:
            click.echo(f"有{count}{what}。{do}。")


def _matter_json(one: Matter) -> dict[str, object]:
    return {
        "code": one.code,
        "office": one.office.name,
        "form": one.form,
        "person": one.person,
        "message": one.message,
        "details": list(one.details),
    }


def _line_json(line: Progress, matters: Sequence[Matter]) -> dict[str, object]:
    mine = (line.office.code, line.form, line.person)
    return {
        "office": line.office.name,
        "form": line.form,
        "person": line.person,
        "state": str(line.state),
        "due": _iso(line.due),
        "first_received": _iso(line.first_received),
        "accepted_on": _iso(line.accepted_on),
        "late_days": line.late_days,
        "questions": line.questions,
        "electronic": line.electronic,
        "paper": line.paper,
        "agreement": line.agreement,
        "pending": [
            one.message for one in matters if (one.office.code, one.form, one.person) == mine
        ],
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _operation_json(operation: OperationStatus) -> dict[str, object]:
    last, oldest = operation.last_scan, operation.oldest_waiting
    return {
        "last_scan": last.isoformat() if last else None,
        "waiting": operation.waiting,
        "too_large": list(operation.too_large),
        "oldest_waiting": oldest.isoformat() if oldest else None,
        "in_flight": operation.in_flight,
        "decided_today": operation.decided_today,
        "quarantine": dict(operation.quarantine),
        "disk_free": operation.disk_free,
        "lock": operation.lock,
        "last_backup": operation.last_backup,
        "chain_head": operation.chain_head,
    }


def _write_status(seen: Overview, operation: OperationStatus) -> None:
    from pipeline.monitor import told_together
    from pipeline.monitor.progress import gathered

    rows = [
        (
            line.office.name,
            line.form,
            line.person,
            line.state,
            _iso(line.due) or "",
            _iso(line.accepted_on) or "",
            f"{line.late_days}天" if line.late_days else "",
            line.questions or "",
            line.agreement or "",
        )
        for line in gathered(seen.lines)
    ]
    head = ("单位", "表", "人员", "状态", "期限", "收下日期", "迟报", "待核实", "与附表1比对")
    write_table("报送进度", head, rows)
    told = [(one.office.name, one.said) for one in told_together(seen.matters)]
    if told:
        write_table("活动要求", ("单位", "说明"), told)
    watching = operation.lock or "没有监听"
    waiting = "不详" if operation.waiting is None else operation.waiting
    click.echo(
        f"待办{waiting}件，办理中{operation.in_flight}件，今天办结{operation.decided_today}件，"
        f"隔离{sum(operation.quarantine.values())}件；监听：{watching}；"
        f"磁盘剩余{operation.disk_free / 1024**3:.1f}GB；"
        f"最近备份：{operation.last_backup or '无'}。"
    )
    for said in operation.too_large:
        click.echo(f"收件夹里的{said}")
