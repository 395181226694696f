"""What every sheet of one edition carries besides its table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from pipeline.vocab import Vocabulary


@dataclass(frozen=True, slots=True)
class Edition:
    """Whose edition, of which day. mark: who may read it, "" for everybody.

    legend: how the levels rank. version: of the program, printed in the footer.
    """

    bureau: str
    campaign: str
    day: date
    mark: str
    legend: str
    version: str

    @property
    def dated(self) -> str:
        """Return the day as it is printed: 2011年9月18日."""
        return f"{self.day.year}年{self.day.month}月{self.day.day}日"

    def heading(self, title: str) -> str:
        """Return the title of a sheet with the campaign before it."""
        return f"{self.bureau}“{self.campaign}”活动{title}"


def legend_line(levels: Vocabulary) -> str:
    """Return how the levels rank, in words, so that a print in black and white says it too.

    >>> from pipeline.vocab import Term, Vocabulary
    >>> legend_line(Vocabulary("levels", "等级", (Term("甲", note="重"), Term("乙"))))
    '等级由高到低：甲（重）＞乙'
    """
    words = (f"{term.name}（{term.note}）" if term.note else term.name for term in levels.terms)
    return f"{levels.title}由高到低：{'＞'.join(words)}"
