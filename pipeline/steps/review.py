"""Making the 等级审定表: what is still to be fixed, as it stands, for the group to decide.

The edition carries the number of the last version on record, so that whatever comes back is held
against just what was known when it went out; nothing else need be kept of it.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING

from pipeline.ledger import records
from pipeline.steps.levels import STAGES, State, is_highest, shown, standing, steps_of
from pipeline.steps.material import Material, material_of
from pipeline.steps.publish import Outgoing, publish
from pipeline.steps.roles import levels_of, today_called
from pipeline.summaries.review import Point, Review, review_book
from pipeline.tables.reviewing import review_progress
from pipeline.workbook import stamp as stamps
from pipeline.workspace.paths import LISTS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from pipeline.forms import Form
    from pipeline.steps.levels import Stage, Standing, Step
    from pipeline.tables import Scope
    from pipeline.workspace import Workspace

_ALL = "_全部"


def review_form(workspace: Workspace) -> Form:
    """Return the form in which the levels are fixed."""
    return next(form for form in workspace.desk if form.keeper == "bureau")


def listed_of(form: Form, said: Mapping[str, str], raised: str, level: str) -> dict[str, str]:
    """Return what the list shows of a risk point, by key of the list. said: by key of the form."""
    roles = form.roles
    *_, matter, point = ("", "", *roles.match)
    follows = form.table.field(roles.level).follows
    levels = levels_of(form)
    return {
        "post": said.get(roles.post, ""),
        "matter": said.get(matter, ""),
        "point": said.get(point, ""),
        "manifestation": said.get("manifestation", ""),
        "consequence": said.get(follows, ""),
        "filled": today_called(levels, said.get(roles.level, "")),
        "raised": today_called(levels, raised),
        "level": today_called(levels, level),
    }


def write_review(workspace: Workspace, day: date, *, everything: bool = False) -> Path:
    """Write the list of a day and return where it lies. everything: also what is fixed."""
    (output,) = review_list(material_of(workspace, day), everything=everything)
    with workspace.ledger.writer():
        return publish(workspace, output)[0]


def review_list(material: Material, *, everything: bool = False) -> list[Outgoing]:
    """Return the list of a day as a file of the outbox. everything: also what is fixed."""
    workspace, register, scope = material.workspace, material.register, material.scope
    form = review_form(workspace)
    with workspace.ledger.reading() as db:
        steps = steps_of(db, on=material.day)
        last = records.last_version(db, on=material.day)
    rows: list[dict[str, str]] = register.to_dict("records")  # type: ignore[assignment]
    points = (_point(scope, row, steps.get(row["number"], ())) for row in rows)
    year = workspace.settings.campaign.year
    review = Review(
        form=form,
        levels=scope.levels,
        points=tuple(point for point in points if everything or point.waits),
        whole=everything,
        progress=review_progress(register, scope, [shown(scope.levels, state) for state in State]),
        stamp=stamps.make(workspace.secret, form.code, "", year, "", version=str(last)),
    )
    name = f"{form.title}{_ALL if everything else ''}.xlsx"
    book = review_book(review, material.edition)
    return [Outgoing(workspace.paths.for_group(LISTS) / name, book)]


def _point(scope: Scope, row: Mapping[str, str], steps: Sequence[Step]) -> Point:
    """Return a line of the list, with the words that still hold filled in. row: of the register."""
    levels, raised = scope.levels, row["raised_level"]
    stands = standing(levels, raised, steps)
    wanted: tuple[Stage, ...] = ()
    if stands.state is State.OPEN:
        wanted = STAGES if is_highest(levels, raised) else STAGES[:1]
    elif stands.state is State.PENDING:
        wanted = STAGES[1:]
    given = {
        "number": row["number"],
        "office_name": row["office_name"],
        "state": row["level_state"],
    }
    said = given | listed_of(scope.form, row, raised, row["level"]) | dict(_words(stands, steps))
    return Point(said, waits=stands.state is not State.FIXED, wanted=wanted)


def _words(stands: Standing, steps: Sequence[Step]) -> Mapping[str, str | date]:
    """Return what was said of a point by key of the list, as far as it still holds."""
    if stands.state is State.OPEN:
        return {}
    place = max(n for n, step in enumerate(steps) if step.stage == STAGES[0])
    found: dict[str, str | date] = {}
    for step in steps[place:]:
        own = asdict(step.word)
        own["day"] = date.fromisoformat(step.word.day)
        found |= {f"{step.stage}_{name}": value for name, value in own.items()}
    return found
