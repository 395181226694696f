"""Template → fill → read = records: for every form, with a bureau's own columns, in any program."""

from __future__ import annotations

import hashlib
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

import pytest
from blocks import BUREAU
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from office import saved_all

from pipeline.forms import FORMS, tailor
from pipeline.forms.kinds import Count, Day
from pipeline.reading.guard import inspect
from pipeline.reading.limits import Limits
from pipeline.rehearsal.clerk import fill, open_desk
from pipeline.settings import parse
from pipeline.workbook import stamp
from pipeline.workbook.extract import extract_card, extract_table
from pipeline.workbook.identify import Known, identify
from pipeline.workbook.issue import Issue
from pipeline.workbook.reader import read
from pipeline.workbook.template import sheet_names, write_template, write_together

if TYPE_CHECKING:
    from pipeline.forms import Field, Form
    from pipeline.model import Reading

KEY, OFFICE = b"key", BUREAU.office("YSK")
PEOPLE = BUREAU.staff("YSK")[:2]
OWN = "".join(
    f'\n[[columns]]\nform = "{form.title}"\nheader = "{header}"\nkind = "{kind}"\n{more}'
    for form in FORMS
    for header, kind, more in (
        ("制度依据", "text", 'after = "防控措施"\n'),
        ("定级日期", "date", ""),
        ("涉及人数", "count", ""),
        ("牵头类别", "choice", 'vocabulary = "powers"\n'),
    )
)
GIVEN_ROWS = tuple(
    {"risk_id": f"YSK-2011-00{n}", "risk_point": f"收入不入账{n}", "risk_level": level}
    for n, level in enumerate(("红", "黄", "橙"), 1)
)


@cache
def issue_of(code: str, extra: str = "", person: int = 0) -> Issue:
    """Return a form as it is issued to 预算科 or to one of its people."""
    settings = parse(f'[bureau]\nname = "某局"\n[campaign]\nyear = {BUREAU.year}\n{extra}'.encode())
    form = tailor(next(form for form in FORMS if form.code == code), settings)
    mine = PEOPLE[person] if form.keeper == "person" else None
    whose = mine.code if mine else ""
    mark = stamp.make(KEY, code, "YSK", BUREAU.year, "control", person=whose, version="1")
    rows = GIVEN_ROWS if form.given else ()
    return Issue(form, OFFICE, BUREAU.scope("YSK"), mark, settings, rows, {}, mine)


@cache
def template_of(code: str, extra: str = "") -> bytes:
    return write_template(issue_of(code, extra))


def typed(section) -> list[Field]:
    return [entry for entry in section.fields if not entry.derived]


# What clerks type: no formula, no edge blanks (nobody sees them), and words, not notes or totals.
SENTENCES = st.text(
    st.sampled_from("甲乙丙岗位按程序，。；、（）0123456789 abcXYZ\n%&<>\"'=＝+-@㊣𠮷"),
    max_size=120,
).map(lambda said: f"写明{said}完")


def values_of(entry: Field):
    options = entry.kind.options(BUREAU.scope("YSK"))
    if options:
        return st.sampled_from(options)
    if isinstance(entry.kind, Day):
        return st.dates(date(2011, 1, 1), date(2012, 12, 31)).map(date.isoformat)
    if isinstance(entry.kind, Count):
        return st.integers(0, 9999).map(str)
    return SENTENCES


def filled_in(code: str, extra: str):
    """Return a strategy of (card, rows) for a form; a record always names its first field."""
    form = issue_of(code, extra).form
    cards = [entry for section in form.cards for entry in typed(section)]
    blank = st.just("")
    card = st.fixed_dictionaries({one.key: values_of(one) | blank for one in cards})
    if form.given:
        return st.tuples(card, st.just([]))
    first, *others = typed(form.table)
    row = st.fixed_dictionaries(
        {first.key: values_of(first)} | {one.key: values_of(one) | blank for one in others}
    )
    return st.tuples(card, st.lists(row, min_size=1, max_size=4))


def reading(content: bytes) -> Reading:
    return read(content, inspect(content, Limits()))


def known_of(form: Form) -> Known:
    return Known((form,), BUREAU.roster, KEY, BUREAU.year, ("screening", "control"))


def told(content: bytes, form: Form):
    """Return who a workbook says it is, and what was typed into it: card and rows by sheet."""
    found = []
    for identity in identify(reading(content), known_of(form)):
        entry = identity.candidates[0]
        table = extract_table(form.table, entry.sheet, entry.match)
        card = {
            key: texts[0]
            for section in form.cards
            for key, texts in extract_card(section, entry.sheet, entry.until).texts.items()
        }
        rows = [
            {key: texts[n] for key, texts in table.texts.items()} for n in range(len(table.rows))
        ]
        found.append((identity, card, rows))
    return found


def same(read_: dict[str, str], entered: dict[str, str]) -> bool:
    """Tell whether everything entered stands there; programs keep a line end as LF or CR LF."""
    return {key: read_.get(key, "").replace("\r\n", "\n") for key in entered} == entered


def check(content: bytes, form: Form, card, rows) -> None:
    ((identity, read_card, read_rows),) = told(content, form)
    assert (identity.office, identity.round, identity.sure) == ("YSK", "control", True)
    assert same(read_card, card)
    if form.given:
        assert [row["risk_id"] for row in read_rows] == [row["risk_id"] for row in GIVEN_ROWS]
        return
    assert len(read_rows) == len(rows)
    assert all(same(row, entered) for row, entered in zip(read_rows, rows, strict=True))


