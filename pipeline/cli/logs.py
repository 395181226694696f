"""The log of the program: one line a file and outcome, never the content of a cell."""

from __future__ import annotations

import logging
import os
import traceback
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import PipelineError
from pipeline.files import operations

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import TextIOWrapper
    from types import TracebackType

_BYTES = 2_000_000
_KEPT = 5
_PRIVATE = 0o600
_LINE = "%(asctime)s %(process)d %(levelname)s %(name)s %(message)s"


class _Log(RotatingFileHandler):
    """A log that makes its folder with its first line: who only asks leaves no trace.

    It is its owner's alone whatever the umask.
    """

    def _open(self) -> TextIOWrapper:
        operations.make_folder(Path(self.baseFilename).parent, private=True)
        os.close(os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND, _PRIVATE))
        return super()._open()


class _Line(logging.Formatter):
    """A line of the log; behind it where an error came from, without what it says."""

    def formatException(  # noqa: N802 - the library's name
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None]
        | tuple[None, None, None],
    ) -> str:
        return report(ei[1]) if ei[1] else ""


def report(error: BaseException) -> str:
    """Return where an error came from and of what kind it and its causes are.

    What it says is left out unless it is ours: libraries quote the text they choke on, and the
    content of a cell belongs into no log.
    """
    return "\n".join(_told(one) for one in reversed([*_causes(error)]))


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _told(error: BaseException) -> str:
    said = f": {error}" if isinstance(error, PipelineError) else ""
    return f"{''.join(traceback.format_tb(error.__traceback__))}{type(error).__qualname__}{said}"


def start_log(archive: Path) -> None:
    """Write what the program logs to archive/logs/yigang.log, rotated by size."""
    path = archive / "logs" / "yigang.log"
    handler = _Log(path, maxBytes=_BYTES, backupCount=_KEPT, encoding="utf-8", delay=True)
    handler.setFormatter(_Line(_LINE))
    root = logging.getLogger()
    for old in root.handlers[:]:
        root.removeHandler(old)
        old.close()
    root.addHandler(handler)
    root.setLevel(logging.INFO)
