"""Packages whose parts, directory or ends are not what they should be."""

from __future__ import annotations

import struct
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from hostile.case import (
    BOOK,
    BOOK_RELS,
    CORE,
    CUSTOM,
    GOOD,
    ROOT_RELS,
    SHEET,
    STYLES,
    THEME,
    TYPES,
    Group,
)
from hostile.zips import STORED, Member, zip_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from hostile.case import Base

STRUCTURE = Group("structure")


def _without(part: str) -> Callable[[Base], bytes]:
    return lambda base: base.pack({part: None})


def _changed(part: str, **facts: Any) -> Callable[[Base], bytes]:
    """Return what packs the workbook with one member told otherwise than it is."""

    def build(base: Base) -> bytes:
        return zip_of(
            replace(member, **facts) if member.name == part else member for member in base.members()
        )

    return build


def _and(*more: Member) -> Callable[[Base], bytes]:
    return lambda base: zip_of([*base.members(), *more])


def _edited(part: str, old: str, new: str) -> Callable[[Base], bytes]:
    return lambda base: base.edit(part, old, new)


def _cut(share: float) -> Callable[[Base], bytes]:
    return lambda base: base.filled[: int(len(base.filled) * share)]


def _holed(base: Base) -> bytes:
    """A block lost in the middle and filled with NUL, as after power loss."""
    data = bytearray(base.filled)
    middle = len(data) // 2
    data[middle : middle + 4096] = bytes(4096)
    return bytes(data)


def _zip64(base: Base) -> bytes:
    """A directory that says its true sizes stand in a zip64 field, where there is a lie."""
    extra = struct.pack("<HHQQ", 1, 16, 1 << 62, 1 << 62)
    facts = {"size": 0xFFFFFFFF, "packed_size": 0xFFFFFFFF, "extra": extra}
    return _changed(THEME, **facts)(base)


def _zip64_end(base: Base) -> bytes:
    """A zip64 end record that points far away."""
    plain = zip_of(base.members())
    body, end = plain[:-22], plain[-22:]
    record = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 9, 9, 1 << 40, 1 << 41)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, len(body), 1)
    return body + record + locator + end[:8] + b"\xff" * 12 + b"\0\0"


def _reshuffled(base: Base) -> bytes:
    return zip_of(reversed(base.members()))


def _with_book_twice(base: Base) -> bytes:
    return zip_of([*base.members(), Member(SHEET, base.parts["xl/worksheets/sheet2.xml"])])


for _name, _part in {
    "types": TYPES,
    "root": ROOT_RELS,
    "book": BOOK,
    "relations": BOOK_RELS,
    "sheet": SHEET,
}.items():
    # the table of types is for programs that open parts by type; no reader here does
    _words = {BOOK: "NOT_WORKBOOK", TYPES: GOOD}
    STRUCTURE.add(f"no-{_name}", _without(_part), _words.get(_part, "DAMAGED"))
