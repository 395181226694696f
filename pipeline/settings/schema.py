"""The shape of config.toml; defaults live in default.toml only."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cached_property
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from pipeline.vocab import Audience, Term, Vocabulary

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
Clause = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
Colour = Annotated[str, StringConstraints(pattern=r"^([0-9A-Fa-f]{6})?$")]
Positive = Annotated[float, Field(gt=0)]

# So many times the largest form: a video, the image of a disk. Nobody meant it as a form.
_NO_FORM = 10

# Vocabularies the forms name; their titles are shown on the help sheet and in messages.
TITLES = {
    "levels": "风险等级",
    "consequences": "危害后果",
    "categories": "风险类别",
    "powers": "权力类别",
    "subpowers": "权力子类",
    "steps": "运行环节",
    "methods": "排查方式",
    "control_methods": "防控方法",
    "tiers": "岗位层次",
    "office_kinds": "单位类型",
}
# Vocabularies whose order is one of gravity: the first term is the highest.
RANKED = ("levels",)
# Who keeps the list of a level that says nothing of it, and every how many months: the first, those
# between, the last (方案 四(二)6).
_FIRST: tuple[Audience, int] = ("bureau", 1)
_MIDDLE: tuple[Audience, int] = ("group", 3)
_LAST: tuple[Audience, int] = ("office", 6)


class Part(BaseModel):
    """Base of all tables: frozen, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Bureau(Part):
    """Who runs the campaign, as printed on covers and in contact lines."""

    name: Text
    group: Text
    contact: Text
    phone: Text


class Round(Part):
    """A phase in which the form is collected; it lasts until the next one begins."""

    key: Text
    name: Text
    start: date = Field(alias="from")


class Deadline(Part):
    """The last day, inclusive, on which a form of a round is in time."""

    form: Text
    round: Text
    day: date = Field(alias="date")


class Campaign(Part):
    """Name, year, rounds and dates of the campaign."""

    name: Text
    # Strict: the default dates are made of the year as it is written.
    year: Annotated[int, Field(strict=True, ge=2000, le=2100)]
    end: date
    return_days: Annotated[int, Field(ge=0, le=60)]
    verify_days: Annotated[int, Field(ge=0, le=60)]
    rounds: tuple[Round, ...]
    deadlines: tuple[Deadline, ...]

    def round_on(self, day: date) -> Round:
        """Return the round that runs on `day`: the last that has begun, else the first."""
        begun = [entry for entry in self.rounds if entry.start <= day]
        return begun[-1] if begun else self.rounds[0]

    def round(self, key: str) -> Round | None:
        """Return the round with this key."""
        return next((entry for entry in self.rounds if entry.key == key), None)

    def position(self, key: str) -> int:
        """Return the place of a round in their order; an unknown key stands after all others."""
        keys = [entry.key for entry in self.rounds]
        return keys.index(key) if key in keys else len(keys)

    def asks(self, form: str) -> bool:
        """Tell whether a form (by title) is to be handed in at all: it has a deadline."""
        return any(entry.form == form for entry in self.deadlines)

    def next_deadline(self, form: str, round_key: str) -> Deadline | None:
        """Return the first deadline of a form (by title) in a round after this one."""
        later = (
            entry
            for entry in self.deadlines
            if entry.form == form and self.position(entry.round) > self.position(round_key)
        )
        return min(later, key=lambda entry: entry.day, default=None)

    def due(self, form: str, round_key: str) -> date | None:
        """Return the deadline of a form (by title) in a round, None where there is none."""
        days = [
            entry.day for entry in self.deadlines if (entry.form, entry.round) == (form, round_key)
        ]
        return days[0] if days else None


class LeadingGroup(Part):
    """The campaign's leading group, printed in the volumes."""

    head: str
    deputies: tuple[str, ...]
    members: tuple[str, ...]


class Folders(Part):
    """Folders as written; relative ones start at the workspace."""

    inbox: Text
    outbox: Text
    archive: Text
    templates: Text
    group: Text
    precheck: Text


class Watch(Part):
    """Timing of the watcher, in seconds and minutes."""

    scan_seconds: Positive
    stable_seconds: Annotated[float, Field(ge=0)]
    incomplete_minutes: Annotated[float, Field(ge=0)]
    polling: bool


class Limits(Part):
    """Bounds for one file; those that may be left out have their default with the reader."""

    file_mb: Annotated[int, Field(gt=0)]
    unpacked_mb: Annotated[int, Field(gt=0)]
    seconds: Positive
    memory_mb: Annotated[int, Field(ge=256)]
    entries: Annotated[int, Field(ge=100, le=100_000)] | None = None
    ratio: Annotated[int, Field(ge=20, le=1_000)] | None = None
    cells: Annotated[int, Field(ge=10_000, le=20_000_000)] | None = None
    far_cells: Annotated[int, Field(ge=0, le=1_000_000)] | None = None
    merges: Annotated[int, Field(ge=100, le=1_000_000)] | None = None

    @property
    def most(self) -> int:
        """Return the bytes above which a file is no form and is not even kept as an original."""
        return self.file_mb * _NO_FORM << 20


