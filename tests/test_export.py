"""`export`: what is read back by the description is what the archive says, and nobody else's."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import sys
from contextlib import contextmanager
from datetime import date, datetime
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import pytest
from commands import in_process
from journeys import copied, sheet_texts
from stories import FIRST, GONE, LATER, later

from pipeline.errors import UsageError
from pipeline.exports.text_files import unguarded
from pipeline.ledger import arrivals
from pipeline.steps.export import Wanted, export
from pipeline.steps.export_tables import tables_of
from pipeline.steps.register import register_frame
from pipeline.steps.roles import risk_form

if TYPE_CHECKING:
    from collections.abc import Callable

DAY = date(2011, 9, 20)
NAMES = ["register", "history", "progress", "arrivals", "parts", "findings", "offices"]


@pytest.fixture
def yigang(capfd, monkeypatch):
    return in_process(capfd, monkeypatch)


@pytest.fixture
def workspace(storied):
    with later(storied) as opened:
        yield opened


def exported(workspace, folder, *formats, people=False, day=DAY):
    """Return the folder of the first format."""
    wanted = Wanted(formats or ("csv",), people, folder)
    written = export(workspace, day, wanted)
    assert all(path.is_file() for path in written)
    return written[0].parent


def read(folder):
    """Return the rows of every table as its description tells them, each promise checked."""
    told = json.loads((folder / "datapackage.json").read_bytes())
    tables = {one["name"]: rows_of(folder, one) for one in told["resources"]}
    for one in told["resources"]:
        check_keys(one["schema"], tables[one["name"]], tables)
    return tables


def rows_of(folder, resource):
    data = (folder / resource["path"]).read_bytes()
    assert len(data) == resource["bytes"]
    assert resource["hash"] == f"sha256:{hashlib.sha256(data).hexdigest()}"
    fields = resource["schema"]["fields"]
    names = [field["name"] for field in fields]
    assert len(set(names)) == len(names)
    if resource["format"] == "json":
        found = [list(record.values()) for record in json.loads(data)]
    else:
        header, *found = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
        assert header == names
    assert len(found) == resource["rows"]
    return [
        {field["name"]: value_of(field, cell) for field, cell in zip(fields, row, strict=True)}
        for row in found
    ]


def value_of(field, cell):
    limits = field.get("constraints", {})
    if cell in {"", None}:
        assert not limits.get("required"), field
        return "" if field["type"] == "string" else None
    kinds: dict[str, Callable[[Any], Any]] = {
        "string": unguarded,
        "integer": int,
        "date": date.fromisoformat,
        "datetime": lambda said: datetime.strptime(said, field["format"]),  # noqa: DTZ007 - it has %z
    }
    value = kinds[field["type"]](cell)
    assert value in limits.get("enum", [value]), field
    return value


def check_keys(schema, rows, tables):
    key = schema["primaryKey"]
    keys = [tuple(row[name] for name in key) for row in rows]
    assert len(set(keys)) == len(keys), key
    for one in schema.get("foreignKeys", ()):
        named = one["reference"]
        known = {tuple(row[n] for n in named["fields"]) for row in tables[named["resource"]]}
        said = {tuple(row[name] for name in one["fields"]) for row in rows}
        assert {key for key in said if any(key)} <= known, one


@pytest.mark.parametrize("format_", ["csv", "json"])
def test_what_is_read_back_is_what_the_archive_says(workspace, tmp_path, format_):
    folder = exported(workspace, tmp_path, format_)
    tables = read(folder) if format_ == "csv" else read_json(folder)
    declared = tables_of(workspace, DAY, people=False)
    assert list(tables) == NAMES
    for table in declared:
        names = [column.key for column in table.columns]
        rows = [dict(zip(names, map(whole, row), strict=True)) for row in table.fitted.rows]
        assert tables[table.name] == rows


def read_json(folder):
    """Return the same of json, where nothing is guarded."""
    told = json.loads((folder / "datapackage.json").read_bytes())
    for one in told["resources"]:
        for record in json.loads((folder / one["path"]).read_bytes()):
            assert [*record] == [field["name"] for field in one["schema"]["fields"]]
    with unguarding_nothing():
        return read(folder)


@contextmanager
def unguarding_nothing():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys.modules[__name__], "unguarded", str)
        yield


def whole(value):
    return value.replace(microsecond=0) if isinstance(value, datetime) else value


def test_the_register_has_every_column_and_row_of_the_frame(workspace, tmp_path):
    form = risk_form(workspace)
    frame = register_frame(workspace, form, DAY)
    rows = read(exported(workspace, tmp_path))["register"]
    assert set(rows[0]) == set(frame.columns)
    assert [row["number"] for row in rows] == frame["number"].tolist()
    assert [row[form.roles.match[-1]] for row in rows][:2] == ["－甲;+1", "乙"]


def test_the_history_says_what_became_of_each_risk_point(workspace, tmp_path):
    tables = read(exported(workspace, tmp_path))
    told = [(row["change"], row["status"], row["arrival"]) for row in of(tables, GONE)]
    assert told == [("新增", "在册", 1), ("待核销", "待核销", 2), ("取消", "取消", None)]
    assert GONE not in {row["number"] for row in tables["register"]}


def of(tables, number):
    return [row for row in tables["history"] if row["number"] == number]


def test_it_stands_as_it_stood_on_the_day(workspace, tmp_path):
    tables = read(exported(workspace, tmp_path, day=date(2011, 9, 13)))
    assert len(tables["register"]) == len(FIRST.strip().splitlines()) - 1
    assert {row["version"] for row in tables["history"]} == {1}
    assert [row["name"] for row in tables["arrivals"]] == ["首报.xlsx"]


def test_findings_lead_to_their_file_and_answer(workspace, tmp_path):
    tables = read(exported(workspace, tmp_path))
    returned = {row["part"] for row in tables["parts"] if row["verdict"] == "退回"}
    codes = {row["code"] for row in tables["findings"] if row["part"] in returned}
    assert "F202" in codes
    replied = {row["code"] for row in tables["findings"] if row["reply"]}
    assert {"F401", "F402"} <= replied


def test_what_was_only_pre_checked_is_not_told(storied, pool, tmp_path):
    from journeys import opened  # noqa: PLC0415 - a circle of its own

    circle = opened(copied(storied, tmp_path / "copy"), pool)
    with circle.workspace:
        circle.later(days=2)
        content = circle.fill("风险点\n预先看看")
        circle.drop(content, "先看看.xlsx", "预算科/预检")
        circle.receive()
        with circle.workspace.ledger.reading() as db:
            assert "先看看.xlsx" in {one.name for one in arrivals.decided_by(db, DAY)}
        tables = read(exported(circle.workspace, tmp_path / "out"))
    assert "先看看.xlsx" not in {row["name"] for row in tables["arrivals"]}


def test_the_same_archive_gives_the_same_bytes(workspace, tmp_path):
    one, two = (exported(workspace, tmp_path / name, people=True) for name in "ab")
    assert {path.name: path.read_bytes() for path in one.iterdir()} == {
        path.name: path.read_bytes() for path in two.iterdir()
    }


def test_the_roster_s_people_leave_only_where_that_is_said(workspace, tmp_path):
    without, with_ = (exported(workspace, tmp_path / str(p), people=p) for p in (False, True))
    assert not (without / "people.csv").exists()
    people = workspace.roster.people
    assert [row["code"] for row in read(with_)["people"]] == [one.code for one in people]


def test_the_dictionary_names_every_column_for_people(workspace, tmp_path):
    exported(workspace, tmp_path)
    (texts,) = sheet_texts(tmp_path / "数据字典.xlsx").values()
    declared = tables_of(workspace, DAY, people=False)
    told = {(row[1], row[3], row[2]) for row in texts}
    assert {(t.name, column.key, column.title) for t in declared for column in t.columns} <= told


# Where it is written


def test_it_lies_with_the_group_and_a_changed_file_is_kept(workspace):
    folder = exported(workspace, None)
    group = workspace.paths.for_group("导出")
    assert folder == group / DAY.isoformat() / "csv"
    changed = folder / "offices.csv"
    whole_ = changed.read_bytes()
    changed.write_bytes("改过".encode())
    exported(workspace, None)
    kept = folder / "offices（人工修改20110920）.csv"
    assert (changed.read_bytes(), kept.read_bytes()) == (whole_, "改过".encode())


@pytest.mark.parametrize("place", ["inbox/预算科", "outbox/各科室/1-预算科", "archive", "outbox"])
def test_it_is_never_written_where_an_office_or_the_intake_looks(workspace, place):
    folder = workspace.paths.root / place
    with pytest.raises(UsageError):
        exported(workspace, folder)
    assert not (folder / "csv").exists()


def test_a_file_of_another_is_never_replaced(workspace, tmp_path):
    folder = exported(workspace, tmp_path)
    exported(workspace, tmp_path)
    mine = folder / "datapackage.json"
    mine.write_text("{}", "utf-8")
    (folder / "offices.csv").unlink()
    with pytest.raises(UsageError):
        exported(workspace, tmp_path)
    assert (mine.read_text("utf-8"), (folder / "offices.csv").exists()) == ("{}", False)


# The command


def test_the_command_tells_what_it_wrote(yigang, storied, tmp_path):
    words = ("-w", storied, "--now", LATER, "--to", tmp_path)
    done = yigang("export", *words, "--format", "json", "--format", "csv", "--json")
    assert (done.code, done.err) == (0, "")
    written = json.loads(done.out)["written"]
    assert len(written) == 2 * (len(NAMES) + 1) + 1
    assert yigang("export", *words, "--as-of", "2011-09-13", "--format", "json").code == 2


def test_without_pyarrow_the_operator_hears_how_to_install_it(
    yigang, storied, tmp_path, monkeypatch
):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    done = yigang("export", "-w", storied, "--now", LATER, "--to", tmp_path, "--format", "parquet")
    assert (done.code, done.err.count("\n"), list(tmp_path.iterdir())) == (2, 1, [])
    assert "yigang[parquet]" in done.err


@pytest.mark.parquet
def test_parquet_tells_the_same_as_the_archive(workspace, tmp_path):
    from pyarrow import parquet  # noqa: PLC0415 - the extra

    folder = exported(workspace, tmp_path, "parquet")
    for table in tables_of(workspace, DAY, people=False):
        read_ = parquet.read_table(folder / f"{table.name}.parquet")
        assert read_.schema.names == [column.key for column in table.columns]
        rows = [tuple(map(whole, row)) for row in table.fitted.rows]
        assert [tuple(record.values()) for record in read_.to_pylist()] == rows


@pytest.mark.parquet
def test_the_register_keeps_its_text_alike_with_pyarrow_and_without(workspace):
    assert find_spec("pyarrow")
    frame = register_frame(workspace, risk_form(workspace), DAY)
    kept = {column: getattr(kind, "storage", "python") for column, kind in frame.dtypes.items()}
    assert set(kept.values()) == {"python"}
