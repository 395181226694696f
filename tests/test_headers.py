"""The header line is found wherever it moved and however it was broken."""

import pytest
from blocks import FORM, HEAD, KEYS, line, record, sheet

from pipeline.model import Sheet
from pipeline.workbook.headers import address, corners, letters, match_card, match_table, position

TABLE = FORM.table
INFO = FORM.section("info")
EXAMPLES = [
    ("risk_level", "风险 等级"),
    ("risk_level", "风险\n等级："),
    ("risk_level", "风险等级（红/黄/橙）"),
    ("risk_level", "级别"),
    ("risk_level", "预警 等级【必填】"),
    ("officer_a", "Ａ角(岗位责任人)"),
    ("officer_a", "A角"),
    ("officer_a", "责任\n人"),
    ("manifestation", "＊风险内容 及表现形式"),
    ("risk_id", "风险编号"),
    ("explanation", "情况说明（答复提问）"),
]


def with_header(key, typed):
    return tuple(typed if own == key else header for own, header in zip(KEYS, HEAD, strict=True))


def test_every_declared_header_is_found_at_its_column():
    match = match_table(TABLE, sheet(HEAD))
    assert match.row == 0
    assert match.columns == {key: place for place, key in enumerate(KEYS)}
    assert match.headers == dict(zip(KEYS, HEAD, strict=True))
    assert match.unknown == {}
    assert match.missing(TABLE) == ()


@pytest.mark.parametrize(("key", "typed"), EXAMPLES)
def test_a_header_is_known_however_it_is_written(key, typed):
    match = match_table(TABLE, sheet(with_header(key, typed)))
    assert match.columns[key] == KEYS.index(key)
    assert "\n" not in match.headers[key]


@pytest.mark.parametrize("entry", TABLE.fields, ids=lambda entry: entry.key)
def test_every_alias_is_known(entry):
    for alias in entry.aliases:
        match = match_table(TABLE, sheet(with_header(entry.key, alias)))
        assert match.columns[entry.key] == KEYS.index(entry.key), alias


def test_the_header_line_may_stand_anywhere_in_the_first_rows():
    above = [("说明",)] * 7
    assert match_table(TABLE, sheet(*above, HEAD, record())).row == 7
    assert match_table(TABLE, sheet(*above, *[()] * 22, HEAD)).row == 29
    assert match_table(TABLE, sheet(*above, *[()] * 23, HEAD)) is None


def test_columns_may_be_reordered_inserted_and_deleted():
    shown = ["内部号", *reversed(HEAD)]
    shown.remove("备注")
    match = match_table(TABLE, sheet(tuple(shown)))
    assert match.columns["seq"] == len(shown) - 1
    assert match.unknown == {0: "内部号"}
    assert match.missing(TABLE) == ("remark",)


def test_a_blank_column_in_between_moves_the_others_only():
    match = match_table(TABLE, sheet((HEAD[0], " ", *HEAD[1:])))
    assert match.columns["power_class"] == 2
    assert match.unknown == {}


def test_the_exact_header_wins_over_one_that_is_nearly_it():
    match = match_table(TABLE, sheet(("风险等级（上年）", "等级", *HEAD)))
    assert match.columns["risk_level"] == KEYS.index("risk_level") + 2
    assert match.unknown == {0: "风险等级（上年）", 1: "等级"}


def test_of_two_equal_headers_the_first_counts():
    match = match_table(TABLE, sheet((*HEAD, "备注")))
    assert match.columns["remark"] == KEYS.index("remark")
    assert match.unknown == {len(HEAD): "备注"}


