"""Whose workbook it is: four kinds of evidence, each alone, agreeing, contradicting, forged."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from time import process_time

import pytest
from blocks import BUREAU, FORM, USUAL
from journeys import rows_of

from pipeline.model import Office, Reading
from pipeline.reading.guard import inspect
from pipeline.reading.limits import Limits
from pipeline.rehearsal import fill
from pipeline.rehearsal.clerk import open_desk, save
from pipeline.rehearsal.texts import card as usual_card
from pipeline.roster import Roster
from pipeline.workbook import stamp
from pipeline.workbook.identify import Known, identify
from pipeline.workbook.issue import Issue
from pipeline.workbook.reader import read
from pipeline.workbook.template import META, write_template

pytestmark = pytest.mark.alone

KEY, ROUNDS = b"workspace key", ("screening", "control")
KNOWN = Known((FORM,), BUREAU.roster, KEY, BUREAU.year, ROUNDS)
OFFICE, NEIGHBOUR = BUREAU.office("YSK"), BUREAU.office("GKK")
ALL = {"hidden", "properties", "name", "number"}


@cache
def filled(*, key=KEY, office="YSK", round_="control", year=BUREAU.year):
    """Return a workbook as issued and filled in."""
    mark = stamp.make(key, FORM.code, office, year, round_, version="1")
    issue = Issue(FORM, BUREAU.office(office), BUREAU.scope(office), mark, USUAL.settings)
    rows = rows_of(FORM, "风险点\n收入不入账", BUREAU.scope(office))
    return fill(write_template(issue), FORM, rows, usual_card(BUREAU, BUREAU.office(office), FORM))


def keeping(kept, content=None):
    """Return the workbook with only these kinds of evidence left."""
    desk = open_desk(content or filled(), FORM)
    if "hidden" not in kept:
        desk.book.remove(desk.book[META])
    if "name" not in kept:
        del desk.book.defined_names[stamp.TOKEN_NAME]
    if "properties" not in kept:
        properties = desk.book.custom_doc_props  # type: ignore[attr-defined]
        for name in list(properties.names):
            del properties[name]
    if "number" not in kept:
        desk.sheet[desk.card["form_number"]].value = None
    return save(desk.book)


def typed(content, **card):
    desk = open_desk(content, FORM)
    for key, value in card.items():
        desk.sheet[desk.card[key]].value = value
    return save(desk.book)


def reading(content) -> Reading:
    return read(content, inspect(content, Limits()))


def identified(read_, known=KNOWN):
    """Return the one identity of a workbook."""
    (found,) = identify(read_, known)
    return found


def who(content, known=KNOWN):
    found = identified(reading(content), known)
    return found.office, found.round, found.via, found.sure


# One kind of evidence


def test_a_workbook_as_it_was_issued_is_sure():
    found = identified(reading(filled()), KNOWN)
    assert (found.office, found.round, found.via, found.sure) == ("YSK", "control", "stamp", True)
    assert (found.form, found.person) == (FORM, "")
    assert found.number.startswith("FB1-YSK-2011-")
    assert found.typed[0] == OFFICE.name
    assert found.typed[1].sheet == FORM.title
    assert [candidate.sheet.name for candidate in found.candidates] == [FORM.title]


@pytest.mark.parametrize("kind", ["hidden", "properties", "name"])
@pytest.mark.parametrize("round_", ROUNDS)
def test_one_stamp_alone_is_enough(kind, round_):
    assert who(keeping({kind}, filled(round_=round_))) == ("YSK", round_, "stamp", True)


@pytest.mark.parametrize("round_", ROUNDS)
def test_the_visible_number_alone_is_enough(round_):
    content = keeping({"number"}, filled(round_=round_))
    assert who(content) == ("YSK", round_, "number", True)


def test_a_number_typed_in_another_way_is_the_same_number():
    number = identified(reading(filled()), KNOWN).number
    wide = number.lower().replace("-", "－")
    assert who(typed(keeping(set()), form_number=f" {wide} ")) == ("YSK", "control", "number", True)


def test_headers_and_office_name_alone_are_never_sure():
    assert who(keeping(set())) == ("YSK", "", "headers", False)


def test_an_alias_of_the_office_names_it_as_well():
    alias = next(iter(OFFICE.aliases), OFFICE.folder)
    assert who(typed(keeping(set()), office_name=alias))[0] == "YSK"


@pytest.mark.parametrize("name", [None, "没有的科"])
def test_without_any_evidence_nobody_is_named(name):
    assert who(typed(keeping(set()), office_name=name)) == ("", "", "headers", False)


def test_a_number_that_proves_nothing_is_not_believed():
    wrong = "FB1-GKK-2011-000000"
    assert who(typed(keeping(set()), form_number=wrong)) == ("YSK", "", "headers", False)


# Evidence that does not agree


def test_stamps_of_two_offices_are_a_contradiction():
    mine = open_desk(filled(), FORM)
    other = stamp.make(KEY, FORM.code, "GKK", BUREAU.year, "control", version="1")
    for row, (name, value) in enumerate(stamp.as_pairs(other).items(), 1):
        mine.book[META].cell(row, 1).value = name
        mine.book[META].cell(row, 2).value = value
    office, _, via, sure = who(save(mine.book))
    assert (office, via, sure) == ("GKK", "stamp", False)


def test_stamps_of_two_rounds_are_a_contradiction():
    mine = open_desk(filled(), FORM)
    earlier = stamp.make(KEY, FORM.code, "YSK", BUREAU.year, "screening", version="1")
    mine.book.defined_names[stamp.TOKEN_NAME].attr_text = f'"{stamp.as_token(earlier)}"'
    assert who(save(mine.book))[3] is False


def test_a_neighbours_name_does_not_outrank_the_stamp():
    found = identified(reading(typed(filled(), office_name=NEIGHBOUR.name)), KNOWN)
    assert (found.office, found.sure) == ("YSK", True)
    assert found.typed[0] == NEIGHBOUR.name, "told as F111 by whoever asks"


def test_a_neighbours_valid_number_does_not_outrank_the_stamp():
    number = identified(reading(filled(office="GKK")), KNOWN).number
    assert who(typed(filled(), form_number=number))[0] == "YSK"


def test_a_stamp_of_another_key_is_not_believed():
    forged = filled(key=b"another key")
    assert who(forged) == ("YSK", "", "headers", False)
    assert who(typed(forged, office_name=None)) == ("", "", "headers", False)


def test_a_forged_stamp_yields_to_a_right_number():
    number = identified(reading(filled()), KNOWN).number
    forged = typed(filled(key=b"another key", office="GKK"), form_number=number)
    assert who(forged) == ("YSK", "control", "number", True)


def test_a_stamp_whose_office_was_changed_is_not_believed():
    desk = open_desk(keeping({"hidden"}), FORM)
    for row in desk.book[META].iter_rows():
        if row[0].value == "yg_office":
            row[1].value = "GKK"
    assert who(save(desk.book)) == ("YSK", "", "headers", False)


def test_a_workbook_of_another_year_is_known_with_its_year():
    assert who(filled(year=2010)) == ("YSK", "control", "stamp", True)
    assert identified(reading(filled(year=2010))).year == 2010
    assert who(keeping({"number"}, filled(year=2010))) == ("YSK", "", "headers", False)


def test_a_round_nobody_knows_any_more_is_left_to_the_day():
    known = Known((FORM,), BUREAU.roster, KEY, BUREAU.year, ("screening",))
    assert who(filled(), known) == ("YSK", "", "stamp", True)


def test_an_office_that_left_the_roster_is_never_sure():
    others = tuple(office for office in BUREAU.offices if office.code != "YSK")
    known = Known((FORM,), Roster(others, ()), KEY, BUREAU.year, ROUNDS)
    assert who(filled(), known) == ("YSK", "control", "stamp", False)


def test_a_stamp_of_an_unknown_form_leaves_the_headers():
    renamed = replace(FORM, code="FB9")
    known = Known((renamed,), BUREAU.roster, KEY, BUREAU.year, ROUNDS)
    assert who(filled(), known) == ("YSK", "", "headers", False)


# Where it stands


def test_a_renamed_sheet_is_found_by_its_header():
    desk = open_desk(filled(), FORM)
    desk.sheet.title = "Sheet1"
    found = identified(reading(save(desk.book)), KNOWN)
    assert found.sure
    assert found.candidates[0].sheet.name == "Sheet1"
    assert found.typed[1].sheet == "Sheet1"


def test_visible_sheets_come_before_hidden_ones():
    desk = open_desk(filled(), FORM)
    copy = desk.book.copy_worksheet(desk.sheet)
    copy.title = "另一张"
    desk.sheet.sheet_state = "hidden"
    desk.book.active = copy
    found = identified(reading(save(desk.book)), KNOWN)
    assert [candidate.sheet.name for candidate in found.candidates] == ["另一张", FORM.title]


def test_a_workbook_without_the_header_line_is_nobodys():
    desk = open_desk(filled(), FORM)
    desk.sheet.delete_rows(desk.match.row + 1)
    assert identify(reading(save(desk.book)), KNOWN) == ()


def test_a_form_without_its_card_is_known_by_its_stamp():
    desk = open_desk(filled(), FORM)
    for address in desk.card.values():
        row = desk.sheet[address].row
        for column in range(1, desk.sheet.max_column + 1):
            cell = desk.sheet.cell(row, column)
            if type(cell).__name__ == "Cell":
                cell.value = None
    found = identified(reading(save(desk.book)), KNOWN)
    assert (found.office, found.sure) == ("YSK", True)
    assert found.typed[0] == ""


def test_a_number_is_looked_for_among_many_offices_without_delay():
    many = tuple(Office(f"K{n}", f"第{n}科", n) for n in range(200))
    known = Known((FORM,), Roster(many, ()), KEY, BUREAU.year, ("a", "b", "c"))
    content = reading(keeping({"number"}))
    began = process_time()
    for _ in range(10):
        identify(content, known)
    assert process_time() - began < 1, "a hundredth of it is usual"
