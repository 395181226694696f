"""The line in which a form tells the clerk what is still missing, while he types.

It asks what `checks` will ask when the workbook comes back, field by field from the declaration:
a line a field on a hidden sheet, summed up on the form's own. Its columns reach from the header
line to the row below the table, so that a row inserted at either end is counted too.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

from pipeline import text
from pipeline.forms.form import LEAST_ANSWER
from pipeline.workbook import captions, formulas, looks
from pipeline.workbook.parts import Area

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pipeline.forms import Field
    from pipeline.workbook.book import Book, Page
    from pipeline.workbook.formulas import Formula
    from pipeline.workbook.issue import Issue

CHECK = "_check"
_NAME, _COUNT, _FIRST, _ROWS, _ERRORS, _WORDS = range(6)  # columns of the hidden sheet
_STATUS_WIDTH, _LINK_WIDTH = 24, 14
_HEIGHT = 21


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a field stands: its cell in a card; listed: all its cells in the table."""

    field: Field
    cells: Area
    listed: bool = False


@dataclass(frozen=True, slots=True)
class _Line:
    """What is asked: where it is missing, as a formula and as it is in the workbook as issued."""

    name: str
    looked: Formula
    condition: Formula
    missing: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class _Hidden:
    """Where on the hidden sheet of this name the formulas stand."""

    name: str

    def cell(self, column: int) -> Formula:
        """Return a cell of the first row, which sums up."""
        return formulas.cells(self.name, Area(0, column, 0, column))

    def column(self, column: int, last: int) -> Formula:
        """Return a column of the lines."""
        return formulas.cells(self.name, Area(1, column, last, column))

    def words(self, start: int, length: int) -> Formula:
        """Return some of the words that say nothing."""
        return formulas.cells(self.name, Area(start, _WORDS, start + length - 1, _WORDS))


