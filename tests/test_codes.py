"""docs/codes.md: every code with a real sentence, written from the one catalogue."""

from __future__ import annotations

import ast
import re
import runpy

import pytest
from tree import ROOT, modules

from pipeline.checks.rules import FILE_RULES
from pipeline.findings import CATALOGUE, REPAIRS
from pipeline.monitor.campaign import CAMPAIGN_RULES

SCRIPT = runpy.run_path(str(ROOT / "scripts" / "write_catalogue.py"))
PAGE = (ROOT / "docs" / "codes.md").read_text("utf-8")
EVERY_CODE = pytest.mark.parametrize("entry", CATALOGUE.values(), ids=lambda entry: entry.code)
_NAMED = re.compile("[\u4e00-\u9fff]+")


def test_the_page_is_what_the_catalogue_says():
    assert SCRIPT["page"]() == PAGE, "make catalogue"


@EVERY_CODE
def test_every_parameter_of_a_sentence_has_its_example(entry):
    wanted = set(re.findall(r"{(\w+)}", entry.said))
    given = dict(entry.example)
    place = {name: given.pop(name, "") for name in ("sheet", "cell")}
    column = given.pop("column", "") if "column" not in wanted else ""
    assert set(given) == wanted
    assert all(given.values())
    assert not (place["cell"] or column) or place["sheet"]


@EVERY_CODE
def test_what_is_said_is_short_with_real_values_too(entry):
    assert len(SCRIPT["said"](entry)) <= 60


@EVERY_CODE
def test_every_code_has_its_line_on_the_page(entry):
    lines = [line for line in PAGE.splitlines() if line.startswith(f"| `{entry.code}` |")]
    assert [line.count("|") for line in lines] == [7]
    assert f"| {SCRIPT['message'](entry)} |" in lines[0]


@pytest.mark.parametrize(
    "rule",
    [*(rule.check for rule in FILE_RULES), *(rule.ask for rule in CAMPAIGN_RULES)],
    ids=lambda rule: rule.__name__,
)
def test_every_rule_cites_its_clause(rule):
    assert re.match(r"[一二三四五六](\([一二三四五六]\)\d?)?", SCRIPT["clause"](rule))


def rules_of_repairs(*, returned=True):
    """Yield the names of repairs that the package gives, a column it fills in as ….

    returned: also what functions return, which may be anything.
    """
    for name, tree in modules():
        if not name.startswith(("pipeline/checks/", "pipeline/forms/", "pipeline/workbook/")):
            continue
        for node in ast.walk(tree):
            said = _rule_of(node) if returned or not isinstance(node, ast.Return) else None
            if isinstance(said, ast.JoinedStr):
                fixed = (one.value for one in said.values if isinstance(one, ast.Constant))
                yield "…".join(map(str, fixed))
                continue
            for part in ast.walk(said) if said else ():
                if isinstance(part, ast.Constant) and _NAMED.fullmatch(str(part.value)):
                    yield part.value


def _rule_of(node):
    """Return the expression by which a repair is named, None elsewhere."""
    if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) in {
        "rule",
        "why",
        "_AFTER",
        "BY_SYSTEM",
    }:
        return node.value
    if not isinstance(node, ast.Call):
        return node.value if isinstance(node, ast.Return) else None
    place = {"Folded": 1, "Repair": 4, "_repair": 4}.get(ast.unparse(node.func).split(".")[-1])
    named = [entry.value for entry in node.keywords if entry.arg == "rule"]
    plain = node.args[place : place + 1] if place else []
    return next(iter([*named, *plain]), None)


def test_every_repair_is_explained_and_none_that_does_not_happen():
    assert REPAIRS.keys() - set(rules_of_repairs()) == set()
    assert set(rules_of_repairs(returned=False)) - REPAIRS.keys() == set()
    assert [rule for rule in REPAIRS if f"| {rule} |" not in PAGE] == []


def test_what_the_defects_page_calls_a_repair_is_one():
    page = (ROOT / "docs" / "defects.md").read_text("utf-8")
    named = {word for word in re.findall("`([^`]+)`", page) if _NAMED.fullmatch(word)}
    assert named - REPAIRS.keys() == set()
