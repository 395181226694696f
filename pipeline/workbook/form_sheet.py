"""The sheet of a form that the office fills: self-check, title, cards, remarks, the table."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline.workbook import captions, looks
from pipeline.workbook.issue import is_position, own_key
from pipeline.workbook.layout import TITLE, Box, Places, Plan, is_long, plan
from pipeline.workbook.parts import Area, Print
from pipeline.workbook.prompts import parent_of, validation
from pipeline.workbook.self_check import Spot, write_check
from pipeline.workbook.style import AS_TEXT, Style, fit_height

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pipeline.forms import Field
    from pipeline.workbook.book import Book, Page
    from pipeline.workbook.issue import Issue, Paper

_TITLE_HEIGHT = 40
_CARD_HEIGHT = 24
_EMPTY_HEIGHT = 48  # an empty row invites three lines
_OWN_WIDTH = 18  # of a column that the office has added
_ARROW_HEIGHT = 12  # the filter arrow shall not lie on the header's last line
_NOTE_LINES = {True: 2, False: 8}  # of a long text: above a table, on a sheet of cards
_MARGINS: dict[Paper, tuple[float, float, float, float]] = {
    "A3": (12, 12, 14, 16),
    "A4": (8, 8, 12, 15),
}


@dataclass(frozen=True, slots=True)
class _Sheet:
    """What every part of the sheet is written with."""

    page: Page
    issue: Issue
    layout: Plan
    lists: Mapping[tuple[str, ...], str]


def write_form(book: Book, issue: Issue, lists: Mapping[tuple[str, ...], str]) -> None:
    """Write the form's sheet; of a form with several tables the first is written."""
    page = book.page(issue.form.title)
    layout = plan(issue.form, issue.settings.checks.paper)
    sheet = _Sheet(page, issue, layout, lists)
    page.hide_gridlines()
    page.widths((*layout.widths, *(_OWN_WIDTH for _ in issue.own)))
    _write_title(sheet)
    _write_cards(sheet)
    _write_remarks(sheet)
    bottom = _write_table(sheet) if layout.columns else layout.remarks
    write_check(book, page, issue, tuple(_spots(layout, bottom)), layout.widths)
    page.allow_numbers_as_text(Area(0, 0, bottom, len(layout.widths) + len(issue.own) - 1))
    page.protect()
    page.print_setup(_print(sheet, bottom))


def form_places(issue: Issue) -> Places:
    """Return where everything of the form stands, the office's own columns behind the form's."""
    layout = plan(issue.form, issue.settings.checks.paper)
    keys = [entry.key for entry in layout.columns] + [own_key(label) for label in issue.own]
    boxes = {box.field.key: box.value.ends[:2] for box in layout.boxes}
    return Places(layout.header, {key: column for column, key in enumerate(keys)}, boxes)


def _spots(layout: Plan, bottom: int) -> Iterator[Spot]:
    """Yield where the fields stand, those of the table from the first record to the last row."""
    for box in layout.boxes:
        yield Spot(box.field, Area(*box.value.ends[:2], *box.value.ends[:2]))
    for column, entry in enumerate(layout.columns):
        yield Spot(entry, Area(layout.header + 1, column, bottom, column), listed=True)


def _write_title(sheet: _Sheet) -> None:
    heading = sheet.issue.heading
    area = Area(TITLE, 0, TITLE, sheet.layout.printed - 1)
    sheet.page.merge(area, heading, looks.TITLE)
    lines = fit_height([(heading, sheet.layout.width(area))], looks.TITLE.size)
    sheet.page.height(TITLE, max(_TITLE_HEIGHT, lines))


def _write_cards(sheet: _Sheet) -> None:
    heights: dict[int, float] = {}
    for box in sheet.layout.boxes:
        entry, value = (
            box.field,
            sheet.issue.given(box.field, sheet.issue.card.get(box.field.key, "")),
        )
        needed = sheet.issue.requires(entry)
        sheet.page.merge(box.label, entry.header, looks.head(entry, needed=needed))
        sheet.page.merge(box.value, value, looks.value(entry))
        if not entry.derived:
            _guide(sheet, Area(*box.value.ends[:2], *box.value.ends[:2]), entry)
        row = box.value.top
        heights[row] = max(_CARD_HEIGHT, heights.get(row, 0), _box_height(sheet, box, value))
    for row, height in heights.items():
        sheet.page.height(row, height)


