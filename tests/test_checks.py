"""The rules of a file, each on a small block told as a table; and the batch law."""

import re
from dataclasses import replace

import pytest
from blocks import BUREAU, DAY, FORM, USUAL, Asked, check, context, part, table_of
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from pipeline.checks.check import PartInput, check_block
from pipeline.checks.levels import raised
from pipeline.checks.normalise import normalise
from pipeline.checks.records import Source, gather
from pipeline.checks.rules import FILE_RULES, is_answer
from pipeline.findings import CATALOGUE, Finding
from pipeline.forms import FORMS
from pipeline.forms.form import Roles
from pipeline.model import Place

SCOPE = BUREAU.scope("YSK")
POST = SCOPE.posts[0]
NAME, OTHER = SCOPE.names[:2]
SCREENING = Asked(round="screening")
REASON = "已经集体讨论确定"
RIGHT = """
    风险点
    收入不入账
    拨款无依据
"""


def one(header, value):
    """Return a table of one row; the second column keeps a blank value from vanishing."""
    return f"{header} | 风险编号\n{value} | "


def test_a_right_part_has_no_findings_and_no_repairs():
    told = check(RIGHT)
    assert (told.codes, told.answered, told.repairs) == ([], [], [])
    assert (told.checked.must, told.checked.questions) == (0, 0)
    assert told.column("risk_point") == ["收入不入账", "拨款无依据"]


def test_every_rule_concerns_a_section_of_a_form_and_its_fields():
    sections = {f"{form.code}.{s.key}": s for form in FORMS for s in form.sections}
    for rule in FILE_RULES:
        assert not rule.where or set(rule.needs) <= set(sections[rule.where].keys), rule


def test_every_rule_cites_its_clause_of_the_plan():
    clause = re.compile(r"方案 [一二三四五](?:\([一二三四]\))?[1-7]?")
    silent = [
        rule.check.__name__ for rule in FILE_RULES if not clause.search(rule.check.__doc__ or "")
    ]
    assert silent == []


# Required by round


def test_a_required_cell_that_is_blank_is_named():
    assert check("权力事项 | 风险类别\n | \n专项资金 | 思想道德风险").codes == [
        "F201 power_matter 1",
        "F201 risk_category 1",
    ]


@pytest.mark.parametrize(("asked", "codes"), [(SCREENING, []), (Asked(), ["F201 measures 1"])])
def test_measures_are_needed_from_the_second_round_on(asked, codes):
    assert check(one("防控措施", ""), asked).codes == codes


def test_a_placeholder_fills_nothing_and_is_told():
    told = check(one("防控措施", "暂无"))
    assert told.codes == ["F201 measures 1"]
    assert told.repairs == [("measures 1", "暂无", "")]


def test_a_blank_optional_cell_is_no_finding():
    assert check("备注 | 完成时限 | 运行环节 | 权力子类\n | | | ").codes == []


def test_a_blank_label_of_the_card_is_named():
    told = check(RIGHT, Asked(card={"reviewer": "", "attendees": ""}))
    assert told.codes == ["F201 reviewer"]


@pytest.mark.parametrize(("asked", "codes"), [("control", ["F101"]), ("screening", [])])
def test_a_deleted_column_is_missed_only_in_the_rounds_that_ask_for_it(asked, codes):
    told = check(RIGHT, Asked(round=asked, lacking=("measures", "remark")))
    assert told.codes == codes


def test_a_deleted_label_of_the_card_is_missed():
    told = check(RIGHT, Asked(lacking=("preparer", "phone")))
    assert told.codes == ["F101"]
    assert told.checked.findings[0].params == {"header": "填表人"}


def test_a_deleted_column_is_told_once_a_part():
    parts = [part(RIGHT, Asked(lacking=("risk_category",))), part(RIGHT), part(RIGHT)]
    assert [len(told.findings) for told in check_block(parts, USUAL)] == [1, 0, 0]


# Rows without a risk point


NIL = "岗位名称 | 风险点 | 情况说明"


