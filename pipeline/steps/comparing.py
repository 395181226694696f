"""The last edition that a summary is compared with, as the configuration wants it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from pipeline.steps.register import register_frame
from pipeline.tables import Before

if TYPE_CHECKING:
    from datetime import date

    from pipeline.forms import Form
    from pipeline.settings import Settings
    from pipeline.workspace import Workspace


def last_edition(settings: Settings, day: date) -> date | None:
    """Return the last day of the month, week or round before that of `day`, None in the first.

    A round has no round before it where it is the first, nor before it has begun.
    """
    match settings.reports.compare:
        case "month":
            return day.replace(day=1) - timedelta(days=1)
        case "week":
            return day - timedelta(days=day.isoweekday())
        case "round":
            begun = [one.start for one in settings.campaign.rounds[1:] if one.start <= day]
            return begun[-1] - timedelta(days=1) if begun else None


def before(workspace: Workspace, form: Form, day: date) -> Before | None:
    """Return the register of a form as the last edition before `day` had it."""
    last = last_edition(workspace.settings, day)
    return Before(last, register_frame(workspace, form, last)) if last else None
