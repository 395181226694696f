"""The parts of a workbook against the schemas of Microsoft's Open XML SDK.

openxml-audit brings them as data and checks order, numbers and values of what stands in a part,
with mc:Ignorable and mc:AlternateContent resolved as Office does. Where one tag has several types
(`row`, `c`) it lets undeclared attributes and children pass; here the type follows from the parent.
"""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from lxml import etree
from openxml_audit import FileFormat, OpenXmlValidator
from openxml_audit.codegen.schema_loader import SchemaRegistry, SdkElementType, get_registry

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ooxml_book import Book

_MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
_OPEN = {"ext", "extLst"}  # may hold what the schemas do not know


def schema_faults(package: bytes) -> list[str]:
    """Return what openxml-audit finds, extensions of the newest Office included."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "book.xlsx")
        path.write_bytes(package)
        errors = _validator().validate(path).errors
    told = [f"{error.part_uri.lstrip('/')}: {error.description}" for error in errors]
    # That Excel would store a text elsewhere at the next saving is no damage; openpyxl writes so.
    return [fault for fault in told if "inline-string" not in fault]


def undeclared(book: Book) -> Iterator[str]:
    """Find attributes and children that the type of their element does not have."""
    for name in book.parts:
        if name.endswith(".xml"):
            root = book.root(name)
            types = _registry().get_element_type_candidates(str(root.tag))
            if len(types) == 1:
                yield from (f"{name}: {fault}" for fault in _undeclared(root, types[0], ()))


def _undeclared(
    element: etree._Element, said: SdkElementType, ignored: tuple[str, ...]
) -> Iterator[str]:
    own = element.get(f"{{{_MC}}}Ignorable", "").split()
    ignored += tuple(str(element.nsmap[prefix]) for prefix in own)
    tag = etree.QName(element).localname
    declared = {attribute.local_name for attribute in said.attributes}
    for key in map(str, element.attrib):
        if not key.startswith("{") and key not in declared:
            yield f"{tag} has no attribute {key}"
    known = _children(said.name)
    for child in element.iterchildren("{*}*"):
        name = etree.QName(child)
        if name.namespace in (*ignored, _MC) or not known or tag in _OPEN:
            continue
        if child.tag not in known:
            yield f"{tag} has no child {name.localname}"
        elif kind := known[str(child.tag)]:
            yield from _undeclared(child, kind, ignored)


@cache
def _children(type_name: str) -> dict[str, SdkElementType | None]:
    """Return the types of the children by their tags, None where one tag has several types."""
    registry = _registry()
    known: dict[str, SdkElementType | None] = {}
    for child in registry.get_type(type_name).children:
        prefix, _, local = child["Name"].rpartition("/")[2].partition(":")
        tag = f"{{{registry.get_namespace(prefix)}}}{local}"
        known[tag] = None if tag in known else registry.get_type(child["Name"])
    return known


@cache
def _registry() -> SchemaRegistry:
    return get_registry()


@cache
def _validator() -> OpenXmlValidator:
    return OpenXmlValidator(FileFormat.MICROSOFT_365)
