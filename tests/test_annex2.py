"""附件2: issued to each person from the register, filled in, judged person by person."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest
from journeys import (
    CLERK,
    DEPUTY,
    HEAD,
    PLEDGED,
    again,
    opened,
    pledged,
    set_up,
    small_bureau,
    without_stamp,
)
from openpyxl import load_workbook
from test_round_trip import issue_of

from pipeline.checks.check import check_block
from pipeline.checks.rules import Context
from pipeline.forms.kinds import Person
from pipeline.ledger import issuing, parts, records
from pipeline.monitor.progress import gathered
from pipeline.reading.guard import inspect
from pipeline.reading.limits import Limits
from pipeline.rehearsal import write_roster
from pipeline.rehearsal.clerk import open_desk, save
from pipeline.settings import parse
from pipeline.steps.issue import Wanted, issue_templates
from pipeline.steps.issue_people import Whose, issue_people
from pipeline.steps.nightly import nightly
from pipeline.steps.progress import progress_lines
from pipeline.steps.recognise import Came, recognise
from pipeline.workbook import captions
from pipeline.workbook.reader import read
from pipeline.workbook.template import LISTS, META, sheet_names


def page(content, form, name=""):
    return open_desk(content, form, name)


def given(circle, name, office="YSK"):
    """Return what a person's form was issued with: card by key, rows of the table."""
    desk = page(circle.issued(office)[name], circle.personal)
    card = {key: desk.sheet[cell].value or "" for key, cell in desk.card.items()}
    keys = desk.match.columns
    rows = [
        {key: desk.sheet.cell(desk.first + place, column + 1).value for key, column in keys.items()}
        for place in range(6)
    ]
    return card, [row for row in rows if row["risk_id"]]


def changed(content, form, key, value, row=None):
    """Return a workbook with a given cell changed by hand."""
    desk = page(content, form)
    cell = desk.sheet[desk.card[key]] if row is None else desk.cell(row, key)
    cell.value = value
    return save(desk.book)


# Issue


@pytest.mark.long
def test_everyone_gets_one_when_the_table_is_accepted_in_the_round_of_measures(issued):
    names = [person.name for person in issued.workspace.roster.staff("YSK")]
    assert list(issued.issued()) == sorted(names)
    assert issued.issued("GKK") == {}


def test_a_returned_table_issues_nothing(bureau):
    assert bureau.hand_in(bureau.fill("风险点 | 风险等级\n甲 | 绿")).verdict == "returned"
    assert bureau.issued() == {}


@pytest.mark.long
@pytest.mark.alone
def test_a_campaign_without_a_deadline_for_it_issues_nothing(bureau):
    assert bureau.hand_in(bureau.fill(PLEDGED)).verdict == "accepted"
    assert bureau.issued() == {}


@pytest.mark.long
def test_the_round_of_screening_issues_nothing(bureau):
    assert bureau.hand_in(bureau.fill(PLEDGED, round_="screening")).verdict == "accepted"
    assert bureau.issued() == {}
    list(issue_templates(bureau.workspace, Wanted(round="screening")))
    assert bureau.issued() == {}


def test_a_person_finds_who_he_is_and_what_he_answers_for(issued):
    card, rows = given(issued, HEAD)
    assert (card["office_name"], card["person_name"]) == ("预算科", HEAD)
    assert (card["post_name"], card["post_tier"]) == ("科长岗", "中层岗位")
    assert [(row["risk_id"], row["risk_level"]) for row in rows] == [
        ("YSK-2011-001", "红"),
        ("YSK-2011-002", "黄"),
    ]
    assert rows[0]["risk_point"].startswith("收入不入账：")
    assert "共2个（红1、黄1、橙0）" in card["commitment"]
    assert card["ab_role"] == "A角"
    assert card["ab_partner"] == small_bureau().staff("YSK")[0].partner


def test_a_person_without_risk_points_gets_one_too(issued):
    card, rows = given(issued, small_bureau().staff("YSK")[3].name)
    assert rows == []
    assert "共0个" in card["commitment"]


@pytest.mark.long
@pytest.mark.parametrize(
    ("name", "last", "boxes"),
    [
        (CLERK, "五", ["承诺人签名", "B角意见", "科室（单位）负责人意见", "局纪检组备案"]),
        (DEPUTY, "六", ["承诺人签名", "科室（单位）负责人意见", "分管局领导意见", "局纪检组备案"]),
        (HEAD, "七", ["承诺人签名", "分管局领导意见", "局纪检组备案"]),
    ],
    ids=["general", "middle", "head"],
)
def test_each_role_has_its_clauses_and_its_boxes(issued, name, last, boxes):
    card, _ = given(issued, name)
    assert re.findall("(?m)^([一二三四五六七八九十]+)、", card["commitment"])[-1] == last
    sheet = page(issued.issued()[name], issued.personal).sheet
    known = {
        entry.header
        for section in issued.personal.sections
        if section.kind == "boxes"
        for entry in section.fields
    }
    assert [c.value for row in sheet.iter_rows() for c in row if c.value in known] == boxes


