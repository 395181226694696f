"""The rules about what is written in a text, and words in the wrong place."""

import pytest
from blocks import FORM, USUAL, Asked, check, context, part

from pipeline.checks.check import check_block

REASON = "已经集体讨论确定"
CATEGORY = FORM.table.field("risk_category").kind.vocabulary.terms[1]


def one(header, value):
    return f"{header} | 风险编号\n{value} | "


def said(told, code):
    return next(entry for entry in told.checked.findings if entry.code == code)


# Several points in a cell


@pytest.mark.parametrize(
    ("typed", "count"),
    [
        ("1.票据审核不严；2.拨款不及时", "2"),
        ("①虚列支出②账外设账③白条入账", "3"),
        ("(1)票据审核不严 (2)拨款不及时", "2"),
        ("一、票据审核不严；二、拨款不及时", "2"),
        ("一是票据审核不严，二是拨款不及时", "2"),
    ],
)
def test_several_points_in_one_cell_are_asked_about_and_never_split(typed, count):
    told = check(one("风险点", typed))
    assert (told.codes, len(told.checked.rows)) == (["F216 risk_point 1"], 1)
    assert said(told, "F216").params["count"] == count
    assert check(f"风险点 | 情况说明\n{typed} | {REASON}").codes == []


@pytest.mark.parametrize(
    "typed",
    [
        *("1.票据审核不严", "2011.9.18起执行1.5%标准", "第1、第2号账户混用", "一、二级科目混用"),
        *("1、2号账户混用", "3.5万元以下、2.1万元以上的支出"),
    ],
)
def test_numbers_in_one_point_make_no_list(typed):
    assert check(one("风险点", typed)).codes == []


# Words in the wrong column


@pytest.mark.parametrize("word", [CATEGORY.name, CATEGORY.aliases[0]])
def test_a_category_in_another_column_is_asked_about_and_not_moved(word):
    told = check(f"权力事项 | 风险类别\n{word} | ")
    assert told.codes == ["F219 power_matter 1", "F201 risk_category 1"]
    assert (told.column("power_matter"), told.column("risk_category")) == ([word], [""])
    assert said(told, "F219").params["other"] == "风险类别"


def test_a_cell_that_is_nothing_but_a_category_is_asked_about_beside_one():
    assert check(one("权力事项", CATEGORY.name)).codes == ["F219 power_matter 1"]


def test_a_remark_may_name_a_category_where_the_category_is_given():
    assert check(one("备注", CATEGORY.name)).codes == []
    assert "F219 remark 1" in check(f"备注 | 风险类别\n{CATEGORY.name} | ").codes


def test_a_text_that_only_mentions_a_category_is_its_own():
    assert check(one("权力事项", f"{CATEGORY.name}排查")).codes == []


# Several categories


def test_of_several_categories_the_others_are_kept_beside():
    told = check(one("风险类别", "流程、思想"))
    assert (told.codes, told.column("risk_category")) == (
        ["F210 risk_category 1"],
        ["业务流程风险"],
    )
    assert told.checked.rows[0].extra == {"风险类别（其余）": "思想道德风险"}
    answered = check(f"风险类别 | 情况说明\n流程、思想 | {REASON}")
    assert (answered.codes, answered.answered) == ([], ["F210 risk_category 1"])


def test_ditto_below_several_categories_keeps_the_others_too():
    told = check("风险类别 | 风险点\n流程、思想 | 甲事\n同上 | 乙事")
    assert [row.extra for row in told.checked.rows] == [{"风险类别（其余）": "思想道德风险"}] * 2


# Measures


SAME = "加强审查核实，严格按规定办理"


def rows(*measures):
    lines = (f"风险点{number} | {measure}" for number, measure in enumerate(measures))
    return "风险点 | 防控措施\n" + "\n".join(lines)


def test_one_measure_copied_into_all_rows_is_pointed_to_with_the_count():
    told = check(rows(SAME, f" {SAME}。", SAME))
    assert told.codes == ["F314 measures 1"]
    assert said(told, "F314").params["count"] == "3"


@pytest.mark.parametrize("measures", [(SAME, SAME), (SAME, SAME, SAME + "，双人复核")])
def test_few_rows_or_one_that_differs_are_no_copy(measures):
    assert check(rows(*measures)).codes == []


def test_how_many_rows_make_a_copy_is_configuration():
    text = f"风险点 | 防控措施\n甲 | {SAME}\n乙 | {SAME}"
    two = context(old="same_measures = 3", new="same_measures = 2")
    assert check(text, within=two).codes == ["F314 measures 1"]


def test_rows_of_two_parts_are_no_copies_of_each_other():
    parts = [part(rows(SAME, SAME)), part(rows(SAME, SAME))]
    assert [checked.findings for checked in check_block(parts, USUAL)] == [[], []]


def test_rows_without_a_measure_are_not_counted():
    told = check(rows("", "", ""), Asked(round="screening"))
    assert told.codes == []


RISK = "专项资金分配依据不充分"


@pytest.mark.parametrize(
    "measure", [RISK, f"防止{RISK}", f"杜绝{RISK}。", f"要避免{RISK}的问题", "资金分配依据不充分"]
)
@pytest.mark.parametrize("header", ["风险点", "表现形式"])
def test_a_measure_that_only_says_the_risk_again_is_pointed_to(measure, header):
    assert check(f"{header} | 防控措施\n{RISK} | {measure}").codes == ["F315 measures 1"]


@pytest.mark.parametrize(
    "measure", [f"防止{RISK}：两人测算并留存底稿", "由两人分别测算并留存底稿", "加强教育"]
)
def test_a_measure_with_words_of_its_own_is_no_repetition(measure):
    assert "F315 measures 1" not in check(f"风险点 | 防控措施\n{RISK} | {measure}").codes


def test_a_short_risk_is_no_phrase_to_repeat():
    assert check("风险点 | 防控措施\n受贿 | 防止受贿，公开办理").codes == []


# Characters


@pytest.mark.parametrize(
    "strange", ["\ue863", "\uf8ff", "\U000f0000", "\U0010fffd", "\ufffd", "\u0378"]
)
def test_a_character_nobody_else_can_show_is_pointed_to_with_its_cell(strange):
    told = check(f"备注 | 风险点\n王{strange}经办 | 甲事")
    assert told.codes == ["F222 remark 1"]
    assert check(one("防控措施", f"由两人分别测算并留存底稿{strange}")).codes == ["F222 measures 1"]


def test_a_strange_character_in_the_card_is_pointed_to():
    assert "F222 note" in check("风险点\n甲事", Asked(card={"note": "见\ue000说明"})).codes


@pytest.mark.parametrize("usual", ["𠀀某", "①《通知》", "第一行\n第二行", "王　某", "½㎡"])
def test_rare_but_proper_characters_are_nothing_to_tell(usual):
    assert "F222 remark 1" not in check(one("备注", usual.replace("\n", ""))).codes


# Roles instead of names


@pytest.mark.parametrize("typed", ["王科长", "科室负责人", "张主任", "丘某等3人", "经办人"])
def test_a_role_instead_of_a_name_is_asked_about(typed):
    assert check(one("A角", typed)).codes == ["F221 officer_a 1"]
