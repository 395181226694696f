"""Whatever lies in the inbox: each hostile file alone, then all of them at once, in any order.

The judge of the second half shares nothing with the product: hashes, folders and SQL alone.
"""

from __future__ import annotations

import hashlib
import html
import json
import logging
import os
import random
import re
import shutil
import sqlite3
import stat
import time
from contextlib import closing
from typing import TYPE_CHECKING

import psutil
import pytest
from hostile import HOSTILE, IGNORED, WAITING, Base
from journeys import TWO, copied, opened

from pipeline.findings import CATALOGUE
from pipeline.model import REASONS, Unreadable
from pipeline.reading.guard import inspect
from pipeline.reading.limits import MIB, Limits
from pipeline.reading.pool import ReadingPool
from pipeline.workbook.reader import read
from pipeline.workspace.paths import TO_FILL

if TYPE_CHECKING:
    from pathlib import Path

    from hostile import Hostile

pytestmark = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="names and kinds are POSIX's")

SMALL = tuple(one for one in HOSTILE if not one.bomb)
# In the long form all go there.
QUICK, QUICKEST = SMALL[::40], SMALL[4::60]
# The bombs last, for they take a minute or two; CI walks the first.
GROUPS = sorted({one.group for one in HOSTILE}, reverse=True)
_TOO_LARGE = 1 << 30
SLOWEST, NAMED = 10, 5  # seconds for a file, and how many bombs may take longer
_HAN = re.compile("[\u3400-\u9fff]")
_ENGLISH = re.compile(r"[A-Za-z]{2,} [A-Za-z]{2,} [A-Za-z]{2,}")
_CODE = re.compile(r"Traceback|Error\b|Exception|pipeline[./]|\bNone\b|\bat 0x")
_INVISIBLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\u200b\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


@pytest.fixture(scope="module")
def base(prepared, tmp_path_factory, pool) -> Base:
    circle = opened(copied(prepared, tmp_path_factory.mktemp("base") / "b"), pool)
    with circle.workspace:
        return Base(circle.fill(TWO))


# The generator.


def test_there_are_many_and_no_two_have_one_name():
    assert len(HOSTILE) >= 150
    assert len({one.file for one in HOSTILE}) == len(HOSTILE)
    assert len({(one.group, one.name) for one in HOSTILE}) == len(HOSTILE)


def test_the_same_file_has_the_same_bytes_at_every_run(base, tmp_path):
    for one in QUICK:
        for copy in ("a", "b"):
            one.make(base, tmp_path / copy)
        if (tmp_path / "a").is_file() and one.name != "password":  # its salt is drawn anew
            assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes(), one
        _clear(tmp_path)


def _clear(folder: Path) -> None:
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


# Alone, through the reading processes.


def alone(files, base: Base, folder: Path) -> list[str]:
    """Return what went wrong with any of these files, each read by itself."""
    wrong: list[str] = []
    late = 0
    with ReadingPool(Limits(), workers=1) as pool:
        for one in files:
            path = folder / "file"
            one.make(base, path)
            begun = time.monotonic()
            (outcome,) = pool.read([path])
            took = time.monotonic() - begun
            _clear(folder)
            late += took > SLOWEST and one.bomb
            wrong += [f"{one.group} {one.name}: {fault}" for fault in _faults(one, outcome, took)]
            wrong += [f"{one.group} {one.name}: {fault}" for fault in _swollen()]
    return wrong + ["too many slow bombs"] * (late > NAMED)


def _faults(one: Hostile, outcome, took: float) -> list[str]:
    word = outcome.reason if isinstance(outcome, Unreadable) else "read"
    fits = word in one.allowed if word != "read" else bool(one.allowed - set(REASONS))
    said = CATALOGUE[word].said if word in CATALOGUE else "读"
    return [
        *([] if fits else [f"{word}, not {sorted(one.allowed)}"]),
        *([] if _HAN.search(said) and not _ENGLISH.search(said) else [f"says {said}"]),
        *([f"took {took:.0f} s"] if took > SLOWEST and not one.bomb else []),
    ]


