"""`check` without a workspace: the words come from the workbook itself, the rest are defaults.

What needs the roster, the register or the key of 表号 is left out, and said to be.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from pipeline import clock
from pipeline.checks.normalise import BY_SYSTEM
from pipeline.forms.kind import Scope
from pipeline.model import Archive, Unreadable
from pipeline.settings.lone import is_year, lone_settings
from pipeline.steps.check import FileReport, report_on, require_files
from pipeline.steps.receive import check_files, limits_of, reading_pool
from pipeline.steps.recognise import Came, Recognised, Unchecked, recognise, verdict_on
from pipeline.steps.unpacking import NESTED, unpack_into
from pipeline.workbook.identify import claimed
from pipeline.workbook.offered import Offered, offered_in
from pipeline.workspace import lone_workspace

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.clock import Clock
    from pipeline.model import Reading
    from pipeline.reading.codec import Outcome
    from pipeline.reading.pool import ReadingPool
    from pipeline.steps.recognise import FilledPart
    from pipeline.workbook.stamp import Stamp
    from pipeline.workspace import Workspace

# What is left out, and why.
SKIPPED = (
    "表号没有核验（需要工作文件夹）：是谁的表，以表内所写为准。",
    "轮次没有核对（需要工作文件夹）：按表内所写的一轮检查。",
    "名册没有核对（需要工作文件夹）：人员姓名和参加人数。",
    "登记簿没有核对（需要工作文件夹）：风险编号、缺的行、降低的等级。",
    "没有与下发时的表比对（需要工作文件夹）：固定文字和系统填写的内容。",
)
_BY_DEFAULT = "表里没有自带的下拉框清单，按默认的词检查；岗位没有核对。"


def check_alone(paths: Sequence[Path], now: Clock = clock.system) -> Iterator[FileReport]:
    """Yield a report a file, in the order given; after that of a zip, one each of its members.

    Nothing is written but what a zip holds, and that only for as long as it is read.

    Raises:
        UsageError: a path is no file.
    """
    require_files(paths)
    with _workspace(None, None, now) as usual, reading_pool(usual) as pool:
        real = [path.resolve() for path in paths]
        for path, outcome in zip(paths, pool.read(real), strict=True):
            yield _told(usual, path, outcome)
            if isinstance(outcome, Archive):
                yield from _members(usual, pool, path)


def _members(usual: Workspace, pool: ReadingPool, path: Path) -> Iterator[FileReport]:
    """Yield what the check says of the members of a zip."""
    with TemporaryDirectory() as aside:
        found = unpack_into(Path(aside), path.resolve(), limits_of(usual))
        outcomes = pool.read([place for _, place in found])
        for (member, place), outcome in zip(found, outcomes, strict=True):
            if isinstance(outcome, Archive):
                told = report_on(usual, place, Unchecked("quarantined", NESTED))
            else:
                told = _told(usual, place, outcome)
            yield replace(told, file=f"{path}/{member}")


def _told(usual: Workspace, path: Path, outcome: Outcome) -> FileReport:
    """Return what there is to say of one file by its own words."""
    if isinstance(outcome, Archive):
        return report_on(usual, path, outcome)
    if isinstance(outcome, Unreadable):
        return report_on(usual, path, Unchecked(verdict_on(outcome.reason), outcome.reason))
    stamp = claimed(outcome)
    offered = _offered(outcome, stamp, usual)
    with _workspace(stamp, offered, usual.now) as workspace:
        found = recognise(outcome, workspace, Came(workspace.today, "", path.name))
        if isinstance(found, Unchecked):
            return report_on(workspace, path, found)
        parts = tuple(_taken(part, stamp, offered, workspace) for part in found.parts)
        (file,) = check_files(workspace, [Recognised(parts, found.blank)])
        return _said(report_on(workspace, path, file), parts, offered)


def _workspace(stamp: Stamp | None, offered: Offered | None, now: Clock) -> Workspace:
    year = stamp.year if stamp and is_year(stamp.year) else clock.local_date(now()).year
    words = offered or Offered()
    return lone_workspace(lone_settings(year, words.words, words.parents), now=now)


def _offered(reading: Reading, stamp: Stamp | None, usual: Workspace) -> Offered | None:
    """Return the drop-downs of a workbook, held against the form it says it is, else each."""
    wanted = [form for form in usual.forms if stamp and form.code == stamp.form] or usual.forms
    return next((found for form in wanted if (found := offered_in(reading, form))), None)


def _taken(
    part: FilledPart, stamp: Stamp | None, offered: Offered | None, workspace: Workspace
) -> FilledPart:
    """Return a part as what it says it is: nobody can confirm it, so nobody is asked to."""
    campaign = workspace.settings.campaign
    scope = Scope(posts=offered.posts if offered else (), year=campaign.year)
    said = replace(part.part, scope=scope)
    if stamp and campaign.round(stamp.round):
        said = replace(said, round=stamp.round)
    return replace(part, part=said, doubt="")


def _said(report: FileReport, parts: Sequence[FilledPart], offered: Offered | None) -> FileReport:
    """Return a report with the names as they were typed, and with what was left out.

    What only the roster could fill in was not changed by anybody.
    """
    named = tuple(
        replace(
            told,
            office=part.identity.typed[0].strip(),
            person=part.identity.typed_person[0].strip(),
            repairs=tuple(one for one in told.repairs if one.rule != BY_SYSTEM),
        )
        for told, part in zip(report.parts, parts, strict=bool(report.parts))
    )
    left = SKIPPED if offered else (*SKIPPED, _BY_DEFAULT)
    return replace(report, parts=named, skipped=left)
