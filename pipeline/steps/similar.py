"""How alike two risk points are, and which of many belong together.

The content of a risk point is what its form tells records apart by: its frame (post and matter),
then the risk point itself, each folded.
"""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np
from rapidfuzz import fuzz, process

from pipeline.checks.alike import are_opposed, numerals

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    _Block = tuple[int, str, tuple[str, ...]]  # a part of the frame, its text, the numbers named

Content = tuple[str, ...]

_POINT = 0.6  # what the risk point weighs; the frame weighs the rest
# Two candidates that are no further apart than this are equally good.
_MARGIN = 0.05
# Below this nothing is left of a risk point: another one was written over it.
_ANOTHER = 0.45
# So many of the best are looked at for a row, and so many of them kept. Rows are compared in
# slices: 6,500 of one post are 42 million comparisons, which must not stand in memory together.
_LOOKED_AT = 40
_CANDIDATES = 10
_SLICE = 256


def likeness(one: Content, other: Content) -> float:
    """Return how alike two risk points are, 0 to 1: the mean of their parts, the point most.

    Parts are compared by the characters that both have in the same order (indel similarity).

    >>> likeness(("出纳岗", "支付", "票据审核不严"), ("出纳岗", "支付", "票据审核不严格"))
    0.954
    >>> likeness(("出纳岗", "支付", "票据审核不严"), ("会计岗", "支付", "票据审核不严"))
    0.867
    """
    parts = zip(_weights(len(one)), one, other, strict=True)
    return round(sum(weight * fuzz.ratio(left, right) / 100 for weight, left, right in parts), 3)


def is_another(one: Content, other: Content) -> bool:
    """Tell whether two contents have so little in common that they are no rewording."""
    return likeness(one, other) < _ANOTHER


@dataclass(frozen=True, slots=True)
class Paired:
    """Rows and records put together. chosen: the record of a row; unsure: records it may be."""

    chosen: Mapping[int, int]
    unsure: Mapping[int, tuple[int, ...]]


def pair(rows: Mapping[int, Content], records: Mapping[int, Content], least: float) -> Paired:
    """Return which rows are which records, best first, each once, whatever their order.

    least: the likeness that makes two risk points one. A pair counts where it is clearly better
    than any other of its row and of its record; what is left is unsure.
    """
    return _Matching(_candidates(rows, records, least - _MARGIN), least).paired()


def _weights(count: int) -> tuple[float, ...]:
    return (*((1 - _POINT) / (count - 1) for _ in range(count - 1)), _POINT)


def _candidates(
    rows: Mapping[int, Content], records: Mapping[int, Content], least: float
) -> dict[int, dict[int, float]]:
    """Return for each row the records that it may be, with their likeness.

    Only what shares a part of the frame is compared, and only what names the same numbers.
    """
    found: dict[int, dict[int, float]] = defaultdict(dict)
    blocks = _blocks(records)
    for place, members in _blocks(rows).items():
        others = {one: records[one] for one in blocks.get(place, ())}
        some = {one: rows[one] for one in members}
        if others and not _is_inside(place, [*some.values(), *others.values()]):
            for row, record in _alike(some, others, least):
                found[row][record] = likeness(rows[row], records[record])
    return found


def _blocks(contents: Mapping[int, Content]) -> dict[_Block, list[int]]:
    """Return what may be alike at all: by each part of the frame and all numbers named."""
    blocks: dict[_Block, list[int]] = defaultdict(list)
    for name, content in sorted(contents.items()):
        named = tuple(map(numerals, content))
        for position, part in enumerate(content[:-1]):
            if part:
                blocks[position, part, named].append(name)
    return blocks


def _is_inside(place: _Block, members: Sequence[Content]) -> bool:
    """Tell whether all of a block also stands in a block of an earlier part of the frame."""
    parts = ({content[part] for content in members} for part in range(place[0]))
    return any(len(said) == 1 and "" not in said for said in parts)


def _alike(
    rows: Mapping[int, Content], records: Mapping[int, Content], least: float
) -> Iterator[tuple[int, int]]:
    """Yield for each row of a block the best of the records that are alike and not opposed."""
    names, others, contents = list(rows), list(records), list(records.values())
    for start in range(0, len(names), _SLICE):
        some = names[start : start + _SLICE]
        scores = _scores([rows[row] for row in some], contents, least)
        for row, line in zip(some, scores, strict=True):
            best = (others[spot] for spot in _best_first(line, least))
            alike = (one for one in best if not _are_opposed(rows[row], records[one]))
            for record in islice(alike, _CANDIDATES):
                yield row, record


