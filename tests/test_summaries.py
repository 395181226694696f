"""The workbooks of the summaries, reread by another library, hold what the register holds."""

from __future__ import annotations

import io
import time
from dataclasses import replace
from datetime import date, datetime
from functools import cache

import pandas as pd
import pytest
from openpyxl import load_workbook
from registers import (
    OFFICES,
    SETTINGS,
    SMALL,
    asked_for,
    edition,
    lines,
    night,
    quiet_night,
    register,
    scope,
)

from pipeline.monitor import sections
from pipeline.summaries import (
    legend_line,
    night_book,
    progress_book,
    register_book,
    statistics_book,
)
from pipeline.summaries.progress import EMPTY as NO_LINES
from pipeline.summaries.register import EMPTY as NO_POINTS
from pipeline.summaries.sheet import FIRST, HEADER
from pipeline.tables import Before

NOTHING = SMALL.strip().splitlines()[0]
LAST = Before(date(2011, 8, 31), register(SMALL).iloc[:2])
BOOKS = {
    "register": lambda: register_book(register(SMALL), scope(), edition()),
    "statistics": lambda: statistics_book(register(SMALL), scope(), edition(), LAST),
    "progress": lambda: progress_book(lines(), edition(), asked_for()),
    "night": lambda: night_book(night()),
    "register-empty": lambda: register_book(register(NOTHING), scope(), edition()),
    "statistics-empty": lambda: statistics_book(register(NOTHING), scope(), edition()),
    "progress-empty": lambda: progress_book((), edition()),
    "night-quiet": lambda: night_book(quiet_night()),
}
EVERY_BOOK = pytest.mark.parametrize("name", BOOKS)


@cache
def book_of(name):
    """Return one of the books, reread; tests only look at it."""
    return read(BOOKS[name]())


def read(data):
    return load_workbook(io.BytesIO(data))


def table(sheet):
    """Return header and rows below it as values."""
    rows = list(sheet.iter_rows(min_row=HEADER + 1, values_only=True))
    return list(rows[0]), rows[1:]


def words(sheet):
    return {cell.value for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)}


@EVERY_BOOK
def test_the_same_input_gives_the_same_bytes(name):
    assert BOOKS[name]() == BOOKS[name]()


@EVERY_BOOK
def test_no_cell_is_a_formula(name):
    cells = [cell for sheet in book_of(name) for row in sheet.iter_rows() for cell in row]
    assert cells
    assert not [cell.coordinate for cell in cells if cell.data_type == "f"]


@EVERY_BOOK
def test_every_sheet_is_ready_to_print_to_filter_and_to_edit(name):
    for sheet in book_of(name):
        assert sheet.print_title_rows == f"${HEADER + 1}:${HEADER + 1}"
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.page_setup.fitToHeight == 0  # as many pages as needed, one page wide
        assert sheet.print_area
        assert "&P" in sheet.oddFooter.center.text
        assert sheet.auto_filter.ref
        assert sheet.freeze_panes.endswith(str(FIRST + 1))
        assert not sheet.protection.sheet


@EVERY_BOOK
def test_no_row_is_left_to_the_height_excel_guesses(name):
    for sheet in book_of(name):
        used = {cell.row for row in sheet.iter_rows() for cell in row if cell.value is not None}
        assert all(sheet.row_dimensions[row].height for row in used)


def test_the_register_has_one_row_a_risk_point_in_the_given_order():
    rows = register(SMALL)
    header, body = table(read(register_book(rows, scope(), edition())).worksheets[0])
    numbers = [row[0] for row in body[: len(rows)]]
    assert numbers == rows["number"].tolist()
    assert {field.header for field in scope().form.table.fields} <= set(header)


def test_the_register_shows_the_level_in_force_where_the_form_has_its_level():
    rows = register(SMALL).assign(level=SETTINGS.levels.names[0], fixed_level="")
    header, body = table(read(register_book(rows, scope(), edition())).worksheets[0])
    place = header.index(scope().header("level"))
    assert {row[place] for row in body[: len(rows)]} == {SETTINGS.levels.names[0]}


