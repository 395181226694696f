"""Marks on cells with conditional colours, which would hide a fill of the cell itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.workbook.patch import xml
from pipeline.workbook.patch.cells import SHEET_ORDER, Spot, areas
from pipeline.workbook.patch.marks import LOOKS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from lxml.etree import _Element as Element

    from pipeline.workbook.patch.cells import Area
    from pipeline.workbook.patch.marks import Severity
    from pipeline.workbook.patch.styles import Styles

# Excel keeps TRUE; LibreOffice may write it as a function or a number.
_ALWAYS = frozenset({"TRUE", "TRUE()", "1"})


def covered(root: Element) -> tuple[Area, ...]:
    """Return the ranges with conditional formats, those of Excel 2010 (extLst) included."""
    found: list[Area] = []
    for entry in _formats(root):
        inner = entry.findtext("{http://schemas.microsoft.com/office/excel/2006/main}sqref")
        found.extend(areas(entry.get("sqref") or inner or ""))
    return tuple(found)


def paint(root: Element, styles: Styles, cells: Mapping[Severity, Sequence[Spot]]) -> None:
    """Paint cells by rules that come before all others and end the search."""
    wanted = [severity for severity in LOOKS if cells.get(severity)]
    for rule in _rules(root):
        _shift(rule, len(wanted))
    for priority, severity in enumerate(wanted, 1):
        addresses = " ".join(spot.address for spot in cells[severity])
        entry = xml.add(root, "conditionalFormatting", sqref=addresses)
        rule = xml.add(entry, "cfRule", type="expression")
        rule.set("dxfId", str(styles.conditional(severity)))
        rule.set("priority", str(priority))
        rule.set("stopIfTrue", "1")
        xml.add(rule, "formula").text = "TRUE"
        xml.insert(root, entry, SHEET_ORDER)


def remove(root: Element, styles: Styles) -> None:
    """Remove our rules; the others get their priorities back."""
    ours = [rule for rule in _rules(root) if _is_ours(rule, styles)]
    for rule in ours:
        _remove_rule(root, rule)
    gone = sorted(int(rule.get("priority", "0")) for rule in ours)
    for rule in _rules(root):
        own = int(rule.get("priority", "0"))
        _shift(rule, -sum(priority < own for priority in gone))


def has_ours(root: Element, styles: Styles) -> bool:
    """Tell whether a sheet holds rules of ours."""
    return any(_is_ours(rule, styles) for rule in _rules(root))


def _formats(root: Element) -> Iterator[Element]:
    yield from xml.children(root, "conditionalFormatting")
    extensions = xml.child(root, "extLst")
    if extensions is not None:
        yield from extensions.iter("{*}conditionalFormatting")


def _rules(root: Element) -> list[Element]:
    return [rule for entry in _formats(root) for rule in entry.iterfind("{*}cfRule")]


def _is_ours(rule: Element, styles: Styles) -> bool:
    if rule.get("type") != "expression" or not rule.get("dxfId", "").isdigit():
        return False
    formula = (xml.child_text(rule, "formula")).strip().upper()
    return formula in _ALWAYS and int(rule.get("dxfId", "")) in styles.our_conditionals


def _remove_rule(root: Element, rule: Element) -> None:
    entry = rule.getparent()
    xml.drop(rule)
    if entry is not None and len(entry) == 0 and entry.getparent() is root:
        xml.drop(entry)


def _shift(rule: Element, by: int) -> None:
    if (priority := rule.get("priority", "")).isdigit():
        rule.set("priority", str(int(priority) + by))
