"""The pool: every file answered in order, whatever one of them does to its reader."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from binary_books import binary_book
from commands import in_own_process
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from packages import CELL_A1, hand_made, ordinary

from pipeline.model import Reading, Sheet, Unreadable
from pipeline.reading.codec import CodecError, decode, encode
from pipeline.reading.limits import MIB, Limits
from pipeline.reading.pool import ReadingPool
from pipeline.reading.worker import answer, read_chunk
from pipeline.rehearsal.clerk import save
from pipeline.workbook.reader import address

LIMITS = Limits()
TEXT = st.text(max_size=8)
ROWS = st.lists(st.lists(TEXT, max_size=4).map(tuple), max_size=4).map(tuple)
MAPPING = st.dictionaries(TEXT, TEXT, max_size=3)
SHEETS = st.builds(
    Sheet,
    name=TEXT,
    visible=st.booleans(),
    rows=ROWS,
    merges=st.just(("A1:B2",)),
    errors=MAPPING,
    unvalued=st.just(("C3",)),
    hidden_rows=st.lists(st.integers(1, 99), max_size=3).map(tuple),
    hidden_columns=st.just((2,)),
    far=MAPPING,
)
READINGS = st.builds(
    Reading,
    kind=st.sampled_from(["xlsx", "xls", "ods", "xlsb"]),
    sheets=st.lists(SHEETS, max_size=3).map(tuple),
    properties=MAPPING,
    names=MAPPING,
    extras=st.just(("macros",)),
)


def filed(folder, contents):
    paths = []
    for number, content in enumerate(contents):
        path = folder / f"{number:04}"
        path.write_bytes(content)
        paths.append(path)
    return paths


def reasons(outcomes):
    return [getattr(outcome, "reason", "read") for outcome in outcomes]


def hanging():
    """A small file that keeps its reader busy for several seconds."""
    rows = (f'<row r="{n}"><c r="A{n}" t="str"><v>{n}</v></c></row>' for n in range(1, 250_000))
    return hand_made("".join(rows))


@pytest.mark.long
@given(READINGS)
def test_a_reading_survives_its_travel(reading):
    assert decode(encode(reading)) == reading


def test_a_reason_survives_its_travel():
    assert decode(encode(Unreadable("BOMB"))) == Unreadable("BOMB")


GOOD = encode(Reading("xlsx", (Sheet("表", visible=True, rows=(("a",),)),)))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b'{"reason": "BECAUSE"}',
        b'{"reason": []}',
        b"[" * 100_000,
        GOOD.replace(b'[["a"]]', b'[["a", 1]]'),
        GOOD.replace(b'[["a"]]', b'["a"]'),
        GOOD.replace(b"true", b"1"),
        GOOD.replace(b'"hidden_rows":[]', b'"hidden_rows":[true]'),
        GOOD.replace(b'"errors":{}', b'"errors":{"A1":null}'),
        GOOD.replace(b'"kind":"xlsx"', b'"kind":"exe"'),
        GOOD.replace(b'"extras":[]', b'"extras":[],"more":1'),
    ],
)
def test_an_answer_of_another_shape_is_not_believed(data):
    assert data != GOOD
    with pytest.raises(CodecError):
        decode(data)


def test_outcomes_come_in_the_order_of_the_paths(tmp_path):
    contents = [hand_made(CELL_A1.replace("甲", f"第{n}号")) for n in range(120)]
    contents[40], contents[41] = b"", b"text"
    paths = filed(tmp_path, contents)
    with ReadingPool(LIMITS) as pool:
        outcomes = list(pool.read(paths))
    assert [outcome.sheets[0].rows[0][0] for outcome in outcomes[:40]] == [
        f"第{n}号" for n in range(40)
    ]
    assert reasons(outcomes[40:43]) == ["EMPTY", "TEXT_FILE", "read"]
    assert len(outcomes) == 120


def test_a_file_that_hangs_costs_only_itself(tmp_path):
    paths = filed(tmp_path, [hand_made()] * 5 + [hanging()] + [hand_made()] * 5)
    with ReadingPool(replace(LIMITS, seconds=0.8)) as pool:
        list(pool.read(paths[:1]))
        outcomes = list(pool.read(paths))
    assert reasons(outcomes) == ["read"] * 5 + ["TIME_LIMIT"] + ["read"] * 5


@pytest.mark.long
def test_a_killed_worker_costs_no_file(tmp_path):
    paths = filed(tmp_path, [ordinary()] * 60)
    others = workers()  # of a pool that other tests share
    with ReadingPool(LIMITS) as pool:
        answers = pool.read(paths)
        outcomes = [next(answers)]
        for worker in set(workers()) - set(others):
            worker.send_signal(signal.SIGKILL)
        outcomes += answers
    assert reasons(outcomes) == ["read"] * 60


def test_workers_killed_between_two_blocks_cost_no_file(tmp_path):
    paths = filed(tmp_path, [ordinary()] * 3)
    others = workers()
    with ReadingPool(LIMITS, workers=1) as pool:
        assert reasons(pool.read(paths)) == ["read"] * 3
        mine = set(workers()) - set(others)
        for worker in mine:
            worker.send_signal(signal.SIGKILL)
        psutil.wait_procs(mine, timeout=5)
        assert reasons(pool.read(paths)) == ["read"] * 3


def workers():
    """The processes that are reading now: those without children under this one."""
    return [each for each in psutil.Process().children(recursive=True) if is_reading(each)]


def is_reading(process):
    try:
        return not process.children() and "tracker" not in " ".join(process.cmdline())
    except psutil.Error:  # it has just ended
        return False


def far_cell(place: str) -> bytes:
    """Return an .xlsb, into whose sheets no guard looks, with a cell far away."""
    book = Workbook()
    book.active[place] = "远"
    return binary_book(save(book))


@pytest.mark.long
def test_what_a_reader_says_when_it_breaks_is_shown_to_nobody(tmp_path):
    path = tmp_path / "附表1.xlsb"
    path.write_bytes(far_cell("XFD1048576"))
    done = in_own_process("check", "--alone", path)
    assert "损坏" in done.out
    assert "panick" not in done.err


def test_a_file_that_kills_its_reader_is_named_and_the_rest_is_read(tmp_path):
    # calamine asks for all of these cells at once and aborts the process
    paths = filed(tmp_path, [hand_made(), far_cell("BH1048576"), hand_made()])
    with ReadingPool(replace(LIMITS, memory=400 * MIB)) as pool:
        outcomes = reasons(pool.read(paths))
    assert outcomes == ["read", "READER_DIED", "read"]


@pytest.mark.long
def test_a_worker_holds_few_open_files_and_is_replaced_after_its_share(tmp_path):
    paths = filed(tmp_path, [hand_made()] * 60)
    others = workers()
    with ReadingPool(replace(LIMITS, worker_files=25), workers=1) as pool:
        answers = pool.read(paths)
        seen, most = set(), 0
        for _ in answers:
            for worker in set(workers()) - set(others):
                seen.add(worker.pid)
                with contextlib.suppress(psutil.Error):
                    most = max(most, worker.num_fds())
    assert 0 < most <= 64
    assert len(seen) > 1


def test_an_answer_that_is_none_costs_only_its_file(tmp_path, monkeypatch):
    paths = filed(tmp_path, [hand_made()] * 3)
    good = answer(paths[0], LIMITS)

    def believed(data, *, calls=iter(range(99))):  # noqa: B008 - one count for all calls
        if next(calls) in {1, 2}:
            raise CodecError
        return decode(data)

    monkeypatch.setattr("pipeline.reading.pool.decode", believed)
    with ReadingPool(LIMITS, workers=1) as pool:
        outcomes = list(pool.read(paths))
    assert reasons(outcomes).count("READER_DIED") == 1
    assert outcomes[-1] == decode(good)


def blank_rows(count):
    """A row filled, and formats dragged down over many."""
    return CELL_A1 + "".join(f'<row r="{n}"><c r="A{n}" s="1"/></row>' for n in range(2, count + 1))


def filled_rows(count):
    return "".join(
        f'<row r="{n}"><c r="A{n}" t="str"><v>{n}号岗</v></c></row>' for n in range(1, count + 1)
    )


def wide_rows(rows, columns):
    return "".join(
        f'<row r="{row}">'
        + "".join(f'<c r="{address(row, column)}"><v>7</v></c>' for column in range(1, columns + 1))
        + "</row>"
        for row in range(1, rows + 1)
    )


LAST = 1_048_576
FAR = '<row r="1048576"><c r="{}1048576" t="str"><v>远</v></c></row>'
LARGE = {
    "far-corner": (lambda: CELL_A1 + FAR.format("XFD"), 1),
    "blank-rows-small": (lambda: blank_rows(30_000), 1),
    "filled-rows-small": (lambda: filled_rows(20_000), 20_000),
}
VERY_LARGE = {
    "filled-to-the-end": (lambda: filled_rows(LAST), LAST),
    "blank-to-the-end": (lambda: blank_rows(LAST), 1),
    "blank-to-the-end-and-a-far-cell": (lambda: blank_rows(LAST - 1) + FAR.format("A"), 1),
    "all-columns": (lambda: wide_rows(60, 16_384), 60),
}


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="the peak is told by Linux only")
@pytest.mark.parametrize(
    "case", [*LARGE, *(pytest.param(case, marks=pytest.mark.long) for case in VERY_LARGE)]
)
def test_a_sheet_that_clerks_made_large_is_read_within_the_limits(case, tmp_path):
    build, rows = (LARGE | VERY_LARGE)[case]
    paths = filed(tmp_path, [hand_made(build())])
    others = workers()
    # Ten times the time, and the worker's own seconds counted: the machine may be busy.
    with ReadingPool(replace(LIMITS, seconds=10 * LIMITS.seconds), workers=1) as pool:
        watched = Watch(set(others))
        (outcome,) = pool.read(paths)
        watched.ended.set()
        watched.join()
    assert len(outcome.sheets[0].rows) == rows
    assert watched.memory < 1024 * MIB
    assert watched.seconds < LIMITS.seconds


class Watch(threading.Thread):
    """Looks from outside at what the new workers take."""

    def __init__(self, others):
        super().__init__(daemon=True)
        self.others, self.ended = others, threading.Event()
        self.memory, self.seconds = 0, 0.0
        self.start()

    def run(self):
        while not self.ended.wait(0.05):
            for worker in set(workers()) - self.others:
                with contextlib.suppress(psutil.Error, OSError, IndexError):
                    status = Path(f"/proc/{worker.pid}/status").read_text("ascii")
                    peak = int(status.split("VmHWM:")[1].split()[0]) * 1024
                    self.memory = max(self.memory, peak)
                    self.seconds = max(self.seconds, sum(worker.cpu_times()[:2]))


def test_a_folder_a_link_and_a_missing_file_are_answered(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "pipe")
    paths = [tmp_path, tmp_path / "link", tmp_path / "pipe", tmp_path / "none"]
    words = [decode(answer(path, LIMITS)).reason for path in paths]
    assert words == ["NOT_FILE", "NOT_FILE", "NOT_FILE", "NO_ACCESS"]


def test_an_answer_that_is_too_large_is_too_big(tmp_path):
    (path,) = filed(tmp_path, [ordinary()])
    assert decode(answer(path, replace(LIMITS, answer=2_000))) == Unreadable("TOO_BIG")


def test_a_chunk_stops_where_its_answers_grow_large(tmp_path):
    paths = filed(tmp_path, [hand_made()] * 5)
    size = len(answer(paths[0], LIMITS))
    assert len(read_chunk(paths, replace(LIMITS, answer=2 * size))) == 3


def test_whatever_a_reader_throws_becomes_damaged(tmp_path):
    broken = hand_made('<row r="1"><c r="A1" t="s"><v>7</v></c></row>')
    (path,) = filed(tmp_path, [broken])
    assert decode(answer(path, LIMITS)) == Unreadable("DAMAGED")


def test_the_memory_watch_ends_a_process_that_holds_too_much():
    code = "from pipeline.reading.worker import watch_memory; watch_memory(1)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 77


def test_workers_load_neither_pandas_nor_openpyxl_nor_the_database():
    code = "import sys, pipeline.reading.pool; print(*sys.modules)"
    modules = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    )
    assert not {"pandas", "numpy", "openpyxl", "sqlalchemy"} & set(modules.stdout.split())
