"""A change in progress: the open connection and the moment that all its rows bear."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class Transaction:
    """Everything written through it is committed together or not at all."""

    connection: Connection
    at: datetime
