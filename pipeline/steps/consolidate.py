"""Consolidating: the register and the summary workbooks, a pure function of archive and day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.steps.gaps import gaps_of
from pipeline.steps.key_lists import key_lists, retire_stale
from pipeline.steps.material import MARK, Material, edition_of, material_of
from pipeline.steps.office_lists import office_lists
from pipeline.steps.publish import Outgoing, publish
from pipeline.steps.review import review_list
from pipeline.summaries.progress import progress_book
from pipeline.summaries.register import register_book
from pipeline.summaries.statistics import statistics_book
from pipeline.workspace.paths import LISTS

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date
    from pathlib import Path

    from pipeline.workspace import Workspace

__all__ = ["MARK", "SUMMARIES", "consolidate", "edition_of"]

SUMMARIES = "汇总"

# The books of the discipline group: folder, name, and what makes one. One more is one line here.
_BOOKS: tuple[tuple[str, str, Callable[[Material], bytes]], ...] = (
    (
        SUMMARIES,
        "风险信息档案库.xlsx",
        lambda of: register_book(of.register, of.log, of.scope, of.edition),
    ),
    (
        SUMMARIES,
        "统计汇总.xlsx",
        lambda of: statistics_book(of.register, of.scope, of.edition, of.before),
    ),
    (
        SUMMARIES,
        "报送进度.xlsx",
        lambda of: progress_book(
            of.seen.lines, of.edition, of.seen.matters, of.seen.verification.queries
        ),
    ),
    (LISTS, "疏漏排查.xlsx", gaps_of),
)
# What makes several files, for several readers.
_SETS: tuple[Callable[[Material], list[Outgoing]], ...] = (review_list, office_lists, key_lists)


def consolidate(workspace: Workspace, day: date) -> tuple[Path, ...]:
    """Write the summaries and lists of a day; return where they lie."""
    material = material_of(workspace, day)
    files = [
        Outgoing(workspace.paths.for_group(folder) / name, make(material))
        for folder, name, make in _BOOKS
    ]
    for make_all in _SETS:
        files += make_all(material)
    with workspace.ledger.writer():
        written = publish(workspace, *files)
        retire_stale(workspace, files)
    return written
