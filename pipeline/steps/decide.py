"""Deciding one arrival and filing it: verdict, parts, records, versions in one transaction."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline.checks.check import CheckedRow
from pipeline.checks.levels import raised
from pipeline.checks.rules import is_answer
from pipeline.ledger import arrivals, parts, records
from pipeline.ledger.rows import NewPart, NewVersion, Outcome, RecordOwner
from pipeline.model import Archive
from pipeline.steps.case import DUPLICATE, UNSURE
from pipeline.steps.judge import MISSING, content_hash, judge, own_values
from pipeline.steps.latest import older_answer
from pipeline.steps.matching import is_nil_row, match
from pipeline.steps.recognise import Unchecked
from pipeline.steps.roles import ranks_of
from pipeline.steps.ruling import RETURNED_BY_GROUP
from pipeline.steps.told import compact, stored_findings, stored_repairs, told_finding
from pipeline.steps.unpacking import UNPACKED

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Connection

    from pipeline.checks.check import Checked
    from pipeline.forms import Form
    from pipeline.ledger.rows import Arrival, RecordRow, VersionRow
    from pipeline.ledger.transaction import Transaction
    from pipeline.model import Verdict
    from pipeline.steps.judge import Judgement
    from pipeline.steps.matching import Matched
    from pipeline.steps.recognise import FilledPart
    from pipeline.workspace import Workspace

WORST: tuple[Verdict, ...] = ("quarantined", "returned", "unconfirmed", "accepted")
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
class CheckedPart:
    """A recognised part with what the checks found in it."""

    recognised: FilledPart
    checked: Checked

    @property
    def form(self) -> Form:
        """Return the form the part is."""
        return self.recognised.identity.form

    @property
    def office(self) -> str:
        """Return the code of the office it is taken to be of, "" where nobody knows."""
        return self.recognised.part.office

    @property
    def person(self) -> str:
        """Return the code of the person it is taken to be of, "" where it is an office's."""
        return self.recognised.identity.person

    @property
    def rows(self) -> list[CheckedRow]:
        """Return what the records are made of: the rows, or where rows are given, the cards."""
        if not self.form.given:
            return self.checked.rows
        first = next(iter(self.checked.cards.values()))
        return [CheckedRow(self.checked.card, {}, first, 0)]


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """A file with its checked parts; blank: codes of persons whose sheet is blank."""

    parts: tuple[CheckedPart, ...]
    blank: tuple[str, ...] = ()


Decidable = CheckedFile | Archive | Unchecked


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
        stored = parts.add(filing.tx, _new_part(filing, part, one, blank))
        if one.is_new and filing.arrival.source != "precheck":
            new = list(_versions(filing, part, one.matched, stored.id))
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
    same = latest is not None and latest.content_hash == digest
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
    workspace: Workspace, db: Connection, part: CheckedPart, arrival: int | None = None
) -> tuple[Judgement, Matched]:
    """Return the verdict on a checked part and what it continues of the office's register.

    arrival: its number, None for one that is not handed in.

    Where nobody knows for sure whose file it is, no register is held against it: it would tell
    one office what another has registered.
    """
    form, doubt = part.form, part.recognised.doubt
    known = (
        records.current_versions(db, form.code, office=part.office)
        if part.office and not doubt
        else ()
    )
    mine = [version for version in known if version.person == part.person]
    matched = match(form, part.rows, mine)
    ruling = part.recognised.ruling
    missing = ruling.missing if ruling else ""
    if missing == "supplement":
        matched = replace(matched, missing=())
    share = None if missing else workspace.settings.checks.missing_share
    older = older_answer(db, part.recognised, part.office, arrival)
    found = judge(form, part.checked, matched, share, older)
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


def _new_part(filing: Filing, part: CheckedPart, one: _Decided, blank: Sequence[str]) -> NewPart:
    identity, said, checked = part.recognised.identity, part.recognised.part, part.checked
    table = said.extracts[part.form.table.key]
    sheets = {
        "sheet": table.sheet,
        "columns": dict(table.columns),
        "rows": len(part.rows),
        "card": checked.card,
        "params": dict(one.found.params),
        "answered": [told_finding(finding) for finding in one.found.answered],
        "blank": list(blank),
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


def _versions(
    filing: Filing, checked: CheckedPart, matched: Matched, part: int
) -> Iterator[NewVersion]:
    """Yield a version for each record that is new, changed, back or missing; number the new."""
    form, arrival = checked.form, filing.arrival.id
    fresh = [row for row, before in matched.pairs if before is None]
    numbered = iter(_register(filing, checked, fresh))
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
    filing: Filing, part: CheckedPart, rows: Sequence[CheckedRow]
) -> tuple[RecordRow, ...]:
    """Register new records; a row that only says there is nothing gets no number, nor a card."""
    form, office, tx = part.form, part.office, filing.tx
    year = filing.workspace.settings.campaign.year
    running = records.last_number(tx.connection, form.code, office, year)
    numbers: list[str | None] = []
    for row in rows:
        unnumbered = form.given or is_nil_row(form, row.values)
        running += not unnumbered
        numbers.append(None if unnumbered else f"{office}-{year}-{running:03d}")
    return records.add_all(tx, RecordOwner(form.code, office, part.person), numbers)


def _version(form: Form, row: CheckedRow, before: VersionRow | None) -> NewVersion:
    """Return what a row says of its record, which is still to be named."""
    extra = {f"{EXTRA}{label}": typed for label, typed in row.extra.items()}
    payload = dict(row.values) | extra
    change, level = _change(form, row, before)
    section = form.records[0]
    return NewVersion(
        record=0,
        arrival=None,
        part=None,
        section=section.key,
        position=row.position,
        cells={"sheet": row.source.sheet, "row": str(row.source.rows[row.position] + 1)},
        payload=payload,
        content_hash=content_hash(own_values(form, section, payload)),
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
