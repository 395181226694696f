"""Settling what waits for the group: its word is filed and the file decided once more.

One transaction files the decision and puts the arrival back into the queue; whoever receives next
finds the word by the arrival number. So a crash in between is made up by the next run.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

from pipeline.errors import UsageError
from pipeline.files import names
from pipeline.findings import CATALOGUE
from pipeline.forms import form_named
from pipeline.ledger import arrivals, decisions, parts
from pipeline.steps.case import GROUP, MANY_MISSING, UNSURE, gather_case
from pipeline.steps.ruling import CONFIRM, Missing, Ruling

if TYPE_CHECKING:
    from datetime import date
    from typing import Literal

    from sqlalchemy import Connection

    from pipeline.ledger.rows import Arrival, StoredPart
    from pipeline.workspace import Workspace

CHECK_FAILED = "CHECK_FAILED"

# What can be said to a file by the reason for which it waits; it may be returned for any.
_WAYS = {
    UNSURE: "--office 单位（附件2再加 --person 姓名）",
    MANY_MISSING: "--supplement（补报）或 --replace（替换）",
    CHECK_FAILED: "--again（再检查一次）",
}
_RETURN = "--return 理由（退回）"
_NEAR = 0.3  # of the letters of a name are enough to suggest it


@dataclass(frozen=True, slots=True)
class Said:
    """What the group says of a file; office and person as typed, "" where nothing is said."""

    office: str = ""
    person: str = ""
    missing: Missing | Literal[""] = ""
    why: str = ""
    again: bool = False


@dataclass(frozen=True, slots=True)
class Waiting:
    """A file that waits for the group. office, form, person: as far as they are guessed.

    reasons: the words for which it waits. overtaken: the accepted arrival that came after it and
    counts instead, 0 for none.
    """

    arrival: Arrival
    office: str
    form: str
    person: str
    reasons: tuple[str, ...]
    said: str
    overtaken: int

    @property
    def meaning(self) -> str:
        """Return for what it waits, in a few words."""
        return "；".join(CATALOGUE[reason].meaning for reason in self.reasons)

    @property
    def ways(self) -> tuple[str, ...]:
        """Return what can be said to it."""
        own = () if self.overtaken else (_WAYS[reason] for reason in self.reasons)
        return (*own, _RETURN)


def waiting(workspace: Workspace, day: date | None = None) -> tuple[Waiting, ...]:
    """Return what waits for the group, oldest first; what is only pre-checked waits for nobody.

    day: as it stood at its end.
    """
    with workspace.ledger.reading() as db:
        found = arrivals.unconfirmed(db, day)
        return tuple(_waiting(workspace, db, one, day) for one in found)


def confirm(workspace: Workspace, number: int, said: Said, who: str = GROUP) -> None:
    """File what the group says of a file and put it back into the queue.

    Raises:
        UsageError: no such file waits, or this cannot be said of it.
    """
    with workspace.ledger.writer():
        with workspace.ledger.reading() as db:
            one = _waiting(workspace, db, _arrival(db, number))
            ruling = _ruling(workspace, db, one, said)
        with workspace.ledger.transaction() as tx:
            decisions.add(tx, who, CONFIRM, str(number), ruling.to_payload())
            parts.supersede(tx, number)
            arrivals.reopen(tx, number)


def _arrival(db: Connection, number: int) -> Arrival:
    try:
        arrival = arrivals.get(db, number)
    except KeyError:
        message = f"没有第{number}号收件。请运行 yigang confirm 查看编号。"
        raise UsageError(message) from None
    if arrival.verdict != "unconfirmed" or arrival.source == "precheck":
        message = f"第{number}号不在待确认之列。请运行 yigang confirm 查看编号。"
        raise UsageError(message)
    return arrival


def _waiting(
    workspace: Workspace, db: Connection, arrival: Arrival, day: date | None = None
) -> Waiting:
    case = gather_case(workspace, db, arrival, day)
    open_ = _open(db, arrival, day)
    guess = next((part.office for part in open_ if part.office), "")
    office = workspace.roster.by_code.get(guess) or case.office
    reasons = dict.fromkeys(part.reason for part in open_) or {arrival.reason: None}
    return Waiting(
        arrival=arrival,
        office=office.name if office else "",
        form=case.form.title if case.form else "",
        person=case.person,
        reasons=tuple(reasons),
        said=case.said,
        overtaken=max((_overtaken(db, part, Ruling(""), day) for part in open_), default=0),
    )


def _open(db: Connection, arrival: Arrival, day: date | None = None) -> tuple[StoredPart, ...]:
    filed = parts.of_arrival(db, arrival.id, day)
    return tuple(part for part in filed if part.verdict == "unconfirmed")


def _overtaken(db: Connection, part: StoredPart, ruling: Ruling, day: date | None = None) -> int:
    """Return the later arrival that was accepted for the same owner, 0 for none."""
    office, person = ruling.office or part.office, ruling.person or part.person
    latest = parts.latest_accepted(db, part.form, office, person, day)
    return latest.arrival if latest and latest.arrival > part.arrival else 0


def _ruling(workspace: Workspace, db: Connection, one: Waiting, said: Said) -> Ruling:
    """Return what is said as a ruling. Raises UsageError where it does not fit."""
    _fits(one, said)
    office = _office(workspace, said.office) if said.office else ""
    person = _person(workspace, one, (office, said.person)) if said.person else ""
    ruling = Ruling(one.reasons[0], office, person, said.missing, said.why)
    number = one.arrival.id
    later = max((_overtaken(db, part, ruling) for part in _open(db, one.arrival)), default=0)
    if later and not said.why:
        message = f"之后已收下第{later}号，以第{later}号为准。第{number}号只能用 --return 退回。"
        raise UsageError(message)
    return ruling


def _fits(one: Waiting, said: Said) -> None:
    """Raise UsageError where the answer is none to this file's question, or says two things."""
    told = {
        UNSURE: bool(said.office),
        MANY_MISSING: bool(said.missing),
        CHECK_FAILED: said.again,
    }
    ways = "，".join(one.ways)
    if said.person and not said.office:
        message = "写了 --person，请同时写 --office 单位。"
        raise UsageError(message)
    if not said.why and not any(told.values()):
        message = f"请写明第{one.arrival.id}号怎样办理：{ways}。"
        raise UsageError(message)
    if said.why and (said.missing or said.again):
        message = "退回时不必写别的办法。请只写 --return 理由。"
        raise UsageError(message)
    unfit = [reason for reason, is_said in told.items() if is_said and reason not in one.reasons]
    if unfit:
        message = f"第{one.arrival.id}号待确认的是“{one.meaning}”，可以写：{ways}。"
        raise UsageError(message)


