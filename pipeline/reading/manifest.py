"""What the workbook part says: sheets and their parts, constant names, own properties."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.reading.elements import walk
from pipeline.reading.limits import KIB, Refusal
from pipeline.reading.memory import remember

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.reading.limits import Limits

WORKBOOK = "xl/workbook.xml"
_ROOT = "_rels/.rels"
_RELATIONS = "xl/_rels/workbook.xml.rels"
_PROPERTIES = "docprops/custom.xml"
_PREFIX = "yg_"
# A name of ours with a plain text, and what stands in its place where the rest is looked at.
_OWN_NAME = re.compile(
    rb'<definedName(?: function="false")?+(?: hidden="false")?+ name="(yg_\w++)"'
    rb'(?: vbProcedure="false")?+>(?:"|&quot;)([\w .:|/+-]*+)(?:"|&quot;)</definedName>'
)
_NO_NAME = b"<definedName/>"
# A property of plain text, its name first or last, as the programs write it.
_NAMED = rb'name="([\w.-]++)"'
_FORMAT = rb'fmtid="[\w{}-]++" pid="\d++"'
_PROPERTY = re.compile(
    rb'<property (?:%b %b|%b %b)><vt:lpwstr(?: xmlns:vt="[\w:/.]++")?+>'
    rb"([\w .:|/+-]*+)</vt:lpwstr></property>" % (_NAMED, _FORMAT, _FORMAT, _NAMED)
)
_NO_PROPERTY = b"<property><lpwstr/></property>"
_SHEET_ROOT = re.compile(rb"<(?:[\w.-]+:)?(?:work|chart|dialog|macro)sheet[\s/>]")


@dataclass(frozen=True, slots=True)
class Manifest:
    """The sheets' part names (lower-case) in order, and what we stamped."""

    sheets: tuple[str, ...]
    names: Mapping[str, str]
    properties: Mapping[str, str]


def manifest(contents: Mapping[str, bytes], limits: Limits) -> Manifest:
    """Return what the package says of itself.

    Raises Refusal DAMAGED: no sheet, equal names, a part that is missing, shared or no sheet, a
    relation pointing outside; readers open such a book without a word and lose cells.
    """
    _check_root(contents, limits)
    workbook = _workbook(contents[WORKBOOK], limits)
    properties = _properties(contents[_PROPERTIES], limits) if _PROPERTIES in contents else {}
    titles = [title.casefold() for title, _ in workbook.sheets]
    if not titles or len(set(titles)) < len(titles):
        raise Refusal(reason="DAMAGED")
    targets = _relations(contents, _RELATIONS, limits).targets
    sheets = tuple(targets.get(identity, "") for _, identity in workbook.sheets)
    # Two sheets of one part multiply it; what is no sheet would be read as a blank one.
    if len(set(sheets)) < len(sheets) or not all(_is_sheet(contents, part) for part in sheets):
        raise Refusal(reason="DAMAGED")
    return Manifest(sheets, workbook.names, properties)


def _workbook(xml: bytes, limits: Limits) -> _Workbook:
    """Return what the workbook part says; without our own names it is the same for many offices."""
    pieces = _OWN_NAME.split(xml)
    if len(pieces) > 1 and _is_simple(xml):
        around = _walked_workbook(_NO_NAME.join(pieces[::3]), limits)
        if not around.names:
            names = zip(pieces[1::3], pieces[2::3], strict=True)
            return _Workbook(around.sheets, {name.decode(): text.decode() for name, text in names})
    return _walk_workbook(xml, limits)


@remember(kept=32, size=16 * KIB)
def _walked_workbook(xml: bytes, limits: Limits) -> _Workbook:
    return _walk_workbook(xml, limits)


def _walk_workbook(xml: bytes, limits: Limits) -> _Workbook:
    workbook = _Workbook([], {})
    walk(xml, workbook, limits)
    return workbook


def _properties(xml: bytes, limits: Limits) -> Mapping[str, str]:
    """Return our properties; the part without them is the same for all offices."""
    pieces = _PROPERTY.split(xml)
    around = _NO_PROPERTY.join(pieces[::4])
    if len(pieces) > 1 and _is_simple(xml) and not _walked_properties(around, limits):
        found = zip(pieces[1::4], pieces[2::4], pieces[3::4], strict=True)
        return {
            (first or last).decode(): value.decode().strip()
            for first, last, value in found
            if (first or last).startswith(_PREFIX.encode())
        }
    return _walk_properties(xml, limits)