def nil(*cells):
    """Return a part with a row that says that a post has no risk point, and one right row."""
    rows = [dict.fromkeys(FORM.table.keys, "") for _ in range(1)]
    rows[0] |= dict(zip(("post_name", "risk_point", "explanation"), cells, strict=True))
    whole = part(RIGHT)
    extracts = {**whole.extracts, FORM.table.key: table_of(FORM.table, rows)}
    return check_block([replace(whole, extracts=extracts)], USUAL)[0]


def codes(checked):
    return [finding.code for finding in checked.findings]


@pytest.mark.parametrize("said", ["无", " 无。", "没有", "暂无"])
def test_a_row_without_a_risk_point_needs_only_post_and_reason(said):
    checked = nil(POST, said, REASON)
    assert codes(checked) == []
    assert checked.rows[0].values["risk_point"] == "无"
    assert checked.rows[0].values["risk_level"] == ""


def test_a_row_without_a_risk_point_needs_a_reason():
    assert codes(nil(POST, "无", "不涉及")) == ["F306"]
    assert codes(nil(POST, "无", "")) == ["F306"]


def test_a_row_without_a_risk_point_needs_its_post():
    assert codes(nil("", "无", REASON)) == ["F201"]


def test_a_dash_is_not_said_to_be_no_risk_point():
    assert "F201" in codes(nil(POST, "—", REASON))


# Cells


def test_a_word_outside_a_closed_list_is_named():
    told = check("岗位 | 风险等级\n出纳 | 绿")
    assert told.codes == ["F203 post_name 1", "F202 risk_level 1"]


def test_a_stranger_is_asked_about():
    assert check(one("A角", "丘不在")).codes == ["F203 officer_a 1"]
    assert check(RIGHT, Asked(card={"preparer": "丘不在"})).codes == ["F203 preparer"]


def test_a_text_too_long_is_named_and_a_long_one_pointed_to():
    assert check(one("防控措施", "查" * 501)).codes == ["F204 measures 1"]
    assert check(one("防控措施", "查" * 500)).codes == ["F205 measures 1"]
    assert check(one("防控措施", "查" * 300)).codes == []


def test_a_day_that_no_calendar_has_is_named_and_a_year_is_added():
    assert check(one("完成时限", "2011.9.31")).codes == ["F206 due_date 1"]
    told = check(one("完成时限", "9月18日"))
    assert (told.codes, told.column("due_date")) == (["F214 due_date 1"], ["2011-09-18"])


def test_of_several_words_one_is_taken_and_told():
    told = check("风险等级 | 风险类别 | 危害后果\n红/黄 | 思想、制度 | 符合党政纪处分规定")
    assert told.codes == ["F210 risk_category 1", "F209 risk_level 1"]
    assert told.column("risk_level") == ["红"]


def test_two_levels_of_several_points_are_named():
    assert check(one("风险等级", "1中2低")).codes == ["F202 risk_level 1"]


def test_what_no_help_list_offers_is_asked_about():
    assert check(one("运行环节", "拍板定案")).codes == ["F211 process_step 1"]


@pytest.mark.parametrize("typed", ["约八人", "፩", "9" * 5000])
def test_a_count_that_is_none_is_named(typed):
    assert check(RIGHT, Asked(card={"attendees": typed})).codes == ["F212 attendees"]


@pytest.mark.parametrize("code", ["F207", "F208"])
def test_a_cell_without_a_value_is_not_also_blank(code):
    whole = part(one("防控措施", ""))
    table = whole.extracts["rows"]
    found = Finding(code, table.place(0, "measures"), "防控措施")
    extracts = {**whole.extracts, "rows": replace(table, findings=(found,))}
    checked = check_block([replace(whole, extracts=extracts)], USUAL)[0]
    assert codes(checked) == [code]


def test_personal_numbers_are_pointed_to_and_not_repeated():
    told = check("备注 | 防控措施\n手机13800000000 | 身份证44190019800101001X核对本人后办理")
    assert told.codes == ["F311 measures 1", "F311 remark 1"]
    assert {finding.value for finding in told.checked.findings} == {""}
    assert check(one("备注", "文号2011013800000000123")).codes == []


# 同上


