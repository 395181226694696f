"""From typed texts to values: folding, 同上, what follows from another field, what is computed.

Every change that matters is a record 原值 → 新值 with its rule; doing it twice changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline import text
from pipeline.findings import Repair
from pipeline.forms.kinds import Folded

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pipeline.checks.records import Records
    from pipeline.findings import Finding
    from pipeline.forms import Derived, Field
    from pipeline.roster import Roster

_NIL = "无"
_BLANK = Folded("")
_SHORT = 6  # characters; a longer text is neither a placeholder nor a ditto mark


@dataclass(frozen=True, slots=True)
class Normalised:
    """Records with their values; repairs come with the position of their source."""

    records: Records
    repairs: tuple[tuple[int, Repair], ...]
    findings: tuple[Finding, ...]


def normalise(records: Records, roster: Roster) -> Normalised:
    """Return the records folded field by field; no argument is changed."""
    repairs: list[tuple[int, Repair]] = []
    findings: list[Finding] = []
    for entry in records.section.fields:
        if entry.derived is None:
            column = _copied(records, entry, repairs, findings)
            records = _folded(records, entry, column, repairs, findings)
    for entry in records.section.fields:
        if entry.follows and records.has(entry.follows):
            records = _followed(records, entry, repairs)
    for entry in records.section.fields:
        if entry.derived:
            records = _derived(records, entry, entry.derived, roster, repairs)
    return Normalised(records, tuple(repairs), tuple(findings))


def _assigned(records: Records, key: str, column: list[str]) -> Records:
    return replace(records, frame=records.frame.assign(**{key: column}))


def _copied(
    records: Records,
    entry: Field,
    repairs: list[tuple[int, Repair]],
    findings: list[Finding],
) -> list[str]:
    """Return the column with 同上 replaced by the record above in the same part."""
    column: list[str] = records.frame[entry.key].tolist()
    marks = {typed for typed in set(column) if len(typed) <= _SHORT and text.is_ditto(typed)}
    for record, typed in enumerate(column) if marks else ():
        if typed not in marks:
            continue
        if records.rank[record] == 0:
            column[record] = ""
            findings.append(records.finding("F213", record, entry.key))
        else:
            column[record] = column[record - 1]
            repairs.append(_repair(records, record, entry.key, column[record], "照抄上一行"))
    return column


def _folded(
    records: Records,
    entry: Field,
    column: list[str],
    repairs: list[tuple[int, Repair]],
    findings: list[Finding],
) -> Records:
    """Fold each distinct text once (once an office where the kind looks at the office)."""
    if entry.kind.scoped:
        keys: list[tuple[str, str]] | list[str] = [
            (records.source(record).office, typed) for record, typed in enumerate(column)
        ]
    else:
        keys = column
    known: dict[object, Folded] = {}
    for record, place in enumerate(keys):
        if place not in known:
            known[place] = _fold(entry, column[record], records, record)
    values = [known[place].value for place in keys]
    worth = {place for place, folded in known.items() if folded.rule or folded.code}
    for record, place in enumerate(keys) if worth else ():
        if place in worth:
            folded = known[place]
            if folded.rule and column[record] == records.typed(record, entry.key):
                repairs.append(_repair(records, record, entry.key, folded.value, folded.rule))
            if folded.code:
                findings.append(records.finding(folded.code, record, entry.key, **folded.params))
    return _assigned(records, entry.key, values)


def _fold(entry: Field, typed: str, records: Records, record: int) -> Folded:
    if len(typed) <= _SHORT and text.is_nil(typed):
        if entry.nil and text.narrow(typed) == _NIL:
            return Folded(_NIL)
        return Folded("", "占位符视为未填") if text.narrow(typed) else _BLANK
    if typed.isspace():
        return _BLANK
    return entry.kind.fold(typed, records.source(record).scope)


def _followed(records: Records, entry: Field, repairs: list[tuple[int, Repair]]) -> Records:
    """Fill a blank that another field's term implies (the level follows the consequence)."""
    implied = _attribute(records, entry.follows, "implies")
    column = records.frame[entry.key].tolist()
    for record, (value, other) in enumerate(zip(column, implied, strict=True)):
        if not value and other:
            column[record] = other
            rule = f"按{records.section.field(entry.follows).header}确定"
            repairs.append(_repair(records, record, entry.key, other, rule))
    return _assigned(records, entry.key, column)


def _derived(
    records: Records,
    entry: Field,
    derived: Derived,
    roster: Roster,
    repairs: list[tuple[int, Repair]],
) -> Records:
    """Compute a field; what the clerk had typed differently is told, his row numbers are not."""
    computed = list(_computed(records, derived, roster, entry))
    if derived.of not in {"row", "stamp"}:
        for record, value in enumerate(computed):
            typed = text.narrow(records.typed(record, entry.key))
            if typed and text.key(typed) != text.key(value):
                repairs.append(_repair(records, record, entry.key, value, "由系统填写"))
    return _assigned(records, entry.key, computed)


def _computed(records: Records, derived: Derived, roster: Roster, entry: Field) -> Iterator[str]:
    if derived.of == "row":
        yield from (str(rank + 1) for rank in records.rank)
    elif derived.of == "stamp":
        yield from (text.narrow(typed) for typed in records.frame[entry.key])
    elif derived.of == "office":
        for position in records.owner:
            office = roster.by_code.get(records.sources[position].office)
            yield str(getattr(office, derived.give)) if office else ""
    elif records.section.field(derived.of).kind.vocabulary:
        yield from _attribute(records, derived.of, derived.give)
    else:
        for position, post in zip(records.owner, records.frame[derived.of], strict=True):
            yield roster.tier_of(records.sources[position].office, post)


def _attribute(records: Records, key: str, name: str) -> list[str]:
    """Return an attribute of the term that each record holds in a vocabulary field."""
    vocabulary = records.section.field(key).kind.vocabulary
    terms: Mapping[str, str] = (
        {term.name: getattr(term, name) for term in vocabulary.terms} if vocabulary else {}
    )
    return [terms.get(value, "") for value in records.frame[key]]


def _repair(records: Records, record: int, key: str, after: str, rule: str) -> tuple[int, Repair]:
    place = records.place(record, key)
    repair = Repair(place, records.header(record, key), records.typed(record, key), after, rule)
    return records.owner[record], repair
