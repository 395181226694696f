"""What a file may cost, and the word said where it costs more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.model import Reason

KIB = 1024
MIB = 1024 * KIB
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384


@dataclass(frozen=True, slots=True)
class Limits:
    """The bounds of one file and one worker; sizes in bytes, times in seconds.

    Of 1,148 sound public workbooks the largest inflates to 27 MB, so `total` leaves 7 times room.
    """

    file: int = 20 * MIB
    entries: int = 1_000
    entry: int = 200 * MIB
    total: int = 200 * MIB
    ratio: int = 100
    ratio_grace: int = 100 * KIB
    depth: int = 64
    attributes: int = 200
    # Parts above this size are walked element by element for depth and attributes.
    small_part: int = 256 * KIB
    cells: int = 2_000_000
    # More cells than this in one sheet are mostly formatted emptiness, which is dropped first.
    ordinary_cells: int = 200_000
    # calamine allocates the whole rectangle from A1 to the outermost cell.
    grid: int = 1_000_000
    far_cells: int = 10_000
    merges: int = 20_000
    seconds: float = 30.0
    memory: int = 1024 * MIB
    answer: int = 32 * MIB
    worker_files: int = 200
    # Whether the fills of empty cells are read: a second walk over every sheet.
    fills: bool = False

    def inflated(self, packed: int) -> int:
        """Return the size that a part of a workbook never exceeds; both in bytes."""
        return max(self.ratio_grace, self.ratio * packed)

    def holds(self, rectangle: int, cells: int) -> bool:
        """Tell whether a rectangle is small enough, or at least a quarter of it is filled."""
        return rectangle <= max(self.grid, 4 * cells)


class Refusal(Exception):  # noqa: N818 - a verdict on the file, not an error of the program
    """The file is not read; `reason` is one of the fixed words."""

    def __init__(self, *, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason
