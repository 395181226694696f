"""Zip archives as no honest program writes them; every field can be made to lie."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s4B4H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_DATE = 1 << 5 | 1
_BLOCK = 1 << 20
STORED, DEFLATED = 0, 8


@dataclass(frozen=True, slots=True)
class Member:
    """A member: what is None is told as it is. at: another member's place in the archive."""

    name: str | bytes
    content: bytes = b""
    method: int = DEFLATED
    packed: bytes | None = None
    size: int | None = None
    packed_size: int | None = None
    crc: int | None = None
    flags: int | None = None
    mode: int = 0o100600
    local_name: bytes | None = None
    extra: bytes = b""
    at: int | None = None

    @property
    def raw_name(self) -> bytes:
        return self.name if isinstance(self.name, bytes) else self.name.encode()

    @property
    def raw(self) -> bytes:
        if self.packed is not None:
            return self.packed
        return self.content if self.method == STORED else deflated(self.content)

    def head(self, raw: bytes, name: bytes) -> tuple[int, ...]:
        """Return what both headers tell."""
        flags = self.flags
        if flags is None:
            flags = 0 if name.isascii() else 0x800
        crc = zlib.crc32(self.content) if self.crc is None else self.crc
        packed_size = len(raw) if self.packed_size is None else self.packed_size
        size = len(self.content) if self.size is None else self.size
        return flags, self.method, 0, _DATE, crc, packed_size, size


def deflated(content: bytes) -> bytes:
    """Return a raw deflate stream."""
    squeezer = zlib.compressobj(9, wbits=-zlib.MAX_WBITS)
    return squeezer.compress(content) + squeezer.flush()


def repeated(
    name: str, piece: bytes, size: int, around: tuple[bytes, bytes] = (b"", b"")
) -> Member:
    """Return a member of `size` bytes made of one piece, without ever holding them.

    A block packed with a full flush may stand any number of times in a stream.
    """
    block = piece * (_BLOCK // len(piece))
    count = size // len(block)
    squeezer = zlib.compressobj(9, wbits=-zlib.MAX_WBITS)
    start = squeezer.compress(around[0]) + squeezer.flush(zlib.Z_FULL_FLUSH)
    middle = squeezer.compress(block) + squeezer.flush(zlib.Z_FULL_FLUSH)
    end = squeezer.compress(around[1]) + squeezer.flush()
    crc = zlib.crc32(around[0])
    for _ in range(count):
        crc = zlib.crc32(block, crc)
    crc = zlib.crc32(around[1], crc)
    whole = len(around[0]) + count * len(block) + len(around[1])
    return Member(name, packed=start + middle * count + end, size=whole, crc=crc)


def zip_of(
    members: Iterable[Member],
    *,
    before: bytes = b"",
    after: bytes = b"",
    comment: bytes = b"",
    count: int | None = None,
) -> bytes:
    """Return an archive; before: bytes in front that no offset tells of."""
    body, directory, number = bytearray(), bytearray(), 0
    for member in members:
        raw, name = member.raw, member.raw_name
        told = member.head(raw, name)
        place = len(body) if member.at is None else member.at
        if member.at is None:
            local = name if member.local_name is None else member.local_name
            body += _LOCAL.pack(b"PK\x03\x04", 20, *told, len(local), 0) + local + raw
        directory += _CENTRAL.pack(
            b"PK\x01\x02", 20, 3, 20, 0, *told, len(name), len(member.extra), 0, 0, 0,
            member.mode << 16, place,
        )  # fmt: skip
        directory += name + member.extra
        number += 1
    told_count = min(0xFFFF, number if count is None else count)
    end = _END.pack(
        b"PK\x05\x06", 0, 0, told_count, told_count, len(directory), len(body), len(comment)
    )
    return bytes(before + body + directory + end + comment + after)
