"""What one day brought, as values: the page and the workbook of the night are made from it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.findings import CATALOGUE

if TYPE_CHECKING:
    from datetime import date

    from pipeline.findings import Finding
    from pipeline.model import Verdict
    from pipeline.monitor.campaign import Matter
    from pipeline.monitor.progress import Progress
    from pipeline.vocab import Vocabulary

TOTAL = "合计"


@dataclass(frozen=True, slots=True)
class Received:
    """One arrival of the day; time as people read it, reason the sentence the office got."""

    arrival: int
    time: str
    office: str
    file: str
    verdict: Verdict
    reason: str


@dataclass(frozen=True, slots=True)
class Pending:
    """An arrival that waits for the group; why: in a few words, office "" where nobody knows."""

    arrival: int
    office: str
    what: str
    why: str


@dataclass(frozen=True, slots=True)
class Reason:
    """All findings of one code in a file: what it means, how often, the first as it was told."""

    meaning: str
    count: int
    first: str


@dataclass(frozen=True, slots=True)
class Returned:
    """One returned file with everything that was found in it; said: the sentence it got."""

    office: str
    file: str
    findings: tuple[Finding, ...]
    said: str = ""

    @property
    def must(self) -> int:
        """Return how many findings had to be mended."""
        return len(self._binding)

    @property
    def _binding(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.klass == "强制")

    def reasons(self, most: int) -> tuple[tuple[Reason, ...], int]:
        """Return the most frequent reasons, at most `most`, and how many findings are not shown."""
        counts = Counter(finding.code for finding in self._binding).most_common()
        firsts = {finding.code: finding.message for finding in reversed(self._binding)}
        shown = tuple(
            Reason(CATALOGUE[code].meaning, count, firsts[code]) for code, count in counts[:most]
        )
        return shown, sum(count for _, count in counts[most:])


@dataclass(frozen=True, slots=True)
class Change:
    """One change of the register; kind is the word people read, such as 新增 or 待核销.

    asks: somebody of the group has to confirm it.
    """

    number: str
    office: str
    kind: str
    text: str
    asks: bool = False


@dataclass(frozen=True, slots=True)
class Tally:
    """The risk points of one office, counted by level in the order of the vocabulary."""

    office: str
    counts: tuple[int, ...]

    @property
    def total(self) -> int:
        """Return the sum over the levels."""
        return sum(self.counts)


@dataclass(frozen=True, slots=True)
class Operation:
    """How the machinery stands; disk_free in bytes, alive = the last scan is recent.

    too_large: files in the inbox that are not taken, each with what is to be done.
    """

    waiting: int
    quarantined: int
    disk_free: int
    last_scan: str
    chain_count: int
    chain_head: str
    alive: bool = True
    too_large: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Night:
    """The report of one day; generated is the moment as people read it.

    operation: None in a report that is made up later.
    """

    bureau: str
    campaign: str
    mark: str
    day: date
    generated: str
    levels: Vocabulary
    received: tuple[Received, ...]
    returned: tuple[Returned, ...]
    changes: tuple[Change, ...]
    progress: tuple[Progress, ...]
    tallies: tuple[Tally, ...]
    todo: tuple[str, ...]
    operation: Operation | None
    matters: tuple[Matter, ...] = ()

    @property
    def dated(self) -> str:
        """Return the day as it is printed: 2011年9月18日."""
        return f"{self.day.year}年{self.day.month}月{self.day.day}日"

    @property
    def owing(self) -> int:
        """Return how many forms the offices still have to send."""
        return sum(1 for line in self.progress if line.pending)

    @property
    def total(self) -> Tally:
        """Return the counts over all offices."""
        columns = zip(*(tally.counts for tally in self.tallies), strict=True)
        counts = tuple(map(sum, columns)) or (0,) * len(self.levels.terms)
        return Tally(TOTAL, counts)
