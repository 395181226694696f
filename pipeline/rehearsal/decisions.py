"""What the officer writes into the 等级审定表: the levels of one office, one of them raised."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.rehearsal.clerk import open_desk, save

if TYPE_CHECKING:
    from datetime import date

    from pipeline.forms import Form
    from pipeline.rehearsal.clerk import Desk
    from pipeline.vocab import Vocabulary

_GROUP, _LEADERS = "何组长", "局党组第9次会议"
_RAISED = "涉及资金量大，从高掌握"


def review(
    listed: bytes, form: Form, office: str, said: tuple[Vocabulary, date]
) -> tuple[bytes, int]:
    """Return the list with the points of an office decided, and how many they are.

    Each stays at the level that follows from its table, but for the first of the lowest, which is
    raised by one. said: the levels, and the day that is written.
    """
    levels, day = said
    desk = open_desk(listed, form)
    records = [one for one in _records(desk) if desk.cell(one, "office_name").value == office]
    *_, above, lowest = levels.names
    to_raise = next(one for one in records if desk.cell(one, "raised").value == lowest)
    for record in records:
        level = str(desk.cell(record, "raised").value)
        _say(desk, record, "group", (above if record == to_raise else level, _GROUP, day))
        if level == levels.names[0]:
            _say(desk, record, "leaders", (level, _LEADERS, day))
    desk.cell(to_raise, "group_reason").value = _RAISED
    return save(desk.book), len(records)


def _records(desk: Desk) -> list[int]:
    count = desk.sheet.max_row - desk.first + 1
    return [one for one in range(count) if desk.cell(one, "number").value]


def _say(desk: Desk, record: int, stage: str, said: tuple[str, str, date]) -> None:
    level, person, day = said
    desk.cell(record, f"{stage}_level").value = level
    desk.cell(record, f"{stage}_person").value = person
    desk.cell(record, f"{stage}_day").value = day
