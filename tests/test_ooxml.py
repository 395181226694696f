"""Every workbook we write is valid OOXML, and the checker that says so finds what is not."""

from __future__ import annotations

import re
import warnings
import zipfile
from io import BytesIO

import pytest
from mark_books import MARKS, members, problem_list, returned, rewritten
from ooxml import faults
from test_round_trip import issue_of
from test_summaries import BOOKS
from test_template import CONFIG, filled, issued

from pipeline.rehearsal import blank_roster, config_text, demo_bureau, write_roster
from pipeline.rehearsal.specimens import specimens
from pipeline.settings import parse
from pipeline.workbook.mark import clean, mark
from pipeline.workbook.template import write_template, write_together

SHEET = "xl/worksheets/sheet1.xml"
BOOK = "xl/workbook.xml"
STYLES = "xl/styles.xml"
TYPES = "[Content_Types].xml"
LONG = "长" * 300

ROUNDS = tuple(round_.key for round_ in parse(CONFIG.encode()).campaign.rounds)
SHEETS = {"A3", "A4"}
SPECIMENS = {name: content for name, content in specimens().items() if name.startswith("附件2")}


def template(round_: str, paper: str, count: int, more: str = "") -> bytes:
    extra = f'[checks]\npaper = "{paper}"\n{more}'
    return write_template(issued(extra, round_=round_, rows=filled(count)))


@pytest.fixture(scope="module")
def sound() -> bytes:
    """Return a filled template, which has no fault."""
    return template(ROUNDS[-1], "A3", 3, "spare_rows = 2\n")


@pytest.fixture(scope="module")
def marked() -> bytes:
    """Return a marked copy, which has no fault: with comments, links, a table and a picture."""
    return mark(returned(), MARKS, [problem_list()])


# What we write


@pytest.mark.long
@pytest.mark.parametrize("count", [0, 3])
@pytest.mark.parametrize("paper", sorted(SHEETS))
@pytest.mark.parametrize("round_", ROUNDS)
def test_every_template_is_valid(round_, paper, count):
    assert faults(template(round_, paper, count)) == []


@pytest.mark.parametrize("name", SPECIMENS)
def test_every_specimen_is_valid(name):
    assert faults(SPECIMENS[name]) == []


@pytest.mark.long
def test_the_workbook_of_several_persons_is_valid():
    issues = [issue_of("FJ2", "", place) for place in range(2)]
    assert faults(write_together(issues, issues[0])) == []


@pytest.mark.long
@pytest.mark.parametrize("write", [write_roster, blank_roster])
def test_the_roster_is_valid(write):
    bureau = demo_bureau()
    settings = parse(config_text(bureau).encode())
    book = write(bureau, settings) if write is write_roster else write(settings)
    assert faults(book) == []


@pytest.mark.parametrize("name", BOOKS)
def test_every_summary_is_valid(name):
    assert faults(BOOKS[name]()) == []


@pytest.mark.long
def test_a_marked_copy_is_valid(marked):
    assert faults(marked) == []


def test_a_marked_template_is_valid(sound):
    assert faults(mark(sound, MARKS, [problem_list()])) == []


def test_a_cleaned_copy_is_valid(marked):
    assert faults(clean(marked)) == []


# What the checker finds


