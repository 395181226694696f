"""The folders of a workspace as paths."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import UsageError
from pipeline.files import operations
from pipeline.intake.folders import Folders, Timing
from pipeline.ledger.placement import REGISTER

if TYPE_CHECKING:
    from datetime import date

    from pipeline.model import Office
    from pipeline.settings import Settings

ROSTER_NAME = "roster.xlsx"

# Folders of the outbox, by audience: rights on them follow need-to-know.
OFFICES = "各科室"
GROUP = "纪检组"
BUREAU = "局党组"
_PAST = "往期"  # of the group's folder: what is made as of an earlier day, laid out as the outbox

# What lies in the folder of the group, beside the summaries.
LISTS = "清单"

# What lies in the folder of an office.
TO_FILL = "1-待填表"
RETURNED = "2-退回修改"
ACCEPTED = "3-已收"
NOTICES = "5-通知"
OLD_ANSWERS = "历史"


@dataclass(frozen=True, slots=True)
class Paths:
    """Where everything of a workspace lies. edition: the folder of the outbox for outputs."""

    root: Path
    inbox: Path
    group: Path
    outbox: Path
    archive: Path
    templates: Path
    precheck: str
    most: int
    edition: str = ""

    def as_of(self, day: date) -> Paths:
        """Return the paths with a place of its own for what is made as of an earlier day.

        All of it lies with the group: an office finds in its folder what holds now.
        """
        return replace(self, edition=f"{GROUP}/{_PAST}/{day.isoformat()}")

    @property
    def intake(self) -> Folders:
        """Return the folders that intake touches."""
        return Folders(self.inbox, self.group, self.archive, self.precheck, self.most)

    def for_office(self, office: Office, kind: str) -> Path:
        """Return a folder of an office in the outbox, such as 2-退回修改."""
        return self.outbox / self.edition / OFFICES / office.folder / kind

    def for_group(self, kind: str) -> Path:
        """Return a folder of the discipline group in the outbox."""
        return self.outbox / self.edition / GROUP / kind

    def for_bureau(self, *kind: str) -> Path:
        """Return the folder of the bureau's leaders in the outbox, or one in it."""
        return (self.outbox / self.edition / BUREAU).joinpath(*kind)


def paths_of(root: Path, settings: Settings) -> Paths:
    """Return the folders as configured; relative ones start at `root`."""
    folders = settings.folders
    inbox = _path(root, folders.inbox)
    return Paths(
        root=root,
        inbox=inbox,
        group=_path(inbox, folders.group),
        outbox=_path(root, folders.outbox),
        archive=_path(root, folders.archive),
        templates=_path(root, folders.templates),
        precheck=folders.precheck,
        most=settings.limits.most,
    )


def timing_of(settings: Settings) -> Timing:
    """Return how long intake looks at a file."""
    return Timing(settings.watch.stable_seconds, settings.watch.incomplete_minutes)


def make_folders(paths: Paths) -> None:
    """Make the folders that lie in the workspace; a missing folder elsewhere is an error.

    An inbox that was there and is gone is never made anew: files would be put into the empty
    place of a share that is away. Whoever takes files from it says so.

    Raises:
        UsageError: a folder on a share or another disk is not there.
    """
    wanted = [paths.outbox, paths.templates]
    if not (paths.archive / REGISTER).exists() or paths.inbox.is_dir():
        wanted += [paths.inbox, paths.group]
    lacking = [folder for folder in wanted if not folder.is_dir()]
    for folder in lacking:
        reachable = folder.parent.is_dir() or paths.inbox in folder.parents
        if not folder.is_relative_to(paths.root) and not reachable:
            message = (
                f"找不到文件夹 {folder}。请检查共享盘是否连上，或改正 config.toml 的 [folders]。"
            )
            raise UsageError(message)
    for folder in lacking:
        operations.make_folder(folder)


def _path(base: Path, written: str) -> Path:
    """Return a path as a clerk writes it: back-slashes are forgiven where they mean nothing."""
    forgiven = written if os.name == "nt" else written.replace("\\", "/")
    return base / Path(forgiven).expanduser()
