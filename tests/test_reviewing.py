"""The 等级审定表 comes back: each row counts by itself, from the group's folder alone."""

from __future__ import annotations

import io
import json
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from commands import in_process
from deciding import FOLDER, GROUP, LEADERS, NAME, WHY, decide, listed, numbers, opened, said, told
from journeys import HEAD as HEAD_OF_OFFICE
from journeys import copied, set_up, sheet_texts, without_personal_forms
from journeys import opened as opened_circle
from openpyxl import load_workbook
from test_acid import FOURTH
from test_batch_law import outcome_of, verdicts

from pipeline.ledger import decisions, records
from pipeline.ledger.rows import CANCELLED
from pipeline.rehearsal.clerk import save
from pipeline.settings import CONFIG_NAME
from pipeline.steps.consolidate import consolidate
from pipeline.steps.explain import explain
from pipeline.steps.levels import LEVEL
from pipeline.steps.nightly import night_report
from pipeline.steps.progress import overview
from pipeline.steps.recheck import recheck
from pipeline.steps.register import register_frame
from pipeline.steps.review import review_form
from pipeline.steps.run import preview
from pipeline.steps.status import level_counts
from pipeline.workbook import stamp as stamps
from pipeline.workspace import open_workspace

LEAST = "未达到党政纪处分程度"
POINTS = [("甲", "黄"), ("乙", "橙"), ("丙", "红"), *((f"戊{n}", "黄") for n in range(9))]
TABLE = "\n".join(
    ["风险点 | 危害后果 | 风险等级", *(f"{name} | {LEAST} | {level}" for name, level in POINTS)]
)
HEAD = "number | group_level | group_reason"


@pytest.fixture(scope="module")
def registered(prepared_alone, pool, tmp_path_factory):
    """Return the folder of a bureau in which one office has handed in twelve points."""
    folder = copied(prepared_alone, tmp_path_factory.mktemp("review") / "bureau")
    circle = opened_circle(folder, pool)
    with circle.workspace:
        assert circle.hand_in(circle.fill(TABLE)).verdict == "accepted"
    return folder


@pytest.fixture
def desk(registered, pool, tmp_path):
    """Yield that bureau a day later."""
    circle = opened_circle(copied(registered, tmp_path / "bureau"), pool)
    circle.later(days=1, minutes=1)
    with circle.workspace:
        yield circle


def levels(circle, *names):
    frame = register_frame(circle.workspace, circle.form, circle.workspace.today)
    return [frame.set_index("number")["level"][f"YSK-2011-{name}"] for name in names]


def filed(circle):
    with circle.workspace.ledger.reading() as db:
        return decisions.decisions(db, LEVEL)


FAULTY = f"""
    number | group_level | group_reason | group_person | group_day | leaders_level
    001 | 黄 |        | {GROUP} | 2011-09-14 |
    YSK-2011-777 | 黄 | | {GROUP} | 2011-09-14 |
    002 | 黄 | 太短   | {GROUP} | 2011-09-14 |
    003 |    |        |         |            | 红
    004 | 绿 |        | {GROUP} | 2011-09-14 |
    005 | 黄 |        | {GROUP} | 2011-12-31 |
    006 | 黄 |        | {GROUP} | 2011-09-01 |
    007 | 黄 |        |         | 2011-09-14 |
    008 | 黄 | {WHY}  | {GROUP} | 2011-09-14 |
    008 | 橙 | {WHY}  | {GROUP} | 2011-09-14 |
    009 | 红、黄 | {WHY} | {GROUP} | 2011-09-14 |
    010 |    | {WHY}  |         |            |
    011 | 橙 | {WHY}  | {GROUP} | 9月14日 |
"""


