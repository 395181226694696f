"""From typed texts to values: folding, 同上, what follows from another field, what is computed.

Every change that matters is a record 原值 → 新值 with its rule; doing it twice changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline import text
from pipeline.findings import Repair
from pipeline.forms.kind import Folded
from pipeline.workbook.issue import attribute

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pipeline.checks.check import PartInput
    from pipeline.checks.records import Records
    from pipeline.findings import Finding
    from pipeline.forms import Derived, Field
    from pipeline.forms.kind import Scope
    from pipeline.roster import Roster

BY_SYSTEM = "由系统填写"  # rule of the repair where a computed field was typed otherwise

_SHORT = 6  # characters; a longer text is neither a placeholder nor a ditto mark


@dataclass(frozen=True, slots=True)
class Normalised:
    """Records with their values; repairs come with the position of their source.

    rest: by record, what else a cell named that does not count, under a label of its own.
    """

    records: Records
    repairs: tuple[tuple[int, Repair], ...]
    findings: tuple[Finding, ...]
    rest: Mapping[int, Mapping[str, str]]


def normalise(records: Records, roster: Roster) -> Normalised:
    """Return the records folded field by field; no argument is changed."""
    repairs: list[tuple[int, Repair]] = []
    findings: list[Finding] = []
    rest: dict[int, dict[str, str]] = {}
    for entry in records.section.fields:
        if entry.derived is None:
            records = _folded(records, entry, _Told(repairs, findings, rest))
    for entry in records.section.fields:
        if entry.follows and records.has(entry.follows):
            records = _followed(records, entry, repairs)
    for entry in records.section.fields:
        if entry.derived:
            records = _derived(records, entry, entry.derived, roster, repairs)
    return Normalised(records, tuple(repairs), tuple(findings), rest)


@dataclass(frozen=True, slots=True)
class _Told:
    """What folding has to tell so far."""

    repairs: list[tuple[int, Repair]]
    findings: list[Finding]
    rest: dict[int, dict[str, str]]


def _assigned(records: Records, key: str, column: list[str]) -> Records:
    return replace(records, frame=records.frame.assign(**{key: column}))


def _copied(records: Records, entry: Field) -> list[str]:
    """Return the column with 同上 replaced by the record above in the same part."""
    column: list[str] = records.frame[entry.key].tolist()
    marks = {typed for typed in set(column) if _is_short(typed) and text.is_ditto(typed)}
    for record, typed in enumerate(column) if marks else ():
        if typed in marks:
            column[record] = column[record - 1] if records.rank[record] else ""
    return column


def _folded(records: Records, entry: Field, told: _Told) -> Records:
    """Fold each distinct text once (once an office where the kind looks at the office)."""
    column, typed = _copied(records, entry), records.frame[entry.key].tolist()
    keys: Sequence[object] = column
    if entry.kind.scoped:
        keys = [(records.source(record).office, said) for record, said in enumerate(column)]
    known: dict[object, Folded] = {}
    for record, place in enumerate(keys):
        if place not in known:
            known[place] = _fold(entry, column[record], records.source(record).scope)
    plain = {place for place, folded in known.items() if not folded.rule and not folded.code}
    for record, place in enumerate(keys):
        copied = column[record] != typed[record]
        if place in plain and not copied:
            continue
        folded = _copy_of(known[place]) if copied else known[place]
        if folded.rule:
            told.repairs.append(_repair(records, record, entry.key, folded.value, folded.rule))
        if folded.code:
            told.findings.append(records.finding(folded.code, record, entry.key, **folded.params))
        if folded.rest:
            told.rest.setdefault(record, {})[f"{entry.header}（其余）"] = folded.rest
    return _assigned(records, entry.key, [known[place].value for place in keys])


def _copy_of(above: Folded) -> Folded:
    """Return what 同上 means where the record above means `above`."""
    if not above.value:
        return Folded("", code="F213")
    return replace(above, rule="照抄上一行")


def _is_short(typed: str) -> bool:
    """Tell whether a text may be a placeholder or a ditto mark; most need no closer look."""
    return len(typed.strip()) <= _SHORT


def _fold(entry: Field, typed: str, scope: Scope) -> Folded:
    if not _is_short(typed) or not text.is_nil(typed):
        return entry.kind.fold(typed, scope)
    if entry.nil and text.says_nil(typed):
        return Folded(text.NIL, "" if typed.strip() == text.NIL else "统一用词")
    return Folded("", "占位符视为未填" if text.narrow(typed) else "")


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
                repairs.append(_repair(records, record, entry.key, value, BY_SYSTEM))
    return _assigned(records, entry.key, computed)


def _computed(records: Records, derived: Derived, roster: Roster, entry: Field) -> Iterator[str]:
    if derived.of == "row":
        yield from (str(rank + 1) for rank in records.rank)
    elif derived.of == "stamp":
        for record, typed in enumerate(records.frame[entry.key]):
            yield records.source(record).said.given.get(entry.key) or text.narrow(typed)
    elif derived.of == "issue":
        for record, typed in enumerate(records.frame[entry.key]):
            yield records.source(record).said.given.get(entry.key, typed)
    elif derived.of in {"office", "person"}:
        yield from (
            _on_roster(records.sources[position].said, derived, roster)
            for position in records.owner
        )
    elif records.section.field(derived.of).kind.vocabulary:
        yield from _attribute(records, derived.of, derived.give)
    else:
        for position, post in zip(records.owner, records.frame[derived.of], strict=True):
            yield roster.tier_of(records.sources[position].office, post)


def _on_roster(said: PartInput, derived: Derived, roster: Roster) -> str:
    """Return what the roster knows of a part's office or person, "" where that is unknown."""
    source = roster.by_code.get(said.office) if derived.of == "office" else said.person
    return attribute(source, derived.give) if source else ""


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
