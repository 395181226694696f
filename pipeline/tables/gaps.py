"""What offices may have left out or graded unevenly, seen from what the others wrote.

It tells one office's words beside another's: it is for the discipline group alone.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipeline import text
from pipeline.frames import pd
from pipeline.tables.alike import closest, grouped

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pipeline.forms import Form
    from pipeline.tables.scope import Scope

GAPS = ("office_name", "post", "risk_point", "named", "holders", "level", "others", "nearest")
UNEVEN = ("group", "level", "office_name", "number", "post", "matter", "risk_point", "status")

_ENDING = re.compile("(?:岗位|岗|人员|员)$")
_LEAST_KIND = 2  # characters that are left of the name of a post
_LOOSE = 0.4  # less alike than that is no risk point worth showing beside another


@dataclass(frozen=True, slots=True)
class Sought:
    """What counts as left out: named by `offices` of those with the post, and by this share.

    alike: as far two texts are the same risk. posts: names that mean one kind of post, by group.
    held: further posts by office code, those of the roster.
    """

    offices: int
    share: float
    alike: float
    posts: Sequence[Sequence[str]] = ()
    held: Iterable[tuple[str, str]] = ()


def kind_of_post(post: str, offices: Iterable[str] = ()) -> str:
    """Return what kind of post a name tells, without the office before it and 岗 behind it.

    offices: names and aliases of the offices, folded.

    >>> kind_of_post("出纳员岗"), kind_of_post("预算科出纳（兼）", ["预算科"]), kind_of_post("科员")
    ('出纳', '出纳', '科员')
    """
    kind = text.label(post)
    for name in offices:
        if kind.startswith(name) and len(kind) - len(name) >= _LEAST_KIND:
            kind = kind.removeprefix(name)
            break
    while len(shorter := _ENDING.sub("", kind)) >= _LEAST_KIND and shorter != kind:
        kind = shorter
    return kind


def matters_of(form: Form) -> tuple[str, ...]:
    """Return the fields that tell what a risk is about, besides the post."""
    return tuple(key for key in form.roles.match[:-1] if key != form.roles.post)


def gaps(register: pd.DataFrame, scope: Scope, sought: Sought) -> pd.DataFrame:
    """Return the risks that offices with a post name and another with that post does not.

    Shape: GAPS, in the order of the offices; only offices that are in the register are looked at.
    named, holders: how many offices name the risk, and have the post. level: the highest given.
    nearest: what of the office's own comes closest.
    """
    posts = _Posts(register, scope, sought)
    own = _points_by_office(register, scope)
    rows = [row for kind in posts.kinds for row in _gaps_of(posts, kind, own)]
    order = {office.name: place for place, office in enumerate(scope.offices)}
    rows.sort(key=lambda row: order[str(row["office_name"])])
    return pd.DataFrame(rows, columns=list(GAPS))


def uneven(register: pd.DataFrame, scope: Scope, sought: Sought) -> pd.DataFrame:
    """Return the risks that several offices have under different levels in force.

    Shape: UNEVEN; the rows of one risk stand together, highest level first, under one number.
    """
    roles, matters = scope.form.roles, matters_of(scope.form)
    known = register[register["level_rank"] > 0]
    told = known.assign(
        matter=known[list(matters)].agg("、".join, axis=1) if matters else "",
        post=known[roles.post] if roles.post else "",
        risk_point=known[roles.match[-1]],
    )
    risks = _risks_of(told, sought.alike)
    counts = told.groupby(risks)[["office", "level_rank"]].transform("nunique")
    told = told.assign(risk=risks, place=range(len(told)))[(counts > 1).all(axis=1)]
    by_risk = told.groupby("risk")
    told = told.assign(
        gravest=by_risk["level_rank"].transform("min"), first=by_risk["place"].transform("min")
    )
    told = told.sort_values(["gravest", "first", "level_rank", "place"])
    numbers = {risk: number for number, risk in enumerate(told["risk"].unique(), 1)}
    told = told.assign(group=told["risk"].map(numbers))
    return told[list(UNEVEN)].reset_index(drop=True)


def _risks_of(told: pd.DataFrame, alike: float) -> pd.Series[str]:
    """Return what tells the risk of each row; near-equal matters are one."""
    matters = _taken_for(told["matter"], alike)
    blocks = [
        f"{matter} " + _taken_for(block["risk_point"], alike).astype(str)
        for matter, block in told.groupby(matters)
    ]
    return pd.concat(blocks) if blocks else pd.Series(dtype=str)


def _taken_for(column: pd.Series[str], alike: float) -> pd.Series[int]:
    """Return for each text of a column a number that those that say the same share."""
    folded = column.map(text.key)
    counts = Counter(folded)  # in the order of the rows
    texts = sorted(counts, key=lambda said: -counts[said])
    firsts = dict(zip(texts, grouped(texts, alike), strict=True))
    return folded.map(firsts)


@dataclass(frozen=True, slots=True)
class _Named:
    """One line of the register as far as it is compared; position: its place in the register."""

    office: str
    post: str
    point: str
    folded: str
    level: str
    rank: int


@dataclass(slots=True)
class _Posts:
    """The posts of the offices in the register by kind, and what is named of each."""

    register: pd.DataFrame
    scope: Scope
    sought: Sought
    named: dict[str, list[_Named]] = field(default_factory=lambda: defaultdict(list))
    holders: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))

    def __post_init__(self) -> None:
        kinds = _kinds(self.scope, self.sought)
        roles = self.scope.form.roles
        keys = ["office", roles.post, roles.match[-1], "level", "level_rank"]
        for office, post, point, level, rank in zip(
            *(self.register[key] for key in keys), strict=True
        ):
            for each in text.listed(post):
                kind = kinds(each)
                one = _Named(office, each, point, text.key(point), level, int(rank))
                self.named[kind].append(one)
                self.holders[kind].setdefault(office, each)
        filed = set(self.register["office"])
        for office, post in self.sought.held:
            if office in filed and text.key(post):
                self.holders[kinds(post)].setdefault(office, post)

    @property
    def kinds(self) -> tuple[str, ...]:
        """Return the kinds of post for which a risk is named, in the order of the register."""
        return tuple(kind for kind in self.named if kind)


def _kinds(scope: Scope, sought: Sought) -> _Kinds:
    names = {text.key(name) for office in scope.offices for name in (office.name, *office.aliases)}
    offices = tuple(sorted(names - {""}, key=lambda name: (-len(name), name)))
    groups = {
        kind_of_post(name, offices): kind_of_post(group[0], offices)
        for group in sought.posts
        for name in group
    }
    return _Kinds(offices, groups)


@dataclass(slots=True)
class _Kinds:
    """Tells the kind of a post, each name folded once."""

    offices: tuple[str, ...]
    groups: Mapping[str, str]
    known: dict[str, str] = field(default_factory=dict)

    def __call__(self, post: str) -> str:
        if post not in self.known:
            kind = kind_of_post(post, self.offices)
            self.known[post] = self.groups.get(kind, kind)
        return self.known[post]


def _points_by_office(register: pd.DataFrame, scope: Scope) -> dict[str, dict[str, str]]:
    """Return the risk points of each office, folded and as they are written."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    points = register[scope.form.roles.match[-1]]
    for office, point in zip(register["office"], points, strict=True):
        found[office].setdefault(text.key(point), point)
    return found


