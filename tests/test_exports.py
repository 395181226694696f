"""Tables for other programs: fields that nothing calculates, promises that the rows keep."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from office import opened_csv
from openpyxl import load_workbook

from pipeline.exports import Column, Package, Reference, Resource, column_of, package_files
from pipeline.exports.text_files import csv_file, guarded, json_file, unguarded
from pipeline.forms import FORMS, tailor
from pipeline.frames import pd
from pipeline.settings import default_text, parse

PACKAGE = Package("档案", "内部资料。", date(2011, 9, 20), "1.0")
TRIGGERS = "=+-@＝＋－＠"
PROBES = (
    *(f"{trigger}1+1" for trigger in TRIGGERS),
    *(f"{blank}=1" for blank in (" ", "\u3000", "\t", "\r", "\n", "\ufeff", "\u200b")),
    *(f"甲{mark}{blank}@SUM(A1)" for mark in ",;|\t\r\n" for blank in ("", " ", "\u3000")),
    "\t甲",
    "\r甲",
    "'甲",
    "'=1",
    "甲;'=1",
    "甲;''=1",
    "=cmd|' /C calc'!A0",
)
HARMLESS = ("", "甲", "A-B", "1.双人复核", "2011-09-20", "50%", "甲 - 乙", "a@b.cn", "1＋1＝2")


def one_column(*values, **said):
    return Resource("t", "表", (Column("value", "值", **said),), [(value,) for value in values])


def fields(data):
    """Return the cells of a csv below its header, by the rules of RFC 4180."""
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    return [row[0] for row in rows[1:]]


# csv


@pytest.mark.parametrize("probe", PROBES)
def test_what_a_spreadsheet_would_calculate_is_guarded(probe):
    assert guarded(probe).startswith("'")
    assert unguarded(guarded(probe)) == probe


@pytest.mark.parametrize("text", HARMLESS)
def test_a_harmless_text_stays_as_it_is(text):
    assert guarded(text) == text


MARKS = st.sampled_from("=+-@＝＋－＠'\"甲1a ,;|\t\r\n\u3000\ufeff")
ANY = st.characters(exclude_categories=["Cs"])


@given(st.text(alphabet=MARKS, max_size=12))
def test_no_program_that_parts_cells_elsewhere_begins_one_with_a_trigger(text):
    pieces = re.split(r"[,;|\t\r\n]", guarded(text))
    assert [piece for piece in pieces if piece.strip(" \u3000\ufeff")[:1] in {*TRIGGERS}] == []


@given(st.lists(st.text(alphabet=MARKS | ANY, max_size=20)))
def test_every_text_comes_back_out_of_a_csv(texts):
    assert [unguarded(field) for field in fields(csv_file(one_column(*texts)))] == texts


def test_a_csv_has_the_mark_of_excel_and_the_line_ends_of_the_standard():
    data = csv_file(one_column("甲\n乙", '说"是"', "a,b"))
    assert data == '\ufeffvalue\r\n"甲\n乙"\r\n"说""是"""\r\n"a,b"\r\n'.encode()


@pytest.mark.office
@pytest.mark.parametrize("parted_at", ["44", "59/44/9/124"], ids=["commas", "any mark"])
def test_an_office_program_calculates_nothing(tmp_path, parted_at):
    plain = "\r\n".join(["value", *(f'"{probe}"' for probe in PROBES)]).encode()
    guarded_ = csv_file(one_column(*PROBES))
    assert formulas(plain, tmp_path / "plain", parted_at), "the program would, so this proves it"
    assert formulas(guarded_, tmp_path / "guarded", parted_at) == []


def formulas(data, folder, parted_at):
    book = load_workbook(io.BytesIO(opened_csv(data, folder, parted_at)))
    return [cell.value for row in book.active.iter_rows() for cell in row if cell.data_type == "f"]


def test_a_number_below_nought_is_a_number():
    assert fields(csv_file(one_column(-5, type="integer"))) == ["-5"]


def test_moments_are_told_in_shanghai_and_days_as_days():
    moment = datetime(2011, 9, 13, 16, 30, 1, 999, tzinfo=UTC)
    table = Resource("t", "", (Column("at", ""), Column("on", "")), [(moment, date(2011, 9, 14))])
    assert b"2011-09-14T00:30:01+08:00,2011-09-14" in csv_file(table)


# json


def test_json_keeps_numbers_words_and_the_order_of_columns():
    columns = (Column("b", ""), Column("a", "", "integer"), Column("c", "", "date"))
    data = json_file(Resource("t", "", columns, [("=甲", 3, None)]))
    assert "甲".encode() in data
    assert [list(record.items()) for record in json.loads(data)] == [
        [("b", "=甲"), ("a", 3), ("c", None)]
    ]


# Promises


