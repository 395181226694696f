"""Old binary files for tests: workbooks by xlwt, and what else comes in the same wrapping."""

from __future__ import annotations

import hashlib
import struct
from io import BytesIO
from typing import TYPE_CHECKING

import xlwt
from xlwt.CompoundDoc import XlsDoc

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_STREAM = "Workbook".encode("utf-16-le")
_ENTRY = 128  # bytes of a directory entry; the name takes the first 64
_BLOCK = 1024  # bytes enciphered with one key
_PLAIN = {0x0809, 0x002F, 0x00E1}  # begin of a substream, what tells the password, of an interface
_SHEET = 0x0085  # its first four bytes stay readable


def old_book(fill: Callable[[xlwt.Workbook], None]) -> xlwt.Workbook:
    """Return an .xls in the making, filled in."""
    book = xlwt.Workbook(encoding="utf-8")
    fill(book)
    return book


def saved(book: xlwt.Workbook) -> bytes:
    """Return the bytes of an .xls."""
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def wrapped(stream: bytes) -> bytes:
    """Return an old binary file of one stream."""
    target = BytesIO()
    XlsDoc().save(target, stream)
    return target.getvalue()


def with_stream(data: bytes, name: str) -> bytes:
    """Return the file with its stream under another name, as Word's or PowerPoint's."""
    return _renamed(data, data.index(_STREAM), name)


def with_storage(data: bytes, name: str) -> bytes:
    """Return the file with one more storage in the wrapping, as macros and objects have."""
    stream = data.index(_STREAM)
    empty = stream + _ENTRY
    changed = bytearray(_renamed(data, empty, name))
    changed[empty + 66] = 1  # a storage
    struct.pack_into("<iii", changed, empty + 68, -1, -1, -1)
    struct.pack_into("<i", changed, stream + 72, 2)  # stands to the right of the stream
    return bytes(changed)


def _renamed(data: bytes, entry: int, name: str) -> bytes:
    encoded = name.encode("utf-16-le")
    changed = bytearray(data)
    changed[entry : entry + 64] = encoded.ljust(64, b"\x00")
    struct.pack_into("<H", changed, entry + 64, len(encoded) + 2)
    return bytes(changed)


def with_password(book: xlwt.Workbook, password: str) -> bytes:
    """Return an .xls really encrypted as Office 97 did it (RC4 with a key of 40 bits)."""
    salt = bytes(range(16))
    digest = hashlib.md5(password.encode("utf-16-le")).digest()[:5]  # noqa: S324 - the format's
    key = hashlib.md5((digest + salt) * 16).digest()[:5]  # noqa: S324
    verifier = b"0123456789abcdef"
    proof = hashlib.md5(verifier).digest()  # noqa: S324
    sealed = bytes(map(int.__xor__, verifier + proof, _cipher(key, 0)))
    told = struct.pack("<HHHHH", 0x2F, 54, 1, 1, 1) + salt + sealed
    plain = book.get_biff_data()
    first = 4 + struct.unpack_from("<H", plain, 2)[0]
    # what lies behind the new record moves, and the sheets are found by their place
    stream = bytearray(plain[:first] + told + plain[first:])
    for place, kind, _ in list(_records(stream)):
        if kind == _SHEET:
            (start,) = struct.unpack_from("<I", stream, place)
            struct.pack_into("<I", stream, place, start + len(told))
    keys: dict[int, bytes] = {}
    for place, kind, size in list(_records(stream)):
        skipped = size if kind in _PLAIN else 4 if kind == _SHEET else 0
        for at in range(place + skipped, place + size):
            block, offset = divmod(at, _BLOCK)
            if block not in keys:
                keys[block] = _cipher(key, block)
            stream[at] ^= keys[block][offset]
    # zeros fill the stream up, and in fours read as empty records
    odd = -len(stream) % 4
    return wrapped(bytes(stream) + struct.pack("<HH", 0, odd) + bytes(odd))


def _records(stream: bytearray) -> Iterator[tuple[int, int, int]]:
    """Yield place, kind and size of the content of each record."""
    place = 0
    while place + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, place)
        yield place + 4, kind, size
        place += 4 + size


def _cipher(key: bytes, block: int) -> bytes:
    """Return the key stream of a block."""
    secret = hashlib.md5(key + struct.pack("<I", block)).digest()  # noqa: S324
    state, j = list(range(256)), 0
    for i in range(256):
        j = (j + state[i] + secret[i % 16]) % 256
        state[i], state[j] = state[j], state[i]
    stream, i, j = bytearray(), 0, 0
    for _ in range(_BLOCK):
        i = (i + 1) % 256
        j = (j + state[i]) % 256
        state[i], state[j] = state[j], state[i]
        stream.append(state[(state[i] + state[j]) % 256])
    return bytes(stream)
