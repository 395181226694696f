"""The cross-tabs count every risk point once, and the proof notices where they do not."""

from __future__ import annotations

import pytest
from registers import OFFICES, SETTINGS, SMALL, four_levels, register, scope

from pipeline.model import Office
from pipeline.settings import default_text, parse
from pipeline.tables import REPORTS, available, proof, proof_line, tallies
from pipeline.tables.counting import SHARE
from pipeline.tables.reports import (
    leader_by_level,
    office_by_level,
    office_by_measures,
    power_by_level,
    step_by_level,
)
from pipeline.tables.scope import BLANK, TOTAL

LEVELS = list(SETTINGS.levels.names)
HIGH, MIDDLE, LOW = LEVELS


def test_offices_are_counted_by_level():
    frame = office_by_level(register(SMALL), scope())
    assert frame[LEVELS].iloc[:-1].to_numpy().tolist() == [[1, 0, 1], [0, 1, 1], [0, 0, 0]]


def test_an_office_without_rows_stands_in_its_place_with_zero():
    frame = office_by_level(register(SMALL), scope())
    assert list(frame.index) == [*(office.name for office in OFFICES), TOTAL]
    assert frame.loc["国库科", TOTAL] == 0


def test_the_last_row_and_column_are_the_totals():
    frame = office_by_level(register(SMALL), scope())
    assert list(frame.loc[TOTAL, [*LEVELS, TOTAL]]) == [1, 1, 2, 4]
    assert frame[TOTAL].tolist() == [2, 2, 0, 4]


def test_shares_sum_up_to_the_whole():
    frame = office_by_level(register(SMALL), scope())
    assert frame[SHARE].tolist() == [0.5, 0.5, 0.0, 1.0]


def test_an_office_that_was_closed_is_still_counted():
    rows = register(SMALL)
    frame = office_by_level(rows, scope(offices=OFFICES[1:]))
    assert frame.loc["办公室", TOTAL] == 2
    assert all(check.ok for check in proof(rows, scope(offices=OFFICES[1:])))


def test_a_word_outside_the_help_list_and_a_blank_have_rows_of_their_own():
    frame = step_by_level(register(SMALL), scope())
    assert frame.loc["现场核查", TOTAL] == 1
    assert frame.loc[BLANK, TOTAL] == 1
    assert frame.loc[TOTAL, TOTAL] == 4


def test_every_word_of_a_vocabulary_has_its_row_in_its_order():
    words = SETTINGS.vocabularies["powers"].names
    assert tuple(power_by_level(register(SMALL), scope()).index[:-1]) == words


def test_leaders_stand_in_the_order_of_their_offices():
    assert list(leader_by_level(register(SMALL), scope()).index) == ["赵启", "钱文", TOTAL]


def test_measures_are_counted_by_their_numbers():
    frame = office_by_measures(register(SMALL), scope())
    assert frame.iloc[:, 1].tolist() == [3, 3, 0, 6]
    assert frame.iloc[:, 2].tolist() == [1.5, 1.5, 0.0, 1.5]


def test_a_fourth_level_comes_from_the_configuration_alone():
    over = scope(four_levels())
    rows = register(SMALL.replace(f"办公室 | {LOW}", f"办公室 | {over.levels.names[3]}"), over)
    frame = office_by_level(rows, over)
    assert list(frame.columns[:4]) == list(over.levels.names)
    assert list(frame.loc["办公室"])[:5] == [1, 0, 0, 1, 2]
    assert all(check.ok for check in proof(rows, over))


def test_headers_come_from_the_form():
    renamed = default_text(year=2011, bureau="局") + (
        '[[columns]]\nform = "附表1"\nheader = "运行环节"\nrename = "工作步骤"\n'
    )
    frame = step_by_level(register(SMALL), scope(parse(renamed.encode())))
    assert (frame.index.name, frame.columns.name) == ("工作步骤", "风险等级")


def test_a_hidden_column_takes_its_report_along():
    hidden = default_text(year=2011, bureau="局") + (
        '[[columns]]\nform = "附表1"\nheader = "运行环节"\nhidden = true\n'
    )
    over = scope(parse(hidden.encode()))
    assert len(available(over)) == len(REPORTS) - 1


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.build.__name__)
def test_every_report_of_an_empty_register_is_zero(report):
    head = SMALL.strip().splitlines()[0]
    frame = report.build(register(head), scope())
    assert not frame.to_numpy().astype(float).any()


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.build.__name__)
def test_no_report_changes_the_register(report):
    rows = register(SMALL)
    before = rows.copy(deep=True)
    report.build(rows, scope())
    assert rows.equals(before)


def test_the_proof_of_a_sound_register_holds():
    checks = proof(register(SMALL), scope())
    assert len(checks) > len(REPORTS)
    assert all(check.ok for check in checks)


def test_the_proof_notices_a_level_nobody_knows():
    rows = register(SMALL.replace(f"办公室 | {LOW}", "办公室 | 紫"))
    wrong = [check for check in proof(rows, scope()) if not check.ok]
    # Of the register and of the overview.
    assert [(check.left, check.right) for check in wrong] == [(3, 4), (3, 4)]


def test_the_line_of_a_table_that_lost_a_row_says_so():
    rows = register(SMALL)
    sound = office_by_level(rows, scope())
    assert proof_line(sound, rows) != proof_line(sound, rows.iloc[:-1])
    assert "不相符" in proof_line(sound, rows.iloc[:-1])


def test_tallies_follow_offices_and_levels():
    made = tallies(register(SMALL), scope())
    assert [(tally.office, tally.counts) for tally in made] == [
        ("办公室", (1, 0, 1)),
        ("预算科", (0, 1, 1)),
        ("国库科", (0, 0, 0)),
    ]


def test_two_offices_of_one_name_are_counted_together_and_nothing_is_doubled():
    twins = (*OFFICES, Office("BG2", "办公室", 4))
    rows = register(SMALL, scope(offices=twins))
    assert all(check.ok for check in proof(rows, scope(offices=twins)))
