"""A zip of files: which members count, and their bytes, inflated within bounds.

Nothing is ever written to a place that a name in it tells: a name is a label and a hint.
"""

from __future__ import annotations

import struct
import unicodedata
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.files import names
from pipeline.reading.limits import Refusal
from pipeline.reading.package import check_entry, inflate, listed_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from zipfile import ZipInfo

    from pipeline.reading.limits import Limits

_STARTS = (b"PK\x03\x04", b"PK\x05\x06")
# What stands at the top of the package of a program, and in no zip of a clerk.
_PACKAGE_PARTS = (
    "[content_types].xml",
    "mimetype",
    "content.xml",
    "xl/workbook.",
    "xl/worksheets/",
    "word/document.xml",
    "ppt/presentation.xml",
)
_UTF8_FLAG = 0x800
_UNICODE_PATH = 0x7075
_UNICODE_PATH_HEAD = struct.Struct("<BL")
_EXTRA_HEAD = struct.Struct("<HH")
_SYSTEM_FOLDERS = frozenset({"__macosx"})


@dataclass(frozen=True, slots=True)
class Member:
    """A file of a zip. path: where it lies in it, with forward slashes."""

    path: str
    data: bytes


def is_archive(data: bytes) -> bool:
    """Tell whether bytes are a zip of files rather than the package of some program."""
    if not data.startswith(_STARTS):
        return False
    try:
        listed = listed_in(data)
    except Refusal:
        return False
    return not any(entry.filename.lower().startswith(_PACKAGE_PARTS) for entry in listed)


def unpack(data: bytes, limits: Limits) -> Iterator[Member]:
    """Yield the members that a person put into a zip, in its order.

    Everything that the directory tells is judged before the first is inflated. Raises Refusal.
    """
    listed = listed_in(data)
    if len(listed) > limits.entries:
        raise Refusal(reason="BOMB")
    wanted = {}
    for number, entry in enumerate(listed):
        path = _path(entry)
        _check(entry, limits)
        if not _is_passed_over(path, entry):
            wanted[number] = path
    if sum(entry.file_size for entry in listed) > limits.total:
        raise Refusal(reason="TOO_BIG")
    if not wanted:
        raise Refusal(reason="ARCHIVE_EMPTY")
    for number, path in wanted.items():
        yield Member(path, inflate(data, listed[number], limits))


def _check(entry: ZipInfo, limits: Limits) -> None:
    """Judge what the directory says of an entry; a link and an unknown method are told as one."""
    try:
        check_entry(entry, limits)
    except Refusal as refusal:
        if refusal.reason == "DAMAGED":
            raise Refusal(reason="ARCHIVE_UNSAFE") from refusal
        raise


def _path(entry: ZipInfo) -> str:
    """Return where an entry lies, with forward slashes. Raises Refusal where a name lies."""
    path = unicodedata.normalize("NFC", _decoded(entry)).replace("\\", "/")
    steps = path.split("/")
    if not steps[0] or ".." in steps or ":" in path or names.shown(path) != path:
        raise Refusal(reason="ARCHIVE_UNSAFE")
    return "/".join(step for step in steps if step not in {"", "."})


def _decoded(entry: ZipInfo) -> str:
    """Return a name as its sender saw it.

    Without the flag for UTF-8 a name may be in the old code page of the sender's machine: GBK
    here; macOS writes UTF-8 all the same, which GBK text hardly ever looks like.
    """
    if entry.flag_bits & _UTF8_FLAG:
        return entry.orig_filename
    raw = entry.orig_filename.encode("cp437")
    told = _extras(entry.extra).get(_UNICODE_PATH, b"")
    if len(told) > _UNICODE_PATH_HEAD.size:
        version, checksum = _UNICODE_PATH_HEAD.unpack_from(told)
        if version == 1 and checksum == zlib.crc32(raw):
            raw = told[_UNICODE_PATH_HEAD.size :]
    for encoding in ("utf-8", "gbk"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return entry.orig_filename


def _extras(extra: bytes) -> Mapping[int, bytes]:
    """Return the extra fields of an entry by their kind; what is cut short is left out."""
    found: dict[int, bytes] = {}
    while len(extra) >= _EXTRA_HEAD.size:
        kind, size = _EXTRA_HEAD.unpack_from(extra)
        body = extra[_EXTRA_HEAD.size :][:size]
        if len(body) == size:
            found[kind] = body
        extra = extra[_EXTRA_HEAD.size + size :]
    return found


def _is_passed_over(path: str, entry: ZipInfo) -> bool:
    """Tell whether an entry is a folder, or belongs to a program or the system."""
    steps = path.split("/")
    return (
        entry.orig_filename.endswith(("/", "\\"))
        or not path
        or any(names.is_temporary(step) or step.lower() in _SYSTEM_FOLDERS for step in steps)
    )
