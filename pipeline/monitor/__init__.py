"""Deadlines, progress and the nightly report as plain values; pure, no pandas."""

from pipeline.monitor.agreement import Agreement, Difference, Pledge
from pipeline.monitor.campaign import (
    CAMPAIGN_RULES,
    Matter,
    Point,
    Standing,
    matters,
    told_together,
)
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
from pipeline.monitor.queries import Gone, Query, Stand, to_verify
from pipeline.monitor.sections import Section, sections
from pipeline.monitor.todo import asking, todo

__all__ = [
    "CAMPAIGN_RULES",
    "Agreement",
    "Change",
    "Difference",
    "Duty",
    "Gone",
    "Matter",
    "Night",
    "Operation",
    "Pending",
    "Pledge",
    "Point",
    "Progress",
    "Query",
    "Received",
    "Returned",
    "Section",
    "Stand",
    "Standing",
    "State",
    "Submission",
    "Tally",
    "asking",
    "days_left",
    "is_reminder_day",
    "matters",
    "overdue",
    "progress",
    "sections",
    "to_verify",
    "todo",
    "told_together",
]
