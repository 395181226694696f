"""Templates of the forms, designed from the declaration alone: no field or word is known here.

One workbook: the form's sheet, the help sheet, the hidden drop-downs, and the stamp in four
places, because each of them is lost on some way back.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline import text
from pipeline.workbook import captions, looks, stamp
from pipeline.workbook.book import Book
from pipeline.workbook.card_page import page_places, write_annex, write_page
from pipeline.workbook.form_sheet import form_places, write_form
from pipeline.workbook.instructions import write_help
from pipeline.workbook.issue import Issue
from pipeline.workbook.layout import Places
from pipeline.workbook.prompts import LISTS, children, named_lists, write_lists

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = [
    "LISTS",
    "META",
    "Issue",
    "Places",
    "locked_content",
    "locked_digest",
    "places_of",
    "sheet_names",
    "write_stamp",
    "write_template",
    "write_together",
]

META = "_meta"
_UNNAMABLE = re.compile(r"[\[\]:*?/\\]")  # what Excel takes in no name of a sheet
_MOST_NAME = 18  # characters, so that a code of ten fits behind it
_TAKEN = {"", "History", captions.HELP, LISTS, META}


def write_template(issue: Issue) -> bytes:
    """Return the workbook; the same issue gives the same bytes."""
    book = Book(issue.heading, stamp.as_pairs(issue.stamp))
    lists = named_lists(issue)
    write = write_page if issue.form.given else write_form
    write(book, issue, lists)
    write_annex(book, issue, captions.ANNEX)
    return _finish(book, issue, lists)


def write_together(issues: Sequence[Issue], shared: Issue) -> bytes:
    """Return one workbook with a sheet a person; `shared` bears the stamp of the office's copy."""
    book = Book(shared.heading, stamp.as_pairs(shared.stamp))
    lists = named_lists(shared)
    for issue, name in zip(issues, sheet_names(issues), strict=True):
        write_page(book, issue, lists, name)
    for number, issue in enumerate((issue for issue in issues if issue.annex), 1):
        write_annex(book, issue, captions.ANNEX + ("" if number == 1 else str(number)))
    return _finish(book, shared, lists)


def places_of(issue: Issue) -> Places:
    """Return where the cells of a template stand on its sheet."""
    return page_places(issue) if issue.form.given else form_places(issue)


def sheet_names(issues: Sequence[Issue]) -> list[str]:
    """Return a name for each person's sheet that Excel takes; shared ones bear the code."""
    people = [issue.person for issue in issues if issue.person]
    plain = [_UNNAMABLE.sub("_", person.name).strip("'")[:_MOST_NAME] for person in people]
    counts = Counter(name.casefold() for name in plain)
    return [
        f"{name}（{person.code}）" if counts[name.casefold()] > 1 or name in _TAKEN else name
        for name, person in zip(plain, people, strict=True)
    ]


def _finish(book: Book, issue: Issue, lists: Mapping[tuple[str, ...], str]) -> bytes:
    write_help(book, issue)
    write_lists(book, issue, lists)
    write_stamp(book, issue.stamp)
    return book.to_bytes()


def locked_content(issue: Issue) -> dict[str, object]:
    """Return what the office is not meant to change, as plain JSON: see `Locked`.

    Records are no part of it, given rows are. The version is none either: it follows from it.
    """
    sections, lists = issue.form.sections, named_lists(issue)
    cards = [entry for section in sections if section.kind == "card" for entry in section.fields]
    return {
        "heading": issue.heading,
        "labels": {
            section.key: {entry.key: entry.header for entry in section.fields}
            for section in sections
        },
        "given": {
            entry.key: issue.given(entry, issue.card.get(entry.key, ""))
            for entry in cards
            if entry.derived
        },
        "rows": [dict(row) for row in issue.rows] if issue.form.given else [],
        "annex": [dict(row) for row in issue.annex],
        "lists": [*lists, *children(issue, lists).values()],
        "stamp": stamp.as_pairs(replace(issue.stamp, version="")),
    }


def locked_digest(issue: Issue) -> str:
    """Return the sha256 of the locked content."""
    return hashlib.sha256(text.canonical(locked_content(issue)).encode()).hexdigest()


def write_stamp(book: Book, issued: stamp.Stamp) -> None:
    """Write whose workbook it is onto a hidden sheet and into a defined name."""
    page = book.page(META)
    page.hide_deep()
    page.protect()
    for row, (name, value) in enumerate(stamp.as_pairs(issued).items()):
        page.text(row, 0, name, looks.LIST)
        page.text(row, 1, value, looks.LIST)
    book.define_text(stamp.TOKEN_NAME, stamp.as_token(issued))
