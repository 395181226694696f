"""Read many files in processes that may hang, swell or die without hurting anything else.

Files travel in chunks, since a task a file costs as much as the reading itself. A chunk that
fails is read again file by file, so that only the guilty file gets the blame.
"""

from __future__ import annotations

import logging
import multiprocessing
from collections import deque
from concurrent.futures import BrokenExecutor
from itertools import islice
from typing import TYPE_CHECKING, Self

from pebble import ProcessExpired, ProcessPool

from pipeline.errors import StorageError
from pipeline.model import Unreadable
from pipeline.reading.codec import CodecError, decode
from pipeline.reading.worker import limit_memory, read_chunk

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from multiprocessing.context import BaseContext
    from pathlib import Path
    from types import TracebackType

    from pebble import ProcessFuture

    from pipeline.model import Reason
    from pipeline.reading.codec import Outcome
    from pipeline.reading.limits import Limits

_log = logging.getLogger(__name__)

_CHUNK = 25
# An ordinary chunk takes 0.05 s and stops itself after 0.5 s: later than this a file hangs.
_CHUNK_SECONDS = 3.0
# Chunks under way for each worker: enough to keep it busy, few enough to bound the memory.
_AHEAD = 2
_TRIES = 3
_NO_READER = "读取程序无法启动，文件都还在，稍后会再读。请检查内存是否不足，或重新启动程序。"


class ReadingPool:
    """One or two warm reading processes; use as a context, from one thread.

    Workers know no database and no pandas, and are replaced after `limits.worker_files` files
    and after every death or timeout.
    """

    def __init__(self, limits: Limits, *, workers: int = 2) -> None:
        self._limits = limits
        self._workers = workers
        self._pool = self._new()

    def _new(self) -> ProcessPool:
        return ProcessPool(
            max_workers=self._workers,
            max_tasks=max(1, self._limits.worker_files // _CHUNK),
            initializer=limit_memory,
            initargs=(self._limits.memory,),
            context=_context(),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop()

    def _stop(self) -> None:
        # Workers only read: what they are in the middle of may be cut off.
        self._pool.stop()  # type: ignore[no-untyped-call]
        self._pool.join()

    def read(self, paths: Iterable[Path]) -> Iterator[Outcome]:
        """Yield what each file holds or why it cannot be read, in the order of the paths."""
        waiting = iter(paths)
        running: deque[tuple[Sequence[Path], ProcessFuture[list[bytes]]]] = deque()
        while True:
            while len(running) < self._workers * _AHEAD:
                chunk = list(islice(waiting, _CHUNK))
                if not chunk:
                    break
                running.append((chunk, self._start(chunk, _CHUNK_SECONDS)))
            if not running:
                return
            yield from self._finish(*running.popleft())

    def _start(self, chunk: Sequence[Path], seconds: float) -> ProcessFuture[list[bytes]]:
        try:
            return self._schedule(chunk, seconds)
        except RuntimeError:  # a worker that dies while idle ends the whole pool
            _log.warning("the reading processes are started anew")
            self._stop()
            self._pool = self._new()
            return self._schedule(chunk, seconds)

    def _schedule(self, chunk: Sequence[Path], seconds: float) -> ProcessFuture[list[bytes]]:
        seconds = min(seconds, self._limits.seconds)
        return self._pool.schedule(read_chunk, args=(chunk, self._limits), timeout=seconds)

    def _finish(
        self, chunk: Sequence[Path], future: ProcessFuture[list[bytes]]
    ) -> Iterator[Outcome]:
        """Yield the outcomes of a chunk; what it did not answer is read one by one."""
        answers = _answers(future)
        outcomes = answers if isinstance(answers, list) else []
        yield from outcomes
        for path in chunk[len(outcomes) :]:
            yield self._alone(path)

    def _alone(self, path: Path) -> Outcome:
        """Read one file on its own, once more where the pool broke down over others.

        Raises:
            StorageError: no reading process can be started; the file is not to blame.
        """
        for _ in range(_TRIES):
            answers = _answers(self._start([path], self._limits.seconds))
            if isinstance(answers, list):
                return answers[0]
            if answers:
                _log.warning("%s %s", path.name[:8], answers.reason)
                return answers
        raise StorageError(_NO_READER)


def _context() -> BaseContext:
    """Return how workers are started: never as a copy of this process, which has pandas.

    A server that has the reader loaded forks them in 5 ms; Windows starts each from nothing.
    """
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["pipeline.reading.worker", "pebble"])
    return context


def _answers(future: ProcessFuture[list[bytes]]) -> list[Outcome] | Unreadable | None:
    """Wait for a task; what became of its worker where there is no usable answer.

    None where the pool itself is at an end, for which no file is to blame.
    """
    reason: Reason = "READER_DIED"
    try:
        return [decode(data) for data in future.result()]
    except BrokenExecutor:
        return None
    except TimeoutError:
        reason = "TIME_LIMIT"
    except (ProcessExpired, CodecError) as error:
        _log.warning("a reading process failed: %s", type(error).__name__)
    return Unreadable(reason)
