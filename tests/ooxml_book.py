"""A workbook package as the checks of ooxml see it: parts, relationships, sheets, ranges."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from lxml import etree
from packages import MAIN, REL

if TYPE_CHECKING:
    from collections.abc import Iterator

CONTENT_TYPES = "[Content_Types].xml"
WORKBOOK = "xl/workbook.xml"
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384

Area = tuple[int, int, int, int]
"""First row, first column, last row, last column; from 1."""

_CELL = re.compile(r"\$?([A-Z]{1,3})\$?([1-9][0-9]{0,6})")


@dataclass(frozen=True, slots=True)
class Relation:
    """A line of a .rels part; target: the part meant, or the address where it is outside."""

    id: str
    type: str
    target: str
    outside: bool


class Book:
    """The parts of a package, every XML one parsed at most once."""

    def __init__(self, parts: dict[str, bytes]) -> None:
        self.parts = parts
        self._roots: dict[str, etree._Element] = {}

    def root(self, name: str) -> etree._Element:
        """Return the root of a part."""
        if name not in self._roots:
            self._roots[name] = etree.fromstring(self.parts[name])
        return self._roots[name]

    def relations(self, source: str) -> list[Relation]:
        """Return where a part leads; the package itself is ""."""
        name = rels_of(source)
        if name not in self.parts:
            return []
        return [
            Relation(
                line.get("Id", ""),
                line.get("Type", ""),
                _resolved(source, line.get("Target", "")),
                line.get("TargetMode") == "External",
            )
            for line in self.root(name)
        ]

    @cached_property
    def sheets(self) -> dict[str, str]:
        """The worksheet parts by the names of their sheets, in order."""
        targets = {line.id: line.target for line in self.relations(WORKBOOK)}
        return {
            sheet.get("name", ""): targets.get(sheet.get(f"{{{REL}}}id", ""), "")
            for sheet in self.every(WORKBOOK, "sheet")
        }

    def related(self, source: str, kind: str) -> list[str]:
        """Return the parts of a kind (the end of the type) that a part leads to."""
        return [
            line.target
            for line in self.relations(source)
            if line.type.endswith(f"/{kind}") and line.target in self.parts
        ]

    def every(self, name: str, tag: str) -> list[etree._Element]:
        """Return the elements of this tag, of the main namespace, anywhere in a part."""
        return list(self.root(name).iter(f"{{{MAIN}}}{tag}")) if name in self.parts else []

    def children(self, name: str, tag: str) -> list[etree._Element]:
        """Return what stands in the first element of this tag in a part."""
        return [child for found in self.every(name, tag)[:1] for child in found]

    @cached_property
    def styles(self) -> str:
        """The part of the styles, "" where there is none."""
        return next(iter(self.related(WORKBOOK, "styles")), "")


def rels_of(source: str) -> str:
    """Return the .rels part of a part; the package itself is ""."""
    folder, name = posixpath.split(source)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def source_of(rels: str) -> str:
    """Return the part a .rels part belongs to; "" is the package itself."""
    folder, name = posixpath.split(rels)
    return posixpath.join(posixpath.dirname(folder), name.removesuffix(".rels"))


def cell(address: str | None) -> tuple[int, int] | None:
    """Return row and column of an address such as B7, None where it is none."""
    match = _CELL.fullmatch(address or "")
    if not match:
        return None
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    row = int(match[2])
    return (row, column) if row <= LAST_ROW and column <= LAST_COLUMN else None


def area(reference: str | None) -> Area | None:
    """Return the area of a reference such as B7 or A1:C3, None where it is none."""
    first, _, last = (reference or "").partition(":")
    start, end = cell(first), cell(last or first)
    if not start or not end or end[0] < start[0] or end[1] < start[1]:
        return None
    return (*start, *end)


def overlapping(areas: list[Area]) -> Iterator[tuple[Area, Area]]:
    """Yield the pairs of areas that share a cell."""
    for place, one in enumerate(areas):
        for other in areas[place + 1 :]:
            if max(one[0], other[0]) <= min(one[2], other[2]) and max(one[1], other[1]) <= min(
                one[3], other[3]
            ):
                yield one, other


def _resolved(source: str, target: str) -> str:
    if target.startswith("/"):
        return target[1:]
    return posixpath.normpath(posixpath.join(posixpath.dirname(source), target))
