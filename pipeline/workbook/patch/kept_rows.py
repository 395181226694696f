"""Rows of a sheet kept as the clerk's program wrote them; only those asked for are parsed.

A form of two thousand rows is marked in eight of them: parsing and writing the others anew would
be most of the work. They stand in the tree as empty rows with the attributes they have.
"""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING

from pipeline.workbook.patch import xml

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_KEPT = "yigang-kept"  # the attribute that numbers such a row
_MARK = _KEPT.encode()
_BEGIN, _LAST = b"<sheetData>", b"</row>"
_OPENING = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*"
    rb"(?:<\?xml version=[\"']1\.0[\"'](?:\s+encoding=[\"'](?i:utf-8)[\"'])?"
    rb"(?:\s+standalone=[\"'](?:yes|no)[\"'])?\s*\?>)?\s*"
    rb"(<worksheet(?:\s+[\w:.-]+=(?:\"[^\"<]*\"|'[^'<]*'))*+\s*>)"
)
_STYLE = re.compile(rb"\ss\s*=\s*[\"']([0-9]{1,9})")
_PLACE = re.compile(rb'<row [^>]*? %b="([0-9]+)"/>' % _MARK)


class KeptRows:
    """The rows of one worksheet part, by number; thin: the part with these rows empty."""

    def __init__(self, opening: bytes, thin: bytes, rows: list[bytes]) -> None:
        self.thin = thin
        self._opening, self._rows = opening, rows

    def open(self, row: Element) -> None:
        """Put the cells of a row where they belong; it is written anew."""
        if number := row.attrib.pop(_KEPT, ""):
            whole = xml.parse(b"%b%b</worksheet>" % (self._opening, self._rows[int(number)]))
            row.extend(list(whole[0]))

    def styles(self, row: Element) -> set[int] | None:
        """Return numbers among which are the styles of a row's cells; None once it is open."""
        number = row.get(_KEPT)
        if number is None:
            return None
        return set(map(int, {b"0", *_STYLE.findall(self._rows[int(number)])}))

    def restore(self, part: bytes) -> bytes:
        """Return a written part with the rows that were never opened as they came."""
        return _PLACE.sub(lambda found: self._rows[int(found[1])], part)


def keep(part: bytes) -> KeptRows | None:
    """Return the rows of a part; None where it is no worksheet, or not written plainly."""
    opening = _OPENING.match(part)
    start = part.find(_BEGIN)
    if opening is None or start < 0 or not _is_plain(part):
        return None
    *pieces, rest = part[start:].split(_LAST)
    thin, rows = [part[:start]], []
    for number, piece in enumerate(pieces):
        begin, close = _tag(piece)
        if begin < 0:
            return None
        rows.append(piece[begin:] + _LAST)
        thin.append(b'%b %b="%d"/>' % (piece[:close], _MARK, number))
    return KeptRows(opening[1], b"".join((*thin, rest)), rows)


def _tag(piece: bytes) -> tuple[int, int]:
    """Return where the tag that opens the last row begins and closes; (-1, -1) if unsure.

    What stands before it, empty rows and blanks, and the tag itself are left to the parser.
    """
    begin = piece.rfind(b"<row")
    close = piece.find(b">", begin)
    is_sure = (
        piece.startswith(b'<row r="', begin)
        and piece.count(b'"', begin, close) % 2 == 0
        and piece.find(b"'", begin, close) < 0
    )
    return (begin, close) if 0 <= begin < close and is_sure else (-1, -1)


def _is_plain(part: bytes) -> bool:
    """Tell whether every sign is what it seems: no comments, no CDATA, no other encoding."""
    # from behind, which is twice as fast
    return (
        part.rfind(b"<!") < 0
        and part.rfind(b"<?") <= len(codecs.BOM_UTF8)
        and part.rfind(_MARK) < 0
        and b"\x00" not in part
    )