def _box_height(sheet: _Sheet, box: Box, value: str) -> float:
    """Return the height a box wants: for its label, its value, and room for a long text."""
    width = sheet.layout.width(box.value)
    lines = _NOTE_LINES[bool(sheet.layout.columns)] if is_long(box.field) else 1
    room = "\n" * (lines - 1)
    shown = [(box.field.header, sheet.layout.width(box.label)), (value, width), (room, width)]
    return fit_height(shown, looks.HEAD_SIZE)


def _write_remarks(sheet: _Sheet) -> None:
    row, layout = sheet.layout.remarks, sheet.layout
    area = Area(row, 0, row, layout.printed - 1)
    shown = captions.remarks(sheet.issue, aside=len(layout.columns) > layout.printed)
    sheet.page.merge(area, shown, looks.REMARKS)
    sheet.page.height(row, fit_height([(shown, layout.width(area))], looks.REMARKS.size))


def _write_table(sheet: _Sheet) -> int:
    """Write header, records and spare rows; return the last row."""
    page, layout, records = sheet.page, sheet.layout, sheet.issue.rows
    area = layout.rows(len(records) + sheet.issue.settings.checks.spare_rows)
    _write_header(sheet)
    styles = [looks.cell(entry, AS_TEXT) for entry in layout.columns]
    styles += [looks.OWN for _ in sheet.issue.own]
    for row, record in enumerate(records, area.top):
        _write_record(sheet, row, record, styles)
    right = area.right + len(sheet.issue.own)
    spare = replace(area, top=area.top + len(records), right=right)
    page.fill(spare, styles)
    for row in range(spare.top, spare.bottom + 1):
        page.height(row, _EMPTY_HEIGHT, looks.UNLOCKED, grows=True)
    for column, entry in enumerate(layout.columns):
        cells = Area(area.top, column, area.bottom, column)
        looks.colour(page, cells, entry)
        _guide(sheet, cells, entry)
    # Without it Excel takes the merged title into a sort and refuses.
    page.autofilter(Area(layout.header, 0, area.bottom, right))
    page.freeze(area.top, int(is_position(layout.columns[0])))
    return area.bottom


def _write_header(sheet: _Sheet) -> None:
    layout = sheet.layout
    for column, entry in enumerate(layout.columns):
        inside = column < layout.printed
        style = looks.head(entry, needed=sheet.issue.requires(entry), printed=inside)
        sheet.page.text(layout.header, column, entry.header, style)
    for column, label in enumerate(sheet.issue.own, len(layout.columns)):
        sheet.page.text(layout.header, column, label, looks.OWN_HEAD)
    headers = [
        (entry.header, width) for entry, width in zip(layout.columns, layout.widths, strict=True)
    ]
    headers += [(label, _OWN_WIDTH) for label in sheet.issue.own]
    height = fit_height(headers, looks.HEAD_SIZE)
    sheet.page.height(layout.header, height + _ARROW_HEIGHT)


def _write_record(
    sheet: _Sheet,
    row: int,
    record: Mapping[str, str],
    styles: Sequence[Style],
) -> None:
    page, layout = sheet.page, sheet.layout
    texts = [sheet.issue.given(entry, record.get(entry.key, "")) for entry in layout.columns]
    own = [(record.get(own_key(label), ""), _OWN_WIDTH) for label in sheet.issue.own]
    height = fit_height([*zip(texts, layout.widths, strict=True), *own], looks.BODY_SIZE)
    page.height(row, height, looks.UNLOCKED, grows=True)
    for column, (entry, shown) in enumerate(zip(layout.columns, texts, strict=True)):
        if is_position(entry):
            page.number(row, column, row - layout.header, looks.cell(entry, ""))
        else:
            page.text(row, column, shown, styles[column])
    for column, (shown, _) in enumerate(own, len(layout.columns)):
        page.text(row, column, shown, styles[column])


def _guide(sheet: _Sheet, cells: Area, entry: Field) -> None:
    above = parent_of(sheet.issue, entry, sheet.layout.places, sheet.lists)
    rule = validation(sheet.issue, entry, sheet.lists, above)
    if rule:
        sheet.page.validate(cells, rule)


def _print(sheet: _Sheet, bottom: int) -> Print:
    """Return the print set-up: what is printed of the columns, the header line on every page."""
    issue, layout = sheet.issue, sheet.layout
    paper = issue.settings.checks.paper if layout.columns else "A4"
    return Print(
        paper=paper,
        landscape=bool(layout.columns),
        area=Area(TITLE, 0, bottom, layout.printed - 1),
        repeat=(layout.header, layout.header) if layout.columns else None,
        margins=_MARGINS[paper],
        left=f"{issue.office.name} {issue.form.title}",
        right=issue.stamp.number,
    )
