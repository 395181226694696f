"""总览 and 与上期比较 have known answers; what is behind a figure is exactly what it counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from registers import OFFICES, SETTINGS, SMALL, register, scope

from pipeline.settings import default_text, parse
from pipeline.tables import Before, Staffing, available, proof
from pipeline.tables.comparison import (
    GONE,
    KINDS,
    LOWERED,
    MISSING,
    NEW,
    NOW,
    RAISED,
    THEN,
    changes,
    comparison,
    moves,
)
from pipeline.tables.counting import counted
from pipeline.tables.evidence import BY_OFFICE, compared_figures, details, figures, table_name
from pipeline.tables.overview import GRAVEST, OTHERS, PENDING, POINTS, overview
from pipeline.tables.overview import MISSING as ALL_MISSING
from pipeline.tables.proof import comparison_line, moves_line
from pipeline.tables.scope import LEVEL, OFFICE, TOTAL
from pipeline.vocab import CHANGES

LEVELS = list(SETTINGS.levels.names)
HIGH, MIDDLE, LOW = LEVELS
SCOPE = scope()
GRAVE = SETTINGS.vocabularies["consequences"].names[0]
HEAD = SMALL.strip().splitlines()[0]
DAY = date(2011, 8, 31)
# One matter is spelled in two ways; one point is missing, two wait for their level to be fixed.
FULL = f"""
    office_name | level   | power_matter | consequence | measures | status | raised_level
    办公室      | {HIGH}  | 印章管理     | {GRAVE}     | 1.甲；2.乙 | 在册 |
    办公室      | {LOW}   | 印章 管理    |             | 甲       | {CHANGES["missing"]} | {LOW}
    预算科      | {MIDDLE} | 印章管理    |             |          | 在册 | {MIDDLE}
