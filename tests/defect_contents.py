"""The workbooks of docs/defects.md in which a cell or a row says more or less than one thing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from defect_touches import by_hand, entered, typed
from defects import Case, filled
from journeys import TWO, small_bureau
from openpyxl.styles import PatternFill

from pipeline.forms import FORMS
from pipeline.rehearsal import touches

if TYPE_CHECKING:
    from pipeline.rehearsal.clerk import Desk

TABLE = FORMS[0].table
FIRST, SECOND = small_bureau().scope("YSK").names[:2]
MEASURE = "加强审查核实，严格按规定办理"
EXAMPLE = {
    entry.key: entry.example for entry in TABLE.fields if entry.example and not entry.derived
}


def only(*keys: str) -> dict[str, None]:
    """Return all fields of a row but these, emptied."""
    return {entry.key: None for entry in TABLE.fields if entry.key not in keys}


def painted(desk: Desk) -> None:
    """Paint the first level instead of writing it."""
    for key in ("risk_level", "consequence"):
        desk.cell(0, key).value = None
    desk.cell(0, "risk_level").fill = PatternFill("solid", "FFFF0000")


def header_over_two_rows(desk: Desk) -> None:
    """Put the labels of two columns below a common one, over the first record."""
    left, right = desk.cell(-1, "officer_a"), desk.cell(-1, "officer_b")
    for entry in TABLE.fields:
        desk.cell(0, entry.key).value = None
    desk.cell(0, "officer_a").value, desk.cell(0, "officer_b").value = "A角", "B角"
    left.value, right.value = "责任人", None
    desk.sheet.merge_cells(f"{left.coordinate}:{right.coordinate}")


def sheet_copied(desk: Desk) -> None:
    """Leave an equal copy of the filled sheet in the file."""
    desk.book.copy_worksheet(desk.sheet).title = "附表1 (2)"


CONTENTS: tuple[Case, ...] = (
    Case(
        3,
        "a description over two rows",
        filled(
            "风险点 | 表现形式\n收入不入账 | 1.虚列支出\n拨款无依据 | 2.账外设账",
            typed(2, **only("manifestation")),
        ),
        findings=(("F215", "manifestation 2"),),
        repairs=(("与下一行合并", "manifestation 1", "1.虚列支出", "1.虚列支出\n2.账外设账"),),
        values={"manifestation 1": "1.虚列支出\n2.账外设账"},
        rows=1,
    ),
    Case(
        3,
        "a row with a measure of its own",
        filled(TWO, typed(2, **only("risk_point", "manifestation", "measures"))),
        "returned",
        findings=tuple(
            ("F201", f"{key} 2")
            for key in (
                *("power_class", "power_matter", "post_name", "risk_category"),
                *("consequence", "risk_level", "officer_a"),
            )
        ),
    ),
    Case(
        4,
        "two points in one cell",
        filled("风险点\n1.票据审核不严；2.拨款不及时\n拨款无依据"),
        findings=(("F216", "risk_point 1"),),
        values={"risk_point 1": "1.票据审核不严；2.拨款不及时"},
    ),
    Case(
        5,
        "several levels in one cell",
        filled("风险等级 | 风险点\n红/黄 | 收入不入账\n1中2低 | 拨款无依据"),
        "returned",
        findings=(("F209", "risk_level 1"), ("F202", "risk_level 2")),
        repairs=(("就高不就低", "risk_level 1", "红/黄", "红"),),
        values={"risk_level 1": "红"},
    ),
    Case(
        6,
        "levels in other words",
        filled("风险等级\n红色\n黄 级\n蓝\n高"),
        "returned",
        findings=(("F202", "risk_level 3"), ("F202", "risk_level 4")),
        repairs=(
            ("统一用词", "risk_level 1", "红色", "红"),
            ("统一用词", "risk_level 2", "黄 级", "黄"),
        ),
        rows=4,
    ),
    Case(
        7,
        "a level that is only painted",
        filled(TWO, by_hand(painted)),
        "returned",
        findings=(("F201", "consequence 1"), ("F201", "risk_level 1")),
    ),
    Case(
        9,
        "a category in the column of the matter",
        filled("权力事项 | 风险类别 | 风险点\n制度机制风险 |  | 收入不入账\n专项资金 | 流程 | 甲"),
        "returned",
        findings=(("F219", "power_matter 1"), ("F201", "risk_category 1")),
        repairs=(("统一用词", "risk_category 2", "流程", "业务流程风险"),),
    ),
    Case(
        10,
        "two categories in one cell",
        filled("风险类别 | 风险点\n流程、思想 | 收入不入账\n业务流程风险 | 拨款无依据"),
        findings=(("F210", "risk_category 1"),),
        repairs=(("取第一个", "risk_category 1", "流程、思想", "业务流程风险"),),
        values={"risk_category 1": "业务流程风险", "风险类别（其余） 1": "思想道德风险"},
    ),
    Case(
        15,
        "the same sheet twice",
        filled(TWO, by_hand(sheet_copied)),
        findings=(("F120", "*"),),
    ),
    Case(
        15,
        "another sheet filled otherwise",
        filled(TWO, touches.copy_sheet),
        "returned",
        findings=(("F112", "*"),),
    ),
    Case(
        20,
        "the example left in",
        filled(
            "风险点\n示例\n收入不入账\n拨款无依据", typed(1, **{**only(), **EXAMPLE, "seq": "例"})
        ),
        repairs=(("略去示例行", "seq 1", "例", ""),),
        values={"risk_point 1": "收入不入账"},
    ),
    Case(
        21,
        "a header over two rows",
        filled(TWO, by_hand(header_over_two_rows)),
        "returned",
        "NOT_OUR_TEMPLATE",
        rows=0,
    ),
    Case(
        30,
        "days in other spellings",
        filled(
            "完成时限\n2011.9.18\n二〇一一年九月十八日\n18/9/2011\n9月18日\n9/10/2011\n2011.9.31",
            entered(report_date="20110912"),
        ),
        "returned",
        findings=(("F214", "due_date 4"), ("F206", "due_date 5"), ("F206", "due_date 6")),
        repairs=(
            ("统一日期写法", "report_date", "20110912", "2011-09-12"),
            ("统一日期写法", "due_date 1", "2011.9.18", "2011-09-18"),
            ("统一日期写法", "due_date 2", "二〇一一年九月十八日", "2011-09-18"),
            ("统一日期写法", "due_date 3", "18/9/2011", "2011-09-18"),
            ("补上年份", "due_date 4", "9月18日", "2011-09-18"),
        ),
        rows=6,
    ),
    Case(
        35,
        "roles and crowds instead of names",
        filled(
            f"A角 | 风险点\n王科长 | 收入不入账\n{FIRST}等3人 | 拨款无依据\n丘不在 | 收支不清",
            typed(3, officer_b=f"{SECOND[0]} {SECOND[1:]}"),
        ),
        findings=(
            ("F221", "officer_a 1"),
            ("F221", "officer_a 2"),
            ("F203", "officer_a 3"),
        ),
        repairs=(("统一姓名写法", "officer_b 3", f"{SECOND[0]} {SECOND[1:]}", SECOND),),
        rows=3,
    ),
    Case(
        38,
        "characters of one computer alone",
        filled(TWO, typed(1, remark="由王\ue863经办")),
        findings=(("F222", "remark 1"),),
    ),
    Case(
        39,
        "one measure for all",
        filled(
            f"风险点 | 防控措施\n收入不入账 | {MEASURE}\n"
            f"拨款无依据 | {MEASURE}\n收支不清 | {MEASURE}"
        ),
        findings=(("F314", "measures 1"),),
        rows=3,
    ),
    Case(
        39,
        "measures that say the risk again, or nothing",
        filled(
            "风险点 | 防控措施\n专项资金分配无依据 | 防止专项资金分配无依据\n收支不清 | 加强教育"
        ),
        findings=(("F315", "measures 1"), ("F312", "measures 2")),
    ),
    Case(
        39,
        "measures of phrases alone",
        filled(
            "风险点 | 防控措施\n收支不清 | 加强学习，提高认识。\n拨款无依据 | 双人复核无误后拨付"
        ),
        findings=(("F317", "measures 1"),),
    ),
    Case(
        40,
        "a row nearly twice",
        filled("风险点\n票据审核不严\n票据审核不严格"),
        findings=(("F316", "risk_point 2"),),
    ),
)
