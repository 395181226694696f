"""Invented volumes for the tests of documents; no bureau, office or person exists."""

from __future__ import annotations

from datetime import date

from pipeline.documents.volume import Chapter, Column, Paint, Table, Volume

OFFICES = ("办公室", "预算科", "政府采购办")
PROBES = ("{{7*7}}", "{%if%}", "{_{x}_}", "<script>", "a&b", "#let x=1", "\\input{y}", "$x^2$")
PAINTS = {"甲": Paint("FF0000", "FFFFFF"), "乙": Paint("FFFF00", "000000")}
COLUMNS = (
    Column("序号", 1, centred=True),
    Column("岗位", 2),
    Column("风险点", 6),
    Column("等级", 1, centred=True, paints=PAINTS),
    Column("措施", 9),
)


def row(number, risk="把关不严", level="甲", measure="双人复核"):
    return (str(number), "出纳", risk, level, measure)


def table(*rows):
    return Table(COLUMNS, rows)


def chapter(title, *rows):
    return Chapter(title, (("主要负责人", "王堃"),), table(*rows), "本单位没有风险点。")


def volume(*chapters):
    chapters = chapters or tuple(chapter(name, row(1), row(2, level="乙")) for name in OFFICES)
    return Volume(
        bureau="东江市财政局",
        campaign="“一岗一预防”活动资料汇编",
        title="第二册 风险点及防控措施",
        edition_date=date(2011, 9, 18),
        foreword=("本册供内部使用。",),
        legend="等级：甲＞乙",
        mark="内部资料",
        leading_group=(("组长", "高远山"),),
        totals_title="各单位风险点汇总",
        totals=Table((Column("单位", 3), Column("合计", 1)), (("办公室", "2"),)),
        chapters=chapters,
    )
