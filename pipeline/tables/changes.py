"""The change log: what every version of a record changed, a row a field, old beside new.

Shape of a log: COLUMNS, all text but `date`; oldest first, within a day in official order. `level`
is the one in force from then on. A new record is one row, and so is one that is missing, written
off or back. A version that changed nothing the form shows still has its row, so that none is left
out. What the tool computes (numbers of rows, heads, managing bodies) is no change.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.frames import pd
from pipeline.ledger.rows import CANCELLED, MISSING
from pipeline.tables.scope import BLANK, LEVEL
from pipeline.vocab import CHANGES, IN_FORCE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import date

    from pipeline.model import Office
    from pipeline.tables.scope import Scope

COLUMNS = (
    *("date", "number", "office", "office_name", "change", "point", "level"),
    *("field", "old", "new", "why", "source", "who"),
)
STATUS = "状态"
_OTHER = "其他栏目"
_TYPED = "填报"  # before the header of the level as the office typed it
_OF_FIELDS = frozenset({"new", "changed", "raised", "lowered", "back"})
_Line = tuple[str, str, str, str, str]  # class, field, old, new, source


@dataclass(frozen=True, slots=True)
class Told:
    """One version of a numbered record.

    change: key of CHANGES; status: "" while in force. level: in force. payload: by key of the form;
    own: of the office's own columns, by label. why: the reason on record. who: made it. source:
    file, sheet and cell of a field by key, "" for the file as a whole.
    """

    record: int
    number: str
    office: Office
    day: date
    change: str
    status: str
    level: str
    payload: Mapping[str, str]
    own: Mapping[str, str]
    why: str
    who: str
    source: Callable[[str], str]


def change_log(told: Iterable[Told], scope: Scope) -> pd.DataFrame:
    """Return the change log of versions.

    told: the versions of one record together and oldest first, the records in official order.
    """
    rows: list[tuple[object, ...]] = []
    before: Told | None = None
    for one in told:
        then = before if before and before.record == one.record else None
        rows += _rows(one, then, scope)
        before = one
    return pd.DataFrame(rows, columns=list(COLUMNS)).sort_values(
        "date", kind="stable", ignore_index=True
    )


def _rows(one: Told, then: Told | None, scope: Scope) -> Iterator[tuple[object, ...]]:
    """Yield the rows of a version."""
    match = scope.form.roles.match
    point = one.payload.get(match[-1], "") if match else ""
    known = (one.day, one.number, one.office.code, one.office.name)
    lines = _new(one, scope) if then is None else _against(one, then, scope)
    for change, field, old, new, source in lines:
        why = _why(one, then, scope) if field in {STATUS, scope.header(LEVEL)} else ""
        yield (*known, CHANGES[change], point, one.level, field, old, new, why, source, one.who)


def _new(one: Told, scope: Scope) -> Iterator[_Line]:
    """Yield the one row of a new record: its level; what else it says stands in the register."""
    key = scope.form.roles.match[-1] if scope.form.roles.match else ""
    yield one.change, scope.header(LEVEL), "", one.level or BLANK, one.source(key)


def _against(one: Told, then: Told, scope: Scope) -> Iterator[_Line]:
    if one.change in {MISSING, CANCELLED}:
        yield one.change, STATUS, _standing(then), CHANGES[one.change], one.source("")
        return
    lines = [*_status(one, then), *_level(one, then, scope), *_fields(one, then, scope)]
    yield from lines or [(one.change, _OTHER, "", "", one.source(""))]


def _standing(one: Told) -> str:
    return CHANGES.get(one.status, IN_FORCE)


def _status(one: Told, then: Told) -> Iterator[_Line]:
    if one.status != then.status:
        yield one.change, STATUS, _standing(then), _standing(one), one.source("")


def _level(one: Told, then: Told, scope: Scope) -> Iterator[_Line]:
    """Yield that the level in force changed, or was fixed; and what was typed, where it differs."""
    key, header = scope.form.roles.level, scope.header(LEVEL)
    if one.level != then.level or one.change not in _OF_FIELDS:
        source = one.source(key)
        yield _class_of_level(one, then, scope), header, _said(then.level), _said(one.level), source
    typed, before = one.payload.get(key, ""), then.payload.get(key, "")
    said_above = one.level != then.level and typed == one.level
    if typed != before and not said_above:
        yield "changed", f"{_TYPED}{header}", _said(before), _said(typed), one.source(key)


def _class_of_level(one: Told, then: Told, scope: Scope) -> str:
    if one.change not in _OF_FIELDS:
        return one.change
    now, before = scope.levels.get(one.level), scope.levels.get(then.level)
    if now is None or before is None or now.rank == before.rank:
        return "changed"
    return "raised" if now.rank < before.rank else "lowered"


def _fields(one: Told, then: Told, scope: Scope) -> Iterator[_Line]:
    """Yield the fields that the office itself fills in and that say something else now."""
    roles = scope.form.roles
    for field in scope.form.table.fields:
        key = field.key
        if field.derived or key in {roles.number, roles.level}:
            continue
        old, new = then.payload.get(key, ""), one.payload.get(key, "")
        if old != new:
            yield "changed", field.header, _said(old), _said(new), one.source(key)
    for label in dict.fromkeys([*then.own, *one.own]):
        old, new = then.own.get(label, ""), one.own.get(label, "")
        if old != new:
            yield "changed", label, _said(old), _said(new), one.source(label)


def _said(value: str) -> str:
    return value or BLANK


def _why(one: Told, then: Told | None, scope: Scope) -> str:
    """Return the reason of a version, or the explanation that came with it."""
    answer = scope.form.roles.answer
    said = one.payload.get(answer, "")
    explained = said if then is not None and said != then.payload.get(answer, "") else ""
    return one.why or explained
