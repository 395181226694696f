"""Chinese for the words of click itself, and a console that can show them."""

from __future__ import annotations

import gettext
import io
import os
import sys
from pathlib import Path

_DOMAIN = "click"
_LANGUAGE = "zh_CN"
_CATALOGUES = Path(__file__).parent / "locale"


def speak_chinese() -> None:
    """Make click's own words Chinese, whatever the language of the machine.

    click looks each word up by `gettext.gettext` when it needs it, in the text domain of the
    process. gettext takes the language from the variable LANGUAGE before all others, on Windows
    too, where LANG is not set. Some words are taken when a command is declared: call this first.
    """
    os.environ["LANGUAGE"] = _LANGUAGE
    gettext.bindtextdomain(_DOMAIN, str(_CATALOGUES))
    gettext.textdomain(_DOMAIN)


def write_utf8() -> None:
    """Make standard output and error UTF-8.

    Redirected output has the code page of Windows otherwise, and a character outside it, or a
    file name that is no text, would end the run. Without a console (Task Scheduler) the streams
    are None.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
