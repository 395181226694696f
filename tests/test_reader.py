"""The reader: every cell as canonical text at its own address, whatever the package looks like."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
import zipfile
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.styles import Color, PatternFill
from packages import CELL_A1, MAIN, hand_made, ordinary, spreading, workbook_parts, zipped

from pipeline.model import Reading
from pipeline.reading.codec import decode, encode
from pipeline.reading.guard import inspect
from pipeline.reading.limits import Limits
from pipeline.reading.worksheet import rewrite
from pipeline.workbook.reader import Inspection, read, text_of

moment = dt.datetime.fromisoformat
LIMITS = Limits()
SHEET = "xl/worksheets/sheet1.xml"
TEXTS = st.text(st.characters(min_codepoint=32, exclude_categories=("Cs", "Cc")), max_size=12)
VALUES = st.one_of(
    TEXTS,
    st.integers(-(10**9), 10**9),
    st.floats(-1e12, 1e12),
    st.booleans(),
    st.datetimes(moment("1990-01-01"), moment("2050-01-01")).map(
        lambda value: value.replace(microsecond=0)
    ),
)


def reading(data):
    return read(data, inspect(data, LIMITS))


def first(data):
    return reading(data).sheets[0]


def of_openpyxl(cells, *, save=lambda _book: None):
    target, book = BytesIO(), openpyxl.Workbook()
    for address, value in cells.items():
        book.active[address] = value
    save(book)
    book.save(target)
    return target.getvalue()


def test_values_become_canonical_text():
    data = of_openpyxl(
        {
            "A1": 30,
            "B1": 0.1,
            "C1": moment("2011-09-18"),
            "D1": moment("2011-09-18 14:30"),
            "E1": dt.time(8, 5),
            "F1": dt.timedelta(hours=26, minutes=3),
            "G1": True,
            "H1": "007",
            "I1": " 　甲\n乙 ",
            "J1": -2.5,
        }
    )
    assert first(data).rows == (
        (
            "30",
            "0.1",
            "2011-09-18",
            "2011-09-18 14:30:00",
            "08:05:00",
            "26:03:00",
            "TRUE",
            "007",
            " 　甲\n乙 ",
            "-2.5",
        ),
    )


def test_a_long_number_never_becomes_an_exponent():
    text = first(hand_made('<row r="1"><c r="A1"><v>441900199001011234</v></c></row>')).rows[0][0]
    assert text.isdecimal()
    assert len(text) == 18


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_keeps_its_value_as_text(value):
    """But for what calculating left behind the 15th digit, which Excel shows nobody."""
    assert float(text_of(value)) == (float(f"{value:.15g}") if value % 1 else value)
    assert text_of(value) != "-0"


def test_every_sheet_comes_with_its_visibility_merges_and_stamps():
    seen = reading(ordinary())
    assert [(sheet.name, sheet.visible) for sheet in seen.sheets] == [
        ("附表1", True),
        ("_meta", False),
    ]
    assert seen.sheets[0].merges == ("A1:D1",)
    assert seen.sheets[0].rows[30][:2] == ("30", "第29行 第1列")
    assert (seen.kind, seen.properties["yg_form"]) == ("xlsx", "F1")


def test_rows_begin_at_a1_and_trailing_blanks_are_cut():
    data = of_openpyxl({"C3": "甲", "E9": " ", "F9": ""})
    assert first(data).rows == ((), (), ("", "", "甲"), (), (), (), (), (), ("", "", "", "", " "))


def test_a_wrong_dimension_hides_nothing():
    rows = "".join(f'<row r="{n}"><c r="E{n}" t="str"><v>乙</v></c></row>' for n in range(1, 40))
    assert len(first(hand_made(rows, around='<dimension ref="A1"/>{}')).rows) == 39


@pytest.mark.parametrize("typed", ["١٢", "1_000", "0x1F", "1,5", "甲"])
def test_what_python_takes_for_a_number_and_calamine_does_not_is_a_text(typed):
    rows = f'<row r="1"><c r="A1" t="e"><v>#N/A</v></c><c r="B1"><v>{typed}</v></c></row>'
    (sheet,) = reading(hand_made(rows)).sheets
    assert sheet.rows == (("", typed),)


def test_an_error_cell_and_an_unknown_error_leave_the_rest_readable():
    rows = '<row r="1"><c r="A1" t="e"><v>#BOGUS!</v></c><c r="B1"><v>2</v></c></row>'
    sheet = first(hand_made(rows))
    assert (sheet.rows, sheet.errors) == ((("", "2"),), {"A1": "#BOGUS!"})


def test_a_formula_without_value_is_blank_and_told():
    sheet = first(of_openpyxl({"A1": "=1+1", "B1": "x"}))
    assert (sheet.rows, sheet.unvalued) == ((("", "x"),), ("A1",))


def test_hidden_rows_and_columns_are_read_and_told():
    def hide(book):
        book.active.row_dimensions[2].hidden = True
        book.active.column_dimensions["B"].hidden = True

    sheet = first(of_openpyxl({"A1": "甲", "A2": "乙", "B1": "丙"}, save=hide))
    assert (sheet.rows, sheet.hidden_rows, sheet.hidden_columns) == (
        (("甲", "丙"), ("乙",)),
        (2,),
        (2,),
    )


def test_merges_survive_a_part_written_anew():
    def hide(book):
        book.active.merge_cells("A1:B2")
        book.active.row_dimensions[3].hidden = True

    assert first(of_openpyxl({"A1": "甲", "A3": "乙"}, save=hide)).merges == ("A1:B2",)


@pytest.mark.parametrize("corner", ["A1048576", "XFD1048576", "XFD7"])
def test_a_far_cell_is_listed_and_the_block_stays_small(corner):
    row = corner.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    far = f'<row r="{row}"><c r="{corner}" t="str"><v>远</v></c></row>'
    sheet = first(hand_made(CELL_A1 + far))
    assert (sheet.rows[0][0], sheet.rows[-1][-1] if not sheet.far else sheet.far[corner]) == (
        "甲",
        "远",
    )
    assert sum(map(len, sheet.rows)) < 100_000


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="the peak is told by Linux only")
def test_far_cells_take_no_memory():
    code = (
        "from packages import CELL_A1, hand_made\n"
        "from pipeline.reading.guard import inspect\n"
        "from pipeline.reading.limits import Limits\n"
        "from pipeline.workbook.reader import read\n"
        'far = \'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>\'\n'
        "data = hand_made(CELL_A1 + far)\n"
        "print(read(data, inspect(data, Limits())).sheets[0].far)\n"
        "print(open('/proc/self/status').read().split('VmHWM:')[1].split()[0])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(__file__).parent,
        check=True,
        capture_output=True,
        text=True,
    )
    far, peak = done.stdout.splitlines()
    assert far == "{'XFD1048576': '1'}"
    assert int(peak) < 100 * 1024


def test_a_block_that_begins_low_is_not_far():
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in range(1_500, 1_510))
    assert first(hand_made(rows)).rows[1_499] == ("1500",)


def test_strict_workbooks_are_read():
    strict = "http://purl.oclc.org/ooxml/"
    parts = {
        name: str(part)
        .replace(
            "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
            strict + "spreadsheetml/main",
        )
        .replace(
            "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
            strict + "officeDocument/relationships",
        )
        for name, part in workbook_parts().items()
    }
    assert first(zipped(parts)).rows == (("甲",),)


@pytest.mark.parametrize("part", [SHEET, "xl/workbook.xml", "xl/_rels/workbook.xml.rels"])
def test_a_part_in_utf16_is_read(part):
    parts = workbook_parts()
    parts[part] = ('<?xml version="1.0" encoding="UTF-16"?>' + str(parts[part])).encode("utf-16")
    assert first(zipped(parts)).rows == (("甲",),)


def test_cells_without_addresses_are_counted_on():
    sheet = (
        f'<worksheet xmlns="{MAIN}"><sheetData><row><c t="str"><v>甲</v></c>'
        '<c t="str"><v>乙</v></c></row><row r="3"><c/><c t="str"><v>丙</v></c></row>'
        "</sheetData></worksheet>"
    )
    data = zipped(workbook_parts() | {SHEET: sheet})
    assert first(data).rows == (("甲", "乙"), (), ("", "丙"))


def test_an_ods_is_read_by_its_bytes():
    seen = reading(spreading(2, 2))
    assert (seen.kind, seen.sheets[0].rows) == ("ods", (("甲", "甲"), ("甲", "甲")))


def test_rich_text_is_joined_and_phonetics_left_out():
    rows = (
        '<row r="1" hidden="1"><c r="A1" t="inlineStr"><is><r><t>甲</t></r><r><t> 乙</t></r>'
        '<rPh sb="0" eb="1"><t>yi</t></rPh></is></c></row>'
    )
    assert first(hand_made(rows)).rows == (("甲 乙",),)


def test_a_chart_sheet_is_passed_over():
    target = BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        chart = book.add_chart({"type": "column"})
        chart.add_series({"values": "=数!$A$1:$A$2"})
        book.add_chartsheet("图").set_chart(chart)
        sheet = book.add_worksheet("数")
        sheet.write_number(0, 0, 5)
        sheet.set_row(0, None, None, {"hidden": True})
    seen = reading(target.getvalue()).sheets
    assert [(each.name, each.rows, each.hidden_rows) for each in seen] == [("数", (("5",),), (1,))]


@pytest.mark.long
@settings(deadline=None, max_examples=60)
@given(
    st.dictionaries(
        st.tuples(st.integers(1, 12), st.integers(1, 9)), VALUES, min_size=1, max_size=12
    )
)
def test_a_part_written_anew_reads_like_the_original(cells):
    book, target = openpyxl.Workbook(), BytesIO()
    for (row, column), value in cells.items():
        cell = book.active.cell(row, column)
        cell.value = value
        if isinstance(value, str):
            cell.data_type = "s"
    book.save(target)
    data = target.getvalue()
    with zipfile.ZipFile(target) as package:
        facts, part = rewrite(package.read(SHEET), LIMITS)
    anew = Inspection(kind="xlsx", sheets=(facts,), replaced={SHEET: part})
    assert read(data, anew) == read(data, Inspection(kind="xlsx"))


# Fills


def painted(*fills):
    """Return a workbook with an empty cell below each other in each fill, and a filled one."""
    book = openpyxl.Workbook()
    for row, fill in enumerate(fills, 1):
        book.active.cell(row, 2).fill = fill
        book.active.cell(row, 1, f"第{row}行").fill = fill
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def read_with(data, limits):
    return read(data, inspect(data, limits)).sheets[0]


def test_fills_of_empty_cells_are_read_only_where_that_is_wanted():
    data = painted(PatternFill("solid", "FFFF0000"), PatternFill("solid", "00ffc000"))
    assert read_with(data, Limits(fills=True)).fills == {"B1": "FF0000", "B2": "FFC000"}
    assert read_with(data, LIMITS).fills == {}


def test_patterns_themes_and_numbered_colours_are_no_known_fills():
    numbered = PatternFill("solid", fgColor=Color(indexed=10))
    theme = PatternFill("solid", fgColor=Color(theme=5))
    data = painted(PatternFill("gray125"), numbered, theme, PatternFill())
    assert read_with(data, Limits(fills=True)).fills == {}


def test_fills_travel_as_json():
    found = read_with(painted(PatternFill("solid", "FFFFFF00")), Limits(fills=True))
    outcome = Reading("xlsx", (found,))
    assert decode(encode(outcome)) == outcome


def test_a_workbook_without_styles_has_no_fills():
    assert read_with(ordinary(), Limits(fills=True)).fills == {}
