"""The templates, seen through openpyxl: what is declared is what stands in the workbook."""

import hashlib
import io
import os
import re
import subprocess
import sys
from dataclasses import replace

import openpyxl
import pytest
from office import saved
from openpyxl.utils import get_column_letter, range_boundaries
from xlsxwriter.worksheet import Worksheet

from pipeline.forms import FORMS, Field, Form, Section, tailor
from pipeline.forms.kind import Folded, Scope
from pipeline.forms.kinds import Count, Day, Text
from pipeline.model import Office
from pipeline.settings import parse
from pipeline.workbook import book, captions, instructions, looks, prompts, stamp
from pipeline.workbook.layout import TITLE, plan
from pipeline.workbook.self_check import CHECK
from pipeline.workbook.style import MAX_HEIGHT, fit_height
from pipeline.workbook.template import META, Issue, locked_digest, write_template

NAMES = ("郑云起", "陆知行", "秦望舒", "顾长安")
POSTS = ("综合岗", "预算编制岗", "指标管理岗")
OFFICE = Office("YSK", "预算科", 12, head="郑云起", leader="闻人清")
SCOPE = Scope(POSTS, NAMES, frozenset(NAMES), 2026)
CONFIG = '[bureau]\nname = "云溪县财政局"\ncontact = "沈同舟"\n[campaign]\nyear = 2026\n'


def issued(extra="", *, form=FORMS[0], round_="control", rows=()):
    settings = parse((CONFIG + extra).encode())
    identity = stamp.make(b"key", form.code, OFFICE.code, 2026, round_, version="1")
    return Issue(tailor(form, settings), OFFICE, SCOPE, identity, settings, rows)


def filled(count):
    form = issued().form
    sample = {entry.key: instructions.example(entry, SCOPE) for entry in form.table.fields}
    return tuple(sample for _ in range(count))


class Template:
    """A template as openpyxl reads it, with the places its layout says."""

    def __init__(self, issue):
        self.issue = issue
        self.data = write_template(issue)
        self.book = openpyxl.load_workbook(io.BytesIO(self.data))
        self.sheet = self.book[issue.form.title]
        self.plan = plan(issue.form, issue.settings.checks.paper)
        self.header = self.plan.header + 1
        self.last = self.header + len(issue.rows) + issue.settings.checks.spare_rows

    def column(self, key):
        keys = [entry.key for entry in self.plan.columns]
        return get_column_letter(keys.index(key) + 1)

    def cells(self, key):
        letter = self.column(key)
        return f"{letter}{self.header + 1}:{letter}{self.last}"

    def validation(self, cells):
        rules = self.sheet.data_validations.dataValidation
        return next(rule for rule in rules if str(rule.sqref) == cells)

    def place(self, key):
        """Return the cells of a field as a validation names them."""
        boxes = [box.value for box in self.plan.boxes if box.field.key == key]
        if not boxes:
            return self.cells(key)
        return f"{get_column_letter(boxes[0].left + 1)}{boxes[0].top + 1}"

    def options(self, rule):
        return self.named(re.match(r'(?:INDIRECT\(")?(L_\d+)', rule.formula1)[1])

    def named(self, name):
        """Return the words that a defined name stands for."""
        [(sheet, cells)] = self.book.defined_names[name].destinations
        found = self.book[sheet][cells]
        return [row[0].value for row in found] if isinstance(found, tuple) else [found.value]


@pytest.fixture(scope="module")
def template():
    return Template(issued(rows=filled(2)))


def test_the_header_line_carries_exactly_the_declared_headers(template):
    shown = [cell.value for cell in template.sheet[template.header]]
    assert shown == [entry.header for entry in template.plan.columns]
    assert sorted(shown) == sorted(entry.header for entry in template.issue.form.table.fields)


def test_the_title_names_office_and_campaign(template):
    assert template.sheet.cell(TITLE + 1, 1).value == template.issue.heading
    assert template.issue.office.name in template.issue.heading
    assert "{" not in template.issue.heading


def test_every_value_starts_right_behind_its_label(template):
    sheet = template.sheet
    ends = {merged.start_cell.coordinate: merged.max_col for merged in sheet.merged_cells.ranges}
    for entry in template.issue.form.cards[0].fields:
        [label] = [c for row in sheet.iter_rows() for c in row if c.value == entry.header][:1]
        behind = sheet.cell(label.row, ends.get(label.coordinate, label.column) + 1)
        assert label.protection.locked
        assert behind.protection.locked is bool(entry.derived)


