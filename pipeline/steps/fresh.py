"""The answer to a file that takes no marks: the form as issued, with what the office typed.

What an .xls, .ods or a workbook with macros says is shown in a template of the same form, office,
person and round, before any repair, so that there is nothing to type again. The findings lead to
its cells and name those of the office's own file.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline import text
from pipeline.model import Place
from pipeline.steps.case import UNSURE
from pipeline.steps.filing import CheckedFile
from pipeline.steps.issue import office_issue
from pipeline.steps.issue_people import Whose, filled_again, shared_issue
from pipeline.steps.sending import note
from pipeline.steps.typed import typed_in
from pipeline.workbook.headers import address, position
from pipeline.workbook.issue import own_key
from pipeline.workbook.layout import TITLE
from pipeline.workbook.limits import RefusedError
from pipeline.workbook.template import places_of, sheet_names, write_template, write_together

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipeline.findings import Finding, Repair
    from pipeline.settings import Round
    from pipeline.steps.case import Case, FiledPart
    from pipeline.steps.filing import Decidable
    from pipeline.steps.typed import Typed
    from pipeline.workbook.template import Issue, Places
    from pipeline.workspace import Workspace

_log = logging.getLogger(__name__)

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_ODS = b"mimetypeapplication/vnd.oasis.opendocument"
_MIMETYPE = 30  # where the first name in a zip begins
# Filled in for somebody else, or several times: nothing may decide for the office which it meant.
_NOT_ONE = frozenset({"F111", "F112", "F115", "F116", "F117"})


@dataclass(frozen=True, slots=True)
class Fresh:
    """The template with what was typed, and where everything stands in it.

    parts: as filed, but with findings that lead into this workbook. repairs: likewise.
    """

    content: bytes
    parts: tuple[FiledPart, ...]
    repairs: tuple[Repair, ...]


def why_fresh(original: bytes, name: str, fault: str) -> str:
    """Return the line that says why the answer is not the office's own file.

    fault: what the patcher says of it.
    """
    start = original[_MIMETYPE : _MIMETYPE + 80]
    if original.startswith(_OLE):
        what = "的是.et文件" if name.casefold().endswith(".et") else "的是.xls文件"
    elif start.startswith(_ODS):
        what = "的是.ods文件"
    else:
        what = f"的{fault}"
    return f"您报来{what}，标记写不进去。本文件是下发的表，已填入您报的内容，请以本文件修改和报送。"


def fresh_copy(
    workspace: Workspace, case: Case, repairs: Sequence[Sequence[Repair]], file: Decidable
) -> Fresh | None:
    """Return the issued form with what was typed; None where nobody knows for sure whose it is.

    repairs: of each part. file: the original, read once more. What the office is to get is noted
    as issued, so that it is known again.
    """
    current, typed = _round(workspace, case), _typed(case, file)
    if current is None or typed is None or not _is_one(case):
        return None
    issues = _issues(workspace, case, current)
    if issues is None:
        return None
    names = _names(issues)
    shown = [
        _filled(_issue_of(issues, part), said) for part, said in zip(case.parts, typed, strict=True)
    ]
    try:
        content = _written(workspace, current, issues, shown)
    except RefusedError as error:
        _log.info("%s does not fit into a template: %s", case.arrival.sha256[:8], error)
        return None
    ways = [
        _way(issue, part, said, names[issue.stamp.number])
        for issue, part, said in zip(shown, case.parts, typed, strict=True)
    ]
    moved = tuple(
        replace(repair, place=way.there(repair.place), origin=repair.place)
        for way, own in zip(ways, repairs, strict=True)
        for repair in own
    )
    return Fresh(content, tuple(way.part_there() for way in ways), moved)


def _typed(case: Case, file: Decidable) -> list[Typed] | None:
    """Return what was typed into each part; None where the file is not read as it was decided."""
    if not isinstance(file, CheckedFile):
        return None
    found = {
        (part.form.code, part.office, part.person): typed_in(
            part.form, part.recognised.part.extracts
        )
        for part in file.parts
    }
    filed = (part.stored for part in case.parts)
    typed = [found.get((part.form, part.office, part.person)) for part in filed]
    return [one for one in typed if one] if all(typed) else None


def _round(workspace: Workspace, case: Case) -> Round | None:
    rounds = {part.stored.round for part in case.parts}
    return workspace.settings.campaign.round(rounds.pop()) if len(rounds) == 1 else None


def _is_one(case: Case) -> bool:
    """Tell whether all of the file is surely one form of the one office it is answered to."""
    sure = all(part.content and part.stored.reason != UNSURE for part in case.parts)
    others = {finding.code for finding in case.findings} & _NOT_ONE
    of_persons = all(part.stored.person for part in case.parts)
    return bool(sure and case.office and not others and (of_persons or len(case.parts) == 1))


def _issues(workspace: Workspace, case: Case, current: Round) -> list[Issue] | None:
    """Return the forms as issued, noted: one a person of the file, else the office's one."""
    form, office = case.form, case.office
    if form is None or office is None:
        return None
    if form.keeper == "office":
        issue = office_issue(workspace, form, office, current)
        with workspace.ledger.transaction() as tx:
            return [note(tx, issue, is_newest=False)]
    codes = {part.stored.person for part in case.parts}
    codes |= {code for part in case.parts if part.content for code in part.content.blank}
    people = [person for person in workspace.roster.people if person.code in codes]
    if len(people) < len(codes):
        return None
    return filled_again(workspace, Whose(form, office, current), people) or None


