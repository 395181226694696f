"""What people write about themselves in 附件2: duties, rules of conduct, measures, a promise."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from random import Random
from typing import TYPE_CHECKING, Any

from pipeline.rehearsal.texts import listed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipeline.model import Person
    from pipeline.rehearsal.bureau import Bureau

_PARTS = ("office", "funds", "oversight", "units")
_HEAD, _OTHER = "lead", "service"  # kinds of posts the data does not name
_SHARED = 2
_WITH_PROMISE = 0.4


@dataclass(frozen=True, slots=True)
class Own:
    """What is said of one post alone: its duties, one rule of conduct, one measure."""

    duties: tuple[str, ...]
    rule: str
    measure: str


@dataclass(frozen=True, slots=True)
class Kind:
    """What posts of a kind share; own: for a post of this kind that the data does not name."""

    own: Own
    conduct: tuple[str, ...]
    measures: tuple[str, ...]
    promises: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Duties:
    """All material. posts: (office, post) -> (key of its kind, its own words)."""

    kinds: Mapping[str, Kind]
    posts: Mapping[tuple[str, str], tuple[str, Own]]


def pledge(bureau: Bureau, person: Person) -> dict[str, str]:
    """Return what a person says of his first post, by field key; always the same.

    A promise of one's own is made by some only, the others leave it blank.
    """
    post = next(iter(person.posts), person.title)
    said = read_duties()
    unnamed = _HEAD if person.is_head else _OTHER
    key, own = said.posts.get((person.office, post), (unnamed, said.kinds[unnamed].own))
    kind = said.kinds[key]
    dice = Random(f"{person.office} {post} {person.code}")  # noqa: S311 - it must repeat itself
    slots = {"office": bureau.office(person.office).name, "post": post}
    conduct = (own.rule, *_some(kind.conduct, dice))
    measures = (own.measure, *_some(kind.measures, dice))
    promise = dice.choice(kind.promises) if dice.random() < _WITH_PROMISE else ""
    return {
        "duties": listed(own.duties, slots),
        "conduct_rules": listed(conduct, slots),
        "self_measures": listed(measures, slots),
        "own_commitment": promise.format_map(slots),
        "explanation": "",
    }


def _some(shared: Sequence[str], dice: Random) -> list[str]:
    """Return some of what a kind shares, in the order of the data."""
    return [shared[place] for place in sorted(dice.sample(range(len(shared)), _SHARED))]


@cache
def read_duties() -> Duties:
    """Return the material kept beside this module."""
    entries = [entry for part in _PARTS for entry in _load(part)["posts"]]
    return Duties(
        kinds={key: _kind(entry) for key, entry in _load("kinds")["kinds"].items()},
        posts={(each["office"], each["post"]): (each["kind"], _own(each)) for each in entries},
    )


def _load(part: str) -> dict[str, Any]:
    source = resources.files("pipeline.rehearsal").joinpath("duties", f"{part}.toml")
    return tomllib.loads(source.read_text("utf-8"))


def _kind(entry: dict[str, Any]) -> Kind:
    return Kind(
        own=_own(entry),
        conduct=tuple(entry["conduct"]),
        measures=tuple(entry["measures"]),
        promises=tuple(entry["commitments"]),
    )


def _own(entry: dict[str, Any]) -> Own:
    return Own(tuple(entry["duties"]), entry["rule"], entry["measure"])
