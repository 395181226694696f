"""From a sheet to typed texts with their cells: what is a record, what is told, what is kept."""

import pytest
from blocks import FORM, HEAD, KEYS, cell, line, record, sheet

from pipeline.model import Place, Sheet
from pipeline.workbook.extract import extract_card, extract_table
from pipeline.workbook.headers import letters, match_table

TABLE, INFO = FORM.table, FORM.section("info")
ABOVE = (("预算科风险防控表",), ("填报单位", "预算科"), ())
TOP = len(ABOVE) + 1  # row of the first record, counted from 0


def extract(*rows, head=HEAD, **more):
    return extracted(sheet(*ABOVE, head, *rows, **more))


def extracted(found):
    match = match_table(TABLE, found)
    assert match
    return extract_table(TABLE, found, match, FORM.roles)


def points(found):
    return list(found.texts["risk_point"])


def codes(found):
    return [(finding.code, finding.place.cell, finding.value) for finding in found.findings]


def dropped(found):
    return [(repair.place.cell, repair.rule) for repair in found.repairs]


def test_every_filled_row_is_a_record_with_the_cells_it_stands_in():
    found = extract(record(risk_point="甲"), (), line(seq="3"), record(risk_point="乙"))
    assert points(found) == ["甲", "乙"]
    assert found.rows == (TOP, TOP + 3)
    assert found.place(1, "risk_point") == Place("附表1", cell(TOP + 3, "risk_point"))
    assert found.header("risk_point", "") == "风险点"
    assert (found.findings, found.repairs, found.missing) == ((), (), ())
    assert found.head == Place("附表1", f"A{TOP}")


def test_spare_rows_with_numbers_and_computed_cells_are_no_records():
    spare = line(seq="2", office_head="刘某", bureau_leader="闻人清", managing_body="局党组")
    assert points(extract(record(risk_point="甲"), spare)) == ["甲"]


def test_a_row_that_ends_early_has_blank_cells_behind():
    found = extract(line(risk_point="甲")[: KEYS.index("risk_point") + 1])
    assert found.texts["measures"] == [""]


def test_a_file_without_the_running_number_is_read_as_well():
    found = extract(record(risk_point="甲")[1:], head=HEAD[1:])
    assert points(found) == ["甲"]
    assert found.missing == ("seq",)
    assert found.place(0, "seq") == Place("附表1", f"A{TOP + 1}")


def test_blanks_in_a_row_are_not_a_record():
    assert extract(line(risk_point="  ", remark="\n")).rows == ()


# Rows that are no records


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        (HEAD, "略去重复的表头"),
        (tuple(header.replace("风险", "风险 ") for header in HEAD), "略去重复的表头"),
        (line(seq="合计", measures="12"), "略去合计行"),
        (line(power_class="小计：", risk_point="3 个"), "略去合计行"),
        (line(power_matter="总计（条）", risk_point="9"), "略去合计行"),
        (line(power_class="填表说明：一行一条"), "略去表后说明"),
        (line(power_matter="注1：见附件"), "略去表后说明"),
        (line(seq="填表人：刘某", post_name="审核人：陈伟"), "略去表后说明"),
        (line(power_class="预算科风险防控表"), "略去重复的标题"),
    ],
)
def test_a_row_that_is_no_record_is_left_out_and_told(row, rule):
    found = extract(record(risk_point="甲"), row, record(risk_point="乙"))
    assert points(found) == ["甲", "乙"]
    assert dropped(found) == [(f"A{TOP + 2}", rule)]


@pytest.mark.parametrize(
    "row",
    [
        line(power_matter="总计划编制"),
        line(post_name="注册会计师管理岗"),
        line(power_matter="合计拨付情况审核"),
        line(post_name="说明书审核岗"),
        line(power_matter="备注册审核", risk_point="甲"),
    ],
)
def test_a_row_that_only_begins_like_one_is_a_record(row):
    assert len(extract(record(), row).rows) == 2


def test_the_lines_of_a_note_behind_the_table_are_no_records():
    found = extract(
        record(risk_point="甲"),
        line(power_class="填表说明"),
        line(power_class="1.一行只填一个风险点"),
        line(power_class="2.不要合并单元格"),
        record(risk_point="乙"),
    )
    assert points(found) == ["甲", "乙"]
    assert len(found.repairs) == 3


# Merged ranges