@pytest.mark.long
def test_the_head_has_the_gravest_points_of_the_office_annexed(issued):
    more = f"    甲 | 可能构成违法或犯罪 | {CLERK} | 科长岗"
    assert issued.hand_in(issued.fill(PLEDGED + more)).verdict == "accepted"
    annex = page(issued.issued()[HEAD], issued.personal).book[captions.ANNEX]
    shown = [cell for row in annex.values for cell in row if cell]
    assert {"YSK-2011-001", "YSK-2011-002", "YSK-2011-004"} <= set(shown)
    assert "YSK-2011-003" not in shown
    assert captions.ANNEX not in page(issued.issued()[CLERK], issued.personal).book.sheetnames


@pytest.mark.long
def test_a_row_without_holder_goes_to_who_holds_the_post(bureau):
    config = bureau.workspace.roster
    holder = next(one for one in config.staff("YSK") if "指标管理岗" in one.posts)
    table = f"风险点 | A角 | 岗位名称\n甲 | 外人甲 | 指标管理岗\n乙 | {HEAD} | 科长岗"
    bureau.hand_in(bureau.fill(table))
    assert [row["risk_id"] for row in given(bureau, holder.name)[1]] == ["YSK-2011-001"]


def twins():
    """Return the bureau in which two people of one office share a name."""
    bureau = small_bureau()
    first, *rest = [one for one in bureau.people if one.office == "YSK"]
    others = [one for one in bureau.people if one.office != "YSK"]
    rest[2] = replace(rest[2], name=first.name)
    return replace(bureau, people=(first, *rest, *others)), first, rest[2]


@pytest.mark.long
def test_two_of_one_name_are_told_apart_by_the_post_else_both_are_told(tmp_path, pool):
    whole, first, other = twins()
    circle = opened(set_up(tmp_path / "局", whole), pool, whole)
    with circle.workspace:
        table = f"风险点 | A角 | 岗位名称\n甲 | {first.name} | {other.posts[0]}\n"
        table += f"乙 | {first.name} | {whole.staff('YSK')[1].posts[0]}"
        outcome = circle.hand_in(circle.fill(table))
        assert [code for code in outcome.codes if "F313" in code] == ["F313 officer_a 2"]
        both = {code: f"{first.name}（{code}）" for code in (first.code, other.code)}
        numbers = {
            code: [row["risk_id"] for row in given(circle, name)[1]] for code, name in both.items()
        }
        assert numbers[other.code] == ["YSK-2011-001", "YSK-2011-002"]
        assert numbers[first.code] == ["YSK-2011-002"]


@pytest.mark.long
def test_doing_it_again_changes_no_byte(issued):
    before = issued.issued()
    list(issue_templates(issued.workspace, Wanted(round="control")))
    assert issued.issued() == before
    issued.hand_in(issued.fill(PLEDGED), "又一次.xlsx")
    assert issued.issued() == before


@pytest.mark.long
def test_what_was_fetched_comes_back_only_when_asked_for(issued):
    folder = issued.workspace.paths.for_office(issued.workspace.roster.by_code["YSK"], "1-待填表")
    (mine,) = folder.glob(f"附件2_*_{HEAD}_*")
    mine.unlink()
    issued.hand_in(issued.fill(PLEDGED), "又一次.xlsx")
    assert HEAD not in issued.issued()
    list(issue_templates(issued.workspace, Wanted(round="control")))
    assert HEAD in issued.issued()


@pytest.mark.long
def test_the_night_issues_to_who_came_since(tmp_path, pool):
    whole = small_bureau()
    last = whole.staff("YSK")[-1]
    late = replace(last, joined=date(2011, 9, 20))
    people = tuple(late if one is last else one for one in whole.people)
    whole = replace(whole, people=people)
    circle = opened(set_up(tmp_path / "局", whole), pool, whole)
    with circle.workspace as workspace:
        assert circle.hand_in(circle.fill(PLEDGED)).verdict == "accepted"
        assert last.name not in circle.issued()
        circle.later(days=8)
        nightly(workspace, pool, workspace.today, lambda _: None)
        assert last.name in circle.issued()


# Return


