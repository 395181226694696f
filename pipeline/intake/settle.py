"""Tell whether a file has arrived whole. Size and time alone do not say so.

An SMB copy may show its final size and time from the first moment, so the content is compared;
a copy may stall, so a zip must have its end; a person may still be typing, so a young owner file
holds it back. Time is passed in; nothing here sleeps.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from pipeline.files import names, operations

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.intake.folders import Timing
    from pipeline.intake.scan import Seen

_COPYING = "正在复制"
_EDITING = "有人正在编辑"
_UNFINISHED = "文件未传完"
UNREADABLE = "暂时读不到，稍后再试"

_MIB, _GIB = 1 << 20, 1 << 30
_ZIP = b"PK\x03\x04"
_END = b"PK\x05\x06"
_END_SIZE = 22
_MAX_COMMENT = 0xFFFF
# Stands between the directory and the end record of a zip64.
_LOCATOR = b"PK\x06\x07"
_LOCATOR_SIZE = 20


@dataclass(frozen=True, slots=True)
class Look:
    """What a file was at a look; `at` is when this content was first seen so."""

    size: int
    mtime_ns: int
    sha256: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """A file that stays in the inbox for now, and why, in Chinese."""

    path: Path
    reason: str


@dataclass(frozen=True, slots=True)
class Settled:
    """A file that has arrived whole, with the content that was seen twice."""

    seen: Seen
    sha256: str
    since: datetime


def look(seen: Seen, now: datetime) -> Look:
    """Read a file for the first time.

    Raises:
        OSError: it cannot be read now.
    """
    return Look(seen.size, seen.mtime_ns, operations.sha256(seen.path), now)


def settle(
    seen: Seen, before: Look | None, owner_since: datetime | None, timing: Timing, now: datetime
) -> Settled | Waiting | Look:
    """Judge a file by its last look: settled, still waiting, or changed and looked at anew.

    owner_since: when an owner file beside it was first seen.

    Raises:
        OSError: it cannot be read now.
    """
    if before is None or _differs(seen, before) or now < before.at:
        return look(seen, now)
    reason = _hindrance(seen, now - before.at, owner_since, timing, now)
    if reason:
        return Waiting(seen.path, reason)
    again = look(seen, now)
    if again.sha256 != before.sha256:
        return again
    return Settled(seen, again.sha256, before.at)


def copying(path: Path) -> Waiting:
    """Return why a file waits that was looked at only once."""
    return Waiting(path, _COPYING)


def too_large(seen: Seen) -> Waiting:
    """Return why a file waits that is larger than anything the archive takes."""
    return Waiting(seen.path, f"文件过大（{about(seen.size)}），没有收。请移走或只放入表格。")


def about(size: int) -> str:
    """Return a size in bytes as people say it.

    >>> about(300 << 20), about(10 << 30)
    ('约300MB', '约10GB')
    """
    return f"约{size / _GIB:.0f}GB" if size >= _GIB else f"约{size / _MIB:.0f}MB"


def owner_of(path: Path, owners: dict[Path, datetime]) -> datetime | None:
    """Return when the owner file of `path` was first seen, the latest of several."""
    beside = (path.with_name(name) for name in names.owner_names(path.name))
    return max((owners[owner] for owner in beside if owner in owners), default=None)


def is_unfinished(path: Path, size: int) -> bool:
    """Tell whether a file is empty, or a zip whose end has not come.

    Raises:
        OSError: it cannot be read now.
    """
    if size == 0:
        return True
    with operations.open_read(path) as file:
        if file.read(len(_ZIP)) != _ZIP:
            return False
        file.seek(max(0, size - _END_SIZE - _MAX_COMMENT))
        return not _ends_zip(file.read(), size)


def _ends_zip(tail: bytes, size: int) -> bool:
    """Tell whether `tail` closes a zip of `size` bytes: an end record with nothing missing.

    The record must tell of a directory right before it, or that of a stored zip within would do.
    """
    position = tail.rfind(_END)
    while position >= 0:
        record = tail[position : position + _END_SIZE].ljust(_END_SIZE, b"\0")
        directory_size, directory_start, comment_size = struct.unpack("<12xIIH", record)
        start = size - len(tail) + position
        is_zip64 = tail[:position][-_LOCATOR_SIZE:].startswith(_LOCATOR)
        is_last = start + _END_SIZE + comment_size == size
        if is_last and (is_zip64 or directory_start + directory_size == start):
            return True
        position = tail.rfind(_END, 0, position)
    return False


def _differs(seen: Seen, before: Look) -> bool:
    return (seen.size, seen.mtime_ns) != (before.size, before.mtime_ns)


def _hindrance(
    seen: Seen, age: timedelta, owner_since: datetime | None, timing: Timing, now: datetime
) -> str:
    """Return why a file unchanged for `age` must wait, "" where nothing hinders."""
    if age < timedelta(seconds=timing.stable_seconds):
        return _COPYING
    if owner_since and now - owner_since < timedelta(hours=timing.owner_hours):
        return _EDITING
    patience = timedelta(minutes=timing.incomplete_minutes)
    if age < patience and is_unfinished(seen.path, seen.size):
        return _UNFINISHED
    return ""
