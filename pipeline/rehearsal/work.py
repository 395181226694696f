"""What a clerk sets out to hand in: rows, a card, and what he does to the workbook afterwards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline.rehearsal import clerk, texts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.forms import Field, Form
    from pipeline.forms.kind import Scope
    from pipeline.model import Office
    from pipeline.rehearsal.bureau import Bureau
    from pipeline.vocab import Vocabulary

Row = dict[str, str]
Touch = Callable[[bytes, "Form"], bytes]


@dataclass(frozen=True, slots=True)
class Work:
    """One submission in the making. neighbour: name of another office, to be mixed up with."""

    form: Form
    office: str
    scope: Scope
    rows: tuple[Row, ...]
    card: Row
    neighbour: str = ""
    touches: tuple[Touch, ...] = ()

    def words(self, key: str) -> Vocabulary:
        """Return the vocabulary of a field of the table; LookupError where it has none."""
        vocabulary = self.form.table.field(key).kind.vocabulary
        if vocabulary is None:
            raise LookupError(key)
        return vocabulary

    def typing(self, record: int, **values: str) -> Work:
        """Return the work with other values in one row."""
        rows = list(self.rows)
        rows[record] = rows[record] | values
        return replace(self, rows=tuple(rows))

    def carding(self, **values: str) -> Work:
        """Return the work with other values in the card."""
        return replace(self, card=self.card | values)

    def adding(self, row: Mapping[str, str]) -> Work:
        """Return the work with one row more at the end."""
        return replace(self, rows=(*self.rows, dict(row)))

    def touching(self, touch: Touch) -> Work:
        """Return the work with something more done to the filled workbook."""
        return replace(self, touches=(*self.touches, touch))


def prepare(bureau: Bureau, office: Office, form: Form) -> Work:
    """Return what an office hands in when all goes well."""
    scope = bureau.scope(office.code)
    rows = texts.records(bureau, office)
    names = [other.name for other in bureau.offices]
    return Work(
        form=form,
        office=office.name,
        scope=scope,
        rows=tuple(texts.complete(form, row, scope) for row in rows),
        card=texts.card(bureau, office, form),
        neighbour=names[names.index(office.name) - 1],
    )


def hand_in(template: bytes, work: Work) -> bytes:
    """Return the issued workbook as the office hands it in."""
    content = clerk.fill(template, work.form, work.rows, work.card)
    for touch in work.touches:
        content = touch(content, work.form)
    return content


def hand_in_again(returned: bytes, right: Work) -> bytes:
    """Return the marked workbook that came back, its wrong cells put right and saved."""
    office = next((field.key for field in _offices(right.form)), "")
    card = right.card | ({office: right.office} if office else {})
    return clerk.correct(returned, right.form, right.rows, card)


def _offices(form: Form) -> list[Field]:
    """Return the card fields that show the office's name."""
    return [
        field
        for section in form.cards
        for field in section.fields
        if field.derived and (field.derived.of, field.derived.give) == ("office", "name")
    ]