def test_office_and_number_stand_in_the_card(template):
    shown = {cell.value for row in template.sheet.iter_rows(max_row=4) for cell in row}
    assert {OFFICE.name, template.issue.stamp.number} <= shown


def test_no_data_row_holds_a_locked_cell(template):
    sheet = template.sheet
    assert sheet.protection.sheet
    for row in range(template.header + 1, template.last + 1):
        assert not any(cell.protection.locked for cell in sheet[row])
        # The cells right of the table belong to the row as well: Excel would not delete it.
        assert not sheet.row_dimensions[row].protection.locked
    assert all(cell.protection.locked for cell in sheet[template.header])


CLOSED = {"power_class", "risk_category", "consequence", "risk_level"}
BOTH = (*FORMS[0].table.fields, *FORMS[0].cards[0].fields)


def test_excel_refuses_only_what_is_not_in_the_four_closed_lists():
    column = '[[columns]]\nform = "附表1"\nheader = "依据"\nkind = "choice"\nvocabulary = "steps"\n'
    template = Template(issued(column))
    rules = template.sheet.data_validations.dataValidation
    styles = {str(rule.sqref): rule.errorStyle or "stop" for rule in rules if rule.type == "list"}
    stopped = {template.place(key) for key in CLOSED}
    assert {cells for cells, style in styles.items() if style == "stop"} == stopped
    own = next(entry.key for entry in template.plan.columns if entry.header == "依据")
    warned = {template.place(key) for key in ("method", "post_name", "officer_a", own)}
    assert warned <= {cells for cells, style in styles.items() if style == "warning"}


def test_every_drop_down_shows_its_words_and_says_what_to_do(template):
    for entry in BOTH:
        options = prompts.offered(issued(), field_of(entry))
        if options:
            rule = template.validation(template.place(entry.key))
            assert rule.type == "list"
            assert template.options(rule) == list(options)
            assert rule.error


def field_of(entry):
    """Return a declared field as the bureau has it, its words resolved."""
    sections = issued().form.sections
    return next(part.field(entry.key) for part in sections if entry.key in part.keys)


PARENT, CHILD = "power_class", "power_subclass"
MOVED = (
    '[[vocabulary.powers]]\nname = "甲、乙权"\n[[vocabulary.powers]]\nname = "丙权"\n'
    '[[vocabulary.powers]]\nname = "丁权"\n'
    '[[vocabulary.subpowers]]\nname = "三"\nparent = "丙权"\n'
    '[[vocabulary.subpowers]]\nname = "一、二"\nparent = "甲、乙权"\n'
    '[[columns]]\nform = "附表1"\nheader = "依据"\nkind = "text"\nafter = "序号"\n'
)


@pytest.mark.parametrize("extra", ["", MOVED], ids=["default", "another bureau"])
def test_each_parent_offers_its_own_words_and_a_blank_one_all(extra):
    template = Template(issued(extra))
    rule = template.validation(template.cells(CHILD))
    formula = r'INDIRECT\("(L_\d+)"&IF\(ISNA\(MATCH\((.+),(L_\d+),0\)\),"","_"&MATCH\(\2,\3,0\)\)\)'
    whole, cell, parents = re.fullmatch(formula, rule.formula1).groups()
    assert cell == f"${template.column(PARENT)}{template.header + 1}"
    vocabularies = template.issue.settings.vocabularies
    words, above = vocabularies["subpowers"], vocabularies["powers"].names
    assert (template.named(whole), template.named(parents)) == (list(words.names), list(above))
    for number, parent in enumerate(above, 1):
        offered = tuple(template.named(f"{whole}_{number}"))
        assert offered == (words.children(parent) or words.names)


def test_the_whole_list_is_offered_where_the_parent_is_hidden():
    template = Template(issued('[[columns]]\nform = "附表1"\nheader = "权力类别"\nhidden = true\n'))
    rule = template.validation(template.cells(CHILD))
    assert re.fullmatch(r"L_\d+", rule.formula1)
    assert template.options(rule) == list(template.issue.settings.vocabularies["subpowers"].names)


