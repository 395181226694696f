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
_YEAR_LAST = re.compile(r"(\d{1,2})[./\-](\d{1,2})[./\-](\d{4})")
_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_NUMERALS = re.compile("[〇○零一二三四五六七八九十]+")
# Excel's day 0; serials below 30000 (1982) are no dates of these forms.
_EPOCH = date(1899, 12, 30)
_SERIALS = range(30000, 80000)


def full(plain: str) -> date | None:
    """Return the day written with a year, or as Excel's serial number; None where it is none.

    >>> full("2011年9月18日"), full("40804"), full("2011.9.31")
    (datetime.date(2011, 9, 18), datetime.date(2011, 9, 18), None)
    >>> full("二〇一一年九月十八日"), full("18/9/2011"), full("9/10/2011")
    (datetime.date(2011, 9, 18), datetime.date(2011, 9, 18), None)
    """
    plain = _in_digits(plain)
    for pattern in _FULL:
        found = pattern.fullmatch(plain)
        if found:
            return _day(int(found[1]), found[2], found[3])
    last = _YEAR_LAST.fullmatch(plain)
    if last:
        return _unambiguous(int(last[3]), last[1], last[2])
    serial = int(float(plain)) if re.fullmatch(r"\d{5}(\.\d+)?", plain) else 0
    return _EPOCH + timedelta(days=serial) if serial in _SERIALS else None


def in_year(plain: str, year: int) -> date | None:
    """Return the day written without a year as one of `year`."""
    found = _SHORT.fullmatch(_in_digits(plain))
    return _day(year, found[1], found[2]) if found else None


def _unambiguous(year: int, first: str, second: str) -> date | None:
    """Return the day of two numbers where only one order of day and month makes one."""
    readings = {_day(year, second, first), _day(year, first, second)} - {None}
    return readings.pop() if len(readings) == 1 else None


def _in_digits(plain: str) -> str:
    """Return a date with its Chinese numerals as digits: 二〇一一年九月十八日 is 2011年9月18日."""
    return _NUMERALS.sub(lambda found: _digits(found[0]), plain)


def _digits(numeral: str) -> str:
    """Return a numeral up to 九十九, or a row of digits, in digits.

    >>> _digits("二〇一一"), _digits("十八"), _digits("三十"), _digits("九")
    ('2011', '18', '30', '9')
    """
    tens, ten, ones = numeral.translate(_DIGITS).partition("十")
    return f"{tens or 1}{ones or 0}" if ten else tens


def _day(year: int, month: str, day: str) -> date | None:
    try:
        return date(year, int(month), int(day))
    except ValueError:
        return None
