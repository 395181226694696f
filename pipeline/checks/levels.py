"""就高不就低: the level that follows where two are given (方案 四(一)3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.forms import Form


def raised(form: Form, values: Mapping[str, str]) -> str:
    """Return the highest level that follows from one record: as filled, or as implied."""
    key = form.roles.level
    if not key:
        return ""
    entry = form.table.field(key)
    levels = entry.kind.vocabulary
    implied = ""
    if entry.follows and entry.follows in form.table.keys:
        source = form.table.field(entry.follows).kind.vocabulary
        term = source.get(values.get(entry.follows, "")) if source else None
        implied = term.implies if term else ""
    terms = [levels.get(name) for name in (values.get(key, ""), implied)] if levels else []
    known = tuple(term for term in terms if term)
    return levels.highest(known).name if levels and known else ""
