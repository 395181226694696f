"""The fills of empty cells, for bureaus whose offices paint a level instead of writing it.

Known are solid fills with a colour of their own (RRGGBB) that stand at the cell itself. Colours of
a theme or of the old palette by number are left out: what they look like depends on the program.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.reading.elements import Shape, walk

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipeline.reading.limits import Limits

STYLES = "xl/styles.xml"
_MOST = 20_000  # filled empty cells of a sheet; painted emptiness beyond them is no table
_HELD = {"v", "is", "f"}


def palette_of(styles: bytes, limits: Limits) -> tuple[str, ...]:
    """Return the fill of each cell style as RRGGBB, "" where it has none that is known."""
    found = _Styles()
    if styles:
        walk(styles, found, limits)
    fills = dict(enumerate(found.fills))
    return tuple(fills.get(number, "") for number in found.styles)


def fills_of(xml: bytes, palette: Sequence[str], limits: Limits) -> dict[str, str]:
    """Return the fill of each empty cell of a sheet by its address."""
    if not any(palette):
        return {}
    cells = _Cells(palette)
    walk(xml, cells, limits)
    return cells.found


class _Styles(Shape):
    """Collects the fills, and by cell style the number of its fill."""

    def __init__(self) -> None:
        self.fills: list[str] = []
        self.styles: list[int] = []
        self._inside = ""
        self._solid = False

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag in {"fills", "cellXfs"}:
            self._inside = tag
        elif self._inside == "fills":
            self._fill(tag, attributes)
        elif self._inside == "cellXfs" and tag == "xf":
            number = attributes.get("fillId", "")
            self.styles.append(int(number) if number.isdecimal() else -1)

    def _fill(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "fill":
            self.fills.append("")
        elif tag == "patternFill":
            self._solid = attributes.get("patternType") == "solid"
        elif tag == "fgColor" and self._solid:
            self.fills[-1] = attributes.get("rgb", "")[-6:].upper()

    def end(self, tag: str) -> None:
        if tag == self._inside:
            self._inside = ""


class _Cells(Shape):
    """Collects the fills of cells that hold nothing."""

    def __init__(self, palette: Sequence[str]) -> None:
        self.found: dict[str, str] = {}
        self._palette = palette
        self._address = self._fill = ""

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "c":
            style = attributes.get("s", "")
            number = int(style) if style.isdecimal() else -1
            self._address = attributes.get("r", "")
            self._fill = self._palette[number] if 0 <= number < len(self._palette) else ""
        elif tag in _HELD:
            self._fill = ""

    def end(self, tag: str) -> None:
        if tag == "c" and self._fill and self._address and len(self.found) < _MOST:
            self.found[self._address] = self._fill
