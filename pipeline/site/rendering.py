"""Pages rendered from values; every text is escaped, a missing value is an error."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined

from pipeline.monitor.sections import sections

if TYPE_CHECKING:
    from datetime import date

    from pipeline.monitor import Night
    from pipeline.site.notice import Notice
    from pipeline.site.receipt import Receipt
    from pipeline.vocab import Term


def night_page(night: Night) -> str:
    """Return the report of one day as one html file."""
    largest = max((tally.total for tally in night.tallies), default=0)
    return (
        _environment()
        .get_template("night.html")
        .render(night=night, sections=sections(night), largest=max(1, largest))
    )


def receipt_page(receipt: Receipt) -> str:
    """Return the receipt of an accepted form as one html file that prints on one page."""
    return _environment().get_template("receipt.html").render(receipt=receipt)


def notice_page(notice: Notice) -> str:
    """Return what there is to say of a file that is not answered inside a workbook."""
    return _environment().get_template("notice.html").render(notice=notice)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("pipeline.site", "pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"dated": _dated, "paint": _paint, "zip": zip}
    return environment


def _dated(day: date) -> str:
    """Return a day as it is printed: 2011年9月18日."""
    return f"{day.year}年{day.month}月{day.day}日"


def _paint(term: Term | None) -> str:
    """Return the colours of a term as inline style; the word beside it says the same."""
    if term is None or not term.fill:
        return ""
    return f"background:#{term.fill};color:#{term.font or '000000'}"
