"""What is read from the archive: consolidate, nightly, compile, status."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from pipeline.cli.exit_codes import closing_code
from pipeline.cli.options import (
    as_of_option,
    day_option,
    json_option,
    now_option,
    opened,
    workspace_option,
)
from pipeline.cli.show import write_json, write_table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    from pipeline.clock import Clock
    from pipeline.monitor import Matter, Progress
    from pipeline.steps.progress import Overview
    from pipeline.steps.status import OperationStatus


@click.command(help="按档案库重做档案库表、统计汇总和报送进度。", short_help="更新档案库表和汇总")
@workspace_option
@as_of_option
@json_option
@now_option
def consolidate(root: Path, as_of: date | None, as_json: bool, now: Clock | None) -> None:
    """Write the summaries of a day."""
    with opened(root, now, as_of=as_of) as session:
        written = session.consolidate()
    if as_json:
        write_json({"written": [str(path) for path in written]})
        return
    for path in written:
        click.echo(f"已更新 {path}")


@click.command(
    help="夜间任务：收件、汇总、出报告、备份。同一天重做，结果不变。", short_help="夜间任务"
)
@workspace_option
@day_option
@json_option
@now_option
def nightly(root: Path, day: date | None, as_json: bool, now: Clock | None) -> None:
    """Run the night of a day."""
    with opened(root, now) as session:
        night = session.nightly(day)
        outbox = session.workspace.paths.outbox
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
        for path in night.written:
            click.echo(f"已写 {path}")
        late = "、".join(dict.fromkeys(line.office.name for line in night.overdue)) or "无"
        click.echo(
            f"{night.day}：本次收件{len(night.received)}件，退回{len(faulty)}件；逾期单位：{late}。"
        )
    sys.exit(closing_code(returned=bool(faulty), overdue=bool(night.overdue)))


@click.command(
    "compile", help="编印汇编第二册“风险点及防控措施”（Word和PDF）。", short_help="编印汇编第二册"
)
@workspace_option
@as_of_option
@json_option
@now_option
def compile_(root: Path, as_of: date | None, as_json: bool, now: Clock | None) -> None:
    """Write the second volume."""
    with opened(root, now, as_of=as_of) as session:
        volume = session.compile()
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
@as_of_option
@json_option
@now_option
def status(root: Path, as_of: date | None, as_json: bool, now: Clock | None) -> None:
    """Show who sent what and how the machinery stands."""
    from pipeline.monitor import overdue
    from pipeline.steps.status import level_counts, operation_status

    with opened(root, now, check=False, as_of=as_of) as session:
        today = session.day
        seen = session.overview()
        levels = level_counts(session.workspace, today)
        # How the machinery stood on an earlier day is on no record.
        operation = None if as_of else operation_status(session.workspace)
        pending = len(session.waiting())
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
                "operation": _operation_json(operation) if operation else None,
            }
        )
    else:
        _write_progress(seen)
        if operation:
            _write_operation(operation)
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


def _write_progress(seen: Overview) -> None:
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


def _write_operation(operation: OperationStatus) -> None:
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
