"""Exporting: the archive as tables for other programs, with a description of every column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.errors import UsageError
from pipeline.exports import GUARDED, Package, package_files
from pipeline.files import operations
from pipeline.steps.consolidate import MARK, edition_of
from pipeline.steps.export_tables import tables_of
from pipeline.steps.publish import Outgoing, publish
from pipeline.summaries.dictionary import TITLE, dictionary_book
from pipeline.version import __version__

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    from pipeline.exports import Resource
    from pipeline.workspace import Workspace

EXPORTS = "导出"
_TYPES = {"string": "文字", "integer": "整数", "date": "日期", "datetime": "时间"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be exported, in which formats.

    people: with the persons of the roster. folder: where to, None for the outbox of the group.
    """

    formats: tuple[str, ...] = ("csv",)
    people: bool = False
    folder: Path | None = None


def export(workspace: Workspace, day: date, wanted: Wanted) -> tuple[Path, ...]:
    """Write a package a format as of a day, with a 数据字典; return where all of it lies.

    In the outbox each day has a folder of its own. Elsewhere nothing of another's is replaced.

    Raises:
        UsageError: the folder is no place for it, or pyarrow is wanted and not there.
    """
    default = workspace.paths.for_group(EXPORTS) / day.isoformat()
    folder = wanted.folder.resolve() if wanted.folder else default
    _refuse(workspace, folder)
    tables = tables_of(workspace, day, people=wanted.people)
    files = [
        Outgoing(folder / format_ / name, data)
        for format_ in dict.fromkeys(wanted.formats)
        for name, data in package_files(_package(workspace, day, wanted), tables, format_).items()
    ]
    files.append(Outgoing(folder / f"{TITLE}.xlsx", _dictionary(workspace, day, tables)))
    if folder.is_relative_to(workspace.paths.outbox.resolve()):
        with workspace.ledger.writer():
            return publish(workspace, *files)
    return _write_elsewhere(files)


def _package(workspace: Workspace, day: date, wanted: Wanted) -> Package:
    bureau, campaign = workspace.settings.bureau.name, workspace.settings.campaign.name
    named = "含人员姓名。" if wanted.people else "人员名册没有导出；责任人等栏和进度里有姓名。"
    return Package(
        title=f"{bureau}“{campaign}”风险信息档案",
        description=f"{MARK}，不得公开。{named}",
        day=day,
        version=__version__,
    )


def _dictionary(workspace: Workspace, day: date, tables: Sequence[Resource]) -> bytes:
    rows = [
        (
            *(table.title, table.name, column.title, column.key, _TYPES[column.type]),
            *(column.note, "、".join(column.options), column.since),
        )
        for table in tables
        for column in table.columns
    ]
    notes = (GUARDED, "日期写作2011-09-18，时间写作2011-09-18T09:30:00+08:00。空着就是没有。")
    return dictionary_book(rows, notes, edition_of(workspace, day))


def _refuse(workspace: Workspace, folder: Path) -> None:
    """Raise UsageError where an export would be taken for a report, or reach an office."""
    paths = workspace.paths
    own = (paths.inbox, paths.group, paths.archive, paths.templates, paths.outbox)
    inside = any(folder.is_relative_to(place.resolve()) for place in own)
    if inside and not folder.is_relative_to(paths.for_group(EXPORTS).resolve()):
        message = (
            f"不能导出到 {folder}：这里是收发和存档用的文件夹。请换一个文件夹，"
            f"或不写 --to（放在发件夹的 纪检组/{EXPORTS}）。"
        )
        raise UsageError(message)


def _write_elsewhere(files: list[Outgoing]) -> tuple[Path, ...]:
    """Write files outside of the outbox; what lies there already stays, unless it is the same."""
    for file in files:
        if file.target.exists() and operations.sha256(file.target) != file.digest:
            message = f"{file.target} 已经有了，内容不同。请换一个空文件夹。"
            raise UsageError(message)
    for file in files:
        if not file.target.exists():
            operations.write_new(file.target, file.data)
    return tuple(file.target for file in files)
