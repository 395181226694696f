"""What would make Excel call a workbook damaged: faults of schema, package, names and indices.

ooxml_schema holds the parts against the schemas of Office; what no schema can say is checked in
ooxml_package and ooxml_sheets. Excel itself is not asked: no test machine has it.
"""

from __future__ import annotations

import zipfile
from io import BytesIO

import ooxml_package
import ooxml_sheets
from lxml import etree
from ooxml_book import Book
from ooxml_schema import schema_faults, undeclared

CHECKS = (*ooxml_package.CHECKS, *ooxml_sheets.CHECKS)


def faults(package: bytes) -> list[str]:
    """Return every fault of an xlsx as `part: what is wrong`, [] where there is none."""
    with zipfile.ZipFile(BytesIO(package)) as archive:
        names = archive.namelist()
        parts = {name: archive.read(name) for name in names}
    doubled = {name for name in names if sum(n.lower() == name.lower() for n in names) > 1}
    broken = [fault for name, raw in parts.items() for fault in _not_xml(name, raw)]
    found = [f"{name}: stands twice in the zip" for name in sorted(doubled)] + broken
    if found:  # nothing else can be read reliably
        return found
    # What a schema refuses may be no number or no range: the checks read only what it allows.
    book = Book(parts)
    return [*schema_faults(package), *undeclared(book)] or [
        fault for check in CHECKS for fault in check(book)
    ]


def _not_xml(name: str, raw: bytes) -> list[str]:
    if not name.endswith((".xml", ".rels", ".vml")):
        return []
    try:
        etree.fromstring(raw)
    except etree.XMLSyntaxError as error:
        return [f"{name}: is not XML: {error}"]
    return []
