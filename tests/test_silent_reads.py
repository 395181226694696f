"""What other readers read wrongly without a word: here it is read right, told, or refused."""

from __future__ import annotations

import datetime as dt
import random
import re
import struct
import warnings
import zipfile
from io import BytesIO
from typing import TYPE_CHECKING

import openpyxl
import pytest
import xlwt
from blocks import FORM, HEAD, KEYS, cell, record, sheet
from packages import (
    CELL_A1,
    MAIN,
    hand_made,
    ordinary,
    related,
    spreading,
    styled,
    unzipped,
    workbook_parts,
    zipped,
)

from pipeline.model import Reading, Sheet, Unreadable
from pipeline.reading.codec import Outcome, decode
from pipeline.reading.elements import is_well_formed
from pipeline.reading.guard import inspect
from pipeline.reading.limits import Limits
from pipeline.reading.worker import answer
from pipeline.workbook.extract import extract_card, extract_table
from pipeline.workbook.headers import letters, match_table
from pipeline.workbook.merges import covered, split
from pipeline.workbook.reader import read

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LIMITS = Limits()
SHEET, BOOK = "xl/worksheets/sheet1.xml", "xl/workbook.xml"
STRINGS = "xl/sharedStrings.xml"
INLINE = '<c r="{}" t="inlineStr"><is><t xml:space="preserve">{}</t></is></c>'
HIDDEN = ' hidden="1"'  # lets the part be walked and written anew


def first(data: bytes) -> Sheet:
    return read(data, inspect(data, LIMITS)).sheets[0]


def one_row(cells: str, more: str = "") -> bytes:
    return hand_made(f'<row r="1"{more}>{cells}</row>')


def texts(cells: str, more: str = "") -> tuple[str, ...]:
    (row,) = first(one_row(cells, more)).rows
    return row


def answered(data: bytes, folder: Path) -> Outcome:
    path = folder / "0001"
    path.write_bytes(data)
    return decode(answer(path, LIMITS))


# The package


def second_sheet(name: str) -> bytes:
    parts = workbook_parts()
    other = f'<sheet name="{name}" sheetId="2" r:id="rId1"/></sheets>'
    return zipped(parts | {BOOK: str(parts[BOOK]).replace("</sheets>", other)})


def without(name: str) -> bytes:
    return zipped({key: part for key, part in workbook_parts().items() if key != name})


def outside() -> bytes:
    name = "xl/_rels/workbook.xml.rels"
    parts = workbook_parts()
    target = str(parts[name]).replace("worksheets/", "../../elsewhere/")
    return zipped(parts | {name: target})


def two_of_one_name() -> bytes:
    target = BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(target, "w") as package:
        warnings.simplefilter("ignore")
        for name, content in [*workbook_parts().items(), (SHEET, "<worksheet/>")]:
            package.writestr(name, content)
    return target.getvalue()


def other_bytes_than_summed() -> bytes:
    """A sheet of which one byte changed on the way: the directory's checksum is another."""
    parts = workbook_parts(CELL_A1.replace("<row", "<row" + HIDDEN))
    return zipped(parts, zipfile.ZIP_STORED).replace("甲".encode(), "乙".encode())


def other_checksum() -> bytes:
    data = bytearray(zipped(workbook_parts()))
    entry = data.index(b"PK\x01\x02")
    while SHEET.encode() not in data[entry : entry + 46 + len(SHEET)]:
        entry = data.index(b"PK\x01\x02", entry + 1)
    struct.pack_into("<I", data, entry + 16, 7)
    return bytes(data)


