"""The line of self-check: what it says is what the checks ask for when the workbook comes back."""

from __future__ import annotations

import io
import re
import zipfile

import openpyxl
import pytest
from journeys import pledged, rows_of
from office import saved
from test_template import OFFICE, Template, issued

from pipeline.forms import Field, Form, Section
from pipeline.forms.kinds import Day, Text
from pipeline.reading.limits import Limits
from pipeline.reading.ordinary import is_ordinary
from pipeline.rehearsal.clerk import open_desk, save
from pipeline.rehearsal.texts import card as usual_card
from pipeline.steps.issue import Wanted, issue_templates
from pipeline.workbook import captions
from pipeline.workbook.layout import plan
from pipeline.workbook.self_check import CHECK

ROWS = """
    风险点
    收入不入账
    拨款无依据
    开票不及时
"""
# Each case: what is cleared or typed over in the card, and in each row.
CASES: dict[str, tuple[dict[str, str] | None, list[dict[str, str]]]] = {
    "empty": (None, []),
    "card alone": ({}, []),
    "rows alone": (None, [{}, {}]),
    "complete": ({}, [{}, {}, {}]),
    "half": (
        {"preparer": "", "meeting_date": ""},
        [{"post_name": "", "measures": ""}, {}, {"power_matter": "", "officer_a": ""}],
    ),
    "placeholders": (
        {"reviewer": "／"},
        [
            {"power_matter": "无。"},
            {"measures": "待定"},
            {"manifestation": "　", "officer_a": "Ｎ／Ａ"},
        ],
    ),
    "level follows": (
        {},
        [{"risk_level": ""}, {"risk_level": "", "consequence": ""}, {"consequence": ""}],
    ),
    "nil answered": ({}, [{"nil": "本岗位不经手资金审批"}, {}]),
    "nil silent": ({}, [{"nil": ""}, {}]),
    "nil without post": ({}, [{"nil": "本岗位不经手资金审批", "post_name": ""}, {}]),
}


def filled(circle, case, round_="control"):
    """Return the issued workbook with a case typed in, and its desk."""
    changed, rows = CASES[case]
    form = circle.form
    desk = open_desk(circle.template(round_=round_), form)
    usual = usual_card(circle.bureau, circle.bureau.office("YSK"), form)
    card = {} if changed is None else usual | changed
    for key, value in card.items():
        if key in desk.card and not form.cards[0].field(key).derived:
            desk.sheet[desk.card[key]].value = value or None
    records = rows_of(form, ROWS, circle.bureau.scope("YSK"))
    for place, change in enumerate(rows):
        for key, value in typed(form, records[place], change).items():
            desk.cell(2 * place, key).value = value or None  # a blank row between
    return save(desk.book)


def typed(form, record, change):
    own = {entry.key for entry in form.table.fields if not entry.derived}
    if "nil" in change:
        said = {form.roles.nil: "无", form.roles.answer: change["nil"]}
        said |= {key: record[key] for key in form.roles.nil_needs}
        return said | {key: value for key, value in change.items() if key != "nil"}
    return {key: value for key, value in (record | change).items() if key in own}


def shown(content, title):
    """Return what the line says, how many are missing, and the first place it leads to."""
    book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    [check] = [sheet for sheet in book if sheet.title == CHECK]
    said = [cell.value for cell in book[title][1] if cell.value]
    return said, check["B1"].value, check["C1"].value


def place_of(address):
    cell = openpyxl.Workbook().active[address]
    return cell.row * 1000 + cell.column


@pytest.mark.office
@pytest.mark.parametrize("round_", ["screening", "control"])
@pytest.mark.parametrize("case", CASES)
def test_the_line_says_what_the_checks_find(bureau, tmp_path, case, round_):
    content = filled(bureau, case, round_)
    said, missing, first = shown(saved(content, tmp_path), bureau.form.title)
    outcome = bureau.hand_in(content)
    found = [f for f in outcome.findings if f.code in {"F201", "F306"}]
    assert said[0] == captions.CHECK
    if not CASES[case][1]:
        assert said[1:] == [captions.NOTHING, captions.TO_FIRST]
        assert outcome.verdict != "accepted"
        return
    assert missing == len(found)
    if not found:
        assert said[1:] == [captions.READY, captions.NO_FIRST]
    else:
        assert said[1:] == [str(missing).join(captions.STILL), captions.TO_FIRST]
        assert first == min(place_of(f.place.cell) for f in found)


@pytest.mark.office
@pytest.mark.parametrize("case", ["empty", "complete"])
def test_what_an_office_program_saved_needs_no_closer_look(bureau, tmp_path, case):
    with zipfile.ZipFile(io.BytesIO(saved(filled(bureau, case), tmp_path))) as package:
        sheets = [name for name in package.namelist() if name.startswith("xl/worksheets/sheet")]
        contents = [package.read(name) for name in sheets]
    assert sum(content.count(b"</f>") for content in contents) > 20
    assert all(is_ordinary(content, Limits()) for content in contents)


