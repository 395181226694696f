"""What is said of a file as a whole: why it was not read, or what became of it."""

from pipeline.findings.entry import Entry

REASONS: tuple[Entry, ...] = (
    Entry("EMPTY", "文件", "空文件", "文件是空的（0字节）。请重新保存后再报送。"),
    Entry("INCOMPLETE", "文件", "没有传完", "文件没有传完或已截断。请重新复制一次。"),
    Entry(
        "NOT_WORKBOOK",
        "文件",
        "不是Excel工作簿",
        "收到的不是Excel工作簿。请把内容填入下发的Excel表后重新报送。",
    ),
    Entry(
        "WORD_FILE",
        "文件",
        "是Word文件",
        "收到的是Word文件。请把内容填入下发的Excel表后重新报送。",
    ),
    Entry("SCAN", "文件", "扫描件已存", "已存为扫描件，仍请报送电子表。"),
    Entry(
        "TEXT_FILE",
        "文件",
        "是文本或网页",
        "收到的是文本或网页（如CSV），不是Excel工作簿。请把内容填入下发的Excel表后重新报送。",
    ),
    Entry(
        "OTHER_ARCHIVE",
        "文件",
        "是打不开的压缩包",
        "收到的是压缩包（rar等）。请解压后直接放入Excel表，或改用zip压缩。",
    ),
    Entry(
        "ENCRYPTED",
        "文件",
        "有打开密码",
        "文件设有打开密码或“保护工作簿”，无法读取。请取消后重新报送。",
    ),
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
    Entry(
        "UNPACKED",
        "文件",
        "压缩包，已拆开",
        "压缩包已拆开，内有{count}个文件，逐个回复。",
        example={"count": "3"},
    ),
    Entry(
        "ARCHIVE_UNSAFE",
        "文件",
        "压缩包不能安全拆开",
        "压缩包内的文件名或格式不安全，没有拆开。请把表格直接放入报送文件夹。",
    ),
    Entry(
        "ARCHIVE_NESTED",
        "文件",
        "压缩包里的压缩包",
        "压缩包里还有压缩包，这一个没有拆开。请解压后把表格放入报送文件夹。",
    ),
    Entry(
        "ARCHIVE_EMPTY",
        "文件",
        "压缩包里没有文件",
        "压缩包里没有可收的文件。请把填好的表格放进去重新报送。",
    ),
    Entry("CHECK_FAILED", "文件", "检查程序异常", "检查时程序异常，已转局纪检组处理。暂不必重报。"),
    Entry(
        "NOT_OUR_TEMPLATE", "文件", "不是下发的表", "没有找到下发表格的表头。请使用下发模板填报。"
    ),
    Entry(
        "WRONG_FORM",
        "文件",
        "表的标识与内容不是同一种表",
        "文件的标识是{stamped}，里面填的却是{found}。请用下发的{found}填报。",
        example={"stamped": "附件2", "found": "附表1"},
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
        example={"missing": "6"},
    ),
    Entry(
        "RETURNED_BY_GROUP",
        "文件",
        "局纪检组退回",
        "局纪检组退回：{why}。",
        example={"why": "请补充采购岗的风险点"},
    ),
    Entry(
        "DECISION_ELSEWHERE",
        "文件",
        "不从这里收",
        "等级审定表只从收件夹的“纪检组”文件夹收，这里的（还有“预检”里的）不算数。请交局纪检组办理。",
    ),
    Entry(
        "DECISION_UNPROVEN",
        "文件",
        "没有系统的标识",
        "这份审定表没有系统的标识，不能登记。请用“清单”里最新的等级审定表填写。",
    ),
    Entry(
        "LEVELS_FIXED",
        "文件",
        "等级已登记",
        "已登记{done}条等级。",
        example={"done": "12"},
    ),
    Entry(
        "LEVELS_PARTLY",
        "文件",
        "有的等级没有登记",
        "已登记{done}条，另有{left}条没有登记。请看问题清单，改好后放回收件夹的“纪检组”。",
        example={"done": "12", "left": "3"},
    ),
    Entry("LEVELS_KNOWN", "文件", "等级以前已登记", "所写的以前都已登记，结果不变。"),
    Entry("DUPLICATE", "文件", "与已收文件完全相同", "这份文件以前已经收到，结果不变。不必再报。"),
    Entry("SAME_CONTENT", "文件", "内容没有变化", "内容与上次收下的相同，已登记。"),
    Entry(
        "FINDINGS",
        "文件",
        "有必改问题",
        "有{count}处必改，请按问题清单修改后重新报送。",
        example={"count": "7"},
    ),
    Entry(
        "QUESTIONS", "文件", "收下，有请核实问题", "已收，请核实{count}项。", example={"count": "2"}
    ),
    Entry("OK", "文件", "收下", "已收。"),
)
