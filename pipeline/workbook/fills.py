"""A word that was only painted: the fill of an empty cell read as the term it belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.findings import Finding, Repair
from pipeline.model import Place
from pipeline.workbook.headers import address

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pipeline.forms import Section
    from pipeline.model import Sheet
    from pipeline.workbook.headers import Match


def read_fills(
    section: Section,
    sheet: Sheet,
    match: Match,
    rows: Sequence[int],
    texts: Mapping[str, Sequence[str]],
) -> Iterator[tuple[int, str, Repair, Finding]]:
    """Yield position, field, repair and question of each blank cell with the colour of a term.

    Only exactly the configured colour counts. A sheet has fills only where the bureau reads them.
    """
    for key, column in match.columns.items() if sheet.fills else ():
        vocabulary = section.field(key).kind.vocabulary
        terms = vocabulary.terms if vocabulary else ()
        names = {term.fill.upper(): term.name for term in terms if term.fill}
        for place, row in enumerate(rows):
            name = names.get(sheet.fills.get(address(row, column), ""))
            if name and not texts[key][place].strip():
                cell, header = Place(sheet.name, address(row, column)), match.headers[key]
                repair = Repair(cell, header, "", name, "按底色填入")
                yield place, key, repair, Finding("F218", cell, header, "", {"taken": name})
