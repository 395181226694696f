"""数据字典.xlsx: what each column of an export is called and holds, for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.summaries.sheet import Column, Grid, write_grid
from pipeline.workbook.book import Book

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.summaries.edition import Edition

TITLE = "数据字典"

_COLUMNS = (
    Column("表", 13),
    Column("文件", 11, centred=True),
    Column("名称", 20),
    Column("列名", 19),
    Column("类型", 7, centred=True),
    Column("含义", 40),
    Column("可选值", 36),
    Column("必填轮次", 10, centred=True),
)


def dictionary_book(rows: Sequence[Sequence[str]], notes: Sequence[str], edition: Edition) -> bytes:
    """Return the dictionary. rows: table, file, title, key, type, meaning, words, round."""
    book = Book(TITLE)
    grid = Grid(
        name=TITLE,
        title=TITLE,
        columns=_COLUMNS,
        rows=rows,
        empty="没有导出任何表。",
        closing=tuple(notes),
        frozen=4,
        size=10.5,
    )
    write_grid(book, grid, edition)
    return book.to_bytes()
