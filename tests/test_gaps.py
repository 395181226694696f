"""What offices may have left out: which texts are one risk, which posts one kind, who lacks it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from registers import SETTINGS, SHARED, register, scope
from risk_pairs import OTHER, OTHER_HELD_OUT, SAME, SAME_HELD_OUT

from pipeline import text
from pipeline.tables import alike
from pipeline.tables.alike import closest, grouped, likeness
from pipeline.tables.gaps import Sought, gaps, kind_of_post, uneven

ALIKE = SETTINGS.gaps.alike
USUAL = Sought(2, 0.5, ALIKE)


def one_risk(pair):
    return grouped([text.key(said) for said in pair], ALIKE) == [0, 0]


def left_out(table, sought=USUAL):
    """Return office, risk, how many name it, and of how many."""
    found = gaps(register(table), scope(), sought)
    columns = found[["office_name", "risk_point", "named", "holders"]]
    return list(columns.itertuples(index=False, name=None))


# Which texts say the same


@pytest.mark.parametrize(
    ("same", "other", "recall"),
    [(SAME, OTHER, 0.92), (SAME_HELD_OUT, OTHER_HELD_OUT, 0.75)],
    ids=["tuned", "held out"],
)
def test_most_of_what_is_the_same_is_found_and_nothing_else(same, other, recall):
    assert [pair for pair in other if one_risk(pair)] == []
    assert sum(map(one_risk, same)) / len(same) >= recall


def test_likeness_has_no_direction_and_is_whole_for_the_same_text():
    for one, other in (*SAME, *OTHER):
        assert likeness(one, other) == likeness(other, one)
        assert likeness(one, one) == 1


def test_grouping_finds_what_comparing_each_with_each_finds():
    texts = list(dict.fromkeys(said for pair in (*SAME, *OTHER) for said in map(text.key, pair)))
    texts.sort(key=lambda said: said[::-1])  # any order but the one of the pairs
    firsts: list[int] = []
    expected = []
    for place, said in enumerate(texts):
        score, near = closest(said, [texts[first] for first in firsts] or [""])
        expected.append(texts.index(near) if score >= ALIKE else place)
        firsts += [place] if score < ALIKE else []
    assert grouped(texts, ALIKE) == expected


def test_texts_that_differ_in_a_number_alone_are_not_held_against_each_other(monkeypatch):
    """A list of projects: thousands of points of one post, which took minutes."""
    compared = []

    def noted(*pair):
        compared.append(pair)
        return True

    monkeypatch.setattr(alike, "are_opposed", noted)
    texts = [f"第{n}号项目资金拨付审核不严" for n in range(100)]
    assert grouped(texts, ALIKE) == list(range(100))
    assert compared == []


def test_a_text_and_its_contrary_are_two_risks():
    assert not one_risk(("三万元以上的采购未公开招标", "三万元以下的采购未公开招标"))


# Which posts are one kind


@pytest.mark.parametrize(
    "post", ["出纳", "出纳岗", "出纳岗位", "出纳员", "出纳人员", "预算科出纳", "出 纳（兼）"]
)
def test_the_kind_of_a_post_is_known_whatever_it_is_called(post):
    assert kind_of_post(post, ["预算科"]) == "出纳"


@pytest.mark.parametrize("post", ["科员", "科长", "副科长", "预算科"])
def test_a_short_name_is_left_as_it_is(post):
    assert kind_of_post(post, ["预算科"]) == post


# Who lacks what


def test_a_risk_that_the_others_with_the_post_name_is_told():
    assert left_out(SHARED) == [("国库科", "挪用公款", 2, 3)]


def test_what_is_told_has_the_highest_level_the_wording_of_most_and_the_closest_of_ones_own():
    table = SHARED.replace("收入不入账", "收入不入账，私存公款")
    (row,) = gaps(register(table), scope(), USUAL).to_dict("records")
    assert (row["level"], row["others"], row["post"]) == ("红", "办公室、预算科", "出纳人员")
    assert row["nearest"] == "收入不入账，私存公款"


@pytest.mark.parametrize(
    "sought",
    [Sought(3, 0.5, ALIKE), Sought(2, 0.7, ALIKE)],
    ids=["too few offices", "too small a share"],
)
def test_what_too_few_name_is_not_told(sought):
    assert left_out(SHARED, sought) == []


def test_what_an_office_names_under_another_post_is_not_left_out():
    assert left_out(f"{SHARED}    国库科 | 橙 | 会计岗 | 核算 | 挪用公款\n") == []


def test_names_of_one_kind_may_be_told_by_configuration():
    table = SHARED.replace("出纳人员", "现金会计")
    assert left_out(table) == []
    assert left_out(table, replace(USUAL, posts=(("出纳", "现金会计岗"),)))


def test_a_post_of_the_roster_counts_though_nothing_is_named_for_it():
    table = SHARED.replace("出纳人员", "综合岗")
    held = (("GKK", "出纳岗"), ("XXX", "出纳岗"))
    assert left_out(table, replace(USUAL, held=held)) == [("国库科", "挪用公款", 2, 3)]


def test_an_office_without_any_record_has_left_nothing_out():
    filed = "\n".join(line for line in SHARED.splitlines() if "国库科" not in line)
    assert left_out(filed, replace(USUAL, held=(("GKK", "出纳岗"),))) == []


# One risk, several levels


def test_one_risk_under_two_levels_stands_together_the_highest_first():
    found = uneven(register(SHARED), scope(), USUAL)
    assert found[["group", "level", "office_name"]].to_numpy().tolist() == [
        [1, "红", "办公室"],
        [1, "黄", "预算科"],
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [("预算科 | 黄", "预算科 | 红"), ("预算科 | 黄", "办公室 | 黄"), ("预算科 | 黄", "预算科 | ")],
    ids=["same level", "one office", "no level"],
)
def test_there_is_nothing_uneven_in_one_level_or_one_office(old, new):
    assert uneven(register(SHARED.replace(old, new)), scope(), USUAL).empty


def test_the_same_words_about_another_matter_are_another_risk():
    table = SHARED.replace("预算科出纳 | 资金管理", "预算科出纳 | 票据核销")
    assert uneven(register(table), scope(), USUAL).empty


def test_nothing_comes_of_nothing():
    empty = register(SHARED.strip().splitlines()[0])
    assert gaps(empty, scope(), USUAL).empty
    assert uneven(empty, scope(), USUAL).empty
