"""The ledger keeps what was filed, tells it as of any day, and proves that nobody changed it."""

import json
import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from pipeline import clock
from pipeline.errors import BusyError, ConfigError, StorageError
from pipeline.ledger import (
    arrivals,
    decisions,
    events,
    issuing,
    outputs,
    parts,
    placement,
    records,
    snapshots,
)
from pipeline.ledger.backup import backup
from pipeline.ledger.counts import counts
from pipeline.ledger.rows import (
    Arrival,
    Claim,
    Head,
    NewIssue,
    NewPart,
    NewVersion,
    NewVersionSent,
    Outcome,
    Source,
)
from pipeline.ledger.store import Ledger, open_ledger
from pipeline.model import Verdict

START = datetime(2011, 9, 13, 2, 0, tzinfo=UTC)
TODAY = date(2011, 9, 13)


class Time:
    """A clock that the test turns."""

    def __init__(self) -> None:
        self.moment = START

    def __call__(self) -> datetime:
        return self.moment

    def next_day(self) -> None:
        self.moment += timedelta(days=1)


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def ledger(tmp_path: Path, time: Time) -> Iterator[Ledger]:
    with open_ledger(tmp_path / "archive", clock=time) as opened:
        yield opened


def claim(ledger: Ledger, sha256: str = "a" * 64, *, source: Source = "office") -> Arrival:
    told = Claim("表.xlsx", "预算科", source, sha256, 1, 10**18, START)
    with ledger.transaction() as tx:
        return arrivals.claim(tx, told)


def decided(
    ledger: Ledger,
    verdict: Verdict = "accepted",
    sha256: str = "a" * 64,
    *,
    source: Source = "office",
    reason: str = "",
) -> Arrival:
    arrival = claim(ledger, sha256, source=source)
    with ledger.transaction() as tx:
        arrivals.decide(tx, arrival.id, Outcome(verdict, reason))
    with ledger.reading() as db:
        return arrivals.get(db, arrival.id)


def part_of(arrival: Arrival, verdict: Verdict = "accepted", *, form: str = "F1") -> NewPart:
    return NewPart(arrival.id, form, "YSK", "", "R1", verdict)


def version_of(record: int, level: str) -> NewVersion:
    return NewVersion(record, None, None, "rows", 1, {}, {"level": level}, level, level=level)


# Arrivals.


def test_an_arrival_comes_back_as_it_was_claimed(ledger: Ledger) -> None:
    odd = os.fsdecode("表\n".encode() + b"\xb1\xed.xlsx") if os.name == "posix" else "表.xlsx"
    told = Claim(odd, "12-预算科/补", "office", "b" * 64, 7, 2**62, START)
    with ledger.transaction() as tx:
        number = arrivals.claim(tx, told).id
    with ledger.reading() as db:
        found = arrivals.get(db, number)
    assert (found.name, found.folder, found.mtime_ns, found.seen_at) == (
        odd,
        told.folder,
        2**62,
        START,
    )
    assert (found.state, found.verdict, found.claimed_at) == ("claimed", None, START)


def test_the_queue_is_in_the_order_of_arrival(ledger: Ledger) -> None:
    numbers = [claim(ledger, letter * 64).id for letter in "cab"]
    with ledger.transaction() as tx:
        arrivals.mark_read(tx, numbers[0])
        arrivals.decide(tx, numbers[1], Outcome("returned"))
    with ledger.reading() as db:
        assert [one.id for one in arrivals.claimed(db)] == [numbers[0], numbers[2]]
        assert [one.id for one in arrivals.unfinished(db)] == [numbers[1]]


def test_a_file_is_decided_once(ledger: Ledger) -> None:
    arrival = decided(ledger)
    with pytest.raises(ValueError, match="not claimed"), ledger.transaction() as tx:
        arrivals.decide(tx, arrival.id, Outcome("returned"))
    with ledger.reading() as db:
        assert arrivals.get(db, arrival.id).verdict == "accepted"


