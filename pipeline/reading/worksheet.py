"""One worksheet part that is not ordinary: a full walk, and the part written anew.

Whatever the quick look does not recognise is walked element by element, and calamine then gets
a sheet of the cells that hold something: no far corner, no formatted emptiness, no error value
it would stumble over, no number it would round.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import isfinite
from types import MappingProxyType
from typing import TYPE_CHECKING

from pipeline.reading.elements import walk
from pipeline.reading.limits import LAST_COLUMN, LAST_ROW, Refusal
from pipeline.reading.ordinary import is_vast
from pipeline.reading.zeros import padded
from pipeline.workbook.reader import LONG_NUMBER, SheetFacts, address, column_of, text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from pipeline.reading.limits import Limits

# Whole runs at once: a million blank rows are then one match.
_EMPTY_CELLS = rb'(?:<c r="[A-Z]++\d++"(?: s="\d++")?+(?: t="\w++")?+\s*+(?:/>|></c>)\s*+)'
_EMPTY_ROWS = re.compile(
    rb'(?:<row r="\d++"(?: (?!hidden="(?:1|true)")[\w:.]++="[^"<>]*+")*+\s*+'
    rb"(?:/>|>\s*+%b*+</row>)\s*+)++" % _EMPTY_CELLS
)
_EMPTY_RUN = re.compile(_EMPTY_CELLS + rb"++")
_REFERENCE = re.compile(r"([A-Za-z]{1,3})(\d{1,7})")
_RANGE = re.compile(r"[A-Z]{1,3}\d{1,7}(?::[A-Z]{1,3}\d{1,7})?")
# Python reads more as a number than calamine, which refuses the whole workbook for one it cannot.
_NUMBER = re.compile(r"\s*[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?\s*", re.ASCII)
_WHOLE = re.compile(r"-?\d+", re.ASCII)
_INDEX = re.compile(r"\s*\d{1,9}\s*", re.ASCII)
# WPS keeps a picture inside a cell as a formula that nobody sees; the picture itself is told.
_PICTURE = re.compile(r"=(?:_xlfn\.)?DISPIMG\(")
_TRUE = {"1", "true", "on"}
_TYPES = {"s", "b", "d", "str"}
# A block of cells ends where more blank rows or columns follow than any form has.
_ROW_GAP, _COLUMN_GAP = 1_000, 100

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def rewrite(
    xml: bytes, limits: Limits, widths: Mapping[str, int] = MappingProxyType({})
) -> tuple[SheetFacts, bytes]:
    """Walk a part and return what is to be told of it, and the part written anew.

    widths: how many digits the cells of a style show; a vast part is never walked for them.
    Raises Refusal: TOO_BIG for more cells than a form can have, DAMAGED for impossible ones.
    """
    filled = _without_emptiness(xml, limits)
    small = filled.count(b"<c ") <= limits.ordinary_cells
    if not (widths and small) and is_vast(filled, limits):
        return SheetFacts(), filled
    content = _Walk(limits, widths)
    walk(filled, content, limits)
    near, far = _split(content.cells, limits)
    rows = max((row for row, _ in near), default=0)
    moved = {(rows + index, 1): content.cells[place] for index, place in enumerate(far, 1)}
    held_rows = {row for row, _ in content.held}
    held_columns = {column for _, column in content.held}
    facts = SheetFacts(
        errors=content.errors,
        unvalued=tuple(content.unvalued),
        imprecise=tuple(content.imprecise),
        hidden_rows=tuple(sorted(content.hidden_rows & held_rows)),
        hidden_columns=tuple(sorted(filter(content.hides, held_columns))),
        near_rows=rows,
        far=tuple(address(*place) for place in far),
    )
    cells = {place: content.cells[place] for place in near} | moved
    return facts, _written(cells, content.merges)


def _without_emptiness(xml: bytes, limits: Limits) -> bytes:
    """Drop formatted blank cells first where there are very many: ten times cheaper.

    Where most cells hold something, looking for the others would cost more than it saves.
    """
    cells = xml.count(b"<c")
    if cells <= limits.ordinary_cells or cells != xml.count(b'<c r="') or b"<!" in xml:
        return xml
    if 2 * (xml.count(b"</v>") + xml.count(b"</is>")) > cells:
        return xml
    return _EMPTY_RUN.sub(b"", _EMPTY_ROWS.sub(b"", xml))


@dataclass(slots=True)
class _Cell:
    """The cell being walked through."""

    place: tuple[int, int]
    kind: str
    style: str
    value: str = ""
    has_value: bool = False
    has_formula: bool = False

    @property
    def is_unvalued(self) -> bool:
        """Tell a formula never calculated from one whose result is an empty text."""
        calculated = self.value or (self.has_value and self.kind == "str")
        return self.has_formula and not calculated

    @property
    def is_imprecise(self) -> bool:
        """Tell a number with more digits than Excel keeps."""
        number = _number(self.value) if self.kind == "n" else None
        return number is not None and abs(number) >= LONG_NUMBER


class _Walk:
    """Collects what one worksheet holds; blank cells leave no trace."""

    def __init__(self, limits: Limits, widths: Mapping[str, int]) -> None:
        self.cells: dict[tuple[int, int], str] = {}
        self.held: set[tuple[int, int]] = set()
        self.errors: dict[str, str] = {}
        self.unvalued: list[str] = []
        self.imprecise: list[str] = []
        self.hidden_rows: set[int] = set()
        self.merges: list[str] = []
        self._hidden_columns: list[tuple[int, int]] = []
        self._limits, self._widths = limits, widths
        self._seen = self._row = self._column = 0
        self._cell: _Cell | None = None
        self._phonetic = False
        self._captured: list[str] | None = None
        self._starts: dict[str, Callable[[Mapping[str, str]], None]] = {
            "row": self._start_row,
            "c": self._start_cell,
            "v": self._start_value,
            "t": self._start_text,
            "f": self._start_formula,
            "rPh": self._start_phonetic,
            "col": self._start_column,
            "mergeCell": self._start_merge,
        }
        self._ends: dict[str, Callable[[], None]] = {
            "c": self._end_cell,
            "v": self._end_text,
            "t": self._end_text,
            "rPh": self._end_phonetic,
        }

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag in self._starts:
            self._starts[tag](attributes)

    def end(self, tag: str) -> None:
        if tag in self._ends:
            self._ends[tag]()

    def text(self, text: str) -> None:
        if self._captured is not None:
            self._captured.append(text)

    def hides(self, column: int) -> bool:
        """Tell whether a column is hidden."""
        return any(first <= column <= last for first, last in self._hidden_columns)

    def _start_row(self, attributes: Mapping[str, str]) -> None:
        self._row = _whole(attributes["r"]) if "r" in attributes else self._row + 1
        self._column = 0
        if attributes.get("hidden") in _TRUE:
            self.hidden_rows.add(self._row)

    def _start_cell(self, attributes: Mapping[str, str]) -> None:
        if self._cell:
            raise Refusal(reason="DAMAGED")
        self._seen += 1
        if self._seen > self._limits.cells:
            raise Refusal(reason="TOO_BIG")
        place = _place(attributes["r"]) if "r" in attributes else (self._row, self._column + 1)
        if not (0 < place[0] <= LAST_ROW and 0 < place[1] <= LAST_COLUMN):
            raise Refusal(reason="DAMAGED")
        self._column = place[1]
        self._cell = _Cell(place, attributes.get("t", "n"), attributes.get("s", ""))

    def _start_value(self, _attributes: Mapping[str, str]) -> None:
        if self._cell:
            if self._cell.has_value:
                raise Refusal(reason="DAMAGED")
            self._cell.has_value = True
            self._captured = []

    def _start_text(self, _attributes: Mapping[str, str]) -> None:
        if self._cell and not self._phonetic:
            self._captured = []

    def _start_formula(self, _attributes: Mapping[str, str]) -> None:
        if self._cell:
            self._cell.has_formula = True

    def _start_phonetic(self, _attributes: Mapping[str, str]) -> None:
        self._phonetic = True

    def _start_column(self, attributes: Mapping[str, str]) -> None:
        if attributes.get("hidden") in _TRUE:
            first, last = attributes.get("min", ""), attributes.get("max", "")
            self._hidden_columns.append((_whole(first), _whole(last)))

    def _start_merge(self, attributes: Mapping[str, str]) -> None:
        reference = attributes.get("ref", "").replace("$", "")
        if not _RANGE.fullmatch(reference):
            raise Refusal(reason="DAMAGED")
        self.merges.append(reference)
        if len(self.merges) > self._limits.merges:
            raise Refusal(reason="TOO_BIG")

    def _end_text(self) -> None:
        if self._cell and self._captured is not None:
            self._cell.value += "".join(self._captured)
        self._captured = None

    def _end_phonetic(self) -> None:
        self._phonetic = False

    def _end_cell(self) -> None:
        cell, self._cell = self._cell, None
        if cell is None:
            return
        # calamine shows nothing where a shared text has no such number, and Excel repairs it
        lost = cell.kind == "s" and cell.has_value and not _INDEX.fullmatch(cell.value)
        if lost or cell.place in self.held:
            raise Refusal(reason="DAMAGED")
        if cell.kind == "e":
            self.errors[address(*cell.place)] = cell.value
        elif cell.is_unvalued:
            self.unvalued.append(address(*cell.place))
        elif cell.value and not _PICTURE.match(cell.value):
            self.cells[cell.place] = _content(cell, self._widths.get(cell.style, 0))
            if cell.is_imprecise:
                self.imprecise.append(address(*cell.place))
        else:
            return
        self.held.add(cell.place)


def _content(cell: _Cell, width: int) -> str:
    """Return all of a cell's element that follows its address."""
    style = f' s="{cell.style}"' if cell.style.isdecimal() else ""
    if cell.kind == "inlineStr":
        text = _escaped(cell.value)
        return f'{style} t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
    kind, value = cell.kind, cell.value
    if kind not in _TYPES:
        kind, value = _typed(value, width)
    return f'{style} t="{kind}"><v>{_escaped(value)}</v></c>'


