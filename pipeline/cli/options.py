"""Options that several commands share, and the workspace they open."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from pipeline.clock import Clock
    from pipeline.session import Session

workspace_option = click.option(
    "-w",
    "--workspace",
    "root",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(),
    show_default="当前文件夹",
    help="工作文件夹（有 config.toml 的文件夹）。",
)
json_option = click.option("--json", "as_json", is_flag=True, help="结果按JSON写到标准输出。")
now_option = click.option(
    "--now",
    metavar="时刻",
    callback=lambda _context, _option, value: _clock(value),
    help="演练用：当作现在是这个时刻，如 2011-09-13T20:00。",
)
day_option = click.option(
    "--date",
    "day",
    metavar="日期",
    callback=lambda _context, _option, value: _day(value),
    help="报告哪一天，如 2011-09-13；不写就是当天（早上6点以前为前一天）。",
)
as_of_option = click.option(
    "--as-of",
    "as_of",
    metavar="日期",
    callback=lambda _context, _option, value: _day(value),
    help="按哪一天结束时的档案、配置和名册，如 2011-09-13；不写就是现在。"
    "早先的日子写在“纪检组/往期”里，不动现在的文件。",
)


def _clock(written: str | None) -> Clock | None:
    """Return a clock that starts at the moment written, in Shanghai time, and runs on."""
    if written is None:
        return None
    from pipeline import clock

    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        message = f"“{written}”不是时刻。请写成 2011-09-13T20:00 这样。"
        raise click.BadParameter(message) from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=clock.SHANGHAI)
    return clock.starting(moment.astimezone(UTC))


def _day(written: str | None) -> date | None:
    """Return the day written."""
    try:
        return date.fromisoformat(written) if written else None
    except ValueError:
        message = f"“{written}”不是日期。请写成 2011-09-13 这样。"
        raise click.BadParameter(message) from None


def opened(
    root: Path, now: Clock | None, *, check: bool = True, as_of: date | None = None
) -> Session:
    """Open the workspace of a command, as of a day, and start its log."""
    from pipeline import open_workspace
    from pipeline.cli.logs import start_log

    session = open_workspace(root, now=now, check=check, as_of=as_of)
    start_log(session.workspace.paths.archive)
    return session
