"""规则复查.xlsx: what the rules of today would tell otherwise of the accepted files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.summaries.sheet import Column, Grid, write_grid
from pipeline.workbook.book import Book

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.summaries.edition import Edition

TITLE = "规则复查"

_COLUMNS = (
    Column("序号", 6, centred=True),
    Column("单位", 16),
    Column("表", 9, centred=True),
    Column("人员", 11, centred=True),
    Column("文件", 26),
    Column("变化", 14, centred=True),
    Column("类别", 16, centred=True),
    Column("说明", 58),
)


@dataclass(frozen=True, slots=True)
class RecheckRow:
    """One difference in words: whose, in which file, what changed, the class then and now."""

    office: str
    form: str
    person: str
    file: str
    change: str
    classes: str
    said: str

    @property
    def cells(self) -> tuple[str, ...]:
        """Return the cells in the order of the columns, without the running number."""
        whose = (self.office, self.form, self.person)
        return (*whose, self.file, self.change, self.classes, self.said)


def recheck_book(rows: Sequence[RecheckRow], checked: int, edition: Edition) -> bytes:
    """Return the differences as a workbook. checked: how many accepted parts were looked at."""
    book = Book(TITLE)
    grid = Grid(
        name=TITLE,
        title=TITLE,
        columns=_COLUMNS,
        rows=[(number, *row.cells) for number, row in enumerate(rows, 1)],
        empty="按现在的规则，结果与当时相同。",
        closing=(f"共复查已收的表{checked}份。只供参考，已收的结果没有改动。",),
        frozen=2,
    )
    write_grid(book, grid, edition)
    return book.to_bytes()
