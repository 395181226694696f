"""The watcher: real files, real processes, real signals; what is waited for has a deadline."""

import io
import os
import signal
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
import pytest
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver, EventEmitter
from watchdog.observers.polling import PollingObserver

from pipeline import clock
from pipeline.errors import BusyError, ConfigError, StorageError
from pipeline.files import operations
from pipeline.ledger import arrivals
from pipeline.ledger.heartbeat import last_beat
from pipeline.ledger.rows import Arrival
from pipeline.ledger.store import Ledger, open_ledger
from pipeline.settings import default_text, parse
from pipeline.settings.schema import Watch
from pipeline.watch import Machinery, watch
from pipeline.watch import child as child_module
from pipeline.watch.receiver import Receiver, receive_command
from pipeline.watch.trouble import Trouble
from pipeline.watch.wakes import Wakes, make_observer

START = datetime(2011, 9, 13, 2, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
posix = pytest.mark.skipif(os.name != "posix", reason="POSIX signals")

# Stand-ins of the receiver.
IDLE = "import sys; sys.stdin.read()"
DEAF = "import signal, sys; signal.signal(signal.SIGTERM, signal.SIG_IGN); signal.pause()"
USELESS = """
import sys
for line in sys.stdin:
    with open(sys.argv[1], "a") as asked:
        asked.write("x")
    print("a word of some library")
    print('{"received": 0}', flush=True)
"""
FILING = """
import json, sys
from pathlib import Path
from pipeline import clock
from pipeline.intake.folders import Folders
from pipeline.intake.release import release
from pipeline.ledger import arrivals
from pipeline.ledger.rows import Outcome
from pipeline.ledger.store import open_ledger

root = Path(sys.argv[1])
once = root / "died"
if len(sys.argv) > 2 and not once.exists():
    once.touch()
    sys.exit("I die once")
for line in sys.stdin:
    with open_ledger(root / "archive", clock=clock.system, check=False) as ledger:
        with ledger.writer(), ledger.block() as block:
            with ledger.reading() as db:
                queue = arrivals.claimed(db)
            for arrival in queue:
                with block.part() as tx:
                    arrivals.decide(tx, arrival.id, Outcome("accepted"))
                    arrivals.answer(tx, arrival.id, "{}")
        release(ledger, Folders(root / "inbox", None, root / "archive"))
    print(json.dumps({"received": len(queue)}), flush=True)
"""
DRIVER = """
import sys
from pathlib import Path
from pipeline.watch import Machinery, watch

code, *rest = sys.argv[2:]
watch(
    Path(sys.argv[1]),
    told=lambda line: print(line, flush=True),
    machinery=Machinery(receiver=lambda root: [sys.executable, "-c", code, str(root), *rest]),
)
"""


def until(condition: Callable[[], object], seconds: float = 15) -> None:
    """Wait for a condition that other threads or processes bring about."""
    deadline = time.monotonic() + seconds
    moment = threading.Event()
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        moment.wait(0.02)


def stopped() -> threading.Event:
    stop = threading.Event()
    stop.set()
    return stop


class FedClock:
    """A clock that stands still until it is set; `calls` grows with every look."""

    def __init__(self) -> None:
        self.moment = START
        self.calls = 0

    def __call__(self) -> datetime:
        self.calls += 1
        return self.moment


class _SilentEmitter(EventEmitter):
    def queue_events(self, timeout: float) -> None:
        del timeout
        self.stopped_event.wait()


def silent_observer(inbox: Path, settings: Watch) -> BaseObserver:
    """Return an observer all of whose events are lost."""
    del inbox, settings
    return BaseObserver(_SilentEmitter)


class Desk:
    """A workspace, and the watcher in a thread."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.inbox = root / "inbox"
        self.archive = root / "archive"
        self.now: clock.Clock = clock.system
        self.observer: Callable[[Path, Watch], BaseObserver] = make_observer
        self.command = [sys.executable, "-c", IDLE]
        self.lines: list[str] = []
        self.configure()

    def configure(self, scan: float = 0.05, stable: float = 0.1) -> None:
        text = default_text(year=2011, bureau="临江市财政局")
        text = text.replace("scan_seconds = 5 ", f"scan_seconds = {scan} ")
        text = text.replace("stable_seconds = 3 ", f"stable_seconds = {stable} ")
        (self.root / "config.toml").write_text(text, "utf-8")
        written = parse(text.encode()).watch
        assert (written.scan_seconds, written.stable_seconds) == (scan, stable)

    def drop(self, name: str, data: bytes = b"text") -> Path:
        path = self.inbox / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return path

    @contextmanager
    def watched(self) -> Iterator[None]:
        stop = threading.Event()
        machinery = Machinery(self.observer, lambda _: self.command)
        work = {"told": self.lines.append, "now": self.now, "stop": stop, "machinery": machinery}
        thread = threading.Thread(target=watch, args=(self.root,), kwargs=work)
        thread.start()
        try:
            until(lambda: self.said("开始监听") or not thread.is_alive())
            assert thread.is_alive()
            yield
            assert thread.is_alive(), "the watcher died"
        finally:
            stop.set()
            thread.join(10)
            assert not thread.is_alive()

    def until_next_look(self) -> None:
        before = last_beat(self.archive)
        until(lambda: last_beat(self.archive) != before)

    def said(self, words: str) -> int:
        return sum(words in line for line in self.lines)

    def arrivals(self) -> list[Arrival]:
        with self.ledger() as ledger, ledger.reading() as db:
            return [*arrivals.claimed(db), *arrivals.decided_by(db, datetime(2999, 1, 1).date())]  # noqa: DTZ001

    def names(self) -> set[str]:
        return {arrival.name for arrival in self.arrivals()}

    def ledger(self) -> Ledger:
        return open_ledger(self.archive, clock=clock.system, check=False)

    def start(self, code: str = IDLE, *rest: str) -> subprocess.Popen[str]:
        """Start a watcher of its own process, and wait until it watches."""
        command = [sys.executable, "-c", DRIVER, str(self.root), code, *rest]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, encoding="utf-8")
        assert "开始监听" in process.stdout.readline()
        return process


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def workbook(content: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        package.writestr("xl/workbook.xml", content)
    return buffer.getvalue()


# The scan is the truth.


def test_a_file_is_claimed_at_the_second_equal_look(desk: Desk) -> None:
    desk.now = fed = FedClock()
    with desk.watched():
        desk.drop("12-预算科/a.xls")
        seen = fed.calls
        until(lambda: fed.calls > seen + 20)
        assert desk.names() == set()
        fed.moment += MINUTE
        until(lambda: desk.said("收到1份"))
        assert desk.names() == {"a.xls"}


def test_files_that_lay_there_before_the_start_are_claimed(desk: Desk) -> None:
    desk.drop("a.xls")
    desk.drop("12-预算科/预检/b.xls")
    with desk.watched():
        until(lambda: desk.names() == {"a.xls", "b.xls"})


def test_temporary_and_owner_files_are_left_alone(desk: Desk) -> None:
    names = {"~$表.xls", ".~表.xls", "5A3B1200.tmp", "Thumbs.db"}
    for name in names:
        desk.drop(name)
    with desk.watched():
        desk.drop("a.xls")
        until(lambda: desk.names() == {"a.xls"})
    assert {path.name for path in desk.inbox.iterdir() if path.is_file()} == names | {"a.xls"}


def test_no_half_of_a_slowly_written_file_is_claimed(desk: Desk) -> None:
    whole = workbook("x" * 4000)
    with desk.watched():
        for size in range(500, len(whole), 700):
            desk.drop("a.xlsx", whole[:size])
            desk.until_next_look()
        path = desk.drop("a.xlsx", whole)
        until(desk.arrivals)
    assert [one.sha256 for one in desk.arrivals()] == [operations.sha256(path)]


def test_with_all_events_lost_everything_is_claimed(desk: Desk) -> None:
    desk.observer = silent_observer
    with desk.watched():
        for number in range(5):
            desk.drop(f"{number}/a{number}.xls")
        until(lambda: len(desk.arrivals()) == 5)


def test_without_any_observer_the_scan_goes_on(desk: Desk) -> None:
    class Refused(BaseObserver):
        def start(self) -> None:
            raise OSError(28, "inotify watch limit reached")

    desk.observer = lambda *_: Refused(_SilentEmitter)
    with desk.watched():
        desk.drop("a.xls")
        until(desk.arrivals)
    assert desk.said("收不到文件夹变动的通知") == 1


def test_an_event_brings_the_next_look_forward(desk: Desk) -> None:
    desk.configure(scan=600)
    desk.now = fed = FedClock()
    with desk.watched():
        until(lambda: last_beat(desk.archive))
        seen = fed.calls
        desk.drop("a.xls")
        until(lambda: fed.calls > seen)


def test_reading_the_files_does_not_wake_the_scan_again(desk: Desk) -> None:
    desk.configure(scan=600)
    desk.drop("a.xls")
    wakes = Wakes([desk.inbox], Observer)
    with wakes:
        wakes.renew()
        (desk.inbox / "a.xls").read_bytes()
        list(operations.list_files(desk.inbox))
        assert not wakes.rung.wait(0.3)
        desk.drop("b.xls")
        assert wakes.rung.wait(5)


def test_the_heartbeat_tells_of_the_last_look(desk: Desk) -> None:
    desk.now = fed = FedClock()
    with desk.watched():
        until(lambda: last_beat(desk.archive) == START)
        fed.moment += MINUTE
        until(lambda: last_beat(desk.archive) == START + MINUTE)


def test_what_a_crash_left_without_a_row_is_claimed_at_the_start(desk: Desk) -> None:
    desk.inbox.mkdir(exist_ok=True)
    with desk.ledger() as ledger:
        operations.write_new(ledger.originals.work("0" * 64), b"orphan", private=True)
    with desk.watched():
        until(desk.arrivals)


# Storage that comes and goes.


@pytest.mark.long
@pytest.mark.parametrize("observer", [make_observer, lambda *_: PollingObserver(timeout=0.05)])
def test_an_inbox_that_vanishes_and_returns_is_told_and_caught_up_with(
    desk: Desk, observer: Callable[[Path, Watch], BaseObserver]
) -> None:
    desk.observer = observer
    with desk.watched():
        away = desk.inbox.rename(desk.root / "away")
        until(lambda: desk.said("找不到收件夹"))
        (away / "a.xls").write_bytes(b"1")
        away.rename(desk.inbox)
        until(lambda: desk.said("恢复正常"))
        until(lambda: desk.names() == {"a.xls"})
    assert desk.said("找不到收件夹") == 1


def test_an_archive_that_refuses_is_told_once_and_the_files_wait(desk: Desk) -> None:
    with desk.ledger() as ledger:
        work = ledger.originals.work_folder
    work.write_bytes(b"in the way")
    desk.now = fed = FedClock()
    desk.drop("a.xls")
    with desk.watched():
        until(lambda: last_beat(desk.archive))
        fed.moment += MINUTE
        until(lambda: desk.said("无法读写"))
        seen = fed.calls
        until(lambda: fed.calls > seen + 5)
        assert desk.said("无法读写") == 1
        work.unlink()
        until(lambda: desk.names() == {"a.xls"})
        until(lambda: desk.said("恢复正常"))


@pytest.mark.parametrize("make", [Observer, lambda: PollingObserver(timeout=0.05)])
@pytest.mark.parametrize("keep", [True, False])
def test_a_folder_put_in_the_place_of_the_observed_one_is_observed(
    tmp_path: Path, make: Callable[[], BaseObserver], *, keep: bool
) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    with Wakes([inbox], make) as wakes:
        wakes.renew()
        inbox.rename(tmp_path / "away") if keep else inbox.rmdir()
        wakes.renew()
        inbox.mkdir()
        wakes.renew()
        wakes.rung.clear()
        (inbox / "a.xls").write_bytes(b"1")
        assert wakes.rung.wait(5)


def test_an_observer_that_died_unnoticed_is_replaced(tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    with Wakes([inbox], lambda: PollingObserver(timeout=0.05)) as wakes:
        wakes.renew()
        observer = wakes._observer
        inbox.rename(tmp_path / "away")
        until(lambda: not any(emitter.is_alive() for emitter in observer.emitters))
        assert observer.is_alive()
        (tmp_path / "away").rename(inbox)
        wakes.renew()
        wakes.rung.clear()
        (inbox / "a.xls").write_bytes(b"1")
        assert wakes.rung.wait(5)


@posix
def test_observers_replaced_many_times_leave_nothing_behind(tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()

    def replace(times: int) -> tuple[int, int]:
        for _ in range(times):
            inbox.rmdir()
            wakes.renew()
            inbox.mkdir()
            wakes.renew()
        return threading.active_count(), psutil.Process().num_fds()

    with Wakes([inbox], Observer) as wakes:
        wakes.renew()
        assert replace(3) == replace(20)


def test_a_share_is_listed_and_a_disk_is_observed(tmp_path: Path) -> None:
    watch_settings = parse(default_text(year=2011, bureau="x").encode()).watch
    listed = watch_settings.model_copy(update={"polling": True})
    assert isinstance(make_observer(tmp_path, listed), PollingObserver)
    assert isinstance(make_observer(Path(r"\\server\share\inbox"), watch_settings), PollingObserver)
    assert not isinstance(make_observer(tmp_path, watch_settings), PollingObserver)


def test_a_trouble_is_told_when_it_begins_changes_and_ends() -> None:
    lines: list[str] = []
    trouble = Trouble(lines.append, "over")

    def fail(error: Exception, cause: Exception | None = None) -> Callable[[], None]:
        def step() -> None:
            raise error from cause

        return step

    trouble.guard(lambda: None)
    for number in range(3):
        trouble.guard(fail(StorageError(f"full {number}"), OSError(28, "full")))
    trouble.guard(fail(OSError(5, "io", "x")))
    trouble.guard(fail(RuntimeError("a bug")))
    trouble.guard(fail(RuntimeError("the same")))
    trouble.guard(lambda: None)
    trouble.guard(lambda: None)
    assert (lines[0], len(lines), lines[-1]) == ("full 0", 4, "over")


# The receiver.


def test_what_is_claimed_is_received_and_leaves_the_inbox(desk: Desk) -> None:
    desk.command = [sys.executable, "-c", FILING, str(desk.root)]
    path = desk.drop("12-预算科/a.xls")
    with desk.watched():
        until(lambda: desk.said("办理完1份"))
        again = desk.drop("12-预算科/b.xls")
        until(lambda: not path.exists() and not again.exists())
    assert {one.state for one in desk.arrivals()} == {"removed"}


@pytest.mark.long
def test_a_receiver_that_dies_is_started_again(desk: Desk) -> None:
    desk.command = [sys.executable, "-c", FILING, str(desk.root), "dies once"]
    desk.drop("a.xls")
    with desk.watched():
        until(lambda: desk.said("办理完1份"))
    assert [desk.said("意外结束"), desk.said("办理恢复正常")] == [1, 1]
    assert b"I die once" in (desk.archive / "logs" / "receiver.log").read_bytes()


@pytest.mark.long
def test_a_receiver_that_cannot_be_started_is_told_once(desk: Desk) -> None:
    desk.command = [str(desk.root / "nothing")]
    desk.drop("a.xls")
    with desk.watched():
        until(lambda: desk.said("办理程序启动不了"))
        desk.drop("b.xls")
        until(lambda: len(desk.arrivals()) == 2)
    assert desk.said("启动不了") == 1


def test_work_that_brings_nothing_is_not_tried_again_at_once_but_news_is(tmp_path: Path) -> None:
    asked = tmp_path / "asked"
    command = [sys.executable, "-c", USELESS, str(asked)]
    with Receiver(command, tmp_path / "receiver.log", print) as receiver:
        for due in ({1}, {1}, {1}, {1, 2}, set()):
            until(receiver.is_free)
            receiver.give(frozenset(due))
        until(receiver.is_free)
    assert asked.read_text() == "xx"


def test_a_long_log_is_put_aside_with_the_child_that_wrote_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(child_module, "_MAX_LOG", 10)
    log = tmp_path / "logs" / "receiver.log"
    words = USELESS.replace("import sys", "import sys; sys.stderr.write('many more words')")
    with Receiver([sys.executable, "-c", words, str(tmp_path / "asked")], log, print) as one:
        for due in ({1}, {2}):
            until(one.is_free)
            one.give(frozenset(due))
        until(one.is_free)
    assert {path.name for path in log.parent.iterdir()} == {"receiver.log", "receiver.old.log"}
    assert (tmp_path / "asked").read_text() == "xx"


def test_the_real_receiver_is_a_command_of_this_program(tmp_path: Path) -> None:
    assert receive_command(tmp_path)[-3:] == ["receive", "-w", str(tmp_path)]


# Start and end.


def test_a_faulty_configuration_is_told_before_anything_is_touched(desk: Desk) -> None:
    config = desk.root / "config.toml"
    column = '\n[[columns]]\nform = "没有这张表"\nheader = "x"\n'
    config.write_text(config.read_text("utf-8") + column, "utf-8")
    with pytest.raises(ConfigError):
        watch(desk.root, told=desk.lines.append, stop=stopped())
    assert not desk.archive.exists()


def test_the_watching_process_loads_no_reader_and_no_pandas() -> None:
    heavy = "{'pandas', 'numpy', 'openpyxl', 'xlsxwriter', 'python_calamine', 'rapidfuzz'}"
    code = f"import sys, pipeline.watch; sys.exit(str({heavy} & set(sys.modules) or ''))"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert ended.stderr.strip() == b""


@pytest.mark.long
def test_a_second_watcher_is_refused_at_once(desk: Desk) -> None:
    process = desk.start()
    began = time.monotonic()
    with pytest.raises(BusyError, match=str(process.pid)):
        watch(desk.root, told=desk.lines.append, stop=stopped())
    assert time.monotonic() - began < 2
    process.kill()
    process.communicate()
    watch(desk.root, told=desk.lines.append, stop=stopped())  # a lock left by kill -9 blocks nobody


@pytest.mark.long
@posix
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_process_in_time_and_without_an_error(desk: Desk, number: int) -> None:
    desk.drop("a.xls")
    process = desk.start(FILING)
    until(lambda: "办理完" in process.stdout.readline())
    assert "监听已停止" in _last_words(process, number)
    with desk.ledger() as ledger:
        assert ledger.watcher_holder() is None


@posix
@pytest.mark.long
def test_a_child_that_does_not_end_by_itself_is_ended(desk: Desk) -> None:
    desk.drop("a.xls")
    process = desk.start(DEAF)
    until(lambda: psutil.Process(process.pid).children())
    [child] = psutil.Process(process.pid).children()
    assert "监听已停止" in _last_words(process, signal.SIGTERM)
    assert not child.is_running()


@posix
@pytest.mark.long
def test_a_hanging_share_does_not_hold_up_the_end(desk: Desk) -> None:
    hangs = "import threading, pipeline.watch.loop as loop\n"
    hangs += "loop.take = lambda *_: print('looking', flush=True) or threading.Event().wait()\n"
    command = [sys.executable, "-c", hangs + DRIVER, str(desk.root), IDLE]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, encoding="utf-8")
    until(lambda: "looking" in process.stdout.readline())
    assert "监听已停止" not in _last_words(process, signal.SIGTERM)


@posix
@pytest.mark.long
def test_stops_under_load_lose_and_double_nothing(desk: Desk) -> None:
    for turn in range(10):
        for number in range(10):
            desk.drop(f"{number}/{turn}-{number}.xls", f"{turn} {number}".encode())
        process = desk.start(FILING)
        threading.Event().wait(turn * 0.05)
        _last_words(process, signal.SIGTERM)
    process = desk.start(FILING)
    until(lambda: not [path for path in desk.inbox.rglob("*") if path.is_file()])
    _last_words(process, signal.SIGTERM)
    assert sorted(one.name for one in desk.arrivals()) == sorted(
        f"{turn}-{number}.xls" for turn in range(10) for number in range(10)
    )


def _last_words(process: subprocess.Popen[str], number: int) -> str:
    """Send a signal; return what is still told by a process that ends well within 5 seconds."""
    process.send_signal(number)
    began = time.monotonic()
    told, _ = process.communicate(timeout=10)
    assert time.monotonic() - began < 5
    assert process.returncode == 0
    return told