def _typed(value: str, width: int) -> tuple[str, str]:
    """Return how calamine gets a number: as text where it would take or refuse it wrongly.

    It refuses the whole workbook for one number it cannot read, rounds a long one, and makes a
    time of a negative date, which Excel shows as #####.
    """
    number = _number(value)
    if number is None or (abs(number) >= LONG_NUMBER and _WHOLE.fullmatch(value)):
        return "str", value
    if width and number.is_integer():
        return "str", padded(number, width)
    return ("str", text_of(number)) if number < 0 else ("n", value.strip())


def _escaped(text: str) -> str:
    # a bare CR would be read back as LF
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return escaped.replace("\r", "&#13;")


def _number(text: str) -> float | None:
    """Return the number a cell's text stands for, None where it stands for none."""
    number = float(text) if _NUMBER.fullmatch(text) else None
    return number if number is not None and isfinite(number) else None


def _split(
    places: Iterable[tuple[int, int]], limits: Limits
) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Return the places that fit into one rectangle from A1, and those that lie far away."""
    ordered = sorted(places)
    if _fits(ordered, limits):
        return ordered, []
    rows = _block_end((row for row, _ in ordered), _ROW_GAP)
    columns = _block_end(sorted(column for _, column in ordered), _COLUMN_GAP)
    near = [place for place in ordered if place[0] <= rows and place[1] <= columns]
    far = [place for place in ordered if place[0] > rows or place[1] > columns]
    if len(far) > limits.far_cells or not _fits(near, limits):
        raise Refusal(reason="TOO_BIG")
    return near, far


def _fits(places: list[tuple[int, int]], limits: Limits) -> bool:
    rows = max((row for row, _ in places), default=0)
    columns = max((column for _, column in places), default=0)
    return limits.holds(rows * columns, len(places))


def _block_end(numbers: Iterable[int], gap: int) -> int:
    end = 0
    for number in numbers:
        if number - end > gap:
            break
        end = number
    return end


def _written(cells: Mapping[tuple[int, int], str], merges: list[str]) -> bytes:
    """Return a worksheet part of these cells, in order."""
    pieces = [f'<worksheet xmlns="{_MAIN}"><sheetData>']
    present = 0
    for place in sorted(cells):
        if place[0] != present:
            pieces.append(f'{"</row>" if present else ""}<row r="{place[0]}">')
            present = place[0]
        pieces.append(f'<c r="{address(*place)}"{cells[place]}')
    pieces.append("</row></sheetData>" if present else "</sheetData>")
    if merges:
        inner = "".join(f'<mergeCell ref="{merge}"/>' for merge in merges)
        pieces.append(f'<mergeCells count="{len(merges)}">{inner}</mergeCells>')
    pieces.append("</worksheet>")
    return "".join(pieces).encode()


def _place(reference: str) -> tuple[int, int]:
    """Return row and column of an address, counted from 1.

    >>> _place("AB12")
    (12, 28)
    """
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        raise Refusal(reason="DAMAGED")
    return int(match[2]), column_of(match[1].upper())


def _whole(text: str) -> int:
    # str.isdecimal alone would let other scripts' digits and endless numbers pass
    if not (text.isascii() and text.isdecimal() and len(text) < 8):  # noqa: PLR2004
        raise Refusal(reason="DAMAGED")
    return int(text)
