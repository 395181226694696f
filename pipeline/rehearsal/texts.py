"""What offices write: risk points whose text, manifestation and measures belong together."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import TYPE_CHECKING

from pipeline import text
from pipeline.rehearsal.words import read_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pipeline.forms import Field, Form, Section
    from pipeline.forms.kind import Scope
    from pipeline.model import Office
    from pipeline.rehearsal.bureau import Bureau
    from pipeline.rehearsal.words import Matter, Risk

# The campaign's dates of the meeting and the report, as months and days of its year.
_MEETING = (8, 22)
_REPORT = (9, 9)
_REMARKS = ("已列入本年度重点工作", "与岗位职责修订同步落实", "与上年自查结果一致")
_WITH_REMARK = 0.06
_WITH_METHODS = 0.4
_WITH_DUE = 0.25


def records(bureau: Bureau, office: Office) -> tuple[dict[str, str], ...]:
    """Return the risk points of an office by field key, valid in the round of measures.

    Fields the office leaves blank are there as ""; fields not known here are missing and are
    left to `complete`.
    """
    dice = Random(office.code)  # noqa: S311 - a rehearsal must repeat itself
    return tuple(
        _record(bureau, matter, (risk, post), dice)
        for matter in read_words().of(office.code)
        for risk, post in _risks(matter)
    )


def card(bureau: Bureau, office: Office, form: Form) -> dict[str, str]:
    """Return the info block an office fills in, by field key."""
    staff, dice = bureau.staff(office.code), Random(office.name)  # noqa: S311
    known = {
        "meeting_date": (date(bureau.year, *_MEETING) + timedelta(dice.randrange(5))).isoformat(),
        "report_date": (date(bureau.year, *_REPORT) + timedelta(dice.randrange(4))).isoformat(),
        "attendees": str(len(staff)),
        "note": "",
        "preparer": office.liaison,
        "reviewer": office.head,
        "phone": office.phone,
    }
    scope = bureau.scope(office.code)
    return {
        key: value
        for section in form.cards
        for key, value in _completed(section, known, scope).items()
    }


def complete(form: Form, record: Mapping[str, str], scope: Scope) -> dict[str, str]:
    """Return a record that fits the form as it is: new columns sampled, dropped ones left out.

    A word the bureau's vocabulary does not have is replaced by one it has. A sentence that is made
    up names its column and the record, since nobody writes the same one everywhere.
    """
    about = "、".join(text.key(record[key]) for key in form.roles.match if record.get(key))
    written = {
        entry.key: f"{entry.kind.sample(scope)}（{entry.header}：{about}）"[: entry.kind.limit]
        for entry in form.table.fields
        if entry.kind.free and entry.key not in form.roles.match
    }
    return _completed(form.table, written | dict(record), scope)


def _completed(section: Section, record: Mapping[str, str], scope: Scope) -> dict[str, str]:
    entered = [entry for entry in section.fields if entry.derived is None]
    values = {entry.key: _value(entry, record, scope) for entry in entered}
    for entry in entered:
        implied = _implied(section, entry, values)
        if implied:
            values[entry.key] = implied
    return values


def _value(entry: Field, record: Mapping[str, str], scope: Scope) -> str:
    value = record.get(entry.key)
    if value is None:
        return entry.kind.sample(scope)
    foreign = entry.kind.vocabulary and value and entry.kind.fold(value, scope).code
    return entry.kind.sample(scope) if foreign else value


def _implied(section: Section, entry: Field, values: Mapping[str, str]) -> str:
    """Return the word that a field takes from the field it follows, "" where it follows none."""
    followed = section.field(entry.follows) if entry.follows in values else None
    vocabulary = followed.kind.vocabulary if followed else None
    term = vocabulary.find(values[entry.follows]) if vocabulary else None
    return term.implies if term else ""


def _risks(matter: Matter) -> Iterator[tuple[Risk, str]]:
    """Yield each risk of a matter with the post it belongs to; its own one is also overseen."""
    words = read_words()
    oversight = words.grades[matter.own.grade].oversight
    own = replace(matter.own, measures=(*matter.own.measures, *filter(None, [oversight])))
    for place, risk in enumerate((own, *(words.patterns[name] for name in matter.risks))):
        yield risk, matter.posts[place % len(matter.posts)]


def _record(bureau: Bureau, matter: Matter, what: tuple[Risk, str], dice: Random) -> dict[str, str]:
    risk, post = what
    words = read_words()
    grade, (power_class, subclass) = words.grades[risk.grade], words.powers[matter.power]
    holder = next(person for person in bureau.staff(matter.office) if post in person.posts)
    return {
        "power_class": power_class,
        "power_matter": matter.name,
        "process_step": risk.step,
        "post_name": post,
        "risk_category": risk.category,
        "risk_point": risk.point.format_map(matter.slots),
        "manifestation": listed(risk.manifestation, matter.slots),
        "consequence": grade.consequence,
        "risk_level": grade.level,
        "measures": listed(risk.measures, matter.slots),
        "officer_a": holder.name,
        "officer_b": holder.partner,
        "remark": dice.choice(_REMARKS) if dice.random() < _WITH_REMARK else "",
        "power_subclass": subclass,
        "control_methods": risk.methods if dice.random() < _WITH_METHODS else "",
        "due_date": f"{bureau.year}-09-30" if dice.random() < _WITH_DUE else "",
        "explanation": "",
        "risk_id": "",
    }


def listed(items: tuple[str, ...], slots: Mapping[str, str]) -> str:
    """Return one sentence, or a list as 1. 2. 3. with a line an item."""
    said = [item.format_map(slots) for item in items]
    if len(said) == 1:
        return f"{said[0]}。"
    return "；\n".join(f"{number}.{item}" for number, item in enumerate(said, 1)) + "。"
