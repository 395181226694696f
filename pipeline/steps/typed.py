"""What an office typed, before any repair: so an answer can show it in another workbook."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.workbook.headers import position
from pipeline.workbook.issue import own_key

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipeline.forms import Form
    from pipeline.workbook.extract import Extract


@dataclass(frozen=True, slots=True)
class Typed:
    """A part as typed; rows and columns count from 0.

    head: the row of the header line. rows: the sheet row of each record. texts: its texts by key,
    blanks left out, the office's own columns by `own_key`. own: label -> column of those. card:
    texts by key. cells: where each of them stood.
    """

    head: int
    rows: Sequence[int]
    texts: Sequence[Mapping[str, str]]
    own: Mapping[str, int]
    card: Mapping[str, str]
    cells: Mapping[str, str]


def typed_in(form: Form, extracts: Mapping[str, Extract]) -> Typed:
    """Return what was typed into a part; given rows were typed by nobody."""
    table = extracts[form.table.key]
    cards = [extracts[section.key] for section in form.cards]
    return Typed(
        head=position(table.head.cell)[0],
        rows=table.rows,
        texts=() if form.given else [_row(table, place) for place in range(len(table.rows))],
        own={} if form.given else table.own,
        card={key: said[0] for card in cards for key, said in card.texts.items() if said},
        cells={key: place.cell for card in cards for key, place in card.places.items()},
    )


def _row(table: Extract, place: int) -> dict[str, str]:
    own = table.extra.get(place, {})
    ours = {key: said for key, texts in table.texts.items() if (said := texts[place]).strip()}
    return ours | {own_key(label): said for label, said in own.items()}
