"""The one typed door to xlsxwriter: what Excel would drop in silence raises, same calls same bytes.

Nothing that comes from input becomes a formula, link or markup: cells are written as strings,
header and footer codes are escaped, references are made of numbers and checked names only.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from pipeline.files.seal import seal
from pipeline.text import is_like_formula
from pipeline.workbook.charts import draw
from pipeline.workbook.drop_downs import options_of_rule
from pipeline.workbook.formats import colours_of, options_of
from pipeline.workbook.formulas import literal, quoted
from pipeline.workbook.limits import (
    MOST_CONSTANT,
    MOST_WIDTH,
    RefusedError,
    done,
    good_name,
    good_sheet_name,
    plain,
    strict,
    within,
)
from pipeline.workbook.parts import Area, Chart, Print, Series, Validation, Within
from pipeline.workbook.style import AS_DATE, AS_TEXT, MAX_HEIGHT, Role, Style, fit_height

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xlsxwriter.chart import Chart as NativeChart
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook

    from pipeline.workbook.formulas import Formula

__all__ = [
    "AS_DATE",
    "AS_TEXT",
    "Area",
    "Book",
    "Cell",
    "Chart",
    "Look",
    "Page",
    "Print",
    "RefusedError",
    "Role",
    "Series",
    "Style",
    "Validation",
    "Within",
    "fit_height",
    "plain",
]

Cell = str | int | float | date | None


@dataclass(frozen=True, slots=True)
class Look:
    """A style with xlsxwriter's format of it, for whoever writes many cells."""

    style: Style
    ready: Format


_CREATED = datetime(2000, 1, 1, tzinfo=UTC)  # a real moment would change the bytes
_MM = 25.4
_FIXED_ROW = re.compile(rb'(<row r="([0-9]+)"[^>]*?) customHeight="1"')
_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
# No password: the protection guards against accidents, and every rule is checked again on return.
_ALLOWED = ("format_columns", "format_rows", "insert_rows", "delete_rows", "sort", "autofilter")


class _Sheet(Worksheet):  # type: ignore[misc]  # xlsxwriter ships no types
    """xlsxwriter's sheet, spared 50 searches a formula for functions that ours never name."""

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:  # noqa: FBT001, FBT002 - the library's
        del expand_future_functions
        return formula.removeprefix("=")


class Book:
    """A workbook under construction; `to_bytes` ends it."""

    def __init__(self, title: str = "", properties: Mapping[str, str] | None = None) -> None:
        self._target = io.BytesIO()
        self._growing: dict[str, set[int]] = {}
        self._book: Workbook = xlsxwriter.Workbook(self._target, _OPTIONS)
        self._formats: dict[Style, Format] = {}
        self._names: set[str] = set()
        self._book.set_properties({"title": plain(title), "created": _CREATED})
        for name, value in (properties or {}).items():
            with strict():
                self._book.set_custom_property(
                    name, within(plain(value), MOST_CONSTANT, name), "text"
                )

    def page(self, name: str) -> Page:
        r"""Return a new sheet; Excel's limits for its name (31 characters, no []:*?/\) hold."""
        with strict():
            return Page(self._book.add_worksheet(good_sheet_name(name), _Sheet), self)

    @property
    def page_names(self) -> tuple[str, ...]:
        """Return the names of the sheets so far."""
        return tuple(sheet.name for sheet in self._book.worksheets())

    def format_of(self, style: Style) -> Format:
        """Return xlsxwriter's format of a style, made once."""
        found = self._formats.get(style)
        if found is None:
            found = self._formats[style] = self._book.add_format(options_of(style))
        return found

    def define_range(self, name: str, page: Page, area: Area) -> None:
        """Give an area of a page a name."""
        self._define(name, f"={quoted(page.name)}!{area.a1}")

    def define_text(self, name: str, value: str) -> None:
        """Define a name that stands for a constant text."""
        self._define(name, f"={literal(value)}")

    def _define(self, name: str, formula: str) -> None:
        # Two of one name, in whatever case, make Excel call the file damaged.
        if name.casefold() in self._names:
            message = f"the name {name} is given twice"
            raise RefusedError(message)
        self._names.add(name.casefold())
        with strict():
            self._book.define_name(good_name(name), formula)

    def new_chart(self, chart: Chart) -> NativeChart:
        """Return xlsxwriter's empty chart of the wanted kind."""
        options = {"type": chart.kind} | ({"subtype": "stacked"} if chart.stacked else {})
        return self._book.add_chart(options)

    def to_bytes(self) -> bytes:
        """Return the finished workbook; nothing can be written afterwards."""
        with strict():
            self._book.close()
        return seal(self._target.getvalue(), self._grown)

    def let_grow(self, sheet: Worksheet, row: int) -> None:
        """Note that a row's height is only where it starts: it follows the text typed later."""
        self._growing.setdefault(f"xl/worksheets/sheet{sheet.index + 1}.xml", set()).add(row + 1)

    def _grown(self, part: str, content: bytes) -> bytes:
        """Take the fixed height from rows that may grow; xlsxwriter knows only fixed ones."""
        rows = self._growing.get(part)
        if not rows:
            return content

        def freed(found: re.Match[bytes]) -> bytes:
            return found[1] if int(found[2]) in rows else found[0]

        return _FIXED_ROW.sub(freed, content)


