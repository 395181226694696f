"""The lists that every office gets of its own records: 风险点台账 in its 5-通知."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.files import names
from pipeline.steps.publish import Outgoing
from pipeline.summaries.office import TITLE, office_book
from pipeline.workspace.paths import NOTICES

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from pipeline.summaries.edition import Edition
    from pipeline.tables import Scope
    from pipeline.workspace import Workspace


def office_lists(
    workspace: Workspace, frames: tuple[pd.DataFrame, pd.DataFrame], scope: Scope, edition: Edition
) -> Iterator[Outgoing]:
    """Yield the list of each office of the roster that has, or had, something on record.

    frames: register and change log of all. A list bears the day of the office's last change, so
    that its file stays the same until there is something new to read.
    """
    register, log = frames
    kept = {str(code): rows for code, rows in register.groupby("office", sort=False)}
    changed = {str(code): rows for code, rows in log.groupby("office", sort=False)}
    for office in scope.offices:
        if office.code not in workspace.roster.by_code or office.code not in changed:
            continue
        rows = kept.get(office.code, register.head(0)).reset_index(drop=True)
        own = changed[office.code].reset_index(drop=True)
        dated = replace(edition, day=own["date"].max())
        name = names.safe_name(f"{TITLE}_{office.name}.xlsx")
        yield Outgoing(
            workspace.paths.for_office(office, NOTICES) / name,
            office_book(rows, own, scope, dated, office.name),
        )
