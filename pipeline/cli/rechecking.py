"""What looks at the archive anew: recheck."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from pipeline.cli.options import json_option, now_option, opened, workspace_option
from pipeline.cli.show import write_json, write_table

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.clock import Clock
    from pipeline.steps.recheck import Recheck


@click.command(
    help="按现在的规则、配置和名册，把已收的表再查一遍，只说与当时有什么不同，不改任何结果。",
    short_help="按现在的规则复查已收的表",
)
@workspace_option
@click.option("--office", "offices", multiple=True, metavar="单位", help="只查这个单位，可写几次。")
@click.option("--save", is_flag=True, help="结果另存为发件夹 纪检组/清单/规则复查.xlsx。")
@json_option
@now_option
def recheck(
    root: Path, offices: tuple[str, ...], save: bool, as_json: bool, now: Clock | None
) -> None:
    """Check what was accepted again and tell the difference."""
    from pipeline.steps.recheck import save_recheck

    with opened(root, now) as session:
        found = session.recheck(offices)
        written = save_recheck(session.workspace, found) if save else None
    if as_json:
        changes = [one.to_json() for one in found.changes]
        path = str(written) if written else None
        write_json({"checked": found.checked, "changes": changes, "written": path})
        return
    _write(found)
    if written:
        click.echo(f"已写 {written}")


def _write(found: Recheck) -> None:
    head = ("单位", "表", "人员", "文件", "变化", "类别", "说明")
    if found.changes:
        write_table("复查结果", head, [one.row.cells for one in found.changes])
    click.echo(
        f"共复查已收的表{found.checked}份，与当时不同的{len(found.changes)}处；没有改动任何结果。"
    )
