"""The one catalogue of sentences: what is told of a file, a cell, a row, and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

Class = Literal["强制", "核实", "提示"]

# The words shown to people for each class, worst first.
SHOWN: Mapping[Class, str] = {"强制": "必改", "核实": "请核实", "提示": "提示"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the catalogue: `said` names what is wrong and what to do, with {parameters}."""

    code: str
    klass: Class | Literal["文件"]
    meaning: str
    said: str


def _catalogue(*entries: Entry) -> dict[str, Entry]:
    return {entry.code: entry for entry in entries}


# Codes never change their meaning and are never used again. Reasons of a file are words, findings
# are F1xx headers and identity, F2xx cells, F3xx rows, F4xx between versions.
CATALOGUE: Mapping[str, Entry] = _catalogue(
    Entry("EMPTY", "文件", "空文件", "文件是空的（0字节）。请重新保存后再报送。"),
    Entry("INCOMPLETE", "文件", "没有传完", "文件没有传完或已截断。请重新复制一次。"),
    Entry(
        "NOT_WORKBOOK",
        "文件",
        "不是Excel工作簿",
        "收到的不是Excel工作簿。请把内容填入下发的Excel表后重新报送。",
    ),
    Entry("ENCRYPTED", "文件", "有打开密码", "文件设有打开密码，无法读取。请取消密码后重新报送。"),
    Entry("TOO_BIG", "文件", "超过大小限制", "文件过大。请删去图片和多余的工作表后重新报送。"),
    Entry(
        "BOMB",
        "文件",
        "压缩内容异常",
        "文件的压缩内容异常，为安全起见没有打开。请用下发的表重新填报。",
    ),
    Entry(
        "XML_UNSAFE",
        "文件",
        "含不安全的内容",
        "文件含不安全的内容声明，没有打开。请用下发的表重新填报。",
    ),
    Entry(
        "DAMAGED",
        "文件",
        "内部结构损坏",
        "文件已损坏，读不出内容。请用Excel或WPS打开后另存一份再报送。",
    ),
    Entry("NOT_FILE", "文件", "不是普通文件", "这不是普通文件，没有读取。请放入Excel工作簿。"),
    Entry("NO_ACCESS", "文件", "无法读取", "文件无法读取，可能正被占用。请关闭文件后重新报送。"),
    Entry("TIME_LIMIT", "文件", "读取超时", "读取超过时限。请把内容复制到下发的新表后重新报送。"),
    Entry(
        "READER_DIED",
        "文件",
        "读取程序异常",
        "读取时程序异常。请把内容复制到下发的新表后重新报送。",
    ),
    Entry("CHECK_FAILED", "文件", "检查程序异常", "检查时程序异常，已转局纪检组处理。暂不必重报。"),
    Entry(
        "NOT_OUR_TEMPLATE", "文件", "不是下发的表", "没有找到下发表格的表头。请使用下发模板填报。"
    ),
    Entry("NO_DATA", "文件", "没有填写", "表内没有填写任何内容。请填写后重新报送。"),
    Entry(
        "IDENTITY_UNSURE",
        "文件",
        "不能确定是哪个单位的哪张表",
        "表的标识不全，由局纪检组确认单位后收下。暂不必重报。",
    ),
    Entry(
        "MANY_MISSING",
        "文件",
        "已登记的风险点大量缺失",
        "已登记的风险点有{missing}条没有出现，由局纪检组确认是补报还是替换。",
    ),
    Entry("DUPLICATE", "文件", "与已收文件完全相同", "这份文件以前已经收到，结果不变。不必再报。"),
    Entry("SAME_CONTENT", "文件", "内容没有变化", "内容与上次收下的相同，已登记。"),
    Entry("FINDINGS", "文件", "有必改问题", "有{count}处必改，请按问题清单修改后重新报送。"),
    Entry("QUESTIONS", "文件", "收下，有请核实问题", "已收，请核实{count}项。"),
    Entry("OK", "文件", "收下", "已收。"),
    Entry("F101", "强制", "缺少必需的栏目", "缺少“{header}”一栏。请使用下发的表，不要删除栏目。"),
    Entry("F102", "提示", "多出的栏目", "“{value}”不是本表的栏目，内容已另存，不计入汇总。"),
    Entry(
        "F103", "提示", "隐藏的行列", "有隐藏的内容（{value}），已一并读取。请确认是否需要报送。"
    ),
    Entry("F104", "提示", "表外的远处内容", "表外远处有内容“{value}”，没有计入。如无用请删除。"),
    Entry(
        "F105",
        "提示",
        "固定文字被改动",
        "原来是“{issued}”，现在是“{value}”。固定文字请不要改动，已按原来的办理。",
    ),
    Entry(
        "F106",
        "核实",
        "系统填写的内容被改动",
        "系统填的是“{issued}”，现在是“{value}”，仍按系统的计。原来有误的，请在情况说明写明。",
    ),
    Entry("F107", "提示", "下拉框内容被改动", "下拉框里的“{issued}”被改动，检查仍按原来的词。"),
    Entry(
        "F108",
        "提示",
        "栏目找不到",
        "找不到“{issued}”一栏，它的内容没有读到。请恢复这一栏的名称。",
    ),
    Entry(
        "F111",
        "强制",
        "单位与表的标识不符",
        "填的是“{value}”，这张表是发给{office}的。请用本单位的表填报。",
    ),
    Entry(
        "F112", "强制", "有多张同类表", "另有工作表“{value}”也填了内容。请只保留一张后重新报送。"
    ),
    Entry(
        "F113",
        "核实",
        "用的是较早一轮的表",
        "这是{value}轮的表，现在是{current}轮。请核对，或在情况说明写明。",
    ),
    Entry(
        "F114",
        "核实",
        "与表号不符的文件夹",
        "文件放在“{value}”的文件夹，表是{office}的，已按表计。请下次放对文件夹。",
    ),
    Entry(
        "F115",
        "强制",
        "姓名与表的标识不符",
        "填的是“{value}”，这张表是发给{person}的。请用本人的表填报。",
    ),
    Entry(
        "F116",
        "强制",
        "是别的年度的表",
        "这是{value}年度的表。请用{year}年度下发的表填报。",
    ),
    Entry(
        "F117",
        "强制",
        "像是别的单位填的表",
        "填的岗位和人员都是{other}的，这张表是发给{office}的。请用本单位的表填报。",
    ),
    Entry(
        "F118",
        "核实",
        "文件里另有一种表",
        "工作表“{value}”是{form}，没有收下。请把它单独存成一个文件报送。",
    ),
    Entry("F201", "强制", "必填项空着", "还没有填写。请填写{column}。"),
    Entry("F202", "强制", "不在下拉框内", "填的是“{value}”。请从下拉框选{options}。"),
    Entry("F203", "核实", "名册里没有", "填的是“{value}”，名册里没有。请核对，或在情况说明写明。"),
    Entry("F204", "强制", "文字过长", "有{count}字，超过{most}字。请精简。"),
    Entry("F205", "提示", "文字偏长", "有{count}字，打印可能显示不全。建议精简到{most}字以内。"),
    Entry("F206", "强制", "日期看不懂", "填的是“{value}”。请填成2011-9-18这样的日期。"),
    Entry("F207", "强制", "单元格是错误值", "显示为错误值{value}。请改填文字或数字。"),
    Entry("F208", "强制", "公式没有结果", "是公式而没有结果。请直接填写内容。"),
    Entry("F209", "提示", "一格填了几个等级", "填的是“{value}”，已按就高不就低取“{taken}”。"),
    Entry(
        "F210", "提示", "一格填了几个类别", "填的是“{value}”，已取第一个“{taken}”。建议分行填写。"
    ),
    Entry(
        "F211",
        "核实",
        "不在参考选项内",
        "填的是“{value}”，不在参考选项内。请核对，或在情况说明写明。",
    ),
    Entry("F212", "强制", "不是数字", "填的是“{value}”。请填整数。"),
    Entry("F213", "强制", "“同上”无处可抄", "填的是“{value}”，上面没有内容。请填写具体内容。"),
    Entry("F214", "提示", "年份由程序补上", "填的是“{value}”，没有年份，已按{taken}计。"),
    Entry(
        "F220",
        "强制",
        "合并单元格互相重叠",
        "合并单元格互相重叠，分不清内容属于哪一格。请取消合并后重填。",
    ),
    Entry("F223", "核实", "数字超过15位", "数字超过15位，后几位可能已丢失。请改成文本后重填。"),
    Entry(
        "F301",
        "核实",
        "权力子类与类别不合",
        "“{value}”不属于“{parent}”。请核对权力类别和权力子类。",
    ),
    Entry("F302", "强制", "A角与B角是同一人", "“{value}”同时是A角和B角。请另定B角。"),
    Entry("F303", "核实", "没有B角", "没有填B角。请填写，或填“无”并在情况说明写明原因。"),
    Entry(
        "F304",
        "核实",
        "等级低于后果对应的等级",
        "填的是“{value}”，按危害后果应为“{taken}”，已就高按“{taken}”计。请改正，或说明理由。",
    ),
    Entry(
        "F305",
        "核实",
        "与另一行重复",
        "与第{other}行的岗位、权力事项和风险点相同。请合并，或说明区别。",
    ),
    Entry(
        "F306",
        "强制",
        "无风险点的岗位没有说明",
        "风险点填“无”时，请在情况说明写明理由（不少于6个字）。",
    ),
    Entry(
        "F307",
        "核实",
        "风险编号不认识",
        "“{value}”不是本单位登记过的编号，已作新增。请核对，或说明。",
    ),
    Entry(
        "F308",
        "核实",
        "风险编号重复",
        "“{value}”在第{other}行已经用过，本行已作新增。请核对，或说明。",
    ),
    Entry(
        "F309", "核实", "讨论日期晚于填报日期", "集体讨论日期{value}晚于填报日期{other}。请核对。"
    ),
    Entry("F310", "核实", "参加人数多于在册人数", "填的是{value}人，名册在册{roster}人。请核对。"),
    Entry("F311", "提示", "含个人信息", "像是身份证号或手机号码。如非必需请删去。"),
    Entry("F312", "提示", "措施过于简单", "只有“{value}”。请写明谁、怎样、何时防控。"),
    Entry(
        "F313",
        "核实",
        "同名的人分不清",
        "本单位叫“{value}”的不止一人，按岗位分不清。请核对岗位，或在情况说明写明是哪一位。",
    ),
    Entry(
        "F401",
        "核实",
        "登记过的风险点没有出现",
        "{value}没有出现，已列为待核销。请在本格写明“{value}：原因”。",
    ),
    Entry(
        "F402",
        "核实",
        "等级比已登记的低",
        "填的是“{value}”，已登记为“{before}”。请在情况说明写明理由。",
    ),
)
