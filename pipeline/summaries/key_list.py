"""管理清单: the risk points that somebody has to look at, ready for printing and for his pen."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline.forms import Derived
from pipeline.summaries.sheet import Cell, Column, Grid, paints_of, write_grid
from pipeline.tables.scope import LEVEL, OFFICE
from pipeline.vocab import CHANGES
from pipeline.workbook.book import Book

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pandas as pd

    from pipeline.summaries.edition import Edition
    from pipeline.tables import Scope
    from pipeline.vocab import Term

_LEADER = Derived("office", "leader")
_PENDING = {True: "待审定", False: "已审定"}
_MISSING = CHANGES["missing"]
_TO_FILL = ("最近检查日期", "检查结果", "下次检查")
_HAND = f"“{'”“'.join(_TO_FILL)}”三栏检查时填写。"
_CHECKED = "检查频次"


@dataclass(frozen=True, slots=True)
class KeyList:
    """One list: its title, and what is said where there is nothing on it. said: above the table."""

    title: str
    empty: str
    said: str = ""


def key_list_book(points: pd.DataFrame, scope: Scope, edition: Edition, wanted: KeyList) -> bytes:
    """Return a list as a workbook, a row a risk point, in the order of the frame.

    points: rows of the register. Who is in charge of an office is told as the roster has it now.
    """
    book = Book(wanted.title)
    columns, keys = zip(*_columns(scope), strict=True)
    grid = Grid(
        name="清单",
        title=wanted.title,
        columns=columns,
        rows=list(_rows(points, scope, keys)),
        empty=wanted.empty,
        legend=f"{edition.legend}。{wanted.said}",
        closing=(_totals(points, scope), _HAND) if len(points) else (),
        frozen=3,
        size=10.5,
        valign="top",
        paper="A3",
    )
    write_grid(book, grid, edition)
    return book.to_bytes()


def kept_by(term: Term) -> str:
    """Return who keeps the list of a level, how, and how often its points are looked at."""
    parts = (("管理主体", term.handler), ("管理方式", term.mode), (_CHECKED, term.checked))
    return "；".join(f"{title}：{said}" for title, said in parts if said) + "。"


def _columns(scope: Scope) -> list[tuple[Column, str]]:
    """Return the columns of a list, each with where its cells come from, "" for the pen.

    What the bureau's form no longer has is no column here either.
    """
    roles = scope.form.roles
    point = roles.match[-1]
    wanted = (
        ("row", Column("序号", 6, centred=True)),
        ("number", Column(_header(scope, roles.number), 15, centred=True)),
        (OFFICE, Column(scope.header(OFFICE), 12, centred=True)),
        (roles.post, Column(_header(scope, roles.post), 12)),
        (point, Column(_header(scope, point), 22)),
        ("manifestation", Column(_header(scope, "manifestation"), 32)),
        (
            LEVEL,
            Column(scope.header(LEVEL), 7, centred=True, paints=paints_of(scope.levels)),
        ),
        ("state", Column("审定", 9, centred=True)),
        ("status", Column("状态", 9, centred=True)),
        (roles.measure, Column(_header(scope, roles.measure), 38)),
        (roles.holder, Column(_header(scope, roles.holder), 10, centred=True)),
        ("leader", Column(_leader_header(scope), 10, centred=True)),
        ("checked", Column(_CHECKED, 12, centred=True)),
    )
    own = {"row", "number", OFFICE, LEVEL, "state", "status", "leader", "checked"}
    told = [(column, key) for key, column in wanted if key in own or scope.has(key)]
    widths = dict(zip(_TO_FILL, (14, 22, 14), strict=True))
    return [*told, *((Column(header, width, centred=True), "") for header, width in widths.items())]


def _header(scope: Scope, key: str) -> str:
    return scope.header(key) if key and scope.has(key) else ""


def _leader_header(scope: Scope) -> str:
    fields = scope.form.table.fields
    return next((field.header for field in fields if field.derived == _LEADER), "分管领导")


def _rows(points: pd.DataFrame, scope: Scope, keys: Iterable[str]) -> Iterable[Sequence[Cell]]:
    leaders = {office.code: office.leader for office in scope.offices}
    checked = {term.name: term.checked for term in scope.levels.terms}
    shown = points.assign(
        row=range(1, len(points) + 1),
        state=(points["fixed_level"] == "").map(_PENDING),
        leader=points["office"].map(leaders),
        checked=points[LEVEL].map(checked),
    )
    blank = [""] * len(points)
    return zip(*(shown[key].tolist() if key else blank for key in keys), strict=True)


def _totals(points: pd.DataFrame, scope: Scope) -> str:
    """Return how many points of which level are on a list, and what of them is still open."""
    counts = points[LEVEL].value_counts()
    levels = [f"{name}{counts[name]}" for name in scope.levels.names if name in counts]
    parts = f"＝{'＋'.join(levels)}" if len(levels) > 1 else ""
    pending, missing = open_of(points)
    return f"共{len(points)}条{parts}。其中{_PENDING[True]}{pending}条，{_MISSING}{missing}条。"


def open_of(points: pd.DataFrame) -> tuple[int, int]:
    """Return how many risk points wait for their level to be fixed, and how many for writing off.

    They are on the list all the same: what is on record counts until it is decided.
    """
    return int((points["fixed_level"] == "").sum()), int((points["status"] == _MISSING).sum())


@dataclass(frozen=True, slots=True)
class Placed:
    """Where the list of a level lies; term None for what is on none."""

    term: Term
    keeper: str
    where: str


@dataclass(frozen=True, slots=True)
class Charge:
    """The offices one of the leaders is in charge of; leader "" for those nobody is."""

    leader: str
    offices: tuple[str, ...]


def overview_book(
    register: pd.DataFrame,
    scope: Scope,
    edition: Edition,
    lists: tuple[Sequence[Placed], Sequence[Charge], pd.DataFrame],
) -> bytes:
    """Return what list every risk point is on, as a workbook for the discipline group.

    lists: a line a level, a line a leader, and the rows of the register that are on no list of a
    level, with their `reason`.
    """
    placed, charges, unlisted = lists
    book = Book("清单一览")
    for grid in (
        _of_levels(register, scope, placed, unlisted),
        _of_leaders(register, scope, charges),
        _of_none(scope, unlisted),
    ):
        write_grid(book, replace(grid, legend=edition.legend), edition)
    return book.to_bytes()


def _of_levels(
    register: pd.DataFrame, scope: Scope, placed: Sequence[Placed], unlisted: pd.DataFrame
) -> Grid:
    listed = register[~register["number"].isin(unlisted["number"])]
    rows: list[tuple[Cell, ...]] = []
    for one in placed:
        points = listed[listed[LEVEL] == one.term.name]
        said = (one.term.handler, one.term.mode, one.term.checked, one.keeper)
        rows.append((one.term.name, *said, len(points), *open_of(points), one.where))
    return Grid(
        name="各级清单",
        title="管理清单一览",
        columns=(
            Column(scope.header(LEVEL), 10, centred=True, paints=paints_of(scope.levels)),
            Column("管理主体", 22, centred=True),
            Column("管理方式", 14, centred=True),
            Column(_CHECKED, 14, centred=True),
            Column("清单给谁", 14, centred=True),
            Column("条数", 9, centred=True),
            Column("待审定", 9, centred=True),
            Column(_MISSING, 9, centred=True),
            Column("放在哪里", 46),
        ),
        rows=rows,
        empty="没有设风险等级。",
        closing=(_proof(rows, register, unlisted),),
    )


def _proof(rows: Sequence[Sequence[Cell]], register: pd.DataFrame, unlisted: pd.DataFrame) -> str:
    counts = [(str(row[0]), int(str(row[5]))) for row in rows]
    whole = sum(count for _, count in counts) + len(unlisted)
    parts = "＋".join(f"{name}{count}" for name, count in counts)
    verdict = "相符" if whole == len(register) else "不相符，请告知程序维护人员"
    return f"勾稽：{parts}＋未列入{len(unlisted)}＝档案库{len(register)}条，{verdict}。"


def _of_leaders(register: pd.DataFrame, scope: Scope, charges: Sequence[Charge]) -> Grid:
    names = {office.code: office.name for office in scope.offices}
    counts = Counter(zip(register["office"], register[LEVEL], strict=True))
    rows: list[tuple[Cell, ...]] = []
    for charge in charges:
        of_each = [
            sum(counts[office, level] for office in charge.offices) for level in scope.levels.names
        ]
        said = "、".join(names[office] for office in charge.offices)
        rows.append((charge.leader or "（未填）", said, *of_each, sum(of_each)))
    left = [row[1] for charge, row in zip(charges, rows, strict=True) if not charge.leader]
    said = (
        f"没有填分管局领导的单位：{left[0]}。请在名册里填上。"
        if left
        else "每个单位都有分管局领导。"
    )
    return Grid(
        name="分管局领导",
        title="分管局领导清单一览",
        columns=(
            Column("分管局领导", 14, centred=True),
            Column("分管的单位", 70),
            *(Column(term.name, 9, centred=True, paint=term) for term in scope.levels.terms),
            Column("合计", 9, centred=True),
        ),
        rows=rows,
        empty="名册里还没有单位。",
        closing=(said,),
        urgent=frozenset(place for place, charge in enumerate(charges) if not charge.leader),
    )


def _of_none(scope: Scope, unlisted: pd.DataFrame) -> Grid:
    point = scope.form.roles.match[-1]
    keys = ("number", OFFICE, point, LEVEL, "reason")
    return Grid(
        name="未列入清单",
        title="未列入管理清单的风险点",
        columns=(
            Column(_header(scope, scope.form.roles.number), 17, centred=True),
            Column(scope.header(OFFICE), 18, centred=True),
            Column(scope.header(point), 44),
            Column(scope.header(LEVEL), 10, centred=True, paints=paints_of(scope.levels)),
            Column("原因", 40),
        ),
        rows=list(zip(*(unlisted[key].tolist() for key in keys), strict=True)),
        empty="每个风险点都在一份清单里。",
    )
