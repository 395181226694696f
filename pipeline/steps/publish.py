"""Putting files into the outbox: whole or not at all; what was changed by hand is kept.

What is about to lie at a place is committed before it is written. So a file found there is ours
whenever a crash struck, and no lock of the register is held while a slow share is written to.
"""

from __future__ import annotations

import hashlib
import logging
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline import clock
from pipeline.errors import StorageError
from pipeline.files import operations
from pipeline.ledger import outputs
from pipeline.workspace.paths import OLD_ANSWERS

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date
    from pathlib import Path

    from pipeline.ledger.transaction import Transaction
    from pipeline.workspace import Workspace

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A file about to be put into the outbox."""

    target: Path
    data: bytes

    @property
    def digest(self) -> str:
        """Return the SHA-256 of what is to lie there."""
        return hashlib.sha256(self.data).hexdigest()


def publish(workspace: Workspace, *files: Outgoing) -> tuple[Path, ...]:
    """Put files into the outbox and return where they lie."""
    with workspace.ledger.transaction() as tx:
        for file in files:
            intend(workspace, tx, file)
    return tuple(put(workspace, file) for file in files)


def intend(workspace: Workspace, tx: Transaction, file: Outgoing) -> None:
    """Note what is about to lie at a place; `put` follows after the commit."""
    path = relative(workspace, file.target)
    outputs.publish(tx, path, file.digest, path.split("/", 1)[0])


def put(workspace: Workspace, file: Outgoing) -> Path:
    """Write an intended file and return where it lies.

    A file there that we never published was changed by hand: it is kept beside, as
    …（人工修改YYYYMMDD）. Where somebody has the old file open the new one gets its own name.
    """
    target = file.target
    there = operations.sha256(target) if target.exists() else ""
    if there == file.digest:
        return target
    try:
        if there and not _is_ours(workspace, target, there):
            operations.move_new(target, _kept_aside(target, workspace.today))
        operations.write_new(target, file.data)
    except StorageError as error:
        if not _is_open_elsewhere(error):
            raise
        other = target.with_stem(f"{target.stem}（新版{clock.stamp(workspace.now())}）")
        _log.warning("an output is open elsewhere, written beside it")
        return publish(workspace, Outgoing(other, file.data))[0]
    return target


def sweep_outputs(workspace: Workspace) -> None:
    """Remove what a killed process left half written in the outbox and among the templates."""
    with workspace.ledger.writer():
        for folder in (workspace.paths.outbox, workspace.paths.templates):
            with suppress(StorageError, OSError):  # a share that is away is told by who writes
                operations.sweep(folder, below=True)


def is_taken(workspace: Workspace, file: Outgoing) -> bool:
    """Tell whether another file of ours lies at the place."""
    with workspace.ledger.reading() as db:
        known = outputs.published(db, relative(workspace, file.target))
    return known is not None and known.sha256 != file.digest


def retire(target: Path) -> bool:
    """Move an answer that a newer one replaces to 历史/; tell whether it is gone from its place.

    A clerk may have taken it away, or have it open in Excel: the newer answer waits for nobody,
    and what could not be moved is moved with the next answer.
    """
    if not target.exists():
        return True
    try:
        operations.move_new(target, free(target.parent.parent / OLD_ANSWERS / target.name))
    except StorageError as error:
        if not _is_open_elsewhere(error):
            raise
        _log.warning("an older answer is open elsewhere and stays where it is")
        return False
    return True


def relative(workspace: Workspace, target: Path) -> str:
    """Return a place in the outbox as the ledger names it."""
    return target.relative_to(workspace.paths.outbox).as_posix()


def free(path: Path, is_free: Callable[[Path], bool] = lambda place: not place.exists()) -> Path:
    """Return `path`, numbered where that name is not free."""
    number, numbered = 1, path
    while not is_free(numbered):
        number += 1
        numbered = path.with_stem(f"{path.stem}（{number}）")
    return numbered


def _is_ours(workspace: Workspace, target: Path, digest: str) -> bool:
    with workspace.ledger.reading() as db:
        known = outputs.published(db, relative(workspace, target))
    return known is not None and digest in {known.sha256, known.before}


def _kept_aside(target: Path, day: date) -> Path:
    return free(target.with_stem(f"{target.stem}（人工修改{day:%Y%m%d}）"))


def _is_open_elsewhere(error: StorageError) -> bool:
    """Tell whether Windows refused because another program has the file open."""
    return isinstance(error.__cause__, PermissionError)
