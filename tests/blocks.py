"""Small blocks and sheets of 附表1, told as tables; what a table does not name is right.

Columns that are not in the table come from a sample of the form, so that a new field or another
bureau breaks no test.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from journeys import rows_of

from pipeline.checks.check import Checked, PartInput, check_block
from pipeline.checks.rules import Context
from pipeline.forms import FORMS, tailor
from pipeline.model import Place, Sheet
from pipeline.rehearsal import complete, demo_bureau
from pipeline.rehearsal.texts import card as usual_card
from pipeline.settings import default_text, parse
from pipeline.workbook.extract import Extract
from pipeline.workbook.headers import address, position

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.forms import Section

BUREAU = demo_bureau()
DAY = date(2011, 9, 13)
TITLE = "附表1"
FIRST = 10  # row of the first record, counted from 0


def context(extra: str = "", old: str = "", new: str = "") -> Context:
    """Return what the rules may ask, with a piece of configuration of its own or another value."""
    usual = default_text(year=BUREAU.year, bureau="某局").replace(old, new, 1)
    settings = parse((usual + extra).encode())
    return Context(tailor(FORMS[0], settings), settings, BUREAU.roster)


USUAL = context()
FORM = USUAL.form


@dataclass(frozen=True, slots=True)
class Told:
    """The outcome of a part in the language of the form."""

    checked: Checked
    part: PartInput

    @property
    def codes(self) -> list[str]:
        """Return "F202 risk_level 1": code, field, number of the row."""
        return [self._told(entry.code, entry.place) for entry in self.checked.findings]

    @property
    def answered(self) -> list[str]:
        return [self._told(entry.code, entry.place) for entry in self.checked.answered]

    @property
    def repairs(self) -> list[tuple[str, str, str]]:
        """Return where, before and after of each repair."""
        return [
            (self._told("", entry.place).strip(), entry.before, entry.after)
            for entry in self.checked.repairs
        ]

    def column(self, key: str) -> list[str]:
        return [row.values[key] for row in self.checked.rows]

    def _told(self, code: str, place: Place) -> str:
        cards = [extract for extract in self.part.extracts.values() if extract.places]
        for card in cards:
            for key, where in card.places.items():
                if where == place:
                    return f"{code} {key}"
        if not place.cell or position(place.cell)[0] < FIRST:
            return code
        row, column = position(place.cell)
        table = next(extract for extract in self.part.extracts.values() if not extract.places)
        key = next(key for key, own in table.columns.items() if own == column)
        return f"{code} {key} {row - FIRST + 1}"


@dataclass(frozen=True, slots=True)
class Asked:
    """How a part differs from the usual one."""

    office: str = "YSK"
    round: str = "control"
    card: Mapping[str, str] | None = None
    lacking: tuple[str, ...] = ()  # keys of columns and labels that were deleted


def part(table: str, asked: Asked = Asked(), within: Context = USUAL) -> PartInput:
    """Return a part whose rows are told as a table; `rows_of` explains it."""
    scope = BUREAU.scope(asked.office)
    rows = rows_of(within.form, table, scope)
    card = usual_card(BUREAU, BUREAU.office(asked.office), within.form) | dict(asked.card or {})
    info = within.form.cards[0]
    extracts = {
        within.form.table.key: table_of(within.form.table, rows, asked.lacking),
        info.key: card_of(info, card, asked.lacking),
    }
    return PartInput(asked.office, asked.round, DAY, scope, extracts)


def check(table: str, asked: Asked = Asked(), within: Context = USUAL) -> Told:
    """Return what the rules say to a part alone."""
    one = part(table, asked, within)
    return Told(check_block([one], within)[0], one)


def table_of(
    section: Section, rows: list[dict[str, str]], lacking: tuple[str, ...] = ()
) -> Extract:
    keys = [key for key in section.keys if key not in lacking]
    return Extract(
        sheet=TITLE,
        columns={key: column for column, key in enumerate(keys)},
        headers={key: section.field(key).header for key in keys},
        rows=tuple(range(FIRST, FIRST + len(rows))),
        texts={key: [row.get(key, "") for row in rows] for key in keys},
        places={},
        extra={},
        head=Place(TITLE, address(FIRST - 1, 0)),
        missing=tuple(key for key in section.keys if key in lacking),
    )


def card_of(section: Section, card: Mapping[str, str], lacking: tuple[str, ...] = ()) -> Extract:
    keys = [key for key in section.keys if key not in lacking]
    return Extract(
        sheet=TITLE,
        columns={},
        headers={key: section.field(key).header for key in keys},
        rows=(0,),
        texts={key: [card.get(key, "")] for key in keys},
        places={key: Place(TITLE, address(1, column)) for column, key in enumerate(keys)},
        extra={},
        head=Place(TITLE),
        missing=tuple(key for key in section.keys if key in lacking),
    )


# Sheets as a worker reads them

KEYS = FORM.table.keys
HEAD = tuple(entry.header for entry in FORM.table.fields)


def record(**values: str) -> tuple[str, ...]:
    """Return a row of the sheet with texts under the columns of these keys, else right ones."""
    sample = complete(FORM, {"power_matter": "专项资金分配"}, BUREAU.scope("YSK")) | values
    return tuple(sample.get(key, "") for key in KEYS)


def line(**values: str) -> tuple[str, ...]:
    """Return a row of the sheet with nothing but these texts."""
    return tuple(values.get(key, "") for key in KEYS)


def sheet(*rows: tuple[str, ...], **more: object) -> Sheet:
    """Return a sheet of these rows below each other."""
    return Sheet(TITLE, visible=True, rows=rows, **more)  # type: ignore[arg-type]


def cell(row: int, key: str) -> str:
    """Return the address of a cell: row of the sheet counted from 0, column of a key."""
    return address(row, KEYS.index(key))
