"""What a file is and carries besides its cells: told to the office, with the answer it gets."""

from __future__ import annotations

import io
import zipfile

import pytest
from binary_books import binary_book
from journeys import TWO

from pipeline.findings import CATALOGUE
from pipeline.model import KINDS, Reading
from pipeline.steps.besides import besides
from pipeline.steps.nightly import night_report
from pipeline.steps.progress import overview

PDF = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"


def told(kind="xlsx", extras=(), name="", *, blind=False):
    reading = Reading(kind=kind, sheets=(), extras=extras, blind=blind)
    return [(finding.code, finding.value) for finding in besides(reading, name)]


def carrying(content, **parts):
    """The workbook with more parts in its package."""
    target = io.BytesIO(content)
    with zipfile.ZipFile(target, "a") as package:
        for name, part in parts.items():
            package.writestr(f"xl/{name}", part)
    return target.getvalue()


# Kinds of files.


def test_a_scanned_page_is_kept_as_an_original_and_the_office_told(bureau):
    outcome = bureau.hand_in(PDF, "附表1签字页.pdf")
    assert (outcome.verdict, outcome.reason) == ("returned", "SCAN")
    originals = bureau.workspace.ledger.originals
    assert originals.original(outcome.arrival.sha256).read_bytes() == PDF
    assert "退回（扫描件已存）" in outcome.answer.name
    assert CATALOGUE["SCAN"].said in outcome.answer.read_text("utf-8")


def test_the_night_says_why_a_file_without_findings_was_returned(bureau):
    bureau.hand_in(PDF, "附表1签字页.pdf")
    day = bureau.workspace.today
    night = night_report(bureau.workspace, day, overview(bureau.workspace, day))
    assert [(one.file, one.must, one.said) for one in night.returned] == [
        ("附表1签字页.pdf", 0, CATALOGUE["SCAN"].said)
    ]


@pytest.mark.long
@pytest.mark.parametrize(
    ("content", "name", "reason"),
    [
        (b"{\\rtf1 x}", "附表1.doc", "WORD_FILE"),
        ("岗位,等级".encode("gb18030"), "附表1.csv", "TEXT_FILE"),
        (b"Rar!\x1a\x07\x01\x00", "附表1.rar", "OTHER_ARCHIVE"),
    ],
)
def test_another_kind_of_file_is_quarantined_and_told_by_its_kind(bureau, content, name, reason):
    outcome = bureau.hand_in(content, name)
    assert (outcome.verdict, outcome.reason) == ("quarantined", reason)
    assert CATALOGUE[reason].said in outcome.answer.read_text("utf-8")


# What else is in a workbook.


@pytest.mark.long
def test_macros_pictures_and_the_extension_are_told_and_the_file_is_accepted(bureau, returned):
    content = carrying(returned(TWO), **{"vbaProject.bin": b"x", "media/image1.png": b"x"})
    outcome = bureau.hand_in(content)
    assert (outcome.verdict, outcome.reason) == ("accepted", "OK")
    assert [(one.code, one.value) for one in outcome.findings] == [
        ("F121", ""),
        ("F122", "图片"),
        ("F123", "xlsm"),
    ]


@pytest.mark.long
def test_a_plain_form_carries_nothing_to_tell(bureau, returned):
    assert bureau.hand_in(returned(TWO)).findings == ()


def test_everything_that_is_not_read_is_named_in_one_sentence():
    extras = ("links", "embedded", "charts", "shapes", "pictures", "comments")
    assert told(extras=extras) == [("F122", "批注、图片、文本框、图表、嵌入对象、外部链接")]


@pytest.mark.parametrize(
    ("kind", "extras", "name"),
    [
        ("xlsx", (), "附表1.XLSX"),
        ("xlsx", (), ""),
        ("xlsx", ("macros",), "附表1.xlsm"),
        ("xlsb", (), "附表1.xlsb"),
        ("xls", (), "附表1.xls"),
        ("xls", (), "附表1.et"),
        ("xls", ("macros",), "附表1.xls"),
        ("ods", (), "附表1.ods"),
    ],
)
def test_the_usual_extension_of_a_file_is_no_matter(kind, extras, name):
    assert "F123" not in [code for code, _ in told(kind, extras, name)]


@pytest.mark.parametrize(
    ("kind", "extras", "name", "usual"),
    [
        ("xls", (), "附表1.xlsx", "xls"),
        ("xlsx", (), "附表1.xls", "xlsx"),
        ("xlsx", (), "附表1.xlsm", "xlsx"),
        ("xlsx", ("macros",), "附表1.xlsx", "xlsm"),
        ("ods", (), "附表1.xlsx", "ods"),
        ("xlsb", (), "附表1", "xlsb"),
    ],
)
def test_a_wrong_extension_is_told_with_the_right_one(kind, extras, name, usual):
    assert ("F123", usual) in told(kind, extras, name)


def test_what_cannot_be_seen_in_a_format_is_said():
    assert told("xlsb", name="附表1.xlsb", blind=True) == [("F124", "xlsb")]


@pytest.mark.long
def test_a_binary_workbook_is_read_and_says_what_could_not_be_seen(bureau, returned):
    outcome = bureau.hand_in(binary_book(returned(TWO)), "附表1.xlsb")
    assert ("F124", "xlsb") in [(one.code, one.value) for one in outcome.findings]
    assert [version.payload["risk_point"] for version in bureau.register()] == [
        "收入不入账",
        "拨款无依据",
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_a_usual_extension(kind):
    assert told(kind, name=f"附表1.{kind}") == []
