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
    SHARED,
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
from pipeline.monitor.progress import State
from pipeline.summaries import (
    legend_line,
    night_book,
    progress_book,
    register_book,
    statistics_book,
)
from pipeline.summaries import sheet as sheet_room
from pipeline.summaries.gaps import gaps_book
from pipeline.summaries.key_list import Charge, KeyList, Placed, key_list_book, overview_book
from pipeline.summaries.progress import TITLE as PROGRESS
from pipeline.summaries.progress_offices import EMPTY as NO_LINES
from pipeline.summaries.register import EMPTY as NO_POINTS
from pipeline.summaries.sheet import FIRST, HEADER, Column, Grid, write_grid
from pipeline.tables import Before
from pipeline.tables.changes import change_log
from pipeline.tables.gaps import Sought, gaps, uneven
from pipeline.tables.listed import unlisted
from pipeline.tables.scope import TOTAL
from pipeline.workbook.book import Book

NO_LOG = change_log([], scope())
NOTHING = SMALL.strip().splitlines()[0]
LAST = Before(date(2011, 8, 31), register(SMALL).iloc[:2])


def key_list(table_):
    return key_list_book(register(table_), scope(), edition(), KeyList("清单", "一条也没有。"))


def all_lists(table_):
    rows = register(table_)
    placed = [Placed(term, "某人", "某处") for term in SETTINGS.levels.terms]
    led = (Charge("赵启", ("BGS", "GKK")), Charge("", ("YSK",)))
    lists = (placed, led, unlisted(rows, scope(), {"BGS"}))
    return overview_book(rows, scope(), edition(), lists)


def gap_book(table_):
    rows, sought = register(table_), Sought(1, 0, SETTINGS.gaps.alike)
    found = (gaps(rows, scope(), sought), uneven(rows, scope(), sought))
    return gaps_book(*found, scope(), (sought, edition()))


