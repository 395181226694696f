"""The roster as the tool uses it, in official order."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pipeline import text
from pipeline.forms.kind import Scope
from pipeline.model import Office, Person

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet


@dataclass(frozen=True)
class Roster:
    """Offices in their display order, people in the order of the sheet."""

    offices: tuple[Office, ...]
    people: tuple[Person, ...]

    @cached_property
    def by_code(self) -> dict[str, Office]:
        """Return the offices by code, closed ones included."""
        return {office.code: office for office in self.offices}

    @cached_property
    def by_person(self) -> dict[str, Person]:
        """Return the people by code, those who left included."""
        return {person.code: person for person in self.people}

    def named(self, typed: str, office: str) -> tuple[Person, ...]:
        """Return the people of an office with this name."""
        wanted = text.people(typed)
        return tuple(person for person in self.staff(office) if [person.name] == [*wanted])

    def offices_with(self, posts: AbstractSet[str], people: AbstractSet[str]) -> tuple[Office, ...]:
        """Return the offices that have all of these posts (folded) and people.

        Blank posts are no matter. A person alone tells nothing, heads are known to all: () where
        not both are asked for.
        """
        posts = posts - {""}
        if not posts or not people:
            return ()
        return tuple(
            office
            for office in self.offices
            if posts <= self._posts_of[office.code] and people <= self._names_of[office.code]
        )

    def has_posts(self, office: str, posts: AbstractSet[str]) -> bool:
        """Tell whether an office has all of these posts (folded)."""
        return posts - {""} <= self._posts_of[office]

    def called(self, person: Person) -> str:
        """Return what a person is called in names of files; shared names bear the code."""
        shared = person.name in self.namesakes(person.office)
        return f"{person.name}（{person.code}）" if shared else person.name

    def namesakes(self, office: str) -> dict[str, tuple[Person, ...]]:
        """Return the people of an office who share a name, by that name; {} where nobody does."""
        return self._namesakes.get(office, {})

    @cached_property
    def _namesakes(self) -> dict[str, dict[str, tuple[Person, ...]]]:
        found: dict[str, dict[str, tuple[Person, ...]]] = {}
        for office in self.offices:
            counts = Counter(person.name for person in self.staff(office.code))
            found[office.code] = {
                name: self.named(name, office.code) for name, count in counts.items() if count > 1
            }
        return found

    @cached_property
    def _posts_of(self) -> dict[str, set[str]]:
        return {
            office.code: {text.key(post) for one in self.staff(office.code) for post in one.posts}
            for office in self.offices
        }

    @cached_property
    def _names_of(self) -> dict[str, set[str]]:
        return {
            office.code: {one.name for one in self.staff(office.code)} for office in self.offices
        }

    @cached_property
    def _by_name(self) -> dict[str, Office]:
        names = {text.key(alias): office for office in self.offices for alias in office.aliases}
        return names | {text.key(office.name): office for office in self.offices}

    def office_named(self, typed: str) -> Office | None:
        """Return the office with this name, alias or folder name (12-预算科)."""
        name = typed.split("-", 1)[-1] if typed[:1].isdigit() else typed
        return self._by_name.get(text.key(typed)) or self._by_name.get(text.key(name))

    def active(self, day: date) -> tuple[Office, ...]:
        """Return the offices that report on `day`."""
        return tuple(office for office in self.offices if not office.closed or day < office.closed)

    def staff(self, office: str, day: date | None = None) -> tuple[Person, ...]:
        """Return the people of an office, on `day` only those who are there."""
        return tuple(
            person
            for person in self.people
            if person.office == office and (day is None or _present(person, day))
        )

    def scope(self, office: str, year: int) -> Scope:
        """Return what the cells of this office may refer to."""
        return self._scopes(year).get(office, Scope(everyone=self._everyone, year=year))

    @cached_property
    def _everyone(self) -> frozenset[str]:
        leaders = {name for office in self.offices for name in (office.head, office.leader)}
        return frozenset(leaders | {person.name for person in self.people}) - {""}

    @cached_property
    def _scope_cache(self) -> dict[int, dict[str, Scope]]:
        return {}

    def _scopes(self, year: int) -> dict[str, Scope]:
        """Return all scopes of a year; a block asks for the same few hundreds of times."""
        if year not in self._scope_cache:
            self._scope_cache[year] = {
                office.code: self._make_scope(office.code, year) for office in self.offices
            }
        return self._scope_cache[year]

    def _make_scope(self, office: str, year: int) -> Scope:
        staff = self.staff(office)
        posts = dict.fromkeys(post for person in staff for post in person.posts)
        names = dict.fromkeys(person.name for person in staff if not person.left)
        return Scope(tuple(posts), tuple(names), self._everyone, year)

    def tier_of(self, office: str, post: str) -> str:
        """Return the 岗位层次 of who holds a post, "" where nobody or several tiers do."""
        return self._tiers.get((office, post), "")

    @cached_property
    def _tiers(self) -> dict[tuple[str, str], str]:
        found: dict[tuple[str, str], set[str]] = {}
        for person in self.people:
            for post in person.posts:
                found.setdefault((person.office, post), set()).add(person.tier)
        return {place: next(iter(tiers)) for place, tiers in found.items() if len(tiers) == 1}

    def to_json(self) -> str:
        """Return the roster as canonical JSON, kept beside its snapshot."""
        parts = {
            "offices": [asdict(office) for office in self.offices],
            "people": [asdict(person) for person in self.people],
        }
        return json.dumps(parts, ensure_ascii=False, sort_keys=True, default=str)

    @classmethod
    def from_json(cls, text_: str) -> Roster:
        """Return the roster written by `to_json`."""
        parts = json.loads(text_)
        return cls(
            tuple(Office(**_thawed(entry)) for entry in parts["offices"]),
            tuple(Person(**_thawed(entry)) for entry in parts["people"]),
        )


def _present(person: Person, day: date) -> bool:
    return (not person.joined or person.joined <= day) and (not person.left or day < person.left)


def _thawed(entry: dict[str, Any]) -> dict[str, Any]:
    days = {
        name: date.fromisoformat(entry[name])
        for name in ("closed", "joined", "left")
        if entry.get(name)
    }
    lists = {name: tuple(value) for name, value in entry.items() if isinstance(value, list)}
    return entry | lists | days
