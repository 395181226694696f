"""The register: numbers for ever, versions, 待核销; nothing leaves and no level drops silently."""

from __future__ import annotations

from dataclasses import replace

import pytest
from journeys import again, sheet_texts

from pipeline.ledger.rows import MISSING
from pipeline.rehearsal import touches
from pipeline.steps.compile import compile_volume
from pipeline.steps.issue import Wanted, issue_templates
from pipeline.steps.register import register_frame
from pipeline.steps.roles import risk_form
from pipeline.steps.sources import EXTRA
from pipeline.steps.status import level_counts

pytestmark = pytest.mark.alone

N = [f"YSK-2011-{n:03d}" for n in range(10)]
SIX = """
    风险点 | 危害后果 | 风险等级
    甲 | 未达到党政纪处分程度 | 橙
    乙 | 未达到党政纪处分程度 | 橙
    丙 | 未达到党政纪处分程度 | 橙
    丁 | 未达到党政纪处分程度 | 橙
    戊 | 符合党政纪处分规定 | 黄
    己 | 可能构成违法或犯罪 | 红
"""


@pytest.fixture
def six(bureau, returned):
    """Register six risk points of three levels; return what changes the workbook's table."""
    assert bureau.hand_in(returned(SIX)).verdict == "accepted"
    return bureau


def without(*points: str) -> str:
    return "\n".join(line for line in SIX.splitlines() if line.strip()[:1] not in points)


def changed(point: str, consequence: str, level: str, why: str = "") -> str:
    """Return the six rows with another consequence and level in one of them."""
    head, *lines = SIX.strip().splitlines()
    cells = [[cell.strip() for cell in line.split("|")] for line in lines]
    told = [
        [name, consequence, level, why] if name == point else [name, then, rank, ""]
        for name, then, rank in cells
    ]
    return "\n".join([f"{head} | 情况说明", *(" | ".join(row) for row in told)])


# Numbers.


@pytest.mark.long
def test_numbers_run_on_and_name_the_office_and_the_year(six):
    assert six.numbers() == N[1:7]


@pytest.mark.long
def test_each_office_has_its_own_numbers(six, returned):
    six.hand_in(returned(SIX, "GKK"), folder="国库科")
    assert six.numbers("GKK") == [number.replace("YSK", "GKK") for number in N[1:7]]


@pytest.mark.long
def test_a_number_is_never_given_twice(six, returned):
    six.hand_in(returned(without("丁")))
    six.hand_in(returned(without("丁") + "\n庚 | 未达到党政纪处分程度 | 橙"))
    assert six.told()[-1] == (N[7], "庚", "new")
    assert six.told()[3] == (N[4], "丁", MISSING)


@pytest.mark.long
def test_a_row_with_its_number_is_the_same_record_whatever_it_says(six, returned):
    table = f"风险点 | 风险编号 | 风险等级\n另一种说法 | {N[1]} | \n" + "\n".join(
        f"{point} | | {level}" for point, level in zip("乙丙丁戊己", "橙橙橙黄红", strict=True)
    )
    outcome = six.hand_in(returned(table))
    assert outcome.verdict == "accepted"
    assert six.told()[0][:2] == (N[1], "另一种说法")
    assert six.numbers() == N[1:7]


@pytest.mark.long
def test_a_row_without_its_number_is_known_by_post_matter_and_point(six, returned):
    reversed_rows = "\n".join(["风险点 | 危害后果 | 风险等级", *SIX.strip().splitlines()[:0:-1]])
    outcome = six.hand_in(returned(reversed_rows))
    assert outcome.verdict == "accepted"
    assert six.numbers() == N[1:7]


@pytest.mark.long
def test_an_unknown_number_is_asked_about_and_replaced(six, returned):
    table = SIX + "    庚 | 未达到党政纪处分程度 | 橙"
    head, *lines = table.strip().splitlines()
    lines = [f"{line} | {'GKK-2011-001' if '庚' in line else ''}" for line in lines]
    outcome = six.hand_in(returned("\n".join([f"{head} | 风险编号", *lines])))
    assert outcome.codes == ["F307 risk_id 7"]
    assert six.told()[-1] == (N[7], "庚", "new")


