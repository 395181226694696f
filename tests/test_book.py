"""The door to xlsxwriter, seen through openpyxl."""

import io
import zipfile
from datetime import date, datetime

import openpyxl
import pytest

from pipeline.workbook.book import (
    AS_DATE,
    Area,
    Book,
    Chart,
    Print,
    RefusedError,
    Series,
    Style,
    Validation,
    Within,
    fit_height,
)

PLAIN = Style()


def reread(book):
    return openpyxl.load_workbook(io.BytesIO(book.to_bytes()))


def one_page():
    book = Book("一张表")
    return book, book.page("表")


@pytest.mark.parametrize("typed", ["=1+1", "+1", "-1", "@SUM(A1)", "http://a.cn", "12", "{=A1}"])
def test_text_stays_text_whatever_it_looks_like(typed):
    book, page = one_page()
    page.text(0, 0, typed, PLAIN)
    page.merge(Area(1, 0, 1, 3), typed, PLAIN)
    sheet = reread(book)["表"]
    assert [sheet["A1"].value, sheet["A2"].value] == [typed, typed]
    assert {sheet["A1"].data_type, sheet["A2"].data_type} == {"s"}
    assert sheet["A1"].hyperlink is None


def test_a_formula_in_the_text_is_no_formula_in_the_package():
    book, page = one_page()
    page.text(0, 0, "=HYPERLINK(1)", PLAIN)
    with zipfile.ZipFile(io.BytesIO(book.to_bytes())) as package:
        assert b"<f>" not in package.read("xl/worksheets/sheet1.xml")


def test_characters_excel_cannot_hold_are_left_out():
    book, page = one_page()
    page.text(0, 0, "甲\x00\x0b\ud800\uffff\r\n乙", PLAIN)
    assert reread(book)["表"]["A1"].value == "甲\n乙"


def write_wide_footer(page):
    page.print_setup(Print(left="𠀀" * 120))


def write_footer(page):
    page.print_setup(Print(left="长" * 300))


def merge_twice(page):
    page.merge(Area(0, 0, 0, 2), "", PLAIN)
    page.merge(Area(0, 1, 0, 3), "", PLAIN)


@pytest.mark.parametrize(
    "write",
    [
        lambda page: page.text(0, 0, "字" * 32768, PLAIN),
        lambda page: page.text(1_048_576, 0, "行", PLAIN),
        lambda page: page.number(0, 16_384, 1, PLAIN),
        lambda page: page.height(0, 410),
        lambda page: page.validate(Area(0, 0, 9, 0), Validation(title="题" * 33, message="说")),
        lambda page: page.validate(Area(0, 0, 9, 0), Validation(message="说" * 256)),
        lambda page: page.validate(Area(0, 0, 9, 0), Validation("L_01", error_title="题" * 33)),
        lambda page: page.validate(Area(0, 0, 9, 0), Validation(title="𠀀" * 17)),
        lambda page: page.validate(Area(0, 0, 9, 0), Validation(message="𠀀" * 128)),
        lambda page: page.validate(Area(0, 0, 9, 0), Validation("L_01", error="说" * 226)),
        lambda page: page.validate(Area(0, 0, 9, 0), Validation("L_01", error="𠀀" * 113)),
        lambda page: page.validate(Area(0, 0, 9, 0), Validation("甲,乙")),
        lambda page: page.validate(Area(0, 0, 9, 0), Validation('"' + "甲," * 130 + '"')),
        lambda page: page.validate(Area(0, 0, 9, 0), Validation("L_01", within=Within("", (0, 0)))),
        lambda page: page.text(0, 0, "𠀀" * 16384, PLAIN),
        lambda page: page.widths([256]),
        lambda page: page.widths([0]),
        lambda page: page.highlight(Area(0, 0, 9, 0), "长" * 256, PLAIN),
        write_footer,
        write_wide_footer,
        merge_twice,
    ],
)
def test_what_xlsxwriter_drops_in_silence_raises(write):
    _, page = one_page()
    with pytest.raises(RefusedError):
        write(page)