def _swollen() -> list[str]:
    """Return which reading process holds more than it may, as the system tells it."""
    found = []
    for child in psutil.Process().children(recursive=True):
        try:
            status = (f"/proc/{child.pid}/status", f"/proc/{child.pid}/fd")
            with open(status[0], encoding="ascii") as told:  # noqa: PTH123
                peak = re.search(r"VmHWM:\s+(\d+) kB", told.read())
            if peak and int(peak[1]) * 1024 > Limits().memory + 64 * MIB:
                found.append(f"held {int(peak[1]) >> 10} MiB")
            if len(os.listdir(status[1])) > 64:  # noqa: PTH208
                found.append("has too many files open")
        except (OSError, psutil.Error):  # it is gone
            continue
    return found


def test_a_hostile_file_is_told_by_its_word_and_hurts_no_reader(base, tmp_path):
    assert alone(QUICK, base, tmp_path) == []


@pytest.mark.long
@pytest.mark.parametrize("group", GROUPS)
def test_every_hostile_file_is_told_by_its_word_and_hurts_no_reader(base, tmp_path, group):
    assert alone([one for one in HOSTILE if one.group == group], base, tmp_path) == []


# All at once, through the whole journey.


def together(
    files, seed: int, *, prepared: Path, root: Path, base: Base, pool, caplog
) -> list[str]:
    """Return what went wrong with any of these files when all lie in the inbox at one time."""
    shuffled = list(files)
    random.Random(seed).shuffle(shuffled)  # noqa: S311
    copied(prepared, root)
    config = root / "config.toml"
    text = config.read_text("utf-8").replace("incomplete_minutes = 10", "incomplete_minutes = 0")
    config.write_text(text, "utf-8")
    dropped = _drop(shuffled, base, root / "inbox" / "预算科")
    caplog.set_level(logging.INFO)
    circle = opened(root, pool)
    with circle.workspace:
        circle.run()
        report = circle.run()
        outcomes = {
            outcome.arrival.name: outcome for outcome in map(circle.outcome, _arrivals(root))
        }
    waiting = {path.path.name for path in report.waiting}
    wrong = [] if not report.unanswered else ["answers are owed"]
    for one in files:
        wrong += [f"{one.group} {one.name}: {said}" for said in _judged(one, outcomes, waiting)]
    names = sorted((one.file for one in files), key=len, reverse=True)
    for answer in (root / "outbox").rglob("*"):
        if answer.is_file() and answer.parent.name != TO_FILL:
            wrong += [f"{answer.name}: {said}" for said in _lint(answer, root, names)]
    _law(root, dropped)
    return wrong + _log_lint(caplog, root)


def _drop(files, base: Base, folder: Path) -> dict[str, str]:
    """Put the files into an office's folder; return the digests of what may be taken.

    What is too large to be taken has none: hashing it would be all that this test does.
    """
    folder.mkdir(parents=True)
    for place, one in enumerate(files):
        path = folder / one.file
        one.make(base, path)
        if not path.is_symlink():
            os.utime(path, (1_000_000_000 + place,) * 2)
    return {
        path.name: _digest(path) if path.lstat().st_size < _TOO_LARGE else ""
        for path in folder.rglob("*")
        if stat.S_ISREG(path.lstat().st_mode)
    }


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _arrivals(root: Path) -> list[int]:
    with closing(sqlite3.connect(root / "archive" / "register.sqlite3")) as db:
        return [row[0] for row in db.execute("SELECT id FROM arrival ORDER BY id")]


def _judged(one: Hostile, outcomes, waiting: set[str]) -> list[str]:
    name = "里面.xlsx" if one.name == "folder" else one.file
    if name not in outcomes:
        state = WAITING if name in waiting else IGNORED
        return [] if state in one.allowed else [f"{state}, not {sorted(one.allowed)}"]
    outcome = outcomes[name]
    if outcome.reason not in one.allowed:
        return [f"{outcome.reason}, not {sorted(one.allowed)}"]
    if outcome.part and one.codes:
        codes = {finding.code for finding in outcome.findings}
        return [] if codes & one.codes else [f"{sorted(codes)}, not {sorted(one.codes)}"]
    return []