@pytest.mark.long
def test_a_number_pasted_twice_makes_the_row_that_is_less_like_it_a_new_record(six, returned):
    head, *lines = SIX.strip().splitlines()
    numbered = [f"{line} | {number}" for line, number in zip(lines, N[1:7], strict=True)]
    more = "庚 | 未达到党政纪处分程度 | 橙 | ysk-2011-００１"
    outcome = six.hand_in(returned("\n".join([f"{head} | 风险编号", more, *numbered])))
    assert outcome.codes == ["F308 risk_id 1"]
    assert six.told()[0][1] == "甲"
    assert six.told()[-1] == (N[7], "庚", "new")


# Missing rows.


@pytest.mark.long
def test_a_missing_row_is_listed_and_asked_about_and_stays(six, returned):
    outcome = six.hand_in(returned(without("甲")))
    assert (outcome.verdict, outcome.reason, outcome.codes) == (
        "accepted",
        "QUESTIONS",
        ["F401 note"],
    )
    assert six.told()[0] == (N[1], "甲", MISSING)
    assert len(six.register()) == 6


@pytest.mark.long
def test_a_reason_in_the_note_answers_for_the_missing_row(six, returned):
    note = {"note": f"{N[1]}：该岗位已经撤销，职权不再行使"}
    outcome = six.hand_in(returned(without("甲"), card=note))
    assert (outcome.reason, outcome.codes, outcome.answered) == ("OK", [], ["F401"])
    assert six.register()[0].status == MISSING


@pytest.mark.long
def test_a_reason_for_another_number_answers_nothing(six, returned):
    note = {"note": f"{N[2]}：该岗位已经撤销，职权不再行使"}
    assert six.hand_in(returned(without("甲"), card=note)).codes == ["F401 note"]


@pytest.mark.long
def test_many_missing_rows_are_for_the_group_to_decide(six, returned):
    before = six.told()
    outcome = six.hand_in(returned(without("甲", "乙", "丙")))
    assert (outcome.verdict, outcome.reason) == ("unconfirmed", "MANY_MISSING")
    assert six.told() == before


@pytest.mark.long
def test_a_missing_row_of_the_highest_level_is_for_the_group_to_decide(six, returned):
    before = six.told()
    outcome = six.hand_in(returned(without("己")))
    assert (outcome.verdict, outcome.reason) == ("unconfirmed", "MANY_MISSING")
    assert six.told() == before


@pytest.mark.long
def test_a_row_that_comes_back_is_on_record_again(six, returned):
    six.hand_in(returned(without("甲")))
    outcome = six.hand_in(returned(SIX, card={"phone": "内线8099"}))
    assert (outcome.verdict, outcome.reason) == ("accepted", "OK")
    assert six.told()[0] == (N[1], "甲", "back")
    assert six.register()[0].status == ""


# Levels.


@pytest.mark.long
def test_a_lower_level_without_a_reason_is_asked_about_and_the_higher_stays(six, returned):
    outcome = six.hand_in(returned(changed("戊", "未达到党政纪处分程度", "橙")))
    assert outcome.codes == ["F402 risk_level 5"]
    version = six.register()[4]
    assert (version.level, version.payload["risk_level"]) == ("黄", "橙")


@pytest.mark.long
def test_a_lower_level_with_a_reason_is_a_lowering(six, returned):
    why = "按新的后果认定标准重新评估"
    outcome = six.hand_in(returned(changed("戊", "未达到党政纪处分程度", "橙", why)))
    assert (outcome.codes, outcome.answered) == ([], ["F402"])
    assert (six.register()[4].level, six.register()[4].class_) == ("橙", "lowered")


@pytest.mark.long
def test_a_higher_level_is_a_raising(six, returned):
    outcome = six.hand_in(returned(changed("甲", "可能构成违法或犯罪", "红")))
    assert outcome.codes == []
    assert (six.register()[0].level, six.register()[0].class_) == ("红", "raised")


@pytest.mark.long
def test_a_level_below_its_consequence_counts_as_the_consequence_says(bureau, returned):
    outcome = bureau.hand_in(returned("风险点 | 危害后果 | 风险等级\n甲 | 可能构成违法或犯罪 | 橙"))
    assert outcome.codes == ["F304 risk_level 1"]
    version = bureau.register()[0]
    assert (version.level, version.payload["risk_level"]) == ("红", "橙")


# Versions.


