"""`check` without a workspace: the file's own words, the rest by default, nothing written."""

from __future__ import annotations

import json
import zipfile
from dataclasses import replace

import pytest
from commands import in_process, tree
from journeys import NOON, TWO, rows_of, without_stamp
from test_template import POSTS, SCOPE, issued

from pipeline.forms import FORMS
from pipeline.forms.kind import Scope
from pipeline.reading.guard import inspect
from pipeline.reading.limits import Limits
from pipeline.rehearsal import fill
from pipeline.rehearsal.clerk import open_desk, save
from pipeline.settings.lone import lone_settings
from pipeline.steps.alone import SKIPPED, check_alone
from pipeline.steps.check import check as check_within
from pipeline.workbook.offered import offered_in
from pipeline.workbook.reader import read
from pipeline.workbook.template import write_template

# What cannot be told without roster, register, key and what was issued.
LEFT = {"F105", "F106", "F107", "F108", "F111", "F113", "F114", "F115", "F116", "F117", "F119"}
LEFT |= {"F307", "F308", "F310", "F313", "F401", "F402", "F406", "F407", "F408"}
NOW = ("--now", "2011-09-13T20:00")
WRONG = """
    风险点 | 风险等级 | 岗位名称 | 权力子类
    收入不入账 | 绿 | 火箭岗 | 财务管理权
    拨款无依据 | 红/黄 | | 收入减免权
"""
OTHER_WORDS = """
[[vocabulary.levels]]
name = "甲级"
aliases = ["一级"]
[[vocabulary.levels]]
name = "乙级"
[[vocabulary.consequences]]
name = "可能构成违法或犯罪"
implies = "甲级"
[[vocabulary.powers]]
name = "审批类"
[[vocabulary.powers]]
name = "监管类"
[[vocabulary.subpowers]]
name = "发证权"
parent = "审批类"
[[vocabulary.subpowers]]
name = "巡查权"
parent = "监管类"
"""


@pytest.fixture
def yigang(capfd, monkeypatch):
    return in_process(capfd, monkeypatch)


@pytest.fixture
def place(tmp_path, monkeypatch):
    """Return an empty folder in which one stands."""
    folder = tmp_path / "somewhere"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def codes(report):
    """Return what was found, as (code, cell), without what alone is left out."""
    (part,) = report.parts
    return {(one.code, one.place.cell) for one in part.findings if one.code not in LEFT}


@pytest.mark.long
def test_a_file_alone_is_told_the_same_as_within_its_workspace(bureau, returned, place):
    path = place / "表.xlsx"
    path.write_bytes(returned(WRONG))
    (within,) = check_within(bureau.workspace, bureau.pool, [path])
    (alone,) = check_alone([path], lambda: NOON)
    assert codes(alone) == codes(within)
    assert {code for code, _ in codes(alone)} >= {"F202", "F203", "F209", "F301"}
    assert (alone.verdict, alone.reason) == (within.verdict, within.reason)
    assert alone.parts[0].office == "预算科"
    assert alone.parts[0].repairs == within.parts[0].repairs


@pytest.mark.long
def test_a_table_of_the_first_round_is_asked_for_no_more_than_that(returned, place):
    path = place / "表.xlsx"
    path.write_bytes(returned("风险点 | 防控措施\n收入不入账 |", round_="screening"))
    (alone,) = check_alone([path], lambda: NOON)
    assert codes(alone) == set()


@pytest.mark.long
def test_a_person_s_form_alone_is_told_the_same_as_within_its_workspace(bureau, returned, place):
    bureau.hand_in(returned(TWO))
    name = next(iter(bureau.issued()))
    good, bad = place / "好.xlsx", place / "差.xlsx"
    good.write_bytes(bureau.pledged(name))
    bad.write_bytes(bureau.pledged(name, duties=""))
    told = list(check_alone([good, bad], lambda: NOON))
    within = list(check_within(bureau.workspace, bureau.pool, [good, bad]))
    assert [codes(report) for report in told] == [codes(report) for report in within]
    assert [report.verdict for report in told] == ["accepted", "returned"]
    assert [report.parts[0].person for report in told] == [name, name]


def reading_of(content):
    return read(content, inspect(content, Limits()))


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.code)
def test_the_lists_of_a_template_are_read_back_as_they_were_offered(form):
    issue = issued(OTHER_WORDS, form=form)
    found = offered_in(reading_of(write_template(issue)), issued(form=form).form)
    offered = {
        entry.kind.vocabulary.key: entry.kind.options(SCOPE)
        for section in issue.form.sections
        for entry in section.fields
        if not entry.derived and entry.kind.vocabulary and entry.kind.options(SCOPE)
    }
    assert (dict(found.words) if found else {}) == offered
    assert not found or found.posts == POSTS


def test_lists_of_an_office_of_nobody_are_known_by_their_places_too():
    issue = replace(issued(), scope=Scope(year=2026))
    found = offered_in(reading_of(write_template(issue)), issue.form)
    assert found
    assert found.words["levels"] == issue.settings.levels.names
    assert found.posts == ()


