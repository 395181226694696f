"""What a page says of a file that could not be answered inside a workbook."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Notice:
    """A file that is told by a page: title, facts line by line, what was found, what to do."""

    bureau: str
    title: str
    lines: tuple[str, ...]
    findings: tuple[str, ...]
    advice: str
