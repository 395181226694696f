"""Acid tests: how many source files a change of the domain touches, tried on a copy.

Each change is made as a contributor would make it, then the circle is walked: templates, a filled
workbook, its verdict, the register and the volume.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from journeys import TWO, opened, set_up, sheet_texts, small_bureau
from outputs_walk import READERS

from pipeline.steps.compile import VOLUMES, compile_volume
from pipeline.steps.consolidate import SUMMARIES, consolidate
from pipeline.steps.status import level_counts

TESTS = Path(__file__).parent
PACKAGE = TESTS.parent / "pipeline"
# Walks the circle of the package it finds and tells what it saw, as JSON.
JOURNEY = """
import json, sys
from pathlib import Path
from journeys import opened, set_up
from pipeline.reading.limits import Limits
from pipeline.reading.pool import ReadingPool
from pipeline.rehearsal import complete, fill
from pipeline.steps.compile import VOLUMES, compile_volume
from pipeline.steps.consolidate import SUMMARIES, consolidate
from pipeline.steps.progress import progress_lines

def main(root, table, old):
    with ReadingPool(Limits(), workers=1) as pool:
        circle = opened(root if old else set_up(root), pool)
        with circle.workspace as workspace:
            if old:
                outcomes = [circle.hand_in(Path(old).read_bytes())]
            else:
                outcomes = [circle.hand_in(circle.fill(table))]
            for form in workspace.forms:
                if form.code == circle.form.code or form.keeper != "office":
                    continue
                outcomes.append(circle.hand_in(other(circle, form), "other.xlsx"))
            consolidate(workspace, workspace.today)
            compile_volume(workspace, workspace.today)
            print(json.dumps({
                "verdicts": [one.verdict for one in outcomes],
                "codes": [[finding.code for finding in one.findings] for one in outcomes],
                "answers": [one.answer.name for one in outcomes],
                "forms": sorted({line.form for line in progress_lines(workspace, workspace.today)}),
                "summaries": str(workspace.paths.for_group(SUMMARIES)),
                "volumes": str(workspace.paths.for_group(VOLUMES)),
            }))

def other(circle, form):
    folder = circle.workspace.paths.for_office(circle.workspace.roster.by_code["YSK"], "1-待填表")
    template = next(folder.glob(f"{form.title}_*_防控.xlsx")).read_bytes()
    rows = [complete(form, {}, circle.workspace.scope("YSK"))]
    return fill(template, form, rows, {})