def test_a_filled_form_is_accepted_and_on_record_for_the_person(issued):
    outcome = issued.hand_in(issued.pledged(HEAD), "附件2.xlsx")
    assert (outcome.verdict, outcome.codes) == ("accepted", [])
    assert outcome.answer.name.startswith(f"附件2_预算科_{HEAD}_已收")
    (code,) = (one.code for one in small_bureau().staff("YSK") if one.name == HEAD)
    with issued.workspace.ledger.reading() as db:
        (record,) = records.current_versions(db, "FJ2", office="YSK")
    assert (record.person, record.number) == (code, None)
    duties = issued.personal.section("work").field("duties").example
    assert record.payload["duties"].replace("\n", "") == duties
    assert "共2个" in record.payload["commitment"]


@pytest.mark.long
def test_a_field_that_was_left_out_is_named(issued):
    outcome = issued.hand_in(issued.pledged(HEAD, conduct_rules=""), "附件2.xlsx")
    assert (outcome.verdict, outcome.findings[0].code) == ("returned", "F201")
    assert outcome.findings[0].column == "行为准则"
    assert outcome.answer.name.startswith(f"附件2_预算科_{HEAD}_退回修改1处")


@pytest.mark.long
def test_answers_of_one_person_leave_those_of_another_alone(issued):
    first = issued.hand_in(issued.pledged(HEAD, duties=""), "甲.xlsx").answer
    second = issued.hand_in(issued.pledged(CLERK, duties=""), "乙.xlsx").answer
    assert first.exists()
    assert second.exists()


def test_a_blank_form_is_no_report(issued):
    outcome = issued.hand_in(issued.issued()[HEAD], "附件2.xlsx")
    assert (outcome.verdict, outcome.reason) == ("returned", "NO_DATA")
    assert states(issued)[HEAD] == "退回"


@pytest.mark.long
def test_a_signature_typed_into_a_box_is_neither_read_nor_asked_for(issued):
    content = issued.pledged(HEAD)
    desk = page(content, issued.personal)
    (label,) = (c for row in desk.sheet.iter_rows() for c in row if c.value == "承诺人签名")
    desk.sheet.cell(label.row, label.column + 2).value = "手签"
    outcome = issued.hand_in(save(desk.book), "附件2.xlsx")
    assert (outcome.verdict, outcome.codes) == ("accepted", [])
    assert "手签" not in outcome.part.sheets


@pytest.mark.long
def test_a_neighbours_form_is_returned(issued):
    typed = changed(issued.pledged(HEAD), issued.personal, "person_name", CLERK)
    outcome = issued.hand_in(typed, "附件2.xlsx")
    assert [finding.code for finding in outcome.findings] == ["F115"]
    assert outcome.verdict == "returned"


@pytest.mark.long
def test_a_form_without_any_mark_of_ours_waits_for_the_group(issued):
    content = without_stamp(issued.pledged(HEAD), issued.personal)
    outcome = issued.hand_in(content, "附件2.xlsx")
    assert (outcome.verdict, outcome.reason) == ("unconfirmed", "IDENTITY_UNSURE")
    assert outcome.part.office == "YSK"


@pytest.mark.long
def test_a_number_that_contradicts_the_stamp_waits_for_the_group(issued):
    other = page(issued.issued()[CLERK], issued.personal)
    number = other.sheet[other.card["form_number"]].value
    content = changed(issued.pledged(HEAD), issued.personal, "form_number", number)
    outcome = issued.hand_in(content, "附件2.xlsx")
    assert (outcome.verdict, outcome.reason) == ("unconfirmed", "IDENTITY_UNSURE")


@pytest.mark.long
def test_what_is_wrong_is_corrected_in_the_returned_copy(issued):
    first = issued.hand_in(issued.pledged(HEAD, self_measures=""), "附件2.xlsx")
    measures = issued.personal.section("pledge").field("self_measures").example
    second = issued.hand_in(
        pledged(first.answer.read_bytes(), issued.personal, self_measures=measures), "改好.xlsx"
    )
    assert (second.verdict, second.codes) == ("accepted", [])


# One workbook an office


@pytest.fixture
def together(issued):
    """Return the workbook with a sheet a person."""
    (sent,) = [
        one
        for one in issue_templates(issued.workspace, Wanted(("YSK",), "control", together=True))
        if one.form == issued.personal.title
    ]
    return sent.outbox.read_bytes()


def states(circle):
    """Return where each person of 预算科 stands."""
    lines = progress_lines(circle.workspace, circle.workspace.today)
    return {
        line.person: str(line.state) for line in lines if line.person and line.office.order == 1
    }


