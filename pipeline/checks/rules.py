"""The rules of a file. A part is judged by itself and the roster; campaign rules never return it.

Each rule is a column operation that yields findings for the offenders only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline import text
from pipeline.checks import alike, emptiness, meeting, personal, wording
from pipeline.checks.records import Records
from pipeline.findings import Finding
from pipeline.forms.form import LEAST_ANSWER
from pipeline.frames import pd

if TYPE_CHECKING:
    from pipeline.forms import Field, Form
    from pipeline.roster import Roster
    from pipeline.settings import Settings
    from pipeline.vocab import Term


@dataclass(frozen=True, slots=True)
class Context:
    """What a rule may ask besides the records themselves."""

    form: Form
    settings: Settings
    roster: Roster


Check = Callable[[Records, Context], Iterator[Finding]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A check, the fields it needs (it is skipped where one is hidden), and where it applies.

    where: "code.section" of a form; "" for every section of every form. about: of the needed
    fields, those that are questioned as much as the one in whose cell it is told: a 情况说明
    answers for as long as they stay the same.
    """

    check: Check
    where: str = ""
    needs: tuple[str, ...] = ()
    about: tuple[str, ...] = ()

    def concerns(self, form: Form, records: Records) -> bool:
        """Tell whether the rule applies to this section as tailored."""
        here = not self.where or self.where == f"{form.code}.{records.section.key}"
        return here and records.has(*self.needs)


def is_answer(typed: str) -> bool:
    """Tell whether a 情况说明 is long enough to answer a question."""
    return len(text.clean(typed)) >= LEAST_ANSWER


def _nil_rows(records: Records, context: Context) -> pd.Series[bool]:
    """Return the mask of rows that only say that a post has no risk point."""
    nil = context.form.roles.nil
    if nil and records.has(nil):
        return records.frame[nil] == text.NIL
    return pd.Series(data=False, index=records.frame.index)


def _begun(records: Records, context: Context, entry: Field) -> pd.Series[bool]:
    """Return the mask of records whose round already asks for a field."""
    campaign = context.settings.campaign
    first = campaign.position(entry.required)
    begun = [campaign.position(source.round) >= first for source in records.sources]
    return pd.Series([begun[position] for position in records.owner], dtype=bool)


def _required(records: Records) -> list[Field]:
    """Return the fields that some round asks an office for."""
    return [entry for entry in records.section.fields if entry.required and not entry.derived]


def _terms(entry: Field) -> tuple[Term, ...]:
    return entry.kind.vocabulary.terms if entry.kind.vocabulary else ()


def required_column_is_there(records: Records, context: Context) -> Iterator[Finding]:
    """A column that the round asks for must not be deleted (方案 四(一)1–3, 四(二)4 and 7)."""
    first = {position: record for record, position in reversed(list(enumerate(records.owner)))}
    for entry in _required(records):
        begun = _begun(records, context, entry)
        for position, record in sorted(first.items()):
            extract = records.sources[position].extract
            if entry.key in extract.missing and begun[record]:
                params = {"header": entry.header}
                yield Finding("F101", extract.head, params=params, record=record)


def required_is_filled(records: Records, context: Context) -> Iterator[Finding]:
    """A field must be filled from its round on (方案 四(一)1–3, 四(二)4 and 7)."""
    nil, only = _nil_rows(records, context), context.form.roles.nil_needs
    for entry in _required(records):
        blank = (records.frame[entry.key] == "") & _begun(records, context, entry)
        if entry.key not in only:
            blank &= ~nil
        for record in records.where(blank):
            if entry.key not in records.source(record).extract.missing:
                yield records.finding("F201", record, entry.key)


def subclass_belongs_to_class(records: Records, context: Context) -> Iterator[Finding]:
    """A 权力子类 belongs to its 权力类别 (方案 四(一)1)."""
    del context
    terms = _terms(records.section.field("power_subclass"))
    parent = records.frame["power_subclass"].map({term.name: term.parent for term in terms})
    chosen = records.frame["power_class"]
    for record in records.where(parent.notna() & (chosen != "") & (parent != chosen)):
        yield records.finding("F301", record, "power_subclass", parent=chosen[record])


def pair_is_two_people(records: Records, context: Context) -> Iterator[Finding]:
    """A角 and B角 watch each other, so they are two people (方案 四(二)5)."""
    del context
    first, second = records.frame["officer_a"], records.frame["officer_b"]
    several = first.str.contains("、", regex=False) | second.str.contains("、", regex=False)
    for record in records.where((first != "") & (second != "") & (several | (first == second))):
        both = set(text.people(first[record])) & set(text.people(second[record]))
        if both:
            yield records.finding("F302", record, "officer_b", value="、".join(sorted(both)))


def pair_is_complete(records: Records, context: Context) -> Iterator[Finding]:
    """Ask where a post has no B角, from the round that asks for its A角 (方案 四(二)5 and 7)."""
    frame = records.frame
    alone = (frame["officer_a"] != "") & frame["officer_b"].isin(["", text.NIL])
    begun = _begun(records, context, records.section.field("officer_a"))
    for record in records.where(alone & begun & ~_nil_rows(records, context)):
        yield records.finding("F303", record, "officer_b")


