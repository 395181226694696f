"""Dates as clerks type them."""

from __future__ import annotations

import re
from datetime import date, timedelta

_FULL = (
    re.compile(
        r"(\d{4})[年./\-](\d{1,2})[月./\-](\d{1,2})[日号]?(?:T?\d{2}:\d{2}(?::\d{2})?)?",
    ),
    re.compile(r"(\d{4})(\d{2})(\d{2})"),
)
_SHORT = re.compile(r"(\d{1,2})(?:月|[./-])(\d{1,2})[日号]?")
# Excel's day 0; serials below 30000 (1982) are no dates of these forms.
_EPOCH = date(1899, 12, 30)
_SERIALS = range(30000, 80000)


def full(plain: str) -> date | None:
    """Return the day written with a year, or as Excel's serial number; None where it is none.

    >>> full("2011年9月18日"), full("40804"), full("2011.9.31")
    (datetime.date(2011, 9, 18), datetime.date(2011, 9, 18), None)
    """
    for pattern in _FULL:
        found = pattern.fullmatch(plain)
        if found:
            return _day(int(found[1]), found[2], found[3])
    serial = int(float(plain)) if re.fullmatch(r"\d{5}(\.\d+)?", plain) else 0
    return _EPOCH + timedelta(days=serial) if serial in _SERIALS else None


def in_year(plain: str, year: int) -> date | None:
    """Return the day written without a year as one of `year`."""
    found = _SHORT.fullmatch(plain)
    return _day(year, found[1], found[2]) if found else None


def _day(year: int, month: str, day: str) -> date | None:
    try:
        return date(year, int(month), int(day))
    except ValueError:
        return None
