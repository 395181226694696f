"""Offices and people: looking them up, and building them from the rows of roster.xlsx."""

from pipeline.roster.build import Fault, Row, build
from pipeline.roster.roster import Roster

__all__ = ["Fault", "Roster", "Row", "build"]
