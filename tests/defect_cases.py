"""The workbooks of docs/defects.md: what clerks type, merge, insert, delete, rename, hide.

Those that other programs write stand in `defect_files`.
"""

from __future__ import annotations

from defect_contents import CONTENTS
from defect_files import FILES
from defect_touches import (
    blanks_below,
    by_hand,
    column_hidden,
    column_inserted,
    columns_swapped,
    emptied,
    entered,
    headed,
    header_again,
    line,
    merged,
    pasted,
    rows_filtered,
    sheet_hidden,
    sheet_named,
    titled,
    typed,
    unprotected,
)
from defects import Case, filled, read_all_the_same
from journeys import TWO, small_bureau

from pipeline.rehearsal import touches

TEXT = "按规定程序办理并由两人复核"  # what a column of free text is sampled with
BUREAU = small_bureau()
FIRST, SECOND = BUREAU.scope("YSK").names[:2]
ALIAS = BUREAU.office("YSK").aliases[0]
SAME = "权力事项 | 风险点\n专项资金 | 收入不入账\n专项资金 | 拨款无依据"
SPACED = "去除空格和断行"
TITLE = "预算科“一岗一预防”活动廉政和职务犯罪风险防控表"

MERGED: tuple[Case, ...] = (
    Case(
        1,
        "matters merged over their rows",
        filled(SAME, merged("power_matter", 1, 2)),
        repairs=(("合并单元格逐行填入", "power_matter 2", "", "专项资金"),),
        values={"power_matter 2": "专项资金"},
    ),
    Case(
        1,
        "a blank below a merged range",
        filled(
            "权力事项 | 风险等级 | 危害后果 | 风险点\n"
            "专项资金 | 红 | 可能构成违法或犯罪 | 收入不入账\n"
            "专项资金 | 红 | 可能构成违法或犯罪 | 拨款无依据\n"
            " | 红 | 可能构成违法或犯罪 | 收支不清",
            merged("power_matter", 1, 2),
            merged("risk_level", 1, 3),
        ),
        "returned",
        findings=(("F201", "power_matter 3"),),
        repairs=(
            ("合并单元格逐行填入", "power_matter 2", "", "专项资金"),
            ("合并单元格逐行填入", "risk_level 2", "", "红"),
            ("合并单元格逐行填入", "risk_level 3", "", "红"),
        ),
        values={"power_matter 3": "", "risk_level 3": "红"},
        rows=3,
    ),
    Case(
        2,
        "leaders merged over all rows",
        filled(
            TWO,
            typed(1, bureau_leader="闵书远", office_head="沈济川"),
            merged("bureau_leader", 1, 2),
            merged("office_head", 1, 2),
        ),
        values={"bureau_leader 2": "闵书远", "office_head 2": "沈济川"},
    ),
)

