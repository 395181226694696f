"""What the demo bureau's people write in 附件2: long enough, of their own post, of nobody real."""

import re
from collections import Counter
from dataclasses import replace

import pytest

from pipeline.rehearsal import demo_bureau, pledge
from pipeline.rehearsal.pledges import read_duties

BUREAU = demo_bureau()
PLEDGES = {person.code: pledge(BUREAU, person) for person in BUREAU.people}
LENGTHS = {"duties": (50, 300), "conduct_rules": (50, 200), "self_measures": (50, 200)}
KEYS = {*LENGTHS, "own_commitment", "explanation"}


def wrong_lengths(said):
    return {
        key: said[key]
        for key, (least, most) in LENGTHS.items()
        if not least <= len(said[key]) <= most
    }


def test_every_person_says_what_is_asked_within_its_length():
    assert {
        code: wrong_lengths(said) for code, said in PLEDGES.items() if wrong_lengths(said)
    } == {}
    assert all(said.keys() == KEYS for said in PLEDGES.values())


def test_some_make_a_promise_and_the_others_leave_it_blank():
    promises = [said["own_commitment"] for said in PLEDGES.values() if said["own_commitment"]]
    assert len(PLEDGES) // 5 < len(promises) < len(PLEDGES) * 4 // 5
    assert all(20 <= len(promise) <= 120 for promise in promises)


def test_a_pledge_repeats_itself():
    assert {person.code: pledge(BUREAU, person) for person in BUREAU.people} == PLEDGES


@pytest.mark.parametrize("key", LENGTHS)
def test_every_post_has_its_own_text(key):
    said = {(person.office, person.posts[0]): PLEDGES[person.code][key] for person in BUREAU.people}
    assert len(set(said.values())) == len(said)


def test_the_data_names_the_first_post_of_everybody_and_nobody_elses():
    assert read_duties().posts.keys() == {
        (person.office, person.posts[0]) for person in BUREAU.people
    }


def test_no_sentence_of_a_post_is_said_of_another():
    posts = [own for _, own in read_duties().posts.values()]
    said = Counter(part for own in posts for part in (*own.duties, own.rule, own.measure))
    assert [sentence for sentence, times in said.items() if times > 1] == []


def test_no_text_holds_a_name_a_number_of_a_person_or_a_blank():
    names = {name for person in BUREAU.people for name in (person.name, person.partner) if name}
    names |= set(BUREAU.leaders)
    for said in PLEDGES.values():
        text = "".join(said.values())
        assert not [name for name in names if name in text]
        assert not re.search(r"\d{5,}|[{}]", text)


@pytest.mark.parametrize("is_head", [True, False])
def test_a_post_that_the_data_does_not_name_is_served_too(is_head):
    """Another bureau names its offices and posts as it likes."""
    office = replace(BUREAU.offices[0], code="XYZ", name="综合协调处")
    person = replace(BUREAU.people[0], office="XYZ", posts=("统筹岗",), is_head=is_head)
    bureau = replace(BUREAU, offices=(office,), people=(person,))
    said = pledge(bureau, person)
    assert wrong_lengths(said) == {}
    assert "{" not in "".join(said.values())
    assert office.name in said["duties"] + said["conduct_rules"]
    assert "统筹岗" in "".join(said.values())


@pytest.mark.parametrize("key", read_duties().kinds)
def test_what_a_kind_says_of_any_post_has_its_length(key):
    kind = read_duties().kinds[key]
    assert len(kind.conduct) == len(set(kind.conduct)) >= 3
    assert len(kind.measures) == len(set(kind.measures)) >= 3
    assert all(20 <= len(promise) <= 120 for promise in kind.promises)


def test_somebody_without_a_post_speaks_of_his_title():
    person = replace(BUREAU.people[0], posts=(), is_head=False, title="科员")
    assert wrong_lengths(pledge(BUREAU, person)) == {}
