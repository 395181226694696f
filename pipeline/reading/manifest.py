"""What the workbook part says: sheets and their parts, constant names, own properties."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.reading.elements import local, walk
from pipeline.reading.limits import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.reading.limits import Limits

WORKBOOK = "xl/workbook.xml"
_RELATIONS = "xl/_rels/workbook.xml.rels"
_PROPERTIES = "docprops/custom.xml"
_PREFIX = "yg_"


@dataclass(frozen=True, slots=True)
class Manifest:
    """The sheets' part names (lower-case, "" for a chart sheet) in order, and what we stamped."""

    sheets: tuple[str, ...]
    names: Mapping[str, str]
    properties: Mapping[str, str]


def manifest(contents: Mapping[str, bytes], limits: Limits) -> Manifest:
    """Return what the package says of itself.

    Raises Refusal DAMAGED: no sheet, equal names, a missing part, a relation pointing outside;
    readers open such a book without a word and lose cells.
    """
    workbook, relations, properties = _Workbook(), _Relations(), _Properties()
    walk(contents[WORKBOOK], workbook, limits)
    if _RELATIONS not in contents:
        raise Refusal(reason="DAMAGED")
    walk(contents[_RELATIONS], relations, limits)
    if _PROPERTIES in contents:
        walk(contents[_PROPERTIES], properties, limits)
    titles = [title.casefold() for title, _ in workbook.sheets]
    if not titles or len(set(titles)) < len(titles):
        raise Refusal(reason="DAMAGED")
    sheets = tuple(relations.part(identity) for _, identity in workbook.sheets)
    if any(part and part not in contents for part in sheets):
        raise Refusal(reason="DAMAGED")
    return Manifest(sheets, workbook.names, properties.found)


class _Workbook:
    """Collects sheets and the constant text names of workbook.xml."""

    def __init__(self) -> None:
        self.sheets: list[tuple[str, str]] = []
        self.names: dict[str, str] = {}
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
    """Collects where the relations of the workbook point to."""

    def __init__(self) -> None:
        self._parts: dict[str, str] = {}

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "Relationship":
            self._parts[attributes.get("Id", "")] = _target(attributes)

    def end(self, tag: str) -> None:
        """Let the element pass."""

    def text(self, text: str) -> None:
        """Let the characters pass."""

    def part(self, identity: str) -> str:
        """Return the part a sheet stands in, "" for a sheet without cells."""
        if identity not in self._parts:
            raise Refusal(reason="DAMAGED")
        return self._parts[identity]


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


def _target(attributes: Mapping[str, str]) -> str:
    kind = local(attributes.get("Type", "").rpartition("/")[2])
    if attributes.get("TargetMode", "Internal") != "Internal":
        # An external workbook is a link and harmless; a sheet that lies outside is not.
        return "outside" if kind == "worksheet" else ""
    if kind != "worksheet":
        return ""
    target = attributes.get("Target", "").lower()
    if target.startswith("xl/"):
        return target
    return posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")


def _constant(formula: str) -> str | None:
    """Return the text of a constant formula, None where it is anything else.

    >>> _constant('"a""b"'), _constant("Sheet1!$A$1")
    ('a"b', None)
    """
    text = formula.strip()
    if len(text) > 1 and text.startswith('"') and text.endswith('"'):
        return text[1:-1].replace('""', '"')
    return None