WORDS: tuple[Case, ...] = (
    Case(
        8,
        "categories as people say them",
        filled("风险类别\n思想\n制度\n岗位\n流程\n外部\n从政道德风险"),
        repairs=tuple(
            ("统一用词", f"risk_category {record}", said, meant)
            for record, (said, meant) in enumerate(
                (
                    ("思想", "思想道德风险"),
                    ("制度", "制度机制风险"),
                    ("岗位", "岗位职责风险"),
                    ("流程", "业务流程风险"),
                    ("外部", "外部环境风险"),
                    ("从政道德风险", "思想道德风险"),
                ),
                1,
            )
        ),
        values={"risk_category 4": "业务流程风险"},
        rows=6,
    ),
    Case(
        11,
        "all pasted, no drop-down left",
        filled(
            "风险等级 | 风险类别 | A角\n绿 | 业务流程风险 | 丘不在\n橙色 | 流程 | ",
            by_hand(pasted),
        ),
        "returned",
        findings=(("F202", "risk_level 1"), ("F203", "officer_a 1"), ("F201", "officer_a 2")),
        repairs=(
            ("统一用词", "risk_category 2", "流程", "业务流程风险"),
            ("统一用词", "risk_level 2", "橙色", "橙"),
        ),
        values={"risk_level 2": "橙"},
    ),
    Case(
        27,
        "full width and invisible characters",
        filled(
            "风险点\n《收支两条线》“执行”\u00a0\u200b不到位\t\n收入不入账",
            entered(report_date="２０１１．９．１２", attendees="６人"),
            typed(1, officer_a=f"{FIRST[0]}\u3000{FIRST[1:]}"),
        ),
        repairs=(
            ("统一数字写法", "attendees", "６人", "6"),
            ("统一日期写法", "report_date", "２０１１．９．１２", "2011-09-12"),
            (
                SPACED,
                "risk_point 1",
                "《收支两条线》“执行”\u00a0\u200b不到位",
                "《收支两条线》“执行” 不到位",
            ),
            ("统一姓名写法", "officer_a 1", f"{FIRST[0]}\u3000{FIRST[1:]}", FIRST),
        ),
        values={"attendees": "6", "report_date": "2011-09-12", "officer_a 1": FIRST},
    ),
    Case(
        28,
        "breaks inside words",
        filled(TWO, typed(1, manifestation="利用审批权为特\n定关系人谋取 利益，不按规定回避。")),
        repairs=(
            (
                SPACED,
                "manifestation 1",
                "利用审批权为特\n定关系人谋取 利益，不按规定回避。",
                "利用审批权为特定关系人谋取利益，不按规定回避。",
            ),
        ),
    ),
    Case(
        28,
        "breaks between items stay",
        filled(TWO, typed(1, measures="1.按因素法测算；\n2.集体研究决定。")),
        values={"measures 1": "1.按因素法测算；\n2.集体研究决定。"},
    ),
    Case(
        29,
        "texts that begin like a formula",
        filled(TWO, typed(1, remark="=另见附页", measures="-由两人复核并留存底稿")),
        values={"remark 1": "=另见附页", "measures 1": "-由两人复核并留存底稿"},
    ),
    Case(
        29,
        "an error value",
        filled(TWO, touches.type_over(0, "manifestation", "#REF!")),
        "returned",
        findings=(("F207", "manifestation 1"),),
    ),
    Case(
        29,
        "a formula without a result",
        filled(TWO, touches.type_over(1, "measures", "=[1]Sheet1!A1")),
        "returned",
        findings=(("F208", "measures 2"),),
    ),
    Case(
        31,
        "as above",
        filled("权力事项 | 风险点\n专项资金 | 收入不入账\n同上 | 拨款无依据\n〃 | 收支不清"),
        repairs=(
            ("照抄上一行", "power_matter 2", "同上", "专项资金"),
            ("照抄上一行", "power_matter 3", "〃", "专项资金"),
        ),
        values={"power_matter 3": "专项资金"},
        rows=3,
    ),
    Case(
        31,
        "as above in the first row",
        filled("权力事项 | 风险点\n同前 | 收入不入账\n专项资金 | 拨款无依据"),
        "returned",
        findings=(("F213", "power_matter 1"),),
    ),
    Case(
        32,
        "placeholders where nothing is asked for",
        filled("备注 | 完成时限\n/ | 待定\n—— | ×"),
        repairs=(
            ("占位符视为未填", "remark 1", "/", ""),
            ("占位符视为未填", "remark 2", "——", ""),
            ("占位符视为未填", "due_date 1", "待定", ""),
            ("占位符视为未填", "due_date 2", "×", ""),
        ),
        values={"remark 1": "", "due_date 2": ""},
    ),
    Case(
        32,
        "placeholders where something is asked for",
        filled("防控措施 | 风险点\n无 | 收入不入账\n暂无 | 拨款无依据"),
        "returned",
        findings=(("F201", "measures 1"), ("F201", "measures 2")),
        repairs=(
            ("占位符视为未填", "measures 1", "无", ""),
            ("占位符视为未填", "measures 2", "暂无", ""),
        ),
    ),
    Case(
        33,
        "numbers in all styles, doubled and missing",
        filled(
            TWO,
            typed(1, measures="①核对原始凭证\n②双人复核签字"),
            typed(2, measures="1、核对原始凭证\n1）双人复核签字\n（4）定期抽查通报"),
        ),
        repairs=(
            (
                "统一编号",
                "measures 1",
                "①核对原始凭证\n②双人复核签字",
                "1.核对原始凭证\n2.双人复核签字",
            ),
            (
                "统一编号",
                "measures 2",
                "1、核对原始凭证\n1）双人复核签字\n（4）定期抽查通报",
                "1.核对原始凭证\n2.双人复核签字\n3.定期抽查通报",
            ),
        ),
    ),
    Case(
        34,
        "running numbers that go on, repeat or are text",
        filled(TWO, typed(1, seq="五十七"), typed(2, seq=57)),
        values={"seq 1": "1", "seq 2": "2"},
    ),
    Case(
        37,
        "one person twice",
        filled(f"A角 | B角 | 风险点\n{FIRST} | {FIRST} | 收入不入账\n{FIRST} |  | 拨款无依据"),
        "returned",
        findings=(("F302", "officer_b 1"), ("F303", "officer_b 2")),
    ),
    Case(
        38,
        "characters that recognition confuses",
        filled("风险点 | 备注\n超标准处臵资产 | \n收入不入账 | 出示妖求不一"),
        repairs=(("更正识别错的字", "risk_point 1", "超标准处臵资产", "超标准处置资产"),),
        values={"remark 2": "出示妖求不一"},
    ),
    Case(
        44,
        "numbers of persons",
        filled(
            "备注 | 风险点\n经办人440000198001010007 | 收入不入账\n联系手机13000000000 | 拨款无依据"
        ),
        findings=(("F311", "remark 1"), ("F311", "remark 2")),
    ),
)

