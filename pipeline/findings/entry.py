"""What a line of the catalogue is, and the classes of findings."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

Class = Literal["强制", "核实", "提示"]

# The words shown to people for each class, worst first.
SHOWN: Mapping[Class, str] = {"强制": "必改", "核实": "请核实", "提示": "提示"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the catalogue: `said` names what is wrong and what to do, with {parameters}.

    example: what fills the parameters in docs/codes.md; "sheet", "cell" and "column" tell where.
    """

    code: str
    klass: Class | Literal["文件", "活动"]
    meaning: str
    said: str
    example: Mapping[str, str] = field(default_factory=dict)


def seen(cell: str, column: str = "", *, sheet: str = "附表1", **params: str) -> dict[str, str]:
    """Return an example that was met in a cell; cell "" for the sheet as a whole."""
    return {"sheet": sheet, "cell": cell, "column": column, **params}
