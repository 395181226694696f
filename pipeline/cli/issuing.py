"""What goes out to be filled."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict, Unpack

import click

from pipeline.cli.options import json_option, now_option, opened, workspace_option
from pipeline.cli.show import progress, write_json, write_table

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.clock import Clock
    from pipeline.workbook.issue import Paper


class _Choice(TypedDict):
    """What is to be issued: see `pipeline.steps.issue.Wanted`."""

    offices: tuple[str, ...]
    round: str
    prefill: bool
    together: bool
    paper: Paper | None


@click.command(
    help="给各单位生成待填的表；再做一次，内容不变的文件不变。", short_help="生成各单位待填的表"
)
@workspace_option
@click.option("--office", "offices", multiple=True, metavar="单位", help="只给这个单位，可写几次。")
@click.option("--round", default="", metavar="轮次", help="哪一轮的表；不写就是当前一轮。")
@click.option("--prefill", is_flag=True, help="附表1带上已登记的风险点和编号，只改变动的地方。")
@click.option(
    "--together",
    is_flag=True,
    help="附件2每个单位合成一个文件，每人一张工作表；不写就是每人一个文件。",
)
@click.option(
    "--paper",
    type=click.Choice(["A3", "A4"]),
    help="附表1这一次用什么纸；不写就按配置。表号不变，交回来一样收。",
)
@json_option
@now_option
def templates(root: Path, now: Clock | None, as_json: bool, **wanted: Unpack[_Choice]) -> None:
    """Write the templates of a round."""
    from pipeline.steps.issue import Wanted

    with opened(root, now) as session:
        sent = []
        with progress("正在生成") as moved:
            for entry in session.issue(Wanted(**wanted)):
                sent.append(entry)
                moved(len(sent), max(len(sent), len(session.workspace.roster.offices)))
        outbox = session.workspace.paths.outbox
    if as_json:
        write_json(
            [
                {
                    "office": entry.office,
                    "person": entry.person,
                    "form": entry.form,
                    "number": entry.number,
                    "template": str(entry.template),
                    "outbox": str(entry.outbox),
                }
                for entry in sent
            ]
        )
        return
    rows = [
        (entry.office, entry.person, entry.form, entry.number, entry.outbox.name) for entry in sent
    ]
    write_table("已生成", ("单位", "人员", "表", "表号", "文件"), rows)
    click.echo(f"共{len(sent)}份，放在 {outbox} 各单位的“1-待填表”。")
