"""styles.xml: the marked twin of a cell's style and back, and the styles of our sheets."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from pipeline.workbook.patch import xml
from pipeline.workbook.patch.marks import LOOKS, MarkError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lxml.etree import _Element as Element

    from pipeline.workbook.patch.marks import Look, Severity
    from pipeline.workbook.patch.sheets import Book

CellStyle = Literal[
    "plain", "title", "note", "band", "header", "body", "must", "ask", "hint", "link"
]

_ORDER = (
    "numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs",
    "tableStyles", "colors", "extLst",
)  # fmt: skip
_SIDES = ("left", "right", "top", "bottom")


@dataclass(frozen=True, slots=True)
class _Dress:
    """How a cell of our own sheets looks."""

    size: int = 11
    bold: bool = False
    colour: str = "000000"
    underlined: bool = False
    fill: str = ""
    boxed: bool = True
    centred: bool = False


_DRESSES: Mapping[CellStyle, _Dress] = {
    "plain": _Dress(boxed=False),
    "title": _Dress(size=16, bold=True, boxed=False),
    "note": _Dress(boxed=False),
    "band": _Dress(size=12, bold=True, boxed=False),
    "header": _Dress(bold=True, fill="F2F2F2", centred=True),
    "body": _Dress(),
    "must": _Dress(bold=True, fill=LOOKS["must"].fill, centred=True),
    "ask": _Dress(bold=True, fill=LOOKS["ask"].fill, centred=True),
    "hint": _Dress(bold=True, fill=LOOKS["hint"].fill, centred=True),
    "link": _Dress(colour="0563C1", underlined=True),
}


class Styles:
    """The style tables of one workbook; what is wanted is found there or appended, never changed.

    Nothing is removed by cleaning: an unused style is harmless, and Excel drops it by itself.
    """

    def __init__(self, book: Book) -> None:
        part = book.related("styles")
        if part is None:
            message = "文件内缺少样式部分"
            raise MarkError(message)
        self._package, self._part, self._space = book.package, part, book.space
        self._tables: dict[str, list[Element]] = {}
        self._known: dict[str, dict[object, int]] = {}
        self._texts: dict[tuple[str, str], int] = {}
        self._ours: dict[int, tuple[bool, bool]] = {}
        self._marked: dict[tuple[int, Severity], int] = {}
        self._cells: dict[tuple[CellStyle, bool], int] = {}

    def marked(self, index: int, severity: Severity) -> int:
        """Return the style that looks like `index` with fill and border of the severity."""
        if (index, severity) not in self._marked:
            self._marked[index, severity] = self._marked_twin(index, LOOKS[severity])
        return self._marked[index, severity]

    def is_ours(self, index: int) -> tuple[bool, bool]:
        """Tell whether fill and border of a style are the ones of a mark."""
        if index not in self._ours:
            xf = self._format(index)
            fill, border = int(xf.get("fillId", "0")), int(xf.get("borderId", "0"))
            self._ours[index] = (fill in self._our_fills, border in self._our_borders)
        return self._ours[index]

    @cached_property
    def has_ours(self) -> bool:
        """Tell whether any style could be a mark: our fills are common, our lines are not."""
        return bool(self._our_borders)

    def unmarked(self, index: int, original: int | None) -> int:
        """Return the style `index` had before it was marked.

        original: the style remembered for the cell; without one the cell gets no fill and the
            thin border of a form. Font, format and protection stay as they are now, and so does
            a fill or border that is no longer ours.
        """
        source = self._bare() if original is None else self._format(original)
        twin = deepcopy(self._format(index))
        for ours, facet, flag in zip(
            self.is_ours(index), ("fillId", "borderId"), ("applyFill", "applyBorder"), strict=True
        ):
            if ours:
                _copy_attribute(source, twin, facet)
                _copy_attribute(source, twin, flag)
        if original is not None and _key(twin) == _key(source):
            return original
        return self._intern("cellXfs", twin)

    def conditional(self, severity: Severity) -> int:
        """Return the conditional style of the severity: its fill under black letters."""
        fill = LOOKS[severity].fill
        text = (
            '<dxf><font><color rgb="FF000000"/></font>'
            f'<fill><patternFill patternType="solid"><fgColor rgb="FF{fill}"/>'
            f'<bgColor rgb="FF{fill}"/></patternFill></fill></dxf>'
        )
        return self._append("dxfs", text)

    @cached_property
    def our_conditionals(self) -> frozenset[int]:
        """Return the conditional styles that paint like a mark."""
        fills = {look.fill for look in LOOKS.values()}
        return frozenset(
            index
            for index, entry in enumerate(self._entries("dxfs"))
            if any(_colour(found) in fills for found in entry.iter(f"{{{self._space}}}bgColor"))
        )

    def cell(self, style: CellStyle, *, quoted: bool = False) -> int:
        """Return a style of our own sheets; quoted: shown as text whatever it begins with."""
        if (style, quoted) not in self._cells:
            self._cells[style, quoted] = self._dressed(_DRESSES[style], quoted=quoted)
        return self._cells[style, quoted]

    def _marked_twin(self, index: int, look: Look) -> int:
        twin = deepcopy(self._format(index))
        twin.set("fillId", str(self._append("fills", _solid(look.fill))))
        twin.set("borderId", str(self._append("borders", _box(look.border, look.line))))
        twin.set("applyFill", "1")
        twin.set("applyBorder", "1")
        return self._intern("cellXfs", twin)

    def _dressed(self, dress: _Dress, *, quoted: bool) -> int:
        font = self._append("fonts", _font(dress))
        fill = self._append("fills", _solid(dress.fill)) if dress.fill else 0
        border = self._append("borders", _box("thin", "808080")) if dress.boxed else 0
        place = 'horizontal="center" ' if dress.centred else ""
        prefix = ' quotePrefix="1"' if quoted else ""
        return self._append(
            "cellXfs",
            f'<xf numFmtId="49" fontId="{font}" fillId="{fill}" borderId="{border}" xfId="0"'
            f'{prefix} applyNumberFormat="1" applyFont="1" applyFill="1" applyBorder="1"'
            f' applyAlignment="1"><alignment {place}vertical="center" wrapText="1"/></xf>',
        )

    @cached_property
    def _our_fills(self) -> frozenset[int]:
        fills = {look.fill for look in LOOKS.values()}
        return frozenset(
            index
            for index, entry in enumerate(self._entries("fills"))
            if any(_colour(found) in fills for found in entry.iter(f"{{{self._space}}}fgColor"))
        )

    @cached_property
    def _our_borders(self) -> frozenset[int]:
        lines = {look.line for look in LOOKS.values()}
        return frozenset(
            index
            for index, entry in enumerate(self._entries("borders"))
            if any(_colour(found) in lines for found in entry.iter(f"{{{self._space}}}color"))
        )

    def _bare(self) -> Element:
        border = self._append("borders", _box("thin", "000000"))
        return xml.fragment(f'<xf fillId="0" borderId="{border}" applyBorder="1"/>', self._space)

    def _format(self, index: int) -> Element:
        formats = self._entries("cellXfs")
        if 0 <= index < len(formats):
            return formats[index]
        return xml.fragment(
            '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>', self._space
        )

    def _entries(self, table: str) -> list[Element]:
        if table not in self._tables:
            holder = xml.child(self._package.look(self._part), table)
            self._tables[table] = [] if holder is None else list(holder.iterchildren("*"))
        return self._tables[table]

    def _append(self, table: str, text: str) -> int:
        if (table, text) not in self._texts:
            self._texts[table, text] = self._intern(table, xml.fragment(text, self._space))
        return self._texts[table, text]

    def _intern(self, table: str, wanted: Element) -> int:
        """Return the index of the first equal entry of a table, appended if there is none."""
        if table not in self._known:
            known: dict[object, int] = {}
            for index, entry in enumerate(self._entries(table)):
                known.setdefault(_key(entry), index)
            self._known[table] = known
        known, key = self._known[table], _key(wanted)
        if key not in known:
            holder = xml.ensure(self._package.edit(self._part), table, _ORDER)
            entries = self._entries(table)
            known[key] = len(entries)
            entries.append(wanted)
            holder.append(wanted)
            holder.set("count", str(known[key] + 1))
        return known[key]


def _key(entry: Element) -> object:
    """Return what makes two entries of a style table equal."""
    inner = tuple(map(_key, entry.iterchildren("*"))) if len(entry) else ()
    return (entry.tag, frozenset(entry.items()), inner)


def _colour(entry: Element) -> str:
    """Return RRGGBB of a colour element; programs disagree about the opacity before it."""
    return entry.get("rgb", "")[-6:].upper()


def _copy_attribute(source: Element, target: Element, name: str) -> None:
    if (value := source.get(name)) is None:
        target.attrib.pop(name, "")
    else:
        target.set(name, value)


def _solid(colour: str) -> str:
    return (
        f'<fill><patternFill patternType="solid"><fgColor rgb="FF{colour}"/>'
        '<bgColor indexed="64"/></patternFill></fill>'
    )


def _box(line: str, colour: str) -> str:
    sides = (f'<{side} style="{line}"><color rgb="FF{colour}"/></{side}>' for side in _SIDES)
    return f"<border>{''.join(sides)}<diagonal/></border>"


def _font(dress: _Dress) -> str:
    bold = "<b/>" if dress.bold else ""
    line = "<u/>" if dress.underlined else ""
    return (
        f'<font>{bold}{line}<sz val="{dress.size}"/><color rgb="FF{dress.colour}"/>'
        '<name val="宋体"/><charset val="134"/></font>'
    )