@pytest.mark.parametrize(
    ("type_", "values", "told", "kept"),
    [
        ("integer", ["3", ""], "integer", [3, None]),
        ("integer", ["3", "三"], "string", ["3", "三"]),
        ("integer", ["1_0"], "string", ["1_0"]),
        ("date", ["2011-09-20", ""], "date", [date(2011, 9, 20), None]),
        ("date", ["2011-W37-2"], "string", ["2011-W37-2"]),
        ("date", ["9月底", None], "string", ["9月底", ""]),
        ("string", [None, "甲"], "string", ["", "甲"]),
    ],
)
def test_a_value_that_is_none_of_its_type_makes_the_column_text_and_is_kept(
    type_, values, told, kept
):
    fitted = one_column(*values, type=type_).fitted
    assert (fitted.columns[0].type, [row[0] for row in fitted.rows]) == (told, kept)


def test_only_what_holds_is_promised():
    words = {"options": ("甲", "乙"), "required": True}
    held, broken = one_column("甲", **words).fitted, one_column("丙", "", **words).fitted
    assert (held.columns[0].options, held.columns[0].required) == (("甲", "乙"), True)
    assert (broken.columns[0].options, broken.columns[0].required) == ((), False)


def test_an_empty_table_keeps_its_columns():
    files = package_files(PACKAGE, [one_column(type="integer")], "csv")
    assert files["t.csv"].decode("utf-8-sig") == "value\r\n"


def test_a_form_declares_its_columns_itself():
    settings = parse(default_text(year=2011, bureau="某局").encode())
    form = tailor(FORMS[0], settings)
    told = {field.key: column_of(field, {"screening": "排查"}) for field in form.table.fields}
    level = form.table.field(form.roles.level)
    assert (told[level.key].title, told[level.key].note) == (level.header, level.hint)
    assert told[level.key].options == settings.levels.names
    assert told[level.key].since == "排查"
    assert (told["seq"].type, told["due_date"].type) == ("integer", "date")
    assert told["process_step"].options == (), "a list that only helps is no promise"


def test_the_description_is_of_the_day_and_of_nothing_else():
    table = Resource(
        "t",
        "表",
        (Column("a", "甲", required=True), Column("b", "乙", options=("x",))),
        [("1", "x")],
        ("a",),
        (Reference(("b",), "other", ("c",)),),
    )
    files = package_files(PACKAGE, [table], "csv")
    assert files == package_files(PACKAGE, [table], "csv")
    assert list(files) == ["t.csv", "datapackage.json"]
    told = json.loads(files["datapackage.json"])
    assert (told["asOf"], told["program"]) == ("2011-09-20", "yigang 1.0")
    (resource,) = told["resources"]
    assert resource["schema"]["primaryKey"] == ["a"]
    assert resource["schema"]["foreignKeys"][0]["reference"] == {
        "resource": "other",
        "fields": ["c"],
    }
    assert resource["schema"]["fields"][1]["constraints"] == {"enum": ["x"]}
    assert "'" in told["description"], "how a guarded field is undone"


# parquet


@pytest.mark.parquet
def test_parquet_holds_the_same_values():
    from pyarrow import parquet  # noqa: PLC0415 - the extra

    moment = datetime(2011, 9, 13, 16, 30, 1, 999, tzinfo=UTC)
    columns = (
        Column("a", ""),
        Column("b", "", "integer"),
        Column("c", "", "date"),
        Column("d", "", "datetime"),
    )
    rows = [("=1", 3, date(2011, 9, 20), moment), ("", None, None, None)]
    table = Resource("t", "", columns, rows)
    data = package_files(PACKAGE, [table], "parquet")["t.parquet"]
    assert data == package_files(PACKAGE, [table], "parquet")["t.parquet"]
    read = parquet.read_table(io.BytesIO(data)).to_pylist()
    assert read == [
        {"a": "=1", "b": 3, "c": date(2011, 9, 20), "d": moment.replace(microsecond=0)},
        {"a": "", "b": None, "c": None, "d": None},
    ]


@pytest.mark.parquet
def test_an_empty_table_can_be_parquet():
    from pyarrow import parquet  # noqa: PLC0415

    data = package_files(PACKAGE, [one_column(type="integer")], "parquet")["t.parquet"]
    assert parquet.read_table(io.BytesIO(data)).schema.names == ["value"]


def test_text_of_a_frame_is_python_s_own():
    assert pd.Series(["甲"]).dtype.storage == "python"


@pytest.mark.parquet
def test_text_would_be_kept_otherwise_where_pyarrow_is_installed():
    """What the one line of `pipeline.frames` is for; without it this is the storage everywhere."""
    with pd.option_context("mode.string_storage", "auto"):
        assert pd.Series(["甲"]).dtype.storage == "pyarrow"
    assert pd.Series(["甲"]).dtype.storage == "python"