def test_each_row_counts_by_itself_and_is_told_in_its_own_cells(desk):
    outcome = decide(desk, FAULTY)
    wrong = told(outcome)
    assert wrong == {
        "YSK-2011-777": ["F411 number"],
        "YSK-2011-002": ["F413 group_reason"],
        "YSK-2011-003": ["F415 leaders_level"],
        "YSK-2011-004": ["F202 group_level"],
        "YSK-2011-005": ["F414 group_day"],
        "YSK-2011-006": ["F414 group_day"],
        "YSK-2011-007": ["F412 group_person"],
        "YSK-2011-008": ["F416 number", "F416 number"],
        "YSK-2011-009": ["F420 group_level"],
        "YSK-2011-010": ["F412 group_level", "F412 group_person", "F412 group_day"],
        "YSK-2011-011": ["F214 group_day"],
    }
    assert (outcome.verdict, outcome.reason) == ("accepted", "LEVELS_PARTLY")
    assert [one.subject for one in filed(desk)] == ["YSK-2011-001"]
    assert outcome.answer.parent.name == "今日转交"
    assert outcome.answer.name.startswith("等级审定表_已登记1条，12条没有登记_")
    problems = "".join("".join(row) for row in sheet_texts(outcome.answer)["问题清单"])
    assert "局纪检组" in problems
    assert "另有12条没有登记" in problems
    *_, last = explain(desk.workspace, "YSK-2011-001").steps
    assert (last.file and last.file.name, last.place[:6]) == (NAME, "等级审定表!")
    assert last.findings == (), "what was told of other rows of the list is none of its business"


@pytest.mark.long
def test_the_marked_copy_is_corrected_and_handed_in_again(desk):
    outcome = decide(desk, f"{HEAD}\n001 | 黄 | \n002 | 黄 | ")
    assert told(outcome) == {"YSK-2011-002": ["F413 group_reason"]}
    marked = said(desk, f"{HEAD}\n002 | 黄 | {WHY}", outcome.answer.read_bytes())
    again = desk.hand_in(marked, outcome.answer.name, FOLDER)
    assert (again.reason, again.findings) == ("LEVELS_FIXED", ())
    assert levels(desk, "001", "002") == ["黄", "黄"]
    assert [one.subject[-3:] for one in filed(desk)] == ["001", "002"]


@pytest.mark.long
def test_a_duplicate_changes_nothing(desk):
    content = said(desk, f"{HEAD}\n001 | 橙 | {WHY}")
    first = desk.hand_in(content, NAME, FOLDER)
    same = desk.hand_in(content, NAME, FOLDER)
    renamed = desk.hand_in(save(load_workbook(io.BytesIO(content))), "副本.xlsx", f"{FOLDER}/九月")
    assert [one.reason for one in (first, same, renamed)] == [
        "LEVELS_FIXED",
        "DUPLICATE",
        "LEVELS_KNOWN",
    ]
    assert len(filed(desk)) == 1
    assert desk.hand_in(listed(desk), NAME, FOLDER).reason == "NO_DATA"


@pytest.mark.parametrize(
    "folder",
    [
        "预算科",
        *(
            pytest.param(other, marks=pytest.mark.long)
            for other in ("预算科/预检", "", f"{FOLDER}/预检")
        ),
    ],
)
def test_nothing_is_decided_from_any_other_folder(desk, folder):
    outcome = desk.hand_in(said(desk, f"{HEAD}\n001 | 橙 | {WHY}"), NAME, folder)
    assert (outcome.verdict, outcome.reason) == ("returned", "DECISION_ELSEWHERE")
    assert filed(desk) == ()
    assert levels(desk, "001") == ["黄"]
    assert outcome.answer.suffix == ".html"
    assert WHY not in outcome.answer.read_text("utf-8")


@pytest.mark.long
def test_a_list_that_does_not_prove_its_edition_decides_nothing(desk):
    book = opened(desk, said(desk, f"{HEAD}\n001 | 橙 | {WHY}")).book
    del book["_meta"]
    del book.defined_names[stamps.TOKEN_NAME]
    properties = book.custom_doc_props  # type: ignore[attr-defined]
    for name in list(properties.names):
        del properties[name]
    outcome = desk.hand_in(save(book), NAME, FOLDER)
    assert (outcome.verdict, outcome.reason) == ("returned", "DECISION_UNPROVEN")
    assert filed(desk) == ()


@pytest.mark.long
def test_what_changed_since_the_list_went_out_is_asked_and_not_applied(desk):
    old = listed(desk)
    head, first, second, *others = TABLE.splitlines()
    graver = second.replace("橙", "红")
    lines = [f"YSK-2011-001 | {first.replace('甲', '甲的新说法')}", f" | {graver}"]
    lines += [f" | {line}" for line in others]
    desk.hand_in(desk.fill("\n".join([f"风险编号 | {head}", *lines])))
    outcome = decide(desk, f"{HEAD}\n001 | 黄 | \n002 | 红 | \n004 | 黄 | ", old)
    changed = {one.value: one.params["changed"] for one in outcome.findings if one.code == "F417"}
    assert changed == {
        "YSK-2011-001": "风险点、表现形式",
        "YSK-2011-002": "填报等级、就高等级",
    }
    assert [one.subject[-3:] for one in filed(desk)] == ["004"]
    assert outcome.reason == "LEVELS_PARTLY"


