"""What waits for the group is settled by its word: filed first, then decided once more."""

from __future__ import annotations

import json

import pytest
from commands import in_process
from journeys import TWO, without_stamp

from pipeline.checks import check as checking
from pipeline.checks.rules import FILE_RULES, Rule
from pipeline.errors import UsageError
from pipeline.ledger import arrivals, decisions, events, parts
from pipeline.rehearsal.clerk import open_desk, save
from pipeline.steps import answer as answering
from pipeline.steps.confirm import Said, confirm, waiting
from pipeline.steps.nightly import night_report
from pipeline.steps.progress import overview
from pipeline.workspace.paths import ACCEPTED, RETURNED

pytestmark = pytest.mark.alone

THREE = TWO + "    借款不还"
ONE = "风险点\n收入不入账"


@pytest.fixture
def settle(bureau):
    """Return what lets the group speak and the file be decided: settle(number, **said)."""

    def spoken(number, **said):
        bureau.later(minutes=1)
        confirm(bureau.workspace, number, Said(**said))
        bureau.run()
        return bureau.outcome(number)

    return spoken


@pytest.fixture
def unsure(bureau, returned):
    """Return a file of 预算科 without its stamp, dropped by the officer."""
    content = without_stamp(returned(TWO), bureau.form, office="火箭科")
    return bureau.hand_in(content, "附表1.xlsx", "")


@pytest.fixture
def short(bureau, returned):
    """Return a file in which two of three registered risk points are missing."""
    bureau.hand_in(returned(THREE))
    return bureau.hand_in(returned(ONE))


def refused(bureau, number, **said) -> str:
    with pytest.raises(UsageError) as error:
        confirm(bureau.workspace, number, Said(**said))
    return str(error.value)


def copy_sheet(content, form, book) -> None:
    """Paste the sheet of a form into another workbook, as values."""
    desk = open_desk(content, form)
    pasted = book.create_sheet("另一人")
    for row in desk.sheet.iter_rows():
        for cell in row:
            if cell.value:
                pasted[cell.coordinate] = cell.value


def todos(bureau) -> str:
    day = bureau.workspace.today
    night = night_report(bureau.workspace, day, overview(bureau.workspace, day))
    return "\n".join(night.todo)


# Whose it is.


@pytest.mark.long
def test_a_file_whose_office_the_group_names_is_accepted(bureau, unsure, settle):
    assert unsure.reason == "IDENTITY_UNSURE"
    assert unsure.answer.parent == bureau.workspace.paths.for_group(answering.TO_FORWARD)
    settled = settle(unsure.arrival.id, office="预算科")
    assert (settled.verdict, settled.reason) == ("accepted", "OK")
    assert len(bureau.register()) == 2
    assert settled.answer.parent.name == ACCEPTED
    assert not unsure.answer.exists(), "nothing of it waits in 今日转交 any more"
    assert settled.arrival.claimed_at == unsure.arrival.claimed_at, "received on the day it came"


@pytest.mark.long
def test_a_settled_file_is_listed_nowhere_any_more(bureau, unsure, settle):
    assert [one.arrival.id for one in waiting(bureau.workspace)] == [unsure.arrival.id]
    assert f"请确认第{unsure.arrival.id}号（单位不明，附表1）" in todos(bureau)
    settle(unsure.arrival.id, office="预算科")
    assert waiting(bureau.workspace) == ()
    assert "请确认第" not in todos(bureau)


@pytest.mark.long
def test_the_word_of_the_group_is_kept_with_who_said_it(bureau, unsure):
    confirm(bureau.workspace, unsure.arrival.id, Said(office="预算科"), "何组长")
    with bureau.workspace.ledger.reading() as db:
        (said,) = decisions.decisions(db, "confirm", subject=str(unsure.arrival.id))
        lived = events.of_arrival(db, unsure.arrival.id)
    assert (said.who, said.payload["office"]) == ("何组长", "YSK")
    (reopened,) = [one.payload for one in lived if one.kind == "reopened"]
    assert (reopened["verdict"], reopened["reason"]) == ("unconfirmed", "IDENTITY_UNSURE")


@pytest.mark.long
def test_a_crash_after_the_word_is_made_up_by_the_next_run(bureau, unsure):
    confirm(bureau.workspace, unsure.arrival.id, Said(office="预算科"))
    with bureau.workspace.ledger.reading() as db:
        assert arrivals.get(db, unsure.arrival.id).state == "claimed"
    bureau.run()
    bureau.run()
    settled = bureau.outcome(unsure.arrival.id)
    assert (settled.verdict, settled.arrival.state) == ("accepted", "removed")
    assert len(bureau.register()) == 2


