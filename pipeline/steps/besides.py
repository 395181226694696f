"""What a file is and carries besides the cells that were read: told, never acted upon."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

from pipeline.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pipeline.model import Kind, Reading

# What is not read, as people call it, in the order it is told.
_CALLED: Mapping[str, str] = {
    "comments": "批注",
    "pictures": "图片",
    "shapes": "文本框",
    "charts": "图表",
    "embedded": "嵌入对象",
    "links": "外部链接",
}
_MACROS = "macros"
# The endings under which programs save such bytes, the usual one first; .et and .ett are WPS's.
_ENDINGS: Mapping[Kind, tuple[str, ...]] = {
    "xlsx": (".xlsx", ".xltx", ".et", ".ett"),
    "xlsb": (".xlsb",),
    "xls": (".xls", ".et", ".xlt", ".ett"),
    "ods": (".ods", ".ots"),
}
_WITH_MACROS = (".xlsm", ".xltm", ".et", ".ett")


def besides(reading: Reading, name: str) -> Iterator[Finding]:
    """Yield what is to be told of the file as a whole. name: its own, "" where it has none."""
    endings = _endings(reading)
    usual = endings[0].removeprefix(".")
    if _MACROS in reading.extras:
        yield Finding("F121")
    other = [called for word, called in _CALLED.items() if word in reading.extras]
    if other:
        yield Finding("F122", value="、".join(other))
    if name and PurePath(name).suffix.lower() not in endings:
        yield Finding("F123", value=usual)
    if reading.blind:
        yield Finding("F124", value=usual)


def _endings(reading: Reading) -> tuple[str, ...]:
    """Return the endings of such a file: Excel opens no package with macros that is named .xlsx."""
    has_macros = reading.kind == "xlsx" and _MACROS in reading.extras
    return _WITH_MACROS if has_macros else _ENDINGS[reading.kind]
