"""Where files come in, and how long to look at them."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.ledger.rows import Arrival, Source


@dataclass(frozen=True, slots=True)
class Folders:
    """The places of one workspace that intake touches.

    group: the folder of decision workbooks, inside the inbox or anywhere else; None for none.
    precheck: the name of the folder whose files are checked but not handed in. most: a file of
    more bytes is no form, it is never copied nor even read, and waits for somebody to move it.
    """

    inbox: Path
    group: Path | None
    archive: Path
    precheck: str = "预检"
    most: int = sys.maxsize

    def root(self, source: Source) -> Path:
        """Return the folder that the folders of this source are relative to."""
        return self.group if source == "group" and self.group else self.inbox

    def locate(self, arrival: Arrival) -> Path:
        """Return where the file of an arrival lay when it was claimed."""
        return self.root(arrival.source) / arrival.folder / arrival.name


@dataclass(frozen=True, slots=True)
class Timing:
    """How long a file is looked at before it counts as complete.

    stable_seconds: between two equal looks. incomplete_minutes: for an empty file and a zip
    without an end. owner_hours: how long an owner file that we see is believed.
    """

    stable_seconds: float = 5
    incomplete_minutes: float = 10
    owner_hours: float = 12
