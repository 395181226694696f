"""The law, over the real command: `run` is killed at random moments, then runs to the end.

The judge shares nothing with the product: hashes, folders and SQL alone.
"""

from __future__ import annotations

import hashlib
import json
import random
import signal
import sqlite3
import subprocess
import time
from collections import Counter
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from commands import command
from journeys import TWO, Circle, again, copied, opened

from pipeline.rehearsal import touches

if TYPE_CHECKING:
    from pathlib import Path

NOW = ("--now", "2011-09-13T12:00")
FILES = 20
LONGEST = 2.5  # seconds until a kill; a run of twenty files takes about two


@pytest.fixture(scope="module")
def dropped(prepared, tmp_path_factory, pool) -> dict[str, bytes]:
    """Return twenty files: right, wrong, unreadable, blank, doubled, in every folder."""
    circle = opened(copied(prepared, tmp_path_factory.mktemp("filled") / "b"), pool)
    with circle.workspace:
        return dict(zip(_names(), _contents(circle), strict=True))


def _names() -> list[str]:
    folders = ("预算科", "国库科", "农业科", "", "预算科/预检")
    return [f"{folders[n % 5]}/{n:02d}.xlsx".lstrip("/") for n in range(FILES)]


def _contents(circle: Circle) -> list[bytes]:
    right = [circle.fill(TWO, office) for office in ("YSK", "GKK", "NYK")]
    drafts = [again(right[n % 3], circle.form, 0, remark=f"第{n}稿") for n in range(9)]
    wrong = [circle.fill("风险点 | 风险等级\n甲 | 绿", office) for office in ("YSK", "GKK")]
    broken = [touches.break_part(right[0], circle.form), b"letter", b"", right[1][:500]]
    return [*right, *drafts, *wrong, *broken, circle.template("NYK"), right[0]]


def _drop(root: Path, files: dict[str, bytes]) -> None:
    for name, content in files.items():
        path = root / "inbox" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    # A file cut short is believed to be on its way for a while; not here.
    config = root / "config.toml"
    text = config.read_text("utf-8").replace("incomplete_minutes = 10", "incomplete_minutes = 0")
    config.write_text(text, "utf-8")


def _run(root: Path) -> None:
    done = subprocess.run(command("run", "-w", root, *NOW), capture_output=True, check=False)
    assert done.returncode in {0, 3}, done.stderr.decode()


def _run_and_kill(root: Path, seconds: float) -> None:
    running = subprocess.Popen(
        command("run", "-w", root, *NOW),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    time.sleep(seconds)
    running.send_signal(signal.SIGKILL)
    running.wait()


def _law(root: Path, files: dict[str, bytes]) -> tuple[object, ...]:
    """Assert that nothing is lost and nothing doubled; return what must not depend on kills."""
    archive = root / "archive"
    blobs = [
        path
        for place in ("originals", "quarantine", "work")
        for path in (archive / place).rglob("*")
        if path.is_file()
    ]
    held = [hashlib.sha256(path.read_bytes()).hexdigest() for path in blobs]
    handed_in = Counter(hashlib.sha256(content).hexdigest() for content in files.values())
    with closing(sqlite3.connect(archive / "register.sqlite3")) as db:
        rows = db.execute("SELECT name, sha256, state, verdict, reason, answer FROM arrival")
        arrivals = rows.fetchall()
        numbers = [row[0] for row in db.execute("SELECT number FROM record") if row[0]]
        versions = db.execute("SELECT count(*) FROM record_version").fetchone()[0]
    assert [path for path in (root / "inbox").rglob("*") if path.is_file()] == []
    assert all(path.name == digest for path, digest in zip(blobs, held, strict=True))
    assert sorted(held) == sorted(handed_in)
    assert Counter(sha256 for _, sha256, *_ in arrivals) == handed_in
    assert all(state == "removed" and verdict for _, _, state, verdict, *_ in arrivals)
    answers = [root / "outbox" / json.loads(answer)["path"] for *_, answer in arrivals]
    kept = [path.name for path in (root / "outbox").rglob("*") if path.is_file()]
    assert all(path.name in kept for path in answers)
    assert not [name for name in kept if name.endswith(".tmp") or "人工修改" in name]
    assert len(set(numbers)) == len(numbers)
    told = sorted((name, verdict, reason) for name, _, _, verdict, reason, _ in arrivals)
    return told, sorted(numbers), versions


def _round(prepared: Path, root: Path, files: dict[str, bytes], kills: list[float]) -> object:
    copied(prepared, root)
    _drop(root, files)
    for seconds in kills:
        _run_and_kill(root, seconds)
    _run(root)
    return _law(root, files)


@pytest.fixture(scope="module")
def undisturbed(prepared, dropped, tmp_path_factory):
    return _round(prepared, tmp_path_factory.mktemp("calm") / "b", dropped, [])


def _kills(seed: int) -> list[float]:
    dice = random.Random(seed)  # noqa: S311 - a failure can be played again
    return [dice.uniform(0.3, LONGEST) for _ in range(dice.choice((1, 1, 2)))]


@pytest.mark.long
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="SIGKILL is POSIX")
def test_a_killed_run_loses_and_doubles_nothing(prepared, dropped, undisturbed, tmp_path):
    assert _round(prepared, tmp_path / "b", dropped, _kills(seed=0)) == undisturbed


@pytest.mark.long
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="SIGKILL is POSIX")
@pytest.mark.parametrize("seed", range(100, 124))
def test_many_killed_runs_lose_and_double_nothing(prepared, dropped, undisturbed, tmp_path, seed):
    assert _round(prepared, tmp_path / "b", dropped, _kills(seed)) == undisturbed
