"""What only the archive can tell: F4xx between versions, F5xx of the campaign."""

from pipeline.findings.entry import Entry, seen

STANDING: tuple[Entry, ...] = (
    Entry(
        "F401",
        "核实",
        "登记过的风险点没有出现",
        "{value}没有出现，收下后列为待核销。请在本格写明“{value}：原因”。",
        example=seen("B5", "情况说明（本表）", value="YSK-2011-007"),
    ),
    Entry(
        "F402",
        "核实",
        "等级比已登记的低",
        "填的是“{value}”，已登记为“{before}”。请在情况说明写明理由。",
        example=seen("J7", "风险等级", value="橙", before="黄"),
    ),
    Entry(
        "F403",
        "核实",
        "已核销的编号又出现",
        "{before}已经核销，现在又出现，已恢复在册。请核对，或在情况说明写明理由。",
        example=seen("U7", "风险编号（系统编制）", before="YSK-2011-007"),
    ),
    Entry(
        "F404",
        "核实",
        "核销没有同意",
        "局纪检组没有同意核销{value}：{why}。请在表中恢复这一行，或另写理由。",
        example=seen("B5", "情况说明（本表）", value="YSK-2011-007", why="职权仍在"),
    ),
    Entry(
        "F410",
        "提示",
        "等级与审定的不同",
        "填的是“{value}”，已审定为“{before}”，以审定等级为准。不必改动。",
        example=seen("J7", "风险等级", value="黄", before="红"),
    ),
    Entry("F501", "活动", "还没有附件2", "还没有报附件2。请填好下发的本人表后报送。"),
    Entry(
        "F502",
        "活动",
        "附件2等本单位附表1",
        "有{count}人的附件2要等附表1收下后下发。请先报附表1。",
        example={"count": "12"},
    ),
    Entry(
        "F503",
        "活动",
        "岗位没有风险点",
        "附表1里没有这些岗位：{value}。请补报风险点，或填“无”并写明理由。",
        example={"value": "出纳岗、采购岗"},
    ),
    Entry(
        "F504",
        "活动",
        "附件2与附表1不一致",
        "报附件2时就与附表1不同：{value}。请核对后按最新下发的表重报。",
        example={"value": "YSK-2011-007的风险等级"},
    ),
    Entry(
        "F505",
        "活动",
        "附件2已收，待比对",
        "附件2已收，等附表1收下后比对。暂不必重报。",
    ),
    Entry(
        "F506",
        "活动",
        "附件2需要重签",
        "报附件2以后有变动：{value}。请按最新下发的附件2重新签报。",
        example={"value": "YSK-2011-007的防控措施"},
    ),
    Entry(
        "F507",
        "活动",
        "没有本单位的B角",
        "{value}没有本单位的同事作B角。请补定，或填“无”并写明理由。",
        example={"value": "李二"},
    ),
    Entry(
        "F508",
        "活动",
        "B角与名册的互替人不同",
        "名册的互替人是“{issued}”，附表1的B角是“{value}”。轮换互替的不必改。",
        example={"issued": "李二", "value": "王五"},
    ),
    Entry(
        "F509",
        "活动",
        "B角已不在岗",
        "{value}的B角“{other}”已不在岗。请另定B角。",
        example={"value": "张三", "other": "李二"},
    ),
)
