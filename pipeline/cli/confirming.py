"""What the group decides: files that wait for its word."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from pipeline.cli.exit_codes import closing_code
from pipeline.cli.options import json_option, now_option, opened, workspace_option
from pipeline.cli.show import write_json, write_table
from pipeline.vocab import VERDICTS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pipeline.clock import Clock
    from pipeline.ledger.rows import Arrival
    from pipeline.monitor import Gone, Query
    from pipeline.steps.confirm import Waiting


@click.command(
    help="办理待确认的文件、单位的说明和待核销的风险点。不写编号就全部列出，并写明可以怎样办。",
    short_help="办理待确认、说明和待核销",
)
@click.argument("number", default="", metavar="[编号]")
@click.option("--office", default="", metavar="单位", help="这是哪个单位的表。")
@click.option("--person", default="", metavar="姓名", help="这是谁的表（按人填的表）。")
@click.option("--supplement", is_flag=True, help="补报：没有出现的风险点照旧保留。")
@click.option("--replace", is_flag=True, help="替换：没有出现的风险点列为待核销。")
@click.option("--return", "why", default="", metavar="理由", help="退回，并把理由告诉报送单位。")
@click.option("--again", is_flag=True, help="检查程序异常的，再检查一次。")
@click.option("--agree", is_flag=True, help="同意：说明属实，或同意核销这个风险点。")
@click.option("--refuse", default="", metavar="理由", help="不同意说明或核销，请单位重新说明。")
@click.option("--by", default="", metavar="姓名", help="谁决定的；不写就是局纪检组。")
@workspace_option
@json_option
@now_option
def confirm(  # noqa: PLR0913 - an argument an option
    root: Path,
    now: Clock | None,
    number: str,
    by: str,
    *,
    as_json: bool,
    supplement: bool,
    replace: bool,
    **said: str | bool,
) -> None:
    """List what waits, or settle one of it."""
    from pipeline.errors import UsageError
    from pipeline.steps.case import GROUP
    from pipeline.steps.confirm import Said

    if supplement and replace:
        message = "--supplement 和 --replace 只能写一个。"
        raise UsageError(message)
    answer = Said(
        office=str(said["office"]),
        person=str(said["person"]),
        missing="supplement" if supplement else "replace" if replace else "",
        why=str(said["why"]).strip(),
        again=bool(said["again"]),
    )
    opinion = (bool(said["agree"]), str(said["refuse"]).strip())
    if not number:
        if answer != Said() or any(opinion):
            message = "请写明办理哪一号。不带任何选项运行 yigang confirm 可看编号。"
            raise UsageError(message)
        _list(root, now, as_json=as_json)
        return
    if not number.isdecimal():
        if answer != Said() or all(opinion) or not any(opinion):
            message = f"请写明{number}怎样办理：--agree（同意）或 --refuse 理由（不同意）。"
            raise UsageError(message)
        _write_opinion(root, now, number, (by or GROUP, opinion[1]), as_json=as_json)
        return
    if any(opinion):
        message = "--agree 和 --refuse 只用于说明和待核销。请运行 yigang confirm 查看编号。"
        raise UsageError(message)
    with opened(root, now) as session:
        settled = session.confirm(int(number), answer, by)
    _write_settled(settled, as_json=as_json)
    refused = settled.verdict in {"returned", "quarantined"} and not answer.why
    sys.exit(closing_code(returned=refused, overdue=False))


def _list(root: Path, now: Clock | None, *, as_json: bool) -> None:
    """Tell everything that waits: files, risk points that are 待核销, explanations to be read."""
    from pipeline.files.names import shown

    with opened(root, now) as session:
        found, asked = session.waiting(), session.verification()
    if as_json:
        files = ({"kind": "file"} | _waiting_json(one) for one in found)
        missing = ({"kind": "gone"} | _gone_json(one) for one in asked.gone)
        replies = ({"kind": "reply"} | _reply_json(one) for one in asked.replied)
        write_json([*files, *missing, *replies])
        return
    _write_waiting(found)
    if asked.gone:
        gone = ("编号", "单位", "等级", "内容", "单位写的原因", "可以怎样办")
        write_table("待核销", gone, [_gone_row(one) for one in asked.gone])
    if asked.replied:
        head = ("编号", "单位", "表", "人员", "问题", "单位的说明", "可以怎样办")
        rows = [
            (*(one.number, one.office.name, one.form, one.person), *map(shown, said), _WAYS)
            for one in asked.replied
            for said in [(one.question, one.reply)]
        ]
        write_table("已说明，待看", head, rows)
    if asked.gone or asked.replied:
        click.echo(f"共{len(asked.gone)}条待核销，{len(asked.replied)}项说明待看。")


_WAYS = "--agree（同意）或 --refuse 理由（不同意）"


def _gone_row(one: Gone) -> tuple[str, ...]:
    from pipeline.files.names import shown

    ways = _WAYS if one.waits else "等单位写明原因或恢复"
    reply = f"{one.reply}（没有同意：{one.why}）" if one.why else one.reply
    return one.number, one.office.name, one.level, shown(one.text), shown(reply), ways


def _gone_json(one: Gone) -> dict[str, object]:
    return {
        "number": one.number,
        "office": one.office.name,
        "level": one.level,
        "text": one.text,
        "since": one.since.isoformat(),
        "reply": one.reply,
        "refused": one.why,
    }


def _reply_json(one: Query) -> dict[str, object]:
    return {
        "number": one.number,
        "office": one.office.name,
        "form": one.form,
        "person": one.person,
        "code": one.code,
        "question": one.question,
        "reply": one.reply,
    }


def _write_opinion(
    root: Path, now: Clock | None, number: str, said: tuple[str, str], *, as_json: bool
) -> None:
    """File what the officer says of an explanation or of a risk point that is 待核销."""
    from pipeline.steps.verify import Opinion

    with opened(root, now) as session:
        stand = session.settle(number, Opinion(*said))
    if as_json:
        write_json({"number": number, "stand": stand.name.lower(), "why": said[1]})
        return
    click.echo(f"{number}：{stand.value}。")


def _write_waiting(found: Sequence[Waiting]) -> None:
    from pipeline.files.names import shown

    if not found:
        click.echo("没有待确认的文件。")
        return
    rows = [
        (
            one.arrival.id,
            shown(one.arrival.name),
            one.office,
            one.form,
            one.person,
            one.meaning,
            "，".join(one.ways),
        )
        for one in found
    ]
    write_table("待确认", ("编号", "文件", "单位", "表", "人员", "原因", "可以怎样办"), rows)
    click.echo(f"共{len(found)}件待确认。")


def _waiting_json(one: Waiting) -> dict[str, object]:
    from pipeline.files.names import shown

    return {
        "arrival": one.arrival.id,
        "name": shown(one.arrival.name),
        "office": one.office,
        "form": one.form,
        "person": one.person,
        "reasons": list(one.reasons),
        "said": one.said,
        "overtaken": one.overtaken or None,
    }


def _write_settled(arrival: Arrival, *, as_json: bool) -> None:
    from pipeline.findings import CATALOGUE
    from pipeline.steps.run import arrival_json

    told = arrival_json(arrival)
    if as_json:
        write_json(told)
        return
    verdict = VERDICTS[arrival.verdict or "unconfirmed"]
    click.echo(f"第{arrival.id}号：{verdict}（{CATALOGUE[arrival.reason].meaning}）。")
    click.echo(f"回复（在发件夹）：{told['answer'] or '还没有写成，下次运行时补写'}")
