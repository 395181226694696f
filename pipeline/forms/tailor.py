"""Fitting the declared forms to a bureau: words resolved, columns relabelled, hidden, appended."""

from __future__ import annotations

import zlib
from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline import text
from pipeline.forms.field import Field
from pipeline.forms.kinds import Choice, Count, Day, Kind, Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pipeline.forms.form import Form, Section
    from pipeline.settings import Column, Settings

_MOST = 300  # characters in an appended text column


def tailor(form: Form, settings: Settings) -> Form:
    """Return the form with every vocabulary resolved and the bureau's own columns applied."""
    changes = [column for column in settings.columns if _concerns(column, form)]
    return replace(
        form,
        heading=form.heading.replace("{campaign}", settings.campaign.name),
        sections=tuple(_section(section, changes, form, settings) for section in form.sections),
    )


def misfits(forms: Iterable[Form], settings: Settings) -> Iterator[str]:
    """Yield a Chinese sentence for each [[columns]] entry that fits no form."""
    known = tuple(forms)
    for position, column in enumerate(settings.columns, 1):
        form = next((entry for entry in known if _concerns(column, entry)), None)
        if form is None:
            titles = "、".join(entry.title for entry in known)
            yield f"columns.第{position}段.form：没有“{column.form}”这张表。只能是 {titles}。"
        elif column.hidden and _has_role(form, column):
            yield f"columns.第{position}段.hidden：“{column.header}”登记和汇总要用，不能停用。"
        elif column.after and not any(_find(section, column.after) for section in form.sections):
            yield f"columns.第{position}段.after：{form.title}没有“{column.after}”这一栏。"


def _concerns(column: Column, form: Form) -> bool:
    return text.key(column.form) in {text.key(name) for name in (form.title, *form.aliases)}


def _has_role(form: Form, column: Column) -> bool:
    roles = form.roles
    needed = {roles.number, roles.level, roles.category, roles.answer, roles.nil, *roles.match}
    found = [_find(section, column.header) for section in form.sections]
    return any(entry.key in needed for entry in found if entry)


def _section(section: Section, changes: list[Column], form: Form, settings: Settings) -> Section:
    fields = [
        replace(entry, kind=entry.kind.resolve(settings.vocabularies)) for entry in section.fields
    ]
    for column in changes:
        entry = _find(replace(section, fields=tuple(fields)), column.header)
        if entry:
            position = fields.index(entry)
            fields[position : position + 1] = _changed(entry, column)
        elif section is form.table and not any(
            _find(other, column.header) for other in form.sections
        ):
            fields.insert(_position(fields, column), _appended(column, settings))
    return replace(section, fields=tuple(fields))


def _find(section: Section, header: str) -> Field | None:
    wanted = text.key(header)
    return next((entry for entry in section.fields if text.key(entry.header) == wanted), None)


def _changed(entry: Field, column: Column) -> list[Field]:
    if column.hidden:
        return []
    renamed = column.rename and column.rename != entry.header
    return [
        replace(
            entry,
            header=column.rename or entry.header,
            aliases=(*entry.aliases, entry.header) if renamed else entry.aliases,
            required=entry.required if column.required is None else column.required,
        ),
    ]


def _position(fields: list[Field], column: Column) -> int:
    headers = [text.key(entry.header) for entry in fields]
    wanted = text.key(column.after)
    return headers.index(wanted) + 1 if wanted in headers else len(fields)


def _appended(column: Column, settings: Settings) -> Field:
    """Return a column of the bureau's own; its key depends on its first name alone."""
    kinds: dict[str, Kind] = {
        "text": Text(_MOST, numbered=True),
        "date": Day(),
        "count": Count(),
    }
    kind = kinds.get(column.kind or "text") or Choice(column.vocabulary).resolve(
        settings.vocabularies,
    )
    return Field(
        key=f"own_{zlib.crc32(text.key(column.header).encode()):08x}",
        header=column.rename or column.header,
        aliases=(column.header,) if column.rename else (),
        kind=kind,
        required=column.required or "",
        width=16,
    )
