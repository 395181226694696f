"""The quick look at a worksheet part: is it written as office programs write an ordinary one?

One regular expression is the grammar of its cells, which costs a third of an XML parser; what
stands around the cells goes through the parser, once for all files in which it is the same. So a
part that passes is well-formed, whatever its writer was, and holds nothing calamine would read
otherwise than Excel shows it.
"""

from __future__ import annotations

import re
from functools import cache
from string import ascii_uppercase
from typing import TYPE_CHECKING

from pipeline.reading.elements import is_well_formed
from pipeline.reading.limits import KIB, LAST_COLUMN, LAST_ROW
from pipeline.reading.memory import remember
from pipeline.workbook.reader import column_of

if TYPE_CHECKING:
    from pipeline.reading.limits import Limits

_BEGIN, _END, _NONE = b"<sheetData>", b"</sheetData>", b"<sheetData/>"
_OPENING, _CLOSING = b"<worksheet>", b"</worksheet>"
_FOOT = b"<headerFooter"
_DECLARATION = (
    rb"(?:\xef\xbb\xbf)?\s*+"
    rb"(?:<\?xml version=[\"']1\.0[\"'](?:\s+encoding=[\"'](?i:utf-8|us-ascii)[\"'])?"
    rb"(?:\s+standalone=[\"'][a-z]+[\"'])?\s*\?>)?\s*+<(?!\?xml)"
)
_IN_UTF8 = re.compile(_DECLARATION)
_ORDINARY_START = re.compile(_DECLARATION + rb"worksheet[\s>]")

# Characters and references are left to calamine, which refuses what is none.
_TEXT = rb"[^<]*+"
# Longer ones lose digits, and calamine makes a time of a negative date: both are looked at.
_NUMBER = rb"\d{1,15}+(?:\.\d++|)(?:E-\d{1,3}+|)"
_FORMULA = rb'(?:<f(?: [a-z]{1,4}="[A-Za-z0-9:]*+")*+(?:>%b</f>|/>)|)' % _TEXT
_SPACE = rb'(?: xml:space="preserve"|)'
# What follows the address of a cell. The order is that of frequency, and an empty branch is
# cheaper than a question mark: this expression is most of what a look costs.
_CONTENT = rb"".join(
    (
        rb'(?: s="\d++"|)(?:/>| t="(?:',
        rb's"(?:><v>\d{1,9}+</v></c>|/>|></c>)|',
        rb'inlineStr"(?:><is><t%b>%b</t></is></c>|/>|></c>)|' % (_SPACE, _TEXT),
        rb'n"(?:></c>|/>|>%b<v>%b</v></c>)|' % (_FORMULA, _NUMBER),
        rb'str"(?:/>|></c>|>%b<v%b>%b</v></c>)|' % (_FORMULA, _SPACE, _TEXT),
        rb'b"(?:/>|></c>|>%b<v>[01]</v></c>))|' % _FORMULA,
        rb">(?:</c>|%b<v>%b</v></c>))" % (_FORMULA, _NUMBER),
    )
)
# The same of a blank cell that has a style, and of one with a plain text.
_USUAL = (
    rb' s="\d++"(?:/>| t="(?:s"><v>\d{1,9}+</v></c>|n"></c>|'
    rb'inlineStr"(?:></c>|><is><t>[^<]*+</t></is></c>)))'
)
_ROW_LOOK = (
    rb"(?: (?:spans|ht|customHeight|s|customFormat|thickBot|thickTop|x14ac:dyDescent|collapsed|"
    rb'outlineLevel|ph)="[\w.: -]*+"| hidden="(?:false|0)")*+\s?+'
)


def _rows_of(row_digits: bytes, letters: bytes) -> re.Pattern[bytes]:
    """Return the grammar of rows whose cells stand in any order."""
    cell = rb'<c r="[A-Z]{%b}+\1"%b' % (letters, _CONTENT)
    row = rb'<row r="([1-9]\d{%b})"%b(?:/>|>(?:%b)*+</row>)\s*+' % (row_digits, _ROW_LOOK, cell)
    return re.compile(rb"\s*+(?:%b)*+" % row)