@pytest.mark.long
def test_one_workbook_gives_each_person_his_own_verdict(issued, together):
    form = issued.personal
    filled = pledged(pledged(together, form, HEAD), form, CLERK, conduct_rules="")
    outcome = issued.hand_in(filled, "全科.xlsx")
    assert outcome.verdict == "returned"
    with issued.workspace.ledger.reading() as db:
        filed = parts.of_arrival(db, outcome.arrival.id)
    people = issued.workspace.roster.by_person
    assert {people[one.person].name: one.verdict for one in filed} == {
        HEAD: "accepted",
        CLERK: "returned",
    }
    told = states(issued)
    assert (told[HEAD], told[CLERK], told[DEPUTY]) == ("已收", "退回", "未报")
    shown = [c for row in load_workbook(outcome.answer).active.values for c in row if c]
    assert any(f"{HEAD}：已收" in str(cell) for cell in shown)
    assert any(f"{DEPUTY}：未报（空白）" in str(cell) for cell in shown)
    assert "全科_退回修改1处" in outcome.answer.name


@pytest.mark.long
def test_the_other_persons_answer_stays_where_one_workbook_is_answered(issued, together):
    alone = issued.hand_in(issued.pledged(DEPUTY), "一人.xlsx").answer
    issued.hand_in(pledged(together, issued.personal, HEAD), "全科.xlsx")
    assert alone.exists()


@pytest.mark.long
def test_two_sheets_of_one_person_that_differ_are_told(issued, together):
    form = issued.personal
    desk = page(pledged(together, form, HEAD), form, HEAD)
    copy = desk.book.copy_worksheet(desk.sheet)
    copy[desk.card["duties"]].value = "另一种写法"
    outcome = issued.hand_in(save(desk.book), "全科.xlsx")
    assert "F112" in [finding.code for finding in outcome.findings]
    assert outcome.verdict == "returned"


# What was given and changed by hand


@pytest.mark.long
@pytest.mark.parametrize(
    ("key", "value", "row", "code"),
    [
        ("risk_level", "橙", 0, "F106"),
        ("measures", "没有措施", 1, "F106"),
        ("commitment", "我承诺努力工作。", None, "F106"),
        ("title", "科员乙", None, "F106"),
        ("form_number", "FJ2-YSK-0", None, "F105"),
    ],
)
def test_a_given_cell_that_was_changed_is_named_and_counts_as_given(issued, key, value, row, code):
    content = changed(issued.pledged(HEAD), issued.personal, key, value, row)
    outcome = issued.hand_in(content, "附件2.xlsx")
    assert [finding.code for finding in outcome.findings] == [code]
    assert outcome.findings[0].value == value
    assert outcome.findings[0].params["issued"]
    with issued.workspace.ledger.reading() as db:
        (record,) = records.current_versions(db, "FJ2", office="YSK")
    assert value not in record.payload.values()


@pytest.mark.long
def test_a_given_row_that_was_emptied_or_added_is_named(issued):
    desk = page(issued.pledged(HEAD), issued.personal)
    for key in desk.match.columns:
        if key != "seq":
            desk.cell(1, key).value = None
    desk.cell(3, "risk_point").value = "自己加的"
    outcome = issued.hand_in(save(desk.book), "附件2.xlsx")
    assert [finding.code for finding in outcome.findings][:1] == ["F106"]
    assert "自己加的" in {finding.value for finding in outcome.findings}


@pytest.mark.long
def test_when_the_rows_change_it_is_sent_again_with_the_persons_own_texts(issued):
    old = issued.pledged(CLERK, own_commitment="每季度自查一次。")
    assert issued.hand_in(old, "附件2.xlsx").verdict == "accepted"
    before = issued.issued()
    more = f"\n    台账不全 | 未达到党政纪处分程度 | {CLERK} | 科长岗"
    assert (
        issued.hand_in(issued.fill(PLEDGED.rstrip() + more), "附表1新.xlsx").verdict == "accepted"
    )
    after = issued.issued()
    assert [name for name in after if after[name] != before[name]] == [CLERK]
    card, rows = given(issued, CLERK)
    assert (card["own_commitment"], len(rows)) == ("每季度自查一次。", 2)
    assert "共2个" in card["commitment"]
    # The copy of the first version, returned beside the new one, is accused of nothing.
    late = again_card(old, issued.personal, own_commitment="每半年自查一次。")
    assert issued.hand_in(late, "旧表.xlsx").codes == []
    assert issued.hand_in(issued.issued()[CLERK], "新表.xlsx").codes == []


def again_card(content, form, **card):
    desk = page(content, form)
    for key, value in card.items():
        desk.sheet[desk.card[key]].value = value
    return save(desk.book)


