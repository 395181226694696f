"""The one catalogue of sentences: what is told of a file, a cell, a row, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.findings.cells import CELLS
from pipeline.findings.deciding import DECIDING
from pipeline.findings.identity import IDENTITY
from pipeline.findings.reasons import REASONS
from pipeline.findings.rows import ROWS
from pipeline.findings.standing import STANDING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.findings.entry import Entry

# Codes never change their meaning and are never used again. Reasons of a file are words, findings
# are F1xx headers and identity, F2xx cells, F3xx rows, F4xx between versions. F5xx are no findings
# of a file: they are what the campaign asks for, told in progress and reminders only.
CATALOGUE: Mapping[str, Entry] = {
    entry.code: entry for entry in (*REASONS, *IDENTITY, *CELLS, *ROWS, *STANDING, *DECIDING)
}
