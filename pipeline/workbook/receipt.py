"""The receipt block on 问题清单: the one line that writer and reader must agree on.

A marked copy tells by it which answer it is, when it comes back corrected.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline import text

if TYPE_CHECKING:
    from pipeline.model import Reading

LIST = "问题清单"
_OFFICE, _NUMBER, _RECEIVED = "单位：", "收件编号：", "收到时间："
_FACTS_ROW = 1  # from 0, below the title
_TOLD = re.compile(rf"{re.escape(text.key(_NUMBER))}(\d{{1,9}}){re.escape(text.key(_RECEIVED))}")


def facts_line(whose: str, number: int, received: str) -> str:
    """Return the line that tells whose file was answered, its arrival number and its time."""
    return f"{_OFFICE}{whose}　　{_NUMBER}{number}　　{_RECEIVED}{received}"


def answered_number(reading: Reading) -> int | None:
    """Return the arrival number of the answer that a workbook was made from, None without one."""
    for sheet in reading.sheets:
        if sheet.visible and sheet.name.startswith(LIST) and len(sheet.rows) > _FACTS_ROW:
            told = _TOLD.search(text.key("".join(sheet.rows[_FACTS_ROW])))
            if told:
                return int(told[1])
    return None
