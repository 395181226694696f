"""Row 4: the guard's first look at a filled form, against bare calamine reading the same bytes."""

from __future__ import annotations

import shutil
import tempfile
import time
from io import BytesIO
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from corpus import make_workspace
from measure import Row
from python_calamine import CalamineWorkbook
from saved import as_excel, as_libreoffice

from pipeline.reading.guard import inspect
from pipeline.reading.limits import Limits
from pipeline.reading.memory import forget

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_FILES = 20
_WARM_UP = 2  # turns nobody counts


def inspection(turns: int) -> list[Row]:
    """Compare both on the same filled workbooks, by turns, in this process: a row a program."""
    with (
        tempfile.TemporaryDirectory() as folder,
        make_workspace(Path(folder), _FILES) as workspace,
    ):
        templates = {path.name: path for path in workspace.paths.outbox.rglob("*.xlsx")}
        paths = sorted(workspace.paths.inbox.rglob("*.xlsx"))
        books = [path.read_bytes() for path in paths]
        issued = [templates[path.name].read_bytes() for path in paths]
        saved = {
            "Excel": [as_excel(*pair) for pair in zip(books, issued, strict=True)],
            "Excel, texts numbered anew": [as_excel(book) for book in books],
            "openpyxl": books,
        }
        if shutil.which("soffice"):
            saved["LibreOffice"] = as_libreoffice(books, Path(folder))
    return [_row(program, contents, turns) for program, contents in saved.items()]


def _row(program: str, books: Sequence[bytes], turns: int) -> Row:
    limits = Limits()
    spent = [_turn(books, limits) for _ in range(_WARM_UP + turns)][_WARM_UP:]
    before, ours, after = (median(side) for side in zip(*spent, strict=True))
    title = f"the guard's look at a filled 附表1 / read by bare calamine, CPU ({program})"
    return Row(title, 2 * ours / (before + after), 0.5, after / before)


def _turn(books: Sequence[bytes], limits: Limits) -> tuple[float, float, float]:
    """Return what the peer, we, and the peer again need for all books."""
    return (
        _cpu_of(_read_bare, books),
        _cpu_of(lambda book: inspect(book, limits), books),
        _cpu_of(_read_bare, books),
    )


def _cpu_of(work: Callable[[bytes], object], books: Sequence[bytes]) -> float:
    forget()  # each turn is a new worker that has seen none of the books
    before = time.process_time()
    for book in books:
        work(book)
    return time.process_time() - before


def _read_bare(data: bytes) -> None:
    with CalamineWorkbook.from_filelike(BytesIO(data)) as book:
        for name in book.sheet_names:
            book.get_sheet_by_name(name).to_python()
