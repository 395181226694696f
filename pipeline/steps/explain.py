"""Explaining a risk point: every version with its file and cells, what was mended, who decided."""

from __future__ import annotations

import json
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from pipeline.errors import UsageError
from pipeline.files import names
from pipeline.findings import REPAIRS, SHOWN
from pipeline.forms.kind import Scope
from pipeline.forms.kinds import Code
from pipeline.ledger import arrivals, decisions, parts, records
from pipeline.steps.answers import answered_in
from pipeline.steps.levels import LEVEL, Turn, history
from pipeline.steps.ruling import CONFIRM
from pipeline.steps.sources import EXTRA, part_of, sources_of
from pipeline.vocab import CHANGES, IN_FORCE
from pipeline.workbook.headers import position

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from sqlalchemy import Connection

    from pipeline.forms import Form
    from pipeline.ledger.rows import Arrival, DecisionRow, RecordRow, StoredPart, VersionRow
    from pipeline.steps.sources import Sources
    from pipeline.workspace import Workspace

_NEAR = 3  # numbers that are suggested


@dataclass(frozen=True, slots=True)
class Change:
    """A field that a version says otherwise than the one before; the first says all.

    cell: sheet!A1 of the value in the file of the version, "" where no cell holds it: the group
    decided it, or the tool fills the field by itself.
    """

    key: str
    header: str
    before: str
    after: str
    cell: str


@dataclass(frozen=True, slots=True)
class Mended:
    """A repair in the row. meaning: what the rule does, "" for one no longer in the catalogue."""

    rule: str
    meaning: str
    cell: str
    column: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Told:
    """A finding on the row, or about the number. reply: the 情况说明 to it, "" for none."""

    code: str
    klass: str
    cell: str
    column: str
    message: str
    reply: str


@dataclass(frozen=True, slots=True)
class FileOf:
    """The file a version came in. config, roster: hashes of what it was decided by."""

    arrival: int
    name: str
    sha256: str
    received: datetime
    config: str
    roster: str


@dataclass(frozen=True, slots=True)
class Step:
    """One version. change, status: words as people see them. level: in force by it.

    file: None where the group decided without a file. place: `sheet!第n行`, of a decision workbook
    `sheet!A1`, "" where no row of the file speaks of it. decided: the words of the group behind it;
    () where the rules alone decided.
    """

    version: int
    at: datetime
    change: str
    status: str
    level: str
    file: FileOf | None
    place: str
    changes: tuple[Change, ...]
    repairs: tuple[Mended, ...]
    findings: tuple[Told, ...]
    decided: tuple[DecisionRow, ...]


@dataclass(frozen=True, slots=True)
class Levels:
    """The three levels of a risk point and the one in force, "" where there is none."""

    filled: str
    raised: str
    fixed: str
    in_force: str


@dataclass(frozen=True, slots=True)
class Explained:
    """What a risk point is now, how it came to be, and all that was decided of it.

    post, point: as the last version has them. turns: how its level came about. decisions: the
    others.
    """

    number: str
    form: str
    office: str
    post: str
    point: str
    levels: Levels
    turns: tuple[Turn, ...]
    status: str
    steps: tuple[Step, ...]
    decisions: tuple[DecisionRow, ...]


def explain(workspace: Workspace, typed: str) -> Explained:
    """Return the whole story of a risk point; width, case and blanks of the number are no matter.

    Raises:
        UsageError: no record bears this number.
    """
    number = Code().fold(typed, Scope()).value
    with workspace.ledger.reading() as db:
        form, record = _record(workspace, db, number)
        story = _Story.of(db, form, record)
        steps = tuple(story.steps())
    last, office = story.versions[-1], workspace.roster.by_code.get(record.office)
    return Explained(
        number=number,
        form=form.title,
        office=office.name if office else record.office,
        post=last.payload.get(form.roles.post, ""),
        point=last.payload.get(form.roles.match[-1], "") if form.roles.match else "",
        levels=Levels(last.payload.get(form.roles.level, ""), last.raised, last.fixed, last.level),
        turns=history(workspace, number),
        status=CHANGES.get(last.status, IN_FORCE),
        steps=steps,
        decisions=tuple(word for word in story.words if word.kind != LEVEL),
    )


def _record(workspace: Workspace, db: Connection, number: str) -> tuple[Form, RecordRow]:
    numbering = [form for form in workspace.forms if form.roles.number]
    for form in numbering:
        record = records.by_number(db, form.code, number)
        if record:
            return form, record
    known = [one.number or "" for form in numbering for one in records.records(db, form.code)]
    near = get_close_matches(number, known, n=_NEAR)
    hint = f"是不是{'、'.join(near)}？" if near else "编号见风险信息档案库。"
    message = f"没有编号“{names.shown(number)}”的风险点。{hint}"
    raise UsageError(message)