OFFICES: tuple[Case, ...] = (
    Case(
        36,
        "the name spaced out",
        filled(TWO, entered(office_name="预 算 科")),
        values={"office_name": "预算科"},
    ),
    Case(
        36,
        "another usual name of the office",
        filled(TWO, entered(office_name=ALIAS)),
        repairs=(("由系统填写", "office_name", ALIAS, "预算科"),),
        values={"office_name": "预算科"},
    ),
    Case(
        36,
        "an office that nobody knows",
        filled(TWO, entered(office_name="预决算处")),
        "returned",
        findings=(("F111", "office_name"),),
        repairs=(("由系统填写", "office_name", "预决算处", "预算科"),),
    ),
    Case(
        36,
        "another office",
        filled(TWO, entered(office_name="国库科")),
        "returned",
        findings=(("F111", "office_name"),),
        repairs=(("由系统填写", "office_name", "国库科", "预算科"),),
    ),
    Case(
        26,
        "computed cells typed over",
        filled(
            TWO,
            by_hand(unprotected),
            typed(1, office_head="丘不在", managing_body="本科室", seq="第一"),
        ),
        repairs=(
            ("由系统填写", "office_head 1", "丘不在", "沈济川"),
            ("由系统填写", "managing_body 1", "本科室", "科室（单位）负责人"),
        ),
        values={"office_head 1": "沈济川"},
    ),
    Case(
        26,
        "the number of the sheet typed over",
        filled(TWO, by_hand(unprotected), entered(form_number="FB1-YSK-2011-000000")),
        findings=(("F105", "form_number"),),
    ),
    Case(
        40,
        "a name full of versions",
        filled(TWO),
        file="附表1_预算科 最终版v2 (1) - 副本.xlsx",
    ),
    Case(41, "a name that says nothing", filled(TWO), file="新建 Microsoft Excel 工作表.xlsx"),
    Case(41, "a name of another office", filled(TWO), file="附表1_国库科.xlsx"),
    Case(
        41,
        "a neighbour's folder",
        filled(TWO),
        findings=(("F114", ""),),
        folder="02-国库科",
    ),
)