def test_an_unchanged_record_gets_no_version(six, returned):
    outcome = six.hand_in(returned(changed("甲", "可能构成违法或犯罪", "红")))
    touched = [version.number for version in six.register() if version.part == outcome.part.id]
    assert touched == [N[1]]


def test_a_post_without_risk_is_filed_without_number_and_not_counted(bureau, returned):
    outcome = bureau.hand_in(
        returned("风险点 | 情况说明\n无 | 本岗位只做收发登记，不涉权力\n甲 | ")
    )
    assert outcome.verdict == "accepted"
    assert bureau.told() == [(None, "无", "new"), (N[1], "甲", "new")]


def test_a_column_of_the_offices_own_is_kept(bureau, returned):
    content = touches.add_column("本科室序码", "自编第7号")(returned(SIX), bureau.form)
    outcome = bureau.hand_in(content)
    assert outcome.verdict == "accepted"
    assert outcome.codes == ["F102 (own) 0"]
    assert bureau.register()[0].payload[f"{EXTRA}本科室序码"] == "自编第7号"


@pytest.mark.long
def test_a_returned_file_changes_nothing_on_record(six, returned):
    before = six.told()
    outcome = six.hand_in(returned(changed("甲", "可能构成违法或犯罪", "绿")))
    assert outcome.verdict == "returned"
    assert six.told() == before


# Nothing leaves, nothing drops.


@pytest.mark.long
def test_a_risk_point_that_becomes_nothing_is_missing_and_keeps_its_level(six, returned):
    head, *lines = SIX.strip().splitlines()
    rows = [f"{head} | 情况说明 | 风险编号（系统编制）"]
    rows += [f"{line} | | {number}" for line, number in zip(lines, N[1:], strict=False)]
    rows[5] = f"无 | | | 岗位撤并以后没有风险点了 | {N[5]}"
    outcome = six.hand_in(returned("\n".join(rows)))
    assert (outcome.verdict, "F401 note" in outcome.codes) == ("accepted", True)
    version = next(one for one in six.register() if one.number == N[5])
    assert (version.level, version.status) == ("黄", MISSING)


@pytest.mark.long
def test_the_highest_level_that_becomes_nothing_is_for_the_group_to_decide(six, returned):
    nothing = "无 | | | 岗位撤并以后没有风险点了"
    rows = [f"{line} |" for line in without("己").strip().splitlines()[1:]]
    outcome = six.hand_in(
        returned("\n".join(["风险点 | 危害后果 | 风险等级 | 情况说明", *rows, nothing]))
    )
    assert (outcome.verdict, outcome.reason) == ("unconfirmed", "MANY_MISSING")
    assert [version.level for version in six.register()].count("红") == 1


@pytest.mark.long
def test_an_office_that_goes_back_to_its_earlier_file_is_heard(six, returned):
    six.hand_in(returned(without("丁")))
    outcome = six.hand_in(returned(SIX), "附表1（旧）.xlsx")
    assert (outcome.verdict, outcome.reason) == ("accepted", "OK")
    assert (N[4], "丁", "back") in six.told()


@pytest.mark.long
def test_an_office_that_left_the_roster_stays_in_every_count(six):
    workspace = six.workspace
    roster = replace(workspace.roster, offices=workspace.roster.offices[1:])
    without_office = replace(workspace, roster=roster)
    form = risk_form(workspace)
    assert len(register_frame(without_office, form, workspace.today)) == 6
    assert sum(count for _, _, count in level_counts(without_office, workspace.today)) == 6
    volume = compile_volume(without_office, workspace.today)
    assert volume.risks == 6


# Rows whose numbers were deleted, see test_matching for the whole table.

SPOKEN = """
    权力事项 | 风险点 | 危害后果 | 风险等级
    收入收缴 | 收入不入账 | 可能构成违法或犯罪 | 红
    票据管理 | 票据审核不严 | 符合党政纪处分规定 | 黄
    资金拨付 | 原始凭证审核不严 | 未达到党政纪处分程度 | 橙
    资金拨付 | 报销凭证审核不严 | 未达到党政纪处分程度 | 橙
    资产处置 | 低价处置国有资产 | 未达到党政纪处分程度 | 橙
    资产处置 | 评估走过场 | 未达到党政纪处分程度 | 橙
"""
# What an office makes of it: the columns of numbers emptied, a red point in other words, one that
# may be either of two.
OTHERWISE = """
    权力事项 | 风险点 | 危害后果 | 风险等级
    资产处置 | 评估走过场 | 未达到党政纪处分程度 | 橙
    收入收缴 | 收入都不入账 | 可能构成违法或犯罪 | 红
    资金拨付 | 凭证审核不严 | 未达到党政纪处分程度 | 橙
    票据管理 | 票据审核不严 | 符合党政纪处分规定 | 黄
    资产处置 | 低价处置国有资产 | 未达到党政纪处分程度 | 橙
"""


