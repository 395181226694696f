"""Which offices the reports of a day are made over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.errors import UsageError
from pipeline.ledger import records
from pipeline.model import Office

if TYPE_CHECKING:
    from collections.abc import Sequence
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


def offices_named(workspace: Workspace, wanted: Sequence[str]) -> tuple[Office, ...]:
    """Return the offices with these names or codes, in this order.

    Raises:
        UsageError: one is not known.
    """
    roster = workspace.roster
    found = [roster.by_code.get(name.upper()) or roster.office_named(name) for name in wanted]
    unknown = [name for name, office in zip(wanted, found, strict=True) if office is None]
    if unknown:
        message = f"名册里没有“{'、'.join(unknown)}”。请用名册里的单位名称或代码。"
        raise UsageError(message)
    return tuple(office for office in found if office)