REFUSED: dict[str, Callable[[], bytes]] = {
    "sheet-part-missing": lambda: without(SHEET),
    "relation-outside": outside,
    "two-sheets-of-one-name": lambda: second_sheet("表"),
    "two-entries-of-one-name": two_of_one_name,
    "central-and-local-name-differ": lambda: zipped(workbook_parts()).replace(b"xl/w", b"xl/W", 1),
    "one-byte-changed": other_bytes_than_summed,
    "other-checksum": other_checksum,
    "one-cell-twice": lambda: one_row('<c r="A1"><v>1</v></c><c r="A1"><v>2</v></c>'),
    "one-cell-twice-walked": lambda: one_row(
        '<c r="A1"><v>1</v></c><c r="A1"><v>2</v></c>', HIDDEN
    ),
    "one-cell-in-two-rows": lambda: hand_made(CELL_A1 + CELL_A1),
    "cell-in-a-cell": lambda: one_row('<c r="A1"><v>1</v><c r="B1"><v>2</v></c></c>'),
    "two-values-in-a-cell": lambda: one_row('<c r="A1"><v>1</v><v>2</v></c>'),
    "torn-strings": lambda: strings("<si><t>甲</t></si><si><t>乙"),
    "strings-in-another-encoding": lambda: strings("", '<?xml version="1.0" encoding="GBK"?>'),
}


def strings(entries: str, declaration: str = "") -> bytes:
    parts = workbook_parts('<row r="1"><c r="A1" t="s"><v>0</v></c></row>')
    table = entries or "<si><t>甲</t></si>"
    ending = "" if entries else "</sst>"
    parts[STRINGS] = f'{declaration}<sst xmlns="{MAIN}">{table}{ending}'
    return zipped(related(parts, "sharedStrings"))


@pytest.mark.parametrize("case", REFUSED)
def test_a_package_that_readers_understand_differently_is_refused(case, tmp_path):
    assert answered(REFUSED[case](), tmp_path) == Unreadable("DAMAGED")


def test_a_package_without_workbook_is_none(tmp_path):
    assert answered(without(BOOK), tmp_path) == Unreadable("NOT_WORKBOOK")


def test_a_bad_date_in_the_properties_concerns_nobody(tmp_path):
    bad = "<cp><dcterms:created xmlns:dcterms='x'>yesterday</dcterms:created></cp>"
    seen = answered(zipped(workbook_parts() | {"docProps/core.xml": bad}), tmp_path)
    assert isinstance(seen, Reading)
    assert seen.sheets[0].rows == (("甲",),)


def test_a_deeply_hidden_sheet_is_read_and_known_as_hidden():
    parts = workbook_parts()
    parts[BOOK] = str(parts[BOOK]).replace("<sheet ", '<sheet state="veryHidden" ')
    seen = first(zipped(parts))
    assert (seen.visible, seen.rows) == (False, (("甲",),))


# XML that is none


