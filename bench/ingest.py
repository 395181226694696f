"""Row 1: a block of workbooks received, against bare calamine reading the same files."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from corpus import make_workspace
from measure import Row, cpu_of
from python_calamine import CalamineWorkbook

from pipeline.intake.claim import take
from pipeline.intake.looks import Looks
from pipeline.ledger import arrivals
from pipeline.reading.pool import ReadingPool

# The step without the answers to the offices, which are a row of their own.
from pipeline.steps.receive import BLOCK, decide_block, limits_of, read_block
from pipeline.workspace.paths import timing_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.ledger.rows import Arrival
    from pipeline.workspace import Workspace

_WARM_UP = 10  # files nobody counts: the first block loads pandas and starts the worker


def ingest(count: int) -> Row:
    """Compare guard, reading, checks and register with calamine reading the same files."""
    with (
        tempfile.TemporaryDirectory() as folder,
        make_workspace(Path(folder), _WARM_UP + count) as workspace,
        ReadingPool(limits_of(workspace), workers=1) as pool,
    ):
        claimed = _claim_all(workspace)
        _receive(workspace, pool, claimed[:_WARM_UP])
        costs = [
            _costs(workspace, pool, claimed[first : first + BLOCK])
            for first in range(_WARM_UP, len(claimed), BLOCK)
        ]
        odd = sum(arrival.verdict != "accepted" for arrival in _decided(workspace, claimed))
    before, ours, after = (sum(side) for side in zip(*costs, strict=True))
    title = f"{count} 附表1 checked and registered / read by bare calamine, CPU"
    if odd:
        title += f" ({odd} not accepted: the corpus no longer fits the rules)"
    return Row(title, 2 * ours / (before + after), 2.5, after / before)


def _costs(
    workspace: Workspace, pool: ReadingPool, block: Sequence[Arrival]
) -> tuple[float, float, float]:
    """Return what the peer, we, and the peer again need for a block."""
    paths = [workspace.paths.intake.locate(arrival) for arrival in block]
    return (
        cpu_of(lambda: _read_bare(paths)),
        cpu_of(lambda: _receive(workspace, pool, block)),
        cpu_of(lambda: _read_bare(paths)),
    )


def _claim_all(workspace: Workspace) -> tuple[Arrival, ...]:
    looks = Looks(workspace.paths.intake, timing_of(workspace.settings))
    take(workspace.ledger, looks, workspace.now())  # the first look only remembers
    while take(workspace.ledger, looks, workspace.now()).claimed:
        pass
    with workspace.ledger.reading() as db:
        return tuple(arrivals.claimed(db))


def _receive(workspace: Workspace, pool: ReadingPool, block: Sequence[Arrival]) -> None:
    files = read_block(workspace, pool, block)
    with workspace.ledger.writer():
        decide_block(workspace, files)


def _decided(workspace: Workspace, claimed: Sequence[Arrival]) -> list[Arrival]:
    with workspace.ledger.reading() as db:
        return [arrivals.get(db, arrival.id) for arrival in claimed]


def _read_bare(paths: Sequence[Path]) -> None:
    for path in paths:
        with CalamineWorkbook.from_path(path) as book:
            for name in book.sheet_names:
                book.get_sheet_by_name(name).to_python()
