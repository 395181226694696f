"""The first look at a returned file: its bytes alone, before any reader touches them."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.reading.elements import walk
from pipeline.reading.fills import STYLES, fills_of, palette_of
from pipeline.reading.limits import MIB, Limits, Refusal
from pipeline.reading.manifest import WORKBOOK, manifest
from pipeline.reading.ordinary import is_ordinary, is_plain
from pipeline.reading.other import other_kind
from pipeline.reading.package import check_entries, check_shape, check_xml, directory, parts, recode
from pipeline.reading.worksheet import rewrite
from pipeline.reading.zeros import uses, widths_of
from pipeline.workbook.patch.marks import HEADING
from pipeline.workbook.reader import Inspection, SheetFacts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.model import Kind, Reason
    from pipeline.reading.zipped import Entry

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ODS_TYPE, _ODS_CONTENT = b"opendocument.spreadsheet", "content.xml"
_MANIFEST = "meta-inf/manifest.xml"
_ENCRYPTED = re.compile(rb"<(?:\w+:)?encryption-data\b")
# Packages of other programs, by a part that no other has; OFD is the print-out of the state.
_OTHERS: Mapping[str, Reason] = {"word/document.xml": "WORD_FILE", "ofd.xml": "SCAN"}
# An .xls above this size is not read a second time: xlrd takes seconds and much memory.
_MOST_TOLD = 4 * MIB
_STRINGS = "xl/sharedstrings.xml"
_EXTRAS = (
    ("macros", "xl/vbaproject.bin"),
    ("macros", "xl/macrosheets/"),
    ("comments", "xl/threadedcomments/"),
    ("pictures", "xl/media/"),
    ("charts", "xl/charts/"),
    ("embedded", "xl/embeddings/"),
    ("links", "xl/externallinks/"),
)
_COMMENTS, _DRAWINGS = "xl/comments", "xl/drawings/"
_SHAPE_TEXT = re.compile(rb"<(?:\w+:)?t>")


def inspect(data: bytes, limits: Limits) -> Inspection:
    """Return what the bytes show of a workbook that may be read.

    Costs up to half of calamine's own time for a form that Excel saved, two thirds where
    LibreOffice did (`make bench`), and never more memory than the limits say.
    Raises Refusal with the reason why the file must not be read.
    """
    if not data:
        raise Refusal(reason="EMPTY")
    if len(data) > limits.file:
        raise Refusal(reason="TOO_BIG")
    if data.startswith(_ZIP):
        return _inspect_package(data, limits)
    if data.startswith(_OLE):
        return _inspect_ole(data, limits)
    raise Refusal(reason=other_kind(data))


def _inspect_ole(data: bytes, limits: Limits) -> Inspection:
    # imports that hardly any worker needs
    from pipeline.reading.biff import look  # noqa: PLC0415
    from pipeline.reading.ole import check_ole  # noqa: PLC0415

    extras = check_ole(data)
    told = look(data, limits) if len(data) <= _MOST_TOLD else None
    if told is None:
        return Inspection(kind="xls", extras=extras)
    sheets, has_comments = told
    extras = (*extras, "comments") if has_comments else extras
    return Inspection(kind="xls", sheets=sheets, extras=tuple(sorted(extras)))


def _inspect_package(data: bytes, limits: Limits) -> Inspection:
    entries = directory(data)
    kind = _kind(entries)
    check_entries(entries, limits)
    if kind == "ods" and _is_encrypted(data, entries, limits):
        raise Refusal(reason="ENCRYPTED")
    contents = parts(data, entries, limits)
    recoded = recode(contents)
    contents |= recoded
    if kind == "ods":
        return _inspect_opendocument(contents, recoded, limits)
    check_xml(contents)
    extras = _extras(entries, contents, limits)
    if kind == "xlsx":
        inspection = _inspect_workbook(entries, contents, recoded, limits)
        return replace(inspection, extras=extras)
    check_shape(contents, limits)
    return Inspection(kind=kind, extras=extras)


def _kind(entries: Mapping[str, Entry]) -> Kind:
    if WORKBOOK in entries:
        return "xlsx"
    if "xl/workbook.bin" in entries:
        return "xlsb"
    if "mimetype" in entries and not entries.keys().isdisjoint((_MANIFEST, _ODS_CONTENT)):
        return "ods"
    other = (reason for part, reason in _OTHERS.items() if part in entries)
    raise Refusal(reason=next(other, "NOT_WORKBOOK"))


def _is_encrypted(data: bytes, entries: Mapping[str, Entry], limits: Limits) -> bool:
    """Tell whether the manifest says how parts are to be decrypted; they are no XML then."""
    if _MANIFEST not in entries:
        return False
    manifest = parts(data, {_MANIFEST: entries[_MANIFEST]}, limits)[_MANIFEST]
    return _ENCRYPTED.search(manifest) is not None


def _inspect_opendocument(
    contents: Mapping[str, bytes], recoded: Mapping[str, bytes], limits: Limits
) -> Inspection:
    from pipeline.reading.opendocument import look  # noqa: PLC0415 - hardly any worker needs it

    if _ODS_TYPE not in contents["mimetype"] or _ODS_CONTENT not in contents:
        raise Refusal(reason="NOT_WORKBOOK")
    if recoded:  # no program writes UTF-16 there, and calamine reads it as it pleases
        raise Refusal(reason="DAMAGED")
    check_xml(contents)
    check_shape(contents, limits)
    sheets, extras = look(contents[_ODS_CONTENT], contents, limits)
    return Inspection(kind="ods", sheets=sheets, extras=extras)


def _inspect_workbook(
    entries: Mapping[str, Entry],
    contents: Mapping[str, bytes],
    recoded: Mapping[str, bytes],
    limits: Limits,
) -> Inspection:
    book = manifest(contents, limits)
    # a sheet is walked anyhow, or written as the grammar of an ordinary one says
    check_shape({name: contents[name] for name in contents.keys() - set(book.sheets)}, limits)
    if _STRINGS in contents and not is_plain(contents[_STRINGS]):
        raise Refusal(reason="DAMAGED")
    replaced = dict(recoded)
    sheets = []
    widths = widths_of(contents.get(STYLES, b""), limits)
    for part in book.sheets:
        facts = SheetFacts()
        shown = widths if uses(contents[part], widths) else {}
        if shown or not is_ordinary(contents[part], limits):
            facts, replaced[part] = rewrite(contents[part], limits, shown)
        if limits.fills:
            palette = palette_of(contents.get(STYLES, b""), limits)
            facts = replace(facts, fills=fills_of(contents[part], palette, limits))
        sheets.append(facts)
    return Inspection(
        kind="xlsx",
        sheets=tuple(sheets),
        replaced={entries[part].filename: content for part, content in replaced.items()},
        properties=book.properties,
        names=book.names,
    )


def _extras(
    entries: Mapping[str, Entry], contents: Mapping[str, bytes], limits: Limits
) -> tuple[str, ...]:
    """Return what else the package carries; comments and the like that we added do not count."""
    listing = "\n" + "\n".join(entries)
    found = {word for word, start in _EXTRAS if f"\n{start}" in listing}
    for name in entries:
        if name.startswith(_COMMENTS) and _is_theirs(name, contents[name], limits):
            found.add("comments")
        elif name.startswith(_DRAWINGS) and _SHAPE_TEXT.search(contents[name]):
            found.add("shapes")
    return tuple(sorted(found))


def _is_theirs(name: str, part: bytes, limits: Limits) -> bool:
    """Tell whether a part of comments holds any that is not ours; a binary one is none of ours."""
    if not name.endswith(".xml"):
        return True
    comments = _Comments()
    walk(part, comments, limits)
    return any(not text.strip().startswith(HEADING) for text in comments.texts)


class _Comments:
    """Collects the texts of the comments of a sheet."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._inside = False

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        del attributes
        if tag == "comment":
            self.texts.append("")
        elif tag == "t":
            self._inside = True

    def end(self, tag: str) -> None:
        if tag == "t":
            self._inside = False

    def text(self, text: str) -> None:
        if self._inside and self.texts:
            self.texts[-1] += text