class _Asking:
    """The questions of one form, as formulas and as answered by what is filled in already."""

    def __init__(self, issue: Issue, sheet: str, spots: Sequence[Spot], hidden: _Hidden) -> None:
        self._issue = issue
        self._sheet = sheet
        self._hidden = hidden
        self._spots = spots
        self._listed = {spot.field.key: spot for spot in spots if spot.listed}
        self._cards = {spot.field.key: spot for spot in spots if not spot.listed}
        self._own = [spot for spot in self._listed.values() if spot.field.derived is None]
        filled = enumerate(issue.rows)
        self.records = tuple((at, row) for at, row in filled if self._is_record(row))
        self.none, self.words = _words()

    def lines(self) -> Iterator[_Line]:
        """Yield a line for each field that this round asks for, and for the answer of a nil row."""
        for spot in self._spots:
            if self._issue.requires(spot.field) and spot.field.derived is None:
                yield self._line(spot, list(self._conditions(spot)), self._missing(spot))
        answer = self._listed.get(self._issue.form.roles.answer)
        if answer and self._nil:
            short = formulas.shorter(self._looked(answer), LEAST_ANSWER)
            key = answer.field.key
            lacking = [
                at
                for at, row in self.records
                if self._says_nil(row) and len(row.get(key, "").strip()) < LEAST_ANSWER
            ]
            yield self._line(answer, [self._records(), self._nil_rows(), short], lacking)

    def counted(self) -> Formula | None:
        """Return how many rows are records, None where there is no table; the header is none."""
        return formulas.count(formulas.together([self._records()]), but=1) if self._own else None

    def errors(self) -> tuple[Formula, Formula]:
        """Return how many cells hold an error, and the first place of one."""
        looked = [self._looked(spot) for spot in self._cards.values() if not spot.field.derived]
        if self._own:
            ends = [spot.cells.ends for spot in self._listed.values()]
            (top, left, bottom, _), (*_, right) = ends[0], ends[-1]
            looked.append(formulas.cells(self._sheet, Area(top - 1, left, bottom + 1, right)))
        found = [(formulas.together([formulas.broken(area)]), area) for area in looked]
        counted = formulas.total(formulas.count(where) for where, _ in found)
        return counted, formulas.least(formulas.first(where, area) for where, area in found)

    def head(self) -> Formula:
        """Return the header of the first column that the table asks for."""
        asked = [spot for spot in self._own if self._issue.requires(spot.field)]
        top, left = (asked or self._own)[0].cells.ends[:2]
        return formulas.cells(self._sheet, Area(top - 1, left, top - 1, left))

    def start(self) -> int:
        """Return the place below `head`."""
        asked = [spot for spot in self._own if self._issue.requires(spot.field)]
        return formulas.place(*(asked or self._own)[0].cells.ends[:2])

    @property
    def _nil(self) -> Spot | None:
        return self._listed.get(self._issue.form.roles.nil)

    def _line(self, spot: Spot, conditions: list[Formula], missing: Sequence[int]) -> _Line:
        top, left = spot.cells.ends[:2]
        return _Line(
            spot.field.header,
            self._looked(spot),
            formulas.together(conditions),
            tuple((top + at, left) for at in missing),
        )

    def _looked(self, spot: Spot) -> Formula:
        area = spot.cells
        if spot.listed:
            area = Area(area.top - 1, area.left, area.bottom + 1, area.right)
        return formulas.cells(self._sheet, area)

    def _conditions(self, spot: Spot) -> Iterator[Formula]:
        entry, roles = spot.field, self._issue.form.roles
        if spot.listed:
            yield self._records()
            if self._nil and entry.key not in roles.nil_needs:
                yield formulas.negated(self._nil_rows())
        yield self._blank(spot)
        followed = self._beside(spot).get(entry.follows)
        if followed:
            yield self._blank(followed)

    def _records(self) -> Formula:
        return formulas.any_filled(self._looked(spot) for spot in self._own)

    def _blank(self, spot: Spot) -> Formula:
        words = self.none if spot.field.nil else self.none + self.words
        return formulas.among(self._looked(spot), self._hidden.words(0, len(words)))

    def _nil_rows(self) -> Formula:
        nil = self._nil
        if nil is None:
            raise LookupError(self._issue.form.roles.nil)
        return formulas.among(
            self._looked(nil), self._hidden.words(len(self.none), len(self.words))
        )

    def _beside(self, spot: Spot) -> Mapping[str, Spot]:
        return self._listed if spot.listed else self._cards

    # The same as answered by what is issued.

    def _missing(self, spot: Spot) -> list[int]:
        records = self.records if spot.listed else ((0, self._issue.card),)
        return [at for at, record in records if self._lacks(spot, record)]

    def _lacks(self, spot: Spot, record: Mapping[str, str]) -> bool:
        entry, needed = spot.field, self._issue.form.roles.nil_needs
        if spot.listed and entry.key not in needed and self._says_nil(record):
            return False
        followed = self._beside(spot).get(entry.follows)
        return _is_blank(entry, record) and not (followed and not _is_blank(followed.field, record))

    def _is_record(self, record: Mapping[str, str]) -> bool:
        return any(record.get(spot.field.key, "").strip() for spot in self._own)

    def _says_nil(self, record: Mapping[str, str]) -> bool:
        return self._nil is not None and text.says_nil(record.get(self._nil.field.key, ""))


def write_check(
    book: Book, page: Page, issue: Issue, spots: Sequence[Spot], widths: Sequence[float]
) -> None:
    """Write the hidden sheet, and what it comes to on the first row of the form's sheet.

    widths: of the columns of the form's sheet.
    """
    at = _Hidden(_free_name(book))
    asking = _Asking(issue, page.name, spots, at)
    lines = list(asking.lines())
    if not lines:
        return
    hidden = book.page(at.name)
    hidden.hide()
    hidden.protect()
    for row, word in enumerate(asking.none + asking.words):
        hidden.text(row, _WORDS, formulas.MARK + word, looks.LIST)
    for row, line in enumerate(lines, 1):
        places = [formulas.place(*cell) for cell in line.missing]
        hidden.text(row, _NAME, line.name, looks.LIST)
        counted = formulas.count(line.condition)
        hidden.formula((row, _COUNT), counted, len(places), looks.LIST)
        start = formulas.first(line.condition, line.looked)
        hidden.formula((row, _FIRST), start, min(places, default=formulas.NOWHERE), looks.LIST)
    _write_result(page, widths, _write_sums(hidden, asking, lines), at)


@dataclass(frozen=True, slots=True)
class _Sums:
    """What the hidden sheet comes to: records (None for no table), cells missing, the first."""

    records: int | None
    missing: int
    first: int


