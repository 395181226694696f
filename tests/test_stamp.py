"""The identity of issued workbooks."""

from dataclasses import replace

import pytest

from pipeline.workbook import stamp
from pipeline.workbook.stamp import Stamp

KEY = b"workspace key"
ISSUED = stamp.make(KEY, "FB1", "YSK", 2026, "control", version="1")


def test_the_number_shows_form_office_year_and_six_check_characters():
    *shown, check = ISSUED.number.split("-")
    assert shown == ["FB1", "YSK", "2026"]
    assert len(check) == 6
    assert set(check) <= set("0123456789ABCDEF")


def test_a_persons_number_names_the_person():
    assert "-R001-" in stamp.make(KEY, "FJ2", "YSK", 2026, "control", person="R001").number


@pytest.mark.parametrize(
    "change",
    [{"form": "FB2"}, {"office": "GKK"}, {"person": "R001"}, {"year": 2027}, {"round": "x"}],
)
def test_any_other_identity_has_other_check_characters(change):
    other = stamp.form_number(replace(ISSUED, **change), KEY)
    assert other[-6:] != ISSUED.number[-6:]


def test_the_version_of_the_template_changes_no_number():
    assert stamp.make(KEY, "FB1", "YSK", 2026, "control", version="2").number == ISSUED.number


def test_only_the_workspace_that_issued_a_stamp_verifies_it():
    assert stamp.verify(ISSUED, KEY)
    assert not stamp.verify(ISSUED, b"another key")
    assert not stamp.verify(replace(ISSUED, office="GKK"), KEY)
    assert not stamp.verify(replace(ISSUED, number=""), KEY)


@pytest.mark.parametrize("typed", [ISSUED.number, f" {ISSUED.number.lower()} "])
def test_a_typed_number_tells_office_and_round(typed):
    candidates = [
        Stamp("FB1", office, "", 2026, round_)
        for office in ("GKK", "YSK")
        for round_ in ("screening", "control")
    ]
    found = stamp.match_number(typed, KEY, candidates)
    assert found == replace(ISSUED, version="")


def test_a_number_with_a_wrong_character_belongs_to_nobody():
    wrong = ISSUED.number[:-1] + ("0" if ISSUED.number[-1] != "0" else "1")
    assert stamp.match_number(wrong, KEY, [ISSUED]) is None


def test_pairs_and_token_hold_the_whole_stamp():
    for issued in (ISSUED, stamp.make(KEY, "FJ2", "YSK", 2026, "control", person="R001")):
        assert stamp.from_pairs(stamp.as_pairs(issued)) == issued
        assert stamp.from_token(stamp.as_token(issued)) == issued


def test_blank_values_may_be_missing_from_the_pairs():
    pairs = {name: value for name, value in stamp.as_pairs(ISSUED).items() if value}
    assert stamp.from_pairs(pairs) == ISSUED


@pytest.mark.parametrize(
    "pairs",
    [
        {},
        {"yg_form": "FB1", "yg_office": "YSK", "yg_year": "2026"},
        stamp.as_pairs(ISSUED) | {"yg_year": "二〇"},
        stamp.as_pairs(ISSUED) | {"yg_form": ""},
    ],
)
def test_what_is_no_whole_stamp_is_none(pairs):
    assert stamp.from_pairs(pairs) is None


@pytest.mark.parametrize("token", ["", "a|b", "|" * 6, "'表'!$A$1", "a|b|c|d|e|f|g|h"])
def test_what_is_no_token_is_none(token):
    assert stamp.from_token(token) is None
