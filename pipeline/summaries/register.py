"""风险信息档案库.xlsx: every risk point now in the register, every change, and how to read them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from pipeline.forms import Derived
from pipeline.ledger.rows import CANCELLED, MISSING
from pipeline.summaries.changes import SHEET, SIZE, changes_grid
from pipeline.summaries.sheet import Cell, Column, Grid, paints_of, write_grid
from pipeline.tables.scope import LEVEL, OFFICE
from pipeline.vocab import CHANGES, IN_FORCE
from pipeline.workbook.book import Book

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd

    from pipeline.forms import Field
    from pipeline.summaries.edition import Edition
    from pipeline.tables import Scope

TITLE = "风险信息档案库"
EMPTY = "尚无已收的风险点。"

_SHEET = "档案库"
_ROW_NUMBER = Derived("row", "number")
_PENDING = "待审定"


def register_book(
    register: pd.DataFrame, log: pd.DataFrame, scope: Scope, edition: Edition
) -> bytes:
    """Return the register as a workbook, one row a risk point, in the order of the frame.

    log: what changed, see tables.changes. What was written off stands there alone.
    """
    book = Book(TITLE)
    for grid in register_grids(register, log, scope, edition):
        write_grid(book, grid, edition)
    return book.to_bytes()


def register_grids(
    register: pd.DataFrame, log: pd.DataFrame, scope: Scope, edition: Edition
) -> tuple[Grid, ...]:
    """Return the sheets of the workbook."""
    archive = _archive(register, scope, edition)
    return archive, changes_grid(log, scope, edition), _legend(scope)


def _archive(register: pd.DataFrame, scope: Scope, edition: Edition) -> Grid:
    printed, auxiliary = split(scope)
    levels = paints_of(scope.levels)
    level = scope.header(LEVEL)
    columns = (
        Column(scope.form.table.field(scope.form.roles.number).header, 15, centred=True),
        Column(scope.header(OFFICE), 12, centred=True),
        *(column_of(field, scope) for field in printed),
        Column("状态", 9, centred=True),
        Column(f"填报{level}", 10, centred=True, paints=levels, printed=False),
        Column(f"就高{level}", 10, centred=True, paints=levels, printed=False),
        Column(f"审定{level}", 10, centred=True, paints=levels, printed=False),
        Column("版本", 7, centred=True, printed=False),
        Column("登记日期", 16, centred=True, printed=False),
        *(column_of(field, scope) for field in auxiliary),
        Column("来源", 36, printed=False),
    )
    return Grid(
        name=_SHEET,
        title=TITLE,
        columns=columns,
        rows=list(_rows(register, scope)),
        empty=EMPTY,
        legend=edition.legend,
        closing=(counted(register),),
        urgent=out_of_force(register),
        frozen=2,
        size=SIZE,
        valign="top",
        paper="A3",
    )


def out_of_force(register: pd.DataFrame) -> frozenset[int]:
    """Return the positions of the rows whose status is not the usual one."""
    return frozenset((register["status"] != IN_FORCE).to_numpy().nonzero()[0].tolist())


def counted(register: pd.DataFrame) -> str:
    """Return how many rows there are, and how many of them have another status."""
    others = register["status"][register["status"] != IN_FORCE].value_counts()
    said = "、".join(f"{word}{count}条" for word, count in sorted(others.items()))
    return f"共{len(register)}条{f'，其中{said}（灰底加粗，仍计数）' if said else ''}。"


def split(scope: Scope) -> tuple[list[Field], list[Field]]:
    """Return the fields inside and outside the print area; the number stands in front of all."""
    fields = [field for field in scope.form.table.fields if field.key != scope.form.roles.number]
    return [f for f in fields if f.printed], [f for f in fields if not f.printed]


def column_of(field: Field, scope: Scope) -> Column:
    """Return the column of a field, as wide as in the form."""
    is_level = field.key == scope.form.roles.level
    return Column(
        field.header,
        field.width,
        centred=field.kind.centred,
        paints=paints_of(scope.levels) if is_level else {},
        printed=field.printed,
    )


def _rows(register: pd.DataFrame, scope: Scope) -> Iterator[Sequence[Cell]]:
    printed, auxiliary = split(scope)
    shown = as_shown(register, scope).assign(
        fixed_level=register["fixed_level"].where(
            (register["fixed_level"] != "") | (register["raised_level"] == ""), _PENDING
        ),
        since=[date.fromisoformat(day) if day else "" for day in register["since"]],
    )
    keys = [
        *("number", "office_name"),
        *(field.key for field in printed),
        *("status", "filled_level", "raised_level", "fixed_level", "version", "since"),
        *(field.key for field in auxiliary),
        "source",
    ]
    return zip(*(shown[key].tolist() for key in keys), strict=True)


def as_shown(register: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Return the rows numbered anew; the form's level column shows the level in force."""
    numbers = range(1, len(register) + 1)
    return register.assign(
        **{field.key: numbers for field in scope.form.table.fields if _counts(field)},
        **{scope.form.roles.level: register["level"]},
    )


def _counts(field: Field) -> bool:
    """Tell whether a column holds the number of the row, which starts anew in this book."""
    return field.derived == _ROW_NUMBER


def _legend(scope: Scope) -> Grid:
    levels, level = scope.levels, scope.header(LEVEL)
    return Grid(
        name="图例",
        title=f"{TITLE}图例",
        columns=(
            Column(level, 14, centred=True, paints=paints_of(levels)),
            Column("高低", 14, centred=True),
            Column("管理主体", 30),
            Column("管理方式", 20),
        ),
        rows=[(term.name, term.note, term.handler, term.mode) for term in levels.terms],
        empty=EMPTY,
        closing=(
            f"“{level}”栏是现行等级：有审定的按审定，没有审定的按就高，没有就高的按填报。",
            "打印时右边供查询用的各栏（三个等级、版本、来源等）不打印。",
            "来源栏写明数据取自哪个文件、哪张表、哪一格。",
            f"{CHANGES[MISSING]}：单位最新的表里没有了，仍计数；写明原因、局纪检组同意后才取消。",
            f"{CHANGES[CANCELLED]}的不在档案库，只列在“{SHEET}”。",
        ),
        landscape=False,
    )
