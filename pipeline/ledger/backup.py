"""A consistent copy of the register while work goes on, checked before it counts."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from typing import TYPE_CHECKING

from pipeline.errors import StorageError
from pipeline.files import operations

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from pipeline.ledger.store import Ledger


KEY = "stamp.key"
_FOLDER = "backups"


def backup(ledger: Ledger, day: date) -> Path:
    """Copy the register to backups/register-<day>.sqlite3 and return that path.

    day: of the copy. The key that proves the 表号 is kept beside it.

    Raises:
        StorageError: it cannot be copied, or the copy is not sound; an older copy then stays.
    """
    target = ledger.archive / _FOLDER / f"register-{day.isoformat()}.sqlite3"
    copy = target.with_suffix(".tmp")
    operations.make_folder(target.parent, private=True)
    try:
        with suppress(FileNotFoundError):
            operations.unlink(copy)
        operations.append(copy, b"")
        _copy(ledger.register, copy)
        operations.replace(copy, target)
        _copy_key(ledger.archive, target.parent)
    except (sqlite3.Error, OSError) as error:
        message = f"备份未完成：{target}（{error}）。请检查磁盘空间后重做。"
        raise StorageError(message) from error
    return target


def _copy_key(archive: Path, folder: Path) -> None:
    """Keep the archive's key with its backups: without it no 表号 issued so far can be proved."""
    key = archive / KEY
    if key.exists() and not (folder / KEY).exists():
        operations.copy_new(key, folder / KEY, private=True)


def _copy(register: Path, copy: Path) -> None:
    """Copy page by page in one consistent view, and look through the copy."""
    with closing(sqlite3.connect(register)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
        target.execute("PRAGMA journal_mode = DELETE")
        found = target.execute("PRAGMA quick_check(1)").fetchone()[0]
    if found != "ok":
        raise sqlite3.DatabaseError(found)


def latest_backup(archive: Path) -> str | None:
    """Return the name of the newest backup, None where there is none."""
    names = sorted(path.name for path in (archive / _FOLDER).glob("register-*.sqlite3"))
    return names[-1] if names else None
