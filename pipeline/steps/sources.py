"""Where every value on record was read: the file, the sheet and the cell.

A version keeps its sheet, its row and its part; the part keeps once in which column or cell each
field stood. What the group decided says no cell of its own: it keeps those of the file before.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipeline.files import names
from pipeline.ledger import arrivals, parts, records
from pipeline.workbook.headers import address

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import Connection

    from pipeline.ledger.rows import StoredPart, VersionRow

EXTRA = "extra:"  # prefix of a payload key that is a column of the office's own


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the fields of a part stood.

    columns: of the table, by key, counted from 0; those of the office's own by EXTRA and label.
    cells: of the cards, by key. A part filed before cells were kept has none.
    """

    columns: Mapping[str, int] = field(default_factory=dict)
    cells: Mapping[str, str] = field(default_factory=dict)


_UNKNOWN = Layout()


def layout_of(sheets: str) -> Layout:
    """Return where the fields of a part stood. sheets: as the part keeps them."""
    stored = json.loads(sheets)
    if not isinstance(stored, dict):
        return _UNKNOWN
    own = {f"{EXTRA}{label}": column for label, column in stored.get("own", {}).items()}
    return Layout({**stored.get("columns", {}), **own}, stored.get("cells", {}))


def cell_of(version: VersionRow, part: StoredPart | None, key: str) -> str:
    """Return `sheet!A1` of a field of a version.

    part: the one it was read from, see `part_of`. A record that stood in several rows has the
    first of them; in a merged range it is the cell of the record's own row. A field that the sheet
    had no column for has the whole row, `附表1!第9行`; one of a card without a cell the sheet.
    """
    return _place(version, layout_of(part.sheets) if part else _UNKNOWN, key)


def part_of(version: VersionRow) -> int | None:
    """Return the id of the part that a version was read from.

    None: the version only restates an earlier one, and was filed before parts were kept in it.
    """
    if "part" in version.cells:
        return int(version.cells["part"])
    return None if version.status or version.arrival is None else version.part


@dataclass(frozen=True, slots=True)
class Sources:
    """The files and layouts of many versions, each looked up once.

    files, layouts: the shown name of the file, and where the fields stood, by id of the part.
    read: the part each version was read from, by id of the version.
    """

    files: Mapping[int, str]
    layouts: Mapping[int, Layout]
    read: Mapping[int, int]

    def file(self, version: VersionRow) -> str:
        """Return the name of the file a version was read from, "" where nobody knows."""
        return self.files.get(self.read.get(version.id, 0), "")

    def told_by(self, version: VersionRow) -> str:
        """Return the name of the file that made a version, "" where it was the group.

        Of a missing record that is the file without it.
        """
        return self.files.get(version.part or 0, "")

    def cell(self, version: VersionRow, key: str) -> str:
        """Return `sheet!A1` of a field of a version; see `cell_of`."""
        layout = self.layouts.get(self.read.get(version.id, 0), _UNKNOWN)
        return _place(version, layout, key)

    def source(self, version: VersionRow, key: str) -> str:
        """Return `file!sheet!A1` of a field of a version."""
        return "!".join(said for said in (self.file(version), self.cell(version, key)) if said)


def sources_of(db: Connection, versions: Iterable[VersionRow]) -> Sources:
    """Return where versions were read; files and parts are fetched once each."""
    read: dict[int, int] = {}
    made: set[int] = set()
    for version in versions:
        read[version.id] = _read_from(db, version)
        made.add(version.part or 0)
    wanted = sorted((made | set(read.values())) - {0})
    stored = parts.layouts(db, wanted)
    called = arrivals.names_of(db, sorted({arrival for arrival, _ in stored.values()}))
    return Sources(
        files={part: names.shown(called[arrival]) for part, (arrival, _) in stored.items()},
        layouts={part: layout_of(sheets) for part, (_, sheets) in stored.items()},
        read=read,
    )


def _read_from(db: Connection, version: VersionRow) -> int:
    """Return the part a version was read from, 0 where no file ever said it."""
    part = part_of(version)
    if part is not None:
        return part
    before = (one for one in records.history(db, version.record) if one.id < version.id)
    return max((part_of(one) or 0 for one in before), default=0)


def _place(version: VersionRow, layout: Layout, key: str) -> str:
    sheet, row = version.cells.get("sheet", ""), version.cells.get("row", "")
    if not row:
        cell = layout.cells.get(key, "")
    elif key in layout.columns:
        cell = address(int(row) - 1, layout.columns[key])
    else:
        cell = f"第{row}行"
    return f"{sheet}!{cell}" if cell else sheet