def test_only_bytes_that_were_accepted_and_handed_in_make_a_duplicate(ledger: Ledger) -> None:
    decided(ledger, "accepted", source="precheck")
    decided(ledger, "returned")
    decided(ledger, "quarantined")
    with ledger.reading() as db:
        assert arrivals.accepted_with(db, "a" * 64) is None
    first = decided(ledger, "accepted")
    decided(ledger, "accepted")
    with ledger.reading() as db:
        assert arrivals.accepted_with(db, "a" * 64) == first


def test_an_answer_is_owed_until_it_is_noted(ledger: Ledger) -> None:
    arrival = decided(ledger)
    with ledger.reading() as db:
        assert [one.id for one in arrivals.unanswered(db)] == [arrival.id]
    with ledger.transaction() as tx:
        arrivals.answer(tx, arrival.id, '["3-已收/表.xlsx"]')
    with ledger.reading() as db:
        assert arrivals.unanswered(db) == ()


def test_arrivals_are_found_by_the_shanghai_day(ledger: Ledger, time: Time) -> None:
    time.moment = clock.day_end(TODAY) - timedelta(seconds=1)
    late = decided(ledger)
    time.moment = clock.day_end(TODAY)
    decided(ledger)
    with ledger.reading() as db:
        assert [one.id for one in arrivals.claimed_on(db, TODAY)] == [late.id]
        assert [one.id for one in arrivals.decided_by(db, TODAY)] == [late.id]


def test_a_file_decided_anew_stands_on_each_day_as_it_stood_then(
    ledger: Ledger, time: Time
) -> None:
    time.moment = clock.day_start(TODAY)
    arrival = decided(ledger, "unconfirmed", reason="IDENTITY_UNSURE")
    with ledger.transaction() as tx:
        parts.add(tx, part_of(arrival, "unconfirmed"))
    opened, done = TODAY + timedelta(days=1), TODAY + timedelta(days=2)
    time.moment = clock.day_start(opened)
    with ledger.transaction() as tx:
        parts.supersede(tx, arrival.id)
        arrivals.reopen(tx, arrival.id)
    time.moment = clock.day_start(done)
    with ledger.transaction() as tx:
        arrivals.decide(tx, arrival.id, Outcome("accepted"))
        parts.add(tx, part_of(arrival))
    with ledger.reading() as db:
        seen = [
            (
                [one.verdict for one in arrivals.decided_by(db, day)],
                [one.id for one in arrivals.unconfirmed(db, day)],
                [one.verdict for one in parts.parts(db, on=day)],
                [one.verdict for one in parts.of_arrival(db, arrival.id, day)],
            )
            for day in (TODAY - timedelta(days=1), TODAY, opened, done)
        ]
        assert [one.verdict for one in arrivals.claimed_on(db, TODAY)] == ["unconfirmed"]
        assert [one.verdict for one in parts.of_arrival(db, arrival.id)] == ["accepted"]
    waiting = ["unconfirmed"]
    assert seen == [
        ([], [], [], []),
        (waiting, [arrival.id], waiting, waiting),
        ([], [], [], []),
        (["accepted"], [], ["accepted"], ["accepted"]),
    ]


def test_an_error_undoes_one_file_of_a_block(ledger: Ledger) -> None:
    first, second = claim(ledger), claim(ledger)
    with ledger.block() as block:
        with block.part() as tx:
            arrivals.decide(tx, first.id, Outcome("accepted"))
        with suppress(ZeroDivisionError), block.part() as tx:
            arrivals.decide(tx, second.id, Outcome("accepted"))
            raise ZeroDivisionError
    with ledger.reading() as db:
        assert [arrivals.get(db, one.id).state for one in (first, second)] == ["decided", "claimed"]
        assert [event.kind for event in events.of_arrival(db, second.id)] == ["claimed"]


def test_the_status_is_counted(ledger: Ledger) -> None:
    claim(ledger)
    decided(ledger, "quarantined", reason="EMPTY")
    decided(ledger, "accepted")
    with ledger.reading() as db:
        told = counts(db, TODAY)
    assert (told.waiting, told.oldest_waiting, told.in_flight) == (1, START, 2)
    assert (told.decided_today, told.quarantine) == (2, {"EMPTY": 1})


