"""The files of the repository, for the tests that read all of them."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
_MADE = {"build", "dist", "htmlcov", "inbox", "outbox", "archive", "demo-workspace"}
_TEXTS = {"", ".bat", ".cfg", ".css", ".html", ".js", ".md", ".po", ".py", ".toml", ".txt", ".typ"}
_TEXTS |= {".in", ".ini", ".json", ".lock", ".service", ".sh", ".timer", ".xml", ".yaml", ".yml"}


@cache
def files() -> tuple[Path, ...]:
    """Return every file that belongs to the repository, without what tools and runs make."""
    return tuple(sorted(_walk(ROOT)))


def _walk(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        kept = not path.name.startswith((".", "__pycache__")) or path.name in {
            ".ci",
            ".gitattributes",
            ".gitignore",
        }
        if not kept or (folder == ROOT and path.name in _MADE):
            continue
        if path.is_dir():
            yield from _walk(path)
        elif path.name != "uv.lock":
            yield path


def texts() -> Iterator[tuple[str, str]]:
    """Yield the name and the content of every text file of the repository."""
    for path in files():
        if path.suffix in _TEXTS:
            yield path.relative_to(ROOT).as_posix(), path.read_text("utf-8-sig")


@cache
def modules() -> tuple[tuple[str, ast.Module], ...]:
    """Return the name and the syntax tree of every module of the package."""
    return tuple(
        (path.relative_to(ROOT).as_posix(), ast.parse(path.read_text("utf-8")))
        for path in files()
        if path.suffix == ".py" and path.is_relative_to(ROOT / "pipeline")
    )
