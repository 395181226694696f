"""The rules of the campaign: what the archive holds against the roster (方案 三、四(二)).

File rules decide, campaign rules never do: what they find feeds progress and reminders only.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipeline import text
from pipeline.findings import CATALOGUE
from pipeline.monitor.agreement import Agreement, agreement, differences

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from pipeline.findings import Entry
    from pipeline.model import Office, Person
    from pipeline.monitor.agreement import Difference, Pledge, Rows

NOT_YET_IN = "F501"  # progress names the same persons
_NAMED = 3  # numbers or rows named in a sentence; the rest is counted


@dataclass(frozen=True, slots=True)
class Point:
    """One row of an office's table as registered; number is "" where it says there is no risk.

    holders, partners: A角 and B角 by name. excused: its 情况说明 gives a reason.
    """

    number: str
    post: str
    holders: tuple[str, ...] = ()
    partners: tuple[str, ...] = ()
    excused: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an office stands with a form of persons and the table that it is made of.

    form, source: their titles. staff: who is there on the day; called: what each is called, by
    code. left: names of those who were of the office. asked: the round of the form has begun.
    accepted: the table was accepted; opened: in that round. pledges, owed: by code of the person.
    """

    office: Office
    form: str
    source: str
    staff: tuple[Person, ...]
    called: Mapping[str, str]
    left: frozenset[str] = frozenset()
    asked: bool = True
    accepted: bool = False
    opened: bool = False
    points: tuple[Point, ...] = ()
    pledges: Mapping[str, Pledge] = field(default_factory=dict)
    owed: Mapping[str, Rows] = field(default_factory=dict)

    def agreement(self, person: str) -> Agreement | None:
        """Return how a person's form stands to the table."""
        pledge, owed = self.pledges.get(person), self.owed.get(person, {})
        return agreement(pledge, owed, opened=self.opened)

    def differing(self, wanted: Agreement) -> Iterator[tuple[Person, tuple[Difference, ...]]]:
        """Yield each person whose form stands so, with what differs."""
        for person in self.staff:
            if self.agreement(person.code) is wanted:
                found = differences(self.pledges[person.code], self.owed.get(person.code, {}))
                yield person, found


@dataclass(frozen=True, slots=True)
class Matter:
    """One thing the campaign asks for: of an office, or of a person of it as he is called.

    details: every single thing meant, where the sentence names but the first.
    """

    code: str
    office: Office
    form: str
    person: str = ""
    params: Mapping[str, str] = field(default_factory=dict)
    details: tuple[str, ...] = ()

    @property
    def entry(self) -> Entry:
        """Return the catalogue's line for this code."""
        return CATALOGUE[self.code]

    @property
    def message(self) -> str:
        """Return the sentence, without whom it concerns."""
        return self.entry.said.format_map(self.params)


Ask = Callable[[Standing], Iterator[Matter]]


@dataclass(frozen=True, slots=True)
class CampaignRule:
    """One rule. urged: the officer is reminded; False where others remind or nobody need act."""

    code: str
    ask: Ask
    urged: bool = True


def everyone_has_a_form(state: Standing) -> Iterator[Matter]:
    """Everyone of the roster reports his 附件2, whatever his tier (方案 三 and 四(二)7)."""
    for person in state.staff if state.asked and state.opened else ():
        if person.code not in state.pledges:
            yield Matter(NOT_YET_IN, state.office, state.form, state.called[person.code])


def the_form_waits_for_the_table(state: Standing) -> Iterator[Matter]:
    """附件2 is made of the office's 附表1, which comes first (方案 四(二)4 and 7)."""
    lacking = [one for one in state.staff if one.code not in state.pledges]
    if state.asked and not state.opened and lacking:
        yield Matter("F502", state.office, state.form, params={"count": str(len(lacking))})


def every_post_is_covered(state: Standing) -> Iterator[Matter]:
    """Each post looks for its own risk points; one without any says so (方案 四(一)2)."""
    covered = {text.key(point.post) for point in state.points}
    posts = dict.fromkeys(post for one in state.staff for post in one.posts)
    bare = [post for post in posts if text.key(post) not in covered]
    if state.accepted and bare:
        shown = "、".join(f"“{post}”" for post in bare)
        yield Matter("F503", state.office, state.source, params={"value": shown})


def the_form_agrees_with_the_table(state: Standing) -> Iterator[Matter]:
    """附件2 is filled in from 附表1 (方案 四(二)7); this one never did agree with it."""
    yield from _differing("F504", state, Agreement.DIFFERS)


def the_form_can_be_compared(state: Standing) -> Iterator[Matter]:
    """附件2 is filled in from 附表1 (方案 四(二)7): nothing to compare before both are there."""
    for person, _ in state.differing(Agreement.WAITING):
        yield Matter("F505", state.office, state.form, state.called[person.code])


