"""问题清单 and 规范化记录: the sheets appended to an office's own workbook."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, TypeVar

from pipeline.findings import SHOWN
from pipeline.workbook.headers import letters
from pipeline.workbook.mark import AddedSheet, CellStyle, Mark, Severity, TextCell, TextRow
from pipeline.workbook.receipt import LIST

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipeline.findings import Class, Finding, Repair
    from pipeline.model import Place

_SEVERITY: Mapping[Class, Severity] = {"强制": "must", "核实": "ask", "提示": "hint"}
_ORDER = tuple(_SEVERITY)
_ROW = re.compile(r"(\d+)$")

_Value = TypeVar("_Value")

_LIST_HEAD = ("序号", "类别", "位置", "栏目", "现在的内容", "怎么办")
_LIST_WIDTHS = (6.0, 10.0, 20.0, 18.0, 34.0, 60.0)
_ORIGIN = "原文件位置"
_ORIGIN_WIDTH = 18.0
_ORIGIN_NOTE = "“位置”指本文件；“怎么办”里说到的行号，是您原文件的行号。"
_BY_KIND = "归类：同样的问题合为一行，点“位置”到第一处"
_ONE_BY_ONE = "逐处：全部问题，点“位置”到那一格"
_LONG, _MANY = 10, 3  # a list of so many lines, and a problem so often, are worth a summary
_NAMED = 6  # ranges of rows named in a line of the summary; the list below names all
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
            _note(finding),
            back=_back(finding, first_column, table),
        )
        for finding in ordered(findings)
        if finding.place.cell
    ]


def _note(finding: Finding) -> str:
    """Return what the comment says; in another file than the office's it names the cell there."""
    origin = _shown(finding.origin)
    return f"{_said(finding)}（原文件：{origin}）" if origin else _said(finding)


def _said(finding: Finding) -> str:
    """Return the sentence without the place, which stands beside it."""
    return finding.message.removeprefix(finding.where)


def _shown(place: Place) -> str:
    return f"{place.sheet} {place.cell}".strip()


def _back(finding: Finding, first_column: int, table: str) -> str | None:
    row = _ROW.search(finding.place.cell)
    in_table = finding.record >= 0 or finding.place.sheet == table
    return f"{letters(first_column)}{row[1]}" if row and in_table else None


def problem_list(receipt: Sequence[str], findings: Sequence[Finding]) -> AddedSheet:
    """Return 问题清单: the receipt on top, then every problem with a link to its cell.

    A long list begins with a summary, each problem once with its rows. receipt: title, then lines;
    the last says what to do now.
    """
    listed = ordered(findings)
    moved = any(finding.origin.sheet for finding in listed)
    title, *lines = receipt
    notes = [*lines, *([_ORIGIN_NOTE] if moved else []), _counted(listed)]
    top = [_wide(title, "title"), *(_wide(line, "note") for line in notes)]
    body = [_problem(number, finding, moved=moved) for number, finding in enumerate(listed, 1)]
    widths = _with_origin(_LIST_WIDTHS, _ORIGIN_WIDTH, moved=moved)
    if not body:
        return AddedSheet(LIST, tuple(top), widths)
    head = _with_origin(_LIST_HEAD, _ORIGIN, moved=moved)
    rows = [TextRow(tuple(TextCell(name, "header") for name in head))]
    kinds = _kinds(listed)
    if len(listed) >= _LONG and any(len(kind) >= _MANY for kind in kinds):
        summary = [_summed(number, kind, moved=moved) for number, kind in enumerate(kinds, 1)]
        rows += [_wide(_BY_KIND, "band"), *summary, _wide(_ONE_BY_ONE, "band")]
    return AddedSheet(LIST, (*top, *rows, *body), widths, frozen=len(top) + 1)


def _wide(shown: str, style: CellStyle) -> TextRow:
    return TextRow((TextCell(shown, style),), wide=True)


