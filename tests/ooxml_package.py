"""Faults of a workbook package around its sheets: types, relationships, names, properties."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from ooxml_book import CONTENT_TYPES, WORKBOOK, Book, rels_of, source_of
from packages import REL

if TYPE_CHECKING:
    from collections.abc import Iterator

_TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
_RELATIONSHIP = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_W3CDTF = re.compile(r"\d{4}(-\d\d(-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?)?)?")
_FIRST_PID = 2
_CUSTOM = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"

_LONGEST_SHEET_NAME = 31
_LONGEST_NAME = 255
_NAME = re.compile(r"[^\W\d][\w.\\?]*|[_\\][\w.\\?]*")
_LIKE_CELL = re.compile(r"(?i)R\d*(C\d*)?|C\d*|[A-Z]{1,2}\d+|[A-W][A-Z]{2}\d+|X[A-F][A-D]\d+")
_QUOTED_TEXT = re.compile(r'"(?:[^"]|"")*"')
_SHEET_MEANT = re.compile(r"'((?:[^']|'')+)'!|([\w.]+)!")


def content_types(book: Book) -> Iterator[str]:
    """Find parts without a type, types without a part, and lines that are neither."""
    defaults, overrides = Counter[str](), Counter[str]()
    for line in book.root(CONTENT_TYPES):
        given = set(line.attrib)
        if line.tag == f"{_TYPES}Default" and given == {"Extension", "ContentType"}:
            defaults[line.get("Extension", "").lower()] += 1
        elif line.tag == f"{_TYPES}Override" and given == {"PartName", "ContentType"}:
            overrides[line.get("PartName", "").lstrip("/")] += 1
        else:
            yield f"{CONTENT_TYPES}: a line that is neither Default nor Override: {line.tag}"
    for name, times in (*defaults.items(), *overrides.items()):
        if times > 1:
            yield f"{CONTENT_TYPES}: {name} is told {times} times"
    for name in overrides.keys() - book.parts.keys():
        yield f"{CONTENT_TYPES}: {name} does not exist"
    for name in book.parts.keys() - overrides.keys() - {CONTENT_TYPES}:
        if name.rpartition(".")[2].lower() not in defaults:
            yield f"{name}: has no content type"


def relationships(book: Book) -> Iterator[str]:
    """Find relationships that lead nowhere, are told twice or are used without being told."""
    for rels in (name for name in book.parts if name.endswith(".rels")):
        source = source_of(rels)
        if source and source not in book.parts:
            yield f"{rels}: belongs to no part"
        for line in book.root(rels):
            given = {str(key) for key in line.attrib} - {"TargetMode"}
            if line.tag != _RELATIONSHIP or given != {"Id", "Type", "Target"}:
                yield f"{rels}: a line that is no relationship: {sorted(given)}"
        told = book.relations(source)
        yield from (
            f"{rels}: {name} is told {times} times"
            for name, times in Counter(line.id for line in told).items()
            if times > 1
        )
        for lead in told:
            if not lead.outside and lead.target not in book.parts:
                yield f"{rels}: {lead.id} leads to {lead.target}, which does not exist"


def used_relationships(book: Book) -> Iterator[str]:
    """Find r:id and the like that the .rels of their part does not tell."""
    for name in book.parts:
        if not name.endswith(".xml"):
            continue
        told = {line.id for line in book.relations(name)}
        for element in book.root(name).iter("*"):
            for key, used in ((str(k), str(v)) for k, v in element.attrib.items()):
                if key.startswith(f"{{{REL}}}") and used not in told:
                    yield f"{name}: {used} is not told in {rels_of(name)}"


def sheet_names(book: Book) -> Iterator[str]:
    """Find names of sheets that Excel does not allow, and books that show no sheet."""
    sheets = book.every(WORKBOOK, "sheet")
    names = [sheet.get("name", "") for sheet in sheets]
    for name in names:
        if not 0 < len(name) <= _LONGEST_SHEET_NAME:
            yield f"{WORKBOOK}: sheet name of {len(name)} characters: {name}"
        if re.search(r"[\[\]:*?/\\]", name) or name.startswith("'") or name.endswith("'"):
            yield f"{WORKBOOK}: sheet name with a forbidden sign: {name}"
    for key in ("name", "sheetId"):
        for value, times in Counter(sheet.get(key, "").lower() for sheet in sheets).items():
            if times > 1:
                yield f"{WORKBOOK}: {times} sheets have the {key} {value}"
    shown = [place for place, sheet in enumerate(sheets) if sheet.get("state") in {None, "visible"}]
    if not shown:
        yield f"{WORKBOOK}: shows no sheet"
    for view in book.every(WORKBOOK, "workbookView"):
        if int(view.get("activeTab", "0")) not in shown:
            yield f"{WORKBOOK}: opens at a sheet that is not shown"


def defined_names(book: Book) -> Iterator[str]:
    """Find names that Excel does not allow, and names for cells of sheets that do not exist."""
    sheets = {name.lower() for name in book.sheets}
    seen = Counter[tuple[str, str]]()
    for entry in book.every(WORKBOOK, "definedName"):
        name, scope = entry.get("name", ""), entry.get("localSheetId", "")
        seen[name.lower(), scope] += 1
        legal = name.removeprefix("_xlnm.")
        if not _NAME.fullmatch(legal) or _LIKE_CELL.fullmatch(legal):
            yield f"{WORKBOOK}: illegal defined name {name}"
        if len(name) > _LONGEST_NAME:
            yield f"{WORKBOOK}: defined name of {len(name)} characters"
        if scope and int(scope) >= len(sheets):
            yield f"{WORKBOOK}: defined name {name} of sheet {scope}, which does not exist"
        for quoted, bare in _SHEET_MEANT.findall(_QUOTED_TEXT.sub("", entry.text or "")):
            meant = quoted.replace("''", "'") or bare
            if meant.lower() not in sheets:
                yield f"{WORKBOOK}: defined name {name} means the lost sheet {meant}"
    for (name, scope), times in seen.items():
        if times > 1:
            yield f"{WORKBOOK}: defined name {name} {times} times in scope {scope or 'workbook'}"


def dates(book: Book) -> Iterator[str]:
    """Find dates of the document that Excel cannot read."""
    for name in book.related("", "core-properties"):
        for entry in book.root(name).iterchildren("{http://purl.org/dc/terms/}*"):
            if not _W3CDTF.fullmatch(entry.text or ""):
                yield f"{name}: not a date: {entry.text}"


def properties(book: Book) -> Iterator[str]:
    """Find properties of our own told twice or with numbers that Excel cannot read."""
    for name in book.related("", "custom-properties"):
        entries = list(book.root(name))
        for key in ("pid", "name"):
            for value, times in Counter(entry.get(key, "").lower() for entry in entries).items():
                if times > 1:
                    yield f"{name}: {key} {value} is told {times} times"
        for entry in entries:
            if int(entry.get("pid", "0")) < _FIRST_PID or entry.get("fmtid") != _CUSTOM:
                yield f"{name}: {entry.get('name')} has no legal pid and fmtid"


CHECKS = (
    content_types,
    relationships,
    used_relationships,
    sheet_names,
    defined_names,
    dates,
    properties,
)
