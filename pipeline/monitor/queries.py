"""The questions put to the offices, and what is missing from the register, for the officer."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from pipeline.monitor.todo import office_and_contact

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from pipeline.model import Office


class Stand(StrEnum):
    """Where a question stands; the value is the word people see."""

    OPEN = "待说明"
    LATE = "过期没有说明"
    REPLIED = "已说明，待看"
    AGREED = "已同意"
    OBJECTED = "没有同意"


@dataclass(frozen=True, slots=True)
class Query:
    """A question put to an office about a form in force.

    number: what the officer calls it by. place: sheet and cell. asked: the day of the answer that
    asked it; due: the last day to explain; replied: when the reply came, None as long as none did.
    why: the group objects to the reply for this reason.
    """

    number: str
    office: Office
    form: str
    person: str
    place: str
    column: str
    code: str
    question: str
    asked: date
    due: date
    reply: str
    replied: date | None
    stand: Stand
    why: str = ""

    @property
    def is_open(self) -> bool:
        """Tell whether the office still has to explain."""
        return self.stand in {Stand.OPEN, Stand.LATE, Stand.OBJECTED}


@dataclass(frozen=True, slots=True)
class Gone:
    """A registered risk point that its office's table no longer carries (待核销).

    reply: the reason the office gave, "" for none. why: the group does not agree for this reason.
    """

    number: str
    office: Office
    text: str
    level: str
    since: date
    reply: str
    why: str = ""

    @property
    def waits(self) -> bool:
        """Tell whether the group can settle it now."""
        return bool(self.reply) and not self.why


def to_verify(queries: Sequence[Query], gone: Sequence[Gone]) -> Iterator[str]:
    """Yield what the officer has to do about them, a sentence an office and kind of work."""
    for code, office in {one.office.code: one.office for one in queries}.items():
        mine = [one for one in queries if one.office.code == code]
        stands = Counter(one.stand for one in mine)
        if late := stands[Stand.LATE]:
            yield f"请核实{office_and_contact(office)}：有{late}项提问过期没有说明，见“核实清单”。"
        if objected := stands[Stand.OBJECTED]:
            yield f"请告知{office_and_contact(office)}：有{objected}项说明没有同意，请重新说明。"
        if replied := stands[Stand.REPLIED]:
            yield f"请看{office.name}的{replied}项说明。运行 yigang confirm 办理。"
    for code, office in {one.office.code: one.office for one in gone}.items():
        mine_gone = [one for one in gone if one.office.code == code]
        waiting = [one for one in mine_gone if one.waits]
        if waiting:
            yield f"请确认{office.name}待核销{len(waiting)}条。运行 yigang confirm 办理。"
        if rest := len(mine_gone) - len(waiting):
            yield f"请提醒{office_and_contact(office)}：有{rest}条待核销，请恢复或写明原因。"
