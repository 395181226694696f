"""Merged ranges: those that lie apart, and where others overlap, which no office program makes."""

from __future__ import annotations

from bisect import bisect_left, insort
from functools import lru_cache
from heapq import heappop, heappush
from typing import TYPE_CHECKING, NamedTuple

from pipeline.workbook.headers import corners

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.model import Sheet


class Block(NamedTuple):
    """A range of cells; rows and columns count from 0, the last ones belong to it."""

    top: int
    left: int
    bottom: int
    right: int


@lru_cache(maxsize=16)
def split(merges: tuple[str, ...]) -> tuple[tuple[Block, ...], tuple[Block, ...]]:
    """Return the merged ranges of which no two share a cell, and what others share with them.

    Goes from top to bottom with the ranges open there, so that even 20,000 cost a moment.
    """
    apart: list[Block] = []
    shared: list[Block] = []
    open_: list[tuple[int, Block]] = []
    ends: list[tuple[int, Block]] = []
    for block in sorted({_block(area) for area in merges}):
        while ends and ends[0][0] < block.top:
            closed = heappop(ends)[1]
            open_.remove((closed.left, closed))
        touched = _touched(open_, block)
        if touched is not None:
            shared.append(_common(touched, block))
            continue
        apart.append(block)
        insort(open_, (block.left, block))
        heappush(ends, (block.bottom, block))
    return tuple(apart), tuple(shared)


def covered(sheet: Sheet) -> Iterator[tuple[int, int]]:
    """Yield the cells that hold something below a merged range, where nobody sees it."""
    apart, _ = split(sheet.merges)
    for block in apart:
        for row in range(block.top, min(block.bottom + 1, len(sheet.rows))):
            cells = sheet.rows[row]
            for column in range(block.left, min(block.right + 1, len(cells))):
                if cells[column].strip() and (row, column) != block[:2]:
                    yield row, column


def _touched(open_: list[tuple[int, Block]], block: Block) -> Block | None:
    """Return the one of these ranges, all open in the block's first row, that it meets."""
    place = bisect_left(open_, (block.left, block))
    for _, other in open_[max(0, place - 1) : place + 1]:
        if other.left <= block.right and block.left <= other.right:
            return other
    return None


def _common(one: Block, other: Block) -> Block:
    return Block(
        max(one.top, other.top),
        max(one.left, other.left),
        min(one.bottom, other.bottom),
        min(one.right, other.right),
    )


def _block(area: str) -> Block:
    (top, left), (bottom, right) = corners(area)
    return Block(top, left, bottom, right)
