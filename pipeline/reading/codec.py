"""A worker's answer as JSON bytes, and back; what does not fit the types is not believed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, TypeVar

from pipeline.model import KINDS, REASONS, Archive, Reading, Sheet, Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")
Outcome = Reading | Archive | Unreadable

_SHEET_KEYS = tuple(Sheet.__slots__)
_READING_KEYS = tuple(Reading.__slots__)


class CodecError(ValueError):
    """Bytes that no worker of this version would have sent."""


def encode(outcome: Outcome) -> bytes:
    """Return an outcome as JSON in UTF-8."""
    if isinstance(outcome, Unreadable):
        return json.dumps({"reason": outcome.reason}).encode()
    if isinstance(outcome, Archive):
        return json.dumps({"members": outcome.members}).encode()
    plain = {key: getattr(outcome, key) for key in _READING_KEYS}
    plain["sheets"] = [
        {key: getattr(sheet, key) for key in _SHEET_KEYS} for sheet in outcome.sheets
    ]
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode()


def decode(data: bytes) -> Outcome:
    """Return the outcome a worker encoded.

    Raises CodecError where keys, types or words are not exactly those of the types.
    """
    try:
        plain = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise CodecError from error
    if isinstance(plain, dict) and set(plain) == {"reason"}:
        return Unreadable(_word(plain["reason"], REASONS))
    if isinstance(plain, dict) and set(plain) == {"members"}:
        return Archive(_texts(plain["members"]))
    plain = _object(plain, _READING_KEYS)
    return Reading(
        kind=_word(plain["kind"], KINDS),
        sheets=_many(plain["sheets"], _sheet),
        properties=_mapping(plain["properties"]),
        names=_mapping(plain["names"]),
        extras=_texts(plain["extras"]),
        blind=_one(plain["blind"], bool),
    )


def _sheet(value: object) -> Sheet:
    plain = _object(value, _SHEET_KEYS)
    return Sheet(
        name=_one(plain["name"], str),
        visible=_one(plain["visible"], bool),
        rows=_many(plain["rows"], _texts),
        merges=_texts(plain["merges"]),
        errors=_mapping(plain["errors"]),
        unvalued=_texts(plain["unvalued"]),
        imprecise=_texts(plain["imprecise"]),
        hidden_rows=_wholes(plain["hidden_rows"]),
        hidden_columns=_wholes(plain["hidden_columns"]),
        far=_mapping(plain["far"]),
        fills=_mapping(plain["fills"]),
    )


def _one(value: object, kind: type[T]) -> T:
    if isinstance(value, kind):
        return value
    raise CodecError


def _word(value: object, words: tuple[T, ...]) -> T:
    for word in words:
        if value == word:
            return word
    raise CodecError


def _object(value: object, keys: tuple[str, ...]) -> dict[str, object]:
    plain: dict[str, object] = _one(value, dict)
    if set(plain) == set(keys):
        return plain
    raise CodecError


def _many(value: object, item: Callable[[object], T]) -> tuple[T, ...]:
    return tuple(item(entry) for entry in _one(value, list))


def _texts(value: object) -> tuple[str, ...]:
    return _uniform(value, str)


def _wholes(value: object) -> tuple[int, ...]:
    return _uniform(value, int)


def _uniform(value: object, kind: type[T]) -> tuple[T, ...]:
    entries: list[T] = _one(value, list)
    # not isinstance: True is an int
    if set(map(type, entries)) <= {kind}:
        return tuple(entries)
    raise CodecError


def _mapping(value: object) -> dict[str, str]:
    entries: dict[str, str] = _one(value, dict)
    if set(map(type, entries.values())) <= {str}:
        return entries
    raise CodecError
