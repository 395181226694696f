"""`check`: the same reading and rules as an arrival, nothing filed; its stable JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.errors import UsageError
from pipeline.files import operations
from pipeline.steps.decide import CheckedFile, judged
from pipeline.steps.receive import read_files
from pipeline.steps.told import told_finding, told_repair

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from pipeline.findings import Finding, Repair
    from pipeline.model import Verdict
    from pipeline.reading.pool import ReadingPool
    from pipeline.steps.recognise import Unchecked
    from pipeline.workspace import Workspace


@dataclass(frozen=True, slots=True)
class PartReport:
    """What the check says of one part; office by name, "" where it is not known."""

    form: str
    office: str
    person: str
    sheet: str
    verdict: Verdict
    records: int
    questions: int
    findings: tuple[Finding, ...]
    repairs: tuple[Repair, ...]


@dataclass(frozen=True, slots=True)
class FileReport:
    """What the check says of one file."""

    file: str
    sha256: str
    verdict: Verdict
    reason: str
    parts: tuple[PartReport, ...]

    def to_json(self) -> dict[str, object]:
        """Return the stable JSON of `check --json`."""
        return {
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
    """Yield a report a file, in the order given.

    folders: where each lies in the inbox, none where the files come from elsewhere.

    Raises:
        UsageError: a path is no file.
    """
    for path in paths:
        if not path.is_file():
            message = f"找不到文件 {path}。请检查路径。"
            raise UsageError(message)
    real = [path.resolve() for path in paths]
    files = read_files(workspace, pool, real, folders or [""] * len(paths))
    for path, file in zip(paths, files, strict=True):
        yield _report(workspace, path, file)


def _report(workspace: Workspace, path: Path, file: CheckedFile | Unchecked) -> FileReport:
    digest = operations.sha256(path.resolve())
    if not isinstance(file, CheckedFile):
        return FileReport(str(path), digest, file.verdict, file.reason, ())
    with workspace.ledger.reading() as db:
        found, _ = judged(workspace, db, file)
    named = workspace.roster.by_code.get(file.office)
    part = PartReport(
        form=file.form.title,
        office=named.name if named else "",
        person=file.recognised.identity.person,
        sheet=file.recognised.part.extracts[file.form.table.key].sheet,
        verdict=found.verdict,
        records=len(file.checked.rows),
        questions=found.questions,
        findings=found.findings,
        repairs=tuple(file.checked.repairs),
    )
    return FileReport(str(path), digest, found.verdict, found.reason, (part,))
