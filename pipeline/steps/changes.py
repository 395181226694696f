"""The change log of the register as it stood at the end of a day, out of the ledger."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import partial
from itertools import islice, takewhile
from typing import TYPE_CHECKING

from pipeline import clock
from pipeline.ledger import decisions, parts, records
from pipeline.ledger.rows import CANCELLED, MISSING
from pipeline.steps.answers import answered_in
from pipeline.steps.case import GROUP
from pipeline.steps.sources import EXTRA, sources_of
from pipeline.tables.changes import Told, change_log

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date, datetime

    import pandas as pd
    from sqlalchemy import Connection

    from pipeline.ledger.rows import DecisionRow, VersionRow
    from pipeline.model import Office
    from pipeline.steps.sources import Sources
    from pipeline.tables import Scope
    from pipeline.workspace import Workspace

_GONE = "F401"  # the question that asks for the reason of a missing number
_NO_REASON = "单位还没有写明原因"
_DECIDED = "局纪检组的决定"  # instead of a file
_REASONS = ("why", "reason", "reply")  # in a decision: the group's own words first
_Words = dict[tuple["datetime", str], "DecisionRow"]


def change_frame(workspace: Workspace, scope: Scope, day: date) -> pd.DataFrame:
    """Return the change log up to the end of `day`; its shape stands in tables.changes.

    The versions are taken office by office, so that never more than one office's are at hand.
    """
    with workspace.ledger.reading() as db:
        return change_log(_told(db, scope, day), scope)


def _told(db: Connection, scope: Scope, day: date) -> Iterator[Told]:
    form, words = scope.form.code, _words(db, day)
    for office in scope.offices:
        known = records.histories(db, form, office=office.code, on=day)
        versions = [one for one in known if one.number]
        gone = any(version.status == MISSING for version in versions)
        log = _Log(
            office=office,
            versions=versions,
            sources=sources_of(db, versions),
            words=words,
            reasons=_reasons(db, form, office, day) if gone else {},
        )
        yield from map(log.told, range(len(versions)))


def _words(db: Connection, day: date) -> _Words:
    """Return what the group decided, by moment and by what it is about."""
    found: _Words = {}
    for said in decisions.decisions(db, on=day):
        for subject in (said.subject, said.payload.get("record", "")):
            found[said.at, subject] = said
    return found


def _reasons(
    db: Connection, form: str, office: Office, day: date
) -> dict[str, list[tuple[int, str]]]:
    """Return by record which arrivals gave which reason for its absence, oldest first."""
    found: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for part in parts.parts(db, form=form, office=office.code, on=day):
        if part.verdict != "accepted":
            continue
        for entry in answered_in(part.sheets):
            if entry["code"] == _GONE:
                found[entry["record"]].append((part.arrival, entry["reply"]))
    return found


@dataclass(frozen=True, slots=True)
class _Log:
    """What is known of the versions of one office."""

    office: Office
    versions: Sequence[VersionRow]
    sources: Sources
    words: _Words
    reasons: Mapping[str, Sequence[tuple[int, str]]]

    def told(self, place: int) -> Told:
        """Return the version at a place for the log."""
        version = self.versions[place]
        word = self._word(version)
        own = {
            key.removeprefix(EXTRA): value
            for key, value in version.payload.items()
            if key.startswith(EXTRA)
        }
        return Told(
            record=version.record,
            number=version.number or "",
            office=self.office,
            day=clock.local_date(version.at),
            change=version.class_,
            status=version.status,
            level=version.level,
            payload=version.payload,
            own=own,
            why=_said(word) if word else self._reason(place),
            who=self._who(version, word),
            source=partial(self._source, version, word),
        )

    def _word(self, version: VersionRow) -> DecisionRow | None:
        """Return the decision that made a version, None where it was a file of the office.

        A word that came in a workbook of the group names that workbook's arrival.
        """
        for subject in (str(version.record), version.number or ""):
            said = self.words.get((version.at, subject))
            if said and said.payload.get("arrival", "") == str(version.arrival or ""):
                return said
        return None

    def _who(self, version: VersionRow, word: DecisionRow | None) -> str:
        if word is not None:
            return word.who
        return GROUP if version.part is None else self.office.name

    def _reason(self, place: int) -> str:
        """Return the last reason for a missing record until a file told something else of it."""
        version = self.versions[place]
        if version.class_ != MISSING:
            return ""
        later = takewhile(
            lambda one: one.record == version.record, islice(self.versions, place + 1, None)
        )
        until = next((one.arrival for one in later if one.arrival), None)
        given = [
            reply
            for arrival, reply in self.reasons.get(str(version.record), ())
            if arrival >= (version.arrival or 0) and (until is None or arrival < until)
        ]
        return given[-1] if given else _NO_REASON

    def _source(self, version: VersionRow, word: DecisionRow | None, key: str) -> str:
        if word is not None or version.part is None:
            cell = word.payload.get("cell", "") if word else ""
            told = (self.sources.told_by(version), cell)
            return "!".join(said for said in told if said) or _DECIDED
        if version.class_ in {MISSING, CANCELLED} or not key:
            return self.sources.told_by(version)
        label = f"{EXTRA}{key}"
        is_own = label in version.payload and key not in version.payload
        return self.sources.source(version, label if is_own else key)


def _said(word: DecisionRow) -> str:
    return next((said for key in _REASONS if (said := word.payload.get(key))), "")
