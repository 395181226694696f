"""The nightly report as a few tables of text, so that page and workbook say the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.findings import CATALOGUE
from pipeline.monitor.campaign import NOT_YET_IN, told_together
from pipeline.monitor.night import TOTAL
from pipeline.monitor.progress import Progress, gathered, overdue
from pipeline.vocab import VERDICTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.monitor.night import Night, Operation, Returned

Cell = str | int

_REASONS = 3  # kinds of fault told for one returned file; the rest is counted
_GIB = 1024**3


@dataclass(frozen=True, slots=True)
class Column:
    """One column; width is relative to the other columns of its table."""

    header: str
    width: int
    centred: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """One table of the report; empty is the sentence said where there are no rows.

    urgent: positions of the rows that must not be overlooked. total: the last row sums up.
    """

    key: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    empty: str
    urgent: frozenset[int] = frozenset()
    total: bool = False

    @property
    def counted(self) -> bool:
        """Tell whether every row is one thing, so that their number means something."""
        return not self.total and self.key != "operation"


def sections(night: Night) -> tuple[Section, ...]:
    """Return the tables of the report in the order in which they are read."""
    return (
        _todo(night),
        _missing(night),
        _asked(night),
        _received(night),
        _returned(night),
        _changes(night),
        _tallies(night),
        _operation(night),
    )


def _todo(night: Night) -> Section:
    return Section(
        "todo",
        "今天要办",
        (Column("序号", 6, centred=True), Column("事项", 84), Column("办结", 8, centred=True)),
        tuple((number, said, "□") for number, said in enumerate(night.todo, 1)),
        "今天没有要办的事。",
    )


def _missing(night: Night) -> Section:
    lines = sorted(
        gathered(line for line in night.progress if not line.electronic),
        key=lambda line: (not overdue(line, night.day), -line.late_days, line.office.order),
    )
    return Section(
        "missing",
        "还没有报来或没有通过",
        (
            Column("单位", 16),
            Column("表", 8, centred=True),
            Column("状态", 10, centred=True),
            Column("期限", 12, centred=True),
            Column("逾期", 9, centred=True),
            Column("联络员", 10, centred=True),
            Column("电话", 14, centred=True),
        ),
        tuple(_missing_row(line) for line in lines),
        "没有欠报的单位。",
        frozenset(place for place, line in enumerate(lines) if overdue(line, night.day)),
    )


def _missing_row(line: Progress) -> tuple[Cell, ...]:
    return (
        f"{line.office.name} {line.person}".strip(),
        line.form,
        line.state.value,
        line.due.isoformat() if line.due else "未定",
        f"{line.late_days}天" if line.late_days else "",
        line.office.liaison,
        line.office.phone,
    )


def _asked(night: Night) -> Section:
    """Return what the campaign rules ask for, an office after the other.

    Whose form is still to come stands in the section before already.
    """
    more = (one for one in night.matters if one.code != NOT_YET_IN)
    told = sorted(told_together(more), key=lambda one: one.office.order)
    return Section(
        "campaign",
        "活动要求",
        (Column("单位", 16), Column("要求", 20), Column("说明", 62)),
        tuple((one.office.name, CATALOGUE[one.code].meaning, one.said) for one in told),
        "各单位都达到活动要求。",
    )


def _received(night: Night) -> Section:
    return Section(
        "received",
        "收到的文件",
        (
            Column("收件号", 8, centred=True),
            Column("时间", 8, centred=True),
            Column("单位", 14),
            Column("文件", 28),
            Column("结果", 8, centred=True),
            Column("说明", 34),
        ),
        tuple(
            (item.arrival, item.time, item.office, item.file, VERDICTS[item.verdict], item.reason)
            for item in night.received
        ),
        "今天没有收到文件。",
    )


def _returned(night: Night) -> Section:
    return Section(
        "returned",
        "退回的文件和原因",
        (
            Column("单位", 14),
            Column("文件", 26),
            Column("必改", 8, centred=True),
            Column("原因", 52),
        ),
        tuple(
            (
                item.office,
                item.file,
                f"{item.must}处" if item.must else "",
                "\n".join(_reasons(item)) or item.said,
            )
            for item in night.returned
        ),
        "今天没有退回文件。",
    )


def _reasons(item: Returned) -> Iterator[str]:
    reasons, rest = item.reasons(_REASONS)
    for reason in reasons:
        such_as = "如" if reason.count > 1 else ""
        yield f"{reason.meaning}（{reason.count}处）：{such_as}{reason.first}"
    if rest:
        yield f"另有{rest}处，见退回件。"


def _changes(night: Night) -> Section:
    return Section(
        "changes",
        "档案库的变动",
        (
            Column("风险编号", 16, centred=True),
            Column("单位", 14),
            Column("变动", 10, centred=True),
            Column("内容", 60),
        ),
        tuple((item.number, item.office, item.kind, item.text) for item in night.changes),
        "今天档案库没有变动。",
        frozenset(place for place, item in enumerate(night.changes) if item.asks),
    )


def _tallies(night: Night) -> Section:
    levels = tuple(Column(name, 9, centred=True) for name in night.levels.names)
    tallies = (*night.tallies, night.total) if night.tallies else ()
    return Section(
        "tallies",
        "各单位风险点",
        (Column("单位", 20), *levels, Column(TOTAL, 9, centred=True)),
        tuple((tally.office, *tally.counts, tally.total) for tally in tallies),
        "尚无已收的风险点。",
        total=True,
    )


def _operation(night: Night) -> Section:
    state = night.operation
    rows = _stood(state) if state else ()
    return Section(
        "operation",
        "运行情况",
        (Column("项目", 24), Column("现状", 60)),
        rows,
        "补做的报告不写运行情况，只有当晚知道。",
        frozenset() if state is None or state.alive else frozenset({0}),
    )


def _stood(state: Operation) -> tuple[tuple[Cell, ...], ...]:
    return (
        ("最后一次查看收件夹", state.last_scan or "没有记录"),
        ("等待处理的文件", f"{state.waiting}个"),
        ("隔离的文件", f"{state.quarantined}个"),
        ("档案库磁盘剩余", f"{state.disk_free / _GIB:.1f} GB"),
        ("登记链", f"共{state.chain_count}条，末条{state.chain_head}"),
    )
