"""A zip that was handed in: its members become arrivals, itself only an original that is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.files import operations
from pipeline.intake.claim import claim_members
from pipeline.model import Archive
from pipeline.reading.archive import unpack

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from pipeline.ledger.rows import Arrival
    from pipeline.reading.limits import Limits
    from pipeline.workspace import Workspace

UNPACKED = "UNPACKED"
NESTED = "ARCHIVE_NESTED"


def claim_unpacked(
    workspace: Workspace, limits: Limits, files: Iterable[tuple[Arrival, object]]
) -> None:
    """Claim the members of the zips among the files of a block, before these are decided.

    A crash between the two is made up by the next run: what is claimed already stays one arrival.
    The bytes are inflated once more here, by what listed them within the limits in the worker.
    """
    for arrival, file in files:
        if isinstance(file, Archive):
            with workspace.ledger.reading() as db:
                place = workspace.ledger.originals.locate(db, arrival.sha256)
            if place:
                members = unpack(operations.read_bytes(place), limits)
                found = ((one.path, one.data) for one in members)
                claim_members(workspace.ledger, workspace.paths.intake, arrival, found)


def unpack_into(folder: Path, archive: Path, limits: Limits) -> list[tuple[str, Path]]:
    """Unpack a zip for a look; return path inside it and place of each member.

    The places are numbered: no name from inside becomes one of ours.
    """
    found = []
    for number, member in enumerate(unpack(operations.read_bytes(archive), limits)):
        place = folder / str(number)
        operations.write_new(place, member.data, private=True)
        found.append((member.path, place))
    return found
