"""The rows of a marked sheet: those without a mark come back as the clerk's program wrote them."""

import re

import pytest
from mark_books import MARKS, SHEET, load, members, problem_list, replaced, returned, rewritten

from pipeline.model import Place
from pipeline.workbook.mark import Mark, MarkError, clean, mark
from pipeline.workbook.patch import kept_rows

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")
PART = "xl/worksheets/sheet1.xml"
ROW = re.compile(rb'<row r="(\d+)".*?</row>', re.DOTALL)


@pytest.fixture(scope="module")
def original() -> bytes:
    return returned()


def rows(package: bytes) -> dict[int, bytes]:
    return {int(found[1]): found[0] for found in ROW.finditer(members(package)[PART])}


def values(package: bytes) -> list[list[object]]:
    return [[cell.value for cell in row] for row in load(package)[SHEET].iter_rows(max_row=34)]


def test_rows_without_a_mark_keep_their_bytes(original):
    odd = replaced(original, PART, '<c r="A20" ', '<c  r="A20"\n ')
    before, after = rows(odd), rows(mark(odd, MARKS, [problem_list()]))
    touched = {number for number in before if before[number] != after[number]}
    assert touched == {5, 7, 9, 10, 11, 12}
    assert b'<c  r="A20"\n ' in after[20]


def test_a_row_made_for_a_mark_stands_between_the_others(original):
    low = (Mark(Place(SHEET, "B34"), "must", "此栏必填。"), *MARKS)
    written = mark(original, low, [problem_list()])
    numbers = [int(row) for row in re.findall(rb'<row r="(\d+)"', members(written)[PART])]
    assert numbers == [*range(1, 33), 34, 35]


@pytest.mark.parametrize(
    ("plain", "odd"),
    [
        ("<sheetData>", "<sheetData><!-- <row r='1'><c/></row> -->"),
        ("<sheetData>", "<sheetData><?hint <row r='1'></row>?>"),
        ('<row r="20"', "<row  r='20'"),
        ('<row r="20"', '<row ph="0" r="20"'),
        ('<row r="20"', "<row"),
        ('<row r="20"', '<row r="20" x=">"'),
        ("<worksheet", "<worksheet yigang-kept='1'"),
        ("</worksheet>", "</worksheet><!-- -->"),
    ],
)
def test_a_sheet_written_in_an_odd_way_is_marked_alike(original, plain, odd):
    package = replaced(original, PART, plain, odd)
    assert kept_rows.keep(members(original)[PART])
    assert kept_rows.keep(members(package)[PART]) is None
    assert values(mark(package, MARKS, [problem_list()])) == values(original)


def test_a_sheet_in_another_encoding_is_marked_alike(original):
    odd = members(original)[PART].decode().replace("UTF-8", "GB18030").encode("gb18030")
    package = rewritten(original, {PART: odd})
    assert kept_rows.keep(odd) is None
    assert values(mark(package, MARKS, [problem_list()])) == values(original)


def test_empty_rows_and_blanks_between_the_rows_stay(original):
    spaced = replaced(original, PART, '<row r="20"', '\n <row r="19" ht="15"/>\n <row r="20"')
    assert kept_rows.keep(members(spaced)[PART])
    written = mark(spaced, MARKS, [problem_list()])
    assert b'<row r="19" ht="15"/>\n <row r="20"' in members(written)[PART]
    assert values(written) == values(spaced)


def test_a_row_with_a_mark_of_an_earlier_round_is_found_among_those_kept(original):
    marked = mark(original, MARKS, [problem_list()])
    elsewhere = (Mark(Place(SHEET, "C20"), "ask", "请核实岗位名称。"),)
    again = mark(marked, elsewhere, [problem_list()])
    assert rows(clean(again))[30] == rows(original)[30]
    sheet = load(again)[SHEET]
    painted = {
        cell.coordinate
        for row in sheet.iter_rows()
        for cell in row
        if cell.border.left.color and str(cell.border.left.color.rgb)[2:] == "2F75B6"
    }
    assert painted == {"C20"}
    assert values(clean(again)) == values(original)


def test_a_damaged_row_that_gets_a_mark_is_refused(original):
    broken = replaced(original, PART, '<c r="A9"', '<c r="A9"<')
    with pytest.raises(MarkError, match="损坏"):
        mark(broken, MARKS, [problem_list()])


def test_a_note_that_looks_like_an_escape_stays_one(original):
    told = (Mark(Place(SHEET, "E7"), "ask", "填的是“_x0041_”。"),)
    written = members(mark(original, told, [problem_list()]))["xl/comments1.xml"].decode()
    assert "填的是“_x005F_x0041_”。" in written
