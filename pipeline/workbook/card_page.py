"""The sheet of a form made of cards with a given table among them: one person's page.

A4 portrait on the columns of the table, a wide one cut in two, so that boxes of half a line fit.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import accumulate
from typing import TYPE_CHECKING

from pipeline.workbook import captions, looks
from pipeline.workbook.issue import is_position
from pipeline.workbook.layout import TITLE, Box, Places, is_long, lines
from pipeline.workbook.parts import Area, Print
from pipeline.workbook.prompts import validation
from pipeline.workbook.self_check import Spot, write_check
from pipeline.workbook.style import Style, fit_height

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pipeline.forms import Field, Section
    from pipeline.workbook.book import Book, Page
    from pipeline.workbook.issue import Issue

_LEAST_ROWS = 6  # of the given table; a person without risk points gets them empty
_PAIR = 2  # cells: a label and its value
_LABEL = 13  # the least width of a label
_WIDE = 24  # from this width a column is cut in two
_TITLE_HEIGHT = 40
_LINE_HEIGHT = 24
_BOX_HEIGHT = 56  # of a box that is signed
_CHARACTERS_A_LINE = 60  # an empty text box has a line for so many of the characters it may take
_MARGINS = (14, 14, 14, 16)
_SIGNED = Style("仿宋", 11, align="right", valign="bottom", border=looks.LINE)


@dataclass(frozen=True, slots=True)
class _Sheet:
    """What every part of the page is written with. widths: of the sheet's columns."""

    page: Page
    issue: Issue
    widths: tuple[float, ...]
    lists: Mapping[tuple[str, ...], str]

    @property
    def last(self) -> int:
        """Return the last column."""
        return len(self.widths) - 1

    def width(self, area: Area) -> float:
        """Return the width of an area's columns together."""
        return sum(self.widths[area.left : area.right + 1])


def write_page(
    book: Book, issue: Issue, lists: Mapping[tuple[str, ...], str], name: str = ""
) -> None:
    """Write a person's page, and the annex behind it where he gets one. name: of the sheet."""
    page = book.page(name or issue.form.title)
    sheet = _Sheet(page, issue, _grid(issue.form.table), lists)
    page.hide_gridlines()
    page.widths(sheet.widths)
    _write_title(sheet, issue.heading, TITLE)
    spots = []
    for section, top in _tops(issue):
        if section.kind == "table":
            _write_given(sheet, section, issue.rows, top, _LEAST_ROWS)
            continue
        boxes = _boxes(sheet.widths, section, top)
        _write_boxes(sheet, boxes, section)
        spots += [Spot(box.field, Area(*box.value.ends[:2], *box.value.ends[:2])) for box in boxes]
    write_check(book, page, issue, spots, sheet.widths)
    bottom = _write_remarks(sheet, _below(issue))
    page.allow_numbers_as_text(Area(0, 0, bottom, sheet.last))
    page.protect()
    page.print_setup(_print(sheet, bottom))


def page_places(issue: Issue) -> Places:
    """Return where everything of a person's page stands."""
    boxes: dict[str, tuple[int, int]] = {}
    columns: dict[str, int] = {}
    header = 0
    for section, top in _tops(issue):
        if section.kind == "table":
            header = top
            columns = {entry.key: left for entry, left, _ in _columns(section)}
            continue
        found = _boxes(_grid(issue.form.table), section, top)
        boxes |= {box.field.key: box.value.ends[:2] for box in found}
    return Places(header, columns, boxes)


def _tops(issue: Issue) -> Iterator[tuple[Section, int]]:
    """Yield the sections with the row in which each begins."""
    row = TITLE + 1
    for section in issue.form.sections:
        yield section, row
        row = _end(issue, section, row)


def _below(issue: Issue) -> int:
    """Return the row below the last section."""
    section, top = list(_tops(issue))[-1]
    return _end(issue, section, top)


def _end(issue: Issue, section: Section, top: int) -> int:
    if section.kind == "table":
        return top + max(_LEAST_ROWS, len(issue.rows)) + 1
    boxes = _boxes(_grid(issue.form.table), section, top)
    return max((box.value.top for box in boxes), default=top - 1) + 1


def write_annex(book: Book, issue: Issue, name: str) -> None:
    """Write the rows of the annex on a sheet of their own."""
    section = issue.form.annex
    if section is None or not issue.annex:
        return
    page = book.page(name)
    sheet = _Sheet(page, issue, _grid(section), {})
    page.hide_gridlines()
    page.widths(sheet.widths)
    _write_title(sheet, captions.annex(issue), 0)
    bottom = _write_given(sheet, section, issue.annex, 1, len(issue.annex)) - 1
    page.protect()
    area = Area(0, 0, bottom, sheet.last)
    page.print_setup(replace(_print(sheet, bottom), area=area, repeat=(1, 1)))


def _grid(table: Section) -> tuple[float, ...]:
    """Return the widths of the sheet's columns."""
    widths: list[float] = []
    for entry in table.fields:
        widths += [entry.width] if entry.width < _WIDE else [entry.width / 2] * 2
    return tuple(widths)


def _columns(table: Section) -> list[tuple[Field, int, int]]:
    """Return each field of the table with its first and last column on the sheet."""
    placed, left = [], 0
    for entry in table.fields:
        right = left + (entry.width >= _WIDE)
        placed.append((entry, left, right))
        left = right + 1
    return placed


