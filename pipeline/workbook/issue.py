"""What one template is made for: a form, an office, a round, and what is already known."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from pipeline.forms import Field, Form
    from pipeline.forms.kind import Scope
    from pipeline.model import Office, Person
    from pipeline.settings import Settings
    from pipeline.workbook.stamp import Stamp

Paper = Literal["A3", "A4"]

_ROW = "row"


@dataclass(frozen=True, slots=True)
class Issue:
    """One template to be written. form is tailored; its round is the one the stamp names.

    person: whose it is, None where it belongs to an office. rows, card: texts by field key that
    are filled in already. annex: rows of the form's annex, none where the person gets none. own:
    labels of columns that an office has added to the table; their texts stand in rows by `own_key`.
    """

    form: Form
    office: Office
    scope: Scope
    stamp: Stamp
    settings: Settings
    rows: tuple[Mapping[str, str], ...] = ()
    card: Mapping[str, str] = field(default_factory=dict)
    person: Person | None = None
    annex: tuple[Mapping[str, str], ...] = ()
    own: tuple[str, ...] = ()

    @property
    def heading(self) -> str:
        """Return the title on top of the sheet."""
        return self.form.heading.replace("{office}", self.office.name)

    @property
    def due(self) -> date | None:
        """Return the last day in time, None where the round sets none for this form."""
        return self.settings.campaign.due(self.form.title, self.stamp.round)

    def on(self, paper: Paper) -> Issue:
        """Return the edition on another paper: nothing but the look of the sheet differs."""
        checks = self.settings.checks.model_copy(update={"paper": paper})
        return replace(self, settings=self.settings.model_copy(update={"checks": checks}))

    def requires(self, entry: Field) -> bool:
        """Tell whether the field has to be filled in this round."""
        campaign = self.settings.campaign
        now = campaign.position(self.stamp.round)
        return bool(entry.required) and campaign.position(entry.required) <= now

    def given(self, entry: Field, typed: str) -> str:
        """Return the text of a cell as issued: what roster and stamp know goes before `typed`."""
        sources = {"office": self.office, "stamp": self.stamp, "person": self.person}
        source = sources.get(entry.derived.of) if entry.derived else None
        return attribute(source, entry.derived.give) if source and entry.derived else typed


def own_key(label: str) -> str:
    """Return the key of an office's own column, which no field can have."""
    return f"own:{label}"


def attribute(source: object, name: str) -> str:
    """Return an attribute of a roster line or stamp as text; several posts are joined."""
    value = getattr(source, name)
    return "、".join(value) if isinstance(value, tuple) else str(value)


def is_position(entry: Field) -> bool:
    """Tell whether the field is the running number of the row."""
    return entry.derived is not None and entry.derived.of == _ROW