@pytest.mark.office
def test_the_drop_downs_survive_an_office_program(tmp_path):
    before = Template(issued())
    book = openpyxl.load_workbook(io.BytesIO(saved(before.data, tmp_path)))
    after = Template(issued())
    after.book, after.sheet = book, book[before.issue.form.title]
    rule = after.validation(after.cells(CHILD))
    assert re.sub(r"\s", "", rule.formula1) == before.validation(before.cells(CHILD)).formula1
    names = [name for name in before.book.defined_names if name.startswith("L_")]
    assert [after.named(name) for name in names] == [before.named(name) for name in names]


@pytest.mark.parametrize("round_", ["screening", "control"])
def test_no_title_or_message_of_a_declared_field_is_cut(round_):
    for form in FORMS:
        issue = issued(form=form, round_=round_)
        lists = prompts.named_lists(issue)
        fields = [entry for part in issue.form.sections for entry in part.fields]
        for entry in fields:
            rule = prompts.validation(issue, entry, lists)
            assert not rule or "…" not in rule.title + rule.message + rule.error
            assert not rule or "见“" not in rule.message


def test_words_that_no_message_can_hold_are_told_by_the_help_and_not_cut():
    names = [f"第{number}种相当长的防控方法" for number in range(30)]
    words = "".join(f'[[vocabulary.control_methods]]\nname = "{name}"\n' for name in names)
    template = Template(issued(words))
    prompt = template.validation(template.cells("control_methods")).prompt
    assert captions.HELP in prompt
    assert names[0] not in prompt
    shown = [str(cell.value) for row in template.book[captions.HELP].iter_rows() for cell in row]
    assert "、".join(names) in shown


def test_a_list_that_takes_several_words_only_tells_them(template):
    entry = next(e for e in template.plan.columns if e.kind.alert == "message")
    rule = template.validation(template.cells(entry.key))
    assert (rule.type, rule.showErrorMessage) in {(None, False), ("none", False)}
    assert all(word in rule.prompt for word in entry.kind.vocabulary.names)


def test_a_hint_is_shown_at_the_cell_within_excels_limits(template):
    for rule in template.sheet.data_validations.dataValidation:
        assert len(rule.promptTitle or "") <= 32
        assert len(rule.prompt or "") <= 255
        assert len(rule.error or "") <= 225
    hinted = next(entry for entry in template.plan.columns if entry.hint)
    assert hinted.hint in template.validation(template.cells(hinted.key)).prompt


def test_every_coloured_word_has_its_conditional_colour(template):
    key = template.issue.form.roles.level
    found = colours(template, key)
    terms = template.issue.settings.levels.terms
    assert found == {f'"{term.name}"': (f"FF{term.fill}", f"FF{term.font}") for term in terms}


def colours(template, key):
    rules = {str(rules.sqref): rules.rules for rules in template.sheet.conditional_formatting}[
        template.cells(key)
    ]
    return {rule.formula[0]: (rule.dxf.fill.bgColor.rgb, rule.dxf.font.color.rgb) for rule in rules}


def test_print_area_and_titles_hold_what_is_printed(template):
    sheet, form = template.sheet, template.issue.form
    printed = sum(entry.printed for entry in form.table.fields)
    _, top, right, bottom = range_boundaries(sheet.print_area.split("!")[1].replace("$", ""))
    assert (top, right, bottom) == (TITLE + 1, printed, template.last)
    assert sheet.print_title_rows == f"${template.header}:${template.header}"
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (8, "landscape")
    assert sheet.freeze_panes == f"B{template.header + 1}"
    assert template.issue.stamp.number in str(sheet.oddFooter.right.text)


def test_a4_prints_fewer_and_narrower_columns():
    a3, a4 = Template(issued()), Template(issued('[checks]\npaper = "A4"\n'))
    assert a4.sheet.page_setup.paperSize == 9
    assert a4.plan.printed < a3.plan.printed
    longest = max(a3.plan.widths)
    assert max(a4.plan.widths) < longest
    assert {e.key for e in a4.plan.columns} == {e.key for e in a3.plan.columns}


@pytest.mark.parametrize("paper", ["A3", "A4"])
def test_120_characters_fit_into_any_free_cell_of_the_table(paper):
    layout = plan(issued().form, paper)
    for entry, width in zip(layout.columns, layout.widths, strict=True):
        if entry.kind.free and not entry.derived:
            shown = "字" * min(120, entry.kind.limit)
            assert fit_height([(shown, width)], looks.BODY_SIZE) < MAX_HEIGHT, entry.key


