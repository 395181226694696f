"""The directory of a zip as office programs write it, read in one go.

`zipfile` takes as long for it as for inflating half of the sheets. Whatever is not quite plain
(a comment, a second disk, zip64, an extra field, a name beyond ASCII) is left to it.
"""

from __future__ import annotations

import struct
from typing import NamedTuple, Protocol


class Entry(Protocol):
    """What is asked of an entry; the names are those of `zipfile.ZipInfo`."""

    @property
    def filename(self) -> str:
        """The name as `zipfile` understands it."""

    @property
    def orig_filename(self) -> str:
        """The name as it stands there."""

    @property
    def flag_bits(self) -> int:
        """Encryption, names in UTF-8 and the like."""

    @property
    def compress_type(self) -> int:
        """The method: 0 stored, 8 deflated."""

    @property
    def CRC(self) -> int:  # noqa: N802 - the name that zipfile gave it
        """The checksum of the content."""

    @property
    def compress_size(self) -> int:
        """The bytes it takes in the package."""

    @property
    def file_size(self) -> int:
        """The bytes it says it has."""

    @property
    def external_attr(self) -> int:
        """The mode on Unix in the upper half."""

    @property
    def header_offset(self) -> int:
        """Where its local header begins."""


class _Plain(NamedTuple):
    """An entry about whose name nobody can be of two minds."""

    filename: str
    orig_filename: str
    flag_bits: int
    compress_type: int
    CRC: int
    compress_size: int
    file_size: int
    external_attr: int
    header_offset: int


_END = struct.Struct("<4s4H2LH")
_END_SIGN, _NO_DISKS = b"PK\x05\x06", (0, 0)
_LOCATOR_SIGN, _LOCATOR_SIZE = b"PK\x06\x07", 20
_HEADER = struct.Struct("<4s2x2B2H4x3L5H2L")
_HEADER_SIGN = b"PK\x01\x02"
_NEWEST = 63  # the version of the format above which zipfile gives up
_ZIP64 = 0xFFFFFFFF  # the number stands elsewhere


def plain_entries(data: bytes) -> list[Entry] | None:
    """Return the entries in the order of the directory, None where zipfile is to read it."""
    end = len(data) - _END.size
    if end < 0:
        return None
    sign, disk, start_disk, here, total, size, offset, comment = _END.unpack_from(data, end)
    is_plain = (
        sign == _END_SIGN
        and (disk, start_disk, comment) == (0, 0, 0)
        and here == total
        and offset + size == end
        and data[end - _LOCATOR_SIZE :][: len(_LOCATOR_SIGN)] != _LOCATOR_SIGN
    )
    entries = _entries(data, offset, end) if is_plain else None
    return entries if entries and len(entries) == total else None


def _entries(data: bytes, place: int, end: int) -> list[Entry] | None:
    entries: list[Entry] = []
    while place + _HEADER.size <= end:
        (
            sign, needed, _, flags, method, checksum, packed, size,
            name_size, extra, comment, disk, _, attributes, offset,
        ) = _HEADER.unpack_from(data, place)  # fmt: skip
        place += _HEADER.size
        name = data[place : place + name_size]
        place += name_size
        is_plain = (
            sign == _HEADER_SIGN
            and needed <= _NEWEST
            and not (extra or comment or disk)
            and _ZIP64 not in (packed, size, offset)
            and name.isascii()
            and b"\x00" not in name
            and b"\\" not in name
        )
        if not is_plain:
            return None
        text = name.decode("ascii")
        entries.append(
            _Plain(text, text, flags, method, checksum, packed, size, attributes, offset)
        )
    return entries if place == end else None
