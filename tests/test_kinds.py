"""What a file is by its bytes, whatever it is called; and what an .xls or .ods is told of."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import time

import openpyxl
import pytest
import xlrd
import xlsxwriter
import xlwt
from msoffcrypto import OfficeFile
from office import saved as saved_by_office
from old_books import old_book, saved, with_password, with_storage, with_stream
from openpyxl.comments import Comment
from packages import (
    hand_made,
    ods_cell,
    ods_parts,
    ods_row,
    ordinary,
    spreading,
    workbook_parts,
    zipped,
)

from pipeline.findings import CATALOGUE
from pipeline.model import Place
from pipeline.reading.guard import inspect
from pipeline.reading.limits import Limits, Refusal
from pipeline.workbook.mark import Mark, mark
from pipeline.workbook.reader import read

LIMITS = Limits()
WEB = "<table><tr><td>岗位</td></tr></table>"
EMPTY_ROWS = ods_row(
    '<table:table-cell table:number-columns-repeated="16384"/>',
    attributes='table:number-rows-repeated="1048570"',
)


def reason(data, limits=LIMITS):
    with pytest.raises(Refusal) as caught:
        inspect(data, limits)
    return caught.value.reason


def reading(data):
    return read(data, inspect(data, LIMITS))


def one_sheet(fill=lambda _sheet: None):
    """An .xls of one sheet with something in A1."""

    def fill_book(book):
        sheet = book.add_sheet("表")
        sheet.write(0, 0, "甲")
        fill(sheet)

    return old_book(fill_book)


KINDS = {
    "word": (lambda: zipped({"word/document.xml": "<d/>"}), "WORD_FILE"),
    "old-word": (lambda: with_stream(saved(one_sheet()), "WordDocument"), "WORD_FILE"),
    "rich-text": (lambda: b"{\\rtf1\\ansi \\u23703?}", "WORD_FILE"),
    "word-xml": (
        lambda: b'<?xml version="1.0"?><?mso-application progid="Word.Document"?><w/>',
        "WORD_FILE",
    ),
    "word-page": (
        lambda: b'<html xmlns:w="urn:schemas-microsoft-com:office:word"></html>',
        "WORD_FILE",
    ),
    "pdf": (lambda: b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n", "SCAN"),
    "pdf-behind-a-line": (lambda: b"\r\n%PDF-1.7\n\x00", "SCAN"),
    "jpg": (lambda: b"\xff\xd8\xff\xe0\x00\x10JFIF", "SCAN"),
    "png": (lambda: b"\x89PNG\r\n\x1a\n\x00", "SCAN"),
    "gif": (lambda: b"GIF89a\x01\x00", "SCAN"),
    "tif": (lambda: b"II*\x00\x08\x00\x00\x00", "SCAN"),
    "tif-of-a-mac": (lambda: b"MM\x00*\x00\x00\x00\x08", "SCAN"),
    "bmp": (lambda: b"BM\x36\x00\x01\x00\x00\x00\x00\x00\x36\x00", "SCAN"),
    "heic": (lambda: b"\x00\x00\x00\x18ftypheic\x00\x00", "SCAN"),
    "webp": (lambda: b"RIFF\x24\x00\x00\x00WEBPVP8 ", "SCAN"),
    "ofd": (lambda: zipped({"OFD.xml": "<d/>"}), "SCAN"),
    "csv": ("岗位,等级\n出纳,红\n".encode, "TEXT_FILE"),
    "csv-of-windows": (lambda: "岗位,等级\r\n出纳,红\r\n".encode("gb18030"), "TEXT_FILE"),
    "unicode-text": (lambda: "岗位\t等级\r\n".encode("utf-16"), "TEXT_FILE"),
    "long-csv": (("x" + "岗位" * 40_000).encode, "TEXT_FILE"),
    "web-page": (f"<html>{WEB}</html>".encode, "TEXT_FILE"),
    "web-page-of-excel": (
        (
            '<html xmlns:x="urn:schemas-microsoft-com:office:excel" '
            f'xmlns:w="urn:schemas-microsoft-com:office:word">{WEB}</html>'
        ).encode,
        "TEXT_FILE",
    ),
    "rar": (lambda: b"Rar!\x1a\x07\x01\x00", "OTHER_ARCHIVE"),
    "7z": (lambda: b"7z\xbc\xaf\x27\x1c\x00\x04", "OTHER_ARCHIVE"),
    "gz": (lambda: gzip.compress(ordinary()), "OTHER_ARCHIVE"),
    "bz2": (lambda: bz2.compress(b"x"), "OTHER_ARCHIVE"),
    "xz": (lambda: lzma.compress(b"x"), "OTHER_ARCHIVE"),
    "tar": (lambda: b"a.xlsx".ljust(257, b"\x00") + b"ustar\x0000", "OTHER_ARCHIVE"),
    "lzh": (lambda: b"\x20\x10-lh5-\x00", "OTHER_ARCHIVE"),
    "presentation": (lambda: zipped({"ppt/presentation.xml": "<p/>"}), "NOT_WORKBOOK"),
    "old-presentation": (
        lambda: with_stream(saved(one_sheet()), "PowerPoint Document"),
        "NOT_WORKBOOK",
    ),
    "program": (lambda: b"MZ\x90\x00\x03\x00\x00\x00\x04", "NOT_WORKBOOK"),
    "nothing-then-something": (lambda: b"\x00" * 100_000 + b"x", "NOT_WORKBOOK"),
    "old-book-with-password": (lambda: with_password(one_sheet(), "1234"), "ENCRYPTED"),
    "ods-with-password": (
        lambda: zipped(
            ods_parts("")
            | {
                "content.xml": b"\x8a\x01\xff\x00",
                "META-INF/manifest.xml": '<manifest:file-entry manifest:full-path="content.xml">'
                '<manifest:encryption-data manifest:checksum="x"/></manifest:file-entry>',
            }
        ),
        "ENCRYPTED",
    ),
}


def test_an_old_book_with_a_cell_in_its_far_corner_is_refused_before_it_takes_the_memory():
    book = one_sheet()
    book.get_sheet(0).write(65_535, 255, "远")
    assert reason(saved(book)) == "TOO_BIG"


def test_an_old_book_with_its_structure_protected_says_what_to_lift():
    """Excel encrypts it with a password of its own and asks nobody; no reader here undoes that."""
    assert reason(with_password(one_sheet(), "VelvetSweatshop")) == "ENCRYPTED"
    assert "保护工作簿" in CATALOGUE["ENCRYPTED"].said


@pytest.mark.parametrize("case", KINDS)
def test_a_file_is_told_by_its_bytes(case):
    build, word = KINDS[case]
    assert reason(build()) == word


def test_the_old_book_with_a_password_opens_with_it():
    target, password = io.BytesIO(), "1234"
    file = OfficeFile(io.BytesIO(with_password(one_sheet(), password)))
    file.load_key(password)
    file.decrypt(target)
    assert xlrd.open_workbook(file_contents=target.getvalue()).sheet_by_index(0).cell_value(0, 0)


# Old binary workbooks.


def test_error_cells_of_an_xls_are_told():
    def fill(sheet):
        sheet.row(1).set_cell_error(1, "#N/A!")
        sheet.row(2).set_cell_error(0, "#DIV/0!")

    (sheet,) = reading(saved(one_sheet(fill))).sheets
    assert sheet.errors == {"B2": "#N/A", "A3": "#DIV/0!"}
    assert sheet.rows == (("甲",),)


def test_hidden_rows_and_columns_of_an_xls_are_told_where_they_hold_something():
    def fill(sheet):
        sheet.write(3, 2, "乙")
        for row in (3, 5):
            sheet.row(row).hidden = True
        for column in (2, 7):
            sheet.col(column).hidden = True
        sheet.write(5, 0, None, xlwt.easyxf("pattern: pattern solid"))

    (sheet,) = reading(saved(one_sheet(fill))).sheets
    assert (sheet.hidden_rows, sheet.hidden_columns) == ((4,), (3,))


def test_a_hidden_sheet_and_merges_of_an_xls_are_told():
    def fill(book):
        book.add_sheet("表").write_merge(0, 1, 0, 2, "甲")
        book.add_sheet("藏").visibility = 1

    seen = reading(saved(old_book(fill)))
    assert [(sheet.name, sheet.visible, sheet.merges) for sheet in seen.sheets] == [
        ("表", True, ("A1:C2",)),
        ("藏", False, ()),
    ]
    assert not seen.blind


def test_macros_and_objects_of_an_xls_are_told():
    plain = saved(one_sheet())
    assert reading(plain).extras == ()
    assert reading(with_storage(plain, "_VBA_PROJECT_CUR")).extras == ("macros",)
    assert reading(with_storage(plain, "MBD0001A2B3")).extras == ("embedded",)


def test_an_xls_that_only_calamine_reads_is_read_and_said_to_be_seen_in_part(monkeypatch):
    def fails(**_options):
        raise IndexError

    monkeypatch.setattr(xlrd, "open_workbook", fails)
    seen = reading(saved(one_sheet()))
    assert (seen.sheets[0].rows, seen.blind) == ((("甲",),), True)


def test_what_xlrd_finds_odd_is_printed_for_nobody(capfd):
    stream = bytearray(saved(one_sheet()))
    inspect(bytes(stream) + b"\x00" * 100, LIMITS)
    assert capfd.readouterr() == ("", "")


# OpenDocument.


def test_what_stands_in_an_ods_is_told_as_of_any_other_workbook():
    rows = (
        '<table:table-column table:number-columns-repeated="2"/>'
        '<table:table-column table:visibility="collapse"/>'
        '<table:table-column table:visibility="collapse" table:number-columns-repeated="16000"/>'
        + ods_row(
            ods_cell(attributes='table:number-rows-spanned="2" table:number-columns-spanned="1"'),
            ods_cell("#N/A", 'table:formula="of:=NA()" calcext:value-type="error"'),
            ods_cell("丙"),
        )
        + ods_row("<table:covered-table-cell/>", ods_cell("乙"))
        + ods_row(ods_cell("丁"), attributes='table:visibility="filter"')
        + ods_row('<table:table-cell table:formula="of:=1+1"/>')
        + EMPTY_ROWS
    )
    style = '<style:style style:name="ta1"><style:table-properties table:display="false"/>'
    before = f"<office:automatic-styles>{style}</style:style></office:automatic-styles>"
    (sheet,) = reading(zipped(ods_parts(rows, before=before))).sheets
    assert sheet.rows == (("甲", "", "丙"), ("", "乙"), ("丁",))
    assert (sheet.merges, sheet.errors, sheet.unvalued) == (("A1:A2",), {"B1": "#N/A"}, ("A4",))
    assert (sheet.hidden_rows, sheet.hidden_columns, sheet.visible) == ((3,), (3,), False)


def test_an_error_that_an_old_program_wrote_as_shown_is_told():
    cell = ods_cell("Err:502", 'table:formula="oooc:=X" office:value-type="string"')
    assert reading(zipped(ods_parts(ods_row(cell)))).sheets[0].errors == {"A1": "Err:502"}


def test_repeated_cells_are_told_each():
    cell = ods_cell(
        "#REF!",
        'table:formula="of:=#REF!" calcext:value-type="error" table:number-columns-repeated="2"',
    )
    rows = ods_row(cell, attributes='table:number-rows-repeated="2" table:visibility="collapse"')
    (sheet,) = reading(zipped(ods_parts(rows))).sheets
    assert list(sheet.errors) == ["A1", "B1", "A2", "B2"]
    assert sheet.hidden_rows == (1, 2)


BOMBS = {
    "every-cell": (1_048_576, 16_384),
    "a-column": (1_048_576, 2),
    "more-rows-than-there-are": (99_999_999, 1),
    "more-columns-than-there-are": (1, 20_000),
}


@pytest.mark.parametrize("case", BOMBS)
def test_a_cell_repeated_without_end_never_reaches_calamine(case):
    start = time.process_time()
    assert reason(spreading(*BOMBS[case])) == "TOO_BIG"
    assert time.process_time() - start < 0.1


def test_a_cell_far_away_in_an_ods_is_too_big():
    gap = ods_row("<table:table-cell/>", attributes='table:number-rows-repeated="999999"')
    assert reason(zipped(ods_parts(gap + ods_row(ods_cell(), ods_cell())))) == "TOO_BIG"


@pytest.mark.parametrize("count", ["0", "-1", "x", "١", "9" * 40])
def test_an_impossible_repetition_is_damage(count):
    rows = ods_row(ods_cell(), attributes=f'table:number-rows-repeated="{count}"')
    assert reason(zipped(ods_parts(rows))) == "DAMAGED"


def test_too_many_merges_of_an_ods_are_too_big():
    rows = ods_row(ods_cell(attributes='table:number-columns-spanned="2"')) * 30
    assert reason(zipped(ods_parts(rows)), Limits(merges=20)) == "TOO_BIG"


def test_a_content_in_utf16_is_damage():
    parts = ods_parts(ods_row(ods_cell()))
    assert (
        reason(zipped(parts | {"content.xml": parts["content.xml"].encode("utf-16")})) == "DAMAGED"
    )


def test_what_else_an_ods_carries_is_told():
    note = "<office:annotation><text:p>请看</text:p></office:annotation>"
    frame = "<draw:frame><draw:text-box><text:p>注</text:p></draw:text-box></draw:frame>"
    chart = "<draw:frame><draw:object/></draw:frame>"
    cell = ods_cell("甲").replace("<text:p>", f"{note}{frame}{chart}<text:p>")
    parts = ods_parts(f"<table:table-source/>{ods_row(cell)}")
    seen = reading(zipped(parts | {"Basic/script-lc.xml": "<a/>", "Pictures/1.png": b"x"}))
    assert seen.extras == ("comments", "embedded", "links", "macros", "pictures", "shapes")
    assert seen.sheets[0].rows == (("甲",),)


def test_the_text_of_a_cell_under_a_box_keeps_its_blanks_and_lines():
    frame = "<draw:custom-shape><text:p>注</text:p></draw:custom-shape>"
    cell = ods_cell('甲<text:s text:c="2"/><text:span>乙</text:span></text:p><text:p>丙')
    framed = cell.replace("<text:p>甲", f"{frame}<text:p>甲")
    assert reading(zipped(ods_parts(ods_row(framed)))).sheets[0].rows == (("甲  乙\n丙",),)


# What an office program makes of one and the same workbook.


@pytest.mark.office
@pytest.mark.parametrize("kind", ["ods", "xls:MS Excel 97", "xlsx:Calc MS Excel 2007 XML"])
def test_an_office_program_changes_nothing_of_what_is_told(kind, tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    for place, value in {"A1": "甲", "A4": "=1/0", "B5": "乙", "D1": "丁", "C7": "丙"}.items():
        sheet[place] = value
    sheet.merge_cells("A1:B2")
    sheet.row_dimensions[5].hidden = True
    sheet.column_dimensions["D"].hidden = True
    sheet["C7"].comment = Comment("请看", "某")
    book.create_sheet("藏").sheet_state = "hidden"
    target = io.BytesIO()
    book.save(target)
    seen = reading(saved_by_office(target.getvalue(), tmp_path, kind))
    first, second = seen.sheets
    assert (first.merges, first.errors) == (("A1:B2",), {"A4": "#DIV/0!"})
    assert (first.hidden_rows, first.hidden_columns) == ((5,), (4,))
    assert (first.visible, second.visible) == (True, False)
    assert (seen.extras, seen.blind) == (("comments",), False)


@pytest.mark.office
@pytest.mark.parametrize("kind", ["ods", "xls:MS Excel 97", "xlsx:Calc MS Excel 2007 XML"])
def test_our_own_comments_are_none_of_the_clerks_whatever_saved_them(kind, tmp_path):
    marked = mark(ordinary(), [Mark(Place("附表1", "B3"), "must", "请改正")], [])
    assert reading(marked).extras == ()
    assert reading(saved_by_office(marked, tmp_path, kind)).extras == ()


# What else a package carries.


def test_comments_of_ours_are_not_told_and_those_of_the_clerk_are():
    marked = mark(ordinary(), [Mark(Place("附表1", "B3"), "must", "请改正")], [])
    assert inspect(marked, LIMITS).extras == ()
    book = openpyxl.load_workbook(io.BytesIO(marked))
    book["附表1"]["C4"].comment = Comment("我不同意", "某")
    target = io.BytesIO()
    book.save(target)
    assert inspect(target.getvalue(), LIMITS).extras == ("comments",)


def test_text_boxes_and_charts_are_told():
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_number(0, 0, 1)
        sheet.insert_textbox("C3", "注")
        chart = book.add_chart({"type": "column"})
        chart.add_series({"values": "=Sheet1!$A$1"})
        sheet.insert_chart("F3", chart)
    assert inspect(target.getvalue(), LIMITS).extras == ("charts", "shapes")


def test_sheets_of_old_macros_are_macros():
    parts = workbook_parts() | {"xl/macrosheets/sheet1.xml": "<xm:macrosheet xmlns:xm='x'/>"}
    assert inspect(zipped(parts), LIMITS).extras == ("macros",)


def test_an_ordinary_workbook_is_seen_whole():
    assert not reading(hand_made()).blind
