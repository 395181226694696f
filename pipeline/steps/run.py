"""`run`: receive once what lies in the inbox."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.errors import UsageError
from pipeline.files import names
from pipeline.intake.claim import take
from pipeline.intake.looks import Looks, recall, remember
from pipeline.intake.recover import recover
from pipeline.intake.scan import away, scan
from pipeline.steps.case import DUPLICATE
from pipeline.steps.check import check
from pipeline.steps.publish import sweep_outputs
from pipeline.steps.receive import receive
from pipeline.steps.unpacking import UNPACKED
from pipeline.workspace.paths import timing_of

if TYPE_CHECKING:
    from pipeline.intake.settle import Waiting
    from pipeline.ledger.rows import Arrival
    from pipeline.reading.pool import ReadingPool
    from pipeline.steps.check import FileReport
    from pipeline.steps.receive import Progress
    from pipeline.workspace import Workspace

Sleep = Callable[[float], None]

# What is accepted without being a form that was handed in, by reason.
_APART = {DUPLICATE: "duplicates", UNPACKED: "unpacked"}


@dataclass(frozen=True, slots=True)
class RunReport:
    """What one run received; waiting: files left in the inbox, with the reason in Chinese.

    Files of the 预检 folder are answered but never counted.
    """

    received: tuple[Arrival, ...]
    prechecked: tuple[Arrival, ...]
    waiting: tuple[Waiting, ...]

    @property
    def counts(self) -> dict[str, int]:
        """Return how many files ended how; a duplicate, or a zip unpacked, is nothing else."""
        kinds = Counter(
            _APART.get(arrival.reason, str(arrival.verdict)) for arrival in self.received
        )
        verdicts = ("accepted", "returned", "quarantined", "unconfirmed", *_APART.values())
        return {name: kinds[name] for name in verdicts}

    @property
    def unanswered(self) -> int:
        """Return how many files were decided whose answer could not be written yet."""
        return sum(not arrival.answer for arrival in (*self.received, *self.prechecked))

    def to_json(self) -> dict[str, object]:
        """Return the stable JSON of `run --json`."""
        return {
            "received": len(self.received),
            **self.counts,
            "waiting": len(self.waiting),
            "arrivals": [arrival_json(arrival) for arrival in self.received],
        }


def arrival_json(arrival: Arrival) -> dict[str, object]:
    """Return one arrival as it stands in the stable JSON; answer is relative to the outbox."""
    return {
        "arrival": arrival.id,
        "name": names.shown(arrival.name),
        "sha256": arrival.sha256,
        "verdict": arrival.verdict,
        "reason": arrival.reason,
        "answer": json.loads(arrival.answer)["path"] if arrival.answer else None,
    }


def run(
    workspace: Workspace, pool: ReadingPool, sleep: Sleep, progress: Progress | None = None
) -> RunReport:
    """Claim and receive everything in the inbox that has settled.

    sleep: waits between the two looks that tell a finished copy from one under way.

    Raises:
        UsageError: the inbox is not there.
        StorageError: disk or share refuse; nothing is lost.
    """
    folders = workspace.paths.intake
    if not folders.inbox.is_dir():
        raise UsageError(away(folders.inbox))
    recover(workspace.ledger, folders, workspace.now())
    sweep_outputs(workspace)
    shown = [progress] if progress else []
    received = [*receive(workspace, pool)]
    looks = Looks(folders, timing_of(workspace.settings))
    recall(looks)
    taken = take(workspace.ledger, looks, workspace.now())
    if taken.waiting:
        sleep(looks.timing.stable_seconds)
        taken = take(workspace.ledger, looks, workspace.now())
    # What the first look claimed is due as well, even where the second claimed nothing more.
    received += receive(workspace, pool, *shown)
    while (taken := take(workspace.ledger, looks, workspace.now())).claimed:
        received += receive(workspace, pool, *shown)
    remember(looks)
    return RunReport(
        received=tuple(arrival for arrival in received if arrival.source != "precheck"),
        prechecked=tuple(arrival for arrival in received if arrival.source == "precheck"),
        waiting=taken.waiting,
    )


def preview(workspace: Workspace, pool: ReadingPool) -> tuple[FileReport, ...]:
    """Return what a run would say of the files in the inbox now; nothing is moved or filed."""
    seen = sorted(scan(workspace.paths.intake).files, key=lambda one: one.path)
    paths = [one.path for one in seen]
    return tuple(check(workspace, pool, paths, [one.folder for one in seen]))
