"""Files that are something else than their name says, or nothing at all."""

from __future__ import annotations

import gzip
import struct
from io import BytesIO
from typing import TYPE_CHECKING

import xlwt
from msoffcrypto.format.ooxml import OOXMLFile
from packages import spreading

from hostile.case import GOOD, Group
from hostile.zips import Member, zip_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from hostile.case import Base

DISGUISES = Group("disguise")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_NO_BOOK = "NOT_OUR_TEMPLATE"
_FAT, _END, _FREE = 0xFFFFFFFD, 0xFFFFFFFE, 0xFFFFFFFF


def _office(part: str) -> bytes:
    return zip_of(
        [
            Member("[Content_Types].xml", b"<Types/>"),
            Member("_rels/.rels", b"<Relationships/>"),
            Member(part, b"<document/>"),
        ]
    )


def _open_document(kind: str) -> bytes:
    mimetype = f"application/vnd.oasis.opendocument.{kind}".encode()
    return zip_of([Member("mimetype", mimetype, method=0), Member("content.xml", b"<a/>")])


def _old_book() -> bytes:
    target, book = BytesIO(), xlwt.Workbook()
    book.add_sheet("表").write(0, 0, "甲")
    book.save(target)
    return target.getvalue()


def _protected(base: Base) -> bytes:
    target = BytesIO()
    OOXMLFile(BytesIO(base.filled)).encrypt("1234", target)
    return target.getvalue()


def _cyclic(*, directory: bool) -> bytes:
    """An OLE file whose sectors follow each other in a circle."""
    head = bytearray(512)
    head[:8] = _OLE
    struct.pack_into("<HHHHH", head, 24, 0x3E, 3, 0xFFFE, 9, 6)
    struct.pack_into("<LLLLLLLLL", head, 44, 1, 1, 0, 4096, _END, 0, _END, 0, 0)
    for n in range(1, 109):
        struct.pack_into("<L", head, 76 + 4 * n, _FREE)
    table = [_FAT, 2, 3, 1] if directory else [_FAT, _END, 3, 2]
    fat = b"".join(struct.pack("<L", entry) for entry in table + [_FREE] * 124)
    root = "Root Entry".encode("utf-16-le").ljust(64, b"\0") + struct.pack("<HBB", 22, 5, 1)
    root += struct.pack("<LLL", 0, 0, 0) + bytes(36) + struct.pack("<LQ", 2, 1 << 30)
    return bytes(head) + fat + root.ljust(512, b"\0") + bytes(1024)


def _records(*records: tuple[int, bytes]) -> bytes:
    return b"".join(struct.pack("<HH", kind, len(body)) + body for kind, body in records)


def _cut_biff(share: float) -> bytes:
    data = _old_book()
    return data[: int(len(data) * share)]


def _noise(seed: int, size: int) -> bytes:
    """Return bytes that look like nothing and are the same at every run."""
    state, out = seed, bytearray()
    while len(out) < size:
        state = (state * 6364136223846793005 + 1442695040888963407) % (1 << 64)
        out += state.to_bytes(8, "little")
    return bytes(out[:size])


def _is(content: bytes) -> Callable[[Base], bytes]:
    return lambda _base: content


def _add(name: str, content: bytes, allowed: str, file: str = "") -> None:
    DISGUISES.add(name, _is(content), allowed, file=file)


_JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\0" + _noise(1, 4_000)
_PNG = b"\x89PNG\r\n\x1a\n" + _noise(2, 4_000)
_HTML = '<html><head><meta charset="gbk"></head><table><tr><td>岗位</td></tr></table></html>'
for _name, (_part, _word) in {
    "docx": ("word/document.xml", "WORD_FILE"),
    "pptx": ("ppt/presentation.xml", "NOT_WORKBOOK"),
}.items():
    _add(_name, _office(_part), _word, f"情况说明.{_name}")
    _add(f"{_name}-named-xlsx", _office(_part), _word)
