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
    from pipeline.steps.confirm import Said, Waiting


@click.command(
    help="办理待确认的文件。不写编号就列出待确认的和可以怎样办；办完即重新检查、登记、回复。",
    short_help="办理待确认的文件",
)
@click.argument("number", required=False, type=int, metavar="[编号]")
@click.option("--office", default="", metavar="单位", help="这是哪个单位的表。")
@click.option("--person", default="", metavar="姓名", help="这是谁的表（按人填的表）。")
@click.option("--supplement", is_flag=True, help="补报：没有出现的风险点照旧保留。")
@click.option("--replace", is_flag=True, help="替换：没有出现的风险点列为待核销。")
@click.option("--return", "why", default="", metavar="理由", help="退回，并把理由告诉报送单位。")
@click.option("--again", is_flag=True, help="检查程序异常的，再检查一次。")
@click.option("--by", default="", metavar="姓名", help="谁决定的；不写就是局纪检组。")
@workspace_option
@json_option
@now_option
def confirm(  # noqa: PLR0913 - an argument an option
    root: Path,
    now: Clock | None,
    number: int | None,
    by: str,
    *,
    as_json: bool,
    supplement: bool,
    replace: bool,
    **said: str | bool,
) -> None:
    """List what waits, or settle one of it."""
    from pipeline.errors import UsageError
    from pipeline.steps.confirm import GROUP, Said, waiting

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
    if number is None:
        if answer != Said():
            message = "请写明办理哪一号。不带任何选项运行 yigang confirm 可看编号。"
            raise UsageError(message)
        with opened(root, now) as workspace:
            _write_waiting(waiting(workspace), as_json=as_json)
        return
    settled = _settle(root, now, number, (answer, by or GROUP))
    _write_settled(settled, as_json=as_json)
    refused = settled.verdict in {"returned", "quarantined"} and not answer.why
    sys.exit(closing_code(returned=refused, overdue=False))


def _settle(root: Path, now: Clock | None, number: int, how: tuple[Said, str]) -> Arrival:
    """File the group's word, then decide and answer the file anew."""
    from pipeline.ledger import arrivals
    from pipeline.steps.confirm import confirm as settle
    from pipeline.steps.consolidate import consolidate
    from pipeline.steps.receive import reading_pool
    from pipeline.steps.receive import receive as receive_claimed

    said, who = how
    with opened(root, now) as workspace, reading_pool(workspace) as pool:
        settle(workspace, number, said, who)
        receive_claimed(workspace, pool)
        consolidate(workspace, workspace.today)
        with workspace.ledger.reading() as db:
            return arrivals.get(db, number)


def _write_waiting(found: Sequence[Waiting], *, as_json: bool) -> None:
    from pipeline.files.names import shown

    if as_json:
        write_json([_waiting_json(one) for one in found])
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
    click.echo(f"共{len(found)}件待确认。" if found else "没有待确认的文件。")


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
