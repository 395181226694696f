"""The forms offices return; a new form is one module and its name here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline import text
from pipeline.forms.annex1 import ANNEX1
from pipeline.forms.annex2 import ANNEX2

if TYPE_CHECKING:
    from pipeline.forms.form import Form

FORMS: tuple[Form, ...] = (ANNEX1, ANNEX2)


def form_named(forms: tuple[Form, ...], typed: str) -> Form | None:
    """Return the form with this code, title or alias."""
    wanted = text.key(typed)
    for form in forms:
        if wanted in {text.key(name) for name in (form.code, form.title, *form.aliases)}:
            return form
    return None
