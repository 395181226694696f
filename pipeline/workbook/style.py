"""How a cell looks, and how high a row must be: Excel does not fit wrapped Chinese text itself."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pipeline import text

if TYPE_CHECKING:
    from collections.abc import Iterable

Role = Literal["小标宋", "仿宋", "黑体", "楷体"]
Align = Literal["left", "center", "right"]

# The official names; the machine that opens the file finds the font. None is shipped.
FONTS: dict[Role, str] = {
    "小标宋": "方正小标宋简体",
    "仿宋": "仿宋_GB2312",
    "黑体": "黑体",
    "楷体": "楷体_GB2312",
}
AS_TEXT = "@"
AS_DATE = 'yyyy"年"m"月"d"日"'
MAX_HEIGHT = 409.0  # points, Excel's limit for a row
_EVEN = 10.5  # the size at which a half-width character is one unit of column width wide
_LEADING = 1.35
_PADDING = 8.0


@dataclass(frozen=True, slots=True)
class Style:
    """The look of a cell; size in points, fill, colour and border as RRGGBB, "" for none.

    quote: show the text even where Excel would take it for a number or formula on editing.
    """

    font: Role = "仿宋"
    size: float = 12
    bold: bool = False
    fill: str = ""
    colour: str = ""
    align: Align = "left"
    valign: Literal["top", "vcenter", "bottom"] = "vcenter"
    wrap: bool = True
    border: str = ""
    number_format: str = ""
    locked: bool = True
    quote: bool = False
    indent: int = 0


def fit_height(cells: Iterable[tuple[str, float]], size: float) -> float:
    r"""Return the height in points of a row that shows every (text, column width) in full.

    size: of the font, in points; a row is never higher than Excel allows.

    >>> fit_height([("岗位职责", 12), ("1.核对\n2.复核", 20)], 12)
    40.4
    >>> fit_height([("字" * 4000, 10)], 12)
    409.0
    """
    lines = max((_lines(shown, width, size) for shown, width in cells), default=1)
    return min(MAX_HEIGHT, round(lines * size * _LEADING + _PADDING, 1))


def _lines(shown: str, width: float, size: float) -> int:
    # A full-width character is never cut, so an odd half column at the end of a line is lost.
    room = max(2, int(width * _EVEN / size) // 2 * 2)
    return sum(_wrapped(paragraph, room) for paragraph in shown.split("\n"))


def _wrapped(paragraph: str, room: int) -> int:
    """Return on how many lines a paragraph stands."""
    if 2 * len(paragraph) <= room:
        return 1
    return math.ceil(text.display_width(paragraph) / room)