def test_a_raised_level_that_nobody_fixed_waits_for_its_decision():
    high = SETTINGS.levels.names[0]
    rows = register(SMALL)
    rows = rows.assign(raised_level=[high, high, "", ""], fixed_level=[high, "", "", ""])
    header, body = table(read(register_book(rows, scope(), edition())).worksheets[0])
    fixed = header.index(f"审定{scope().header('level')}")
    assert [row[fixed] for row in body[:4]] == [high, "待审定", None, None]


def test_a_level_has_its_colour_and_its_word():
    sheet = read(register_book(register(SMALL), scope(), edition())).worksheets[0]
    place = table(sheet)[0].index(scope().header("level")) + 1
    term = SETTINGS.levels.terms[0]
    cell = sheet.cell(FIRST + 1, place)
    assert (cell.value, cell.fill.fgColor.rgb[2:]) == (term.name, term.fill)
    assert cell.font.color.rgb[2:] == term.font


def test_the_numbers_of_the_rows_start_anew_over_all_offices():
    rows = register(SMALL).assign(seq="9")
    header, body = table(read(register_book(rows, scope(), edition())).worksheets[0])
    place = header.index(scope().form.table.field("seq").header)
    assert [row[place] for row in body[:4]] == [1, 2, 3, 4]


def test_text_that_looks_like_a_formula_stays_text():
    rows = register(SMALL).assign(risk_point='=HYPERLINK("http://x","y")')
    book = read(register_book(rows, scope(), edition()))
    assert '=HYPERLINK("http://x","y")' in words(book.worksheets[0])
    assert not book.worksheets[0]._hyperlinks


def test_the_date_of_a_row_is_a_date():
    _, body = table(read(register_book(register(SMALL), scope(), edition())).worksheets[0])
    assert datetime(2011, 9, 10) in body[0]  # noqa: DTZ001 - workbooks know no zones


def test_progress_has_a_line_an_office_and_its_parts_sum_up():
    sheet = read(progress_book(lines(), edition())).worksheets[0]
    _, body = table(sheet)
    assert [row[1] for row in body[:3]] == [office.name for office in OFFICES]
    assert [row[8] for row in body[:3]] == [None, 2, 2]
    assert any(said.startswith("应报3份＝未报1＋退回1＋已收1。") for said in words(sheet))


def test_overdue_lines_are_bold():
    sheet = read(progress_book(lines(), edition())).worksheets[0]
    assert [sheet.cell(FIRST + 1 + row, 2).font.bold for row in range(3)] == [False, True, True]


def test_the_night_has_a_sheet_a_section_with_the_same_rows():
    book = read(night_book(night()))
    assert [(sheet.title, table(sheet)[0]) for sheet in book] == [
        (section.title, [column.header for column in section.columns])
        for section in sections(night())
    ]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (register_book(register(NOTHING), scope(), edition()), NO_POINTS),
        (progress_book((), edition()), NO_LINES),
    ],
    ids=["register", "progress"],
)
def test_an_empty_sheet_says_so(data, said):
    assert said in words(read(data).worksheets[0])


def test_a_quiet_night_says_so_on_every_sheet():
    book = read(night_book(quiet_night()))
    for section in sections(quiet_night()):
        assert section.rows or section.empty in words(book[section.title])


def test_mark_legend_and_day_stand_on_every_sheet():
    for sheet in read(statistics_book(register(SMALL), scope(), edition())):
        said = "".join(words(sheet))
        assert all(part in said for part in ("内部资料", legend_line(SETTINGS.levels)))
        assert edition().dated in said


def test_a_long_text_gets_a_higher_row():
    rows = register(SMALL).assign(measures=["依法办理。" * 60, "依法办理。", "", ""])
    sheet = read(register_book(rows, scope(), edition())).worksheets[0]
    long, short = (sheet.row_dimensions[FIRST + row].height for row in (1, 2))
    assert long > 4 * short


@pytest.mark.long
def test_thirty_thousand_rows_are_written_in_a_minute():
    rows = pd.concat([register(SMALL)] * 7500, ignore_index=True)
    started = time.monotonic()
    assert register_book(rows, scope(), edition())
    assert time.monotonic() - started < 60


def test_the_day_of_the_edition_is_the_one_given():
    assert replace(edition(), day=date(2011, 10, 1)).dated == "2011年10月1日"
