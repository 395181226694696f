"""The marked copy: what changes in a returned workbook, what stays, and the way back."""

import io
import re
import zipfile
from collections.abc import Iterable
from itertools import pairwise

import openpyxl
import pytest
import xlsxwriter
from lxml import etree

from pipeline.model import Place
from pipeline.workbook.mark import (
    AddedSheet,
    Mark,
    MarkError,
    TextCell,
    TextRow,
    clean,
    mark,
)

SHEET = "附表1"
LIST = "问题清单"
VIOLET, BLUE, GREY = "FFD9B3FF", "FFBDD7EE", "FFD9D9D9"
PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)


def returned() -> bytes:
    """A register as a clerk sends it back: lists, colours, comments, a table, a picture."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    boxed = book.add_format({"border": 1, "text_wrap": True, "locked": False})
    dated = book.add_format({"border": 1, "num_format": "yyyy-mm-dd", "bg_color": "#FFFF99"})
    red = book.add_format({"bg_color": "#FF0000", "font_color": "#FFFFFF"})
    sheet = book.add_worksheet(SHEET)
    sheet.set_column(0, 15, 14, boxed)
    sheet.merge_range("A1:P1", "廉政风险点登记表", boxed)
    for column in range(16):
        sheet.write_string(1, column, f"栏{column + 1}", boxed)
    for row in range(2, 32):
        for column in range(14):
            sheet.write_string(row, column, f"第{row}行内容{column}，审核把关不严", boxed)
    sheet.write_number(6, 4, 45300, dated)
    sheet.merge_range("B10:B12", "会计", boxed)
    sheet.data_validation("J3:J40", {"validate": "list", "source": ["红", "黄", "橙"]})
    sheet.conditional_format(
        "J3:J40", {"type": "cell", "criteria": "==", "value": '"红"', "format": red}
    )
    sheet.conditional_format("K3:K40", {"type": "data_bar", "data_bar_2010": True})
    sheet.write_comment("C5", "请张三补充\n周五前", {"author": "李会计"})
    sheet.write_comment("D5", "已与科长核对", {"author": "李会计"})
    sheet.write_url("A8", f"internal:'{SHEET}'!A1")
    sheet.insert_image("R2", "p.png", {"image_data": io.BytesIO(PICTURE)})
    sheet.protect("", {"format_cells": True})
    other = book.add_worksheet("说明")
    other.add_table("A1:B3", {"data": [["甲", 1], ["乙", 2]]})
    book.define_name("等级", f"='{SHEET}'!$J$3:$J$40")
    book.define_name(f"{SHEET}!本表", f"='{SHEET}'!$A$1")
    book.close()
    return buffer.getvalue()


MARKS = (
    Mark(Place(SHEET, "J7"), "must", "填的是“绿”。请从下拉框选红、黄或橙。", back="A7"),
    Mark(Place(SHEET, "K7"), "ask", "请核实责任人是否已调离。", back="A7"),
    Mark(Place(SHEET, "E7"), "hint", "日期已改写为2024-01-09。", back="A7"),
    Mark(Place(SHEET, "C5"), "ask", "请核实岗位名称。"),
    Mark(Place(SHEET, "D9"), "hint", "多余的空格已去掉。"),
    Mark(Place(SHEET, "D9"), "must", "此栏必填。", back="A8"),
    Mark(Place(SHEET, "P9"), "must", "此栏必填。"),
    Mark(Place(SHEET, "B35"), "must", "此栏必填。"),
    Mark(Place(SHEET, "B11"), "must", "岗位与名册不符。"),
)


def problem_list(name: str = LIST) -> AddedSheet:
    lines = tuple(
        TextRow(
            (
                TextCell(str(number)),
                TextCell("必改", "must"),
                TextCell(found.place.cell, "link", found.place),
                TextCell(found.note),
            )
        )
        for number, found in enumerate(MARKS, 1)
    )
    head = TextRow(tuple(TextCell(word, "header") for word in ("序号", "类别", "位置", "问题")))
    title = TextRow((TextCell("问题清单", "title"),), wide=True)
    receipt = TextRow(
        (
            TextCell(
                "有5处必改。请直接在本文件中修改保存，放回报送文件夹，不必另填新表。" * 2, "note"
            ),
        ),
        wide=True,
    )
    return AddedSheet(name, (title, receipt, head, *lines), (6, 10, 12, 70), frozen=3)


def members(package: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def canonical(raw: bytes) -> bytes:
    return etree.tostring(etree.fromstring(raw), method="c14n", exclusive=True)


def load(package: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(package))


def rewritten(package: bytes, changes: dict[str, bytes], *, drop: Iterable[str] = ()) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, raw in (members(package) | changes).items():
            if name not in drop:
                archive.writestr(name, raw)
    return buffer.getvalue()


def replaced(package: bytes, name: str, old: str, new: str) -> bytes:
    text = members(package)[name].decode()
    assert old in text
    return rewritten(package, {name: text.replace(old, new).encode()})


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
    rows = [int(row.get("r")) for row in root.iterfind("{*}sheetData/{*}row")]
    assert rows == sorted(set(rows))
    columns = [
        openpyxl.utils.cell.coordinate_to_tuple(c.get("r"))[1]
        for c in root.iterfind(".//{*}row[@r='9']/{*}c")
    ]
    assert all(left < right for left, right in pairwise(columns))


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
    ranks = [int(rule.get("priority")) for rule in root.iter("{*}cfRule") if rule.get("priority")]
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


def locations(package: bytes, sheet: str) -> dict[str, str]:
    cells = (cell for row in load(package)[sheet].iter_rows() for cell in row)
    return {cell.coordinate: cell.hyperlink.location for cell in cells if cell.hyperlink}


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
    styles = [int(cell.get("s")) for cell in added.iter("{*}c")]
    formats = etree.fromstring(raw["xl/styles.xml"]).find("{*}cellXfs")
    quoted = [formats[style].get("quotePrefix") for style in styles]
    assert quoted == ["1", "1", "1", "1", None, None, "1"]


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
        text.replace("\n", "") for text in shapes[1].xpath("//*[local-name()='Anchor']/text()")
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


def same_look(original: bytes, cleaned: bytes) -> None:
    before, after = load(original), load(cleaned)
    assert after.sheetnames == before.sheetnames
    for row in before[SHEET].iter_rows(max_row=40, max_col=17):
        for cell in row:
            other = after[SHEET][cell.coordinate]
            assert (cell.value, fill_of(cell)) == (other.value, fill_of(other)), cell.coordinate
            assert cell.border.left.style == other.border.left.style, cell.coordinate
            mine, theirs = cell.comment, other.comment
            assert (mine and mine.text) == (theirs and theirs.text), cell.coordinate


def fill_of(cell):
    return cell.fill.fgColor.rgb if cell.fill.fill_type else None


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


def with_prefix(raw: bytes) -> bytes:
    text = raw.decode().replace(
        'xmlns="http://schemas.openxmlformats.org/spreadsheetml',
        'xmlns:x="http://schemas.openxmlformats.org/spreadsheetml',
    )
    return re.sub(r"<(/?)([A-Za-z]+)(?=[ />])", r"<\1x:\2", text).encode()


def strict(package: bytes) -> bytes:
    changes = {}
    for name, raw in members(package).items():
        text = raw.decode(errors="surrogateescape")
        if name.endswith((".xml", ".rels")):
            text = text.replace(
                "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
                "http://purl.oclc.org/ooxml/officeDocument/relationships",
            ).replace(
                "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
                "http://purl.oclc.org/ooxml/spreadsheetml/main",
            )
        changes[name] = text.encode(errors="surrogateescape")
    return rewritten(package, changes)


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


@pytest.mark.parametrize(
    ("part", "raw"),
    [
        ("xl/worksheets/sheet1.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><worksheet/>'),
        ("xl/worksheets/sheet1.xml", b"<worksheet"),
        ("xl/styles.xml", b"\xff\xfe<"),
        ("xl/styles.xml", b"<a>" * 5000),
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