# Parts, records, decisions, issued, outputs.


def test_the_latest_accepted_part_is_the_one_in_force_that_day(ledger: Ledger, time: Time) -> None:
    with ledger.transaction() as tx:
        parts.add(tx, part_of(decided_in(tx, "a"), "accepted"))
    time.next_day()
    with ledger.transaction() as tx:
        parts.add(tx, part_of(decided_in(tx, "b"), "accepted"))
        parts.add(tx, part_of(decided_in(tx, "c"), "returned"))
        parts.add(tx, part_of(decided_in(tx, "d", source="precheck"), "accepted"))
    with ledger.reading() as db:
        now = parts.latest_accepted(db, "F1", "YSK", "")
        then = parts.latest_accepted(db, "F1", "YSK", "", TODAY)
        assert now
        assert then
        assert (then.arrival, now.arrival) == (1, 2)
        assert [one.arrival for one in parts.parts(db, form="F1", office="YSK")] == [1, 2, 3]
        assert [one.arrival for one in parts.parts(db, on=TODAY)] == [1]
        assert [one.arrival for one in parts.of_arrival(db, 4)] == [4]


def decided_in(tx, letter, *, source="office"):
    arrival = arrivals.claim(tx, Claim("表.xlsx", "", source, letter * 64, 1, 1, START))
    arrivals.decide(tx, arrival.id, Outcome("accepted"))
    return arrival


def test_records_say_what_they_said_on_a_day(ledger: Ledger, time: Time) -> None:
    with ledger.transaction() as tx:
        first = records.add(tx, "F1", "YSK", "", "YSK-2011-001")
        other = records.add(tx, "F1", "GKK", "", "GKK-2011-001")
        records.add_versions(tx, None, [version_of(first.id, "A"), version_of(other.id, "B")])
    time.next_day()
    with ledger.transaction() as tx:
        records.add_versions(tx, None, [version_of(first.id, "C")])
    with ledger.reading() as db:
        now = records.current_versions(db, "F1")
        then = records.current_versions(db, "F1", on=TODAY)
        assert [(one.number, one.level) for one in now] == [
            ("YSK-2011-001", "C"),
            ("GKK-2011-001", "B"),
        ]
        assert [one.payload["level"] for one in then] == ["A", "B"]
        assert [one.level for one in records.current_versions(db, "F1", office="GKK")] == ["B"]
        assert [one.level for one in records.history(db, first.id)] == ["A", "C"]
        assert records.current_versions(db, "F1", on=TODAY - timedelta(days=1)) == ()
        assert records.by_number(db, "F1", "GKK-2011-001") == other
        assert records.records(db, "F1", "YSK") == (first,)


def test_running_numbers_are_counted_by_office_and_year(ledger: Ledger) -> None:
    with ledger.transaction() as tx:
        for number in ("A_B-2011-009", "A_B-2011-010", "A_B-2012-077", "AXB-2011-099", None):
            records.add(tx, "F1", "", "", number)
    with ledger.reading() as db:
        assert records.last_number(db, "F1", "A_B", 2011) == 10
        assert records.last_number(db, "F1", "A_B", 2013) == 0
        assert records.last_number(db, "F2", "A_B", 2011) == 0


def test_a_number_is_never_given_twice(ledger: Ledger) -> None:
    with ledger.transaction() as tx:
        first = records.add(tx, "F1", "YSK", "", "YSK-2011-001")
        records.add(tx, "F2", "YSK", "", "YSK-2011-001")
    with pytest.raises(IntegrityError), ledger.transaction() as tx:
        records.add(tx, "F1", "GKK", "", "YSK-2011-001")
    with ledger.reading() as db:
        assert records.records(db, "F1") == (first,)


