"""Where things stand now: the numbers of `status` and of the nightly report's operation lines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from pipeline import clock
from pipeline.files import names, operations
from pipeline.intake.scan import scan
from pipeline.intake.settle import too_large
from pipeline.ledger import arrivals, counts, records
from pipeline.ledger.backup import latest_backup
from pipeline.ledger.heartbeat import last_beat
from pipeline.monitor import Operation
from pipeline.steps.offices import offices_on_record
from pipeline.steps.roles import risk_form, today_called

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from sqlalchemy import Connection

    from pipeline.intake.settle import Waiting
    from pipeline.workspace import Workspace

_MISSED_SCANS = 3  # a heartbeat older than this many scans means that watching has stopped


@dataclass(frozen=True, slots=True)
class OperationStatus:
    """How the machinery stands; None while unknown. disk_free in bytes.

    waiting: files in the inbox that have no number yet, and claimed ones not decided yet; None
    while the inbox cannot be seen. too_large: those of the first that never get a number, with
    what is to be done.
    """

    last_scan: datetime | None
    waiting: int | None
    oldest_waiting: datetime | None
    in_flight: int
    decided_today: int
    quarantine: Mapping[str, int]
    disk_free: int
    lock: str | None
    last_backup: str | None
    chain_head: str | None
    chain_count: int
    too_large: tuple[str, ...] = ()


def operation_status(workspace: Workspace) -> OperationStatus:
    """Return how the machinery stands; takes no lock."""
    ledger, paths = workspace.ledger, workspace.paths
    with ledger.reading() as db:
        counted = counts.counts(db, workspace.today)
        lying, huge = _lying(workspace, db)
    head = ledger.head()
    return OperationStatus(
        last_scan=last_beat(paths.archive),
        waiting=None if lying is None else counted.waiting + lying,
        oldest_waiting=counted.oldest_waiting,
        in_flight=counted.in_flight,
        decided_today=counted.decided_today,
        quarantine=counted.quarantine,
        disk_free=operations.free_space(paths.archive),
        lock=ledger.watcher_holder(),
        last_backup=latest_backup(paths.archive),
        chain_head=head.sha256 or None,
        chain_count=head.seq,
        too_large=tuple(f"{names.shown(one.path.name)}：{one.reason}" for one in huge),
    )


def _lying(workspace: Workspace, db: Connection) -> tuple[int | None, list[Waiting]]:
    """Return how many files lie in the inbox that are not claimed yet, and those too large.

    The number is None while the inbox is away.
    """
    if not workspace.paths.inbox.is_dir():
        return None, []
    folders = workspace.paths.intake
    claimed = {folders.locate(arrival) for arrival in arrivals.in_inbox(db)}
    listing = scan(folders)
    huge = [too_large(seen) for seen in listing.huge if seen.path not in claimed]
    return sum(1 for seen in listing.files if seen.path not in claimed) + len(huge), huge


def operation_of(workspace: Workspace, day: date) -> Operation:
    """Return the operation lines of the report of a day."""
    status = operation_status(workspace)
    with workspace.ledger.reading() as db:
        quarantined = sum(
            1
            for arrival in arrivals.claimed_on(db, day)
            if arrival.verdict == "quarantined" and arrival.source != "precheck"
        )
    limit = timedelta(seconds=_MISSED_SCANS * workspace.settings.watch.scan_seconds)
    last = status.last_scan
    return Operation(
        waiting=status.waiting or 0,
        quarantined=quarantined,
        disk_free=status.disk_free,
        last_scan=clock.shown(last) if last else "",
        chain_count=status.chain_count,
        chain_head=status.chain_head or "",
        # Who never watched and runs by hand or by schedule only is not warned every night.
        alive=last is None or status.lock is not None or workspace.now() - last <= limit,
        too_large=status.too_large,
    )


def level_counts(workspace: Workspace, day: date) -> list[tuple[str, str, int]]:
    """Return (office name, level, number of risk points) in official order, without pandas."""
    form, levels = risk_form(workspace), workspace.settings.levels
    found: dict[tuple[str, str], int] = {}
    with workspace.ledger.reading() as db:
        for version in records.current_versions(db, form.code, on=day):
            if version.number:
                place = (version.office, today_called(levels, version.level))
                found[place] = found.get(place, 0) + 1
    return [
        (office.name, level, found.get((office.code, level), 0))
        for office in offices_on_record(workspace, form, day)
        for level in levels.names
    ]
