"""Faults of worksheets that no schema can say: order, indices, ranges and Excel's limits."""

from __future__ import annotations

from collections import Counter
from itertools import product
from typing import TYPE_CHECKING

from ooxml_book import LAST_ROW, WORKBOOK, Area, Book, area, cell, overlapping
from packages import MAIN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import etree

_LONGEST = {"promptTitle": 32, "prompt": 255, "errorTitle": 32, "error": 255}
_LONGEST_FORMULA = 255
_MOST_VALIDATIONS = 65_534
_LONGEST_TEXT = 32_767
_LONGEST_FOOTER = 255
_OWN_FORMATS = 164
_INDEX = {"fontId": "fonts", "fillId": "fills", "borderId": "borders", "xfId": "cellStyleXfs"}
_STYLED = {"c": "s", "row": "s", "col": "style"}
_DIFFERING = ("dxfId", "dataDxfId", "headerRowDxfId", "totalsRowDxfId")


def order_of_cells(book: Book) -> Iterator[str]:
    """Find rows and cells out of order or out of the sheet."""
    for part in book.sheets.values():
        before = 0
        for row in book.every(part, "row"):
            number = int(row.get("r", before + 1))
            if not before < number <= LAST_ROW:
                yield f"{part}: row {number} after row {before}"
            before, column = number, 0
            for entry in row.findall(f"{{{MAIN}}}c"):
                place = cell(entry.get("r"))
                if not place or place[0] != number or place[1] <= column:
                    yield f"{part}: cell {entry.get('r')} out of order in row {number}"
                    break
                column = place[1]


def shared_strings(book: Book) -> Iterator[str]:
    """Find cells that name a shared text which is not there, and texts too long for a cell."""
    tables = book.related(WORKBOOK, "sharedStrings")
    texts = [text for table in tables for text in book.every(table, "si")]
    for part in book.sheets.values():
        for entry in book.every(part, "c"):
            value = entry.findtext(f"{{{MAIN}}}v") or ""
            if entry.get("t") == "s" and not (value.isdigit() and int(value) < len(texts)):
                yield f"{part}: {entry.get('r')} has shared text {value} of {len(texts)}"
            if entry.get("t") == "inlineStr" and entry.find(f"{{{MAIN}}}is") is None:
                yield f"{part}: {entry.get('r')} has no inline text"
        yield from (f"{part}: {fault}" for fault in _too_long(book.every(part, "is")))
    yield from (f"{tables[0]}: {fault}" for fault in _too_long(texts))


def _too_long(texts: list[etree._Element]) -> Iterator[str]:
    for text in texts:
        length = sum(len(piece.text or "") for piece in text.iter(f"{{{MAIN}}}t"))
        if length > _LONGEST_TEXT:
            yield f"a text of {length} characters"


def style_indices(book: Book) -> Iterator[str]:
    """Find cells, rows, columns and tables with a style that is not there."""
    formats, differing = (len(book.children(book.styles, kind)) for kind in ("cellXfs", "dxfs"))
    for part in book.sheets.values():
        for tag, key in _STYLED.items():
            for entry in book.every(part, tag):
                if int(entry.get(key, "0")) >= max(formats, 1):
                    yield f"{part}: {tag} {entry.get('r')} has style {entry.get(key)}"
        for name in (part, *book.related(part, "table")):
            for entry, key in product(book.root(name).iter("{*}*"), _DIFFERING):
                if int(entry.get(key, "-1")) >= differing:
                    yield f"{name}: {key} {entry.get(key)} of {differing}"


def parts_of_styles(book: Book) -> Iterator[str]:
    """Find styles made of a font, fill, border, number format or style that is not there."""
    part = book.styles
    formats = {entry.get("numFmtId") for entry in book.every(part, "numFmt")}
    styles = [*book.children(part, "cellXfs"), *book.children(part, "cellStyleXfs")]
    for entry in styles:
        for key, table in _INDEX.items():
            count = len(book.children(part, table))
            if int(entry.get(key, "0")) >= max(count, 1):
                yield f"{part}: {key} {entry.get(key)} of {count} {table}"
        number = entry.get("numFmtId", "0")
        if int(number) >= _OWN_FORMATS and number not in formats:
            yield f"{part}: number format {number} does not exist"


def merged_ranges(book: Book) -> Iterator[str]:
    """Find merged ranges that are none or overlap."""
    for part in book.sheets.values():
        merged: list[Area] = []
        for entry in book.every(part, "mergeCell"):
            found = area(entry.get("ref"))
            if not found or found[:2] == found[2:]:
                yield f"{part}: merged range {entry.get('ref')}"
            else:
                merged.append(found)
        for one, other in overlapping(merged):
            yield f"{part}: merged ranges {one} and {other} overlap"


def data_validations(book: Book) -> Iterator[str]:
    """Find rules with texts or formulas over Excel's limits, and counts that are wrong."""
    for part in book.sheets.values():
        rules = book.every(part, "dataValidation")
        for said in book.every(part, "dataValidations"):
            if int(said.get("count", len(rules))) != len(rules) or len(rules) > _MOST_VALIDATIONS:
                yield f"{part}: {len(rules)} data validations, said {said.get('count')}"
        for rule in rules:
            where = f"{part}: data validation of {rule.get('sqref')}"
            for key, most in _LONGEST.items():
                if len(rule.get(key, "")) > most:
                    yield f"{where}: {key} of {len(rule.get(key, ''))} characters"
            for formula in rule:
                if len(formula.text or "") > _LONGEST_FORMULA:
                    yield f"{where}: formula of {len(formula.text or '')} characters"


def references(book: Book) -> Iterator[str]:
    """Find references to cells, in any element of a sheet, that are none."""
    for part in book.sheets.values():
        for entry in book.root(part).iter(f"{{{MAIN}}}*"):
            for key in ("ref", "sqref", "topLeftCell", "activeCell"):
                for one in entry.get(key, "").split():
                    if not area(one):
                        yield f"{part}: {key} {one} is no range"


def comments(book: Book) -> Iterator[str]:
    """Find comments on one cell twice, on no cell or by nobody."""
    for part in book.sheets.values():
        for name in book.related(part, "comments"):
            authors = len(book.every(name, "author"))
            found = book.every(name, "comment")
            for ref, times in Counter(entry.get("ref") for entry in found).items():
                if times > 1 or not cell(ref):
                    yield f"{name}: {times} comments on {ref}"
            for entry in found:
                if int(entry.get("authorId", "0")) >= authors:
                    yield f"{name}: comment on {entry.get('ref')} by nobody"


def headers_and_footers(book: Book) -> Iterator[str]:
    """Find headers and footers over Excel's limit."""
    for part in book.sheets.values():
        for entry in book.children(part, "headerFooter"):
            if len(entry.text or "") > _LONGEST_FOOTER:
                yield f"{part}: {entry.tag} of {len(entry.text or '')} characters"


CHECKS = (
    order_of_cells,
    shared_strings,
    style_indices,
    parts_of_styles,
    merged_ranges,
    data_validations,
    references,
    comments,
    headers_and_footers,
)
