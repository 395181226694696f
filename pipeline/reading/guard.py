"""The first look at a returned file: its bytes alone, before any reader touches them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.reading.limits import Limits, Refusal
from pipeline.reading.manifest import WORKBOOK, manifest
from pipeline.reading.ordinary import is_ordinary, is_plain
from pipeline.reading.package import check_entries, check_shape, check_xml, directory, parts, recode
from pipeline.reading.worksheet import rewrite
from pipeline.workbook.reader import Inspection, SheetFacts

if TYPE_CHECKING:
    from collections.abc import Mapping
    from zipfile import ZipInfo

    from pipeline.model import Kind

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ODS_TYPE = b"opendocument.spreadsheet"
_STRINGS = "xl/sharedstrings.xml"
_EXTRAS = (
    ("macros", "xl/vbaproject.bin"),
    ("macros", "xl/macrosheets/"),
    ("comments", "xl/comments"),
    ("comments", "xl/threadedcomments/"),
    ("pictures", "xl/media/"),
    ("embedded", "xl/embeddings/"),
    ("links", "xl/externallinks/"),
)


def inspect(data: bytes, limits: Limits) -> Inspection:
    """Return what the bytes show of a workbook that may be read.

    Costs less than reading it, and never more memory than the limits say.
    Raises Refusal with the reason why the file must not be read.
    """
    if not data:
        raise Refusal(reason="EMPTY")
    if len(data) > limits.file:
        raise Refusal(reason="TOO_BIG")
    if data.startswith(_ZIP):
        return _inspect_package(data, limits)
    if data.startswith(_OLE):
        return _inspect_ole(data)
    # A copy that set the final size first, or a disk after power loss, shows nothing but NUL.
    raise Refusal(reason="INCOMPLETE" if not data.strip(b"\x00") else "NOT_WORKBOOK")


def _inspect_ole(data: bytes) -> Inspection:
    # 0.1 s of imports that hardly any worker needs
    from pipeline.reading.ole import check_ole  # noqa: PLC0415

    check_ole(data)
    return Inspection(kind="xls")


def _inspect_package(data: bytes, limits: Limits) -> Inspection:
    entries = directory(data)
    kind = _kind(entries)
    check_entries(entries, limits)
    contents = parts(data, entries)
    recoded = recode(contents)
    contents |= recoded
    check_xml(contents)
    if kind == "xlsx":
        return _inspect_workbook(entries, contents, recoded, limits)
    check_shape(contents, limits)
    if kind == "ods" and _ODS_TYPE not in contents.get("mimetype", b""):
        raise Refusal(reason="NOT_WORKBOOK")
    return Inspection(kind=kind, extras=_extras(entries))


def _kind(entries: Mapping[str, ZipInfo]) -> Kind:
    if WORKBOOK in entries:
        return "xlsx"
    if "xl/workbook.bin" in entries:
        return "xlsb"
    if "content.xml" in entries:
        return "ods"
    raise Refusal(reason="NOT_WORKBOOK")


def _inspect_workbook(
    entries: Mapping[str, ZipInfo],
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
    for part in book.sheets:
        facts = SheetFacts()
        if not is_ordinary(contents[part], limits):
            facts, replaced[part] = rewrite(contents[part], limits)
        sheets.append(facts)
    return Inspection(
        kind="xlsx",
        sheets=tuple(sheets),
        replaced={entries[part].filename: content for part, content in replaced.items()},
        properties=book.properties,
        names=book.names,
        extras=_extras(entries),
    )


def _extras(entries: Mapping[str, ZipInfo]) -> tuple[str, ...]:
    listing = "\n" + "\n".join(entries)
    return tuple(sorted({word for word, start in _EXTRAS if f"\n{start}" in listing}))