@cache
def _ordered_row() -> re.Pattern[bytes]:
    """Return the grammar of one row whose cells stand in the order of their columns, up to AH.

    Its number is told; of all that is no such row an empty one. What most cells are is tried
    first, and columns that are not there are passed over in blocks. It is made when it is needed:
    that takes as long as a start of the interpreter.
    """
    contents = _USUAL.decode(), _CONTENT.decode()
    cells = ""
    for first, last in ((16, 34), (8, 16), (0, 8)):
        block = (
            "(?:{}|)".format("|".join(rf'<c r="{name}\1"{content}' for content in contents))
            for name in _COLUMNS[first:last]
        )
        cells = "".join(block) + (cells and f"(?:(?=<c ){cells}|)")
    row = rf'<row r="([1-9]\d{{0,2}})"{_ROW_LOOK.decode()}(?:/>|>(?>{cells})</row>)'
    return re.compile(rb"\s*+%b\s*+|[\s\S]++" % row.encode())


_COLUMNS = tuple(first + second for first in ("", "A") for second in ascii_uppercase)
# Up to ZZ999 the rectangle calamine allocates stays under 700,000 cells.
_NEAR_ROWS, _ANY_ROWS = _rows_of(b"0,2", b"1,2"), _rows_of(b"0,6", b"1,3")
# The blank rows at the end of a form: how far back they are looked for, and at which rows they
# are cut, so that files with 21 and with 23 filled rows have the same end.
_END_REACH, _END_STEP = 16 * KIB, 8
_ROW_START = re.compile(rb'<row r="(\d{1,3})"')
_ADDRESS = re.compile(rb'<c r="([^"]+)')
_ROW_NUMBER = re.compile(rb'<row r="(\d+)')
_PICTURE = b"DISPIMG("  # a picture inside a cell, as WPS writes it
_STRAY = (b"<c ", b"<c>", b":c ", b":c>", b"<row", b":row")

# The strings of a workbook, which calamine reads whatever stands between them.
_STRING = rb"<t%b(?:>%b</t>|/>)" % (_SPACE, _TEXT)
_FONT = rb'(?:<rPr>(?:<[a-zA-Z]{1,10}(?: [a-zA-Z]{1,9}="[^"<&]*+"|)/>)*+</rPr>|)'
_SOUND = rb'(?:<phoneticPr fontId="\d++"(?: [a-zA-Z]{4,9}="\w*+"|)/>|)'
_ITEM = rb"<si>(?:%b|(?:<r>%b%b</r>)++)%b</si>" % (_STRING, _FONT, _STRING, _SOUND)
_STRINGS = re.compile(
    _DECLARATION
    + rb'sst xmlns="[\w:/.]++"(?: count="\d++")?+(?: uniqueCount="\d++")?+>(?:%b)*+</sst>\s*+'
    % _ITEM
)
_REFERENCES = re.compile(rb"[^&]*+(?:&(?:amp|lt|gt|quot|apos|#10);[^&]*+)*+")
# The two signs of several bytes that XML has not begin so, and few besides. They are looked for
# among the bytes that begin a Chinese sign or end one of the two; the others are under 32.
_LAST_SIGNS = b"\xef\xbf"
_USUAL_SIGNS = b"\t\n\r" + bytes(sign for sign in range(32, 224) if sign not in b"\xbe\xbf")
_ALL_SIGNS = bytes(range(32, 256))


@remember(kept=64, size=48 * KIB)
def is_ordinary(xml: bytes, limits: Limits) -> bool:
    """Tell whether calamine may read the part as it is, and nothing is to be told of it."""
    return _has_few_cells(xml, limits) and (
        _is_in_order(xml) or _cells(xml, _NEAR_ROWS) is not None
    )


def is_vast(xml: bytes, limits: Limits) -> bool:
    """Tell the same of a part whose many cells fill at least a quarter of their rectangle.

    A walk would take ten times as long, half a minute for a column filled down to the end.
    """
    if xml.count(b"<c ") > limits.cells:
        return False
    addresses = _cells(xml, _ANY_ROWS)
    if addresses is None or xml.count(b"<mergeCell ") > limits.merges:
        return False
    ends = {place.rstrip(b"0123456789").rjust(3) for place in addresses}
    width = len(addresses) and column_of(max(ends).decode().strip())
    rows = {int(row) for row in _ROW_NUMBER.findall(xml)}
    return (
        width <= LAST_COLUMN
        and max(rows) <= LAST_ROW
        and limits.holds(max(rows) * width, len(addresses))
    )


def _is_in_order(xml: bytes) -> bool:
    """Tell the same as `_cells` of a part whose cells stand in order: no address needs a look."""
    start, end = _rows(xml)
    if not 0 < start <= end:
        return False
    tail = _blank_end(xml, start, end)
    numbers = [*_judged(xml, start, tail), *_numbers(xml[tail:end])]
    rows = set(numbers)
    return len(rows) == len(numbers) and b"" not in rows and _is_framed(xml, start, end)


