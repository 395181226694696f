"""The demo bureau: its texts are right, its clerks fill real workbooks, its mistakes are found."""

import io
import statistics
from collections import Counter
from dataclasses import replace
from datetime import date
from functools import cache

import pytest
import xlsxwriter
from openpyxl import load_workbook

from pipeline.checks.check import PartInput, check_block
from pipeline.checks.rules import Context
from pipeline.findings import CATALOGUE
from pipeline.forms import FORMS, Field, tailor
from pipeline.forms.kinds import Text
from pipeline.forms.roster_form import ROSTER, SHEETS
from pipeline.reading.guard import inspect
from pipeline.reading.limits import Limits, Refusal
from pipeline.rehearsal import (
    MISTAKES,
    blank_roster,
    card,
    complete,
    config_text,
    correct,
    demo_bureau,
    fill,
    first_round,
    hand_in,
    hand_in_again,
    last_round,
    prepare,
    records,
    registered,
    second_round,
    standing,
    write_roster,
)
from pipeline.rehearsal.clerk import open_desk
from pipeline.roster import Row, build
from pipeline.settings import parse
from pipeline.workbook import stamp
from pipeline.workbook.extract import extract_card, extract_table
from pipeline.workbook.headers import match_table
from pipeline.workbook.reader import read
from pipeline.workbook.template import Issue, write_template

BUREAU = demo_bureau()
# Few spare rows: writing and reading the empty ones is what takes the time.
SETTINGS = parse(config_text(BUREAU).replace("spare_rows = 50", "spare_rows = 10").encode())
FORM = tailor(FORMS[0], SETTINGS)
DUE = date(2011, 9, 18)
# What only the sheets around the records, or the bureau, can tell; recognised, not checked.
_BY_IDENTITY = {"F105", "F111", "F112"}


def _completed(office):
    scope = BUREAU.scope(office.code)
    return [complete(FORM, row, scope) for row in records(BUREAU, office)]


def _all():
    return [row for office in BUREAU.offices for row in _completed(office)]


@cache
def _template(office, form=FORM):
    mark = stamp.make(b"key", form.code, office.code, BUREAU.year, "control", version="1")
    return write_template(Issue(form, office, BUREAU.scope(office.code), mark, SETTINGS))


def _checked(content, office):
    reading = read(content, inspect(content, Limits()))
    sheet, match = next(
        (sheet, match)
        for sheet in reading.sheets
        if (match := match_table(FORM.table, sheet)) is not None
    )
    extracts = {section.key: extract_card(section, sheet, match.row) for section in FORM.cards}
    extracts[FORM.table.key] = extract_table(FORM.table, sheet, match)
    part = PartInput(office.code, "control", DUE, BUREAU.scope(office.code), extracts)
    return check_block([part], Context(FORM, SETTINGS, BUREAU.roster))[0]


def _codes(content, office):
    try:
        return sorted({finding.code for finding in _checked(content, office).findings})
    except Refusal as refusal:
        return [refusal.reason]


def _grid(content):
    book = load_workbook(io.BytesIO(content))
    return {
        (sheet.title, cell.coordinate): cell.value
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    }


