"""Sending a template: noted in the issued table, then put into both folders."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline import text
from pipeline.files import operations
from pipeline.files.names import safe_name
from pipeline.ledger import issuing
from pipeline.ledger.rows import NewIssue, NewVersionSent
from pipeline.steps.publish import Outgoing, publish
from pipeline.workbook.template import locked_content, locked_digest
from pipeline.workspace.paths import TO_FILL

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from sqlalchemy import Connection

    from pipeline.ledger.rows import IssuedVersion
    from pipeline.ledger.transaction import Transaction
    from pipeline.workbook.template import Issue
    from pipeline.workspace import Workspace

_OWN = "own"  # key of what a person had written before, as it was filled in again


@dataclass(frozen=True, slots=True)
class Sent:
    """One template as sent: to whom, under which 表号, and where it lies."""

    office: str
    person: str
    form: str
    number: str
    template: Path
    outbox: Path


@dataclass(frozen=True, slots=True)
class Made:
    """A template that was written, under the name it goes out with."""

    issue: Issue
    name: str
    data: bytes


def note(
    tx: Transaction,
    issue: Issue,
    own: Mapping[str, str] | None = None,
    *,
    is_newest: bool = True,
) -> Issue:
    """Note a template in the issued table and return it with the version it bears.

    A version stands for what an office is not meant to change, so that what was sent before has
    its old version again. own: texts filled in besides, which make no version. is_newest: False
    where a newer state was noted already or is about to be: its version is kept, no more.
    """
    number, digest = issue.stamp.number, locked_digest(issue)
    content = text.canonical(locked_content(issue) | {_OWN: dict(own or {})})
    before = issuing.issued_by_number(tx.connection, number)
    sent = issuing.versions(tx.connection, number)
    known = (entry.version for entry in sent if entry.digest == digest)
    version = next(known, len(sent) + 1)
    if before is None:
        stamp = issue.stamp
        new = NewIssue(
            stamp.form, stamp.office, stamp.person, stamp.round, version, digest, "", number
        )
        issuing.add(tx, new, content)
    elif before.digest != digest:
        sent_now = NewVersionSent(number, version, digest, content)
        (issuing.reissue if is_newest else issuing.keep)(tx, sent_now)
    return replace(issue, stamp=replace(issue.stamp, version=str(version)))


def last_sent(db: Connection, number: str) -> IssuedVersion | None:
    """Return the version that was sent last under a 表号."""
    current = issuing.issued_by_number(db, number)
    sent = issuing.versions(db, number) if current else ()
    return next((entry for entry in sent if current and entry.version == current.version), None)


def own_of(sent: IssuedVersion) -> dict[str, str]:
    """Return the own texts that a version was sent with."""
    known: dict[str, str] = json.loads(sent.content)[_OWN]
    return known


def send(workspace: Workspace, *made: Made) -> list[Sent]:
    """Put templates into the templates folder and the offices' 1-待填表, noted in one go."""
    for one in made:
        folder = safe_name(one.issue.office.folder)
        template = workspace.paths.templates / folder / one.name
        if not template.exists() or operations.read_bytes(template) != one.data:
            operations.write_new(template, one.data)
        if workspace.paths.inbox.is_dir():
            operations.make_folder(workspace.paths.inbox / folder)
    targets = [workspace.paths.for_office(one.issue.office, TO_FILL) / one.name for one in made]
    files = [Outgoing(target, one.data) for target, one in zip(targets, made, strict=True)]
    return [
        Sent(
            office=one.issue.office.name,
            person=one.issue.person.name if one.issue.person else "",
            form=one.issue.form.title,
            number=one.issue.stamp.number,
            template=workspace.paths.templates / safe_name(one.issue.office.folder) / one.name,
            outbox=place,
        )
        for one, place in zip(made, publish(workspace, *files) if files else (), strict=True)
    ]
