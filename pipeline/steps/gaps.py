"""疏漏排查: what one office names and another does not; the discipline group alone reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.summaries.gaps import gaps_book
from pipeline.tables.gaps import Sought, gaps, uneven

if TYPE_CHECKING:
    from pipeline.steps.material import Material


def gaps_of(material: Material) -> bytes:
    """Return the workbook of a day; posts are those of the roster and those in the register."""
    workspace, scope = material.workspace, material.scope
    bounds = workspace.settings.gaps
    held = tuple(
        (office.code, post)
        for office in workspace.roster.active(material.day)
        for person in workspace.roster.staff(office.code, material.day)
        for post in person.posts
    )
    sought = Sought(bounds.offices, bounds.share, bounds.alike, bounds.posts, held)
    return gaps_book(
        gaps(material.register, scope, sought),
        uneven(material.register, scope, sought),
        scope,
        (sought, material.edition),
    )