STRUCTURE.add("no-styles", _without(STYLES), GOOD)
STRUCTURE.add("no-theme", _without(THEME), GOOD)
STRUCTURE.add("no-core", _without(CORE), GOOD)
STRUCTURE.add("no-custom", _without(CUSTOM), GOOD)
STRUCTURE.add("no-hidden-sheet", _without("xl/worksheets/sheet5.xml"), "DAMAGED")
STRUCTURE.add(
    "relation-outside",
    _edited(BOOK_RELS, 'Target="/xl/worksheets/sheet1.xml"',
            'Target="file:///etc/hosts" TargetMode="External"'),
    "DAMAGED",
)  # fmt: skip
STRUCTURE.add(
    "relation-climbs",
    _edited(BOOK_RELS, "/xl/worksheets/sheet1.xml", "../../../../etc/hosts"),
    "DAMAGED",
)
STRUCTURE.add(
    "relation-loops", _edited(BOOK_RELS, "/xl/worksheets/sheet1.xml", "/xl/workbook.xml"), "DAMAGED"
)
STRUCTURE.add(
    "relation-to-itself",
    _edited(BOOK_RELS, "/xl/worksheets/sheet1.xml", "/xl/_rels/workbook.xml.rels"),
    "DAMAGED",
)
STRUCTURE.add("relations-equal-ids", _edited(BOOK_RELS, 'Id="rId2"', 'Id="rId1"'), "DAMAGED")
STRUCTURE.add(
    "two-sheets-one-part",
    _edited(BOOK_RELS, "/xl/worksheets/sheet3.xml", "/xl/worksheets/sheet1.xml"),
    "DAMAGED",
)
STRUCTURE.add(
    "root-names-another", _edited(ROOT_RELS, "xl/workbook.xml", "xl/other.xml"), "DAMAGED"
)
STRUCTURE.add(
    "types-wrong",
    _edited(TYPES, "spreadsheetml.sheet.main+xml", "wordprocessingml.document.main+xml"),
    GOOD,
)
STRUCTURE.add("types-nonsense", lambda b: b.pack({TYPES: b"nonsense"}), GOOD)
STRUCTURE.add("styles-nonsense", lambda b: b.pack({STYLES: b"<a><b>"}), "DAMAGED")
STRUCTURE.add("core-bad-date", _edited(CORE, "Z</dcterms:created>", "x</dcterms:created>"), GOOD)
STRUCTURE.add("custom-nonsense", lambda b: b.pack({CUSTOM: b"<Properties>"}), "DAMAGED")
STRUCTURE.add("sheet-empty", lambda b: b.pack({SHEET: b""}), "DAMAGED")
# it could be UTF-32, which hides a declaration
STRUCTURE.add("sheet-nul", lambda b: b.pack({SHEET: bytes(9_000)}), "XML_UNSAFE")
STRUCTURE.add("sheet-torn", lambda b: b.pack({SHEET: b.parts[SHEET][:9_000]}), "DAMAGED")
STRUCTURE.add("sheet-other-root", _edited(SHEET, "<worksheet", "<chartsheet"), "DAMAGED")
STRUCTURE.add("names-equal", _edited(BOOK, 'name="填表说明"', 'name="附表1"'), "DAMAGED")
STRUCTURE.add("no-sheets", _edited(BOOK, "<sheets>", "<sheets/><other>"), "DAMAGED")
STRUCTURE.add("names-differ", _changed(THEME, local_name=b"xl/theme/other1.xml"), "DAMAGED")
STRUCTURE.add("sheet-twice", _with_book_twice, "DAMAGED")
STRUCTURE.add("sheet-twice-by-case", _and(Member(SHEET.upper(), b"<a/>")), "DAMAGED")
STRUCTURE.add("zip64-lies", _zip64, "TOO_BIG")
STRUCTURE.add("zip64-end-lies", _zip64_end, "DAMAGED")
STRUCTURE.add("count-lies", lambda b: zip_of(b.members(), count=3), GOOD)
STRUCTURE.add("data-before", lambda b: zip_of(b.members(), before=b"#!/bin/sh\n"), "NOT_WORKBOOK")
# A mail gateway appends, a broken copy repeats: the last directory counts, as for every program,
# and each part it names has its checksum.
STRUCTURE.add("data-before-zip", lambda b: b.filled[:500] + b.filled, GOOD)
STRUCTURE.add("data-after", lambda b: zip_of(b.members(), after=b"<script>" * 9), GOOD)
STRUCTURE.add("two-zips", lambda b: b.filled + b.filled, GOOD)
STRUCTURE.add("comment", lambda b: zip_of(b.members(), comment=b"PK\x05\x06" * 8), "DAMAGED")
STRUCTURE.add("crc-wrong", _changed(SHEET, crc=1), "DAMAGED")
STRUCTURE.add("crc-wrong-in-theme", _changed(THEME, crc=1), "DAMAGED")
STRUCTURE.add("deflate-garbage", _changed(SHEET, packed=b"\xff" * 900), "DAMAGED")
STRUCTURE.add("stored-short", _changed(SHEET, method=STORED, size=40_000), "DAMAGED")
for _method in (1, 9, 12, 14, 98, 99):
    STRUCTURE.add(f"method-{_method}", _changed(SHEET, method=_method), "DAMAGED")
STRUCTURE.add("flag-encrypted", _changed(SHEET, flags=1), "ENCRYPTED")
STRUCTURE.add("flag-strong", _changed(SHEET, flags=0x41), "ENCRYPTED")
STRUCTURE.add("flag-patched", _changed(SHEET, flags=0x20), GOOD)
STRUCTURE.add("flag-masked", _changed(SHEET, flags=0x2000), GOOD)
STRUCTURE.add("directories", _and(Member("xl/", mode=0o40700), Member("xl/a/", mode=0o40700)), GOOD)
STRUCTURE.add("link", _and(Member("xl/media/a.png", b"/etc/passwd", mode=0o120777)), "DAMAGED")
STRUCTURE.add("device", _and(Member("xl/media/a.png", mode=0o20600)), GOOD)
for _name, _entry in {
    "absolute": "/etc/x.xml",
    "climbing": "xl/../../x.xml",
    "backslash": "xl\\..\\x.xml",
    "drive": "C:/x.xml",
    "unc": "//server/share/x.xml",
}.items():
    STRUCTURE.add(f"entry-{_name}", _and(Member(_entry, b"<a/>")), "DAMAGED")
STRUCTURE.add("entry-nul", _and(Member(b"xl/x.xml\0.png", b"<a/>")), "DAMAGED")
STRUCTURE.add("entry-empty-name", _and(Member(b"", b"<a/>")), "DAMAGED")
STRUCTURE.add("entry-long-name", _and(Member("xl/" + "x" * 60_000, b"<a/>")), GOOD)
STRUCTURE.add("entry-gbk-name", _and(Member("xl/图.png".encode("gbk"), flags=0)), GOOD)
STRUCTURE.add("entry-bad-utf8", _and(Member(b"xl/\xff.png", flags=0x800)), "DAMAGED")
STRUCTURE.add("entry-escapes", _and(Member("xl/\x1b[2J\n.png")), GOOD)
STRUCTURE.add("holed", _holed, "DAMAGED")
STRUCTURE.add("cut-1-byte", lambda b: b.filled[:-1], "DAMAGED")
STRUCTURE.add("cut-22-bytes", lambda b: b.filled[:-22], "INCOMPLETE")
STRUCTURE.add("cut-directory", lambda b: b.filled[:-600], "INCOMPLETE")
STRUCTURE.add("cut-4-bytes-left", lambda b: b.filled[:4], "INCOMPLETE")
for _share in (1, 10, 25, 50, 75, 90, 99):
    STRUCTURE.add(f"cut-{_share}-percent", _cut(_share / 100), "INCOMPLETE")
STRUCTURE.add("end-only", lambda b: b.filled[-22:], "NOT_WORKBOOK")
STRUCTURE.add("empty-zip", lambda _: zip_of([]), "ARCHIVE_EMPTY")
STRUCTURE.add("parts-in-reverse", _reshuffled, GOOD)
