"""Every configuration and roster ever used, by hash, and the days on which each was in force.

A configuration that comes back into force is kept once and gets a second row.
"""

from __future__ import annotations

import hashlib
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from sqlalchemy import insert, select

from pipeline import clock
from pipeline.files import operations
from pipeline.ledger import events
from pipeline.ledger.rows import Snapshot
from pipeline.ledger.tables import snapshot as table

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import Connection

    from pipeline.ledger.rows import SnapshotKind
    from pipeline.ledger.store import Ledger

_FOLDER = "snapshots"
_PARSED = ".json"


def keep(ledger: Ledger, kind: SnapshotKind, name: str, data: bytes) -> str:
    """Keep `data` as what is in force from now on, and return its hash.

    name: the file's name; its suffix is kept. Nothing happens where it is in force already.
    """
    digest = hashlib.sha256(data).hexdigest()
    with ledger.reading() as db:
        latest = current(db, kind)
    if latest and latest.hash == digest:
        return digest
    path = _path(ledger.archive, digest, PurePath(name).suffix.lower())
    operations.write_new(path, data, private=True)
    with ledger.transaction() as tx:
        values = {"kind": kind, "hash": digest, "name": name}
        tx.connection.execute(insert(table).values(**values, valid_from=tx.at))
        events.add(tx, "snapshot", None, values)
    return digest


def place(archive: Path, snapshot: Snapshot) -> Path:
    """Return where the bytes of a snapshot lie."""
    return _path(archive, snapshot.hash, PurePath(snapshot.name).suffix.lower())


def read(archive: Path, snapshot: Snapshot) -> bytes:
    """Return what was kept."""
    return operations.read_bytes(place(archive, snapshot))


def first(db: Connection, kind: SnapshotKind) -> Snapshot | None:
    """Return what came into force before all others."""
    query = select(table).where(table.c.kind == kind).order_by(table.c.id).limit(1)
    row = db.execute(query).mappings().one_or_none()
    return Snapshot(**row) if row else None


def keep_parsed(archive: Path, digest: str, parsed_json: str) -> None:
    """Keep the parsed form beside a snapshot; only a shortcut, it can be made again."""
    operations.write_new(_path(archive, digest, _PARSED), parsed_json.encode(), private=True)


def parsed(archive: Path, digest: str) -> str | None:
    """Return the parsed form of a snapshot, None where there is none."""
    path = _path(archive, digest, _PARSED)
    return operations.read_bytes(path).decode() if path.exists() else None


def current(db: Connection, kind: SnapshotKind) -> Snapshot | None:
    """Return what is in force now."""
    return _latest(db, kind, None)


def valid_on(db: Connection, kind: SnapshotKind, day: date) -> Snapshot | None:
    """Return what was in force at the end of a Shanghai day, None before the first."""
    return _latest(db, kind, day)


def by_hash(db: Connection, digest: str) -> Snapshot | None:
    """Return the first snapshot with this hash, as a decision names it."""
    query = select(table).where(table.c.hash == digest).order_by(table.c.id).limit(1)
    row = db.execute(query).mappings().one_or_none()
    return Snapshot(**row) if row else None


def _latest(db: Connection, kind: SnapshotKind, day: date | None) -> Snapshot | None:
    query = select(table).where(table.c.kind == kind).order_by(table.c.id.desc()).limit(1)
    if day is not None:
        query = query.where(table.c.valid_from < clock.day_end(day))
    row = db.execute(query).mappings().one_or_none()
    return Snapshot(**row) if row else None


def _path(archive: Path, digest: str, suffix: str) -> Path:
    return archive / _FOLDER / f"{digest}{suffix}"
