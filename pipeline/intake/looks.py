"""What earlier looks at the inbox saw, and what has settled since."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.files import operations
from pipeline.intake.settle import UNREADABLE, Look, Settled, Waiting, copying, owner_of, settle

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.intake.folders import Folders, Timing
    from pipeline.intake.scan import Seen


_NAME = "looks.json"


@dataclass(slots=True)
class Looks:
    """What earlier scans saw. A watcher keeps it in memory: restarted, it looks at all again."""

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


def remember(looks: Looks) -> None:
    """Keep what was seen of the files that stay: the next single run knows since when they wait."""
    kept = {
        str(path): [look.size, look.mtime_ns, look.sha256, look.at.isoformat()]
        for path, look in looks.last.items()
    }
    data = json.dumps(kept, ensure_ascii=False).encode("utf-8", "surrogatepass")
    operations.write_new(looks.folders.archive / _NAME, data, private=True)


def recall(looks: Looks) -> None:
    """Take up what `remember` kept; a file that cannot be read tells nothing."""
    try:
        data = operations.read_bytes(looks.folders.archive / _NAME)
        kept = json.loads(data.decode("utf-8", "surrogatepass"))
        looks.last = {
            Path(name): Look(size, mtime_ns, sha256, datetime.fromisoformat(at))
            for name, (size, mtime_ns, sha256, at) in kept.items()
        }
    except (OSError, ValueError, TypeError):
        looks.last = {}


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
