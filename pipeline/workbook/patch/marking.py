"""One round of marking: cells painted and commented, lists appended, both linked."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline.model import Place
from pipeline.workbook.patch import comments, conditional, links, memory, sheets, xml
from pipeline.workbook.patch.cells import Area, Spot
from pipeline.workbook.patch.marks import LOOKS, RANKS, MarkError
from pipeline.workbook.patch.styles import Styles

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from lxml.etree import _Element as Element

    from pipeline.workbook.patch.added_sheet import AddedSheet, TextCell, TextRow
    from pipeline.workbook.patch.cells import Grid
    from pipeline.workbook.patch.marks import Mark, Severity
    from pipeline.workbook.patch.sheets import Book, SheetPart

# A merged range beyond this size is painted in its first cell only.
_LARGEST_MERGE = 64
_HIDDEN = "（已隐藏）"


@dataclass(frozen=True, slots=True)
class _Target:
    """All marks that one cell shows; area: the cell, or the merged range it stands for."""

    area: Area
    marks: tuple[Mark, ...]

    @property
    def spot(self) -> Spot:
        return self.area.first

    @property
    def severity(self) -> Severity:
        return self.marks[0].severity

    def rest(self) -> Iterator[Spot]:
        """Yield the cells of the merged range behind the first."""
        if self.area.size <= _LARGEST_MERGE:
            yield from (spot for spot in self.area.spots() if spot != self.spot)


class Marking:
    """The state of one round: what was painted, and where the lines of the lists are."""

    def __init__(self, book: Book, added: Sequence[AddedSheet]) -> None:
        self._book = book
        self._styles = Styles(book)
        self._lists = _named(added, [sheet.name for sheet in book.sheets()])
        self._lines: dict[Place, Place] = {}
        for sheet in self._lists:
            for target, spot in sheet.linked(back=True):
                self._lines.setdefault(target, Place(sheet.name, spot.address))
        self._memory = memory.Memory(book.selected())
        self._hidden: set[Place] = set()

    def mark(self, marks: Sequence[Mark]) -> None:
        """Paint and comment every marked cell."""
        wanted: dict[str, list[Mark]] = defaultdict(list)
        for mark in marks:
            if mark.place.cell:
                wanted[mark.place.sheet].append(mark)
        found = {sheet.name: sheet for sheet in self._book.sheets() if sheet.part}
        if missing := wanted.keys() - found.keys():
            message = f"工作簿中没有工作表：{'、'.join(sorted(missing))}"
            raise MarkError(message)
        for name, sheet in found.items():
            if name in wanted:
                self._mark_sheet(sheet, wanted[name])

    def add_sheets(self) -> None:
        """Append the lists and the memory, and open the workbook at the first list."""
        if not self._lists and not self._memory.cells:
            return
        for sheet in (self._telling(sheet) for sheet in self._lists):
            content = sheet.build(self._book.space, self._styles)
            self._book.add_sheet(sheet.name, content, frozen=sheet.frozen)
        content = self._memory.build(self._book.space, self._styles)
        self._book.add_sheet(memory.NAME, content, hidden=True)
        if self._lists:
            self._book.select([self._lists[0].name])

    def _mark_sheet(self, sheet: SheetPart, marks: Sequence[Mark]) -> None:
        root = self._book.package.edit(sheet.part)
        grid = self._book.grid(sheet)
        targets = _targets(grid, marks)
        first = len(self._memory.cells) + 1
        notes = [
            comments.Note(target.spot, number, self._text(target))
            for number, target in enumerate(targets, first)
        ]
        grown = comments.write(self._book, sheet, notes)
        for target in targets:
            self._paint(sheet, grid, target, target.spot, grown.get(target.spot, 0))
        for target in targets:
            for spot in target.rest():
                self._paint(sheet, grid, target, spot, 0)
        self._paint_conditional(root, targets)
        links.add(root, self._ways_back(targets))

        self._hidden |= {
            mark.place
            for target in targets
            if sheet.hidden or grid.is_hidden(target.spot)
            for mark in target.marks
        }

    def _telling(self, sheet: AddedSheet) -> AddedSheet:
        """Return a list that tells which of its cells the clerk has hidden; they stay hidden."""
        rows = tuple(
            replace(row, cells=tuple(self._told(cell) for cell in row.cells)) for row in sheet.rows
        )
        return replace(sheet, rows=rows) if self._hidden else sheet

    def _told(self, cell: TextCell) -> TextCell:
        return replace(cell, text=f"{cell.text}{_HIDDEN}") if cell.link in self._hidden else cell

    def _paint(self, sheet: SheetPart, grid: Grid, target: _Target, spot: Spot, grown: int) -> None:
        cell, is_new = grid.ensure(spot)
        before = int(cell.get("s", "0"))
        cell.set("s", str(self._styles.marked(before, target.severity)))
        place = Place(sheet.name, spot.address)
        self._memory.cells.append(memory.Before(place, before, is_new=is_new, grown=grown))

    def _paint_conditional(self, root: Element, targets: Sequence[_Target]) -> None:
        """Paint once more, by rule, the cells whose own fill a rule may hide."""
        covered = conditional.covered(root)
        hidden: dict[Severity, list[Spot]] = defaultdict(list)
        for target in targets:
            if any(target.spot in area for area in covered):
                hidden[target.severity].append(target.spot)
        conditional.paint(root, self._styles, hidden)

    def _text(self, target: _Target) -> str:
        """Return the remarks on a cell, worst first, and the line of the list they are on."""
        lines = [f"{LOOKS[mark.severity].label}：{mark.note}" for mark in target.marks]
        found = (self._lines.get(mark.place) for mark in target.marks)
        if line := next((place for place in found if place), None):
            lines.append(f"（见“{line.sheet}”第{Spot.of(line.cell).row}行）")
        return xml.plain("\n".join(dict.fromkeys(lines)))

    def _ways_back(self, targets: Sequence[_Target]) -> Mapping[Spot, Place]:
        """Return the cells that carry a link back; of two marks in one row the first wins."""
        found: dict[Spot, Place] = {}
        for mark in (mark for target in targets for mark in target.marks):
            if mark.back and (line := self._lines.get(mark.place)):
                found.setdefault(Spot.of(mark.back), line)
        return found


def _targets(grid: Grid, marks: Sequence[Mark]) -> list[_Target]:
    """Group marks by the cell that shows them, in reading order, the worst of a cell first."""
    grouped: dict[Area, list[Mark]] = defaultdict(list)
    for mark in marks:
        grouped[grid.merge_at(Spot.of(mark.place.cell))].append(mark)
    return [
        _Target(area, tuple(sorted(own, key=lambda mark: RANKS[mark.severity])))
        for area, own in sorted(grouped.items())
    ]


def _named(added: Sequence[AddedSheet], taken: Sequence[str]) -> list[AddedSheet]:
    """Give sheets names the clerk does not use, and let links between them follow."""
    names: dict[str, str] = {}
    for sheet in added:
        names[sheet.name] = sheets.free_name(sheet.name, [*taken, *names.values()])
    return [
        replace(
            sheet, name=names[sheet.name], rows=tuple(_relinked(row, names) for row in sheet.rows)
        )
        for sheet in added
    ]


def _relinked(row: TextRow, names: Mapping[str, str]) -> TextRow:
    return replace(row, cells=tuple(_followed(cell, names) for cell in row.cells))


def _followed(cell: TextCell, names: Mapping[str, str]) -> TextCell:
    if cell.link is None or names.get(cell.link.sheet, cell.link.sheet) == cell.link.sheet:
        return cell
    return replace(cell, link=replace(cell.link, sheet=names[cell.link.sheet]))
