"""Two readers, one truth: what we read of a workbook is what openpyxl and xlrd find in it."""

from __future__ import annotations

import datetime as dt
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
import xlrd
import xlsxwriter
import xlwt
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.reading.guard import inspect
from pipeline.reading.limits import Limits
from pipeline.workbook.reader import read, text_of

LIMITS = Limits()
ROOT = Path(__file__).parents[1]
# Controls are no characters of XML; openpyxl leaves _x000D_ as it stands, so it cannot judge it.
CHARACTERS = st.characters(min_codepoint=32, max_codepoint=0x3FFFF, exclude_categories=("Cs", "Cc"))
TEXTS = st.one_of(
    st.text(CHARACTERS, min_size=1, max_size=12),
    st.sampled_from(
        ("𠮷", "㐀", "\ue863", "阿·买提", "😀", " 　甲\n乙 ", "0012", "=1+1", "#N/A", "TRUE")
    ),
).filter(lambda text: "_x" not in text and "\ufffe" not in text and "\uffff" not in text)
MOMENTS = st.datetimes(dt.datetime(1900, 3, 2), dt.datetime(2100, 1, 1))  # noqa: DTZ001 - a cell has no zone
VALUES = st.one_of(
    TEXTS,
    st.integers(-(10**14), 10**14),
    st.floats(-1e12, 1e12).map(lambda number: float(f"{number:.15g}")),
    st.booleans(),
    MOMENTS.map(lambda moment: moment.replace(microsecond=0)),
    MOMENTS.map(lambda moment: moment.date()),
    st.times().map(lambda time: time.replace(microsecond=0)),
)
PLACES = st.tuples(st.integers(0, 40), st.integers(0, 12))
SHEETS = st.lists(st.dictionaries(PLACES, VALUES, max_size=10), min_size=1, max_size=3)


def ours(data):
    """Every cell that holds something, by sheet and place counted from 1."""
    return [
        {
            (row, column): text
            for row, cells in enumerate(sheet.rows, 1)
            for column, text in enumerate(cells, 1)
            if text
        }
        for sheet in read(data, inspect(data, LIMITS)).sheets
    ]


def openpyxls(data):
    book = openpyxl.load_workbook(BytesIO(data), data_only=True)
    return [
        {
            (cell.row, cell.column): canonical(cell.value)
            for row in sheet.iter_rows()
            for cell in row
            if cell.value not in {None, ""}
        }
        for sheet in book.worksheets
    ]


def canonical(value):
    """Known difference: openpyxl has a moment where calamine has a day, at midnight."""
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        return text_of(value.date())
    return text_of(value)


def of_openpyxl(sheets):
    book, target = openpyxl.Workbook(), BytesIO()
    book.remove(book.worksheets[0])
    for cells in sheets:
        sheet = book.create_sheet()
        for (row, column), value in cells.items():
            cell = sheet.cell(row + 1, column + 1)
            cell.value = value
            if isinstance(value, str):
                cell.data_type = "s"
    book.save(target)
    return target.getvalue()


def of_xlsxwriter(sheets, *, hidden, merged):
    target = BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        looks = {
            kind: book.add_format({"num_format": code})
            for kind, code in (
                (dt.datetime, "yyyy/m/d hh:mm:ss"),
                (dt.date, 'yyyy"年"m"月"d"日"'),
                (dt.time, "hh:mm:ss"),
            )
        }
        for cells in sheets:
            sheet = book.add_worksheet()
            for place, value in cells.items():
                _write(sheet, place, value, looks)
            for row in hidden:
                sheet.set_row(row, None, None, {"hidden": True})
            if merged:
                sheet.merge_range(50, 0, 51, 2, "合并")
    return target.getvalue()


def _write(sheet, place, value, looks):
    if isinstance(value, str):
        sheet.write_string(*place, value)
    elif isinstance(value, bool):
        sheet.write_boolean(*place, value)
    elif isinstance(value, int):  # a formula with its result, as an office program saves it
        sheet.write_formula(*place, f"={value}+0", None, value)
    elif isinstance(value, float):
        sheet.write_number(*place, value)
    else:
        sheet.write_datetime(*place, value, looks[type(value)])


LENGTHS = pytest.mark.parametrize(
    "examples", [25, pytest.param(5_000, marks=pytest.mark.long)], ids=["few", "many"]
)


def repeated(strategy, examples, check):
    settings(max_examples=examples, suppress_health_check=list(HealthCheck))(
        given(strategy)(check)
    )()


@LENGTHS
def test_what_openpyxl_writes_we_read_as_openpyxl_does(examples):
    def check(sheets):
        data = of_openpyxl(sheets)
        assert ours(data) == openpyxls(data)

    repeated(SHEETS, examples, check)


@LENGTHS
def test_what_xlsxwriter_writes_we_read_as_openpyxl_does(examples):
    def check(drawn):
        sheets, hidden, merged = drawn
        data = of_xlsxwriter(sheets, hidden=hidden, merged=merged)
        assert ours(data) == openpyxls(data)

    hidden = st.lists(st.integers(0, 40), max_size=2)
    repeated(st.tuples(SHEETS, hidden, st.booleans()), examples, check)


@LENGTHS
def test_what_xlwt_writes_we_read_as_xlrd_does(examples):
    values = st.one_of(TEXTS, st.floats(-1e12, 1e12), st.booleans(), MOMENTS)

    def check(cells):
        data = of_xlwt(cells)
        assert ours(data) == [xlrds(data)]

    repeated(st.dictionaries(PLACES, values, min_size=1, max_size=10), examples, check)


def of_xlwt(cells):
    book, target = xlwt.Workbook(), BytesIO()
    sheet = book.add_sheet("表")
    moment = xlwt.easyxf(num_format_str="yyyy/m/d hh:mm:ss")
    for place, value in cells.items():
        if isinstance(value, dt.datetime):
            sheet.write(*place, value.replace(microsecond=0), moment)
        else:
            sheet.write(*place, value)
    book.save(target)
    return target.getvalue()


def xlrds(data):
    book = xlrd.open_workbook(file_contents=data)
    sheet = book.sheet_by_index(0)
    return {
        (row + 1, column + 1): _of_xlrd(sheet.cell(row, column), book.datemode)
        for row in range(sheet.nrows)
        for column in range(sheet.ncols)
        if sheet.cell_type(row, column) not in {xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK}
    }


def _of_xlrd(cell, mode):
    if cell.ctype == xlrd.XL_CELL_DATE:
        return canonical(xlrd.xldate_as_datetime(cell.value, mode))
    return text_of(bool(cell.value) if cell.ctype == xlrd.XL_CELL_BOOLEAN else cell.value)


@pytest.mark.parametrize("path", sorted(ROOT.glob("templates/xlsx/**/*.xlsx")), ids=str)
def test_every_specimen_reads_alike(path):
    data = path.read_bytes()
    assert ours(data) == openpyxls(data)


@pytest.mark.usefixtures("bureau")
def test_a_filled_form_reads_alike(returned):
    data = returned("风险点\n收入不入账")
    found, expected = ours(data), openpyxls(data)
    assert found == expected
    assert any(found)
