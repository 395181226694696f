"""The last edition follows from archive, day and configuration alone."""

from __future__ import annotations

from datetime import date

import pytest

from pipeline.settings import default_text, parse
from pipeline.steps.comparing import before, last_edition
from pipeline.steps.consolidate import SUMMARIES, consolidate
from pipeline.steps.register import register_frame, scope_of
from pipeline.tables.comparison import GONE, LOWERED, NEW, NOW, RAISED, THEN, comparison
from pipeline.tables.overview import overview


def settings(compare=""):
    added = f'[reports]\ncompare = "{compare}"\n' if compare else ""
    text = default_text(year=2011, bureau="局")
    head, _, tail = text.partition("[reports]")
    return parse((head + added + tail[tail.index("\n[") :]).encode())


@pytest.mark.parametrize(
    ("compare", "day", "last"),
    [
        ("", date(2011, 9, 20), date(2011, 8, 31)),
        ("month", date(2011, 9, 1), date(2011, 8, 31)),
        ("month", date(2011, 9, 30), date(2011, 8, 31)),
        ("month", date(2011, 1, 5), date(2010, 12, 31)),
        ("week", date(2011, 9, 19), date(2011, 9, 18)),  # a Monday
        ("week", date(2011, 9, 18), date(2011, 9, 11)),  # a Sunday
        ("round", date(2011, 9, 1), date(2011, 8, 31)),
        ("round", date(2011, 12, 24), date(2011, 8, 31)),
        ("round", date(2011, 8, 31), None),
        ("round", date(2011, 1, 1), None),
    ],
)
def test_the_last_edition_is_the_end_of_the_last_month_week_or_round(compare, day, last):
    assert last_edition(settings(compare), day) == last


def test_a_configuration_of_old_compares_with_the_last_month():
    assert settings().reports.compare == "month"


@pytest.mark.long
@pytest.mark.alone
def test_the_book_is_made_of_the_archive_as_it_stood_and_of_the_roster(bureau, returned):
    bureau.hand_in(returned("风险点 | 风险等级\n甲 | 黄\n乙 | 橙"))
    bureau.later(days=20)  # October
    workspace, form = bureau.workspace, bureau.form
    bureau.hand_in(bureau.fill("风险点 | 风险等级\n甲 | 红\n乙 | 橙\n丙 | 橙"))
    today = workspace.today
    scope = scope_of(workspace, form, today)
    last = before(workspace, form, today)
    assert last
    frame = comparison(last, register_frame(workspace, form, today), scope)
    assert last.day == date(2011, 9, 30)
    office = frame.loc["预算科"]
    assert list(office[[THEN, NEW, GONE, NOW, RAISED, LOWERED]]) == [2, 1, 0, 3, 1, 0]
    staff = workspace.roster.staff("YSK", today)
    office = overview(register_frame(workspace, form, today), scope).loc["预算科"]
    posts = {post for one in staff for post in one.posts}
    assert (office["岗位数"], office["人数"]) == (len(posts), len(staff))
    (book,) = {path for path in consolidate(workspace, today) if path.name == "统计汇总.xlsx"}
    first = book.read_bytes()
    bureau.later(days=10)
    consolidate(workspace, today)
    assert book.parent == workspace.paths.for_group(SUMMARIES)
    assert book.read_bytes() == first