@pytest.mark.long
def test_a_question_about_one_card_is_answered_in_another(issued):
    form = issued.personal
    work = form.section("work")
    asked = replace(work.field("conduct_rules"), kind=Person())
    work = replace(work, fields=(work.field("duties"), asked))
    sections = tuple(work if one.key == work.key else one for one in form.sections)
    settings, roster = issued.workspace.settings, issued.workspace.roster
    told = Context(replace(form, sections=sections), settings, roster)
    for reply, codes in (("", [["F203"], []]), ("他是外聘专家，名册里没有。", [[], ["F203"]])):
        content = issued.pledged(HEAD, conduct_rules="某外人", explanation=reply)
        reading = read(content, inspect(content, Limits()))
        day, folder = issued.workspace.today, ""
        (part,) = recognise(reading, issued.workspace, Came(day, folder)).parts
        (checked,) = check_block([part.part], told)
        found = [[one.code for one in side] for side in (checked.findings, checked.answered)]
        assert found == codes


# Who still owes


@pytest.mark.long
def test_every_person_of_the_roster_owes_one_and_calls_name_them_together(issued):
    issued.hand_in(issued.pledged(HEAD), "附件2.xlsx")
    told = states(issued)
    assert sorted(told.values()).count("已收") == 1
    assert len(told) == len(issued.workspace.roster.staff("YSK"))
    lines = gathered(progress_lines(issued.workspace, issued.workspace.today))
    mine = [line for line in lines if line.office.order == 1 and line.form == "附件2"]
    assert sorted(str(line.state) for line in mine) == ["已收", "未报"]
    assert next(line.person for line in mine if line.pending).endswith("等5人")


def test_before_its_round_nobody_owes_one(bureau):
    summer = bureau.workspace.today.replace(month=8)
    assert {line.form for line in progress_lines(bureau.workspace, summer)} == {"附表1"}


# 附表1: what is locked, last year's, a neighbour's


def test_each_kind_of_locked_content_is_named_with_old_and_new(bureau):
    content = bureau.fill(PLEDGED)
    desk = page(content, bureau.form)
    sheet = desk.sheet
    sheet["A2"].value = "我科的表"
    label = next(c for row in sheet.iter_rows() for c in row if c.value == "联系电话")
    label.value = "电话"
    sheet.cell(desk.match.row + 1, desk.match.columns["measures"] + 1).value = "防范措施"
    desk.book[LISTS]["A2"].value = "绿"
    outcome = bureau.hand_in(save(desk.book))
    told = [(one.code, one.value, one.params.get("issued")) for one in outcome.findings]
    assert ("F105", "我科的表", "预算科“一岗一预防”活动廉政和职务犯罪风险防控表") in told
    assert ("F105", "电话", "联系电话") in told
    assert ("F105", "防范措施", "防控措施") in told
    (lists,) = [one for one in outcome.findings if one.code == "F107"]
    assert lists.place.cell.endswith(str(desk.match.row + 1))
    assert outcome.verdict == "accepted"


@pytest.mark.long
def test_an_optional_column_that_cannot_be_found_is_told(bureau):
    desk = page(bureau.fill(PLEDGED), bureau.form)
    desk.sheet.cell(desk.match.row + 1, desk.match.columns["remark"] + 1).value = "随便"
    outcome = bureau.hand_in(save(desk.book))
    (gone,) = [one for one in outcome.findings if one.code == "F108"]
    assert (gone.params["issued"], gone.place.cell) == ("备注", f"A{desk.match.row + 1}")


def test_as_issued_nothing_is_told_whatever_saved_it(bureau):
    assert bureau.hand_in(bureau.fill(PLEDGED)).codes == []


def test_last_years_template_is_returned(bureau):
    stale = bureau.fill(PLEDGED)
    config = bureau.workspace.paths.root / "config.toml"
    config.write_text(config.read_text("utf-8").replace("year = 2011", "year = 2012"), "utf-8")
    bureau.workspace.ledger.close()
    circle = opened(bureau.workspace.paths.root, bureau.pool)
    with circle.workspace:
        outcome = circle.hand_in(stale)
    assert (outcome.verdict, [one.code for one in outcome.findings]) == ("returned", ["F116"])


def test_a_neighbours_table_is_known_by_posts_and_people(bureau):
    other = small_bureau().staff("GKK")[-2:]
    table = "风险点 | A角 | 岗位名称 | B角 | 情况说明\n" + "\n".join(
        f"风险{n} | {one.name} | {one.posts[0]} | 无 | 借用本单位的表填写"
        for n, one in enumerate(other)
    )
    outcome = bureau.hand_in(bureau.fill(table))
    assert "F117" in [one.code for one in outcome.findings]
    assert outcome.verdict == "returned"


