"""The nightly report as a workbook: the tables of the page, a sheet each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.monitor.sections import sections
from pipeline.summaries.edition import Edition, legend_line
from pipeline.summaries.sheet import Column, Grid, write_grid
from pipeline.workbook.book import Book

if TYPE_CHECKING:
    from pipeline.monitor import Night, Section

TITLE = "每日报告"

_WIDTH = 118  # half-width columns on A4 landscape


def night_book(night: Night) -> bytes:
    """Return the report of one day as a workbook, the sheets in the order of the page."""
    edition = Edition(
        bureau=night.bureau,
        campaign=night.campaign,
        day=night.day,
        mark=night.mark,
        legend=legend_line(night.levels),
        version=f"{night.generated}生成",
    )
    book = Book(TITLE)
    for section in sections(night):
        write_grid(book, _grid(section, night, edition), edition)
    return book.to_bytes()


def _grid(section: Section, night: Night, edition: Edition) -> Grid:
    whole = sum(column.width for column in section.columns)
    return Grid(
        name=section.title,
        title=f"{TITLE}：{section.title}",
        columns=tuple(
            Column(
                column.header,
                round(column.width * _WIDTH / whole, 1),
                column.centred,
                paint=night.levels.get(column.header),
            )
            for column in section.columns
        ),
        rows=section.rows,
        empty=section.empty,
        legend=edition.legend,
        urgent=section.urgent,
        total=section.total,
    )