@pytest.mark.parametrize(
    "name", ["项目（专项）、资金", "A1", "abc12", "R1C1", "RC", "r1c", "c", "1a", "a b", ""]
)
def test_names_excel_rejects_raise(name):
    book, page = one_page()
    with pytest.raises(RefusedError):
        book.define_range(name, page, Area(0, 0, 1, 0))


def test_a_name_given_twice_raises():
    book, page = one_page()
    book.define_range("L_01", page, Area(0, 0, 1, 0))
    with pytest.raises(RefusedError):
        book.define_range("l_01", page, Area(0, 1, 1, 1))


def test_texts_as_long_as_excel_takes_are_written_whole():
    book, page = one_page()
    whole = Validation(
        "L_01", "stop", title="题" * 32, message="说" * 255, error_title="误" * 32, error="改" * 225
    )
    page.validate(Area(0, 0, 9, 0), whole)
    [rule] = reread(book)["表"].data_validations.dataValidation
    told = (rule.promptTitle, rule.prompt, rule.errorTitle, rule.error)
    assert told == (whole.title, whole.message, whole.error_title, whole.error)


def test_a_drop_down_follows_another_cell_by_numbers_and_names_alone():
    book, page = one_page()
    page.validate(Area(6, 3, 9, 3), Validation("L_05", within=Within("L_01", (None, 1))))
    page.validate(Area(2, 3, 2, 3), Validation("L_05", within=Within("L_01", (1, 1))))
    rows, card = reread(book)["表"].data_validations.dataValidation
    place = "MATCH($B7,L_01,0)"
    assert rows.formula1 == f'INDIRECT("L_05"&IF(ISNA({place}),"","_"&{place}))'
    assert "MATCH($B$2,L_01,0)" in card.formula1


@pytest.mark.parametrize("name", ["长" * 32, "𠀀" * 16, "表", "a/b", "a[b]", "'a'", "History"])
def test_sheet_names_excel_rejects_raise(name):
    book, _ = one_page()
    with pytest.raises(RefusedError):
        book.page(name)


def test_a_long_property_or_constant_raises():
    with pytest.raises(RefusedError):
        Book(properties={"yg_form": "长" * 256})
    with pytest.raises(RefusedError):
        Book(properties={"yg_form": "𠀀" * 128})
    with pytest.raises(RefusedError):
        Book().define_text("yg_stamp", "长" * 256)


def test_names_properties_and_constants_are_kept():
    book = Book(properties={"yg_year": "2026"})
    page = book.page("甲'乙")
    book.define_range("L_01", page, Area(1, 0, 3, 0))
    book.define_text("yg_stamp", 'a|"b"')
    workbook = reread(book)
    assert workbook.custom_doc_props["yg_year"].value == "2026"
    assert workbook.defined_names["L_01"].attr_text == "'甲''乙'!$A$2:$A$4"
    assert workbook.defined_names["yg_stamp"].attr_text == '"a|""b"""'


def test_a_date_is_a_real_date_shown_in_chinese():
    book, page = one_page()
    page.date(0, 0, date(2026, 9, 18), Style(number_format=AS_DATE))
    cell = reread(book)["表"]["A1"]
    assert (cell.value, cell.number_format) == (datetime(2026, 9, 18), AS_DATE)  # noqa: DTZ001


def test_a_link_leads_into_the_same_book_only():
    book, page = one_page()
    page.link(0, 0, book.page("甲'乙"), "http://a.cn", PLAIN)
    cell = reread(book)["表"]["A1"]
    assert cell.value == "http://a.cn"
    assert (cell.hyperlink.target, cell.hyperlink.location) == (None, "'甲''乙'!A1")


