"""Deadlines, lateness and states follow the rules of the campaign."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from registers import DUTY, OFFICES, SETTINGS, TODAY, findings, lines, night, submission

from pipeline.monitor import (
    Change,
    Operation,
    Returned,
    State,
    days_left,
    is_reminder_day,
    overdue,
    progress,
    sections,
    todo,
)

DUE = date(2011, 9, 18)
ENDED = SETTINGS.campaign.end + timedelta(days=1)
FINE = Operation(0, 0, 100 * 1024**3, "2011-09-20 22:00", 5, "ab12")


def line(*submissions, today=TODAY, duty=DUTY):
    return progress(OFFICES[1], duty, submissions, SETTINGS, today)


def test_the_day_of_the_deadline_is_in_time():
    assert line(submission((9, 18))).late_days == 0


def test_the_day_after_the_deadline_is_one_day_late():
    assert line(submission((9, 19))).late_days == 1


def test_on_the_day_of_the_deadline_nobody_is_overdue():
    assert not overdue(line(today=DUE), DUE)
    assert line(today=DUE).late_days == 0


def test_the_day_after_the_deadline_a_missing_form_is_overdue():
    after = DUE + timedelta(days=1)
    assert overdue(line(today=after), after)
    assert line(today=after).late_days == 1


def test_a_return_mended_within_the_days_allowed_counts_from_the_first_report():
    mended = line(submission((9, 16), "returned"), submission((9, 21)), today=date(2011, 9, 22))
    assert (mended.late_days, mended.first_received) == (0, date(2011, 9, 16))


def test_a_return_mended_one_day_too_late_counts_from_the_acceptance():
    # 16 September 2011 is a Friday: three working days end on Wednesday the 21st.
    mended = line(submission((9, 16), "returned"), submission((9, 22)), today=date(2011, 9, 23))
    assert mended.late_days == 4


def test_each_return_starts_its_own_days():
    chain = [submission((9, day), "returned") for day in (14, 16, 20)]
    assert line(*chain, submission((9, 22)), today=date(2011, 9, 22)).late_days == 0


def test_a_gap_between_two_returns_loses_the_first_report():
    chain = [submission((9, 1), "returned"), submission((9, 20), "returned")]
    assert line(*chain, submission((9, 21)), today=date(2011, 9, 22)).late_days == 2


def test_a_file_without_one_complete_row_is_no_first_report():
    empty = submission((9, 16), "returned", rows=0)
    mended = line(empty, submission((9, 20)), today=date(2011, 9, 22))
    assert (mended.late_days, mended.first_received) == (2, date(2011, 9, 20))


def test_an_unreadable_file_is_no_first_report():
    mended = line(submission((9, 16), "quarantined"), submission((9, 20)))
    assert (mended.late_days, mended.first_received) == (2, date(2011, 9, 20))


def answered(day, decided, verdict="returned"):
    """Return a submission that was answered on a later day than it came."""
    return replace(submission(day, verdict), decided=date(2011, *decided))


# The deadline is Sunday the 18th; three working days after Friday the 16th end on the 21st.
MENDED = submission((9, 21))
LATENESS = {
    "in time with questions": ([submission((9, 18), questions=2)], 0),
    "late with questions": ([submission((9, 20), questions=2)], 2),
    "in time, confirmed long after": ([answered((9, 18), (9, 30), "accepted")], 0),
    "late, confirmed long after": ([answered((9, 19), (9, 30), "accepted")], 1),
    "returned late by the machine, mended in its days": (
        [answered((9, 16), (9, 20)), submission((9, 23))],
        0,
    ),
    "returned late by the machine, mended too late": (
        [answered((9, 16), (9, 20)), submission((9, 26))],
        8,
    ),
    "returned by the group after it waited, mended in its days": (
        [answered((9, 16), (9, 27)), submission((9, 30))],
        0,
    ),
    "three returns, each mended in its days": (
        [*(submission((9, day), "returned") for day in (16, 21, 26)), submission((9, 29))],
        0,
    ),
    "of three returns the second mended too late": (
        [*(submission((9, day), "returned") for day in (14, 20, 22)), submission((9, 23))],
        2,
    ),
    "an empty return first, then one with rows": (
        [submission((9, 14), "returned", rows=0), submission((9, 16), "returned"), MENDED],
        0,
    ),
    "an unreadable file between return and mending": (
        [submission((9, 16), "returned"), submission((9, 20), "quarantined"), MENDED],
        0,
    ),
    "returned again after it was accepted": (
        [submission((9, 16)), submission((9, 28), "returned"), submission((10, 20))],
        0,
    ),
    "nothing that counts but what came of an earlier round": (
        [submission((8, 30), round_key="screening"), submission((9, 21))],
        3,
    ),
}


@pytest.mark.parametrize(("submissions", "late"), LATENESS.values(), ids=LATENESS)
def test_late_counts_from_the_first_report_that_was_mended_in_its_days(submissions, late):
    assert line(*submissions, today=date(2011, 10, 25)).late_days == late


def test_the_days_to_explain_count_from_the_answer():
    confirmed = replace(submission((9, 12), questions=1), decided=date(2011, 9, 19))
    assert line(confirmed).verify_by == date(2011, 9, 26)


@pytest.mark.parametrize(
    ("submissions", "state"),
    [
        ([], State.MISSING),
        ([submission((9, 10), "quarantined")], State.MISSING),
        ([submission((9, 10), "returned")], State.RETURNED),
        ([submission((9, 10))], State.RECEIVED),
        ([submission((9, 10), questions=2)], State.QUESTIONED),
        ([submission((9, 10), questions=2), submission((9, 12))], State.RECEIVED),
        ([submission((9, 10), "unconfirmed")], State.UNCONFIRMED),
        ([submission((9, 10)), submission((9, 12), "unconfirmed")], State.UNCONFIRMED),
        ([submission((9, 10)), submission((9, 12), "returned")], State.RECEIVED),
    ],
)
def test_the_state_follows_what_came(submissions, state):
    assert line(*submissions).state is state


@pytest.mark.parametrize(
    ("submissions", "state"),
    [
        ([], State.ENDED),
        ([submission((9, 10), "returned")], State.ENDED),
        ([submission((9, 10), "unconfirmed")], State.UNCONFIRMED),
        ([submission((9, 10))], State.RECEIVED),
    ],
)
def test_after_the_end_only_what_was_never_accepted_is_ended(submissions, state):
    ended = line(*submissions, today=ENDED)
    assert (ended.state, ended.late_days) == (state, 0)
    assert not overdue(ended, ENDED)


def test_on_the_last_day_of_the_campaign_a_missing_form_is_still_overdue():
    assert overdue(line(today=SETTINGS.campaign.end), SETTINGS.campaign.end)


def test_lateness_of_what_was_accepted_outlives_the_campaign():
    assert line(submission((9, 20)), today=ENDED).late_days == 2


def test_what_waits_for_confirmation_is_not_late_by_the_waiting():
    waiting = line(submission((9, 18), "unconfirmed"), today=date(2011, 9, 30))
    assert (waiting.late_days, waiting.pending) == (0, False)


def test_a_form_of_an_earlier_round_does_not_answer_a_later_one():
    early = submission((8, 20), round_key="screening")
    assert line(early).state is State.MISSING


def test_a_form_of_a_later_round_answers_an_earlier_one():
    screening = replace(DUTY, round="screening")
    assert line(submission((8, 30)), duty=screening).state is State.RECEIVED


def test_electronic_is_told_by_the_acceptance_and_paper_is_unknown():
    accepted, returned = line(submission((9, 10))), line(submission((9, 10), "returned"))
    assert (accepted.electronic, returned.electronic, accepted.paper) == (True, False, None)


def test_reminders_fall_seven_three_and_one_days_before_the_deadline():
    days = [DUE - timedelta(days=left) for left in range(-2, 9)]
    reminded = [day for day in days if is_reminder_day(line(today=day), day)]
    assert [days_left(DUE, day) for day in reminded] == [1, 3, 7]


def test_nobody_is_reminded_of_a_form_that_was_accepted():
    assert not is_reminder_day(line(submission((9, 10))), date(2011, 9, 15))


def test_the_most_overdue_is_called_first():
    late = [
        replace(entry, state=State.MISSING, late_days=days)
        for entry, days in zip(lines(), (1, 9, 4), strict=True)
    ]
    said = todo(late, (), FINE, TODAY)
    assert [name for text in said for name in ("办公室", "预算科", "国库科") if name in text] == [
        "预算科",
        "国库科",
        "办公室",
    ]


def test_a_call_names_whom_and_the_number():
    said = todo([line()], (), FINE, TODAY)
    assert all(word in said[0] for word in ("吴江", "1002"))


def test_a_change_that_asks_is_to_be_confirmed_and_another_is_not():
    asks = Change("YSK-2011-001", "预算科", "待核销", "没有出现", asks=True)
    assert len(todo((), (asks, replace(asks, asks=False)), FINE, TODAY)) == 1


def test_a_file_too_large_to_be_taken_is_somebodys_to_move():
    said = "录像.mp4：文件过大（约10GB），没有收。请移走或只放入表格。"
    assert todo((), (), replace(FINE, too_large=(said,)), TODAY) == (f"收件夹里的{said}",)


def test_a_stopped_watch_comes_before_everything():
    broken = replace(FINE, alive=False, last_scan="2011-09-19 03:00")
    assert "2011-09-19 03:00" in todo([line()], (), broken, TODAY)[0]


def test_findings_that_are_not_told_are_counted():
    codes = ["F201"] * 3 + ["F202"] * 2 + ["F206", "F207", "F212", "F209"]
    reasons, rest = Returned("预算科", "附表1.xlsx", findings(*codes)).reasons(3)
    assert [reason.count for reason in reasons] == [3, 2, 1]
    assert sum(reason.count for reason in reasons) + rest == 8


def test_only_what_must_be_mended_is_counted_as_such():
    assert Returned("预算科", "附表1.xlsx", findings("F201", "F209", "F304")).must == 1


def test_overdue_offices_stand_first_among_the_missing():
    missing = next(entry for entry in sections(night()) if entry.key == "missing")
    assert [row[0] for row in missing.rows] == ["预算科", "国库科"]
    assert missing.urgent == {0, 1}


def test_what_the_campaign_asks_for_stands_by_office_with_all_whom_it_concerns():
    asked = next(entry for entry in sections(night()) if entry.key == "campaign")
    assert [row[0] for row in asked.rows] == ["办公室", "预算科"]
    assert asked.rows[0][2].startswith("周敏、赵启（2人）：")
    # who has not sent his form stands in the section before
    assert not any("孙正" in str(cell) for row in asked.rows for cell in row)