@pytest.mark.long
def test_another_file_at_the_same_place_is_not_touched(bureau, unsure):
    confirm(bureau.workspace, unsure.arrival.id, Said(office="预算科"))
    lying = bureau.drop(b"letter", "附表1.xlsx", "")
    with bureau.workspace.ledger.reading() as db:
        assert arrivals.in_inbox(db) == ()
    bureau.run()
    assert not lying.exists()
    assert bureau.outcome(unsure.arrival.id + 1).reason == "TEXT_FILE"


@pytest.mark.long
def test_an_office_nobody_knows_is_refused_with_those_like_it(bureau, unsure):
    assert "是不是" in refused(bureau, unsure.arrival.id, office="预算股")
    assert "预算科" in refused(bureau, unsure.arrival.id, office="预算股")


@pytest.mark.long
def test_a_person_is_refused_for_a_form_of_an_office(bureau, unsure):
    said = refused(bureau, unsure.arrival.id, office="预算科", person="某某")
    assert "按单位报送" in said
    assert "--office" in refused(bureau, unsure.arrival.id, person="某某")


@pytest.mark.long
@pytest.mark.alone(False)  # noqa: FBT003
def test_a_form_of_a_person_is_settled_with_his_name(bureau, returned, settle):
    bureau.hand_in(returned(TWO))
    name = next(iter(bureau.issued()))
    stampless = without_stamp(bureau.pledged(name), bureau.personal)
    waits = bureau.hand_in(stampless, "附件2.xlsx", "")
    assert waits.reason == "IDENTITY_UNSURE"
    other = next(iter(bureau.workspace.roster.staff("GKK"))).name
    assert "名册里没有" in refused(bureau, waits.arrival.id, office="预算科", person=other)
    settled = settle(waits.arrival.id, office="预算科", person=name)
    (person,) = bureau.workspace.roster.named(name, "YSK")
    assert (settled.verdict, settled.part.person) == ("accepted", person.code)


@pytest.mark.long
@pytest.mark.alone(False)  # noqa: FBT003
def test_one_name_does_not_make_the_sheets_of_two_persons_his(bureau, returned, settle):
    bureau.hand_in(returned(TWO))
    first, second = list(bureau.issued())[:2]
    book = open_desk(without_stamp(bureau.pledged(first), bureau.personal), bureau.personal)
    copy_sheet(without_stamp(bureau.pledged(second), bureau.personal), bureau.personal, book.book)
    waits = bureau.hand_in(save(book.book), "附件2.xlsx", "")
    assert waits.reason == "IDENTITY_UNSURE"
    settled = settle(waits.arrival.id, office="预算科", person=first)
    assert settled.verdict == "accepted"
    with bureau.workspace.ledger.reading() as db:
        filed = parts.of_arrival(db, waits.arrival.id)
    people = bureau.workspace.roster.by_person
    assert [people[part.person].name for part in filed] == [first, second]


@pytest.mark.long
@pytest.mark.alone(False)  # noqa: FBT003
def test_a_form_without_a_name_leaves_the_answers_of_others_where_they_lie(bureau, returned):
    bureau.hand_in(returned(TWO))
    name = next(iter(bureau.issued()))
    wrong = bureau.hand_in(bureau.pledged(name, self_measures=""), "附件2.xlsx")
    assert wrong.verdict == "returned"
    stampless = open_desk(without_stamp(bureau.pledged(name), bureau.personal), bureau.personal)
    stampless.sheet[stampless.card["person_name"]].value = None
    waits = bureau.hand_in(save(stampless.book), "无名.xlsx")
    assert waits.answer.parent.name == ACCEPTED
    assert wrong.answer.exists()


# What is missing.


@pytest.mark.long
def test_a_supplement_leaves_the_missing_rows_as_they_are(bureau, short, settle):
    assert short.reason == "MANY_MISSING"
    settled = settle(short.arrival.id, missing="supplement")
    assert (settled.verdict, settled.codes) == ("accepted", [])
    assert [change for *_, change in bureau.told()] == ["new", "new", "new"]


@pytest.mark.long
def test_a_replacement_sets_the_missing_rows_to_be_written_off(bureau, short, settle):
    settled = settle(short.arrival.id, missing="replace")
    assert settled.verdict == "accepted"
    assert [code[:4] for code in settled.codes] == ["F401", "F401"]
    assert [change for *_, change in bureau.told()] == ["new", "missing", "missing"]
    assert len(bureau.register()) == 3, "they stay counted"


@pytest.mark.long
def test_an_answer_that_does_not_fit_is_refused(bureau, short):
    assert "可以写：--supplement" in refused(bureau, short.arrival.id, office="预算科")
    assert "可以写：--supplement" in refused(bureau, short.arrival.id, again=True)
    assert "怎样办理" in refused(bureau, short.arrival.id)
    assert "只写 --return" in refused(bureau, short.arrival.id, why="不对", missing="replace")


