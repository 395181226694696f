"""What a mark is and how each severity looks, in the cell and in the lists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.model import Place

Severity = Literal["must", "ask", "hint"]

# The author of our comments and the opening of our tool tips.
AUTHOR = "一岗一预防"
# How a comment of ours begins, before its number.
HEADING = f"{AUTHOR}〔标记"


class MarkError(ValueError):
    """The workbook cannot be patched safely; answer with a fresh template instead.

    str(error) says in Chinese what is wrong with the file.
    """


@dataclass(frozen=True, slots=True)
class Mark:
    """One remark on one cell; several on one cell become one comment, the worst paints.

    place: the cell; a mark without one (a whole sheet or file is meant) is not painted.
    back: a cell of the same sheet that carries the link to the line of the list which links
        to `place`; it stays untouched if it already carries a link of its own.
    """

    place: Place
    severity: Severity
    note: str
    back: str | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """How a severity looks.

    The colours are RRGGBB and used by nobody else: `clean` recognises our work by them.
    """

    label: str
    fill: str
    line: str
    border: str


# From worst to mildest. The kind of line tells them apart on a black-and-white print.
LOOKS: Mapping[Severity, Look] = {
    "must": Look("必改", "D9B3FF", "7030A1", "thick"),
    "ask": Look("请核实", "BDD7EE", "2F75B6", "medium"),
    "hint": Look("提示", "D9D9D9", "7F7F80", "dashed"),
}
RANKS: Mapping[Severity, int] = {severity: rank for rank, severity in enumerate(LOOKS)}
