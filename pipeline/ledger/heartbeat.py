"""When the watcher last looked: written beside the register at every scan, read by anybody."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING

from pipeline.files import operations

if TYPE_CHECKING:
    from pathlib import Path

_NAME = "heartbeat.json"


def beat(archive: Path, moment: datetime) -> None:
    """Note that the inbox was looked at."""
    note = json.dumps({"at": moment.isoformat()}).encode()
    operations.write_new(archive / _NAME, note, private=True)


def last_beat(archive: Path) -> datetime | None:
    """Return when the inbox was last looked at, None while nobody ever did."""
    try:
        note = json.loads(operations.read_bytes(archive / _NAME))
        return datetime.fromisoformat(note["at"])
    except (OSError, ValueError, KeyError):
        return None
