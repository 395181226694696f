"""What a form is to the register: which one holds the risks, and by which words it is graded."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.forms import Form
    from pipeline.vocab import Vocabulary
    from pipeline.workspace import Workspace


def risk_form(workspace: Workspace) -> Form:
    """Return the form whose records are the risk register: the first that is graded."""
    return next(form for form in workspace.forms if form.roles.level)


def levels_of(form: Form) -> Vocabulary | None:
    """Return the words that grade the records of a form, None where they have no grade."""
    return form.table.field(form.roles.level).kind.vocabulary if form.roles.level else None


def today_called(levels: Vocabulary | None, level: str) -> str:
    """Return what a level on record is called today; it may have been renamed since."""
    term = levels.find(level) if levels and level else None
    return term.name if term else level


def ranks_of(form: Form) -> dict[str, int]:
    """Return the rank of each level of a form; 1 is the highest."""
    levels = levels_of(form)
    return {term.name: term.rank for term in levels.terms} if levels else {}
