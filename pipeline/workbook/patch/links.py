"""The way back: a link on a cell of a marked row to its line of the list."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from pipeline.workbook.patch import xml
from pipeline.workbook.patch.cells import SHEET_ORDER, areas
from pipeline.workbook.patch.marks import AUTHOR
from pipeline.workbook.patch.sheets import quoted

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from lxml.etree import _Element as Element

    from pipeline.model import Place
    from pipeline.workbook.patch.cells import Spot

TIP = f"{AUTHOR}："
MOST = 65_530  # links that Excel takes on one sheet; the lines beyond stay without


def add(root: Element, links: Mapping[Spot, Place]) -> None:
    """Link cells to places of other sheets; a cell with a link of its own keeps that one.

    Nothing leaves the workbook, so no relation is needed.
    """
    holder = xml.child(root, "hyperlinks")
    entries = [] if holder is None else xml.children(holder, "hyperlink")
    taken = [area for entry in entries for area in areas(entry.get("ref", ""))]
    for spot, place in islice(links.items(), max(MOST - len(entries), 0)):
        if not any(spot in area for area in taken):
            holder = xml.ensure(root, "hyperlinks", SHEET_ORDER)
            entry = xml.add(holder, "hyperlink", ref=spot.address)
            entry.set("location", location(place))
            entry.set("tooltip", tip(place))


def location(place: Place) -> str:
    """Return a place of this workbook as a link names it."""
    return f"{quoted(place.sheet)}!{place.cell}"


def tip(place: Place) -> str:
    """Return the tool tip by which a link of ours is known."""
    return f"{TIP}转到“{place.sheet}”{place.cell}"


def remove(root: Element, ours: Collection[str]) -> None:
    """Remove our links: by their tool tip, or where lost by leading into one of our sheets."""
    holder = xml.child(root, "hyperlinks")
    if holder is None:
        return
    for entry in xml.children(holder, "hyperlink"):
        if is_ours(entry, ours):
            xml.drop(entry)
    if len(holder) == 0:
        xml.drop(holder)


def has_ours(root: Element, ours: Collection[str]) -> bool:
    """Tell whether a sheet holds links of ours."""
    holder = xml.child(root, "hyperlinks")
    entries = [] if holder is None else xml.children(holder, "hyperlink")
    return any(is_ours(entry, ours) for entry in entries)


def is_ours(entry: Element, ours: Collection[str]) -> bool:
    """Tell whether a link is one of ours."""
    if entry.get("tooltip", "").startswith(TIP):
        return True
    target = entry.get("location", "").lstrip("#")
    starts = (start for name in ours for start in (f"{name}!", f"{quoted(name)}!", f"{name}."))
    return target.startswith(tuple(starts))
