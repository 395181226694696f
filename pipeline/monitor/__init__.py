"""Deadlines, progress and the nightly report as plain values; pure, no pandas."""

from pipeline.monitor.night import Change, Night, Operation, Pending, Received, Returned, Tally
from pipeline.monitor.progress import (
    Duty,
    Progress,
    State,
    Submission,
    days_left,
    is_reminder_day,
    overdue,
    progress,
)
from pipeline.monitor.sections import Section, sections
from pipeline.monitor.todo import todo

__all__ = [
    "Change",
    "Duty",
    "Night",
    "Operation",
    "Pending",
    "Progress",
    "Received",
    "Returned",
    "Section",
    "State",
    "Submission",
    "Tally",
    "days_left",
    "is_reminder_day",
    "overdue",
    "progress",
    "sections",
    "todo",
]
