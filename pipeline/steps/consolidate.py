"""Consolidating: the register and the summary workbooks, a pure function of archive and day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.steps.progress import overview
from pipeline.steps.publish import Outgoing, publish
from pipeline.steps.register import register_frame, scope_of
from pipeline.steps.review import review_output
from pipeline.steps.roles import risk_form
from pipeline.summaries.edition import Edition, legend_line
from pipeline.summaries.progress import progress_book
from pipeline.summaries.register import register_book
from pipeline.summaries.statistics import statistics_book
from pipeline.version import __version__

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from pipeline.workspace import Workspace

SUMMARIES = "汇总"
MARK = "内部资料"


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


def consolidate(workspace: Workspace, day: date) -> tuple[Path, ...]:
    """Write the register, the statistics, the progress, what is to be fixed; return where."""
    edition = edition_of(workspace, day)
    form = risk_form(workspace)
    register = register_frame(workspace, form, day)
    scope = scope_of(workspace, form, day)
    seen = overview(workspace, day)
    books = {
        "风险信息档案库.xlsx": register_book(register, scope, edition),
        "统计汇总.xlsx": statistics_book(register, scope, edition),
        "报送进度.xlsx": progress_book(
            seen.lines, edition, seen.matters, seen.verification.queries
        ),
    }
    folder = workspace.paths.for_group(SUMMARIES)
    files = [Outgoing(folder / name, data) for name, data in books.items()]
    files.append(review_output(workspace, edition, register, scope))
    with workspace.ledger.writer():
        return publish(workspace, *files)
