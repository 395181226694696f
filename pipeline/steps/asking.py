"""Which questions about a part are open: held against its answers, the register and the group."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline import text
from pipeline.checks.check import explanation
from pipeline.checks.levels import raised
from pipeline.checks.rules import is_answer
from pipeline.findings import Finding, shorten
from pipeline.ledger.rows import CANCELLED, MISSING
from pipeline.model import Place
from pipeline.steps.answers import CARD, Answered, Past, alike, before_of
from pipeline.steps.levels import is_higher
from pipeline.steps.matching import content_of_row
from pipeline.steps.roles import levels_of, today_called
from pipeline.steps.told import compact

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.checks.check import Checked, CheckedRow, Question
    from pipeline.forms import Form
    from pipeline.ledger.rows import VersionRow
    from pipeline.steps.answers import Given
    from pipeline.steps.matching import Doubts, Matched

    _Pair = tuple[CheckedRow, VersionRow]

_NUMBER = re.compile(r"[A-Z0-9]+-\d{4}-\d{3,}")
_NAMED = 3  # registered points that a question names
_BRIEF = 12  # characters of a registered point that it repeats
_OF_CONTENT = frozenset({"F407", "F408"})
Asked = Finding | Answered


def asked_of(form: Form, checked: Checked, matched: Matched, past: Past) -> Iterator[Asked]:
    """Yield the questions of the checks: open, or with what answers them."""
    for one in checked.asked:
        if _is_settled(form, one, matched):
            continue
        records = _names(form, one, matched)
        word = past.word(records, one.finding.code, one.values)
        if word and not word.why:
            yield Answered(one.finding, records[0], one.values, one.reply, one.row)
        elif not one.reply:
            yield one.finding
        elif word and alike([word.reply], [one.reply]):
            yield _objected(one.finding, word.why)
        else:
            yield _held_against(one, records, past.answers(records, one.finding.code))


def _is_settled(form: Form, one: Question, matched: Matched) -> bool:
    """Tell whether a row is asked about a level below its consequence that the group has fixed."""
    if one.finding.code != "F304" or one.row is None:
        return False
    row, before = matched.pairs[one.row]
    fixed = _fixed_at(form, before) if before else ""
    return bool(fixed) and row.values.get(form.roles.level, "") == fixed


def _fixed_at(form: Form, version: VersionRow) -> str:
    """Return the level at which the group has fixed a record and that is in force, else ""."""
    return today_called(levels_of(form), version.fixed) if version.fixed == version.level else ""


def _held_against(one: Question, records: tuple[str, ...], given: list[Given]) -> Asked:
    """Return a question as answered, unless the same words answered for other values."""
    same = [past for past in given if alike([past.reply], [one.reply])]
    if same and not any(alike(past.values, one.values) for past in same):
        return _stale(one.finding, before_of(one.values, same[-1].values))
    return Answered(one.finding, records[0], one.values, one.reply, one.row)


def _stale(finding: Finding, then: str) -> Finding:
    return replace(finding, params={**finding.params, "explained": then})


def _objected(finding: Finding, why: str) -> Finding:
    return replace(finding, params={**finding.params, "objected": why})


def _names(form: Form, one: Question, matched: Matched) -> tuple[str, ...]:
    """Return what the record of a question is called: its id, and what it is known by before."""
    if one.row is None or form.given:
        return (CARD,)
    row, before = matched.pairs[one.row]
    content = compact(content_of_row(form, row.values))
    return (str(before.record), content) if before else (content,)


def against_register(form: Form, checked: Checked, matched: Matched, past: Past) -> Iterator[Asked]:
    """Yield what only the register can tell, open or with what answers it."""
    for position, (row, version) in enumerate(matched.pairs):
        for finding in _of_number(form, matched, position):
            reply = explanation(row.values.get(form.roles.answer, ""))
            record = compact(content_of_row(form, row.values))
            answered = Answered(finding, record, (finding.value,), reply, position)
            yield answered if reply else finding
        if version is not None:
            found = _of_version(form, row, version)
            found += _of_likeness(form, (row, version), position, matched.doubts)
            for finding in found:
                yield _held_against_version(form, finding, (row, version), (position, past))
    place, header = _note(form, checked)
    for version in matched.missing:
        if version.number and version.status != CANCELLED:
            finding = Finding("F401", place, header, version.number)
            yield _missing(finding, version, checked.card.get(form.roles.note, ""), past)


def _of_number(form: Form, matched: Matched, position: int) -> Iterator[Finding]:
    """Yield what is asked about a row whose number, or want of one, says nothing for sure."""
    doubts, number = matched.doubts, form.roles.number
    row, _ = matched.pairs[position]
    if position in doubts.strangers:
        yield _finding("F307", form, row, number)
    if position in doubts.repeated:
        keeper, _ = matched.pairs[doubts.repeated[position]]
        other = str(keeper.source.rows[keeper.position] + 1)
        yield _finding("F308", form, row, number, other=other)
    if position in doubts.unsure:
        maybe = (version.number or "" for version in doubts.unsure[position][:_NAMED])
        yield _finding("F406", form, row, form.roles.match[-1], other="、".join(maybe))


def _of_version(form: Form, row: CheckedRow, version: VersionRow) -> list[Finding]:
    """Return what a row says otherwise than the version it continues."""
    found = []
    if version.status == CANCELLED:
        number = version.number or ""
        found.append(_finding("F403", form, row, form.roles.number, before=number))
    code, level = _dropped(form, row, version)
    if code:
        found.append(_finding(code, form, row, form.roles.level, before=level))
    return found


def _of_likeness(form: Form, pair: _Pair, position: int, doubts: Doubts) -> list[Finding]:
    """Return what is asked where a row and its version are hardly, or only nearly, the same."""
    row, version = pair
    if position in doubts.similar:
        code, key, params = "F407", form.roles.match[-1], {"number": version.number or ""}
    elif position in doubts.replaced:
        code, key, params = "F408", form.roles.number, {}
    else:
        return []
    before = shorten(version.payload.get(form.roles.match[-1], ""), _BRIEF)
    return [_finding(code, form, row, key, before=before, **params)]


def _held_against_version(
    form: Form, finding: Finding, pair: _Pair, place: tuple[int, Past]
) -> Asked:
    """Return a question about a row and the version it continues: open, or with its answer."""
    if finding.klass != "核实":
        return finding
    (row, version), (position, past) = pair, place
    values = (finding.value, finding.params.get("before", ""))
    reply = new_explanation(form, row, version)
    word = past.word((str(version.record),), finding.code, values)
    old = explanation(row.values.get(form.roles.answer, ""))
    if word and word.why and old and alike([word.reply], [old]):
        return _objected(finding, word.why)
    if reply:
        return Answered(finding, str(version.record), values, reply, position)
    if old:
        return _stale(finding, _explained(form, finding, version))
    return finding


def _explained(form: Form, finding: Finding, version: VersionRow) -> str:
    """Return for what the 情况说明 of a registered version was given."""
    if finding.code in _OF_CONTENT:
        return version.payload.get(form.roles.match[-1], "")
    return version.payload.get(form.roles.level, "") or version.level


def _dropped(form: Form, row: CheckedRow, version: VersionRow) -> tuple[str, str]:
    """Return the code and the level where a row is graded below what is on record, else ("", "").

    Where the group has fixed the level there is nothing to explain: that level counts, and who
    types another one is told so. Who types it, though he had typed a higher one before, hears
    nothing.
    """
    levels, own = levels_of(form), raised(form, row.values)
    if levels is None:
        return "", ""
    if fixed := _fixed_at(form, version):
        typed = row.values.get(form.roles.level, "") or own
        told = typed != fixed and not is_higher(levels, own, version.raised)
        return ("F410", fixed) if told else ("", "")
    return ("F402", version.raised) if is_higher(levels, version.raised, own) else ("", "")


def new_explanation(form: Form, row: CheckedRow, version: VersionRow) -> str:
    """Return the 情况说明 of a row where it is not that of the registered version, else "".

    What explained the earlier content does not explain that it changed.
    """
    answer = form.roles.answer
    reply = explanation(row.values.get(answer, ""))
    return "" if alike([reply], [version.payload.get(answer, "")]) else reply


def _missing(finding: Finding, version: VersionRow, note: str, past: Past) -> Asked:
    """Ask for the reason of a number that is gone, until it is told; then it stays told."""
    records, values = (str(version.record),), (finding.value,)
    reply = reason_for(finding.value, note)
    given = [
        one
        for one in past.answers(records, finding.code)
        if version.status == MISSING and one.arrival >= (version.arrival or 0)
    ]
    word = past.word(records, finding.code, values) if given else None
    if word and word.why and (not reply or alike([word.reply], [reply])):
        return replace(finding, code="F404", params={"why": word.why})
    told = reply or next((one.reply for one in reversed(given)), "")
    return Answered(finding, records[0], values, told) if told else finding


def reason_for(number: str, note: str) -> str:
    """Return what a note says of a number; several numbers before one reason share it.

    >>> reason_for("YSK-2011-001", "YSK-2011-001、YSK-2011-002：岗位已经撤销")
    '岗位已经撤销'
    """
    plain = text.narrow(note)
    found = list(_NUMBER.finditer(plain.upper()))
    ends = [one.start() for one in found[1:]] + [len(plain)] * bool(found)
    named = False
    for one, end in zip(found, ends, strict=True):
        named = named or one.group() == number
        said = plain[one.end() : end].strip(" :：;；,，、\n")
        if said and is_answer(said):
            if named:
                return said
        elif said:
            named = False
    return ""


def _finding(code: str, form: Form, row: CheckedRow, key: str, **params: str) -> Finding:
    header = row.source.header(key, form.table.field(key).header)
    place = row.source.place(row.position, key)
    return Finding(code, place, header, row.values.get(key, ""), params)


def _note(form: Form, checked: Checked) -> tuple[Place, str]:
    """Return the cell in which an office explains what the register misses."""
    for section in form.cards:
        if form.roles.note in section.keys and section.key in checked.cards:
            card = checked.cards[section.key]
            declared = section.field(form.roles.note).header
            return card.place(0, form.roles.note), card.header(form.roles.note, declared)
    return Place(checked.rows[0].source.sheet if checked.rows else ""), ""
