"""`explain`: every version of a risk point with its cells, its repairs, and who decided."""

from __future__ import annotations

import io
import json
import random
import re
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING

import pytest
import xlrd
from commands import in_process
from openpyxl import load_workbook
from stories import GONE, LATER, OFFICER, later

from pipeline import text
from pipeline.errors import UsageError
from pipeline.forms import FORMS, tailor
from pipeline.ledger import decisions, records
from pipeline.settings import default_text, parse
from pipeline.steps.explain import explain
from pipeline.steps.roles import risk_form
from pipeline.workbook.headers import position
from pipeline.workspace import open_workspace

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.forms.kind import Scope
    from pipeline.steps.explain import Change, Step
    from pipeline.workspace import Workspace

DEFAULT = parse(default_text(year=2011, bureau="某局").encode())
FORM = FORMS[0].code
FIELDS = tailor(FORMS[0], DEFAULT).table.fields
FIRST, SECOND, THIRD = (f"YSK-2011-00{n}" for n in (1, 2, 3))


@pytest.fixture
def yigang(capfd, monkeypatch):
    return in_process(capfd, monkeypatch)


@pytest.fixture
def workspace(storied):
    with later(storied) as opened:
        yield opened


def numbers(workspace):
    with workspace.ledger.reading() as db:
        return [one.number for one in records.records(db, risk_form(workspace).code) if one.number]


# Reliability G7: the cell that is named holds the value


def misplaced(workspace: Workspace, number: str) -> list[tuple[Change, str]]:
    """Return the changes whose cell, in the original of that hash, does not say the value.

    What the tool mended in that very cell is said by the repair: before it, or with it.
    """
    found = []
    steps = [step for step in explain(workspace, number).steps if step.place]
    assert steps
    for step in steps:
        with workspace.ledger.reading() as db:
            path = workspace.ledger.originals.locate(db, step.file.sha256)
            scope = workspace.scope(records.by_number(db, FORM, number).office)
        assert path
        for change in step.changes:
            typed = typed_in(path, change.cell) if change.cell else ""
            if change.cell and not says(step, change, typed, scope):
                found.append((change, typed))
    return found


def says(step: Step, change: Change, typed: str, scope: Scope) -> bool:
    mended = [one for one in step.repairs if one.cell == change.cell]
    if any(one.after == change.after for one in mended):
        return text.key(mended[0].before) in {"", text.key(typed)}
    field = next((one for one in FIELDS if one.key == change.key), None)
    folded = field.kind.fold(typed, scope).value if field and typed else typed
    return text.key(folded) == text.key(change.after)


def typed_in(path: Path, place: str) -> str:
    """Return the text of a cell of an original, by other programs than our reader."""
    sheet, cell = place.rsplit("!", 1)
    value = (_in_xls if _is_old(path) else _in_xlsx)(path, sheet, cell)
    if isinstance(value, datetime):
        return value.date().isoformat()
    return str(int(value) if isinstance(value, float) and value.is_integer() else value)


def _is_old(path):
    with path.open("rb") as original:
        return original.read(2) == b"\xd0\xcf"


@cache
def _book(path):
    return load_workbook(io.BytesIO(path.read_bytes()))  # its name, a hash, has no suffix


@cache
def _old_book(path):
    return xlrd.open_workbook(str(path), formatting_info=True)


def _in_xlsx(path, sheet, cell):
    page = _book(path)[sheet]
    area = next((area for area in page.merged_cells.ranges if cell in area), None)
    return page[area.coord.split(":")[0] if area else cell].value or ""


def _in_xls(path, sheet, cell):
    page = _old_book(path).sheet_by_name(sheet)
    row, column = position(cell)
    for top, bottom, left, right in page.merged_cells:
        if top <= row < bottom and left <= column < right:
            row, column = top, left
    return page.cell_value(row, column)


@pytest.mark.long
def test_each_cell_named_holds_the_value_in_the_original(workspace):
    known = numbers(workspace)
    assert len(known) > 5
    assert [wrong for number in known for wrong in misplaced(workspace, number)] == []


@pytest.mark.long
def test_each_cell_named_holds_the_value_for_200_risks_of_the_rehearsal(yigang, tmp_path):
    assert yigang("demo", tmp_path / "demo").code == 0
    with open_workspace(tmp_path / "demo") as workspace:
        known = numbers(workspace)
        drawn = random.Random(7).sample(known, min(200, len(known)))  # noqa: S311
        assert [wrong for number in drawn for wrong in misplaced(workspace, number)] == []


# The story


def test_what_was_said_first_is_told_whole_and_then_only_what_changed(workspace):
    form = risk_form(workspace)
    first, second = explain(workspace, FIRST).steps
    assert (first.version, first.change, second.change) == (1, "新增", "降级")
    said = {change.key: change for change in first.changes}
    assert said[form.roles.match[-1]].after == "－甲;+1"
    assert (said[form.roles.match[-1]].before, said["office_head"].cell) == ("", "")
    changed = {change.key: change for change in second.changes}
    assert (changed["risk_level"].before, changed["risk_level"].after) == ("黄", "橙")
    assert not {"remark", "risk_point", "seq"} & changed.keys()


