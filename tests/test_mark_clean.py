"""The way back: a marked copy cleaned, however it was saved since."""

import io
import re

import pytest
from lxml import etree
from mark_books import (
    LIST,
    MARKS,
    SHEET,
    VIOLET,
    canonical,
    load,
    members,
    problem_list,
    returned,
    rewritten,
    same_look,
    with_prefix,
)

from pipeline.model import Place
from pipeline.workbook.mark import Mark, clean, mark

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")


@pytest.fixture(scope="module")
def original() -> bytes:
    return returned()


@pytest.fixture(scope="module")
def marked(original: bytes) -> bytes:
    return mark(original, MARKS, [problem_list()])


def test_of_two_equal_styles_the_cell_gets_its_own_back(original):
    name, sheet = "xl/styles.xml", "xl/worksheets/sheet1.xml"
    styles = etree.fromstring(members(original)[name])
    formats = styles.find("{*}cellXfs")
    assert formats is not None
    formats.append(etree.fromstring(etree.tostring(formats[1])))
    text = members(original)[sheet].decode()
    text = text.replace('<c r="J7" s="1"', f'<c r="J7" s="{len(formats) - 1}"')
    doubled = rewritten(original, {name: etree.tostring(styles), sheet: text.encode()})
    after = members(clean(mark(doubled, MARKS, [problem_list()])))
    assert canonical(after[sheet]) == canonical(text.encode())


def test_cleaning_gives_back_the_sheet_and_the_comments(original, marked):
    before, after = members(original), members(clean(marked))
    assert before.keys() == after.keys()
    assert canonical(before["xl/worksheets/sheet1.xml"]) == canonical(
        after["xl/worksheets/sheet1.xml"]
    )
    assert canonical(before["xl/comments1.xml"]) == canonical(after["xl/comments1.xml"])
    assert canonical(before["xl/worksheets/sheet2.xml"]) == canonical(
        after["xl/worksheets/sheet2.xml"]
    )
    assert canonical(before["xl/workbook.xml"]) == canonical(after["xl/workbook.xml"])
    shapes = [etree.fromstring(part["xl/drawings/vmlDrawing1.vml"]) for part in (before, after)]
    assert [s.get("id") for s in shapes[0]] == [s.get("id") for s in shapes[1]]
    assert shapes[0].xpath("//*[local-name()='Anchor']/text()") == [
        str(text).replace("\n", "") for text in shapes[1].xpath("//*[local-name()='Anchor']/text()")
    ]


def test_cleaning_drops_comments_part_and_drawing_made_for_us(original):
    one = Mark(Place("说明", "A9"), "ask", "请核实。")
    dirty = mark(original, [one], [])
    assert "xl/comments2.xml" in members(dirty)
    assert members(clean(dirty)).keys() == members(original).keys()
    again = members(clean(dirty))["xl/worksheets/sheet2.xml"]
    assert canonical(again) == canonical(members(original)["xl/worksheets/sheet2.xml"])


def test_marking_twice_is_marking_once(marked):
    assert mark(marked, MARKS, [problem_list()]) == marked


def test_a_new_round_replaces_the_old_one(original, marked):
    only = MARKS[:1]
    book = load(mark(marked, only, [problem_list()]))
    assert book.sheetnames.count(LIST) == 1
    assert book[SHEET]["K7"].comment is None
    assert book[SHEET]["E7"].fill.fgColor == load(original)[SHEET]["E7"].fill.fgColor


def test_a_book_that_was_never_marked_is_cleaned_to_the_same_bytes(original):
    assert clean(original) == original


def test_a_cell_filled_in_since_is_kept_and_unpainted(marked):
    book = load(marked)
    book[SHEET]["B35"] = "王五"
    buffer = io.BytesIO()
    book.save(buffer)
    sheet = load(clean(buffer.getvalue()))[SHEET]
    assert sheet["B35"].value == "王五"
    assert sheet["B35"].fill.fill_type is None
    assert sheet["B35"].comment is None


def test_marks_are_removed_after_another_program_saved_the_book(original, marked):
    buffer = io.BytesIO()
    book = load(marked)
    book.save(buffer)
    same_look(original, clean(buffer.getvalue()))


def test_paint_copied_to_another_cell_is_taken_off(marked):
    book = load(marked)
    book[SHEET]["C20"]._style = book[SHEET]["J7"]._style
    buffer = io.BytesIO()
    book.save(buffer)
    cell = load(clean(buffer.getvalue()))[SHEET]["C20"]
    assert (cell.fill.fill_type, cell.border.left.style) == (None, "thin")


def test_marks_that_moved_down_with_their_rows_are_found_by_their_comments(marked):
    raw = members(marked)

    def lower(text: str) -> str:
        return re.sub(
            r'\br(?:ef)?="([A-Z]*)(\d+)"',
            lambda m: m[0].replace(f'{m[2]}"', f'{int(m[2]) + 1}"'),
            text,
        )

    changes = {
        name: lower(raw[name].decode()).encode()
        for name in ("xl/worksheets/sheet1.xml", "xl/comments1.xml")
    }
    book = load(clean(rewritten(marked, changes)))
    assert book[SHEET]["E8"].fill.fgColor.rgb == "FFFFFF99"
    assert book[SHEET]["J8"].border.left.style == "thin"


def test_a_prefixed_workbook_is_marked_and_cleaned(original):
    names = ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml", "xl/comments1.xml"]
    prefixed = rewritten(original, {name: with_prefix(members(original)[name]) for name in names})
    dirty = mark(prefixed, MARKS, [problem_list()])
    assert load(dirty)[SHEET]["J7"].fill.fgColor.rgb == VIOLET
    after = members(clean(dirty))
    assert canonical(after[names[0]]) == canonical(members(prefixed)[names[0]])


def test_a_tab_moved_behind_the_list_keeps_its_local_names(marked):
    text = members(marked)["xl/workbook.xml"].decode()
    moved = re.search(r'<sheet name="说明"[^>]*/>', text)[0]
    text = text.replace(moved, "").replace("</sheets>", f"{moved}</sheets>")
    for old, new in ((2, 1), (3, 2)):
        text = text.replace(f'localSheetId="{old}"', f'localSheetId="{new}"')
    name = '<definedName name="乙" localSheetId="3">1</definedName>'
    text = text.replace("</definedNames>", f"{name}</definedNames>")
    after = load(clean(rewritten(marked, {"xl/workbook.xml": text.encode()})))
    assert after.sheetnames == [SHEET, "说明"]
    assert list(after["说明"].defined_names) == ["乙"]