WRONG: dict[str, tuple[bytes, bytes]] = {
    "row-left-open": (b"</row>", b""),
    "cell-left-open": (b"</c>", b""),
    "value-left-open": (b"</v>", b""),
    "root-left-open": (b"</worksheet>", b""),
    "text-behind-the-root": (b"</worksheet>", b"</worksheet>more"),
    "second-root": (b"</worksheet>", b"</worksheet><x/>"),
    "value-closed-as-another": (b"</v>", b"</w>"),
    "cell-closed-as-another": (b"</c>", b"</C>"),
    "row-closed-as-another": (b"</row>", b"</rov>"),
    "root-closed-as-another": (b"</worksheet>", b"</worksheets>"),
    "not-utf8": ("甲".encode(), b"\xbc\xd7"),
    "half-a-character": ("甲".encode(), "甲".encode()[:-1]),
    "nul": (b"<v>", b"<v>\x00"),
    "bare-ampersand": (b"<v>", b"<v>&"),
    "unknown-entity": (b"<v>", b"<v>&nbsp;"),
    "attribute-without-quotes": (b'r="A1"', b"r=A1"),
    "one-attribute-twice": (b'r="A1"', b'r="A1" r="B1"'),
    "root-of-the-rows-gone": (b"<sheetData>", b"<shee>"),
    "tail-damaged": (b"</sheetData>", b"</sheetData><mergeCells>"),
    "unknown-encoding": (b"<worksheet", b'<?xml version="1.0" encoding="UT0F-8"?><worksheet'),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_sheet_that_is_no_xml_is_refused(case, tmp_path):
    right, wrong = WRONG[case]
    parts = workbook_parts()
    whole = str(parts[SHEET]).encode()
    damaged = whole.replace(right, wrong, 1)
    assert damaged != whole
    assert answered(zipped(parts | {SHEET: damaged}), tmp_path) == Unreadable("DAMAGED")


def test_bytes_that_are_no_text_are_refused_even_where_no_reader_looks(tmp_path):
    parts = workbook_parts('<row r="1"><c r="A1"><f>B1</f><v>7</v></c></row>')
    damaged = str(parts[SHEET]).encode().replace(b"B1", b"\xbc\xd7")
    assert answered(zipped(parts | {SHEET: damaged}), tmp_path) == Unreadable("DAMAGED")


@pytest.mark.parametrize("encoding", ["UT0F-8", "GBK"])
def test_an_encoding_that_the_parser_does_not_know_is_no_xml(encoding):
    assert not is_well_formed(f'<?xml version="1.0" encoding="{encoding}"?><a/>'.encode())


def test_a_column_filled_far_down_is_read_as_it_is():
    rows = "".join(f'<row r="{n}"><c r="AAA{n}"><v>{n}</v></c></row>' for n in range(1, 1_400))
    data = hand_made(rows)
    assert inspect(data, LIMITS).replaced[SHEET] == unzipped(data)[SHEET]
    assert first(data).rows[-1][-1] == "1399"


@pytest.mark.parametrize(
    ("right", "odd"),
    [
        ("</c></row>", "</c>text</row>"),
        ("</row>", '</row>text<c r="B1" t="str"><v>乙</v></c>'),
        ("</sheetData>", '</sheetData><c r="B1" t="str"><v>乙</v></c>'),
        ("</sheetData>", '</sheetData><sheetData><row r="1"><c r="B1"/></row></sheetData>'),
        ("<sheetData>", "<sheetData><?note 1?>"),
    ],
)
def test_a_sheet_of_strange_order_is_walked_and_loses_nothing(right, odd):
    parts = workbook_parts()
    data = zipped(parts | {SHEET: str(parts[SHEET]).replace(right, odd, 1)})
    assert inspect(data, LIMITS).replaced
    assert first(data).rows == (("甲", "乙") if "乙" in odd else ("甲",),)


def test_rows_outside_any_frame_are_not_lost():
    parts = workbook_parts()
    bare = re.sub("</?sheetData>", "", str(parts[SHEET]))
    assert first(zipped(parts | {SHEET: bare})).rows == (("甲",),)


def test_a_sheet_whose_frame_is_torn_is_no_empty_one(tmp_path):
    parts = workbook_parts()
    torn = re.sub("<sheetData>", "<shee", re.sub("</sheetData>", "", str(parts[SHEET])))
    assert answered(zipped(parts | {SHEET: torn}), tmp_path) == Unreadable("DAMAGED")


def damaged(part: bytes, turn: random.Random) -> bytes:
    """A part with one to two places deleted, doubled or overwritten."""
    whole = bytearray(part)
    for _ in range(turn.choice((1, 1, 2))):
        place, end = turn.randrange(len(whole)), turn.randrange(1, 7)
        other = turn.randrange(len(whole))
        sign = bytes([turn.choice(b"<>/\"'= &;cvr0A\xff\x00!")])
        whole[place : place + turn.choice((0, 0, 1, end))] = turn.choice(
            (sign, b"", bytes(whole[other : other + 40]))
        )
    return bytes(whole)


@pytest.mark.parametrize(
    "examples", [150, pytest.param(10_000, marks=pytest.mark.long)], ids=["few", "many"]
)
@pytest.mark.parametrize("name", [SHEET, STRINGS])
def test_nothing_that_is_no_xml_is_ever_read(name, examples, tmp_path):
    parts = unzipped(ordinary(4, 4))
    turn = random.Random(4)  # noqa: S311 - the same damage at every run
    refused = 0
    for _ in range(examples):
        part = damaged(parts[name], turn)
        if not is_well_formed(part):
            refused += 1
            seen = answered(zipped(parts | {name: part}, zipfile.ZIP_STORED), tmp_path)
            assert isinstance(seen, Unreadable), part
    assert refused > examples / 2


def test_an_empty_sheet_needs_no_walk():
    parts = workbook_parts()
    empty = str(parts[SHEET]).replace(f"<sheetData>{CELL_A1}</sheetData>", "<sheetData/>")
    data = zipped(parts | {SHEET: empty})
    assert (inspect(data, LIMITS).replaced, first(data).rows) == ({}, ())


# Order and place


def test_rows_and_cells_out_of_order_stand_where_they_say():
    later = '<row r="3"><c r="A3"><v>3</v></c></row>'
    mixed = '<row r="1"><c r="B1"><v>2</v></c><c r="A1"><v>1</v></c></row>'
    assert first(hand_made(later + mixed)).rows == (("1", "2"), (), ("3",))


def test_a_cell_of_another_row_stands_where_it_says():
    assert first(hand_made('<row r="1"><c r="B2"><v>2</v></c></row>')).rows == ((), ("", "2"))


# Text


@pytest.mark.parametrize("more", ["", HIDDEN])
@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("甲_x000D_乙", "甲\n乙"),
        ("甲_x000D_\n乙", "甲\n乙"),
        ("甲_x000d_乙", "甲\n乙"),
        ("甲&#13;&#10;乙", "甲\n乙"),
        ("甲_x000A_乙", "甲\n乙"),
        ("甲_x0000_乙", "甲乙"),
        ("甲_x005F_x000D_乙", "甲_x000D_乙"),
        (" 　甲\n乙 ", " 　甲\n乙 "),
        ("#N/A", "#N/A"),
        ("=1+1", "=1+1"),
    ],
)
def test_text_is_what_the_cell_shows(written, shown, more):
    row = texts(INLINE.format("A1", written) + f'<c r="B1" t="str"><v>{written}</v></c>', more)
    assert row[0] == shown
    assert row[1].strip() == shown.strip()


