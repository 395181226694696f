"""The circle with a real office program: what LibreOffice saved is read, answered and accepted."""

from __future__ import annotations

import io

import openpyxl
import pytest
from office import saved

from pipeline.rehearsal.clerk import open_desk, save

pytestmark = [
    pytest.mark.office,
    pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning"),
]

WRONG = """
    风险点       | 风险等级
    收入不入账   | 绿
    拨款无依据   | 橙
"""


def test_filled_saved_returned_corrected_and_accepted(bureau, returned, tmp_path):
    filled = saved(returned(WRONG), tmp_path / "first")
    first = bureau.hand_in(filled)
    assert (first.verdict, first.codes) == ("returned", ["F202 risk_level 1"])

    marked = saved(first.answer.read_bytes(), tmp_path / "opened")
    desk = open_desk(marked, bureau.form)
    desk.cell(0, "risk_level").value = bureau.workspace.settings.levels.names[0]
    second = bureau.hand_in(saved(save(desk.book), tmp_path / "corrected"))
    assert (second.verdict, second.findings) == ("accepted", ())
    assert bureau.numbers() == ["YSK-2011-001", "YSK-2011-002"]
    assert [version.level for version in bureau.register()] == ["红", "橙"]


def test_the_marked_copy_is_opened_and_saved_without_losing_the_list(bureau, returned, tmp_path):
    answer = bureau.hand_in(returned(WRONG)).answer.read_bytes()
    book = openpyxl.load_workbook(io.BytesIO(saved(answer, tmp_path)))
    assert book.active.title == "问题清单"
    assert bureau.form.title in book.sheetnames


@pytest.mark.parametrize("kind", ["xls:MS Excel 97", "ods:calc8"])
def test_a_workbook_saved_in_another_format_is_read_and_known(bureau, returned, tmp_path, kind):
    content = saved(returned(WRONG), tmp_path, kind)
    suffix = kind.partition(":")[0]
    outcome = bureau.hand_in(content, f"附表1.{suffix}")
    assert [finding.code for finding in outcome.findings] == ["F202"]
    assert (outcome.verdict, outcome.part.office) == ("returned", "YSK")
