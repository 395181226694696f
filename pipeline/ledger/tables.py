"""The tables. They know no form and no column of one: a new field or form is no migration."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from pipeline.ledger.columns import FactsText, FileName, Moment

# 2: issued_version; 3: since when a part stands, and until when; 4: the three levels of a version
SCHEMA = 4
AT_ONCE = 500  # ids in one query: databases bound how many values a statement takes

METADATA = MetaData()


def _text(name: str) -> Column[str]:
    return Column(name, String, nullable=False, default="")


def _key() -> Column[int]:
    return Column("id", Integer, primary_key=True, autoincrement=True)


meta = Table(
    "meta",
    METADATA,
    Column("key", String, primary_key=True),
    Column("value", String, nullable=False),
)

snapshot = Table(
    "snapshot",
    METADATA,
    _key(),
    Column("kind", String, nullable=False),
    Column("hash", String(64), nullable=False),
    _text("name"),
    Column("valid_from", Moment, nullable=False),
    sqlite_autoincrement=True,
)

arrival = Table(
    "arrival",
    METADATA,
    _key(),
    Column("name", FileName, nullable=False),
    Column("folder", FileName, nullable=False),
    Column("source", String, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("mtime_ns", BigInteger, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Column("parent", ForeignKey("arrival.id")),
    Column("in_inbox", Boolean, nullable=False, default=True),
    Column("state", String, nullable=False),
    Column("claimed_at", Moment, nullable=False),
    Column("decided_at", Moment),
    Column("removed_at", Moment),
    Column("verdict", String),
    _text("reason"),
    Column("answer", Text, nullable=False, default=""),
    _text("config"),
    _text("roster"),
    Index("arrival_by_hash", "sha256"),
    Index("arrival_by_state", "state"),
    Index("arrival_by_place", "folder", "name"),
    Index("arrival_by_day", "decided_at"),
    CheckConstraint("state IN ('claimed', 'read', 'decided', 'stored', 'removed')"),
    sqlite_autoincrement=True,
)

part = Table(
    "part",
    METADATA,
    _key(),
    Column("arrival", ForeignKey("arrival.id"), nullable=False),
    _text("form"),
    _text("office"),
    _text("person"),
    _text("round"),
    Column("verdict", String, nullable=False),
    _text("reason"),
    _text("content_hash"),
    Column("questions", Integer, nullable=False, default=0),
    Column("findings", Text, nullable=False),
    Column("repairs", Text, nullable=False),
    Column("sheets", Text, nullable=False),
    Column("at", Moment),
    Column("until", Moment),
    Index("part_by_arrival", "arrival"),
    Index("part_by_owner", "form", "office", "person"),
    sqlite_autoincrement=True,
)

record = Table(
    "record",
    METADATA,
    _key(),
    _text("form"),
    _text("office"),
    _text("person"),
    Column("number", String),
    UniqueConstraint("form", "number"),
    Index("record_by_owner", "form", "office"),
    sqlite_autoincrement=True,
)

record_version = Table(
    "record_version",
    METADATA,
    _key(),
    Column("record", ForeignKey("record.id"), nullable=False),
    Column("arrival", ForeignKey("arrival.id")),
    Column("part", ForeignKey("part.id")),
    _text("section"),
    Column("position", Integer, nullable=False),
    Column("cells", FactsText, nullable=False),
    Column("payload", FactsText, nullable=False),
    _text("content_hash"),
    _text("level"),
    _text("raised"),
    _text("fixed"),
    _text("category"),
    _text("class_"),
    _text("status"),
    Column("at", Moment, nullable=False),
    Index("version_by_record", "record", "at"),
    sqlite_autoincrement=True,
)

decision = Table(
    "decision",
    METADATA,
    _key(),
    Column("at", Moment, nullable=False),
    _text("who"),
    _text("kind"),
    _text("subject"),
    Column("payload", FactsText, nullable=False),
    Index("decision_by_subject", "kind", "subject"),
    sqlite_autoincrement=True,
)

event = Table(
    "event",
    METADATA,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("at", Moment, nullable=False),
    Column("kind", String, nullable=False),
    Column("arrival", ForeignKey("arrival.id")),
    Column("payload", FactsText, nullable=False),
    Index("event_by_arrival", "arrival"),
    sqlite_autoincrement=True,
)

issued = Table(
    "issued",
    METADATA,
    _key(),
    _text("form"),
    _text("office"),
    _text("person"),
    _text("round"),
    Column("version", Integer, nullable=False),
    _text("digest"),
    _text("nonce"),
    Column("form_number", String, nullable=False, unique=True),
    Column("at", Moment, nullable=False),
    Index("issued_by_owner", "form", "office", "round"),
    sqlite_autoincrement=True,
)

issued_version = Table(
    "issued_version",
    METADATA,
    Column("form_number", String, primary_key=True),
    Column("version", Integer, primary_key=True),
    _text("digest"),
    Column("content", Text, nullable=False),
    Column("at", Moment, nullable=False),
)

output = Table(
    "output",
    METADATA,
    Column("path", String, primary_key=True),
    Column("sha256", String(64), nullable=False),
    _text("before"),
    Column("at", Moment, nullable=False),
    _text("audience"),
)
