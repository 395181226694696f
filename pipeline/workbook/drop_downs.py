"""A drop-down or an input message as xlsxwriter wants it, within Excel's limits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlsxwriter.utility import xl_rowcol_to_cell

from pipeline.workbook.limits import (
    MOST_ERROR,
    MOST_MESSAGE,
    MOST_TITLE,
    good_name,
    plain,
    within,
)

if TYPE_CHECKING:
    from pipeline.workbook.parts import Validation


def options_of_rule(rule: Validation, top: int) -> dict[str, object]:
    """Return xlsxwriter's options; top: the first row of the guarded area."""
    options: dict[str, object] = {
        "validate": "list" if rule.source else "any",
        "input_title": within(plain(rule.title), MOST_TITLE, "an input title"),
        "input_message": within(plain(rule.message), MOST_MESSAGE, "an input message"),
        "show_error": rule.alert != "message",
        "error_type": "information" if rule.alert == "message" else rule.alert,
        "error_title": within(plain(rule.error_title), MOST_TITLE, "an error title"),
        "error_message": within(plain(rule.error), MOST_ERROR, "an error message"),
    }
    return options | ({"source": _source(rule, top)} if rule.source else {})


def _source(rule: Validation, top: int) -> str:
    """Return the formula of a drop-down, made of checked names and the address of the parent."""
    source = good_name(rule.source)
    if rule.within is None:
        return f"={source}"
    row, column = rule.within.cell
    typed = xl_rowcol_to_cell(top if row is None else row, column, row is not None, col_abs=True)
    place = f"MATCH({typed},{good_name(rule.within.parents)},0)"
    # A blank or unknown parent offers the whole list.
    return f'=INDIRECT("{source}"&IF(ISNA({place}),"","_"&{place}))'
