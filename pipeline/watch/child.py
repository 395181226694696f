"""A child process that answers every line on its standard input with one on its output."""

from __future__ import annotations

import subprocess
import sys
import threading
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import IO, TYPE_CHECKING

from pipeline.files import operations

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_MAX_LOG = 1_000_000
# Together below the five seconds in which the watcher promises to end.
_PATIENCE = 2.5
_LAST_PATIENCE = 0.5


class Child:
    """One run of a command; its words on standard error are appended to `log`.

    Raises:
        OSError: it cannot be started.
        StorageError: the log cannot be written.
    """

    def __init__(self, command: Sequence[str], log: Path) -> None:
        _prepare_log(log)
        with log.open("ab") as errors:
            self._process = subprocess.Popen(  # noqa: S603 - our own command, no shell
                command,
                bufsize=0,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                start_new_session=True,  # Ctrl+C is for us; the child ends when its input does
                creationflags=_creation_flags(),
            )
        self._answers: SimpleQueue[bytes] = SimpleQueue()
        output = self._process.stdout
        self._listener = threading.Thread(target=_listen, args=(output, self._answers), daemon=True)
        self._listener.start()

    def ask(self) -> None:
        """Send one line; a child that has just died is found by `ended`."""
        with suppress(OSError):
            _open(self._process.stdin).write(b"receive\n")

    def ended(self) -> int | None:
        """Return the exit code, None while it runs; every answer has been heard by then."""
        code = self._process.poll()
        if code is not None:
            self._listener.join(_LAST_PATIENCE)
        return code

    def answers(self) -> list[bytes]:
        """Return what it answered since the last time."""
        found: list[bytes] = []
        with suppress(Empty):
            while True:
                found.append(self._answers.get_nowait())
        return found

    def close(self) -> None:
        """End it: by the end of its input, else by force; what it leaves is taken up again."""
        with suppress(OSError):
            _open(self._process.stdin).close()
        if not self._ends_within(_PATIENCE):
            self._process.terminate()
        if not self._ends_within(_LAST_PATIENCE):
            self._process.kill()
            self._process.wait()
        self._listener.join(_LAST_PATIENCE)

    def _ends_within(self, seconds: float) -> bool:
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(seconds)
        return self._process.returncode is not None


def is_long(log: Path) -> bool:
    """Tell whether it is time to begin a new log, with a new child."""
    with suppress(FileNotFoundError):
        return log.stat().st_size > _MAX_LOG
    return False


def _prepare_log(log: Path) -> None:
    """Put a long log aside, over the one before it, and see that there is a private one."""
    operations.make_folder(log.parent, private=True)
    if is_long(log):
        operations.replace(log, log.with_suffix(".old.log"))
    operations.append(log, b"")


def _listen(output: IO[bytes], answers: SimpleQueue[bytes]) -> None:
    with output:
        for line in output:
            answers.put(line)


def _open(stream: IO[bytes] | None) -> IO[bytes]:
    if stream is None:
        raise BrokenPipeError
    return stream


def _creation_flags() -> int:
    if sys.platform == "win32":
        return subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW
    return 0
