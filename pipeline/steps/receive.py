"""Receiving: the queue of claimed files, block by block — read, check, decide, answer, release."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline import clock
from pipeline.checks.check import Checked, check_block
from pipeline.checks.rules import Context
from pipeline.errors import PipelineError
from pipeline.intake.release import release
from pipeline.ledger import arrivals
from pipeline.model import Archive
from pipeline.reading.limits import KIB, MIB, Limits
from pipeline.reading.pool import ReadingPool
from pipeline.steps.answer import answer_owed
from pipeline.steps.decide import decide
from pipeline.steps.filing import CheckedFile, CheckedPart, Decidable, Filing
from pipeline.steps.recognise import Came, Recognised, Unchecked, recognise
from pipeline.steps.ruling import RETURNED_BY_GROUP, ruling_of
from pipeline.steps.unpacking import NESTED, claim_unpacked

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pipeline.checks.check import PartInput
    from pipeline.ledger.rows import Arrival
    from pipeline.reading.codec import Outcome
    from pipeline.workspace import Workspace

_log = logging.getLogger(__name__)

BLOCK = 200  # files: more cost memory without saving time

Progress = Callable[[int, int], None]  # files done, files known so far


def _silent(done: int, known: int) -> None:
    del done, known


def reading_pool(workspace: Workspace) -> ReadingPool:
    """Return the reading processes with the limits of the configuration."""
    return ReadingPool(limits_of(workspace), workers=workspace.settings.checks.workers)


def limits_of(workspace: Workspace) -> Limits:
    """Return what one file may cost."""
    limits = workspace.settings.limits
    in_units = {"file_mb", "unpacked_mb", "seconds", "memory_mb"}
    return replace(
        Limits(**limits.model_dump(exclude=in_units, exclude_none=True)),
        file=limits.file_mb * MIB,
        total=limits.unpacked_mb * MIB,
        seconds=limits.seconds,
        memory=limits.memory_mb * KIB * KIB,
        fills=workspace.settings.checks.read_fill,
    )


def receive(
    workspace: Workspace, pool: ReadingPool, progress: Progress = _silent
) -> tuple[Arrival, ...]:
    """Decide and answer everything that is claimed; return the arrivals in their order.

    Raises:
        StorageError: disk or share refuse; what was decided stays decided, the rest waits.
    """
    received: list[Arrival] = []
    while True:
        with workspace.ledger.reading() as db:
            waiting = arrivals.claimed(db)
        block = waiting[:BLOCK]
        # Reading may take long and needs no lock; what another process decides meanwhile is left.
        files = read_block(workspace, pool, block)
        claim_unpacked(workspace, limits_of(workspace), files)
        with workspace.ledger.writer():
            decide_block(workspace, files)
            # Answers and releases that a crash left undone are made up here as well.
            answer_owed(workspace, lambda one: read_block(workspace, pool, [one])[0][1])
        release(workspace.ledger, workspace.paths.intake)
        if not waiting:
            return tuple(received)
        received += _again(workspace, block)
        progress(len(received), len(received) + len(waiting) - len(block))


def read_block(
    workspace: Workspace, pool: ReadingPool, block: Sequence[Arrival]
) -> list[tuple[Arrival, Decidable]]:
    """Read and check a block; whatever goes wrong with one file costs that file alone."""
    outcomes = pool.read([_place(workspace, arrival) for arrival in block])
    files = [
        _recognise(workspace, arrival, outcome)
        for arrival, outcome in zip(block, outcomes, strict=True)
    ]
    return list(zip(block, check_files(workspace, files), strict=True))


def _recognise(
    workspace: Workspace, arrival: Arrival, outcome: Outcome
) -> Recognised | Archive | Unchecked:
    if isinstance(outcome, Archive):
        return Unchecked("quarantined", NESTED) if arrival.parent else outcome
    day = clock.local_date(arrival.claimed_at)
    with workspace.ledger.reading() as db:
        ruling = ruling_of(db, arrival.id)
    try:
        came = Came(day, arrival.folder, arrival.name, arrival.source == "group")
        return recognise(outcome, workspace, came, ruling)
    except Exception:  # the door
        _log.exception("%s could not be recognised", arrival.sha256[:8])
        if ruling and ruling.why:
            return Unchecked("returned", RETURNED_BY_GROUP)
        return Unchecked("unconfirmed", "CHECK_FAILED")


def decide_block(workspace: Workspace, files: Sequence[tuple[Arrival, Decidable]]) -> None:
    """Decide a block in the order of the arrival numbers; all of it is committed together."""
    with workspace.ledger.reading() as db:
        still = {arrival.id for arrival in arrivals.claimed(db)}
    mine = [(arrival, file) for arrival, file in files if arrival.id in still]
    if not mine:
        return
    with workspace.ledger.block() as change:
        for arrival, file in mine:
            try:
                with change.part() as tx:
                    decide(Filing(workspace, tx, arrival), file)
            except PipelineError:
                raise
            except Exception:  # the door
                _log.exception("%s could not be decided", arrival.sha256[:8])
                with change.part() as tx:
                    failed = Unchecked("unconfirmed", "CHECK_FAILED")
                    decide(Filing(workspace, tx, arrival), failed)
    for arrival, _ in mine:
        _log.info("%s decided", arrival.sha256[:8])


def _place(workspace: Workspace, arrival: Arrival) -> Path:
    """Return where the bytes of a claimed arrival lie; a missing blob reads as damaged."""
    with workspace.ledger.reading() as db:
        place = workspace.ledger.originals.locate(db, arrival.sha256)
    return place or workspace.ledger.originals.work(arrival.sha256)


def _again(workspace: Workspace, block: Sequence[Arrival]) -> list[Arrival]:
    with workspace.ledger.reading() as db:
        return [arrivals.get(db, arrival.id) for arrival in block]


def check_files(
    workspace: Workspace, files: Sequence[Recognised | Archive | Unchecked]
) -> list[Decidable]:
    """Check everything recognised, a form at a time, and return the files in their order."""
    found = {
        (place, number): part
        for place, file in enumerate(files)
        if isinstance(file, Recognised)
        for number, part in enumerate(file.parts)
    }
    outcomes: dict[tuple[int, int], Checked | None] = {}
    for form in (*workspace.forms, *workspace.desk):
        context = Context(form, workspace.settings, workspace.roster)
        mine = [key for key, part in found.items() if part.identity.form.code == form.code]
        checked = _check_halving([found[key].part for key in mine], context)
        outcomes |= dict(zip(mine, checked, strict=True))
    return [
        _checked(file, [outcomes[place, number] for number in range(len(file.parts))])
        if isinstance(file, Recognised)
        else file
        for place, file in enumerate(files)
    ]


def _checked(file: Recognised, outcomes: Sequence[Checked | None]) -> CheckedFile | Unchecked:
    """Return a file with what was found in its parts; one that could not be checked stops all."""
    parts = [
        CheckedPart(part, checked)
        for part, checked in zip(file.parts, outcomes, strict=True)
        if checked
    ]
    if len(parts) < len(outcomes):
        return Unchecked("unconfirmed", "CHECK_FAILED", file.parts[0].identity)
    return CheckedFile(tuple(parts), file.blank)


def _check_halving(parts: Sequence[PartInput], context: Context) -> list[Checked | None]:
    """Check a block; where a rule raises, halve it until the one part is found: it gets None."""
    if not parts:
        return []
    try:
        return [*check_block(parts, context)]
    except Exception:  # the door: a faulty rule costs one file
        if len(parts) == 1:
            _log.exception("a rule failed on one part")
            return [None]
        middle = len(parts) // 2
        return [
            *_check_halving(parts[:middle], context),
            *_check_halving(parts[middle:], context),
        ]


def read_files(
    workspace: Workspace, pool: ReadingPool, paths: Sequence[Path], folders: Sequence[str]
) -> list[Decidable]:
    """Check files without filing anything, for `check`."""
    files = [
        outcome
        if isinstance(outcome, Archive)
        else recognise(outcome, workspace, Came(workspace.today, folder, path.name, of_group))
        for outcome, path, folder in zip(pool.read(paths), paths, folders, strict=True)
        for of_group in [path.is_relative_to(workspace.paths.group)]
    ]
    return check_files(workspace, files)