def test_a_merged_cell_is_filled_down_inside_its_range_only():
    rows = [record(power_matter="甲"), *(record(power_matter="") for _ in range(3))]
    column = letters(KEYS.index("power_matter"))
    found = extract(*rows, merges=(f"{column}{TOP + 1}:{column}{TOP + 3}",))
    assert found.texts["power_matter"] == ["甲", "甲", "甲", ""]
    assert [(r.place.cell, r.before, r.after) for r in found.repairs] == [
        (cell(TOP + 1, "power_matter"), "", "甲"),
        (cell(TOP + 2, "power_matter"), "", "甲"),
    ]


def test_what_stands_in_a_merged_range_of_its_own_stays():
    rows = [record(power_matter="甲"), record(power_matter="乙")]
    column = letters(KEYS.index("power_matter"))
    found = extract(*rows, merges=(f"{column}{TOP + 1}:{column}{TOP + 2}",))
    assert found.texts["power_matter"] == ["甲", "乙"]
    assert found.repairs == ()


def test_a_range_over_two_columns_fills_its_first_one_only():
    rows = [record(officer_a="刘某", officer_b=""), record(officer_a="", officer_b="")]
    left, right = (letters(KEYS.index(key)) for key in ("officer_a", "officer_b"))
    found = extract(*rows, merges=(f"{left}{TOP + 1}:{right}{TOP + 2}",))
    assert found.texts["officer_a"] == ["刘某", "刘某"]
    assert found.texts["officer_b"] == ["", ""]


@pytest.mark.parametrize("key", ["office_head", "seq"])
def test_a_merged_computed_cell_is_nothing_to_tell(key):
    column = letters(KEYS.index(key))
    merges = (f"{column}{TOP + 1}:{column}{TOP + 2}",)
    found = extract(record(**{key: "1"}), record(**{key: ""}), merges=merges)
    assert found.repairs == ()


def test_merged_rows_that_hold_nothing_else_are_no_records():
    area = f"A{TOP + 1}:{letters(len(KEYS) - 1)}{TOP + 3}"
    assert len(extract(record(), merges=(area,)).rows) == 1


def test_a_merged_header_is_not_filled_into_the_data():
    column = letters(KEYS.index("remark"))
    found = extract(record(remark=""), merges=(f"{column}{TOP}:{column}{TOP + 1}",))
    assert found.texts["remark"] == [""]


def test_a_range_that_starts_below_the_last_row_is_nothing():
    assert extract(record(), merges=("B90:B99",)).repairs == ()


# One record over several rows


def asked(found):
    return [(place, one.code, one.place.cell) for place, one in found.asked]


def test_a_row_with_nothing_but_text_is_joined_to_the_record_above():
    found = extract(
        record(risk_point="甲", manifestation="1.虚列支出"),
        line(manifestation="2.账外设账"),
        line(seq="3", manifestation="3.白条入账", remark="见附件"),
        record(risk_point="乙"),
    )
    assert found.rows == (TOP, TOP + 3)
    said = found.texts["manifestation"][0]
    assert said == "1.虚列支出\n2.账外设账\n3.白条入账"
    assert asked(found) == [
        (0, "F215", cell(TOP + 1, "manifestation")),
        (0, "F215", cell(TOP + 2, "manifestation")),
    ]
    first, second, remark = found.repairs
    at = cell(TOP, "manifestation")
    assert (first.place.cell, first.before, first.after) == (
        at,
        "1.虚列支出",
        "1.虚列支出\n2.账外设账",
    )
    assert (second.place.cell, second.after, second.rule) == (at, said, "与下一行合并")
    assert (remark.place.cell, remark.after) == (cell(TOP, "remark"), found.texts["remark"][0])


def test_a_risk_point_that_goes_on_in_the_next_row_is_one_record():
    found = extract(record(risk_point="1.甲"), line(risk_point="2.乙", manifestation="收钱"))
    assert (points(found), found.rows) == (["1.甲\n2.乙"], (TOP,))


@pytest.mark.parametrize(
    "own",
    [
        *({"measures": "双人复核"}, {"risk_level": "红"}, {"post_name": "出纳岗"}),
        *({"power_matter": "拨款"}, {"risk_category": "思想"}, {"officer_a": "刘某"}),
        *({"risk_id": "YSK-2011-001"}, {"consequence": "违法"}, {"risk_point": "无"}),
    ],
)
def test_a_row_with_a_word_of_its_own_is_a_record(own):
    found = extract(record(), line(**{"risk_point": "乙", "manifestation": "收钱"} | own))
    assert (len(found.rows), found.asked) == (2, ())


