"""The receiver: a warm process that reads, decides and answers what the watcher has claimed."""

from __future__ import annotations

import json
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from pipeline.files.names import shown
from pipeline.watch.child import Child, is_long
from pipeline.watch.trouble import Trouble

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path
    from typing import Self

_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 60.0


class Receiver:
    """The one child, started at the first work and again after its death.

    What brought nothing, be it by a death or by files that Windows does not let go, is tried again
    after a pause that doubles up to a minute.
    """

    def __init__(self, command: Sequence[str], log: Path, told: Callable[[str], None]) -> None:
        self._command = command
        self._log = log
        self._told = told
        self._trouble = Trouble(told, "办理恢复正常。")
        self._child: Child | None = None
        self._is_busy = False
        self._has_failed = False
        self._tried: frozenset[int] = frozenset()
        self._pause = 0.0
        self._rested_at = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the child."""
        child, self._child = self._child, None
        self._is_busy = False
        if child:
            child.close()

    def is_free(self) -> bool:
        """Tell whether it can be given work, after hearing what became of the last."""
        if self._child:
            code = self._child.ended()
            for answer in self._child.answers():
                self._note(_received(answer))
            if code is not None:
                self.close()
                self._fail(f"办理程序意外结束（代码{code}）")
        return not self._is_busy

    def give(self, due: frozenset[int]) -> None:
        """Give it the arrivals to bring further; those that it could not a moment ago must wait."""
        is_news = due != self._tried and not self._has_failed
        if not due or not (is_news or time.monotonic() >= self._rested_at):
            return
        if is_news:
            self._pause = 0.0
        self._tried = due
        if is_long(self._log):
            self.close()
        try:
            self._child = self._child or Child(self._command, self._log)
        except OSError as error:
            self._fail(f"办理程序启动不了（{error.strerror}）")
            return
        self._is_busy = True
        self._child.ask()

    def _note(self, received: int | None) -> None:
        """Take in an answer; None is a line that is none."""
        if received is None:
            return
        self._is_busy = self._has_failed = False
        self._trouble.end()
        if received:
            self._pause = 0.0
            self._told(f"办理完{received}份文件。")
        else:
            self._rest()

    def _fail(self, what: str) -> None:
        self._has_failed = True
        self._rest()
        where = shown(str(self._log))
        self._trouble.begin("failed", f"{what}，稍后自动重新启动，文件不会丢。原因见 {where}。")

    def _rest(self) -> None:
        self._pause = min(max(_FIRST_PAUSE, 2 * self._pause), _LONGEST_PAUSE)
        self._rested_at = time.monotonic() + self._pause


def receive_command(root: Path) -> Sequence[str]:
    """Return the command line of the real receiver."""
    return [sys.executable, "-m", "pipeline", "receive", "-w", str(root)]


def _received(answer: bytes) -> int | None:
    """Return the number of files in an answer, None for a stray line of some library.

    >>> _received(b'{"received": 3}'), _received(b"3 files done"), _received(b"[]")
    (3, None, None)
    """
    with suppress(ValueError, TypeError, KeyError):
        return int(json.loads(answer)["received"])
    return None
