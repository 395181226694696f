"""The marked copy: what changes in a returned workbook and what stays."""

import io
import re
import zipfile
from itertools import pairwise

import pytest
from lxml import etree
from mark_books import (
    BLUE,
    GREY,
    LIST,
    MARKS,
    SHEET,
    VIOLET,
    canonical,
    load,
    locations,
    members,
    problem_list,
    replaced,
    returned,
    rewritten,
    strict,
)
from openpyxl.utils.cell import coordinate_to_tuple

from pipeline.model import Place
from pipeline.workbook.mark import AddedSheet, Mark, MarkError, TextCell, TextRow, clean, mark

BOOK = (
    b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">%b</worksheet>'
)
pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")


@pytest.fixture(scope="module")
def original() -> bytes:
    return returned()


@pytest.fixture(scope="module")
def marked(original: bytes) -> bytes:
    return mark(original, MARKS, [problem_list()])


def test_untouched_parts_keep_their_bytes_and_places(original, marked):
    before, after = members(original), members(marked)
    touched = {
        "[Content_Types].xml",
        "xl/workbook.xml",
        "xl/_rels/workbook.xml.rels",
        "xl/styles.xml",
        "xl/worksheets/sheet1.xml",
        "xl/comments1.xml",
        "xl/drawings/vmlDrawing1.vml",
    }
    assert list(after)[: len(before)] == list(before)
    assert {name for name in before if before[name] != after[name]} == touched


def test_untouched_members_are_copied_as_they_were_packed(original, marked):
    with zipfile.ZipFile(io.BytesIO(marked)) as archive:
        assert archive.testzip() is None
        entry = archive.getinfo("xl/theme/theme1.xml")
    with zipfile.ZipFile(io.BytesIO(original)) as archive:
        before = archive.getinfo("xl/theme/theme1.xml")
    for facet in ("compress_size", "CRC", "date_time", "external_attr", "create_system"):
        assert getattr(entry, facet) == getattr(before, facet)
    packed = [
        package[info.header_offset + 30 + len(info.filename) :][: info.compress_size]
        for package, info in ((original, before), (marked, entry))
    ]
    assert packed[0] == packed[1]


def test_a_member_that_lies_about_its_content_is_refused(original):
    with zipfile.ZipFile(io.BytesIO(original)) as archive:
        at = archive.getinfo("xl/styles.xml").header_offset + 80
    broken = original[:at] + bytes([original[at] ^ 0xFF]) + original[at + 1 :]
    with pytest.raises(MarkError):
        mark(broken, MARKS, [])


def test_same_input_gives_the_same_bytes(original, marked):
    assert mark(original, MARKS, [problem_list()]) == marked


def test_each_severity_paints_fill_and_line(marked):
    sheet = load(marked)[SHEET]
    seen = {
        at: (sheet[at].fill.fgColor.rgb, sheet[at].border.left.style) for at in ("J7", "K7", "E7")
    }
    assert seen == {"J7": (VIOLET, "thick"), "K7": (BLUE, "medium"), "E7": (GREY, "dashed")}


def test_a_marked_cell_keeps_format_font_alignment_and_protection(original, marked):
    for address in ("E7", "J7", "D9"):
        before, after = load(original)[SHEET][address], load(marked)[SHEET][address]
        for facet in ("value", "number_format", "font", "alignment", "protection"):
            assert repr(getattr(before, facet)) == repr(getattr(after, facet))


def test_the_worst_of_several_marks_paints_and_all_are_told(marked):
    cell = load(marked)[SHEET]["D9"]
    assert cell.fill.fgColor.rgb == VIOLET
    assert cell.comment.author == "一岗一预防"
    text = cell.comment.text
    assert text.index("必改：此栏必填。") < text.index("提示：多余的空格已去掉。")


def test_a_comment_names_its_line_of_the_list(marked):
    assert f"（见“{LIST}”第4行）" in load(marked)[SHEET]["J7"].comment.text


def test_cells_and_rows_that_do_not_exist_are_made_in_order(original, marked):
    assert b'r="B35"' not in members(original)["xl/worksheets/sheet1.xml"]
    assert load(marked)[SHEET]["B35"].fill.fgColor.rgb == VIOLET
    assert load(marked)[SHEET]["P9"].fill.fgColor.rgb == VIOLET
    root = etree.fromstring(members(marked)["xl/worksheets/sheet1.xml"])
    rows = [int(row.get("r") or 0) for row in root.iterfind("{*}sheetData/{*}row")]
    assert rows == sorted(set(rows))
    columns = [
        coordinate_to_tuple(str(c.get("r")))[1] for c in root.iterfind(".//{*}row[@r='9']/{*}c")
    ]
    assert all(left < right for left, right in pairwise(columns))


