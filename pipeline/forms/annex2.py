"""附件2: a person's risk control and integrity commitment form (方案 四(二)3 and 7)."""

from __future__ import annotations

from pipeline.forms.field import Derived, Field
from pipeline.forms.form import Form, Roles, Section
from pipeline.forms.kinds import Choice, Code, Count, Person, Text

_CONTROL = "control"
_DUTIES, _RULES = 500, 300  # characters; a printed box shows no more


OWNER = Section(
    key="owner",
    kind="card",
    fields=(
        Field(
            "office_name",
            "填报单位",
            Text(60),
            aliases=("单位", "科室（单位）"),
            derived=Derived("office", "name"),
        ),
        Field("form_number", "表号", Code(), derived=Derived("stamp", "number")),
        Field("person_name", "姓名", Person(), derived=Derived("person", "name")),
        Field(
            "post_name",
            "岗位",
            Text(100),
            aliases=("岗位名称",),
            derived=Derived("person", "posts"),
        ),
        Field("title", "职务", Text(30), derived=Derived("person", "title")),
        Field(
            "post_tier",
            "岗位层次",
            Choice("tiers", strict=False),
            derived=Derived("person", "tier"),
        ),
        Field("ab_role", "角色", Text(30), derived=Derived("issue", "ab_role")),
        Field(
            "ab_partner",
            "互替人",
            Text(60),
            aliases=("AB角互替人",),
            derived=Derived("issue", "ab_partner"),
        ),
    ),
)

WORK = Section(
    key="work",
    kind="card",
    columns=2,
    fields=(
        Field(
            "duties",
            "岗位职责",
            Text(_DUTIES, numbered=True),
            required=_CONTROL,
            hint="写明本岗位做什么、对什么负责，可写成 1. 2. 3.。",
            example="1.受理专项资金申请，核对资料是否齐全；2.按因素法测算分配额度；3.整理归档测算底稿",
        ),
        Field(
            "conduct_rules",
            "行为准则",
            Text(_RULES, numbered=True),
            aliases=("工作内容和行为准则",),
            required=_CONTROL,
            hint="写明办事时必须遵守和不得做的事，可写成 1. 2. 3.。",
            example="1.一次告知所需资料，不推诿；2.不单独会见申请单位；3.不在测算表外调整额度",
        ),
    ),
)

RISKS = Section(
    key="risks",
    kind="table",
    given=True,
    fields=(
        Field("seq", "序号", Count(), width=6, derived=Derived("row", "number")),
        Field(
            "risk_id",
            "风险编号",
            Code(),
            width=14,
            derived=Derived("issue", "risk_id"),
        ),
        Field(
            "risk_category",
            "风险类别",
            Choice("categories"),
            width=12,
            derived=Derived("issue", "risk_category"),
        ),
        Field(
            "risk_point",
            "风险点及表现形式",
            Text(500),
            width=30,
            derived=Derived("issue", "risk_point manifestation"),
        ),
        Field(
            "risk_level",
            "风险等级",
            Choice("levels"),
            width=6,
            derived=Derived("issue", "risk_level"),
        ),
        Field("measures", "防控措施", Text(500), width=32, derived=Derived("issue", "measures")),
    ),
)

PLEDGE = Section(
    key="pledge",
    kind="card",
    columns=2,
    fields=(
        Field(
            "self_measures",
            "自我防控措施",
            Text(_RULES, numbered=True),
            aliases=("自我防控",),
            required=_CONTROL,
            hint="针对上面的风险点，写明自己怎样防。",
            example="1.每笔测算留存底稿并交B角复核；2.涉及亲友的事项主动回避；3.每季度自查一次",
        ),
        Field(
            "commitment",
            "廉政承诺（标准条款）",
            Text(1000),
            aliases=("廉政承诺",),
            derived=Derived("issue", "commitment"),
        ),
        Field(
            "own_commitment",
            "个人承诺",
            Text(_RULES),
            hint="标准条款以外另作的承诺，可以不填。",
            example="每半年向科内报告一次本岗位风险防控情况，接受同事监督。",
        ),
    ),
)

SIGNATURES = Section(
    key="signatures",
    kind="boxes",
    fields=(
        Field("sign_self", "承诺人签名", Text(100)),
        Field("sign_partner", "B角意见", Text(100)),
        Field("sign_head", "科室（单位）负责人意见", Text(100)),
        Field("sign_leader", "分管局领导意见", Text(100)),
        Field("sign_group", "局纪检组备案", Text(100)),
    ),
)

REPLY = Section(
    key="reply",
    kind="card",
    columns=2,
    fields=(
        Field(
            "explanation",
            "情况说明",
            Text(200),
            aliases=("说明",),
            hint="答复“请核实”的提问，不少于6个字；没有提问不必填。",
        ),
    ),
)

KEY_RISKS = Section(
    key="key_risks",
    kind="table",
    given=True,
    fields=(
        Field("seq", "序号", Count(), width=6, derived=Derived("row", "number")),
        Field("risk_id", "编号", Code(), width=14, derived=Derived("issue", "risk_id")),
        Field("post_name", "所在岗位", Text(30), width=14, derived=Derived("issue", "post_name")),
        Field("officer_a", "A角", Person(), width=10, derived=Derived("issue", "officer_a")),
        Field("risk_point", "风险点", Text(120), width=24, derived=Derived("issue", "risk_point")),
        Field(
            "risk_level",
            "等级",
            Choice("levels"),
            width=6,
            derived=Derived("issue", "risk_level"),
        ),
        Field("measures", "防控措施", Text(500), width=36, derived=Derived("issue", "measures")),
    ),
)

ANNEX2 = Form(
    code="FJ2",
    title="附件2",
    heading="个人岗位廉政风险防控及廉政承诺表",
    keeper="person",
    sections=(OWNER, WORK, RISKS, PLEDGE, SIGNATURES, REPLY),
    aliases=("个人岗位廉政风险防控及廉政承诺表", "廉政承诺表"),
    instructions=(
        "白色格由本人填写，灰色格由系统按名册和本单位附表1填好，请核对。",
        "灰色格有不对的，不要改动，请在“情况说明”写明，并告诉本单位联络员。",
        "填好后保存，放回报送文件夹，不必改文件名；再打印一份，各栏签名后报纸质件。",
    ),
    roles=Roles(answer="explanation", note="explanation"),
    opens=_CONTROL,
    source="FB1",
    annex=KEY_RISKS,
)
