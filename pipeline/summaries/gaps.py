"""疏漏排查.xlsx: what offices may have left out or graded unevenly; for the group alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.summaries.sheet import Column, Grid, paints_of, write_grid
from pipeline.tables.gaps import GAPS, UNEVEN, matters_of
from pipeline.tables.scope import LEVEL, OFFICE
from pipeline.workbook.book import Book

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pandas as pd

    from pipeline.summaries.edition import Edition
    from pipeline.summaries.sheet import Cell
    from pipeline.tables import Scope
    from pipeline.tables.gaps import Sought

TITLE = "疏漏排查"
_HINT = "文字相近只是线索，要看内容才能定；本表列有别的单位的内容，只供局纪检组使用。"


def gaps_book(
    left_out: pd.DataFrame, uneven: pd.DataFrame, scope: Scope, found: tuple[Sought, Edition]
) -> bytes:
    """Return both tables as a workbook, each with the way in which it was made above it.

    left_out, uneven: frames of the shapes GAPS and UNEVEN. found: by what, and for which edition.
    """
    book = Book(TITLE)
    edition = found[1]
    write_grid(book, _left_out(left_out, scope, found), edition)
    write_grid(book, _uneven(uneven, scope, found), edition)
    return book.to_bytes()


def _left_out(frame: pd.DataFrame, scope: Scope, found: tuple[Sought, Edition]) -> Grid:
    sought, edition = found
    roles, levels = scope.form.roles, paints_of(scope.levels)
    point = scope.header(roles.match[-1])
    how = (
        f"办法：把名称相同的岗位（不计单位名称和“岗”“人员”等字）归为一类；文字有{sought.alike:.0%}"
        f"相同的{point}算同一个；有这类岗位的单位中，至少{sought.offices}个、且不少于"
        f"{sought.share:.0%}列了，而本单位各岗位都没有列的，列在这里。只看已有登记的单位。"
    )
    return Grid(
        name="可能漏列",
        title=f"可能漏列的{point}",
        columns=(
            Column("序号", 6, centred=True),
            Column(scope.header(OFFICE), 16),
            Column(scope.header(roles.post), 14),
            Column(f"别的单位列出的{point}", 34),
            Column("列了的单位数", 9, centred=True),
            Column("有此岗位的单位数", 10, centred=True),
            Column(f"最高{scope.header(LEVEL)}", 9, centred=True, paints=levels),
            Column("列了的单位", 30),
            Column(f"本单位最接近的{point}", 30),
        ),
        rows=_numbered(frame, GAPS),
        empty=f"没有发现可能漏列的{point}。",
        legend=f"{edition.legend}。{how}",
        closing=(f"共{len(frame)}条。", _HINT) if len(frame) else (),
        frozen=3,
        size=10.5,
    )


def _uneven(frame: pd.DataFrame, scope: Scope, found: tuple[Sought, Edition]) -> Grid:
    sought, edition = found
    roles = scope.form.roles
    point, level = scope.header(roles.match[-1]), scope.header(LEVEL)
    matter = "、".join(map(scope.header, matters_of(scope.form)))
    how = (
        f"办法：{matter}和{point}的文字都有{sought.alike:.0%}相同、而各单位现行{level}不同的，归为一组，"
        "等级高的在前。请考虑是否就高。"
    )
    return Grid(
        name="等级不一致",
        title=f"{level}不一致的{point}",
        columns=(
            Column("组", 6, centred=True),
            Column(level, 8, centred=True, paints=paints_of(scope.levels)),
            Column(scope.header(OFFICE), 16),
            Column(scope.form.table.field(roles.number).header, 16, centred=True),
            Column(scope.header(roles.post), 14),
            Column(matter, 22),
            Column(point, 44),
            Column("状态", 10, centred=True),
        ),
        rows=list(frame[list(UNEVEN)].itertuples(index=False, name=None)),
        empty=f"没有发现{level}不一致的{point}。",
        legend=f"{edition.legend}。{how}",
        closing=(f"共{frame['group'].max()}组{len(frame)}条。", _HINT) if len(frame) else (),
        frozen=3,
        size=10.5,
    )


def _numbered(frame: pd.DataFrame, columns: Iterable[str]) -> Sequence[Sequence[Cell]]:
    cells = frame[list(columns)].itertuples(index=False, name=None)
    return [(number, *row) for number, row in enumerate(cells, 1)]
