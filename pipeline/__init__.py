"""The spreadsheet pipeline of the 一岗一预防 campaign.

    from pipeline import open_workspace

The rest of the package may change; what `Session` and the values that it returns promise may not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.version import __version__

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime
    from pathlib import Path

    from pipeline.session import Session

__all__ = ["__version__", "open_workspace"]


def open_workspace(
    root: Path,
    *,
    as_of: date | None = None,
    now: Callable[[], datetime] | None = None,
    check: bool = True,
) -> Session:
    """Open the workspace in `root`, the folder with config.toml; use it in a `with`.

    as_of: by archive, configuration and roster as they stood at the end of that day; what is then
    written lies in 纪检组/往期. now: an aware clock, for rehearsals. check: look through the
    database first.

    Raises:
        UsageError: there is no config.toml, a folder is away, or nothing was on record on that day.
        ConfigError: configuration or roster have faults; all of both are told.
        StorageError: the archive cannot be used.
    """
    from pipeline.session import open_session  # noqa: PLC0415 - a version costs no database

    return open_session(root, as_of=as_of, now=now, check=check)