def _judged(xml: bytes, start: int, end: int) -> list[bytes]:
    """Return the numbers of the rows there, an empty one where something else or odd stands."""
    is_odd = xml.find(b"\x00", start, end) >= 0 or xml.find(_PICTURE, start, end) >= 0
    return [b""] if is_odd else _ordered_row().findall(xml, start, end)


def _blank_end(xml: bytes, start: int, end: int) -> int:
    """Return where blank rows at the end begin that most files share, however many are filled.

    The place is no promise: it only parts what is judged anew from what may be remembered. All of
    a small sheet may be: it is one of those that come with the form.
    """
    if end - start <= _END_REACH:
        return start
    first = max(start, end - _END_REACH)
    held = max(xml.rfind(b"</v>", first, end), first)
    held = max(xml.rfind(b"</is>", held, end), held)
    row = _ROW_START.search(xml, held, end)
    if row is None:
        return end
    shared = -(-int(row[1]) // _END_STEP) * _END_STEP
    place = xml.find(b'<row r="%d"' % shared, row.start(), end)
    return end if place < 0 else place


@remember(kept=64, size=_END_REACH)
def _numbers(rows: bytes) -> list[bytes]:
    return _judged(rows, 0, len(rows))


def _cells(xml: bytes, grammar: re.Pattern[bytes]) -> set[bytes] | None:
    """Return the addresses of all cells, None where the part is not written as the grammar says."""
    start, end = _rows(xml)
    if not 0 < start <= end:
        return None
    is_sound = (
        grammar.fullmatch(xml, start, end) is not None
        and b"\x00" not in xml
        and _PICTURE not in xml
        and _is_framed(xml, start, end)
    )
    addresses = _ADDRESS.findall(xml, start, end) if is_sound else []
    found = set(addresses)
    return found if is_sound and len(found) == len(addresses) else None


def is_plain(xml: bytes) -> bool:
    """Tell whether a part that calamine reads as it is, is well-formed XML in UTF-8."""
    is_usual = (
        _STRINGS.fullmatch(xml) is not None
        and (b"&" not in xml or _REFERENCES.fullmatch(xml) is not None)
        and (b"]" not in xml or b"]]>" not in xml)
        and _has_signs_only(xml)
    )
    return is_usual or (_IN_UTF8.match(xml) is not None and is_well_formed(xml))


def _has_signs_only(xml: bytes) -> bool:
    few = xml.translate(None, _USUAL_SIGNS)
    return not few.translate(None, _ALL_SIGNS) and _LAST_SIGNS not in few


def _rows(xml: bytes) -> tuple[int, int]:
    """Return where the rows begin and end; the end is before the beginning where none can."""
    start = xml.find(_BEGIN)
    if start >= 0:
        return start + len(_BEGIN), xml.rfind(_END, start)
    empty = xml.find(_NONE)
    return empty, empty


def _has_few_cells(xml: bytes, limits: Limits) -> bool:
    # a merge takes 24 bytes, a cell 11: a small part cannot hold too many
    return len(xml) <= limits.small_part or (
        xml.count(b"<c ") <= limits.ordinary_cells and xml.count(b"<mergeCell ") <= limits.merges
    )


def _is_framed(xml: bytes, start: int, end: int) -> bool:
    """Tell whether a part without its rows, which begin and end there, is XML without anything odd.

    The foot of the page is looked at alone: it bears the office, all else is alike in most files.
    """
    foot = xml.rfind(_FOOT, end)
    if foot < 0:
        return _is_frame(xml[:start] + xml[end:])
    return _is_frame(xml[:start] + xml[end:foot] + _CLOSING) and _is_foot(xml[foot:])


@remember(kept=64, size=32 * KIB)
def _is_frame(around: bytes) -> bool:
    before, rows, behind = around.partition(_BEGIN + _END)
    if not rows:
        before, rows, behind = around.partition(_NONE)
    return (
        bool(rows)
        and _ORDINARY_START.match(before) is not None
        and _is_sound(before + _CLOSING)
        and _is_sound(_OPENING + behind)
    )


@remember(kept=64, size=4 * KIB)
def _is_foot(rest: bytes) -> bool:
    return _is_sound(_OPENING + rest)


def _is_sound(around: bytes) -> bool:
    """Tell whether this is XML without anything odd.

    Odd are hidden columns, markup a byte scan cannot trust, pictures, other rows and stray cells.
    """
    is_odd = (
        around.count(b"hidden=") > around.count(b'hidden="false"')
        or b"<!" in around
        or b"\x00" in around
        or b"sheetData" in around
        or _PICTURE in around
        or any(sign in around for sign in _STRAY)
    )
    return not is_odd and is_well_formed(around)
