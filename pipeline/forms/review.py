"""等级审定表: the list in which the group and the managers of the highest level fix the levels.

What stands in it is given by the register but for the eight columns on the right. It decides only
what comes from the group's own folder (方案 四(一)3, 四(二)6).
"""

from __future__ import annotations

from pipeline.forms.field import Derived, Field
from pipeline.forms.form import Form, Section
from pipeline.forms.kinds import Choice, Code, Day, Text

_LONGEST = 500  # characters of what is given; it was checked when the office handed it in


def _given(key: str, header: str, width: int, *aliases: str) -> Field:
    return Field(key, header, Text(_LONGEST), aliases, width=width, derived=Derived("issue", key))


POINTS = Section(
    key="points",
    kind="table",
    fields=(
        Field("number", "风险编号", Code(), aliases=("风险编号（系统编制）", "编号"), width=15),
        _given("office_name", "单位", 11, "科室"),
        _given("post", "岗位", 11, "岗位名称"),
        _given("matter", "权力事项", 15),
        _given("point", "风险点", 18),
        _given("manifestation", "表现形式", 26, "风险内容及表现形式"),
        _given("consequence", "危害后果", 12),
        _given("filled", "填报等级", 8),
        _given("raised", "就高等级", 8),
        _given("level", "现行等级", 8),
        _given("state", "状态", 13),
        Field(
            "group_level",
            "纪检组审核等级",
            Choice("levels", closed=True),
            aliases=("审核等级",),
            width=9,
            hint="从下拉框选一级；不改的也要选。",
        ),
        Field(
            "group_reason",
            "审核理由",
            Text(200),
            width=18,
            hint="与就高等级不同的必须写，不少于6个字。",
        ),
        Field("group_person", "审核人", Text(30), width=10, hint="谁审核的。"),
        Field("group_day", "审核日期", Day(), width=14, hint="如 2011-9-20。"),
        Field(
            "leaders_level",
            "局党组审定等级",
            Choice("levels", closed=True),
            aliases=("党组审定等级", "审定等级"),
            width=9,
            hint="审核等级或就高等级是最高一级的才填。",
        ),
        Field(
            "leaders_reason",
            "审定理由",
            Text(200),
            width=18,
            hint="与就高等级不同的必须写，不少于6个字。",
        ),
        Field(
            "leaders_person",
            "审定人（会议）",
            Text(60),
            aliases=("审定人", "审定会议"),
            width=13,
            hint="谁审定的，或哪次会议。",
        ),
        Field("leaders_day", "审定日期", Day(), width=14, hint="如 2011-9-22。"),
    ),
)

REVIEW = Form(
    code="SDB",
    title="等级审定表",
    heading="“{campaign}”活动风险点等级审定表",
    keeper="bureau",
    sections=(POINTS,),
)

DESK_FORMS: tuple[Form, ...] = (REVIEW,)
