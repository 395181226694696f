"""Answering: one file an answer, the verdict in its name, made from the archive alone."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import replace
from itertools import chain
from pathlib import PurePath
from typing import TYPE_CHECKING

from pipeline import clock
from pipeline.errors import PipelineError
from pipeline.files import names, operations
from pipeline.ledger import arrivals, events, outputs, records
from pipeline.site import LevelCount, Notice, Receipt, notice_page, receipt_page
from pipeline.steps.answer_sheets import marks, problem_list, repair_list
from pipeline.steps.case import PRECHECK, advice, gather_case, receipt_lines, verify_by
from pipeline.steps.following import due_for, following, next_lines
from pipeline.steps.fresh import fresh_copy, why_fresh
from pipeline.steps.issue import issue_owed
from pipeline.steps.issue_people import Whose, issue_people
from pipeline.steps.publish import Outgoing, free, is_taken, publish, relative, retire
from pipeline.steps.roles import levels_of, today_called
from pipeline.steps.told import compact, restored_repairs
from pipeline.workbook.mark import MarkError, mark
from pipeline.workspace.paths import ACCEPTED, RETURNED

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from collections.abc import Set as AbstractSet
    from pathlib import Path

    from sqlalchemy import Connection

    from pipeline.findings import Repair
    from pipeline.ledger.rows import Arrival
    from pipeline.steps.case import Case
    from pipeline.steps.filing import Decidable
    from pipeline.workspace import Workspace

_log = logging.getLogger(__name__)

Reread = Callable[["Arrival"], "Decidable"]

TO_FORWARD = "今日转交"


def answer_owed(workspace: Workspace, reread: Reread) -> None:
    """Answer every decided arrival that has no answer yet; the caller holds the writer lock.

    An answer that fails is told in the log and tried again with the next block. reread: reads and
    checks an original once more, for what takes no marks.
    """
    with workspace.ledger.reading() as db:
        owed = arrivals.unanswered(db)
    done: list[tuple[Arrival, Path]] = []
    for arrival in owed:
        with _door(arrival):
            done.append((arrival, _answer(workspace, arrival, reread)))
    if not done:
        return
    with workspace.ledger.transaction() as tx:
        for arrival, path in done:
            arrivals.answer(tx, arrival.id, compact({"path": relative(workspace, path)}))


@contextmanager
def _door(arrival: Arrival) -> Iterator[None]:
    """Let whatever goes wrong with one answer cost no other; it is tried again."""
    try:
        yield
    except Exception:
        _log.exception("%s could not be answered", arrival.sha256[:8])


def _answer(workspace: Workspace, arrival: Arrival, reread: Reread) -> Path:
    """Write the answer to an arrival and return where it lies; older answers move to 历史/."""
    with workspace.ledger.reading() as db:
        case = gather_case(workspace, db, arrival)
        page = _receipt(workspace, db, case)
        place = workspace.ledger.originals.locate(db, arrival.sha256)
        lines = (*receipt_lines(case), *next_lines(workspace, db, case))
    data, suffix = _content(workspace, case, place, lines, reread)
    folder = _folder(workspace, case)
    name = names.safe_name(f"{case.name}_{case.decided_at}")
    receipt = names.safe_name(f"{case.titled}_回执_{case.decided_at}")
    pages = [Outgoing(folder / f"{receipt}.html", page.encode())] if page else []
    answer = Outgoing(folder / f"{name}{suffix}", data)
    _retire_older(workspace, case, [answer, *pages])
    place = free(answer.target, lambda place: not is_taken(workspace, Outgoing(place, data)))
    answered = publish(workspace, Outgoing(place, data), *pages)[0]
    _issue_next(workspace, case)
    return answered


def _issue_next(workspace: Workspace, case: Case) -> None:
    """Issue the forms of persons that are made of what was just accepted.

    A fault there costs no answer: the night issues what is still owed.
    """
    if case.is_accepted and case.is_decision:
        _issue_decided(workspace, case)
    if not (case.is_accepted and case.office and case.form):
        return
    current = workspace.settings.campaign.round(case.parts[0].stored.round)
    for form in workspace.forms:
        if current and form.source == case.form.code:
            whose = Whose(form, case.office, current, case.arrival.id)
            try:
                issue_people(workspace, whose, owed_only=True)
            except PipelineError:
                raise
            except Exception:  # the door
                _log.exception("%s: no forms could be issued", case.arrival.sha256[:8])


def _issue_decided(workspace: Workspace, case: Case) -> None:
    """Issue anew the forms of persons that tell a level which the group has just fixed."""
    with workspace.ledger.reading() as db:
        codes = {version.office for version in records.of_arrival(db, case.arrival.id)}
    for office in workspace.roster.active(case.day):
        if office.code not in codes:
            continue
        try:
            issue_owed(workspace, office)
        except PipelineError:
            raise
        except Exception:  # the door
            _log.exception("%s: no forms could be issued", case.arrival.sha256[:8])


def _folder(workspace: Workspace, case: Case) -> Path:
    if case.office is None:
        return workspace.paths.for_group(TO_FORWARD)
    kept = case.arrival.verdict in {"accepted", "unconfirmed"} and not case.is_precheck
    return workspace.paths.for_office(case.office, ACCEPTED if kept else RETURNED)


def _retire_older(workspace: Workspace, case: Case, new: Sequence[Outgoing]) -> None:
    """Move older answers for the same form away.

    What was accepted stays until it is replaced; a pre-check only replaces pre-checks.
    new: what a crash may have left in its place already.
    """
    mine = {(relative(workspace, file.target), file.digest) for file in new}
    gone = [path for path in _superseded(workspace, case) if path not in {one for one, _ in mine}]
    gone = [path for path in gone if retire(workspace.paths.outbox / path)]
    gone += _retire_alike(workspace, case, mine)
    if gone:
        with workspace.ledger.transaction() as tx:
            for path in gone:
                outputs.withdraw(tx, path)


def _superseded(workspace: Workspace, case: Case) -> list[str]:
    """Return where the answers lie that a file got before the group spoke."""
    with workspace.ledger.reading() as db:
        told = [
            str(happened.payload["answer"])
            for happened in events.of_arrival(db, case.arrival.id)
            if happened.kind == arrivals.REOPENED and happened.payload["answer"]
        ]
        paths = [str(json.loads(answer)["path"]) for answer in told]
        return [path for path in paths if outputs.published(db, path)]


def _retire_alike(
    workspace: Workspace, case: Case, mine: AbstractSet[tuple[str, str]]
) -> list[str]:
    """Move away the older answers for the same form of the same owner; return where they lay.

    A form of a person that names none says nothing to the answers that others of the office got.
    """
    if case.office is None or not case.is_of_somebody or case.is_duplicate:
        return []
    gone = []
    for kind in (RETURNED, ACCEPTED) if case.is_accepted else (RETURNED,):
        below = relative(workspace, workspace.paths.for_office(case.office, kind))
        with workspace.ledger.reading() as db:
            lying = outputs.below(db, below)
        old = [one.path for one in lying if (one.path, one.sha256) not in mine]
        alike = [path for path in old if _is_alike(PurePath(path).name, case)]
        gone += [path for path in alike if retire(workspace.paths.outbox / path)]
    return gone


def _is_alike(name: str, case: Case) -> bool:
    """Tell whether an answer is about the same form: only verdict and time stand behind its title.

    附件2_预算科 is the whole office's, 附件2_预算科_张三 is not meant by it.
    """
    rest = name.removeprefix(f"{case.titled}_")
    verdict = rest.removeprefix(f"{PRECHECK}_")
    is_precheck = rest != verdict
    return name != rest and verdict.count("_") == 1 and is_precheck == case.is_precheck


def _content(
    workspace: Workspace, case: Case, place: Path | None, lines: Sequence[str], reread: Reread
) -> tuple[bytes, str]:
    """Return the answer and its suffix. lines: the receipt, without what to do now.

    The office's own workbook marked, else the issued form with what it typed, else a page.
    """
    told = (*lines, advice(workspace, case))
    if case.is_checked and place and not case.is_duplicate:
        original = operations.read_bytes(place)
        repairs = [restored_repairs(part.stored.repairs) for part in case.parts]
        try:
            return _marked(case, original, told, list(chain(*repairs))), ".xlsx"
        except MarkError as error:
            _log.info("%s takes no marks: %s", case.arrival.sha256[:8], error)
            why = why_fresh(original, case.arrival.name, str(error))
        if fresh := fresh_copy(workspace, case, repairs, reread(case.arrival)):
            case = replace(case, parts=fresh.parts)
            *facts, due = lines  # what is no file of the office's own is said with the facts
            told = (*facts, why, due, advice(workspace, case))
            return _marked(case, fresh.content, told, fresh.repairs), ".xlsx"
    return _page(workspace, case, told).encode(), ".html"


def _marked(case: Case, content: bytes, told: Sequence[str], repairs: Sequence[Repair]) -> bytes:
    """Return a workbook with marks and lists. told: the receipt, what to do now at its end."""
    added = [problem_list(told, case.findings)]
    if repairs:
        added.append(repair_list(repairs))
    painted = [
        one
        for part in case.parts
        if part.content
        for one in marks(
            part.findings, min(part.content.columns.values(), default=0), part.content.sheet
        )
    ]
    return mark(content, painted, added)


def _page(workspace: Workspace, case: Case, told: Sequence[str]) -> str:
    title, *lines, advised = told
    notice = Notice(
        bureau=workspace.settings.bureau.name,
        title=title,
        lines=tuple(lines),
        findings=tuple(finding.message for finding in case.findings),
        advice=advised,
    )
    return notice_page(notice)


def _receipt(workspace: Workspace, db: Connection, case: Case) -> str:
    """Return the receipt of an accepted form, with what the register now holds; else ""."""
    office, form = case.office, case.form
    if not (case.is_accepted and case.parts and office and form):
        return ""
    part = case.parts[0].stored
    settings = workspace.settings
    versions = records.current_versions(db, form.code, office=office.code, through=case.arrival.id)
    words = levels_of(form)
    levels = [today_called(words, version.level) for version in versions if version.number]
    current = settings.campaign.round(part.round)
    due = following(workspace, case)
    return receipt_page(
        Receipt(
            bureau=settings.bureau.name,
            campaign=settings.campaign.name,
            office=office.name,
            form=form.title,
            person=case.person or case.each,
            round=f"{current.name}轮" if current else "",
            arrival=case.arrival.id,
            received=clock.shown(case.arrival.claimed_at),
            file=names.shown(case.arrival.name),
            counts=tuple(
                LevelCount(term, levels.count(term.name))
                for term in settings.levels.terms
                if form.roles.level
            ),
            questions=case.questions,
            verify_by=verify_by(workspace, case),
            due_for=due_for(workspace, due) if due else "",
            due=due.day if due else None,
            contact=settings.bureau.contact,
            phone=settings.bureau.phone,
        ),
    )
