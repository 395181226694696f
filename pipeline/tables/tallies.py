"""Counts by office and level as plain values, for pages that know no frames."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.monitor import Tally
from pipeline.tables.reports import office_by_level

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.tables.scope import Scope


def tallies(register: pd.DataFrame, scope: Scope) -> tuple[Tally, ...]:
    """Return one tally an office in official order; () where the register is empty."""
    if register.empty:
        return ()
    frame = office_by_level(register, scope).iloc[:-1]
    counts = frame[list(scope.levels.names)]
    return tuple(
        Tally(str(name), tuple(map(int, row)))
        for name, row in zip(counts.index, counts.to_numpy(), strict=True)
    )
