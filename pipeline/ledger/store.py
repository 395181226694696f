"""The ledger as an object: one archive, opened, with its transactions and its locks."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Self

from sqlalchemy import create_engine, func, insert, inspect, select, update
from sqlalchemy import event as hooks
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.schema import CreateColumn

from pipeline.errors import StorageError
from pipeline.files import operations
from pipeline.ledger import audit, events
from pipeline.ledger.locks import Locks
from pipeline.ledger.originals import Originals
from pipeline.ledger.placement import REGISTER, refuse_network
from pipeline.ledger.tables import METADATA, SCHEMA, arrival, meta, part, record_version
from pipeline.ledger.transaction import Transaction

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager
    from datetime import date
    from pathlib import Path
    from sqlite3 import Connection as SqliteConnection

    from sqlalchemy import Connection, Engine

    from pipeline.clock import Clock
    from pipeline.ledger.rows import Facts, Head

_WRITES = "yigang_writes"
# A block of 200 files commits within a second; a minute means that something hangs.
_SHORT_WAIT = 60.0
# A nightly run of a whole bureau holds the writer lock no longer than this.
_LONG_WAIT = 600.0


class Block:
    """Several changes committed at once: one flush to the disk for a whole block of files."""

    def __init__(self, connection: Connection, now: Clock) -> None:
        self._connection = connection
        self._now = now

    @contextmanager
    def part(self) -> Iterator[Transaction]:
        """Open the changes of one file; an error undoes these alone."""
        with self._connection.begin_nested():
            yield Transaction(self._connection, self._now())


class Ledger:
    """The open register of one archive.

    Reading takes no lock. Every change is durable in the register when its `with` ends, and then
    in audit.jsonl; where that second write fails the change stands and the file catches up later.
    """

    def __init__(self, archive: Path, engine: Engine, now: Clock) -> None:
        self.archive = archive
        self.originals = Originals(archive)
        self.now = now
        self.register = archive / REGISTER
        self.audit = archive / audit.AUDIT
        self._engine = engine
        self._writing = engine.execution_options(**{_WRITES: True})
        self._locks = Locks(archive / "locks", now)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give back every handle."""
        self._engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open one consistent view of the register."""
        with _told(self.register), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Open one change: committed at the end, undone by an error."""
        with self.block() as block, block.part() as tx:
            yield tx

    @contextmanager
    def block(self) -> Iterator[Block]:
        """Open many changes that are committed together."""
        with _told(self.register), self._writing.begin() as connection:
            yield Block(connection, self.now)
        self.catch_up()

    def catch_up(self) -> None:
        """Bring audit.jsonl up to the register, after setting aside what a crash left there."""
        with (
            self._locks.held("audit", "写审计日志", timeout=_SHORT_WAIT, noted=False),
            _told(self.register),
            operations.told(self.audit),
        ):
            with self._engine.connect() as connection:
                audit.mend(connection, self.audit, self._record)
            with self._engine.connect() as connection:
                audit.catch_up(connection, self.audit)

    def head(self) -> Head:
        """Return the end of the audit chain, as printed on paper."""
        return audit.head(self.audit)

    def watcher(self) -> AbstractContextManager[None]:
        """Be the one watching process of this archive, for life."""
        return self._locks.held("watcher", "监听")

    def nightly(self, day: date) -> AbstractContextManager[None]:
        """Be the one nightly run of `day`."""
        return self._locks.held(f"nightly-{day.isoformat()}", "当晚的夜间任务")

    def watcher_holder(self) -> str | None:
        """Return who is watching, None where nobody is."""
        return self._locks.holder("watcher")

    def writer(self) -> AbstractContextManager[None]:
        """Be the one who decides and files; held for a block, waited for."""
        return self._locks.held("writer", "办理文件", timeout=_LONG_WAIT)

    def claiming(self) -> AbstractContextManager[None]:
        """Be the one who claims from the inbox; held for one look, waited for."""
        return self._locks.held("claiming", "接收文件", timeout=_SHORT_WAIT, noted=False)

    def opening(self) -> AbstractContextManager[None]:
        """Be the one who creates the register; held for a moment."""
        return self._locks.held("opening", "打开登记簿", timeout=_SHORT_WAIT, noted=False)

    def prepare(self) -> None:
        """Create the tables of a new register, refuse a newer one, mend the audit file."""
        with self.opening(), _told(self.register), self._writing.begin() as connection:
            _prepare_schema(connection)
        with self.reading() as db, operations.told(self.audit):
            behind = audit.is_behind(db, self.audit)
        if behind:
            self.catch_up()

    def check(self) -> None:
        """Let SQLite look through the register.

        Raises:
            StorageError: it is damaged.
        """
        with self.reading() as db:
            if db.dialect.name != "sqlite":
                return
            if db.exec_driver_sql("PRAGMA quick_check(1)").scalar() != "ok":
                raise StorageError(_damaged(self.register))

    def _record(self, kind: str, payload: Facts) -> None:
        """Record what was done to the audit file itself."""
        with self._writing.begin() as connection:
            events.add(Transaction(connection, self.now()), kind, None, payload)


