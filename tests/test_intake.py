"""One file's life in the inbox: seen, settled, claimed, released; time is fed, never slept."""

import io
import os
import time
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline import clock
from pipeline.errors import StorageError
from pipeline.files import operations
from pipeline.intake.claim import Intake, claim_members, take
from pipeline.intake.folders import Folders, Timing
from pipeline.intake.looks import Looks
from pipeline.intake.recover import recover
from pipeline.intake.release import Released, release
from pipeline.intake.scan import scan
from pipeline.intake.settle import is_unfinished
from pipeline.ledger import arrivals, events
from pipeline.ledger.rows import Arrival, Outcome
from pipeline.ledger.store import Ledger, open_ledger
from pipeline.model import Verdict

START = datetime(2011, 9, 13, 2, 0, tzinfo=UTC)
posix = pytest.mark.skipif(os.name != "posix", reason="POSIX links, pipes and rights")


class Desk:
    """A workspace, its watcher's memory and its time."""

    def __init__(self, ledger: Ledger, folders: Folders) -> None:
        self.ledger = ledger
        self.folders = folders
        self.looks = Looks(folders, Timing())
        self.now = START

    def drop(self, name: str, data: bytes = b"text") -> Path:
        path = self.folders.inbox / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return path

    def look(self, seconds: float = 6) -> Intake:
        self.now += timedelta(seconds=seconds)
        return take(self.ledger, self.looks, self.now)

    def claim(self) -> tuple[Arrival, ...]:
        return self.look().claimed + self.look().claimed

    def decide(self, *numbers: int, verdict: Verdict = "accepted") -> None:
        with self.ledger.transaction() as tx:
            for number in numbers:
                arrivals.decide(tx, number, Outcome(verdict))

    def release(self) -> Released:
        return release(self.ledger, self.folders)

    def state(self, number: int) -> str:
        with self.ledger.reading() as db:
            return arrivals.get(db, number).state

    def blobs(self) -> dict[str, int]:
        """Count the stored files by top folder of the archive."""
        tops = ("originals", "quarantine", "work")
        files = {top: list((self.folders.archive / top).rglob("*")) for top in tops}
        return {top: sum(path.is_file() for path in found) for top, found in files.items()}

    def why(self, intake: Intake) -> dict[str, str]:
        return {waiting.path.name: waiting.reason for waiting in intake.waiting}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    folders = Folders(inbox, inbox / "纪检组", tmp_path / "archive")
    with open_ledger(folders.archive, clock=clock.fixed(START)) as ledger:
        yield Desk(ledger, folders)


def workbook(content: str = "a") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/workbook.xml", content)
    return buffer.getvalue()


# Scan.


def test_the_folder_tells_source_and_office(desk: Desk) -> None:
    desk.drop("root.xlsx")
    desk.drop("12-预算科/补报/a.xlsx")
    desk.drop("12-预算科/预检/b.xlsx")
    desk.drop("预检/c.xlsx")
    desk.drop("纪检组/今日/d.xlsx")
    found = {s.path.name: (s.source, s.folder, s.office) for s in scan(desk.folders).files}
    assert found == {
        "root.xlsx": ("office", "", ""),
        "a.xlsx": ("office", "12-预算科/补报", "12-预算科"),
        "b.xlsx": ("precheck", "12-预算科/预检", "12-预算科"),
        "c.xlsx": ("precheck", "预检", ""),
        "d.xlsx": ("group", "今日", ""),
    }


def test_the_groups_folder_may_lie_elsewhere(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "local").mkdir()
    (tmp_path / "local" / "d.xlsx").write_bytes(b"1")
    desk.drop("纪检组/e.xlsx")
    folders = Folders(desk.folders.inbox, tmp_path / "local", desk.folders.archive)
    assert {s.path.name: s.source for s in scan(folders).files} == {
        "d.xlsx": "group",
        "e.xlsx": "office",
    }


def test_temporary_files_are_neither_claimed_nor_deleted(desk: Desk) -> None:
    names = {"~$表.xlsx", ".~表.xlsx", "5A3B1200.tmp", "表.xlsx.crdownload", "Thumbs.db"}
    for name in names:
        desk.drop(name)
    assert desk.claim() == ()
    assert {path.name for path in desk.folders.inbox.iterdir()} == names


