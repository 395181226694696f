"""The conservation law, checked by code that shares nothing with the product.

Children of this process live the life of three files and are killed before each operation on a
file or the database, at random moments, or made to meet errors of the disk; then a last child
lives on, and the law must hold.
"""

import errno
import hashlib
import json
import os
import random
import signal
import sqlite3
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import NoReturn

import pytest
from sqlalchemy import Engine
from sqlalchemy import event as hooks
from sqlalchemy.exc import OperationalError

from pipeline import clock
from pipeline.errors import PipelineError
from pipeline.intake.claim import take
from pipeline.intake.folders import Folders, Timing
from pipeline.intake.looks import Looks
from pipeline.intake.recover import recover
from pipeline.intake.release import release
from pipeline.ledger import arrivals
from pipeline.ledger.rows import Outcome
from pipeline.ledger.store import Ledger, open_ledger

START = datetime(2011, 9, 13, 2, 0, tzinfo=UTC)
FILES = {"A/good.xls": b"good", "A/bad.xls": b"bad!", "B/same.xls": b"good"}
DIED = 9
COMMIT = -2
OPERATIONS = ("open", "write", "fsync", "replace", "rename", "unlink", "mkdir", "ftruncate")

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="children are forked")


# The law, by sqlite3, hashlib and os alone.


def law(root: Path, handed_in: dict[str, bytes]) -> None:
    """Assert that nothing is lost and nothing doubled, waiting files included."""
    blobs = _blobs(root / "archive")
    with closing(sqlite3.connect(root / "archive" / "register.sqlite3")) as db:
        rows = db.execute("SELECT name, folder, sha256, state, verdict FROM arrival").fetchall()
        events = db.execute("SELECT count(*) FROM event").fetchone()[0]
    left = _inbox(root / "inbox")
    claimed = Counter(f"{folder.decode()}/{name.decode()}" for name, folder, *_ in rows)
    assert set(claimed.values()) <= {1}, "a file was doubled"
    assert set(claimed) | set(left) == set(handed_in), "a file was lost"
    assert {sha256 for _, _, sha256, *_ in rows} == set(blobs), "blobs and receipts differ"
    for name, folder, sha256, state, verdict in rows:
        path = f"{folder.decode()}/{name.decode()}"
        assert sha256 == _digest(handed_in[path])
        places = blobs[sha256]
        assert len(places) == 1, "bytes lie in two places"
        expected = {"quarantined": "quarantine", None: "work"}.get(verdict, "originals")
        if state in {"stored", "removed"}:
            assert places == [expected]
        assert (state == "removed") <= (path not in left)
        assert state == "removed" or path in left
    _chain(root / "archive" / "audit.jsonl", events)


def _blobs(archive: Path) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for top in ("originals", "quarantine", "work"):
        for folder, _, names in os.walk(archive / top):
            for name in names:
                assert _digest(Path(folder, name).read_bytes()) == name, "a blob is torn"
                found.setdefault(name, []).append(top)
    return found


def _inbox(inbox: Path) -> dict[str, bytes]:
    paths = [path for path in inbox.rglob("*") if path.is_file()]
    return {path.relative_to(inbox).as_posix(): path.read_bytes() for path in paths}


def _chain(audit: Path, count: int) -> None:
    lines = audit.read_bytes().splitlines()
    assert [json.loads(line)["seq"] for line in lines] == list(range(1, count + 1))
    for before, line in pairwise(lines):
        assert json.loads(line)["prev"] == _digest(before)


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


# The life of a few files, from the drop to the cleared inbox.


def drop(root: Path) -> Path:
    for name, data in FILES.items():
        path = root / "inbox" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return root


def live(root: Path) -> None:
    folders = Folders(root / "inbox", None, root / "archive")
    with open_ledger(folders.archive, clock=clock.fixed(START)) as ledger:
        recover(ledger, folders, START)
        looks = Looks(folders, Timing())
        for step in range(2):
            take(ledger, looks, START + timedelta(seconds=10 * step))
        decide(ledger)
        release(ledger, folders)


def decide(ledger: Ledger) -> None:
    with ledger.writer():
        with ledger.reading() as db:
            queue = arrivals.claimed(db)
        with ledger.block() as block:
            for arrival in queue:
                bad = arrival.name.startswith("bad")
                outcome = Outcome("quarantined") if bad else Outcome("accepted")
                with block.part() as tx:
                    arrivals.decide(tx, arrival.id, outcome)


def child(act: Callable[[], None]) -> int:
    """Run `act` in a process of its own and return its pid."""
    pid = os.fork()
    if pid:
        return pid
    try:
        act()
        sys.stderr.flush()
        os._exit(0)
    except BaseException:  # noqa: BLE001  a forked child must never return into pytest
        traceback.print_exc()
        os._exit(1)