def _lint(answer: Path, root: Path, names: list[str]) -> list[str]:
    """Return what an answer says that no clerk should read; names of files may be named."""
    wrong = ["its name"] if _INVISIBLE.search(answer.name) else []
    if answer.suffix == ".html":
        page = answer.read_text("utf-8")
        wrong += ["markup"] if "<script" in page or "javascript:" in page else []
        shown = html.unescape(re.sub(r"<style.*?</style>|<[^>]+>", "\n", page, flags=re.DOTALL))
        texts = shown.split("\n")
    else:
        data = answer.read_bytes()
        found = {sheet.name: sheet.rows for sheet in read(data, inspect(data, Limits())).sheets}
        texts = [cell for row in found["问题清单"] for cell in row]
    for text in filter(str.strip, texts):
        said = text
        for name in names:
            said = said.replace(name, "")
        is_sentence = said.endswith("。")  # else a cell that shows what somebody typed
        if _CODE.search(said) or str(root) in said or (is_sentence and _INVISIBLE.search(said)):
            wrong.append(repr(text))
    return wrong + ([] if any(_HAN.search(text) for text in texts) else ["no Chinese"])


def _log_lint(caplog, root: Path) -> list[str]:
    """Return the records of the log that are more than one plain line."""
    wrong = []
    for record in caplog.records:
        said = record.getMessage()
        if record.exc_info or "\n" in said or _INVISIBLE.search(said) or str(root) in said:
            wrong.append(f"log: {said!r} {record.exc_text or ''}")
    return wrong


def _law(root: Path, dropped: dict[str, str]) -> None:
    """Assert that nothing is lost and nothing doubled, what waits included."""
    blobs = [
        path
        for place in ("originals", "quarantine", "work")
        for path in (root / "archive" / place).rglob("*")
        if path.is_file()
    ]
    for path in blobs:
        assert _digest(path) == path.name, "a blob is torn"
    with closing(sqlite3.connect(root / "archive" / "register.sqlite3")) as db:
        every = db.execute(
            "SELECT name, sha256, parent, state, verdict, answer FROM arrival"
        ).fetchall()
    left = {
        path.name: path
        for path in (root / "inbox").rglob("*")
        if stat.S_ISREG(path.lstat().st_mode)
    }
    # what was in a zip lies in the archive beside the zip, and never lay in the inbox
    rows = [(os.fsdecode(name), digest) for name, digest, parent, *_ in every if parent is None]
    names = [name for name, _ in rows]
    assert len(set(names)) == len(names), "a file was doubled"
    assert set(names).isdisjoint(left), "a file was taken and lies there"
    assert set(names) | set(left) == set(dropped), "a file was lost"
    assert all(dropped[name] == digest for name, digest in rows)
    assert sorted({digest for _, digest, *_ in every}) == sorted(path.name for path in blobs)
    assert all(state == "removed" and verdict for *_, state, verdict, _ in every)
    answers = [json.loads(answer)["path"] for *_, answer in every]
    kept = {path.name for path in (root / "outbox").rglob("*") if path.is_file()}
    assert all(answer.rpartition("/")[2] in kept for answer in answers)


def test_hostile_files_together_harm_neither_each_other_nor_the_good(
    prepared, tmp_path, base, pool, caplog
):
    desk = {"prepared": prepared, "root": tmp_path / "b", "base": base, "caplog": caplog}
    assert together(QUICKEST, 0, **desk, pool=pool) == []
    assert any(one.is_good for one in QUICKEST)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(3))
def test_all_hostile_files_together_in_any_order(prepared, tmp_path, base, caplog, seed):
    desk = {"prepared": prepared, "root": tmp_path / "b", "base": base, "caplog": caplog}
    # less patience than usual: each bomb that takes longer is waited for when it is alone
    with ReadingPool(Limits(seconds=10), workers=1) as pool:
        assert together(HOSTILE, seed, **desk, pool=pool) == []
    assert {one.group for one in HOSTILE if one.is_good} >= {"odd", "name"}
