"""A zip package as bytes say it is: directory checked, parts inflated within bounds.

Declared sizes are compared with what comes out, never believed.
"""

from __future__ import annotations

import re
import struct
import zipfile
from io import BytesIO
from typing import TYPE_CHECKING, NoReturn

from zlib_ng import zlib_ng  # inflates four times as fast as Python's own

from pipeline.reading.elements import Shape, walk
from pipeline.reading.limits import KIB, Refusal
from pipeline.reading.memory import remember
from pipeline.reading.zipped import plain_entries

if TYPE_CHECKING:
    from collections.abc import Mapping
    from zipfile import ZipInfo

    from pipeline.reading.limits import Limits
    from pipeline.reading.zipped import Entry

_LOCAL_HEADER = struct.Struct("<4s22xHH")
_END_RECORD = b"PK\x05\x06"
_END_RECORD_REACH = 22 + 65_535
_ENCRYPTED_FLAG = 0x1
_LINK_MODE, _TYPE_MASK = 0o120000, 0o170000
# No reader opens these, so they are not inflated.
_UNREAD = ("xl/media/", "xl/embeddings/", "thumbnails/")
_PIECE = 1 << 20
# Packed bytes that are inflated at once: a thousand times as many come out at the most.
_SMALL = 16 * KIB
_XML = (".xml", ".rels", ".vml")
_AT_ROOT = re.compile(rb"(?:\xef\xbb\xbf)?+(?:<\?xml [^<>?]*+\?>)?+\s*+<[A-Za-z]")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def directory(data: bytes) -> Mapping[str, Entry]:
    """Return the entries of a package by lower-case name.

    Raises Refusal: INCOMPLETE where the end is not there yet, DAMAGED where it cannot be used
    or where two entries have one name (readers differ on which of them counts).
    """
    if _END_RECORD not in data[-_END_RECORD_REACH:]:
        raise Refusal(reason="INCOMPLETE")
    listed = plain_entries(data) or listed_in(data)
    entries = {entry.filename.lower(): entry for entry in listed}
    if len(entries) < len(listed):
        raise Refusal(reason="DAMAGED")
    return {name: entry for name, entry in entries.items() if not name.endswith("/")}


