"""Sheets of ours that travel with the answer: lists of text, with links into the workbook."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipeline.workbook.patch import box_size, links, xml
from pipeline.workbook.patch.cells import SHEET_ORDER, Spot

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element as Element

    from pipeline.model import Place
    from pipeline.workbook.patch.styles import CellStyle, Styles

# Text that a program might take for a formula when the cell is edited and left again.
_RISKY = ("=", "+", "-", "@", "\t", "＝", "＋", "－", "＠")
_LINE_POINTS = 15.0
_HIGHEST = 409.0  # Excel's limit of a row


@dataclass(frozen=True, slots=True)
class TextCell:
    """One cell: text only, whatever it begins with; link: a cell of this workbook."""

    text: str
    style: CellStyle = "body"
    link: Place | None = None


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
    frozen: int = field(default=0)

    def linked(self) -> Iterator[tuple[Place, Spot]]:
        """Yield where links lead to, with the cell of this sheet that carries them."""
        for number, row in enumerate(self.rows, 1):
            for column, cell in enumerate(row.cells, 1):
                if cell.link:
                    yield cell.link, Spot(number, column)

    def build(self, space: str, styles: Styles) -> Element:
        """Return the worksheet part, in the namespace of the workbook."""
        root = xml.new("worksheet", space)
        xml.add(xml.add(root, "sheetPr"), "pageSetUpPr", fitToPage="1")
        self._add_view(root)
        self._add_columns(root)
        data = xml.add(root, "sheetData")
        for number, row in enumerate(self.rows, 1):
            self._add_row(data, number, row, styles)
        self._add_merges(root)
        for place, spot in self.linked():
            links.append(root, spot, place)
        self._add_page(root)
        return root

    def _add_view(self, root: Element) -> None:
        view = xml.add(xml.add(root, "sheetViews"), "sheetView", showGridLines="0")
        view.set("workbookViewId", "0")
        if self.frozen:
            top = f"A{self.frozen + 1}"
            xml.add(
                view, "pane", ySplit=str(self.frozen), topLeftCell=top, activePane="bottomLeft",
                state="frozen",
            )  # fmt: skip
            xml.add(view, "selection", pane="bottomLeft", activeCell=top, sqref=top)

    def _add_columns(self, root: Element) -> None:
        holder = xml.ensure(root, "cols", SHEET_ORDER)
        for number, width in enumerate(self.widths, 1):
            at = str(number)
            xml.add(holder, "col", min=at, max=at, width=f"{width:g}", customWidth="1")

    def _add_row(self, data: Element, number: int, row: TextRow, styles: Styles) -> None:
        entry = xml.add(data, "row", r=str(number))
        if row.wide:
            # Excel never fits the height of merged cells by itself.
            units = max(int(sum(self.widths)) - 2, 1)
            size = 1.5 if row.cells[0].style == "title" else 1.0
            height = box_size.lines(row.cells[0].text, int(units / size)) * _LINE_POINTS * size
            entry.set("ht", f"{min(height + 3, _HIGHEST):g}")
            entry.set("customHeight", "1")
        for column, cell in enumerate(row.cells, 1):
            quoted = cell.text.startswith(_RISKY)
            write_text(
                entry, Spot(number, column), cell.text, styles.cell(cell.style, quoted=quoted)
            )

    def _add_merges(self, root: Element) -> None:
        wide = [number for number, row in enumerate(self.rows, 1) if row.wide]
        last = Spot(1, len(self.widths)).address[:-1]
        if not wide or last == "A":
            return
        holder = xml.add(root, "mergeCells", count=str(len(wide)))
        for number in wide:
            xml.add(holder, "mergeCell", ref=f"A{number}:{last}{number}")

    def _add_page(self, root: Element) -> None:
        xml.add(root, "printOptions", horizontalCentered="1")
        xml.add(
            root, "pageMargins", left="0.4", right="0.4", top="0.5", bottom="0.6", header="0.3",
            footer="0.3",
        )  # fmt: skip
        xml.add(
            root, "pageSetup", paperSize="9", orientation="landscape", fitToWidth="1",
            fitToHeight="0",
        )  # fmt: skip
        xml.add(xml.add(root, "headerFooter"), "oddFooter").text = "&C第&P页，共&N页"


def write_text(row: Element, spot: Spot, text: str, style: int) -> None:
    """Append a cell that holds `text` itself: never a formula, never a shared string."""
    cell = xml.add(row, "c", r=spot.address, s=str(style), t="inlineStr")
    piece = xml.add(xml.add(cell, "is"), "t")
    piece.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    piece.text = xml.plain(text)
