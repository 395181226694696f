"""Ending on request: within five seconds, whatever hangs."""

from __future__ import annotations

import logging
import os
import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_log = logging.getLogger(__name__)

# SIGBREAK is what Windows sends when the console is closed or the user logs off.
_NUMBERS = [
    getattr(signal, name) for name in ("SIGTERM", "SIGINT", "SIGBREAK") if hasattr(signal, name)
]
_PATIENCE = 4.0


@contextmanager
def ending_on_request(stop: threading.Event) -> Iterator[None]:
    """Set `stop` at SIGTERM, SIGINT or SIGBREAK; outside the main thread nothing is changed.

    A share that hangs, or a lock that is waited for, must not hold up a shutdown: after four
    seconds the process just ends. Nothing is lost by that, as by no other sudden end.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    asked, ended = threading.Event(), threading.Event()
    before = {number: signal.getsignal(number) for number in _NUMBERS}

    def ask(*_: object) -> None:
        # Only `asked` may be set here: the main thread, interrupted anywhere, holds its lock
        # at no moment at which this can be called.
        for number in _NUMBERS:
            signal.signal(number, signal.SIG_IGN)
        asked.set()

    for number in _NUMBERS:
        signal.signal(number, ask)
    threading.Thread(target=_see_to_the_end, args=(asked, stop, ended), daemon=True).start()
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler or signal.SIG_DFL)
        ended.set()
        asked.set()


def _see_to_the_end(asked: threading.Event, stop: threading.Event, ended: threading.Event) -> None:
    asked.wait()
    stop.set()
    if not ended.wait(_PATIENCE):
        _log.warning("something hangs: ending without it")
        os._exit(0)
