"""The roster (roster.xlsx) as a form: offices and people, kept by the bureau."""

from __future__ import annotations

from pipeline.forms.field import Field
from pipeline.forms.form import Form, Section
from pipeline.forms.kinds import Choice, Code, Count, Day, Text

_ALWAYS = "screening"

OFFICES = Section(
    key="offices",
    kind="table",
    fields=(
        Field(
            "code",
            "代码",
            Code(),
            required=_ALWAYS,
            width=8,
            example="YSK",
            hint="单位的字母代码，如 YSK；用在风险编号里，定下后不再改，也不给别的单位再用。",
        ),
        Field(
            "name",
            "名称",
            Text(30),
            aliases=("单位名称", "科室名称"),
            required=_ALWAYS,
            width=16,
            hint="印在表上的名称。",
            example="预算科",
        ),
        Field(
            "aliases",
            "别名",
            Text(100),
            width=20,
            nil=True,
            hint="别的叫法，用“、”隔开。",
            example="市局预算科",
        ),
        Field("kind", "类型", Choice("office_kinds"), width=10, example="科室"),
        Field(
            "head",
            "主要负责人",
            Text(20),
            aliases=("负责人",),
            width=12,
            hint="岗位风险防范管理第一责任人。",
        ),
        Field("leader", "分管局领导", Text(20), aliases=("分管领导",), width=12),
        Field("liaison", "联络员", Text(20), width=12, hint="报送本单位各种表的人。"),
        Field("phone", "电话", Text(30), aliases=("联系电话",), width=14),
        Field(
            "order",
            "显示顺序",
            Count(),
            aliases=("顺序", "排序"),
            required=_ALWAYS,
            width=10,
            hint="各种汇总里的次序，从1起。",
            example="1",
        ),
        Field("closed", "停用日期", Day(), width=12, hint="单位撤并的日期；在用的不填。"),
    ),
)

PEOPLE = Section(
    key="people",
    kind="table",
    fields=(
        Field(
            "code",
            "编号",
            Code(),
            required=_ALWAYS,
            width=10,
            hint="人员编号，不可重复；不要用身份证号。",
            example="R001",
        ),
        Field("name", "姓名", Text(20), required=_ALWAYS, width=12),
        Field(
            "office",
            "科室",
            Text(30),
            aliases=("单位", "所在科室"),
            required=_ALWAYS,
            width=16,
            hint="与“科室”表的名称一致。",
            example="预算科",
        ),
        Field(
            "posts",
            "岗位",
            Text(100),
            required=_ALWAYS,
            width=24,
            hint="有几个岗位的用“、”隔开。",
            example="预算编制岗、指标管理岗",
        ),
        Field("title", "职务", Text(30), width=12),
        Field("tier", "岗位层次", Choice("tiers"), width=12, example="一般岗位"),
        Field("is_head", "是否主要负责人", Text(4), width=14, hint="是主要负责人的填“是”。"),
        Field("partner", "互替人", Text(40), width=12, hint="AB角互替的人。"),
        Field("joined", "到岗日期", Day(), width=12),
        Field("left", "离岗日期", Day(), width=12, hint="在岗的不填。"),
        Field("remark", "备注", Text(200), width=20),
    ),
)

ROSTER = Form(
    code="MC",
    title="名册",
    heading="“{campaign}”活动单位和人员名册",
    keeper="bureau",
    sections=(OFFICES, PEOPLE),
    instructions=(
        "“科室”表每个单位一行，“人员”表每人一行；表头不要改名。",
        "人员变动时在原行改“离岗日期”，不要删行。",
        "改好后保存，下一次运行就按新名册检查；以前的名册都留在档案库里。",
    ),
)

SHEETS = {"offices": "科室", "people": "人员"}
