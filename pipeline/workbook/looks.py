"""The look of the templates: 黑体 heads, 仿宋 cells, colours that are neither level nor mark."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.workbook.layout import LABEL_SIZE, is_long
from pipeline.workbook.style import AS_TEXT, Style

if TYPE_CHECKING:
    from pipeline.forms import Field
    from pipeline.workbook.book import Page
    from pipeline.workbook.parts import Area

BODY_SIZE = 12  # 小四
HEAD_SIZE = LABEL_SIZE
LINE = "7F7F7F"
GREY = "EDEDED"  # the tool fills it
NEEDED = "A9D08E"
OPTIONAL = "E2EFDA"
CORRECTABLE = "person"  # what the roster says of a person may be corrected by him
GIVEN_SIZE = 10.5  # of a given table on a page of cards
ASIDE = "DAEEF3"  # outside the print area

TITLE = Style("小标宋", 22, align="center")
REMARKS = Style("楷体", 10.5)
CHECK = Style("黑体", 10.5, align="center", wrap=False)
CHECK_RESULT = Style("黑体", 10.5, colour="C00000", align="center", border="BFBFBF", wrap=False)
CHECK_READY = Style(colour="375623", fill="E2EFDA")
CHECK_LINK = Style("黑体", 10.5, colour="0563C1", wrap=False, indent=1)
LIST = Style("仿宋", 10.5, wrap=False)
OWN_HEAD = Style("黑体", HEAD_SIZE, fill=ASIDE, align="center", border=LINE, locked=False)
OWN = Style(size=BODY_SIZE, border=LINE, number_format=AS_TEXT, locked=False)
UNLOCKED = Style(locked=False)


def head(entry: Field, *, needed: bool, printed: bool = True) -> Style:
    """Return the look of a label or header: green to be filled, grey the tool's own."""
    offered = OPTIONAL if printed else ASIDE
    fill = GREY if entry.derived else NEEDED if needed else offered
    return Style("黑体", HEAD_SIZE, fill=fill, align="center", border=LINE)


def value(entry: Field) -> Style:
    """Return the look of a card's value; what the tool gives is locked."""
    return Style(
        size=LABEL_SIZE,
        fill=GREY if entry.derived else "",
        valign="top" if is_long(entry) else "vcenter",
        border=LINE,
        number_format=AS_TEXT,
        locked=entry.derived is not None and entry.derived.of != CORRECTABLE,
        indent=1,
    )


def given(entry: Field) -> Style:
    """Return the look of a cell of a given table; nobody types there."""
    return Style(
        size=GIVEN_SIZE,
        fill=GREY,
        align="center" if entry.kind.centred else "left",
        border=LINE,
        number_format=AS_TEXT,
    )


def colour(page: Page, cells: Area, entry: Field) -> None:
    """Colour the words that have a colour; the word itself always stands there too."""
    words = entry.kind.vocabulary
    for term in words.terms if words else ():
        if term.fill:
            look = Style(fill=term.fill, colour=term.font, bold=term.rank == 1)
            page.highlight(cells, term.name, look)


def cell(entry: Field, number_format: str) -> Style:
    """Return the look of a cell of the table; none is locked, or Excel sorts and deletes no row."""
    return Style(
        size=BODY_SIZE,
        fill=GREY if entry.derived else "",
        align="center" if entry.kind.centred else "left",
        border=LINE,
        number_format=number_format,
        locked=False,
    )