@remember(kept=32, size=8 * KIB)
def _walked_properties(xml: bytes, limits: Limits) -> Mapping[str, str]:
    return _walk_properties(xml, limits)


def _walk_properties(xml: bytes, limits: Limits) -> Mapping[str, str]:
    properties = _Properties()
    walk(xml, properties, limits)
    return properties.found


def _is_simple(xml: bytes) -> bool:
    """Tell whether no comment and the like can hide or fake an element."""
    return b"<!" not in xml and xml.count(b"<?") <= 1


def _check_root(contents: Mapping[str, bytes], limits: Limits) -> None:
    """Refuse a package whose root names another workbook than the one looked at here."""
    documents = _relations(contents, _ROOT, limits).documents
    if {target.lstrip("/").lower() for target in documents} != {WORKBOOK}:
        raise Refusal(reason="DAMAGED")


def _is_sheet(contents: Mapping[str, bytes], part: str) -> bool:
    return part in contents and _SHEET_ROOT.search(contents[part]) is not None


def _relations(contents: Mapping[str, bytes], part: str, limits: Limits) -> _Relations:
    if part not in contents:
        raise Refusal(reason="DAMAGED")
    return _walked(contents[part], limits)


@remember(kept=32, size=8 * KIB)
def _walked(xml: bytes, limits: Limits) -> _Relations:
    relations = _Relations()
    walk(xml, relations, limits)
    return relations


def _resolve(target: str) -> str:
    """Return the part a workbook's relation points to, as readers resolve it.

    >>> _resolve("worksheets/Sheet1.xml"), _resolve("/xl/a.xml"), _resolve("xl/a.xml")
    ('xl/worksheets/sheet1.xml', 'xl/a.xml', 'xl/a.xml')
    """
    lower = target.lower()
    if lower.startswith("xl/"):
        return lower
    return posixpath.normpath(posixpath.join("/xl", lower)).lstrip("/")


class _Workbook:
    """Collects sheets and the constant text names of workbook.xml."""

    def __init__(self, sheets: list[tuple[str, str]], names: dict[str, str]) -> None:
        self.sheets, self.names = sheets, names
        self._name = ""
        self._text = ""

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "sheet":
            identity = next((v for key, v in attributes.items() if key.endswith(":id")), "")
            self.sheets.append((attributes.get("name", ""), identity))
        elif tag == "definedName":
            self._name, self._text = attributes.get("name", ""), ""

    def end(self, tag: str) -> None:
        if tag == "definedName" and self._name.startswith(_PREFIX):
            constant = _constant(self._text)
            if constant is not None:
                self.names[self._name] = constant

    def text(self, text: str) -> None:
        self._text += text


class _Relations:
    """Collects the parts that relations of the workbook point to; documents: as they stand."""

    def __init__(self) -> None:
        self.targets: dict[str, str] = {}
        self.documents: list[str] = []

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag != "Relationship" or attributes.get("TargetMode", "Internal") != "Internal":
            return
        target = attributes.get("Target", "")
        self.targets[attributes.get("Id", "")] = _resolve(target)
        if attributes.get("Type", "").endswith("/officeDocument"):
            self.documents.append(target)

    def end(self, tag: str) -> None:
        """Let the element pass."""

    def text(self, text: str) -> None:
        """Let the characters pass."""


class _Properties:
    """Collects the custom document properties that are ours."""

    def __init__(self) -> None:
        self.found: dict[str, str] = {}
        self._name = ""
        self._text = ""

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "property":
            self._name, self._text = attributes.get("name", ""), ""

    def end(self, tag: str) -> None:
        if tag == "property" and self._name.startswith(_PREFIX):
            self.found[self._name] = self._text.strip()

    def text(self, text: str) -> None:
        self._text += text


def _constant(formula: str) -> str | None:
    """Return the text of a constant formula, None where it is anything else.

    >>> _constant('"a""b"'), _constant("Sheet1!$A$1")
    ('a"b', None)
    """
    text = formula.strip()
    if len(text) > 1 and text.startswith('"') and text.endswith('"'):
        return text[1:-1].replace('""', '"')
    return None
