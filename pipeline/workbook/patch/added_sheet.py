"""Sheets of ours that travel with the answer: lists of text, with links into the workbook."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from pipeline.text import is_like_formula
from pipeline.workbook.patch import box_size, links, xml
from pipeline.workbook.patch.cells import Spot

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pipeline.model import Place
    from pipeline.workbook.patch.styles import CellStyle, Styles

_LINE_POINTS = 16.5
_AIR = 4.0
_PAGE = (
    '<printOptions horizontalCentered="1"/>'
    '<pageMargins left="0.4" right="0.4" top="0.5" bottom="0.6" header="0.3" footer="0.3"/>'
    '<pageSetup paperSize="9" orientation="landscape" fitToWidth="1" fitToHeight="0"/>'
    "<headerFooter><oddFooter>&amp;C第&amp;P页，共&amp;N页</oddFooter></headerFooter>"
)
_SCALES: Mapping[CellStyle, float] = {"title": 1.5}  # its letters against the others
_HIGHEST = 409.0  # Excel's limit of a row


@dataclass(frozen=True, slots=True)
class TextCell:
    """One cell: text only, whatever it begins with; link: a cell of this workbook.

    back: the linked cell leads back to this line, the first such line of several.
    """

    text: str
    style: CellStyle = "body"
    link: Place | None = None
    back: bool = True


@dataclass(frozen=True, slots=True)
class TextRow:
    """One row; wide: its only cell runs over all columns (titles, the receipt)."""

    cells: tuple[TextCell, ...]
    wide: bool = False


@dataclass(frozen=True, slots=True)
class AddedSheet:
    """A sheet to append: landscape, one page wide, wrapped.

    widths: of the columns, in characters. frozen: rows at the top that stay in view, the last
        of which (the header) is repeated on every printed page.
    """

    name: str
    rows: tuple[TextRow, ...]
    widths: tuple[float, ...]
    frozen: int = 0

    def linked(self, *, back: bool = False) -> Iterator[tuple[Place, Spot]]:
        """Yield where links lead to, with the cell of this sheet that carries them.

        back: only those that their target leads back to.
        """
        for number, row in enumerate(self.rows, 1):
            for column, cell in enumerate(row.cells, 1):
                if cell.link and (cell.back or not back):
                    yield cell.link, Spot(number, column)

    def build(self, space: str, styles: Styles) -> bytes:
        """Return the worksheet part, in the namespace of the workbook."""
        rows = (self._row(number, row, styles) for number, row in enumerate(self.rows, 1))
        body = "".join(rows)
        return (
            f'<worksheet xmlns="{space}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
            f"{self._view()}{self._columns()}<sheetData>{body}</sheetData>"
            f"{self._merges()}{self._hyperlinks()}{_PAGE}</worksheet>"
        ).encode()

    def _view(self) -> str:
        top = f"A{self.frozen + 1}"
        pane = (
            f'<pane ySplit="{self.frozen}" topLeftCell="{top}" activePane="bottomLeft"'
            f' state="frozen"/><selection pane="bottomLeft" activeCell="{top}" sqref="{top}"/>'
        )
        return (
            '<sheetViews><sheetView showGridLines="0" workbookViewId="0">'
            f"{pane if self.frozen else ''}</sheetView></sheetViews>"
        )

    def _columns(self) -> str:
        columns = (
            f'<col min="{number}" max="{number}" width="{width:g}" customWidth="1"/>'
            for number, width in enumerate(self.widths, 1)
        )
        return f"<cols>{''.join(columns)}</cols>"

    def _row(self, number: int, row: TextRow, styles: Styles) -> str:
        cells = (
            text_cell(
                Spot(number, column),
                cell.text,
                styles.cell(cell.style, quoted=is_like_formula(cell.text)),
            )
            for column, cell in enumerate(row.cells, 1)
        )
        height = f'ht="{self._height(row):g}" customHeight="1"'
        return f'<row r="{number}" {height}>{"".join(cells)}</row>'

    def _height(self, row: TextRow) -> float:
        """Return the points a row needs: programs do not fit merged or unseen rows themselves."""
        widths = (sum(self.widths),) if row.wide else self.widths
        sizes = (
            box_size.lines(cell.text, max(int(width / _SCALES.get(cell.style, 1.0)) - 1, 2))
            * _LINE_POINTS
            * _SCALES.get(cell.style, 1.0)
            for cell, width in zip(row.cells, widths, strict=False)
        )
        return min(max(sizes, default=0.0) + _AIR, _HIGHEST)

    def _merges(self) -> str:
        wide = [number for number, row in enumerate(self.rows, 1) if row.wide]
        last = Spot(1, len(self.widths)).address[:-1]
        if not wide or len(self.widths) == 1:
            return ""
        merges = (f'<mergeCell ref="A{number}:{last}{number}"/>' for number in wide)
        return f'<mergeCells count="{len(wide)}">{"".join(merges)}</mergeCells>'

    def _hyperlinks(self) -> str:
        entries = (
            f'<hyperlink ref="{spot.address}" location="{xml.escaped(links.location(place))}"'
            f' tooltip="{xml.escaped(links.tip(place))}"/>'
            for place, spot in islice(self.linked(), links.MOST)
        )
        body = "".join(entries)
        return f"<hyperlinks>{body}</hyperlinks>" if body else ""


def text_cell(spot: Spot, text: str, style: int) -> str:
    """Return the markup of a cell that holds `text` itself: no formula, no shared string.

    >>> text_cell(Spot(1, 2), "=A1&B1", 3)
    '<c r="B1" s="3" t="inlineStr"><is><t xml:space="preserve">=A1&amp;B1</t></is></c>'
    """
    return (
        f'<c r="{spot.address}" s="{style}" t="inlineStr"><is>'
        f'<t xml:space="preserve">{xml.escaped(text)}</t></is></c>'
    )