def holder_is_one_person(records: Records, context: Context) -> Iterator[Finding]:
    """Ask where an A角's name and post fit several colleagues or none (方案 四(二)5 and 7).

    Each of them would get the risk point in his 附件2.
    """
    namesakes = [context.roster.namesakes(source.office) for source in records.sources]
    if not any(namesakes):
        return
    for record in records.where(records.frame["officer_a"] != ""):
        source, post = records.source(record), text.key(records.value(record, "post_name"))
        shared = namesakes[records.owner[record]]
        for name in text.people(records.value(record, "officer_a")):
            here = context.roster.staff(source.office, source.day) if name in shared else ()
            alike = [one for one in here if one.name == name]
            holding = [one for one in alike if post in {text.key(held) for held in one.posts}]
            if len(alike) > 1 and len(holding) != 1:
                yield records.finding("F313", record, "officer_a", value=name)


def rows_are_of_this_office(records: Records, context: Context) -> Iterator[Finding]:
    """Return a table whose posts and people all are another office's (方案 四(一)2: 本单位).

    Every office hands in its own (方案 四(二)4). Where the posts are this office's too, somebody
    was lent to it.
    """
    posts: list[set[str]] = [set() for _ in records.sources]
    people: list[set[str]] = [set() for _ in records.sources]
    columns = (records.frame["post_name"].tolist(), records.frame["officer_a"].tolist())
    for owner, post, holder in zip(records.owner, *columns, strict=True):
        posts[owner].add(post)
        people[owner].add(holder)
    for position, source in enumerate(records.sources):
        office = context.roster.by_code.get(source.office)
        named = {name for holder in people[position] for name in text.people(holder)}
        held = {text.key(post) for post in posts[position]}
        others = context.roster.offices_with(held, named)
        if office and others and not context.roster.has_posts(source.office, held):
            params = {"other": others[0].name, "office": office.name}
            first = records.owner.index(position)
            yield records.finding("F117", first, "post_name", **params)


def level_is_not_below_consequence(records: Records, context: Context) -> Iterator[Finding]:
    """The level follows from the consequence, the higher counts (方案 四(一)3)."""
    key = context.form.roles.level
    entry = records.section.field(key)
    implies = {term.name: term.implies for term in _terms(records.section.field(entry.follows))}
    rank = {term.name: term.rank for term in _terms(entry)}
    implied = records.frame[entry.follows].map(implies)
    lower = records.frame[key].map(rank) > implied.map(rank)
    for record in records.where(lower):
        yield records.finding("F304", record, key, taken=implied[record])


def nil_is_explained(records: Records, context: Context) -> Iterator[Finding]:
    """A post without any risk point needs a reason (方案 四(一)2)."""
    roles = context.form.roles
    short = ~records.frame[roles.answer].map(is_answer).astype(bool)
    for record in records.where(_nil_rows(records, context) & short):
        yield records.finding("F306", record, roles.answer)


_MATCH = ("post_name", "power_matter", "risk_point")
FILE_RULES: tuple[Rule, ...] = (
    Rule(required_column_is_there),
    Rule(required_is_filled),
    Rule(wording.text_is_printable),
    Rule(wording.text_can_be_shown),
    Rule(personal.no_personal_data),
    Rule(wording.category_stands_in_its_column, "FB1.rows", ("risk_category",)),
    Rule(wording.one_point_a_row, "FB1.rows", ("risk_point",)),
    Rule(
        subclass_belongs_to_class,
        "FB1.rows",
        ("power_class", "power_subclass"),
        about=("power_class",),
    ),
    Rule(pair_is_two_people, "FB1.rows", ("officer_a", "officer_b")),
    Rule(pair_is_complete, "FB1.rows", ("officer_a", "officer_b")),
    Rule(
        holder_is_one_person,
        "FB1.rows",
        ("post_name", "officer_a"),
        about=("post_name",),
    ),
    Rule(rows_are_of_this_office, "FB1.rows", ("post_name", "officer_a")),
    Rule(
        level_is_not_below_consequence,
        "FB1.rows",
        ("consequence", "risk_level"),
        about=("consequence",),
    ),
    Rule(alike.rows_differ, "FB1.rows", _MATCH, about=_MATCH[:-1]),
    Rule(alike.rows_differ_in_substance, "FB1.rows", _MATCH, about=_MATCH[:-1]),
    Rule(nil_is_explained, "FB1.rows", ("risk_point", "explanation")),
    Rule(wording.measures_say_something, "FB1.rows", ("measures",)),
    Rule(wording.measures_differ, "FB1.rows", ("measures",)),
    Rule(
        wording.measures_answer_the_risk,
        "FB1.rows",
        ("risk_point", "manifestation", "measures"),
    ),
    Rule(emptiness.measures_are_concrete, "FB1.rows", ("measures",)),
    Rule(emptiness.self_measures_are_concrete, "FJ2.pledge", ("self_measures",)),
    Rule(
        meeting.meeting_precedes_report,
        "FB1.info",
        ("meeting_date", "report_date"),
        about=("report_date",),
    ),
    Rule(meeting.meeting_is_of_the_campaign, "FB1.info", ("meeting_date",)),
    Rule(meeting.report_is_of_the_campaign, "FB1.info", ("report_date",)),
    Rule(meeting.attendees_are_on_the_roster, "FB1.info", ("attendees",)),
    Rule(meeting.all_staff_met, "FB1.info", ("attendees",)),
)