def test_a_text_below_a_gap_or_on_top_is_a_record():
    apart = extract(record(), (), line(manifestation="账外设账"))
    top = extract(line(manifestation="账外设账"), record())
    assert (len(apart.rows), len(top.rows), apart.asked, top.asked) == (2, 2, (), ())


def merged(*keys, rows=2):
    """Return ranges that merge these columns over the first rows of data."""
    columns = (letters(KEYS.index(key)) for key in keys)
    return tuple(f"{column}{TOP + 1}:{column}{TOP + rows}" for column in columns)


SHARED = ("power_class", "power_matter", "post_name", "risk_category", "consequence", "measures")


def test_a_text_over_several_rows_beside_merged_cells_is_one_record():
    rows = [record(risk_point="甲", manifestation="1.虚列"), line(manifestation="2.账外")]
    ranges = merged(*SHARED, "risk_point", "risk_level")
    found = extract(*rows, merges=ranges)
    assert (points(found), found.texts["manifestation"]) == (["甲"], ["1.虚列\n2.账外"])


def test_a_risk_point_of_its_own_beside_a_merged_level_is_a_record():
    rows = [record(risk_point="甲"), line(risk_point="乙", manifestation="收钱")]
    found = extract(*rows, merges=merged(*SHARED, "risk_level"))
    assert (points(found), found.asked) == (["甲", "乙"], ())
    assert found.texts["risk_level"][0] == found.texts["risk_level"][1] != ""


def test_a_row_with_a_broken_cell_is_never_joined():
    found = extract(
        record(), line(manifestation="账外"), errors={cell(TOP + 1, "measures"): "#REF!"}
    )
    assert [one.code for one in found.findings] == ["F207"]
    assert len(found.rows) == 2


def test_what_stands_in_a_column_of_ones_own_goes_with_the_joined_row():
    rows = [(*record(), "甲一"), (*line(manifestation="账外"), "甲二")]
    found = extract(*rows, record(), head=(*HEAD, "内部编号"))
    assert found.extra == {0: {"内部编号": "甲一\n甲二"}}


# Examples


EXAMPLE = {
    entry.key: entry.example for entry in TABLE.fields if entry.example and not entry.derived
}


def test_a_row_that_is_the_worked_example_is_left_out_and_told():
    found = extract(line(**EXAMPLE), record(risk_point="甲"))
    assert points(found) == ["甲"]
    assert dropped(found) == [(f"A{TOP + 1}", "略去示例行")]


@pytest.mark.parametrize("mark", ["示例", "（示例）", "例：", "填写样例"])
def test_a_row_that_says_it_is_an_example_is_left_out(mark):
    found = extract(record(seq=mark), record(risk_point="甲"))
    assert (points(found), len(found.repairs)) == (["甲"], 1)


@pytest.mark.parametrize("own", [{"measures": "自己的措施"}, {"risk_id": "YSK-2011-001"}])
def test_an_example_that_was_made_ones_own_is_a_record(own):
    assert len(extract(line(**EXAMPLE | own)).rows) == 1


# Levels that are only painted


def painted(colour, **values):
    place = cell(TOP, "risk_level")
    return extract(record(**{"risk_level": ""} | values), fills={place: colour})


LEVELS = TABLE.field("risk_level").kind.vocabulary.terms


@pytest.mark.parametrize("term", LEVELS, ids=lambda term: term.fill)
def test_the_fill_of_a_blank_level_is_proposed_and_asked_about(term):
    found = painted(term.fill)
    assert found.texts["risk_level"] == [term.name]
    ((place, finding),) = found.asked
    assert (place, finding.code, finding.params) == (0, "F218", {"taken": term.name})
    assert [(r.before, r.after, r.rule) for r in found.repairs] == [("", term.name, "按底色填入")]


def test_any_other_colour_says_nothing():
    found = painted("00B050")
    assert (found.texts["risk_level"], found.asked) == ([""], ())


def test_a_written_level_goes_before_its_colour():
    lowest = LEVELS[-1].name
    found = painted(LEVELS[0].fill, risk_level=lowest)
    assert (found.texts["risk_level"], found.asked) == ([lowest], ())


# What is told of the sheet


def test_a_column_of_ones_own_is_told_and_kept():
    found = extract((*record(), "甲一"), (*record(), ""), head=(*HEAD, "内部编号"))
    assert codes(found) == [("F102", f"{letters(len(HEAD))}{TOP}", "内部编号")]
    assert found.extra == {0: {"内部编号": "甲一"}}