def _boxes(widths: tuple[float, ...], section: Section, top: int) -> list[Box]:
    """Return the boxes of a section line by line; all labels of a half begin and end alike."""
    pairs = max(1, section.columns // _PAIR)
    starts = [0, _half(widths)][:pairs]
    splits = [start + _label_columns(widths[start:]) for start in starts]
    found = []
    for row, line in enumerate(lines(section.fields, pairs), top):
        stops = [*starts[1 : len(line)], len(widths)]
        for entry, start, split, stop in zip(line, starts, splits, stops, strict=False):
            label = Area(row, start, row, split - 1)
            found.append(Box(entry, label, Area(row, split, row, stop - 1)))
    return found


def _half(widths: Sequence[float]) -> int:
    """Return the column at which the second half of a line begins."""
    reached = list(accumulate(widths))
    return min(range(len(widths)), key=lambda place: abs(reached[place] - reached[-1] / 2)) + 1


def _label_columns(widths: Sequence[float]) -> int:
    """Return how many columns a label takes."""
    return next(count for count, width in enumerate(accumulate(widths), 1) if width >= _LABEL)


def _write_title(sheet: _Sheet, shown: str, row: int) -> None:
    area = Area(row, 0, row, sheet.last)
    sheet.page.merge(area, shown, looks.TITLE)
    height = fit_height([(shown, sheet.width(area))], looks.TITLE.size)
    sheet.page.height(row, max(_TITLE_HEIGHT, height))


def _write_boxes(sheet: _Sheet, boxes: Sequence[Box], section: Section) -> None:
    """Write a card, or the boxes that are signed."""
    heights: dict[int, float] = {}
    for box in boxes:
        entry, issue = box.field, sheet.issue
        sheet.page.merge(box.label, entry.header, looks.head(entry, needed=issue.requires(entry)))
        if section.kind == "boxes":
            sheet.page.merge(box.value, captions.SIGNED, _SIGNED)
            heights[box.value.top] = _BOX_HEIGHT
            continue
        value = issue.given(entry, issue.card.get(entry.key, ""))
        sheet.page.merge(box.value, value, looks.value(entry))
        rule = None if entry.derived else validation(issue, entry, sheet.lists)
        if rule:
            sheet.page.validate(Area(*box.value.ends[:2], *box.value.ends[:2]), rule)
        row = box.value.top
        heights[row] = max(_LINE_HEIGHT, heights.get(row, 0), _height(sheet, box, value))
    for row, height in heights.items():
        sheet.page.height(row, height)


def _height(sheet: _Sheet, box: Box, value: str) -> float:
    """Return the height a box wants: for label, value, and what is still to be typed.

    Excel fits no merged cell to its text, so a text box is as high as the usual text wants.
    """
    entry, width = box.field, sheet.width(box.value)
    typed = is_long(entry) and not entry.derived
    room = "\n" * (entry.kind.limit // _CHARACTERS_A_LINE - 1) if typed else ""
    label = (entry.header, sheet.width(box.label))
    return fit_height([label, (value, width), (room, width)], looks.HEAD_SIZE)


def _write_given(
    sheet: _Sheet, table: Section, rows: Sequence[Mapping[str, str]], top: int, least: int
) -> int:
    """Write the header line and the given rows, at least so many; return the row below."""
    placed = _columns(table)
    for entry, left, right in placed:
        style = looks.head(entry, needed=False)
        sheet.page.merge(Area(top, left, top, right), entry.header, style)
    sheet.page.height(top, _LINE_HEIGHT)
    bottom = top + max(least, len(rows))
    for row in range(top + 1, bottom + 1):
        known = row - top - 1 < len(rows)
        _write_row(sheet, placed, row, dict(rows[row - top - 1]) if known else {}, row - top)
    for entry, left, right in placed:
        looks.colour(sheet.page, Area(top + 1, left, bottom, right), entry)
    return bottom + 1


def _write_row(
    sheet: _Sheet,
    placed: Sequence[tuple[Field, int, int]],
    row: int,
    record: Mapping[str, str],
    number: int,
) -> None:
    cells = []
    for entry, left, right in placed:
        area = Area(row, left, row, right)
        shown = record.get(entry.key, "")
        if is_position(entry):
            shown = str(number) if record else ""
        sheet.page.merge(area, shown, looks.given(entry))
        cells.append((shown, sheet.width(area)))
    sheet.page.height(row, max(_LINE_HEIGHT, fit_height(cells, looks.GIVEN_SIZE)))


def _write_remarks(sheet: _Sheet, row: int) -> int:
    """Write the advice below everything; return its last row."""
    for shown in (*captions.scales(sheet.issue), *captions.advice(sheet.issue)):
        area = Area(row, 0, row, sheet.last)
        sheet.page.merge(area, shown, looks.REMARKS)
        sheet.page.height(row, fit_height([(shown, sheet.width(area))], looks.REMARKS.size))
        row += 1
    return row - 1


def _print(sheet: _Sheet, bottom: int) -> Print:
    """Return the print set-up; every further sheet of paper repeats whose form it is."""
    issue = sheet.issue
    person = issue.person.name if issue.person else ""
    return Print(
        paper="A4",
        landscape=False,
        area=Area(TITLE, 0, bottom, sheet.last),
        repeat=(TITLE, TITLE + 1),
        margins=_MARGINS,
        left=f"{issue.form.title} {issue.office.name} {person}".strip(),
        right=issue.stamp.number,
    )
