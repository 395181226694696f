"""From the rows of roster.xlsx to offices and people, every fault told with its cell."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from pipeline import text
from pipeline.findings import Finding
from pipeline.forms.kinds import Scope
from pipeline.model import Office, Person, Place
from pipeline.roster.roster import Roster

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pipeline.forms import Section

_YES = frozenset({"是", "y", "yes", "√", "1", "true"})


@dataclass(frozen=True, slots=True)
class Row:
    """One row as it stands in the sheet: typed text and place by field key."""

    values: Mapping[str, str]
    places: Mapping[str, Place]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing to mend in roster.xlsx: the cell, and what is wrong with the remedy."""

    place: Place
    said: str

    def __str__(self) -> str:
        return f"{self.place.sheet} {self.place.cell}：{self.said}"


def build(
    offices: tuple[Section, Sequence[Row]],
    people: tuple[Section, Sequence[Row]],
) -> tuple[Roster, list[Fault]]:
    """Return the roster and every fault found; with faults the roster is not to be used."""
    faults: list[Fault] = []
    office_rows = [_folded(offices[0], row, faults) for row in offices[1]]
    people_rows = [_folded(people[0], row, faults) for row in people[1]]
    units = sorted((_office(row.values) for row in office_rows), key=lambda unit: unit.order)
    lookup = Roster(tuple(units), ())
    faults += _duplicates(office_rows, "code", "代码")
    faults += _duplicates(office_rows, "name", "名称")
    faults += _duplicates(people_rows, "code", "编号")
    members = []
    for row in people_rows:
        unit = lookup.office_named(row.values["office"])
        if unit is None and row.values["office"]:
            said = f"“{row.values['office']}”不在“科室”表里。请改成“科室”表的名称。"
            faults.append(Fault(row.places["office"], said))
        members.append(_person(row.values, unit.code if unit else ""))
    if not units:
        faults.append(Fault(Place("科室", "A1"), "还没有单位。请每个单位填一行。"))
    return Roster(tuple(units), tuple(members)), faults


def _folded(section: Section, row: Row, faults: list[Fault]) -> Row:
    """Return the row with every value folded by its field's kind; faults are appended."""
    values = {}
    for entry in section.fields:
        typed = row.values.get(entry.key, "")
        place = row.places.get(entry.key, Place())
        blank = text.is_nil(typed)
        folded = entry.kind.fold(typed, Scope()) if not blank else None
        values[entry.key] = folded.value if folded else ""
        if folded and folded.code:
            said = Finding(folded.code, place, entry.header, typed, folded.params)
            faults.append(Fault(place, said.message.removeprefix(said.where)))
        elif blank and entry.required:
            faults.append(Fault(place, f"“{entry.header}”不能为空。请填写。"))
    return Row(values, row.places)


def _duplicates(rows: Sequence[Row], key: str, shown: str) -> Iterator[Fault]:
    seen: set[str] = set()
    for row in rows:
        value = text.key(row.values[key])
        if value and value in seen:
            yield Fault(row.places[key], f"{shown}“{row.values[key]}”重复。请改成不同的。")
        seen.add(value)


def _office(values: Mapping[str, str]) -> Office:
    get = partial(_get, values)
    return Office(
        code=get("code"),
        name=get("name"),
        order=int(get("order")) if get("order").isdigit() else 0,
        kind=get("kind"),
        aliases=text.people(get("aliases")),
        head=get("head"),
        leader=get("leader"),
        liaison=get("liaison"),
        phone=get("phone"),
        closed=_day(get("closed")),
    )


def _person(values: Mapping[str, str], office: str) -> Person:
    get = partial(_get, values)
    return Person(
        code=get("code"),
        name=text.people(get("name"))[0] if get("name") else "",
        office=office,
        posts=text.people(get("posts")),
        title=get("title"),
        tier=get("tier"),
        is_head=get("is_head").casefold() in _YES,
        partner=get("partner"),
        joined=_day(get("joined")),
        left=_day(get("left")),
    )


def _get(values: Mapping[str, str], key: str) -> str:
    return values.get(key, "")


def _day(value: str) -> date | None:
    try:
        return date.fromisoformat(value) if value else None
    except ValueError:
        return None  # already told as a fault of the cell
