"""audit.jsonl: the events once more, as a chain of lines outside the database.

The table is the truth and commits first; the file follows and catches up after any crash. What
does not fit (a torn last line, lines that the register does not know) is set aside, never lost.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from pipeline.files import operations
from pipeline.ledger import events
from pipeline.ledger.rows import Head

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sqlalchemy import Connection

    from pipeline.ledger.rows import Facts

_BLOCK = 1 << 16

AUDIT = "audit.jsonl"
ASIDE = "audit-aside"


def head(audit: Path) -> Head:
    """Return where the chain ends, by its last complete line."""
    return _head(_last_line(audit, _complete_size(audit)))


def is_behind(db: Connection, audit: Path) -> bool:
    """Tell whether the file lacks events, has a torn end or is ahead of the register."""
    size = _size(audit)
    complete = _complete_size(audit)
    return size != complete or _known_head(audit, complete).seq != events.last_seq(db)


def mend(db: Connection, audit: Path, record: Callable[[str, Facts], None]) -> None:
    """Set aside what a crash, or a restored older register, left at the end of the file.

    record: writes the event that tells of it. The caller holds the audit lock.
    """
    complete = _complete_size(audit)
    if _size(audit) != complete:
        _set_aside(audit, complete, "audit_torn", record)
    if _known_head(audit, complete).seq > events.last_seq(db):
        _set_aside(audit, 0, "audit_ahead", record)


def catch_up(db: Connection, audit: Path) -> None:
    """Append the events that the file lacks; the caller holds the audit lock."""
    end = head(audit)
    lines: list[bytes] = []
    for happened in events.after(db, end.seq):
        text = events.line(happened, end.sha256)
        end = events.head_of(text)
        lines.append(text + b"\n")
    if lines:
        operations.append(audit, b"".join(lines))


def _set_aside(audit: Path, keep: int, kind: str, record: Callable[[str, Facts], None]) -> None:
    """Copy what follows byte `keep` to a file of its own, record it, then cut it off."""
    rest = operations.read_bytes(audit)[keep:]
    digest = hashlib.sha256(rest).hexdigest()
    operations.write_new(audit.parent / ASIDE / f"{digest}.jsonl", rest, private=True)
    record(kind, {"bytes": len(rest), "sha256": digest})
    operations.cut(audit, keep)


def _known_head(audit: Path, complete: int) -> Head:
    """Return the head; a last line that is no audit line counts as ahead of everything."""
    try:
        return _head(_last_line(audit, complete))
    except ValueError:
        return Head(seq=1 << 62)


def _head(text: bytes) -> Head:
    return events.head_of(text) if text else Head()


def _size(audit: Path) -> int:
    return audit.stat().st_size if audit.exists() else 0


def _complete_size(audit: Path) -> int:
    """Return the length of the file up to and with its last line end."""
    return _after_line_end(audit, _size(audit))


def _last_line(audit: Path, complete: int) -> bytes:
    """Return the last line without its end, b"" for an empty file."""
    if complete == 0:
        return b""
    start = _after_line_end(audit, complete - 1)
    with operations.open_read(audit) as file:
        file.seek(start)
        return file.read(complete - 1 - start)


def _after_line_end(audit: Path, end: int) -> int:
    """Return the position after the last line end before `end`, 0 where there is none."""
    if end == 0:
        return 0
    with operations.open_read(audit) as file:
        while end > 0:
            start = max(0, end - _BLOCK)
            file.seek(start)
            found = file.read(end - start).rfind(b"\n")
            if found >= 0:
                return start + found + 1
            end = start
    return 0
