"""等级审定表.xlsx: what is to be fixed, to be filled in by the group and handed in again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.forms.kinds import Choice, Day
from pipeline.summaries.sheet import FIRST, HEADER, Cell, Column, Grid, paints_of, write_grid
from pipeline.workbook import looks, stamp
from pipeline.workbook.book import AS_DATE, Area, Book, Style, Validation
from pipeline.workbook.prompts import LISTS
from pipeline.workbook.template import write_stamp

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    import pandas as pd

    from pipeline.forms import Field, Form
    from pipeline.summaries.edition import Edition
    from pipeline.vocab import Vocabulary
    from pipeline.workbook.book import Page
    from pipeline.workbook.stamp import Stamp

EMPTY_OPEN = "没有待审定的风险点。"
EMPTY = "尚无已收的风险点。"
NO_OFFICE = "名册里还没有单位。"

_PROGRESS = "审定进度"
_SIZE = 10.5
_LIST = "L_01"
_GREEN = looks.OPTIONAL
_CENTRED = frozenset({"number", "office_name", "filled", "raised", "level", "state"})
_LEVELS = frozenset({"filled", "raised", "level"})
_HOW = (
    "怎样办：填右边绿色的格，保存后放进收件夹的“纪检组”文件夹（别处的不收）；逐条登记，没有登记的在回复里标明。",
    "每条先由纪检组审核；审核等级或就高等级是最高一级的，再填审定各栏。与就高等级不同的写明理由（不少于6个字）。",
    "左边各栏由系统填写，改动不算数；暂不办的整条留空。",
)


@dataclass(frozen=True, slots=True)
class Point:
    """One line of the list: texts and days by key of its form.

    waits: the level is not fixed yet. wanted: the stages whose word is due.
    """

    said: Mapping[str, str | date]
    waits: bool
    wanted: Sequence[str]


@dataclass(frozen=True, slots=True)
class Review:
    """What an edition of the list is made of. whole: it lists what is fixed too.

    progress: as `tables.reviewing` returns it. stamp: by which the list is known again.
    """

    form: Form
    levels: Vocabulary
    points: tuple[Point, ...]
    whole: bool
    progress: pd.DataFrame
    stamp: Stamp


def review_book(review: Review, edition: Edition) -> bytes:
    """Return the list with its drop-downs, the progress behind it, and its stamp."""
    book = Book(review.form.title, stamp.as_pairs(review.stamp))
    page = write_grid(book, _list(review, edition), edition)
    write_grid(book, _progress(review, edition), edition)
    _write_levels(book, review.levels)
    _open_cells(page, review)
    write_stamp(book, review.stamp)
    return book.to_bytes()


def _list(review: Review, edition: Edition) -> Grid:
    fields = review.form.table.fields
    return Grid(
        name=review.form.title,
        title=f"风险点{review.form.title}",
        columns=tuple(_column(entry, review.levels) for entry in fields),
        rows=[_cells(point, fields) for point in review.points],
        empty=EMPTY if review.whole else EMPTY_OPEN,
        legend=edition.legend,
        closing=(f"共{len(review.points)}条。表号：{review.stamp.number}", *_HOW),
        frozen=2,
        size=_SIZE,
        paper="A3",
    )


def _column(entry: Field, levels: Vocabulary) -> Column:
    is_level = entry.key in _LEVELS or isinstance(entry.kind, Choice)
    return Column(
        entry.header,
        entry.width,
        centred=entry.key in _CENTRED or entry.kind.centred,
        number_format=AS_DATE if isinstance(entry.kind, Day) else "",
        paints=paints_of(levels) if is_level else {},
    )


def _cells(point: Point, fields: Sequence[Field]) -> Sequence[Cell]:
    return [point.said.get(entry.key, "") for entry in fields]


def _open_cells(page: Page, review: Review) -> None:
    """Give the cells that people fill in their drop-downs, and green where a word is due."""
    bottom = FIRST + max(1, len(review.points)) - 1
    for column, entry in enumerate(review.form.table.fields):
        if entry.derived or entry.key == "number":
            continue
        cells = Area(FIRST, column, bottom, column)
        page.text(HEADER, column, entry.header, looks.head(entry, needed=False))
        if review.points:
            page.validate(cells, _rule(entry))
            looks.colour(page, cells, entry)
        for row, point in enumerate(review.points, FIRST):
            stage = entry.key.partition("_")[0]
            if stage in point.wanted and not point.said.get(entry.key):
                page.blank(row, column, _due(entry))


def _due(entry: Field) -> Style:
    return Style(
        size=_SIZE,
        fill=_GREEN,
        align="center" if entry.kind.centred else "left",
        border=looks.LINE,
        number_format=AS_DATE if isinstance(entry.kind, Day) else "",
        locked=False,
    )


def _rule(entry: Field) -> Validation:
    listed = isinstance(entry.kind, Choice)
    return Validation(
        source=_LIST if listed else "",
        alert="stop" if listed else "message",
        title=entry.header,
        message=entry.hint,
        error_title="填的内容不在下拉框里" if listed else "",
        error="请从下拉框选一级。" if listed else "",
    )


def _write_levels(book: Book, levels: Vocabulary) -> None:
    page = book.page(LISTS)
    page.hide()
    for row, name in enumerate(levels.names):
        page.text(row, 0, name, looks.LIST)
    book.define_range(_LIST, page, Area(0, 0, len(levels.names) - 1, 0))


def _progress(review: Review, edition: Edition) -> Grid:
    states = tuple(review.progress.columns)[1:-1]
    rows = review.progress.to_numpy().tolist()
    return Grid(
        name=_PROGRESS,
        title=_PROGRESS,
        columns=(
            Column("单位", 24, centred=True),
            *(Column(state, 18, centred=True) for state in states),
            Column("合计", 12, centred=True),
        ),
        rows=rows if len(rows) > 1 else (),
        empty=NO_OFFICE,
        legend=edition.legend,
        total=True,
        landscape=False,
    )
