"""A zip that an office hands in: unpacked safely, its members answered one by one."""

from __future__ import annotations

import io
import os
import struct
import zipfile
import zlib

import pytest
from journeys import TWO, copied, opened, sheet_texts
from packages import hand_made, ordinary, zipped
from test_conservation import DIED, at_operation, child, die, ended

from pipeline.errors import StorageError
from pipeline.ledger import arrivals
from pipeline.model import Archive, Unreadable
from pipeline.reading.archive import unpack
from pipeline.reading.codec import decode
from pipeline.reading.limits import KIB, Limits, Refusal
from pipeline.reading.pool import ReadingPool
from pipeline.reading.worker import answer
from pipeline.steps import receive as receiving
from pipeline.steps.check import check
from pipeline.steps.run import preview

pytestmark = pytest.mark.alone

BOOK = ordinary(3, 3)
WRONG = "风险点 | 风险等级\n收入不入账 | 绿"


def written(*entries: tuple[zipfile.ZipInfo, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for info, content in entries:
            archive.writestr(info, content)
    return target.getvalue()


def renamed(data: bytes, old: bytes, new: bytes) -> bytes:
    """Return a zip with raw bytes for a name, as a program of another code page writes it."""
    assert len(old) == len(new)
    return data.replace(old, new)


def outcome(tmp_path, data: bytes, limits: Limits | None = None):
    place = tmp_path / "报送.zip"
    place.write_bytes(data)
    return decode(answer(place, limits or Limits()))


def refused(tmp_path, data: bytes, limits: Limits | None = None) -> str:
    told = outcome(tmp_path, data, limits)
    assert isinstance(told, Unreadable)
    return told.reason


# What the reading process says of a zip.


def test_a_zip_of_workbooks_is_told_by_its_members(tmp_path):
    told = outcome(tmp_path, zipped({"预算科/附表1.xlsx": BOOK, "说明.txt": b"x"}))
    assert told == Archive(("预算科/附表1.xlsx", "说明.txt"))


def test_a_workbook_is_no_archive(tmp_path):
    assert not isinstance(outcome(tmp_path, hand_made()), Archive)
    assert refused(tmp_path, zipped({"[Content_Types].xml": "", "word/document.xml": ""})) == (
        "WORD_FILE"
    )


@pytest.mark.parametrize("folder", ["word", "xl", "PPT"])
def test_a_folder_that_is_called_like_a_part_of_a_program_makes_no_package(tmp_path, folder):
    parts = {f"{folder}/说明.docx": b"x", "附表1.xlsx": BOOK}
    assert outcome(tmp_path, zipped(parts)) == Archive(tuple(parts))


def test_what_programs_and_systems_leave_in_a_zip_is_passed_over(tmp_path):
    left = ("__MACOSX/._附表1.xlsx", ".DS_Store", "a/Thumbs.db", "desktop.ini", "~$附表1.xlsx")
    parts = {"a/": b"", **dict.fromkeys(left, b"x"), "a/附表1.xlsx": BOOK}
    assert outcome(tmp_path, zipped(parts)) == Archive(("a/附表1.xlsx",))


def test_a_zip_without_any_file_is_told(tmp_path):
    assert refused(tmp_path, zipped({})) == "ARCHIVE_EMPTY"
    assert refused(tmp_path, zipped({"预算科/": b"", ".DS_Store": b"x"})) == "ARCHIVE_EMPTY"


NAME = "附表1_预算科.xlsx"


@pytest.mark.parametrize("encoding", ["gbk", "utf-8"])
def test_a_chinese_name_without_the_flag_is_read_as_it_was_written(tmp_path, encoding):
    raw = NAME.encode(encoding)
    data = renamed(zipped({"x" * len(raw): BOOK}), b"x" * len(raw), raw)
    assert outcome(tmp_path, data) == Archive((NAME,))


def test_the_unicode_path_of_info_zip_counts(tmp_path):
    raw = b"____.xlsx"
    field = struct.pack("<BL", 1, zlib.crc32(raw)) + NAME.encode()
    info = zipfile.ZipInfo(raw.decode())
    info.extra = struct.pack("<HH", 0x7075, len(field)) + field
    assert outcome(tmp_path, written((info, BOOK))) == Archive((NAME,))


def test_a_name_of_no_known_code_page_is_kept_as_it_is(tmp_path):
    data = renamed(zipped({"xxxx.xlsx": BOOK}), b"xxxx.xlsx", b"\xff\xff\xff\xff.xlsx")
    told = outcome(tmp_path, data)
    assert isinstance(told, Archive)
    assert told.members[0].endswith(".xlsx")


def test_names_that_differ_only_in_case_are_two_members(tmp_path):
    assert outcome(tmp_path, zipped({"a.xlsx": BOOK, "A.xlsx": BOOK})) == Archive(
        ("a.xlsx", "A.xlsx")
    )


@pytest.mark.parametrize(
    "name",
    [
        *("../a.xlsx", "a/../../b.xlsx", "/etc/a.xlsx", "C:/a.xlsx", "..\\a.xlsx", "\\\\s\\a.xlsx"),
        *("a\x1b[2J.xlsx", "附表\u202exslx.exe", "a\nb.xlsx"),
    ],
)
def test_a_zip_with_an_unsafe_name_is_not_unpacked(tmp_path, name):
    assert refused(tmp_path, zipped({"附表1.xlsx": BOOK, name: b"x"})) == "ARCHIVE_UNSAFE"


def test_a_zip_with_a_link_is_not_unpacked(tmp_path):
    link = zipfile.ZipInfo("a.xlsx")
    link.external_attr = 0o120777 << 16
    assert refused(tmp_path, written((link, b"/etc/hosts"))) == "ARCHIVE_UNSAFE"


def test_a_zip_packed_by_an_unknown_method_is_not_unpacked(tmp_path):
    data = zipped({"a.xlsx": BOOK}, zipfile.ZIP_LZMA)
    assert refused(tmp_path, data) == "ARCHIVE_UNSAFE"


def test_a_zip_with_a_password_is_told(tmp_path):
    data = bytearray(zipped({"a.xlsx": BOOK}))
    data[6] |= 1
    data[data.rfind(b"PK\x01\x02") + 8] |= 1
    assert refused(tmp_path, bytes(data)) == "ENCRYPTED"


def test_a_bomb_is_never_inflated(tmp_path):
    assert refused(tmp_path, zipped({"a.xls": b"\x00" * (20 * 1024 * KIB)})) == "BOMB"
    many = zipped({f"{n}.xlsx": b"" for n in range(12)})
    assert refused(tmp_path, many, Limits(entries=11)) == "BOMB"
    large = zipped({f"{n}.xlsx": os.urandom(60 * KIB) for n in range(3)})
    assert refused(tmp_path, large, Limits(total=150 * KIB)) == "TOO_BIG"


def test_a_damaged_member_is_told(tmp_path):
    data = zipped({"a.xlsx": b"abcdef" * 99}, zipfile.ZIP_STORED)
    broken = data.replace(b"abcdefabc", b"abcdefabX", 1)
    assert refused(tmp_path, broken) == "DAMAGED"


def test_a_member_whose_size_lies_is_refused():
    data = bytearray(zipped({"a.xlsx": b"a" * 5000}))
    at = data.rfind(b"PK\x01\x02") + 24
    data[at : at + 4] = struct.pack("<L", 4000)
    with pytest.raises(Refusal, match="DAMAGED"):
        list(unpack(bytes(data), Limits()))


# The whole way.


def rows(circle):
    with circle.workspace.ledger.reading() as db:
        return arrivals.decided_by(db, circle.workspace.today)


def test_every_member_of_a_zip_is_answered_by_itself(bureau, returned):
    zip_ = zipped({"预算科.xlsx": returned(TWO), "国库科.xlsx": returned(WRONG, "GKK")})
    bureau.drop(zip_, "报送.zip", "")
    whole, mine, other = bureau.receive()
    assert (whole.verdict, whole.reason, whole.part) == ("accepted", "UNPACKED", None)
    assert (mine.verdict, mine.part.office) == ("accepted", "YSK")
    assert (other.verdict, other.part.office) == ("returned", "GKK")
    assert [one.arrival.parent for one in (mine, other)] == [whole.arrival.id] * 2
    assert "2-退回修改" in other.answer.parts
    told = whole.answer.read_text("utf-8")
    assert "内有2个文件" in told
    assert "国库科.xlsx，收件编号3" in told
    assert "已拆开" in whole.answer.name
    original = bureau.workspace.ledger.originals.original(whole.arrival.sha256)
    assert original.read_bytes() == zip_
    assert list(bureau.inbox.rglob("*.*")) == []


def test_an_answer_to_a_member_names_its_zip(bureau, returned):
    bureau.drop(zipped({"附表1.xlsx": returned(WRONG)}), "报送.zip")
    _, member = bureau.receive()
    told = "".join(sheet_texts(member.answer)["问题清单"][2])
    assert told == "原文件名：附表1.xlsx（来自压缩包“报送.zip”，收件编号1）"


def test_the_zip_is_not_counted_as_a_form(bureau, returned):
    bureau.drop(zipped({"附表1.xlsx": returned(TWO)}), "报送.zip")
    counts = bureau.run().counts
    assert (counts["accepted"], counts["unpacked"]) == (1, 1)


def test_a_folder_inside_a_zip_from_the_root_hints_at_the_office(bureau):
    bureau.drop(zipped({"国库科/说明.txt": b"letter"}), "报送.zip", "")
    _, letter = bureau.receive()
    assert letter.arrival.folder == "国库科"
    assert any("国库科" in part for part in letter.answer.parts)


def test_a_zip_sent_again_has_its_members_decided_anew(bureau, returned):
    content = zipped({"a.xlsx": returned(TWO), "b.xlsx": returned(WRONG, "GKK")})
    bureau.drop(content, "报送.zip")
    bureau.run()
    bureau.drop(content, "报送.zip")
    whole, first, second = bureau.receive()
    assert whole.reason == "UNPACKED"
    assert (first.reason, second.reason) == ("DUPLICATE", "FINDINGS")
    assert bureau.numbers() == ["YSK-2011-001", "YSK-2011-002"]


def test_the_same_file_in_two_folders_of_a_zip_counts_twice(bureau):
    bureau.drop(zipped({"a/说明.txt": b"x", "b/说明.txt": b"x"}), "报送.zip")
    assert len(bureau.receive()) == 3


def test_a_zip_inside_a_zip_is_not_opened(bureau, returned):
    inner = zipped({"附表1.xlsx": returned(TWO)})
    bureau.drop(zipped({"内.zip": inner}), "报送.zip")
    _, nested = bureau.receive()
    assert (nested.verdict, nested.reason) == ("quarantined", "ARCHIVE_NESTED")
    assert bureau.register() == []


def test_a_prechecked_zip_files_nothing(bureau, returned):
    bureau.drop(zipped({"附表1.xlsx": returned(TWO)}), "报送.zip", "预算科/预检")
    whole, member = bureau.receive()
    assert (whole.arrival.source, member.arrival.source) == ("precheck", "precheck")
    assert "预检" in member.answer.name
    assert bureau.register() == []


def test_what_lies_in_a_precheck_folder_of_a_zip_is_not_handed_in(bureau, returned):
    parts = {"预检/附表1.xlsx": returned(TWO), "附表1.xlsx": returned(WRONG, "GKK")}
    bureau.drop(zipped(parts), "报送.zip")
    whole, handed_in, tried = bureau.receive()
    sources = [one.arrival.source for one in (whole, handed_in, tried)]
    assert sorted(sources) == ["office", "office", "precheck"]
    assert bureau.register() == []


def test_a_zip_handed_in_before_midnight_is_in_time(bureau, returned):
    bureau.drop(zipped({"附表1.xlsx": returned(TWO)}), "报送.zip")
    whole, member = bureau.receive()
    assert member.arrival.claimed_at == whole.arrival.claimed_at


def test_check_and_the_dry_run_look_into_a_zip(bureau, returned):
    place = bureau.drop(zipped({"a/附表1.xlsx": returned(WRONG), "b.zip": zipped({"c": b""})}), "x")
    told = [(one.file, one.verdict, one.reason) for one in preview(bureau.workspace, bureau.pool)]
    assert told == [
        (str(place), "accepted", "UNPACKED"),
        (f"{place}/a/附表1.xlsx", "returned", "FINDINGS"),
        (f"{place}/b.zip", "quarantined", "ARCHIVE_NESTED"),
    ]
    assert [one.file for one in check(bureau.workspace, bureau.pool, [place])] == [
        file for file, *_ in told
    ]
    assert place.exists()
    assert rows(bureau) == ()


# A crash anywhere, the law by hand: one arrival a member, one record a row.


class Inline(ReadingPool):
    """Reads in this process: a forked child has no reading processes of its own."""

    def __init__(self) -> None:
        """Start nothing."""

    def read(self, paths):
        yield from (decode(answer(path, Limits())) for path in paths)


def live(root) -> None:
    circle = opened(root, Inline())
    with circle.workspace:
        circle.run()


def crashed(root, number) -> bool:
    """Kill a run at one operation; tell whether there was such an operation."""

    def life() -> None:
        at_operation(number, die)
        live(root)

    code = ended(child(life))
    assert code in {0, DIED}
    return code == DIED


def law(root, members) -> None:
    assert ended(child(lambda: live(root))) == 0
    circle = opened(root, Inline())
    with circle.workspace:
        came = rows(circle)
        assert sorted(one.name for one in came) == sorted(["报送.zip", *members])
        assert {one.state for one in came} == {"removed"}
        assert all(one.answer for one in came)
        assert circle.numbers() == ["YSK-2011-001", "YSK-2011-002"]
        archive = circle.workspace.paths.archive
        blobs = [path.name for path in (archive / "originals").rglob("*") if path.is_file()]
        assert sorted(blobs) == sorted({one.sha256 for one in came})
        assert [path for path in (archive / "work").rglob("*") if path.is_file()] == []


def crash_each(prepared, tmp_path, content, first, step) -> None:
    number = first
    members = ["a.xlsx", "b.xlsx"]
    while True:
        root = copied(prepared, tmp_path / str(number))
        (root / "inbox").mkdir(exist_ok=True)
        (root / "inbox" / "报送.zip").write_bytes(content)
        died = crashed(root, number)
        law(root, members)
        if not died:
            break
        number += step
    assert number > 100


@pytest.fixture
def zipped_forms(returned):
    return zipped({"a.xlsx": returned(TWO), "b.xlsx": returned(WRONG, "GKK")})


@pytest.mark.long
@pytest.mark.parametrize(
    "broken", [(receiving, "decide_block"), (arrivals, "claim")], ids=["decided", "rows"]
)
def test_a_zip_unpacked_halfway_is_unpacked_again_and_doubles_nothing(
    bureau, zipped_forms, monkeypatch, broken
):
    bureau.drop(zipped_forms, "报送.zip")
    real = getattr(*broken)

    def torn(*told):
        if told[1] if broken[0] is receiving else told[1].parent:
            raise StorageError
        return real(*told)

    with monkeypatch.context() as patched:
        patched.setattr(*broken, torn)
        with pytest.raises(StorageError):
            bureau.run()
    assert [one.arrival.name for one in bureau.receive()] == ["报送.zip", "a.xlsx", "b.xlsx"]
    assert bureau.numbers() == ["YSK-2011-001", "YSK-2011-002"]
    archive = bureau.workspace.paths.archive
    assert [path for path in (archive / "work").rglob("*") if path.is_file()] == []


@pytest.mark.long
@pytest.mark.parametrize("first", [1, 2, 3, 4])
def test_no_crash_while_a_zip_is_unpacked_doubles_anything(
    prepared_alone, tmp_path, zipped_forms, first
):
    crash_each(prepared_alone, tmp_path, zipped_forms, first, 4)
