"""The help sheet of a template: advice, then every field with its rule, words and an example.

The fields stand below each other, never side by side: a line of headers would be taken for the
form itself when the workbook comes back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.workbook import captions, looks
from pipeline.workbook.parts import Area, Print
from pipeline.workbook.style import Style, fit_height

if TYPE_CHECKING:
    from pipeline.forms import Field, Form
    from pipeline.forms.kind import Scope
    from pipeline.workbook.book import Book, Page
    from pipeline.workbook.issue import Issue

_WIDTHS = (20, 10, 40, 36, 30)
_LAST = len(_WIDTHS) - 1
_TITLE = Style("小标宋", 18, align="center")
_ADVICE = Style("仿宋", 12)
_SECTION = Style("黑体", 12)
_HEAD = Style("黑体", 11, fill=looks.OPTIONAL, align="center", border=looks.LINE)
_NAME = Style("黑体", 11, border=looks.LINE)
_STATUS = Style("仿宋", 11, align="center", border=looks.LINE)
_NEEDED = Style("黑体", 11, fill=looks.NEEDED, align="center", border=looks.LINE)
_CELL = Style("仿宋", 11, border=looks.LINE)


def write_help(book: Book, issue: Issue) -> None:
    """Write the help sheet, generated from the declarations alone."""
    page = book.page(captions.HELP)
    page.hide_gridlines()
    page.widths(_WIDTHS)
    page.merge(Area(0, 0, 0, _LAST), f"{issue.form.title}{captions.HELP}", _TITLE)
    page.height(0, 36)
    row = _write_advice(page, issue, 1)
    for title, fields in _blocks(issue.form).items():
        row = _write_section(page, row, title)
        for entry in fields:
            _write_field(page, row, entry, issue)
            row += 1
    page.protect()
    area = Area(0, 0, row - 1, _LAST)
    page.print_setup(Print(landscape=False, area=area, left=issue.stamp.number))


def _blocks(form: Form) -> dict[str, list[Field]]:
    """Return the fields of the form by the title under which they are explained."""
    found: dict[str, list[Field]] = {}
    below = False
    for section in form.sections:
        found.setdefault(captions.block(section, below=below), []).extend(section.fields)
        below = below or section.kind == "table"
    return found


def example(entry: Field, scope: Scope) -> str:
    """Return the worked example of a field, "" where the tool fills it."""
    return "" if entry.derived else entry.kind.example(entry.example, scope)


def _write_advice(page: Page, issue: Issue, row: int) -> int:
    for number, sentence in enumerate(captions.advice(issue), 1):
        shown = f"{number}. {sentence}"
        page.merge(Area(row, 0, row, _LAST), shown, _ADVICE)
        page.height(row, fit_height([(shown, sum(_WIDTHS))], _ADVICE.size))
        row += 1
    return row


def _write_section(page: Page, row: int, title: str) -> int:
    """Write a section's title and the heads of its table; return the row below."""
    page.merge(Area(row, 0, row, _LAST), title, _SECTION)
    page.height(row, 30)
    for column, shown in enumerate(captions.HELP_HEADS):
        page.text(row + 1, column, shown, _HEAD)
    page.height(row + 1, 22)
    return row + 2


def _write_field(page: Page, row: int, entry: Field, issue: Issue) -> None:
    words = entry.kind.vocabulary
    options = words.names if words else entry.kind.options(issue.scope)
    listed = "" if entry.derived else "、".join(options)
    shown = (
        entry.header,
        captions.status(issue, entry),
        entry.hint,
        listed,
        example(entry, issue.scope),
    )
    needed = issue.requires(entry) and not entry.derived
    styles = (_NAME, _NEEDED if needed else _STATUS, _CELL, _CELL, _CELL)
    for column, (text, style) in enumerate(zip(shown, styles, strict=True)):
        page.text(row, column, text, style)
    page.height(row, max(22, fit_height(zip(shown, _WIDTHS, strict=True), _CELL.size)))