ODD_TEXTS = (
    "𠮷野家",  # Ext B
    "㐀㐁",  # Ext A
    "\U0002a700",  # Ext C
    "\ue863",  # private use
    "阿卜杜拉·买买提",
    "😀👨\u200d👩",
    "ｆｕｌｌ　ｗｉｄｔｈ（）",
    "①½ﬁ㎡",  # compatibility characters
    "e\u0301",  # not composed
    "长" * 32_767,
)


@pytest.mark.parametrize("text", ODD_TEXTS, ids=range(len(ODD_TEXTS)))
def test_text_travels_from_the_cell_to_the_reading_unchanged(text, tmp_path):
    seen = answered(one_row(INLINE.format("A1", text)), tmp_path)
    assert isinstance(seen, Reading)
    assert seen.sheets[0].rows == ((text,),)


@pytest.mark.parametrize("more", ["", HIDDEN])
def test_nested_rich_text_is_read_whole(more):
    nested = "<r><rPr/><t>甲</t></r><r><r><t>乙</t></r></r>"
    assert texts(f'<c r="A1" t="inlineStr"><is>{nested}</is></c>', more) == ("甲乙",)
    shared = strings(f"<si>{nested}</si></sst>")
    assert first(shared).rows == (("甲乙",),)


def test_a_text_with_the_apostrophe_of_a_clerk_has_none():
    look = '<c r="A1" s="1" t="str"><v>0012</v></c>'
    assert texts(look) == ("0012",)


# Numbers


@pytest.mark.parametrize(
    ("written", "given"),
    [
        ("441900199001011234", "441900199001011234"),
        ("-441900199001011234", "-441900199001011234"),
        ("6222021234567890", "6222021234567890"),
        ("4.41900199001011E+17", "441900199001011000"),
        ("1000000000000000", "1000000000000000"),
    ],
)
def test_a_number_of_more_than_15_digits_keeps_what_is_written_and_is_told(written, given):
    seen = first(one_row(f'<c r="A1"><v>{written}</v></c><c r="B1"><v>7</v></c>'))
    assert (seen.rows, seen.imprecise) == (((given, "7"),), ("A1",))


