"""Where everything of a form stands on its sheet; pure geometry, rows and columns from 0."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import accumulate, combinations, pairwise
from typing import TYPE_CHECKING

from pipeline import text
from pipeline.workbook.issue import Paper, is_position
from pipeline.workbook.parts import Area

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pipeline.forms import Field, Form, Section

LABEL_SIZE = 11  # points
TITLE = 1  # the row above is the line of the self-check, which is not printed
_PAIR = 38  # width that a label and its value want
_LONG = 200  # characters from which a free text wants the rest of its line
_LABEL, _VALUE = 13, 13  # a usual label; the least width of a value
_ALONE = (14, 30)  # widths of label and value where a card stands alone
# A4 takes fewer and narrower columns, so that the letters stay readable at one page wide.
_NARROWER = 0.75
_NARROWEST = 5
_SENTENCES = 12  # five letters a line: 120 of them just fit into the highest row Excel has


@dataclass(frozen=True, slots=True)
class Box:
    """A labelled cell of a card; the value starts right behind the label (the reader's rule)."""

    field: Field
    label: Area
    value: Area


@dataclass(frozen=True, slots=True)
class Places:
    """Where a written form has its cells: the row of the header line, columns and boxes by key."""

    header: int
    columns: Mapping[str, int]
    boxes: Mapping[str, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Plan:
    """The sheet of a form: self-check, title, boxes, remarks, the header line, the records.

    columns: of the table, none where the form has cards only. printed: how many columns of the
    sheet stand inside the print area.
    """

    columns: tuple[Field, ...]
    widths: tuple[float, ...]
    printed: int
    boxes: tuple[Box, ...]
    remarks: int

    @property
    def header(self) -> int:
        """Return the row of the header line."""
        return self.remarks + 1

    @property
    def places(self) -> dict[str, tuple[int | None, int]]:
        """Return row and column of the cell of each field; row None where a record stands."""
        boxes = {box.field.key: box.value.ends[:2] for box in self.boxes}
        return {**boxes, **{entry.key: (None, col) for col, entry in enumerate(self.columns)}}

    def rows(self, count: int) -> Area:
        """Return the area of `count` records."""
        return Area(self.header + 1, 0, self.header + count, len(self.columns) - 1)

    def width(self, area: Area) -> float:
        """Return the width of an area's columns together."""
        return sum(self.widths[area.left : area.right + 1])


def is_long(entry: Field) -> bool:
    """Tell whether the cell wants room for several lines."""
    return entry.kind.limit >= _LONG


def plan(form: Form, paper: Paper) -> Plan:
    """Return where the cards and the table of a form stand."""
    table = next((section for section in form.sections if section.kind == "table"), None)
    inside, outside = _columns(table, paper) if table else ((), ())
    columns = (*inside, *outside)
    widths = tuple(_width(entry, paper) for entry in columns)
    printed = len(inside)
    if table is None:
        widths = _ALONE * max(section.columns // 2 for section in form.cards)
        printed = len(widths)
    boxes = tuple(_cards(form.cards, widths[:printed]))
    last = max((box.value.bottom for box in boxes), default=TITLE)
    return Plan(columns, widths, printed, boxes, last + 1)


def _columns(table: Section, paper: Paper) -> tuple[tuple[Field, ...], tuple[Field, ...]]:
    """Return the fields inside and outside the print area; A4 leaves out what the tool fills."""
    kept = [
        entry.printed and (paper == "A3" or entry.derived is None or is_position(entry))
        for entry in table.fields
    ]
    chosen = list(zip(table.fields, kept, strict=True))
    return tuple(entry for entry, keep in chosen if keep), tuple(
        entry for entry, keep in chosen if not keep
    )


def _width(entry: Field, paper: Paper) -> float:
    least = _SENTENCES if entry.kind.free and entry.derived is None else _NARROWEST
    narrower = paper == "A4" and entry.printed
    return max(least, round(entry.width * _NARROWER) if narrower else entry.width)


def _cards(cards: Sequence[Section], widths: tuple[float, ...]) -> Iterator[Box]:
    top = TITLE + 1
    for section in cards:
        edges = _edges(widths, _pairs(section, widths))
        for line in lines(section.fields, len(edges) - 1):
            yield from _boxes(line, edges, widths, top)
            top += 1


def _pairs(section: Section, widths: Sequence[float]) -> int:
    """Return how many pairs stand on a line: as declared, up to twice that where they fit."""
    fitting = int(sum(widths) // _PAIR)
    wanted = min(max(section.columns // 2, fitting), section.columns)
    return max(1, min(wanted, len(widths) // 2))


def lines(fields: Sequence[Field], most: int) -> Iterator[list[Field]]:
    """Yield the fields of each line; a long text takes the rest of its line."""
    line: list[Field] = []
    for entry in fields:
        wide = is_long(entry)
        if line and (len(line) == most or (wide and len(line) > most // 2)):
            yield line
            line = []
        line.append(entry)
        if wide:
            yield line
            line = []
    if line:
        yield line


@cache
def _edges(widths: tuple[float, ...], pairs: int) -> tuple[int, ...]:
    """Return the first column of each pair, and the end.

    The pairs take at least two columns, are about equally wide, and begin where the columns suit
    a label.

    >>> _edges((5, 12, 18, 10, 12, 12, 20, 34), 2)
    (0, 6, 8)
    """
    columns, target = len(widths), sum(widths) / pairs
    possible = (
        edges
        for inner in combinations(range(2, columns - 1), pairs - 1)
        if _apart(edges := (0, *inner, columns))
    )

    def unevenness(edges: tuple[int, ...]) -> float:
        groups = [widths[start:stop] for start, stop in pairwise(edges)]
        return sum(abs(sum(group) - target) + _misfit(group) for group in groups)

    return min(possible, key=unevenness)


def _apart(edges: tuple[int, ...]) -> bool:
    return all(stop - start > 1 for start, stop in pairwise(edges))


def _misfit(group: tuple[float, ...]) -> float:
    """Return how ill the columns suit a usual label and value; a narrow value weighs most."""
    label = sum(group[: _label_columns(group, _LABEL)])
    return abs(label - _LABEL) + 4 * max(0, _VALUE - sum(group) + label)


def _label_columns(group: Sequence[float], needed: float) -> int:
    """Return how many columns a label takes: on one line, on two where the value needs the room.

    >>> _label_columns((9, 9, 15), 13), _label_columns((7, 7, 8), 13)
    (2, 1)
    """
    reached = list(accumulate(group[:-1]))
    for lines in (1, 2):
        count = next((n for n, width in enumerate(reached, 1) if width >= needed / lines), 0)
        if count and sum(group) - reached[count - 1] >= _VALUE:
            return count
    return 1


def _boxes(
    line: Sequence[Field],
    edges: Sequence[int],
    widths: Sequence[float],
    row: int,
) -> Iterator[Box]:
    """Yield the boxes of a line; the last one reaches to the end of the line."""
    starts = edges[: len(line)]
    stops = [*edges[1 : len(line)], edges[-1]]
    for entry, start, stop in zip(line, starts, stops, strict=True):
        needed = text.display_width(entry.header) * LABEL_SIZE / 10.5
        split = start + _label_columns(widths[start:stop], needed)
        yield Box(entry, Area(row, start, row, split - 1), Area(row, split, row, stop - 1))
