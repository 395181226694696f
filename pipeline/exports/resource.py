"""A table about to leave: its columns, each declared once, and its rows as plain values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Literal

from pipeline.forms.kinds import Count, Day

if TYPE_CHECKING:
    from pipeline.forms import Field

Type = Literal["string", "integer", "date", "datetime"]
Value = str | int | date | datetime | None
Row = Sequence[Value]


@dataclass(frozen=True, slots=True)
class Column:
    """One column. key: its name in the files; title: what people call it.

    options: the only words it holds, () where it may hold any. required: never blank. since: name
    of the round from which offices must fill it, "" for never.
    """

    key: str
    title: str
    type: Type = "string"
    note: str = ""
    options: tuple[str, ...] = ()
    required: bool = False
    since: str = ""


@dataclass(frozen=True, slots=True)
class Reference:
    """The columns that name a row of another table, by their names there."""

    columns: tuple[str, ...]
    resource: str
    there: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Resource:
    """One table. name: of its file; key: the columns that tell its rows apart, () for none.

    A blank text is "", any other blank value None.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: Sequence[Row]
    key: tuple[str, ...] = ()
    references: tuple[Reference, ...] = ()

    @property
    def fitted(self) -> Resource:
        """Return the table with values of the declared types and only promises that it keeps.

        A rule on trial lets a date or a number stand that is none, and a word that is no option:
        then the whole column is text, or open, rather than a value lost.
        """
        by_column = list(zip(*self.rows, strict=True)) or [()] * len(self.columns)
        pairs = [_fitted(*pair) for pair in zip(self.columns, by_column, strict=True)]
        rows = list(zip(*(values for _, values in pairs), strict=True))
        return replace(self, columns=tuple(column for column, _ in pairs), rows=rows)


def column_of(field: Field, rounds: dict[str, str]) -> Column:
    """Return the column that a form declares. rounds: names by key."""
    kind = field.kind
    words = kind.vocabulary
    type_: Type = "integer" if isinstance(kind, Count) else "string"
    return Column(
        key=field.key,
        title=field.header,
        type="date" if isinstance(kind, Day) else type_,
        note=field.hint,
        options=words.names if words and kind.insists else (),
        since=rounds.get(field.required, ""),
    )


def _fitted(column: Column, values: Row) -> tuple[Column, Row]:
    try:
        typed = [_typed(column.type, value) for value in values]
    except ValueError:
        return replace(column, type="string"), ["" if v is None else str(v) for v in values]
    said = {value for value in typed if value not in {"", None}}
    fits = said <= set(column.options)
    filled = all(value not in {"", None} for value in typed)
    options = column.options if fits else ()
    return replace(column, options=options, required=column.required and filled), typed


def _typed(type_: Type, value: Value) -> Value:
    """Return a value as its type; ValueError where it is none."""
    if type_ == "string":
        return "" if value is None else str(value)
    if not isinstance(value, str):
        return value
    if not value:
        return None
    typed = int(value) if type_ == "integer" else date.fromisoformat(value)
    if str(typed) != value:  # 2011-W37-2 or 1_0 is none that an office was told of
        raise ValueError(value)
    return typed
