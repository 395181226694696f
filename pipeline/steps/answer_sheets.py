"""问题清单 and 规范化记录: the sheets appended to an office's own workbook."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from pipeline.findings import SHOWN
from pipeline.workbook.headers import letters
from pipeline.workbook.mark import AddedSheet, Mark, Severity, TextCell, TextRow
from pipeline.workbook.receipt import LIST

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipeline.findings import Class, Finding, Repair

_SEVERITY: Mapping[Class, Severity] = {"强制": "must", "核实": "ask", "提示": "hint"}
_ORDER = tuple(_SEVERITY)
_ROW = re.compile(r"(\d+)$")

_LIST_HEAD = ("序号", "类别", "位置", "栏目", "现在的内容", "怎么办")
_LIST_WIDTHS = (6.0, 10.0, 18.0, 18.0, 34.0, 60.0)
_REPAIRS = "规范化记录"
_REPAIRS_HEAD = ("序号", "位置", "栏目", "原值", "新值", "规则")
_REPAIRS_NOTE = "以下内容已由系统统一写法，汇总按新值，您填的格子没有改动。如有不对，请改后重报。"
_REPAIRS_WIDTHS = (6.0, 18.0, 18.0, 42.0, 42.0, 20.0)


def ordered(findings: Sequence[Finding]) -> list[Finding]:
    """Return the findings as listed: 必改 first, each class in the order of the sheet."""
    return sorted(findings, key=lambda finding: _ORDER.index(finding.klass))


def marks(findings: Sequence[Finding], first_column: int, table: str) -> list[Mark]:
    """Return a mark for each finding with a cell; the row's first cell leads back to the list."""
    return [
        Mark(
            finding.place,
            _SEVERITY[finding.klass],
            finding.message.removeprefix(finding.where),
            back=_back(finding, first_column, table),
        )
        for finding in ordered(findings)
        if finding.place.cell
    ]


def _back(finding: Finding, first_column: int, table: str) -> str | None:
    row = _ROW.search(finding.place.cell)
    in_table = finding.record >= 0 or finding.place.sheet == table
    return f"{letters(first_column)}{row[1]}" if row and in_table else None


def problem_list(receipt: Sequence[str], findings: Sequence[Finding]) -> AddedSheet:
    """Return 问题清单: the receipt on top, then every problem with a link to its cell.

    receipt: title, then lines; the last says what to do now.
    """
    listed = ordered(findings)
    title, *lines = receipt
    top = [
        TextRow((TextCell(title, "title"),), wide=True),
        *(TextRow((TextCell(line, "note"),), wide=True) for line in lines),
        TextRow((TextCell(_counted(listed), "note"),), wide=True),
    ]
    head = TextRow(tuple(TextCell(name, "header") for name in _LIST_HEAD))
    body = [_problem(number, finding) for number, finding in enumerate(listed, 1)]
    if not body:
        return AddedSheet(LIST, tuple(top), _LIST_WIDTHS)
    return AddedSheet(LIST, (*top, head, *body), _LIST_WIDTHS, frozen=len(top) + 1)


def _counted(findings: Sequence[Finding]) -> str:
    counts = Counter(finding.klass for finding in findings)
    if not counts:
        return "没有发现问题。"
    return "、".join(f"{SHOWN[klass]}{counts[klass]}处" for klass in _ORDER if counts[klass]) + "。"


def _problem(number: int, finding: Finding) -> TextRow:
    place = finding.place
    shown = f"{place.sheet} {place.cell}".strip() or "整个文件"
    where = TextCell(shown, "link", place) if place.cell else TextCell(shown)
    return TextRow(
        (
            TextCell(str(number)),
            TextCell(SHOWN[finding.klass], _SEVERITY[finding.klass]),
            where,
            TextCell(finding.column),
            TextCell(finding.value),
            TextCell(finding.message.removeprefix(finding.where)),
        ),
    )


def repair_list(repairs: Sequence[Repair]) -> AddedSheet:
    """Return 规范化记录: what was mended without asking, 原值 → 新值."""
    head = TextRow(tuple(TextCell(name, "header") for name in _REPAIRS_HEAD))
    title = TextRow((TextCell(_REPAIRS, "title"),), wide=True)
    note = TextRow(
        (
            TextCell(
                _REPAIRS_NOTE,
                "note",
            ),
        ),
        wide=True,
    )
    body = [
        TextRow(
            (
                TextCell(str(number)),
                TextCell(f"{repair.place.sheet} {repair.place.cell}", "link", repair.place),
                TextCell(repair.column),
                TextCell(repair.before),
                TextCell(repair.after),
                TextCell(repair.rule),
            ),
        )
        for number, repair in enumerate(repairs, 1)
    ]
    return AddedSheet(_REPAIRS, (title, note, head, *body), _REPAIRS_WIDTHS, frozen=3)
