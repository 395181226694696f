"""Offices and people: built from rows with every fault told, looked up, kept as JSON."""

from datetime import date

import pytest

from pipeline.forms import tailor
from pipeline.forms.roster_form import ROSTER, SHEETS
from pipeline.model import Office, Person, Place
from pipeline.roster import Roster, Row, build
from pipeline.settings import default_text, parse

SETTINGS = parse(default_text(year=2011, bureau="某局").encode())
FORM = tailor(ROSTER, SETTINGS)
OFFICES = """
    代码 | 名称 | 别名 | 主要负责人 | 分管局领导 | 显示顺序
    YSK | 预算科 | 市局预算科、预算处 | 刘某 | 闻人清 | 2
    GKK | 国库科 | | 陈伟 | 闻人清 | 1
"""
PEOPLE = """
    编号 | 姓名 | 科室 | 岗位 | 岗位层次 | 是否主要负责人
    R001 | 刘　某 | 预算科 | 科长岗、预算编制岗 | 中层 | 是
    R002 | 王小明 | 预算处 | 预算编制岗 | 一般岗位 | ×
    R003 | 陈伟 | 国库科 | 出纳岗 | 一般 |
"""


def rows(section, table):
    head, *lines = [line.split("|") for line in table.strip().splitlines()]
    keys = [next(e.key for e in section.fields if h.strip() in e.labels) for h in head]
    return section, [
        Row(
            dict(zip(keys, (cell.strip() for cell in line), strict=True)),
            {e.key: Place(SHEETS[section.key], f"{e.key}{n}") for e in section.fields},
        )
        for n, line in enumerate(lines, 1)
    ]


def built(offices=OFFICES, people=PEOPLE):
    return build(rows(FORM.section("offices"), offices), rows(FORM.section("people"), people))


def faults(offices=OFFICES, people=PEOPLE):
    return [fault.place.cell for fault in built(offices, people)[1]]


@pytest.fixture
def roster():
    found, told = built()
    assert told == []
    return found


def test_offices_come_in_official_order(roster):
    assert [office.code for office in roster.offices] == ["GKK", "YSK"]
    assert roster.offices[1].folder == "02-预算科"


def test_people_are_folded_and_belong_to_offices_by_any_name(roster):
    first, second, third = roster.people
    assert (first.name, first.office, first.is_head) == ("刘某", "YSK", True)
    assert first.posts == ("科长岗", "预算编制岗")
    assert (second.office, second.is_head) == ("YSK", False)
    assert third.tier == "一般岗位"


@pytest.mark.parametrize("typed", ["预算科", "预 算 科", "预算处", "12-预算科", "02-市局预算科"])
def test_an_office_is_found_by_name_alias_and_folder(roster, typed):
    assert roster.office_named(typed).code == "YSK"


@pytest.mark.parametrize("typed", ["", "算科", "12-", "3号办公室"])
def test_another_name_is_no_office(roster, typed):
    assert roster.office_named(typed) is None


def test_a_scope_knows_the_offices_posts_and_everyones_names(roster):
    scope = roster.scope("YSK", 2011)
    assert scope.posts == ("科长岗", "预算编制岗")
    assert scope.names == ("刘某", "王小明")
    assert scope.everyone == {"刘某", "王小明", "陈伟", "闻人清"}
    assert scope.year == 2011
    assert roster.scope("YSK", 2011) is scope


def test_an_unknown_office_has_no_posts_but_knows_everyone(roster):
    scope = roster.scope("", 2011)
    assert (scope.posts, scope.names) == ((), ())
    assert "陈伟" in scope.everyone


def test_a_post_has_the_tier_of_who_holds_it(roster):
    assert roster.tier_of("YSK", "科长岗") == "中层岗位"
    assert roster.tier_of("YSK", "预算编制岗") == "", "held by two tiers"
    assert roster.tier_of("YSK", "没有的岗") == ""
    assert roster.tier_of("GKK", "科长岗") == ""


