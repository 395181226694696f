"""风险点台账: what one office has on record and what changed in it, for that office alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.summaries.changes import SIZE, changes_grid
from pipeline.summaries.register import as_shown, column_of, counted, out_of_force, split
from pipeline.summaries.sheet import Column, Grid, write_grid
from pipeline.workbook.book import Book

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.summaries.edition import Edition
    from pipeline.tables import Scope

TITLE = "风险点台账"
EMPTY = "本单位现在没有登记的风险点。"

_SHEET = "现有风险点"
_HOW = "等级是现行等级。内容有变化时，请改附表1重新报送，不要改本表：本表每次变更后由系统重新生成。"


def office_book(
    register: pd.DataFrame, log: pd.DataFrame, scope: Scope, edition: Edition, office: str
) -> bytes:
    """Return what an office has on record, in the order of its form, and its change log.

    register, log: only its own rows. office: its name.
    """
    book = Book(f"{office}{TITLE}")
    for grid in office_grids(register, log, scope, edition, office):
        write_grid(book, grid, edition)
    return book.to_bytes()


def office_grids(
    register: pd.DataFrame, log: pd.DataFrame, scope: Scope, edition: Edition, office: str
) -> tuple[Grid, ...]:
    """Return the sheets of the workbook."""
    current = _current(register, scope, edition, office)
    return current, changes_grid(log, scope, edition, office)


def _current(register: pd.DataFrame, scope: Scope, edition: Edition, office: str) -> Grid:
    printed, _ = split(scope)
    number = scope.form.table.field(scope.form.roles.number).header
    shown = as_shown(register, scope)
    keys = ["number", *(field.key for field in printed), "status"]
    return Grid(
        name=_SHEET,
        title=f"{office}{TITLE}",
        columns=(
            Column(number, 15, centred=True),
            *(column_of(field, scope) for field in printed),
            Column("状态", 9, centred=True),
        ),
        rows=list(zip(*(shown[key].tolist() for key in keys), strict=True)),
        empty=EMPTY,
        legend=edition.legend,
        closing=(counted(register), _HOW),
        urgent=out_of_force(register),
        frozen=1,
        size=SIZE,
        valign="top",
        paper="A3",
    )
