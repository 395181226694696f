"""What earlier looks at the inbox saw, and what has settled since."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipeline.intake.settle import UNREADABLE, Look, Settled, Waiting, copying, owner_of, settle

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from pathlib import Path

    from pipeline.intake.folders import Folders, Timing
    from pipeline.intake.scan import Seen


@dataclass(slots=True)
class Looks:
    """What earlier scans saw, in memory only: after a restart everything is looked at again."""

    folders: Folders
    timing: Timing
    last: dict[Path, Look] = field(default_factory=dict)
    owners: dict[Path, datetime] = field(default_factory=dict)


def judge(
    looks: Looks, files: Iterable[Seen], owners: Iterable[Path], now: datetime
) -> tuple[list[Settled], list[Waiting]]:
    """Judge every file by the last look at it, and remember this look instead."""
    looks.owners = {owner: looks.owners.get(owner, now) for owner in owners}
    settled: list[Settled] = []
    waiting: list[Waiting] = []
    remembered: dict[Path, Look] = {}
    for seen in files:
        judged = _judge(looks, seen, now)
        match judged:
            case Look():
                remembered[seen.path] = judged
                waiting.append(copying(seen.path))
                continue
            case Settled():
                settled.append(judged)
            case Waiting():
                waiting.append(judged)
        if seen.path in looks.last:
            remembered[seen.path] = looks.last[seen.path]
    looks.last = remembered
    return settled, waiting


def in_turn(settled: Iterable[Settled]) -> list[Settled]:
    """Order oldest first, one of each folder in turn: no office waits for another's flood."""
    turns: dict[Path, int] = {}
    ranked: list[tuple[int, Settled]] = []
    for one in sorted(settled, key=_age):
        folder = one.seen.path.parent
        turns[folder] = turns.get(folder, 0) + 1
        ranked.append((turns[folder], one))
    return [one for _, one in sorted(ranked, key=lambda entry: (entry[0], _age(entry[1])))]


def _age(one: Settled) -> tuple[int, Path]:
    return one.seen.mtime_ns, one.seen.path


def _judge(looks: Looks, seen: Seen, now: datetime) -> Settled | Waiting | Look:
    owner_since = owner_of(seen.path, looks.owners)
    try:
        return settle(seen, looks.last.get(seen.path), owner_since, looks.timing, now)
    except OSError:
        return Waiting(seen.path, UNREADABLE)
