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
from pipeline.steps.publish import Outgoing, publish
from pipeline.steps.register import register_frame, scope_of
from pipeline.steps.roles import risk_form
from pipeline.summaries.review import Desk, Point, review_book
from pipeline.tables.reviewing import review_progress
from pipeline.workbook import stamp as stamps

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from pipeline.forms import Form
    from pipeline.ledger.rows import VersionRow
    from pipeline.steps.levels import Stage, Standing, Step
    from pipeline.summaries.edition import Edition
    from pipeline.vocab import Vocabulary
    from pipeline.workspace import Workspace

LISTS = "清单"
_ALL = "_全部"


def review_form(workspace: Workspace) -> Form:
    """Return the form in which the levels are fixed."""
    return next(form for form in workspace.desk if form.keeper == "bureau")


def listed_of(form: Form, version: VersionRow) -> dict[str, str]:
    """Return what the list shows of a version of a risk point, by key of the list."""
    roles, said = form.roles, version.payload
    *_, matter, point = ("", "", *roles.match)
    follows = form.table.field(roles.level).follows
    return {
        "post": said.get(roles.post, ""),
        "matter": said.get(matter, ""),
        "point": said.get(point, ""),
        "manifestation": said.get("manifestation", ""),
        "consequence": said.get(follows, ""),
        "filled": said.get(roles.level, ""),
        "raised": version.raised,
        "level": version.level,
    }


def write_review(workspace: Workspace, edition: Edition, *, everything: bool = False) -> Path:
    """Write the list of an edition and return where it lies. everything: also what is fixed."""
    with workspace.ledger.writer():
        return publish(workspace, review_output(workspace, edition, everything=everything))[0]


def review_output(workspace: Workspace, edition: Edition, *, everything: bool = False) -> Outgoing:
    """Return the list as it stood on the day of an edition as a file of the outbox."""
    form = review_form(workspace)
    name = f"{form.title}{_ALL if everything else ''}.xlsx"
    target = workspace.paths.for_group(LISTS) / name
    return Outgoing(target, _book(workspace, form, edition, everything=everything))


def _book(workspace: Workspace, form: Form, edition: Edition, *, everything: bool) -> bytes:
    risks, day = risk_form(workspace), edition.day
    register, scope = register_frame(workspace, risks, day), scope_of(workspace, risks, day)
    levels = scope.levels
    states = tuple(shown(levels, state) for state in State)
    with workspace.ledger.reading() as db:
        steps, last = steps_of(db, on=day), records.last_version(db, on=day)
        versions = {one.number: one for one in records.current_versions(db, risks.code, on=day)}
    listed = zip(register["number"], register["office_name"], strict=True)
    points = [
        _point(risks, levels, office, (versions[number], steps.get(number, ())))
        for number, office in listed
    ]
    desk = Desk(
        form=form,
        levels=levels,
        points=tuple(point for point in points if everything or point.waits),
        whole=everything,
        progress=review_progress(register, scope, states),
        stamp=stamps.make(
            workspace.secret,
            form.code,
            "",
            workspace.settings.campaign.year,
            "",
            version=str(last),
        ),
    )
    return review_book(desk, edition)


def _point(
    form: Form, levels: Vocabulary, office: str, known: tuple[VersionRow, Sequence[Step]]
) -> Point:
    """Return a line of the list, with the words that still hold filled in."""
    version, steps = known
    stands = standing(levels, version.raised, steps)
    given = listed_of(form, version) | {
        "number": version.number or "",
        "office_name": office,
        "state": shown(levels, stands.state),
    }
    highest = is_highest(levels, version.raised)
    wanted: tuple[Stage, ...] = ()
    if stands.state is State.OPEN:
        wanted = STAGES if highest else STAGES[:1]
    elif stands.state is State.PENDING:
        wanted = STAGES[1:]
    said = given | dict(_words(stands, steps))
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
