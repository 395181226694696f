"""roster.xlsx as a workbook: laid out from the declared form, filled or blank."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from pipeline.forms.kind import Scope
from pipeline.forms.kinds import Count, Day
from pipeline.forms.roster_form import SHEETS
from pipeline.workbook.book import AS_DATE, AS_TEXT, Area, Book, Print, Style, Validation
from pipeline.workbook.style import fit_height

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.forms import Field, Form, Section
    from pipeline.model import Office, Person
    from pipeline.workbook.book import Page

Value = str | int | date

_TITLE, _INSTRUCTIONS, _HEADER, _FIRST = range(4)  # rows from the top
_SPARE = 100  # empty ruled rows below the last one
_YES = "是"
_BORDER = "7F7F7F"
_SIZE = 11
_HEIGHT = 20.0
_LISTS = "_lists"


@dataclass(frozen=True, slots=True)
class _Table:
    """One sheet to be: where its drop-downs are named, and its rows by field key."""

    section: Section
    page: Page
    lists: dict[str, str]
    rows: Sequence[dict[str, Value]]

    @property
    def bottom(self) -> int:
        return _FIRST + len(self.rows) + _SPARE - 1


def write_roster_book(form: Form, offices: Sequence[Office], people: Sequence[Person]) -> bytes:
    """Return roster.xlsx with a row for each office and person; without any it is a blank form.

    form: the tailored roster form. The rows stand in the order given.
    """
    book = Book(form.title)
    names = {office.code: office.name for office in offices}
    rows = {
        "offices": [_office_row(office) for office in offices],
        "people": [_person_row(person, names) for person in people],
    }
    pages = {section.key: book.page(SHEETS[section.key]) for section in form.sections}
    lists = _write_lists(book, form)
    for section in form.sections:
        table = _Table(section, pages[section.key], lists, rows[section.key])
        _write_top(form, table)
        _write_rows(table)
        _write_validations(table)
        _set_up(table)
    return book.to_bytes()


def _office_row(office: Office) -> dict[str, Value]:
    return {
        "code": office.code,
        "name": office.name,
        "aliases": "、".join(office.aliases),
        "kind": office.kind,
        "head": office.head,
        "leader": office.leader,
        "liaison": office.liaison,
        "phone": office.phone,
        "order": office.order,
        "closed": office.closed or "",
    }


def _person_row(person: Person, offices: dict[str, str]) -> dict[str, Value]:
    return {
        "code": person.code,
        "name": person.name,
        "office": offices.get(person.office, ""),
        "posts": "、".join(person.posts),
        "title": person.title,
        "tier": person.tier,
        "is_head": _YES if person.is_head else "",
        "partner": person.partner,
        "joined": person.joined or "",
        "left": person.left or "",
    }


def _write_lists(book: Book, form: Form) -> dict[str, str]:
    """Write the options on a hidden sheet; return the name of each list by section.field."""
    page = book.page(_LISTS)
    lists: dict[str, str] = {}
    style = Style(wrap=False)
    for section in form.sections:
        for field in section.fields:
            options = field.kind.options(Scope())
            if not options:
                continue
            column, name = len(lists), f"list_{section.key}_{field.key}"
            for row, option in enumerate(options):
                page.text(row, column, option, style)
            book.define_range(name, page, Area(0, column, len(options) - 1, column))
            lists[f"{section.key}.{field.key}"] = name
    page.hide()
    return lists


def _write_top(form: Form, table: _Table) -> None:
    page, fields = table.page, table.section.fields
    last = len(fields) - 1
    title = Style("小标宋", 18, align="center")
    page.merge(Area(_TITLE, 0, _TITLE, last), f"{form.heading}（{page.name}）", title)
    page.height(_TITLE, 36)
    said = "\n".join(f"{number}. {line}" for number, line in enumerate(form.instructions, 1))
    page.merge(Area(_INSTRUCTIONS, 0, _INSTRUCTIONS, last), said, Style("楷体", _SIZE))
    page.height(_INSTRUCTIONS, fit_height([(said, sum(field.width for field in fields))], _SIZE))
    header = Style("黑体", _SIZE, fill="D9E2F3", align="center", border=_BORDER)
    for column, field in enumerate(fields):
        page.text(_HEADER, column, field.header, header)
    page.height(_HEADER, 30)


def _write_rows(table: _Table) -> None:
    styles = [_style(field) for field in table.section.fields]
    for number in range(_FIRST, table.bottom + 1):
        place = number - _FIRST
        row = table.rows[place] if place < len(table.rows) else {}
        table.page.height(number, _HEIGHT)
        for column, field in enumerate(table.section.fields):
            _write_value(table.page, (number, column), row.get(field.key, ""), styles[column])


def _write_value(page: Page, place: tuple[int, int], value: Value, style: Style) -> None:
    if isinstance(value, date):
        page.date(*place, value, style)
    elif isinstance(value, int):
        page.number(*place, value, style)
    elif value:
        page.text(*place, value, style)
    else:
        page.blank(*place, style)


def _style(field: Field) -> Style:
    """Return the look of a column; text cells keep what is typed, leading zeros included."""
    formats = {Day: AS_DATE, Count: "0"}
    return Style(
        size=_SIZE,
        align="center" if field.kind.centred else "left",
        border=_BORDER,
        number_format=formats.get(type(field.kind), AS_TEXT),
        locked=False,
    )


def _write_validations(table: _Table) -> None:
    for column, field in enumerate(table.section.fields):
        source = table.lists.get(f"{table.section.key}.{field.key}", "")
        message = ("必填。" if field.required else "") + field.hint
        if not source and not message:
            continue
        rule = Validation(
            source=source,
            alert=field.kind.alert or "message",
            title=field.header,
            message=message,
            error_title=field.header,
            error="请从下拉框中选择。",
        )
        table.page.validate(Area(_FIRST, column, table.bottom, column), rule)


def _set_up(table: _Table) -> None:
    page, fields = table.page, table.section.fields
    last = len(fields) - 1
    page.widths([field.width for field in fields])
    page.freeze(_FIRST, 2)
    page.autofilter(Area(_HEADER, 0, table.bottom, last))
    printed = Area(0, 0, _FIRST + max(len(table.rows), 1) - 1, last)
    page.print_setup(Print(area=printed, repeat=(_HEADER, _HEADER)))