def _with_origin(columns: Sequence[_Value], origin: _Value, *, moved: bool) -> tuple[_Value, ...]:
    """Return the columns of the list; where its cells are not the office's own, one more."""
    return (*columns[:3], *([origin] if moved else []), *columns[3:])


def _kinds(findings: Sequence[Finding]) -> list[list[Finding]]:
    """Group findings that say the same of the same column, in the order of the list."""
    groups: dict[object, list[Finding]] = defaultdict(list)
    for finding in findings:
        groups[finding.code, finding.place.sheet, finding.column].append(finding)
    return list(groups.values())


def _summed(number: int, kind: Sequence[Finding], *, moved: bool) -> TextRow:
    """Return the line of the summary for all findings of a kind."""
    first = kind[0]
    said = _said(first)
    if any(_said(finding) != said for finding in kind):
        said = f"{first.entry.meaning}。例如：{said}"
    rows = _rows([finding.place for finding in kind])
    cells = (
        TextCell(str(number)),
        TextCell(SHOWN[first.klass], _SEVERITY[first.klass]),
        _leading(_shown(first.place) or "整个文件", first.place, back=False),
        TextCell(first.column),
        TextCell("：".join(part for part in (f"共{len(kind)}处", rows) if part)),
        TextCell(said),
    )
    return TextRow(_with_origin(cells, TextCell(_shown(first.origin)), moved=moved))


def _rows(places: Sequence[Place]) -> str:
    """Return the rows of cells as ranges: 第8–57、60行; "" where a cell has none."""
    numbers = sorted({int(found[1]) for place in places if (found := _ROW.search(place.cell))})
    ranges: list[tuple[int, int]] = []
    for number in numbers:
        joined = ranges and ranges[-1][1] == number - 1
        ranges[-1:] = [(ranges[-1][0], number)] if joined else [*ranges[-1:], (number, number)]
    named = [str(low) if low == high else f"{low}–{high}" for low, high in ranges[:_NAMED]]
    more = "等" if len(ranges) > _NAMED else ""
    return f"第{'、'.join(named)}{more}行" if named else ""


def _leading(shown: str, place: Place, *, back: bool = True) -> TextCell:
    """Return a cell that leads to a place, where there is one to lead to."""
    return TextCell(shown, "link", place, back=back) if place.cell else TextCell(shown)


def _counted(findings: Sequence[Finding]) -> str:
    counts = Counter(finding.klass for finding in findings)
    if not counts:
        return "没有发现问题。"
    return "、".join(f"{SHOWN[klass]}{counts[klass]}处" for klass in _ORDER if counts[klass]) + "。"


def _problem(number: int, finding: Finding, *, moved: bool) -> TextRow:
    place = finding.place
    cells = (
        TextCell(str(number)),
        TextCell(SHOWN[finding.klass], _SEVERITY[finding.klass]),
        _leading(_shown(place) or "整个文件", place),
        TextCell(finding.column),
        TextCell(finding.value),
        TextCell(_said(finding)),
    )
    return TextRow(_with_origin(cells, TextCell(_shown(finding.origin)), moved=moved))


def repair_list(repairs: Sequence[Repair]) -> AddedSheet:
    """Return 规范化记录: what was mended without asking, 原值 → 新值."""
    head = TextRow(tuple(TextCell(name, "header") for name in _REPAIRS_HEAD))
    body = [
        TextRow(
            (
                TextCell(str(number)),
                _leading(_shown(repair.place) or _shown(repair.origin), repair.place),
                TextCell(repair.column),
                TextCell(repair.before),
                TextCell(repair.after),
                TextCell(repair.rule),
            ),
        )
        for number, repair in enumerate(repairs, 1)
    ]
    top = (_wide(_REPAIRS, "title"), _wide(_REPAIRS_NOTE, "note"))
    return AddedSheet(_REPAIRS, (*top, head, *body), _REPAIRS_WIDTHS, frozen=3)
