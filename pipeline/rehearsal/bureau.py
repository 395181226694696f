"""The demo bureau: offices, people, AB partners and leaders, all invented."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field, replace
from datetime import date
from importlib import resources
from typing import TYPE_CHECKING, Any

from pipeline.forms.roster_form import ROSTER
from pipeline.forms.tailor import tailor
from pipeline.model import Office, Person
from pipeline.roster import Roster
from pipeline.settings import default_text
from pipeline.workbook.roster_book import write_roster_book

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.forms.kind import Scope
    from pipeline.settings import Settings

YEAR = 2011
_JOINED = date(2008, 3, 1)
_PHONE = "0000-{:07d}"  # no such area code


@dataclass(frozen=True, slots=True)
class Bureau:
    """A bureau as its roster knows it; contact and phone are those of the discipline group."""

    name: str
    contact: str
    phone: str
    leaders: tuple[str, ...]
    offices: tuple[Office, ...]
    people: tuple[Person, ...]
    year: int = YEAR
    roster: Roster = field(init=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "roster", Roster(self.offices, self.people))

    def office(self, code: str) -> Office:
        """Return the office with this code; KeyError where there is none."""
        return self.roster.by_code[code]

    def staff(self, code: str) -> tuple[Person, ...]:
        """Return the people of an office, its head first."""
        return self.roster.staff(code)

    def scope(self, code: str) -> Scope:
        """Return what the cells of an office's workbook may refer to."""
        return self.roster.scope(code, self.year)


def demo_bureau() -> Bureau:
    """Return the demo bureau; always the same."""
    said = tomllib.loads(_text("bureau.toml"))
    offices = tuple(_office(entry, order, said) for order, entry in enumerate(said["offices"], 1))
    people: list[Person] = []
    for entry in said["offices"]:
        people += _people(entry, len(people), said)
    leaders = tuple(said["leaders"])
    return Bureau(said["name"], said["contact"], said["phone"], leaders, offices, tuple(people))


def config_text(bureau: Bureau) -> str:
    """Return config.toml for the demo bureau: the default with its name, contact and year."""
    text = default_text(year=bureau.year, bureau=bureau.name)
    return text.replace("（请填写联系人）", bureau.contact).replace("（请填写电话）", bureau.phone)


def write_roster(bureau: Bureau, settings: Settings) -> bytes:
    """Return the bureau's roster.xlsx."""
    return write_roster_book(tailor(ROSTER, settings), bureau.offices, bureau.people)


def blank_roster(settings: Settings) -> bytes:
    """Return a roster.xlsx that is still to be filled in."""
    return write_roster_book(tailor(ROSTER, settings), (), ())


def _text(name: str) -> str:
    return resources.files("pipeline.rehearsal").joinpath(name).read_text("utf-8")


def _office(entry: dict[str, Any], order: int, said: dict[str, Any]) -> Office:
    return Office(
        code=entry["code"],
        name=entry["name"],
        order=order,
        kind=said["units"] if entry.get("unit") else said["departments"],
        aliases=tuple(entry["aliases"]),
        head=entry["people"][0][0],
        leader=said["leaders"][entry["leader"]],
        liaison=entry["people"][-1][0],
        phone=_PHONE.format(order * 100),
    )


def _people(entry: dict[str, Any], before: int, said: dict[str, Any]) -> list[Person]:
    """Return the people of an office, each with the partner of his AB ring."""
    staff = [
        Person(
            code=f"R{before + place:03d}",
            name=name,
            office=entry["code"],
            posts=tuple(posts),
            title=title,
            tier=said["middle_tier"] if title in said["middle"] else said["general_tier"],
            is_head=place == 1,
            joined=_JOINED,
        )
        for place, (name, title, posts) in enumerate(entry["people"], 1)
    ]
    return [_paired(staff, place) for place in range(len(staff))]


def _paired(staff: Sequence[Person], place: int) -> Person:
    """Return a person with his partner: pairs in order, and a ring of three at an odd end."""
    last = len(staff) - 1
    ring = len(staff) % 2 == 1 and place >= last - 2
    other = (place + 1 if place < last else last - 2) if ring else place ^ 1
    return replace(staff[place], partner=staff[other].name)
