"""The lists that every office gets of its own records: 风险点台账 in its 5-通知."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.steps.publish import Outgoing
from pipeline.summaries.office import TITLE, office_book
from pipeline.workspace.paths import NOTICES

if TYPE_CHECKING:
    from pipeline.steps.material import Material


def office_lists(material: Material) -> list[Outgoing]:
    """Return the list of each office of the roster that has, or had, something on record.

    A list bears the day of the office's last change, so that its file stays the same until there is
    something new to read.
    """
    workspace, register, log = material.workspace, material.register, material.log
    files = []
    kept = {str(code): rows for code, rows in register.groupby("office", sort=False)}
    changed = {str(code): rows for code, rows in log.groupby("office", sort=False)}
    for office in material.scope.offices:
        if office.code not in workspace.roster.by_code or office.code not in changed:
            continue
        rows = kept.get(office.code, register.head(0)).reset_index(drop=True)
        own = changed[office.code].reset_index(drop=True)
        dated = replace(material.edition, day=own["date"].max())
        book = office_book(rows, own, material.scope, dated, office.name)
        folder = workspace.paths.for_office(office, NOTICES)
        files.append(Outgoing(folder / f"{TITLE}.xlsx", book))
    return files
