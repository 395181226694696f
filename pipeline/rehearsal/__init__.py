"""The demo bureau and its clerks: who they are, what they fill in, and what goes wrong."""

from pipeline.rehearsal.bureau import Bureau, blank_roster, demo_bureau, write_roster
from pipeline.rehearsal.clerk import correct, fill
from pipeline.rehearsal.texts import card, complete, records

__all__ = [
    "Bureau",
    "blank_roster",
    "card",
    "complete",
    "correct",
    "demo_bureau",
    "fill",
    "records",
    "write_roster",
]
