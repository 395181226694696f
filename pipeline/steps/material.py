"""What the books of a day are made of, read once for all of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.steps.changes import change_frame
from pipeline.steps.comparing import before
from pipeline.steps.progress import overview
from pipeline.steps.register import register_frame, scope_of
from pipeline.steps.roles import risk_form
from pipeline.summaries.edition import Edition, legend_line
from pipeline.version import __version__

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd

    from pipeline.steps.progress import Overview
    from pipeline.tables import Before, Scope
    from pipeline.workspace import Workspace

MARK = "内部资料"


@dataclass(frozen=True, slots=True)
class Material:
    """The register of a day and how it came about, and how far everybody is.

    log: every change up to then. before: the last edition, None where there was none.
    """

    workspace: Workspace
    day: date
    edition: Edition
    scope: Scope
    register: pd.DataFrame
    log: pd.DataFrame
    before: Before | None
    seen: Overview


def material_of(workspace: Workspace, day: date) -> Material:
    """Return what the books of a day are made of."""
    form = risk_form(workspace)
    scope = scope_of(workspace, form, day)
    return Material(
        workspace=workspace,
        day=day,
        edition=edition_of(workspace, day),
        scope=scope,
        register=register_frame(workspace, form, day),
        log=change_frame(workspace, scope, day),
        before=before(workspace, form, day),
        seen=overview(workspace, day),
    )


def edition_of(workspace: Workspace, day: date) -> Edition:
    """Return what every output of a day carries."""
    return Edition(
        bureau=workspace.settings.bureau.name,
        campaign=workspace.settings.campaign.name,
        day=day,
        mark=MARK,
        legend=legend_line(workspace.settings.levels),
        version=__version__,
    )
