"""What calamine does not tell of an .xls (and of WPS's .et): xlrd reads it a second time."""

from __future__ import annotations

import os
import struct
from pathlib import Path
from typing import TYPE_CHECKING

import xlrd
from xlrd.biffh import (
    XL_CELL_BLANK,
    XL_CELL_EMPTY,
    XL_CELL_ERROR,
    XL_CELL_NUMBER,
    error_text_from_code,
)
from xlrd.compdoc import CompDocError

from pipeline.reading.limits import Refusal
from pipeline.reading.zeros import padded, width_of
from pipeline.workbook.patch.marks import HEADING
from pipeline.workbook.reader import SheetFacts, address

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xlrd.book import Book
    from xlrd.sheet import Sheet

    from pipeline.reading.limits import Limits

# What xlrd throws at files that calamine reads: it goes by the letter, and some programs do not.
_FAULTS = (
    xlrd.XLRDError,
    CompDocError,
    struct.error,
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    MemoryError,
    RuntimeError,
    TypeError,
    ValueError,
)
_NOTHING = (XL_CELL_EMPTY, XL_CELL_BLANK)


def look(data: bytes, limits: Limits) -> tuple[tuple[SheetFacts, ...], bool] | None:
    """Return what is to be told of each sheet in order, and whether somebody wrote comments.

    None where xlrd cannot read the file: then nothing is known, but calamine may read it.
    Raises Refusal: TOO_BIG for a sheet whose rectangle is beyond what calamine may allocate.
    """
    try:
        # It prints what it finds odd, by default for everybody to see.
        with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
            book = xlrd.open_workbook(
                file_contents=data, formatting_info=True, logfile=nowhere, ragged_rows=True
            )
            facts = tuple(_facts(book, number, limits) for number in book._all_sheets_map)  # noqa: SLF001
            return facts, any(map(_has_comments, book.sheets()))
    except _FAULTS:
        return None


def _facts(book: Book, number: int, limits: Limits) -> SheetFacts:
    """Return the facts of a sheet by its number; -1 stands for a chart or a sheet of macros."""
    if number < 0:
        return SheetFacts()
    sheet = book.sheet_by_index(number)
    held = set(_held(sheet))
    rows = {row for row, _ in held}
    columns = {column for _, column in held}
    rectangle = (max(rows, default=0) + 1) * (max(columns, default=0) + 1)
    if rectangle > max(limits.cells, len(held) * 4):
        raise Refusal(reason="TOO_BIG")
    hidden = (index for index, entry in sheet.rowinfo_map.items() if entry.hidden and index in rows)
    return SheetFacts(
        errors={
            address(row + 1, column + 1): error_text_from_code.get(
                sheet.cell_value(row, column), ""
            )
            for row, column in sorted(held)
            if sheet.cell_type(row, column) == XL_CELL_ERROR
        },
        texts=_padded(book, sheet),
        hidden_rows=tuple(sorted(row + 1 for row in hidden)),
        hidden_columns=tuple(
            sorted(
                column + 1
                for column in columns
                if column in sheet.colinfo_map and sheet.colinfo_map[column].hidden
            )
        ),
    )


def _padded(book: Book, sheet: Sheet) -> dict[tuple[int, int], str]:
    """Return the whole numbers of a sheet that are shown with zeros in front."""
    formats = {key: width_of(one.format_str or "") for key, one in book.format_map.items()}
    widths = [formats.get(xf.format_key, 0) for xf in book.xf_list]
    return {
        (row + 1, column + 1): padded(cell.value, widths[cell.xf_index])
        for row in range(sheet.nrows if any(widths) else 0)
        for column, cell in enumerate(sheet.row(row))
        if cell.ctype == XL_CELL_NUMBER and widths[cell.xf_index] and cell.value.is_integer()
    }


def _held(sheet: Sheet) -> Iterator[tuple[int, int]]:
    for row in range(sheet.nrows):
        for column, kind in enumerate(sheet.row_types(row)):
            if kind not in _NOTHING:
                yield row, column


def _has_comments(sheet: Sheet) -> bool:
    """Tell whether there is a comment that is not ours."""
    return any(not note.text.startswith(HEADING) for note in sheet.cell_note_map.values())