def _office(workspace: Workspace, typed: str) -> str:
    office = workspace.roster.office_named(typed) or workspace.roster.by_code.get(typed)
    if office:
        return office.code
    known = [one.name for one in workspace.roster.offices]
    near = "、".join(get_close_matches(typed, known, cutoff=_NEAR))
    hint = f"是不是{near}？" if near else "请按名册填写单位名称。"
    message = f"名册里没有“{names.shown(typed)}”。{hint}"
    raise UsageError(message)


def _person(workspace: Workspace, one: Waiting, who: tuple[str, str]) -> str:
    """Return the code of a person named, or told by code, as one of an office."""
    office, typed = who
    roster = workspace.roster
    form = form_named(workspace.forms, one.form)
    if form and form.keeper != "person":
        message = f"{form.title}按单位报送。请去掉 --person。"
        raise UsageError(message)
    found = {one.code for one in roster.staff(office) if one.code == typed}
    found |= {one.code for one in roster.named(typed, office)}
    if len(found) == 1:
        return found.pop()
    name = roster.by_code[office].name
    message = (
        f"{name}叫“{names.shown(typed)}”的不止一人。请改写人员编号：{'、'.join(sorted(found))}。"
        if found
        else f"{name}的名册里没有“{names.shown(typed)}”。请核对姓名和单位。"
    )
    raise UsageError(message)