def ended(pid: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def finish(root: Path) -> None:
    """Live on undisturbed, and again: the second life finds nothing to do."""
    for _ in range(2):
        assert ended(child(lambda: live(root))) == 0
        law(root, FILES)
    assert _inbox(root / "inbox") == {}


# Faults, put into the child only.


def at_operation(number: int, act: Callable[[int], None]) -> None:
    """Call `act` before the given operation on a file, or commit, of this process."""
    count = 0

    def tick(handle: object) -> None:
        nonlocal count
        count += 1
        if count == number:
            act(handle if isinstance(handle, int) else -1)

    def counted(name: str) -> Callable[..., object]:
        real = getattr(os, name)

        def operation(*args: object, **options: object) -> object:
            tick(args[0] if args else None)
            return real(*args, **options)

        return operation

    for name in OPERATIONS:
        setattr(os, name, counted(name))
    hooks.listen(Engine, "commit", lambda _: tick(COMMIT))


def die(_: int) -> NoReturn:
    os._exit(DIED)


_truncate, _size = os.ftruncate, os.fstat


def die_torn(handle: int) -> NoReturn:
    """Die as a machine without power does: half of what was not flushed is gone."""
    if handle > 2 and not os.get_inheritable(handle):
        with suppress(OSError):  # a folder, or a file opened for reading
            _truncate(handle, _size(handle).st_size // 2)
    os._exit(DIED)


def crash(root: Path, number: int, act: Callable[[int], None]) -> bool:
    """Kill a life at one operation; tell whether there was such an operation."""

    def life() -> None:
        at_operation(number, act)
        live(root)

    code = ended(child(life))
    assert code in {0, DIED}
    return code == DIED


def test_an_undisturbed_life_obeys_the_law(tmp_path: Path) -> None:
    finish(drop(tmp_path))


def _crash_each(root: Path, act: Callable[[int], None], step: int) -> None:
    """Crash one life after the other, each some operations later, until one lives through."""
    number = 1
    while crash(drop(root / str(number)), number, act):
        finish(root / str(number))
        number += step
    assert number > 80


@pytest.mark.long
def test_a_crash_before_an_operation_loses_and_doubles_nothing(tmp_path: Path) -> None:
    _crash_each(tmp_path, die, step=7)


@pytest.mark.long
@pytest.mark.parametrize("act", [die, die_torn])
def test_no_crash_before_any_operation_loses_or_doubles_anything(
    tmp_path: Path, act: Callable[[int], None]
) -> None:
    _crash_each(tmp_path, act, step=1)


@pytest.mark.long
def test_a_crash_within_the_recovery_from_a_crash_loses_nothing(tmp_path: Path) -> None:
    for first in range(1, 200, 13):
        for second in range(1, 200, 11):
            root = drop(tmp_path / f"{first}-{second}")
            if not (crash(root, first, die) and crash(root, second, die)):
                break
            finish(root)


def _meet(root: Path, number: int, code: int) -> int:
    """Let a life meet one error of the disk, and live on in the same process."""

    def refuse(handle: int) -> None:
        if handle == COMMIT:
            statement = "COMMIT"
            raise OperationalError(statement, None, sqlite3.OperationalError("disk is full"))
        raise OSError(code, os.strerror(code))

    def life() -> None:
        time.sleep = lambda _: None
        at_operation(number, refuse)
        with suppress(PipelineError):
            live(root)
        live(root)

    return ended(child(life))


@pytest.mark.parametrize(
    "code",
    [
        errno.ENOSPC,
        pytest.param(errno.EIO, marks=pytest.mark.long),
        pytest.param(errno.EACCES, marks=pytest.mark.long),
    ],
)
def test_an_error_of_the_disk_is_told_and_survived(tmp_path: Path, code: int) -> None:
    step = 7
    for number in range(1 + code % step, 120, step):
        root = drop(tmp_path / str(number))
        assert _meet(root, number, code) == 0, number
        law(root, FILES)


@pytest.mark.long
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EACCES, errno.EBUSY])
def test_every_error_of_the_disk_is_told_and_survived(tmp_path: Path, code: int) -> None:
    for number in range(1, 160):
        root = drop(tmp_path / str(number))
        assert _meet(root, number, code) == 0, number
        law(root, FILES)


def _kill_loop(root: Path, rounds: int, seed: int, longest: float) -> None:
    chance = random.Random(seed)  # noqa: S311  a seed that can be printed, no secret
    handed_in: dict[str, bytes] = {}
    for number in range(rounds):
        for office in range(3):
            name = f"{office}/{number}.xls"
            handed_in[name] = f"{number} {office}".encode()
            path = root / "inbox" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(handed_in[name])
        pid = child(lambda: live(root))
        time.sleep(chance.random() * longest)
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    for _ in range(1 + 3 * rounds // 200):  # a life takes at most 200 files
        assert ended(child(lambda: live(root))) == 0
        law(root, handed_in)
    assert _inbox(root / "inbox") == {}, f"seed {seed}"


def test_processes_killed_at_random_lose_and_double_nothing(tmp_path: Path) -> None:
    _kill_loop(tmp_path, rounds=20, seed=2011, longest=0.08)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(4))
def test_many_processes_killed_at_random_lose_and_double_nothing(tmp_path: Path, seed: int) -> None:
    _kill_loop(tmp_path, rounds=200, seed=seed, longest=0.2)


def test_two_processes_at_one_inbox_double_nothing(tmp_path: Path) -> None:
    drop(tmp_path)
    pids = [child(lambda: live(tmp_path)) for _ in range(4)]
    assert [ended(pid) for pid in pids] == [0] * 4
    law(tmp_path, FILES)
    assert _inbox(tmp_path / "inbox") == {}
