"""The level in force: 审定, else 就高; nothing drops silently, and nothing graver is hidden."""

from __future__ import annotations

from datetime import timedelta

import pytest
from deciding import WHY, decide, listed, opened
from journeys import copied
from journeys import opened as opened_circle
from registers import SETTINGS, four_levels, register
from registers import scope as scope_of_tests

from pipeline.steps.levels import STAGES, State, Step, Word, history, is_highest, shown, standing
from pipeline.steps.register import register_frame, scope_of
from pipeline.tables.reviewing import review_progress
from pipeline.workbook.headers import position

STAGE = dict(zip("组党", STAGES, strict=True))


def steps_of(levels, written):
    """Return the steps of a line: 组橙/黄 = the group says 橙 where 就高 is 黄."""
    found = []
    for one in written.split():
        stage, level, raised = STAGE[one[0]], one[1], one[3]
        final = stage == STAGES[1] or not is_highest(levels, level, raised)
        word = Word(level, WHY, "何组长", "2011-09-20")
        found.append(Step(stage, word, raised, "", final, 1, "等级审定表!L5"))
    return found


# 就高 now | what was decided | in force, fixed, state
STANDS = """
    红 |             | 红 ·  待审核
    黄 |             | 黄 ·  待审核
    黄 | 组黄/黄      | 黄 黄 已审定
    黄 | 组橙/黄      | 橙 橙 已审定
    橙 | 组黄/橙      | 黄 黄 已审定
    橙 | 组橙/黄      | 橙 橙 已审定
    红 | 组橙/黄      | 红 橙 待审核
    黄 | 组红/橙 党红/橙 | 红 红 已审定
    黄 | 组黄/橙      | 黄 黄 已审定
    红 | 组黄/橙      | 红 黄 待审核
    红 | 组橙/黄 党橙/黄 | 红 橙 待审核
    红 | 组红/红      | 红 ·  待局党组审定
    红 | 组黄/红      | 红 ·  待局党组审定
    黄 | 组红/黄      | 红 ·  待局党组审定
    红 | 组黄/红 党黄/红 | 黄 黄 已审定
    黄 | 组黄/红 党黄/红 | 黄 黄 已审定
    黄 | 组红/黄 党红/黄 | 红 红 已审定
    橙 | 组黄/黄 组橙/黄 | 橙 橙 已审定
    红 | 组黄/黄 组红/红 | 红 黄 待局党组审定
    黄 | 组黄/红 党黄/红 组红/黄 | 红 黄 待局党组审定
    红 | 组红/红 党红/红 组黄/红 | 红 红 待局党组审定
"""


@pytest.mark.parametrize("line", STANDS.strip().splitlines())
def test_the_level_in_force_follows_from_what_was_decided(line):
    raised, written, wanted = (cell.strip() for cell in line.split("|"))
    levels = SETTINGS.levels
    found = standing(levels, raised, steps_of(levels, written))
    told = (found.level, found.fixed_level or "·", shown(levels, found.state))
    assert told == tuple(wanted.split())


@pytest.mark.parametrize(
    ("raised", "written", "level", "state"),
    [
        ("蓝", "组橙/蓝", "橙", State.FIXED),
        ("橙", "组蓝/橙", "蓝", State.FIXED),
        ("橙", "组蓝/蓝", "橙", State.OPEN),
        ("红", "组蓝/红", "红", State.PENDING),
    ],
)
def test_a_fourth_level_is_ranked_like_the_others(raised, written, level, state):
    levels = four_levels().levels
    found = standing(levels, raised, steps_of(levels, written))
    assert (found.level, found.state) == (level, state)


# Each line is a risk point: what the office filled in first, what was decided, how the office
# tells it the next time (= as before, + reworded only; with ! it explains), and what comes of it.
JOURNEY = """
    黄 | -  | -  | =   | 黄 待审核      | new     |
    黄 | 黄 | -  | =   | 黄 已审定      | fixed   |
    黄 | 橙 | -  | =   | 橙 已审定      | lowered | F410
    黄 | 橙 | -  | 橙  | 橙 已审定      | changed |
    黄 | 橙 | -  | +   | 橙 已审定      | changed | F410
    黄 | 橙 | -  | 红  | 红 待审核      | raised  |
    黄 | 黄 | -  | 橙  | 黄 已审定      | changed | F410
    黄 | 黄 | -  | 橙! | 黄 已审定      | changed | F410
    橙 | 黄 | -  | +   | 黄 已审定      | changed | F410
    橙 | 黄 | -  | 黄  | 黄 已审定      | changed |
    橙 | 黄 | -  | 红  | 红 待审核      | raised  |
    红 | 红 | 红 | =   | 红 已审定      | fixed   |
    红 | 红 | -  | =   | 红 待局党组审定 | new     |
    红 | 黄 | -  | =   | 红 待局党组审定 | new     |
    红 | 黄 | 黄 | =   | 黄 已审定      | lowered | F410
    红 | 黄 | 黄 | 黄  | 黄 已审定      | changed |
    红 | 黄 | 黄 | +   | 黄 已审定      | changed | F410
    黄 | 红 | -  | =   | 红 待局党组审定 | raised  |
    黄 | 红 | 红 | 橙  | 红 已审定      | changed | F410
    黄 | -  | -  | 橙  | 黄 待审核      | changed | F402
    黄 | -  | -  | 橙! | 橙 待审核      | lowered |
"""
CASES = [[cell.strip() for cell in line.split("|")] for line in JOURNEY.strip().splitlines()]
LEAST = "未达到党政纪处分程度"


