"""Rows of the archive: our workbooks against bare xlsxwriter writing the same cells.

The peer writes every cell of the same tables with one format into an ordinary workbook, row after
row, each with a height: no title, no colours, no measuring of texts, no print set-up, no sealing.
The archive is the one of a big city: each record is registered once and changed once.
"""

from __future__ import annotations

import io
import random
import time
from dataclasses import dataclass
from datetime import date
from statistics import median
from typing import TYPE_CHECKING

import pandas as pd
import xlsxwriter
from measure import Row

from pipeline.forms import FORMS, tailor
from pipeline.model import Office
from pipeline.rehearsal import config_text, demo_bureau
from pipeline.settings import parse
from pipeline.steps.register import COLUMNS
from pipeline.summaries import Edition, legend_line, register_book
from pipeline.summaries.office import office_book, office_grids
from pipeline.summaries.register import register_grids
from pipeline.tables import Scope
from pipeline.tables.changes import COLUMNS as LOG
from pipeline.vocab import IN_FORCE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pipeline.summaries.sheet import Cell, Grid

_OFFICES = 200
_DAY = date(2011, 9, 13)
_WORDS = "严格执行资金拨付审核制度按规定程序办理落实双人复核和定期轮岗加强监督检查" * 4
_LONG = {"power_matter": 7, "risk_point": 15, "manifestation": 35, "measures": 48}  # usual lengths


@dataclass(frozen=True, slots=True)
class _Archive:
    """A register and its change log, of all or of one office."""

    register: pd.DataFrame
    log: pd.DataFrame
    scope: Scope
    edition: Edition

    def grids(self) -> tuple[Grid, ...]:
        return register_grids(self.register, self.log, self.scope, self.edition)

    def book(self) -> bytes:
        return register_book(self.register, self.log, self.scope, self.edition)

    def list_of(self, office: str) -> bytes:
        return office_book(self.register, self.log, self.scope, self.edition, office)

    def grids_of(self, office: str) -> tuple[Grid, ...]:
        return office_grids(self.register, self.log, self.scope, self.edition, office)

    def by_office(self) -> Iterable[tuple[str, _Archive]]:
        logs = dict(list(self.log.groupby("office_name")))
        for name, rows in self.register.groupby("office_name"):
            log = logs[name].reset_index(drop=True)
            yield (
                str(name),
                _Archive(rows.reset_index(drop=True), log, self.scope, self.edition),
            )


def archiving(records: int, repeats: int) -> list[Row]:
    """Compare the archive of so many records, then the lists of its offices, with their cells."""
    whole = invented(records)
    own = list(whole.by_office())
    return [
        _row(
            f"the archive of {records} records / its cells by bare xlsxwriter, CPU",
            whole.book,
            lambda: _bare(whole.grids()),
            repeats,
        ),
        _row(
            f"the lists of {len(own)} offices / their cells by bare xlsxwriter, CPU",
            lambda: [archive.list_of(name) for name, archive in own],
            lambda: [_bare(archive.grids_of(name)) for name, archive in own],
            repeats,
        ),
    ]


def _row(title: str, ours: Callable[[], object], peer: Callable[[], object], repeats: int) -> Row:
    sides = {"ours": ours, "peer": peer, "again": peer}
    spent: dict[str, list[float]] = {name: [] for name in sides}
    chance = random.Random()  # noqa: S311 - an order, no secret; another one each time
    for _ in range(repeats):
        for name in chance.sample(list(sides), len(sides)):
            before = time.process_time()
            sides[name]()
            spent[name].append(time.process_time() - before)
    first, again = median(spent["peer"]), median(spent["again"])
    ratio = median(spent["ours"]) / median(spent["peer"] + spent["again"])
    return Row(title, ratio, 1.5, again / first)


def _bare(grids: Iterable[Grid]) -> bytes:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target)
    look = book.add_format({"text_wrap": True, "border": 1})
    for grid in grids:
        sheet = book.add_worksheet(grid.name)
        for number, row in enumerate(grid.rows):
            for place, value in enumerate(row):
                _write(sheet, (number, place), value, look)
            sheet.set_row(number, 40)
    book.close()
    return target.getvalue()


def _write(
    sheet: xlsxwriter.worksheet.Worksheet,
    place: tuple[int, int],
    value: Cell,
    look: xlsxwriter.format.Format,
) -> None:
    if value is None or value == "":
        sheet.write_blank(*place, None, look)
    elif isinstance(value, str):
        sheet.write_string(*place, value, look)
    elif isinstance(value, date):
        sheet.write_datetime(*place, value, look)
    else:
        sheet.write_number(*place, value, look)


def invented(records: int) -> _Archive:
    """Return an archive of so many records of up to 200 offices; the same each time."""
    bureau = demo_bureau()
    settings = parse(config_text(bureau).encode())
    count = max(1, min(_OFFICES, records // 10))
    offices = tuple(Office(f"K{n:03d}", f"第{n}科", n) for n in range(count))
    scope = Scope(tailor(FORMS[0], settings), settings.levels, offices)
    chance = random.Random(7)  # noqa: S311 - texts, no secret
    rows = [_record(n, offices[n * count // records], scope, chance) for n in range(records)]
    log = [line for row in rows for line in _changes(row, scope, chance)]
    edition = Edition("某局", "某活动", _DAY, "内部资料", legend_line(settings.levels), "1.0")
    columns = list(dict.fromkeys([*scope.form.table.keys, *COLUMNS]))
    register = pd.DataFrame(rows, columns=columns).fillna("")
    return _Archive(register, pd.DataFrame(log, columns=list(LOG)), scope, edition)


def _record(number: int, office: Office, scope: Scope, chance: random.Random) -> dict[str, object]:
    level = chance.choice(scope.levels.names)
    short = {field.key: _text(chance, 4) for field in scope.form.table.fields if field.printed}
    long = {key: _text(chance, usual) for key, usual in _LONG.items()}
    number_ = f"{office.code}-2011-{number:05d}"
    levels = dict.fromkeys(("filled_level", "raised_level", "level"), level)
    named = {"number": number_, "office": office.code, "office_name": office.name}
    own = {"status": IN_FORCE, "version": 2, "since": _DAY.isoformat()}
    source = {"source": f"附表1_{office.name}_防控.xlsx!附表1!G{number % 150 + 9}"}
    return {**short, **long, **levels, **named, **own, **source, "office_order": office.order}


def _changes(
    row: dict[str, object], scope: Scope, chance: random.Random
) -> Iterable[tuple[object, ...]]:
    """Yield the two lines of a record: new, and one text changed."""
    own = (_DAY, row["number"], row["office"], row["office_name"])
    said = (row["risk_point"], row["level"])
    measure = scope.form.table.field(scope.form.roles.measure).header
    texts = (measure, _text(chance, _LONG["measures"]), row["measures"])
    yield (*own, "新增", *said, scope.header("level"), "", row["level"], *_ends(row))
    yield (*own, "修改", *said, *texts, *_ends(row))


def _ends(row: dict[str, object]) -> tuple[object, object, object]:
    return "", row["source"], row["office_name"]


def _text(chance: random.Random, usual: int) -> str:
    """Return a text whose length varies about the usual one as real ones do."""
    length = min(3 * usual, 1 + int(chance.expovariate(1 / usual)))
    start = chance.randrange(len(_WORDS) // 4)
    return _WORDS[start : start + length]
