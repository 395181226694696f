"""The register as a frame: one row a risk point now on record, in official order."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from pipeline import clock, text
from pipeline.frames import pd
from pipeline.ledger import records
from pipeline.steps.levels import State, shown, standing, steps_of
from pipeline.steps.offices import offices_on_record
from pipeline.steps.roles import today_called
from pipeline.steps.sources import sources_of
from pipeline.tables.scope import Scope, Staffing
from pipeline.vocab import CHANGES, IN_FORCE
from pipeline.workbook.issue import attribute

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from pipeline.forms import Form
    from pipeline.ledger.rows import VersionRow
    from pipeline.steps.levels import Step
    from pipeline.vocab import Vocabulary
    from pipeline.workspace import Workspace

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
    "level_state",
    "fixed_by",
    "fixed_on",
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

    Shape: the keys of the form's table and COLUMNS; by the offices' order, then as numbered: as
    text 1000 would stand before 999.
    Rows that only say a post has no risk point are left out.
    """
    with workspace.ledger.reading() as db:
        versions = records.current_versions(db, form.code, on=day)
        spans = records.spans(db, form.code, on=day)
        sources = sources_of(db, versions)
        steps = steps_of(db, on=day)
    point = form.roles.match[-1] if form.roles.match else form.roles.number
    offices = {office.code: office for office in offices_on_record(workspace, form, day)}
    levels = workspace.settings.levels
    ranks = {term.name: term.rank for term in levels.terms}
    called = partial(today_called, levels)
    graded = {
        entry.key: entry.derived.give
        for entry in form.table.fields
        if entry.derived and entry.derived.of == form.roles.level
    }
    rows = [
        {key: version.payload.get(key, "") for key in form.table.keys}
        | {
            form.roles.number: version.number,
            "number": version.number,
            "office": version.office,
            "office_name": offices[version.office].name,
            "office_order": offices[version.office].order,
            "status": CHANGES.get(version.status, IN_FORCE),
            "filled_level": called(version.payload.get(form.roles.level, "")),
            "raised_level": called(version.raised),
            "level": called(version.level),
            "level_rank": ranks.get(called(version.level), 0),
            "version": spans[version.record][0],
            "since": clock.local_date(spans[version.record][1]).isoformat(),
            "source": sources.source(version, point),
        }
        | _fixing(levels, version, steps.get(version.number, ()))
        | _of_level(levels, called(version.level), graded)
        for version in versions
        if version.number
    ]
    columns = list(dict.fromkeys([*form.table.keys, *COLUMNS]))
    frame = pd.DataFrame(rows, columns=columns)
    return frame.sort_values(["office_order", "office"], kind="stable", ignore_index=True)


def _of_level(levels: Vocabulary, level: str, graded: Mapping[str, str]) -> dict[str, str]:
    """Return who manages a point and how, by the level in force. graded: column -> attribute."""
    term = levels.get(level)
    return {key: attribute(term, give) if term else "" for key, give in graded.items()}


def _fixing(levels: Vocabulary, version: VersionRow, steps: Sequence[Step]) -> dict[str, str]:
    """Return how far the level of a record is fixed, at what, by whom and on which day.

    What was fixed once and waits for the group again is fixed no longer.
    """
    stands = standing(levels, version.raised, steps)
    word = stands.fixed.word if stands.fixed and stands.state is State.FIXED else None
    return {
        "level_state": shown(levels, stands.state),
        "fixed_level": word.level if word else "",
        "fixed_by": word.person if word else "",
        "fixed_on": word.day if word else "",
    }