def test_a_row_no_longer_promises_to_end_before_a_made_cell(original):
    raw = members(mark(original, [Mark(Place(SHEET, "R9"), "ask", "请核实。")], []))
    root = etree.fromstring(raw["xl/worksheets/sheet1.xml"])
    spans = {row.get("r"): row.get("spans") for row in root.iter("{*}row")}
    assert (spans["8"], spans["9"]) == ("1:16", None)


def test_a_made_cell_looks_like_its_column(marked):
    assert load(marked)[SHEET]["B35"].protection.locked is False


def test_a_merged_range_is_marked_on_the_cell_that_shows(marked):
    sheet = load(marked)[SHEET]
    assert sheet["B10"].comment
    root = etree.fromstring(members(marked)["xl/worksheets/sheet1.xml"])
    styles = {cell.get("r"): cell.get("s") for cell in root.iterfind(".//{*}c")}
    assert styles["B10"] == styles["B11"] == styles["B12"] != styles["B13"]


def test_lists_colours_merges_tables_names_and_protection_stay(original, marked):
    before, after = load(original), load(marked)
    one, two = before[SHEET], after[SHEET]
    assert [v.sqref for v in one.data_validations.dataValidation] == [
        v.sqref for v in two.data_validations.dataValidation
    ]
    assert sorted(map(str, one.merged_cells.ranges)) == sorted(map(str, two.merged_cells.ranges))
    assert one.protection.sheet
    assert two.protection.sheet
    assert not after[LIST].protection.sheet
    assert after["说明"].tables.keys() == before["说明"].tables.keys()
    assert after.defined_names["等级"].value == before.defined_names["等级"].value
    assert two.defined_names["本表"].value == one.defined_names["本表"].value
    relations = members(marked)["xl/worksheets/_rels/sheet1.xml.rels"]
    assert relations == members(original)["xl/worksheets/_rels/sheet1.xml.rels"]


def test_elements_stand_in_the_order_of_the_schema(marked):
    from pipeline.workbook.patch.cells import SHEET_ORDER  # noqa: PLC0415

    for name, raw in members(marked).items():
        if name.startswith("xl/worksheets/sheet"):
            names = [etree.QName(part).localname for part in etree.fromstring(raw)]
            assert [SHEET_ORDER.index(one) for one in names] == sorted(
                map(SHEET_ORDER.index, names)
            )


def test_conditional_colours_give_way_to_the_mark(marked):
    root = etree.fromstring(members(marked)["xl/worksheets/sheet1.xml"])
    rules = {
        rule.findtext("{*}formula"): (rule.getparent().get("sqref"), rule.get("priority"))
        for rule in root.iterfind("{*}conditionalFormatting/{*}cfRule[@type='expression']")
    }
    assert rules == {"TRUE": ("K7", "2")}
    ranks = [
        int(rule.get("priority") or 0) for rule in root.iter("{*}cfRule") if rule.get("priority")
    ]
    assert sorted(ranks)[:2] == [1, 2]
    assert len(ranks) == len(set(ranks))


def test_the_clerks_comments_stay_and_ours_follow_on_the_same_cell(marked):
    sheet = load(marked)[SHEET]
    assert (sheet["D5"].comment.text, sheet["D5"].comment.author) == ("已与科长核对", "李会计")
    both = sheet["C5"].comment
    assert both.author == "李会计"
    assert both.text.startswith("请张三补充\n周五前\n")
    assert both.text.endswith("请核实：请核实岗位名称。\n（见“问题清单”第7行）")


def test_every_comment_has_one_box(marked):
    root = etree.fromstring(members(marked)["xl/drawings/vmlDrawing1.vml"])
    ids = [shape.get("id") for shape in root.iterfind("{urn:schemas-microsoft-com:vml}shape")]
    assert (
        len(ids)
        == len(set(ids))
        == len(re.findall(b"<comment ", members(marked)["xl/comments1.xml"]))
    )


def test_links_lead_both_ways_and_the_clerks_link_stays(marked):
    there, back = locations(marked, LIST), locations(marked, SHEET)
    assert there["C4"] == f"'{SHEET}'!J7"
    assert back["A7"] == f"'{LIST}'!C6"
    assert back["A8"] == f"'{SHEET}'!A1"


def test_the_book_opens_at_the_list(marked):
    book = load(marked)
    assert book.active.title == LIST
    chosen = [sheet.title for sheet in book if sheet.sheet_view.tabSelected]
    assert chosen == [LIST]


def test_a_sheet_name_of_the_clerks_is_not_taken(original):
    theirs = replaced(original, "xl/workbook.xml", 'name="说明"', f'name="{LIST}"')
    again = mark(theirs, MARKS, [problem_list()])
    assert load(again).sheetnames[:3] == [SHEET, LIST, f"{LIST}（2）"]
    assert locations(again, SHEET)["A7"] == f"'{LIST}（2）'!C6"


