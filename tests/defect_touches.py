"""What is done to a filled workbook besides what the rehearsal's clerks do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.rehearsal.clerk import Desk, open_desk, save

if TYPE_CHECKING:
    from collections.abc import Callable

    from defects import Touch

    from pipeline.forms import Form


def by_hand(change: Callable[[Desk], None]) -> Touch:
    """Return a touch that changes the workbook as it lies open."""

    def touch(content: bytes, form: Form) -> bytes:
        desk = open_desk(content, form)
        change(desk)
        return save(desk.book)

    return touch


def sheet_named(name: str) -> Touch:
    """Return a touch that gives the sheet another name."""

    def rename(desk: Desk) -> None:
        desk.sheet.title = name

    return by_hand(rename)
