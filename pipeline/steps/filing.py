"""A file on its way into the ledger: its parts as recognised and checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.checks.check import CheckedRow
from pipeline.ledger import arrivals
from pipeline.ledger.rows import Outcome
from pipeline.model import Archive
from pipeline.steps.recognise import Unchecked

if TYPE_CHECKING:
    from pipeline.checks.check import Checked
    from pipeline.forms import Form
    from pipeline.ledger.rows import Arrival
    from pipeline.ledger.transaction import Transaction
    from pipeline.model import Verdict
    from pipeline.steps.recognise import FilledPart
    from pipeline.workspace import Workspace

_NO_COLUMN, _UNFILLED = "F101", "F201"
WORST: tuple[Verdict, ...] = ("quarantined", "returned", "unconfirmed", "accepted")


@dataclass(frozen=True, slots=True)
class Filing:
    """One arrival on its way into the ledger; everything is written through `tx`."""

    workspace: Workspace
    tx: Transaction
    arrival: Arrival

    def close(self, verdict: Verdict, reason: str) -> None:
        """Write the verdict on the whole file with the snapshots it was decided by."""
        workspace = self.workspace
        outcome = Outcome(verdict, reason, workspace.config, workspace.roster_hash)
        arrivals.decide(self.tx, self.arrival.id, outcome)


@dataclass(frozen=True, slots=True)
class CheckedPart:
    """A recognised part with what the checks found in it."""

    recognised: FilledPart
    checked: Checked

    @property
    def form(self) -> Form:
        """Return the form the part is."""
        return self.recognised.identity.form

    @property
    def office(self) -> str:
        """Return the code of the office it is taken to be of, "" where nobody knows."""
        return self.recognised.part.office

    @property
    def person(self) -> str:
        """Return the code of the person it is taken to be of, "" where it is an office's."""
        return self.recognised.identity.person

    @property
    def rows(self) -> list[CheckedRow]:
        """Return what the records are made of: the rows, or where rows are given, the cards."""
        if not self.form.given:
            return self.checked.rows
        first = next(iter(self.checked.cards.values()))
        return [CheckedRow(self.checked.card, {}, first, 0)]

    @property
    def complete_rows(self) -> int:
        """Return how many rows have everything that the round requires; a card counts as one."""
        if self.form.given:
            return len(self.rows)
        codes = {finding.code for finding in self.checked.findings}
        if _NO_COLUMN in codes:
            return 0
        unfilled = {one.place for one in self.checked.findings if one.code == _UNFILLED}
        keys = self.form.table.keys
        return sum(
            not unfilled or all(row.source.place(row.position, key) not in unfilled for key in keys)
            for row in self.rows
        )

    @property
    def committed(self) -> list[dict[str, str]] | None:
        """Return the given rows as issued, or where that is not known as they came back."""
        if not self.form.given:
            return None
        issued = self.recognised.part.given_rows
        rows = [row.values for row in self.checked.rows] if issued is None else issued
        return [dict(row) for row in rows]


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """A file with its checked parts; blank: codes of persons whose sheet is blank."""

    parts: tuple[CheckedPart, ...]
    blank: tuple[str, ...] = ()


Decidable = CheckedFile | Archive | Unchecked
