"""Which registered record a row is: by its number, else its content, else what is most like it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pipeline import text
from pipeline.ledger.rows import CANCELLED
from pipeline.steps.similar import is_another, likeness, pair

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from pipeline.checks.check import CheckedRow
    from pipeline.forms import Form
    from pipeline.ledger.rows import VersionRow
    from pipeline.steps.similar import Content


@dataclass(frozen=True, slots=True)
class Doubts:
    """What is to be asked about which record a row is, by the position of the row.

    strangers: the number is not the office's. repeated: the number stands in another row that
    keeps it, with the position of that. replaced: the number is kept, but something quite
    different is registered under it. similar: it continues what it is most like. unsure: it is
    new, but may be one of these registered versions.
    """

    strangers: frozenset[int] = frozenset()
    repeated: Mapping[int, int] = field(default_factory=dict)
    replaced: frozenset[int] = frozenset()
    similar: frozenset[int] = frozenset()
    unsure: Mapping[int, tuple[VersionRow, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Matched:
    """The rows of a file held against an office's register.

    pairs: each row with the version it continues, None for a new record. missing: registered
    versions that no row continues.
    """

    pairs: tuple[tuple[CheckedRow, VersionRow | None], ...]
    missing: tuple[VersionRow, ...]
    doubts: Doubts = field(default_factory=Doubts)

    def repeats(self, form: Form) -> bool:
        """Tell whether each row says again what its record says, so that nothing is new.

        A number that was written in or moved makes a file new that is otherwise the same.
        """
        return not form.roles.number or all(
            version is not None
            and not version.status
            and content_of_row(form, row.values) == content_of_row(form, version.payload)
            for row, version in self.pairs
        )


def match(
    form: Form, rows: Sequence[CheckedRow], known: Sequence[VersionRow], same_point: float
) -> Matched:
    """Return which row continues which registered record; each is continued once.

    same_point: how alike a row and a record must be to be one, 0 to 1; 1 leaves likeness out.
    What becomes of a row does not depend on where it stands.
    """
    matching = _Matching(form, rows, known)
    doubts = matching.match_numbers()
    matching.match_contents()
    if same_point < 1:
        doubts = matching.match_alike(same_point, doubts)
    pairs = tuple((row, matching.found.get(place)) for place, row in enumerate(rows))
    return Matched(pairs, tuple(matching.free.values()), doubts)


def is_nil_row(form: Form, values: Mapping[str, str]) -> bool:
    """Tell whether a row only says that a post has no risk point: it continues no risk point."""
    return values.get(form.roles.nil, "") == text.NIL


def content_of_row(form: Form, values: Mapping[str, str]) -> Content:
    """Return what tells a row apart where it has no number: post, matter and risk point."""
    return tuple(text.key(values.get(key, "")) for key in form.roles.match)


class _Matching:
    """What is found so far, by the position of the row, and the versions that are still free."""

    def __init__(self, form: Form, rows: Sequence[CheckedRow], known: Sequence[VersionRow]) -> None:
        """Begin with every version free."""
        self._form, self._rows = form, rows
        self.found: dict[int, VersionRow] = {}
        self.free = {version.record: version for version in known}
        typed = (entry.key for entry in form.table.fields if entry.derived is None)
        self._typed = tuple(key for key in typed if key != form.roles.number)

    def match_numbers(self) -> Doubts:
        """Continue the records that rows name; the number is the key, whatever a row says.

        A number that stands in several rows stays with the one most like what is registered: it
        must not go missing because it stands there twice.
        """
        numbers = {version.number: version for version in self.free.values() if version.number}
        bearers: dict[str, list[int]] = defaultdict(list)
        for place, row in enumerate(self._rows):
            number = row.values.get(self._form.roles.number, "")
            if number and not is_nil_row(self._form, row.values):
                bearers[number].append(place)
        strangers: list[int] = []
        repeated: dict[int, int] = {}
        for number, places in bearers.items():
            if number not in numbers:
                strangers += places
                continue
            keeper = self._most_alike(places, numbers[number])
            self._take(keeper, numbers[number])
            repeated |= {place: keeper for place in places if place != keeper}
        named = {self._content(version.payload) for version in self.found.values()}
        replaced = frozenset(place for place in self.found if self._is_replaced(place, named))
        return Doubts(frozenset(strangers), repeated, replaced)

    def match_contents(self) -> None:
        """Continue the records of which a row repeats post, matter and risk point.

        Where several are the same in these, those that are the same in everything go together.
        The rest are as good as each other, and a rule asks about such rows anyway.
        """
        rows = _by_content(self._open())
        records = _by_content(self._contents()) if rows else {}
        for content in rows.keys() & records.keys():
            versions = [self.free[record] for record in records[content]]
            for place, version in self._paired_off(rows[content], versions):
                self._take(place, version)

    def _paired_off(
        self, places: Sequence[int], versions: Sequence[VersionRow]
    ) -> Iterator[tuple[int, VersionRow]]:
        """Yield rows with versions of the same content, as far as there are both."""
        if len(places) == len(versions) == 1:
            yield places[0], versions[0]
            return
        same: dict[tuple[str, ...], list[VersionRow]] = defaultdict(list)
        for version in versions:
            same[self._said(version.payload)].append(version)
        rest = []
        for place in sorted(places, key=self._order):
            found = same[self._said(self._rows[place].values)]
            if found:
                yield place, found.pop(0)
            else:
                rest.append(place)
        left = (version for said in sorted(same) for version in same[said])
        yield from zip(rest, left, strict=False)

    def match_alike(self, least: float, doubts: Doubts) -> Doubts:
        """Continue the records of which a row is a rewording; return what is to be asked as well.

        A record that was written off comes back by its number or its content only. A row that has
        another's number is no rewording of a third.
        """
        rows = {
            place: content
            for place, content in self._open().items()
            if place not in doubts.repeated and not is_nil_row(self._form, self._rows[place].values)
        }
        risks = (one for one in self.free.values() if one.number and one.status != CANCELLED)
        records = {one.record: self._content(one.payload) for one in risks} if rows else {}
        paired = pair(rows, records, least)
        unsure = {
            place: tuple(self.free[record] for record in maybe)
            for place, maybe in paired.unsure.items()
        }
        for place, record in paired.chosen.items():
            self._take(place, self.free[record])
        return replace(doubts, similar=frozenset(paired.chosen), unsure=unsure)

    def _take(self, place: int, version: VersionRow) -> None:
        self.found[place] = self.free.pop(version.record)

    def _open(self) -> dict[int, Content]:
        """Return the content of the rows that are not matched."""
        rows = enumerate(self._rows)
        return {place: self._content(row.values) for place, row in rows if place not in self.found}

    def _contents(self) -> dict[int, Content]:
        return {record: self._content(one.payload) for record, one in self.free.items()}

    def _content(self, values: Mapping[str, str]) -> Content:
        return content_of_row(self._form, values)

    def _said(self, values: Mapping[str, str]) -> tuple[str, ...]:
        """Return all that the office says in a row, its number apart."""
        return tuple(values.get(key, "") for key in self._typed)

    def _order(self, place: int) -> tuple[object, ...]:
        """Return what sorts rows by all they say; only what is the same goes by its place."""
        row = self._rows[place]
        number = row.values.get(self._form.roles.number, "")
        return self._said(row.values), number, sorted(row.extra.items()), place

    def _most_alike(self, places: Sequence[int], version: VersionRow) -> int:
        """Return the row that is most like a version; of equals, the one that changed nothing."""
        if len(places) == 1:
            return places[0]
        content, said = self._content(version.payload), self._said(version.payload)

        def unlike(place: int) -> tuple[object, ...]:
            own = self._rows[place].values
            alike = likeness(self._content(own), content)
            return -alike, self._said(own) != said, self._order(place)

        return min(places, key=unlike)

    def _is_replaced(self, place: int, named: Collection[Content]) -> bool:
        """Tell whether another point stands under a number. named: what the file's numbers meant.

        Numbers that changed places, as by sorting one column alone, often stay in their frame; a
        row that gets back the number it had before says what no other number of the file means.
        """
        values, version = self._rows[place].values, self.found[place]
        keys = self._form.roles.match
        if all(values.get(key, "") == version.payload.get(key, "") for key in keys):
            return False
        own, before = self._content(values), self._content(version.payload)
        return (own != before and own in named) or is_another(own, before)


def _by_content(contents: Mapping[int, Content]) -> dict[Content, list[int]]:
    """Return what has the same content together."""
    found: dict[Content, list[int]] = defaultdict(list)
    for name, content in contents.items():
        found[content].append(name)
    return found
