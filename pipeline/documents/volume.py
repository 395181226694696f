"""What a volume (汇编的一册) is made of; plain types, cheap to import."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from typing import TYPE_CHECKING, TypeVar, cast

if TYPE_CHECKING:
    from datetime import date

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Paint:
    """The colours of a word, RGB in hex without '#'."""

    fill: str
    font: str


@dataclass(frozen=True, slots=True)
class Column:
    """One column; width is relative to the other columns, paints go by the word of the cell."""

    header: str
    width: float
    centred: bool = False
    paints: Mapping[str, Paint] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Table:
    """Columns and the text of the cells, row by row; every row is as long as the columns."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]

    def shares(self) -> tuple[float, ...]:
        """Return the part of the whole width each column takes; the sum is 1.

        >>> Table((Column("岗位", 1), Column("措施", 3)), ()).shares()
        (0.25, 0.75)
        """
        whole = sum(column.width for column in self.columns)
        return tuple(column.width / whole for column in self.columns)


@dataclass(frozen=True, slots=True)
class Chapter:
    """One office: facts are label and value, empty is the sentence printed when no row exists."""

    title: str
    facts: tuple[tuple[str, str], ...]
    table: Table
    empty: str


@dataclass(frozen=True, slots=True)
class Volume:
    """One volume of the digest; totals is the overview printed before the chapters."""

    bureau: str
    campaign: str
    title: str
    edition_date: date
    foreword: tuple[str, ...]
    legend: str
    mark: str
    leading_group: tuple[tuple[str, str], ...]
    totals_title: str
    totals: Table
    chapters: tuple[Chapter, ...]

    @property
    def dated(self) -> str:
        """Return the date of the edition as it is printed: 2011年9月18日."""
        day = self.edition_date
        return f"{day.year}年{day.month}月{day.day}日"


def reworded(thing: T, change: Callable[[str], str]) -> T:
    """Return a copy of a volume or a part of it with every text changed.

    >>> reworded(("a", (1, "b")), str.upper)
    ('A', (1, 'B'))
    """
    return cast("T", _reworded(thing, change))


def _reworded(thing: object, change: Callable[[str], str]) -> object:
    """Walk texts, tuples, mappings and dataclasses; anything else stays as it is."""
    if isinstance(thing, str):
        return change(thing)
    if isinstance(thing, tuple):
        return tuple(_reworded(part, change) for part in thing)
    if isinstance(thing, Mapping):
        return {change(word): _reworded(part, change) for word, part in thing.items()}
    if is_dataclass(thing) and not isinstance(thing, type):
        parts = {part.name: getattr(thing, part.name) for part in fields(thing)}
        return type(thing)(**{name: _reworded(part, change) for name, part in parts.items()})
    return thing