def test_ditto_copies_the_row_above():
    told = check("权力事项 | 风险点\n专项 资金 | 甲事\n同上 | 乙事\n〃 | 丙事")
    assert told.codes == []
    assert told.column("power_matter") == ["专项资金"] * 3
    assert told.repairs[1:] == [
        ("power_matter 2", "同上", "专项资金"),
        ("power_matter 3", "〃", "专项资金"),
    ]


@pytest.mark.parametrize("above", ["同上", "/", ""])
def test_ditto_below_nothing_is_named(above):
    told = check(f"权力事项 | 风险点\n{above} | 甲事\n同上 | 乙事")
    assert "F213 power_matter 2" in told.codes
    assert "F201 power_matter 2" not in told.codes


def test_ditto_repeats_a_wrong_word():
    told = check("风险等级 | 风险点\n绿 | 甲事\n同上 | 乙事")
    assert told.codes == ["F202 risk_level 1", "F202 risk_level 2"]


def test_ditto_copies_a_word_that_says_nothing_where_that_is_an_answer():
    told = check(f"B角 | 情况说明 | 风险点\n无 | {REASON} | 甲事\n同上 | {REASON} | 乙事")
    assert told.codes == []
    assert told.column("officer_b") == ["无", "无"]


def test_ditto_never_reaches_into_another_part():
    first, second = part(RIGHT), part("权力事项\n同上", Asked(office="GKK"))
    assert codes(check_block([first, second], USUAL)[1]) == ["F213"]


# Rows


def test_a_subclass_of_another_class_is_asked_about():
    told = check("权力类别 | 权力子类\n行政管理类 | 收入减免权\n行政管理类 | 财务管理权")
    assert told.codes == ["F301 power_subclass 1"]


def test_a_subclass_nobody_knows_is_asked_about_as_such():
    assert check("权力类别 | 权力子类\n行政管理类 | 别的权").codes == ["F211 power_subclass 1"]


@pytest.mark.parametrize(
    ("first", "second"),
    [(NAME, NAME), (f"{NAME}、{OTHER}", OTHER), (NAME, f"{OTHER}；{NAME}"), (" ".join(NAME), NAME)],
)
def test_one_person_is_never_both_a_and_b(first, second):
    assert check(f"A角 | B角\n{first} | {second}").codes == ["F302 officer_b 1"]


def test_two_people_are_a_pair():
    assert check(f"A角 | B角\n{NAME} | {OTHER}").codes == []
    assert check(f"A角 | B角\n{NAME}、{SCOPE.names[2]} | {OTHER}").codes == []


@pytest.mark.parametrize("typed", ["", "无", "—"])
def test_a_post_without_b_is_asked_about(typed):
    assert check(f"A角 | B角\n{NAME} | {typed}").codes == ["F303 officer_b 1"]


def test_a_post_without_b_is_not_asked_about_before_its_round():
    assert check(f"A角 | B角\n{NAME} | ", SCREENING).codes == []
    assert check("A角 | B角\n | ", Asked()).codes == ["F201 officer_a 1"]


def test_a_level_below_its_consequence_is_asked_about_and_one_above_is_not():
    told = check("""
        危害后果 | 风险等级
        可能构成违法或犯罪 | 橙
        可能构成违法或犯罪 | 红
        未达到党政纪处分程度 | 红
    """)
    assert told.codes == ["F304 risk_level 1"]
    assert told.column("risk_level") == ["橙", "红", "红"], "what is filled stays as it is"


def test_a_blank_level_follows_the_consequence_with_a_record():
    told = check("危害后果 | 风险等级\n违法犯罪 | \n | 待定")
    assert told.column("risk_level") == ["红", ""]
    assert ("risk_level 1", "", "红") in told.repairs
    assert told.codes == ["F201 consequence 2", "F201 risk_level 2"]


def test_a_wrong_level_is_not_replaced_by_the_consequence():
    told = check("危害后果 | 风险等级\n违法犯罪 | 绿")
    assert (told.codes, told.column("risk_level")) == (["F202 risk_level 1"], ["绿"])


def test_two_rows_alike_are_asked_about_at_the_later_one():
    told = check("""
        权力事项 | 风险点
        专项资金 | 收入不入账
        专项资金 | 拨款无依据
        专 项资金 | 收入不入账。
        别的事项 | 收入不入账
    """)
    assert told.codes == ["F305 risk_point 3"]
    assert told.checked.findings[0].params == {"other": "11"}


