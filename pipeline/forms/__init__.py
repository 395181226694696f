"""The forms of the campaign: each declared once, every room reads the declaration."""

from pipeline.forms.field import Derived, Field
from pipeline.forms.form import Form, Section
from pipeline.forms.registry import FORMS, form_named
from pipeline.forms.tailor import tailor

__all__ = ["FORMS", "Derived", "Field", "Form", "Section", "form_named", "tailor"]
