"""The answer to what takes no marks: the issued form with what was typed, and its way back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from journeys import CLERK, HEAD, again, pledged, sheet_texts, without_stamp
from mark_books import members, rewritten
from office import saved
from openpyxl import load_workbook
from other_kinds import as_xls, as_xlsm

from pipeline.rehearsal import touches
from pipeline.rehearsal.clerk import open_desk, save
from pipeline.steps import answer as answering
from pipeline.steps.fresh import why_fresh
from pipeline.steps.issue import Wanted, issue_templates
from pipeline.workbook.mark import MarkError, mark

if TYPE_CHECKING:
    from journeys import Circle, Outcome

WRONG = """
    风险点     | 风险等级 | 风险类别
    收入不入账 | 绿       | 流程
    拨款无依据 | 红       | 业务流程风险
"""
LEVEL = "填的是“绿”。请从下拉框选红、黄或橙。"


def listed(outcome: Outcome) -> list[list[str]]:
    return sheet_texts(outcome.answer)["问题清单"]


def codes(outcome: Outcome) -> list[str]:
    return [finding.code for finding in outcome.findings]


def desk_of(circle: Circle, outcome: Outcome):
    return open_desk(outcome.answer.read_bytes(), circle.form)


def without_styles(content: bytes) -> bytes:
    """Return a workbook that is read and cannot be marked."""
    name = "xl/_rels/workbook.xml.rels"
    relations = members(content)[name].decode().replace("relationships/styles", "relationships/x")
    return rewritten(content, {name: relations.encode()})


# 附表1


@pytest.mark.long
def test_an_xls_is_answered_in_the_issued_form_with_what_was_typed(bureau, returned):
    original = touches.insert_row_on_top(returned(WRONG), bureau.form)
    outcome = bureau.hand_in(as_xls(original), "附表1.xls")
    assert (outcome.verdict, codes(outcome)) == ("returned", ["F202"])
    assert outcome.answer.suffix == ".xlsx"
    desk = desk_of(bureau, outcome)
    assert desk.cell(0, "risk_level").value == "绿"
    assert desk.cell(0, "risk_category").value == "流程"
    assert desk.sheet[desk.card["preparer"]].value


@pytest.mark.long
def test_its_list_leads_to_the_new_cell_and_names_the_clerks_own(bureau, returned):
    original = touches.insert_row_on_top(returned(WRONG), bureau.form)
    outcome = bureau.hand_in(as_xls(original), "附表1.xls")
    (finding,) = outcome.findings
    cell = desk_of(bureau, outcome).cell(0, "risk_level")
    assert cell.coordinate != finding.place.cell
    assert cell.fill.fgColor.rgb.endswith("D9B3FF")
    assert f"（原文件：Sheet1 {finding.place.cell}）" in cell.comment.text
    (line,) = [row for row in listed(outcome) if LEVEL in row]
    assert line[2:4] == [f"附表1 {cell.coordinate}", f"Sheet1 {finding.place.cell}"]
    links = [entry.hyperlink for row in load_workbook(outcome.answer)["问题清单"] for entry in row]
    assert [link.location for link in links if link] == [f"'附表1'!{cell.coordinate}"]


@pytest.mark.long
def test_its_receipt_says_what_came_and_what_this_is(bureau, returned):
    outcome = bureau.hand_in(as_xls(returned(WRONG)), "附表1.xls")
    assert listed(outcome)[3][0] == (
        "您报来的是.xls文件，标记写不进去。"
        "本文件是下发的表，已填入您报的内容，请以本文件修改和报送。"
    )
    rows = sheet_texts(outcome.answer)["规范化记录"]
    (repair,) = [row for row in rows if "流程" in row]
    assert repair[1] == f"附表1 {desk_of(bureau, outcome).cell(0, 'risk_category').coordinate}"


@pytest.mark.parametrize(
    ("start", "name", "what"),
    [
        (bytes.fromhex("d0cf11e0a1b11ae1"), "甲.ET", "是.et文件"),
        (bytes.fromhex("d0cf11e0a1b11ae1"), "甲.xlsx", "是.xls文件"),
        (b"PK".ljust(30) + b"mimetypeapplication/vnd.oasis.opendocument.sheet", "甲", "是.ods文件"),
        (b"PK", "甲.xlsm", "文件带有宏"),
    ],
)
def test_the_reason_is_told_by_the_bytes(start, name, what):
    assert why_fresh(start, name, "文件带有宏").startswith(f"您报来的{what}，")


@pytest.mark.long
def test_corrected_it_comes_back_as_that_offices_form_and_is_accepted(bureau, returned):
    first = bureau.hand_in(as_xls(returned(WRONG)), "附表1.xls")
    unchanged = bureau.hand_in(first.answer.read_bytes(), first.answer.name)
    assert codes(unchanged) == ["F202"]
    corrected = again(unchanged.answer.read_bytes(), bureau.form, 0, risk_level="红")
    last = bureau.hand_in(corrected, folder="")
    assert (last.verdict, last.reason, codes(last)) == ("accepted", "OK", [])
    assert (last.part.office, last.part.round) == ("YSK", "control")
    assert len(bureau.register()) == 2


@pytest.mark.office
def test_an_ods_goes_the_same_way(bureau, returned, tmp_path):
    ods = saved(returned(WRONG), tmp_path / "office", "ods")
    first = bureau.hand_in(ods, "附表1.ods")
    assert (first.answer.suffix, codes(first)) == (".xlsx", ["F202"])
    assert "您报来的是.ods文件" in listed(first)[3][0]
    corrected = again(first.answer.read_bytes(), bureau.form, 0, risk_level="红")
    last = bureau.hand_in(saved(corrected, tmp_path / "again"))
    assert (last.verdict, codes(last)) == ("accepted", [])


@pytest.mark.long
def test_macros_are_never_handed_back(bureau, returned):
    outcome = bureau.hand_in(as_xlsm(returned(WRONG)), "附表1.xlsm")
    assert outcome.answer.suffix == ".xlsx"
    assert not [name for name in members(outcome.answer.read_bytes()) if "vba" in name.casefold()]
    assert "您报来的文件带有宏" in listed(outcome)[3][0]
    assert desk_of(bureau, outcome).cell(0, "risk_level").value == "绿"


def test_a_project_of_macros_under_a_plain_name_is_refused(returned):
    hidden = as_xlsm(returned(WRONG))
    name = "[Content_Types].xml"
    plain = (
        members(hidden)[name]
        .decode()
        .replace(
            "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
        )
    )
    for content in (hidden, rewritten(hidden, {name: plain.encode()})):
        with pytest.raises(MarkError, match="宏"):
            mark(content, [], [])


@pytest.mark.long
def test_own_columns_and_many_rows_come_along_and_return(bureau):
    table = "风险点 | 风险等级\n" + "\n".join(f"风险{n} | 橙" for n in range(1, 41)) + "\n最后 | 绿"
    content = touches.add_column("本科室编号", "+自编7号")(bureau.fill(table), bureau.form)
    first = bureau.hand_in(without_styles(content))
    assert first.answer.suffix == ".xlsx"
    assert codes(first) == ["F102", "F202"]
    desk = desk_of(bureau, first)
    (head,) = [cell for row in desk.sheet for cell in row if cell.value == "本科室编号"]
    assert head.row == desk.match.row + 1
    assert head.fill.fgColor.rgb.endswith("D9D9D9")
    assert (desk.sheet.cell(head.row + 1, head.column).value) == "+自编7号"
    assert desk.sheet.cell(head.row + 1, head.column).data_type == "s"
    assert desk.cell(40, "risk_point").value == "最后"
    last = bureau.hand_in(again(first.answer.read_bytes(), bureau.form, 40, risk_level="橙"))
    assert (last.verdict, codes(last)) == ("accepted", ["F102"])
    assert "extra:本科室编号" in bureau.register()[0].payload


@pytest.mark.long
def test_a_deleted_column_is_there_again_and_marked(bureau, returned):
    content = touches.delete_column("measures")(returned(WRONG), bureau.form)
    outcome = bureau.hand_in(as_xls(content), "附表1.xls")
    desk = desk_of(bureau, outcome)
    head = desk.sheet.cell(desk.match.row + 1, desk.match.columns["measures"] + 1)
    assert head.value == "防控措施"
    assert head.fill.fgColor.rgb.endswith("D9B3FF")
    assert "缺少“防控措施”一栏" in head.comment.text


@pytest.mark.long
def test_an_accepted_xls_lies_in_the_issued_form_beside_its_receipt(bureau):
    outcome = bureau.hand_in(as_xls(bureau.fill("风险点\n收入不入账")), "附表1.xls")
    assert outcome.verdict == "accepted"
    assert outcome.answer.parent.name == "3-已收"
    assert {path.suffix for path in outcome.answer.parent.iterdir()} == {".html", ".xlsx"}


@pytest.mark.long
def test_a_neighbours_rows_are_not_put_into_this_offices_form(bureau):
    content = bureau.fill("风险点\n收入不入账", card={"office_name": "国库科"})
    desk = open_desk(content, bureau.form)
    desk.sheet[desk.card["office_name"]].value = "国库科"
    outcome = bureau.hand_in(as_xls(save(desk.book)), "附表1.xls")
    assert "F111" in codes(outcome)
    assert outcome.answer.suffix == ".html"


@pytest.mark.long
def test_where_nobody_knows_whose_it_is_the_answer_is_a_page(bureau):
    content = bureau.fill("风险点\n收入不入账")
    outcome = bureau.hand_in(as_xls(without_stamp(content, bureau.form)), "附表1.xls")
    assert (outcome.reason, outcome.answer.suffix) == ("IDENTITY_UNSURE", ".html")


@pytest.mark.long
def test_an_answer_made_up_after_a_crash_is_the_same(bureau, returned, monkeypatch):
    made = set()

    def crash(_workspace, *files):
        made.add(files[0].data)
        raise OSError

    bureau.drop(as_xls(returned(WRONG)), "附表1.xls")
    monkeypatch.setattr(answering, "publish", crash)
    bureau.run()
    monkeypatch.undo()
    bureau.run()
    assert {bureau.outcome(1).answer.read_bytes()} == made


# 附件2


@pytest.mark.long
def test_a_persons_form_comes_back_as_that_persons(issued):
    form = issued.personal
    content = as_xls(issued.pledged(HEAD, conduct_rules=""))
    first = issued.hand_in(content, "附件2.xls")
    assert (codes(first), first.answer.suffix) == (["F201"], ".xlsx")
    desk = open_desk(first.answer.read_bytes(), form)
    assert desk.sheet[desk.card["person_name"]].value == HEAD
    assert desk.sheet[desk.card["duties"]].value
    assert desk.cell(0, "risk_id").value
    assert desk.sheet[desk.card["conduct_rules"]].fill.fgColor.rgb.endswith("D9B3FF")
    last = issued.hand_in(pledged(first.answer.read_bytes(), form))
    assert (last.verdict, codes(last)) == ("accepted", [])


@pytest.mark.long
def test_several_persons_in_one_file_get_one_file_back(issued):
    (sent,) = [
        one
        for one in issue_templates(issued.workspace, Wanted(("YSK",), "control", together=True))
        if one.form == issued.personal.title
    ]
    form, blank = issued.personal, sent.outbox.read_bytes()
    filled = pledged(pledged(blank, form, HEAD), form, CLERK, conduct_rules="")
    first = issued.hand_in(as_xls(filled), "全科.xls")
    assert first.answer.suffix == ".xlsx"
    sheets = load_workbook(first.answer)
    assert {HEAD, CLERK} <= set(sheets.sheetnames)
    desk = open_desk(first.answer.read_bytes(), form, CLERK)
    assert desk.sheet[desk.card["conduct_rules"]].comment
    last = issued.hand_in(pledged(first.answer.read_bytes(), form, CLERK), "全科.xlsx")
    assert last.verdict == "accepted"