def _issue_of(issues: Sequence[Issue], part: FiledPart) -> Issue:
    return next(issue for issue in issues if issue.stamp.person == part.stored.person)


def _filled(issue: Issue, typed: Typed) -> Issue:
    """Return a form with what was typed in place of what stood there."""
    card = {
        entry.key: typed.card.get(entry.key, "")
        for section in issue.form.cards
        for entry in section.fields
        if not entry.derived
    }
    rows = issue.rows if issue.form.given else tuple(typed.texts)
    own = tuple(sorted(typed.own, key=lambda label: typed.own[label]))
    return replace(issue, card={**issue.card, **card}, rows=rows, own=own)


def _written(
    workspace: Workspace, current: Round, issues: Sequence[Issue], shown: Sequence[Issue]
) -> bytes:
    """Return the workbook: of several persons one with a sheet each, those left blank as issued."""
    if len(issues) == 1:
        return write_template(shown[0])
    filled = {issue.stamp.number: issue for issue in shown}
    whole = [filled.get(issue.stamp.number, issue) for issue in issues]
    return write_together(whole, shared_issue(workspace, whole[0], current))


def _names(issues: Sequence[Issue]) -> Mapping[str, str]:
    """Return the name of the sheet on which each form stands, by 表号."""
    if len(issues) == 1:
        return {issues[0].stamp.number: issues[0].form.title}
    names = sheet_names(issues)
    return {issue.stamp.number: name for issue, name in zip(issues, names, strict=True)}


@dataclass(frozen=True, slots=True)
class _Way:
    """The way from the cells of the office's own file to those of the template.

    boxes, columns, records: what stands in a cell, column or row there; head: its header line.
    labels: every label of the form with its key.
    """

    part: FiledPart
    head: int
    sheet: str
    places: Places
    boxes: Mapping[str, str]
    columns: Mapping[int, str]
    records: Mapping[int, int]
    labels: Mapping[str, str]

    def part_there(self) -> FiledPart:
        """Return the part with findings that lead into the template."""
        findings = tuple(self._finding(finding) for finding in self.part.findings)
        content = self.part.content
        if content is not None:
            content = replace(content, sheet=self.sheet, columns=self.places.columns)
        return replace(self.part, content=content, findings=findings)

    def there(self, place: Place, *headers: str) -> Place:
        """Return the cell that now stands for one; only the sheet where there is none.

        headers: those that are spoken of, which may be missing in the office's file.
        """
        content = self.part.content
        if content is None or place.sheet != content.sheet:
            return Place()
        cell = self._cell(*position(place.cell), headers) if place.cell else None
        return Place(self.sheet, address(*cell) if cell else "")

    def _finding(self, finding: Finding) -> Finding:
        params = finding.params
        headers = (params.get("header", ""), finding.column, params.get("issued", ""))
        there = self.there(finding.place, *headers)
        return replace(finding, place=there, origin=finding.place)

    def _cell(self, row: int, column: int, headers: Sequence[str]) -> tuple[int, int] | None:
        lacking = self._lacking(headers)
        box = lacking or self.boxes.get(address(row, column), "")
        if box in self.places.boxes:
            return self.places.boxes[box]
        record = self.records.get(row)
        if record is None and row != self.head:
            return (TITLE, 0) if (row, column) == (TITLE, 0) else None
        key = lacking or self.columns.get(column, "")
        below = 0 if record is None else record + 1
        return self.places.header + below, self.places.columns.get(key, 0)

    def _lacking(self, headers: Sequence[str]) -> str:
        """Return the key of a column or box that the office's file lacks, by its header."""
        there = {*self.boxes.values(), *self.columns.values()}
        keys = (self.labels.get(text.key(header), "") for header in headers if header)
        return next((key for key in keys if key and key not in there), "")


def _way(issue: Issue, part: FiledPart, typed: Typed, sheet: str) -> _Way:
    columns = {at: key for key, at in (part.content.columns if part.content else {}).items()}
    return _Way(
        part=part,
        head=typed.head,
        sheet=sheet,
        places=places_of(issue),
        boxes={cell: key for key, cell in typed.cells.items()},
        columns=columns | {at: own_key(label) for label, at in typed.own.items()},
        records={row: record for record, row in enumerate(typed.rows)},
        labels={
            text.key(label): entry.key
            for section in issue.form.sections
            for entry in section.fields
            for label in entry.labels
        },
    )
