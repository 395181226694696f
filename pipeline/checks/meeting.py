"""The meeting of all staff that fixes the risk points, and the days on the form (方案 四(一)2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from pipeline.checks.records import Records
    from pipeline.checks.rules import Context
    from pipeline.findings import Finding

_ISO = r"\d{4}-\d\d-\d\d"
_COUNT = "[0-9]{1,9}"


def meeting_precedes_report(records: Records, context: Context) -> Iterator[Finding]:
    """The points are fixed by a meeting before they are reported (方案 四(一)2)."""
    del context
    meeting, report = records.frame["meeting_date"], records.frame["report_date"]
    for record in records.where(_dated(meeting) & _dated(report) & (meeting > report)):
        yield records.finding("F309", record, "meeting_date", other=report[record])


def meeting_is_of_the_campaign(records: Records, context: Context) -> Iterator[Finding]:
    """The meeting is held in the campaign and before its result arrives (方案 四(一)2)."""
    yield from _outside(records, context, "meeting_date")


def report_is_of_the_campaign(records: Records, context: Context) -> Iterator[Finding]:
    """The form is filled in during the campaign and before it arrives (方案 四(二)4)."""
    yield from _outside(records, context, "report_date")


def _outside(records: Records, context: Context, key: str) -> Iterator[Finding]:
    start = context.settings.campaign.rounds[0].start.isoformat()
    days = records.frame[key]
    arrivals = [source.day.isoformat() for source in records.sources]
    arrived = [arrivals[position] for position in records.owner]
    for record in records.where(_dated(days) & ((days < start) | (days > arrived))):
        params = {"start": start, "day": arrived[record]}
        yield records.finding("F319", record, key, **params)


def _dated(days: pd.Series[str]) -> pd.Series[bool]:
    return days.str.fullmatch(_ISO)


def attendees_are_on_the_roster(records: Records, context: Context) -> Iterator[Finding]:
    """Ask where more people met than the office has (方案 四(一)2)."""
    for record, count, staff in _counted(records, context):
        if count > staff:
            yield _attended(records, "F310", record, staff)


def all_staff_met(records: Records, context: Context) -> Iterator[Finding]:
    """Ask where far fewer met than the office has (方案 四(一)2: 召开全体人员会议)."""
    least = context.settings.checks.least_attendance
    for record, count, staff in _counted(records, context):
        if count < max(1, staff * least):
            yield _attended(records, "F318", record, staff)


def _counted(records: Records, context: Context) -> Iterator[tuple[int, int, int]]:
    """Yield each record of a known office with how many met and how many there are."""
    for record in records.where(records.frame["attendees"].str.fullmatch(_COUNT)):
        source = records.source(record)
        if source.office:
            staff = len(context.roster.staff(source.office, source.day))
            yield record, int(records.value(record, "attendees")), staff


def _attended(records: Records, code: str, record: int, staff: int) -> Finding:
    """Return a finding on the number of those who met; the sentence adds the unit."""
    value = records.value(record, "attendees")
    return records.finding(code, record, "attendees", value=value, roster=str(staff))