@pytest.mark.parametrize("written", ["999999999999999", "0.123456789012345", "13800138000"])
def test_a_number_of_15_digits_is_no_matter(written):
    seen = first(one_row(f'<c r="A1"><v>{written}</v></c>'))
    assert (seen.rows, seen.imprecise) == (((written,),), ())


@pytest.mark.parametrize("more", ["", HIDDEN])
@pytest.mark.parametrize(
    ("kept", "shown"),
    [
        ("0.30000000000000004", "0.3"),
        ("1.1000000000000001", "1.1"),
        ("-0.30000000000000004", "-0.3"),
        ("4.3499999999999996", "4.35"),
        ("123456789012.34567", "123456789012.346"),
    ],
)
def test_a_calculated_number_is_what_the_clerk_saw(kept, shown, more):
    """Excel shows 15 digits; what calculating leaves behind them nobody ever saw."""
    assert texts(f'<c r="A1"><v>{kept}</v></c>', more) == (shown,)


def test_a_long_number_is_told_where_the_guard_sees_no_cells():
    urn = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
    parts = unzipped(spreading(1, 1))
    long = f'office:value-type="float" xmlns:office="{urn}" office:value="6222021234567890"'
    content = parts["content.xml"].decode().replace('office:value-type="string"', long)
    parts["content.xml"] = content.encode()
    assert first(zipped(parts)).imprecise == ("A1",)


@pytest.mark.parametrize("written", ["twelve", "1,5", "+-5", "NaN", "INF", "0x10", "1E400", "1_0"])
def test_one_bad_number_is_told_as_text_and_costs_nothing_else(written):
    bad = f'<c r="A1"><v>{written}</v></c><c r="B1"><v>2</v></c>'
    assert texts(bad) == (written, "2")


@pytest.mark.parametrize("written", [" 5 ", "+5", "5.0", "05", "5E0"])
def test_a_number_in_an_unusual_spelling_is_that_number(written):
    assert texts(f'<c r="A1"><v>{written}</v></c>') == ("5",)


@pytest.mark.parametrize("more", ["", HIDDEN])
def test_booleans_are_words(more):
    cells = '<c r="A1" t="b"><v>1</v></c><c r="B1" t="b"><v>0</v></c>'
    assert texts(cells, more) == ("TRUE", "FALSE")


def test_a_share_is_a_number():
    data = styled('<row r="1"><c r="A1" s="0"><v>0.125</v></c></row>', [10])
    assert first(data).rows == (("0.125",),)


@pytest.mark.parametrize("more", ["", HIDDEN])
def test_a_code_shown_with_zeros_in_front_is_read_with_them(more):
    cells = (
        '<c r="A1" s="0"><v>123</v></c><c r="B1" s="1"><v>123</v></c>'
        '<c r="C1" s="0"><v>1.5</v></c><c r="D1" s="0" t="str"><v>12</v></c>'
        '<c r="E1" s="0"><v>-7</v></c><c r="F1" s="0"><v>1234567</v></c>'
        '<c r="G1" s="1"><v>123</v></c>'
    )
    row = f'<row r="1"{more}>{cells}</row>'
    seen = first(styled(row, ["000000", 0]))
    assert seen.rows == (("000123", "123", "1.5", "12", "-000007", "1234567", "123"),)


def test_only_formats_of_zeros_alone_pad_a_number():
    formats: list[int | str] = ["0", "0.00", "#,##000", "000-000", "000000;@"]
    cells = "".join(
        f'<c r="{letters(number)}1" s="{number}"><v>12</v></c>' for number in range(len(formats))
    )
    assert first(styled(f'<row r="1">{cells}</row>', formats)).rows == (("12",) * len(formats),)


def test_a_code_of_an_old_workbook_is_read_with_its_zeros():
    target, book = BytesIO(), xlwt.Workbook()
    sheet = book.add_sheet("表")
    for column, code in enumerate(("000000", "General")):
        sheet.write(0, column, 123, xlwt.easyxf(num_format_str=code))
    book.save(target)
    assert first(target.getvalue()).rows == (("000123", "123"),)


# Dates