def test_issued_templates_are_found_by_their_number(ledger: Ledger) -> None:
    new = NewIssue("F1", "YSK", "", "R1", 1, "d" * 64, "n", "F1-YSK-2011-7F3C9A")
    with ledger.transaction() as tx:
        added = issuing.add(tx, new, "{}")
    with ledger.reading() as db:
        assert issuing.issued_by_number(db, new.form_number) == added
        assert issuing.issued_by_number(db, "F1-YSK-2011-000000") is None
        assert issuing.issued(db, form="F1", round_="R1") == (added,)
        assert issuing.issued(db, office="GKK") == ()
    with pytest.raises(IntegrityError), ledger.transaction() as tx:
        issuing.add(tx, new, "{}")


def test_every_version_of_a_template_is_kept_and_an_earlier_one_may_be_sent_again(
    ledger: Ledger,
) -> None:
    number = "F1-YSK-2011-7F3C9A"
    new = NewIssue("F1", "YSK", "", "R1", 1, "a" * 64, "", number)
    with ledger.transaction() as tx:
        issuing.add(tx, new, "one")
        issuing.reissue(tx, NewVersionSent(number, 2, "b" * 64, "two"))
        issuing.reissue(tx, NewVersionSent(number, 1, "a" * 64, "one again"))
    with ledger.reading() as db:
        sent = [(one.version, one.content) for one in issuing.versions(db, number)]
        assert sent == [(1, "one again"), (2, "two")]
        current = issuing.issued_by_number(db, number)
        assert current is not None
        assert (current.version, current.digest) == (1, "a" * 64)


def test_a_register_before_the_three_levels_keeps_what_was_in_force(tmp_path: Path) -> None:
    with open_ledger(tmp_path, clock=lambda: START) as old, old.transaction() as tx:
        one = records.add(tx, "FB1", "YSK", "", "YSK-2011-001")
        records.add_versions(tx, None, [version_of(one.id, "黄")])
        for name in ("raised", "fixed"):
            tx.connection.exec_driver_sql(f"ALTER TABLE record_version DROP COLUMN {name}")
        tx.connection.exec_driver_sql("UPDATE meta SET value = '3' WHERE key = 'schema'")
    with open_ledger(tmp_path, clock=lambda: START) as ledger, ledger.reading() as db:
        (known,) = records.current_versions(db, "FB1")
        assert (known.level, known.raised, known.fixed) == ("黄", "黄", "")


def test_a_register_of_the_first_schema_is_brought_up_to_date(tmp_path: Path) -> None:
    with open_ledger(tmp_path, clock=lambda: START) as old:
        number = decided(old).id
        with old.transaction() as tx:
            parts.add(tx, part_of(arrivals.get(tx.connection, number)))
            tx.connection.exec_driver_sql("DROP TABLE issued_version")
            tx.connection.exec_driver_sql("ALTER TABLE part DROP COLUMN at")
            tx.connection.exec_driver_sql("ALTER TABLE part DROP COLUMN until")
            tx.connection.exec_driver_sql("UPDATE meta SET value = '1' WHERE key = 'schema'")
    with open_ledger(tmp_path, clock=lambda: START) as ledger, ledger.reading() as db:
        assert issuing.versions(db, "F1-YSK-2011-7F3C9A") == ()
        assert [(one.at, one.until) for one in parts.of_arrival(db, number)] == [(START, None)]
        assert db.exec_driver_sql("SELECT value FROM meta WHERE key = 'schema'").scalar() == "4"


def test_the_last_thing_published_at_a_place_is_remembered(ledger: Ledger) -> None:
    with ledger.transaction() as tx:
        outputs.publish(tx, "纪检组/汇总/a.xlsx", "1" * 64, "group")
        outputs.publish(tx, "纪检组/汇总/a.xlsx", "2" * 64, "group")
        outputs.publish(tx, "纪检组/汇总_b.xlsx", "3" * 64, "group")
    with ledger.reading() as db:
        assert [one.sha256[0] for one in outputs.below(db, "纪检组/汇总")] == ["2"]
        assert len(outputs.below(db, "")) == 2
    with ledger.transaction() as tx:
        outputs.withdraw(tx, "纪检组/汇总/a.xlsx")
    with ledger.reading() as db:
        assert outputs.published(db, "纪检组/汇总/a.xlsx") is None


