"""核实 for the officer: what was asked, how it was explained, what he says of it.

He never returns a file by it: he agrees, and the question is settled as long as the questioned
values stay; or he objects, and it is asked again. A registered risk point that is 待核销 leaves the
counts by his word only, and only after the office gave a reason.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pipeline import clock
from pipeline.errors import UsageError
from pipeline.forms import form_named
from pipeline.ledger import arrivals, decisions, parts, records
from pipeline.ledger.rows import CANCELLED, MISSING
from pipeline.monitor.queries import Gone, Query, Stand
from pipeline.steps.answers import ANSWER, alike, answered_in, payload_of
from pipeline.steps.levels import is_higher, standing, steps_of
from pipeline.steps.roles import levels_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from sqlalchemy import Connection

    from pipeline.forms import Form
    from pipeline.ledger.rows import DecisionRow, NewVersion, StoredPart, VersionRow
    from pipeline.workspace import Workspace

_GONE, _LOWER = "F401", "F402"
_OF_NUMBERS = frozenset({_GONE, "F404"})  # they are settled by the number of the risk point
_HINT = "请运行 yigang confirm 查看编号。"
Entry = dict[str, Any]  # a finding as it is stored, for an answered one with the answer


@dataclass(frozen=True, slots=True)
class Verification:
    """All questions about the forms in force, and the risk points that are 待核销."""

    queries: tuple[Query, ...]
    gone: tuple[Gone, ...]
    open_of: Mapping[int, int]

    @property
    def replied(self) -> tuple[Query, ...]:
        """Return the explanations that the officer has still to read; 待核销 stands apart."""
        mine = (one for one in self.queries if one.code not in _OF_NUMBERS)
        return tuple(one for one in mine if one.stand is Stand.REPLIED)


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the officer says; why: he objects for this reason, "" where he agrees."""

    who: str
    why: str = ""


def verification(workspace: Workspace, day: date) -> Verification:
    """Return how the questions stand at the end of `day`; what was only pre-checked asks nobody."""
    with workspace.ledger.reading() as db:
        book = _Book.at(workspace, db, day)
        found = list(book.queries())
        gone = tuple(one for form in workspace.forms for _, one in book.gone(form))
    counts: dict[int, int] = defaultdict(int)
    for part, _, query in found:
        counts[part.id] += query.is_open
    return Verification(tuple(query for *_, query in found), gone, counts)


@dataclass(frozen=True, slots=True)
class _Book:
    """The parts handed in up to a day and what the group said of their answers."""

    workspace: Workspace
    db: Connection
    day: date
    filed: Sequence[StoredPart]
    words: Mapping[tuple[str, ...], Sequence[DecisionRow]]

    @classmethod
    def at(cls, workspace: Workspace, db: Connection, day: date) -> _Book:
        words: dict[tuple[str, ...], list[DecisionRow]] = defaultdict(list)
        for said in decisions.decisions(db, ANSWER, on=day):
            own = said.payload
            key = (own["form"], own["office"], own["person"], own["record"], own["code"])
            words[key].append(said)
        return cls(workspace, db, day, parts.parts(db, on=day), words)

    def queries(self) -> Iterator[tuple[StoredPart, Entry, Query]]:
        """Yield the questions about what is in force, with the part and what was stored of it."""
        accepted = (part for part in self.filed if part.verdict == "accepted")
        newest = {(part.form, part.office, part.person): part for part in accepted}
        in_force = {part.id for part in newest.values()}
        first = self._first_replies()
        for number in sorted({part.arrival for part in newest.values() if _entries(part)}):
            place = 0
            for part in parts.of_arrival(self.db, number, self.day):
                for entry in _entries(part):
                    place += 1
                    if part.id in in_force:
                        since = first.get(_reply_key(part, entry), number)
                        named = (f"{number}-{place}", since)
                        yield from self._query(part, entry, named)

    def _first_replies(self) -> dict[tuple[str, ...], int]:
        found: dict[tuple[str, ...], int] = {}
        for part in self.filed:
            for entry in answered_in(part.sheets):
                found.setdefault(_reply_key(part, entry), part.arrival)
        return found

    def _query(
        self, part: StoredPart, entry: Entry, named: tuple[str, int]
    ) -> Iterator[tuple[StoredPart, Entry, Query]]:
        roster, campaign = self.workspace.roster, self.workspace.settings.campaign
        office, person = roster.by_code.get(part.office), roster.by_person.get(part.person)
        form = form_named(self.workspace.forms, part.form)
        if office is None or form is None:
            return
        asked = clock.local_date(part.at)
        due = self.workspace.settings.holidays.after(asked, campaign.verify_days)
        stand, why = self._stand(part, entry, due)
        number, since = named
        came = arrivals.get(self.db, since)
        query = Query(
            number=entry["value"] if entry["code"] in _OF_NUMBERS else number,
            office=office,
            form=form.title,
            person=roster.called(person) if person else "",
            place=f"{entry['sheet']} {entry['cell']}".strip(),
            column=entry["column"],
            code=entry["code"],
            question=entry["message"],
            asked=asked,
            due=due,
            reply=entry.get("reply", ""),
            replied=clock.local_date(came.claimed_at) if entry.get("reply") else None,
            stand=stand,
            why=why,
        )
        yield part, entry, query

    def _stand(self, part: StoredPart, entry: Entry, due: date) -> tuple[Stand, str]:
        if "reply" not in entry:
            return (Stand.LATE if self.day > due else Stand.OPEN), ""
        word = self.word((part.form, part.office, part.person), entry)
        if word is None:
            return Stand.REPLIED, ""
        why = word.payload.get("why", "")
        if not why:
            return Stand.AGREED, ""
        same = alike([word.payload["reply"]], [entry["reply"]])
        return (Stand.OBJECTED, why) if same else (Stand.REPLIED, "")

    def word(self, owner: tuple[str, str, str], entry: Entry) -> DecisionRow | None:
        """Return the latest that the group said of the values of an answered question."""
        said = self.words.get((*owner, entry["record"], entry["code"]), ())
        same = [one for one in said if alike(json.loads(one.payload["values"]), entry["values"])]
        return same[-1] if same else None

    def gone(self, form: Form) -> Iterator[tuple[VersionRow, Gone]]:
        """Yield what is 待核销 of a form, each with its version, office after office."""
        versions = records.current_versions(self.db, form.code, on=self.day)
        missing = [one for one in versions if one.number and one.status == MISSING]
        replies = self._reasons(form) if missing else {}
        for version in sorted(missing, key=self._order):
            office = self.workspace.roster.by_code.get(version.office)
            if office is None:
                continue
            since, reply = replies.get(str(version.record), (0, ""))
            reply = reply if since >= (version.arrival or 0) else ""
            entry = _gone_entry(version, reply)
            word = self.word((form.code, version.office, version.person), entry) if reply else None
            why = word.payload.get("why", "") if word else ""
            stale = bool(word) and not alike([word.payload["reply"] if word else ""], [reply])
            yield (
                version,
                Gone(
                    number=version.number or "",
                    office=office,
                    text=version.payload.get(form.roles.match[-1], "") if form.roles.match else "",
                    level=version.level,
                    since=clock.local_date(version.at),
                    reply=reply,
                    why="" if stale else why,
                ),
            )

    def _reasons(self, form: Form) -> dict[str, tuple[int, str]]:
        """Return the latest reason for each missing record with the arrival it came in."""
        told = (part for part in self.filed if part.form == form.code)
        return {
            entry["record"]: (part.arrival, entry["reply"])
            for part in told
            if part.verdict == "accepted"
            for entry in answered_in(part.sheets)
            if entry["code"] == _GONE
        }

    def _order(self, version: VersionRow) -> tuple[int, str]:
        office = self.workspace.roster.by_code.get(version.office)
        return (office.order if office else 0), version.number or ""


