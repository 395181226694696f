"""The formulas of the templates: of numbers, addresses and our own words, never of what came in.

All work in Excel 2010, WPS and LibreOffice without array entry: a condition on many cells stands
inside SUMPRODUCT, which looks at each of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NewType

from pipeline.workbook.limits import MOST_CONSTANT, plain, within

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.workbook.parts import Area

# Made in this module only (a test looks): whoever holds one knows that nobody wrote it by hand.
Formula = NewType("Formula", str)

MARK = "|"  # before a word that is looked up, so that an empty cell is found as well
NOWHERE = 2_000_000_000  # behind every place a sheet has
_ROW = 1000  # a place is row * 1000 + column


def place(row: int, column: int) -> int:
    """Return a cell, counted from 0, as the number by which formulas know it."""
    return (row + 1) * _ROW + column + 1


def quoted(name: str) -> str:
    """Return the name of a sheet as formulas write it."""
    doubled = name.replace("'", "''")
    return f"'{doubled}'"


def literal(shown: str) -> Formula:
    """Return a text as a constant, which it cannot leave.

    >>> literal('a"&A1')
    '"a""&A1"'
    """
    doubled = plain(shown).replace('"', '""')
    return Formula('"' + within(doubled, MOST_CONSTANT, "a constant") + '"')


def cells(page: str, area: Area) -> Formula:
    """Return an area of a page."""
    return Formula(f"{quoted(page)}!{area.a1}")


def any_filled(columns: Iterable[Formula]) -> Formula:
    """Tell of each row whether one of these columns holds more than blanks."""
    return Formula(f"(LEN({_typed(Formula('&'.join(columns)))})>0)")


def among(looked: Formula, words: Formula) -> Formula:
    """Tell of each cell whether it says one of the words, which stand in cells with MARK before."""
    return Formula(f'ISNUMBER(MATCH("{MARK}"&{_typed(looked)},{words},0))')


def shorter(looked: Formula, least: int) -> Formula:
    """Tell of each cell whether it holds fewer characters."""
    return Formula(f"(LEN({_typed(looked)})<{least:d})")


def negated(condition: Formula) -> Formula:
    """Tell the opposite of a condition."""
    return Formula(f"(1-{condition})")


def together(conditions: Iterable[Formula]) -> Formula:
    """Return 1 for each cell where all conditions hold, else 0."""
    return Formula("*".join(["1", *conditions]))


def count(condition: Formula, *, but: int = 0) -> Formula:
    """Return how often a condition holds. but: of them are no matter."""
    return Formula(f"SUMPRODUCT({condition})-{but:d}" if but else f"SUMPRODUCT({condition})")


def first(condition: Formula, looked: Formula) -> Formula:
    """Return the first place of an area where a condition holds, else NOWHERE."""
    after = f"({NOWHERE}-ROW({looked})*{_ROW}-COLUMN({looked}))"
    return Formula(f"{NOWHERE}-SUMPRODUCT(MAX({condition}*{after}))")


def below_if_none(counted: Formula, head: Formula) -> Formula:
    """Return the place below a cell while nothing is counted, else NOWHERE."""
    return Formula(f"IF({counted}=0,(ROW({head})+1)*{_ROW}+COLUMN({head}),{NOWHERE})")


def broken(looked: Formula) -> Formula:
    """Tell of each cell whether it holds an error, with which nothing can be counted."""
    return Formula(f"ISERROR({looked})")


def total(numbers: Iterable[Formula]) -> Formula:
    """Return the sum."""
    return Formula(f"SUM({','.join(numbers)})")


def least(numbers: Iterable[Formula]) -> Formula:
    """Return the smallest."""
    return Formula(f"MIN({','.join(numbers)})")


def if_zero(number: Formula, then: Formula, otherwise: Formula) -> Formula:
    """Return one of two; what is not chosen may be an error."""
    return Formula(f"IF({number}=0,{then},{otherwise})")


def joined(*texts: Formula) -> Formula:
    """Return texts and numbers behind each other."""
    return Formula("&".join(texts))


def jump(to: Formula, shown: Formula, nowhere: Formula) -> Formula:
    """Return a link to a place on its own sheet; nowhere: shown where there is none."""
    address = f"ADDRESS(INT({to}/{_ROW}),MOD({to},{_ROW}),4)"
    there = f"{to}<{NOWHERE}"
    return Formula(f'HYPERLINK("#"&IF({there},{address},"A1"),IF({there},{shown},{nowhere}))')


def _typed(looked: Formula) -> str:
    """Return what a cell says without blanks at its ends, wide ones and line feeds too."""
    return f'TRIM(SUBSTITUTE(SUBSTITUTE({looked},"\u3000"," "),CHAR(10)," "))'
