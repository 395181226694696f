"""The Chinese words of the templates that belong to no form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.text import units
from pipeline.workbook.limits import MOST_MESSAGE

if TYPE_CHECKING:
    from datetime import date

    from pipeline.forms import Field, Section
    from pipeline.workbook.issue import Issue

HELP = "填表说明"
HELP_HEADS = ("栏目", "本轮", "怎么填", "可选内容", "示例")
_ABOVE, _BELOW = "表头各项", "表后各项"
_TABLE, _GIVEN = "表格各栏（一行一条）", "表格各栏（由系统填好）"
_BOXES = "签字各栏（打印后手签，不用在电子表里填）"
ANNEX = "附·重点风险点"
SIGNED = "年　　月　　日　"
NEEDED = "必填"
OPTIONAL = "选填"
GIVEN = "系统填写"
CHECK = "自检"
READY = "可报送"
NOTHING = "表格还没有填写"
STILL = ("还有 ", " 处未填")
BROKEN = "有的格显示错误，请先改正"
TO_FIRST = "→ 到第一处"
# Never empty: a formula without any value looks like one that was never calculated.
NO_FIRST = "必填项都已填"
LIST_LEFT = "填的内容不在下拉框里"
_COLOURS = "深绿色栏目本轮必填，浅绿色选填，灰色由系统填写"
_ASIDE = "浅蓝色不打印"
_ROWS = "行不够时，在空行处插入行；多余的空行不必删除。"
_ALONE = "可以不管。"


def remarks(issue: Issue, *, aside: bool) -> str:
    """Return the line between title block and table: colours, deadline, whom to ask."""
    colours = f"{_COLOURS}，{_ASIDE}。" if aside else f"{_COLOURS}。"
    return "　　".join([*scales(issue), colours, f"{due(issue)}{contact(issue)}"])


def scales(issue: Issue) -> list[str]:
    """Return each ranked word list of the table as one line, the gravest first."""
    return [
        f"{entry.header}：" + "＞".join(_noted(term.name, term.note) for term in words.terms)
        for section in issue.form.sections
        for entry in section.fields
        if (words := entry.kind.vocabulary) and words.ranked
    ]


def due(issue: Issue) -> str:
    """Return by when the workbook is expected, "" where no day is set."""
    return f"请于{chinese(issue.due)}前报送。" if issue.due else ""


def contact(issue: Issue) -> str:
    """Return whom to ask."""
    bureau = issue.settings.bureau
    return f"{bureau.group}联系人：{bureau.contact}，电话：{bureau.phone}"


def advice(issue: Issue) -> tuple[str, ...]:
    """Return the instructions of the form, then what holds for every table."""
    typed = any(part.kind == "table" and not part.given for part in issue.form.sections)
    rows = (_ROWS,) if typed else ()
    return (*issue.form.instructions, *rows, f"{due(issue)}{contact(issue)}。")


def block(section: Section, *, below: bool) -> str:
    """Return what a section is called on the help sheet; below: it stands under the table."""
    if section.kind == "table":
        return _GIVEN if section.given else _TABLE
    return _BOXES if section.kind == "boxes" else _BELOW if below else _ABOVE


def annex(issue: Issue) -> str:
    """Return the title of the annex."""
    return f"{issue.office.name}重点风险点一览"


def prompt(issue: Issue, entry: Field) -> str:
    """Return what is shown when a cell of the field is chosen; "" for nothing."""
    if entry.derived:
        return entry.hint or f"{GIVEN}，{_ALONE}"
    needed = f"本轮{NEEDED}。" if issue.requires(entry) else ""
    words = entry.kind.vocabulary
    said = f"{needed}{entry.hint}"
    if not words or entry.kind.alert != "message":
        return said
    # There is no drop-down: a list that was cut would hide words, so the help sheet shows it.
    whole = f"{said}可填：{'、'.join(words.names)}。"
    return whole if units(whole) <= MOST_MESSAGE else f"{said}可填的词见“{HELP}”。"


def objection(entry: Field, options: tuple[str, ...]) -> str:
    """Return what Excel says to an entry that is not in the drop-down."""
    if entry.kind.insists:
        return f"请从下拉框里选：{'、'.join(options)}。"
    return "下拉框里没有这一项。确实无误请点“是”，要改请点“否”。"


def status(issue: Issue, entry: Field) -> str:
    """Return whether the field has to be filled in this round."""
    return GIVEN if entry.derived else NEEDED if issue.requires(entry) else OPTIONAL


def chinese(day: date) -> str:
    """Return a day as it is printed.

    >>> import datetime
    >>> chinese(datetime.date(2011, 9, 18))
    '2011年9月18日'
    """
    return f"{day.year}年{day.month}月{day.day}日"


def _noted(name: str, note: str) -> str:
    return f"{name}（{note}）" if note else name