def test_decisions_are_kept_in_order(ledger: Ledger, time: Time) -> None:
    with ledger.transaction() as tx:
        first = decisions.add(tx, "李甲", "level", "YSK-2011-001", {"to": "A"})
    time.next_day()
    with ledger.transaction() as tx:
        second = decisions.add(tx, "李甲", "level", "YSK-2011-001", {"to": "B"})
    with ledger.reading() as db:
        assert decisions.decisions(db, "level", subject="YSK-2011-001") == (first, second)
        assert decisions.decisions(db, "level", on=TODAY) == (first,)


# Snapshots and backup.


def test_a_configuration_is_kept_once_and_comes_into_force_again(
    ledger: Ledger, time: Time
) -> None:
    old = snapshots.keep(ledger, "config", "config.toml", b"a = 1")
    assert snapshots.keep(ledger, "config", "config.toml", b"a = 1") == old
    time.next_day()
    new = snapshots.keep(ledger, "config", "config.toml", b"a = 2")
    time.next_day()
    snapshots.keep(ledger, "config", "config.toml", b"a = 1")
    with ledger.reading() as db:
        in_force = [
            snapshots.valid_on(db, "config", TODAY + timedelta(days=day)) for day in range(-1, 4)
        ]
        current = snapshots.current(db, "config")
        assert snapshots.by_hash(db, new)
        assert snapshots.current(db, "roster") is None
    assert [one and one.hash for one in in_force] == [None, old, new, old, old]
    assert current
    assert snapshots.read(ledger.archive, current) == b"a = 1"
    assert len(list((ledger.archive / "snapshots").iterdir())) == 2


@pytest.mark.long
def test_a_parsed_roster_is_kept_beside_its_snapshot(ledger: Ledger) -> None:
    kept = snapshots.keep(ledger, "roster", "roster.xlsx", b"PK")
    assert snapshots.parsed(ledger.archive, kept) is None
    snapshots.keep_parsed(ledger.archive, kept, '{"科室":[]}')
    assert snapshots.parsed(ledger.archive, kept) == '{"科室":[]}'
    assert (ledger.archive / "snapshots" / f"{kept}.xlsx").read_bytes() == b"PK"


def test_a_backup_taken_during_a_change_is_whole(ledger: Ledger) -> None:
    claim(ledger)
    with ledger.transaction() as tx:
        arrivals.claim(tx, Claim("x", "", "office", "b" * 64, 1, 1, START))
        copy = backup(ledger, TODAY)
    with closing(sqlite3.connect(copy)) as db:
        assert db.execute("SELECT count(*) FROM arrival").fetchone() == (1,)
    assert backup(ledger, TODAY) == copy
    assert [path.name for path in copy.parent.iterdir()] == ["register-2011-09-13.sqlite3"]


# Opening.


def test_a_newer_register_is_refused(tmp_path: Path) -> None:
    open_ledger(tmp_path, clock=clock.fixed(START)).close()
    with closing(sqlite3.connect(tmp_path / "register.sqlite3")) as db, db:
        db.execute("UPDATE meta SET value = '99'")
    with pytest.raises(StorageError, match="升级程序"):
        open_ledger(tmp_path, clock=clock.fixed(START))


def test_a_damaged_register_is_told_not_mended(tmp_path: Path) -> None:
    with open_ledger(tmp_path, clock=clock.fixed(START)) as ledger:
        for _ in range(50):
            claim(ledger)
    register = tmp_path / "register.sqlite3"
    register.write_bytes(register.read_bytes()[:4096] + b"\xff" * 60000)
    with pytest.raises(StorageError, match="备份"):
        open_ledger(tmp_path, clock=clock.fixed(START))


