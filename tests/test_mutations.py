"""Changed at random: the guard refuses a workbook or inspects it, and the patcher says why not."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mark_books import MARKS, members, problem_list, returned
from packages import ordinary, zipped

from pipeline.reading.guard import inspect
from pipeline.reading.limits import Limits, Refusal
from pipeline.workbook.mark import MarkError, clean, mark
from pipeline.workbook.reader import Inspection

LIMITS = Limits()
WHOLE, FORM = ordinary(rows=6), returned()
PARTS = members(FORM)
XML = sorted(name for name in PARTS if not name.endswith(".png"))
PIECES = st.binary(max_size=12) | st.sampled_from(
    [
        b"<",
        b"</c>",
        b"&e;",
        b"<!DOCTYPE x>",
        b'r="XFD1048576"',
        b'encoding="gbk"',
        b"\xff\xfe",
        b"-1",
    ]
)


@st.composite
def changed_parts(draw) -> bytes:
    """Return a workbook a piece of one part of which is another."""
    name = draw(st.sampled_from(XML))
    part = PARTS[name]
    start = draw(st.integers(0, len(part)))
    end = min(len(part), start + draw(st.integers(0, 40)))
    return zipped(PARTS | {name: part[:start] + draw(PIECES) + part[end:]})


def looked_at(data: bytes) -> bool:
    """Return whether the guard answers as it may, by a refusal or an inspection."""
    try:
        return isinstance(inspect(data, LIMITS), Inspection)
    except Refusal as refusal:
        return bool(refusal.reason)


def marked(data: bytes) -> bool:
    """Return whether the patcher answers as it may."""
    try:
        return bool(clean(mark(data, MARKS, [problem_list()])))
    except MarkError as error:
        return bool(str(error))


@settings(max_examples=60)
@given(st.integers(0, len(WHOLE) - 1), st.integers(1, 255))
def test_one_changed_byte_is_refused_or_inspected(place, change):
    data = bytearray(WHOLE)
    data[place] ^= change
    assert looked_at(bytes(data))


@settings(max_examples=40)
@given(changed_parts())
def test_one_changed_part_is_refused_or_inspected(data):
    assert looked_at(data)


@settings(max_examples=15)
@given(changed_parts())
def test_one_changed_part_is_marked_or_the_patcher_says_why_not(data):
    assert marked(data)


@pytest.mark.long
@settings(max_examples=500)
@given(changed_parts())
def test_many_changed_parts_are_answered(data):
    assert looked_at(data)
    assert marked(data)