def test_the_fullest_line_is_the_header_where_it_is_repeated():
    half = HEAD[: len(HEAD) * 2 // 3]
    assert match_table(TABLE, sheet(half, HEAD, HEAD)).row == 1
    assert match_table(TABLE, sheet(HEAD[1:], HEAD[1:])).row == 0


def test_a_line_with_too_few_labels_is_no_header():
    printed = [entry.header for entry in TABLE.fields if entry.printed]
    enough = -(-len(printed) * 6 // 10)
    assert match_table(TABLE, sheet(tuple(printed[:enough])))
    assert match_table(TABLE, sheet(tuple(printed[: enough - 1]))) is None
    assert match_table(TABLE, sheet(tuple("甲乙丙丁戊己庚辛壬癸子丑"))) is None
    assert match_table(TABLE, sheet()) is None


def test_a_value_stands_behind_its_label_or_behind_the_labels_merged_range():
    card = sheet(
        ("标题",),
        ("填报单位", "预算科", "", "填表\n人：", "", "张三"),
        ("联系电话", ""),
        merges=("D2:E2", "A1:F1"),
    )
    places = {key: entry.place.cell for key, entry in match_card(INFO, card, 3).items()}
    assert places == {"office_name": "B2", "preparer": "F2", "phone": "B3"}


def test_without_merged_ranges_the_value_is_the_next_text_before_a_label():
    card = sheet(("填报单位", "", "预算科", "电话", "", "审核人", "李四"))
    places = {key: entry.place.cell for key, entry in match_card(INFO, card, 1).items()}
    assert places == {"office_name": "C1", "phone": "E1", "reviewer": "G1"}


def test_labels_below_the_header_line_are_not_looked_at():
    assert match_card(INFO, sheet(("标题",), line(remark="填表人")), 1) == {}


def test_of_two_equal_labels_the_first_counts():
    card = sheet(("填表人", "张三"), ("填表人", "李四"))
    assert match_card(INFO, card, 2)["preparer"].place.cell == "B1"


def test_the_place_names_the_sheet_as_the_clerk_sees_it():
    renamed = Sheet("Sheet1", visible=True, rows=(("填表人", "张三"),))
    assert match_card(INFO, renamed, 1)["preparer"].place.sheet == "Sheet1"


def test_addresses_and_positions_are_inverse():
    for row, column in ((0, 0), (9, 25), (1048575, 16383), (27, 26), (3, 701), (3, 702)):
        assert position(address(row, column)) == (row, column)
    assert letters(702) == "AAA"
    assert corners("B2") == ((1, 1), (1, 1))


# Headers over two rows


def two_rows(groups, upper=HEAD):
    """Return a header of two rows: under each group stand its columns, the rest is merged down.

    groups: label -> keys of the columns below it.
    """
    below = {key for keys in groups.values() for key in keys}
    first = list(upper)
    starts = {name: KEYS.index(keys[0]) for name, keys in groups.items()}
    for name, keys in groups.items():
        for key in keys:
            first[KEYS.index(key)] = name if key == keys[0] else ""
    second = [header if key in below else "" for key, header in zip(KEYS, upper, strict=True)]
    across = [
        f"{address(0, left)}:{address(0, left + len(groups[name]) - 1)}"
        for name, left in starts.items()
    ]
    down = [
        f"{address(0, place)}:{address(1, place)}"
        for place, key in enumerate(KEYS)
        if key not in below
    ]
    return sheet(tuple(first), tuple(second), record(), merges=(*across, *down))


HALF = {
    "风险情况": ("risk_category", "risk_point", "manifestation", "consequence", "risk_level"),
    "责任主体": ("officer_a", "officer_b", "office_head", "bureau_leader"),
}
ONE_GROUP = {"责任人": ("officer_a", "officer_b")}


@pytest.mark.parametrize("groups", [HALF, ONE_GROUP, {"对象": ("power_class", "power_matter")}])
def test_a_header_over_two_rows_is_no_form_of_ours_rather_than_half_read(groups):
    assert match_table(TABLE, two_rows(groups)) is None


def test_a_header_over_two_rows_is_known_where_a_reader_tells_no_merged_cells():
    plain = two_rows(ONE_GROUP)
    assert match_table(TABLE, sheet(*plain.rows)) is None


def test_a_header_whose_lower_row_holds_other_words_is_no_form_of_ours():
    plain = two_rows(ONE_GROUP)
    column = KEYS.index("officer_a")
    below = tuple(
        {column: "部门", column + 1: "人员"}.get(place, cell)
        for place, cell in enumerate(plain.rows[1])
    )
    strange = sheet(plain.rows[0], below, record(), merges=plain.merges)
    assert match_table(TABLE, strange) is None


@pytest.mark.parametrize("below", [(), HEAD, record(), line(seq="1"), line(remark="备注")])
def test_what_usually_stands_below_a_header_is_no_second_row_of_it(below):
    assert match_table(TABLE, sheet(HEAD, below, record())).row == 0