_add("pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + _noise(3, 3_000) + b"%%EOF", "SCAN", "扫描件.pdf")
_add("pdf-named-xlsx", b"%PDF-1.4\n" + _noise(4, 3_000), "SCAN")
_add("jpg", _JPEG, "SCAN", "照片.jpg")
_add("jpg-named-xlsx", _JPEG, "SCAN")
_add("png-named-xls", _PNG, "SCAN", "附表1.xls")
_add("tiff", b"II*\0" + _noise(5, 2_000), "SCAN", "传真.tif")
_add("html-named-xls", _HTML.encode("gbk"), "TEXT_FILE", "导出.xls")
_add(
    "xml-spreadsheet",
    b'<?xml version="1.0"?><Workbook xmlns="urn:x"></Workbook>',
    "TEXT_FILE",
    "a.xls",
)
_add("csv", "岗位,等级\r\n科长,红\r\n".encode("gbk"), "TEXT_FILE", "附表1.csv")
_add("csv-utf16-named-xls", "岗位\t等级\r\n".encode("utf-16"), "TEXT_FILE", "导出2.xls")
_add("txt-named-xlsx", "岗位和等级如下".encode(), "TEXT_FILE")
_add("rtf", rb"{\rtf1\ansi hello}", "WORD_FILE", "说明.rtf")
_add("rtf-named-doc", rb"{\rtf1\ansi hello}", "WORD_FILE", "说明.doc")
_add("rar", b"Rar!\x1a\x07\x01\x00" + _noise(6, 900), "OTHER_ARCHIVE", "全部.rar")
_add("7z", b"7z\xbc\xaf\x27\x1c\0\x04" + _noise(7, 900), "OTHER_ARCHIVE", "全部.7z")
_add("gz", gzip.compress(b"a,b", mtime=0), "OTHER_ARCHIVE", "a.csv.gz")
_add("tar", b"a.xlsx".ljust(257, b"\0") + b"ustar\0" + bytes(1_000), "OTHER_ARCHIVE", "全部.tar")
_add("exe", b"MZ\x90\0" + _noise(8, 2_000), "NOT_WORKBOOK", "附表1.xlsx.exe")
_add("exe-named-xlsx", b"MZ\x90\0" + _noise(9, 2_000), "NOT_WORKBOOK")
_add("script", b"#!/bin/sh\nrm -rf /\n", "TEXT_FILE", "附表1.sh")
_add("link-file", b"L\0\0\0\x01\x14\x02\0" + _noise(10, 400), "NOT_WORKBOOK", "附表1.xlsx.lnk")
_add("url-file", b"[InternetShortcut]\r\nURL=http://127.0.0.1:9/\r\n", "TEXT_FILE", "附表1.url")
_add("noise", _noise(11, 9_000), "NOT_WORKBOOK")
_add("only-nul", bytes(8_192), "INCOMPLETE")
_add("only-blanks", b" \r\n" * 900, "TEXT_FILE")
_add("one-byte", b"P", "TEXT_FILE")
_add("zip-of-text", zip_of([Member("说明.txt", b"x")]), "UNPACKED", "全部.zip")
_add("ods", spreading(2, 2), "NOT_OUR_TEMPLATE", "附表1.ods")
_add("ods-bomb", spreading(1_000_000, 1_000), "TOO_BIG", "附表2.ods")
_add("odt", _open_document("text"), "NOT_WORKBOOK", "说明.odt")
_add("ods-torn", _open_document("spreadsheet"), "DAMAGED", "附表3.ods")
_add("xls", _old_book(), "NOT_OUR_TEMPLATE", "附表4.xls")
_add("xls-named-xlsx", _old_book() + bytes(512), "NOT_OUR_TEMPLATE")
DISGUISES.add("xlsx-named-xls", lambda b: b.filled, GOOD, file="附表1_改.xls")
DISGUISES.add("xlsx-without-suffix", lambda b: b.filled, GOOD, file="附表1")
DISGUISES.add("xlsx-named-et", lambda b: b.filled, GOOD, file="附表1.et")
_add("xlsb-stub", zip_of([Member("xl/workbook.bin", _noise(12, 300))]), "DAMAGED", "附表5.xlsb")
DISGUISES.add("password", _protected, "ENCRYPTED")
_add("ole-stub", _OLE + bytes(2_000), "DAMAGED")
_add("ole-noise", _OLE + _noise(13, 4_000), "DAMAGED")
_add("ole-cut", _OLE, "DAMAGED")
_add("ole-cycle", _cyclic(directory=False), "DAMAGED")
_add("ole-cycle-directory", _cyclic(directory=True), "DAMAGED")
for _percent in (30, 60, 95):
    _add(f"xls-cut-{_percent}", _cut_biff(_percent / 100), "DAMAGED", f"附表6-{_percent}.xls")
_BARE = (0x809, struct.pack("<HHHHLL", 0x600, 5, 0, 0, 0, 0))
_add("biff-bare", _records(_BARE, (0x0A, b"")), "NOT_WORKBOOK", "附表7.xls")
