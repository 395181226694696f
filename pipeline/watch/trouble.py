"""What ails the watcher: told once when it begins, when it changes and when it is over."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import PipelineError
from pipeline.files import operations

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

_log = logging.getLogger(__name__)

_UNEXPECTED = "监听遇到意外错误，已写入日志，程序会自动重试。"


class Trouble:
    """One thing that may go wrong again and again, for hours.

    over: the line that says that it is well again.
    """

    def __init__(self, told: Callable[[str], None], over: str) -> None:
        self._told = told
        self._over = over
        self._kind: Hashable = None

    def begin(self, kind: Hashable, line: str) -> None:
        """Tell `line`, unless the last thing told is of the same kind."""
        if kind != self._kind:
            self._kind = kind
            _log.warning("%s", line)
            self._told(line)

    def end(self) -> None:
        """Tell that it is over, where it had begun."""
        if self._kind is not None:
            self._kind = None
            _log.info("%s", self._over)
            self._told(self._over)

    def guard(self, step: Callable[[], None]) -> None:
        """Take a step that is tried again later anyway; nothing but the operator hears it fail."""
        try:
            step()
        except (PipelineError, OSError) as error:
            self.begin(_kind(error), _line(error))
        except Exception:  # noqa: BLE001 - the door: a bug must not end the watch of a campaign
            _log.exception("a step of the watch failed")
            self.begin(Exception, _UNEXPECTED)
        else:
            self.end()


def _kind(error: PipelineError | OSError) -> Hashable:
    """Return what makes two errors the same trouble: their lines may name changing files."""
    system = error if isinstance(error, OSError) else error.__cause__
    return type(error), getattr(system, "errno", None)


def _line(error: PipelineError | OSError) -> str:
    if isinstance(error, OSError):
        return str(operations.storage_error(error, Path(str(error.filename or "."))))
    return str(error)
