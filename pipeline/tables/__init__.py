"""The reports: one function each, register in, table out; and the proof that they agree."""

from pipeline.tables.comparison import Before
from pipeline.tables.proof import Check, proof, proof_line
from pipeline.tables.reports import REPORTS, Report, available
from pipeline.tables.scope import Scope, Staffing
from pipeline.tables.tallies import tallies

__all__ = [
    "REPORTS",
    "Before",
    "Check",
    "Report",
    "Scope",
    "Staffing",
    "available",
    "proof",
    "proof_line",
    "tallies",
]