def test_a_closed_office_reports_no_more_but_is_known():
    closed = OFFICES.replace("显示顺序", "显示顺序 | 停用日期").replace(
        "清 | 2", "清 | 2 | 2011-9-1"
    )
    roster, told = built(closed.replace("清 | 1", "清 | 1 | "))
    assert told == []
    assert [office.code for office in roster.active(date(2011, 8, 31))] == ["GKK", "YSK"]
    assert [office.code for office in roster.active(date(2011, 9, 1))] == ["GKK"]
    assert roster.by_code["YSK"].closed == date(2011, 9, 1)


def test_staff_of_a_day_are_those_who_are_there():
    people = tuple(
        Person(code, code, "YSK", (), joined=joined, left=left)
        for code, joined, left in (
            ("always", None, None),
            ("new", date(2011, 9, 2), None),
            ("gone", None, date(2011, 9, 1)),
        )
    )
    roster = Roster((Office("YSK", "预算科", 1),), people)
    assert [person.code for person in roster.staff("YSK")] == ["always", "new", "gone"]
    assert [person.code for person in roster.staff("YSK", date(2011, 9, 1))] == ["always"]
    assert [person.code for person in roster.staff("YSK", date(2011, 9, 2))] == ["always", "new"]
    assert roster.scope("YSK", 2011).names == ("always", "new")


def test_json_and_back_is_the_same_roster(roster):
    dated = Roster(
        (*roster.offices, Office("ZX", "中心", 3, closed=date(2011, 1, 1))),
        (*roster.people, Person("R9", "甲", "ZX", ("岗",), left=date(2011, 2, 2))),
    )
    for one in (roster, dated):
        assert Roster.from_json(one.to_json()) == one
        assert Roster.from_json(one.to_json()).to_json() == one.to_json()


def test_two_people_may_share_a_name():
    assert faults(people=PEOPLE.replace("王小明", "刘某")) == []


@pytest.mark.parametrize(
    ("before", "after", "cells"),
    [
        ("GKK |", "YSK |", ["code2"]),
        ("GKK |", "ysk |", ["code2"]),
        ("国库科 | |", "预算 科 | |", ["name2"]),
        ("国库科 | |", "国库科 | 预算处 |", ["aliases2"]),
        ("GKK |", " |", ["code2"]),
        ("GKK |", "GK-K |", ["code2"]),
        ("GKK |", "国库 |", ["code2"]),
        ("国库科 | |", "../国库 | |", ["name2"]),
        ("国库科 | |", " | |", ["name2"]),
        ("闻人清 | 1", "闻人清 | 一", ["order2"]),
        ("闻人清 | 1", "闻人清 | ", ["order2"]),
    ],
)
def test_a_fault_in_an_office_is_told_with_its_cell(before, after, cells):
    people = PEOPLE.replace("国库科", "预算科")
    assert faults(OFFICES.replace(before, after), people) == cells


@pytest.mark.parametrize(
    ("before", "after", "cells"),
    [
        ("R002", "R001", ["code2"]),
        ("R002", "", ["code2"]),
        ("王小明", "", ["name2"]),
        ("预算处", "没有的科", ["office2"]),
        ("预算处", "", ["office2"]),
        ("| 预算编制岗 | 一般岗位", "| / | 一般岗位", ["posts2"]),
        ("一般岗位", "特别岗位", ["tier2"]),
    ],
)
def test_a_fault_in_a_person_is_told_with_its_cell(before, after, cells):
    assert faults(people=PEOPLE.replace(before, after)) == cells


def test_codes_that_differ_in_a_hyphen_are_two():
    assert faults(people=PEOPLE.replace("R002", "R-001")) == []


def test_a_roster_without_offices_is_told():
    _, told = build((FORM.section("offices"), []), (FORM.section("people"), []))
    assert [fault.place.sheet for fault in told] == ["科室"]


def test_all_faults_are_told_at_once_with_sheet_cell_and_remedy():
    _, told = built(OFFICES.replace("GKK", "YSK"), PEOPLE.replace("R003", ""))
    assert [str(fault).split("：")[0] for fault in told] == ["人员 code3", "科室 code2"]
    assert all("请" in str(fault) for fault in told)


def test_a_day_that_is_none_is_told_once():
    wrong = PEOPLE.replace("是否主要负责人", "到岗日期").replace("×", "2011.9.31")
    assert faults(people=wrong.replace("| 是", "| ")) == ["joined2"]
