"""Which risk point stands on which list, from invented registers."""

from __future__ import annotations

from dataclasses import replace

import pytest
from registers import OFFICES, SETTINGS, SMALL, register, scope

from pipeline.tables.listed import (
    NO_LEVEL,
    NO_OFFICE,
    charges,
    of_level,
    of_offices,
    unlisted,
)

HIGH, MIDDLE, LOW = SETTINGS.levels.terms
ALL = {office.code for office in OFFICES}


def numbers(frame):
    return frame["number"].tolist()


def test_a_level_has_its_points_in_the_order_of_the_offices():
    rows = register(SMALL)
    assert numbers(of_level(rows, LOW)) == ["BGS-2011-002", "YSK-2011-004"]
    assert numbers(of_level(rows, LOW, "YSK")) == ["YSK-2011-004"]


def test_what_waits_for_a_decision_is_on_its_list():
    rows = register(SMALL).assign(status="待核销", fixed_level="")
    assert len(of_level(rows, HIGH)) == 1


def test_the_points_of_several_offices_stand_highest_first_then_in_official_order():
    rows = register(SMALL)
    assert numbers(of_offices(rows, ["YSK", "BGS"])) == [
        *("BGS-2011-001", "YSK-2011-003"),
        *("BGS-2011-002", "YSK-2011-004"),
    ]
    assert numbers(of_offices(rows, ["YSK"])) == ["YSK-2011-003", "YSK-2011-004"]


@pytest.mark.parametrize(
    ("table", "active", "reasons"),
    [
        (SMALL, ALL, []),
        (SMALL, ALL - {"YSK"}, [NO_OFFICE]),
        (SMALL.replace("预算科 | 黄", "预算科 | "), ALL, [NO_LEVEL]),
        (SMALL.replace("办公室 | 红", "办公室 | 紫"), ALL - {"BGS"}, [NO_LEVEL, NO_OFFICE]),
    ],
    ids=["all listed", "nobody keeps it", "no level", "a level that is gone"],
)
def test_what_is_on_no_list_is_told_with_its_reason(table, active, reasons):
    rows = register(table)
    found = unlisted(rows, scope(), active)
    assert found["reason"].tolist() == reasons
    own = [office for office in ALL if office in active]
    listed = [
        len(of_level(rows, term, office))
        for term in SETTINGS.levels.terms
        for office in (own if term.audience == "office" else [""])
    ]
    assert sum(listed) + len(found) == len(rows)


def test_leaders_come_in_the_order_of_their_offices_and_offices_without_one_last():
    assert charges(scope()) == {"赵启": ("BGS", "GKK"), "钱文": ("YSK",)}
    offices = (replace(OFFICES[0], leader=""), *OFFICES[1:])
    assert charges(scope(offices=offices)) == {"钱文": ("YSK",), "赵启": ("GKK",), "": ("BGS",)}


def test_an_office_of_two_leaders_is_on_the_list_of_both():
    offices = (replace(OFFICES[0], leader="赵启、钱文"),)
    assert charges(scope(offices=offices)) == {"赵启": ("BGS",), "钱文": ("BGS",)}