def _write_sums(hidden: Page, asking: _Asking, lines: Sequence[_Line]) -> _Sums:
    """Write the first row of the hidden sheet and, for a table, a line for one without records."""
    at = _Hidden(hidden.name)
    last = len(lines) + 1
    missing = sum(len(line.missing) for line in lines)
    places = [formulas.place(*cell) for line in lines for cell in line.missing]
    counted = asking.counted()
    if counted:
        number = len(asking.records)
        places += [] if number else [asking.start()]
        hidden.formula((0, _ROWS), counted, number, looks.LIST)
        below = formulas.below_if_none(at.cell(_ROWS), asking.head())
        value = formulas.NOWHERE if number else asking.start()
        hidden.formula((last, _FIRST), below, value, looks.LIST)
    first = min(places, default=formulas.NOWHERE)
    hidden.text(0, _NAME, captions.CHECK, looks.LIST)
    hidden.formula((0, _COUNT), formulas.total([at.column(_COUNT, last)]), missing, looks.LIST)
    errors, broken = asking.errors()
    hidden.formula((0, _ERRORS), errors, 0, looks.LIST)
    start = formulas.if_zero(at.cell(_ERRORS), formulas.least([at.column(_FIRST, last)]), broken)
    hidden.formula((0, _FIRST), start, first, looks.LIST)
    return _Sums(len(asking.records) if counted else None, missing, first)


def _write_result(page: Page, widths: Sequence[float], sums: _Sums, at: _Hidden) -> None:
    """Write label, result and link."""
    status, link = _areas(widths)
    page.text(0, 0, captions.CHECK, looks.CHECK)
    page.merge(status, "", looks.CHECK_RESULT)
    page.formula(status.ends[:2], _status(sums, at), _shown(sums), looks.CHECK_RESULT)
    page.highlight(status, captions.READY, looks.CHECK_READY)
    page.merge(link, "", looks.CHECK_LINK)
    shown = captions.TO_FIRST if sums.first < formulas.NOWHERE else captions.NO_FIRST
    words = (formulas.literal(said) for said in (captions.TO_FIRST, captions.NO_FIRST))
    leads = formulas.jump(at.cell(_FIRST), *words)
    page.formula(link.ends[:2], leads, shown, looks.CHECK_LINK)
    page.height(0, _HEIGHT)


def _status(sums: _Sums, at: _Hidden) -> Formula:
    before, after = (formulas.literal(part) for part in captions.STILL)
    still = formulas.joined(before, at.cell(_COUNT), after)
    said = formulas.if_zero(at.cell(_COUNT), formulas.literal(captions.READY), still)
    if sums.records is not None:
        said = formulas.if_zero(at.cell(_ROWS), formulas.literal(captions.NOTHING), said)
    return formulas.if_zero(at.cell(_ERRORS), said, formulas.literal(captions.BROKEN))


def _shown(sums: _Sums) -> str:
    if sums.records == 0:
        return captions.NOTHING
    return str(sums.missing).join(captions.STILL) if sums.missing else captions.READY


def _areas(widths: Sequence[float]) -> tuple[Area, Area]:
    """Return the cells of result and link, each over as many columns as it wants."""
    ends = [1]
    for wanted in (_STATUS_WIDTH, _LINK_WIDTH):
        end = ends[-1] + 1
        while sum(widths[ends[-1] : end]) < wanted and end < len(widths) - 1:
            end += 1
        ends.append(end)
    return Area(0, 1, 0, ends[1] - 1), Area(0, ends[1], 0, ends[2] - 1)


def _free_name(book: Book) -> str:
    """Return a name for the hidden sheet; a workbook may hold several forms."""
    names = (CHECK if number == 1 else f"{CHECK}{number}" for number in count(1))
    return next(name for name in names if name not in book.page_names)


def _is_blank(entry: Field, record: Mapping[str, str]) -> bool:
    typed = record.get(entry.key, "")
    return text.is_nil(typed) and not (entry.nil and text.says_nil(typed))


def _words() -> tuple[list[str], list[str]]:
    """Return what says nothing in every field ("" first), and what some take for an answer."""
    every, answers = text.nil_spellings()
    return [word for word in every if word not in answers], list(answers)