SHAPES: tuple[Case, ...] = (
    *(
        read_all_the_same(
            14,
            f"a sheet called {name}",
            sheet_named(name),
            layout=lambda layout, name=name: layout.named(name),
        )
        for name in ("附表1 (2)", "A&B“预算”'科")
    ),
    read_all_the_same(
        16,
        "a line on top",
        touches.insert_row_on_top,
        layout=lambda layout: layout.named("Sheet1").lowered(),
    ),
    Case(
        16, "another title", filled(TWO, titled("预算科廉政风险表")), findings=(("F105", "title"),)
    ),
    Case(
        17,
        "a column inserted",
        filled(TWO, column_inserted("risk_level", "本科室编号", "甲一", "甲二")),
        findings=(("F102", "risk_level-1 0"),),
        values={"本科室编号 2": "甲二", "measures 2": f"{TEXT}（防控措施：拨款无依据）"},
        layout=lambda layout: layout.making_room("risk_level"),
    ),
    Case(
        17,
        "a column added behind",
        filled(TWO, touches.add_column("本科室内部编号", "甲一")),
        findings=(("F102", "+1 0"),),
        values={"本科室内部编号 1": "甲一"},
    ),
    Case(
        17,
        "a required column deleted",
        filled(TWO, touches.delete_column("measures")),
        "returned",
        findings=(("F101", "seq 0"),),
        layout=lambda layout: layout.without("measures"),
    ),
    Case(
        17,
        "an optional column deleted",
        filled(TWO, touches.delete_column("remark")),
        findings=(("F108", "seq 0"),),
        values={"remark 1": ""},
        layout=lambda layout: layout.without("remark"),
    ),
    read_all_the_same(
        17,
        "columns reordered",
        columns_swapped("risk_level", "measures"),
        layout=lambda layout: layout.swapping("risk_level", "measures"),
    ),
    Case(
        18,
        "labels with breaks, blanks and other brackets",
        filled(
            TWO,
            headed(
                risk_category="风险 类别",
                risk_level="风险\n等级",
                officer_a="A角(岗位责任人)",
                measures="防控\r\n措施：",
                officer_b="Ｂ角",
            ),
        ),
        values={"risk_category 1": "外部环境风险"},
    ),
    Case(
        18,
        "a label said otherwise",
        filled(TWO, headed(measures="防范措施")),
        findings=(("F105", "measures 0"),),
        values={"measures 1": f"{TEXT}（防控措施：收入不入账）"},
    ),
    Case(
        19,
        "header, title, sums and notes among the rows",
        filled(
            "风险点\n收入不入账\n拨款无依据\n收支不清\n违规拨付",
            emptied(2),
            line(2, "", TITLE),
            header_again(3),
            line(5, "合计", "", "2条"),
            line(6, "填表说明：", "一行只填一个风险点"),
            line(7, "", "数据行可以排序"),
        ),
        repairs=(
            ("略去重复的标题", "seq 2", TITLE, ""),
            ("略去重复的表头", "seq 3", "序号", ""),
            ("略去合计行", "seq 5", "合计", ""),
            ("略去表后说明", "seq 6", "填表说明：", ""),
            ("略去表后说明", "seq 7", "数据行可以排序", ""),
        ),
        values={"risk_point 2": "违规拨付"},
    ),
    Case(43, "a hidden row", filled(TWO, touches.hide_row(1)), findings=(("F103", "*"),)),
    Case(43, "a hidden column", filled(TWO, column_hidden("remark")), findings=(("F103", "*"),)),
    Case(
        43,
        "filtered rows",
        filled(TWO, rows_filtered("risk_level", 1, 2)),
        findings=(("F103", "*"),),
    ),
    Case(43, "a hidden sheet", filled(TWO, by_hand(sheet_hidden)), findings=(("F103", "*"),)),
    Case(
        43,
        "rows outside the print area",
        filled("风险点\n" + "\n".join(f"风险{number}" for number in range(1, 15))),
        rows=14,
    ),
    Case(43, "blanks below", filled(TWO, by_hand(blanks_below))),
)

CASES = (*MERGED, *WORDS, *CONTENTS, *OFFICES, *SHAPES, *FILES)