@pytest.fixture
def spoken(bureau, returned):
    assert bureau.hand_in(returned(SPOKEN)).verdict == "accepted"
    return bureau


@pytest.mark.long
def test_a_red_point_in_other_words_is_changed_and_asked_about_not_missing(spoken, returned):
    table = SPOKEN.replace("收入不入账", "收入都不入账")
    outcome = spoken.hand_in(returned(table))
    assert (outcome.verdict, outcome.codes) == ("accepted", ["F407 risk_point 1"])
    assert spoken.told()[0] == (N[1], "收入都不入账", "changed")
    assert spoken.numbers() == N[1:7]


@pytest.mark.long
def test_what_was_asked_is_settled_by_the_number_or_by_an_explanation(spoken, returned):
    head, *lines = SPOKEN.replace("收入不入账", "收入都不入账").strip().splitlines()
    told = [f"{line} | {why}" for line, why in zip(lines, ["只是改了说法", *[""] * 5], strict=True)]
    answered = spoken.hand_in(returned("\n".join([f"{head} | 情况说明", *told])))
    assert (answered.reason, answered.codes, answered.answered) == ("OK", [], ["F407"])
    given = [f"{line} | {number}" for line, number in zip(lines, N[1:7], strict=True)]
    numbered = spoken.hand_in(returned("\n".join([f"{head} | 风险编号", *given])))
    assert (numbered.codes, numbered.answered) == ([], [])
    assert spoken.numbers() == N[1:7]


@pytest.mark.long
def test_in_another_year_the_old_numbers_stay_and_the_new_begin_anew(spoken, returned):
    settings = spoken.workspace.settings
    campaign = settings.campaign.model_copy(update={"year": 2012})
    settings = settings.model_copy(update={"campaign": campaign})
    spoken.workspace = replace(spoken.workspace, settings=settings)
    assert list(issue_templates(spoken.workspace, Wanted(round="control")))
    more = "    票据管理 | 票据遗失 | 未达到党政纪处分程度 | 橙"
    outcome = spoken.hand_in(returned(OTHERWISE + more))
    assert outcome.verdict == "accepted"
    assert spoken.numbers() == [*N[1:7], "YSK-2012-001", "YSK-2012-002"]


@pytest.mark.long
def test_an_office_that_deletes_the_numbers_is_told_what_its_rows_were_taken_for(spoken, returned):
    outcome = spoken.hand_in(returned(OTHERWISE))
    assert (outcome.verdict, outcome.reason) == ("accepted", "QUESTIONS")
    assert outcome.codes == ["F407 risk_point 2", "F406 risk_point 3", "F401 note", "F401 note"]
    assert spoken.told() == [
        (N[1], "收入都不入账", "changed"),
        (N[2], "票据审核不严", "new"),
        (N[3], "原始凭证审核不严", MISSING),
        (N[4], "报销凭证审核不严", MISSING),
        (N[5], "低价处置国有资产", "new"),
        (N[6], "评估走过场", "new"),
        (N[7], "凭证审核不严", "new"),
    ]
    said = str(sheet_texts(outcome.answer))
    assert f"按相近内容认作{N[1]}（原为“收入不入账”）" in said
    assert f"可能是已登记的{N[3]}、{N[4]}" in said
    # What the question says to do settles it: the row is the third point, its own number is gone.
    numbered = again(outcome.answer.read_bytes(), spoken.form, 2, risk_id=N[3])
    settled = spoken.hand_in(numbered, outcome.answer.name)
    assert settled.codes == ["F401 note", "F401 note"]
    assert (N[3], "凭证审核不严", "back") in spoken.told()
    assert (N[7], "凭证审核不严", MISSING) in spoken.told()
