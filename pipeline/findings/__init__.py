"""What an office is told: findings and repairs are values, their sentences stand in one table."""

from pipeline.findings.catalogue import CATALOGUE
from pipeline.findings.entry import SHOWN, Class, Entry
from pipeline.findings.finding import NOWHERE, Finding, Repair, shorten
from pipeline.findings.repairs import REPAIRS

__all__ = [
    "CATALOGUE",
    "NOWHERE",
    "REPAIRS",
    "SHOWN",
    "Class",
    "Entry",
    "Finding",
    "Repair",
    "shorten",
]