def test_repairs_and_findings_are_those_of_the_row(workspace):
    first, second = explain(workspace, FIRST).steps
    rules = {(one.rule, one.before, one.after) for one in first.repairs}
    assert ("统一用词", "黄色", "黄") in rules
    assert all(one.meaning for one in first.repairs)
    cells = [one.cell for one in first.repairs] + [one.cell for one in first.findings]
    assert len({position(cell.split("!")[1])[0] for cell in cells}) == 1
    assert {one.code: bool(one.reply) for one in second.findings}["F402"]
    other = explain(workspace, SECOND).steps[0]
    assert {one.rule for one in other.repairs} == {"照抄上一行"}


def test_the_file_is_named_with_what_it_was_decided_by(workspace):
    first, second = explain(workspace, THIRD).steps
    assert (first.file.name, second.file.name) == ("首报.xlsx", "再报.xlsx")
    assert (first.file.config, first.file.roster) == (workspace.config, workspace.roster_hash)
    assert first.decided == ()


def test_a_risk_point_written_off_tells_who_decided_it(workspace):
    story = explain(workspace, GONE)
    assert story.status == "取消"
    _, missing, cancelled = story.steps
    assert (missing.change, missing.place, missing.changes) == ("待核销", "", ())
    assert {one.code for one in missing.findings} == {"F401"}
    assert (cancelled.file, [one.who for one in cancelled.decided]) == (None, [OFFICER])


def test_a_missing_one_is_told_as_it_last_stood(workspace):
    story = explain(workspace, "YSK-2011-005")
    assert (story.status, story.point, story.levels.in_force) == ("待核销", "戊", "黄")
    assert [step.change for step in story.steps] == ["新增", "待核销"]


def test_the_levels_are_those_of_the_register(workspace):
    levels = explain(workspace, SECOND).levels
    assert (levels.filled, levels.raised, levels.in_force) == ("橙", "黄", "黄")


def test_every_decision_on_the_number_is_told_whatever_its_kind(workspace):
    said = {"why": "影响面大"}
    with workspace.ledger.transaction() as tx:
        decisions.add(tx, "李某", "letter", THIRD, said)
        decisions.add(tx, "李某", "letter", "YSK-2011-0031", said)
    (told,) = explain(workspace, THIRD).decisions
    assert (told.who, told.kind, dict(told.payload)) == ("李某", "letter", said)
    assert [one.kind for one in explain(workspace, FIRST).decisions] == ["answer"]


def test_how_the_level_came_about_is_told_turn_by_turn(workspace):
    turns = explain(workspace, SECOND).turns
    assert [(one.stage, one.level) for one in turns] == [
        ("单位填报", "黄"),
        ("单位填报", "橙"),
        ("就高", "黄"),
    ]
    assert all(re.fullmatch(r".+\.xlsx!附表1!J\d+", one.source) for one in turns)


@pytest.mark.parametrize("typed", ["ysk-2011-001", "ＹＳＫ－２０１１－００１", " YSK - 2011-001 "])
def test_width_case_and_blanks_of_the_number_are_no_matter(workspace, typed):
    assert explain(workspace, typed).number == FIRST


def test_an_unknown_number_is_told_with_those_that_are_near(workspace):
    with pytest.raises(UsageError, match="YSK-2011-001"):
        explain(workspace, "YSK-2011-01")
    with pytest.raises(UsageError):
        explain(workspace, "没有")


# The command


def test_the_command_tells_people(yigang, storied):
    done = yigang("explain", GONE.lower(), "-w", storied, "--now", LATER)
    assert (done.code, done.err) == (0, "")
    told = (GONE, "第3版", OFFICER, "首报.xlsx", "F401", "该项审批已取消", "其中没有这个风险点")
    assert [word for word in told if word not in done.out] == []


def test_the_command_tells_programs(yigang, storied):
    done = yigang("explain", FIRST, "-w", storied, "--now", LATER, "--json")
    told = json.loads(done.out)
    assert [*told] == [
        *("number", "form", "office", "post", "point", "levels"),
        *("turns", "status", "steps", "decisions"),
    ]
    step = told["steps"][0]
    assert [*step] == [
        *("version", "at", "change", "status", "level", "file", "place"),
        *("changes", "repairs", "findings", "decided"),
    ]
    assert len(step["file"]["sha256"]) == 64
    assert step["changes"][0].keys() == {"key", "header", "before", "after", "cell"}


def test_the_command_says_in_one_line_that_it_knows_no_such_number(yigang, storied):
    done = yigang("explain", "XYZ-1", "-w", storied, "--now", LATER)
    assert (done.code, done.err.count("\n"), done.out) == (2, 1, "")
