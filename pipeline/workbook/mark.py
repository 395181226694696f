"""Mark a returned workbook by patching its package, and take the marks out again.

Only parts that must change are rewritten; all others stay as the clerk's program wrote them.
What we add is recognised again after Excel, WPS or LibreOffice has saved the file:

- sheets by a hidden local name (`patch.sheets`), comments by their heading (`patch.comments`),
- links by their tool tip or target, conditional rules by their fill and formula,
- painted cells by the colour of their border, which nobody else uses, or by a comment of ours.
  What such a cell looked like before stands in a hidden sheet (`patch.memory`), found by the
  number in the comment, which moves with the cell, or else by the address. With neither (the
  clerk copied the paint elsewhere) a cell gets the plain look of a form.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from pipeline.workbook.patch import cleaning
from pipeline.workbook.patch.added_sheet import AddedSheet, TextCell, TextRow
from pipeline.workbook.patch.marking import Marking
from pipeline.workbook.patch.marks import Mark, MarkError, Severity
from pipeline.workbook.patch.package import Package
from pipeline.workbook.patch.sheets import Book
from pipeline.workbook.patch.styles import CellStyle

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = [
    "AddedSheet",
    "CellStyle",
    "Mark",
    "MarkError",
    "Severity",
    "TextCell",
    "TextRow",
    "clean",
    "mark",
]


def mark(package: bytes, marks: Sequence[Mark], added: Sequence[AddedSheet]) -> bytes:
    """Return the workbook with marks painted and commented and our sheets appended.

    Marks of an earlier round are removed first. The workbook opens at the first added sheet;
    a sheet whose name the clerk already uses is numbered, and links follow.

    Raises:
        MarkError: the package cannot be patched safely, or a mark names no worksheet.
    """
    with _damage_named():
        book = Book(Package(package))
        cleaning.clean(book)
        marking = Marking(book, added)
        marking.mark(marks)
        marking.add_sheets()
        return book.package.to_bytes()


def clean(package: bytes) -> bytes:
    """Return the workbook without anything `mark` ever added; the clerk's own work stays.

    A workbook that was never marked comes back as the same bytes.

    Raises:
        MarkError: the package cannot be patched safely.
    """
    with _damage_named():
        book = Book(Package(package))
        cleaning.clean(book)
        return book.package.to_bytes()


@contextmanager
def _damage_named() -> Iterator[None]:
    """Turn a number or name that is none, anywhere in a hostile file, into a MarkError."""
    try:
        yield
    except MarkError:
        raise
    except (ValueError, OverflowError) as error:
        message = "文件内部有损坏的部分"
        raise MarkError(message) from error
