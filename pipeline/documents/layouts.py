"""The layouts and fonts that come with the package, and the error of a layout of one's own."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from pipeline.errors import PipelineError

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable
    from pathlib import Path

_ROOM = files("pipeline.documents")
FONTS = _ROOM / "fonts"


class LayoutError(PipelineError):
    """A layout of the workspace cannot be used; str() names the file and the problem."""

    def __init__(self, layout: Path, problem: str) -> None:
        self.layout = layout
        super().__init__(f"版式文件 {layout} 不能使用：{problem}。请改好，或移走它以使用自带版式。")


def bundled(name: str) -> Traversable:
    """Return a layout that comes with the package."""
    return _ROOM / "layouts" / name


def read_layout(name: str, own: Path | None) -> bytes:
    """Return the bytes of the layout of the workspace, or else of the bundled one.

    Raises: LayoutError where the own layout cannot be read.
    """
    if own is None:
        return bundled(name).read_bytes()
    try:
        return own.read_bytes()
    except OSError as error:
        raise LayoutError(own, "打不开这个文件") from error


@cache
def repertoire() -> frozenset[str]:
    """Return the characters that both bundled fonts can draw."""
    return frozenset((FONTS / "characters.txt").read_text("utf-8"))