def _gaps_of(
    posts: _Posts, kind: str, own: Mapping[str, Mapping[str, str]]
) -> Iterator[dict[str, object]]:
    """Yield what each office with a kind of post leaves out, office after office."""
    sought, holders = posts.sought, posts.holders[kind]
    names = {office.code: office.name for office in posts.scope.offices}
    for named in _risks(posts.named[kind], sought.alike):
        offices = list(dict.fromkeys(one.office for one in named))
        enough = max(sought.offices, sought.share * len(holders))
        if len(offices) < enough or len(offices) == len(holders):
            continue
        spoken, gravest = _spokesman(named), min(named, key=lambda one: (one.rank or 99, one.level))
        for office in (code for code in holders if code not in offices):
            near, nearest = closest(spoken.folded, own[office])
            if near < sought.alike:
                yield {
                    "office_name": names[office],
                    "post": holders[office],
                    "risk_point": spoken.point,
                    "named": len(offices),
                    "holders": len(holders),
                    "level": gravest.level,
                    "others": "、".join(names[code] for code in offices),
                    "nearest": own[office][nearest] if near >= _LOOSE else "",
                }


def _risks(named: Sequence[_Named], alike: float) -> list[list[_Named]]:
    """Return the lines of a kind of post by risk, those named by most offices first."""
    offices: dict[str, set[str]] = defaultdict(set)
    for one in named:
        offices[one.folded].add(one.office)
    texts = sorted(offices, key=lambda said: -len(offices[said]))
    firsts = dict(zip(texts, grouped(texts, alike), strict=True))
    found: dict[int, list[_Named]] = defaultdict(list)
    for one in named:
        found[firsts[one.folded]].append(one)
    return [found[place] for place in sorted(found)]


def _spokesman(named: Sequence[_Named]) -> _Named:
    """Return the line whose words most offices use, the first of several."""
    counts = Counter(one.folded for one in named)
    return max(named, key=lambda one: counts[one.folded])
