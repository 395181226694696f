"""One open workspace for programs: what the commands do, as methods that return values.

Heavy libraries are loaded by the methods that need them.
"""

from __future__ import annotations

import time
from contextlib import ExitStack
from functools import cached_property
from typing import TYPE_CHECKING, Self

from pipeline import clock
from pipeline.errors import UsageError
from pipeline.workspace import open_workspace

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date
    from pathlib import Path

    import pandas as pd

    from pipeline.clock import Clock
    from pipeline.ledger.rows import Arrival
    from pipeline.monitor.queries import Stand
    from pipeline.reading.pool import ReadingPool
    from pipeline.steps.check import FileReport
    from pipeline.steps.compile import Compiled
    from pipeline.steps.confirm import Said, Waiting
    from pipeline.steps.explain import Explained
    from pipeline.steps.export import Wanted as Exported
    from pipeline.steps.issue import Wanted
    from pipeline.steps.nightly import NightRun
    from pipeline.steps.progress import Overview
    from pipeline.steps.receive import Progress
    from pipeline.steps.recheck import Recheck
    from pipeline.steps.run import RunReport
    from pipeline.steps.sending import Sent
    from pipeline.steps.verify import Opinion, Verification
    from pipeline.workspace import Workspace


class Session:
    """A workspace in use, closed by its `with`.

    workspace: configuration, roster, forms and archive. What reads the archive does so as of `day`;
    receiving, deciding and issuing are of now: opened with `as_of`, they raise UsageError. Disk or
    share that refuse raise StorageError, everywhere; nothing is lost by it. See docs/api.md.
    """

    def __init__(self, workspace: Workspace, day: date | None = None) -> None:
        self.workspace = workspace
        self._day = day
        self._open = ExitStack()
        self._open.callback(workspace.ledger.close)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the reading processes and give back the archive; the session is not used again."""
        self._open.close()

    @property
    def day(self) -> date:
        """Return the Shanghai day that everything is told of: today, or the one asked for."""
        return self._day or self.workspace.today

    @property
    def _present(self) -> Workspace:
        """Return the workspace for what changes the archive, which knows no earlier day."""
        if self._day is not None:
            message = "按某一天打开的只能看和出表，不能收件、办理和下发。请不写 as_of 再打开。"
            raise UsageError(message)
        return self.workspace

    @cached_property
    def _pool(self) -> ReadingPool:
        """Return the reading processes, started for the first file."""
        from pipeline.steps.receive import reading_pool

        return self._open.enter_context(reading_pool(self.workspace))

    # What comes in.

    def check(self, files: Sequence[Path]) -> tuple[FileReport, ...]:
        """Check files and leave everything where it is; a zip is told with its members.

        Raises:
            UsageError: one is no file.
        """
        from pipeline.steps.check import check

        return tuple(check(self.workspace, self._pool, files))

    def preview(self) -> tuple[FileReport, ...]:
        """Return what `run` would say of the files in the inbox now; nothing is moved."""
        from pipeline.steps.run import preview

        return preview(self.workspace, self._pool)

    def run(self, progress: Progress | None = None) -> RunReport:
        """Receive once what lies in the inbox: file it, judge it, answer it.

        progress: called with the number of files done and known.

        Raises:
            UsageError: the inbox is not there.
        """
        from pipeline.steps.run import run

        return run(self._present, self._pool, time.sleep, progress)

    def recheck(self, offices: Sequence[str] = ()) -> Recheck:
        """Check what was accepted by the rules of today and return the differences.

        offices: names or codes, all where empty.

        Raises:
            UsageError: an office is not known.
        """
        from pipeline.steps.recheck import recheck

        return recheck(self.workspace, self._pool, offices)

    # What the group decides.

    def waiting(self) -> tuple[Waiting, ...]:
        """Return the files that wait for the group, oldest first."""
        from pipeline.steps.confirm import waiting

        return waiting(self.workspace, self.day)

    def verification(self) -> Verification:
        """Return how the questions to the offices stand, and what is 待核销."""
        from pipeline.steps.verify import verification

        return verification(self.workspace, self.day)

    def confirm(self, number: int, said: Said, who: str = "") -> Arrival:
        """File what the group says of a file that waits; decide and answer it anew.

        number: of the arrival, as `waiting` has it. said: pipeline.steps.confirm.Said. Returns the
        arrival with its new verdict; the summaries are brought up to date.

        Raises:
            UsageError: no such file waits, or this cannot be said of it.
        """
        from pipeline.ledger import arrivals
        from pipeline.steps.case import GROUP
        from pipeline.steps.confirm import confirm
        from pipeline.steps.receive import receive

        confirm(self._present, number, said, who or GROUP)
        receive(self.workspace, self._pool)
        self.consolidate()
        with self.workspace.ledger.reading() as db:
            return arrivals.get(db, number)

    def settle(self, number: str, opinion: Opinion) -> Stand:
        """File what the group says of an explanation (12-3) or of a risk point 待核销.

        opinion: pipeline.steps.verify.Opinion. Returns where it stands then; the summaries are
        brought up to date.

        Raises:
            UsageError: nothing of that number is explained.
        """
        from pipeline.steps.verify import settle

        stand = settle(self._present, number, opinion)
        self.consolidate()
        return stand

    # What is read from the archive.

    def overview(self) -> Overview:
        """Return how far every office and person is, and what is still asked for."""
        from pipeline.steps.progress import overview

        return overview(self.workspace, self.day)

    def register(self) -> pd.DataFrame:
        """Return the register: a row a risk point that counts, in official order.

        Columns are the keys of the form's table, then number, office, office_name, status, level
        (in force), filled_level, raised_level, fixed_level, version, since, source and others; all
        text but office_order, level_rank and version.
        """
        from pipeline.steps.register import register_frame
        from pipeline.steps.roles import risk_form

        return register_frame(self.workspace, risk_form(self.workspace), self.day)

    def changes(self) -> pd.DataFrame:
        """Return the change log: a row a changed field; its columns stand in tables.changes."""
        from pipeline.steps.changes import change_frame
        from pipeline.steps.register import scope_of
        from pipeline.steps.roles import risk_form

        scope = scope_of(self.workspace, risk_form(self.workspace), self.day)
        return change_frame(self.workspace, scope, self.day)

    def explain(self, number: str) -> Explained:
        """Return the whole story of a risk point, whatever came after `day` with it.

        Raises:
            UsageError: no risk point ever had this number.
        """
        from pipeline.steps.explain import explain

        return explain(self.workspace, number)

    # What goes out.

    def issue(self, wanted: Wanted | None = None) -> Iterator[Sent]:
        """Write the templates of a round and yield each as it is done; take all of them.

        wanted: pipeline.steps.issue.Wanted, everything of the current round where it is None.

        Raises:
            UsageError: an office or round is not known.
        """
        from pipeline.steps.issue import issue_templates

        return issue_templates(self._present, wanted)

    def consolidate(self) -> tuple[Path, ...]:
        """Write the register and the summaries; return where they lie."""
        from pipeline.steps.consolidate import consolidate

        return consolidate(self.workspace, self.day)

    def review(self, *, everything: bool = False) -> Path:
        """Write the 等级审定表 and return where it lies. everything: also what is fixed."""
        from pipeline.steps.review import write_review

        return write_review(self.workspace, self.day, everything=everything)

    def compile(self) -> Compiled:
        """Write the second volume as Word and PDF."""
        from pipeline.steps.compile import compile_volume

        return compile_volume(self.workspace, self.day)

    def export(self, wanted: Exported | None = None) -> tuple[Path, ...]:
        """Write the archive as tables with a description of every column; return all paths.

        wanted: pipeline.steps.export.Wanted, csv into the group's folder where it is None.

        Raises:
            UsageError: the folder is no place for it, or pyarrow is wanted and not there.
        """
        from pipeline.steps.export import Wanted, export

        return export(self.workspace, self.day, wanted or Wanted())

    def nightly(self, night: date | None = None) -> NightRun:
        """Run a night: receive, consolidate, report, back up. night: the one under way.

        Raises:
            UsageError: that day has not come yet, or was before the workspace.
            BusyError: another run of the same night is under way.
        """
        from pipeline.steps.nightly import nightly

        night = night or clock.night_of(self.workspace.now())
        return nightly(self._present, self._pool, night, time.sleep)


def open_session(
    root: Path, *, as_of: date | None, now: Clock | None, check: bool = True
) -> Session:
    """Open a workspace; see `pipeline.open_workspace`."""
    workspace = open_workspace(root, now=now or clock.system, check=check)
    try:
        return Session(workspace.as_of(as_of) if as_of else workspace, as_of)
    except BaseException:
        workspace.ledger.close()
        raise