def test_rows_of_two_parts_are_never_alike():
    same = [part(RIGHT), part(RIGHT)]
    assert [codes(checked) for checked in check_block(same, USUAL)] == [[], []]


def test_a_measure_that_says_nothing_is_pointed_to():
    assert check("防控措施\n加强教育\n查" + "核" * 7).codes == ["F312 measures 1"]


# The card


def test_a_meeting_after_the_report_is_asked_about():
    def days(meeting, report):
        return check(RIGHT, Asked(card={"meeting_date": meeting, "report_date": report})).codes

    assert days("2011-9-2", "2011-9-1") == ["F309 meeting_date"]
    assert days("2011-9-1", "2011-9-1") == []
    assert days("上周", "2011-9-1") == ["F206 meeting_date"]


def test_more_people_than_the_office_has_are_asked_about():
    staff = len(BUREAU.roster.staff("YSK", DAY))
    assert check(RIGHT, Asked(card={"attendees": str(staff)})).codes == []
    assert check(RIGHT, Asked(card={"attendees": f"{staff + 1}人"})).codes == ["F310 attendees"]


def test_people_are_not_counted_where_the_office_is_not_known():
    whole = replace(part(RIGHT, Asked(card={"attendees": "999"})), office="")
    assert "F310" not in codes(check_block([whole], USUAL)[0])


# Answers


def test_an_explanation_answers_the_questions_of_its_row():
    told = check(f"B角 | 情况说明\n | {REASON}\n | 五个字说明")
    assert told.codes == ["F303 officer_b 2"]
    assert told.answered == ["F303 officer_b 1"]
    assert told.checked.questions == 1


@pytest.mark.parametrize(
    ("typed", "long_enough"), [("一二三四五六", True), ("一 二三四五", False), ("", False)]
)
def test_an_answer_has_six_characters(typed, long_enough):
    assert is_answer(typed) is long_enough


def test_an_explanation_silences_no_other_class():
    told = check(f"风险等级 | 防控措施 | 情况说明\n绿 | 加强教育 | {REASON}")
    assert told.codes == ["F202 risk_level 1", "F312 measures 1"]


def test_the_note_answers_questions_on_the_card_and_the_file():
    card = {"attendees": "99", "note": REASON}
    whole = replace(
        part(RIGHT, Asked(card=card)),
        findings=(Finding("F113", value="排查"), Finding("F112", Place("附表1"), value="别的")),
    )
    checked = check_block([whole], USUAL)[0]
    assert codes(checked) == ["F112"]
    assert sorted(finding.code for finding in checked.answered) == ["F113", "F310"]
    assert check(one("B角", "无"), Asked(card={"note": REASON})).codes == ["F303 officer_b 1"]


# What is computed


def test_computed_cells_are_filled_and_what_was_typed_over_them_is_told():
    office = BUREAU.office("YSK")
    told = check("风险等级 | 管理主体 | 科室（单位）负责人 | 序号\n红 | 局纪检组 | 某人 | 77")
    assert told.column("managing_body") == ["局党组"]
    assert told.column("management_mode") == ["重点管理"]
    assert told.column("office_head") == [office.head]
    assert told.column("seq") == ["1"]
    assert told.repairs == [
        ("office_head 1", "某人", office.head),
        ("managing_body 1", "局纪检组", "局党组"),
    ]


def test_the_tier_is_that_of_who_holds_the_post():
    tier = BUREAU.roster.tier_of("YSK", POST)
    assert check(one("岗位名称", POST)).column("post_tier") == [tier]
    assert check(one("岗位名称", "新岗")).column("post_tier") == [""]


def test_the_offices_own_name_is_computed_too():
    told = check(RIGHT, Asked(card={"office_name": "市局某科", "form_number": "ｆb1"}))
    assert told.checked.card["office_name"] == BUREAU.office("YSK").name
    assert told.checked.card["form_number"] == "fb1"
    unknown = replace(part(RIGHT), office="")
    assert check_block([unknown], USUAL)[0].card["office_name"] == ""


