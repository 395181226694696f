"""Exit codes; where several apply, 2 goes before 5, 1, 3 and 4."""

from __future__ import annotations

DONE = 0
FAILED = 1
USAGE = 2
RETURNED = 3
OVERDUE = 4
BUSY = 5


def closing_code(*, returned: bool, overdue: bool) -> int:
    """Return the code of a run that came to its end.

    >>> closing_code(returned=True, overdue=True), closing_code(returned=False, overdue=True)
    (3, 4)
    """
    return RETURNED if returned else OVERDUE if overdue else DONE
