"""`check`: the same reading and rules as an arrival, nothing filed; its stable JSON."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from pipeline.errors import UsageError
from pipeline.files import operations
from pipeline.model import Archive
from pipeline.steps.decide import judged
from pipeline.steps.filing import WORST, CheckedFile
from pipeline.steps.receive import limits_of, read_files
from pipeline.steps.recognise import Unchecked
from pipeline.steps.reviewing import rule_levels
from pipeline.steps.told import told_finding, told_repair
from pipeline.steps.unpacking import NESTED, UNPACKED, unpack_into
from pipeline.steps.words import Came, Desk

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Connection

    from pipeline.findings import Finding, Repair
    from pipeline.model import Verdict
    from pipeline.reading.pool import ReadingPool
    from pipeline.steps.filing import CheckedPart, Decidable
    from pipeline.steps.judge import Judgement
    from pipeline.steps.reviewing import Ruled
    from pipeline.workspace import Workspace


@dataclass(frozen=True, slots=True)
class PartReport:
    """What the check says of one part; office by name, "" where it is not known."""

    form: str
    office: str
    person: str
    sheet: str
    verdict: Verdict
    reason: str
    records: int
    questions: int
    findings: tuple[Finding, ...]
    repairs: tuple[Repair, ...]


@dataclass(frozen=True, slots=True)
class FileReport:
    """What the check says of one file. skipped: in sentences, what could not be checked."""

    file: str
    sha256: str
    verdict: Verdict
    reason: str
    parts: tuple[PartReport, ...]
    skipped: tuple[str, ...] = ()

    def to_json(self) -> dict[str, object]:
        """Return the stable JSON of `check --json`."""
        skipped = {"skipped": list(self.skipped)} if self.skipped else {}
        return skipped | {
            "file": self.file,
            "sha256": self.sha256,
            "verdict": self.verdict,
            "reason": self.reason,
            "parts": [
                {
                    "form": part.form,
                    "office": part.office,
                    "person": part.person,
                    "sheet": part.sheet,
                    "verdict": part.verdict,
                    "reason": part.reason,
                    "records": part.records,
                    "questions": part.questions,
                    "findings": [told_finding(finding) for finding in part.findings],
                    "repairs": [told_repair(repair) for repair in part.repairs],
                }
                for part in self.parts
            ],
        }


def check(
    workspace: Workspace, pool: ReadingPool, paths: Sequence[Path], folders: Sequence[str] = ()
) -> Iterator[FileReport]:
    """Yield a report a file, in the order given; after that of a zip, one each of its members.

    folders: where each lies in the inbox, none where the files come from elsewhere.

    Raises:
        UsageError: a path is no file.
    """
    require_files(paths)
    real = [path.resolve() for path in paths]
    folders = folders or [""] * len(paths)
    files = read_files(workspace, pool, real, folders)
    for path, file, folder in zip(paths, files, folders, strict=True):
        yield report_on(workspace, path, file)
        if isinstance(file, Archive):
            yield from _members(workspace, pool, path, folder)


def require_files(paths: Sequence[Path]) -> None:
    """Refuse what is no file.

    Raises:
        UsageError: a path leads to a folder or nowhere.
    """
    for path in paths:
        if path.is_dir():
            message = f"{path} 是文件夹。请写明里面的文件，如 {path / '附表1.xlsx'}。"
            raise UsageError(message)
        if not path.is_file():
            message = f"找不到文件 {path}。请检查路径。"
            raise UsageError(message)


def _members(
    workspace: Workspace, pool: ReadingPool, path: Path, folder: str
) -> Iterator[FileReport]:
    """Yield what the check says of the members of a zip."""
    with TemporaryDirectory() as aside:
        found = unpack_into(Path(aside), path.resolve(), limits_of(workspace))
        inner = [f"{folder}/{member}".strip("/").rpartition("/")[0] for member, _ in found]
        files = read_files(workspace, pool, [place for _, place in found], inner)
        for (member, place), file in zip(found, files, strict=True):
            nested = Unchecked("quarantined", NESTED)
            told = nested if isinstance(file, Archive) else file
            yield replace(report_on(workspace, place, told), file=f"{path}/{member}")


def report_on(workspace: Workspace, path: Path, file: Decidable) -> FileReport:
    """Return what there is to say of a file that was checked."""
    digest = operations.sha256(path.resolve())
    if isinstance(file, Archive):
        return FileReport(str(path), digest, "accepted", UNPACKED, ())
    if not isinstance(file, CheckedFile):
        return FileReport(str(path), digest, file.verdict, file.reason, ())
    with workspace.ledger.reading() as db:
        parts = tuple(_part(workspace, db, part) for part in file.parts)
    worst = min(parts, key=lambda one: WORST.index(one.verdict))
    return FileReport(str(path), digest, worst.verdict, worst.reason, parts)


def _part(workspace: Workspace, db: Connection, part: CheckedPart) -> PartReport:
    found: Judgement | Ruled
    if part.form.keeper == "bureau":
        found = rule_levels(Desk.at(workspace, db, part, Came(0, workspace.today)), part)
    else:
        found, _ = judged(workspace, db, part)
    office = workspace.roster.by_code.get(part.office)
    person = workspace.roster.by_person.get(part.person)
    return PartReport(
        form=part.form.title,
        office=office.name if office else "",
        person=person.name if person else "",
        sheet=part.recognised.part.extracts[part.form.table.key].sheet,
        verdict=found.verdict,
        reason=found.reason,
        records=len(part.rows),
        questions=found.questions,
        findings=found.findings,
        repairs=tuple(part.checked.repairs),
    )