"""
THEN_AND_NOW = [
    # number, office, level then, level now ("" = not on record), status now
    ("BGS-1", "BGS", HIGH, HIGH, "在册"),
    ("BGS-2", "BGS", LOW, HIGH, "在册"),
    ("BGS-3", "BGS", MIDDLE, LOW, CHANGES["missing"]),
    ("YSK-1", "YSK", LOW, "", ""),
    ("YSK-2", "YSK", "", MIDDLE, "在册"),
    ("YSK-3", "YSK", "", LOW, "在册"),
]


def both(lines):
    """Return the last edition and the register that say these lines."""
    names = {office.code: office.name for office in OFFICES}
    told = {"then": [HEAD], "now": [HEAD]}
    numbers: dict[str, list[tuple[str, str]]] = {"then": [], "now": []}
    for number, office, then, now, status in lines:
        for when, level in (("then", then), ("now", now)):
            if level:
                told[when].append(f"{names[office]} | {level} | | | | |")
                numbers[when].append((number, status if when == "now" else "在册"))
    frames = {
        when: register("\n".join(rows), SCOPE).assign(
            number=[number for number, _ in numbers[when]],
            status=[status for _, status in numbers[when]],
        )
        for when, rows in told.items()
    }
    return Before(DAY, frames["then"]), frames["now"]


def test_the_overview_counts_each_office():
    over = replace(SCOPE, staffing={"BGS": Staffing(2, 3), "YSK": Staffing(4, 6)})
    frame = overview(register(FULL, SCOPE), over)
    office = frame.loc["办公室"]
    expected: dict[str, float] = {
        "岗位数": 2,
        "人数": 3,
        "权力事项数": 1,
        POINTS: 2,
        HIGH: 1,
        MIDDLE: 0,
        LOW: 1,
    }
    expected |= {OTHERS: 1, GRAVEST: 1, "防控措施条数": 3, "防控措施比": 1.5}
    expected |= {ALL_MISSING: 1, PENDING: 1}
    assert dict(office) == expected
    assert list(frame.columns) == list(expected)


def test_the_total_row_of_the_overview_sums_up_and_divides_anew():
    frame = overview(register(FULL, SCOPE), SCOPE)
    assert list(frame.index) == [*(office.name for office in OFFICES), TOTAL]
    assert list(frame.loc[TOTAL, ["权力事项数", POINTS, PENDING, "防控措施比"]]) == [2, 3, 2, 1.0]


def test_the_gravest_risks_are_asked_of_the_vocabulary():
    words = default_text(year=2011, bureau="局").replace("可能构成违法或犯罪", "可能犯罪")
    over = scope(parse(words.encode()))
    frame = overview(register(FULL.replace(GRAVE, "可能犯罪"), over), over)
    assert frame.loc[TOTAL, GRAVEST] == 1
    assert overview(register(FULL, over), over).loc[TOTAL, GRAVEST] == 0


@pytest.mark.parametrize(
    ("header", "gone"),
    [
        ("危害后果", [OTHERS, GRAVEST]),
        ("防控措施", ["防控措施条数", "防控措施比"]),
        ("权力事项", ["权力事项数"]),
    ],
)
def test_a_hidden_column_takes_its_counts_along(header, gone):
    hidden = f'[[columns]]\nform = "附表1"\nheader = "{header}"\nhidden = true\n'
    over = scope(parse((default_text(year=2011, bureau="局") + hidden).encode()))
    columns = overview(register(FULL, over), over).columns
    assert set(overview(register(FULL, SCOPE), SCOPE).columns) - set(columns) == set(gone)


def test_the_comparison_counts_what_came_went_and_moved():
    before, now = both(THEN_AND_NOW)
    frame = comparison(before, now, SCOPE)
    columns = [THEN, NEW, GONE, NOW, RAISED, LOWERED, MISSING]
    assert frame[columns].to_numpy().tolist() == [
        [3, 0, 0, 3, 1, 1, 1],
        [1, 2, 1, 2, 0, 0, 0],
        [0, 0, 0, 0, 0, 0, 0],
        [4, 2, 1, 5, 1, 1, 1],
    ]
    assert list(frame.loc[TOTAL, [f"{LOW}{THEN}", f"{LOW}{NOW}"]]) == [2, 2]


def test_the_moves_lead_from_the_last_edition_to_this_one():
    before, now = both(THEN_AND_NOW)
    frame = moves(before, now, SCOPE)
    assert list(frame.index) == [*LEVELS, NEW, TOTAL]
    assert frame.to_numpy().tolist() == [
        [1, 0, 0, 0, 1],
        [0, 0, 1, 0, 1],
        [1, 0, 0, 1, 2],
        [0, 1, 1, 0, 2],
        [2, 1, 2, 1, 6],
    ]


def test_a_point_that_was_missing_before_is_no_news():
    before, now = both(THEN_AND_NOW)
    was = before.register.assign(status=CHANGES["missing"])
    assert MISSING not in set(changes(Before(DAY, was), now, SCOPE)["kind"])


def test_changes_stand_by_office_kind_and_number():
    before, now = both(THEN_AND_NOW)
    frame = changes(before, now, SCOPE)
    assert frame[["number", "kind", "then", LEVEL]].to_numpy().tolist() == [
        ["BGS-2", RAISED, LOW, HIGH],
        ["BGS-3", LOWERED, MIDDLE, LOW],
        ["BGS-3", MISSING, MIDDLE, LOW],
        ["YSK-2", NEW, "", MIDDLE],
        ["YSK-3", NEW, "", LOW],
        ["YSK-1", GONE, LOW, ""],
    ]


def test_the_proof_notices_a_comparison_that_lost_a_point():
    before, now = both(THEN_AND_NOW)
    assert all(check.ok for check in proof(now, SCOPE, before))
    doubled = now.assign(number=["BGS-1", "BGS-2", "BGS-2", "YSK-2", "YSK-3"])
    names = [check.text for check in proof(doubled.drop_duplicates("number"), SCOPE, before)]
    assert len(names) == len(set(names))


EDITIONS = st.lists(
    st.tuples(
        st.sampled_from([office.code for office in OFFICES]),
        st.sampled_from(["", *LEVELS]),
        st.sampled_from(["", *LEVELS]),
        st.sampled_from(["在册", CHANGES["missing"]]),
    ),
    max_size=12,
)


@settings(max_examples=6, deadline=None)
@given(EDITIONS)
def test_whatever_changed_then_plus_new_minus_gone_is_now(drawn):
    lines = [
        (f"{office}-{place}", office, then, now, status)
        for place, (office, then, now, status) in enumerate(drawn)
    ]
    before, now = both(lines)
    frame = comparison(before, now, SCOPE)
    assert (frame[THEN] + frame[NEW] - frame[GONE] == frame[NOW]).all()
    assert comparison_line(frame).endswith("，相符。")
    assert moves_line(moves(before, now, SCOPE)).endswith("，相符。")
    counts = changes(before, now, SCOPE)["kind"].value_counts()
    assert [frame.loc[TOTAL, kind] for kind in KINDS] == [counts.get(kind, 0) for kind in KINDS]
    listed = {(one.row, one.column): len(one.numbers) for one in compared_figures_of(before, now)}
    moved = moves(before, now, SCOPE)
    for row in moved.index[:-1]:
        for column in moved.columns[:-1]:
            assert listed.get((row, column), 0) == moved.loc[row, column]


def compared_figures_of(before, now):
    return compared_figures(before, now, changes(before, now, SCOPE), SCOPE)


WORDS = {
    "risk_category": SETTINGS.vocabularies["categories"].names[:2],
    "process_step": ("受理", "现场核查", ""),
    "power_class": SETTINGS.vocabularies["powers"].names[:1],
}


@settings(max_examples=6, deadline=None)
@given(
    st.lists(
        st.fixed_dictionaries(
            {
                OFFICE: st.sampled_from([office.name for office in OFFICES]),
                LEVEL: st.sampled_from(LEVELS),
            }
            | {key: st.sampled_from(words) for key, words in WORDS.items()}
        ),
        min_size=1,
        max_size=15,
    )
)
def test_every_figure_has_exactly_its_list(drawn):
    keys = [OFFICE, LEVEL, *WORDS]
    lines = [" | ".join(keys), *(" | ".join(row[key] for key in keys) for row in drawn)]
    rows = register("\n".join(lines), SCOPE)
    sorted_rows = details(rows, SCOPE)
    listed = {(one.table, one.row, one.column): one.numbers for one in figures(sorted_rows, SCOPE)}
    for report in available(SCOPE):
        if not report.axes or report.axes == BY_OFFICE:
            continue
        frame = counted(rows, SCOPE, *report.axes)
        for row in frame.index[:-1]:
            for column in frame.columns[:-1]:
                key = (table_name(SCOPE, report), row, column)
                assert len(set(listed.get(key, ()))) == frame.loc[row, column]


def test_the_figures_of_offices_by_level_are_blocks_of_the_details():
    rows = details(register(SMALL, SCOPE), SCOPE)
    for key in ([OFFICE], list(BY_OFFICE)):
        for _, block in rows.groupby(key):
            assert list(block.index) == list(range(block.index[0], block.index[-1] + 1))
