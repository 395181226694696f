"""From the rows of roster.xlsx to offices and people, every fault told with its cell."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from pipeline import text
from pipeline.files.names import safe_name
from pipeline.findings import Finding
from pipeline.forms.kind import Scope
from pipeline.model import Office, Person, Place
from pipeline.roster.roster import Roster

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from pipeline.forms import Section

_CODE = re.compile("[A-Z0-9]{0,10}")  # "" is told as not filled in
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
    faults += _unfit(office_rows)
    faults += _duplicates(office_rows, "代码", _code)
    faults += _duplicates(office_rows, "名称或别名", _office_names)
    faults += _duplicates(people_rows, "编号", _code)
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


def _unfit(rows: Sequence[Row]) -> Iterator[Fault]:
    """Yield the codes and names that risk numbers and folders cannot be made of."""
    for row in rows:
        if not _CODE.fullmatch(row.values["code"]):
            said = f"“{row.values['code']}”不能作代码。请只用字母和数字，不超过10位。"
            yield Fault(row.places["code"], said)
        name = row.values["name"]
        if name and safe_name(name) != name:
            said = f"“{name}”不能作文件夹名。请去掉 / : * 等符号。"
            yield Fault(row.places["name"], said)


Named = Mapping[str, tuple[str, str]]  # folded value -> the field it stands in, the value


def _code(row: Row) -> Named:
    return {row.values["code"]: ("code", row.values["code"])}


def _office_names(row: Row) -> Named:
    """Return the different names by which an office is found."""
    aliases = text.listed(row.values["aliases"])
    names = {text.key(alias): ("aliases", alias) for alias in aliases}
    return names | {text.key(row.values["name"]): ("name", row.values["name"])}


def _duplicates(rows: Sequence[Row], shown: str, named: Callable[[Row], Named]) -> Iterator[Fault]:
    """Yield a fault for each value that an earlier row has."""
    seen = {""}
    for row in rows:
        for folded, (key, value) in named(row).items():
            if folded in seen and value:
                yield Fault(row.places[key], f"{shown}“{value}”重复。请改成不同的。")
            seen.add(folded)


def _office(values: Mapping[str, str]) -> Office:
    get = partial(_get, values)
    return Office(
        code=get("code"),
        name=get("name"),
        order=int(get("order")) if get("order").isdigit() else 0,
        kind=get("kind"),
        aliases=text.listed(get("aliases")),
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
        name="".join(text.people(get("name"))),
        office=office,
        posts=text.listed(get("posts")),
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
