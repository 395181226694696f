"""How rows of the register are counted: axes in their order, totals, shares, items of a text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.frames import pd
from pipeline.tables.scope import BLANK, TOTAL

if TYPE_CHECKING:
    from pipeline.tables.scope import Scope

SHARE = "占比"

# A numbered item begins at a line start or after the end of a sentence: "1.核对；2.复核".
_ITEM = (
    r"(?:^|[\n；;。])\s*"
    r"(?:[（(]?(?:\d{1,2}|[一二三四五六七八九十]{1,3})[)）.．、](?!\d)|[①-⑳])"
)


def counted(register: pd.DataFrame, scope: Scope, rows: str, columns: str) -> pd.DataFrame:
    """Return the counts of `rows` by `columns`, every known word present, with totals."""
    labelled = register[[rows, columns]].replace("", BLANK)
    counts = labelled.groupby([rows, columns]).size().unstack(fill_value=0)
    frame = counts.reindex(
        index=axis(register, scope, rows),
        columns=axis(register, scope, columns),
        fill_value=0,
    )
    frame = with_total_row(frame.assign(**{TOTAL: frame.sum(axis=1)}).astype(int))
    return frame.rename_axis(index=scope.header(rows), columns=scope.header(columns))


def axis(register: pd.DataFrame, scope: Scope, column: str) -> list[str]:
    """Return the known words in order, then what else occurs, blanks last: nothing is lost."""
    found = register[column].unique().tolist()
    others = [word for word in found if word]
    blank = [BLANK] if "" in found else []
    return list(dict.fromkeys([*scope.words(column), *others, *blank]))


def with_total_row(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with the sums of its columns as the last row."""
    return pd.concat([frame, frame.sum().to_frame(TOTAL).T])


def with_share(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with the part each row has in the whole; 0 where there is nothing."""
    whole = total(frame)
    share = frame[TOTAL] / whole if whole else frame[TOTAL] * 0.0
    return frame.assign(**{SHARE: share})


def ratio(above: pd.Series[int], below: pd.Series[int]) -> pd.Series[float]:
    """Return how many of one there are for one of the other; 0 where there is nothing."""
    return (above / below.where(below > 0)).fillna(0.0)


def total(frame: pd.DataFrame) -> int:
    """Return the number in the corner of a report: everything it counts.

    The first column is the corner's where a report counts no second thing.
    """
    column = frame[TOTAL] if TOTAL in frame else frame.iloc[:, 0]
    return int(column.iloc[-1])


def whole(frame: pd.DataFrame, column: str) -> int:
    """Return the number in the total row of a column."""
    return int(frame[column].iloc[-1])


def items(measures: pd.Series[str]) -> pd.Series[int]:
    """Return how many measures a cell names: its numbered items, one where it has no numbers."""
    return measures.str.count(_ITEM).clip(lower=1).where(measures != "", 0).astype(int)
