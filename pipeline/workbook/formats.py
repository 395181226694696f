"""A style in the words of xlsxwriter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.workbook.style import FONTS

if TYPE_CHECKING:
    from pipeline.workbook.style import Style

_GB2312 = 134  # charset of the fonts: a machine without them takes another Chinese one


def options_of(style: Style) -> dict[str, object]:
    """Return xlsxwriter's options of a format."""
    look: dict[str, object] = {
        "font_name": FONTS[style.font],
        "font_size": style.size,
        "font_charset": _GB2312,
        "bold": style.bold,
        "align": style.align,
        "valign": style.valign,
        "text_wrap": style.wrap,
        "locked": style.locked,
        "quote_prefix": style.quote,
        "indent": style.indent,
    }
    if style.border:
        look |= {"border": 1, "border_color": f"#{style.border}"}
    if style.number_format:
        look["num_format"] = style.number_format
    return look | colours_of(style)


def colours_of(style: Style) -> dict[str, object]:
    """Return the options of fill and font colour alone."""
    fill = {"bg_color": f"#{style.fill}", "pattern": 1} if style.fill else {}
    return fill | ({"font_color": f"#{style.colour}"} if style.colour else {})