def test_a_column_without_a_label_is_told_by_its_letters():
    found = extract((*record(), "", "随手记"))
    name = letters(len(HEAD) + 1)
    assert codes(found) == [("F102", f"{name}{TOP}", f"{name}列")]
    assert found.extra == {0: {f"{name}列": "随手记"}}


def test_two_columns_of_one_label_are_both_kept():
    found = extract((*record(), "一", "二", "三"), head=(*HEAD, "其他", "其他", "—"))
    kept = list(found.extra[0].values())
    assert kept == ["一", "二", "三"]


def test_a_label_without_content_is_told_and_nothing_is_kept():
    found = extract(record(), head=(*HEAD, "内部编号"))
    assert [code for code, *_ in codes(found)] == ["F102"]
    assert found.extra == {}


def test_missing_columns_are_named():
    head = tuple(header for header in HEAD if header != "防控措施")
    row = tuple(v for k, v in zip(KEYS, record(), strict=True) if k != "measures")
    found = extract(row, head=head)
    assert found.missing == ("measures",)
    assert "measures" not in found.texts


def test_cells_without_a_value_are_told_and_make_a_record():
    broken = {cell(TOP, "measures"): "#REF!", cell(TOP + 1, "measures"): "#N/A", "A99": "#REF!"}
    found = extract(record(), line(), errors=broken, unvalued=(cell(TOP + 2, "risk_point"), "A1"))
    assert found.rows == (TOP, TOP + 1, TOP + 2)
    assert codes(found) == [
        ("F207", cell(TOP, "measures"), "#REF!"),
        ("F207", cell(TOP + 1, "measures"), "#N/A"),
        ("F208", cell(TOP + 2, "risk_point"), ""),
    ]


def test_a_computed_cell_without_a_value_is_nothing_to_tell():
    found = extract(record(), errors={cell(TOP, "office_head"): "#REF!"})
    assert found.findings == ()


def test_hidden_rows_and_columns_that_hold_records_are_told():
    hidden = {"hidden_rows": (1, TOP + 1), "hidden_columns": (KEYS.index("risk_point") + 1, 99)}
    found = extract(record(), **hidden)
    assert codes(found) == [("F103", "", f"第{TOP + 1}行、{letters(KEYS.index('risk_point'))}列")]


def test_many_hidden_rows_are_named_in_part():
    found = extract(*[record()] * 7, hidden_rows=tuple(range(TOP + 1, TOP + 8)))
    ((_, _, value),) = codes(found)
    assert value.endswith("等")
    assert value.count("第") == 5


def test_a_hidden_sheet_is_told():
    shown = sheet(HEAD, record())
    hidden = Sheet(shown.name, visible=False, rows=shown.rows)
    assert codes(extracted(hidden))[0][0] == "F103"


def test_far_cells_are_told_with_what_stands_there():
    assert codes(extract(record(), far={"XFD1048576": "迷路"})) == [("F104", "XFD1048576", "迷路")]


# Cards


def card(*rows, **more):
    return extract_card(INFO, sheet(*rows, **more), len(rows))


def test_a_card_is_one_record_with_the_place_of_each_value():
    found = card(("填表人", "刘某", "联系电话"), ("填报日期", "2011-9-1"))
    assert found.rows == (0,)
    assert (found.texts["preparer"], found.texts["phone"]) == (["刘某"], [""])
    assert found.place(0, "report_date").cell == "B2"
    assert found.header("preparer", "") == "填表人"
    assert {"method", "reviewer"} <= set(found.missing)
    assert found.head == Place("附表1")


def test_a_label_that_is_gone_leaves_its_declared_header_and_the_first_cell():
    found = card(("填表人", "刘某"))
    assert found.header("reviewer", "审核人") == "审核人"
    assert found.place(0, "reviewer") == Place("附表1", "A1")


def test_values_that_are_no_text_are_told():
    found = card(
        ("填表人", ""),
        ("参加人数", ""),
        ("填报单位", ""),
        errors={"B1": "#NAME?", "B3": "#REF!", "C1": "#REF!"},
        unvalued=("B2",),
    )
    assert codes(found) == [("F207", "B1", "#NAME?"), ("F208", "B2", "")]


def test_a_record_without_columns_has_the_sheet_for_a_place():
    empty = extract()
    assert (empty.rows, empty.place(0, "none")) == ((), Place("附表1", ""))
