"""Marked copies of workbooks that hold what our forms never do, and of very long lists."""

import io
import re
import time

import pytest
import xlsxwriter
from mark_books import (
    LIST,
    MARKS,
    SHEET,
    VIOLET,
    canonical,
    fill_of,
    load,
    members,
    problem_list,
    returned,
    rewritten,
    same_look,
)
from office import saved
from ooxml import faults
from openpyxl.comments import Comment
from openpyxl.utils import get_column_letter

from pipeline.findings import Finding
from pipeline.model import Place
from pipeline.steps.answer_sheets import marks
from pipeline.steps.answer_sheets import problem_list as listed_problems
from pipeline.workbook.mark import AddedSheet, Mark, Severity, TextCell, TextRow, clean, mark
from pipeline.workbook.patch import links

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_THREADED = "http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"
_THREAD = "xl/threadedComments/threadedComment1.xml"
_X14 = (
    '<extLst><ext uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}"'
    ' xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main">'
    '<x14:dataValidations count="1" xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main">'
    '<x14:dataValidation type="list" allowBlank="1"><x14:formula1><xm:f>词表!$A$1:$A$3</xm:f>'
    "</x14:formula1><xm:sqref>C3:C9</xm:sqref></x14:dataValidation></x14:dataValidations></ext>"
    '<ext uri="{78C0D931-6437-407d-A8EE-F0AAD7539E65}"'
    ' xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main">'
    "<x14:conditionalFormattings><x14:conditionalFormatting"
    ' xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main">'
    '<x14:cfRule type="expression" priority="9" id="{00000000-0001-0000-0000-000000000001}">'
    '<xm:f>词表!$A$1=D3</xm:f><x14:dxf><fill><patternFill><bgColor rgb="FFFFFF00"/>'
    "</patternFill></fill></x14:dxf></x14:cfRule><xm:sqref>D3:D9</xm:sqref>"
    "</x14:conditionalFormatting></x14:conditionalFormattings></ext></extLst>"
)
PAINTED: dict[str, Severity] = {"C4": "must", "D4": "must", "B5": "ask", "F6": "must", "A2": "hint"}
RICH_MARKS = [Mark(Place(SHEET, cell), how, "请改。", back="A4") for cell, how in PAINTED.items()]


