"""The reports: one function each, register in, table out; and the proof that they agree."""

from pipeline.tables.proof import Check, proof, proof_line
from pipeline.tables.reports import REPORTS, Report, available
from pipeline.tables.scope import Scope
from pipeline.tables.tallies import tallies

__all__ = [
    "REPORTS",
    "Check",
    "Report",
    "Scope",
    "available",
    "proof",
    "proof_line",
    "tallies",
]