class Page:
    """A sheet under construction; rows and columns count from 0."""

    def __init__(self, sheet: Worksheet, book: Book) -> None:
        self._sheet = sheet
        self._book = book

    @property
    def name(self) -> str:
        """Return the name on the tab."""
        return str(self._sheet.name)

    def text(self, row: int, col: int, shown: str, style: Style) -> None:
        """Write text as text, whatever it looks like; what Excel cannot hold is left out.

        What Excel would compute once somebody edits the cell keeps its quote.
        """
        written = plain(shown)
        look = _quoted(style) if is_like_formula(written) else style
        done(self._sheet.write_string(row, col, written, self._book.format_of(look)))

    def number(self, row: int, col: int, value: float, style: Style) -> None:
        """Write a number."""
        done(self._sheet.write_number(row, col, value, self._book.format_of(style)))

    def date(self, row: int, col: int, day: date, style: Style) -> None:
        """Write a real date; the style's number format should be AS_DATE."""
        done(self._sheet.write_datetime(row, col, day, self._book.format_of(style)))

    def blank(self, row: int, col: int, style: Style) -> None:
        """Write an empty cell that has a look."""
        done(self._sheet.write_blank(row, col, None, self._book.format_of(style)))

    def look(self, style: Style) -> Look:
        """Return a style made ready, for whoever writes many cells with it."""
        return Look(style, self._book.format_of(style))

    def cells(self, row: int, values: Sequence[Cell], looks: Sequence[Look]) -> None:
        """Write the cells of a row from its first column on; text stays text, None is empty.

        The look of a date says how it is shown.
        """
        sheet = self._sheet
        for col, (value, look) in enumerate(zip(values, looks, strict=True)):
            if value is None or value == "":
                code = sheet.write_blank(row, col, None, look.ready)
            elif isinstance(value, str):
                written = plain(value)
                risky = is_like_formula(written)
                ready = self._book.format_of(_quoted(look.style)) if risky else look.ready
                code = sheet.write_string(row, col, written, ready)
            elif isinstance(value, date):
                code = sheet.write_datetime(row, col, value, look.ready)
            else:
                code = sheet.write_number(row, col, value, look.ready)
            if code:
                done(code)

    def fill(self, area: Area, styles: Sequence[Style]) -> None:
        """Write empty cells over an area, one look a column."""
        formats = [self._book.format_of(style) for style in styles]
        columns = range(area.left, area.right + 1)
        for row in range(area.top, area.bottom + 1):
            for column, look in zip(columns, formats, strict=True):
                done(self._sheet.write_blank(row, column, None, look))

    def merge(self, area: Area, shown: str, style: Style) -> None:
        """Write text over an area; an area of one cell is just that cell."""
        if area.ends[:2] != area.ends[2:]:
            with strict():
                done(self._sheet.merge_range(*area.ends, "", self._book.format_of(style)))
        self.text(area.top, area.left, shown, style)

    def link(self, row: int, col: int, page: Page, shown: str, style: Style) -> None:
        """Write text that leads to the first cell of another page of this book."""
        self.text(row, col, shown, style)
        self.jump((row, col), page, Area(0, 0, 0, 0))

    def jump(self, cell: tuple[int, int], page: Page, area: Area) -> None:
        """Make a written cell lead to an area of another page; what it shows stays as it is."""
        target = f"internal:{quoted(page.name)}!{area.a1.replace('$', '')}"
        self._sheet.ignore_write_string = True
        try:
            with strict():
                done(self._sheet.write_url(*cell, target))
        finally:
            self._sheet.ignore_write_string = False

    def formula(
        self, cell: tuple[int, int], formula: Formula, value: float | str, style: Style
    ) -> None:
        """Write a formula of our own making with its value: readers miss a formula without one."""
        look = self._book.format_of(style)
        done(self._sheet.write_formula(*cell, f"={formula}", look, value))

    def widths(self, widths: Sequence[float], first: int = 0) -> None:
        """Set the widths of neighbouring columns, in half-width characters."""
        for col, width in enumerate(widths, first):
            if not 0 < width <= MOST_WIDTH:
                message = f"column width {width}"
                raise RefusedError(message)
            done(self._sheet.set_column(col, col, width))

    def height(
        self, row: int, points: float, style: Style | None = None, *, grows: bool = False
    ) -> None:
        """Set the height of a row, and the look of those of its cells that are not written.

        grows: the office program fits the row when somebody types more than it holds.
        """
        if grows:
            self._book.let_grow(self._sheet, row)
        if not 0 < points <= MAX_HEIGHT:
            message = f"row height {points}"
            raise RefusedError(message)
        look = self._book.format_of(style) if style else None
        done(self._sheet.set_row(row, points, look))

    def freeze(self, row: int, col: int) -> None:
        """Keep the rows above and the columns left of a cell in view."""
        self._sheet.freeze_panes(row, col)

    def autofilter(self, area: Area) -> None:
        """Put filter buttons on the first row of an area."""
        self._sheet.autofilter(*area.ends)

    def hide_gridlines(self) -> None:
        """Show no grid but the borders that were drawn."""
        self._sheet.hide_gridlines(2)

    def hide(self) -> None:
        """Hide the sheet; the menu shows it again."""
        self._sheet.hide()

    def hide_deep(self) -> None:
        """Hide the sheet also from the menu."""
        self._sheet.very_hidden()

    def protect(self) -> None:
        """Guard the locked cells, without password; rows may be inserted, deleted and sorted."""
        with strict():
            self._sheet.protect("", dict.fromkeys(_ALLOWED, True))

    def allow_numbers_as_text(self, area: Area) -> None:
        """Show no green corner where a text cell holds digits; one area a page."""
        with strict():
            done(self._sheet.ignore_errors({"number_stored_as_text": area.a1}))

    def validate(self, area: Area, rule: Validation) -> None:
        """Put a drop-down or an input message on the cells of an area."""
        with strict():
            done(self._sheet.data_validation(*area.ends, options_of_rule(rule, area.top)))

    def highlight(self, area: Area, word: str, style: Style) -> None:
        """Colour the cells of an area that hold exactly this word; only colours and bold count."""
        look = {"bold": style.bold} | colours_of(style)
        rule = {
            "type": "cell",
            "criteria": "==",
            "value": literal(word),
            "format": self._book._book.add_format(look),  # noqa: SLF001 - the two are one thing
        }
        with strict():
            done(self._sheet.conditional_format(*area.ends, rule))

    def chart(self, row: int, col: int, chart: Chart, *, right: int = 0) -> None:
        """Draw a native chart whose upper left corner is in a cell. right: pixels from its edge."""
        native = self._book.new_chart(chart)
        draw(native, chart, self.name)
        with strict():
            place = {"x_offset": right, "object_position": 2}  # filtered rows do not squeeze it
            done(self._sheet.insert_chart(row, col, native, place))

    def print_setup(self, wanted: Print) -> None:
        """Set paper, margins, print area, repeated rows and the footer with page numbers."""
        sheet = self._sheet
        sheet.set_paper({"A3": 8, "A4": 9}[wanted.paper])
        sheet.set_landscape() if wanted.landscape else sheet.set_portrait()
        sheet.set_margins(*(mm / _MM for mm in wanted.margins))
        sheet.center_horizontally()
        sheet.fit_to_pages(1, 0)
        if wanted.area:
            done(sheet.print_area(*wanted.area.ends))
        if wanted.repeat:
            sheet.repeat_rows(*wanted.repeat)
        sides = (_escaped(side) for side in (wanted.left, wanted.right))
        with strict():
            footer = "&L&9 {}&C&9 第 &P 页  共 &N 页&R&9 {}".format(*sides)
            sheet.set_footer(within(footer, MOST_CONSTANT, "the footer"))


def _quoted(style: Style) -> Style:
    return replace(style, quote=True)


def _escaped(shown: str) -> str:
    return plain(shown).replace("&", "&&")
