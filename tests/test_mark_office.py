"""The marked copy in a real office program: opened, saved, cleaned and still the clerk's."""

import io

import openpyxl
import pytest
from mark_books import LIST, MARKS, SHEET, VIOLET, load, problem_list, returned, same_look
from office import saved

from pipeline.workbook.mark import clean, mark

pytestmark = [
    pytest.mark.office,
    pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning"),
]


def test_a_saved_marked_copy_keeps_its_marks_and_is_cleaned(tmp_path):
    again = saved(mark(returned(), MARKS, [problem_list()]), tmp_path / "marked")
    book = load(again)
    sheet = book[SHEET]
    assert book.active.title == LIST
    assert sheet["J7"].fill.fgColor.rgb == VIOLET
    commented = {cell.coordinate for row in sheet.iter_rows() for cell in row if cell.comment}
    assert commented >= {"J7", "K7", "E7", "C5", "D5", "D9", "P9", "B35", "B10"}
    same_look(saved(returned(), tmp_path / "plain"), clean(again))
    assert rules(clean(again)) == rules(saved(returned(), tmp_path / "plain2"))


def rules(package: bytes) -> list[tuple[str, int]]:
    sheet = openpyxl.load_workbook(io.BytesIO(package))[SHEET]
    found = [(str(entry.sqref), len(entry.rules)) for entry in sheet.conditional_formatting]
    return sorted(found)


def test_a_book_saved_by_the_office_program_is_marked(tmp_path):
    theirs = saved(returned(), tmp_path)
    dirty = mark(theirs, MARKS, [problem_list()])
    assert load(dirty)[SHEET]["J7"].fill.fgColor.rgb == VIOLET
    same_look(theirs, clean(dirty))
    assert mark(dirty, MARKS, [problem_list()]) == dirty