def the_form_is_up_to_date(state: Standing) -> Iterator[Matter]:
    """Who commits himself knows what to: changed rows are signed anew (方案 四(一)4, 四(二)7)."""
    yield from _differing("F506", state, Agreement.CHANGED)


def _differing(code: str, state: Standing, wanted: Agreement) -> Iterator[Matter]:
    for person, found in state.differing(wanted):
        details = tuple(str(one) for one in found)
        params = {"value": _first(details, "；")}
        yield Matter(code, state.office, state.form, state.called[person.code], params, details)


def every_holder_has_a_partner(state: Standing) -> Iterator[Matter]:
    """A角 and B角 watch each other: B角 is another colleague of the office (方案 四(二)5 and 7).

    A post whose B角 is 无 for a reason is left alone, one whose B角 left has a rule of its own.
    """
    names = {one.name for one in state.staff}
    lone: dict[str, list[str]] = defaultdict(list)
    for point in state.points if state.opened else ():
        nobody = not set(point.partners) - {text.NIL}
        if state.left & set(point.partners) or (nobody and point.excused):
            continue
        for holder in point.holders:
            if not names & (set(point.partners) - {holder}):
                lone[holder].append(point.number)
    for holder, numbers in lone.items():
        params = {"value": f"{holder}（{_first(numbers)}）"}
        yield Matter("F507", state.office, state.source, "", params, tuple(numbers))


def partners_are_those_of_the_roster(state: Standing) -> Iterator[Matter]:
    """Posts stand in for each other (AB角互替, 方案 四(二)7); told only, rings are as good."""
    for person in state.staff:
        mine = [point for point in state.points if person.name in point.holders]
        named = dict.fromkeys(name for point in mine for name in point.partners if name != text.NIL)
        if person.partner and named and person.partner not in named:
            params = {"issued": person.partner, "value": "、".join(named)}
            yield Matter("F508", state.office, state.source, state.called[person.code], params)


def partners_are_still_there(state: Standing) -> Iterator[Matter]:
    """Who left the office watches nobody any more (方案 四(二)5 and 7)."""
    gone: dict[tuple[str, str], list[str]] = defaultdict(list)
    for point in state.points:
        for partner in dict.fromkeys(point.partners):
            if partner in state.left:
                gone["、".join(point.holders), partner].append(point.number)
    for (holders, partner), numbers in gone.items():
        params = {"value": f"{holders}（{_first(numbers)}）", "other": partner}
        yield Matter("F509", state.office, state.source, "", params, tuple(numbers))


def _first(said: Sequence[str], between: str = "、") -> str:
    """Return the first of a list and how many there are where not all are named."""
    rest = f"等{len(said)}条" if len(said) > _NAMED else ""
    return between.join(said[:_NAMED]) + rest


CAMPAIGN_RULES: tuple[CampaignRule, ...] = (
    CampaignRule(NOT_YET_IN, everyone_has_a_form, urged=False),
    CampaignRule("F502", the_form_waits_for_the_table, urged=False),
    CampaignRule("F503", every_post_is_covered),
    CampaignRule("F504", the_form_agrees_with_the_table),
    CampaignRule("F505", the_form_can_be_compared, urged=False),
    CampaignRule("F506", the_form_is_up_to_date),
    CampaignRule("F507", every_holder_has_a_partner),
    CampaignRule("F508", partners_are_those_of_the_roster, urged=False),
    CampaignRule("F509", partners_are_still_there),
)
URGED = frozenset(rule.code for rule in CAMPAIGN_RULES if rule.urged)


def matters(state: Standing, off: Collection[str] = ()) -> tuple[Matter, ...]:
    """Return what the campaign asks of an office, in the order of the rules, without those off."""
    return tuple(one for rule in CAMPAIGN_RULES if rule.code not in off for one in rule.ask(state))


@dataclass(frozen=True, slots=True)
class Told:
    """What is told alike of several people of an office; whom is () where it concerns nobody."""

    code: str
    office: Office
    message: str
    whom: tuple[str, ...]

    @property
    def said(self) -> str:
        """Return the sentence with all whom it concerns."""
        count = f"（{len(self.whom)}人）" if len(self.whom) > 1 else ""
        return f"{'、'.join(self.whom)}{count}：{self.message}" if self.whom else self.message


def told_together(asked: Iterable[Matter]) -> tuple[Told, ...]:
    """Return the matters with the people of an office who are told the same in one, in order."""
    found: dict[tuple[str, str, str], list[Matter]] = defaultdict(list)
    for one in asked:
        found[one.office.code, one.code, one.message].append(one)
    return tuple(
        Told(
            code,
            group[0].office,
            message,
            tuple(one.person for one in group if one.person),
        )
        for (_, code, message), group in found.items()
    )
