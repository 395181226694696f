"""Templates of the forms, designed from the declaration alone: no field or word is known here.

One workbook: the form's sheet, the help sheet, the hidden drop-downs, and the stamp in four
places, because each of them is lost on some way back.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from pipeline.workbook import looks, stamp
from pipeline.workbook.book import Book
from pipeline.workbook.form_sheet import write_form
from pipeline.workbook.instructions import write_help
from pipeline.workbook.issue import Issue
from pipeline.workbook.prompts import children, named_lists, write_lists

if TYPE_CHECKING:
    from pipeline.forms import Section

__all__ = ["META", "Issue", "locked_digest", "write_template"]

META = "_meta"


def write_template(issue: Issue) -> bytes:
    """Return the workbook; the same issue gives the same bytes."""
    book = Book(issue.heading, stamp.as_pairs(issue.stamp))
    lists = named_lists(issue)
    write_form(book, issue, lists)
    write_help(book, issue)
    write_lists(book, issue, lists)
    _write_stamp(book, issue.stamp)
    return book.to_bytes()


def locked_digest(issue: Issue) -> str:
    """Return the sha256 of what the office is not meant to change; records are no part of it."""
    lists = named_lists(issue)
    fixed = {
        "heading": issue.heading,
        "sections": [_fixed(issue, section) for section in issue.form.sections],
        "lists": [list(lists), list(children(issue, lists).values())],
        "stamp": stamp.as_pairs(issue.stamp),
    }
    return hashlib.sha256(json.dumps(fixed, ensure_ascii=False).encode()).hexdigest()


def _fixed(issue: Issue, section: Section) -> list[tuple[str, str]]:
    """Return each header with the text that office and stamp put into a card."""
    known = section.kind == "card"
    return [(entry.header, issue.given(entry, "") if known else "") for entry in section.fields]


def _write_stamp(book: Book, issued: stamp.Stamp) -> None:
    page = book.page(META)
    page.hide_deep()
    page.protect()
    for row, (name, value) in enumerate(stamp.as_pairs(issued).items()):
        page.text(row, 0, name, looks.LIST)
        page.text(row, 1, value, looks.LIST)
    book.define_text(stamp.TOKEN_NAME, stamp.as_token(issued))
