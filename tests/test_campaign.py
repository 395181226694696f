"""Campaign rules hold the archive against the roster; they remind people and decide nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest
from journeys import CLERK, DEPUTY, HEAD, PLEDGED, again, copied, opened, sheet_texts, small_bureau
from test_annex2 import amended
from tree import ROOT

from pipeline.findings import CATALOGUE
from pipeline.ledger import arrivals, parts
from pipeline.model import Office, Person
from pipeline.monitor import (
    CAMPAIGN_RULES,
    Agreement,
    Pledge,
    Point,
    Standing,
    asking,
    matters,
    told_together,
)
from pipeline.steps.nightly import nightly
from pipeline.steps.progress import overview
from pipeline.workspace.paths import NOTICES

OFFICE = Office("YSK", "预算科", 1, liaison="吴江", phone="1002")
PEOPLE = tuple(
    Person(f"R{number}", name, "YSK", (post,))
    for number, (name, post) in enumerate(
        (("王一", "科长岗"), ("李二", "审核岗"), ("赵三", "出纳岗")), 1
    )
)
ONE, TWO = ({"风险等级": level, "防控措施": "双人复核"} for level in "黄橙")


USUAL = Standing(
    OFFICE,
    "附件2",
    "附表1",
    PEOPLE,
    {one.code: one.name for one in PEOPLE},
    accepted=True,
    opened=True,
)


def standing(*points, **said):
    """Return an office of three whose table was accepted in the round of measures."""
    return replace(USUAL, points=points, **said)


def asked(state, *codes):
    """Return code, person and sentence of what is asked, of these codes only where named."""
    return [
        (one.code, one.person, one.message)
        for one in matters(state)
        if not codes or one.code in codes
    ]


def ring(*names, number="YSK-2011-00{}"):
    """Return a point a person, each watched by the next."""
    posts = {one.name: one.posts[0] for one in PEOPLE}
    pairs = zip(names, (*names[1:], names[0]), strict=True)
    return [
        Point(number.format(place), posts[holder], (holder,), (partner,))
        for place, (holder, partner) in enumerate(pairs, 1)
    ]


# Everyone has a form


def test_who_has_no_form_is_named_once_the_table_is_accepted():
    state = standing(pledges={"R1": Pledge({})})
    assert [person for _, person, _ in asked(state, "F501")] == ["李二", "赵三"]
    (told,) = told_together(one for one in matters(state) if one.code == "F501")
    assert told.said == "李二、赵三（2人）：还没有报附件2。请填好下发的本人表后报送。"


def test_before_the_table_is_accepted_the_office_is_told_to_send_it_first():
    (told,) = asked(standing(accepted=False, opened=False))
    assert told[::2] == ("F502", "有3人的附件2要等附表1收下后下发。请先报附表1。")


def test_before_the_round_of_the_form_nobody_is_asked_for_one():
    assert asked(standing(opened=False, asked=False), "F501", "F502") == []


# Posts


def test_a_post_without_a_row_is_told_and_a_row_that_says_none_covers_it():
    covered = Point("", "审核 岗", excused=True)
    (told,) = asked(standing(Point("YSK-2011-001", "科长岗"), covered), "F503")
    assert "“出纳岗”。" in told[2]
    assert "审核岗" not in told[2]


def test_posts_are_asked_for_only_where_a_table_was_accepted():
    assert asked(standing(accepted=False), "F503") == []


# Agreement


def test_a_form_as_the_register_has_it_agrees_whatever_the_spaces():
    signed = Pledge({"YSK-2011-001": ONE | {"防控措施": "双人 复核"}})
    assert standing(pledges={"R1": signed}, owed={"R1": {"YSK-2011-001": ONE}}).agreement(
        "R1"
    ) is Agreement("一致")


@pytest.mark.parametrize(
    ("signed", "owed", "which"),
    [
        ({"A1": ONE}, {"A1": TWO}, "A1：风险等级"),
        ({"A1": ONE}, {"A1": TWO | {"防控措施": "轮岗"}}, "A1：风险等级、防控措施"),
        ({"A1": ONE}, {}, "A1：已不由本人负责"),
        ({}, {"A1": ONE}, "A1：新增"),
        ({"": {"岗位": "审核岗"}}, {"": {"岗位": "科长岗"}}, "岗位"),
    ],
    ids=["level", "both", "gone", "new", "post"],
)
def test_what_differs_is_named_by_row_and_column(signed, owed, which):
    for moved, code, word in (((), "F504", "不一致"), (("", "A1"), "F506", "需要重签")):
        pledge = Pledge(signed, frozenset(moved))
        state = standing(pledges={"R1": pledge}, owed={"R1": owed})
        ((found, person, said),) = asked(state, "F504", "F505", "F506")
        assert (found, person) == (code, "王一")
        assert which in said
        assert state.agreement("R1").value == word


def test_where_one_row_never_agreed_it_is_not_only_to_be_signed_again():
    pledge = Pledge({"A1": ONE, "A2": ONE}, frozenset({"A1"}))
    state = standing(pledges={"R1": pledge}, owed={"R1": {"A1": TWO, "A2": TWO}})
    assert state.agreement("R1") is Agreement.DIFFERS


def test_many_differences_are_counted_in_the_sentence_and_listed_one_by_one():
    signed = {f"A{number}": ONE for number in range(1, 8)}
    state = standing(pledges={"R1": Pledge(signed)}, owed={"R1": {}})
    (told,) = [one for one in matters(state) if one.code == "F504"]
    assert "等7条" in told.message
    assert "A4" not in told.message
    assert len(told.details) == 7


def test_a_form_that_came_before_the_table_waits_to_be_compared():
    state = standing(opened=False, pledges={"R1": Pledge({"A1": ONE})})
    assert state.agreement("R1").value == "已收，待比对"
    assert asked(state, "F505")[0][1] == "王一"


def test_nothing_is_said_of_a_form_whose_given_rows_nobody_noted():
    state = standing(pledges={"R1": Pledge(None)}, owed={"R1": {"A1": ONE}})
    assert state.agreement("R1") is None
    assert asked(state, "F504", "F505", "F506") == []


# A角 and B角


def test_a_ring_of_three_is_as_good_as_pairs_and_who_holds_nothing_may_watch():
    assert asked(standing(*ring("王一", "李二", "赵三")), "F507", "F508", "F509") == []
    assert asked(standing(*ring("王一", "李二")[:1]), "F507") == []


@pytest.mark.parametrize("partners", [(), ("无",), ("王一",), ("外人甲",)])
def test_a_holder_without_another_colleague_as_partner_is_told(partners):
    state = standing(Point("YSK-2011-001", "科长岗", ("王一",), partners))
    ((_, _, said),) = asked(state, "F507")
    assert said.startswith("王一（YSK-2011-001）")


def test_none_with_a_reason_is_left_alone_and_a_stranger_with_a_reason_is_not():
    alone = Point("A1", "科长岗", ("王一",), ("无",), excused=True)
    assert asked(standing(alone), "F507") == []
    assert asked(standing(replace(alone, partners=("外人甲",))), "F507") != []


def test_partners_are_asked_for_from_the_round_of_measures():
    lone = Point("A1", "科长岗", ("王一",))
    assert asked(standing(lone, opened=False), "F507") == []


def test_another_partner_than_the_rosters_is_told_and_reminds_nobody():
    first = replace(PEOPLE[0], partner="赵三")
    state = standing(*ring("王一", "李二"), staff=(first, *PEOPLE[1:]))
    ((_, person, said),) = asked(state, "F508")
    assert (person, "“赵三”" in said, "“李二”" in said) == ("王一", True, True)
    assert list(asking(one for one in matters(state) if one.code == "F508")) == []


def test_a_partner_who_left_is_told_once_with_all_his_points():
    points = [Point(f"A{number}", "科长岗", ("王一",), ("钱六",)) for number in range(1, 6)]
    state = standing(*points, left=frozenset({"钱六"}))
    ((_, _, said),) = asked(state, "F507", "F509")
    assert "（A1、A2、A3等5条）的B角“钱六”" in said


# The rules as a whole


def test_each_campaign_rule_has_its_code_and_cites_the_plan():
    codes = [entry.code for entry in CATALOGUE.values() if entry.klass == "活动"]
    assert [rule.code for rule in CAMPAIGN_RULES] == codes
    assert all("方案" in str(rule.ask.__doc__) for rule in CAMPAIGN_RULES)


@pytest.mark.parametrize("rule", CAMPAIGN_RULES, ids=lambda rule: rule.code)
def test_each_rule_can_be_switched_off(rule):
    lone = Point("A1", "科长岗", ("王一",), ("赵三",))
    states = (
        standing(
            lone,
            Point("A2", "科长岗", ("王一",), ("钱六",)),
            Point("A3", "科长岗", ("李二",)),
            staff=(replace(PEOPLE[0], partner="李二"), *PEOPLE[1:]),
            left=frozenset({"钱六"}),
            pledges={"R1": Pledge({"A1": ONE}), "R2": Pledge({"A3": ONE}, frozenset({"A3"}))},
        ),
        standing(opened=False, pledges={"R1": Pledge({})}),
    )
    whole = {one.code for state in states for one in matters(state)}
    left = {one.code for state in states for one in matters(state, (rule.code,))}
    assert whole - left == {rule.code}


def test_the_officer_is_reminded_of_an_office_in_one_sentence():
    state = standing(Point("A1", "科长岗", ("王一",)))
    (said,) = asking(matters(state))
    assert said.startswith("请提醒预算科（联络员吴江，电话1002）：岗位没有风险点1项、")


def test_no_step_that_decides_knows_the_campaign_rules():
    for name in ("decide", "judge", "receive", "recognise", "matching", "check"):
        source = (ROOT / "pipeline" / "steps" / f"{name}.py").read_text("utf-8")
        assert "campaign import" not in source
        assert "monitor" not in source


# Rules on trial


@pytest.mark.long
def test_a_rule_on_trial_returns_nothing_and_later_counts_again(bureau):
    table = "风险点 | 风险等级 | 危害后果\n甲 | 绿 | 未达到党政纪处分程度"
    circle = amended(bureau, ("trial = []", 'trial = ["F202", "F302", "F402"]'))
    with circle.workspace:
        outcome = circle.hand_in(circle.fill(table))
        assert (outcome.verdict, outcome.codes) == ("accepted", ["F202 risk_level 1"])
        assert [finding.klass for finding in outcome.findings] == ["提示"]
        shown = {cell for row in sheet_texts(outcome.answer)["问题清单"] for cell in row}
        assert "提示" in shown
        assert "必改" not in shown
        # A question that only the register can ask is told as a hint as well.
        higher = "风险点 | 危害后果\n甲 | 可能构成违法或犯罪"
        assert circle.hand_in(circle.fill(higher), "升.xlsx").verdict == "accepted"
        lower = circle.hand_in(circle.fill("风险点 | 危害后果\n甲 | 符合党政纪处分规定"), "降.xlsx")
        assert [(one.code, one.klass) for one in lower.findings] == [("F402", "提示")]
        assert lower.part.questions == 0
    ended = amended(circle, ('trial = ["F202", "F302", "F402"]', "trial = []"))
    with ended.workspace:
        assert ended.hand_in(ended.fill(table), "再报.xlsx").verdict == "returned"


# On the way through the archive


@pytest.fixture(scope="module")
def pledged_root(prepared, pool, tmp_path_factory):
    """Return the workspace after the table of 预算科 and the forms of two people were accepted."""
    root = copied(prepared, tmp_path_factory.mktemp("pledged") / "bureau")
    circle = opened(root, pool)
    with circle.workspace:
        assert circle.hand_in(circle.fill(PLEDGED)).verdict == "accepted"
        for name in (HEAD, CLERK):
            assert circle.hand_in(circle.pledged(name), f"{name}.xlsx").verdict == "accepted"
    return root


@pytest.fixture
def signed(pledged_root, pool, tmp_path):
    """Yield the bureau at work after two people of 预算科 have signed."""
    circle = opened(copied(pledged_root, tmp_path / "bureau"), pool)
    circle.later(hours=1)
    with circle.workspace:
        yield circle


def compared(circle):
    """Return how the form of each person who sent one stands to the register."""
    lines = overview(circle.workspace, circle.workspace.today).lines
    return {line.person: str(line.agreement) for line in lines if line.agreement}


def codes(circle, *wanted):
    return [
        (one.code, one.office.code, one.person)
        for one in overview(circle.workspace, circle.workspace.today).matters
        if one.code in wanted
    ]


@pytest.mark.long
def test_what_was_signed_as_it_is_agrees_and_the_others_are_named(signed):
    assert compared(signed) == {HEAD: "一致", CLERK: "一致"}
    lacking = [person for _, office, person in codes(signed, "F501") if office == "YSK"]
    assert lacking == [
        one.name for one in small_bureau().staff("YSK") if one.name not in {HEAD, CLERK}
    ]
    assert codes(signed, "F502") == [("F502", "GKK", ""), ("F502", "NYK", "")]


@pytest.mark.long
def test_rows_changed_since_are_to_be_signed_again_until_they_are(signed):
    signed.later(minutes=5)
    content = again(
        signed.fill(PLEDGED), signed.form, 0, measures="改由两人同时在场并登记台账后办理"
    )
    assert signed.hand_in(content, "附表1新.xlsx").verdict == "accepted"
    assert compared(signed) == {HEAD: "需要重签", CLERK: "一致"}
    ((code, _, person),) = codes(signed, "F504", "F506")
    assert (code, person) == ("F506", HEAD)
    # The state of the form itself stays.
    lines = overview(signed.workspace, signed.workspace.today).lines
    assert next(str(line.state) for line in lines if line.person == HEAD) == "已收"
    assert signed.hand_in(signed.issued()[HEAD], "重签.xlsx").verdict == "accepted"
    assert compared(signed) == {HEAD: "一致", CLERK: "一致"}


@pytest.mark.long
def test_a_row_given_to_another_concerns_both(signed):
    table = PLEDGED.replace(f"{HEAD}  | 科长岗\n    资料", f"{CLERK}  | 科长岗\n    资料")
    assert signed.hand_in(signed.fill(table), "附表1新.xlsx").verdict == "accepted"
    assert compared(signed) == {HEAD: "需要重签", CLERK: "需要重签"}
    said = {
        one.person: one.details
        for one in overview(signed.workspace, signed.workspace.today).matters
        if one.code == "F506"
    }
    assert said == {
        HEAD: ("YSK-2011-002：已不由本人负责",),
        CLERK: ("YSK-2011-002：新增",),
    }


@pytest.mark.long
def test_an_older_form_that_comes_after_the_change_never_agreed(signed):
    late = signed.bureau.staff("YSK")[3].name
    old = signed.pledged(late)
    more = f"\n    台账不全 | 未达到党政纪处分程度 | {late} | 科长岗"
    assert (
        signed.hand_in(signed.fill(PLEDGED.rstrip() + more), "附表1新.xlsx").verdict == "accepted"
    )
    assert signed.hand_in(old, "旧表.xlsx").verdict == "accepted"
    assert codes(signed, "F504", "F506") == [("F504", "YSK", late)]


def test_who_took_another_post_signs_again_and_a_new_namesake_is_asked_for_his_own(signed):
    people = [
        replace(one, posts=("综合岗",)) if one.name == HEAD else one for one in signed.bureau.people
    ]
    mine = next(one for one in people if one.name == CLERK)
    twin = replace(mine, code="YSK99", posts=("新设岗",))
    circle = amended(signed, people=[*people, twin])
    with circle.workspace:
        told = compared(circle)
        assert told[HEAD] == "需要重签"
        assert told[f"{CLERK}（{mine.code}）"] == "一致"
        assert ("F501", "YSK", f"{CLERK}（YSK99）") in codes(circle, "F501")
        assert any(
            "“新设岗”" in one.message
            for one in overview(circle.workspace, circle.workspace.today).matters
            if one.code == "F503"
        )


def test_on_an_earlier_day_it_is_told_as_it_stood_then_and_after_the_end_nothing_is_asked(signed):
    workspace = signed.workspace
    before = overview(workspace, date(2011, 9, 12))
    assert {one.code for one in before.matters} == {"F502"}
    assert overview(workspace, date(2011, 8, 20)).matters == ()
    ended = overview(workspace, date(2011, 11, 1))
    assert ended.matters == ()
    assert {str(line.agreement) for line in ended.lines if line.agreement} == {"一致"}


@pytest.mark.long
def test_the_night_tells_it_to_the_group_and_no_office_reads_of_another(signed):
    folder = signed.workspace.paths.outbox / "各科室"
    before = sorted(path for path in folder.rglob("*") if path.is_file())
    nightly(signed.workspace, signed.pool, signed.workspace.today, lambda _: None)
    after = sorted(path for path in folder.rglob("*") if path.is_file())
    assert [path for path in after if path.parent.name != NOTICES] == before
    group = signed.workspace.paths.for_group("每日报告")
    page = next(group.glob("*.html")).read_text("utf-8")
    assert "活动要求" in page
    assert "人的附件2要等附表1收下后下发。请先报附表1。" in page
    book = sheet_texts(signed.workspace.paths.for_group("汇总") / "报送进度.xlsx")
    assert "一致" in {cell for row in book["报送进度"] for cell in row}
    assert any(DEPUTY in row for row in book["活动要求"])


@pytest.mark.long
def test_verdicts_are_the_same_with_and_without_the_campaign_rules(prepared, tmp_path, pool):
    off = json.dumps([rule.code for rule in CAMPAIGN_RULES])
    told = []
    for name, listed in (("有", "[]"), ("无", off)):
        circle = opened(copied(prepared, tmp_path / name), pool)
        circle = amended(circle, ("campaign_rules_off = []", f"campaign_rules_off = {listed}"))
        with circle.workspace as workspace:
            circle.hand_in(circle.fill("风险点 | 风险等级 | B角\n甲 | 绿 | 无\n乙 | 红 | 外人甲"))
            circle.hand_in(circle.fill(PLEDGED), "附表1新.xlsx")
            circle.hand_in(circle.pledged(HEAD), "附件2.xlsx")
            assert bool(overview(workspace, workspace.today).matters) is (name == "有")
            with workspace.ledger.reading() as db:
                whole = arrivals.decided_by(db, workspace.today)
                told.append(
                    [(one.verdict, one.reason, json.loads(one.findings)) for one in parts.parts(db)]
                    + [(one.verdict, one.reason) for one in whole]
                )
    assert len(told[0]) == 6
    assert told[0] == told[1]
