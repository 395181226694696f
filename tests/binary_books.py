"""An .xlsb of the texts of a workbook: nothing here writes one, so its records are put down."""

from __future__ import annotations

import io
import struct
from itertools import groupby
from typing import TYPE_CHECKING

from openpyxl import load_workbook
from packages import zipped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openpyxl.cell.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_BOOK, _BOOK_END, _SHEETS, _SHEETS_END, _ONE_SHEET = 131, 132, 143, 144, 156
_SHEET, _SHEET_END, _SIZE, _ROWS, _ROWS_END, _ROW, _TEXT = 129, 130, 148, 145, 146, 0, 6


def binary_book(content: bytes) -> bytes:
    """Return an .xlsb with the sheets of an .xlsx; every value in it is a text."""
    book = load_workbook(io.BytesIO(content))
    sheets = list(enumerate(book.worksheets, 1))
    bundles = b"".join(
        _record(
            _ONE_SHEET,
            struct.pack("<LL", sheet.sheet_state != "visible", number)
            + _string(f"rId{number}")
            + _string(sheet.title),
        )
        for number, sheet in sheets
    )
    relations = "".join(
        f'<Relationship Id="rId{number}" Type="{_RELATION}" Target="worksheets/sheet{number}.bin"/>'
        for number, _ in sheets
    )
    return zipped(
        {
            "[Content_Types].xml": "<Types/>",
            "_rels/.rels": f'<Relationships xmlns="{_RELATIONS}"/>',
            "xl/workbook.bin": b"".join(
                (
                    _record(_BOOK),
                    _record(_SHEETS),
                    bundles,
                    _record(_SHEETS_END),
                    _record(_BOOK_END),
                )
            ),
            "xl/_rels/workbook.bin.rels": (
                f'<Relationships xmlns="{_RELATIONS}">{relations}</Relationships>'
            ),
            **{f"xl/worksheets/sheet{number}.bin": _sheet(sheet) for number, sheet in sheets},
        }
    )


def _sheet(sheet: Worksheet) -> bytes:
    size = struct.pack("<LLLL", 0, sheet.max_row - 1, 0, sheet.max_column - 1)
    rows = b"".join(
        _record(_ROW, struct.pack("<L", number - 1) + bytes(13))
        + b"".join(
            _record(_TEXT, struct.pack("<LL", cell.column - 1, 0) + _string(str(cell.value)))
            for cell in line
            if cell.value is not None
        )
        for number, line in _lines(sheet)
    )
    inner = _record(_SIZE, size) + _record(_ROWS) + rows + _record(_ROWS_END)
    return _record(_SHEET) + inner + _record(_SHEET_END)


def _lines(sheet: Worksheet) -> Iterator[tuple[int, Iterator[Cell]]]:
    """Yield the rows that hold cells, by number; there may be a million others between them."""
    cells = (sheet._cells[place] for place in sorted(sheet._cells))
    yield from groupby(cells, key=lambda cell: int(cell.row or 0))


def _string(text: str) -> bytes:
    raw = text.encode("utf-16-le")
    return struct.pack("<L", len(raw) // 2) + raw


def _record(kind: int, body: bytes = b"") -> bytes:
    """Return a record; its kind and size are numbers of seven bits a byte."""
    return _seven(kind) + _seven(len(body)) + body


def _seven(number: int) -> bytes:
    low, rest = number & 0x7F, number >> 7
    return bytes([low | 0x80]) + _seven(rest) if rest else bytes([low])
