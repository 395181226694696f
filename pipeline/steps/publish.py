"""Putting a file into the outbox: whole or not at all; what was changed by hand is kept."""

from __future__ import annotations

import hashlib
import logging
from typing import TYPE_CHECKING

from pipeline import clock
from pipeline.errors import StorageError
from pipeline.files import operations
from pipeline.ledger import outputs

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from pipeline.ledger.transaction import Transaction
    from pipeline.workspace import Workspace

_log = logging.getLogger(__name__)

OLD_ANSWERS = "历史"


def publish(workspace: Workspace, tx: Transaction, target: Path, data: bytes) -> Path:
    """Write `data` at `target` in the outbox and return where it lies.

    A file there that is not what we last published was changed by hand: it is kept beside, as
    …（人工修改YYYYMMDD）. Where the old file is open in Excel the new one gets a name of its own.
    """
    path = _relative(workspace, target)
    digest = hashlib.sha256(data).hexdigest()
    known = outputs.published(tx.connection, path)
    if target.exists():
        there = operations.sha256(target)
        if there == digest:
            if known is None or known.sha256 != digest:
                outputs.publish(tx, path, digest, _audience(path))
            return target
        if known is None or known.sha256 != there:
            operations.move_new(target, _kept_aside(target, clock.local_date(tx.at)))
    try:
        operations.write_new(target, data)
    except StorageError as error:
        if not isinstance(error.__cause__, PermissionError):
            raise
        return _beside(workspace, tx, target, data)
    outputs.publish(tx, path, digest, _audience(path))
    return target


def untaken(workspace: Workspace, tx: Transaction, target: Path, number: int) -> Path:
    """Return `target`, with the arrival's number in its name where another answer lies there.

    Two files of one name and one verdict may be answered within a minute.
    """
    taken = outputs.published(tx.connection, _relative(workspace, target))
    return target.with_stem(f"{target.stem}_第{number}件") if taken else target


def retire(workspace: Workspace, tx: Transaction, target: Path) -> None:
    """Move an answer that a newer one replaces to 历史/ beside its folder.

    A clerk may have taken it away, or have it open in Excel: the newer answer waits for nobody,
    and what could not be moved is moved with the next answer.
    """
    if target.exists():
        try:
            operations.move_new(target, _free(target.parent.parent / OLD_ANSWERS / target.name))
        except StorageError as error:
            if not isinstance(error.__cause__, PermissionError):
                raise
            _log.warning("an older answer is open elsewhere and stays where it is")
            return
    outputs.withdraw(tx, _relative(workspace, target))


def _beside(workspace: Workspace, tx: Transaction, target: Path, data: bytes) -> Path:
    """Write the file under a new name: somebody has the old one open."""
    other = target.with_stem(f"{target.stem}（新版{clock.stamp(tx.at)}）")
    _log.warning("an output is open elsewhere, written beside it")
    digest = operations.write_new(other, data)
    path = _relative(workspace, other)
    outputs.publish(tx, path, digest, _audience(path))
    return other


def _kept_aside(target: Path, day: date) -> Path:
    return _free(target.with_stem(f"{target.stem}（人工修改{day:%Y%m%d}）"))


def _free(path: Path) -> Path:
    """Return `path`, numbered where that name is taken."""
    number = 1
    free = path
    while free.exists():
        number += 1
        free = path.with_stem(f"{path.stem}（{number}）")
    return free


def _relative(workspace: Workspace, target: Path) -> str:
    return target.relative_to(workspace.paths.outbox).as_posix()


def _audience(path: str) -> str:
    return path.split("/", 1)[0]