BOOKS = {
    "register": lambda: register_book(register(SMALL), NO_LOG, scope(), edition()),
    "list": lambda: key_list(SMALL),
    "list-empty": lambda: key_list(NOTHING),
    "lists": lambda: all_lists(SMALL),
    "lists-empty": lambda: all_lists(NOTHING),
    "gaps": lambda: gap_book(SHARED),
    "gaps-empty": lambda: gap_book(NOTHING),
    "statistics": lambda: statistics_book(register(SMALL), scope(), edition(), LAST),
    "progress": lambda: progress_book(lines(), edition(), asked_for()),
    "night": lambda: night_book(night()),
    "register-empty": lambda: register_book(register(NOTHING), NO_LOG, scope(), edition()),
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
    header, body = table(read(register_book(rows, NO_LOG, scope(), edition())).worksheets[0])
    numbers = [row[0] for row in body[: len(rows)]]
    assert numbers == rows["number"].tolist()
    assert {field.header for field in scope().form.table.fields} <= set(header)


def test_the_register_shows_the_level_in_force_where_the_form_has_its_level():
    rows = register(SMALL).assign(level=SETTINGS.levels.names[0], fixed_level="")
    header, body = table(read(register_book(rows, NO_LOG, scope(), edition())).worksheets[0])
    place = header.index(scope().header("level"))
    assert {row[place] for row in body[: len(rows)]} == {SETTINGS.levels.names[0]}


def test_a_raised_level_that_nobody_fixed_waits_for_its_decision():
    high = SETTINGS.levels.names[0]
    rows = register(SMALL)
    rows = rows.assign(raised_level=[high, high, "", ""], fixed_level=[high, "", "", ""])
    header, body = table(read(register_book(rows, NO_LOG, scope(), edition())).worksheets[0])
    fixed = header.index(f"审定{scope().header('level')}")
    assert [row[fixed] for row in body[:4]] == [high, "待审定", None, None]


def test_a_level_has_its_colour_and_its_word():
    sheet = read(register_book(register(SMALL), NO_LOG, scope(), edition())).worksheets[0]
    place = table(sheet)[0].index(scope().header("level")) + 1
    term = SETTINGS.levels.terms[0]
    cell = sheet.cell(FIRST + 1, place)
    assert (cell.value, cell.fill.fgColor.rgb[2:]) == (term.name, term.fill)
    assert cell.font.color.rgb[2:] == term.font


def test_the_numbers_of_the_rows_start_anew_over_all_offices():
    rows = register(SMALL).assign(seq="9")
    header, body = table(read(register_book(rows, NO_LOG, scope(), edition())).worksheets[0])
    place = header.index(scope().form.table.field("seq").header)
    assert [row[place] for row in body[:4]] == [1, 2, 3, 4]


def test_text_that_looks_like_a_formula_stays_text():
    rows = register(SMALL).assign(risk_point='=HYPERLINK("http://x","y")')
    book = read(register_book(rows, NO_LOG, scope(), edition()))
    assert '=HYPERLINK("http://x","y")' in words(book.worksheets[0])
    assert not book.worksheets[0]._hyperlinks


def test_the_date_of_a_row_is_a_date():
    _, body = table(read(register_book(register(SMALL), NO_LOG, scope(), edition())).worksheets[0])
    assert datetime(2011, 9, 10) in body[0]  # noqa: DTZ001 - workbooks know no zones


def test_progress_has_a_line_an_office_and_its_parts_sum_up():
    sheet = book_of("progress")[PROGRESS]
    _, body = table(sheet)
    assert [row[1] for row in body[:3]] == [office.name for office in OFFICES]
    assert [row[8] for row in body[:3]] == [None, 2, 2]
    assert any(said.startswith("应报3份＝未报1＋退回1＋已收1。") for said in words(sheet))


def test_overdue_lines_are_bold():
    for sheet in book_of("progress").worksheets[:2]:
        bold = [sheet.cell(FIRST + 1 + row, 2).font.bold for row in range(3)]
        assert bold == [False, True, True]


def test_the_first_sheet_of_progress_sums_up_each_office():
    of_two = [*lines(), *(replace(line, form="附件2", person="吴江") for line in lines())]
    header, body = table(read(progress_book(of_two, edition())).worksheets[0])
    assert [row[1:3] for row in body[:4]] == [
        *((office.name, 2) for office in OFFICES),
        (TOTAL, 6),
    ]
    states = [header.index(state.value) for state in State]
    assert all(sum(row[place] for place in states) == row[2] for row in body[:4])
    late = header.index("过期未通过")
    assert [row[late] for row in body[:4]] == [0, 2, 2, 4]


@pytest.mark.long
def test_the_lines_of_an_office_stand_together():
    of_two = [*lines(), *(replace(line, form="附件2", person="吴江") for line in lines())]
    _, body = table(read(progress_book(of_two, edition()))[PROGRESS])
    assert [row[1] for row in body[:6]] == [office.name for office in OFFICES for _ in range(2)]


@pytest.mark.parametrize(
    ("papers", "said"),
    [((None, None, None), "还没有登记"), ((True, None, False), "有1份"), ((True, True, False), "")],
)
def test_paper_that_nobody_noted_is_told_in_a_line(papers, said):
    noted = [replace(line, paper=paper) for line, paper in zip(lines(), papers, strict=True)]
    told = [
        one for one in words(read(progress_book(noted, edition()))[PROGRESS]) if "不表示" in one
    ]
    assert (said in told[0]) if said else not told


def test_the_night_has_a_sheet_a_section_with_the_same_rows():
    book = read(night_book(night()))
    assert [(sheet.title, table(sheet)[0]) for sheet in book] == [
        (section.title, [column.header for column in section.columns])
        for section in sections(night())
    ]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (register_book(register(NOTHING), NO_LOG, scope(), edition()), NO_POINTS),
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
    sheet = read(register_book(rows, NO_LOG, scope(), edition())).worksheets[0]
    long, short = (sheet.row_dimensions[FIRST + row].height for row in (1, 2))
    assert long > 4 * short


def test_rows_beyond_what_excel_holds_go_on_on_further_sheets(monkeypatch):
    monkeypatch.setattr(sheet_room, "MOST_ROWS", FIRST + 3)  # two rows and a line below them
    grid = Grid(
        name="变更记录",
        title="变更记录",
        columns=(Column("序号", 8), Column("内容", 20)),
        rows=[(number, f"第{number}条") for number in range(1, 6)],
        empty="没有变更。",
        closing=("共5条。",),
        urgent=frozenset({2}),
        total=True,
    )
    book = Book("变更记录")
    assert write_grid(book, grid, edition()).name == "变更记录"
    found = read(book.to_bytes()).worksheets
    assert [sheet.title for sheet in found] == ["变更记录", "变更记录（2）", "变更记录（3）"]
    told = [[row[0] for row in table(sheet)[1]] for sheet in found]
    assert [body[:-1] for body in told] == [[1, 2], [3, 4], [5]]
    assert [next((n for n in (2, 3) if f"（{n}）" in body[-1]), 0) for body in told] == [2, 3, 0]
    bold = [[sheet.cell(row, 1).font.bold for row in (FIRST + 1, FIRST + 2)] for sheet in found]
    assert bold == [[False, False], [True, False], [True, False]]
    assert all(sheet.auto_filter.ref and sheet.max_row <= FIRST + 3 for sheet in found)


@pytest.mark.long
def test_thirty_thousand_rows_are_written_in_a_minute():
    rows = pd.concat([register(SMALL)] * 7500, ignore_index=True)
    started = time.monotonic()
    assert register_book(rows, NO_LOG, scope(), edition())
    assert time.monotonic() - started < 60


def test_the_day_of_the_edition_is_the_one_given():
    assert replace(edition(), day=date(2011, 10, 1)).dated == "2011年10月1日"