def test_the_stamp_stands_in_four_places(template):
    book, identity = template.book, template.issue.stamp
    hidden = {row[0].value: row[1].value or "" for row in book[META].iter_rows()}
    properties = {name: book.custom_doc_props[name].value or "" for name in hidden}
    assert stamp.from_pairs(hidden) == stamp.from_pairs(properties) == identity
    token = book.defined_names[stamp.TOKEN_NAME].attr_text
    assert stamp.from_token(token) == identity


def test_only_the_form_and_the_help_are_visible(template):
    states = {sheet.title: sheet.sheet_state for sheet in template.book}
    assert [name for name, state in states.items() if state == "visible"] == [
        template.issue.form.title,
        captions.HELP,
    ]
    assert (states[CHECK], states[prompts.LISTS]) == ("hidden", "hidden")
    assert states[META] == "veryHidden"
    assert template.book.active.title == template.issue.form.title


def test_the_help_tells_each_field_once_and_never_as_a_header_line(template):
    help_ = template.book[captions.HELP]
    first = [cell.value for cell in help_["A"]]
    fields = [entry for section in template.issue.form.sections for entry in section.fields]
    assert all(first.count(entry.header) == 1 for entry in fields)
    headers = {entry.header for entry in fields}
    assert max(sum(cell.value in headers for cell in row) for row in help_.iter_rows()) == 1


def test_the_worked_example_stands_in_the_help_and_not_in_the_table():
    template = Template(issued())
    help_ = template.book[captions.HELP]
    examples = {row[0].value: row[4].value for row in help_.iter_rows(min_row=2)}
    entry = next(entry for entry in template.issue.form.table.fields if entry.example)
    assert examples[entry.header] == entry.example
    below = template.sheet.iter_rows(min_row=template.header + 1, values_only=True)
    assert not any(value for row in below for value in row)


@pytest.mark.parametrize("extra", ["", MOVED], ids=["default", "another bureau"])
def test_every_field_an_office_types_has_an_example_in_the_help(extra):
    template = Template(issued(extra))
    rows = template.book[captions.HELP].iter_rows(min_row=2, values_only=True)
    examples = {row[0]: row[4] for row in rows}
    own = {entry.header for entry in template.plan.columns if entry.key.startswith("own_")}
    for section in template.issue.form.sections:
        for entry in section.fields:
            typed = entry.derived is None and entry.key != template.issue.form.roles.number
            assert bool(examples[entry.header]) is typed or entry.header in own


@pytest.mark.parametrize("extra", ["", MOVED], ids=["default", "another bureau"])
def test_the_worked_example_is_one_that_would_be_accepted(extra):
    issue = issued(extra)
    for section in issue.form.sections:
        for entry in section.fields:
            shown = instructions.example(entry, SCOPE)
            folded = entry.kind.fold(shown, SCOPE) if shown else Folded("")
            assert (folded.value, folded.code) == (shown, ""), entry.key


def test_the_worked_example_is_one_coherent_risk_point():
    form = issued().form
    shown = {entry.key: instructions.example(entry, SCOPE) for entry in form.table.fields}
    subclass = form.table.field("power_subclass").kind.terms.get(shown["power_subclass"])
    consequence = form.table.field("consequence").kind.terms.get(shown["consequence"])
    assert subclass.parent == shown["power_class"]
    assert consequence.implies == shown["risk_level"]
    assert shown["officer_a"] != shown["officer_b"]
    card = {entry.key: instructions.example(entry, SCOPE) for entry in form.cards[0].fields}
    days = [card["meeting_date"], card["report_date"], shown["due_date"]]
    assert days == sorted(days)
    assert {day[:4] for day in days} == {str(SCOPE.year)}


def test_what_must_be_filled_follows_the_round():
    early, late = issued(round_="screening"), issued(round_="control")
    fields = early.form.table.fields
    required_early = {entry.key for entry in fields if early.requires(entry)}
    required_late = {entry.key for entry in fields if late.requires(entry)}
    assert required_early < required_late
    added = next(iter(required_late - required_early))
    fills = [
        Template(issue)
        .sheet[f"{Template(issue).column(added)}{Template(issue).header}"]
        .fill.fgColor.rgb
        for issue in (early, late)
    ]
    assert fills[0] != fills[1]