@pytest.mark.long
def test_what_came_later_and_counts_is_not_overridden(bureau, short, returned, settle):
    later = bureau.hand_in(returned(THREE + "\n    账外列支"))
    assert later.verdict == "accepted"
    (one,) = waiting(bureau.workspace)
    assert (one.overtaken, one.ways) == (later.arrival.id, ("--return 理由（退回）",))
    assert f"第{later.arrival.id}号为准" in refused(bureau, short.arrival.id, missing="replace")
    assert settle(short.arrival.id, why="以后一份为准").verdict == "returned"


@pytest.mark.long
def test_what_comes_between_the_word_and_the_decision_is_not_overridden(
    bureau, short, returned, monkeypatch
):
    confirm(bureau.workspace, short.arrival.id, Said(missing="replace"))
    real = arrivals.claimed

    def without(db, limit=None):
        return tuple(one for one in real(db, limit) if one.id != short.arrival.id)

    with monkeypatch.context() as patched:
        patched.setattr(arrivals, "claimed", without)
        later = bureau.hand_in(returned(THREE + "\n    账外列支"))
    assert later.verdict == "accepted"
    bureau.run()
    assert bureau.outcome(short.arrival.id).reason == "MANY_MISSING"
    assert [change for *_, change in bureau.told()] == ["new"] * 4


# Returned, and checked again.


@pytest.mark.long
def test_a_file_that_the_group_returns_is_answered_with_its_words(bureau, short, settle):
    settled = settle(short.arrival.id, why="请补齐原有风险点")
    assert (settled.verdict, settled.reason) == ("returned", "RETURNED_BY_GROUP")
    assert settled.answer.parent.name == RETURNED
    assert "局纪检组退回：请补齐原有风险点。" in settled.answer.read_text("utf-8")
    assert not short.answer.exists()
    assert [change for *_, change in bureau.told()] == ["new", "new", "new"]


@pytest.mark.long
def test_a_return_tells_nothing_to_an_office_that_was_only_guessed(bureau, returned, settle):
    content = without_stamp(returned(TWO), bureau.form)
    waits = bureau.hand_in(content, folder="")
    settled = settle(waits.arrival.id, why="看不出是谁的表")
    assert settled.answer.parent == bureau.workspace.paths.for_group(answering.TO_FORWARD)


def test_a_file_whose_check_failed_is_checked_again(bureau, returned, monkeypatch, settle):
    def faulty(*_):
        raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setattr(checking, "FILE_RULES", (*FILE_RULES, Rule(faulty, "FB1.rows")))
        failed = bureau.hand_in(returned(TWO))
    assert failed.reason == "CHECK_FAILED"
    settled = settle(failed.arrival.id, again=True)
    assert (settled.verdict, settled.reason) == ("accepted", "OK")


def test_only_what_waits_can_be_settled(bureau, returned):
    done = bureau.hand_in(returned(TWO))
    assert "没有第99号" in refused(bureau, 99, why="不对")
    assert "不在待确认之列" in refused(bureau, done.arrival.id, why="不对")


@pytest.mark.long
def test_a_prechecked_file_waits_for_nobody(bureau, returned):
    content = without_stamp(returned(TWO), bureau.form)
    assert bureau.hand_in(content, folder="预算科/预检").verdict == "unconfirmed"
    assert waiting(bureau.workspace) == ()


# The command.


NOW = ("--now", "2011-09-13T13:00")


@pytest.fixture
def yigang(capfd, monkeypatch):
    return in_process(capfd, monkeypatch)


@pytest.mark.long
def test_the_command_lists_settles_and_tells(bureau, unsure, yigang):
    place = ("-w", bureau.workspace.paths.root, *NOW)
    number = unsure.arrival.id
    (one,) = json.loads(yigang("confirm", "--json", *place).out)
    assert (one["arrival"], one["reasons"]) == (number, ["IDENTITY_UNSURE"])
    assert "--office" in yigang("confirm", *place).out
    assert "有1件待确认" in yigang("status", *place).out
    told = yigang("confirm", number, "--office", "预算科", "--json", *place)
    assert (told.code, json.loads(told.out)["verdict"]) == (0, "accepted")
    assert "没有待确认的文件" in yigang("confirm", *place).out


@pytest.mark.long
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("99", "--return", "不对"), "没有第99号"),
        (("--again",), "请写明办理哪一号"),
        (("1", "--supplement", "--replace"), "只能写一个"),
        (("1", "--office", "火箭科"), "名册里没有“火箭科”"),
    ],
)
def test_a_wrong_turn_is_told_in_one_line(bureau, unsure, yigang, words, said):
    assert unsure.arrival.id == 1
    done = yigang("confirm", *words, "-w", bureau.workspace.paths.root, *NOW)
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert said in done.err
