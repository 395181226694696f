"""Column types that mean the same in SQLite and PostgreSQL."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import LargeBinary, String, Text, TypeDecorator

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Dialect

    from pipeline.ledger.rows import Facts


def canonical(facts: Mapping[str, object]) -> str:
    """Return `facts` as JSON of one form: sorted keys, no blanks, one line.

    >>> canonical({"b": 1, "a": "预算科"})
    '{"a":"预算科","b":1}'
    """
    return json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def written(moment: datetime) -> str:
    """Return `moment` in UTC as text that sorts by time.

    >>> written(datetime(2011, 9, 13, 6, 32, tzinfo=UTC))
    '2011-09-13T06:32:00.000000+00:00'
    """
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


class Moment(TypeDecorator[datetime]):
    """An aware moment, kept as text in UTC: SQLite has no type that keeps the zone."""

    impl = String(32)
    cache_ok = True

    def process_bind_param(
        self,
        value: datetime | None,
        dialect: Dialect,  # noqa: ARG002  the signature is SQLAlchemy's
    ) -> str | None:
        """Return the value as the database keeps it."""
        return None if value is None else written(value)

    def process_result_value(
        self,
        value: str | None,
        dialect: Dialect,  # noqa: ARG002  the signature is SQLAlchemy's
    ) -> datetime | None:
        """Return the kept value as Python knows it."""
        return None if value is None else datetime.fromisoformat(value)


class FileName(TypeDecorator[str]):
    """A name exactly as the system has it; it may hold bytes that are no text (GBK on a share)."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(
        self,
        value: str | None,
        dialect: Dialect,  # noqa: ARG002  the signature is SQLAlchemy's
    ) -> bytes | None:
        """Return the value as the database keeps it."""
        return None if value is None else os.fsencode(value)

    def process_result_value(
        self,
        value: bytes | None,
        dialect: Dialect,  # noqa: ARG002  the signature is SQLAlchemy's
    ) -> str | None:
        """Return the kept value as Python knows it."""
        return None if value is None else os.fsdecode(value)


class FactsText(TypeDecorator["Facts"]):
    """A flat mapping, kept as canonical JSON."""

    impl = Text
    cache_ok = True

    def process_bind_param(
        self,
        value: Facts | None,
        dialect: Dialect,  # noqa: ARG002  the signature is SQLAlchemy's
    ) -> str | None:
        """Return the value as the database keeps it."""
        return None if value is None else canonical(value)

    def process_result_value(
        self,
        value: str | None,
        dialect: Dialect,  # noqa: ARG002  the signature is SQLAlchemy's
    ) -> Facts | None:
        """Return the kept value as Python knows it."""
        return None if value is None else json.loads(value)
