"""Print what our work costs against a bare peer, measured in the same run.

    python bench/run.py [--files 1000] [--starts 15]

Ratios only: seconds are those of one machine on one day. The control is the peer against itself;
a difference inside it is none. There is no verdict, and the exit code is always 0.
"""

from __future__ import annotations

import argparse
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from corpus import make_workspace
from measure import cpu_of, wall_of
from python_calamine import CalamineWorkbook

from pipeline.intake.claim import take
from pipeline.intake.looks import Looks
from pipeline.ledger import arrivals
from pipeline.reading.pool import ReadingPool
from pipeline.steps.receive import BLOCK, _receive_block, limits_of
from pipeline.workspace.paths import timing_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.ledger.rows import Arrival
    from pipeline.workspace import Workspace

_WARM_UP = 10  # files nobody counts: the first block loads pandas and starts the worker


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. control: the peer against itself; bound: the ratio to reach."""

    title: str
    ratio: float
    control: float
    bound: float


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--files", type=int, default=200, help="filled workbooks (200)")
    parser.add_argument("--starts", type=int, default=15, help="fresh processes a side (15)")
    wanted = parser.parse_args()
    _print([ingest(wanted.files), help_page(wanted.starts)])


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
    return Row(title, 2 * ours / (before + after), after / before, 2.5)


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
    with workspace.ledger.writer():
        _receive_block(workspace, pool, block)


def _decided(workspace: Workspace, claimed: Sequence[Arrival]) -> list[Arrival]:
    with workspace.ledger.reading() as db:
        return [arrivals.get(db, arrival.id) for arrival in claimed]


def _read_bare(paths: Sequence[Path]) -> None:
    for path in paths:
        with CalamineWorkbook.from_path(path) as book:
            for name in book.sheet_names:
                book.get_sheet_by_name(name).to_python()


def help_page(starts: int) -> Row:
    """Compare `yigang --help` with the import of click, in fresh processes by turns."""
    peer, ours, again = [], [], []
    for _ in range(starts):
        peer.append(wall_of("import click"))
        ours.append(wall_of("from pipeline.cli import main; main()", "--help"))
        again.append(wall_of("import click"))
    title = "yigang --help / import click, wall"
    return Row(title, 2 * median(ours) / (median(peer) + median(again)), _ratio(again, peer), 2.0)


def _ratio(one: Sequence[float], other: Sequence[float]) -> float:
    return median(one) / median(other)


def _print(rows: Sequence[Row]) -> None:
    print(f"{'ratio':>7}{'to reach':>10}{'control':>9}   what")
    for row in rows:
        print(f"{row.ratio:7.2f}{row.bound:10.2f}{row.control:9.2f}   {row.title}")


if __name__ == "__main__":
    main()
