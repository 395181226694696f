"""How much room a text takes in a column, counted in half-width characters."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.text import display_width

if TYPE_CHECKING:
    from pipeline.documents.volume import Table

_BREAK = "\u200b"  # a zero-width space
# Widths of the text in the bundled layouts, in mm.
A3_TEXT = 380.0
A4_TEXT = 156.0
# Tables are set in 5号 (10.5 pt), so half a character is 5.25 pt.
_HALF = 5.25 * 25.4 / 72  # mm
_INSET = 3.0  # mm, both sides of a cell
# A page of a table takes some 35 lines. A row beyond this many may break over pages: kept
# whole it would leave most of a page empty, or be cut where it is longer than a page.
_TALL = 24


def capacities(table: Table, millimetres: float) -> tuple[int, ...]:
    """Return how many half-width characters a line of each column takes, at least two."""
    return tuple(max(2, int((millimetres * share - _INSET) / _HALF)) for share in table.shares())


def height(text: str, capacity: int) -> int:
    r"""Return how many lines a text takes.

    >>> height("一岗一预防", 4), height("甲\n乙", 20), height("", 20)
    (3, 2, 1)
    """
    return sum(max(1, -(-display_width(line) // capacity)) for line in text.split("\n"))


def tall(row: tuple[str, ...], capacity: tuple[int, ...]) -> bool:
    """Tell whether a row is so high that it may break over pages."""
    return any(height(text, room) > _TALL for text, room in zip(row, capacity, strict=True))


def softened(text: str, capacity: int) -> str:
    r"""Return the text with breaks allowed inside words that may be longer than a line.

    Behind its hyphens first, and between all letters of a piece that is still too long. Capitals
    are wider than half a Chinese character, so two thirds of a line count as too long.

    >>> softened("于2011-09-30", 9).split("\u200b")
    ['于2011-', '09-', '30']
    >>> softened("见abcd", 4).split("\u200b"), softened("见ab", 4)
    (['见a', 'b', 'c', 'd'], '见ab')
    """
    longest = 2 * capacity // 3
    return re.sub(rf"[!-~]{{{longest + 1},}}", lambda word: _loose(word[0], longest), text)


def _loose(word: str, longest: int) -> str:
    """Return a word with a break allowed behind each hyphen, and anywhere in longer pieces."""
    pieces = (piece if len(piece) <= longest else _BREAK.join(piece) for piece in word.split("-"))
    return f"-{_BREAK}".join(pieces)
