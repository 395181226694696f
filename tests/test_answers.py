"""Answers as people meet them: names, receipts, what comes next, what moves to 历史/."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from datetime import date

import pytest
from journeys import TWO, sheet_texts
from pypdf import PdfReader
from test_site import receipt

from pipeline.ledger import outputs
from pipeline.site import receipt_page
from pipeline.steps.issue import Wanted, issue_templates

WRONG = """
    风险点 | 风险等级
    收入不入账 | 绿
    拨款无依据 | 蓝
"""
ASKED = """
    风险点 | B角
    收入不入账 | 无名氏
"""
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)


def listed(outcome):
    """Return the lines of the receipt block on top of 问题清单."""
    rows = sheet_texts(outcome.answer)["问题清单"]
    return [row[0] for row in rows if row and row[0]]


def named(outcome):
    """Return the names of what lies beside an answer."""
    return sorted(path.name for path in outcome.answer.parent.iterdir())


def told(outcome):
    return re.sub(r"<[^>]+>|\n", "", outcome.answer.read_text("utf-8"))


def whom_to_ask(bureau):
    who = bureau.workspace.settings.bureau
    return f"联系人{who.contact}，电话{who.phone}。"


@pytest.mark.long
def test_a_returned_table_says_what_to_do_by_when_and_whom_to_ask(bureau, returned):
    outcome = bureau.hand_in(returned(WRONG))
    assert re.fullmatch(r"附表1_预算科_退回修改2处_\d{4}-\d{4}\.xlsx", outcome.answer.name)
    assert (
        "有2处必改。请直接在本文件中修改保存，放回报送文件夹，不必另填新表。"
        f"请于9月16日前重报。{whom_to_ask(bureau)}"
    ) in listed(outcome)
    assert "下一个期限：附表1（防控轮）2011年9月18日（当天24时以前）。" in listed(outcome)


def test_the_accepted_workbook_lies_beside_its_receipt_with_its_questions(bureau, returned):
    outcome = bureau.hand_in(returned(ASKED))
    assert outcome.answer.parent.name == "3-已收"
    kinds = [name.split("_")[2] for name in named(outcome)]
    assert sorted(kinds) == ["回执", "已收请核实1项"]
    assert (
        "已收，请核实1项。请在“情况说明”写明（不少于6个字），于9月20日前报回。"
        f"{whom_to_ask(bureau)}"
    ) in listed(outcome)
    assert sheet_texts(outcome.answer)["附表1"]


def test_an_accepted_table_without_questions_says_so_in_words(bureau, returned):
    clean = bureau.hand_in(returned(TWO))
    assert f"已收。{whom_to_ask(bureau)}" in listed(clean)
    assert "下一个期限：没有后续期限。" in listed(clean)
    assert "没有发现问题。" in listed(clean)


@pytest.mark.long
def test_a_date_that_is_past_asks_to_hurry_and_after_the_campaign_nothing_is_due(bureau, returned):
    bureau.later(days=7)
    assert "2011年9月18日（已过，请尽快报送）" in "".join(listed(bureau.hand_in(returned(WRONG))))
    bureau.later(days=60)
    late = bureau.hand_in(returned(WRONG.replace("绿", "紫")))
    assert "下一个期限：没有后续期限。" in listed(late)


@pytest.mark.parametrize("content", [b"no workbook", b"%PDF-1.4\n%%EOF\n", b""])
def test_a_file_that_is_no_form_names_the_form_to_use_and_where_it_lies(bureau, content):
    bureau.later(minutes=30)
    bureau.drop(content, "我的表.xlsx")
    bureau.run()
    bureau.later(minutes=30)
    bureau.run()
    outcome = bureau.outcome(1)
    assert "在“1-待填表”文件夹，是“附表1_预算科_防控.xlsx”。" in told(outcome)
    assert whom_to_ask(bureau) in told(outcome)
    assert "下一个期限：附表1（防控轮）2011年9月18日" in told(outcome)


def test_where_no_form_was_issued_the_contact_has_it(bureau):
    office = bureau.workspace.roster.by_code["YSK"]
    with bureau.workspace.ledger.transaction() as tx:
        for path in bureau.workspace.paths.for_office(office, "1-待填表").iterdir():
            outputs.withdraw(tx, path.relative_to(bureau.workspace.paths.outbox).as_posix())
    assert "文件夹里还没有，请向联系人索取。" in told(bureau.hand_in(b"no workbook"))


def test_a_file_of_nobody_is_told_of_no_folder(bureau):
    outcome = bureau.hand_in(b"no workbook", folder="别处")
    assert "1-待填表" not in told(outcome)


def test_what_came_in_a_zip_is_answered_like_any_other_and_names_it(bureau, returned):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as box:
        box.writestr("甲.xlsx", returned(WRONG))
        box.writestr("乙.docx", b"no workbook")
    bureau.drop(packed.getvalue(), "全部.zip")
    _, good, bad = bureau.receive()
    assert any("来自压缩包“全部.zip”" in line for line in listed(good))
    assert "来自压缩包“全部.zip”" in told(bad)
    assert "“附表1_预算科_防控.xlsx”" in told(bad)


@pytest.mark.long
def test_older_answers_lie_in_the_history_and_none_is_lost_to_a_name(bureau, returned):
    for word in ("绿", "蓝", "紫"):  # within one minute: the same name each time
        bureau.drop(returned(WRONG.replace("蓝", word)))
        bureau.run()
    last = bureau.hand_in(returned(TWO))
    assert [name.split("_")[2] for name in named(last)] == ["回执", "已收"]
    office = last.answer.parent.parent
    assert list((office / "2-退回修改").iterdir()) == []
    assert len(list((office / "历史").glob("附表1_预算科_退回修改*.xlsx"))) == 3


@pytest.mark.long
def test_the_answer_to_a_whole_office_leaves_those_to_single_persons(bureau, returned):
    bureau.hand_in(returned(TWO))
    first, second = list(bureau.issued())[:2]
    one = bureau.hand_in(bureau.pledged(first, duties=""), f"{first}.xlsx")
    other = bureau.hand_in(bureau.pledged(second, duties=""), f"{second}.xlsx")
    assert f"_{first}_退回修改1处_" in one.answer.name
    assert (one.answer.exists(), other.answer.exists()) == (True, True)
    *_, sent = issue_templates(bureau.workspace, Wanted(("YSK",), "control", together=True))
    blank = bureau.hand_in(sent.outbox.read_bytes(), "全科.xlsx")
    assert blank.reason == "NO_DATA"
    assert (one.answer.exists(), other.answer.exists()) == (True, True)
    later = bureau.hand_in(bureau.pledged(first), f"{first}.xlsx")
    assert later.verdict == "accepted"
    assert (one.answer.exists(), other.answer.exists()) == (False, True)


# The receipt on paper


@pytest.mark.browser
@pytest.mark.parametrize("person", ["", "；".join(f"同事{n}：退回修改3处" for n in range(30))])
def test_a_receipt_prints_on_one_page(tmp_path, person):
    assert CHROMIUM, "make check-all needs Chromium"
    page = tmp_path / "receipt.html"
    made = receipt(person=person, file="很长的文件名" * 12 + ".xlsx", due=date(2011, 9, 18))
    page.write_text(receipt_page(made), "utf-8")
    printed = tmp_path / "receipt.pdf"
    options = ("--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer")
    subprocess.run(
        [
            CHROMIUM,
            *options,
            f"--user-data-dir={tmp_path / 'profile'}",
            f"--print-to-pdf={printed}",
            page.as_uri(),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    assert len(PdfReader(printed).pages) == 1