def _entries(part: StoredPart) -> list[Entry]:
    """Return the questions of a part: the open ones first, then the answered."""
    found = json.loads(part.findings) if part.questions else ()
    return [*(one for one in found if one["class"] == "核实"), *answered_in(part.sheets)]


def _reply_key(part: StoredPart, entry: Entry) -> tuple[str, ...]:
    own = (entry.get("record", ""), entry["code"], *entry.get("values", ()))
    return part.form, part.office, part.person, *own, entry.get("reply", "")


def _gone_entry(version: VersionRow, reply: str) -> Entry:
    own = {"record": str(version.record), "values": [version.number], "reply": reply}
    return {"code": _GONE, **own}


def settle(workspace: Workspace, number: str, opinion: Opinion) -> Stand:
    """File what the officer says of an explanation or of a risk point that is 待核销.

    number: 12-3 as listed, or the number of the risk point.

    Raises:
        UsageError: nothing of that number is explained.
    """
    with workspace.ledger.writer():
        with workspace.ledger.reading() as db:
            book = _Book.at(workspace, db, workspace.today)
            owner, entry, versions = _found(book, number, opinion)
        with workspace.ledger.transaction() as tx:
            payload = payload_of(owner, entry, opinion.why)
            decisions.add(tx, opinion.who, ANSWER, number, payload)
            records.add_versions(tx, None, versions)
    return Stand.OBJECTED if opinion.why else Stand.AGREED


Settled = tuple[tuple[str, str, str], Entry, list["NewVersion"]]


def _found(book: _Book, number: str, opinion: Opinion) -> Settled:
    """Return owner, stored answer, and the versions that the officer's word makes."""
    for form in book.workspace.forms:
        for version, gone in book.gone(form):
            if gone.number == number:
                if not gone.reply:
                    message = f"{number}还没有写明原因，不能核销。请先让{gone.office.name}说明。"
                    raise UsageError(message)
                entry = _gone_entry(version, gone.reply)
                new = [] if opinion.why else [records.restated(version, CANCELLED)]
                return (form.code, version.office, version.person), entry, new
    for part, entry, query in book.queries():
        if query.number == number and "reply" in entry and entry["code"] not in _OF_NUMBERS:
            owner = (part.form, part.office, part.person)
            return owner, entry, _restored(book, part, entry) if opinion.why else []
    message = f"没有编号{number}的说明或待核销。{_HINT}"
    raise UsageError(message)


def _restored(book: _Book, part: StoredPart, entry: Entry) -> list[NewVersion]:
    """Return the version that gives a record the level back whose lowering is not agreed to."""
    form = form_named(book.workspace.forms, part.form)
    if entry["code"] != _LOWER or form is None:
        return []
    levels, level = levels_of(form), entry["values"][1]
    known = records.current_versions(book.db, part.form, office=part.office)
    version = next((one for one in known if str(one.record) == entry["record"]), None)
    if version is None or levels is None or not is_higher(levels, level, version.raised):
        return []
    steps = steps_of(book.db, office=part.office).get(version.number or "", ())
    stands = standing(levels, level, steps)
    change = "raised" if is_higher(levels, stands.level, version.level) else "changed"
    again = replace(records.restated(version, change), status=version.status)
    return [replace(again, level=stands.level, raised=level, fixed=stands.fixed_level)]
