"""Rare characters on their way from a clerk's cell into the register and its workbook.

How they travel into volumes and letters is told in test_documents.py and test_documents_word.py.
"""

from __future__ import annotations

import pytest
from journeys import sheet_texts
from openpyxl import load_workbook

from pipeline.rehearsal.clerk import open_desk
from pipeline.steps.consolidate import SUMMARIES, consolidate

RARE = (
    "𠮷野家",  # Ext B, beyond the 65,536 first characters
    "㐀㐁审核",  # Ext A
    "\U0002a700字",  # Ext C
    "阿卜杜拉·买买提",  # the dot of names
    "卓玛•央金",  # another one
    "已核对😀",
    "re\u0301sume\u0301",  # combining marks, not composed
    "ནམ་མཁའ",  # stacked letters
)
LONGEST = "长" * 32_767  # what a cell holds at most


@pytest.mark.long
def test_rare_characters_reach_the_register_and_its_workbook_unchanged(bureau):
    rows = "\n".join(f"{text}的风险 | {text}" for text in RARE)
    outcome = bureau.hand_in(bureau.fill(f"风险点 | 备注\n{rows}"))
    assert outcome.verdict == "accepted"
    kept = [version.payload for version in bureau.register()]
    assert [(one["risk_point"], one["remark"]) for one in kept] == [
        (f"{text}的风险", text) for text in RARE
    ]
    consolidate(bureau.workspace, bureau.workspace.today)
    book = bureau.workspace.paths.for_group(SUMMARIES) / "风险信息档案库.xlsx"
    cells = [cell for rows in sheet_texts(book).values() for row in rows for cell in row]
    assert set(RARE) | {f"{text}的风险" for text in RARE} <= set(cells)


def test_a_text_too_long_for_its_field_is_told_and_nowhere_cut(bureau):
    content = bureau.fill(f"风险点 | 防控措施\n{LONGEST} | 双人经办并逐月核对")
    outcome = bureau.hand_in(content)
    assert (outcome.verdict, outcome.codes) == ("returned", ["F204 risk_point 1"])
    original = bureau.workspace.ledger.originals.original(outcome.arrival.sha256)
    assert original.read_bytes() == content
    desk = open_desk(outcome.answer.read_bytes(), bureau.form)
    sheet = load_workbook(outcome.answer)[desk.sheet.title]
    assert LONGEST in [cell for row in sheet.values for cell in row]
