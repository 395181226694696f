"""The pages are whole, safe and self-contained."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser

import pytest
from registers import SETTINGS, four_levels, night, quiet_night

from pipeline.monitor import Change, Received, Tally, sections
from pipeline.site import LevelCount, Receipt, night_page, receipt_page

EVIL = "<script>alert(1)</script>\" onload='x' {{ 7*7 }} &amp;"


def receipt(**changes):
    made = Receipt(
        bureau="江南市财政局",
        campaign="一岗一预防",
        office="预算科",
        form="附表1",
        person="",
        round="排查",
        arrival=7,
        received="2011-08-30 14:32",
        file="附表1.xlsx",
        counts=tuple(LevelCount(term, 2) for term in SETTINGS.levels.terms),
        questions=3,
        verify_by=date(2011, 9, 6),
        due_for="附表1（防控）",
        due=date(2011, 9, 18),
        contact="陈某",
        phone="2233",
    )
    return replace(made, **changes)


PAGES = {
    "night": lambda: night_page(night()),
    "quiet": lambda: night_page(quiet_night()),
    "receipt": lambda: receipt_page(receipt()),
}
EVERY_PAGE = pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)


class Outline(HTMLParser):
    """Collects tags with their attributes, and the text a reader sees."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.open, self.said = [], [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in {"meta", "col", "br"}:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if not self.open or self.open[-1] != "style":
            self.said.append(data)

    @property
    def text(self):
        return "".join(self.said)


@EVERY_PAGE
def test_a_page_loads_nothing_and_runs_nothing(page):
    outline = Outline(page())
    assert not {"script", "link", "img", "iframe", "object"} & {tag for tag, _ in outline.tags}
    assert not [
        name
        for _, attrs in outline.tags
        for name in attrs
        if name in {"src", "href"} or name.startswith("on")
    ]
    assert not re.search(r"url\(|@import|https?:", page())


@EVERY_PAGE
def test_a_page_is_closed_and_says_its_encoding_first(page):
    outline = Outline(page())
    assert outline.open == []
    assert next(attrs for tag, attrs in outline.tags if tag == "meta") == {"charset": "utf-8"}


@EVERY_PAGE
def test_the_same_values_give_the_same_page(page):
    assert page() == page()


def test_what_offices_wrote_is_text_on_the_page():
    evil = replace(
        night(),
        received=(Received(1, "09:15", EVIL, EVIL, "returned", EVIL),),
        changes=(Change(EVIL, EVIL, EVIL, EVIL),),
        todo=(EVIL,),
        tallies=(Tally(EVIL, (1, 2, 3)),),
    )
    outline = Outline(night_page(evil))
    assert "script" not in {tag for tag, _ in outline.tags}
    assert outline.text.count(EVIL) == 9


def test_what_an_office_wrote_is_text_on_its_receipt():
    outline = Outline(receipt_page(receipt(office=EVIL, file=EVIL)))
    assert "script" not in {tag for tag, _ in outline.tags}
    assert EVIL in outline.text


def test_every_section_stands_on_the_page_with_all_its_cells():
    outline = Outline(night_page(night()))
    ids = [attrs["id"] for tag, attrs in outline.tags if tag == "section"]
    assert ids == [section.key for section in sections(night())]
    for section in sections(night()):
        assert all(str(cell) in outline.text for row in section.rows for cell in row)


def test_a_quiet_night_says_in_words_that_there_is_nothing():
    page = night_page(quiet_night())
    for section in sections(quiet_night()):
        assert section.rows or section.empty in page


def test_bars_are_as_long_as_their_counts():
    tallies = (Tally("办公室", (1, 0, 3)), Tally("预算科", (0, 2, 0)))
    page = night_page(replace(night(), tallies=tallies))
    widths = [
        float(width) for width in re.findall(r'<span title="[^"]*" style="width:([\d.]+)%', page)
    ]
    assert widths == [25, 75, 50]


def test_levels_carry_their_colour_and_their_word():
    page = night_page(night())
    for term in SETTINGS.levels.terms:
        assert f'<th style="background:#{term.fill};color:#{term.font}">{term.name}</th>' in page


def test_a_fourth_level_has_its_column():
    settings = four_levels()
    page = night_page(
        replace(night(), levels=settings.levels, tallies=(Tally("办公室", (1, 2, 3, 4)),))
    )
    assert f">{settings.levels.names[3]}</th>" in page


def test_a_receipt_tells_what_was_counted_and_whom_to_call():
    said = Outline(receipt_page(receipt())).text
    assert all(word in said for word in ("预算科", "附表1", "6条", "3项", "陈某", "2233"))
    assert all(day in said for day in ("2011年9月6日", "2011年9月18日"))


def test_a_receipt_without_questions_and_deadline_says_so():
    said = Outline(receipt_page(receipt(questions=0, verify_by=None, due=None))).text
    assert all(word in said for word in ("没有要核实的问题", "没有后续期限"))
    assert "请核实0项" not in said