def test_text_that_looks_like_a_formula_stays_text(original):
    words = ("=1+1", "+86", "-", "@甲", "a\x07b", "_x0041_", "＝A1")
    sheet = AddedSheet(
        LIST, (TextRow(tuple(TextCell(word) for word in words)),), (10,) * len(words)
    )
    raw = members(
        mark(original, [Mark(Place(SHEET, "A3"), "ask", "=cmd|' /C calc'!A0\x00")], [sheet])
    )
    added = etree.fromstring(raw["xl/worksheets/sheet3.xml"])
    assert added.find(".//{*}f") is None
    assert {cell.get("t") for cell in added.iter("{*}c")} == {"inlineStr"}
    assert [piece.text for piece in added.iter("{*}t")] == [
        "=1+1", "+86", "-", "@甲", "ab", "_x005F_x0041_", "＝A1",
    ]  # fmt: skip
    styles = [int(cell.get("s") or 0) for cell in added.iter("{*}c")]
    formats = etree.fromstring(raw["xl/styles.xml"]).find("{*}cellXfs")
    quoted = [formats[style].get("quotePrefix") for style in styles]
    assert quoted == ["1", "1", "1", "1", None, None, "1"]


def test_a_strict_workbook_is_marked_in_its_own_dialect(original, marked):
    theirs = strict(original)
    dirty = members(mark(theirs, MARKS, [problem_list()]))
    expected = members(strict(marked))
    assert dirty.keys() == expected.keys()
    for name in (
        "xl/worksheets/sheet1.xml",
        "xl/worksheets/sheet3.xml",
        "xl/styles.xml",
        "xl/workbook.xml",
    ):
        assert canonical(dirty[name]) == canonical(expected[name])
    assert clean(theirs) == theirs


def test_rows_and_cells_without_addresses_are_understood(original):
    name = "xl/worksheets/sheet1.xml"
    text = members(original)[name].decode()
    bare = re.sub(r'(<row) r="\d+"|(<c) r="[A-Z]+\d+"', r"\1\2", text)
    simple = [Mark(Place(SHEET, "J7"), "must", "请改。")]
    root = etree.fromstring(
        members(mark(rewritten(original, {name: bare.encode()}), simple, []))[name]
    )
    cell = root.find(".//{*}row[@r='7']/{*}c[@r='J7']")
    assert cell.get("s") != root.find(".//{*}row[@r='7']/{*}c[@r='I7']").get("s")


@pytest.mark.parametrize(
    ("part", "raw"),
    [
        ("xl/worksheets/sheet1.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><worksheet/>'),
        ("xl/worksheets/sheet1.xml", b"<worksheet"),
        ("xl/styles.xml", b"\xff\xfe<"),
        ("xl/styles.xml", b"<a>" * 5000),
        ("xl/worksheets/sheet1.xml", BOOK % b'<cols><col min="1" max="9e9"/></cols>'),
        (
            "xl/worksheets/sheet1.xml",
            BOOK % b'<sheetData><row r="9999999999"><c/></row></sheetData>',
        ),
        (
            "xl/worksheets/sheet1.xml",
            BOOK % b'<sheetData><row r="7"><c r="J7" s="x"/></row></sheetData>',
        ),
    ],
)
def test_hostile_parts_are_refused(original, part, raw):
    with pytest.raises(MarkError):
        mark(rewritten(original, {part: raw}), MARKS, [])


@pytest.mark.parametrize(
    "content", [b"", b"PK", b"\xd0\xcf\x11\xe0 old xls", zipfile.__name__.encode()]
)
def test_what_is_no_workbook_is_refused(content):
    with pytest.raises(MarkError):
        mark(content, [], [])


def test_missing_parts_and_doubled_members_are_refused(original):
    with pytest.raises(MarkError):
        mark(rewritten(original, {}, drop=["xl/styles.xml"]), MARKS, [])
    buffer = io.BytesIO(original)
    with zipfile.ZipFile(buffer, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("xl/workbook.xml", b"<workbook/>")
    with pytest.raises(MarkError):
        mark(buffer.getvalue(), MARKS, [])


@pytest.mark.parametrize(
    "place", [Place("没有的表", "A1"), Place(SHEET, "XFE1"), Place(SHEET, "A0")]
)
def test_a_mark_on_no_cell_is_refused(original, place):
    with pytest.raises(MarkError):
        mark(original, [Mark(place, "must", "请改。")], [])


def test_a_mark_without_a_cell_paints_nothing(original):
    assert mark(original, [Mark(Place(SHEET), "must", "整表。")], []) == original
