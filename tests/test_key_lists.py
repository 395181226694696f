"""管理清单 in the outbox: each where its keeper reads it, none stale, no office in another's."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from commands import tree
from journeys import NOON, copied, opened, set_up, sheet_texts, small_bureau, without_personal_forms

from pipeline.files import operations
from pipeline.rehearsal import write_roster
from pipeline.settings import CONFIG_NAME, parse
from pipeline.steps.consolidate import consolidate
from pipeline.steps.key_lists import (
    LEADERS,
    OF_LEADER,
    OVERVIEW,
    list_name,
)
from pipeline.workspace import open_workspace
from pipeline.workspace.paths import LISTS, NOTICES, OLD_ANSWERS, ROSTER_NAME

if TYPE_CHECKING:
    from pathlib import Path

TABLES = {
    "YSK": """
        风险点     | 风险等级 | 危害后果
        截留专款   | 红       | 可能构成违法或犯罪
        依据不足   | 黄       | 符合党政纪处分规定
        拖延不办   | 橙       | 未达到党政纪处分程度
    """,
    "GKK": """
        风险点     | 风险等级 | 危害后果
        挪用库款   | 红       | 可能构成违法或犯罪
    """,
}

# A level behind the three that says nothing of who keeps its list, and what leads to it.
FOURTH = """[[vocabulary.levels]]
name = "蓝"
mode = "自我管理"

[[vocabulary.consequences]]
name = "影响轻微"
implies = "蓝"

# 危害后果"""


@pytest.fixture(scope="module")
def filed(prepared_alone, pool, tmp_path_factory) -> Path:
    """Return a workspace in which two of three offices filed, and whose lists are written."""
    root = copied(prepared_alone, tmp_path_factory.mktemp("filed") / "bureau")
    circle = opened(root, pool)
    with circle.workspace as workspace:
        for office, table in TABLES.items():
            circle.drop(circle.fill(table, office), f"{office}.xlsx", "")
        assert [one.verdict for one in circle.receive()] == ["accepted"] * 2
        consolidate(workspace, workspace.today)
    return root


@pytest.fixture
def again(filed, tmp_path):
    """Return what writes the lists anew under changed offices or configuration."""
    root = copied(filed, tmp_path / "bureau")

    def write(offices=None, config=str):
        text = config((root / CONFIG_NAME).read_text("utf-8"))
        operations.write_new(root / CONFIG_NAME, text.encode())
        bureau = small_bureau()
        bureau = replace(bureau, offices=tuple(map(offices or (lambda one: one), bureau.offices)))
        operations.write_new(root / ROSTER_NAME, write_roster(bureau, parse(text.encode())))
        with open_workspace(root, now=lambda: NOON) as workspace:
            consolidate(workspace, workspace.today)
            return workspace

    return write


def shared_strings(path: Path) -> str:
    """Return the texts of a workbook, quickly: whichever cells hold them."""
    with zipfile.ZipFile(path) as package:
        return "".join(
            package.read(name).decode("utf-8", "replace")
            for name in package.namelist()
            if name.startswith(("xl/sharedStrings", "xl/worksheets", "xl/comments"))
        )


def workspace_of(root):
    with open_workspace(root, now=lambda: NOON) as workspace:
        return workspace


def listed(path: Path) -> list[str]:
    """Return the risk points on a list, or what is said instead."""
    (rows,) = (rows for name, rows in sheet_texts(path).items() if name == "清单")
    head = next(row for row in rows if "风险点" in row)
    body = rows[rows.index(head) + 1 :]
    place = head.index("风险点")
    return [row[place] for row in body if row[place]] or [body[0][0]]


def test_the_list_of_a_level_lies_with_its_keeper(filed):
    workspace = workspace_of(filed)
    high, middle, low = (f"{list_name(term)}.xlsx" for term in workspace.settings.levels.terms)
    office = workspace.roster.by_code["YSK"]
    assert listed(workspace.paths.for_bureau() / high) == ["截留专款", "挪用库款"]
    assert listed(workspace.paths.for_group(LISTS) / middle) == ["依据不足"]
    assert listed(workspace.paths.for_office(office, NOTICES) / low) == ["拖延不办"]