DAMAGE = {
    # of the schema
    "elements out of order": (SHEET, "(<mergeCells.*?</mergeCells>)(.*)(</worksheet>)", r"\2\1\3"),
    "an element nobody knows": (SHEET, "</sheetData>", "<cells/></sheetData>"),
    "a word that is none of the list": (SHEET, 'type="list"', 'type="choice"'),
    "a number that is none": (SHEET, '<row r="2"', '<row r="two"'),
    "an attribute nobody knows": (SHEET, '<row r="2"', '<row colour="red" r="2"'),
    "a required attribute left out": (SHEET, ' sqref="J3"', ""),
    "an attribute of a cell nobody knows": (SHEET, '<c r="C2"', '<c colour="red" r="C2"'),
    "a border that does not exist": (STYLES, '<left style="thin"', '<left style="thinn"'),
    "a theme without a name": (
        "xl/theme/theme1.xml",
        '<a:clrScheme name="Office">',
        "<a:clrScheme>",
    ),
    "a colour of a theme nobody knows": (
        "xl/theme/theme1.xml",
        "a:dk1>(.*?)a:dk1>",
        r"a:dk9>\1a:dk9>",
    ),
    "an unknown property of the document": (
        "docProps/core.xml",
        "<dc:creator>",
        "<dc:x/><dc:creator>",
    ),
    "a property that is no number": ("docProps/app.xml", "<DocSecurity>0", "<DocSecurity>none"),
    "a shared text without text": ("xl/sharedStrings.xml", "<si><t.*?</t></si>", "<si><b/></si>"),
    "a part that is not XML": (STYLES, "</styleSheet>", ""),
    # of the package
    "a relationship that leads nowhere": (
        "xl/_rels/workbook.xml.rels",
        'Target="worksheets/sheet2.xml"',
        'Target="worksheets/sheet9.xml"',
    ),
    "a relationship that is not told": (BOOK, 'r:id="rId2"', 'r:id="rId99"'),
    "a part without a type": (TYPES, '<Default Extension="xml"[^>]*/><Override[^>]*/>', ""),
    "a type without a part": (TYPES, 'PartName="/docProps/app.xml"', 'PartName="/docProps/ap.xml"'),
    "a type that is told twice": (TYPES, "(<Override[^>]*/>)", r"\1\1"),
    "a date that is none": ("docProps/core.xml", "2000-01-01T00:00:00Z", "yesterday"),
    "a property that is told twice": ("docProps/custom.xml", 'pid="3"', 'pid="2"'),
    # of names
    "a sheet name too long": (BOOK, '<sheet name="填表说明"', f'<sheet name="{"表" * 32}"'),
    "a sheet name with a forbidden sign": (BOOK, '<sheet name="填表说明"', '<sheet name="说/明"'),
    "a sheet name twice": (BOOK, '<sheet name="填表说明"', '<sheet name="附表1"'),
    "a book that shows no sheet": (BOOK, "(<sheet name=[^/>]*?)( r:id)", r'\1 state="hidden"\2'),
    "a defined name that is a cell": (BOOK, 'name="L_01"', 'name="L01"'),
    "a defined name with a forbidden sign": (BOOK, 'name="L_01"', 'name="L-01"'),
    "a defined name twice": (BOOK, 'name="L_02"', 'name="l_01"'),
    "a defined name of a lost sheet": (BOOK, "'_lists'!", "'_gone'!"),
    # of the sheets
    "rows out of order": (SHEET, '<row r="2"', '<row r="3"'),
    "cells out of order": (SHEET, '<c r="C2"', '<c r="A2"'),
    "a cell in another row": (SHEET, '<c r="C2"', '<c r="C3"'),
    "a shared text that is not there": (SHEET, 't="s"><v>2<', 't="s"><v>99999<'),
    "a style that is not there": (SHEET, 's="2"', 's="999"'),
    "a coloured rule that is not there": (SHEET, 'dxfId="0"', 'dxfId="9"'),
    "a font that is not there": (STYLES, 'fontId="1"', 'fontId="99"'),
    "a number format that is not there": (STYLES, '(<cellXfs.*?numFmtId=)"0"', r'\1"199"'),
    "merged ranges that overlap": (SHEET, '<mergeCell ref="C3:F3"/>', '<mergeCell ref="B3:F3"/>'),
    "a range that is none": (SHEET, '<mergeCell ref="A2:P2"/>', '<mergeCell ref="P2:A2"/>'),
    "a title of a hint too long": (SHEET, 'promptTitle="', f'promptTitle="{LONG[:30]}'),
    "a hint too long": (SHEET, ' prompt="', f' prompt="{LONG}'),
    "a title of a warning too long": (SHEET, 'errorTitle="', f'errorTitle="{LONG[:30]}'),
    "a warning too long": (SHEET, ' error="', f' error="{LONG}'),
    "a list too long for its rule": (SHEET, "<formula1>L_01", f'<formula1>"{LONG}"'),
    "a wrong number of rules": (SHEET, '<dataValidations count="', '<dataValidations count="9'),
    "a footer too long": (SHEET, "<oddFooter>", f"<oddFooter>{LONG}"),
}


def damaged(book: bytes, part: str, sound: str, wrong: str) -> bytes:
    text, count = re.subn(sound, wrong, members(book)[part].decode(), count=1, flags=re.DOTALL)
    assert count == 1
    return rewritten(book, {part: text.encode()})


@pytest.mark.long
@pytest.mark.parametrize("fault", DAMAGE)
def test_every_damage_is_found(sound, fault):
    part, *change = DAMAGE[fault]
    found = faults(damaged(sound, part, *change))
    assert found
    assert len(found) < 20, "one damage is not told many times"


COMMENTS = "xl/comments1.xml"


@pytest.mark.parametrize(
    "change",
    [
        (COMMENTS, 'ref="D5"', 'ref="C5"'),
        (COMMENTS, 'authorId="1"', 'authorId="7"'),
        (COMMENTS, ' authorId="0"', ""),
        ("xl/tables/table1.xml", ' ref="A1:B3"', ""),
        ("xl/drawings/drawing1.xml", "<xdr:from>.*?</xdr:from>", ""),
        ("xl/drawings/vmlDrawing1.vml", "</xml>", ""),
        (SHEET, "<dataBar><cfvo[^>]*/>", "<dataBar>"),
    ],
    ids=str,
)
def test_damage_to_comments_tables_and_drawings_is_found(marked, change):
    assert faults(damaged(marked, *change))


def test_a_part_that_stands_twice_is_found(sound):
    target = BytesIO(sound)
    with warnings.catch_warnings(), zipfile.ZipFile(target, "a") as archive:
        warnings.simplefilter("ignore")
        archive.writestr(STYLES, members(sound)[STYLES])
    assert faults(target.getvalue()) == [f"{STYLES}: stands twice in the zip"]


@pytest.mark.long
def test_what_an_older_office_may_ignore_is_no_fault(sound):
    """Markup compatibility: an ignorable namespace, and a choice with its way out."""
    mc = "http://schemas.openxmlformats.org/markup-compatibility/2006"
    book = damaged(
        sound,
        SHEET,
        "<worksheet ",
        f'<worksheet xmlns:mc="{mc}" xmlns:y="urn:yigang" mc:Ignorable="y" y:note="1" ',
    )
    assert faults(damaged(book, SHEET, "<sheetData>", "<y:note/><sheetData>")) == []
    choice = '<mc:Choice Requires="y"><cells/></mc:Choice><mc:Fallback>{}</mc:Fallback>'
    merged = "(<mergeCells.*?</mergeCells>)"
    inside = f"<mc:AlternateContent>{choice.format(chr(92) + '1')}</mc:AlternateContent>"
    assert faults(damaged(book, SHEET, merged, inside)) == []
