"""Findings and the catalogue of sentences."""

import re

import pytest

from pipeline.findings import CATALOGUE, NOWHERE, SHOWN, Finding, shorten
from pipeline.model import REASONS, Place
from pipeline.steps.told import restored_findings, stored_findings

CELL = Place("附表1", "J7")
FILE = [entry for entry in CATALOGUE.values() if entry.klass == "文件"]
ASKED = [entry for entry in CATALOGUE.values() if entry.klass == "活动"]
FOUND = [entry for entry in CATALOGUE.values() if entry.klass in SHOWN]
PARAMETERS = {
    "value",
    "column",
    *("header", "office", "current", "count", "most", "taken", "options", "parent", "other"),
    *("before", "roster", "missing", "issued", "person", "year", "form"),
    *("stamped", "found", "why", "latest", "start", "day", "number"),
    *("stage", "level", "raised", "changed", "done", "left"),
}


def parameters(said):
    return set(re.findall(r"{(\w*)}", said))


@pytest.mark.parametrize("entry", CATALOGUE.values(), ids=lambda entry: entry.code)
def test_every_sentence_is_short_chinese_and_can_be_said(entry):
    bare = re.sub(r"{\w+}", "", entry.said)
    assert len(bare) <= 60
    assert parameters(entry.said) <= PARAMETERS
    assert "{" not in bare
    assert entry.said.endswith("。")
    assert not re.search(r"[,;:!?()]", bare), "punctuation is Chinese"
    assert not re.search(r"字段|解析|校验|异常值|null|None|行号|sheet|xml|JSON", bare), "no jargon"
    assert entry.meaning
    assert not entry.meaning.endswith("。")


@pytest.mark.parametrize("entry", FOUND, ids=lambda entry: entry.code)
def test_what_must_be_mended_says_how(entry):
    if entry.klass == "强制":
        assert re.search("请", entry.said)
    assert re.fullmatch(r"F[1-4]\d\d", entry.code)
    assert entry.klass in SHOWN


@pytest.mark.parametrize("entry", FOUND, ids=lambda entry: entry.code)
def test_every_message_begins_with_its_place(entry):
    params = dict.fromkeys(parameters(entry.said) - {"value", "column"}, "某")
    message = Finding(entry.code, CELL, "风险等级", "绿", params).message
    assert message.startswith("附表1 第7行“风险等级”(J7)：")
    assert "{" not in message


def test_every_reason_of_an_unread_file_is_in_the_catalogue():
    assert set(REASONS) <= {entry.code for entry in FILE}


@pytest.mark.parametrize("code", ["EMPTY", "F501"])
def test_a_reason_of_a_file_is_no_finding_nor_is_what_the_campaign_asks_for(code):
    with pytest.raises(ValueError, match=code):
        _ = Finding(code).klass


def test_what_the_campaign_asks_for_has_its_own_codes_and_no_class_of_a_finding():
    assert [entry.code for entry in ASKED] == [f"F50{number}" for number in range(1, 10)]
    assert len(CATALOGUE) == len(FILE) + len(FOUND) + len(ASKED)


def test_a_rule_on_trial_is_told_as_a_hint_and_stays_so_when_it_is_stored():
    told, plain = (
        Finding("F302", CELL, "B角", "甲").tried(trial) for trial in (["F302"], ["F303"])
    )
    assert (told.klass, plain.klass) == ("提示", "强制")
    assert restored_findings(stored_findings([told, plain])) == (told, plain)


def test_an_unknown_code_is_a_bug():
    with pytest.raises(KeyError):
        _ = Finding("F999").entry


@pytest.mark.parametrize(
    ("place", "column", "where"),
    [
        (CELL, "风险等级", "附表1 第7行“风险等级”(J7)："),
        (CELL, "", "附表1 第7行(J7)："),
        (Place("附表1"), "", "附表1："),
        (NOWHERE, "风险等级", "“风险等级”："),
        (NOWHERE, "", ""),
    ],
)
def test_the_place_is_told_as_far_as_it_is_known(place, column, where):
    assert Finding("F201", place, column).where == where


def test_the_message_quotes_what_stands_in_the_cell():
    finding = Finding("F202", CELL, "风险等级", "{绿}", {"options": "红、黄或橙"})
    assert finding.klass == "强制"
    assert finding.message.endswith("填的是“{绿}”。请从下拉框选红、黄或橙。")


def test_typed_text_does_not_turn_the_sentence_around():
    turning = Finding("F104", Place("表", "B2"), value="甲\u202e乙\u2066")
    assert turning.message == Finding("F104", Place("表", "B2"), value="甲乙").message


def test_a_long_value_is_cut_and_put_on_one_line():
    assert shorten("甲\n乙  丙") == "甲 乙 丙"
    assert shorten("一" * 31) == "一" * 30 + "…"
    assert len(Finding("F202", CELL, "", "长" * 999, {"options": "红"}).message) < 100
