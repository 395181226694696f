"""The cases of docs/defects.md whose workbook is spoiled with what a clerk has at hand."""

from __future__ import annotations

from defect_touches import sheet_named
from defects import Case, filled
from journeys import TWO

from pipeline.rehearsal import touches

TEXT = "按规定程序办理并由两人复核"  # what a column of free text is sampled with

CELLS: tuple[Case, ...] = (
    Case(
        1,
        "matters merged over their rows",
        filled(
            "权力事项 | 风险点\n专项资金 | 收入不入账\n专项资金 | 拨款无依据",
            touches.merge_runs("power_matter"),
        ),
        repairs=(("合并单元格逐行填入", "power_matter 2", "", "专项资金"),),
        values={"power_matter 2": "专项资金"},
    ),
    Case(
        14,
        "the sheet is called otherwise",
        filled(TWO, sheet_named("Sheet1")),
        layout=lambda layout: layout.named("Sheet1"),
    ),
    Case(
        29,
        "an error value",
        filled(TWO, touches.type_over(0, "manifestation", "#REF!")),
        "returned",
        findings=(("F207", "manifestation 1"),),
    ),
)

FILES: tuple[Case, ...] = (
    Case(
        41,
        "two thirds of a file",
        filled(TWO, touches.cut_short),
        "quarantined",
        "INCOMPLETE",
        rows=0,
    ),
)

CASES = (*CELLS, *FILES)