def open_ledger(archive: Path, *, clock: Clock, url: str = "", check: bool = True) -> Ledger:
    """Open the ledger of `archive`, creating what is not there yet.

    url: a database elsewhere (PostgreSQL); by default archive/register.sqlite3.
    check: False for a quick look such as `status`.

    Raises:
        ConfigError: the archive lies on a share.
        StorageError: the register is damaged or newer than this program.
    """
    refuse_network(archive)
    operations.make_folder(archive, private=True)
    operations.make_private(archive)
    engine = create_engine(url) if url else _sqlite(archive / REGISTER)
    ledger = Ledger(archive, engine, clock)
    try:
        ledger.prepare()
        if check:
            ledger.check()
    except BaseException:
        ledger.close()
        raise
    return ledger


def nothing_filed(nowhere: Path, *, clock: Clock) -> Ledger:
    """Return a ledger in memory that holds nothing and takes nothing; no file is made of it."""
    engine = create_engine("sqlite://")
    METADATA.create_all(engine)
    hooks.listen(engine, "begin", _refuse_writing)
    return Ledger(nowhere, engine, clock)


def _refuse_writing(connection: Connection) -> None:
    connection.exec_driver_sql("PRAGMA query_only = ON")


def _sqlite(register: Path) -> Engine:
    """Return the engine of a register; SQLite gives its side files the rights of this one."""
    if not register.exists():
        operations.append(register, b"")
    engine = create_engine(f"sqlite:///{register}")
    hooks.listen(engine, "connect", _set_up)
    hooks.listen(engine, "begin", _begin)
    return engine


def _set_up(connection: SqliteConnection, _: object) -> None:
    """Set what SQLite forgets with every connection."""
    connection.isolation_level = None  # or Python's module begins, too late and too weak
    connection.execute("PRAGMA busy_timeout = 60000")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")


def _begin(connection: Connection) -> None:
    """Begin; a writer at once as a writer, for a reader that turns into one can only fail."""
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _prepare_schema(connection: Connection) -> None:
    if not inspect(connection).has_table(meta.name):
        METADATA.create_all(connection)
        connection.execute(insert(meta).values(key="schema", value=str(SCHEMA)))
    found = connection.scalar(select(meta.c.value).where(meta.c.key == "schema"))
    if found is None or int(found) > SCHEMA:
        newer = f"登记簿由更新版本的程序建立（{found}，本程序{SCHEMA}），请升级程序后再打开。"
        raise StorageError(newer)
    if int(found) < SCHEMA:
        _upgrade(connection)
        connection.execute(update(meta).where(meta.c.key == "schema").values(value=str(SCHEMA)))


def _upgrade(connection: Connection) -> None:
    """Bring the register of an earlier release up to date: it lacks tables, or columns.

    What the group's word had replaced before this release is not on record any more.
    """
    METADATA.create_all(connection)
    known = {column["name"] for column in inspect(connection).get_columns(part.name)}
    lacking = [column for column in (part.c.at, part.c.until) if column.name not in known]
    for column in lacking:
        declared = CreateColumn(column).compile(dialect=connection.dialect)
        connection.exec_driver_sql(f"ALTER TABLE {part.name} ADD COLUMN {declared}")
    if lacking:
        decided = select(func.coalesce(arrival.c.decided_at, arrival.c.claimed_at))
        since = decided.where(arrival.c.id == part.c.arrival).scalar_subquery()
        connection.execute(update(part).values(at=since))
    _add_levels(connection)


def _add_levels(connection: Connection) -> None:
    """Give the versions of a register before schema 4 the levels that were one until then."""
    present = {column["name"] for column in inspect(connection).get_columns(record_version.name)}
    added = [name for name in ("raised", "fixed") if name not in present]
    for name in added:
        connection.exec_driver_sql(
            f"ALTER TABLE {record_version.name} ADD COLUMN {name} VARCHAR NOT NULL DEFAULT ''"
        )
    if added:
        connection.execute(update(record_version).values(raised=record_version.c.level))


@contextmanager
def _told(register: Path) -> Iterator[None]:
    """Turn what the database says of its disk into the operator's line; a bug stays a bug."""
    try:
        yield
    except DatabaseError as error:
        if type(error) is DatabaseError:
            raise StorageError(_damaged(register)) from error
        if not isinstance(error, OperationalError):
            raise
        raise StorageError(_refused(register, str(error.orig))) from error


def _damaged(register: Path) -> str:
    return f"登记簿已损坏：{os.fspath(register)}。请停止使用，用旁边 backups 里最近的备份恢复。"


def _refused(register: Path, told: str) -> str:
    """Return the operator's line for SQLite's own words."""
    where = os.fspath(register)
    if "full" in told:
        return f"磁盘空间不足，无法写入登记簿：{where}。请清理磁盘，程序会自动继续。"
    if "locked" in told:
        return f"登记簿正被其他程序占用：{where}。请稍后再试。"
    return f"无法读写登记簿：{where}（{told}）。请检查磁盘和权限。"
