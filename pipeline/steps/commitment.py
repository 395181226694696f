"""What each person commits himself to: his rows of the register, his role, the standard text."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline import text
from pipeline.steps.roles import levels_of, ranks_of, today_called

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pipeline.forms import Form, Section
    from pipeline.ledger.rows import VersionRow
    from pipeline.model import Person
    from pipeline.settings import Settings
    from pipeline.settings.schema import Commitment, CommitmentRole

_NUMERALS = "一二三四五六七八九十"
_ROLES = ("A角", "B角")


@dataclass(frozen=True, slots=True)
class Register:
    """An office's part of the register: the form it is of, and its numbered records in force.

    is_newest: nothing was accepted after what it is made of.
    """

    form: Form
    records: tuple[VersionRow, ...]
    is_newest: bool = True

    def value(self, record: VersionRow, key: str) -> str:
        """Return a field of a record; number and level are those in force."""
        roles = self.form.roles
        known = {roles.number: record.number or "", roles.level: self.level(record)}
        return known.get(key) or record.payload.get(key, "")

    def level(self, record: VersionRow) -> str:
        """Return the level of a record in today's words; a level may have been renamed since."""
        return today_called(levels_of(self.form), record.level)


def rows_of(register: Register, person: Person, staff: Sequence[Person]) -> list[VersionRow]:
    """Return the records a person answers for, in the order of their numbers.

    Those whose A角 he is. Two people of one name are told apart by the post; where that does not
    tell, both get the row, for none may lose one silently. A row whose A角 is nobody of the office
    goes to who holds the post (方案 四(二)7), and where nobody does, to the head, who answers for
    the whole office (四(二)5).
    """
    return [record for record in register.records if person in _answerable(register, record, staff)]


def rows_by_person(register: Register, staff: Sequence[Person]) -> dict[str, list[VersionRow]]:
    """Return the records that each of the staff answers for, by the code of the person."""
    found: dict[str, list[VersionRow]] = {person.code: [] for person in staff}
    for record in register.records:
        for person in dict.fromkeys(_answerable(register, record, staff)):
            found[person.code].append(record)
    return found


def _answerable(register: Register, record: VersionRow, staff: Sequence[Person]) -> list[Person]:
    roles = register.form.roles
    post = text.key(register.value(record, roles.post))
    holders = [one for one in staff if post in {text.key(held) for held in one.posts}]
    found: list[Person] = []
    for name in text.people(register.value(record, roles.holder)):
        alike = [one for one in staff if one.name == name]
        found += [one for one in alike if one in holders] or alike
    heads = [one for one in staff if one.is_head]
    return found or holders or heads or list(staff)


def given_rows(
    register: Register, table: Section, records: Iterable[VersionRow]
) -> tuple[dict[str, str], ...]:
    """Return records as the rows of a given table; a cell may join several fields."""
    fields = [entry for entry in table.fields if entry.derived and entry.derived.of == "issue"]
    return tuple(
        {
            entry.key: "：\n".join(
                value
                for key in (entry.derived.give if entry.derived else "").split()
                if (value := register.value(record, key))
            )
            for entry in fields
        }
        for record in records
    )


def facts_of(
    register: Register, person: Person, mine: Sequence[VersionRow], settings: Settings
) -> dict[str, str]:
    """Return what a person's form is issued with besides the rows: AB角 and the standard text."""
    roles = register.form.roles
    watched = [
        record
        for record in register.records
        if person.name in text.people(register.value(record, roles.partner))
    ]
    partners = dict.fromkeys(
        name for record in mine for name in text.people(register.value(record, roles.partner))
    )
    known = [name for name in partners if name != text.NIL]
    return {
        "ab_role": "、".join(
            role for role, rows in zip(_ROLES, (mine, watched), strict=True) if rows
        ),
        "ab_partner": person.partner or "、".join(known),
        "commitment": commitment(register, person, mine, settings),
    }


def commitment(
    register: Register, person: Person, mine: Sequence[VersionRow], settings: Settings
) -> str:
    """Return the standard text of a person's role with the counts of his risk points."""
    levels = levels_of(register.form)
    counts = {
        name: str(sum(register.level(record) == name for record in mine))
        for name in (levels.names if levels else ())
    }
    return standard_text(settings.commitment, role_of(person, settings), str(len(mine)), counts)


def standard_text(
    said: Commitment, role: CommitmentRole, count: str, levels: Mapping[str, str]
) -> str:
    """Return the standard text of a role; count, levels: what stands for the counts."""
    shown = "、".join(f"{name}{number}" for name, number in levels.items())
    clauses = [
        f"{_numeral(number)}、{clause.rstrip('；。')}"
        for number, clause in enumerate((*said.clauses, *role.adds), 1)
    ]
    opening = said.opening.replace("{count}", count).replace("{levels}", shown)
    return "\n".join([opening, "；\n".join(clauses) + "。", said.closing])


def role_of(person: Person, settings: Settings) -> CommitmentRole:
    """Return the role in which a person makes his commitment."""
    return settings.commitment.role_of(person.tier, head=person.is_head)


def key_records(register: Register, role: CommitmentRole) -> list[VersionRow]:
    """Return the office's records of the highest levels, as many levels as the role lists."""
    ranks = ranks_of(register.form)
    # A level that no word names any more counts as the highest.
    ranked = [(ranks.get(register.level(record), 1), record) for record in register.records]
    listed = [(rank, record) for rank, record in ranked if rank <= role.annex_levels]
    return [record for _, record in sorted(listed, key=lambda pair: pair[0])]


def signed_by(form: Form, role: CommitmentRole) -> Form:
    """Return the form with only the boxes that a role signs, in the order of the role."""
    return replace(form, sections=tuple(_signed(section, role) for section in form.sections))


def _signed(section: Section, role: CommitmentRole) -> Section:
    if section.kind != "boxes":
        return section
    fields = {text.key(label): entry for entry in section.fields for label in entry.labels}
    wanted = (fields.get(text.key(box)) for box in role.boxes)  # a bureau may have hidden one
    return replace(section, fields=tuple(entry for entry in wanted if entry))


def _numeral(number: int) -> str:
    """Return 一 for 1, 十 for 10, 十一 for 11.

    >>> _numeral(7), _numeral(10), _numeral(12)
    ('七', '十', '十二')
    """
    tens, ones = divmod(number, 10)
    head = "" if not tens else "十" if tens == 1 else f"{_NUMERALS[tens - 1]}十"
    return head + (_NUMERALS[ones - 1] if ones else "")