def _hand_made(rows=8):
    """Write a small template of our own: merged title, card below it, header further down."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    page = book.add_worksheet("随便什么名字")
    headers = [field.header for field in FORM.table.fields]
    page.merge_range(0, 0, 0, len(headers) - 1, "标题")
    for place, field in enumerate(FORM.cards[0].fields):
        page.merge_range(1 + place, 1, 1 + place, 3, field.header + "：")
    header = 3 + len(FORM.cards[0].fields)
    for column, shown in enumerate(headers):
        page.write_string(header, column + 1, shown)
    page.write_string(header + rows + 2, 1, "填表说明")
    book.close()
    return target.getvalue()


def test_the_bureau_is_as_large_as_a_real_one():
    assert len(BUREAU.offices) >= 12
    assert len(BUREAU.people) >= 60
    assert len(_all()) >= 300
    assert all(15 <= len(_completed(office)) <= 35 for office in BUREAU.offices)


def test_codes_are_unique_and_every_office_has_one_head_and_every_head_a_leader():
    assert len({person.code for person in BUREAU.people}) == len(BUREAU.people)
    assert len({office.code for office in BUREAU.offices}) == len(BUREAU.offices)
    for office in BUREAU.offices:
        heads = [person.name for person in BUREAU.staff(office.code) if person.is_head]
        assert heads == [office.head]
        assert office.leader in BUREAU.leaders


def test_two_people_of_one_name_work_in_different_offices():
    names = Counter(person.name for person in BUREAU.people)
    shared = [name for name, count in names.items() if count > 1]
    offices = {person.office for person in BUREAU.people if person.name in shared}
    assert len(shared) == 1
    assert len(offices) == 2


def test_partners_are_colleagues_and_never_oneself():
    for office in BUREAU.offices:
        staff = BUREAU.staff(office.code)
        names = {person.name for person in staff}
        assert all(person.partner in names - {person.name} for person in staff)


def test_every_post_has_a_risk_point():
    for office in BUREAU.offices:
        posts = {post for person in BUREAU.staff(office.code) for post in person.posts}
        assert posts == {row["post_name"] for row in records(BUREAU, office)}


@pytest.mark.parametrize("key", ["risk_point", "manifestation", "measures"])
def test_no_two_texts_are_equal(key):
    assert [text for text, count in Counter(row[key] for row in _all()).items() if count > 1] == []


@pytest.mark.parametrize(
    ("key", "middle", "most"),
    [
        ("power_matter", (5, 9), 60),
        ("risk_point", (12, 18), 120),
        ("manifestation", (28, 42), 300),
        ("measures", (40, 58), 260),
    ],
)
def test_texts_are_as_long_as_offices_write_them(key, middle, most):
    lengths = [len(row[key]) for row in _all()]
    assert middle[0] <= statistics.median(lengths) <= middle[1]
    assert max(lengths) <= most


def test_levels_are_spread_as_in_real_registers():
    levels = SETTINGS.levels.names
    shares = Counter(row["risk_level"] for row in _all())
    share = [shares[level] / shares.total() for level in levels]
    assert share == pytest.approx([0.06, 0.28, 0.66], abs=0.04)


def test_every_value_means_itself():
    folded = [
        (row[field.key], field.kind.fold(row[field.key], BUREAU.scope(office.code)))
        for office in BUREAU.offices
        for row in _completed(office)
        for field in FORM.table.fields
        if row.get(field.key)
    ]
    assert [said for said, found in folded if found.code or found.value != said] == []


def test_the_level_is_the_one_the_consequence_implies():
    consequences = FORM.table.field("consequence").kind.vocabulary
    implied = {term.name: term.implies for term in consequences.terms}
    assert all(implied[row["consequence"]] == row["risk_level"] for row in _all())


@pytest.mark.long
def test_another_day_makes_the_same_bureau():
    again = demo_bureau()
    assert again == BUREAU
    assert [records(again, office) for office in again.offices] == [
        records(BUREAU, office) for office in BUREAU.offices
    ]
    assert write_roster(again, SETTINGS) == write_roster(BUREAU, SETTINGS)


def test_a_new_column_is_filled_with_what_its_kind_accepts():
    new = Field("basis", "制度依据", Text(50), required="screening")
    table = replace(FORM.table, fields=(new, *FORM.table.fields))
    form = replace(FORM, sections=(*FORM.cards, table))
    office = BUREAU.offices[0]
    work = prepare(BUREAU, office, form)
    desk = open_desk(hand_in(_template(office, form), work), form)
    written = [desk.cell(n, "basis").value for n in (0, len(work.rows) - 1)]
    assert [str(text)[:13] for text in written] == [new.kind.sample(work.scope)[:13]] * 2
    assert [new.kind.fold(str(text), work.scope).code for text in written] == ["", ""]


def test_another_bureaus_words_are_used_where_ours_are_unknown():
    text = config_text(BUREAU)
    for word, other in (
        ("红", "一级"),
        ("黄", "二级"),
        ("橙", "三级"),
        ("外部环境风险", "其他风险"),
    ):
        text = text.replace(f'name = "{word}"', f'name = "{other}"')
        text = text.replace(f'implies = "{word}"', f'implies = "{other}"')
    form = tailor(FORMS[0], parse(text.encode()))
    scope = BUREAU.scope("YSK")
    rows = [complete(form, row, scope) for row in records(BUREAU, BUREAU.office("YSK"))]
    fields = [field for field in form.table.fields if field.key in rows[0]]
    codes = {
        field.kind.fold(row[field.key], scope).code
        for row in rows
        for field in fields
        if row[field.key]
    }
    assert codes == {""}
    consequences = form.table.field("consequence").kind.vocabulary
    implied = {term.name: term.implies for term in consequences.terms}
    assert all(implied[row["consequence"]] == row["risk_level"] for row in rows)


def test_the_roster_workbook_reads_back_as_the_bureau():
    data = write_roster(BUREAU, SETTINGS)
    reading = read(data, inspect(data, Limits()))
    form = tailor(ROSTER, SETTINGS)
    roster, faults = build(*(_rows(section, reading) for section in form.sections))
    assert faults == []
    assert (roster.offices, roster.people) == (BUREAU.offices, BUREAU.people)


def _rows(section, reading):
    sheet = next(sheet for sheet in reading.sheets if sheet.name == SHEETS[section.key])
    match = match_table(section, sheet)
    assert match
    found = extract_table(section, sheet, match)
    keys = found.texts
    return section, [Row({key: keys[key][n] for key in keys}, {}) for n in range(len(found.rows))]


def test_a_blank_roster_has_headers_and_drop_downs_but_no_rows():
    book = load_workbook(io.BytesIO(blank_roster(SETTINGS)))
    for section in ROSTER.sections:
        sheet = book[SHEETS[section.key]]
        shown = [[cell.value for cell in row] for row in sheet.iter_rows()]
        at = shown.index([field.header for field in section.fields])
        assert not any(any(row) for row in shown[at + 1 :])
        lists = [rule for rule in sheet.data_validations.dataValidation if rule.formula1]
        assert len(lists) == 1


def test_values_are_typed_beside_their_labels_and_below_their_headers():
    office = BUREAU.offices[0]
    rows = _completed(office)[:8]
    typed = card(BUREAU, office, FORM)
    filled = fill(_hand_made(), FORM, rows, typed)
    shown = _grid(filled)
    cells = {place[1]: value for place, value in shown.items()}
    labels = {value.rstrip("："): cell for cell, value in cells.items() if cell.startswith("B")}
    for field in FORM.cards[0].fields:
        if typed.get(field.key):
            assert _as_text(cells["E" + labels[field.header][1:]]) == typed[field.key]
    where = {value: cell for cell, value in cells.items()}
    header, first = where[FORM.table.field("risk_point").header], where[rows[0]["risk_point"]]
    assert (first[0], int(first[1:])) == (header[0], int(header[1:]) + 1)
    checked = _checked(filled, office)
    assert [{key: row.values[key] for key in rows[0]} for row in checked.rows] == rows


def _as_text(value):
    return value.date().isoformat() if hasattr(value, "date") else str(value)


def test_a_form_that_is_not_there_is_not_filled():
    target = io.BytesIO()
    xlsxwriter.Workbook(target, {"in_memory": True}).close()
    with pytest.raises(LookupError):
        fill(target.getvalue(), FORM, [], {})


@pytest.mark.long
def test_a_right_workbook_has_no_findings():
    for office in BUREAU.offices:
        work = prepare(BUREAU, office, FORM)
        checked = _checked(hand_in(_template(office), work), office)
        assert [finding.message for finding in checked.findings] == [], office.code
        assert checked.repairs == [], office.code
        assert len(checked.rows) == len(work.rows), office.code


@pytest.mark.long
def test_a_mistake_leads_to_just_its_codes():
    office = BUREAU.office("YSK")
    work = prepare(BUREAU, office, FORM)
    few = replace(work, rows=work.rows[:8])
    judged = [mistake for mistake in MISTAKES if not _BY_IDENTITY & set(mistake.codes)]
    found = {
        mistake.name: _codes(hand_in(_template(office), mistake.make(few)), office)
        for mistake in judged
    }
    assert found == {mistake.name: sorted(mistake.codes) for mistake in judged}


def test_every_mistake_names_codes_of_the_catalogue_and_is_documented():
    for mistake in MISTAKES:
        assert set(mistake.codes) <= set(CATALOGUE)
        assert mistake.make.__doc__
    assert len({mistake.name for mistake in MISTAKES}) == len(MISTAKES)


@pytest.mark.long
def test_a_correction_touches_only_the_wrong_cells():
    office = BUREAU.office("BGS")
    right = prepare(BUREAU, office, FORM)
    wrong = right.typing(2, risk_level="绿").typing(1, measures="")
    returned = hand_in(_template(office), wrong)
    before, after = _grid(returned), _grid(hand_in_again(returned, right))
    changed = {
        place for place in before.keys() | after.keys() if before.get(place) != after.get(place)
    }
    assert len(changed) == 2
    assert _codes(correct(returned, FORM, right.rows, right.card), office) == []


def test_filling_twice_gives_the_same_bytes():
    office = BUREAU.offices[0]
    work = prepare(BUREAU, office, FORM)
    template = _template(office)
    once = hand_in(template, work)
    assert once == hand_in(template, work)
    saved = load_workbook(io.BytesIO(once)).properties.modified
    assert saved.year == BUREAU.year, "the clock of the machine would change the bytes"


def test_the_script_ends_with_every_office_accepted():
    first = first_round(BUREAU, FORM, DUE)
    second = second_round(BUREAU, FORM, DUE)
    last = last_round(BUREAU, FORM, DUE)
    assert standing(BUREAU, first) == {
        "accepted": 10,
        "returned": 5,
        "quarantined": 1,
        "missing": 1,
    }
    assert standing(BUREAU, (*first, *second))["missing"] == 1
    assert standing(BUREAU, (*first, *second, *last)) == {"accepted": len(BUREAU.offices)}
    # One office keeps a row that it handed in twice, as a question.
    assert registered((*first, *second, *last)) == len(_all()) + 1


def test_drops_come_in_order_and_no_two_have_one_name_in_a_day():
    for drops in (first_round(BUREAU, FORM, DUE), second_round(BUREAU, FORM, DUE)):
        moments = [drop.moment for drop in drops]
        assert moments == sorted(moments)
        assert len({drop.name for drop in drops}) == len(drops)


@pytest.mark.long
def test_corrected_workbooks_are_right():
    second = second_round(BUREAU, FORM, DUE)
    again = {drop.office for drop in second}
    handed = {
        drop.office: drop.build(_template(BUREAU.office(drop.office)))
        for drop in first_round(BUREAU, FORM, DUE)
        if drop.office in again
    }
    for drop in second:
        office = BUREAU.office(drop.office)
        base = _template(office) if drop.basis == "issued" else handed[drop.office]
        checked = _checked(drop.build(base), office)
        assert sorted({finding.code for finding in checked.findings}) == list(drop.codes)
        assert len(checked.rows) == drop.rows