def listed_in(data: bytes) -> list[ZipInfo]:
    """Return what the directory of a zip lists. Raises Refusal DAMAGED."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as package:
            return package.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error) as error:
        raise Refusal(reason="DAMAGED") from error


def check_entries(entries: Mapping[str, Entry], limits: Limits) -> None:
    """Judge the directory alone, before anything is inflated. Raises Refusal."""
    if len(entries) > limits.entries:
        raise Refusal(reason="BOMB")
    for entry in entries.values():
        # the name as it stands there: zipfile cuts it at a NUL and turns back-slashes on Windows
        _check_name(entry.orig_filename)
        check_entry(entry, limits)
    if sum(entry.file_size for entry in entries.values()) > limits.total:
        raise Refusal(reason="TOO_BIG")


def parts(data: bytes, entries: Mapping[str, Entry], limits: Limits) -> dict[str, bytes]:
    """Return the inflated parts a reader may open, by lower-case name. Raises Refusal."""
    return {
        name: inflate(data, entry, limits)
        for name, entry in entries.items()
        if not name.startswith(_UNREAD)
    }


def recode(contents: dict[str, bytes]) -> dict[str, bytes]:
    """Return those parts that are written in UTF-16, in UTF-8.

    calamine reads such a sheet as empty without a word, and a byte scan sees no DTD in it.
    """
    return {
        name: _to_utf8(part)
        for name, part in contents.items()
        if (part.startswith(_UTF16) or b"\x00" in part[:4]) and name.endswith(_XML)
    }


def check_xml(contents: Mapping[str, bytes]) -> None:
    """Refuse a DTD in any part; none can stand behind the beginning of the root."""
    for name, part in contents.items():
        if _AT_ROOT.match(part) is None and name.endswith(_XML) and b"<!DOCTYPE" in part:
            raise Refusal(reason="XML_UNSAFE")


def check_shape(contents: Mapping[str, bytes], limits: Limits) -> None:
    """Refuse absurd structure in a large part."""
    for name, part in contents.items():
        if len(part) > limits.small_part and name.endswith(_XML):
            walk(part, Shape(), limits)


def _check_name(name: str) -> None:
    steps = name.split("/")
    if "\\" in name or ":" in name or "\x00" in name or ".." in steps or not steps[0]:
        raise Refusal(reason="DAMAGED")


def check_entry(entry: Entry, limits: Limits) -> None:
    """Judge what the directory says of one entry. Raises Refusal."""
    if entry.flag_bits & _ENCRYPTED_FLAG:
        raise Refusal(reason="ENCRYPTED")
    if entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise Refusal(reason="DAMAGED")
    if (entry.external_attr >> 16) & _TYPE_MASK == _LINK_MODE:
        raise Refusal(reason="DAMAGED")
    if entry.file_size > limits.entry:
        raise Refusal(reason="TOO_BIG")
    if entry.file_size > limits.inflated(entry.compress_size):
        raise Refusal(reason="BOMB")


def inflate(data: bytes, entry: Entry, limits: Limits) -> bytes:
    """Return the content of one entry, never more than its declared size. Raises Refusal."""
    raw = _raw(data, entry)
    most = limits.inflated(len(raw))
    return _content(raw, entry.compress_type, entry.file_size, entry.CRC, most)


@remember(kept=32, size=8 * KIB)
def _content(raw: bytes, method: int, size: int, checksum: int, most: int) -> bytes:
    """Return what is packed in `raw`; most: bytes above which it is a bomb, not a damaged part."""
    try:
        content = raw if method == zipfile.ZIP_STORED else _inflated(raw, size, most)
    except zlib_ng.error as error:  # type: ignore[misc]  # its stub has no class for it
        raise Refusal(reason="DAMAGED") from error
    if len(content) != size or zlib_ng.crc32(content) != checksum:
        raise Refusal(reason="DAMAGED")
    return content


def _inflated(raw: bytes, size: int, most: int) -> bytes:
    """Return what is packed in `raw`, of which as much as told comes out."""
    if len(raw) <= _SMALL:
        content = zlib_ng.decompress(raw, -zlib_ng.MAX_WBITS, min(size, most) + 1)
        if len(content) > most:
            raise Refusal(reason="BOMB")
        return content
    stream = zlib_ng.decompressobj(-zlib_ng.MAX_WBITS)
    content = stream.decompress(raw, size + 1)
    if len(content) > size:
        _refuse_longer(stream, len(content), most)
    if not stream.eof:
        raise Refusal(reason="DAMAGED")
    return content


def _refuse_longer(stream: zlib_ng._Decompress, size: int, most: int) -> NoReturn:
    """Refuse what is longer than told: as a bomb where it goes on and on, else as torn.

    A block lost in the middle of a stream makes it longer or shorter at random.
    """
    while size <= most and not stream.eof and stream.unconsumed_tail:
        size += len(stream.decompress(stream.unconsumed_tail, _PIECE))
    raise Refusal(reason="BOMB" if size > most else "DAMAGED")


def _raw(data: bytes, entry: Entry) -> bytes:
    offset = entry.header_offset
    if not 0 <= offset <= len(data) - _LOCAL_HEADER.size:
        raise Refusal(reason="DAMAGED")
    magic, name_length, extra_length = _LOCAL_HEADER.unpack_from(data, offset)
    place = offset + _LOCAL_HEADER.size
    name = _encoded_name(entry)
    # Some readers go by the local name, others by the directory: they must say the same.
    is_named = len(name) == name_length and data.startswith(name, place)
    place += name_length + extra_length
    raw = data[place : place + entry.compress_size]
    if magic != b"PK\x03\x04" or not is_named or len(raw) < entry.compress_size:
        raise Refusal(reason="DAMAGED")
    return raw


def _encoded_name(entry: Entry) -> bytes:
    name = entry.orig_filename
    if name.isascii():
        return name.encode()
    return name.encode("utf-8" if entry.flag_bits & 0x800 else "cp437", "replace")


def _to_utf8(part: bytes) -> bytes:
    if not part.startswith(_UTF16):
        raise Refusal(reason="XML_UNSAFE")
    try:
        text = part.decode("utf-16")
    except UnicodeDecodeError as error:
        raise Refusal(reason="DAMAGED") from error
    if "\x00" in text:  # UTF-32 begins like UTF-16
        raise Refusal(reason="XML_UNSAFE")
    declaration, end, rest = text.partition("?>")
    return (rest if end and declaration.startswith("<?xml") else text).encode()
