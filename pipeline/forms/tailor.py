"""Fitting the declared forms to a bureau: words resolved, columns relabelled, hidden, appended."""

from __future__ import annotations

import zlib
from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline import text
from pipeline.forms.field import Field
from pipeline.forms.kinds import Choice, Count, Day, Text
from pipeline.settings import located

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pipeline.forms.form import Form, Section
    from pipeline.forms.kind import Kind
    from pipeline.settings import Column, Settings

_MOST_HEADER = 32  # units: Excel's limit for the title of the message at a cell
_MOST = 300  # characters in an appended text column


def tailor(form: Form, settings: Settings) -> Form:
    """Return the form with every vocabulary resolved and the bureau's own columns applied."""
    changes = [column for column in settings.columns if _concerns(column, form)]
    return replace(
        form,
        heading=form.heading.replace("{campaign}", settings.campaign.name),
        sections=tuple(_section(section, changes, form, settings) for section in form.sections),
        annex=form.annex and _section(form.annex, [], form, settings),
    )


def misfits(forms: Iterable[Form], settings: Settings, data: bytes = b"") -> Iterator[str]:
    """Yield a Chinese sentence for each round or [[columns]] entry that fits no form.

    data: the configuration as written, for the lines.
    """
    known = tuple(forms)
    for entry in known:
        for said in _lost_rounds(entry, settings):
            yield located(data, ("campaign", "rounds"), said)
        for said in _lost_boxes(entry, settings):
            yield located(data, ("commitment", "roles"), said)
    for position, column in enumerate(settings.columns):
        found = next((entry for entry in known if _concerns(column, entry)), None)
        titles = "、".join(entry.title for entry in known)
        lost = [("form", f"没有“{column.form}”这张表。只能是 {titles}。")]
        for key, said in _misfit(found, column, settings) if found else lost:
            yield located(data, ("columns", position, key), said)


def _lost_rounds(form: Form, settings: Settings) -> Iterator[str]:
    """Yield the rounds by which a form says what is required and that nobody configured."""
    fields = [entry for section in form.sections for entry in section.fields]
    for key in dict.fromkeys(key for key in (*(f.required for f in fields), form.opens) if key):
        if settings.campaign.round(key) is None:
            yield f"没有“{key}”这一轮，{form.title}要用。请保留这个编码。"


def _lost_boxes(form: Form, settings: Settings) -> Iterator[str]:
    """Yield the boxes that a role signs and that a form with boxes does not have."""
    boxes = [part for part in form.sections if part.kind == "boxes"]
    known = [entry.header for part in boxes for entry in part.fields]
    renamed = [column.rename for column in settings.columns if _concerns(column, form)]
    names = {text.key(name) for name in (*known, *renamed)}
    wanted = dict.fromkeys(box for role in settings.commitment.roles for box in role.boxes)
    for box in wanted if known else ():
        if text.key(box) not in names:
            yield f"{form.title}没有“{box}”这一栏。只能是 {'、'.join(known)}。"


def _misfit(form: Form, column: Column, settings: Settings) -> Iterator[tuple[str, str]]:
    """Yield what does not fit as the key of the entry and a sentence."""
    entry = _find(form, column.header)
    renamed = _find(form, column.rename) if column.rename else None
    if entry and column.hidden and _has_role(form, entry):
        yield "hidden", f"“{column.header}”登记和汇总要用，不能停用。"
    if entry and column.kind:
        yield "kind", f"“{column.header}”就是已有的“{entry.header}”。请换个名称，或删去 kind。"
    if renamed and renamed is not entry:
        yield "rename", f"“{column.rename}”已经是“{renamed.header}”的名称。请换一个。"
    for key, name in (("header", "" if entry else column.header), ("rename", column.rename)):
        if text.units(name) > _MOST_HEADER:
            said = f"“{name}”有{text.units(name)}个字。表头最多{_MOST_HEADER}个字，请缩短。"
            yield key, said
    own = {_key(form, other.header) for other in settings.columns if _concerns(other, form)}
    if column.after and not _find(form, column.after) and _key(form, column.after) not in own:
        yield "after", f"{form.title}没有“{column.after}”这一栏。请写已有的栏目。"


def _concerns(column: Column, form: Form) -> bool:
    return text.key(column.form) in {text.key(name) for name in (form.title, *form.aliases)}


def _has_role(form: Form, entry: Field) -> bool:
    roles = form.roles
    needed = {roles.number, roles.level, roles.category, roles.answer, roles.nil, *roles.match}
    return entry.key in needed


def _find(form: Form, header: str) -> Field | None:
    """Return the declared field that a bureau means by its header or by one of its aliases."""
    fields = [entry for section in form.sections for entry in section.fields]
    wanted = text.key(header)
    by_header = (entry for entry in fields if text.key(entry.header) == wanted)
    by_alias = (entry for entry in fields if wanted in map(text.key, entry.labels))
    return next(by_header, None) or next(by_alias, None)


def _section(section: Section, changes: list[Column], form: Form, settings: Settings) -> Section:
    fields = [
        replace(entry, kind=entry.kind.resolve(settings.vocabularies)) for entry in section.fields
    ]
    for column in changes:
        position = _index(fields, _key(form, column.header))
        if position is not None:
            fields[position : position + 1] = _changed(fields[position], column)
        elif section is _home(form) and not _find(form, column.header):
            before = _index(fields, _key(form, column.after))
            place = len(fields) if before is None else before + 1
            fields.insert(place, _appended(_key(form, column.header), column, settings))
    return replace(section, fields=tuple(fields))


def _home(form: Form) -> Section:
    """Return where a bureau's own columns go: the table, or the first card that people fill in."""
    if not form.given:
        return form.table
    return next(card for card in form.cards if any(not entry.derived for entry in card.fields))


def _index(fields: list[Field], key: str) -> int | None:
    return next((place for place, entry in enumerate(fields) if entry.key == key), None)


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


def _key(form: Form, header: str) -> str:
    """Return the key of a field; that of a bureau's own depends on its first name alone."""
    declared = _find(form, header)
    return declared.key if declared else f"own_{zlib.crc32(text.key(header).encode()):08x}"


def _appended(key: str, column: Column, settings: Settings) -> Field:
    kinds: dict[str, Kind] = {
        "text": Text(_MOST, numbered=True),
        "date": Day(),
        "count": Count(),
    }
    kind = kinds.get(column.kind or "text") or Choice(column.vocabulary).resolve(
        settings.vocabularies,
    )
    return Field(
        key=key,
        header=column.rename or column.header,
        aliases=(column.header,) if column.rename else (),
        kind=kind,
        required=column.required or "",
        width=16,
    )
