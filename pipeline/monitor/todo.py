"""What the officer has to do today, derived from progress, register and operation."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from pipeline.monitor.campaign import URGED
from pipeline.monitor.progress import (
    Progress,
    days_left,
    gathered,
    is_reminder_day,
    overdue,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from pipeline.model import Office
    from pipeline.monitor.campaign import Matter
    from pipeline.monitor.night import Change, Operation, Pending

_LEAST_FREE = 2 * 1024**3  # bytes; a night with all its outputs and the backup takes less


def todo(
    lines: Sequence[Progress],
    changes: Sequence[Change],
    operation: Operation | None,
    today: date,
    pending: Sequence[Pending] = (),
) -> tuple[str, ...]:
    """Return one sentence a duty: what stands still first, then calls, decisions, reminders.

    The persons of an office who stand alike are one call.
    """
    lines = gathered(lines)
    return (
        *(_operation(operation) if operation else ()),
        *_calls(lines, today),
        *_confirmations(pending, changes),
        *_reminders(lines, today),
    )


def _operation(operation: Operation) -> Iterator[str]:
    if not operation.alive:
        yield f"监控中断，最后一次查看收件夹是{operation.last_scan}。请重新启动监听。"
    if operation.disk_free < _LEAST_FREE:
        yield "档案库所在磁盘快满了。请腾出空间。"
    if operation.quarantined:
        yield f"有{operation.quarantined}个文件读不出来，已隔离。请告知报送单位重新报送。"
    for said in operation.too_large:
        yield f"收件夹里的{said}"


def _calls(lines: Sequence[Progress], today: date) -> Iterator[str]:
    late = sorted((line for line in lines if overdue(line, today)), key=_by_lateness)
    for line in late:
        yield f"请催{called(line)}：{line.form}{line.state}，已逾期{line.late_days}天。"


def _by_lateness(line: Progress) -> tuple[int, int]:
    return -line.late_days, line.office.order


def asking(matters: Iterable[Matter]) -> Iterator[str]:
    """Yield one reminder an office of what the campaign rules ask it for.

    What it still has to send is called for already, and what nobody need act upon is told only.
    """
    found: dict[str, list[Matter]] = {}
    for one in matters:
        if one.code in URGED:
            found.setdefault(one.office.code, []).append(one)
    for group in found.values():
        counts = Counter(one.entry.meaning for one in group)
        said = "、".join(f"{meaning}{count}项" for meaning, count in counts.items())
        yield f"请提醒{office_and_contact(group[0].office)}：{said}，见“活动要求”。"


def called(line: Progress) -> str:
    """Return whom to call about whom: 预算科（联络员李某，电话…）; the unknown is left out."""
    shown = office_and_contact(line.office)
    return f"{shown}{line.person}" if line.person else shown


def office_and_contact(office: Office) -> str:
    """Return an office with whom to call there; the unknown is left out."""
    known = (("联络员", office.liaison), ("电话", office.phone))
    contact = "，".join(f"{label}{value}" for label, value in known if value)
    return f"{office.name}（{contact}）" if contact else office.name


def _confirmations(pending: Sequence[Pending], changes: Sequence[Change]) -> Iterator[str]:
    for one in pending:
        told = f"{one.office or '单位不明'}，{one.what}"
        yield f"请确认第{one.arrival}号（{told}）：{one.why}。运行 yigang confirm 办理。"
    for change in changes:
        if change.asks:
            yield f"请确认{change.office} {change.number}（{change.kind}）：{change.text}"


def _reminders(lines: Sequence[Progress], today: date) -> Iterator[str]:
    for line in lines:
        if line.due and is_reminder_day(line, today):
            left = days_left(line.due, today)
            yield f"请提醒{called(line)}：{line.form}{line.state}，还有{left}天到期。"