class Checks(Part):
    """Thresholds of the rules and the make-up of the templates.

    trial: codes that are told as 提示 for now. campaign_rules_off: codes that nobody is asked for.
    """

    workers: Annotated[int, Field(ge=1, le=16)]
    warn_length: Annotated[int, Field(gt=0)]
    min_measure: Annotated[int, Field(ge=0)]
    same_measures: Annotated[int, Field(ge=2)]
    alike_points: Annotated[float, Field(ge=0.6, le=1)]
    same_point: Annotated[float, Field(ge=0.6, le=1)]
    least_attendance: Annotated[float, Field(ge=0, le=1)]
    empty_phrases: tuple[Text, ...]
    read_fill: bool
    missing_share: Annotated[float, Field(ge=0, le=1)]
    spare_rows: Annotated[int, Field(ge=1, le=2000)]
    paper: Literal["A3", "A4"]
    trial: tuple[str, ...]
    campaign_rules_off: tuple[str, ...]


class Gaps(Part):
    """When the risk of a post that others have is told as one that an office may have left out.

    offices: so many of those with such a post name it; share: and this part of them. alike: how
    far two texts are the same for being one risk. posts: names of one kind of post, a group each.
    """

    offices: Annotated[int, Field(ge=1, le=1000)]
    share: Annotated[float, Field(ge=0, le=1)]
    alike: Annotated[float, Field(ge=0.6, le=1)]
    posts: tuple[tuple[Text, ...], ...]


class Reports(Part):
    """How the summaries are made. compare: with the end of the last month, round or week."""

    compare: Literal["month", "round", "week"]


class CommitmentRole(Part):
    """Who makes which commitment: the clauses he adds, the boxes signed on paper, the annex.

    tiers: 岗位层次 of those meant; heads: the heads of offices are meant, whatever their tier.
    annex_levels: so many of the highest levels of the office are listed in an annex, 0 for none.
    """

    name: Text
    tiers: tuple[str, ...] = ()
    heads: bool = False
    adds: tuple[Clause, ...] = ()
    boxes: tuple[Text, ...]
    annex_levels: Annotated[int, Field(ge=0)] = 0


class Commitment(Part):
    """The standard text of the personal commitment; {count} and {levels} are filled in."""

    opening: Clause
    clauses: tuple[Clause, ...]
    closing: Clause
    roles: tuple[CommitmentRole, ...]

    def role_of(self, tier: str, *, head: bool) -> CommitmentRole:
        """Return the role of a person: a head's, else that of his tier, else the first."""
        heads = (role for role in self.roles if head and role.heads)
        tiers = (role for role in self.roles if tier in role.tiers)
        return next(heads, None) or next(tiers, self.roles[0])


class Holidays(Part):
    """Exceptions from Monday to Friday."""

    days: tuple[date, ...]
    workdays: tuple[date, ...]

    def is_workday(self, day: date) -> bool:
        """Tell whether offices work on `day`."""
        weekend = day.isoweekday() > 5  # noqa: PLR2004 - Saturday and Sunday
        return day in self.workdays or (not weekend and day not in self.days)

    def after(self, day: date, workdays: int) -> date:
        """Return the day that lies `workdays` working days after `day`."""
        while workdays > 0:
            day += timedelta(days=1)
            workdays -= self.is_workday(day)
        return day


class Word(Part):
    """One term of a vocabulary as written in the file."""

    name: Text
    aliases: tuple[str, ...] = ()
    scale: tuple[str, ...] = ()
    note: str = ""
    fill: Colour = ""
    font: Colour = ""
    handler: str = ""
    mode: str = ""
    implies: str = ""
    parent: str = ""
    audience: Literal["bureau", "group", "office"] | None = None
    check_months: Annotated[int, Field(ge=1, le=60)] | None = None


class Column(Part):
    """One change to a form: relabel, require, hide or append a column."""

    form: Text
    header: Text
    rename: str = ""
    required: str | None = None
    hidden: bool = False
    kind: Literal["text", "date", "count", "choice"] | None = None
    vocabulary: str = ""
    after: str = ""


class Settings(Part):
    """All of config.toml."""

    bureau: Bureau
    campaign: Campaign
    leading_group: LeadingGroup
    folders: Folders
    watch: Watch
    limits: Limits
    checks: Checks
    gaps: Gaps
    reports: Reports
    commitment: Commitment
    holidays: Holidays
    vocabulary: dict[str, tuple[Word, ...]]
    columns: tuple[Column, ...] = ()

    @cached_property
    def vocabularies(self) -> dict[str, Vocabulary]:
        """Return the word lists by key, with ranks where the order is one of gravity."""
        return {key: _vocabulary(key, words) for key, words in self.vocabulary.items()}

    @property
    def levels(self) -> Vocabulary:
        """Return the risk levels, highest first."""
        return self.vocabularies["levels"]


def _vocabulary(key: str, words: tuple[Word, ...]) -> Vocabulary:
    ranked = key in RANKED
    terms = tuple(
        Term(**word.model_dump(exclude_none=True) | (_kept(word, place, words) if ranked else {}))
        for place, word in enumerate(words, 1)
    )
    return Vocabulary(key, TITLES.get(key, key), terms)


def _kept(word: Word, place: int, words: tuple[Word, ...]) -> dict[str, object]:
    """Return rank, list and checks of a level; what is not written follows from its place."""
    audience, months = _FIRST if place == 1 else _LAST if place == len(words) else _MIDDLE
    return {
        "rank": place,
        "audience": word.audience or audience,
        "check_months": word.check_months or months,
    }