@dataclass(frozen=True, slots=True)
class _Story:
    """All versions of a record with the files and the words behind them."""

    form: Form
    record: RecordRow
    versions: tuple[VersionRow, ...]
    files: Mapping[int, Arrival]
    filed: Mapping[int, StoredPart]
    sources: Sources
    words: tuple[DecisionRow, ...]

    @classmethod
    def of(cls, db: Connection, form: Form, record: RecordRow) -> _Story:
        versions = records.history(db, record.id)
        files = {number: arrivals.get(db, number) for one in versions if (number := one.arrival)}
        filed = {part.id: part for number in files for part in parts.of_arrival(db, number)}
        words = tuple(one for one in decisions.decisions(db) if _is_about(one, record, files))
        return cls(form, record, versions, files, filed, sources_of(db, versions), words)

    def steps(self) -> Iterator[Step]:
        """Yield the versions, oldest first."""
        before: VersionRow | None = None
        for count, version in enumerate(self.versions, 1):
            yield self._step(count, version, before)
            before = version

    def _step(self, count: int, version: VersionRow, before: VersionRow | None) -> Step:
        part = self.filed.get(version.part or 0)
        told = bool(part and part.form == self.form.code)
        speaks = told and not version.status and part_of(version) == version.part
        row = version.cells.get("row", "")
        behind = [one for one in self.words if _is_behind(one, version)]
        cells = (one.payload.get("cell", "") for one in reversed(behind))
        said = next(filter(None, cells), "")
        file = self.files.get(version.arrival or 0)
        return Step(
            version=count,
            at=version.at,
            change=CHANGES[version.class_],
            status=CHANGES.get(version.status, IN_FORCE),
            level=version.level,
            file=_file_of(file) if file else None,
            place=f"{version.cells.get('sheet', '')}!第{row}行" if speaks else said,
            changes=tuple(self._changes(version, before, holds=speaks)),
            repairs=tuple(_repairs(part, version)) if part and speaks else (),
            findings=tuple(_findings(part, version)) if part and told else (),
            decided=tuple(behind),
        )

    def _changes(
        self, version: VersionRow, before: VersionRow | None, *, holds: bool
    ) -> Iterator[Change]:
        """Yield the fields that are otherwise than before; that a row moved is no change."""
        past = before.payload if before else {}
        fields = {entry.key: entry for entry in self.form.table.fields}
        for key in dict.fromkeys([*fields, *past, *version.payload]):
            old, new = past.get(key, ""), version.payload.get(key, "")
            field = fields.get(key)
            derived = field.derived if field else None
            if old == new or (derived and derived.of == "row"):
                continue
            header = field.header if field else key.removeprefix(EXTRA)
            cell = self.sources.cell(version, key) if holds and not derived else ""
            yield Change(key, header, old, new, cell)


def _is_about(word: DecisionRow, record: RecordRow, files: Mapping[int, Arrival]) -> bool:
    """Tell whether a decision is on a record, or on a file that made a version of it."""
    if word.kind == CONFIRM:
        return word.subject in map(str, files)
    return word.subject == record.number or word.payload.get("record") == str(record.id)


def _is_behind(word: DecisionRow, version: VersionRow) -> bool:
    """Tell whether a version follows from a decision: of its file, or made with it at once."""
    if word.kind == CONFIRM:
        return word.subject == str(version.arrival)
    return word.at == version.at


def _file_of(arrival: Arrival) -> FileOf:
    return FileOf(
        arrival=arrival.id,
        name=names.shown(arrival.name),
        sha256=arrival.sha256,
        received=arrival.claimed_at,
        config=arrival.config,
        roster=arrival.roster,
    )


def _repairs(part: StoredPart, version: VersionRow) -> Iterator[Mended]:
    for one in json.loads(part.repairs):
        if _in_row(one, version):
            rule, cell = one["rule"], f"{one['sheet']}!{one['cell']}"
            said = (one["column"], one["before"], one["after"])
            yield Mended(rule, REPAIRS.get(rule, ""), cell, *said)


def _findings(part: StoredPart, version: VersionRow) -> Iterator[Told]:
    """Yield what was told of the row, or of the number where the file does not hold it."""
    for one in (*json.loads(part.findings), *answered_in(part.sheets)):
        if (not version.status and _in_row(one, version)) or one["value"] == version.number:
            cell = f"{one['sheet']}!{one['cell']}" if one["cell"] else one["sheet"]
            said = (one["column"], one["message"], one.get("reply", ""))
            yield Told(one["code"], SHOWN[one["class"]], cell, *said)


def _in_row(told: Mapping[str, Any], version: VersionRow) -> bool:
    """Tell whether a cell is one of the row that a version was read from."""
    row = version.cells.get("row", "")
    if not row or not told["cell"] or told["sheet"] != version.cells.get("sheet"):
        return False
    return position(told["cell"])[0] == int(row) - 1