CASES = [(form.code, extra) for form in FORMS for extra in ("", OWN)]
IDS = [f"{code}-{'own' if extra else 'plain'}" for code, extra in CASES]


def round_trip(code: str, extra: str, most: int) -> None:
    @examples(max_examples=most)
    @given(filled_in(code, extra))
    def walk(entered):
        card, rows = entered
        form = issue_of(code, extra).form
        check(fill(template_of(code, extra), form, rows, card), form, card, rows)

    walk()


@pytest.mark.parametrize(("code", "extra"), CASES, ids=IDS)
def test_what_is_typed_into_a_template_is_what_is_read(code, extra):
    round_trip(code, extra, 4)


@pytest.mark.long
@pytest.mark.parametrize(("code", "extra"), CASES, ids=IDS)
def test_many_ways_of_filling_a_template_are_read_as_typed(code, extra):
    round_trip(code, extra, 200)


def test_the_bureaus_own_columns_are_there_to_be_filled():
    headers = {"制度依据", "定级日期", "涉及人数", "牵头类别"}
    for form in FORMS:
        tailored = issue_of(form.code, OWN).form
        fields = [entry for section in tailored.sections for entry in typed(section)]
        assert headers <= {entry.header for entry in fields}


# The same with a real office program


def examples_of(form: Form) -> tuple[dict[str, str], list[dict[str, str]]]:
    """Return a filled card and two rows with awkward texts."""
    awkward = "一、核对“凭证”；\n二、=不是公式，@不是名字，(1)100%完成𠮷。"
    scope = BUREAU.scope("YSK")

    def value(entry: Field) -> str:
        return awkward if entry.kind.free else entry.kind.sample(scope)

    card = {one.key: value(one) for section in form.cards for one in typed(section)}
    row = {one.key: value(one) for one in typed(form.table)}
    return card, [] if form.given else [row, row]


def books() -> dict[str, tuple[Issue, bytes]]:
    """Return every kind of template, filled in."""
    a4 = '\n[checks]\npaper = "A4"\n'
    made = {}
    for name, code, extra in (
        ("fb1-a3", "FB1", ""),
        ("fb1-a4", "FB1", a4),
        ("fb1-own", "FB1", OWN),
        ("fj2", "FJ2", ""),
        ("fj2-own", "FJ2", OWN),
    ):
        issue = issue_of(code, extra)
        card, rows = examples_of(issue.form)
        made[name] = (issue, fill(write_template(issue), issue.form, rows, card))
    return made


@pytest.mark.office
@pytest.mark.parametrize("kind", ["xlsx:Calc MS Excel 2007 XML", "xls:MS Excel 97", "ods:calc8"])
def test_every_template_saved_by_libreoffice_is_read_back_equal(tmp_path, kind):
    made = books()
    back = saved_all({name: content for name, (_, content) in made.items()}, tmp_path, kind)
    for name, (issue, _) in made.items():
        card, rows = examples_of(issue.form)
        check(back[name], issue.form, card, rows)
        ((identity, read_card, _),) = told(back[name], issue.form)
        assert identity.number == issue.stamp.number == read_card["form_number"]
        assert identity.person == issue.stamp.person


@pytest.mark.office
@pytest.mark.parametrize("kind", ["xlsx:Calc MS Excel 2007 XML", "xls:MS Excel 97", "ods:calc8"])
def test_one_workbook_for_several_persons_survives_libreoffice(tmp_path, kind):
    issues = [issue_of("FJ2", "", place) for place in range(2)]
    form = issues[0].form
    office = stamp.make(KEY, form.code, "YSK", BUREAU.year, "control", version="1")
    shared = Issue(form, OFFICE, BUREAU.scope("YSK"), office, issues[0].settings)
    content = write_together(issues, shared)
    card, _ = examples_of(form)
    for name in sheet_names(issues):
        content = fill(content, form, (), card, name)
    back = saved_all({"all": content}, tmp_path, kind)["all"]
    found = told(back, form)
    assert [identity.person for identity, _, _ in found] == [one.code for one in PEOPLE]
    assert all(identity.sure and same(read_card, card) for identity, read_card, _ in found)


def test_a_template_is_the_same_bytes_each_time():
    for code, extra in CASES:
        first, second = (write_template(issue_of(code, extra)) for _ in range(2))
        assert hashlib.sha256(first).digest() == hashlib.sha256(second).digest()


def test_a_persons_empty_form_is_small():
    assert len(template_of("FJ2")) <= 20 * 1024


def test_the_page_of_a_person_says_what_is_typed_and_what_is_given():
    desk = open_desk(template_of("FJ2"), issue_of("FJ2").form)
    locked = {key for key, cell in desk.card.items() if desk.sheet[cell].protection.locked}
    form = issue_of("FJ2").form
    fields = [entry for section in form.cards for entry in section.fields]
    assert locked == {
        entry.key for entry in fields if entry.derived and entry.derived.of != "person"
    }
    assert {entry.key for entry in fields if entry.required} == {
        *("duties", "conduct_rules", "self_measures"),
    }
