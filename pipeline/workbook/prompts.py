"""Drop-downs and input messages of a template; the lists stand on a hidden sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.workbook import captions, looks
from pipeline.workbook.parts import Area, Validation

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.forms import Field
    from pipeline.workbook.book import Book
    from pipeline.workbook.issue import Issue

LISTS = "_lists"
_TITLE_MOST = 32  # Excel's limits
_MESSAGE_MOST = 255
_ERROR_MOST = 225  # what Excel's own dialogue takes, though the file format would hold 255


def named_lists(issue: Issue) -> dict[tuple[str, ...], str]:
    """Return the different drop-downs of the form, each with its code name."""
    fields = (entry for section in issue.form.sections for entry in section.fields)
    found = dict.fromkeys(entry.kind.options(issue.scope) for entry in fields)
    found.pop((), None)
    # Names by code: Excel takes a name with Chinese punctuation for a damaged file.
    return {options: f"L_{number:02d}" for number, options in enumerate(found, 1)}


def write_lists(book: Book, lists: Mapping[tuple[str, ...], str]) -> None:
    """Write every drop-down in a column of its own on a hidden sheet, under a defined name."""
    page = book.page(LISTS)
    page.hide()
    page.protect()
    for column, (options, name) in enumerate(lists.items()):
        page.text(0, column, name, looks.LIST)
        for row, option in enumerate(options, 1):
            page.text(row, column, option, looks.LIST)
        book.define_range(name, page, Area(1, column, len(options), column))


def validation(
    issue: Issue,
    entry: Field,
    lists: Mapping[tuple[str, ...], str],
) -> Validation | None:
    """Return the drop-down and message of a field, None where there is neither."""
    options = entry.kind.options(issue.scope)
    message = captions.prompt(issue, entry)
    if not options and not message:
        return None
    alert = entry.kind.alert if options else "message"
    return Validation(
        source=lists.get(options, ""),
        alert=alert or "message",
        title=_cut(entry.header, _TITLE_MOST) if message else "",
        message=_cut(message, _MESSAGE_MOST),
        error_title=captions.LIST_LEFT if options else "",
        error=_cut(captions.objection(entry, options), _ERROR_MOST) if options else "",
    )


def _cut(shown: str, most: int) -> str:
    """Return text of at most `most` UTF-16 units, which is what Excel counts.

    >>> _cut("岗位名称", 3), _cut("岗位", 3)
    ('岗位…', '岗位')
    """
    if len(shown.encode("utf-16-le")) <= 2 * most:
        return shown
    kept = shown.encode("utf-16-le")[: 2 * (most - 1)]
    return kept.decode("utf-16-le", "ignore") + "…"
