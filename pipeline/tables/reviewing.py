"""How far the levels are fixed: office by office."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.frames import pd

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.tables.scope import Scope

TOTAL = "合计"


def review_progress(register: pd.DataFrame, scope: Scope, states: Sequence[str]) -> pd.DataFrame:
    """Return how many risk points of each office stand in each state of being fixed.

    Shape: columns office_name, the states in their order, total; a row an office of the scope in
    official order, and the sum over all as the last row. register: as `register_frame` returns it.
    """
    counted = register.groupby(["office", "level_state"]).size().to_dict() if len(register) else {}
    rows = [
        [office.name, *(int(counted.get((office.code, state), 0)) for state in states)]
        for office in scope.offices
    ]
    frame = pd.DataFrame(rows, columns=["office_name", *states])
    sums = [[TOTAL, *(int(frame[state].sum()) for state in states)]]
    frame = pd.concat([frame, pd.DataFrame(sums, columns=frame.columns)], ignore_index=True)
    return frame.assign(total=frame[list(states)].sum(axis=1).astype(int))
