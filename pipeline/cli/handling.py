"""What handles files: check, run, watch, and the receiver that watch starts."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.exit_codes import FAILED, closing_code
from pipeline.cli.options import json_option, now_option, opened, workspace_option
from pipeline.cli.show import progress, write_json, write_table
from pipeline.vocab import VERDICTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.clock import Clock
    from pipeline.steps.check import FileReport
    from pipeline.steps.run import RunReport


@click.command(
    help="检查表格，只说问题，不登记、不移动文件。"
    "当前文件夹不是工作文件夹时，用表里自带的下拉框和默认设置检查。",
    short_help="检查表格，不登记",
)
@click.argument(
    "files", nargs=-1, required=True, metavar="文件...", type=click.Path(path_type=Path)
)
@workspace_option
@click.option("--alone", is_flag=True, help="不用工作文件夹，只按表里自带的下拉框和默认设置检查。")
@json_option
@now_option
def check(
    files: tuple[Path, ...], root: Path, alone: bool, as_json: bool, now: Clock | None
) -> None:
    """Check files and leave everything where it is."""
    if alone or _is_nowhere(root):
        reports = _checked_alone(files, now)
    else:
        reports = _checked(files, root, now)
    if as_json:
        write_json([report.to_json() for report in reports])
    else:
        _write_reports(reports)
    sys.exit(closing_code(returned=_any_faulty(reports), overdue=False))


def _is_nowhere(root: Path) -> bool:
    """Tell whether no workspace was named and the current folder is none."""
    from pipeline.settings import CONFIG_NAME

    named = (
        click.get_current_context().get_parameter_source("root")
        is not click.core.ParameterSource.DEFAULT
    )
    return not named and not (root / CONFIG_NAME).exists()


def _checked(files: Sequence[Path], root: Path, now: Clock | None) -> tuple[FileReport, ...]:
    with opened(root, now) as session:
        return session.check(files)


def _checked_alone(files: Sequence[Path], now: Clock | None) -> tuple[FileReport, ...]:
    from pipeline import clock
    from pipeline.steps.alone import check_alone

    reports = tuple(check_alone(files, now or clock.system))
    click.echo("没有用工作文件夹：按表里自带的下拉框和默认设置检查。", err=True)
    for said in dict.fromkeys(said for report in reports for said in report.skipped):
        click.echo(f"  {said}", err=True)
    return reports


def _name(report: FileReport) -> str:
    from pipeline.files.names import shown

    return shown(Path(report.file).name)


def _any_faulty(reports: Sequence[FileReport]) -> bool:
    return any(report.verdict in {"returned", "quarantined"} for report in reports)


def _write_reports(reports: Sequence[FileReport]) -> None:
    from pipeline.findings import SHOWN

    for report in reports:
        for part in report.parts:
            rows = [(SHOWN[finding.klass], finding.message) for finding in part.findings]
            if rows:
                write_table(_name(report), ("类别", "问题"), rows)
    head = ("文件", "单位", "人员", "结果", "行数", "必改", "请核实", "说明")
    write_table("检查结果", head, [row for report in reports for row in _rows(report)])


def _rows(report: FileReport) -> list[tuple[str | int, ...]]:
    """Return a row a part: a file may hold the forms of several persons."""
    from pipeline.findings import CATALOGUE

    if not report.parts:
        verdict, meaning = VERDICTS[report.verdict], CATALOGUE[report.reason].meaning
        return [(_name(report), "", "", verdict, "", "", "", meaning)]
    return [
        (
            _name(report),
            part.office,
            part.person,
            VERDICTS[part.verdict],
            part.records,
            sum(finding.klass == "强制" for finding in part.findings),
            part.questions,
            CATALOGUE[part.reason].meaning,
        )
        for part in report.parts
    ]


@click.command(help="收一次：办完收件夹里现有的文件，再更新汇总。", short_help="收一次，更新汇总")
@workspace_option
@json_option
@now_option
@click.option("--dry-run", is_flag=True, help="只说会怎样，不移动、不登记任何文件。")
def run(root: Path, as_json: bool, now: Clock | None, dry_run: bool) -> None:
    """Receive once what waits, then consolidate."""
    with opened(root, now) as session:
        if dry_run:
            _write_preview(session.preview(), as_json=as_json)
            return
        with progress("正在办理") as moved:
            report = session.run(moved)
        # Told before the summaries: what was received is done, whatever the outbox says.
        _write_run(report, as_json=as_json)
        session.consolidate()
    if report.unanswered:
        sys.exit(FAILED)
    faulty = report.counts["returned"] + report.counts["quarantined"]
    sys.exit(closing_code(returned=bool(faulty), overdue=False))


def _write_preview(reports: Sequence[FileReport], *, as_json: bool) -> None:
    if as_json:
        write_json([report.to_json() for report in reports])
        return
    if not reports:
        click.echo("收件夹里没有文件。")
        return
    rows = [(_name(report), VERDICTS[report.verdict]) for report in reports]
    write_table("试运行：没有移动任何文件", ("文件", "会怎样"), rows)


def _write_run(report: RunReport, *, as_json: bool) -> None:
    if as_json:
        write_json(report.to_json())
    else:
        _write_arrivals(report)
    if report.unanswered:
        told = f"有{report.unanswered}件的回复没有写成，下次运行时补写。请检查发件夹。"
        click.echo(told, err=True)


def _write_arrivals(report: RunReport) -> None:
    from pipeline.files.names import shown
    from pipeline.findings import CATALOGUE
    from pipeline.steps.run import arrival_json

    told = [arrival_json(arrival) for arrival in (*report.received, *report.prechecked)]
    rows = [
        (
            entry["arrival"],
            entry["name"],
            VERDICTS[str(entry["verdict"])],
            CATALOGUE[str(entry["reason"])].meaning,
            entry["answer"] or "",
        )
        for entry in told
    ]
    write_table("本次办理", ("编号", "文件", "结果", "说明", "回复（在发件夹）"), rows)
    for waiting in report.waiting:
        click.echo(f"还在收件夹：{shown(waiting.path.name)}（{waiting.reason}）")
    counts = report.counts
    zips = f"，拆开压缩包{counts['unpacked']}" if counts["unpacked"] else ""
    click.echo(
        f"共{len(report.received)}件：已收{counts['accepted']}，退回{counts['returned']}，"
        f"未能读取{counts['quarantined']}，待确认{counts['unconfirmed']}，"
        f"重复{counts['duplicates']}{zips}；还在收件夹{len(report.waiting)}件。"
    )


@click.command(help="监听收件夹：有表就办，直到按 Ctrl+C。", short_help="监听收件夹，随到随办")
@workspace_option
@now_option
def watch(root: Path, now: Clock | None) -> None:
    """Watch until stopped."""
    from pipeline import clock
    from pipeline.watch import watch as watch_inbox

    # The watching process itself opens no roster: its faults are told here, before it starts.
    opened(root, now, check=False).close()
    watch_inbox(
        root.resolve(), now=now or clock.system, told=lambda line: click.echo(line, err=True)
    )


@click.command(hidden=True, help="办理已收下的文件；由 watch 启动，不必自己运行。")
@workspace_option
@now_option
def receive(root: Path, now: Clock | None) -> None:
    """Receive what is claimed each time a line comes in; started by watch, ends with its input."""
    from pipeline.reading.pool import ReadingPool
    from pipeline.steps.publish import sweep_outputs
    from pipeline.steps.receive import limits_of
    from pipeline.steps.receive import receive as receive_claimed

    with opened(root, now) as session:
        limits = limits_of(session.workspace)
        sweep_outputs(session.workspace)
    with ReadingPool(limits, workers=session.workspace.settings.checks.workers) as pool:
        for _ in sys.stdin:
            # Opened anew each time: what was changed in config.toml or roster.xlsx counts at once.
            with opened(root, now, check=False) as session:
                received = receive_claimed(session.workspace, pool)
            click.echo(f'{{"received": {len(received)}}}')
            sys.stdout.flush()
