"""The 等级审定表 as the group fills it: a table of the domain, written into the list we issued."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.rehearsal.clerk import open_desk, save
from pipeline.steps.review import review_form, write_review
from pipeline.workbook.headers import position

if TYPE_CHECKING:
    from datetime import date

    from journeys import Circle, Outcome

    from pipeline.rehearsal.clerk import Desk

NAME, FOLDER = "等级审定表.xlsx", "纪检组"
GROUP, LEADERS = "何组长", "局党组第9次会议"
WHY = "多年未发生，两人办理"
BEGINS, NUMBER = "YSK-2011-", re.compile(r"[A-Z]+-2011-\d{3}")


def listed(circle: Circle, *, everything: bool = False) -> bytes:
    """Return the list as it is issued now."""
    workspace = circle.workspace
    place = write_review(workspace, workspace.today, everything=everything)
    return place.read_bytes()


def said(circle: Circle, table: str, content: bytes = b"") -> bytes:
    """Return the list with words filled in.

    table: a line of keys of the form, then one line a point that begins with its number or the
    last three digits of it; a number that the list lacks, or that came before, is written below.
    Who speaks and on which day is filled in where the table has no column for it.
    """
    head, *lines = [line.strip() for line in table.strip().splitlines()]
    keys = [key.strip() for key in head.split("|")]
    desk = opened(circle, content or listed(circle))
    at = {number: row for row, number in enumerate(numbers(desk), desk.first)}
    last = max(at.values(), default=desk.first - 1)
    for line in lines:
        row = dict(zip(keys, (cell.strip() for cell in line.split("|")), strict=True))
        number = f"{BEGINS}{row['number']}" if row["number"].isdecimal() else row["number"]
        place = at.pop(number, 0)
        if not place:
            place = last = last + 1
            _make_room(desk, place)
        _write(circle, desk, place, row | {"number": number})
    return save(desk.book)


def opened(circle: Circle, content: bytes) -> Desk:
    """Return the list opened at its sheet."""
    return open_desk(content, review_form(circle.workspace))


def numbers(desk: Desk) -> list[str]:
    """Return the numbers in the list, in their order."""
    column = desk.match.columns["number"] + 1
    cells = desk.sheet.iter_rows(desk.first, min_col=column, max_col=column, values_only=True)
    return [str(number) for (number,) in cells if number and NUMBER.fullmatch(str(number))]


def _make_room(desk: Desk, row: int) -> None:
    """Let go of the lines that stand below the list."""
    below = [area for area in desk.sheet.merged_cells.ranges if area.min_row >= desk.first]
    for area in below:
        desk.sheet.unmerge_cells(area.coord)
    for cell in desk.sheet[row]:
        cell.value = None


def _write(circle: Circle, desk: Desk, row: int, words: dict[str, str]) -> None:
    spoken: dict[str, str | date | None] = {key: value or None for key, value in words.items()}
    for stage, person in (("group", GROUP), ("leaders", LEADERS)):
        if words.get(f"{stage}_level"):
            spoken.setdefault(f"{stage}_person", person)
            spoken.setdefault(f"{stage}_day", circle.workspace.today)
    for key, value in spoken.items():
        desk.sheet.cell(row, desk.match.columns[key] + 1).value = value


def decide(circle: Circle, table: str, content: bytes = b"") -> Outcome:
    """Hand in what the group says and return what became of it."""
    return circle.hand_in(said(circle, table, content), NAME, FOLDER)


def told(outcome: Outcome) -> dict[str, list[str]]:
    """Return what was found by number: "F413 group_reason"."""
    circle = outcome.circle
    with circle.workspace.ledger.reading() as db:
        place = circle.workspace.ledger.originals.locate(db, outcome.arrival.sha256)
    assert place
    desk = opened(circle, place.read_bytes())
    keys = {column: key for key, column in desk.match.columns.items()}
    found: dict[str, list[str]] = {}
    for one in outcome.findings:
        row, column = position(one.place.cell) if one.place.cell else (0, -1)
        number = str(desk.sheet.cell(row + 1, desk.match.columns["number"] + 1).value)
        found.setdefault(number, []).append(f"{one.code} {keys.get(column, '')}".strip())
    return found