def test_lists_that_do_not_fit_the_form_tell_nothing():
    extra = '[[columns]]\nform = "附表1"\nheader = "办理渠道"\nkind = "choice"\n'
    extra += 'vocabulary = "ways"\n[[vocabulary.ways]]\nname = "窗口"\n'
    content = write_template(issued(extra))
    assert offered_in(reading_of(content), issued().form) is None


def test_words_of_the_workbook_keep_what_the_defaults_know_of_them():
    usual = lone_settings(2026, {}, {})
    own = lone_settings(
        2026,
        {"levels": ("红", "蓝"), "subpowers": ("发证权",), "powers": ("审批类",)},
        {"subpowers": {"发证权": "审批类"}},
    )
    assert own.levels.terms[0] == usual.levels.terms[0]
    assert [(term.name, term.rank) for term in own.levels.terms] == [("红", 1), ("蓝", 2)]
    assert own.vocabularies["subpowers"].terms[0].parent == "审批类"
    implied = {term.implies for term in own.vocabularies["consequences"].terms}
    assert implied == {"红", ""}, "a level that is not offered follows from nothing"


def test_the_words_of_the_workbook_are_those_it_is_checked_by(place):
    issue = issued(OTHER_WORDS)
    rows = rows_of(
        issue.form,
        "风险点 | 风险等级 | 权力类别 | 权力子类\n甲 | 甲级 | 审批类 | 巡查权\n"
        "乙 | 红 | 监管类 | 巡查权",
        SCOPE,
    )
    path = place / "表.xlsx"
    path.write_bytes(fill(write_template(issue), issue.form, rows, {}))
    (report,) = check_alone([path], lambda: NOON)
    found = [(one.code, one.value) for one in report.parts[0].findings if one.code != "F201"]
    assert ("F202", "红") in found
    assert ("F301", "巡查权") in found
    assert "甲级" not in {value for _, value in found}


def test_a_file_without_stamp_and_lists_is_checked_by_the_default_words(bureau, returned, place):
    desk = open_desk(without_stamp(returned(WRONG), bureau.form), bureau.form)
    del desk.book["_lists"]
    path = place / "旧.xlsx"
    path.write_bytes(save(desk.book))
    (report,) = check_alone([path], lambda: NOON)
    assert {code for code, _ in codes(report)} >= {"F202", "F209", "F301"}
    assert "F203" not in {code for code, _ in codes(report)}
    assert report.skipped[-1].startswith("表里没有自带的下拉框清单")


# The command


def test_it_says_what_was_left_out_and_why_and_writes_nothing(yigang, returned, place):
    (place / "差.xlsx").write_bytes(returned(WRONG))
    (place / "好.xlsx").write_bytes(returned(TWO))
    before = tree(place.parent)
    done = yigang("check", "差.xlsx", "好.xlsx", *NOW)
    assert done.code == 3
    assert all(said in done.err for said in SKIPPED)
    assert "表号没有核验（需要工作文件夹）" in done.err
    assert all(word in done.out for word in ("差.xlsx", "好.xlsx", "退回", "已收", "预算科"))
    assert yigang("check", "好.xlsx", *NOW).code == 0
    assert tree(place.parent) == before


def test_the_json_has_the_same_shape_and_what_was_left_out(yigang, returned, place):
    with zipfile.ZipFile(place / "全部.zip", "w") as box:
        box.writestr("好.xlsx", returned(TWO))
        box.writestr("丙.docx", b"no workbook")
    done = yigang("check", "--json", "全部.zip", *NOW)
    told = json.loads(done.out)
    assert done.code == 3
    assert [file["reason"] for file in told] == ["UNPACKED", "OK", "TEXT_FILE"]
    assert set(told[1]) == {"file", "sha256", "verdict", "reason", "parts", "skipped"}
    assert [path.name for path in place.iterdir()] == ["全部.zip"]


@pytest.mark.long
def test_a_workspace_can_be_left_aside_and_stays_as_it_is(yigang, bureau, returned, monkeypatch):
    bureau.workspace.ledger.close()
    root = bureau.workspace.paths.root
    monkeypatch.chdir(root)
    path = root.parent / "表.xlsx"
    path.write_bytes(returned(TWO))
    before = tree(root)
    assert "表号没有核验" in yigang("check", "--alone", path, *NOW).err
    assert tree(root) == before
    assert "表号没有核验" not in yigang("check", path, *NOW).err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("check",), "缺少"),
        (("check", "."), "是文件夹。请写明里面的文件"),
        (("check", "没有的.xlsx"), "找不到文件 没有的.xlsx。请检查路径。"),
        (("check", "没有的.xlsx", "-w", "."), "config.toml"),
    ],
)
def test_a_wrong_turn_is_told_in_one_chinese_line(yigang, place, words, said):
    done = yigang(*words)
    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert list(place.iterdir()) == []


def test_what_is_left_out_is_told_shortly():
    assert all(len(said) <= 60 for said in SKIPPED)
