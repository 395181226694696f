"""核实: a 情况说明 holds while the questioned values stay; the officer agrees or objects."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from commands import in_process
from journeys import Circle, copied, opened, sheet_texts, without_stamp
from test_batch_law import outcome_of, verdicts

from pipeline.errors import UsageError
from pipeline.ledger import decisions, records
from pipeline.ledger.rows import CANCELLED, MISSING
from pipeline.monitor import Stand
from pipeline.steps.campaign import campaign_of
from pipeline.steps.compile import compile_volume
from pipeline.steps.confirm import Said, confirm
from pipeline.steps.consolidate import consolidate
from pipeline.steps.nightly import night_report
from pipeline.steps.progress import overview
from pipeline.steps.register import register_frame
from pipeline.steps.roles import risk_form
from pipeline.steps.status import level_counts
from pipeline.steps.verify import Opinion, settle, verification

WHY, ANEW = "原单位借调来的同事", "新近借调来的另一位同事"
GONE = "该岗位已经撤销，职权不再行使"
N = [f"YSK-2011-{n:03d}" for n in range(6)]
FOUR = "风险点\n甲\n乙\n丙\n丁"
THREE = "风险点\n乙\n丙\n丁"


def partner(name: str, why: str = WHY, more: str = "") -> str:
    """Return a table in which the B角 of one row is somebody whom the roster does not know."""
    return f"风险点 | B角 | 情况说明\n{more}甲 | {name} | {why}\n乙 | | "


def stands(bureau: Circle) -> dict[str, Stand]:
    found = verification(bureau.workspace, bureau.workspace.today)
    return {one.code: one.stand for one in found.queries}


def number_of(bureau: Circle, code: str) -> str:
    found = verification(bureau.workspace, bureau.workspace.today).queries
    return next(one.number for one in found if one.code == code)


def todos(bureau: Circle) -> str:
    day = bureau.workspace.today
    return "\n".join(night_report(bureau.workspace, day, overview(bureau.workspace, day)).todo)


def agree(bureau: Circle, number: str, why: str = "") -> Stand:
    bureau.later(minutes=1)
    return settle(bureau.workspace, number, Opinion("何组长", why))


def by_sign(outcome) -> tuple[list[str], list[str]]:
    """Return the questions about the B角 that are open and those that are answered."""
    codes = [code[:4] for code in outcome.codes]
    return [code for code in codes if code == "F203"], outcome.answered


ASKED: tuple[list[str], list[str]] = (["F203"], [])
SILENT: tuple[list[str], list[str]] = ([], ["F203"])


@pytest.mark.parametrize(
    ("tables", "last"),
    [
        pytest.param([partner("江一川"), partner("江一川", more="丙 | | \n")], SILENT, id="moved"),
        pytest.param([partner("江一川"), partner("何小苇")], ASKED, id="changed"),
        pytest.param([partner("江一川"), partner("何小苇", ANEW)], SILENT, id="new words"),
        pytest.param([partner("江一川"), partner("江 一川", "原单位，借调来的同事")], SILENT),
        pytest.param(
            [partner("江一川"), partner("何小苇"), partner("何小苇") + "\n丙 | | "],
            ASKED,
            id="asked on",
        ),
        pytest.param(
            [partner("江一川"), partner("何小苇"), partner("江一川")], SILENT, id="back again"
        ),
        pytest.param([partner("江一川"), partner("江一川", "")], ASKED, id="words gone"),
        pytest.param([partner("江一川") + "\n丙 | | ", partner("何小苇")], ASKED, id="row gone"),
    ],
)
@pytest.mark.long
def test_a_reply_holds_as_long_as_the_questioned_value_stays(bureau, returned, tables, last):
    first, *_, outcome = [bureau.hand_in(returned(table)) for table in tables]
    assert by_sign(first) == SILENT
    assert by_sign(outcome) == last


@pytest.mark.long
def test_the_question_that_is_asked_again_says_for_what_the_reply_was(bureau, returned):
    bureau.hand_in(returned(partner("江一川")))
    asked = bureau.hand_in(returned(partner("何小苇"))).findings
    message = next(one.message for one in asked if one.code == "F203")
    assert message.endswith("原说明是对“江一川”的，请按现在的内容重新说明。")


@pytest.mark.long
def test_a_reply_in_a_returned_file_is_bound_to_what_it_explained(bureau, returned):
    wrong = partner("江一川").replace("乙 | | ", "乙 | 无 | ")
    head = "风险点 | B角 | 情况说明 | 风险等级"
    cells = [f"{line} | {'绿' if line[0] == '乙' else ''}" for line in wrong.splitlines()[1:]]
    first = bureau.hand_in(returned("\n".join([head, *cells])))
    assert first.verdict == "returned"
    assert by_sign(bureau.hand_in(returned(partner("何小苇")))) == ASKED


@pytest.mark.long
def test_a_prechecked_file_binds_no_reply(bureau, returned):
    bureau.hand_in(returned(partner("江一川")), folder="预算科/预检")
    assert by_sign(bureau.hand_in(returned(partner("何小苇")))) == SILENT


@pytest.mark.long
def test_replies_are_the_same_one_by_one_and_all_at_once(prepared, pool, tmp_path):
    both = [opened(copied(prepared, tmp_path / name), pool) for name in ("once", "each")]
    at_once, one_by_one = both
    with at_once.workspace, one_by_one.workspace:
        tables = [partner("江一川"), partner("何小苇"), partner("何小苇", ANEW), partner("江一川")]
        files = {f"{n}.xlsx": at_once.fill(table) for n, table in enumerate(tables)}
        for name, content in files.items():
            at_once.drop(content, name)
        for arrival in [one.arrival for one in at_once.receive()]:
            one_by_one.drop(files[arrival.name], arrival.name)
            one_by_one.receive()
        assert verdicts(one_by_one, 4) == verdicts(at_once, 4)
        assert outcome_of(one_by_one) == outcome_of(at_once)
        assert [by_sign(at_once.outcome(n + 1)) for n in range(4)].count(ASKED) >= 1
        before = outcome_of(at_once)
        at_once.run()
        assert outcome_of(at_once) == before


LEVEL = (
    "风险点 | 危害后果 | 风险等级 | 情况说明\n甲 | {} | {} | {}\n乙 | 未达到党政纪处分程度 | 橙 | "
)
YELLOW, ORANGE = ("符合党政纪处分规定", "黄"), ("未达到党政纪处分程度", "橙")


@pytest.mark.long
def test_words_that_stood_there_before_lower_no_level(bureau, returned):
    old = "本岗位经手的金额很小"
    bureau.hand_in(returned(LEVEL.format(*YELLOW, old)))
    outcome = bureau.hand_in(returned(LEVEL.format(*ORANGE, old)))
    assert outcome.codes == ["F402 risk_level 1"]
    assert "原说明是对“黄”的" in outcome.findings[0].message
    assert bureau.register()[0].level == "黄"
    again = bureau.hand_in(returned(LEVEL.format(*ORANGE, "按新的后果认定标准重新评估")))
    assert (again.codes, bureau.register()[0].level) == ([], "橙")


@pytest.mark.long
def test_a_lowering_that_the_officer_does_not_agree_to_is_undone(bureau, returned):
    bureau.hand_in(returned(LEVEL.format(*YELLOW, "")))
    lowered = LEVEL.format(*ORANGE, "按新的后果认定标准重新评估")
    bureau.hand_in(returned(lowered))
    assert bureau.register()[0].level == "橙"
    assert agree(bureau, number_of(bureau, "F402"), "后果没有变") is Stand.OBJECTED
    assert (bureau.register()[0].level, bureau.register()[0].class_) == ("黄", "raised")
    again = bureau.hand_in(returned(lowered, card={"phone": "0000-2"}))
    assert again.codes == ["F402 risk_level 1"]
    assert "没有同意原说明：后果没有变" in again.findings[0].message
    assert bureau.register()[0].level == "黄"


# The officer reads what was explained.


@pytest.mark.long
def test_what_nobody_explains_is_listed_for_the_officer_and_never_returned(bureau, returned):
    asked = bureau.hand_in(returned(partner("江一川", "")))
    day = bureau.workspace.today
    query = verification(bureau.workspace, day).queries[0]
    assert (query.stand, query.asked, query.due) == (Stand.OPEN, day, date(2011, 9, 20))
    assert verification(bureau.workspace, query.due).queries[0].stand is Stand.OPEN
    bureau.later(days=8)
    assert stands(bureau)["F203"] is Stand.LATE
    assert "有2项提问过期没有说明" in todos(bureau)
    assert bureau.outcome(asked.arrival.id).verdict == "accepted"
    consolidate(bureau.workspace, bureau.workspace.today)
    book = sheet_texts(bureau.workspace.paths.for_group("汇总") / "报送进度.xlsx")
    (row,) = [row for row in book["核实清单"] if "1-1" in row]
    assert row[1] == "预算科"
    assert row[-1] == "过期没有说明"


@pytest.mark.long
def test_what_the_officer_agrees_to_is_silent_while_the_value_stays(bureau, returned):
    bureau.hand_in(returned(partner("江一川")))
    assert "请看预算科的1项说明" in todos(bureau)
    assert agree(bureau, number_of(bureau, "F203")) is Stand.AGREED
    assert "1项说明" not in todos(bureau)
    assert by_sign(bureau.hand_in(returned(partner("江一川", "")))) == SILENT
    assert stands(bureau)["F203"] is Stand.AGREED
    assert by_sign(bureau.hand_in(returned(partner("何小苇", "")))) == ASKED


@pytest.mark.long
def test_what_the_officer_objects_to_is_asked_again_until_it_is_explained_anew(bureau, returned):
    bureau.hand_in(returned(partner("江一川")))
    assert agree(bureau, number_of(bureau, "F203"), "没有借调手续") is Stand.OBJECTED
    assert "请告知预算科" in todos(bureau)
    line = next(one for one in overview(bureau.workspace, bureau.workspace.today).lines)
    assert (line.state, line.questions) == ("已收待核实", 2)
    again = bureau.hand_in(returned(partner("江一川"), card={"phone": "0000-2"}))
    assert by_sign(again) == ASKED
    assert any("没有同意原说明：没有借调手续" in one.message for one in again.findings)
    assert by_sign(bureau.hand_in(returned(partner("江一川", ANEW)))) == SILENT
    assert stands(bureau)["F203"] is Stand.REPLIED


# 待核销.


@pytest.fixture
def gone(bureau, returned):
    """Return a bureau in which one of four risk points is missing, with its reason."""
    bureau.hand_in(returned(FOUR))
    bureau.hand_in(returned(THREE, card={"note": f"{N[1]}：{GONE}"}))
    return bureau


def counted(bureau: Circle) -> tuple[int, ...]:
    """Return how many risk points every report counts."""
    workspace, day = bureau.workspace, bureau.workspace.today
    form = risk_form(workspace)
    night = night_report(workspace, day, overview(workspace, day))
    return (
        len(bureau.register()),
        len(register_frame(workspace, form, day)),
        sum(count for _, _, count in level_counts(workspace, day)),
        compile_volume(workspace, day).risks,
        night.total.total,
    )


def test_a_missing_risk_point_leaves_every_count_by_the_word_of_the_group_only(gone):
    assert counted(gone) == (4,) * 5
    assert "请确认预算科待核销1条" in todos(gone)
    yesterday = gone.workspace.today
    gone.later(days=1)
    agree(gone, N[1])
    assert counted(gone) == (3,) * 5
    assert len(register_frame(gone.workspace, gone.form, yesterday)) == 4
    with gone.workspace.ledger.reading() as db:
        (said,) = decisions.decisions(db, "answer", subject=N[1])
        last = records.known_versions(db, gone.form.code, office="YSK")[0]
    assert (said.who, last.status, last.class_) == ("何组长", CANCELLED, CANCELLED)
    assert "待核销" not in todos(gone)
    day = gone.workspace.today
    changes = night_report(gone.workspace, day, overview(gone.workspace, day)).changes
    assert [(one.number, one.kind) for one in changes] == [(N[1], "取消")]
    campaign_of(gone.workspace, day)  # a record that is out of force is no fault of the rules


@pytest.mark.long
def test_a_number_that_was_written_off_is_never_given_again(gone, returned):
    agree(gone, N[1])
    outcome = gone.hand_in(returned(f"{THREE}\n戊"))
    assert outcome.codes == []
    assert gone.numbers() == [N[2], N[3], N[4], N[5]]


@pytest.mark.long
def test_a_written_off_risk_point_that_comes_back_is_asked_about(gone, returned):
    agree(gone, N[1])
    outcome = gone.hand_in(returned(FOUR))
    assert outcome.codes == ["F403 risk_id 1"]
    assert gone.told()[0] == (N[1], "甲", "back")
    assert counted(gone)[0] == 4


@pytest.mark.long
def test_what_is_not_agreed_to_stays_counted_and_must_come_back(gone, returned):
    assert agree(gone, N[1], "职权仍在行使") is Stand.OBJECTED
    assert counted(gone)[0] == 4
    assert "有1条待核销，请恢复或写明原因" in todos(gone)
    note = {"note": f"{N[1]}：{GONE}"}
    again = gone.hand_in(returned(f"{THREE}\n戊", card=note))
    assert again.codes == ["F404 note"]
    assert "职权仍在行使" in again.findings[0].message
    anew = gone.hand_in(returned(THREE, card={"note": f"{N[1]}：职权已经移交国库科行使"}))
    assert "F404" not in anew.answered
    assert "F401" in anew.answered
    found = verification(gone.workspace, gone.workspace.today).gone
    assert [one.reply for one in found if one.number == N[1]] == ["职权已经移交国库科行使"]
    back = gone.hand_in(returned(FOUR))
    assert not [code for code in back.codes if N[1] in code]
    assert gone.register()[0].status == ""


@pytest.mark.long
def test_a_reason_once_told_stays_told_and_one_never_told_is_asked_on(bureau, returned):
    bureau.hand_in(returned(FOUR))
    first = bureau.hand_in(returned(THREE))
    second = bureau.hand_in(returned(THREE, card={"phone": "0000-2"}))
    assert first.codes == second.codes == ["F401 note"]
    told = bureau.hand_in(returned(THREE, card={"note": f"{N[1]}：{GONE}"}))
    silent = bureau.hand_in(returned(THREE, card={"phone": "0000-1"}))
    assert [one.answered for one in (told, silent)] == [["F401"], ["F401"]]
    assert bureau.register()[0].status == MISSING


@pytest.mark.long
def test_without_a_reason_nothing_is_written_off(bureau, returned):
    bureau.hand_in(returned(FOUR))
    bureau.hand_in(returned(THREE))
    with pytest.raises(UsageError, match="还没有写明原因"):
        agree(bureau, N[1])
    with pytest.raises(UsageError, match="没有编号7-1"):
        agree(bureau, "7-1")


# The command.


@pytest.mark.long
def test_the_command_lists_and_settles_both(gone, returned, capfd, monkeypatch):
    table = f"风险点 | B角 | 情况说明\n乙 | 江一川 | {WHY}\n丙 | | \n丁 | | "
    gone.hand_in(returned(table))
    yigang = in_process(capfd, monkeypatch)
    place = ("-w", gone.workspace.paths.root, "--now", "2011-09-13T13:00")
    listed = json.loads(yigang("confirm", "--json", *place).out)
    assert [one["kind"] for one in listed] == ["gone", "reply"]
    shown = yigang("confirm", *place).out
    assert all(said in shown for said in (N[1], "已说明，待看", "共1条待核销，1项说明待看"))
    assert "有1条待核销" in yigang("status", *place).out
    done = yigang("confirm", listed[1]["number"], "--refuse", "没有借调手续", *place)
    assert (done.code, "没有同意" in done.out) == (0, True)
    assert "已同意" in yigang("confirm", N[1], "--agree", *place).out
    assert "没有待确认的文件" in yigang("confirm", *place).out
    assert gone.numbers() == N[2:5]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("1-1",), "--agree"),
        (("1-1", "--agree", "--refuse", "不对"), "--agree"),
        (("1", "--agree"), "只用于说明和待核销"),
        (("9-9", "--agree"), "没有编号9-9"),
        (("--agree",), "请写明办理哪一号"),
    ],
)
def test_a_wrong_turn_is_told_in_one_line(bureau, capfd, monkeypatch, words, said):
    yigang = in_process(capfd, monkeypatch)
    place = ("-w", bureau.workspace.paths.root, "--now", "2011-09-13T13:00")
    done = yigang("confirm", *words, *place)
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert said in done.err


# 预检 and lateness, the whole way.


@pytest.mark.long
def test_a_prechecked_file_appears_in_no_count_list_or_report(bureau, returned):
    day = bureau.workspace.today
    before = overview(bureau.workspace, day)
    for name in ("一.xlsx", "二.xlsx"):
        checked = bureau.hand_in(returned(partner("江一川")), name, "预算科/预检")
        assert (checked.verdict, checked.reason, checked.answered) == (
            "accepted",
            "QUESTIONS",
            ["F203"],
        )
    assert overview(bureau.workspace, day) == before
    assert counted(bureau) == (0,) * 5
    night = night_report(bureau.workspace, day, overview(bureau.workspace, day))
    assert (night.received, night.returned, night.changes) == ((), (), ())
    real = bureau.hand_in(returned(partner("江一川")))
    assert (by_sign(real), [code[:4] for code in real.codes]) == (SILENT, ["F303"])
    assert bureau.numbers() == N[1:3]


@pytest.mark.long
def test_a_file_that_the_group_confirms_late_was_received_when_it_came(bureau, returned):
    waits = bureau.hand_in(without_stamp(returned("风险点\n甲"), bureau.form), folder="")
    came = bureau.workspace.today
    bureau.later(days=10)
    confirm(bureau.workspace, waits.arrival.id, Said(office="预算科"))
    bureau.run()
    line = overview(bureau.workspace, bureau.workspace.today).lines[0]
    assert (line.first_received, line.accepted_on, line.late_days) == (came, came, 0)


@pytest.mark.long
def test_a_row_in_which_something_required_is_blank_makes_no_first_report(bureau, returned):
    bureau.hand_in(returned("风险点 | 防控措施\n甲 | "))
    today = bureau.workspace.today
    assert overview(bureau.workspace, today).lines[0].first_received is None
    bureau.later(days=1)
    half = bureau.hand_in(returned("风险点 | 防控措施\n甲 | \n乙 | 双人复核，每季度抽查一次"))
    assert half.verdict == "returned"
    line = overview(bureau.workspace, bureau.workspace.today).lines[0]
    assert line.first_received == today + timedelta(days=1)
