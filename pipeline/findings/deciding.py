"""What is said of the rows of a decision workbook: F411 and following; each costs its row alone."""

from pipeline.findings.entry import Entry, seen

_SHEET = "等级审定表"

DECIDING: tuple[Entry, ...] = (
    Entry(
        "F411",
        "强制",
        "档案库里没有这个编号",
        "档案库里没有“{value}”，这一条没有登记。请从最新的等级审定表里填写。",
        example=seen("A7", "风险编号", sheet=_SHEET, value="YSK-2011-099"),
    ),
    Entry(
        "F412",
        "强制",
        "审定没有写全",
        "写了别的格，这一格空着，这一条没有登记。请补上，或把{stage}各格都留空。",
        example=seen("N7", "审核人", sheet=_SHEET, stage="纪检组审核"),
    ),
    Entry(
        "F413",
        "强制",
        "与就高等级不同而没有理由",
        "定的是“{level}”，就高等级是“{raised}”。请写明理由（不少于6个字），这一条没有登记。",
        example=seen("M7", "审核理由", sheet=_SHEET, level="橙", raised="黄"),
    ),
    Entry(
        "F414",
        "强制",
        "审定的日期不对",
        "“{value}”不在{start}（登记或上一步）到{day}之间，这一条没有登记。请改正。",
        example=seen(
            "O7", "审核日期", sheet=_SHEET, value="2011-12-01", start="2011-09-10", day="2011-09-20"
        ),
    ),
    Entry(
        "F415",
        "强制",
        "还没有审核就审定",
        "{number}还没有纪检组审核的等级。请先填审核各格，这一条没有登记。",
        example=seen("P7", "局党组审定等级", sheet=_SHEET, number="YSK-2011-007"),
    ),
    Entry(
        "F416",
        "强制",
        "同一编号定了两样",
        "“{value}”在第{other}行定得不同，两行都没有登记。请只留一行。",
        example=seen("A9", "风险编号", sheet=_SHEET, value="YSK-2011-007", other="7"),
    ),
    Entry(
        "F417",
        "核实",
        "出表以后有变动",
        "“{value}”出表后变了（{changed}），这一条没有登记。请用最新的等级审定表重新审定。",
        example=seen("A7", "风险编号", sheet=_SHEET, value="YSK-2011-007", changed="就高等级"),
    ),
    Entry(
        "F418",
        "提示",
        "由系统填写的格改动了",
        "出表时是“{issued}”，改动不算数，以档案库为准。",
        example=seen("E7", "风险点", sheet=_SHEET, issued="拨款无依据"),
    ),
    Entry(
        "F419",
        "强制",
        "编号已经核销",
        "“{value}”已经核销，不再审定等级。请把这一行的审定各格清空。",
        example=seen("A7", "风险编号", sheet=_SHEET, value="YSK-2011-007"),
    ),
    Entry(
        "F420",
        "强制",
        "一格里写了几个等级",
        "一格里写了几个等级，这一条没有登记。请只从下拉框选一级。",
        example=seen("L7", "纪检组审核等级", sheet=_SHEET),
    ),
    Entry(
        "F421",
        "强制",
        "编号和内容错了行",
        "“{value}”这一行写的是{other}的内容，这一条没有登记。请核对编号；排序时请选中整行。",
        example=seen("A7", "风险编号", sheet=_SHEET, value="YSK-2011-007", other="YSK-2011-012"),
    ),
)
