"""The night: receive what waits, consolidate, report, back up; doing it again changes nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline import clock
from pipeline.files import names
from pipeline.forms import form_named
from pipeline.ledger import arrivals, backup, events, records
from pipeline.monitor import (
    Change,
    Night,
    Pending,
    Progress,
    Received,
    Returned,
    Tally,
    asking,
    overdue,
    to_verify,
    todo,
)
from pipeline.site import night_page
from pipeline.steps.case import GROUP, gather_case
from pipeline.steps.confirm import waiting
from pipeline.steps.consolidate import MARK, consolidate
from pipeline.steps.issue import issue_owed
from pipeline.steps.offices import offices_on_record
from pipeline.steps.progress import overview
from pipeline.steps.publish import Outgoing, publish, relative
from pipeline.steps.register import register_frame
from pipeline.steps.roles import risk_form
from pipeline.steps.run import run
from pipeline.steps.status import operation_of
from pipeline.summaries.night import night_book
from pipeline.vocab import CHANGES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date
    from pathlib import Path

    from sqlalchemy import Connection

    from pipeline.forms import Form
    from pipeline.ledger.rows import Arrival, VersionRow
    from pipeline.reading.pool import ReadingPool
    from pipeline.steps.case import Case
    from pipeline.steps.progress import Overview
    from pipeline.steps.run import Sleep
    from pipeline.steps.verify import Verification
    from pipeline.workspace import Workspace

REPORTS = "每日报告"
_RECENT = 2000  # events: a report older than these is written anew
_OF_OUTPUTS = frozenset({"published", "withdrawn"})
_ASKS = frozenset({"missing", "lowered"})


@dataclass(frozen=True, slots=True)
class NightRun:
    """What one nightly run did: the day, what it received, what it wrote, who is overdue."""

    day: date
    received: tuple[Arrival, ...]
    written: tuple[Path, ...]
    overdue: tuple[Progress, ...]


def nightly(workspace: Workspace, pool: ReadingPool, day: date, sleep: Sleep) -> NightRun:
    """Run the night of `day`; whatever lies in the inbox is received first.

    The night of an earlier day is made up: its report is of that day, the summaries are of now.
    sleep: see `run`.

    Raises:
        UsageError: that day has not come yet, or was before the workspace.
        BusyError: another run of the same night is under way.
    """
    workspace.as_of(day)
    with workspace.ledger.nightly(day):
        received = run(workspace, pool, sleep).received
        with workspace.ledger.writer():
            issue_owed(workspace)
        written = consolidate(workspace, clock.night_of(workspace.now()))
        then = replace(workspace.as_of(day), paths=workspace.paths)
        seen = overview(then, day)
        reports = _report(then, day, seen)
        backup.backup(workspace.ledger, workspace.today)
        workspace.ledger.check()
    late = tuple(line for line in seen.lines if overdue(line, day))
    return NightRun(day, received, (*written, *reports), late)


def _report(workspace: Workspace, day: date, seen: Overview) -> tuple[Path, ...]:
    """Write the report of a day, page and workbook, and return where they lie.

    A report tells how the machinery stood, which no archive knows later: it stands as long as
    nothing has happened on that day since it was written, and one made up later is silent on it.
    """
    folder = workspace.paths.for_group(REPORTS)
    page, book = (folder / f"{day.isoformat()}{suffix}" for suffix in (".html", ".xlsx"))
    if page.exists() and book.exists() and _nothing_since(workspace, book, day):
        return page, book
    night = night_report(workspace, day, seen)
    with workspace.ledger.writer():
        return publish(
            workspace,
            Outgoing(page, night_page(night).encode()),
            Outgoing(book, night_book(night)),
        )


def _nothing_since(workspace: Workspace, report: Path, day: date) -> bool:
    """Tell whether nothing but outputs was written on that day since this one was."""
    path, end = relative(workspace, report), clock.day_end(day)
    stands = False
    with workspace.ledger.reading() as db:
        for happened in events.after(db, max(0, events.last_seq(db) - _RECENT)):
            if happened.kind not in _OF_OUTPUTS:
                stands = stands and happened.at >= end
            elif happened.payload["path"] == path:
                stands = True
    return stands


def night_report(workspace: Workspace, day: date, seen: Overview) -> Night:
    """Return the report of a day as values."""
    with workspace.ledger.reading() as db:
        came = [
            gather_case(workspace, db, arrival, day)
            for arrival in arrivals.claimed_on(db, day)
            if arrival.verdict and arrival.source != "precheck"
        ]
        changes = tuple(_changes(workspace, db, day))
    past = day < clock.night_of(workspace.now())
    operation = None if past else operation_of(workspace, day)
    asked = seen.verification
    return Night(
        bureau=workspace.settings.bureau.name,
        campaign=workspace.settings.campaign.name,
        mark=MARK,
        day=day,
        generated=day.isoformat(),
        levels=workspace.settings.levels,
        received=tuple(_received(case) for case in came),
        returned=tuple(
            Returned(_office_name(case), names.shown(case.arrival.name), case.findings, case.said)
            for case in came
            if case.arrival.verdict == "returned"
        ),
        changes=changes,
        progress=seen.lines,
        tallies=_tallies(workspace, day),
        todo=(
            *todo(
                seen.lines, _once_asked(changes, asked), operation, day, _pending(workspace, day)
            ),
            *to_verify(asked.queries, asked.gone),
            *asking(seen.matters),
        ),
        operation=operation,
        matters=seen.matters,
    )


def _once_asked(changes: Sequence[Change], asked: Verification) -> tuple[Change, ...]:
    """Return the changes without what is 待核销: of that is told until it is settled."""
    gone = {one.number for one in asked.gone}
    return tuple(one for one in changes if one.number not in gone)


def _pending(workspace: Workspace, day: date) -> tuple[Pending, ...]:
    return tuple(
        Pending(one.arrival.id, one.office, one.form or names.shown(one.arrival.name), one.meaning)
        for one in waiting(workspace, day)
    )


def _received(case: Case) -> Received:
    return Received(
        arrival=case.arrival.id,
        time=clock.shown(case.arrival.claimed_at),
        office=_office_name(case),
        file=names.shown(case.arrival.name),
        verdict=case.arrival.verdict or "returned",
        reason=case.said,
    )


def _office_name(case: Case) -> str:
    unknown = GROUP if case.is_decision else "（单位不明）"
    return case.office.name if case.office else unknown


def _changes(workspace: Workspace, db: Connection, day: date) -> Iterator[Change]:
    """Yield what the accepted files of the day, and the group, changed in the register."""
    made: list[VersionRow] = []
    for arrival in arrivals.decided_by(db, day):
        decided = arrival.decided_at
        if arrival.verdict != "accepted" or not decided or clock.local_date(decided) != day:
            continue
        made += records.of_arrival(db, arrival.id)
    for version in (*made, *records.of_group(db, day)):
        form = form_named(workspace.forms, version.form)
        if form and version.number:
            yield _change(workspace, form, version)


def _change(workspace: Workspace, form: Form, version: VersionRow) -> Change:
    office = workspace.roster.by_code.get(version.office)
    return Change(
        number=version.number or "",
        office=office.name if office else version.office,
        kind=CHANGES[version.class_],
        text=version.payload.get(form.roles.match[-1], "") if form.roles.match else "",
        asks=version.class_ in _ASKS,
    )


def _tallies(workspace: Workspace, day: date) -> tuple[Tally, ...]:
    """Return how many risk points each office has of each level."""
    form = risk_form(workspace)
    register = register_frame(workspace, form, day)
    counted = register.groupby(["office", "level"]).size().to_dict() if len(register) else {}
    levels = workspace.settings.levels.names
    return tuple(
        Tally(office.name, tuple(int(counted.get((office.code, level), 0)) for level in levels))
        for office in offices_on_record(workspace, form, day)
    )