@pytest.mark.long
def test_given_cells_that_were_typed_over_count_for_nothing(desk):
    outcome = decide(desk, "number | group_level | point | level\n001 | 黄 | 没有风险 | 橙")
    assert told(outcome) == {"YSK-2011-001": ["F418 point", "F418 level"]}
    assert (outcome.reason, levels(desk, "001")) == ("LEVELS_FIXED", ["黄"])


@pytest.mark.long
def test_words_in_the_row_of_another_point_are_asked_and_not_applied(desk):
    """The column of numbers was sorted alone: whom the words are about, nobody can tell."""
    list_ = opened(desk, said(desk, f"{HEAD}\n001 | 橙 | {WHY}\n002 | 橙 | \n004 | 黄 | "))
    column = list_.match.columns["number"] + 1
    first, second = (list_.sheet.cell(list_.first + row, column) for row in (0, 1))
    first.value, second.value = second.value, first.value
    outcome = desk.hand_in(save(list_.book), NAME, FOLDER)
    misplaced = {one.value: one.params["other"] for one in outcome.findings if one.code == "F421"}
    assert misplaced == {"YSK-2011-001": "YSK-2011-002", "YSK-2011-002": "YSK-2011-001"}
    assert [one.subject[-3:] for one in filed(desk)] == ["004"]
    assert levels(desk, "001", "002") == ["黄", "橙"]


@pytest.mark.long
def test_a_level_that_was_renamed_counts_under_its_new_name(desk):
    """What is on record keeps the old word: every output calls it as the configuration does."""
    decide(desk, f"{HEAD}\n001 | 黄 | \n002 | 黄 | {WHY}")
    desk.later(days=1)
    workspace = desk.workspace
    config = workspace.paths.root / CONFIG_NAME
    renamed = config.read_text("utf-8-sig").replace('"黄"', '"中"').replace('"红"', '"高"')
    renamed = renamed.replace('aliases = ["黄色"', 'aliases = ["黄", "黄色"')
    config.write_text(renamed.replace('aliases = ["红色"', 'aliases = ["红", "红色"'), "utf-8")
    workspace.ledger.close()
    with open_workspace(workspace.paths.root, now=workspace.now) as later:
        frame = register_frame(later, desk.form, later.today)
        assert Counter(frame["level"]) == {"中": 11, "高": 1}
        assert Counter(frame["fixed_level"]) == {"中": 2, "": 10}
        assert set(frame["level_rank"]) == {1, 2}
        counts = level_counts(later, later.today)
        assert counts[:3] == [("预算科", "高", 1), ("预算科", "中", 11), ("预算科", "橙", 0)]
        consolidate(later, later.today)
        lists = later.paths.for_group("清单")
        assert len(numbers(opened(desk, (lists / NAME).read_bytes()))) == 10
        proof = sheet_texts(later.paths.for_group("汇总") / "统计汇总.xlsx")["勾稽"]
        assert not any("不相符" in cell for row in proof for cell in row)
        desk.workspace = later
        gone = TABLE.replace("黄", "中").replace("橙", "中").splitlines()
        del gone[3]
        outcome = desk.hand_in(desk.fill("\n".join(gone)))
        assert (outcome.verdict, outcome.reason) == ("unconfirmed", "MANY_MISSING")
        assert not any(code.startswith("F410") for code in outcome.codes)


@pytest.mark.long
def test_the_explanation_names_the_cell_in_which_the_level_was_fixed(desk):
    words = "number | group_level | group_reason | leaders_level | leaders_reason"
    outcome = decide(desk, f"{words}\n001 | 橙 | {WHY} |  |\n003 | 红 |  | 黄 | {WHY}")
    assert outcome.reason == "LEVELS_FIXED"
    with desk.workspace.ledger.reading() as db:
        original = desk.workspace.ledger.originals.locate(db, outcome.arrival.sha256)
    book = load_workbook(io.BytesIO(original.read_bytes()))
    for name, level in (("001", "橙"), ("003", "黄")):
        told_, step = explain(desk.workspace, f"YSK-2011-{name}").steps
        sheet, cell = step.place.split("!")
        assert (book[sheet][cell].value, step.file.arrival) == (level, outcome.arrival.id)
        assert told_.place.startswith("附表1!第")


