"""Deciding one arrival and filing it: verdict, parts, records, versions in one transaction."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pipeline.ledger import arrivals, parts, records
from pipeline.ledger.rows import NewPart
from pipeline.model import Archive
from pipeline.steps.answers import Past, past_of
from pipeline.steps.case import DUPLICATE, UNSURE
from pipeline.steps.filing import WORST, CheckedFile, CheckedPart, Decidable, Filing
from pipeline.steps.judge import Beside, content_hash, judge, own_values
from pipeline.steps.latest import older_answer
from pipeline.steps.matching import match
from pipeline.steps.recognise import Unchecked
from pipeline.steps.reviewing import PARTLY, decide_levels
from pipeline.steps.ruling import RETURNED_BY_GROUP
from pipeline.steps.told import compact, stored_findings, stored_repairs
from pipeline.steps.unpacking import UNPACKED
from pipeline.steps.versions import Registered, new_versions, register

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection

    from pipeline.model import Verdict
    from pipeline.steps.judge import Judgement
    from pipeline.steps.matching import Matched
    from pipeline.workspace import Workspace


def decide(filing: Filing, file: Decidable) -> None:
    """Decide one arrival and write all of it.

    Arrivals are decided in the order of their numbers, each seeing what those before it filed.
    A zip is never a duplicate: its members may have been returned, and are decided anew.
    """
    if isinstance(file, Archive):
        filing.close("accepted", UNPACKED)
    elif filing.arrival.source != "precheck" and _is_duplicate(filing, file):
        filing.close("accepted", DUPLICATE)
    elif isinstance(file, Unchecked):
        _decide_unchecked(filing, file)
    elif file.parts[0].form.keeper == "bureau":
        decide_levels(filing, file.parts[0])
    else:
        _decide_checked(filing, file)


def _is_duplicate(filing: Filing, file: CheckedFile | Unchecked) -> bool:
    """Tell whether these bytes were accepted and still are what counts.

    An office that goes back from a later version to an earlier one says something new; and what
    the group returns is returned.
    """
    if isinstance(file, Unchecked) and file.reason == RETURNED_BY_GROUP:
        return False
    db = filing.tx.connection
    earlier = arrivals.accepted_with(db, filing.arrival.sha256)
    if earlier is None:
        return False
    if earlier.reason == PARTLY:  # a list of words of which some did not count yet
        return False
    filed = parts.of_arrival(db, earlier.id)
    latest = [parts.latest_accepted(db, part.form, part.office, part.person) for part in filed]
    return all(
        newest is not None and newest.content_hash == part.content_hash
        for part, newest in zip(filed, latest, strict=True)
    )


def _decide_unchecked(filing: Filing, file: Unchecked) -> None:
    """File a part without content where the office is known, so that it gets the answer."""
    filing.close(file.verdict, file.reason)
    identity = file.identity
    if identity and identity.office:
        new = NewPart(
            arrival=filing.arrival.id,
            form=identity.form.code,
            office=identity.office,
            person=identity.person,
            round=identity.round,
            verdict=file.verdict,
            reason=file.reason,
            sheets=compact({"params": dict(file.params)} if file.params else []),
        )
        parts.add(filing.tx, new)


def _decide_checked(filing: Filing, file: CheckedFile) -> None:
    """Decide each part by itself; the verdict on the file is that of its worst part.

    Of a file that waited for the group, parts that were decided before stay as they are.
    """
    stay = parts.of_arrival(filing.tx.connection, filing.arrival.id)
    owners = {(part.form, part.office, part.person) for part in stay}
    due = [part for part in file.parts if (part.form.code, part.office, part.person) not in owners]
    decided = [_decided(filing, part) for part in due]
    said = [(one.verdict, one.reason) for one in decided]
    said += [(part.verdict, part.reason) for part in stay]
    filing.close(*min(said, key=lambda one: WORST.index(one[0])))
    for part, one in zip(due, decided, strict=True):
        blank = file.blank if part is file.parts[0] else ()
        counts = one.is_new and filing.arrival.source != "precheck"
        known = register(filing, part, one.matched) if counts else ()
        answered = [answer.told(known) for answer in one.found.answered]
        stored = parts.add(filing.tx, _new_part(filing, part, one, (blank, answered)))
        if counts:
            new = list(new_versions(filing, part, one.matched, Registered(stored.id, known)))
            records.add_versions(filing.tx, filing.arrival.id, new)


@dataclass(frozen=True, slots=True)
class _Decided:
    """What becomes of a part; is_new: it says something that is not on record yet."""

    found: Judgement
    matched: Matched
    reason: str
    digest: str
    is_new: bool

    @property
    def verdict(self) -> Verdict:
        return self.found.verdict


def _decided(filing: Filing, part: CheckedPart) -> _Decided:
    db = filing.tx.connection
    digest = _digest(part)
    latest = parts.latest_accepted(db, part.form.code, part.office, part.person)
    if latest and latest.arrival > filing.arrival.id:
        found, matched = _overtaken(filing, part)
    else:
        found, matched = judged(filing.workspace, db, part, filing.arrival.id)
    same = latest is not None and latest.content_hash == digest and matched.repeats(part.form)
    accepted = found.verdict == "accepted"
    reason = "SAME_CONTENT" if accepted and same else found.reason
    return _Decided(found, matched, reason, digest, accepted and not same)


def _overtaken(filing: Filing, part: CheckedPart) -> tuple[Judgement, Matched]:
    """Return the verdict on what came before something that counts already: it waits once more.

    So it is where that was accepted between the group's word and this: what is older must not
    override it.
    """
    silent = replace(part, recognised=replace(part.recognised, ruling=None))
    number = filing.arrival.id
    found, matched = judged(filing.workspace, filing.tx.connection, silent, number)
    gone = sum(1 for version in matched.missing if version.number and not version.status)
    ruling = part.recognised.ruling
    reason = ruling.reason if ruling else UNSURE
    params = {"missing": str(gone)}
    return replace(found, verdict="unconfirmed", reason=reason, params=params), matched


def judged(
    workspace: Workspace,
    db: Connection,
    part: CheckedPart,
    arrival: int | None = None,
    *,
    through: int | None = None,
) -> tuple[Judgement, Matched]:
    """Return the verdict on a checked part and what it continues of the office's register.

    arrival: its number, None for one that is not handed in. through: the register as the file of
    that arrival left it, whatever came after it.

    Where nobody knows for sure whose file it is, no register is held against it: it would tell
    one office what another has registered.
    """
    form, doubt = part.form, part.recognised.doubt
    known = (
        records.known_versions(db, form.code, office=part.office, through=through)
        if part.office and not doubt
        else ()
    )
    mine = [version for version in known if version.person == part.person]
    matched = match(form, part.rows, mine, workspace.settings.checks.same_point)
    ruling = part.recognised.ruling
    missing = ruling.missing if ruling else ""
    if missing == "supplement":
        matched = replace(matched, missing=())
    older = older_answer(db, part.recognised, part.office, arrival)
    past = Past()
    if known or part.checked.asked:
        last = through if arrival is None else arrival - 1
        past = past_of(db, form, (part.office, part.person), last) if not doubt else past
    beside = Beside(older, is_settled=bool(missing), past=past)
    found = judge(form, part.checked, matched, workspace.settings.checks, beside)
    if doubt:
        found = replace(found, verdict="unconfirmed", reason=doubt, params={})
    return found, matched


def _digest(part: CheckedPart) -> str:
    """Return the hash of what this part says: all that was filled in.

    A form with given rows also says what it was issued with: that is what is committed to.
    """
    form, checked = part.form, part.checked
    if form.given:
        return content_hash(checked.card)
    rows = [own_values(form, form.table, row.values) | dict(row.extra) for row in checked.rows]
    cards = [
        own_values(form, section, {key: checked.card.get(key, "") for key in section.keys})
        for section in form.cards
    ]
    return content_hash([rows, cards])


def _new_part(
    filing: Filing,
    part: CheckedPart,
    one: _Decided,
    beside: tuple[Sequence[str], Sequence[Mapping[str, Any]]],
) -> NewPart:
    """Return a part as it is filed. beside: codes of persons with a blank sheet; the answered."""
    blank, answered = beside
    identity, said, checked = part.recognised.identity, part.recognised.part, part.checked
    table = said.extracts[part.form.table.key]
    sheets = {
        "sheet": table.sheet,
        "columns": dict(table.columns),
        "own": dict(table.own),
        "cells": _card_cells(part),
        "rows": len(part.rows),
        "complete": part.complete_rows,
        "card": checked.card,
        "params": dict(one.found.params),
        "answered": list(answered),
        "blank": list(blank),
        "committed": part.committed,
    }
    return NewPart(
        arrival=filing.arrival.id,
        form=identity.form.code,
        office=said.office,
        person=identity.person,
        round=said.round,
        verdict=one.verdict,
        reason=one.reason,
        content_hash=one.digest,
        questions=one.found.questions,
        findings=stored_findings(one.found.findings),
        repairs=stored_repairs(checked.repairs),
        sheets=compact(sheets),
    )


def _card_cells(part: CheckedPart) -> dict[str, str]:
    """Return where the fields of the cards stood: with them each value on record has its cell."""
    extracts = part.recognised.part.extracts
    return {
        key: place.cell
        for section in part.form.cards
        for key, place in extracts[section.key].places.items()
    }
