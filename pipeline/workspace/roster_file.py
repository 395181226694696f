"""roster.xlsx to a roster: read in a worker, kept parsed by hash so that most starts skip it."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from pipeline.errors import ConfigError
from pipeline.findings import CATALOGUE
from pipeline.forms.roster_form import ROSTER, SHEETS
from pipeline.forms.tailor import tailor
from pipeline.ledger import snapshots
from pipeline.model import Archive, Unreadable
from pipeline.roster import Roster, Row, build
from pipeline.version import __version__

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.forms import Section
    from pipeline.model import Reading, Sheet
    from pipeline.settings import Settings


def read_roster(path: Path, archive: Path, settings: Settings) -> tuple[Roster, bytes]:
    """Return the roster in `path` and its bytes.

    Raises:
        ConfigError: it is missing or has faults; all are listed with their cells.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise ConfigError(path.name, [f"没有找到 {path}。请从“名册”样表填好后放在这里。"]) from None
    except OSError as error:
        raise ConfigError(path.name, [f"打不开（{error.strerror}）。请先关闭它。"]) from None
    digest = _digest(data, settings)
    known = snapshots.parsed(archive, digest)
    if known:
        return Roster.from_json(known), data
    return _parse(path, settings), data


def keep_parsed(archive: Path, roster: Roster, data: bytes, settings: Settings) -> None:
    """Keep the roster parsed beside its snapshot."""
    digest = _digest(data, settings)
    if snapshots.parsed(archive, digest) is None:
        snapshots.keep_parsed(archive, digest, roster.to_json())


def _digest(data: bytes, settings: Settings) -> str:
    """Return the name of the parsed form; words and program change what a roster means too."""
    words = settings.model_dump_json(include={"vocabulary"})
    return hashlib.sha256(data + words.encode() + __version__.encode()).hexdigest()


def _parse(path: Path, settings: Settings) -> Roster:
    from pipeline.reading.limits import Limits  # noqa: PLC0415 - most starts find it parsed
    from pipeline.reading.pool import ReadingPool  # noqa: PLC0415

    with ReadingPool(Limits(), workers=1) as pool:
        outcome = next(iter(pool.read([path])))
    if isinstance(outcome, Unreadable):
        raise ConfigError(path.name, [CATALOGUE[outcome.reason].said])
    if isinstance(outcome, Archive):
        raise ConfigError(path.name, [CATALOGUE["NOT_WORKBOOK"].said])
    form = tailor(ROSTER, settings)
    faults: list[str] = []
    sections = [_section(section, outcome, faults) for section in form.sections]
    if faults:
        raise ConfigError(path.name, faults)
    roster, found = build(sections[0], sections[1])
    if found:
        raise ConfigError(path.name, [str(fault) for fault in found])
    return roster


def _section(section: Section, reading: Reading, faults: list[str]) -> tuple[Section, list[Row]]:
    from pipeline.workbook.extract import extract_table  # noqa: PLC0415
    from pipeline.workbook.headers import match_table  # noqa: PLC0415

    sheet = _sheet(reading, SHEETS[section.key])
    match = match_table(section, sheet) if sheet else None
    if sheet is None or match is None:
        headers = "、".join(entry.header for entry in section.fields)
        faults.append(f"没有找到工作表“{SHEETS[section.key]}”的表头。表头应为：{headers}。")
        return section, []
    extract = extract_table(section, sheet, match)
    needed = [section.field(key) for key in extract.missing]
    lost = [entry.header for entry in needed if entry.required]
    faults += [f"工作表“{sheet.name}”缺少“{header}”一栏。请补上这一栏。" for header in lost]
    faults += [finding.message for finding in extract.findings if finding.klass == "强制"]
    rows = [
        Row(
            {key: texts[position] for key, texts in extract.texts.items()},
            {key: extract.place(position, key) for key in section.keys},
        )
        for position in range(len(extract.rows))
    ]
    return section, rows


def _sheet(reading: Reading, name: str) -> Sheet | None:
    return next((sheet for sheet in reading.sheets if sheet.name.strip() == name), None)
