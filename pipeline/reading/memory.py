"""What is the same in most files of a round is judged once; a worker keeps the answer."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Concatenate, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")
Judge = Callable[Concatenate[bytes, P], T]

_clearing: list[Callable[[], None]] = []


def remember(*, kept: int, size: int) -> Callable[[Judge[P, T]], Judge[P, T]]:
    """Keep the answers for the last `kept` bytes of at most `size`; a refusal is never kept.

    The bytes themselves are compared, so a part gets the answer of another only if it is equal.
    """

    def decorate(judge: Judge[P, T]) -> Judge[P, T]:
        known = lru_cache(kept)(judge)
        _clearing.append(known.cache_clear)

        def judged(part: bytes, /, *more: P.args, **named: P.kwargs) -> T:
            answer: Judge[P, T] = known if len(part) <= size else judge
            return answer(part, *more, **named)

        return judged

    return decorate


def forget() -> None:
    """Forget everything, as a new worker begins."""
    for clear in _clearing:
        clear()