@pytest.mark.office
def test_an_error_in_a_cell_is_told_and_breaks_nothing(bureau, tmp_path):
    book = openpyxl.load_workbook(io.BytesIO(filled(bureau, "half")))
    place = open_desk(filled(bureau, "half"), bureau.form).cell(0, "measures").coordinate
    book[bureau.form.title][place].value = "=1/0"
    said, _, first = shown(saved(save(book), tmp_path), bureau.form.title)
    assert said[1:] == [captions.BROKEN, captions.TO_FIRST]
    assert first == place_of(place)


@pytest.mark.office
def test_a_renamed_sheet_changes_nothing(bureau, tmp_path):
    once = saved(filled(bureau, "half"), tmp_path / "once")
    book = openpyxl.load_workbook(io.BytesIO(once))
    before = shown(once, bureau.form.title)
    for row in book[CHECK].iter_rows():
        for cell in row:
            if isinstance(cell.value, str):
                cell.value = cell.value.replace(bureau.form.title, "我的表")
    book[bureau.form.title].title = "我的表"
    assert shown(saved(save(book), tmp_path / "twice"), "我的表") == before


def cached(issue):
    return shown(Template(issue).data, issue.form.title)


def test_the_values_that_are_issued_are_those_of_the_checks_too():
    said, missing, first = cached(issued())
    form = issued().form
    needed = [e for e in form.cards[0].fields if issued().requires(e) and not e.derived]
    boxes = {box.field.key: box.value for box in plan(form, "A3").boxes}
    top = min((boxes[entry.key].top, boxes[entry.key].left) for entry in needed)
    assert said == [captions.CHECK, captions.NOTHING, captions.TO_FIRST]
    assert (missing, first) == (len(needed), (top[0] + 1) * 1000 + top[1] + 1)


@pytest.mark.office
def test_the_values_that_are_issued_are_those_an_office_program_computes(tmp_path):
    rows = ({"risk_point": "甲"}, {"post_name": "出纳", "risk_point": "无"}, {"remark": "  "})
    issue = issued(rows=({"risk_level": "红", "consequence": " "}, *rows))
    book = openpyxl.load_workbook(io.BytesIO(Template(issue).data))  # drops the values
    target = io.BytesIO()
    book.save(target)
    assert shown(saved(target.getvalue(), tmp_path), issue.form.title) == cached(issue)


def test_the_columns_reach_from_the_header_to_the_row_below_the_table():
    template = Template(issued())
    formula = next(
        row[1].value for row in reversed(list(template.book[CHECK].iter_rows())) if row[1].value
    )
    ends = set(re.findall(r"!\$[A-Z]+\$(\d+):\$[A-Z]+\$(\d+)", str(formula)))
    assert (str(template.header), str(template.last + 1)) in ends


def test_a_form_of_cards_alone_has_its_line_too():
    fields = (
        Field("one", "甲项", Text(30), required="screening"),
        Field("day", "日期", Day(), required="screening"),
        Field("other", "别的", Text(30)),
    )
    form = Form("K1", "卡片", "{office}卡片", "office", (Section("card", "card", fields),))
    said, missing, _ = cached(issued(form=form))
    assert (said[1:], missing) == (["2".join(captions.STILL), captions.TO_FIRST], 2)


def test_a_form_that_asks_for_nothing_has_no_line():
    fields = (Field("one", "甲项", Text(30)),)
    form = Form("K1", "卡片", "{office}卡片", "office", (Section("card", "card", fields),))
    assert CHECK not in Template(issued(form=form)).book.sheetnames


def test_no_formula_holds_a_word_of_office_or_campaign():
    template = Template(
        issued('[[columns]]\nform = "附表1"\nheader = "=甲\\"&A1"\nrequired = "control"\n')
    )
    formulas = [
        str(cell.value)
        for sheet in template.book
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    ]
    assert len(formulas) > 20
    assert not any(OFFICE.name in said or "甲" in said for said in formulas)


@pytest.mark.office
def test_each_persons_page_counts_what_is_left_to_write(bureau, tmp_path):
    bureau.hand_in(bureau.fill("风险点\n收入不入账"))
    wanted = Wanted(("YSK",), "control", together=True)
    *_, sent = issue_templates(bureau.workspace, wanted)
    form, (first, second, *_) = bureau.personal, bureau.workspace.roster.staff("YSK")
    content = pledged(sent.outbox.read_bytes(), form, first.name)
    content = pledged(content, form, second.name, duties="", self_measures=" ")
    book = openpyxl.load_workbook(io.BytesIO(saved(content, tmp_path)), data_only=True)
    said = {
        person.name: [cell.value for cell in book[person.name][1] if cell.value][1]
        for person in bureau.workspace.roster.staff("YSK")
    }
    assert said.pop(first.name) == captions.READY
    assert said.pop(second.name) == "2".join(captions.STILL)
    assert set(said.values()) == {"3".join(captions.STILL)}
