"""Which offices the reports of a day are made over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.ledger import records
from pipeline.model import Office

if TYPE_CHECKING:
    from datetime import date

    from pipeline.forms import Form
    from pipeline.workspace import Workspace

_LAST = 999  # the place of an office that the roster no longer names


def offices_on_record(workspace: Workspace, form: Form, day: date) -> tuple[Office, ...]:
    """Return the offices that report on `day`, and those whose records are still in the register.

    A risk point never leaves the register because its office left the roster.
    """
    roster = workspace.roster
    with workspace.ledger.reading() as db:
        recorded = records.offices(db, form.code, on=day)
    known = {office.code for office in roster.active(day)} | recorded
    named = tuple(office for office in roster.offices if office.code in known)
    gone = sorted(recorded - roster.by_code.keys())
    return (*named, *(Office(code, code, _LAST) for code in gone))