@pytest.mark.skipif(os.name != "posix", reason="POSIX rights")
def test_everything_in_the_archive_is_the_owners_alone(tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    archive.mkdir(mode=0o755)
    before = os.umask(0)
    try:
        with open_ledger(archive, clock=clock.fixed(START)) as ledger, ledger.writer():
            claim(ledger)
            snapshots.keep(ledger, "config", "config.toml", b"")
            backup(ledger, TODAY)
            found = [archive, *archive.rglob("*")]
            modes = {path: stat.S_IMODE(path.stat().st_mode) for path in found}
    finally:
        os.umask(before)
    assert {path for path, mode in modes.items() if mode & 0o077} == set()


def test_the_register_is_durable_and_checks_its_keys(ledger: Ledger) -> None:
    with ledger.reading() as db:
        pragmas = [
            db.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        ]
    assert pragmas == ["wal", 2, 1]
    with pytest.raises(IntegrityError), ledger.transaction() as tx:
        records.add_versions(tx, None, [version_of(4711, "A")])


@pytest.mark.parametrize("kind", ["cifs", "smb3", "nfs4"])
def test_an_archive_on_a_share_is_refused(
    tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(f"disk / ext4 rw 0 0\nserver {tmp_path}/a\\040share {kind} rw 0 0\n")
    monkeypatch.setattr(placement, "_MOUNTS", mounts)
    with pytest.raises(ConfigError, match="本机硬盘"):
        open_ledger(tmp_path / "a share" / "archive", clock=clock.fixed(START))
    assert not (tmp_path / "a share").exists()


@pytest.mark.parametrize(
    ("path", "refused"),
    [
        (r"\\server\share\archive", True),
        ("//server/share/archive", True),
        (r"\\?\UNC\server\share\archive", True),
        (r"\\?\D:\archive", False),
        (r"D:\archive", False),
        ("archive", False),
    ],
)
def test_windows_names_of_shares_are_known(path: str, refused: bool) -> None:  # noqa: FBT001
    assert placement.is_unc(path) is refused


# Locks.


def test_a_second_watcher_is_told_who_watches(tmp_path: Path) -> None:
    with (
        open_ledger(tmp_path, clock=clock.fixed(START)) as first,
        open_ledger(tmp_path, clock=clock.fixed(START)) as second,
    ):
        with first.watcher():
            with pytest.raises(BusyError, match=f"进程{os.getpid()}，2011-09-13 10:00起"):
                second.watcher().__enter__()
            with second.writer(), second.nightly(TODAY):
                claim(second)
        with second.watcher():
            pass


def test_two_nightly_runs_of_one_day_exclude_each_other(tmp_path: Path) -> None:
    with (
        open_ledger(tmp_path, clock=clock.fixed(START)) as first,
        open_ledger(tmp_path, clock=clock.fixed(START)) as second,
        first.nightly(TODAY),
    ):
        with pytest.raises(BusyError):
            second.nightly(TODAY).__enter__()
        with second.nightly(TODAY + timedelta(days=1)):
            pass


def test_the_writer_lock_may_be_taken_again_by_its_holder(ledger: Ledger) -> None:
    with ledger.writer(), ledger.writer():
        claim(ledger)


# Events and their mirror.


def filled(archive: Path, count: int = 6) -> tuple[Path, Head]:
    with open_ledger(archive, clock=clock.fixed(START)) as ledger:
        for _ in range(count):
            claim(ledger)
        return ledger.audit, ledger.head()


def reopened(archive: Path) -> list[str]:
    """Open and close; return the kinds of all events, after proving file and table equal."""
    with open_ledger(archive, clock=clock.fixed(START)) as ledger:
        assert events.verify(ledger.audit, ledger.head()) is None
        with ledger.reading() as db:
            assert events.first_difference(db, ledger.audit) is None
            return [event.kind for event in events.after(db, 0)]


def test_every_change_has_its_line(tmp_path: Path) -> None:
    audit, head = filled(tmp_path, 3)
    lines = [json.loads(line) for line in audit.read_bytes().splitlines()]
    assert [(line["seq"], line["kind"], line["arrival"]) for line in lines] == [
        (1, "claimed", 1),
        (2, "claimed", 2),
        (3, "claimed", 3),
    ]
    assert head.seq == 3
    assert events.verify(audit, head) is None


def test_a_flipped_byte_is_found_in_its_line(tmp_path: Path) -> None:
    audit, head = filled(tmp_path)
    whole = audit.read_bytes()
    for position in range(len(whole)):
        flipped = bytearray(whole)
        flipped[position] ^= 0x01
        audit.write_bytes(flipped)
        assert events.verify(audit, head) == whole.count(b"\n", 0, position) + 1
    audit.write_bytes(whole)
    assert events.verify(audit, head) is None


def test_lines_deleted_swapped_inserted_or_cut_off_are_found(tmp_path: Path) -> None:
    audit, head = filled(tmp_path)
    one, two, three, *rest = audit.read_bytes().splitlines(keepends=True)
    damages = {
        2: [one, three, *rest],
        1: [two, one, three, *rest],
        3: [one, two, two, three, *rest],
        6: [one, two, three, *rest[:-1]],
    }
    for line, damaged in damages.items():
        audit.write_bytes(b"".join(damaged))
        assert events.verify(audit, head) == line


def test_a_rewritten_chain_differs_from_the_register_and_from_the_anchor(tmp_path: Path) -> None:
    audit, head = filled(tmp_path)
    prev, forged = "", []
    with open_ledger(tmp_path, clock=clock.fixed(START)) as ledger, ledger.reading() as db:
        for event in events.after(db, 0):
            text = events.line(event, prev).replace("预算科".encode(), "国库科".encode())
            body = json.loads(text)
            body.pop("hash")
            text = events.line(
                event.__class__(event.seq, event.at, event.kind, event.arrival, body["payload"]),
                prev,
            )
            prev = events.head_of(text).sha256
            forged.append(text + b"\n")
        audit.write_bytes(b"".join(forged))
        assert events.verify(audit) is None
        assert events.verify(audit, head) == head.seq
        assert events.first_difference(db, audit) == 1


@pytest.mark.long
def test_a_torn_last_line_is_set_aside_and_recorded_at_every_byte(ledger: Ledger) -> None:
    claim(ledger)
    length = len(ledger.audit.read_bytes())
    for cut in range(1, length + 1):
        whole = ledger.audit.read_bytes()
        ledger.audit.write_bytes(whole[:-cut])
        ledger.catch_up()
        assert ledger.audit.read_bytes().startswith(whole)
        assert json.loads(ledger.audit.read_bytes().splitlines()[-1])["kind"] == "audit_torn"
    with ledger.reading() as db:
        assert events.verify(ledger.audit, ledger.head()) is None
        assert events.first_difference(db, ledger.audit) is None
        assert events.last_seq(db) == length + 1


def test_the_mirror_catches_up_with_events_committed_before_a_crash(
    tmp_path: Path,
) -> None:
    audit, _ = filled(tmp_path, 3)
    whole = audit.read_bytes()
    audit.write_bytes(whole[: whole.index(b"\n") + 1])
    assert reopened(tmp_path) == ["claimed"] * 3
    assert audit.read_bytes() == whole
    audit.unlink()
    assert reopened(tmp_path) == ["claimed"] * 3


def test_a_mirror_ahead_of_a_restored_register_is_set_aside_whole(tmp_path: Path) -> None:
    filled(tmp_path, 2)
    older = (tmp_path / "register.sqlite3").read_bytes()
    audit, _ = filled(tmp_path, 2)
    newer = audit.read_bytes()
    (tmp_path / "register.sqlite3").write_bytes(older)
    assert reopened(tmp_path) == ["claimed", "claimed", "audit_ahead"]
    aside = next((tmp_path / "audit-aside").iterdir())
    assert aside.read_bytes() == newer


def test_a_tail_of_zeros_after_power_loss_is_set_aside(tmp_path: Path) -> None:
    audit, _ = filled(tmp_path, 2)
    audit.write_bytes(audit.read_bytes() + b"\x00" * 5000)
    assert reopened(tmp_path) == ["claimed", "claimed", "audit_torn"]


def test_two_processes_may_write_events_in_turn(tmp_path: Path) -> None:
    with (
        open_ledger(tmp_path, clock=clock.fixed(START)) as first,
        open_ledger(tmp_path, clock=clock.fixed(START)) as second,
    ):
        for ledger in (first, second, second, first):
            claim(ledger)
    assert reopened(tmp_path) == ["claimed"] * 4
