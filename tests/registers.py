"""An invented register for the tests of tables, summaries and pages; nobody in it exists."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pandas as pd

from pipeline.findings import Finding
from pipeline.forms import FORMS, tailor
from pipeline.model import Office, Place
from pipeline.monitor import (
    Change,
    Duty,
    Matter,
    Night,
    Operation,
    Received,
    Returned,
    Submission,
    progress,
    todo,
)
from pipeline.settings import default_text, parse
from pipeline.summaries import Edition, legend_line
from pipeline.tables import Scope, tallies

SETTINGS = parse(default_text(year=2011, bureau="江南市财政局").encode())
OFFICES = (
    Office("BGS", "办公室", 1, leader="赵启", liaison="周敏", phone="1001"),
    Office("YSK", "预算科", 2, leader="钱文", liaison="吴江", phone="1002"),
    Office("GKK", "国库科", 3, leader="赵启"),
)
TODAY = date(2011, 9, 20)
DUTY = Duty("附表1", "control")
OWN = ("number", "office", "office_name", "status", "filled_level", "raised_level", "fixed_level")
BLUE = '\n[[vocabulary.levels]]\nname = "蓝"\nfill = "0070C0"\nfont = "FFFFFF"\n'


def four_levels():
    """Settings whose file says a fourth level behind the three of the default."""
    default = default_text(year=2011, bureau="江南市财政局")
    head, mark, rest = default.partition("\n# 危害后果")
    assert mark
    return parse((head + BLUE + mark + rest).encode())


def scope(settings=SETTINGS, offices=OFFICES):
    return Scope(tailor(FORMS[0], settings), settings.levels, offices)


def register(table, over=None):
    """Return the register a table says: a header of keys, then one line a risk point."""
    over = over or scope()
    head, *lines = (
        [cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()
    )
    rows = [
        _row(dict(zip(head, line, strict=True)), place, over) for place, line in enumerate(lines)
    ]
    columns = [*over.form.table.keys, *OWN, "office_order", "level", "level_rank"]
    return pd.DataFrame(rows, columns=[*columns, "version", "since", "source"])


def _row(said, place, over):
    offices = {office.name: office for office in over.offices}
    office = offices[said["office_name"]]
    number = f"{office.code}-2011-{place + 1:03d}"
    level = said["level"]
    own = {
        "number": number,
        "office": office.code,
        "office_order": office.order,
        "bureau_leader": office.leader,
        "status": "在册",
        "risk_level": level,
        "filled_level": level,
        "level_rank": over.levels.names.index(level) + 1 if level in over.levels.names else 0,
        "version": 1,
        "since": "2011-09-10",
        "source": f"附表1.xlsx!附表1!A{place + 9}",
    }
    blank = dict.fromkeys((*over.form.table.keys, *OWN), "")
    return {**blank, **own, **said}


SMALL = """
    office_name | level | risk_category | power_class | process_step | risk_point | measures
    办公室 | 红 | 业务流程风险 | 行政管理类 | 受理 | 越权审批 | 1.双人复核；2.定期轮岗
    办公室 | 橙 | 岗位职责风险 | 行政管理类 | 现场核查 | 接受宴请 | 公开办事程序
    预算科 | 黄 | 业务流程风险 | 财政分配管理监督类 | 受理 | 依据不足 |
    预算科 | 橙 | 业务流程风险 | 其他 |  | 拖延不办 | ①限时办结；②逾期说明；③登记台账
"""

# One kind of post in three offices under three names, and one risk under two levels.
SHARED = """
    office_name | level | post_name | power_matter | risk_point
    办公室 | 红 | 出纳岗 | 资金管理 | 挪用公款
    办公室 | 橙 | 出纳岗 | 资金管理 | 白条抵库
    预算科 | 黄 | 预算科出纳 | 资金管理 | 利用职务便利挪用公款
    预算科 | 橙 | 综合岗 | 预算编制 | 拖延不办
    国库科 | 橙 | 出纳人员 | 资金管理 | 收入不入账
"""


def edition(version="1.0"):
    return Edition(
        bureau="江南市财政局",
        campaign="一岗一预防",
        day=TODAY,
        mark="内部资料",
        legend=legend_line(SETTINGS.levels),
        version=version,
    )


def submission(day, verdict="accepted", *, questions=0, rows=5, round_key="control"):
    return Submission(date(2011, *day), verdict, questions, rows, round_key)


def lines():
    """Return the progress of the offices: received, returned and late, not a word."""
    histories: tuple[list[Submission], ...] = (
        [submission((9, 10))],
        [submission((9, 16), "returned")],
        [],
    )
    return tuple(
        progress(office, DUTY, history, SETTINGS, TODAY)
        for office, history in zip(OFFICES, histories, strict=True)
    )


def findings(*codes):
    params = {"options": "红、黄或橙", "taken": "红"}
    return tuple(
        Finding(code, Place("附表1", f"J{row}"), "风险等级", "绿", params)
        for row, code in enumerate(codes, 9)
    )


def asked_for():
    """Return what the campaign asks of two offices."""
    params = {"value": "YSK-2011-001：防控措施"}
    return (
        Matter("F506", OFFICES[1], "附件2", "吴江", params, ("YSK-2011-001：防控措施",)),
        Matter("F506", OFFICES[0], "附件2", "周敏", params, ("YSK-2011-001：防控措施",)),
        Matter("F506", OFFICES[0], "附件2", "赵启", params, ("YSK-2011-001：防控措施",)),
        Matter("F501", OFFICES[0], "附件2", "孙正"),
    )


def night():
    """Return a report with something in every section."""
    operation = Operation(2, 1, 30 * 1024**3, "2011-09-20 22:00", 57, "9f3c2a71")
    changes = (
        Change("BGS-2011-001", "办公室", "新增", "越权审批"),
        Change("YSK-2011-003", "预算科", "待核销", "本次没有出现", asks=True),
    )
    return Night(
        bureau="江南市财政局",
        campaign="一岗一预防",
        mark="内部资料",
        day=TODAY,
        generated="2011-09-20 22:05",
        levels=SETTINGS.levels,
        received=(Received(7, "09:15", "预算科", "附表1.xlsx", "returned", "有3处必改。"),),
        returned=(Returned("预算科", "附表1.xlsx", findings("F201", "F201", "F202", "F209")),),
        changes=changes,
        progress=lines(),
        tallies=tallies(register(SMALL), scope()),
        todo=todo(lines(), changes, operation, TODAY),
        operation=operation,
        matters=asked_for(),
    )


def quiet_night():
    """Return a report of a day on which nothing happened, over an empty register."""
    return replace(
        night(), received=(), returned=(), changes=(), progress=(), tallies=(), todo=(), matters=()
    )
