"""The words of a decision workbook, each held against what is on record of its risk point."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline import clock, text
from pipeline.checks.rules import is_answer
from pipeline.findings import Finding
from pipeline.ledger import records
from pipeline.ledger.rows import CANCELLED
from pipeline.steps.levels import (
    STAGES,
    Step,
    Word,
    covers,
    is_higher,
    is_highest,
    stage_shown,
    steps_of,
)
from pipeline.steps.review import listed_of
from pipeline.steps.roles import levels_of, risk_form
from pipeline.workbook.headers import position

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date, datetime

    from sqlalchemy import Connection

    from pipeline.checks.check import CheckedRow
    from pipeline.forms import Form, Section
    from pipeline.ledger.rows import VersionRow
    from pipeline.steps.filing import CheckedPart
    from pipeline.steps.levels import Stage
    from pipeline.vocab import Vocabulary
    from pipeline.workspace import Workspace

_NUMBER = "number"
_PARTS = ("level", "reason", "person", "day")
_TELLING = ("post", "matter", "point", "manifestation")
_NEEDED = ("level", "person", "day")
_OTHER_SCALE = "F217"  # a word of another scale was understood for sure
_SEVERAL, _SEVERAL_HERE = "F209", "F420"  # of several levels none is taken for a decision


@dataclass(frozen=True, slots=True)
class Spoken:
    """A row that says something. unsure: what was found wrong in the cells that say it."""

    row: CheckedRow
    section: Section
    words: Mapping[Stage, Word]
    unsure: tuple[Finding, ...]

    @property
    def number(self) -> str:
        """Return the number of the risk point."""
        return self.row.values.get(_NUMBER, "")

    @property
    def position(self) -> int:
        """Return its position among the rows of the sheet."""
        return self.row.position

    @property
    def line(self) -> str:
        """Return the number of the row as people count it."""
        return str(self.row.source.rows[self.position] + 1)

    def cell(self, stage: Stage) -> str:
        """Return where a stage names its level: sheet!A1."""
        place = self.row.source.place(self.position, f"{stage}_level")
        return f"{place.sheet}!{place.cell}"

    def typed(self, key: str) -> str:
        """Return what stands in a cell of the row, "" where the column is gone."""
        return self.row.source.texts[key][self.position] if key in self.row.source.texts else ""

    def finding(self, code: str, key: str, **params: str) -> Finding:
        """Return a finding at a cell of the row."""
        source = self.row.source
        header = source.header(key, self.section.field(key).header)
        return Finding(code, source.place(self.position, key), header, self.typed(key), params)


def spoken_rows(part: CheckedPart) -> tuple[list[Spoken], list[Finding]]:
    """Return the rows that say something, and what was found about the whole of the file.

    What is given by the tool is held against the register, so no check of it is told.
    """
    section = part.form.table
    extract = part.recognised.part.extracts[section.key]
    keys = {column: key for key, column in extract.columns.items()}
    own = {f"{stage}_{name}" for stage in STAGES for name in _PARTS}
    of_row: dict[int, list[Finding]] = defaultdict(list)
    whole = []
    for finding in part.checked.findings:
        cell = position(finding.place.cell) if finding.place.cell else (-1, -1)
        if finding.place.sheet != extract.sheet or cell[0] not in extract.rows:
            whole.append(finding)
        elif keys.get(cell[1]) in own and finding.code != _OTHER_SCALE:
            of_row[cell[0]].append(finding)
    spoken = []
    for row in part.checked.rows:
        unsure = tuple(of_row[extract.rows[row.position]])
        words = {
            stage: Word(*(row.values.get(f"{stage}_{name}", "") for name in _PARTS))
            for stage in STAGES
        }
        if unsure or any(not word.is_silent for word in words.values()):
            spoken.append(Spoken(row, section, words, unsure))
    return spoken, whole


@dataclass(frozen=True, slots=True)
class Came:
    """By which arrival a workbook came, 0 for one that is not handed in, and on which day."""

    arrival: int
    day: date


@dataclass(frozen=True, slots=True)
class Desk:
    """What the words are held against.

    known: the versions now on record by number; issued: those when the list went out. first: when
    each record was registered, by its id. telling: the given columns that tell a point from others,
    as far as the list has them; whose: the number of what stood in them.
    """

    form: Form
    levels: Vocabulary
    came: Came
    known: Mapping[str, VersionRow]
    issued: Mapping[str, VersionRow]
    decided: Mapping[str, Sequence[Step]]
    first: Mapping[int, tuple[int, datetime]]
    telling: tuple[str, ...]
    whose: Mapping[tuple[str, ...], str]

    @classmethod
    def at(cls, workspace: Workspace, db: Connection, part: CheckedPart, came: Came) -> Desk:
        """Return the register as it is now, and as it was when the workbook was made."""
        form = risk_form(workspace)
        levels = levels_of(form)
        if levels is None:
            message = "the risk form is graded"
            raise LookupError(message)
        version = part.recognised.identity.version
        until = int(version) if version.isdecimal() else 0
        issued = _by_number(records.versions_until(db, form.code, until))
        columns = part.recognised.part.extracts[part.form.table.key].columns
        telling = tuple(key for key in _TELLING if key in columns)
        return cls(
            form=form,
            levels=levels,
            came=came,
            known=_by_number(records.known_versions(db, form.code)),
            issued=issued,
            decided=steps_of(db),
            first=records.spans(db, form.code),
            telling=telling,
            whose={_told(form, one, telling): number for number, one in issued.items()},
        )

    def filed(self, number: str) -> Sequence[Step]:
        """Return what was decided of a number before, oldest first."""
        return self.decided.get(number, ())

    def steps(self, row: Spoken) -> tuple[Step, ...]:
        """Return the words of a sound row that were not filed yet, as they are to be filed."""
        before = self.known[row.number]
        return tuple(
            Step(
                stage=stage,
                word=word,
                raised=before.raised,
                content=before.content_hash,
                is_final=not self._goes_on(stage, word, before),
                arrival=self.came.arrival,
                cell=row.cell(stage),
            )
            for stage, word in row.words.items()
            if not word.is_silent and not self._is_filed(stage, word, before)
        )

    def _goes_on(self, stage: Stage, word: Word, before: VersionRow) -> bool:
        """Tell whether those who manage the highest level have still to fix what is said."""
        return stage == STAGES[0] and is_highest(self.levels, word.level, before.raised)

    def _is_filed(self, stage: Stage, word: Word, before: VersionRow) -> bool:
        """Tell whether just this was filed before, and still is about the level that follows."""
        return any(
            step.stage == stage
            and _same(step.word, word)
            and covers(self.levels, step, before.raised)
            for step in self.filed(before.number or "")
        )

    def told_twice(self, rows: Sequence[Spoken]) -> Mapping[int, list[Finding]]:
        """Return what is to be told of numbers on which two rows do not agree, by position."""
        first: dict[str, Spoken] = {}
        found: dict[int, list[Finding]] = defaultdict(list)
        for row in rows:
            other = first.setdefault(row.number, row)
            if other is not row and other.words != row.words and row.number:
                found[row.position].append(row.finding("F416", _NUMBER, other=other.line))
                found[other.position].append(other.finding("F416", _NUMBER, other=row.line))
        return found

    def faults(self, row: Spoken) -> list[Finding]:
        """Return everything for which a row does not count."""
        before = self.known.get(row.number)
        if before is None:
            return [row.finding("F411", _NUMBER)]
        if before.status == CANCELLED:
            return [row.finding("F419", _NUMBER)]
        found = [_retold(finding) for finding in row.unsure]
        unsure = {finding.place for finding in found}
        new = {
            stage: word
            for stage, word in row.words.items()
            if not word.is_silent and not self._is_filed(stage, word, before)
        }
        for stage, word in new.items():
            found += self._incomplete(row, (stage, word), before)
            found += self._too_early_or_late(row, (stage, word), before)
        if STAGES[1] in new and not self._is_reviewed(row, before):
            found.append(row.finding("F415", f"{STAGES[1]}_level", number=row.number))
        if new and (other := self._misplaced(row)):
            found.append(row.finding("F421", _NUMBER, other=other))
        if new and (changed := self._changed(row)):
            found.append(row.finding("F417", _NUMBER, changed=changed))
        told = {finding.place for finding in found if finding.code == "F412"}
        return [one for one in found if one.code != "F412" or one.place in told - unsure]

    def _incomplete(
        self, row: Spoken, said: tuple[Stage, Word], before: VersionRow
    ) -> Iterator[Finding]:
        """Yield the cells that a word lacks: a level that is not the 就高 one needs a reason."""
        stage, word = said
        for name in _NEEDED:
            if not getattr(word, name):
                shown = stage_shown(self.levels, stage)
                yield row.finding("F412", f"{stage}_{name}", stage=shown)
        differs = self.levels.get(word.level) and word.level != before.raised
        if differs and not is_answer(word.reason):
            params = {"level": word.level, "raised": before.raised}
            yield row.finding("F413", f"{stage}_reason", **params)

    def _too_early_or_late(
        self, row: Spoken, said: tuple[Stage, Word], before: VersionRow
    ) -> Iterator[Finding]:
        """Yield a finding where a day is before the record or an earlier step, or to come."""
        stage, word = said
        registered = clock.local_date(self.first[before.record][1]).isoformat()
        steps = [step.word.day for step in self.filed(row.number)]
        if stage != STAGES[0]:
            steps.append(row.words[STAGES[0]].day)
        start, last = max(registered, *steps, ""), self.came.day.isoformat()
        sure = word.day and f"{stage}_day" not in self._unsure_keys(row)
        if sure and not start <= word.day <= last:
            yield row.finding("F414", f"{stage}_day", start=start, day=last)

    def _unsure_keys(self, row: Spoken) -> set[str]:
        places = {finding.place for finding in row.unsure}
        keys = (f"{stage}_{name}" for stage in STAGES for name in _PARTS)
        return {key for key in keys if row.row.source.place(row.position, key) in places}

    def _is_reviewed(self, row: Spoken, before: VersionRow) -> bool:
        """Tell whether the group has reviewed the point, here or before, as it is graded now."""
        if not row.words[STAGES[0]].is_silent:
            return True
        return any(
            step.stage == STAGES[0] and covers(self.levels, step, before.raised)
            for step in self.filed(row.number)
        )

    def _changed(self, row: Spoken) -> str:
        """Return what of a point is not as it was when the list went out, "" for nothing."""
        now, then = self.known[row.number], self.issued.get(row.number)
        if then is None:
            return "当时还没有"
        said, was = _listed(self.form, now), _listed(self.form, then)
        graver = is_higher(self.levels, now.raised, then.raised)
        keys = [key for key in said if key not in {"raised", "level"} and said[key] != was[key]]
        keys += ["raised"] if graver else []
        return "、".join(row.section.field(key).header for key in keys)

    def _misplaced(self, row: Spoken) -> str:
        """Return the number of which the row shows the content, "" where that is its own.

        So it is where a column was sorted alone: whom the word is about, nobody can tell.
        """
        then = self.issued.get(row.number)
        shown = tuple(text.key(row.typed(key)) for key in self.telling)
        if then is None or not any(shown) or shown == _told(self.form, then, self.telling):
            return ""
        return self.whose.get(shown, "")

    def changed_cells(self, row: Spoken) -> Iterator[Finding]:
        """Yield the given cells of a row that were typed over; they count for nothing."""
        then = self.issued.get(row.number)
        for key, was in (_listed(self.form, then) if then else {}).items():
            typed = text.key(row.typed(key))
            if typed and typed != text.key(was):
                yield row.finding("F418", key, issued=was)


def _by_number(versions: Sequence[VersionRow]) -> dict[str, VersionRow]:
    return {one.number: one for one in versions if one.number}


def _listed(form: Form, version: VersionRow) -> dict[str, str]:
    return listed_of(form, version.payload, version.raised, version.level)


def _told(form: Form, version: VersionRow, keys: Sequence[str]) -> tuple[str, ...]:
    """Return what the list shows of a point in some columns, folded."""
    shown = _listed(form, version)
    return tuple(text.key(shown[key]) for key in keys)


def _same(one: Word, other: Word) -> bool:
    """Tell whether two words say the same, however it was spaced."""
    folded = [tuple(map(text.key, (said.reason, said.person))) for said in (one, other)]
    return (one.level, one.day) == (other.level, other.day) and folded[0] == folded[1]


def _retold(finding: Finding) -> Finding:
    """Return what was found in a cell as it is told here: a decision is never guessed."""
    if finding.code != _SEVERAL:
        return finding
    return Finding(_SEVERAL_HERE, finding.place, finding.column, finding.value)
