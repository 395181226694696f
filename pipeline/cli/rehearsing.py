"""The rehearsal."""

from __future__ import annotations

import sys
from pathlib import Path

import click


@click.command(
    help="演练：虚构一个局，走完出表、填报、退回、改正、汇总、汇编全过程。", short_help="演练全过程"
)
@click.argument(
    "folder", default=Path("demo-workspace"), metavar="[文件夹]", type=click.Path(path_type=Path)
)
def demo(folder: Path) -> None:
    """Play the whole circle with an invented bureau."""
    from pipeline.rehearsal.demo import play

    went_as_scripted = play(folder.resolve(), click.echo)
    sys.exit(0 if went_as_scripted else 1)