def first_table():
    rows = [f"点{n:02d} | {LEAST} | {case[0]} | | " for n, case in enumerate(CASES)]
    return "\n".join(["风险点 | 危害后果 | 风险等级 | 备注 | 情况说明", *rows])


def second_table():
    rows = []
    for n, (first, *_, again, _stands, _change, _code) in enumerate(CASES):
        level = first if again[0] in "=+" else again[0]
        remark = "改了一句" if again == "+" else ""
        explained = "已改由两人共同测算" if again.endswith("!") else ""
        rows.append(f"点{n:02d} | {LEAST} | {level} | {remark} | {explained}")
    return "\n".join(["风险点 | 危害后果 | 风险等级 | 备注 | 情况说明", *rows])


def decision_table():
    rows = [
        f"{n:03d} | {group} | {WHY} | {'' if leaders == '-' else leaders} | {why}"
        for n, (_, group, leaders, *_) in enumerate(CASES, 1)
        if group != "-"
        for why in [WHY if leaders != "-" else ""]
    ]
    head = "number | group_level | group_reason | leaders_level | leaders_reason"
    return "\n".join([head, *rows])


@pytest.fixture(scope="module")
def decided(prepared_alone, pool, tmp_path_factory):
    """Return the folder after all the decisions, told anew by the office a day later."""
    folder = copied(prepared_alone, tmp_path_factory.mktemp("levels") / "bureau")
    circle = opened_circle(folder, pool)
    with circle.workspace:
        assert circle.hand_in(circle.fill(first_table())).verdict == "accepted"
        circle.later(days=1)
        outcome = decide(circle, decision_table())
        assert (outcome.reason, outcome.findings) == ("LEVELS_FIXED", ())
        circle.later(days=1)
        again = circle.hand_in(circle.fill(second_table()))
        assert again.verdict == "accepted"
        yield circle, again


@pytest.mark.long
def test_an_office_cannot_undo_a_fixed_level_nor_hide_a_graver_one(decided):
    circle, again = decided
    frame = register_frame(circle.workspace, circle.form, circle.workspace.today)
    desk = circle.desk(again.arrival)
    column = desk.match.columns[circle.form.roles.level]
    places = ((one.code, *position(one.place.cell)) for one in again.findings if one.place.cell)
    codes = {row + 1 - desk.first: code for code, row, place in places if place == column}
    rows = zip(frame["level"], frame["level_state"], circle.register(), strict=True)
    found = [
        (f"{level} {state}", version.class_, codes.get(n, ""))
        for n, (level, state, version) in enumerate(rows)
    ]
    assert found == [tuple(case[4:]) for case in CASES]


def test_the_level_in_force_says_who_manages_the_point(decided):
    circle, _ = decided
    frame = register_frame(circle.workspace, circle.form, circle.workspace.today)
    handlers = {term.name: term.handler for term in circle.workspace.settings.levels.terms}
    assert frame["managing_body"].tolist() == [handlers[level] for level in frame["level"]]
    assert frame["filled_level"].tolist() != frame["level"].tolist()
    assert set(frame["source"].str.partition("!")[0]) == {"附表1.xlsx"}


def test_every_day_has_its_own_levels(decided):
    circle, _ = decided
    today = circle.workspace.today
    first, second, third = (
        register_frame(circle.workspace, circle.form, today - timedelta(days=ago))
        for ago in (2, 1, 0)
    )
    assert first["level"].tolist() == [case[0] for case in CASES]
    assert set(first["level_state"]) == {"待审核"}
    assert set(first["fixed_level"]) == {""}
    assert second["level"].tolist() != first["level"].tolist()
    assert (second["level_state"] == "待审核").sum() < (third["level_state"] == "待审核").sum()


def test_the_history_of_a_level_tells_who_said_what_and_where(decided):
    circle, _ = decided
    number = f"YSK-2011-{len(CASES) - 3:03d}"
    before = circle.workspace.today - timedelta(days=2)
    turns = history(circle.workspace, number)
    told = [(turn.stage, turn.level, turn.who) for turn in turns]
    assert told == [
        ("单位填报", "黄", "预算科"),
        ("纪检组审核", "红", "何组长"),
    ]
    assert turns[1].reason == WHY
    assert turns[1].source.startswith("等级审定表.xlsx!等级审定表!L")
    assert [turn.stage for turn in history(circle.workspace, number, before)] == ["单位填报"]
    assert history(circle.workspace, "YSK-2011-999") == ()


def test_a_word_that_still_holds_is_filled_in_again_and_one_overtaken_is_not(decided):
    circle, _ = decided
    desk = opened(circle, listed(circle, everything=True))
    key = desk.match.columns["group_level"] + 1
    shown_again = [desk.sheet.cell(desk.first + n, key).value or "-" for n in range(len(CASES))]
    assert shown_again == ["-" if case[4].endswith("待审核") else case[1] for case in CASES]


def test_the_progress_counts_each_office_in_each_state(decided):
    circle, _ = decided
    workspace = circle.workspace
    frame = register_frame(workspace, circle.form, workspace.today)
    scope = scope_of(workspace, circle.form, workspace.today)
    states = tuple(shown(scope.levels, state) for state in State)
    counted = review_progress(frame, scope, states)
    waits = [sum(case[4].endswith(state) for case in CASES) for state in states]
    assert counted.iloc[0].tolist() == ["预算科", *waits, len(CASES)]
    assert counted.iloc[-1].tolist() == ["合计", *waits, len(CASES)]


def test_an_empty_register_has_no_progress():
    counted = review_progress(register("office_name | level"), scope_of_tests(), ("a", "b"))
    assert counted["total"].tolist() == [0, 0, 0, 0]
