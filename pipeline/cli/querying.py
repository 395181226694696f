"""What is asked of the archive: explain, export."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.options import as_of_option, json_option, now_option, opened, workspace_option
from pipeline.cli.show import write_json, write_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.clock import Clock
    from pipeline.ledger.rows import DecisionRow
    from pipeline.steps.explain import Explained, FileOf, Step
    from pipeline.steps.levels import Turn

_BRIEF = 12  # characters of a hash are enough to tell two apart
# What a decision says, in the words of people; what is not named here stands as it is filed.
_SAID = {
    "code": "问题",
    "reply": "单位的说明",
    "why": "理由",
    "office": "单位",
    "person": "人员",
    "missing": "没有出现的",
    "stage": "环节",
    "level": "等级",
    "reason": "事由",
    "day": "日期",
    "date": "日期",
}
_WORDS = {"supplement": "补报（照旧保留）", "replace": "替换（列为待核销）"}
_INNER = ("form", "record", "values")  # what the machine finds the record by
_KINDS = {"confirm": "办理待确认", "answer": "对说明的意见", "level": "等级审定"}


@click.command(
    help="说清一个风险点的来龙去脉：现在怎样，历次版本改了什么、取自哪个文件哪一格、规范化了什么、"
    "查出了什么、谁决定的。编号不分大小写和全半角。",
    short_help="查一个风险点的来龙去脉",
)
@click.argument("number", metavar="编号")
@workspace_option
@json_option
@now_option
def explain(root: Path, number: str, as_json: bool, now: Clock | None) -> None:
    """Tell the whole story of a risk point."""
    with opened(root, now, check=False) as session:
        story = session.explain(number)
    if as_json:
        write_json(_plain(asdict(story)))
        return
    _write(story)


def _plain(value: object) -> object:
    """Return a value with its moments as text."""
    if isinstance(value, dict):
        return {key: _plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(entry) for entry in value]
    return value.isoformat() if isinstance(value, date) else value


def _write(story: Explained) -> None:
    levels = story.levels
    click.echo(f"{story.number}　{story.office}　{story.form}　{story.status}")
    click.echo(f"岗位：{_shown(story.post)}　风险点：{_shown(story.point)}")
    click.echo(
        f"等级：填报{levels.filled or '无'}，就高{levels.raised or '无'}，"
        f"审定{levels.fixed or '无'}，现行{levels.in_force or '无'}。"
    )
    for step in story.steps:
        _write_step(step)
    if story.turns:
        turns = ("日期", "环节", "等级", "理由", "谁定的", "出处")
        write_table("等级怎样来的", turns, [_turn_row(one) for one in story.turns])
    if story.decisions:
        head = ("时间", "谁决定的", "什么事", "内容")
        write_table("局纪检组的决定", head, [_decision_row(one) for one in story.decisions])


def _turn_row(one: Turn) -> tuple[str, ...]:
    said = map(_shown, (one.reason, one.who, one.source))
    return (one.day.isoformat(), one.stage, one.level, *said)


def _write_step(step: Step) -> None:
    from pipeline import clock

    click.echo(
        f"\n第{step.version}版　{step.change}　{clock.shown(step.at)}　当时等级{step.level or '无'}"
    )
    if step.file:
        click.echo(_file_line(step.file, step))
    who = "、".join(dict.fromkeys(one.who for one in step.decided))
    click.echo(f"  由{who}决定。" if who else "  由系统按规则决定。")
    if step.changes:
        rows = [
            (one.header, _shown(one.before), _shown(one.after), one.cell or "（系统填写）")
            for one in step.changes
        ]
        write_table("改动", ("栏目", "原内容", "新内容", "单元格"), rows)
    if step.repairs:
        mended = [
            (one.rule, one.cell, one.column, _shown(one.before), _shown(one.after))
            for one in step.repairs
        ]
        write_table("规范化", ("规则", "单元格", "栏目", "原值", "新值"), mended)
    if step.findings:
        told = [
            (one.code, one.klass, _shown(one.message), _shown(one.reply)) for one in step.findings
        ]
        write_table("检查发现", ("代码", "类别", "说明", "单位的情况说明"), told)


def _file_line(file: FileOf, step: Step) -> str:
    from pipeline.ledger.rows import MISSING
    from pipeline.vocab import CHANGES

    lacking = "，其中没有这个风险点" if step.change == CHANGES[MISSING] else ""
    lies = f"，{step.place}" if step.place else lacking
    return (
        f"  文件：{file.name}（收件编号{file.arrival}，SHA-256 {file.sha256[:_BRIEF]}）{lies}\n"
        f"  依据：配置 {file.config[:_BRIEF]}，名册 {file.roster[:_BRIEF]}"
    )


def _decision_row(one: DecisionRow) -> Sequence[str]:
    from pipeline import clock
    from pipeline.findings import CATALOGUE

    said = []
    for key, value in one.payload.items():
        if value and key not in _INNER:
            meant = CATALOGUE[value].meaning if value in CATALOGUE else _WORDS.get(value, value)
            said.append(f"{_SAID.get(key, key)}：{_shown(meant)}")
    agreed = one.kind == "answer" and not one.payload.get("why")
    told = [*(["同意"] if agreed else []), *said]
    return clock.shown(one.at), one.who, _KINDS.get(one.kind, one.kind), "；".join(told)


def _shown(text: str) -> str:
    """Return a text fit for a console; its lines stay lines."""
    from pipeline.files.names import shown

    return "\n".join(map(shown, text.split("\n")))


@click.command(
    help="导出档案：风险点、历次版本、进度、收件、检查发现、单位，附数据说明 datapackage.json。"
    "属内部资料，放在发件夹的 纪检组/导出/<日期>/<格式>。",
    short_help="导出档案（csv、json、parquet）",
)
@workspace_option
@click.option(
    "--format",
    "formats",
    type=click.Choice(["csv", "json", "parquet"]),
    multiple=True,
    default=("csv",),
    show_default="csv",
    help="格式，可写几次；parquet要另装pyarrow。",
)
@click.option("--people", is_flag=True, help="连同人员名册。")
@click.option(
    "--to",
    "folder",
    metavar="文件夹",
    type=click.Path(path_type=Path, file_okay=False),
    help="导出到别的文件夹；那里已有的文件不会改动。",
)
@as_of_option
@json_option
@now_option
def export(  # noqa: PLR0913 - an argument an option
    root: Path,
    formats: tuple[str, ...],
    as_of: date | None,
    now: Clock | None,
    *,
    people: bool,
    folder: Path | None,
    as_json: bool,
) -> None:
    """Write the tables of a day."""
    from pipeline.steps.export import Wanted

    with opened(root, now, as_of=as_of) as session:
        written = session.export(Wanted(formats, people, folder))
    if as_json:
        write_json({"written": [str(path) for path in written]})
        return
    for path in written:
        click.echo(f"已写 {path}")
