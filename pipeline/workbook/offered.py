"""What a workbook offers in its own drop-downs: the hidden lists read back, field by field.

The lists bear numbers, no names. Their order is that of the fields of the form, so that each is
known by its place; lists that do not fit the form tell nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipeline.forms.kind import Scope

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pipeline.forms import Form
    from pipeline.model import Reading, Sheet

_NAME = re.compile(r"L_\d{2}")
_CHILD = re.compile(r"(L_\d{2})_(\d+)")
# Two lists that no vocabulary has, to find the places of posts and people in the order.
_POSTS, _PEOPLE = ("posts",), ("people",)


@dataclass(frozen=True, slots=True)
class Offered:
    """words: by vocabulary, in order. parents: by vocabulary, what belongs to one word alone."""

    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    parents: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    posts: tuple[str, ...] = ()


def offered_in(reading: Reading, form: Form) -> Offered | None:
    """Return the drop-downs that a workbook carries, None where it has none that fit the form."""
    found = next((lists for sheet in reading.sheets if (lists := _lists(sheet))), {})
    whole = {name: options for name, options in found.items() if _NAME.fullmatch(name)}
    places = list(dict.fromkeys(_places(form)))
    if len(whole) < len(places):  # an office of which the roster named nobody
        places = [place for place in places if place not in {_POSTS, _PEOPLE}]
    if not whole or len(whole) != len(places):
        return None
    names = dict(zip(places, sorted(whole), strict=True))
    return Offered(
        words={place: whole[name] for place, name in names.items() if isinstance(place, str)},
        parents=dict(_parents(form, names, found)),
        posts=whole.get(names.get(_POSTS, ""), ()),
    )


def _lists(sheet: Sheet) -> dict[str, tuple[str, ...]]:
    """Return the lists on a hidden sheet by name, {} where it is none of lists."""
    head = sheet.rows[0] if sheet.rows and not sheet.visible else ()
    if not any(_NAME.fullmatch(name) for name in head):
        return {}
    return {name: tuple(_below(sheet, column)) for column, name in enumerate(head) if name}


def _below(sheet: Sheet, column: int) -> Iterator[str]:
    for row in sheet.rows[1:]:
        if column < len(row) and row[column]:
            yield row[column]


def _places(form: Form) -> Iterator[str | tuple[str, ...]]:
    """Yield what the lists of a form stand for, in their order: a vocabulary, posts, people."""
    scope = Scope(posts=_POSTS, names=_PEOPLE)
    for section in form.sections:
        for entry in section.fields:
            options = () if entry.derived else entry.kind.options(scope)
            if options:
                yield entry.kind.vocabulary.key if entry.kind.vocabulary else options


def _parents(
    form: Form,
    names: Mapping[str | tuple[str, ...], str],
    found: Mapping[str, tuple[str, ...]],
) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield each vocabulary whose words belong to those of another one."""
    for section in form.sections:
        for entry in section.fields:
            words = entry.kind.vocabulary
            above = section.field(entry.within).kind.vocabulary if entry.within else None
            if words and above and words.key in names and above.key in names:
                own, over = names[words.key], found[names[above.key]]
                yield words.key, _belonging(own, over, found)


def _belonging(
    own: str, over: tuple[str, ...], found: Mapping[str, tuple[str, ...]]
) -> dict[str, str]:
    """Return the parent of each word; a parent that is offered the whole list has none alone."""
    children = {
        int(child[2]): options
        for name, options in found.items()
        if (child := _CHILD.fullmatch(name)) and child[1] == own and options != found[own]
    }
    return {
        word: parent for number, parent in enumerate(over, 1) for word in children.get(number, ())
    }
