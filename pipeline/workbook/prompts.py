"""Drop-downs and input messages of a template; the lists stand on a hidden sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.text import units
from pipeline.workbook import captions, looks
from pipeline.workbook.limits import MOST_ERROR
from pipeline.workbook.parts import Area, Validation, Within

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.forms import Field
    from pipeline.workbook.book import Book
    from pipeline.workbook.issue import Issue

LISTS = "_lists"


def named_lists(issue: Issue) -> dict[tuple[str, ...], str]:
    """Return the different drop-downs of the form, each with its code name."""
    fields = (entry for section in issue.form.sections for entry in section.fields)
    found = dict.fromkeys(offered(issue, entry) for entry in fields)
    found.pop((), None)
    # Names by code: Excel takes a name with Chinese punctuation for a damaged file.
    return {options: f"L_{number:02d}" for number, options in enumerate(found, 1)}


def offered(issue: Issue, entry: Field) -> tuple[str, ...]:
    """Return the drop-down of a field; what the tool fills in has none."""
    return () if entry.derived else entry.kind.options(issue.scope)


def children(issue: Issue, lists: Mapping[tuple[str, ...], str]) -> dict[str, tuple[str, ...]]:
    """Return by name what belongs to each word of a parent: L_05_1 to the first, L_05_2 ...

    A word that nothing belongs to gets the whole list, as does a parent that is not known.
    """
    found: dict[str, tuple[str, ...]] = {}
    for section in issue.form.sections:
        for entry in section.fields:
            words = entry.kind.vocabulary
            if words and entry.within in section.keys:
                options = entry.kind.options(issue.scope)
                above = section.field(entry.within).kind.options(issue.scope)
                for number, parent in enumerate(above, 1):
                    belonging = words.children(parent) or options
                    found[f"{lists[options]}_{number}"] = belonging
    return found


def write_lists(book: Book, issue: Issue, lists: Mapping[tuple[str, ...], str]) -> None:
    """Write every drop-down in a column of its own on a hidden sheet, under a defined name.

    A drop-down is cells, never one text with commas: a word may hold 、 or a comma.
    """
    page = book.page(LISTS)
    page.hide()
    page.protect()
    whole = {name: options for options, name in lists.items()}
    for column, (name, options) in enumerate((whole | children(issue, lists)).items()):
        page.text(0, column, name, looks.LIST)
        for row, option in enumerate(options, 1):
            page.text(row, column, option, looks.LIST)
        book.define_range(name, page, Area(1, column, len(options), column))


def parent_of(
    issue: Issue,
    entry: Field,
    places: Mapping[str, tuple[int | None, int]],
    lists: Mapping[tuple[str, ...], str],
) -> Within | None:
    """Return the cell that narrows a field's drop-down; None where it is hidden or there is none.

    places: row (None for the row itself) and column of every field of the form.
    """
    section = next((part for part in issue.form.sections if entry in part.fields), None)
    if section is None or entry.within not in section.keys:
        return None
    parents = lists.get(section.field(entry.within).kind.options(issue.scope))
    return Within(parents, places[entry.within]) if parents else None


def validation(
    issue: Issue,
    entry: Field,
    lists: Mapping[tuple[str, ...], str],
    within: Within | None = None,
) -> Validation | None:
    """Return the drop-down and message of a field, None where there is neither."""
    options = offered(issue, entry)
    message = captions.prompt(issue, entry)
    if not options and not message:
        return None
    alert = entry.kind.alert if options else "message"
    return Validation(
        source=lists.get(options, ""),
        alert=alert or "message",
        title=entry.header if message else "",
        message=message,
        error_title=captions.LIST_LEFT if options else "",
        error=_cut(captions.objection(entry, options), MOST_ERROR) if options else "",
        within=within if options else None,
    )


def _cut(shown: str, most: int) -> str:
    """Return text of at most `most` UTF-16 units, which is what Excel counts.

    Only for the words in an error box: the drop-down itself shows them all. Whatever else is too
    long is refused, so that nobody misses it in silence.

    >>> _cut("岗位名称", 3), _cut("岗位", 3)
    ('岗位…', '岗位')
    """
    if units(shown) <= most:
        return shown
    kept = shown.encode("utf-16-le")[: 2 * (most - 1)]
    return kept.decode("utf-16-le", "ignore") + "…"
