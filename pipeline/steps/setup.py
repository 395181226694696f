"""Making a workspace: configuration, blank roster and folders; nothing is ever overwritten."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.errors import UsageError
from pipeline.files import operations
from pipeline.forms.roster_form import ROSTER
from pipeline.forms.tailor import tailor
from pipeline.settings import CONFIG_NAME, default_text, parse
from pipeline.workbook.roster_book import write_roster_book
from pipeline.workspace.paths import ROSTER_NAME, make_folders, paths_of

if TYPE_CHECKING:
    from pathlib import Path


def set_up(folder: Path, *, year: int, bureau: str, inbox: str, outbox: str) -> tuple[Path, ...]:
    """Make a workspace in `folder` and return what was made.

    Raises:
        UsageError: there is one already, or a folder on a share is not there.
        ConfigError: an answer cannot stand in config.toml.
    """
    config, roster = folder / CONFIG_NAME, folder / ROSTER_NAME
    for path in (config, roster):
        if path.exists():
            message = f"{path} 已经有了，没有改动。请换一个文件夹，或先把它移开。"
            raise UsageError(message)
    text = default_text(year=year, bureau=bureau, inbox=inbox, outbox=outbox)
    settings = parse(text.encode())
    paths = paths_of(folder, settings)
    make_folders(paths)
    operations.write_new(config, text.replace("\n", "\r\n").encode("utf-8-sig"))
    operations.write_new(roster, write_roster_book(tailor(ROSTER, settings), (), ()))
    return config, roster, paths.inbox, paths.outbox, paths.templates
