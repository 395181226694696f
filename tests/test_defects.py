"""The table of docs/defects.md and its workbooks say the same, and the pipeline does it."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest
from defect_cases import CASES
from defects import Case, laid_out, treat
from journeys import copied, opened
from tree import ROOT

from pipeline.findings import CATALOGUE
from pipeline.reading.limits import Limits
from pipeline.reading.pool import ReadingPool

if TYPE_CHECKING:
    from collections.abc import Iterator

    from journeys import Circle

NUMBERS = range(1, 45)
# Numbers that no line of the table tells of yet.
AWAITED: frozenset[int] = frozenset()

# The words of the last column: classes of the catalogue, verdicts on a file, and what else is done.
FOUND = {"强制", "核实", "提示"}
FILES = {"退回": "returned", "隔离": "quarantined", "待确认": "unconfirmed"}
MENDED, AS_IT_IS, ELSEWHERE = "改正", "照读", {"出表", "收件", "选用"}

_LINE = re.compile(r"(?m)^\| *(\d+) *\|(.*)\|(.*)\|(.*)\|(.*)\|$")
_NAMED = re.compile(r"`([^`]+)`")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the table. named: its codes, rules, reasons or tests."""

    number: int
    named: tuple[str, ...]
    klass: str


def lines() -> list[Line]:
    page = (ROOT / "docs" / "defects.md").read_text("utf-8")
    return [
        Line(int(number), tuple(_NAMED.findall(named)), klass.strip())
        for number, _, _, named, klass in _LINE.findall(page)
    ]


LINES = lines()


def cases_of(number: int) -> list[Case]:
    return [case for case in CASES if case.number == number]


# The table


def test_every_defect_has_a_line():
    assert {line.number for line in LINES} | AWAITED == set(NUMBERS)
    assert {line.number for line in LINES} & AWAITED == set()


@pytest.mark.parametrize("line", LINES, ids=str)
def test_a_line_uses_the_words_it_explains(line):
    assert line.klass in {*FOUND, *FILES, MENDED, AS_IT_IS, *ELSEWHERE}
    assert bool(line.named) is (line.klass != AS_IT_IS)


@pytest.mark.parametrize("line", [line for line in LINES if line.klass in FOUND], ids=str)
def test_the_class_of_a_code_is_that_of_the_catalogue(line):
    assert {CATALOGUE[code].klass for code in line.named} == {line.klass}


@pytest.mark.parametrize("line", [line for line in LINES if line.klass in FILES], ids=str)
def test_a_reason_of_a_file_is_one_of_the_catalogue(line):
    assert {CATALOGUE[code].klass for code in line.named} == {"文件"}


@pytest.mark.parametrize("line", [line for line in LINES if line.klass in ELSEWHERE], ids=str)
def test_a_test_that_a_line_points_to_is_there(line):
    for name in line.named:
        module, _, test = name.partition("::")
        tree = ast.parse((ROOT / module).read_text("utf-8"))
        assert test in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("line", [line for line in LINES if line.klass not in ELSEWHERE], ids=str)
def test_a_line_has_workbooks_that_show_it(line):
    cases = cases_of(line.number)
    if line.klass == AS_IT_IS:
        assert any(case.is_read_as_it_is for case in cases)
    for name in line.named:
        mine = [case for case in cases if name in case.shown]
        assert mine, name
        if line.klass in FILES:
            assert {case.verdict for case in mine} == {FILES[line.klass]}


def test_no_workbook_shows_what_the_table_does_not_tell():
    told = {(line.number, name) for line in LINES for name in line.named}
    silent = {line.number for line in LINES if line.klass == AS_IT_IS}
    shown = {
        (case.number, name) for case in CASES if not case.is_read_as_it_is for name in case.shown
    }
    assert shown - told == set()
    assert {case.number for case in CASES if case.is_read_as_it_is} - silent == set()


# The workbooks


@pytest.fixture(scope="module")
def desk(prepared, tmp_path_factory) -> Iterator[Circle]:
    """Yield a bureau at which nothing is filed; a worker that starts anew would cost a second."""
    limits = replace(Limits(), worker_files=10_000, seconds=300)
    with ReadingPool(limits, workers=1) as pool:
        circle = opened(copied(prepared, tmp_path_factory.mktemp("defects") / "bureau"), pool)
        with circle.workspace:
            yield circle


def marked(case: Case):
    name = f"{case.number:02d} {case.name}"
    return pytest.param(case, id=name, marks=[getattr(pytest.mark, mark) for mark in case.marks])


@pytest.mark.parametrize("case", [marked(case) for case in CASES])
def test_a_spoiled_workbook_is_treated_as_the_table_says(desk, case, tmp_path):
    layout, found = laid_out(desk, case), treat(desk, case, tmp_path)

    def at(place):
        return place and layout.sheet, layout.cell(place)

    assert found.findings == [(code, *at(place)) for code, place in case.findings]
    assert found.repairs == [(rule, *at(place), *said) for rule, place, *said in case.repairs]
    assert (found.verdict, len(found.rows)) == (case.verdict, case.rows)
    assert case.reason in {"", found.reason}
    assert {place: found.value(place) for place in case.values} == case.values