def test_what_is_far_too_large_for_a_form_is_neither_read_nor_copied_and_told(desk: Desk) -> None:
    desk.folders = replace(desk.folders, most=200 << 20)
    desk.looks = Looks(desk.folders, Timing())
    video = desk.drop("录像.mp4")
    with video.open("wb") as file:
        file.truncate(10 << 30)
    desk.drop("大.xlsx", b"x" * 300)
    desk.look()
    began = time.monotonic()
    intake = desk.look()
    assert time.monotonic() - began < 1
    assert [arrival.name for arrival in intake.claimed] == ["大.xlsx"]
    assert desk.why(intake) == {"录像.mp4": "文件过大（约10GB），没有收。请移走或只放入表格。"}
    assert video not in desk.looks.last
    assert video.exists()


def test_a_file_claimed_under_a_larger_limit_does_not_wait(desk: Desk) -> None:
    desk.drop("大.xlsx", b"x" * 300)
    assert len(desk.claim()) == 1
    desk.looks = Looks(replace(desk.folders, most=200), Timing())
    assert desk.look().waiting == ()


@posix
def test_links_and_pipes_are_listed_as_waiting_and_never_opened(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "secret.xlsx").write_bytes(b"1")
    (desk.folders.inbox / "link.xlsx").symlink_to(tmp_path / "secret.xlsx")
    os.mkfifo(desk.folders.inbox / "pipe.xlsx")
    assert desk.claim() == ()
    assert set(desk.why(desk.look())) == {"link.xlsx", "pipe.xlsx"}
    assert (desk.folders.inbox / "link.xlsx").is_symlink()


def test_a_lost_inbox_is_an_error_and_what_was_seen_is_not_forgotten(desk: Desk) -> None:
    desk.drop("a.xlsx")
    desk.look()
    away = desk.folders.inbox.rename(desk.folders.inbox.with_name("away"))
    with pytest.raises(StorageError):
        desk.look()
    away.rename(desk.folders.inbox)
    assert len(desk.look().claimed) == 1


# Settle.


def test_a_file_is_claimed_at_the_second_equal_look(desk: Desk) -> None:
    desk.drop("a.xlsx", workbook())
    assert desk.why(desk.look()) == {"a.xlsx": "正在复制"}
    assert desk.why(desk.look(4)) == {"a.xlsx": "正在复制"}
    assert [one.name for one in desk.look(1).claimed] == ["a.xlsx"]
    assert desk.look().claimed == ()


