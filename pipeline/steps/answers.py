"""What an office answered before: a 情况说明 holds as long as what was questioned stays the same.

Answers are kept by record and code, never by row. The same words about other values are none: the
question is asked again. The group may settle an answer, or object to it.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pipeline import text
from pipeline.ledger import decisions, parts
from pipeline.steps.told import compact, told_finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import Connection

    from pipeline.findings import Finding
    from pipeline.forms import Form

ANSWER = "answer"  # kind of the decision on an answer; its subject is the number of the question
CARD = "card"  # instead of a record: the card, or the whole form
_BLANK = "（空白）"


@dataclass(frozen=True, slots=True)
class Answered:
    """A question that is answered.

    record: id of the record, CARD, or what tells a row that is not registered yet apart. values:
    what is questioned. reply: the office's words, "" where the group settled it. row: its position
    among the rows, None where it is about none.
    """

    finding: Finding
    record: str
    values: tuple[str, ...]
    reply: str
    row: int | None = None

    def told(self, registered: Sequence[int] = ()) -> dict[str, Any]:
        """Return the answered question as it is stored; registered: the records of the rows."""
        known = self.row is not None and self.row < len(registered)
        record = str(registered[self.row]) if known and self.row is not None else self.record
        own = {"record": record, "values": list(self.values), "reply": self.reply}
        return {**told_finding(self.finding), **own}


@dataclass(frozen=True, slots=True)
class Given:
    """An answer of an earlier file. arrival: its number."""

    values: tuple[str, ...]
    reply: str
    arrival: int


@dataclass(frozen=True, slots=True)
class Word:
    """What the group said of an answer; why: it objects for this reason, "" where it agrees."""

    values: tuple[str, ...]
    reply: str
    why: str


@dataclass(frozen=True, slots=True)
class Past:
    """The earlier answers of one owner and what the group said of them, oldest first.

    Both by record and code.
    """

    given: Mapping[tuple[str, str], Sequence[Given]] = field(default_factory=dict)
    words: Mapping[tuple[str, str], Sequence[Word]] = field(default_factory=dict)

    def answers(self, records: Iterable[str], code: str) -> list[Given]:
        """Return what was answered to a question, whichever name its record then had."""
        return [one for record in records for one in self.given.get((record, code), ())]

    def word(self, records: Iterable[str], code: str, values: tuple[str, ...]) -> Word | None:
        """Return the latest that the group said of these values."""
        said = (one for record in records for one in self.words.get((record, code), ()))
        same = [one for one in said if alike(one.values, values)]
        return same[-1] if same else None


def alike(one: Sequence[str], other: Sequence[str]) -> bool:
    """Tell whether two values are the same but for width, blanks and punctuation."""
    return [text.key(value) for value in one] == [text.key(value) for value in other]


def before_of(values: Sequence[str], earlier: Sequence[str]) -> str:
    """Return the first of earlier values that is not what it was, as it is shown."""
    pairs = zip(values, earlier, strict=False)
    return next((then for now, then in pairs if not alike([now], [then])), "") or _BLANK


def past_of(db: Connection, form: Form, owner: tuple[str, str], through: int | None = None) -> Past:
    """Return what an owner (office and person by code) answered.

    through: in the files of arrivals up to that one.
    """
    office, person = owner
    given: dict[tuple[str, str], list[Given]] = defaultdict(list)
    for part in parts.parts(db, form=form.code, office=office, through=through):
        if part.person != person or part.verdict not in {"accepted", "returned"}:
            continue
        for one in answered_in(part.sheets):
            entry = Given(tuple(one["values"]), one["reply"], part.arrival)
            given[one["record"], one["code"]].append(entry)
    words: dict[tuple[str, str], list[Word]] = defaultdict(list)
    for said in decisions.decisions(db, ANSWER):
        own = said.payload
        if (own["form"], own["office"], own["person"]) == (form.code, office, person):
            word = Word(tuple(json.loads(own["values"])), own["reply"], own.get("why", ""))
            words[own["record"], own["code"]].append(word)
    return Past(given, words)


def answered_in(sheets: str) -> list[dict[str, Any]]:
    """Return the answered questions of a part; one filed before answers were kept has none."""
    if '"reply"' not in sheets:  # most have none; a thousand parts are not parsed for nothing
        return []
    stored = json.loads(sheets)
    told = stored.get("answered", ()) if isinstance(stored, dict) else ()
    return [one for one in told if "reply" in one]


def payload_of(owner: tuple[str, str, str], one: Mapping[str, Any], why: str) -> dict[str, str]:
    """Return what a decision on an answered question says. owner: form, office, person."""
    form, office, person = owner
    said = {"record": one["record"], "code": one["code"], "reply": one["reply"]}
    filed = said | {"values": compact(one["values"])}
    return (
        filed | {"form": form, "office": office, "person": person} | ({"why": why} if why else {})
    )
