"""Originals: every file's bytes under their own hash, in exactly one place.

    work/members/<sha256>        member of a claimed zip, not decided
    work/<sha256>                claimed, not decided
    quarantine/<date>/<sha256>   could not be read; every arrival of these bytes ended so
    originals/<aa>/<sha256>      all others

Bytes only ever move down this list, by rename. Whoever looks for them must look in this order:
then a mover at work in another process cannot be missed. A member whose row was never written may
be thrown away: its zip holds it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline import clock
from pipeline.files import operations
from pipeline.ledger import arrivals

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from sqlalchemy import Connection

    from pipeline.ledger.rows import Arrival


@dataclass(frozen=True, slots=True)
class Originals:
    """The places of the archive, by hash."""

    archive: Path

    @property
    def work_folder(self) -> Path:
        """Return the folder of claimed bytes."""
        return self.archive / "work"

    def work(self, sha256: str) -> Path:
        """Return where claimed bytes lie."""
        return self.work_folder / sha256

    @property
    def members_folder(self) -> Path:
        """Return the folder of the bytes that came inside a zip."""
        return self.work_folder / "members"

    def member(self, sha256: str) -> Path:
        """Return where the claimed bytes of a member of a zip lie."""
        return self.members_folder / sha256

    def original(self, sha256: str) -> Path:
        """Return where the bytes of a decided file lie."""
        return self.archive / "originals" / sha256[:2] / sha256

    def quarantined(self, sha256: str, day: date) -> Path:
        """Return where the bytes of a file that was quarantined on `day` lie."""
        return self.archive / "quarantine" / day.isoformat() / sha256

    def locate(self, db: Connection, sha256: str) -> Path | None:
        """Return where these bytes lie now, None if the archive has them not.

        db: a view opened for this call; an older one may not know a quarantine of today.
        """
        claimed = (self.member(sha256), self.work(sha256))
        lies = next((place for place in claimed if place.exists()), None)
        return lies or self.settled(db, sha256)

    def settled(self, db: Connection, sha256: str) -> Path | None:
        """Return where these bytes lie outside of `work`, None if they do not."""
        days = {
            clock.local_date(found.decided_at)
            for found in arrivals.with_hash(db, sha256)
            if found.verdict == "quarantined" and found.decided_at
        }
        places = [self.quarantined(sha256, day) for day in sorted(days)]
        places.append(self.original(sha256))
        return next((place for place in places if place.exists()), None)

    def place(self, db: Connection, arrival: Arrival) -> Path | None:
        """Move the bytes of a decided arrival to their place, and return it.

        Returns None where the archive has lost them. To be repeated freely; the caller holds the
        writer lock.
        """
        found = self.locate(db, arrival.sha256)
        if found is None or self._is_settled(found, arrival):
            return found
        target = self._target(arrival)
        with operations.told(found):
            if target.exists() and operations.sha256(target) == arrival.sha256:
                operations.unlink(found)  # a disk without a journal may keep both after power loss
            else:
                operations.move_new(found, target, private=True)
        return target

    def _is_settled(self, found: Path, arrival: Arrival) -> bool:
        """Tell whether the bytes may stay where they are, whoever moved them there."""
        if found in {self.member(arrival.sha256), self.work(arrival.sha256)}:
            return False
        return found == self.original(arrival.sha256) or arrival.verdict == "quarantined"

    def _target(self, arrival: Arrival) -> Path:
        if arrival.verdict == "quarantined" and arrival.decided_at:
            return self.quarantined(arrival.sha256, clock.local_date(arrival.decided_at))
        return self.original(arrival.sha256)