DATE_FORMATS: list[int | str] = [
    *(14, 22, 27, 30, 31, 36, 50, 57, 58),
    'yyyy"年"m"月"d"日"',
    "[$-804]yyyy年m月d日;@",
    "yyyy/m/d;@",
    "[DBNum1][$-804]yyyy年m月d日",
]


def dated(value: str, formats: list[int | str], properties: str = "") -> tuple[str, ...]:
    cells = "".join(
        f'<c r="{letters(number)}1" s="{number}"><v>{value}</v></c>'
        for number in range(len(formats))
    )
    return first(styled(f'<row r="1">{cells}</row>', formats, properties=properties)).rows[0]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("40804", "2011-09-18"),
        ("40804.604166666664", "2011-09-18 14:30:00"),
        ("1", "1900-01-01"),
        ("59", "1900-02-28"),
        ("61", "1900-03-01"),
        ("0.25", "06:00:00"),
        ("2958465", "9999-12-31"),
        ("2958466", "2958466"),
    ],
)
def test_a_date_is_the_day_excel_shows_whatever_its_format(value, text):
    assert dated(value, DATE_FORMATS) == (text,) * len(DATE_FORMATS)


def test_a_negative_date_which_excel_shows_as_hashes_stays_a_number():
    assert dated("-1.50", [14, "0.00", 0]) == ("-1.5",) * 3


@pytest.mark.parametrize("form", [0, 1, 2, 3, 9, 11, "0.00_);[Red]-0.00", '0"日"', '"D"0', "@"])
def test_a_number_that_is_no_date_stays_one(form):
    assert dated("40804", [form]) == ("40804",)


def test_the_calendar_that_begins_in_1904_is_followed():
    assert dated("39342", [14], '<workbookPr date1904="1"/>') == ("2011-09-18",)


def test_every_minute_of_a_day_is_that_minute():
    """A time is a fraction of a day in the file: 08:05 must not come as 08:04:59."""
    minutes = range(24 * 60)
    rows = "".join(
        f'<row r="{n + 1}"><c r="A{n + 1}" s="0"><v>{n / 1440!r}</v></c>'
        f'<c r="B{n + 1}" s="0"><v>{40804 + n / 1440!r}</v></c></row>'
        for n in minutes
    )
    start = dt.datetime(2011, 9, 18)  # noqa: DTZ001 - a cell has no zone
    expected = [(start + dt.timedelta(minutes=n)).isoformat(sep=" ") for n in minutes]
    seen = first(styled(rows, [22])).rows
    assert [row[0] for row in seen] == [moment.split(" ")[1] for moment in expected]
    assert [row[1] for row in seen[1:]] == expected[1:]


def test_a_date_written_as_text_by_the_standard_is_read():
    cells = '<c r="A1" t="d"><v>2011-09-18</v></c><c r="B1" t="d"><v>2011-09-18T08:05:00</v></c>'
    assert texts(cells) == ("2011-09-18", "2011-09-18 08:05:00")


# Formulas


@pytest.mark.parametrize(
    "formula",
    [
        '<f t="shared" ref="A1:A2" si="0">B1</f>',
        '<f t="array" ref="A1:A2">B1:B2</f>',
        "<f>B1&amp;C1</f>",
    ],
)
def test_a_formula_without_a_value_is_told_of_every_kind(formula):
    assert first(one_row(f'<c r="A1">{formula}</c>')).unvalued == ("A1",)


@pytest.mark.parametrize("value", ["<v></v>", "<v/>"])
def test_a_formula_whose_result_is_an_empty_text_has_a_value(value):
    seen = first(one_row(f'<c r="A1" t="str"><f>""</f>{value}</c><c r="B1"><v>1</v></c>'))
    assert (seen.unvalued, seen.rows) == ((), (("", "1"),))


# Merged ranges


def test_ranges_that_lie_apart_are_all_kept():
    merges = ("A1:B2", "C1:D1", "A3:D3", "E1:E9", "F1", "A4:B9", "C4:D9")
    apart, shared = split(merges)
    assert (len(apart), shared) == (7, ())


