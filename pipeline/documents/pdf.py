"""A volume as PDF/A by Typst, always with the bundled fonts: the same bytes on every machine."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime, time
from functools import cache
from importlib.resources import as_file
from typing import TYPE_CHECKING, Any

import typst

from pipeline.documents.layouts import FONTS, LayoutError, bundled, read_layout, repertoire
from pipeline.documents.measure import A3_TEXT, A4_TEXT, capacities, softened, tall
from pipeline.documents.volume import reworded

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.documents.volume import Column, Table, Volume

_LAYOUT = "volume.typ"
_GETA = "〓"  # what printers set for a character they do not have
# Tags cost 3 KB a row: 2000 rows make 6.1 MB tagged and 0.8 MB untagged.
_MOST_TAGGED_ROWS = 1000
# No Noto Serif has the ticked boxes of the forms.
_STAND_INS = str.maketrans({"☐": "□", "☑": "√", "☒": "×", "✓": "√", "✔": "√", "\t": " "})
# Nobody sees a control or format character or a variation selector; PDF/A takes it for a glyph.
_UNSEEN = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\xad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]"
)
_PACKAGE = re.compile(rb'"@[\w-]+/')


@dataclass(frozen=True, slots=True)
class Pdf:
    """The bytes of a PDF, and the characters no bundled font has: each is printed as 〓."""

    data: bytes
    replaced: tuple[str, ...]


def write_pdf(volume: Volume, layout: Path | None = None) -> Pdf:
    """Return the volume as PDF; `layout` is a Typst file of the workspace.

    Raises: LayoutError where the own layout cannot be used.
    """
    drawn = reworded(volume, _drawn)
    lacking: set[str] = set()
    printable = reworded(drawn, lambda text: _replaced(text, lacking))
    with as_file(bundled(_LAYOUT)) as default:
        data = _compiled(printable, default) if layout is None else _own(printable, layout)
    return Pdf(data, tuple(sorted(lacking)))


def _drawn(text: str) -> str:
    """Return the text as signs to draw: composed, without what nobody sees, boxes stood in for."""
    return _UNSEEN.sub("", unicodedata.normalize("NFC", text).translate(_STAND_INS))


def _replaced(text: str, lacking: set[str]) -> str:
    """Return the text with 〓 for every character the fonts lack; add those to `lacking`."""
    unknown = set(text) - repertoire() - {"\n"}
    lacking |= unknown
    return text.translate(dict.fromkeys(map(ord, unknown), _GETA))


def _own(volume: Volume, layout: Path) -> bytes:
    """Compile in a layout of the workspace; no network, so no packages."""
    if _PACKAGE.search(read_layout(_LAYOUT, layout)):
        raise LayoutError(layout, "引用了要从网上下载的扩展包（@…），请去掉")
    try:
        return _compiled(volume, layout)
    except typst.TypstError as error:
        raise LayoutError(layout, str(error.message)) from error


def _compiled(volume: Volume, layout: Path) -> bytes:
    """Compile; files a layout includes lie beside it."""
    rows = sum(len(chapter.table.rows) for chapter in volume.chapters)
    tagged = rows <= _MOST_TAGGED_ROWS
    midnight = datetime.combine(volume.edition_date, time.min, tzinfo=UTC)
    return typst.compile(
        layout,
        root=layout.parent,
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"volume": _payload(volume)},
        pdf_standards=["a-2a", "ua-1"] if tagged else ["a-2b"],
        pdf_tags=tagged,
        timestamp=int(midnight.timestamp()),
    )


@cache
def _fonts() -> typst.Fonts:
    """Return the bundled fonts, and only those."""
    with as_file(FONTS) as folder:
        return typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder]
        )


def _payload(volume: Volume) -> str:
    """Return the volume as the JSON the layout reads."""
    plain: dict[str, Any] = {
        "bureau": volume.bureau,
        "campaign": volume.campaign,
        "title": volume.title,
        "dated": volume.dated,
        "year": volume.edition_date.year,
        "month": volume.edition_date.month,
        "day": volume.edition_date.day,
        "foreword": volume.foreword,
        "legend": volume.legend,
        "mark": volume.mark,
        "leading_group": volume.leading_group,
        "totals_title": volume.totals_title,
        "totals": _table(volume.totals, A4_TEXT),
        "chapters": [
            {
                "title": chapter.title,
                "facts": chapter.facts,
                "empty": chapter.empty,
                "table": _table(chapter.table, A3_TEXT),
            }
            for chapter in volume.chapters
        ],
    }
    return json.dumps(plain, ensure_ascii=False)


def _table(table: Table, millimetres: float) -> dict[str, Any]:
    """Return a table as the layout reads it: widths as shares, cells with their paint."""
    rooms = capacities(table, millimetres)
    return {
        "columns": [
            {"header": column.header, "share": share, "centred": column.centred}
            for column, share in zip(table.columns, table.shares(), strict=True)
        ],
        "rows": [
            {
                "tall": tall(row, rooms),
                "cells": [
                    _cell(column, text, room)
                    for column, text, room in zip(table.columns, row, rooms, strict=True)
                ],
            }
            for row in table.rows
        ],
    }


def _cell(column: Column, text: str, room: int) -> dict[str, Any]:
    """Return the text of a cell and the colours of its word, if it has any."""
    paint = column.paints.get(text)
    colours = None if paint is None else {"fill": paint.fill, "font": paint.font}
    return {"text": softened(text, room), "paint": colours}
