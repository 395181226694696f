"""统计汇总 of a large register, against bare xlsxwriter writing the cells of its lists.

The register has 30,000 risk points of 200 offices, a tenth of which changed since the last edition.
The peer gets the rows of the lists ready made and writes them without a look; ours counts all
tables, makes the lists behind them, draws the charts, links the figures and proves the sums.
"""

from __future__ import annotations

import io
import random
from datetime import date
from statistics import median
from typing import TYPE_CHECKING

import pandas as pd
import xlsxwriter
from measure import Row, cpu_of

from pipeline.forms import FORMS, tailor
from pipeline.model import Office
from pipeline.rehearsal import config_text, demo_bureau
from pipeline.settings import parse
from pipeline.summaries import Edition, legend_line, statistics_book
from pipeline.summaries.lists import lists_of
from pipeline.tables import Before, Scope

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pipeline.settings import Settings
    from pipeline.summaries.sheet import Grid

_OFFICES = 200
_CHANGED = 10  # of so many points one


def summaries(points: int, repeats: int) -> Row:
    """Compare 统计汇总 of so many risk points with a bare workbook of its lists."""
    settings = parse(config_text(demo_bureau()).encode())
    offices = tuple(
        Office(f"D{place:03d}", f"第{place}科", place, leader=f"领导{place % 7}")
        for place in range(1, _OFFICES + 1)
    )
    scope = Scope(tailor(FORMS[0], settings), settings.levels, offices)
    register = _register(points, scope, settings)
    before = Before(date(2011, 8, 31), _earlier(register, scope))
    legend = legend_line(settings.levels)
    edition = Edition("示例局", "一岗一预防", date(2011, 9, 20), "内部资料", legend, "1")
    grids = lists_of(register, scope, edition, before).grids
    sides: dict[str, Callable[[], object]] = {
        "ours": lambda: statistics_book(register, scope, edition, before),
        "peer": lambda: _bare(grids),
        "again": lambda: _bare(grids),
    }
    spent: dict[str, list[float]] = {name: [] for name in sides}
    for _ in range(repeats):
        for name, work in sides.items():
            spent[name].append(cpu_of(work))
    ours, first, again = (median(spent[name]) for name in ("ours", "peer", "again"))
    return Row(
        title=f"统计汇总 of {points} points, {_OFFICES} offices / bare xlsxwriter, its lists, CPU",
        ratio=ours / median(spent["peer"] + spent["again"]),
        bound=3.0,
        control=again / first,
    )


def _register(points: int, scope: Scope, settings: Settings) -> pd.DataFrame:
    chance = random.Random(1)  # noqa: S311 - the same register each time, no secret
    words = {
        field.key: field.kind.vocabulary.names
        for field in scope.form.table.fields
        if field.kind.vocabulary
    }
    rows = []
    for place in range(points):
        office = scope.offices[place * _OFFICES // points]
        level = chance.choice(settings.levels.terms)
        told = dict.fromkeys(scope.form.table.keys, "")
        told |= {key: chance.choice(names) for key, names in words.items()}
        told |= {
            "number": f"{office.code}-2011-{place:05d}",
            "risk_point": f"资金分配依据不充分之{place}",
            "power_matter": f"事项{chance.randrange(9)}",
            "measures": "1.双人复核；2.集体研究",
            "bureau_leader": office.leader,
            "office": office.code,
            "office_name": office.name,
            "status": "在册",
            "fixed_level": "",
            "raised_level": level.name,
            "level": level.name,
        }
        rows.append(told | {"level_rank": level.rank, "office_order": office.order})
    return pd.DataFrame(rows)


def _earlier(register: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Return the register before: some points are not there yet, some had the highest level."""
    places = pd.Series(range(len(register)), index=register.index) % _CHANGED
    raised, rank = scope.levels.names[0], scope.levels.terms[0].rank
    earlier = register.assign(
        level=register["level"].where(places != 1, raised),
        level_rank=register["level_rank"].where(places != 1, rank),
    )
    return earlier[places != 0]


def _bare(grids: Iterable[Grid]) -> bytes:
    """Return a workbook of the same rows as xlsxwriter writes them when asked for nothing."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    for grid in grids:
        sheet = book.add_worksheet(grid.name)
        for number, row in enumerate(grid.rows):
            for place, value in enumerate(row):
                sheet.write(number, place, value)
    book.close()
    return target.getvalue()
