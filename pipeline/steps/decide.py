"""Deciding one arrival and filing it: verdict, parts, records, versions in one transaction."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline.checks.levels import raised
from pipeline.checks.rules import is_answer
from pipeline.ledger import arrivals, parts, records
from pipeline.ledger.rows import NewPart, NewVersion, Outcome, RecordOwner
from pipeline.steps.case import DUPLICATE
from pipeline.steps.judge import MISSING, content_hash, judge, own_values
from pipeline.steps.matching import is_nil_row, match
from pipeline.steps.recognise import Unchecked
from pipeline.steps.roles import ranks_of
from pipeline.steps.told import compact, stored_findings, stored_repairs, told_finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Connection

    from pipeline.checks.check import Checked, CheckedRow
    from pipeline.forms import Form
    from pipeline.ledger.rows import Arrival, RecordRow, VersionRow
    from pipeline.ledger.transaction import Transaction
    from pipeline.model import Verdict
    from pipeline.steps.judge import Judgement
    from pipeline.steps.matching import Matched
    from pipeline.steps.recognise import Recognised
    from pipeline.workspace import Workspace

EXTRA = "extra:"  # prefix of a payload key that is a column of the office's own


@dataclass(frozen=True, slots=True)
class Filing:
    """One arrival on its way into the ledger; everything is written through `tx`."""

    workspace: Workspace
    tx: Transaction
    arrival: Arrival

    def close(self, verdict: Verdict, reason: str) -> None:
        """Write the verdict on the whole file with the snapshots it was decided by."""
        workspace = self.workspace
        outcome = Outcome(verdict, reason, workspace.config, workspace.roster_hash)
        arrivals.decide(self.tx, self.arrival.id, outcome)


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """A recognised file with what the checks found in it."""

    recognised: Recognised
    checked: Checked

    @property
    def form(self) -> Form:
        """Return the form the file is."""
        return self.recognised.identity.form

    @property
    def office(self) -> str:
        """Return the code of the office it is taken to be of, "" where nobody knows."""
        return self.recognised.part.office


def decide(filing: Filing, file: CheckedFile | Unchecked) -> None:
    """Decide one arrival and write all of it.

    Arrivals are decided in the order of their numbers, each seeing what those before it filed.
    """
    if filing.arrival.source != "precheck" and _is_duplicate(filing):
        filing.close("accepted", DUPLICATE)
    elif isinstance(file, Unchecked):
        _decide_unchecked(filing, file)
    else:
        _decide_checked(filing, file)


def _is_duplicate(filing: Filing) -> bool:
    """Tell whether these bytes were accepted and still are what counts.

    An office that goes back from a later version to an earlier one says something new.
    """
    db = filing.tx.connection
    earlier = arrivals.accepted_with(db, filing.arrival.sha256)
    if earlier is None:
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
        )
        parts.add(filing.tx, new)


def _decide_checked(filing: Filing, file: CheckedFile) -> None:
    form, person, db = file.form, file.recognised.identity.person, filing.tx.connection
    found, matched = judged(filing.workspace, db, file)
    verdict, reason = found.verdict, found.reason
    digest = _digest(form, file.checked)
    latest = parts.latest_accepted(db, form.code, file.office, person)
    same = latest is not None and latest.content_hash == digest
    if verdict == "accepted" and same:
        reason = "SAME_CONTENT"
    filing.close(verdict, reason)
    part = parts.add(filing.tx, _new_part(filing, file, found, (verdict, reason, digest)))
    if verdict == "accepted" and not same and filing.arrival.source != "precheck":
        new = list(_versions(filing, file, matched, part.id))
        records.add_versions(filing.tx, filing.arrival.id, new)


def judged(workspace: Workspace, db: Connection, file: CheckedFile) -> tuple[Judgement, Matched]:
    """Return the verdict on a checked file and what it continues of the office's register.

    Where nobody knows for sure whose file it is, no register is held against it: it would tell
    one office what another has registered.
    """
    form, doubt = file.form, file.recognised.doubt
    known = (
        records.current_versions(db, form.code, office=file.office)
        if file.office and not doubt
        else ()
    )
    matched = match(form, file.checked.rows, known)
    found = judge(form, file.checked, matched, workspace.settings.checks.missing_share)
    if doubt:
        found = replace(found, verdict="unconfirmed", reason=doubt, params={})
    return found, matched


def _digest(form: Form, checked: Checked) -> str:
    """Return the hash of everything the office gave in this part."""
    rows = [own_values(form.table, row.values) | dict(row.extra) for row in checked.rows]
    cards = [
        own_values(section, {key: checked.card.get(key, "") for key in section.keys})
        for section in form.cards
    ]
    return content_hash([rows, cards])


def _new_part(
    filing: Filing, file: CheckedFile, found: Judgement, outcome: tuple[Verdict, str, str]
) -> NewPart:
    identity, part, checked = file.recognised.identity, file.recognised.part, file.checked
    table = part.extracts[file.form.table.key]
    sheets = {
        "sheet": table.sheet,
        "columns": dict(table.columns),
        "rows": len(checked.rows),
        "card": checked.card,
        "params": dict(found.params),
        "answered": [told_finding(finding) for finding in found.answered],
    }
    verdict, reason, digest = outcome
    return NewPart(
        arrival=filing.arrival.id,
        form=identity.form.code,
        office=part.office,
        person=identity.person,
        round=part.round,
        verdict=verdict,
        reason=reason,
        content_hash=digest,
        questions=found.questions,
        findings=stored_findings(found.findings),
        repairs=stored_repairs(checked.repairs),
        sheets=compact(sheets),
    )


def _versions(
    filing: Filing, file: CheckedFile, matched: Matched, part: int
) -> Iterator[NewVersion]:
    """Yield a version for each record that is new, changed, back or missing; number the new."""
    form, arrival = file.form, filing.arrival.id
    fresh = [row for row, before in matched.pairs if before is None]
    numbered = iter(_register(filing, file, fresh))
    for row, before in matched.pairs:
        after = _version(form, row, before)
        if before and before.content_hash == after.content_hash and not before.status:
            continue
        record = before.record if before else next(numbered).id
        yield replace(after, record=record, arrival=arrival, part=part)
    for before in matched.missing:
        if before.status != MISSING:
            yield replace(_missing(before), arrival=arrival, part=part)


def _register(
    filing: Filing, file: CheckedFile, rows: Sequence[CheckedRow]
) -> tuple[RecordRow, ...]:
    """Register new records; a row that only says there is nothing gets no number."""
    form, office, tx = file.form, file.office, filing.tx
    year = filing.workspace.settings.campaign.year
    running = records.last_number(tx.connection, form.code, office, year)
    numbers: list[str | None] = []
    for row in rows:
        nil = is_nil_row(form, row.values)
        running += not nil
        numbers.append(None if nil else f"{office}-{year}-{running:03d}")
    return records.add_all(tx, RecordOwner(form.code, office), numbers)


def _version(form: Form, row: CheckedRow, before: VersionRow | None) -> NewVersion:
    """Return what a row says of its record, which is still to be named."""
    extra = {f"{EXTRA}{label}": typed for label, typed in row.extra.items()}
    payload = dict(row.values) | extra
    change, level = _change(form, row, before)
    return NewVersion(
        record=0,
        arrival=None,
        part=None,
        section=form.table.key,
        position=row.position,
        cells={"sheet": row.source.sheet, "row": str(row.source.rows[row.position] + 1)},
        payload=payload,
        content_hash=content_hash(own_values(form.table, payload)),
        level=level,
        category=row.values.get(form.roles.category, ""),
        class_=change,
    )


def _change(form: Form, row: CheckedRow, before: VersionRow | None) -> tuple[str, str]:
    """Return the class of the change (the words stand in vocab.CHANGES) and the level in force.

    A level never drops silently: without a 情况说明 the higher one stays.
    """
    level = raised(form, row.values)
    if before is None:
        return "new", level
    ranks = ranks_of(form)
    lowest = len(ranks) + 1
    now, then = ranks.get(level, lowest), ranks.get(before.level, lowest)
    if now > then and not is_answer(row.values.get(form.roles.answer, "")):
        level, now = before.level, then
    if before.status == MISSING:
        return "back", level
    return ("raised" if now < then else "lowered" if now > then else "changed"), level


def _missing(before: VersionRow) -> NewVersion:
    """Return the version that says a record is missing; it keeps its content and stays counted."""
    return NewVersion(
        record=before.record,
        arrival=None,
        part=None,
        section=before.section,
        position=before.position,
        cells=before.cells,
        payload=before.payload,
        content_hash=before.content_hash,
        level=before.level,
        category=before.category,
        class_=MISSING,
        status=MISSING,
    )