# One pass, in the order of the sheet


def test_all_findings_come_in_one_pass_in_the_order_of_the_sheet():
    told = check(
        """
        风险等级 | 权力事项 | B角 | 备注 | 权力子类
        绿 | | | 13800000000 | 别的
        蓝 | 同上 | | |
        """,
        Asked(card={"attendees": "999"}),
    )
    assert told.codes == [
        "F310 attendees",
        *("F201 power_matter 1", "F202 risk_level 1", "F303 officer_b 1", "F311 remark 1"),
        "F211 power_subclass 1",
        *("F213 power_matter 2", "F202 risk_level 2", "F303 officer_b 2"),
    ]


def test_a_repair_tells_what_stood_there_and_what_stands_now():
    told = check("风险等级 | 风险类别 | A角\n 红色 | 思想 | " + " ".join(NAME))
    assert told.repairs == [
        ("risk_category 1", "思想", "思想道德风险"),
        ("risk_level 1", "红色", "红"),
        ("officer_a 1", " ".join(NAME), NAME),
    ]
    assert all(repair.rule and repair.column for repair in told.checked.repairs)


def test_every_value_knows_the_cell_it_came_from():
    row = check(RIGHT, Asked(lacking=("remark",))).checked.rows[1]
    assert row.source.place(row.position, "seq").cell == "A12"
    assert row.extra == {}


# Levels and configuration


@pytest.mark.parametrize(
    ("consequence", "level", "higher"),
    [
        ("可能构成违法或犯罪", "橙", "红"),
        ("未达到党政纪处分程度", "红", "红"),
        ("符合党政纪处分规定", "", "黄"),
        ("", "橙", "橙"),
        ("别的", "绿", ""),
    ],
)
def test_the_higher_of_two_levels_follows(consequence, level, higher):
    assert raised(FORM, {"consequence": consequence, "risk_level": level}) == higher


def test_a_form_without_levels_has_none():
    assert raised(replace(FORM, roles=Roles()), {"risk_level": "红"}) == ""
    without = context('[[columns]]\nform = "附表1"\nheader = "危害后果"\nhidden = true\n')
    assert raised(without.form, {"risk_level": "橙"}) == "橙"
    assert raised(FORMS[0], {"risk_level": "红"}) == "", "words are not resolved yet"


def test_a_fourth_level_is_configuration_alone():
    blue = '[[vocabulary.levels]]\nname = "蓝"\naliases = ["蓝色"]\nhandler = "科室"\n'
    told = check("危害后果 | 风险等级\n未达到党政纪处分程度 | 蓝色", within=context(blue))
    assert told.column("risk_level") == ["蓝"]
    assert told.column("managing_body") == ["科室"]
    assert told.codes == ["F304 risk_level 1"]


@pytest.mark.parametrize("header", ["B角", "危害后果", "权力子类", "防控措施", "A角（岗位责任人）"])
def test_rules_about_a_hidden_column_are_silent(header):
    hidden = context(f'[[columns]]\nform = "附表1"\nheader = "{header}"\nhidden = true\n')
    assert check(RIGHT, within=hidden).codes == []


def test_a_hidden_label_of_the_card_is_silent_too():
    without = context('[[columns]]\nform = "附表1"\nheader = "情况说明（本表）"\nhidden = true\n')
    assert check(RIGHT, Asked(card={"attendees": "99"}), without).codes == ["F310 attendees"]


def test_a_column_of_the_bureaus_own_is_required_from_its_round_on():
    own = '[[columns]]\nform = "附表1"\nheader = "依据"\nrequired = "control"\n'
    within = context(own)
    key = within.form.table.fields[-1].key
    assert check(one("依据", ""), within=within).codes == [f"F201 {key} 1"]
    assert check(one("依据", ""), SCREENING, within).codes == []


def test_rules_run_on_a_table_without_rules_about_nothing():
    form = replace(FORM, roles=replace(FORM.roles, nil=""))
    told = check(one("防控措施", ""), within=replace(USUAL, form=form))
    assert told.codes == ["F201 measures 1"]