def rich() -> bytes:
    """Chart, table, picture-less drawing, protection, panes, hidden lines, ext lists, threads."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    sheet = book.add_worksheet(SHEET)
    words = book.add_worksheet("词表")
    words.write_column("A1", ["红", "黄", "橙"])
    sheet.freeze_panes(2, 1)
    sheet.protect("")
    sheet.set_row(5, None, None, {"hidden": True})
    sheet.set_column("E:E", 9, None, {"hidden": True})
    sheet.add_table("A2:D9", {"columns": [{"header": name} for name in "甲乙丙丁"]})
    for row in range(3, 9):
        sheet.write_row(row, 0, [row, row * 2, "红", "黄"])
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": f"='{SHEET}'!$B$3:$B$9"})
    sheet.insert_chart("H2", chart)
    sheet.write_comment("B5", "[Threaded comment]\n请核对", {"author": "tc={1}"})
    book.add_worksheet(LIST).write("A1", "本科室自己的清单")
    book.close()
    return _with_parts(buffer.getvalue())


def _with_parts(package: bytes) -> bytes:
    """Add what xlsxwriter cannot write: ext lists, a thread, a link to another file."""
    parts = members(package)
    sheet = "xl/worksheets/sheet1.xml"
    relations = "xl/worksheets/_rels/sheet1.xml.rels"
    book, books = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
    types = "[Content_Types].xml"
    text = {name: parts[name].decode() for name in (sheet, relations, book, books, types)}
    text[sheet] = text[sheet].replace("</worksheet>", f"{_X14}</worksheet>")
    text[relations] = text[relations].replace(
        "</Relationships>",
        '<Relationship Id="rId90" Target="../threadedComments/threadedComment1.xml"'
        ' Type="http://schemas.microsoft.com/office/2017/10/relationships/threadedComment"/>'
        "</Relationships>",
    )
    text[books] = text[books].replace(
        "</Relationships>",
        f'<Relationship Id="rId91" Type="{_OFFICE}/externalLink"'
        ' Target="externalLinks/externalLink1.xml"/></Relationships>',
    )
    text[book] = text[book].replace(
        "</sheets>",
        '</sheets><externalReferences><externalReference r:id="rId91"/></externalReferences>',
    )
    kinds = {
        f"/{_THREAD}": "application/vnd.ms-excel.threadedcomments+xml",
        "/xl/externalLinks/externalLink1.xml": (
            "application/vnd.openxmlformats-officedocument.spreadsheetml.externalLink+xml"
        ),
    }
    more = "".join(
        f'<Override PartName="{name}" ContentType="{kind}"/>' for name, kind in kinds.items()
    )
    text[types] = text[types].replace("</Types>", f"{more}</Types>")
    changes = {name: raw.encode() for name, raw in text.items()}
    changes[_THREAD] = (
        f'<ThreadedComments xmlns="{_THREADED}"><threadedComment ref="B5"'
        ' dT="2024-01-01T00:00:00.00" personId="{1}" id="{1}"><text>请核对</text>'
        "</threadedComment></ThreadedComments>"
    ).encode()
    changes["xl/externalLinks/externalLink1.xml"] = (
        f'<externalLink xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><externalBook r:id="rId1">'
        '<sheetNames><sheetName val="旧表"/></sheetNames></externalBook></externalLink>'
    ).encode()
    changes["xl/externalLinks/_rels/externalLink1.xml.rels"] = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/externalLinkPath" Target="old.xlsx"'
        ' TargetMode="External"/></Relationships>'
    ).encode()
    return rewritten(package, changes)


@pytest.fixture(scope="module")
def original() -> bytes:
    return rich()


@pytest.fixture(scope="module")
def marked(original) -> bytes:
    return mark(original, RICH_MARKS, [problem_list()])


@pytest.mark.long
def test_everything_the_marks_do_not_concern_keeps_its_bytes(original, marked):
    before, after = members(original), members(marked)
    changed = {name for name in before if before[name] != after.get(name)}
    assert changed == {
        "[Content_Types].xml",
        "xl/workbook.xml",
        "xl/_rels/workbook.xml.rels",
        "xl/styles.xml",
        "xl/worksheets/sheet1.xml",
        "xl/comments1.xml",
        "xl/drawings/vmlDrawing1.vml",
    }
    sheet = after["xl/worksheets/sheet1.xml"].decode()
    for kept in ("sheetProtection", "<pane ", "tableParts", "x14:dataValidation", "xm:sqref"):
        assert kept in sheet
    assert faults(marked) == faults(original)


def test_values_stay_and_the_clerks_list_of_the_same_name_too(original, marked):
    before, after = load(original), load(marked)
    assert after.sheetnames[:3] == before.sheetnames
    assert after.sheetnames[3] == "问题清单（2）"
    for name in before.sheetnames:
        assert values(after[name]) == values(before[name])
    assert {cell: fill_of(after[SHEET][cell]) for cell in ("C4", "F6")} == {
        "C4": VIOLET,
        "F6": VIOLET,
    }


def values(sheet) -> dict[str, object]:
    return {cell.coordinate: cell.value for row in sheet for cell in row if cell.value is not None}


def without_hints(raw: bytes) -> bytes:
    """Return a sheet without the hint of how far a row reaches, which a new cell may drop."""
    return canonical(re.sub(rb' spans="[0-9:]*"', b"", raw))


def test_cleaned_it_is_what_it_was(original, marked):
    before, after = members(original), members(clean(marked))
    assert before.keys() == after.keys()
    for name in ("xl/worksheets/sheet1.xml", "xl/comments1.xml", "xl/workbook.xml"):
        assert without_hints(before[name]) == without_hints(after[name]), name


def test_a_workbook_without_shared_texts_is_marked():
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"constant_memory": True})
    book.add_worksheet(SHEET).write_row(0, 0, ["甲", "乙"])
    book.close()
    dirty = mark(buffer.getvalue(), [Mark(Place(SHEET, "B1"), "must", "请改。")], [problem_list()])
    assert (load(dirty)[SHEET]["B1"].value, fill_of(load(dirty)[SHEET]["B1"])) == ("乙", VIOLET)


def test_a_hidden_cell_stays_hidden_and_the_list_says_so(original):
    cells = {"F6": True, "E4": True, "C4": False}
    rows = tuple(TextRow((TextCell(cell, "link", Place(SHEET, cell)),)) for cell in cells)
    found = [Mark(Place(SHEET, cell), "must", "请改。") for cell in cells]
    book = load(mark(original, found, [AddedSheet("清单", rows, (20,))]))
    said = [row[0] for row in book["清单"].values]
    assert said == [f"{cell}（已隐藏）" if away else cell for cell, away in cells.items()]
    assert book[SHEET].row_dimensions[6].hidden
    assert book[SHEET].column_dimensions["E"].hidden


@pytest.mark.office
def test_another_program_opens_it_and_reads_the_same(original, marked, tmp_path):
    theirs = load(saved(original, tmp_path / "plain"))
    book = load(saved(marked, tmp_path / "marked"))
    for name in theirs.sheetnames:
        assert values(book[name]) == values(theirs[name])
    assert fill_of(book[SHEET]["C4"]) == VIOLET


# Lists


def problems(count: int, column: int = 10) -> list[Finding]:
    """Return one blank cell a row, and every tenth row a level that is none."""
    letter = get_column_letter(column)
    blank = [
        Finding("F201", Place(SHEET, f"{letter}{row}"), "权力事项") for row in range(8, 8 + count)
    ]
    wrong = [
        Finding("F202", Place(SHEET, f"K{row}"), "风险等级", f"绿{row}", {"options": "红、黄或橙"})
        for row in range(8, 8 + count, 10)
    ]
    return [*blank, *wrong]


def rows_of(sheet: AddedSheet) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in sheet.rows]


def test_a_short_list_has_no_summary():
    rows = rows_of(listed_problems(("回执", "甲"), problems(3)))
    assert [row for row in rows if row[0].startswith("归类")] == []


def test_the_same_problem_in_many_rows_is_one_line_of_the_summary():
    sheet = listed_problems(("回执", "甲"), problems(50))
    rows = rows_of(sheet)
    start = next(place for place, row in enumerate(rows) if row[0].startswith("归类"))
    assert rows[start + 1] == [
        "1", "必改", f"{SHEET} J8", "权力事项", "共50处：第8–57行", "还没有填写。请填写权力事项。",
    ]  # fmt: skip
    assert rows[start + 2][4:] == [
        "共5处：第8、18、28、38、48行",
        "不在下拉框内。例如：填的是“绿8”。请从下拉框选红、黄或橙。",
    ]
    assert rows[start + 3][0].startswith("逐处")
    assert len(rows[start + 4 :]) == 55
    assert all(row.cells[2].link for row in sheet.rows[start + 4 :])


def test_a_cell_leads_back_to_its_own_line_and_not_to_the_summary(original):
    sheet = listed_problems(("回执", "甲"), problems(50))
    dirty = load(mark(original, marks(problems(50), 0, SHEET), [sheet]))
    line = re.search(r"A(\d+)|C(\d+)", str(dirty[SHEET]["A8"].hyperlink.location))
    assert line
    row = int(line[1] or line[2])
    assert dirty["问题清单（2）"].cell(row - 1, 1).value.startswith("逐处")


def test_no_more_links_than_excel_takes(monkeypatch, original):
    monkeypatch.setattr(links, "MOST", 5)
    sheet = listed_problems(("回执", "甲"), problems(50))
    dirty = mark(original, marks(problems(50), 0, SHEET), [sheet])
    assert members(dirty)["xl/worksheets/sheet4.xml"].count(b"<hyperlink ") == 5
    assert members(dirty)["xl/worksheets/sheet1.xml"].count(b"<hyperlink ") == 5


@pytest.mark.long
def test_two_thousand_marks_take_seconds_and_are_cleaned(original):
    found = problems(1820)
    begun = time.process_time()
    dirty = mark(original, marks(found, 0, SHEET), [listed_problems(("回执", "甲"), found)])
    again = clean(dirty)
    assert time.process_time() - begun < 20
    name = "xl/worksheets/sheet1.xml"
    assert without_hints(members(again)[name]) == without_hints(members(original)[name])


# Rounds


def reopened(package: bytes, change) -> bytes:
    book = load(package)
    change(book)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def unmarked(package: bytes) -> None:
    """Assert that nothing of ours is left to be seen."""
    book = load(package)
    assert not [name for name in book.sheetnames if name.startswith((LIST, "_yigang"))]
    for row in book[SHEET].iter_rows():
        for cell in row:
            assert fill_of(cell) not in {VIOLET, "FFBDD7EE", "FFD9D9D9"}, cell.coordinate
            assert cell.border.left.style not in {"thick", "medium", "dashed"}, cell.coordinate
            assert "标记" not in (cell.comment.text if cell.comment else ""), cell.coordinate
    left = re.findall(r'tooltip="[^"]*', members(package)["xl/worksheets/sheet1.xml"].decode())
    assert [tip for tip in left if "一岗一预防" in tip] == []


def insert_rows(book):
    book[SHEET].insert_rows(6, 3)


def delete_rows(book):
    book[SHEET].delete_rows(7)


def sort_rows(book):
    """Exchange two rows, looks and comments included, as a sort does."""
    sheet = book[SHEET]
    sheet.move_range("A7:P7", rows=40)
    sheet.move_range("A5:P5", rows=2)
    sheet.move_range("A47:P47", rows=-42)


def lose_memory(book):
    del book["_yigang_marks"]


def copy_marked(book):
    sheet = book[SHEET]
    for cell in ("C20", "D21"):
        sheet[cell]._style = sheet["J7"]._style
        sheet[cell].comment = Comment(sheet["J7"].comment.text, "甲")


CHANGES = [insert_rows, delete_rows, sort_rows, lose_memory, copy_marked]


@pytest.mark.long
@pytest.mark.parametrize("change", CHANGES)
def test_whatever_the_clerk_did_his_own_stays_and_ours_goes(change):
    dirty = mark(returned(), MARKS, [problem_list()])
    cleaned = clean(reopened(dirty, change))
    unmarked(cleaned)
    said = [cell.comment.text for row in load(cleaned)[SHEET] for cell in row if cell.comment]
    assert [text for text in said if "请张三补充\n周五前" in text]


@pytest.mark.office
@pytest.mark.parametrize("change", CHANGES)
def test_the_same_after_an_office_program_saved_it(change, tmp_path):
    dirty = saved(mark(returned(), MARKS, [problem_list()]), tmp_path)
    unmarked(clean(reopened(dirty, change)))


@pytest.mark.office
def test_the_same_cells_look_as_before_after_two_rounds_in_an_office_program(tmp_path):
    plain = saved(returned(), tmp_path / "plain")
    once = saved(mark(returned(), MARKS, [problem_list()]), tmp_path / "one")
    twice = saved(mark(once, MARKS[:3], [problem_list()]), tmp_path / "two")
    same_look(plain, clean(twice))