@pytest.mark.long
def test_a_prefilled_table_comes_back_with_the_numbers_it_had(issued):
    wanted = Wanted(("YSK",), "control", prefill=True)
    first = next(iter(issue_templates(issued.workspace, wanted))).outbox.read_bytes()
    assert next(iter(issue_templates(issued.workspace, wanted))).outbox.read_bytes() == first
    card = {
        key: open_desk(issued.fill(PLEDGED), issued.form).sheet[cell].value
        for key, cell in open_desk(first, issued.form).card.items()
    }
    desk = open_desk(first, issued.form)
    for key, cell in desk.card.items():
        if key not in {"office_name", "form_number"}:
            desk.sheet[cell].value = card[key]
    numbers = issued.numbers()
    outcome = issued.hand_in(save(desk.book), "带数据.xlsx")
    assert (outcome.reason, outcome.codes) == ("SAME_CONTENT", [])
    assert issued.numbers() == numbers
    changed_ = again(save(desk.book), issued.form, 0, risk_point="收入不入账、不上缴")
    assert issued.hand_in(changed_, "改一处.xlsx").verdict == "accepted"
    assert issued.numbers() == numbers


@pytest.mark.long
def test_an_old_template_beside_a_new_one_is_accepted_and_accused_of_nothing(bureau):
    old = bureau.fill(PLEDGED)
    config = bureau.workspace.paths.root / "config.toml"
    own = '\n[[columns]]\nform = "附表1"\nheader = "备注"\nrename = "附注"\n'
    config.write_text(config.read_text("utf-8") + own, "utf-8")
    bureau.workspace.ledger.close()
    circle = opened(bureau.workspace.paths.root, bureau.pool)
    with circle.workspace as workspace:
        list(issue_templates(workspace, Wanted(round="control")))
        with workspace.ledger.reading() as db:
            number = issuing.issued(db, form="FB1", office="YSK", round_="control")[0].form_number
            assert [one.version for one in issuing.versions(db, number)] == [1, 2]
        assert circle.hand_in(old).codes == []
        fresh = circle.fill(PLEDGED + f"    又一条 | 未达到党政纪处分程度 | {HEAD} | 科长岗")
        assert circle.hand_in(fresh, "新表.xlsx").codes == []


def test_the_hidden_sheets_have_the_names_the_reader_looks_for(bureau):
    assert {META, LISTS} <= set(load_workbook(BytesIO(bureau.template())).sheetnames)


# What reviewers tried; CI walks them all


def amended(circle, *changes, people=None):
    """Return the bureau opened anew with another configuration or another roster."""
    root = circle.workspace.paths.root
    circle.workspace.ledger.close()
    config = root / "config.toml"
    said = config.read_text("utf-8")
    for before, after in changes:
        assert before in said
        said = said.replace(before, after)
    config.write_text(said, "utf-8")
    bureau = replace(circle.bureau, people=tuple(people or circle.bureau.people))
    if people:
        (root / "roster.xlsx").write_bytes(write_roster(bureau, parse(said.encode())))
    return opened(root, circle.pool, bureau)


@pytest.mark.long
def test_a_file_with_sheets_of_two_offices_is_answered_to_neither(issued):
    issued.hand_in(issued.fill("风险点\n收入不入账", "GKK"), folder="国库科")
    stranger = small_bureau().staff("GKK")[0].name
    form = issued.personal
    mine = page(issued.pledged(HEAD, duties=""), form)
    other = page(issued.pledged(stranger, "GKK"), form)
    copy = mine.book.create_sheet("别人的", 0)
    for row in other.sheet.iter_rows():
        for cell in row:
            if cell.value is not None:
                copy.cell(cell.row, cell.column).value = cell.value
    for area in other.sheet.merged_cells.ranges:
        copy.merge_cells(area.coord)
    outcome = issued.hand_in(save(mine.book), "混在一起.xlsx")
    assert outcome.answer.parent.name == "今日转交"
    with issued.workspace.ledger.reading() as db:
        offices = {part.office for part in parts.of_arrival(db, outcome.arrival.id)}
    assert offices == {"YSK", "GKK"}


@pytest.mark.long
@pytest.mark.parametrize("typed", ["=A1", "#REF!"])
def test_a_formula_or_an_error_in_an_empty_given_row_costs_no_check(issued, typed):
    desk = page(issued.pledged(HEAD), issued.personal)
    desk.cell(4, "risk_point").value = typed
    outcome = issued.hand_in(save(desk.book), "附件2.xlsx")
    assert outcome.reason != "CHECK_FAILED"
    assert {one.code for one in outcome.findings} <= {"F207", "F208", "F106"}


@pytest.mark.long
@pytest.mark.parametrize("header", ["廉政承诺（标准条款）", "风险等级"])
def test_a_given_text_whose_label_is_gone_is_asked_about(issued, header):
    desk = page(issued.pledged(HEAD), issued.personal)
    label = next(c for row in desk.sheet.iter_rows() for c in row if c.value == header)
    label.value = "改了的"
    outcome = issued.hand_in(save(desk.book), "附件2.xlsx")
    assert ("F106", header) in [(one.code, one.column) for one in outcome.findings]