@pytest.mark.parametrize(
    ("merges", "common"),
    [
        (("A1:B2", "B2:C3"), (1, 1, 1, 1)),
        (("A1:F9", "C3:C4"), (2, 2, 3, 2)),
        (("B1:B9", "A5:C5"), (4, 1, 4, 1)),
        (("A1:B2", "A1:B2", "B1:C1"), (0, 1, 0, 1)),
    ],
)
def test_ranges_that_overlap_are_found(merges, common):
    assert split(merges)[1] == (common,)


def test_ranges_are_judged_as_every_pair_would_be():
    turn = random.Random(11)  # noqa: S311 - the same ranges at every run
    for _ in range(300):
        merges = tuple(area(turn) for _ in range(turn.randrange(1, 7)))
        cells = [cells_of(merge) for merge in set(merges)]
        apart = all(not one & other for n, one in enumerate(cells) for other in cells[:n])
        assert (split(merges)[1] == ()) is apart, merges


def area(turn: random.Random) -> str:
    top, left = turn.randrange(1, 9), turn.randrange(9)
    bottom, right = top + turn.randrange(3), left + turn.randrange(3)
    return f"{letters(left)}{top}:{letters(right)}{bottom}"


def cells_of(merge: str) -> set[tuple[int, int]]:
    found = re.findall(r"([A-Z])(\d+)", merge)
    (left, top), (right, bottom) = [(ord(column), int(row)) for column, row in found]
    return {(r, c) for r in range(top, bottom + 1) for c in range(left, right + 1)}


@pytest.mark.long
def test_many_large_ranges_cost_a_moment():
    merges = tuple(f"{letters(n)}1:{letters(n)}1048576" for n in range(10_000))
    found = Sheet("表", visible=True, rows=(("甲",) * 9,), merges=(*merges, "A1:XFD1048576"))
    assert len(split(found.merges)[1]) == 1
    assert list(covered(found)) == []


ABOVE = (("预算科风险防控表",), ("填报单位", "预算科"), ())
TOP = len(ABOVE) + 1
TABLE, INFO = FORM.table, FORM.section("info")


def told(*rows, **more) -> list[tuple[str, str, str]]:
    found = sheet(*ABOVE, HEAD, *rows, **more)
    match = match_table(TABLE, found)
    assert match
    findings = extract_table(TABLE, found, match).findings
    return [(finding.code, finding.place.cell, finding.value) for finding in findings]


def test_a_cell_under_two_merged_ranges_must_be_mended():
    column, next_ = (letters(KEYS.index("power_matter") + step) for step in (0, 1))
    merges = (f"{column}{TOP + 1}:{column}{TOP + 2}", f"{column}{TOP + 2}:{next_}{TOP + 2}")
    assert told(record(), record(power_matter=""), merges=merges) == [
        ("F220", cell(TOP + 1, "power_matter"), "")
    ]


def test_what_stands_under_a_merged_range_is_read_and_told_as_hidden():
    column = letters(KEYS.index("power_matter"))
    rows = [record(power_matter="甲"), record(power_matter="乙")]
    merges = (f"{column}{TOP + 1}:{column}{TOP + 2}",)
    assert told(*rows, merges=merges) == [("F103", "", f"{column}{TOP + 2}格")]


def test_a_number_that_may_have_lost_digits_is_asked_about():
    place = cell(TOP, "power_matter")
    assert told(record(), imprecise=(place, "AZ99")) == [("F223", place, "")]


def test_a_card_tells_of_overlapping_ranges_and_long_numbers():
    found = sheet(
        ("填报单位", "预算科"),
        ("集体讨论日期", "2011-9-1"),
        merges=("B2:C2", "B2:B3"),
        imprecise=("B2",),
    )
    findings = extract_card(INFO, found, 9).findings
    assert [(each.code, each.place.cell) for each in findings] == [("F223", "B2"), ("F220", "B2")]


# Other writers


def test_what_openpyxl_leaves_as_an_escape_is_read_as_the_character():
    target, book = BytesIO(), openpyxl.Workbook()
    book.active["A1"] = "甲_x000D_乙"
    book.save(target)
    assert first(target.getvalue()).rows == (("甲\n乙",),)
