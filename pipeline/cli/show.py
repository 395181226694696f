"""Closing tables, progress and JSON; progress goes to standard error and only to a screen."""

from __future__ import annotations

import json
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path


def write_json(value: object) -> None:
    """Write one JSON value to standard output, and nothing else."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=1))


def write_table(title: str, head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Write a table to standard output; wide characters count double."""
    from rich import box
    from rich.console import Console
    from rich.table import Table

    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, header_style="bold")
    for name in head:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*(str(cell) for cell in row))
    width = None if sys.stdout.isatty() else 120
    Console(highlight=False, markup=False, width=width).print(table)


def write_paths(said: str, paths: Iterable[Path]) -> None:
    """Write what was put where; files of one name in many folders are counted, not listed."""
    alike: dict[tuple[str, str], list[Path]] = {}
    for path in paths:
        alike.setdefault((path.parent.name, path.name), []).append(path)
    for found in alike.values():
        more = f" 等{len(found)}处" if len(found) > 1 else ""
        click.echo(f"{said} {found[0]}{more}")


@contextmanager
def progress(doing: str) -> Iterator[Callable[[int, int], None]]:
    """Show a bar while something goes on, on a terminal only; yield what moves it."""
    if not sys.stderr.isatty():
        yield lambda _done, _known: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(doing, total=None)
        yield lambda done, known: bar.update(task, completed=done, total=known)
