"""What the receipt of an accepted file says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from pipeline.vocab import Term


@dataclass(frozen=True, slots=True)
class LevelCount:
    """How many risk points of the file have a level."""

    term: Term
    count: int


@dataclass(frozen=True, slots=True)
class Receipt:
    """An accepted form: what came, what was counted, what comes next.

    person: whose form it is, or what became of each person's, "" for the form of an office.
    received: the moment as people read it. questions: how many are still to be answered, by
    verify_by. due: deadline of the next round named in due_for, None where nothing follows.
    """

    bureau: str
    campaign: str
    office: str
    form: str
    person: str
    round: str
    arrival: int
    received: str
    file: str
    counts: tuple[LevelCount, ...]
    questions: int
    verify_by: date | None
    due_for: str
    due: date | None
    contact: str
    phone: str

    @property
    def rows(self) -> int:
        """Return how many risk points were accepted."""
        return sum(entry.count for entry in self.counts)