def test_an_office_without_a_point_of_the_level_reads_so_and_one_that_never_filed_gets_nothing(
    filed,
):
    paths, roster = workspace_of(filed).paths, workspace_of(filed).roster
    (own,) = paths.for_office(roster.by_code["GKK"], NOTICES).glob("*清单*.xlsx")
    assert listed(own) == ["国库科现在没有“橙”级的风险点。"]
    assert not paths.for_office(roster.by_code["NYK"], NOTICES).exists()


def test_no_office_reads_what_another_wrote(filed):
    workspace = workspace_of(filed)
    for code, other in (("YSK", "GKK"), ("GKK", "YSK")):
        folder = workspace.paths.for_office(workspace.roster.by_code[code], "")
        shown = "".join(shared_strings(path) for path in folder.rglob("*.xlsx"))
        words = [line.split("|")[0].strip() for line in TABLES[other].strip().splitlines()[1:]]
        assert "管理方式" in shown
        assert [word for word in words if word in shown] == []
        lists = "".join(shared_strings(path) for path in (folder / NOTICES).rglob("*.xlsx"))
        assert f"{other}-2011" not in lists


def test_a_leader_has_the_points_of_his_offices_the_highest_level_first(filed):
    workspace = workspace_of(filed)
    roster, folder = workspace.roster, workspace.paths.for_bureau(LEADERS)
    shared = {roster.by_code[code].leader for code in TABLES}
    assert len(shared) == 1
    points = ["截留专款", "挪用库款", "依据不足", "拖延不办"]
    assert listed(folder / shared.pop() / OF_LEADER) == points
    others = {office.leader for office in roster.offices} - {roster.by_code["YSK"].leader}
    assert all(
        listed(folder / name / OF_LEADER)[0].startswith("分管的单位现在没有") for name in others
    )


def test_every_point_is_on_a_list_and_the_overview_proves_it(filed):
    book = sheet_texts(workspace_of(filed).paths.for_group(LISTS) / OVERVIEW)
    said = [row[0] for rows in book.values() for row in rows]
    assert "勾稽：红2＋黄1＋橙1＋未列入0＝档案库4条，相符。" in said


@pytest.mark.long
def test_the_same_archive_gives_the_same_lists(again, filed):
    workspace = again()
    assert tree(workspace.paths.outbox) == tree(filed / "outbox")


@pytest.mark.long
def test_the_list_of_a_leader_who_left_lies_under_the_past(again):
    def led(office):
        return replace(office, leader="新到任" if office.code != "NYK" else "")

    before = small_bureau().office("YSK").leader
    workspace = again(led)
    folder = workspace.paths.for_bureau(LEADERS)
    assert len(listed(folder / "新到任" / OF_LEADER)) == 4
    assert [path.parent.name for path in (folder / before).rglob("*.xlsx")] == [OLD_ANSWERS]
    said = [
        row[0] for row in sheet_texts(workspace.paths.for_group(LISTS) / OVERVIEW)["分管局领导"]
    ]
    assert "没有填分管局领导的单位：农业科。请在名册里填上。" in said


@pytest.mark.long
def test_a_level_that_goes_to_another_keeper_leaves_no_list_behind(again):
    workspace = again(config=lambda text: text.replace('"office"', '"group"'))
    (low,) = (f"{list_name(term)}.xlsx" for term in workspace.settings.levels.terms[2:])
    assert listed(workspace.paths.for_group(LISTS) / low) == ["拖延不办"]
    left = sorted(workspace.paths.outbox.rglob(low))
    assert {path.parent.name for path in left} == {LISTS, OLD_ANSWERS}


@pytest.mark.long
def test_a_fourth_level_has_a_list_of_its_own(tmp_path, pool):
    root = set_up(
        tmp_path / "局",
        adjust=lambda text: without_personal_forms(text).replace("# 危害后果", FOURTH, 1),
    )
    circle = opened(root, pool)
    with circle.workspace as workspace:
        assert circle.hand_in(circle.fill("风险点 | 危害后果\n甲 | 影响轻微")).verdict == "accepted"
        consolidate(workspace, workspace.today)
        folder = workspace.paths.for_office(workspace.roster.by_code["YSK"], NOTICES)
        assert listed(folder / "自我管理清单（蓝）.xlsx") == ["甲"]
