"""Which questions about a part are open: held against its answers, the register and the group."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline import text
from pipeline.checks.check import explanation
from pipeline.checks.levels import raised
from pipeline.checks.rules import is_answer
from pipeline.findings import Finding
from pipeline.ledger.rows import CANCELLED, MISSING
from pipeline.model import Place
from pipeline.steps.answers import CARD, Answered, Past, alike, before_of
from pipeline.steps.levels import is_higher
from pipeline.steps.matching import content_of_row
from pipeline.steps.roles import levels_of
from pipeline.steps.told import compact

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.checks.check import Checked, CheckedRow, Question
    from pipeline.forms import Form
    from pipeline.ledger.rows import VersionRow
    from pipeline.steps.answers import Given
    from pipeline.steps.matching import Matched

_NUMBER = re.compile(r"[A-Z0-9]+-\d{4}-\d{3,}")
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
    fixed = before.fixed if before and before.fixed == before.level else ""
    return bool(fixed) and row.values.get(form.roles.level, "") == fixed


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
    roles = form.roles
    for position in matched.strangers:
        row = checked.rows[position]
        finding = _finding("F307", form, row, roles.number)
        values = (finding.value,)
        reply = explanation(row.values.get(roles.answer, ""))
        record = compact(content_of_row(form, row.values))
        yield Answered(finding, record, values, reply, position) if reply else finding
    for position, (row, version) in enumerate(matched.pairs):
        if version is not None:
            yield from _of_version(form, row, version, (position, past))
    place, header = _note(form, checked)
    for version in matched.missing:
        if version.number and version.status != CANCELLED:
            finding = Finding("F401", place, header, version.number)
            yield _missing(finding, version, checked.card.get(roles.note, ""), past)


def _of_version(
    form: Form, row: CheckedRow, version: VersionRow, place: tuple[int, Past]
) -> Iterator[Asked]:
    """Yield what a row says otherwise than the version it continues."""
    roles, (position, past) = form.roles, place
    found = []
    if version.status == CANCELLED:
        found.append(_finding("F403", form, row, roles.number, before=version.number or ""))
    code, level = _dropped(form, row, version)
    if code == "F402":
        found.append(_finding(code, form, row, roles.level, before=level))
    elif code:
        yield _finding(code, form, row, roles.level, before=level)
    for finding in found:
        values = (finding.value, finding.params.get("before", ""))
        reply = new_explanation(form, row, version)
        word = past.word((str(version.record),), finding.code, values)
        old = explanation(row.values.get(roles.answer, ""))
        if word and word.why and old and alike([word.reply], [old]):
            yield _objected(finding, word.why)
        elif reply:
            yield Answered(finding, str(version.record), values, reply, position)
        elif old:
            yield _stale(finding, version.payload.get(roles.level, "") or version.level)
        else:
            yield finding


def _dropped(form: Form, row: CheckedRow, version: VersionRow) -> tuple[str, str]:
    """Return the code and the level where a row is graded below what is on record, else ("", "").

    Where the group has fixed the level there is nothing to explain: that level counts, and who
    types another one is told so. Who types it, though he had typed a higher one before, hears
    nothing.
    """
    levels, own = levels_of(form), raised(form, row.values)
    if levels is None:
        return "", ""
    if version.fixed and version.fixed == version.level:
        typed = row.values.get(form.roles.level, "") or own
        told = typed != version.fixed and not is_higher(levels, own, version.raised)
        return ("F410", version.fixed) if told else ("", "")
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
