"""What goes into the ledger and comes out of it: plain frozen values, never a database row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from datetime import datetime

    from pipeline.model import Verdict

State = Literal["claimed", "read", "decided", "stored", "removed"]
Source = Literal["office", "group", "precheck"]
SnapshotKind = Literal["config", "roster"]
Facts = Mapping[str, str | int | None]

# Status of a registered record that the newest file does not carry: it stays counted.
MISSING = "missing"
# Status of one that the group has written off: no longer counted, its number never given again.
CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Claim:
    """A file whose bytes lie in the archive and that now gets its arrival number.

    folder: relative to the inbox, or to the group's folder where the source is "group".
    parent: the arrival of the zip that held it.
    in_inbox: False where there is nothing to clear later (a member of a zip, a found blob).
    claimed_at: when the zip was handed in; None for now.
    """

    name: str
    folder: str
    source: Source
    sha256: str
    size: int
    mtime_ns: int
    seen_at: datetime
    parent: int | None = None
    in_inbox: bool = True
    claimed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Arrival:
    """One file that was handed in; `id` is the arrival number, never reused.

    config, roster: the snapshots in force when it was decided. answer: JSON of the answerer's
    own making, "" while it is owed.
    """

    id: int
    name: str
    folder: str
    source: Source
    sha256: str
    size: int
    mtime_ns: int
    seen_at: datetime
    parent: int | None
    in_inbox: bool
    state: State
    claimed_at: datetime
    decided_at: datetime | None
    removed_at: datetime | None
    verdict: Verdict | None
    reason: str
    answer: str
    config: str
    roster: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was decided about a whole file; config and roster are hashes of snapshots."""

    verdict: Verdict
    reason: str = ""
    config: str = ""
    roster: str = ""


@dataclass(frozen=True, slots=True)
class NewPart:
    """One form found in an arrival, with its own verdict.

    findings, repairs, sheets: JSON text of the checker's own making.
    """

    arrival: int
    form: str
    office: str
    person: str
    round: str
    verdict: Verdict
    reason: str = ""
    content_hash: str = ""
    questions: int = 0
    findings: str = "[]"
    repairs: str = "[]"
    sheets: str = "[]"


@dataclass(frozen=True, slots=True)
class StoredPart:
    """A part as it was filed. until: when the group's word took its place, None while it stands."""

    id: int
    arrival: int
    form: str
    office: str
    person: str
    round: str
    verdict: Verdict
    reason: str
    content_hash: str
    questions: int
    findings: str
    repairs: str
    sheets: str
    at: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class RecordOwner:
    """Whose records: a form of an office, or of a person of it."""

    form: str
    office: str
    person: str = ""


@dataclass(frozen=True, slots=True)
class RecordRow:
    """One thing that is registered for good; `number` is None where the form numbers nothing."""

    id: int
    form: str
    office: str
    person: str
    number: str | None


@dataclass(frozen=True, slots=True)
class NewVersion:
    """What a record says from now on.

    arrival, part: None where the group decided it without a file of an office.
    cells: sheet, row (from 1, a card has none) and part it was read from; the part knows the column
    or cell of each field. payload: field key -> value. status: "" while in force.
    level: in force. raised: 就高, what follows from what the office has told. fixed: 审定, what the
    group fixed last, "" before.
    """

    record: int
    arrival: int | None
    part: int | None
    section: str
    position: int
    cells: Mapping[str, str]
    payload: Mapping[str, str]
    content_hash: str
    level: str = ""
    category: str = ""
    class_: str = ""
    status: str = ""
    raised: str = ""
    fixed: str = ""


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version together with the identity of its record."""

    id: int
    record: int
    form: str
    office: str
    person: str
    number: str | None
    arrival: int | None
    part: int | None
    section: str
    position: int
    cells: Mapping[str, str]
    payload: Mapping[str, str]
    content_hash: str
    level: str
    category: str
    class_: str
    status: str
    raised: str
    fixed: str
    at: datetime


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """What a person of the group decided; `subject` names the record, part or letter."""

    id: int
    at: datetime
    who: str
    kind: str
    subject: str
    payload: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Event:
    """One change of the ledger; `seq` counts without a gap."""

    seq: int
    at: datetime
    kind: str
    arrival: int | None
    payload: Facts


@dataclass(frozen=True, slots=True)
class NewIssue:
    """A template about to be sent; form_number is the visible 表号, unique."""

    form: str
    office: str
    person: str
    round: str
    version: int
    digest: str
    nonce: str
    form_number: str


@dataclass(frozen=True, slots=True)
class Issued:
    """A template that was sent."""

    id: int
    form: str
    office: str
    person: str
    round: str
    version: int
    digest: str
    nonce: str
    form_number: str
    at: datetime


@dataclass(frozen=True, slots=True)
class NewVersionSent:
    """A version about to be sent; content: JSON of what the office is not meant to change."""

    form_number: str
    version: int
    digest: str
    content: str


@dataclass(frozen=True, slots=True)
class IssuedVersion:
    """One version of a template as it was sent: versions tell different locked contents apart."""

    form_number: str
    version: int
    digest: str
    content: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Output:
    """What we last published at `path`, relative to the outbox, with forward slashes.

    before: the digest of what lay there until then, "" for nothing.
    """

    path: str
    sha256: str
    before: str
    at: datetime
    audience: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A configuration or roster that came into force at `valid_from`."""

    id: int
    kind: SnapshotKind
    hash: str
    name: str
    valid_from: datetime


@dataclass(frozen=True, slots=True)
class Head:
    """Where the chain of events ends: the number of lines and the hash of the last one."""

    seq: int = 0
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Counts:
    """The state of the work, for `status`; quarantine counts the files by reason."""

    waiting: int
    oldest_waiting: datetime | None
    in_flight: int
    decided_today: int
    quarantine: Mapping[str, int]
