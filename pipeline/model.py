"""Plain frozen types shared by all rooms; no library but the standard one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

Verdict = Literal["accepted", "returned", "quarantined", "unconfirmed"]

Kind = Literal["xlsx", "xlsb", "xls", "ods"]
KINDS: tuple[Kind, ...] = get_args(Kind)

# Why a file was not read; the words and what to do about them stand in the catalogue.
Reason = Literal[
    "EMPTY",
    "INCOMPLETE",
    "NOT_WORKBOOK",
    "WORD_FILE",
    "SCAN",
    "TEXT_FILE",
    "OTHER_ARCHIVE",
    "ENCRYPTED",
    "TOO_BIG",
    "BOMB",
    "XML_UNSAFE",
    "DAMAGED",
    "NOT_FILE",
    "NO_ACCESS",
    "TIME_LIMIT",
    "READER_DIED",
    "ARCHIVE_UNSAFE",
    "ARCHIVE_EMPTY",
]
REASONS: tuple[Reason, ...] = get_args(Reason)


@dataclass(frozen=True, slots=True)
class Place:
    """A cell of a returned workbook: the sheet as the clerk sees it, and an A1 address.

    cell is "" where a whole sheet is meant, sheet is "" where the whole file is meant.
    """

    sheet: str = ""
    cell: str = ""


@dataclass(frozen=True, slots=True)
class Office:
    """One reporting 科室 or 直属单位 of the roster."""

    code: str
    name: str
    order: int
    kind: str = ""
    aliases: tuple[str, ...] = ()
    head: str = ""
    leader: str = ""
    liaison: str = ""
    phone: str = ""
    closed: date | None = None

    @property
    def folder(self) -> str:
        """Return the name of the office's folder, in official order: 12-预算科."""
        return f"{self.order:02d}-{self.name}"


@dataclass(frozen=True, slots=True)
class Person:
    """One member of staff; two people may share a name, never a code."""

    code: str
    name: str
    office: str
    posts: tuple[str, ...]
    title: str = ""
    tier: str = ""
    is_head: bool = False
    partner: str = ""
    joined: date | None = None
    left: date | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet as a worker read it: text only, numbers and dates in canonical form.

    rows: rows[r][c] is the cell of row r + 1, column c + 1; blank = ""; trailing blanks cut.
    merges: ranges as A1:B2. errors: address -> error value (such a cell is blank in `rows`).
    unvalued: formulas without a value. imprecise: numbers beyond the 15 digits Excel keeps.
    hidden_rows, hidden_columns: numbers from 1, only those that hold something. far: address ->
    text of cells too far away to stand in `rows`. fills: address -> RRGGBB of empty cells with a
    colour of their own, where a bureau wants them read.
    """

    name: str
    visible: bool
    rows: tuple[tuple[str, ...], ...]
    merges: tuple[str, ...] = ()
    errors: Mapping[str, str] = field(default_factory=dict)
    unvalued: tuple[str, ...] = ()
    imprecise: tuple[str, ...] = ()
    hidden_rows: tuple[int, ...] = ()
    hidden_columns: tuple[int, ...] = ()
    far: Mapping[str, str] = field(default_factory=dict)
    fills: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a worker found in one file, plain enough to travel as JSON.

    kind: what the bytes are, whatever the file is called. properties, names: custom document
    properties and constant defined names that begin with yg_. extras: what else the package
    carries, of macros, comments (not ours), pictures, shapes, charts, embedded, links. blind:
    errors, unvalued and hidden rows could not be told: of .xlsb never, of an odd .xls not.
    """

    kind: Kind
    sheets: tuple[Sheet, ...]
    properties: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    extras: tuple[str, ...] = ()
    blind: bool = False


@dataclass(frozen=True, slots=True)
class Archive:
    """What a worker found in a zip of files; members: their paths in it, in its order."""

    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unreadable:
    """What a worker answers instead of a reading: the fixed word that says why."""

    reason: Reason
