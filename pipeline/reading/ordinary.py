"""The quick look at a worksheet part: is it written as office programs write an ordinary one?

One regular expression is the grammar of its cells, which costs a third of an XML parser; what
stands around the cells is short and goes through the parser. So a part that passes is well-formed,
whatever its writer was, and holds nothing calamine would read otherwise than Excel shows it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.reading.elements import is_well_formed

if TYPE_CHECKING:
    from pipeline.reading.limits import Limits

_BEGIN, _END, _NONE = b"<sheetData>", b"</sheetData>", b"<sheetData/>"
_DECLARATION = (
    rb"(?:\xef\xbb\xbf)?\s*+"
    rb"(?:<\?xml version=[\"']1\.0[\"'](?:\s+encoding=[\"'](?i:utf-8|us-ascii)[\"'])?"
    rb"(?:\s+standalone=[\"'][a-z]+[\"'])?\s*\?>)?\s*+<(?!\?xml)"
)
_IN_UTF8 = re.compile(_DECLARATION)
_ORDINARY_START = re.compile(_DECLARATION + rb"worksheet[\s>]")

# References are left to calamine, which refuses what is none.
_TEXT = rb"[^<]*+"
# Longer ones lose digits, and calamine makes a time of a negative date: both are looked at.
_NUMBER = rb"\d{1,15}+(?:\.\d++)?+(?:E-\d{1,3}+)?+"
_FORMULA = rb'(?:<f(?: [a-z]{1,4}="[A-Za-z0-9:]*+")*+(?:/>|>%b</f>))?+' % _TEXT
_SPACE = rb'(?: xml:space="preserve")?+'
_CELL = rb"".join(
    (
        # Up to ZZ999 the rectangle calamine allocates stays under 700,000 cells.
        rb'<c r="[A-Z]{1,2}+\1"(?: s="\d++")?+(?:/>|></c>| t="(?:',
        rb's"(?:/>|>(?:<v>\d++</v>)?+</c>)|',
        rb'inlineStr"(?:/>|>(?:<is><t%b>%b</t></is>)?+</c>)|' % (_SPACE, _TEXT),
        rb'str"(?:/>|>(?:%b<v%b>%b</v>)?+</c>)|' % (_FORMULA, _SPACE, _TEXT),
        rb'b"(?:/>|>(?:%b<v>[01]</v>)?+</c>)|' % _FORMULA,
        rb'n"(?:/>|>(?:%b<v>%b</v>)?+</c>))|' % (_FORMULA, _NUMBER),
        rb">%b<v>%b</v></c>)" % (_FORMULA, _NUMBER),
    )
)
_ROW_LOOK = (
    rb"(?: (?:spans|ht|customHeight|s|customFormat|thickBot|thickTop|x14ac:dyDescent|collapsed|"
    rb'outlineLevel|ph)="[\w.: -]*+"| hidden="(?:false|0)")*+\s?+'
)
_ROW = rb'<row r="(\d{1,3})"%b(?:/>|>(?:%b)*+</row>)\s*+' % (_ROW_LOOK, _CELL)
_ROWS = re.compile(rb"\s*+(?:%b)*+" % _ROW)
_ADDRESS = re.compile(rb'<c r="([^"]+)')
_STRAY = (b"<c ", b"<c>", b":c ", b":c>", b"<row", b":row")


def is_ordinary(xml: bytes, limits: Limits) -> bool:
    """Tell whether calamine may read the part as it is, and nothing is to be told of it."""
    start, end = _rows(xml)
    if not 0 < start <= end or not _has_few_cells(xml, limits):
        return False
    around = xml[:start] + xml[end:]
    return (
        _ORDINARY_START.match(xml) is not None
        and not _is_odd(around)
        and _ROWS.fullmatch(xml, start, end) is not None
        and not _has_repeated_cells(xml, start, end)
        and b"\x00" not in xml
        and _is_utf8(xml)
        and is_well_formed(around)
    )


def is_plain(xml: bytes) -> bool:
    """Tell whether a part that calamine reads as it is, is well-formed XML in UTF-8."""
    return _IN_UTF8.match(xml) is not None and is_well_formed(xml)


def _rows(xml: bytes) -> tuple[int, int]:
    """Return where the rows begin and end; the end is before the beginning where none can."""
    start = xml.find(_BEGIN)
    if start >= 0:
        return start + len(_BEGIN), xml.find(_END)
    empty = xml.find(_NONE)
    return empty, empty


def _has_few_cells(xml: bytes, limits: Limits) -> bool:
    # a merge takes 24 bytes, a cell 11: a small part cannot hold too many
    return len(xml) <= limits.small_part or (
        xml.count(b"<c ") <= limits.ordinary_cells and xml.count(b"<mergeCell ") <= limits.merges
    )


def _is_odd(around: bytes) -> bool:
    """Tell whether there are hidden columns, markup a byte scan cannot trust or stray cells."""
    return (
        around.count(b"hidden=") > around.count(b'hidden="false"')
        or (b"!" in around and b"<!" in around)
        or around.count(b"sheetData") > len((_BEGIN, _END))
        or any(sign in around for sign in _STRAY)
    )


def _has_repeated_cells(xml: bytes, start: int, end: int) -> bool:
    addresses = _ADDRESS.findall(xml, start, end)
    return len(set(addresses)) < len(addresses)


def _is_utf8(xml: bytes) -> bool:
    try:
        xml.decode()
    except UnicodeDecodeError:
        return False
    return True
