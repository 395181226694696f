"""Zip archives whose untouched members are copied as they are stored, without unpacking.

`zipfile` can only unpack and pack again; copying is faster, and what nobody asked for stays
exactly as the clerk's program packed it.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

from pipeline.workbook.patch.marks import MarkError

if TYPE_CHECKING:
    from collections.abc import Iterable

_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s2B5H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_VERSION = 20
_UNIX = 3
_UTF8 = 0x800
_ENCRYPTED = 0x1
_SEALED_DATE = 1 << 5 | 1  # 1980-01-01, the first day a zip can tell
_MODE = 0o100600 << 16
_EFFORT = 3  # of 9: quick rather than tight, half the time of 6 for a tenth more bytes
# The guard refuses more long before; this only keeps the patcher safe when used alone.
_LARGEST = 512 * 1024 * 1024
_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,  # a compression nobody knows
    RuntimeError,
    ValueError,
)


@dataclass(frozen=True, slots=True)
class Stored:
    """One member as it lies in the archive: packed bytes and what the directory says of them."""

    name: str
    method: int
    time: int
    date: int
    crc: int
    size: int
    system: int
    attributes: int
    packed: bytes

    def unpacked(self) -> bytes:
        """Return the content.

        Raises:
            MarkError: it cannot be unpacked to what the directory promises.
        """
        try:
            content = _unpack(self)
        except _UNREADABLE as error:
            raise _damaged() from error
        if len(content) != self.size or zlib.crc32(content) != self.crc:
            raise _damaged()
        return content


def pack(name: str, content: bytes) -> Stored:
    """Return a member of ours, dated alike whenever it is made."""
    squeezer = zlib.compressobj(_EFFORT, wbits=-zlib.MAX_WBITS)
    packed = squeezer.compress(content) + squeezer.flush()
    crc, size = zlib.crc32(content), len(content)
    return Stored(name, zipfile.ZIP_DEFLATED, 0, _SEALED_DATE, crc, size, _UNIX, _MODE, packed)


def waiting(name: str) -> Stored:
    """Return a member of ours that is to be packed once its content is complete."""
    return Stored(name, zipfile.ZIP_DEFLATED, 0, _SEALED_DATE, 0, 0, _UNIX, _MODE, b"")


def read(content: bytes) -> list[Stored]:
    """Return the members of an archive in order, still packed.

    Raises:
        MarkError: it is no zip, is encrypted, too large, or names a member twice, so that
            nobody can tell which one counts.
    """
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            entries = archive.infolist()
            members = [_stored(content, entry) for entry in entries]
    except _UNREADABLE as error:
        raise _damaged() from error
    names = {member.name.casefold() for member in members}
    if len(names) != len(members) or any(entry.flag_bits & _ENCRYPTED for entry in entries):
        raise _damaged()
    if sum(member.size for member in members) > _LARGEST:
        message = "文件解压后过大"
        raise MarkError(message)
    return members


def write(members: Iterable[Stored]) -> bytes:
    """Return the archive of `members`."""
    body, directory, count = bytearray(), bytearray(), 0
    for member in members:
        name = member.name.encode()
        flags = 0 if member.name.isascii() else _UTF8
        facts = (
            flags, member.method, member.time, member.date, member.crc, len(member.packed),
            member.size, len(name), 0,
        )  # fmt: skip
        directory += _CENTRAL.pack(
            b"PK\x01\x02", _VERSION, member.system, _VERSION, *facts, 0, 0, 0,
            member.attributes, len(body),
        )  # fmt: skip
        directory += name
        body += _LOCAL.pack(b"PK\x03\x04", _VERSION, *facts)
        body += name + member.packed
        count += 1
    end = _END.pack(b"PK\x05\x06", 0, 0, count, count, len(directory), len(body), 0)
    return bytes(body + directory + end)


def _stored(content: bytes, entry: zipfile.ZipInfo) -> Stored:
    head = _LOCAL.unpack_from(content, entry.header_offset)
    start = entry.header_offset + _LOCAL.size + head[-2] + head[-1]
    year, month, day, hour, minute, second = entry.date_time
    return Stored(
        entry.filename,
        entry.compress_type,
        hour << 11 | minute << 5 | second // 2,
        max(year - 1980, 0) << 9 | month << 5 | day,
        entry.CRC,
        entry.file_size,
        entry.create_system,
        entry.external_attr,
        content[start : start + entry.compress_size],
    )


def _unpack(member: Stored) -> bytes:
    if member.method == zipfile.ZIP_STORED:
        return member.packed
    if member.method != zipfile.ZIP_DEFLATED:
        raise NotImplementedError
    # One byte more than promised is enough to tell a lie from the truth.
    return zlib.decompressobj(-zlib.MAX_WBITS).decompress(member.packed, member.size + 1)


def _damaged() -> MarkError:
    return MarkError("文件不是完好的xlsx工作簿")