@pytest.mark.long
def test_a_label_of_a_name_that_is_gone_accuses_nobody(issued):
    desk = page(issued.pledged(HEAD), issued.personal)
    label = next(c for row in desk.sheet.iter_rows() for c in row if c.value == "姓名")
    label.value = "名字"
    outcome = issued.hand_in(save(desk.book), "附件2.xlsx")
    assert "F115" not in [one.code for one in outcome.findings]


@pytest.mark.long
def test_a_level_put_back_to_that_of_an_older_version_is_found(issued):
    first = issued.issued()[CLERK]
    graver = PLEDGED.replace("未达到党政纪处分程度", "符合党政纪处分规定")
    assert issued.hand_in(issued.fill(graver), "从高.xlsx").verdict == "accepted"
    desk, old = page(issued.pledged(CLERK), issued.personal), page(first, issued.personal)
    desk.cell(0, "risk_level").value = old.cell(0, "risk_level").value
    key = desk.card["commitment"]
    desk.sheet[key].value = old.sheet[old.card["commitment"]].value
    outcome = issued.hand_in(save(desk.book), "附件2.xlsx")
    assert {one.code for one in outcome.findings} == {"F106"}


@pytest.mark.long
def test_who_comes_new_to_the_office_makes_no_older_table_suspect(bureau):
    old = bureau.fill(PLEDGED)
    new = replace(bureau.bureau.staff("YSK")[-1], code="R900", name="新来的", partner="")
    circle = amended(bureau, people=[*bureau.bureau.people, new])
    with circle.workspace as workspace:
        list(issue_templates(workspace, Wanted(round="control")))
        assert circle.hand_in(old).codes == []


@pytest.mark.long
def test_who_is_called_otherwise_since_the_issue_is_not_accused(issued):
    content = issued.pledged(HEAD)
    people = [
        replace(one, name="沈改名") if one.name == HEAD else one for one in issued.bureau.people
    ]
    circle = amended(issued, people=people)
    with circle.workspace:
        outcome = circle.hand_in(content, "附件2.xlsx")
        assert "F115" not in [one.code for one in outcome.findings]
        assert outcome.verdict == "accepted"


@pytest.mark.long
def test_boxes_may_be_renamed_hidden_or_left_out(bureau):
    column = '\n[[columns]]\nform = "附件2"\nheader = "{}"\n{}\n'
    own = column.format("B角意见", "hidden = true")
    own += column.format("承诺人签名", 'rename = "本人签名"')
    circle = amended(
        bureau,
        ('boxes = ["承诺人签名", "分管局领导意见", "局纪检组备案"]', "boxes = []"),
        ("# 表格的增改。", own + "\n# 表格的增改。"),
    )
    with circle.workspace:
        assert circle.hand_in(circle.fill(PLEDGED)).verdict == "accepted"
        texts = [
            {c.value for row in page(content, circle.personal).sheet.iter_rows() for c in row}
            for content in (circle.issued()[HEAD], circle.issued()[CLERK])
        ]
        assert "本人签名" not in texts[0]
        assert "本人签名" in texts[1]
        assert "B角意见" not in texts[1]


@pytest.mark.long
def test_a_colleague_lent_by_another_office_makes_no_neighbour(bureau):
    lent = small_bureau().staff("GKK")[0]
    table = f"风险点 | A角 | 岗位名称 | B角 | 情况说明\n甲 | {lent.name} | 科长岗 | 无 | 借调来办理"
    outcome = bureau.hand_in(bureau.fill(table))
    assert "F117" not in [one.code for one in outcome.findings]


@pytest.mark.long
def test_answers_to_two_of_one_name_lie_side_by_side(tmp_path, pool):
    whole, first, other = twins()
    circle = opened(set_up(tmp_path / "局", whole), pool, whole)
    with circle.workspace:
        circle.hand_in(circle.fill("风险点\n收入不入账"))
        answers = [
            circle.hand_in(circle.pledged(f"{one.name}（{one.code}）"), f"{one.code}.xlsx").answer
            for one in (first, other)
        ]
        assert [answer.exists() for answer in answers] == [True, True]


@pytest.mark.long
def test_last_years_workbook_of_several_persons_is_told_as_that(issued, together):
    stale = pledged(together, issued.personal, HEAD)
    circle = amended(issued, ("year = 2011", "year = 2012"))
    with circle.workspace:
        outcome = circle.hand_in(stale, "去年的.xlsx")
        assert "F116" in [one.code for one in outcome.findings]
        assert outcome.verdict == "returned"


