"""Tables as csv, which Excel opens rightly and never calculates, and as json."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import date, datetime
from typing import TYPE_CHECKING

from pipeline import clock

if TYPE_CHECKING:
    from pipeline.exports.resource import Resource, Value

GUARD = "'"
_TRIGGERS = "=+\\-@＝＋－＠"
_UNSEEN = r"\s\x00-\x1f\u200b-\u200f\u2060\ufeff"
_STARTS = re.compile(rf"'|[\t\r]|[{_UNSEEN}]*[{_TRIGGERS}]")
# A program that parts cells elsewhere than we do would begin one here.
_WITHIN = re.compile(rf"(?<=[,;|\t\r\n])([ \u3000\t]*)(?='*[{_TRIGGERS}])")
_GUARDED = re.compile(rf"(?<=[,;|\t\r\n])([ \u3000\t]*)'(?='*[{_TRIGGERS}])")


def guarded(text: str) -> str:
    r"""Return a text that no spreadsheet takes for a formula: an apostrophe before each trigger.

    >>> guarded("=1+1"), guarded("　＝1"), guarded("甲;-乙"), guarded("A-B"), guarded("'甲")
    ("'=1+1", "'\u3000＝1", "'甲;'-乙", 'A-B', "''甲")
    """
    within = _WITHIN.sub(rf"\1{GUARD}", text)
    return GUARD + within if within != text or _STARTS.match(text) else text


def unguarded(field: str) -> str:
    """Return the text that was guarded.

    >>> unguarded("'甲;'-乙"), unguarded("''甲"), unguarded("A-B")
    ('甲;-乙', "'甲", 'A-B')
    """
    if not field.startswith(GUARD):
        return field
    return _GUARDED.sub(r"\1", field.removeprefix(GUARD))


def csv_file(resource: Resource) -> bytes:
    """Return a table as RFC 4180 csv with the mark by which Excel knows UTF-8."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([column.key for column in resource.columns])
    for row in resource.rows:
        writer.writerow([_field(value) for value in row])
    return out.getvalue().encode("utf-8-sig")


def json_file(resource: Resource) -> bytes:
    """Return a table as json: a list of records, keys in the order of the columns."""
    keys = [column.key for column in resource.columns]
    records = [dict(zip(keys, map(_plain, row), strict=True)) for row in resource.rows]
    return (json.dumps(records, ensure_ascii=False, indent=1) + "\n").encode()


def _field(value: Value) -> str:
    plain = _plain(value)
    return "" if plain is None else guarded(plain) if isinstance(plain, str) else str(plain)


def _plain(value: Value) -> str | int | None:
    """Return a value as text or number; moments are told in Shanghai time, to the second."""
    if isinstance(value, datetime):
        return value.astimezone(clock.SHANGHAI).isoformat(timespec="seconds")
    return value.isoformat() if isinstance(value, date) else value
