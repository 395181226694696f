"""The material of the texts: powers, grades, common patterns and each office's own matters."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_PARTS = ("office", "funds", "oversight", "units")


@dataclass(frozen=True, slots=True)
class Grade:
    """How grave a risk is, as two fields that must agree say it; oversight: a measure it adds."""

    consequence: str
    level: str
    oversight: str


@dataclass(frozen=True, slots=True)
class Risk:
    """A risk as written down; slots such as {papers} stand for what a matter is about."""

    category: str
    grade: str
    point: str
    manifestation: tuple[str, ...]
    measures: tuple[str, ...]
    step: str = ""
    methods: str = ""


@dataclass(frozen=True, slots=True)
class Matter:
    """A power an office holds: its own risk, the names of common ones, and what fills slots.

    posts: who deals with it; the own risk is the first's, the others take turns.
    """

    office: str
    name: str
    posts: tuple[str, ...]
    power: str
    slots: Mapping[str, str]
    own: Risk
    risks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """All material. powers: key -> (class, subclass)."""

    grades: Mapping[str, Grade]
    powers: Mapping[str, tuple[str, str]]
    patterns: Mapping[str, Risk]
    matters: tuple[Matter, ...]

    def of(self, office: str) -> tuple[Matter, ...]:
        """Return the matters of an office."""
        return tuple(matter for matter in self.matters if matter.office == office)


@cache
def read_words() -> Words:
    """Return the material kept beside this module."""
    said = _load("patterns.toml")
    parts = [_load("matters", f"{name}.toml") for name in _PARTS]
    return Words(
        grades={
            g["key"]: Grade(g["consequence"], g["level"], g["oversight"]) for g in said["grades"]
        },
        powers={key: (pair[0], pair[1]) for key, pair in said["powers"].items()},
        patterns={key: _risk(entry) for key, entry in said["patterns"].items()},
        matters=tuple(_matter(entry) for part in parts for entry in part["matters"]),
    )


def _load(*names: str) -> dict[str, Any]:
    source = resources.files("pipeline.rehearsal").joinpath(*names)
    return tomllib.loads(source.read_text("utf-8"))


def _risk(entry: dict[str, Any]) -> Risk:
    return Risk(
        category=entry["category"],
        grade=entry["grade"],
        point=entry["point"],
        manifestation=tuple(entry["manifestation"]),
        measures=tuple(entry["measures"]),
        step=entry.get("step", ""),
        methods=entry.get("methods", ""),
    )


def _matter(entry: dict[str, Any]) -> Matter:
    slots = {name: entry[name] for name in ("thing", "papers", "party", "rule")}
    return Matter(
        office=entry["office"],
        name=entry["name"],
        posts=tuple(entry["posts"]),
        power=entry["power"],
        slots=slots | {"matter": entry["name"]},
        own=_risk(entry),
        risks=tuple(entry["risks"]),
    )