def test_records_are_written_as_text_under_their_columns():
    form = issued().form
    key = form.roles.match[-1]
    template = Template(issued(rows=({key: "=1+1"}, {key: "第二行"})))
    letter = template.column(key)
    cells = [template.sheet[f"{letter}{template.header + row}"] for row in (1, 2, 3)]
    assert [cell.value for cell in cells] == ["=1+1", "第二行", None]
    assert cells[0].data_type == "s"
    assert {cell.number_format for cell in cells} == {"@"}


def test_records_are_numbered_and_spare_rows_are_not(template):
    numbers = [template.sheet.cell(template.header + row, 1).value for row in (1, 2, 3)]
    assert numbers == [1, 2, None]


def test_a_column_appended_by_configuration_appears_inside_the_print_area():
    column = '[[columns]]\nform = "附表1"\nheader = "制度依据"\nkind = "text"\n'
    template = Template(issued(column))
    [entry] = [e for e in template.plan.columns if e.header == "制度依据"]
    assert template.sheet[f"{template.column(entry.key)}{template.header}"].value == entry.header
    assert template.plan.columns.index(entry) < template.plan.printed


def test_a_fourth_level_by_configuration_gets_its_colour_and_its_place_in_the_list():
    words = "".join(
        f'[[vocabulary.levels]]\nname = "{name}"\nfill = "{fill}"\nfont = "000000"\n'
        for name, fill in (("红", "FF0000"), ("黄", "FFFF00"), ("橙", "FFC000"), ("蓝", "0070C0"))
    )
    template = Template(issued(words))
    key = template.issue.form.roles.level
    assert colours(template, key)['"蓝"'] == ("FF0070C0", "FF000000")
    assert template.options(template.validation(template.cells(key)))[-1] == "蓝"


def test_lists_longer_than_excels_limits_are_whole_and_their_messages_are_cut():
    names = [f"第{number}种相当长的写法" for number in range(80)]
    words = "".join(f'[[vocabulary.categories]]\nname = "{name}"\n' for name in names)
    template = Template(issued(words))
    rule = template.validation(template.cells(template.issue.form.roles.category))
    assert template.options(rule) == names
    assert len(rule.error) == 225


def test_a_form_of_cards_alone_is_a_portrait_page():
    fields = (
        Field("one", "甲项", Text(30), required="screening", example="例"),
        Field("day", "日期", Day()),
        Field("long", "长文", Text(1000)),
        Field("count", "数目", Count()),
    )
    form = Form("K1", "卡片", "{office}卡片", "office", (Section("card", "card", fields),))
    template = Template(issued(form=form))
    assert template.sheet.page_setup.orientation == "portrait"
    shown = [cell.value for row in template.sheet.iter_rows() for cell in row if cell.value]
    assert [entry.header for entry in fields] == [v for v in shown[1:] if len(str(v)) == 2]
    heights = template.sheet.row_dimensions
    rows = [box.value.top + 1 for box in template.plan.boxes]
    assert heights[rows[2]].height > 2 * heights[rows[0]].height


def test_our_own_sheet_spares_time_and_changes_nothing(monkeypatch):
    ours = write_template(issued())
    monkeypatch.setattr(book, "_Sheet", Worksheet)
    assert write_template(issued()) == ours


def test_an_empty_template_is_small():
    issue = issued()
    assert issue.settings.checks.spare_rows == 50
    assert len(write_template(issue)) <= 25 * 1024


@pytest.mark.long
def test_the_same_issue_gives_the_same_bytes_on_another_day_zone_and_hash_seed():
    elsewhere = {"TZ": "America/New_York", "PYTHONHASHSEED": "7"}
    found = subprocess.run(
        [sys.executable, __file__],
        env=os.environ | elsewhere,
        capture_output=True,
        text=True,
        check=True,
    )
    assert found.stdout.strip() == digest()


def digest():
    return hashlib.sha256(write_template(issued(rows=filled(3)))).hexdigest()


def test_the_locked_digest_knows_every_change_but_that_of_the_records():
    base = locked_digest(issued())
    assert locked_digest(issued(rows=filled(2))) == base
    other = replace(issued(), scope=Scope(("别的岗",), NAMES, frozenset(NAMES), 2026))
    column = '[[columns]]\nform = "附表1"\nheader = "备注"\nrename = "附注"\n'
    changed = (issued(round_="screening"), issued(column), other)
    assert len({base, *map(locked_digest, changed)}) == 4


if __name__ == "__main__":
    sys.stdout.write(digest())
