"""What a workbook was issued with and nobody is meant to change, held against what came back."""

from __future__ import annotations

import json
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any

from pipeline import text
from pipeline.findings import Finding, shorten
from pipeline.model import Place
from pipeline.workbook.headers import address
from pipeline.workbook.layout import TITLE
from pipeline.workbook.standing import labels
from pipeline.workbook.template import LISTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pipeline.forms import Field, Form, Section
    from pipeline.ledger.rows import IssuedVersion
    from pipeline.model import Reading
    from pipeline.workbook.extract import Extract
    from pipeline.workbook.standing import Candidate

_GONE = "（找不到）"
_OWN_FINDING = frozenset({"office", "person"})  # told by `contradictions`, or as a repair


@dataclass(frozen=True, slots=True)
class Locked:
    """The locked content of one version as it was sent; see `template.locked_content`.

    labels: header by field key, by section key. given: text by field key of the cards. rows: of
    the given table. lists: the drop-downs. own: what the person had written before.
    """

    heading: str
    labels: Mapping[str, Mapping[str, str]]
    given: Mapping[str, str]
    rows: Sequence[Mapping[str, str]]
    lists: Sequence[Sequence[str]]
    own: Mapping[str, str]


def nearest(
    sent: Sequence[IssuedVersion],
    version: str,
    form: Form,
    sheet: tuple[Candidate, Mapping[str, Extract]],
    reading: Reading,
) -> Locked | None:
    """Return the version the stamp names; without one, that from which the sheet differs least.

    So an older template beside a newer one is not accused of having been changed.
    """
    named = [entry for entry in sent if str(entry.version) == version]
    versions = [_locked(json.loads(entry.content)) for entry in reversed(named or sent)]
    if len(versions) < 2:  # noqa: PLR2004 - nothing to choose from
        return versions[0] if versions else None
    return min(versions, key=lambda one: len([*differences(one, form, *sheet, reading)]))


def differences(
    locked: Locked,
    form: Form,
    candidate: Candidate,
    extracts: Mapping[str, Extract],
    reading: Reading,
) -> Iterator[Finding]:
    """Yield a finding for each locked text that was changed, with the old and the new one."""
    yield from _in_sheet(locked, form, candidate, extracts)
    yield from _in_lists(locked, form, candidate, reading)


def _locked(content: Mapping[str, Any]) -> Locked:
    names = ("heading", "labels", "given", "rows", "lists", "own")
    return Locked(*(content[name] for name in names))


def _in_sheet(
    locked: Locked, form: Form, candidate: Candidate, extracts: Mapping[str, Extract]
) -> Iterator[Finding]:
    yield from _heading(locked, candidate)
    yield from _labels(locked, form, candidate)
    for section in form.cards:
        yield from _given(locked, section, extracts[section.key])
    if form.given:
        yield from _rows(locked, form.table, extracts[form.table.key])


def _heading(locked: Locked, candidate: Candidate) -> Iterator[Finding]:
    sheet, wanted = candidate.sheet, text.key(locked.heading)
    above = sheet.rows[: candidate.match.row]
    if wanted in {text.key(cell) for row in above for cell in row}:
        return
    shown = next((cell for row in above[TITLE:] for cell in row if cell.strip()), "")
    place = Place(sheet.name, address(TITLE, 0))
    yield Finding("F105", place, "", shown, {"issued": locked.heading})


def _labels(locked: Locked, form: Form, candidate: Candidate) -> Iterator[Finding]:
    sheet, match = candidate.sheet, candidate.match
    cards = labels(form, sheet, candidate.until)
    seen = {key: (entry.label, entry.cell) for key, entry in cards.items()}
    table = {
        key: (match.headers[key], address(match.row, column))
        for key, column in match.columns.items()
    }
    for section in (*form.cards, form.table):
        found = table if section is form.table else seen
        for key, issued in locked.labels.get(section.key, {}).items():
            if key not in section.keys:
                continue  # a column that the configuration has dropped since
            if key in found and text.key(found[key][0]) != text.key(issued):
                shown, cell = found[key]
                yield Finding("F105", Place(sheet.name, cell), "", shown, {"issued": issued})
            elif key not in found and _is_issued(section.field(key)):
                yield Finding("F106", _near(section, candidate), issued, _GONE, _issued(issued))
            elif key not in found and _is_missed(section.field(key)):
                yield Finding("F108", _near(section, candidate), params={"issued": issued})


