"""What a native chart looks like: readable in black and white, its texts never formulas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.workbook.limits import plain
from pipeline.workbook.style import FONTS

if TYPE_CHECKING:
    from xlsxwriter.chart import Chart as NativeChart

    from pipeline.workbook.parts import Chart, Series

_TITLE = {"name": FONTS["黑体"], "size": 12, "bold": False}
_SMALL = {"name": FONTS["仿宋"], "size": 9}
_EDGE = "#595959"
_DOTS = "#7F7F7F"
_GRID = "#D9D9D9"
# The numbers say how many; a 0 on every empty place would hide the others.
_NOT_ZERO = "0;-0;;"


def draw(native: NativeChart, chart: Chart, page: str) -> None:
    """Give xlsxwriter's empty chart its series and its look; its cells are those of a page."""
    for series in chart.series:
        native.add_series(_series(series, chart, page))
    # xlsxwriter takes a title that begins with = for a formula.
    native.set_title({"name": plain(chart.title).lstrip("="), "name_font": _TITLE})
    legend = {"position": "bottom", "font": _SMALL} if len(chart.series) > 1 else {"none": True}
    native.set_legend(legend)
    words = {"num_font": _SMALL, "reverse": chart.kind == "bar", "interval_unit": 1}
    lines = {"visible": True, "line": {"color": _GRID}}
    counts = {"visible": False, "major_gridlines": lines, "min": 0, "max": chart.most or None}
    # Of lying columns xlsxwriter calls the axis of the words y.
    sides = (counts, words) if chart.kind == "bar" else (words, counts)
    native.set_x_axis(sides[0])
    native.set_y_axis(sides[1])
    native.set_size({"width": chart.width, "height": chart.height})


def _series(series: Series, chart: Chart, page: str) -> dict[str, object]:
    inside = chart.stacked and series.colour  # beside a column the numbers stand on white
    font = _SMALL | ({"color": f"#{series.colour}"} if inside else {})
    drawn: dict[str, object] = {
        "name": [page, *series.name],
        "categories": [page, *chart.categories.ends],
        "values": [page, *series.values.ends],
        "data_labels": {"value": True, "num_format": _NOT_ZERO, "font": font},
        "border": {"color": _EDGE, "width": 0.75},
        "gap": 40,
    }
    if series.fill and series.dotted:
        look = {"fg_color": _DOTS, "bg_color": f"#{series.fill}"}
        return drawn | {"pattern": {"pattern": "percent_10"} | look}
    return drawn | ({"fill": {"color": f"#{series.fill}"}} if series.fill else {})
