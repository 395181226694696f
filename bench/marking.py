"""Rows 4 and 5: a marked copy, against unzipping the same package and zipping it again.

The small book is a returned 附表1 of 30 rows, the large one of 2,000. Both sides see the same
bytes; the peer reads every member and writes it with the same compression, and does no more.
"""

from __future__ import annotations

import io
import random
import time
import zipfile
from dataclasses import replace
from statistics import median
from typing import TYPE_CHECKING

from measure import Row

from pipeline.forms import FORMS, tailor
from pipeline.model import Place
from pipeline.rehearsal import config_text, demo_bureau, prepare
from pipeline.settings import parse
from pipeline.workbook import stamp
from pipeline.workbook.headers import address
from pipeline.workbook.mark import AddedSheet, Mark, TextCell, TextRow, mark
from pipeline.workbook.template import Issue, places_of, write_template

if TYPE_CHECKING:
    from collections.abc import Callable

_MARKS = 8  # as in the measurement the bound comes from
_SMALL, _LARGE = 30, 2000  # rows
_BATCH = {_SMALL: 10, _LARGE: 1}  # copies a measured turn: one small is near the clock's step


def marking(repeats: int) -> list[Row]:
    """Compare marking with unzip and rezip, for a small and a large book."""
    return [_row(rows, repeats) for rows in (_SMALL, _LARGE)]


def _row(rows: int, repeats: int) -> Row:
    package, marks = _returned(rows)
    added = [_list(marks)]
    sides: dict[str, Callable[[], object]] = {
        "ours": lambda: mark(package, marks, added),
        "peer": lambda: _rezip(package),
        "again": lambda: _rezip(package),
    }
    for work in sides.values():
        work()
    spent: dict[str, list[float]] = {name: [] for name in sides}
    chance = random.Random()  # noqa: S311 - an order, no secret; another one each time
    for _ in range(repeats):
        for name in chance.sample(list(sides), len(sides)):
            spent[name].append(_cpu_of(sides[name], _BATCH[rows]))
    ours, first, again = (median(spent[name]) for name in ("ours", "peer", "again"))
    return Row(
        title=f"{len(marks)} marks in an 附表1 of {rows} rows / unzip and rezip, CPU",
        ratio=ours / median(spent["peer"] + spent["again"]),
        bound=2.5,
        control=again / first,
    )


def _cpu_of(work: Callable[[], object], times: int) -> float:
    before = time.process_time()
    for _ in range(times):
        work()
    return time.process_time() - before


def _rezip(package: bytes) -> bytes:
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(package)) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for name in source.namelist():
            archive.writestr(name, source.read(name))
    return target.getvalue()


def _returned(rows: int) -> tuple[bytes, list[Mark]]:
    """Return a filled 附表1 whose texts differ from row to row, and marks spread over it."""
    bureau = demo_bureau()
    office = bureau.offices[0]
    settings = parse(config_text(bureau).encode())
    form = tailor(FORMS[0], settings)
    identity = stamp.make(b"key", form.code, office.code, settings.campaign.year, "control")
    issue = Issue(form, office, bureau.scope(office.code), identity, settings)
    known = prepare(bureau, office, form).rows
    chance = random.Random(0)  # noqa: S311 - invented texts
    filled = tuple(
        known[number % len(known)]
        | {
            key: f"{text}（{number}，{chance.random():.12f}）"
            for key, text in known[number % len(known)].items()
            if key in {"power_matter", "risk_point", "manifestation", "measures"}
        }
        for number in range(rows)
    )
    issue = replace(issue, rows=filled)
    places = places_of(issue)
    columns = list(places.columns.values())
    marks = [
        Mark(
            Place(form.title, address(places.header + 1 + number * rows // _MARKS, column)),
            "must" if number % 2 else "ask",
            "填的是“绿”。请从下拉框选红、黄或橙。",
            back=address(places.header + 1 + number * rows // _MARKS, 0),
        )
        for number, column in enumerate(columns[2 : 2 + _MARKS])
    ]
    return write_template(issue), marks


def _list(marks: list[Mark]) -> AddedSheet:
    lines = tuple(
        TextRow((TextCell(str(number)), TextCell(one.place.cell, "link", one.place)))
        for number, one in enumerate(marks, 1)
    )
    return AddedSheet("问题清单", lines, (6, 20))
