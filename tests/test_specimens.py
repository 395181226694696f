"""The committed blank specimens are what the program writes today, and are nobody's."""

from __future__ import annotations

import io
import zipfile

import pytest
from tree import ROOT

from pipeline.rehearsal.specimens import specimens

FOLDER = ROOT / "templates" / "xlsx" / "空白样表"


@pytest.fixture(scope="module")
def made():
    return specimens()


def parts(content: bytes) -> dict[str, bytes]:
    """Return the parts of a package: another zlib packs the same parts into other bytes."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}


def test_the_committed_specimens_are_those_the_program_writes(made):
    committed = {path.name: parts(path.read_bytes()) for path in FOLDER.glob("*")}
    assert committed == {name: parts(content) for name, content in made.items()}, (
        "run: make specimens"
    )


def test_there_is_one_for_each_paper_and_each_role(made):
    assert sorted(made) == sorted(
        f"{form}_空白样表_{name}.xlsx"
        for form, names in (
            ("附表1", ("A3", "A4")),
            ("附件2", ("一般岗位", "中层岗位", "科室（单位）主要负责人")),
        )
        for name in names
    )


def test_a_specimen_that_comes_back_filled_in_waits_for_the_group(bureau, made):
    from journeys import rows_of  # noqa: PLC0415

    from pipeline.rehearsal import fill  # noqa: PLC0415

    rows = rows_of(bureau.form, "风险点\n收入不入账", bureau.workspace.scope("YSK"))
    content = fill(made["附表1_空白样表_A3.xlsx"], bureau.form, rows, {"office_name": "预算科"})
    outcome = bureau.hand_in(content)
    assert (outcome.verdict, outcome.reason) == ("unconfirmed", "IDENTITY_UNSURE")
