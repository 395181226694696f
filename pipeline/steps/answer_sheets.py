"""问题清单 and 规范化记录: the sheets appended to an office's own workbook."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.findings import SHOWN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.steps.told import ToldFinding, ToldRepair


@dataclass(frozen=True, slots=True)
class Receipt:
    """The block on top of 问题清单: label and value lines, and what to do now."""

    title: str
    lines: tuple[tuple[str, str], ...]
    advice: str


LIST_NAME = "问题清单"
REPAIRS_NAME = "规范化记录"
