"""Words: what is found, what is split, which is the highest."""

import pytest

from pipeline.vocab import Term, Vocabulary

LEVELS = Vocabulary(
    "levels",
    "风险等级",
    (Term("红", 1, ("红色", "一级")), Term("黄", 2, ("黄色",)), Term("橙", 3)),
)
POWERS = Vocabulary(
    "powers",
    "权力",
    (
        Term("人事权", parent="管理", aliases=("人事 管理权",)),
        Term("重大项目、重大财务、应急决策权", parent="管理"),
        Term("重大项目", parent="财政"),
    ),
)


@pytest.mark.parametrize("typed", ["红", " 红 ", "红色", "红 色", "一级", "红；"])
def test_a_word_is_found_by_name_and_alias_after_folding(typed):
    assert LEVELS.find(typed) is LEVELS.terms[0]


@pytest.mark.parametrize("typed", ["", "绿", "红黄", "/"])
def test_what_is_no_word_is_not_found(typed):
    assert LEVELS.find(typed) is None


def test_a_name_wins_over_another_terms_alias():
    words = Vocabulary("x", "x", (Term("甲", aliases=("乙",)), Term("乙")))
    assert words.find("乙") is words.terms[1]


def test_only_the_exact_name_is_got():
    assert LEVELS.get("红") is LEVELS.terms[0]
    assert LEVELS.get("红色") is None


@pytest.mark.parametrize(
    ("typed", "names", "unknown"),
    [
        ("红/黄", ["红", "黄"], ()),
        ("橙、红色 红", ["橙", "红"], ()),
        ("红、绿", ["红"], ("绿",)),
        ("1中2低", [], ("1中2低",)),
        ("、", [], ()),
    ],
)
def test_a_cell_of_several_words_is_split(typed, names, unknown):
    found, rest = LEVELS.split(typed)
    assert [term.name for term in found] == names
    assert rest == unknown


@pytest.mark.parametrize("mark", ["、", "，", " ", "；\n"])
def test_a_term_that_holds_a_separator_is_never_cut(mark):
    whole = POWERS.terms[1].name.replace("、", mark)
    assert POWERS.split(f"人事权{mark}{whole}") == ((POWERS.terms[0], POWERS.terms[1]), ())
    assert POWERS.split(whole) == ((POWERS.terms[1],), ())


def test_part_of_such_a_term_is_another_term_or_none():
    assert POWERS.split("重大项目、人事 管理权") == ((POWERS.terms[2], POWERS.terms[0]), ())
    assert POWERS.split("重大财务")[1] == ("重大财务",)


def test_the_highest_has_the_lowest_rank():
    assert LEVELS.highest(LEVELS.terms[::-1]).name == "红"


def test_only_terms_with_ranks_have_an_order_of_gravity():
    assert LEVELS.ranked
    assert not POWERS.ranked


def test_names_and_children_come_in_their_order():
    assert LEVELS.names == ("红", "黄", "橙")
    assert POWERS.children("管理") == ("人事权", "重大项目、重大财务、应急决策权")
    assert POWERS.children("别的") == ()