@pytest.mark.long
def test_a_written_off_number_is_fixed_no_more(desk):
    old = listed(desk)
    version = desk.register()[0]
    with desk.workspace.ledger.transaction() as tx:
        records.add_versions(tx, None, [records.restated(version, CANCELLED)])
    outcome = decide(desk, f"{HEAD}\n001 | 黄 | ", old)
    assert told(outcome) == {"YSK-2011-001": ["F419 number"]}
    assert (outcome.verdict, outcome.reason) == ("returned", "LEVELS_PARTLY")


@pytest.mark.long
def test_two_sheets_that_differ_decide_nothing(desk):
    list_ = opened(desk, said(desk, f"{HEAD}\n001 | 黄 | "))
    other = list_.book.copy_worksheet(list_.sheet)
    other.cell(list_.first, list_.match.columns["group_level"] + 1).value = "橙"
    outcome = desk.hand_in(save(list_.book), NAME, FOLDER)
    assert (outcome.verdict, filed(desk)) == ("returned", ())
    assert {one.code for one in outcome.findings} == {"F112"}


@pytest.mark.long
def test_the_highest_level_is_fixed_in_two_steps(desk):
    leaders = "number | leaders_level | leaders_reason"
    assert decide(desk, f"{HEAD}\n003 | 黄 | {WHY}").reason == "LEVELS_FIXED"
    assert levels(desk, "003") == ["红"]
    desk.later(days=1)
    list_ = opened(desk, listed(desk))
    row = list_.first + numbers(list_).index("YSK-2011-003")
    filled = list_.sheet.cell(row, list_.match.columns["group_level"] + 1).value
    assert filled == "黄"
    outcome = decide(desk, f"{leaders}\n003 | 黄 | {WHY}")
    assert (outcome.reason, levels(desk, "003")) == ("LEVELS_FIXED", ["黄"])
    frame = register_frame(desk.workspace, desk.form, desk.workspace.today)
    fixed = frame.set_index("number").loc["YSK-2011-003"]
    assert (fixed["fixed_level"], fixed["fixed_by"]) == ("黄", LEADERS)
    assert fixed["fixed_on"] == desk.workspace.today.isoformat()
    assert "YSK-2011-003" not in numbers(opened(desk, listed(desk)))
    assert "YSK-2011-003" in numbers(opened(desk, listed(desk, everything=True)))


def test_a_killed_reception_files_every_word_once(desk, monkeypatch):
    def killed(*_):
        raise KeyboardInterrupt

    desk.drop(said(desk, f"{HEAD}\n001 | 橙 | {WHY}\n002 | 橙 | "), NAME, FOLDER)
    monkeypatch.setattr("pipeline.steps.reviewing._effect", killed)
    with pytest.raises(KeyboardInterrupt):
        desk.run()
    monkeypatch.undo()
    assert filed(desk) == ()
    (outcome,) = desk.receive()
    assert outcome.reason == "LEVELS_FIXED"
    assert [one.subject[-3:] for one in filed(desk)] == ["001", "002"]
    assert levels(desk, "001", "002") == ["橙", "橙"]
    assert desk.receive() == []


@pytest.mark.long
def test_the_night_tells_what_was_fixed_and_nobody_is_asked_twice(desk, pool):
    decide(desk, f"{HEAD}\n001 | 橙 | {WHY}\n002 | 橙 | ")
    workspace = desk.workspace
    night = night_report(workspace, workspace.today, overview(workspace, workspace.today))
    assert [(one.number[-3:], one.kind) for one in night.changes] == [
        ("001", "降级"),
        ("002", "审定"),
    ]
    assert [one.office for one in night.received] == ["局纪检组"]
    assert {one.kind for one in recheck(workspace, pool).changes} <= {"new", "gone", "regraded"}


@pytest.mark.long
def test_the_command_writes_the_list_and_says_where_it_is_taken(desk, capfd, monkeypatch):
    run = in_process(capfd, monkeypatch)
    words = ("review", "-w", desk.workspace.paths.root, "--now", "2011-09-14T12:00")
    done = run(*words)
    assert (done.code, done.err) == (0, "")
    assert str(desk.workspace.paths.group) in done.out
    whole = json.loads(run(*words, "--all", "--json").out)
    assert numbers(opened(desk, Path(whole["written"]).read_bytes())) == desk.numbers()


