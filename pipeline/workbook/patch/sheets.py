"""The workbook part: its sheets, their order, the open tab and our own sheets."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lxml import etree

from pipeline.workbook.patch import xml
from pipeline.workbook.patch.cells import Grid
from pipeline.workbook.patch.marks import MarkError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lxml.etree import _Element as Element

    from pipeline.workbook.patch.package import Package

# A hidden name local to each sheet of ours: unlike the sheet's own name it survives renaming,
# moving and copying in Excel, WPS and LibreOffice.
_OURS = "_yigang_added"
_ORDER = (
    "fileVersion", "fileSharing", "workbookPr", "workbookProtection", "bookViews", "sheets",
    "functionGroups", "externalReferences", "definedNames", "calcPr", "oleSize",
    "customWorkbookViews", "pivotCaches", "smartTagPr", "smartTagTypes", "webPublishing",
    "fileRecoveryPr", "webPublishObjects", "extLst",
)  # fmt: skip
_TRANSITIONAL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_STRICT = "http://purl.oclc.org/ooxml/officeDocument/relationships"
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_PLAIN = frozenset({  # the only kinds of main part that a file named .xlsx may have
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml", "",
})  # fmt: skip
_PROGRAMS = frozenset({"vbaProject", "xlMacrosheet", "xlIntlMacrosheet", "dialogsheet"})
_LONGEST_NAME = 31  # Excel's limit


@dataclass(frozen=True, slots=True)
class SheetPart:
    """One tab: position in the book, name as the clerk sees it, part ("" if no worksheet)."""

    index: int
    name: str
    part: str
    ours: bool
    hidden: bool


class Book:
    """A workbook inside a package, seen as the order of its sheets."""

    def __init__(self, package: Package) -> None:
        self.package = package
        self._sheets: tuple[SheetPart, ...] | None = None
        self.part = package.related("", "officeDocument") or ""
        if not self.part:
            message = "文件不是xlsx工作簿"
            raise MarkError(message)
        _refuse_programs(package, self.part)
        self.space = xml.namespace(self._look())
        self.relations = _STRICT if "purl.oclc.org" in self.space else _TRANSITIONAL

    def related(self, kind: str) -> str | None:
        """Return the part that the workbook relates to as `kind`: styles, sharedStrings."""
        return self.package.related(self.part, kind)

    def sheets(self) -> tuple[SheetPart, ...]:
        """Return all tabs in order."""
        if self._sheets is None:
            self._sheets = tuple(self._read_sheets())
        return self._sheets

    def _read_sheets(self) -> Iterator[SheetPart]:
        targets = {found.id: found for found in self.package.relations(self.part)}
        ours = self._local_names()
        for index, entry in enumerate(self._entries()):
            target = targets.get(entry.get(f"{{{self.relations}}}id", ""))
            is_sheet = target is not None and target.kind == "worksheet"
            part = self.package.find(target.target) if target and is_sheet else None
            name, hidden = entry.get("name", ""), entry.get("state", "visible") != "visible"
            yield SheetPart(index, name, part or "", index in ours, hidden)

    def grid(self, sheet: SheetPart) -> Grid:
        """Return the cells of a worksheet."""
        return Grid(self.package.look(sheet.part), self.package.kept(sheet.part))

    def add_sheet(
        self, name: str, content: bytes, *, hidden: bool = False, frozen: int = 0
    ) -> None:
        """Append a worksheet of ours; its last frozen row is repeated on every page."""
        folder = posixpath.join(posixpath.dirname(self.part), "worksheets")
        part = self.package.free_name(posixpath.join(folder, "sheet{}.xml"))
        self.package.add(part, content, _SHEET_TYPE)
        relation = self.package.relate(self.part, f"{self.relations}/worksheet", part)
        index = len(self._entries())
        numbers = [int(entry.get("sheetId", "0")) for entry in self._entries()]
        sheets = xml.ensure(self._edit(), "sheets", _ORDER)
        entry = etree.SubElement(sheets, f"{{{self.space}}}sheet", nsmap={"r": self.relations})
        entry.attrib.update({"name": name, "sheetId": str(max(numbers, default=0) + 1)})
        if hidden:
            entry.set("state", "veryHidden")
        entry.set(f"{{{self.relations}}}id", relation)
        self._define(index, _OURS, f"{quoted(name)}!$A$1")
        if frozen:
            self._define(index, "_xlnm.Print_Titles", f"{quoted(name)}!${frozen}:${frozen}")

    def _define(self, index: int, name: str, reference: str) -> None:
        """Add a hidden defined name local to the sheet at `index`."""
        names = xml.ensure(self._edit(), "definedNames", _ORDER)
        entry = xml.add(names, "definedName", name=name, localSheetId=str(index), hidden="1")
        entry.text = reference

    def remove_sheet(self, sheet: SheetPart) -> None:
        """Drop one of our sheets with everything that hangs on it alone."""
        entry = self._entries()[sheet.index]
        root = self._edit()
        for relation in self.package.relations(sheet.part):
            if member := self.package.find(relation.target):
                self.package.remove(member)
        self.package.unrelate(self.part, sheet.part)
        self.package.remove(sheet.part)
        xml.drop(entry)
        self._drop_local_names(root, sheet.index)

    def selected(self) -> tuple[str, ...]:
        """Return the names of the selected tabs, the open one first."""
        sheets = self.sheets()
        opened = self._opened()
        chosen = [sheet for sheet in sheets if self._is_selected(sheet)]
        chosen.sort(key=lambda sheet: sheet.index != opened)
        return tuple(sheet.name for sheet in chosen)

    def select(self, names: Sequence[str]) -> None:
        """Open the workbook at the first of `names`, with exactly these tabs selected."""
        sheets = self.sheets()
        for sheet in sheets:
            if (sheet.name in names) != self._is_selected(sheet):
                self._set_selected(sheet, chosen=sheet.name in names)
        opened = next((sheet.index for sheet in sheets if sheet.name == names[0]), 0)
        if opened != self._opened():
            self._open(opened)

    def _look(self) -> Element:
        return self.package.look(self.part)

    def _edit(self) -> Element:
        self._sheets = None
        return self.package.edit(self.part)

    def _entries(self) -> list[Element]:
        sheets = xml.child(self._look(), "sheets")
        return [] if sheets is None else xml.children(sheets, "sheet")

    def _local_names(self) -> set[int]:
        names = xml.child(self._look(), "definedNames")
        entries = [] if names is None else xml.children(names, "definedName")
        return {
            int(entry.get("localSheetId", "-1")) for entry in entries if entry.get("name") == _OURS
        }

    def _drop_local_names(self, root: Element, index: int) -> None:
        """Drop the names local to a removed sheet; those of later sheets move up."""
        names = xml.child(root, "definedNames")
        for entry in [] if names is None else xml.children(names, "definedName"):
            owner = int(entry.get("localSheetId", "-1"))
            if owner == index:
                xml.drop(entry)
            elif owner > index:
                entry.set("localSheetId", str(owner - 1))
        if names is not None and len(names) == 0:
            xml.drop(names)

    def _opened(self) -> int:
        view = self._look().find(f"{{{self.space}}}bookViews/{{{self.space}}}workbookView")
        return 0 if view is None else int(view.get("activeTab", "0"))

    def _open(self, index: int) -> None:
        views = xml.ensure(self._edit(), "bookViews", _ORDER)
        view = xml.ensure(views, "workbookView", ("workbookView",))
        view.attrib.pop("activeTab", "")
        if index:
            view.set("activeTab", str(index))

    def _views(self, root: Element) -> list[Element]:
        views = xml.child(root, "sheetViews")
        return [] if views is None else xml.children(views, "sheetView")

    def _is_selected(self, sheet: SheetPart) -> bool:
        if not sheet.part or not self.package.mentions(sheet.part, ["tabSelected"]):
            return False
        views = self._views(self.package.look(sheet.part))
        return any(view.get("tabSelected") in {"1", "true"} for view in views)

    def _set_selected(self, sheet: SheetPart, *, chosen: bool) -> None:
        if not sheet.part:
            return
        for view in self._views(self.package.edit(sheet.part)):
            view.attrib.pop("tabSelected", "")
            if chosen:
                view.set("tabSelected", "1")


def _refuse_programs(package: Package, part: str) -> None:
    """Refuse what may carry a program, or what Excel would not open under the name .xlsx.

    Raises:
        MarkError: macros are never handed back, not even to who sent them.
    """
    kinds = {relation.kind for relation in package.relations(part)}
    if kinds & _PROGRAMS or "macro" in package.content_type(part).casefold():
        message = "文件带有宏"
        raise MarkError(message)
    if package.content_type(part) not in _PLAIN:
        message = "文件不是xlsx工作簿"
        raise MarkError(message)


def quoted(name: str) -> str:
    """Return a sheet's name as references write it.

    >>> quoted("科长's表")
    "'科长''s表'"
    """
    return "'" + name.replace("'", "''") + "'"


def free_name(wanted: str, taken: Sequence[str]) -> str:
    """Return `wanted`, numbered if a sheet of that name exists; Excel ignores case.

    >>> free_name("问题清单", ["附表1", "问题清单"])
    '问题清单（2）'
    """
    used = {name.casefold() for name in taken}
    number, name = 1, wanted[:_LONGEST_NAME]
    while name.casefold() in used:
        number += 1
        ending = f"（{number}）"
        name = wanted[: _LONGEST_NAME - len(ending)] + ending
    return name
