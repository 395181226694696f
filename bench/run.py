"""Print what our work costs against a bare peer, measured in the same run.

    python bench/run.py [--files 1000] [--starts 15] [--templates 40] [--looks 40] [--copies 20]
                        [--records 3000] [--points 30000] [--books 3]

Ratios only: seconds are those of one machine on one day. The control is the peer against itself;
a difference inside it is none. There is no verdict, and the exit code is always 0.
"""

from __future__ import annotations

import argparse
from statistics import median
from typing import TYPE_CHECKING

from measure import Row, wall_of

if TYPE_CHECKING:
    from collections.abc import Sequence

_TURNS = 3  # of each side of the archive: one takes seconds


def main() -> None:
    """Measure and print."""
    # The reading workers import this file, not pandas.
    from archiving import archiving  # noqa: PLC0415
    from ingest import ingest  # noqa: PLC0415
    from inspection import inspection  # noqa: PLC0415
    from marking import marking  # noqa: PLC0415
    from summaries import summaries  # noqa: PLC0415

    from templates import templates  # noqa: PLC0415

    parser = argparse.ArgumentParser(description="Print ratios against bare peers.")
    parser.add_argument("--files", type=int, default=200, help="filled workbooks (200)")
    parser.add_argument("--starts", type=int, default=15, help="fresh processes a side (15)")
    parser.add_argument("--templates", type=int, default=40, help="turns of each side (40)")
    parser.add_argument("--looks", type=int, default=40, help="turns of the guard's look (40)")
    parser.add_argument("--copies", type=int, default=20, help="turns of each side (20)")
    parser.add_argument("--records", type=int, default=3000, help="of the archive (3000)")
    parser.add_argument("--points", type=int, default=30_000, help="in the register (30000)")
    parser.add_argument("--books", type=int, default=3, help="turns of each side (3)")
    wanted = parser.parse_args()
    rows = [
        ingest(wanted.files),
        help_page(wanted.starts),
        templates(wanted.templates),
        *inspection(wanted.looks),
        *marking(wanted.copies),
        *archiving(wanted.records, _TURNS),
        summaries(wanted.points, wanted.books),
    ]
    write_table(rows)


def help_page(starts: int) -> Row:
    """Compare `yigang --help` with the import of click, in fresh processes by turns."""
    peer: list[float] = []
    ours: list[float] = []
    again: list[float] = []
    for _ in range(starts):
        peer.append(wall_of("import click"))
        ours.append(wall_of("from pipeline.cli import main; main()", "--help"))
        again.append(wall_of("import click"))
    return Row(
        title="yigang --help / import click, wall",
        ratio=median(ours) / median(peer + again),
        bound=2.0,
        control=median(again) / median(peer),
    )


def write_table(rows: Sequence[Row]) -> None:
    """Print a line a row."""
    print(f"{'ratio':>7}{'to reach':>10}{'control':>9}   what")
    for row in rows:
        print(f"{row.ratio:7.2f}{row.bound:10.2f}{row.control:9.2f}   {row.title}")


if __name__ == "__main__":
    main()
