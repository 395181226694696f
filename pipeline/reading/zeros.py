"""Numbers shown with zeros in front, as codes typed by clerks are: 000123.

Known are formats of zeros alone ("000000") and whole numbers: they are read as they are shown.
Whatever else a format does to a number is a look, and the number is read as it is.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.reading.elements import Shape, walk

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.reading.limits import Limits

_FORMAT = re.compile("00+")
_SIGN = re.compile(rb"formatCode=[\"']00+[\"']")


def widths_of(styles: bytes, limits: Limits) -> dict[str, int]:
    """Return how many digits the cells of a style show, by the number of the style."""
    if not _SIGN.search(styles):
        return {}
    found = _Formats()
    walk(styles, found, limits)
    return found.widths


def uses(xml: bytes, widths: Mapping[str, int]) -> bool:
    """Tell whether a cell of the sheet may have one of these styles."""
    return any(f's="{style}"'.encode() in xml for style in widths)


def padded(number: float, width: int) -> str:
    """Return a whole number with zeros in front.

    >>> padded(123.0, 6), padded(-7.0, 3), padded(12345.0, 3)
    ('000123', '-007', '12345')
    """
    return f"{'-' if number < 0 else ''}{abs(int(number)):0{width}d}"


def width_of(code: str) -> int:
    """Return how many digits a format of zeros shows, 0 for every other format."""
    return len(code) if _FORMAT.fullmatch(code) else 0


class _Formats(Shape):
    """Collects the formats of zeros, and the cell styles that have one."""

    def __init__(self) -> None:
        self.widths: dict[str, int] = {}
        self._formats: dict[str, int] = {}
        self._styles = 0
        self._inside = False

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "numFmt":
            width = width_of(attributes.get("formatCode", ""))
            self._formats[attributes.get("numFmtId", "")] = width
        elif tag == "cellXfs":
            self._inside = True
        elif tag == "xf" and self._inside:
            width = self._formats.get(attributes.get("numFmtId", ""), 0)
            if width:
                self.widths[str(self._styles)] = width
            self._styles += 1

    def end(self, tag: str) -> None:
        if tag == "cellXfs":
            self._inside = False