def _near(section: Section, candidate: Candidate) -> Place:
    """Return the cell at which a missing label is told: the header line's first, or the title."""
    row = candidate.match.row if section.kind == "table" and candidate.match.columns else TITLE
    return Place(candidate.sheet.name, address(row, 0))


def _is_issued(entry: Field) -> bool:
    """Tell whether a field holds what the workbook was issued with."""
    return entry.derived is not None and entry.derived.of == "issue"


def _is_missed(entry: Field) -> bool:
    """Tell whether a field without a label loses what an office typed and no rule says so."""
    return not entry.derived and not entry.required


def _given(locked: Locked, section: Section, extract: Extract) -> Iterator[Finding]:
    """Yield the values of a card that are not as they were given."""
    for entry in section.fields:
        issued = locked.given.get(entry.key)
        if entry.derived is None or issued is None or entry.key not in extract.texts:
            continue
        typed = extract.texts[entry.key][0]
        same = text.key(typed) == text.key(issued)
        if same or (entry.derived.of in _OWN_FINDING and entry.derived.give == "name"):
            continue
        code = "F105" if entry.derived.of == "stamp" else "F106"
        header = extract.header(entry.key, entry.header)
        yield Finding(code, extract.places[entry.key], header, typed, _issued(issued))


def _rows(locked: Locked, table: Section, extract: Extract) -> Iterator[Finding]:
    """Yield the cells of the given rows that were changed, and rows that came or went."""
    keys = [entry.key for entry in table.fields if _is_issued(entry) and entry.key in extract.texts]
    was = [tuple(text.key(row.get(key, "")) for key in keys) for row in locked.rows]
    now = [
        tuple(text.key(extract.texts[key][place]) for key in keys)
        for place in range(len(extract.rows))
    ]
    for kind, a, b, c, d in SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        for old, new in zip(range(a, b), range(c, d), strict=False):
            for key in (key for key, x, y in zip(keys, was[old], now[new], strict=True) if x != y):
                yield _cell(table, extract, (key, new), locked.rows[old].get(key, ""))
        for old in range(a + d - c, b):
            gone = next((value for value in locked.rows[old].values() if value), "")
            yield Finding("F106", extract.head, params=_issued(gone))
        for new in range(c + b - a, d):
            key = next((key for key in keys if extract.texts[key][new].strip()), "")
            if key:  # else the row holds but an error or a formula, which is told by itself
                yield _cell(table, extract, (key, new), "")


def _cell(table: Section, extract: Extract, cell: tuple[str, int], issued: str) -> Finding:
    key, row = cell
    header = extract.header(key, table.field(key).header)
    typed = extract.texts[key][row]
    return Finding("F106", extract.place(row, key), header, typed, _issued(issued))


def _issued(shown: str) -> dict[str, str]:
    """Return the parameter with the text as issued, short enough for a sentence."""
    return {"issued": shorten(shown)}


def _in_lists(
    locked: Locked, form: Form, candidate: Candidate, reading: Reading
) -> Iterator[Finding]:
    """Yield the drop-downs whose words were changed; where their sheet is gone nothing is told.

    Their sheet is hidden, so it is told at the header of the column that offers them.
    """
    sheet = next((one for one in reading.sheets if one.name == LISTS), None)
    if sheet is None:
        return
    for column, options in enumerate(locked.lists):
        cells = [row[column] if column < len(row) else "" for row in sheet.rows[1:]]
        while cells and not cells[-1]:
            cells.pop()
        if [text.key(cell) for cell in cells] != [text.key(option) for option in options]:
            place = _offering(form, candidate, options)
            yield Finding("F107", place, params={"issued": "、".join(options[:3])})


def _offering(form: Form, candidate: Candidate, options: Sequence[str]) -> Place:
    """Return the header of the first column that offers these words, else the first header."""
    match = candidate.match
    if not match.columns:
        return Place(candidate.sheet.name)
    words = {
        entry.key: entry.kind.vocabulary.names
        for entry in form.table.fields
        if entry.kind.vocabulary
    }
    key = next((key for key in match.columns if list(words.get(key, ())) == list(options)), "")
    return Place(candidate.sheet.name, address(match.row, match.columns.get(key, 0)))