if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3])
"""


PAGES = TESTS.parent / "docs" / "contributing"
_STEP = re.compile(
    r"^(?:New file `(?P<new>[^`]+)`|"
    r"In `(?P<old>[^`]+)`, (?P<how>ahead of|instead of) `(?P<at>[^\n]+)`):"
    r"\n\n```python\n(?P<code>.*?)\n```$",
    re.MULTILINE | re.DOTALL,
)


class Copy:
    """A copy of the package that may be changed. touched: the source files that were."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.touched: set[str] = set()
        shutil.copytree(PACKAGE, folder / "pipeline", ignore=shutil.ignore_patterns("fonts"))
        fonts = Path("pipeline", "documents", "fonts")
        shutil.copytree(TESTS.parent / fonts, folder / fonts, copy_function=os.link)

    def change(self, name: str, before: str, after: str) -> None:
        """Replace text in a source file; before = "" makes a new file."""
        path = self.folder / "pipeline" / name
        if before:
            text = path.read_text("utf-8")
            assert text.count(before) == 1, (name, before, text.count(before))
            after = text.replace(before, after)
        path.write_text(after, "utf-8")
        self.touched.add(name)

    def follow(self, page: str, *, only: slice = slice(None)) -> None:
        """Do what a page for contributors says, or some of its steps."""
        steps = [*_STEP.finditer((PAGES / page).read_text("utf-8"))]
        assert steps, page
        for step in steps[only]:
            name = (step["new"] or step["old"]).removeprefix("pipeline/")
            kept = step["at"] if step["how"] == "ahead of" else ""
            code = step["code"] if step["how"] == "ahead of" else step["code"].strip()
            self.change(name, step["at"] or "", f"{code}\n        {kept}" if kept else code)

    def walk(self, table: str = TWO, old: Path | None = None, root: Path | None = None):
        """Walk the circle with the changed package and return what was seen."""
        script = self.folder / "walk.py"
        script.write_text(JOURNEY, "utf-8")
        search = os.pathsep.join([str(self.folder), str(TESTS)])
        done = subprocess.run(
            [sys.executable, script, root or self.folder / "局", table, old or ""],
            env=os.environ | {"PYTHONPATH": search},
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr.decode()
        return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture
def copy(tmp_path):
    return Copy(tmp_path)


def word_of(path: Path) -> str:
    return READERS["docx"](path.read_bytes())


def cells_of(path: Path) -> set[str]:
    return {cell for rows in sheet_texts(path).values() for row in rows for cell in row}


@pytest.mark.long
def test_a_new_required_column_is_one_line_in_one_file(copy):
    copy.follow("field.md", only=slice(1))
    seen = copy.walk()
    assert copy.touched == {"forms/annex1.py"}
    assert seen["verdicts"] == ["accepted"]
    template = next((copy.folder / "局" / "templates" / "xlsx" / "01-预算科").glob("附表1_*.xlsx"))
    assert "试验栏" in cells_of(template)
    assert "试验栏" in cells_of(Path(seen["summaries"]) / "风险信息档案库.xlsx")
    assert "试验栏" in READERS["docx"](next(Path(seen["volumes"]).glob("*.docx")).read_bytes())


@pytest.mark.long
def test_a_renamed_header_is_one_file_and_old_files_still_come_in(copy, bureau, returned):
    old = copy.folder / "old.xlsx"
    old.write_bytes(returned(TWO))
    bureau.workspace.ledger.close()
    copy.follow("field.md", only=slice(1, None))
    seen = copy.walk(old=old, root=bureau.workspace.paths.root)
    assert len(copy.touched) == 1
    assert (seen["verdicts"], seen["codes"]) == (["accepted"], [[]])
    assert "首要负责人员" in cells_of(Path(seen["summaries"]) / "风险信息档案库.xlsx")


@pytest.mark.long
def test_another_form_is_a_module_and_a_line(copy):
    copy.follow("form.md")
    seen = copy.walk()
    assert len(copy.touched) == 2
    assert (seen["verdicts"], seen["codes"]) == (["accepted", "accepted"], [[], []])
    assert seen["forms"] == ["附件2", "附表1", "附表9"]
    assert seen["answers"][1].startswith("附表9_预算科_已收")
    assert "收入不入账" in cells_of(Path(seen["summaries"]) / "风险信息档案库.xlsx")


@pytest.mark.long
def test_a_new_rule_is_a_function_and_a_sentence(copy):
    copy.follow("rule.md")
    seen = copy.walk("风险点\n收入不入账！")
    assert len(copy.touched) == 2
    assert (seen["verdicts"], seen["codes"]) == (["returned"], [["F399"]])


@pytest.mark.long
def test_a_new_report_is_a_function_and_its_line(copy):
    copy.follow("report.md")
    seen = copy.walk()
    assert len(copy.touched) == 1
    assert "危害后果×风险等级" in sheet_texts(Path(seen["summaries"]) / "统计汇总.xlsx")


def test_every_page_has_steps_to_follow():
    pages = [path for path in PAGES.glob("*.md") if path.name != "README.md"]
    assert all(_STEP.search(path.read_text("utf-8")) for path in pages)
    told = "".join(path.read_text("utf-8") for path in pages)
    assert len(_STEP.findall(told)) == told.count("```python\n"), "a block that nobody tries"


# By configuration alone; the package is not touched.

FOURTH = """
[[vocabulary.levels]]
name = "蓝"
note = "轻微"
aliases = ["蓝色"]
fill = "0070C0"
font = "FFFFFF"
handler = "岗位责任人"
mode = "自我管理"

# 危害后果"""


@pytest.mark.long
def test_a_fourth_level_is_configuration(tmp_path, pool):
    folder = set_up(tmp_path / "局", adjust=lambda text: text.replace("\n# 危害后果", FOURTH, 1))
    circle = opened(folder, pool)
    with circle.workspace as workspace:
        outcome = circle.hand_in(circle.fill("风险点 | 风险等级 | 危害后果\n甲 | 蓝色 | "))
        assert [code.split()[0] for code in outcome.codes if "consequence" not in code] == []
        assert [code for code in outcome.codes if "risk_level" in code] == []
        outcome = circle.hand_in(circle.fill("风险点 | 风险等级\n甲 | 蓝色"))
        assert outcome.verdict == "accepted"
        assert workspace.settings.levels.names[-1] == "蓝"
        consolidate(workspace, workspace.today)
        compile_volume(workspace, workspace.today)
        assert ("预算科", "蓝", 0) in level_counts(workspace, workspace.today)
        assert "蓝" in cells_of(workspace.paths.for_group(SUMMARIES) / "统计汇总.xlsx")


def other_bureau():
    """Return the small bureau under other names, codes and in another year."""
    renamed = {"YSK": ("ZHG", "综合股"), "GKK": ("SZG", "水政股"), "NYK": ("GGS", "灌溉试验所")}
    bureau = small_bureau()
    offices = tuple(
        replace(office, code=renamed[office.code][0], name=renamed[office.code][1], aliases=())
        for office in bureau.offices
    )
    people = tuple(replace(one, office=renamed[one.office][0]) for one in bureau.people)
    return replace(bureau, name="远山县水利局", offices=offices, people=people, year=2026)


def other_words(text: str) -> str:
    for old, new in (("红", "一级"), ("黄", "二级"), ("橙", "三级"), ("思想道德风险", "作风风险")):
        text = text.replace(f'name = "{old}"', f'name = "{new}"')
        text = text.replace(f'implies = "{old}"', f'implies = "{new}"')
    return text.replace('name = "一岗一预防"', 'name = "廉洁水利"')


@pytest.mark.long
def test_another_bureau_is_configuration(tmp_path, pool):
    bureau = other_bureau()
    circle = opened(set_up(tmp_path / "局", bureau, other_words), pool, bureau)
    circle.later(days=15 * 365 + 3)
    with circle.workspace as workspace:
        table = "风险点 | 风险等级 | 风险类别\n水费不入账 | 一级 | 作风风险"
        outcome = circle.hand_in(circle.fill(table, "SZG"), folder="水政股")
        assert (outcome.verdict, outcome.codes) == ("accepted", [])
        assert circle.numbers("SZG") == ["SZG-2026-001"]
        assert ("水政股", "一级", 1) in level_counts(workspace, workspace.today)
        consolidate(workspace, workspace.today)
        compile_volume(workspace, workspace.today)
        volume = next(workspace.paths.for_group(VOLUMES).glob("*.docx"))
        told = READERS["docx"](volume.read_bytes())
        assert all(word in told for word in ("远山县水利局", "廉洁水利", "水费不入账"))
        assert "财政" not in told.replace("财政分配", "")
