"""Which registered record a row is: by its number, else by post, matter and risk point."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline import text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipeline.checks.check import CheckedRow
    from pipeline.forms import Form
    from pipeline.ledger.rows import VersionRow


@dataclass(frozen=True, slots=True)
class Matched:
    """The rows of a file held against an office's register.

    pairs: each row with the version it continues, None for a new record. missing: registered
    versions that no row continues. strangers: positions of rows whose number is not the office's.
    """

    pairs: tuple[tuple[CheckedRow, VersionRow | None], ...]
    missing: tuple[VersionRow, ...]
    strangers: tuple[int, ...]


def match(form: Form, rows: Sequence[CheckedRow], known: Sequence[VersionRow]) -> Matched:
    """Return which row continues which registered record; each is continued once."""
    numbers = {version.number: version for version in known if version.number}
    free = {version.record: version for version in known}
    found: dict[int, VersionRow] = {}
    strangers = []
    for position, row in enumerate(rows):
        number = "" if is_nil_row(form, row.values) else row.values.get(form.roles.number, "")
        version = numbers.get(number)
        if version and free.pop(version.record, None):
            found[position] = version
        elif number and not version:
            strangers.append(position)
    by_content: dict[tuple[str, ...], list[VersionRow]] = {}
    for version in free.values():
        by_content.setdefault(content_of_row(form, version.payload), []).append(version)
    for position, row in enumerate(rows):
        alike = by_content.get(content_of_row(form, row.values), [])
        if position not in found and alike:
            found[position] = alike.pop(0)
            del free[found[position].record]
    pairs = tuple((row, found.get(position)) for position, row in enumerate(rows))
    return Matched(pairs, tuple(free.values()), tuple(strangers))


def is_nil_row(form: Form, values: Mapping[str, str]) -> bool:
    """Tell whether a row only says that a post has no risk point: it continues no risk point."""
    return values.get(form.roles.nil, "") == text.NIL


def content_of_row(form: Form, values: Mapping[str, str]) -> tuple[str, ...]:
    """Return what tells a row apart where it has no number: post, matter and risk point."""
    return tuple(text.key(values.get(key, "")) for key in form.roles.match)
