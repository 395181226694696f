"""Issuing the forms of persons, made of what their office's accepted table says of them.

They go out on the first acceptance of that table in the round that asks for them, and again, with
the person's own texts filled in, when his rows change (方案 四(二)7).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline.files.names import safe_name
from pipeline.ledger import outputs, parts, records
from pipeline.steps.case import TOGETHER, content_of
from pipeline.steps.commitment import (
    Register,
    facts_of,
    given_rows,
    key_records,
    role_of,
    rows_of,
    signed_by,
)
from pipeline.steps.publish import relative
from pipeline.steps.sending import Made, Sent, last_sent, note, own_of, send
from pipeline.workbook import stamp as stamps
from pipeline.workbook.template import Issue, locked_digest, write_template, write_together
from pipeline.workspace.paths import TO_FILL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.forms import Form
    from pipeline.model import Office, Person
    from pipeline.settings import Round
    from pipeline.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose forms are issued for which round.

    through: as the file of that arrival left the register, whatever came after it; None for as it
    is now.
    """

    form: Form
    office: Office
    round: Round
    through: int | None = None


def issue_people(workspace: Workspace, whose: Whose, *, owed_only: bool = False) -> list[Sent]:
    """Write the form of each person of an office and return what was sent.

    owed_only: leave out what lies ready or was fetched already, unchanged.
    """
    register = _register(workspace, whose)
    if register is None:
        return []
    form, office = whose.form, whose.office
    wanted: dict[str, Issue] = {}
    for person in workspace.roster.staff(office.code, workspace.today):
        issue = _issue(workspace, whose, person, register)
        shown = workspace.roster.called(person)
        name = safe_name(f"{form.title}_{office.name}_{shown}_{whose.round.name}.xlsx")
        if not (owed_only and _was_sent(workspace, issue, name)):
            wanted[name] = issue
    noted = _noted(workspace, list(wanted.values()), whose.through, is_newest=register.is_newest)
    if not register.is_newest:
        return []
    made = [
        Made(issue, name, write_template(issue)) for name, issue in zip(wanted, noted, strict=True)
    ]
    return send(workspace, *made)


def issue_together(workspace: Workspace, whose: Whose) -> list[Sent]:
    """Write one workbook with a sheet for each person of an office and return it."""
    register = _register(workspace, whose)
    form, office, current = whose.form, whose.office, whose.round
    staff = workspace.roster.staff(office.code, workspace.today)
    if register is None or not staff:
        return []
    blank = [_issue(workspace, whose, person, register) for person in staff]
    issues = _noted(workspace, blank, None, is_newest=True)
    shared = shared_issue(workspace, issues[0], current)
    name = safe_name(f"{form.title}_{office.name}_{TOGETHER}_{current.name}.xlsx")
    return send(workspace, Made(shared, name, write_together(issues, shared)))


def shared_issue(workspace: Workspace, one: Issue, current: Round) -> Issue:
    """Return what a workbook with the forms of several persons bears as a whole, noted."""
    form = next(form for form in workspace.forms if form.code == one.form.code)
    year = workspace.settings.campaign.year
    stamp = stamps.make(workspace.secret, form.code, one.office.code, year, current.key)
    shared = replace(one, stamp=stamp, person=None, rows=(), card={}, annex=(), form=form)
    with workspace.ledger.transaction() as tx:
        return note(tx, shared)


def filled_again(workspace: Workspace, whose: Whose, people: Sequence[Person]) -> list[Issue]:
    """Return the forms of some persons as they are today, noted; none where there is no table.

    Nothing is sent, so what was sent last stays what is in force.
    """
    register = _register(workspace, whose)
    if register is None:
        return []
    issues = [_issue(workspace, whose, person, register) for person in people]
    return _noted(workspace, issues, None, is_newest=False)


