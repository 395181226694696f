"""The records of a block: one frame a section, and the way back from each value to its cell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.findings import Finding
from pipeline.frames import pd

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from pipeline.checks.check import PartInput
    from pipeline.forms import Section
    from pipeline.forms.kind import Scope
    from pipeline.model import Place
    from pipeline.workbook.extract import Extract


@dataclass(frozen=True, slots=True)
class Source:
    """What one part brings to a section. part: its position in the block; said: all of it."""

    part: int
    said: PartInput
    extract: Extract

    @property
    def office(self) -> str:
        """Return the code of the office."""
        return self.said.office

    @property
    def round(self) -> str:
        """Return the key of the round the part was issued for."""
        return self.said.round

    @property
    def day(self) -> date:
        """Return the day of arrival."""
        return self.said.day

    @property
    def scope(self) -> Scope:
        """Return what the cells may refer to."""
        return self.said.scope


@dataclass(frozen=True, slots=True)
class Records:
    """One section of the whole block.

    frame: columns = field keys, blank = "", index = record number from 0 without a gap.
    owner: position of each record's source in `sources`; rank: its position inside the source.
    """

    section: Section
    frame: pd.DataFrame
    owner: tuple[int, ...]
    rank: tuple[int, ...]
    sources: tuple[Source, ...]

    def source(self, record: int) -> Source:
        """Return the part's contribution a record came with."""
        return self.sources[self.owner[record]]

    def place(self, record: int, key: str) -> Place:
        """Return the cell of a field of a record."""
        return self.source(record).extract.place(self.rank[record], key)

    def row(self, record: int) -> int:
        """Return the sheet row of a record as the clerk counts it."""
        return self.source(record).extract.rows[self.rank[record]] + 1

    def typed(self, record: int, key: str) -> str:
        """Return what stands in the cell, before any repair."""
        texts = self.source(record).extract.texts.get(key)
        return texts[self.rank[record]] if texts else ""

    def value(self, record: int, key: str) -> str:
        """Return the value of a field after repair."""
        return str(self.frame[key].iloc[record])

    def header(self, record: int, key: str) -> str:
        """Return the label of a field as the clerk of this record sees it."""
        return self.source(record).extract.header(key, self.section.field(key).header)

    def finding(self, code: str, record: int, key: str, **params: str) -> Finding:
        """Return a finding on the cell of a field, with what the clerk typed there."""
        return Finding(
            code,
            self.place(record, key),
            self.header(record, key),
            params.pop("value", self.typed(record, key)),
            params,
            record,
        )

    def where(self, mask: pd.Series[bool]) -> list[int]:
        """Return the record numbers at which a mask is true."""
        return [int(record) for record in mask.index[mask]]

    def has(self, *keys: str) -> bool:
        """Tell whether the section has all these fields (configuration may hide some)."""
        return all(key in self.frame.columns for key in keys)


def gather(section: Section, sources: Sequence[Source]) -> Records:
    """Return the typed texts of all sources as one frame; a field without a column is blank."""
    owner: list[int] = []
    rank: list[int] = []
    columns: dict[str, list[str]] = {key: [] for key in section.keys}
    for position, source in enumerate(sources):
        count = len(source.extract.rows)
        owner += [position] * count
        rank += range(count)
        for key in section.keys:
            columns[key] += source.extract.texts.get(key) or [""] * count
    frame = pd.DataFrame(columns, columns=list(section.keys), dtype=object)
    return Records(section, frame, tuple(owner), tuple(rank), tuple(sources))