@pytest.mark.long
def test_who_moved_since_is_still_known_in_the_workbook_of_the_office(issued, together):
    stale = pledged(together, issued.personal, CLERK)
    people = [
        replace(one, office="GKK") if one.name == CLERK else one for one in issued.bureau.people
    ]
    circle = amended(issued, people=people)
    with circle.workspace:
        assert circle.hand_in(stale, "全科.xlsx").reason != "IDENTITY_UNSURE"


@pytest.mark.long
def test_an_answer_made_up_late_brings_back_no_older_rows(issued):
    with issued.workspace.ledger.reading() as db:
        first = parts.parts(db, form="FB1", office="YSK")[0].arrival
    more = f"    新的红点 | 可能构成违法或犯罪 | {CLERK} | 科长岗"
    assert issued.hand_in(issued.fill(PLEDGED + more), "新.xlsx").verdict == "accepted"
    before = issued.issued()
    office, current = issued.workspace.roster.by_code["YSK"], issued.workspace.settings.campaign
    whose = Whose(issued.personal, office, current.round("control"), first)
    assert issue_people(issued.workspace, whose, owed_only=True) == []
    list(issue_templates(issued.workspace, Wanted(round="control")))
    assert issued.issued() == before


@pytest.mark.long
def test_a_row_that_nobody_holds_goes_to_the_head(bureau):
    table = "风险点 | A角 | 岗位名称\n甲 | 外人甲 | 没有的岗"
    assert bureau.hand_in(bureau.fill(table)).verdict == "accepted"
    assert [row["risk_id"] for row in given(bureau, HEAD)[1]] == ["YSK-2011-001"]


@pytest.mark.long
def test_a_sheet_filled_in_by_us_and_left_alone_commits_nobody(issued):
    assert issued.hand_in(issued.pledged(HEAD), "附件2.xlsx").verdict == "accepted"
    more = f"    新的黄点 | 符合党政纪处分规定 | {HEAD} | 科长岗"
    assert issued.hand_in(issued.fill(PLEDGED + more), "新.xlsx").verdict == "accepted"
    *_, sent = issue_templates(issued.workspace, Wanted(("YSK",), "control", together=True))
    filled = pledged(sent.outbox.read_bytes(), issued.personal, CLERK)
    outcome = issued.hand_in(filled, "全科.xlsx")
    with issued.workspace.ledger.reading() as db:
        filed = parts.of_arrival(db, outcome.arrival.id)
    people = issued.workspace.roster.by_person
    assert [people[one.person].name for one in filed] == [CLERK]


@pytest.mark.long
def test_a_blank_workbook_of_several_is_nobodys_alone(issued, together):
    outcome = issued.hand_in(together, "全科.xlsx")
    assert (outcome.reason, outcome.part.person) == ("NO_DATA", "")
    assert set(states(issued).values()) == {"未报"}


@pytest.mark.long
def test_a_round_that_asks_for_no_table_asks_for_no_form(issued):
    extra = '[[campaign.rounds]]\nkey = "again"\nname = "复查"\nfrom = 2011-09-14\n\n'
    office = issued.workspace.roster.by_code["YSK"]
    folder = issued.workspace.paths.for_office(office, "1-待填表")
    before = sorted(path.name for path in folder.iterdir())
    mark = "# 报送期限：当天24时以前报到即为按时。"
    circle = amended(issued, (mark, extra + mark))
    with circle.workspace as workspace:
        circle.later(days=3)
        nightly(workspace, circle.pool, workspace.today, lambda _: None)
        assert sorted(path.name for path in folder.iterdir()) == before


def test_names_that_no_sheet_can_bear_are_written_otherwise():
    people = [
        replace(small_bureau().staff("YSK")[0], name=name, code=f"R{place}")
        for place, name in enumerate(("甲/乙", "甲:乙", "History", "丙" * 40, "'丁'"))
    ]
    names = sheet_names([replace(issue_of("FJ2"), person=person) for person in people])
    assert names == ["甲_乙（R0）", "甲_乙（R1）", "History（R2）", "丙" * 18, "丁"]


@pytest.mark.long
def test_a_form_of_another_kind_in_the_same_workbook_is_not_passed_over(issued):
    desk = open_desk(
        issued.fill(PLEDGED + f"    又一条 | 未达到党政纪处分程度 | {HEAD} | 科长岗"), issued.form
    )
    mine = page(issued.pledged(HEAD), issued.personal).sheet
    copy = desk.book.create_sheet("我的附件2")
    for row in mine.iter_rows():
        for cell in row:
            if cell.value is not None:
                copy.cell(cell.row, cell.column).value = cell.value
    outcome = issued.hand_in(save(desk.book), "两种表.xlsx")
    assert [(one.code, one.value) for one in outcome.findings] == [("F118", "我的附件2")]
    assert outcome.verdict == "accepted"