@pytest.mark.long
def test_the_list_is_made_of_archive_and_day_alone(desk):
    before = listed(desk)
    consolidate(desk.workspace, desk.workspace.today)
    path = desk.workspace.paths.for_group("清单") / NAME
    assert path.read_bytes() == before == listed(desk)
    yesterday = desk.workspace.today - timedelta(days=1)
    assert len(register_frame(desk.workspace, desk.form, yesterday)) == len(POINTS)


@pytest.mark.long
def test_forms_of_persons_tell_the_level_that_was_fixed(issued):
    before = issued.issued()
    outcome = decide(issued, f"{HEAD}\n002 | 橙 | {WHY}")
    assert outcome.reason == "LEVELS_FIXED"
    changed = {name for name, content in issued.issued().items() if content != before[name]}
    assert changed == {HEAD_OF_OFFICE}


@pytest.mark.long
def test_a_fourth_level_is_fixed_by_configuration_alone(tmp_path, pool):
    folder = set_up(
        tmp_path / "局",
        adjust=lambda text: without_personal_forms(text).replace("\n# 危害后果", FOURTH, 1),
    )
    circle = opened_circle(folder, pool)
    with circle.workspace:
        table = f"风险点 | 危害后果 | 风险等级\n甲 | {LEAST} | 橙\n乙 | {LEAST} | 红"
        circle.hand_in(circle.fill(table))
        circle.later(days=1)
        outcome = decide(circle, f"{HEAD}\n001 | 蓝 | {WHY}\n002 | 蓝 | {WHY}")
        assert (outcome.reason, outcome.findings) == ("LEVELS_FIXED", ())
        assert levels(circle, "001", "002") == ["蓝", "红"]
        assert review_form(circle.workspace).title == "等级审定表"


@pytest.mark.long
def test_who_types_the_fixed_level_is_not_asked_why_it_is_below_the_consequence(desk):
    table = "风险点 | 危害后果 | 风险等级 | 备注\n甲 | 符合党政纪处分规定 | {} | {}"
    desk.hand_in(desk.fill(table.format("黄", ""), "GKK"), folder="国库科")
    decide(desk, f"{HEAD}\nGKK-2011-001 | 橙 | {WHY}")
    outcome = desk.hand_in(desk.fill(table.format("橙", "改了"), "GKK"), folder="国库科")
    assert (outcome.reason, outcome.codes) == ("OK", [])
    assert desk.register("GKK")[0].level == "橙"


@pytest.mark.long
def test_the_preview_says_what_would_count(desk, pool):
    place = desk.drop(said(desk, f"{HEAD}\n001 | 黄 | \n002 | 黄 | "), NAME, FOLDER)
    (report,) = preview(desk.workspace, pool)
    assert (report.verdict, report.reason) == ("accepted", "LEVELS_PARTLY")
    assert [one.code for part in report.parts for one in part.findings] == ["F413"]
    assert place.exists()
    assert filed(desk) == ()


@pytest.mark.long
def test_words_and_tables_of_one_block_are_decided_as_one_by_one(registered, pool, tmp_path):
    at_once = opened_circle(copied(registered, tmp_path / "at_once"), pool)
    one_by_one = opened_circle(copied(registered, tmp_path / "one_by_one"), pool)
    with at_once.workspace, one_by_one.workspace:
        at_once.later(days=1)
        one_by_one.later(days=1)
        words = said(at_once, f"{HEAD}\n001 | 橙 | {WHY}\n002 | 黄 | {WHY}\n003 | 红 | ")
        assert words == said(one_by_one, f"{HEAD}\n001 | 橙 | {WHY}\n002 | 黄 | {WHY}\n003 | 红 | ")
        files = {
            "等级审定表.xlsx": (words, FOLDER),
            "附表1.xlsx": (at_once.fill(TABLE.replace("甲", "甲的新说法")), "预算科"),
            "附表1又.xlsx": (at_once.fill(TABLE), "预算科"),
        }
        for name, (content, folder) in files.items():
            at_once.drop(content, name, folder)
        order = [one.arrival.name for one in at_once.receive()]
        for name in order:
            one_by_one.drop(files[name][0], name, files[name][1])
            one_by_one.receive()
        assert outcome_of(one_by_one) == outcome_of(at_once)
        assert verdicts(one_by_one, 4) == verdicts(at_once, 4)
