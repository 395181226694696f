"""The level in force: 审定, else 就高; how it came about, step by step (方案 四(一)3, 四(二)6).

The office grades first, the group reviews every point, and what would stand at the highest level
is fixed by those who manage that level. Nothing here knows a word: the vocabulary ranks them.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Literal, get_args

from pipeline import clock
from pipeline.files import names
from pipeline.ledger import arrivals, decisions, records
from pipeline.steps.case import GROUP
from pipeline.steps.roles import levels_of, risk_form, today_called
from pipeline.steps.sources import part_of, sources_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date, datetime

    from sqlalchemy import Connection

    from pipeline.forms import Form
    from pipeline.ledger.rows import VersionRow
    from pipeline.steps.sources import Sources
    from pipeline.vocab import Vocabulary
    from pipeline.workspace import Workspace

LEVEL = "level"  # kind of the decision; its subject is the number of the risk point
Stage = Literal["group", "leaders"]
STAGES: tuple[Stage, ...] = get_args(Stage)


class State(StrEnum):
    """How far the level of a risk point is fixed; `shown` says it to people."""

    OPEN = "open"
    PENDING = "pending"
    FIXED = "fixed"


@dataclass(frozen=True, slots=True)
class Word:
    """What one stage says of one risk point; day as 2011-09-18."""

    level: str
    reason: str
    person: str
    day: str

    @property
    def is_silent(self) -> bool:
        """Tell whether nothing is said."""
        return not any((self.level, self.reason, self.person, self.day))


@dataclass(frozen=True, slots=True)
class Step:
    """A word that was filed. raised: the 就高 level it is about.

    content: hash of the row it is about. is_final: it fixes the level, no further stage is needed.
    arrival, cell: the decision workbook and where it says so.
    """

    stage: Stage
    word: Word
    raised: str
    content: str
    is_final: bool
    arrival: int
    cell: str

    def to_payload(self) -> dict[str, str]:
        """Return the step as its decision is filed."""
        own = {"stage": self.stage, **asdict(self.word), "raised": self.raised}
        final = "yes" if self.is_final else ""
        return own | {
            "content": self.content,
            "final": final,
            "arrival": str(self.arrival),
            "cell": self.cell,
        }


@dataclass(frozen=True, slots=True)
class Standing:
    """How a risk point stands. fixed: the step by which its level is fixed, None before any."""

    level: str
    state: State
    fixed: Step | None

    @property
    def fixed_level(self) -> str:
        """Return the 审定 level, "" before any."""
        return self.fixed.word.level if self.fixed else ""


def standing(levels: Vocabulary, raised: str, steps: Sequence[Step]) -> Standing:
    """Return how a point stands whose 就高 level is `raised`. steps: oldest first.

    A fixed level stays in force as long as nothing graver follows from the office's table than
    what it was about and what it says; then that counts, and the point waits for the group again.
    While the word of the highest level's managers is still missing, the group counts as a second
    rater: the higher level counts (就高不就低).
    """
    steps = [_in_words_of_today(levels, step) for step in steps]
    raised = today_called(levels, raised)
    fixed = next((step for step in reversed(steps) if step.is_final), None)
    last = steps[-1] if steps else None
    level = raised
    if fixed:
        level = fixed.word.level if covers(levels, fixed, raised) else raised
    if last and not last.is_final:
        level = higher(levels, level, last.word.level)
    if last is None or not covers(levels, last, raised):
        return Standing(level, State.OPEN, fixed)
    return Standing(level, State.FIXED if last.is_final else State.PENDING, fixed)


def _in_words_of_today(levels: Vocabulary, step: Step) -> Step:
    return replace(step, word=replace(step.word, level=today_called(levels, step.word.level)))


def covers(levels: Vocabulary, step: Step, raised: str) -> bool:
    """Tell whether a step was said of a 就高 level as grave as this, or itself names one.

    A level that the group has set higher comes back in the tables that are filled in for the
    offices: it is no news that anybody need review.
    """
    return not is_higher(levels, raised, higher(levels, step.raised, step.word.level))


def is_higher(levels: Vocabulary, one: str, other: str) -> bool:
    """Tell whether a level is graver than another; a word that is no level is below all."""
    return _rank(levels, one) < _rank(levels, other)


def higher(levels: Vocabulary, one: str, other: str) -> str:
    """Return the graver of two levels."""
    return other if is_higher(levels, other, one) else one


def is_highest(levels: Vocabulary, *names_: str) -> bool:
    """Tell whether one of these is the gravest level of all."""
    return min(term.rank for term in levels.terms) in {_rank(levels, name) for name in names_}


def _rank(levels: Vocabulary, name: str) -> int:
    term = levels.find(name) if name else None
    return term.rank if term else len(levels.terms) + 1


def shown(levels: Vocabulary, state: State) -> str:
    """Return a state as people read it; who fixes the highest level stands in the vocabulary."""
    return {
        State.OPEN: "待审核",
        State.PENDING: f"待{_managers(levels)}审定",
        State.FIXED: "已审定",
    }[state]


def stage_shown(levels: Vocabulary, stage: Stage) -> str:
    """Return what a stage is called."""
    return {"group": "纪检组审核", "leaders": f"{_managers(levels)}审定"}[stage]


def _managers(levels: Vocabulary) -> str:
    return min(levels.terms, key=lambda term: term.rank).handler


def steps_of(
    db: Connection, *, office: str = "", on: date | None = None
) -> Mapping[str, Sequence[Step]]:
    """Return what was decided of each number, oldest first. office: only of its numbers."""
    found: dict[str, list[Step]] = defaultdict(list)
    begins = f"{office}-" if office else ""
    for said in decisions.decisions(db, LEVEL, begins=begins, on=on):
        own = said.payload
        stage = next(stage for stage in STAGES if stage == own["stage"])
        word = Word(own["level"], own["reason"], own["person"], own["day"])
        is_final, arrival = bool(own["final"]), int(own["arrival"])
        step = Step(stage, word, own["raised"], own["content"], is_final, arrival, own["cell"])
        found[said.subject].append(step)
    return found


@dataclass(frozen=True, slots=True)
class Turn:
    """One step in the history of a level. source: file!sheet!cell, or as far as it is known."""

    day: date
    stage: str
    level: str
    reason: str
    who: str
    source: str


def history(workspace: Workspace, number: str, day: date | None = None) -> tuple[Turn, ...]:
    """Return how the level of a risk point came about up to the end of a day, oldest first.

    What the office filled in and what follows from it (就高), then each word of the group and of
    those who manage the highest level; () where the number is not known.
    """
    form = risk_form(workspace)
    levels = levels_of(form)
    with workspace.ledger.reading() as db:
        record = records.by_number(db, form.code, number)
        if record is None or levels is None:
            return ()
        last = day or workspace.today
        known = [
            one
            for one in records.history(db, record.id)
            if not one.status and clock.local_date(one.at) <= last
        ]
        said = [
            (one.at, step)
            for one, step in zip(
                decisions.decisions(db, LEVEL, subject=number, on=last),
                steps_of(db, office=record.office, on=last).get(number, ()),
                strict=True,
            )
        ]
        turns = [*_told(workspace, form, known, sources_of(db, known)), *_decided(db, levels, said)]
    return tuple(turn for _, turn in sorted(turns, key=lambda pair: pair[0]))


def _told(
    workspace: Workspace, form: Form, known: Sequence[VersionRow], sources: Sources
) -> Iterator[tuple[tuple[datetime, int], Turn]]:
    """Yield what the office told of the level, where it changed."""
    before = ("", "")
    for version in known:
        filled = version.payload.get(form.roles.level, "")
        now = (filled, version.raised)
        day = clock.local_date(version.at)
        if version.arrival is None and version.raised != before[1]:
            yield (version.at, 1), Turn(day, "就高", version.raised, "没有同意降低", GROUP, "")
            before = now
        if now == before or version.part is None or part_of(version) != version.part:
            continue
        before = now
        office = workspace.roster.by_code.get(version.office)
        who = office.name if office else version.office
        reason = version.payload.get(form.roles.answer, "")
        source = sources.source(version, form.roles.level)
        yield (version.at, 0), Turn(day, "单位填报", filled, reason, who, source)
        if version.raised != filled:
            yield (version.at, 1), Turn(day, "就高", version.raised, "就高不就低", who, source)


def _decided(
    db: Connection, levels: Vocabulary, said: Sequence[tuple[datetime, Step]]
) -> Iterator[tuple[tuple[datetime, int], Turn]]:
    for at, step in said:
        word, day = step.word, clock.local_date(at)
        stage = stage_shown(levels, step.stage)
        name = names.shown(arrivals.get(db, step.arrival).name)
        source = f"{name}!{step.cell}"
        yield (at, 2), Turn(day, stage, word.level, word.reason, word.person, source)