def test_a_block_without_parts_has_no_outcomes():
    assert check_block([], USUAL) == []
    bare = PartInput("YSK", "control", DAY, SCOPE, {})
    assert codes(check_block([bare], USUAL)[0]) == []
    empty = replace(bare, extracts={"rows": table_of(FORM.table, [])})
    assert check_block([empty], USUAL)[0].rows == []


def test_every_code_of_a_cell_or_row_is_a_finding():
    assert all(CATALOGUE[f"F{number}"].klass for number in (101, 102, 103, 104, 111, 112, 113, 114))


# Laws


TABLES = [
    RIGHT,
    "风险点 | 风险等级 | 权力事项\n甲事 | 绿 | 同上\n甲事 | 红/黄 | 专 项",
    "A角 | B角 | 情况说明\n" + f"{NAME} | {NAME} | \n{NAME} | 无 | {REASON}",
    "风险编号 | 完成时限\nYSK-2011-001 | 9月18日\nYSK-2011-001 | 2011.9.31",
    "防控措施 | 风险类别\n①核对\n | 思想、制度".replace("\n |", " |"),
]
PARTS = st.lists(
    st.tuples(
        st.sampled_from(TABLES),
        st.sampled_from(["YSK", "GKK"]),
        st.sampled_from(["screening", "control"]),
        st.sampled_from([(), ("measures",), ("seq", "risk_id")]),
    ),
    min_size=1,
    max_size=5,
)


def outcome(checked):
    """Return everything a part is told; the record number is the block's own business."""
    return (
        [replace(finding, record=-1) for finding in checked.findings],
        [replace(finding, record=-1) for finding in checked.answered],
        checked.repairs,
        [dict(row.values) for row in checked.rows],
        checked.card,
    )


@pytest.mark.long
@given(PARTS, st.randoms(use_true_random=False))
@examples(max_examples=8)
def test_a_part_is_judged_alike_alone_together_and_in_any_order(told, dice):
    parts = [part(t, Asked(office, round_, None, gone)) for t, office, round_, gone in told]
    alone = [outcome(check_block([entry], USUAL)[0]) for entry in parts]
    together = [outcome(checked) for checked in check_block(parts, USUAL)]
    assert together == alone
    order = dice.sample(range(len(parts)), len(parts))
    mixed = check_block([parts[place] for place in order], USUAL)
    assert [outcome(checked) for checked in mixed] == [alone[place] for place in order]


@pytest.mark.parametrize("table", TABLES)
def test_normalising_twice_changes_nothing(table):
    whole = part(table)
    section = FORM.table
    source = Source(0, whole, whole.extracts["rows"])
    once = normalise(gather(section, [source]), BUREAU.roster).records.frame
    texts = {key: once[key].tolist() for key in once.columns}
    extract = replace(source.extract, texts=texts)
    again = normalise(gather(section, [replace(source, extract=extract)]), BUREAU.roster)
    assert again.records.frame.equals(once)
    assert again.repairs == ()


def test_no_argument_is_changed():
    whole = part(TABLES[1])
    source = Source(0, whole, whole.extracts["rows"])
    records = gather(FORM.table, [source])
    before = records.frame.copy()
    normalise(records, BUREAU.roster)
    assert records.frame.equals(before)
    check_block([whole], USUAL)
    assert whole == part(TABLES[1])


# What the shape of a sheet asks of a record


def shaped(table, place, code):
    """Return a part in which the sheet asks something about one of its rows, and a part before."""
    whole = part(table)
    extract = whole.extracts["rows"]
    found = Finding(code, extract.place(place, "risk_point"), "风险点", params={"other": "9"})
    extracts = {**whole.extracts, "rows": replace(extract, asked=((place, found),))}
    return check_block([part(RIGHT), replace(whole, extracts=extracts)], USUAL)


@pytest.mark.parametrize("code", ["F215", "F218"])
def test_what_a_sheet_asks_of_a_row_is_answered_in_that_row(code):
    table = f"风险点 | 情况说明\n甲 | {REASON}\n乙 | "
    assert [codes(checked) for checked in shaped(table, 1, code)] == [[], [code]]
    before, checked = shaped(table, 0, code)
    assert (codes(before), codes(checked)) == ([], [])
    assert [finding.code for finding in checked.answered] == [code]