def _register(workspace: Workspace, whose: Whose) -> Register | None:
    """Return what the forms are made of, None where they are not asked for, or not yet."""
    form, office, current = whose.form, whose.office, whose.round
    campaign = workspace.settings.campaign
    opens = campaign.position(form.opens) if form.opens else 0
    source = next((one for one in workspace.forms if one.code == form.source), None)
    asked = campaign.asks(form.title) and campaign.position(current.key) >= opens
    if source is None or not asked:
        return None
    with workspace.ledger.reading() as db:
        filed = parts.parts(db, form=source.code, office=office.code)
        known = records.current_versions(db, source.code, office=office.code, through=whose.through)
    accepted = [part for part in filed if part.verdict == "accepted"]
    before = [part for part in accepted if not whose.through or part.arrival <= whose.through]
    if not any(campaign.position(part.round) >= opens for part in before):
        return None
    newest = whose.through is None or accepted[-1].arrival <= whose.through
    return Register(source, tuple(version for version in known if version.number), newest)


def _issue(workspace: Workspace, whose: Whose, person: Person, register: Register) -> Issue:
    """Return a person's form with everything that is given filled in, his own texts blank."""
    form, office, current = whose.form, whose.office, whose.round
    settings = workspace.settings
    staff = workspace.roster.staff(office.code, workspace.today)
    mine = rows_of(register, person, staff)
    role = role_of(person, settings)
    facts = facts_of(register, person, mine, settings)
    cards = [entry for section in form.cards for entry in section.fields]
    annexed = key_records(register, role) if form.annex else ()
    return Issue(
        form=signed_by(form, role),
        office=office,
        scope=workspace.scope(office.code),
        stamp=stamps.make(
            workspace.secret,
            form.code,
            office.code,
            settings.campaign.year,
            current.key,
            person=person.code,
        ),
        settings=settings,
        rows=given_rows(register, form.table, mine),
        card={
            entry.key: facts[entry.derived.give]
            for entry in cards
            if entry.derived and entry.derived.of == "issue"
        },
        person=person,
        annex=given_rows(register, form.annex, annexed) if form.annex else (),
    )


def _noted(
    workspace: Workspace, issues: Sequence[Issue], through: int | None, *, is_newest: bool
) -> list[Issue]:
    """Return the forms noted as issued, each with the person's own texts if it is sent again."""
    if not issues:
        return []
    texts = [_own_again(workspace, issue, through) for issue in issues]
    with workspace.ledger.transaction() as tx:
        noted = [
            note(tx, issue, own, is_newest=is_newest)
            for issue, own in zip(issues, texts, strict=True)
        ]
    return [
        replace(issue, card={**issue.card, **own}) for issue, own in zip(noted, texts, strict=True)
    ]


def _own_again(workspace: Workspace, issue: Issue, through: int | None) -> dict[str, str]:
    """Return the texts a form is filled in with: as sent last, or where it has changed, anew."""
    with workspace.ledger.reading() as db:
        last = last_sent(db, issue.stamp.number)
    if last and last.digest == locked_digest(issue):
        return own_of(last)
    return _own_texts(workspace, issue, through)


def _own_texts(workspace: Workspace, issue: Issue, through: int | None) -> dict[str, str]:
    """Return what the person wrote in the form that was accepted last; an answer is not kept."""
    stamp = issue.stamp
    with workspace.ledger.reading() as db:
        filed = parts.parts(db, form=stamp.form, office=stamp.office, through=through)
    mine = [one for one in filed if one.person == stamp.person and one.verdict == "accepted"]
    content = content_of(mine[-1]) if mine else None
    own = {
        entry.key
        for section in issue.form.cards
        for entry in section.fields
        if not entry.derived and entry.key != issue.form.roles.note
    }
    card = content.card if content else {}
    return {key: value for key, value in card.items() if key in own and value}


def _was_sent(workspace: Workspace, issue: Issue, name: str) -> bool:
    """Tell whether the form was put into the office's folder just so, and nothing has changed.

    What a crash left noted but not sent is older there than its note.
    """
    target = workspace.paths.for_office(issue.office, TO_FILL) / name
    with workspace.ledger.reading() as db:
        last = last_sent(db, issue.stamp.number)
        known = outputs.published(db, relative(workspace, target))
    unchanged = last is not None and last.digest == locked_digest(issue)
    return bool(unchanged and last and known and known.at >= last.at)