def _scores(
    ones: Sequence[Content], others: Sequence[Content], least: float
) -> NDArray[np.float32]:
    """Return the likeness of all pairs, not yet rounded; less than `least` where it is too low."""
    scores = np.zeros((len(ones), len(others)), np.float32)
    sides = zip(zip(*ones, strict=True), zip(*others, strict=True), strict=True)
    for weight, (left, right) in zip(_weights(len(ones[0])), sides, strict=True):
        # A part that is all different leaves so much to be reached by the others.
        cutoff = max(0.0, (least - (1 - weight)) / weight)
        scores += weight / 100 * _compared(left, right, cutoff)
    return scores


def _compared(left: Sequence[str], right: Sequence[str], cutoff: float) -> NDArray[np.float32]:
    """Return how alike texts are in percent, each pair compared once; 0 below the cutoff."""
    (ones, rows), (others, columns) = _distinct(left), _distinct(right)
    scores = process.cdist(
        ones, others, scorer=fuzz.ratio, score_cutoff=100 * cutoff, dtype=np.float32
    )
    if (len(ones), len(others)) < (len(left), len(right)):
        scores = scores[np.ix_(rows, columns)]
    return scores


def _distinct(texts: Sequence[str]) -> tuple[list[str], list[int]]:
    """Return the texts without repetition, and which of them each is."""
    places = {said: place for place, said in enumerate(dict.fromkeys(texts))}
    return list(places), [places[said] for said in texts]


def _best_first(line: NDArray[np.float32], least: float) -> list[int]:
    """Return where a line has its highest scores, the earlier first where they are equal."""
    (spots,) = np.nonzero(line >= least)
    best: list[int] = spots[np.argsort(-line[spots], kind="stable")][:_LOOKED_AT].tolist()
    return best


def _are_opposed(one: Content, other: Content) -> bool:
    return any(are_opposed(left, right) for left, right in zip(one, other, strict=True))


class _Matching:
    """Pairs taken one after the other; taking one leaves every other that was clear still clear.

    Therefore the outcome does not depend on where one begins.
    """

    def __init__(self, candidates: Mapping[int, Mapping[int, float]], least: float) -> None:
        """Hold the candidates from both sides."""
        self._least = least
        self._of_row = {row: dict(found) for row, found in candidates.items()}
        self._of_record: dict[int, dict[int, float]] = defaultdict(dict)
        for row, found in candidates.items():
            for record, score in found.items():
                self._of_record[record][row] = score

    def paired(self) -> Paired:
        chosen: dict[int, int] = {}
        waiting = deque(sorted(self._of_row))
        while waiting:
            row = waiting.popleft()
            record = self._clear(row)
            if record is not None:
                chosen[row] = record
                waiting.extend(self._taken(row, record))
        open_ = ((row, self._equals(row)) for row in sorted(self._of_row))
        return Paired(chosen, {row: records for row, records in open_ if records})

    def _clear(self, row: int) -> int | None:
        """Return the record that a row is without doubt, None where there is doubt or none."""
        records = self._equals(row)
        if len(records) != 1:
            return None
        (record,) = records
        score = self._of_row[row][record]
        rivals = (other for one, other in self._of_record[record].items() if one != row)
        return record if all(score - other > _MARGIN for other in rivals) else None

    def _equals(self, row: int) -> tuple[int, ...]:
        """Return the best records of a row that are as good as each other, best first."""
        found = self._of_row.get(row, {})
        best = max(found.values(), default=0.0)
        if best < self._least:
            return ()
        equal = [record for record, score in found.items() if best - score <= _MARGIN]
        return tuple(sorted(equal, key=lambda record: (-found[record], record)))

    def _taken(self, row: int, record: int) -> set[int]:
        """Take a pair out and return the rows for which that may change something."""
        freed: set[int] = set()
        for other in self._of_row.pop(row):
            self._of_record[other].pop(row)
            freed |= self._of_record[other].keys()
        for other in self._of_record.pop(record):
            self._of_row[other].pop(record)
            freed.add(other)
        return freed - {row}
