"""The log of the program: one line a file and outcome, never the content of a cell."""

from __future__ import annotations

import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.files import operations

if TYPE_CHECKING:
    from io import TextIOWrapper

_BYTES = 2_000_000
_KEPT = 5
_LINE = "%(asctime)s %(process)d %(levelname)s %(name)s %(message)s"


class _Log(RotatingFileHandler):
    """A log that makes its folder with its first line: who only asks leaves no trace."""

    def _open(self) -> TextIOWrapper:
        operations.make_folder(Path(self.baseFilename).parent, private=True)
        return super()._open()


def start_log(archive: Path) -> None:
    """Write what the program logs to archive/logs/yigang.log, rotated by size."""
    path = archive / "logs" / "yigang.log"
    handler = _Log(path, maxBytes=_BYTES, backupCount=_KEPT, encoding="utf-8", delay=True)
    handler.setFormatter(logging.Formatter(_LINE))
    root = logging.getLogger()
    for old in root.handlers[:]:
        root.removeHandler(old)
        old.close()
    root.addHandler(handler)
    root.setLevel(logging.INFO)
