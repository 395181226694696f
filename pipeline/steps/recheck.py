"""`recheck`: rules, configuration and roster of today over the accepted files in force.

It tells what would be found now and was not then, and the other way round. Nothing is decided
anew: no verdict, file or line of the ledger changes.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from pipeline.findings import CATALOGUE, SHOWN
from pipeline.forms import form_named
from pipeline.ledger import arrivals, parts
from pipeline.model import Archive
from pipeline.steps.consolidate import edition_of
from pipeline.steps.decide import judged
from pipeline.steps.filing import CheckedFile
from pipeline.steps.offices import offices_named
from pipeline.steps.publish import Outgoing, publish
from pipeline.steps.receive import BLOCK, read_block
from pipeline.steps.told import told_finding
from pipeline.summaries.recheck import RecheckRow, recheck_book
from pipeline.workspace.paths import LISTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from sqlalchemy import Connection

    from pipeline.ledger.rows import Arrival, StoredPart
    from pipeline.reading.pool import ReadingPool
    from pipeline.steps.filing import CheckedPart
    from pipeline.steps.recognise import Unchecked
    from pipeline.workspace import Workspace

NAME = "规则复查.xlsx"

Kind = Literal["new", "gone", "regraded", "unread"]
_SAID: Mapping[Kind, str] = {
    "new": "现在会提出",
    "gone": "现在不再提出",
    "regraded": "类别变了",
    "unread": "现在认不出",
}
_Told = dict[str, Any]  # a finding as `told_finding` tells it


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that would be told otherwise today; before, after: classes, "" for not at all."""

    kind: Kind
    office: str
    form: str
    person: str
    arrival: int
    file: str
    code: str
    before: str
    after: str
    message: str

    def to_json(self) -> dict[str, object]:
        """Return the stable JSON of `recheck --json`."""
        return {name: getattr(self, name) for name in self.__slots__}

    @property
    def row(self) -> RecheckRow:
        """Return the change as people read it, classes in their words."""
        shown = {str(klass): word for klass, word in SHOWN.items()}
        classes = (shown.get(self.before, ""), shown.get(self.after, ""))
        return RecheckRow(
            office=self.office,
            form=self.form,
            person=self.person,
            file=f"{self.arrival}号 {self.file}",
            change=_SAID[self.kind],
            classes=" → ".join(one or "无" for one in classes) if any(classes) else "",
            said=self.message,
        )


@dataclass(frozen=True, slots=True)
class Recheck:
    """How many accepted parts were checked again, and what would be told otherwise."""

    checked: int
    changes: tuple[Change, ...]


def recheck(workspace: Workspace, pool: ReadingPool, offices: Sequence[str] = ()) -> Recheck:
    """Check what is in force again. offices: names or codes, all where empty.

    Raises:
        UsageError: an office is not known.
    """
    wanted = {office.code for office in offices_named(workspace, offices)}
    with workspace.ledger.reading() as db:
        in_force = _in_force(db, wanted)
        waiting = [arrivals.get(db, number) for number in sorted(in_force)]
    changes: list[Change] = []
    for start in range(0, len(waiting), BLOCK):
        files = read_block(workspace, pool, waiting[start : start + BLOCK])
        with workspace.ledger.reading() as db:
            for arrival, file in files:
                if isinstance(file, Archive):  # only its members have parts
                    continue
                for part in in_force[arrival.id]:
                    changes += _Compared(workspace, arrival, part).changes(db, file)
    orders = {office.name: office.order for office in workspace.roster.offices}
    changes.sort(key=lambda one: (orders.get(one.office, len(orders)), one.form, one.arrival))
    return Recheck(sum(map(len, in_force.values())), tuple(changes))


def save_recheck(workspace: Workspace, found: Recheck) -> Path:
    """Put the result into the group's folder of the outbox and return where it lies."""
    edition = edition_of(workspace, workspace.today)
    data = recheck_book([one.row for one in found.changes], found.checked, edition)
    with workspace.ledger.writer():
        return publish(workspace, Outgoing(workspace.paths.for_group(LISTS) / NAME, data))[0]


def _in_force(db: Connection, offices: set[str]) -> dict[int, list[StoredPart]]:
    """Return the accepted parts that count, by arrival: the last of each form, office, person."""
    newest: dict[tuple[str, str, str], StoredPart] = {}
    for part in parts.parts(db):
        # What the group decides is of no office, and is held against the register, never again.
        if part.verdict == "accepted" and part.office and (not offices or part.office in offices):
            newest[part.form, part.office, part.person] = part
    found: dict[int, list[StoredPart]] = defaultdict(list)
    for part in newest.values():
        found[part.arrival].append(part)
    return found


@dataclass(frozen=True, slots=True)
class _Compared:
    """An accepted part, held against what the same file says today."""

    workspace: Workspace
    arrival: Arrival
    part: StoredPart

    def changes(self, db: Connection, file: CheckedFile | Unchecked) -> Iterator[Change]:
        if not isinstance(file, CheckedFile):
            yield self._change("unread", file.reason, "", "", CATALOGUE[file.reason].said)
            return
        mine = self._mine(file.parts)
        if mine is None:
            reason = "IDENTITY_UNSURE"
            yield self._change("unread", reason, "", "", CATALOGUE[reason].meaning)
            return
        number = self.arrival.id
        found, _ = judged(self.workspace, db, mine, number, through=number - 1)
        answered = (one.finding for one in found.answered)
        told = (told_finding(one) for one in (*found.findings, *answered))
        now, then = _by_place(told), _by_place(self._then())
        for key in dict.fromkeys((*now, *then)):
            yield from self._compared(then.get(key), now.get(key))

    def _mine(self, found: Sequence[CheckedPart]) -> CheckedPart | None:
        """Return the same part; the only one of a file is it, whoever it is taken to be of."""
        wanted = (self.part.form, self.part.office, self.part.person)
        same = [one for one in found if (one.form.code, one.office, one.person) == wanted]
        alone = found if len(found) == 1 and found[0].form.code == self.part.form else ()
        return next(iter((*same, *alone)), None)

    def _then(self) -> Iterator[_Told]:
        """Yield what was told then, questions that the file answers by itself included."""
        yield from json.loads(self.part.findings)
        sheets = json.loads(self.part.sheets)
        yield from sheets["answered"] if sheets else ()

    def _compared(self, then: _Told | None, now: _Told | None) -> Iterator[Change]:
        told = now or then or {}
        before, after = (one["class"] if one else "" for one in (then, now))
        if before != after:
            kind: Kind = "new" if not then else "gone" if not now else "regraded"
            yield self._change(kind, told["code"], before, after, told["message"])

    def _change(self, kind: Kind, code: str, before: str, after: str, said: str) -> Change:
        roster = self.workspace.roster
        office = roster.by_code.get(self.part.office)
        person = roster.by_person.get(self.part.person)
        form = form_named(self.workspace.forms, self.part.form)
        return Change(
            kind=kind,
            office=office.name if office else self.part.office,
            form=form.title if form else self.part.form,
            person=roster.called(person) if person else self.part.person,
            arrival=self.arrival.id,
            file=self.arrival.name,
            code=code,
            before=before,
            after=after,
            message=said,
        )


def _by_place(told: Iterator[_Told]) -> dict[tuple[str, ...], _Told]:
    """Return findings by what makes them the same one: code, cell and what stands there."""
    return {(one["code"], one["sheet"], one["cell"], one["value"]): one for one in told}
