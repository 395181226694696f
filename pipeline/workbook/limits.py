"""What Excel cannot hold or drops without a word, told as an error; lengths in its own units."""

from __future__ import annotations

import re
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING

from xlsxwriter.exceptions import XlsxWriterException

from pipeline.text import units

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_IN_CELL = 32767
MOST_ROWS = 1_048_576  # of a sheet
MOST_TITLE = 32  # of an input or error message
MOST_MESSAGE = 255
MOST_ERROR = 225  # what Excel's own dialogue takes, though the file format would hold 255
MOST_CONSTANT = 255  # of a text inside a formula, of a property and of a footer
MOST_WIDTH = 255.0
MOST_ROWS = 1_048_576  # of a sheet
MOST_LINKS = 65_530  # of a sheet
_MOST_SHEET_NAME = 31
# What XML cannot hold or Excel shows as a box: nobody typed it on purpose.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.]{0,254}")
_LIKE_CELL = re.compile(r"[A-Za-z]{1,3}\d+|[RrCc]|[Rr]\d*[Cc]\d*")
_KEPT_FOR_EXCEL = {"history"}


class RefusedError(ValueError):
    """Excel cannot hold this, or would drop it without a word."""


def within(shown: str, most: int, what: str) -> str:
    """Return a text that has no more than `most` units; what: names it in the error."""
    if units(shown) > most:
        message = f"{what} has {units(shown)} characters, Excel takes {most}"
        raise RefusedError(message)
    return shown


def plain(shown: str) -> str:
    r"""Return text Excel can hold: plain line feeds, no control characters.

    >>> plain("甲\x07\r\n乙")
    '甲\n乙'

    Raises:
        RefusedError: more characters than a cell takes.
    """
    kept = shown
    if not shown.isprintable():  # the quick answer for almost every cell
        kept = _UNWRITABLE.sub("", shown.replace("\r\n", "\n").replace("\r", "\n"))
    if 2 * len(kept) > MOST_IN_CELL:  # at most two units a character
        within(kept, MOST_IN_CELL, "a cell")
    return kept


def good_name(name: str) -> str:
    """Return a defined name that Excel takes; xlsxwriter lets others pass and the file is damaged.

    Raises:
        RefusedError: Chinese punctuation, a blank, or what looks like a cell.
    """
    if not _NAME.fullmatch(name) or _LIKE_CELL.fullmatch(name):
        message = f"Excel refuses the name {name!r}"
        raise RefusedError(message)
    return name


def good_sheet_name(name: str) -> str:
    """Return a name for a sheet that is neither too long nor Excel's own; xlsxwriter asks more."""
    if name.casefold() in _KEPT_FOR_EXCEL:
        message = f"Excel keeps the sheet name {name!r} for itself"
        raise RefusedError(message)
    return within(name, _MOST_SHEET_NAME, "the name of a sheet")


def done(code: int | None) -> None:
    """Raise where xlsxwriter says by a number that it wrote nothing."""
    if code:
        message = f"xlsxwriter refused ({code})"
        raise RefusedError(message)


@contextmanager
def strict() -> Iterator[None]:
    """Raise where xlsxwriter warns, drops what it was given and goes on."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            yield
    except (UserWarning, XlsxWriterException) as refusal:
        raise RefusedError(str(refusal)) from None
