"""What the group said of a file that waited for it: looked up whenever the file is decided."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Literal, get_args

from pipeline.ledger import decisions

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

CONFIRM = "confirm"  # kind of the decision; its subject is the arrival number
RETURNED_BY_GROUP = "RETURNED_BY_GROUP"

# Of registered risk points that a file does not carry: they stay, or become 待核销.
Missing = Literal["supplement", "replace"]


@dataclass(frozen=True, slots=True)
class Ruling:
    """What was decided of one arrival; office and person by code, "" where nothing was said.

    why: it is returned for this reason. reason: the word for which it had waited.
    """

    reason: str
    office: str = ""
    person: str = ""
    missing: Missing | Literal[""] = ""
    why: str = ""

    def to_payload(self) -> Mapping[str, str]:
        """Return what the decision says, as it is filed."""
        return {key: value for key, value in asdict(self).items() if value}


def ruling_of(db: Connection, number: int) -> Ruling | None:
    """Return all that was decided of an arrival, the latest word on each question."""
    said: dict[str, str] = {}
    for decision in decisions.decisions(db, CONFIRM, subject=str(number)):
        said |= decision.payload
    if not said:
        return None
    missing: dict[str, Missing] = {word: word for word in get_args(Missing)}
    texts = {entry.name: said.get(entry.name, "") for entry in fields(Ruling)}
    return Ruling(
        reason=texts["reason"],
        office=texts["office"],
        person=texts["person"],
        missing=missing.get(texts["missing"], ""),
        why=texts["why"],
    )
