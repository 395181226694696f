"""One full listing of the inbox: the only truth about what lies there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.errors import StorageError
from pipeline.files import names, operations

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path, PurePath

    from pipeline.files.operations import Entry
    from pipeline.intake.folders import Folders
    from pipeline.ledger.rows import Source


@dataclass(frozen=True, slots=True)
class Seen:
    """A file as the listing shows it.

    folder: relative to the inbox, or to the group's folder, "" for the root. office: the name of
    the office's folder, a hint only; "" where there is none.
    """

    path: Path
    folder: str
    source: Source
    office: str
    size: int
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class Listing:
    """What lies in the inbox: files of people, owner files, and what nobody may open.

    huge: files of people that are too large to be taken.
    """

    files: tuple[Seen, ...]
    huge: tuple[Seen, ...]
    owners: frozenset[Path]
    strange: tuple[Path, ...]


def scan(folders: Folders) -> Listing:
    """List the inbox and the group's folder to any depth, without opening anything.

    Raises:
        StorageError: one of the two folders cannot be listed; nothing is known then.
    """
    files: list[Seen] = []
    huge: list[Seen] = []
    owners: list[Path] = []
    strange: list[Path] = []
    for entry in _entries(folders):
        if names.is_owner(entry.path.name):
            owners.append(entry.path)
        elif names.is_temporary(entry.path.name):
            continue
        elif entry.regular:
            fitting = huge if entry.size > folders.most else files
            fitting.append(_seen(folders, entry))
        else:
            strange.append(entry.path)
    return Listing(tuple(files), tuple(huge), frozenset(owners), tuple(sorted(strange)))


def _entries(folders: Folders) -> Iterator[Entry]:
    roots = [folders.inbox]
    if folders.group and not folders.group.is_relative_to(folders.inbox):
        roots.append(folders.group)
    for root in roots:
        try:
            yield from operations.list_files(root)
        except FileNotFoundError as error:
            raise StorageError(away(root)) from error
        except OSError as error:
            raise operations.storage_error(error, root) from error


def away(*roots: Path) -> str:
    """Return the operator's line for an inbox that is not there."""
    where = "、".join(names.shown(str(root)) for root in roots)
    return f"找不到收件夹 {where}。请检查共享盘是否连上、文件夹是否改名；恢复后自动继续。"


def _seen(folders: Folders, entry: Entry) -> Seen:
    source, relative = _origin(folders, entry.path.parent)
    office = relative.parts[0] if source != "group" and relative.parts else ""
    return Seen(
        path=entry.path,
        folder=relative.as_posix() if relative.parts else "",
        source=source,
        office="" if office == folders.precheck else office,
        size=entry.size,
        mtime_ns=entry.mtime_ns,
    )


def _origin(folders: Folders, parent: Path) -> tuple[Source, PurePath]:
    """Return whose folder this is, and its path relative to the root of that source."""
    if folders.group and parent.is_relative_to(folders.group):
        return "group", parent.relative_to(folders.group)
    relative = parent.relative_to(folders.inbox)
    is_precheck = folders.precheck in relative.parts[:2]
    return ("precheck" if is_precheck else "office"), relative
