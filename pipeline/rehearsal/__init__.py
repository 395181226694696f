"""The demo bureau and its clerks: who they are, what they fill in, and what goes wrong."""

from pipeline.rehearsal.bureau import (
    Bureau,
    blank_roster,
    config_text,
    demo_bureau,
    write_roster,
)
from pipeline.rehearsal.clerk import correct, fill
from pipeline.rehearsal.mistakes import MISTAKES, Mistake
from pipeline.rehearsal.pledges import pledge
from pipeline.rehearsal.script import (
    Drop,
    first_round,
    last_round,
    registered,
    second_round,
    standing,
)
from pipeline.rehearsal.texts import card, complete, records
from pipeline.rehearsal.work import Work, hand_in, hand_in_again, prepare

__all__ = [
    "MISTAKES",
    "Bureau",
    "Drop",
    "Mistake",
    "Work",
    "blank_roster",
    "card",
    "complete",
    "config_text",
    "correct",
    "demo_bureau",
    "fill",
    "first_round",
    "hand_in",
    "hand_in_again",
    "last_round",
    "pledge",
    "prepare",
    "records",
    "registered",
    "second_round",
    "standing",
    "write_roster",
]