def test_a_style_becomes_font_colours_borders_and_lock():
    book, page = one_page()
    look = Style("小标宋", 22, bold=True, fill="FF0000", colour="FFFFFF", border="7F7F7F")
    page.text(0, 0, "题", look)
    page.fill(Area(1, 0, 2, 0), [Style(locked=False, number_format="@", quote=True)])
    sheet = reread(book)["表"]
    cell = sheet["A1"]
    assert (cell.font.name, cell.font.sz, cell.font.b) == ("方正小标宋简体", 22, True)
    assert (cell.fill.fgColor.rgb, cell.font.color.rgb) == ("FFFF0000", "FFFFFFFF")
    assert cell.border.left.style == "thin"
    assert cell.protection.locked
    assert not sheet["A3"].protection.locked
    assert (sheet["A3"].number_format, sheet["A3"].quotePrefix) == ("@", True)


def test_print_setup_is_written_whole():
    book, page = one_page()
    wanted = Print("A3", area=Area(0, 0, 9, 3), repeat=(2, 2), left="甲&乙")
    page.print_setup(wanted)
    sheet = reread(book)["表"]
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (8, "landscape")
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.print_area == "'表'!$A$1:$D$10"
    assert sheet.print_title_rows == "$3:$3"
    assert "第 &P 页" in str(sheet.oddFooter.center.text)
    assert "甲&&乙" in str(sheet.oddFooter.left.text)


def test_a_protected_page_has_no_password_and_lets_rows_be_arranged():
    book, page = one_page()
    page.protect()
    protection = reread(book)["表"].protection
    assert (protection.sheet, protection.password) == (True, None)
    denied = (
        protection.insertRows,
        protection.deleteRows,
        protection.sort,
        protection.autoFilter,
        protection.formatRows,
        protection.formatColumns,
    )
    assert denied == (False,) * 6
    assert protection.formatCells


def test_a_highlighted_word_may_hold_quotes():
    book, page = one_page()
    page.highlight(Area(0, 0, 9, 0), 'a"b', Style(fill="FF0000", colour="FFFFFF", bold=True))
    [rule] = [r for rules in reread(book)["表"].conditional_formatting for r in rules.rules]
    assert rule.formula == ['"a""b"']
    assert rule.dxf.fill.bgColor.rgb == "FFFF0000"


def test_a_chart_is_native_and_its_texts_are_no_formulas():
    book, page = one_page()
    for row, (word, count) in enumerate((("甲", 3), ("乙", 5)), 1):
        page.text(row, 0, word, PLAIN)
        page.number(row, 1, count, PLAIN)
    series = (Series((0, 1), Area(1, 1, 2, 1), "FF0000"),)
    page.chart(4, 0, Chart("=各科室", Area(1, 0, 2, 0), series))
    with zipfile.ZipFile(io.BytesIO(book.to_bytes())) as package:
        drawn = package.read("xl/charts/chart1.xml").decode()
    assert "<c:barChart>" in drawn
    assert "<a:t>各科室</a:t>" in drawn
    assert "<c:f>表!$B$2:$B$3</c:f>" in drawn


def test_the_same_calls_give_the_same_bytes_without_author_or_moment():
    first, second = (one_page()[0].to_bytes() for _ in range(2))
    assert first == second
    with zipfile.ZipFile(io.BytesIO(first)) as package:
        assert {entry.date_time[:3] for entry in package.infolist()} == {(1980, 1, 1)}
        assert {entry.create_system for entry in package.infolist()} == {0}
        core = package.read("docProps/core.xml").decode()
    assert "2000-01-01T00:00:00Z" in core
    assert "<dc:creator></dc:creator>" in core


def test_a_row_is_as_high_as_its_longest_cell_and_never_higher_than_excel_allows():
    short = fit_height([("短", 40)], 12)
    assert fit_height([("短", 40), ("字" * 100, 40)], 12) > 4 * short
    assert fit_height([("字" * 20, 20)], 18) > fit_height([("字" * 20, 20)], 12)
    assert fit_height([("甲\n乙\n丙", 40)], 12) > 2 * fit_height([("甲", 40)], 12) - 10
    assert fit_height([("字" * 30000, 10)], 12) == 409
    assert fit_height([], 12) == short