def test_a_slow_writer_is_waited_for_and_no_part_of_it_is_kept(desk: Desk) -> None:
    whole = workbook("x" * 4000)
    for size in range(0, len(whole), max(1, len(whole) // 7)):
        desk.drop("a.xlsx", whole[:size])
        assert desk.look().claimed == ()
    desk.drop("a.xlsx", whole)
    assert [one.size for one in desk.claim()] == [len(whole)]
    assert desk.blobs()["work"] == 1


def test_a_copy_that_shows_its_final_size_and_time_at_once_is_waited_for(desk: Desk) -> None:
    whole = b"\xd0\xcf\x11\xe0" + b"0123456789" * 1000
    for done in range(0, len(whole), 3000):
        path = desk.drop("a.xls", whole[:done].ljust(len(whole), b"\0"))
        os.utime(path, ns=(10**18, 10**18))
        assert desk.look().claimed == ()
    path = desk.drop("a.xls", whole)
    os.utime(path, ns=(10**18, 10**18))
    assert [one.sha256 for one in desk.claim()] == [operations.sha256(path)]


def test_a_zip_without_its_end_waits_and_is_then_handed_to_the_reader(desk: Desk) -> None:
    desk.drop("a.xlsx", workbook()[:-30])
    desk.drop("empty.xlsx", b"")
    desk.look()
    assert set(desk.why(desk.look(590)).values()) == {"文件未传完"}
    assert {one.name for one in desk.look(20).claimed} == {"a.xlsx", "empty.xlsx"}


@pytest.mark.parametrize("mtime", [0, 4_070_908_800])
def test_a_wrong_time_of_the_sender_delays_nothing(desk: Desk, mtime: int) -> None:
    os.utime(desk.drop("a.xlsx"), (mtime, mtime))
    assert len(desk.claim()) == 1


def test_our_own_clock_may_jump_back(desk: Desk) -> None:
    desk.drop("a.xlsx")
    desk.look()
    assert desk.look(-(10**8)).claimed == ()
    assert len(desk.look().claimed) == 1


@pytest.mark.parametrize("owner", ["~${}", ".~{}", ".~lock.{}#"])
def test_a_book_that_somebody_has_open_waits_until_it_is_closed(desk: Desk, owner: str) -> None:
    desk.drop("表.xlsx", workbook())
    held = desk.drop(owner.format("表.xlsx"))
    os.utime(held, (0, 0))
    desk.look()
    assert desk.why(desk.look()) == {"表.xlsx": "有人正在编辑"}
    held.unlink()
    assert len(desk.look().claimed) == 1


def test_an_owner_file_left_by_a_crash_holds_a_book_for_twelve_hours(desk: Desk) -> None:
    desk.drop("表.xlsx", workbook())
    desk.drop("~$表.xlsx")
    desk.look()
    assert desk.why(desk.look(11.9 * 3600)) == {"表.xlsx": "有人正在编辑"}
    assert len(desk.look(0.2 * 3600).claimed) == 1


def test_the_end_of_a_zip_is_told_from_one_within(tmp_path: Path) -> None:
    inner = workbook()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as package:
        package.writestr("a.xlsx", inner)
        package.comment = b"PK\x05\x06 in a comment"
    whole = buffer.getvalue()
    file = tmp_path / "x"
    for size in range(4, len(whole) + 1):
        file.write_bytes(whole[:size])
        assert is_unfinished(file, size) is (size < len(whole))


# Claim.


def test_the_claim_keeps_the_bytes_before_anything_else(desk: Desk) -> None:
    path = desk.drop("12-预算科/a.xlsx", workbook())
    (arrival,) = desk.claim()
    assert path.exists()
    assert desk.ledger.originals.work(arrival.sha256).read_bytes() == path.read_bytes()
    assert (arrival.state, arrival.folder) == ("claimed", "12-预算科")
    assert desk.folders.locate(arrival) == path


def test_offices_take_turns_oldest_first(desk: Desk) -> None:
    for number, name in enumerate(["A/1", "A/2", "A/3", "B/4", "C/5"]):
        path = desk.drop(f"{name}.xlsx", name.encode())
        os.utime(path, (1000 + number, 1000 + number))
    assert [one.name[0] for one in desk.claim()] == ["1", "4", "5", "2", "3"]


def test_a_claimed_file_is_not_claimed_again_even_with_a_new_time(desk: Desk) -> None:
    path = desk.drop("a.xlsx")
    desk.claim()
    os.utime(path, (1, 1))
    assert desk.claim() == ()
    desk.looks = Looks(desk.folders, Timing())
    assert desk.claim() == ()


def test_a_claimed_file_is_not_even_read_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.drop("a.xlsx")
    desk.claim()
    monkeypatch.setattr(operations, "sha256", _refuse)
    assert desk.look() == Intake((), ())


def test_equal_bytes_waiting_twice_share_one_blob(desk: Desk) -> None:
    desk.drop("A/a.xlsx")
    desk.drop("B/b.xlsx")
    first, second = desk.claim()
    assert desk.blobs() == {"originals": 0, "quarantine": 0, "work": 1}
    desk.decide(first.id)
    desk.release()
    assert desk.blobs() == {"originals": 1, "quarantine": 0, "work": 0}
    with desk.ledger.reading() as db:
        assert desk.ledger.originals.locate(db, second.sha256)
    desk.decide(second.id, verdict="quarantined")
    assert len(desk.release().removed) == 1
    assert desk.blobs() == {"originals": 1, "quarantine": 0, "work": 0}


def test_known_bytes_that_come_again_are_a_new_arrival_without_a_copy(desk: Desk) -> None:
    numbers = []
    for name in ("a.xlsx", "b.xlsx"):
        desk.drop(name)
        (arrival,) = desk.claim()
        desk.decide(arrival.id)
        desk.release()
        numbers.append(arrival.id)
    assert numbers == [1, 2]
    assert desk.blobs() == {"originals": 1, "quarantine": 0, "work": 0}


def test_bytes_once_quarantined_move_on_when_they_are_accepted(desk: Desk) -> None:
    desk.drop("a.xlsx")
    desk.decide(desk.claim()[0].id, verdict="quarantined")
    desk.release()
    assert desk.blobs() == {"originals": 0, "quarantine": 1, "work": 0}
    desk.drop("a.xlsx")
    desk.decide(desk.claim()[0].id)
    desk.release()
    assert desk.blobs() == {"originals": 1, "quarantine": 0, "work": 0}


def test_a_damaged_original_never_lets_a_good_file_go(desk: Desk) -> None:
    desk.drop("a.xlsx")
    (arrival,) = desk.claim()
    desk.decide(arrival.id)
    desk.release()
    desk.ledger.originals.original(arrival.sha256).write_bytes(b"rot!")
    path = desk.drop("a.xlsx")
    assert desk.claim() == ()
    assert "已损坏" in desk.why(desk.look())["a.xlsx"]
    assert path.exists()


@posix
def test_a_name_that_is_no_text_is_claimed_and_released(desk: Desk) -> None:
    name = os.fsdecode("表".encode("gbk") + b"\n\x1b[31m.xlsx")
    path = desk.drop(name)
    (arrival,) = desk.claim()
    assert arrival.name == name
    desk.decide(arrival.id)
    desk.release()
    assert not path.exists()
    with desk.ledger.reading() as db:
        shown = events.of_arrival(db, arrival.id)[0].payload["name"]
    assert str(shown).isprintable()


def test_a_member_of_a_zip_becomes_an_arrival_that_names_it(desk: Desk) -> None:
    desk.drop("all.zip", workbook())
    (parent,) = desk.claim()
    told = (desk.ledger, desk.folders, parent, [("a.xlsx", b"member")])
    (member,) = claim_members(*told)
    assert claim_members(*told) == (member,)
    assert member.parent == parent.id
    assert member.claimed_at == parent.claimed_at
    desk.decide(parent.id, member.id)
    assert len(desk.release().removed) == 2
    assert desk.blobs() == {"originals": 2, "quarantine": 0, "work": 0}


def test_a_member_that_never_got_its_row_is_thrown_away_its_zip_holds_it(desk: Desk) -> None:
    left = desk.ledger.originals.member("a" * 64)
    operations.write_new(left, b"member")
    recovered = recover(desk.ledger, desk.folders, START)
    assert (recovered.discarded, recovered.found, left.exists()) == ((left,), (), False)


# Release.


def test_the_inbox_is_cleared_after_the_original_is_stored(desk: Desk) -> None:
    path = desk.drop("a.xlsx", workbook())
    (arrival,) = desk.claim()
    assert desk.release() == Released()
    desk.decide(arrival.id)
    assert [one.id for one in desk.release().removed] == [arrival.id]
    assert not path.exists()
    assert desk.state(arrival.id) == "removed"
    assert desk.blobs() == {"originals": 1, "quarantine": 0, "work": 0}
    with desk.ledger.reading() as db:
        kinds = [event.kind for event in events.of_arrival(db, arrival.id)]
    assert kinds == ["claimed", "decided", "stored", "removed"]


def test_a_file_replaced_while_it_was_decided_stays_and_is_a_new_arrival(desk: Desk) -> None:
    path = desk.drop("a.xlsx", b"one")
    (first,) = desk.claim()
    desk.drop("a.xlsx", b"two")
    os.utime(path, ns=(first.mtime_ns, first.mtime_ns))
    desk.decide(first.id)
    desk.release()
    assert path.read_bytes() == b"two"
    assert [one.id for one in desk.claim()] == [first.id + 1]


def test_the_first_version_put_back_after_a_second_is_the_last_arrival(desk: Desk) -> None:
    desk.drop("a.xlsx", b"one")
    (first,) = desk.claim()
    desk.drop("a.xlsx", b"two!")
    (second,) = desk.claim()
    path = desk.drop("a.xlsx", b"one")
    desk.decide(first.id, second.id)
    desk.release()
    assert path.exists()
    (third,) = desk.claim()
    assert third.sha256 == first.sha256
    desk.decide(third.id)
    desk.release()
    assert not path.exists()


def test_a_file_taken_back_is_released_all_the_same(desk: Desk) -> None:
    path = desk.drop("A/a.xlsx")
    (arrival,) = desk.claim()
    path.unlink()
    path.parent.rmdir()
    desk.decide(arrival.id)
    desk.release()
    assert desk.state(arrival.id) == "removed"


def test_a_refused_removal_is_tried_again_and_never_decided_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = desk.drop("a.xlsx")
    (arrival,) = desk.claim()
    desk.decide(arrival.id)
    with monkeypatch.context() as windows:
        windows.setattr(operations, "unlink", _refuse)
        assert [one.id for one in desk.release().kept] == [arrival.id]
    assert desk.state(arrival.id) == "stored"
    assert desk.claim() == ()
    desk.release()
    assert not path.exists()


def _refuse(path: Path) -> None:
    raise PermissionError(13, "open in Excel", str(path))


def test_a_share_that_is_away_is_no_sign_that_the_file_is_gone(desk: Desk) -> None:
    desk.drop("a.xlsx")
    (arrival,) = desk.claim()
    desk.decide(arrival.id)
    away = desk.folders.inbox.rename(desk.folders.inbox.with_name("away"))
    assert len(desk.release().kept) == 1
    away.rename(desk.folders.inbox)
    desk.release()
    assert desk.claim() == ()
    assert list(desk.folders.inbox.rglob("*.xlsx")) == []


def test_an_arrival_without_its_bytes_never_costs_the_inbox_its_file(desk: Desk) -> None:
    path = desk.drop("a.xlsx")
    (arrival,) = desk.claim()
    desk.ledger.originals.work(arrival.sha256).unlink()
    desk.decide(arrival.id)
    assert [one.id for one in desk.release().lost] == [arrival.id]
    assert path.exists()


# Recover.


def test_a_copy_without_a_row_goes_while_the_inbox_has_the_file(desk: Desk) -> None:
    path = desk.drop("a.xlsx")
    work = desk.ledger.originals.work(operations.sha256(path))
    operations.copy_new(path, work, private=True)
    assert recover(desk.ledger, desk.folders, START).discarded == (work,)
    assert path.exists()
    assert not work.exists()


def test_a_copy_without_a_row_becomes_an_arrival_when_the_file_is_gone(desk: Desk) -> None:
    path = desk.drop("a.xlsx")
    digest = operations.sha256(path)
    operations.copy_new(path, desk.ledger.originals.work(digest), private=True)
    path.unlink()
    (found,) = recover(desk.ledger, desk.folders, START).found
    assert (found.sha256, found.state, found.in_inbox) == (digest, "claimed", False)
    assert recover(desk.ledger, desk.folders, START).found == ()


def test_a_blob_under_a_wrong_name_is_kept_under_its_own(desk: Desk) -> None:
    operations.write_new(desk.ledger.originals.work("f" * 64), b"whatever", private=True)
    (found,) = recover(desk.ledger, desk.folders, START).found
    assert operations.sha256(desk.ledger.originals.work(found.sha256)) == found.sha256
    assert desk.blobs()["work"] == 1


def test_what_another_process_just_moved_to_its_place_is_no_orphan(desk: Desk, monkeypatch) -> None:
    gone = desk.ledger.originals.work("0" * 64)
    gone.parent.mkdir(parents=True, exist_ok=True)
    monkeypatch.setattr("pipeline.intake.recover._orphans", lambda *_: [gone])
    assert recover(desk.ledger, desk.folders, START).found == ()


def test_recovery_finishes_what_was_decided_and_leaves_what_waits(desk: Desk) -> None:
    desk.drop("A/a.xlsx", b"a")
    desk.drop("B/b.xlsx", b"b")
    first, second = desk.claim()
    desk.decide(first.id)
    operations.append(desk.ledger.originals.work_folder / ".~99-1.tmp", b"torn")
    released = recover(desk.ledger, desk.folders, START).released
    assert [one.id for one in released.removed] == [first.id]
    assert desk.state(second.id) == "claimed"
    assert desk.blobs() == {"originals": 1, "quarantine": 0, "work": 1}
