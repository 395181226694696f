"""What the group fixes: the list of levels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from pipeline.cli.options import as_of_option, json_option, now_option, opened, workspace_option
from pipeline.cli.show import write_json

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from pipeline.clock import Clock


@click.command(
    help="出等级审定表：列出还没有审定等级的风险点。填好放进收件夹的“纪检组”文件夹，随到随登记。",
    short_help="出等级审定表",
)
@click.option("--all", "everything", is_flag=True, help="已审定的也列出来。")
@workspace_option
@as_of_option
@json_option
@now_option
def review(
    root: Path, as_of: date | None, now: Clock | None, *, everything: bool, as_json: bool
) -> None:
    """Write the list of levels to be fixed."""
    with opened(root, now, as_of=as_of) as session:
        place = session.review(everything=everything)
        group = session.workspace.paths.group
    if as_json:
        write_json({"written": str(place)})
        return
    click.echo(f"已写 {place}")
    click.echo(f"填好以后放进 {group}，别处的不收。")
