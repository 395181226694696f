"""Old binary files: a workbook, an encrypted one, or something else in the same wrapping."""

from __future__ import annotations

import struct
from io import BytesIO

import olefile

from pipeline.reading.limits import Refusal

_RECORD = struct.Struct("<HH")
_END, _PASSWORD, _SHEET = 0x0A, 0x2F, 0x85
_MACROS, _EMBEDDED = "_VBA_PROJECT_CUR", "MBD"


def check_ole(data: bytes) -> tuple[str, ...]:
    """Let a BIFF workbook pass, and return what its wrapping carries besides (`Reading.extras`).

    Raises Refusal: ENCRYPTED, WORD_FILE (WPS writes the same), NOT_WORKBOOK or DAMAGED.
    """
    with olefile.OleFileIO(BytesIO(data)) as file:
        if file.exists("EncryptedPackage"):
            raise Refusal(reason="ENCRYPTED")
        if file.exists("WordDocument"):
            raise Refusal(reason="WORD_FILE")
        book = next((name for name in ("Workbook", "Book") if file.exists(name)), None)
        if book is None:  # the list of contents may be what is torn
            raise Refusal(reason="DAMAGED" if file.parsing_issues else "NOT_WORKBOOK")
        if _has_password(file.openstream(book).read()):
            raise Refusal(reason="ENCRYPTED")
        names = {path[0] for path in file.listdir(streams=True, storages=True)}
    found = {
        "macros": _MACROS in names,
        "embedded": any(name.startswith(_EMBEDDED) for name in names),
    }
    return tuple(word for word, there in found.items() if there)


def _has_password(stream: bytes) -> bool:
    """Tell whether the records say of themselves that what follows is encrypted.

    They say so before the first sheet is named, whichever method is used.
    """
    place = 0
    while place + _RECORD.size <= len(stream):
        kind, size = _RECORD.unpack_from(stream, place)
        if kind in {_END, _SHEET}:
            break
        if kind == _PASSWORD:
            return True
        place += _RECORD.size + size
    return False
