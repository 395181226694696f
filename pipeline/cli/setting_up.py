"""Making a workspace."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import click


@click.command(
    help="新建工作文件夹：config.toml、roster.xlsx 和各文件夹。", short_help="新建工作文件夹"
)
@click.argument("folder", default=Path(), metavar="[文件夹]", type=click.Path(path_type=Path))
@click.option("--year", type=click.IntRange(2000, 2100), metavar="年份", help="活动年度。")
@click.option("--bureau", metavar="名称", help="本局全称。")
@click.option("--inbox", metavar="路径", help="收件夹，可以是共享文件夹的路径。")
@click.option("--outbox", metavar="路径", help="发件夹，可以是共享文件夹的路径。")
def init(
    folder: Path, year: int | None, bureau: str | None, inbox: str | None, outbox: str | None
) -> None:
    """Make a workspace; asks for what was not given."""
    from pipeline.steps.setup import set_up

    ask = sys.stdin is not None and sys.stdin.isatty()
    this_year = datetime.now(UTC).year
    if bureau is None and not ask:
        message = "请用 --bureau 写明本局全称，如 --bureau 临江市财政局。"
        raise click.UsageError(message)
    made = set_up(
        folder.resolve(),
        year=year or (click.prompt("活动年度", this_year, type=int) if ask else this_year),
        bureau=bureau or click.prompt("本局全称"),
        inbox=inbox or (click.prompt("收件夹", "inbox") if ask else "inbox"),
        outbox=outbox or (click.prompt("发件夹", "outbox") if ask else "outbox"),
    )
    for path in made:
        click.echo(f"已建 {path}")
    click.echo("下一步：填好 roster.xlsx（单位和人员），改好 config.toml 的联系人，")
    click.echo("　　　　再运行 yigang templates。")
