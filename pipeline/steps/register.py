"""The register as a frame: one row a risk point now on record, in official order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from pipeline import clock, text
from pipeline.ledger import arrivals, records
from pipeline.steps.offices import offices_on_record
from pipeline.tables.scope import Scope, Staffing
from pipeline.vocab import CHANGES

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import Connection

    from pipeline.forms import Form
    from pipeline.ledger.rows import VersionRow
    from pipeline.workspace import Workspace

_IN_FORCE = "在册"
COLUMNS = (
    "number",
    "office",
    "office_name",
    "office_order",
    "status",
    "filled_level",
    "raised_level",
    "fixed_level",
    "level",
    "level_rank",
    "version",
    "since",
    "source",
)


def scope_of(workspace: Workspace, form: Form, day: date) -> Scope:
    """Return what the reports of this bureau are made over on a day."""
    offices = offices_on_record(workspace, form, day)
    staffing = {office.code: _staffing(workspace, office.code, day) for office in offices}
    return Scope(form, workspace.settings.levels, offices, staffing)


def _staffing(workspace: Workspace, office: str, day: date) -> Staffing:
    """Return how many posts and people an office had on a day; several may share a post."""
    staff = workspace.roster.staff(office, day)
    return Staffing(len({text.key(post) for one in staff for post in one.posts}), len(staff))


def register_frame(workspace: Workspace, form: Form, day: date) -> pd.DataFrame:
    """Return the register of a form as it stood at the end of `day`.

    Shape: the keys of the form's table and COLUMNS; sorted by the offices' order and number.
    Rows that only say a post has no risk point are left out.
    """
    with workspace.ledger.reading() as db:
        versions = records.current_versions(db, form.code, on=day)
        spans = records.spans(db, form.code, on=day)
        names = _file_names(db, versions)
    offices = {office.code: office for office in offices_on_record(workspace, form, day)}
    ranks = {term.name: term.rank for term in workspace.settings.levels.terms}
    rows = [
        {key: version.payload.get(key, "") for key in form.table.keys}
        | {
            form.roles.number: version.number,
            "number": version.number,
            "office": version.office,
            "office_name": offices[version.office].name,
            "office_order": offices[version.office].order,
            "status": CHANGES.get(version.status, _IN_FORCE),
            "filled_level": version.payload.get(form.roles.level, ""),
            "raised_level": version.level,
            "fixed_level": "",
            "level": version.level,
            "level_rank": ranks.get(version.level, 0),
            "version": spans[version.record][0],
            "since": clock.local_date(spans[version.record][1]).isoformat(),
            "source": _source(version, names),
        }
        for version in versions
        if version.number
    ]
    columns = list(dict.fromkeys([*form.table.keys, *COLUMNS]))
    frame = pd.DataFrame(rows, columns=columns)
    return frame.sort_values(["office_order", "office", "number"], ignore_index=True)


def _file_names(db: Connection, versions: tuple[VersionRow, ...]) -> dict[int, str]:
    numbers = {version.arrival for version in versions if version.arrival is not None}
    return {number: arrivals.get(db, number).name for number in sorted(numbers)}


def _source(version: VersionRow, names: dict[int, str]) -> str:
    """Return where a record was last told: file!sheet!row."""
    name = names.get(version.arrival or 0, "")
    return f"{name}!{version.cells.get('sheet', '')}!第{version.cells.get('row', '')}行"
