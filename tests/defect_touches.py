"""What clerks do to a filled workbook besides what those of the rehearsal do."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain, groupby
from typing import TYPE_CHECKING

from openpyxl.comments import Comment
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import WINDOWS_EPOCH
from openpyxl.worksheet.datavalidation import DataValidationList

from pipeline.rehearsal.clerk import Desk, open_desk, save

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import date, datetime

    from defects import Touch

    from pipeline.forms import Form


@dataclass(frozen=True, slots=True)
class ByHand:
    """A touch that changes the workbook as it lies open; several in a row open it only once."""

    changes: tuple[Callable[[Desk], object], ...]

    def __call__(self, content: bytes, form: Form) -> bytes:
        desk = open_desk(content, form)
        for change in self.changes:
            change(desk)
        return save(desk.book)


def by_hand(*changes: Callable[[Desk], object]) -> ByHand:
    """Return a touch that does this to the open workbook."""
    return ByHand(changes)


def at_one_sitting(touches: Iterable[Touch]) -> Iterator[Touch]:
    """Yield touches with those by hand that follow each other put together."""
    for by_hand_, run in groupby(touches, lambda touch: isinstance(touch, ByHand)):
        if by_hand_:
            hands = [touch.changes for touch in run if isinstance(touch, ByHand)]
            yield ByHand(tuple(chain.from_iterable(hands)))
        else:
            yield from run


def entered(**cells: str) -> ByHand:
    """Return a touch that types over cells of the card."""

    def enter(desk: Desk) -> None:
        for key, value in cells.items():
            desk.sheet[desk.card[key]].value = value

    return by_hand(enter)


def typed(record: int, **cells: str | int | None) -> ByHand:
    """Return a touch that types over cells of a record, as text where they are text."""

    def enter(desk: Desk) -> None:
        for key, value in cells.items():
            cell = desk.cell(record - 1, key)
            cell.value = value
            if isinstance(value, str):
                cell.data_type = "s"

    return by_hand(enter)


def merged(key: str, first: int, last: int) -> ByHand:
    """Return a touch that merges a column over records; only the first keeps its value."""

    def merge(desk: Desk) -> None:
        top, bottom = desk.cell(first - 1, key), desk.cell(last - 1, key)
        desk.sheet.merge_cells(f"{top.coordinate}:{bottom.coordinate}")

    return by_hand(merge)


def sheet_named(name: str) -> ByHand:
    """Return a touch that gives the sheet another name."""
    return by_hand(lambda desk: setattr(desk.sheet, "title", name))


def titled(title: str) -> ByHand:
    """Return a touch that types over the title."""

    def enter(desk: Desk) -> None:
        desk.sheet["A2"].value = title

    return by_hand(enter)


def headed(**headers: str) -> ByHand:
    """Return a touch that types over the labels of columns."""

    def enter(desk: Desk) -> None:
        for key, header in headers.items():
            desk.cell(-1, key).value = header

    return by_hand(enter)


def column_inserted(before: str, header: str, *values: str) -> ByHand:
    """Return a touch that inserts a column of the office's own in the middle of the table."""

    def insert(desk: Desk) -> None:
        _shift(desk, desk.match.columns[before] + 1)
        for record, value in enumerate((header, *values), -1):
            desk.cell(record, before).value = value

    return by_hand(insert)


def _shift(desk: Desk, start: int) -> None:
    """Move the cells of the table from a column on one to the right, as an inserted column does."""
    for row in range(desk.match.row + 1, desk.sheet.max_row + 1):
        for column in range(max(desk.match.columns.values()) + 1, start - 1, -1):
            desk.sheet.cell(row, column + 1).value = desk.sheet.cell(row, column).value


def columns_swapped(one: str, other: str) -> ByHand:
    """Return a touch that puts two columns in each other's place."""

    def swap(desk: Desk) -> None:
        for record in range(-1, desk.sheet.max_row - desk.first):
            left, right = desk.cell(record, one), desk.cell(record, other)
            left.value, right.value = right.value, left.value

    return by_hand(swap)


def header_again(record: int) -> ByHand:
    """Return a touch that repeats the header line in the place of a record, as on a new page."""

    def repeat(desk: Desk) -> None:
        for key in desk.match.columns:
            desk.cell(record - 1, key).value = desk.cell(-1, key).value

    return by_hand(repeat)


def line(record: int, *cells: str) -> ByHand:
    """Return a touch that writes a line of its own, from the first column on."""

    def write(desk: Desk) -> None:
        for column, value in enumerate(cells, 1):
            if value:
                desk.sheet.cell(desk.first + record - 1, column).value = value

    return by_hand(write)


def title_again(record: int) -> ByHand:
    """Return a touch that repeats the title in the place of a record, as on a new page."""

    def repeat(desk: Desk) -> None:
        desk.cell(record - 1, "seq").value = desk.sheet["A2"].value

    return by_hand(repeat)


def pasted(desk: Desk) -> None:
    """Lose all drop-downs, colours and locks, as a paste over the whole sheet does."""
    desk.sheet.data_validations = DataValidationList()
    desk.sheet.conditional_formatting = type(desk.sheet.conditional_formatting)()
    desk.sheet.protection.disable()


def unprotected(desk: Desk) -> None:
    """Take the protection of the sheet away."""
    desk.sheet.protection.disable()


def column_hidden(key: str) -> ByHand:
    """Return a touch that hides a column."""

    def hide(desk: Desk) -> None:
        letter = get_column_letter(desk.match.columns[key] + 1)
        desk.sheet.column_dimensions[letter].hidden = True

    return by_hand(hide)


def rows_filtered(key: str, *records: int) -> ByHand:
    """Return a touch that filters by a column, which hides some records."""

    def hide(desk: Desk) -> None:
        last = desk.cell(len(records) + 1, key).coordinate
        desk.sheet.auto_filter.ref = f"{desk.cell(-1, 'seq').coordinate}:{last}"
        desk.sheet.auto_filter.add_filter_column(desk.match.columns[key], ["别的"])
        for record in records:
            desk.sheet.row_dimensions[desk.first + record - 1].hidden = True

    return by_hand(hide)


def sheet_hidden(desk: Desk) -> None:
    """Hide the sheet of the form behind the help."""
    desk.sheet.sheet_state = "hidden"
    desk.book.active = desk.book.sheetnames.index("填表说明")


def emptied(record: int) -> ByHand:
    """Return a touch that clears a record."""

    def clear(desk: Desk) -> None:
        for key in desk.match.columns:
            desk.cell(record - 1, key).value = None

    return by_hand(clear)


def blanks_below(desk: Desk) -> None:
    """Leave blanks that look like nothing in two hundred rows below the table."""
    for record in range(2, 202):
        desk.cell(record, "risk_point").value = " 　"


def noted(desk: Desk) -> None:
    """Leave a note at a cell."""
    desk.cell(0, "remark").comment = Comment("请科长看一下", "某人")


def dated(*, iso: bool = False, epoch: datetime = WINDOWS_EPOCH, **days: date) -> ByHand:
    """Return a touch that types dates into the card.

    iso: kept as texts, as the strict dialect does. epoch: from which the book counts days.
    """

    def enter(desk: Desk) -> None:
        desk.book.iso_dates, desk.book.epoch = iso, epoch
        for key, day in days.items():
            desk.sheet[desk.card[key]].value = day
            desk.sheet[desk.card[key]].number_format = "yyyy-mm-dd"

    return by_hand(enter)
