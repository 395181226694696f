"""What an office did wrong is a value: the finding; what was mended without asking: the repair."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pipeline.findings.catalogue import CATALOGUE
from pipeline.model import Place

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from pipeline.findings.entry import Class, Entry

# A finding about the file as a whole.
NOWHERE = Place()

_ROW = re.compile(r"[A-Z]+([0-9]+)$")
# What turns the direction of writing: typed text must not turn our sentence around.
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")

# What is added to a question that is asked again: the parameter says for what it was explained,
# or why the group did not agree.
_AGAIN = {
    "explained": "原说明是对“{}”的，请按现在的内容重新说明。",
    "objected": "局纪检组没有同意原说明：{}。请重新说明。",
}
_BRIEF = 16  # characters of what is repeated there


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to tell an office. `record` is its record number in the block, -1 for none.

    column is the header as the clerk sees it; value is what stands in the cell. origin: the cell
    of the office's own file where the answer shows it in another one. graded: the class it was
    told with, None for that of the catalogue; it stays with the finding for good.
    """

    code: str
    place: Place = NOWHERE
    column: str = ""
    value: str = ""
    params: Mapping[str, str] = field(default_factory=dict)
    record: int = -1
    origin: Place = NOWHERE
    graded: Class | None = None

    @property
    def entry(self) -> Entry:
        """Return the catalogue's line for this code; KeyError is a bug of the rule."""
        return CATALOGUE[self.code]

    @property
    def klass(self) -> Class:
        """Return the class that decides whether the part is returned."""
        klass = self.graded or self.entry.klass
        if klass == "文件" or klass == "活动":  # noqa: PLR1714 - a type checker follows this
            message = f"{self.code} is told of a file or of the campaign, it is no finding"
            raise ValueError(message)
        return klass

    def tried(self, trial: Collection[str]) -> Finding:
        """Return the finding as it is told while the rules with these codes are on trial: 提示."""
        return replace(self, graded="提示") if self.code in trial else self

    @property
    def message(self) -> str:
        """Return the whole sentence: where, what stands there, what to do."""
        said = self.where + self.entry.said.format_map(
            {"value": shorten(self.value), "column": self.column, **self.params},
        )
        again = "".join(
            told.format(shorten(self.params[key], _BRIEF))
            for key, told in _AGAIN.items()
            if key in self.params
        )
        return _TURNING.sub("", said + again)

    @property
    def where(self) -> str:
        """Return the place as the clerk finds it: 附表1 第7行“风险等级”(J7)：."""
        row = _ROW.search(self.place.cell)
        parts = [
            self.place.sheet,
            f"第{row[1]}行" if row else "",
            f"“{self.column}”" if self.column else "",
        ]
        text = " ".join(part for part in parts[:2] if part) + parts[2]
        return f"{text}({self.place.cell})：" if self.place.cell else f"{text}：" if text else ""


@dataclass(frozen=True, slots=True)
class Repair:
    """What the tool mended without asking: 原值 → 新值 with its rule, told to the office.

    origin: as of a finding.
    """

    place: Place
    column: str
    before: str
    after: str
    rule: str
    origin: Place = NOWHERE


def shorten(value: str, most: int = 30) -> str:
    """Return a cell's text short enough for one sentence.

    >>> shorten("一" * 40, 5)
    '一一一一一…'
    """
    flat = " ".join(value.split())
    return flat if len(flat) <= most else flat[:most] + "…"
