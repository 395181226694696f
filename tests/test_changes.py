"""The change log: every class with old beside new, complete, the same however files come in."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import date

import pytest
from journeys import copied, opened, sheet_texts
from openpyxl import load_workbook
from registers import OFFICES, SMALL, edition, four_levels, register, scope

from pipeline.ledger import decisions, parts, records
from pipeline.ledger.rows import NewPart
from pipeline.rehearsal import touches
from pipeline.settings import default_text, parse
from pipeline.steps.changes import change_frame
from pipeline.steps.consolidate import consolidate
from pipeline.steps.key_lists import list_name
from pipeline.steps.levels import LEVEL as LEVEL_FIXED
from pipeline.steps.levels import Step, Word
from pipeline.steps.register import register_frame, scope_of
from pipeline.steps.verify import Opinion, settle
from pipeline.summaries.changes import EMPTY as NO_CHANGES
from pipeline.summaries.office import EMPTY as NO_POINTS
from pipeline.summaries.office import office_book
from pipeline.tables.changes import COLUMNS, STATUS, Told, change_log
from pipeline.tables.scope import BLANK
from pipeline.vocab import CHANGES, IN_FORCE
from pipeline.workspace.paths import NOTICES

DAY = date(2011, 9, 13)
OVER = scope()
LEVEL = OVER.header("level")
HIGH, MIDDLE, LOW = OVER.levels.names


def told(change, level=LOW, day=DAY, record=1, own=None, **payload):
    """Return a version; what it says of the risk is 甲 unless told otherwise."""
    status = change if change in {"missing", "cancelled"} else ""
    return Told(
        record=record, number=f"BGS-2011-{record:03d}", office=OFFICES[0], day=day, change=change,
        status=status, level=level, payload={"risk_point": "甲"} | payload, own=own or {}, why="",
        who="办公室", source=lambda key: f"附表1.xlsx!附表1!{key}",
    )  # fmt: skip


def lines(*versions, over=OVER):
    """Return class, field, old and new of each row."""
    log = change_log(versions, over)
    return [tuple(row) for row in log[["change", "field", "old", "new"]].to_numpy()]


# Pure.


def test_a_new_record_is_one_row_with_its_level():
    assert lines(told("new", measures="双人复核", power_matter="收费")) == [
        ("新增", LEVEL, "", LOW),
    ]


@pytest.mark.parametrize(
    ("after", "row"),
    [
        (told("changed", measures="双人复核"), ("修改", "防控措施", BLANK, "双人复核")),
        (told("changed", risk_point="乙"), ("修改", "风险点", "甲", "乙")),
        (told("raised", HIGH), ("升级", LEVEL, LOW, HIGH)),
        (told("missing"), ("待核销", STATUS, IN_FORCE, "待核销")),
        (told("cancelled"), ("取消", STATUS, IN_FORCE, "取消")),
        (told("changed", own={"自设": "一"}), ("修改", "自设", BLANK, "一")),
        (told("changed"), ("修改", "其他栏目", "", "")),
    ],
    ids=["blank before", "text", "raised", "missing", "cancelled", "own column", "nothing seen"],
)
def test_each_class_shows_old_and_new(after, row):
    assert lines(told("new"), after)[1:] == [row]


def test_a_lowered_level_has_its_explanation_as_the_reason():
    log = change_log([told("new", HIGH), told("lowered", LOW, explanation="职权已下放")], OVER)
    level = log[log["field"] == LEVEL].iloc[-1]
    assert (level["change"], level["old"], level["new"]) == ("降级", HIGH, LOW)
    assert level["why"] == "职权已下放"


def test_a_written_off_record_was_missing_before_and_comes_back_from_there():
    rows = lines(told("new"), told("missing"), told("cancelled"), told("back", measures="复核"))
    assert rows[2:] == [
        ("取消", STATUS, "待核销", "取消"),
        ("恢复", STATUS, "取消", IN_FORCE),
        ("修改", "防控措施", BLANK, "复核"),
    ]


def test_a_level_typed_and_not_in_force_is_told_as_typed():
    held = told("changed", HIGH, risk_level=LOW)
    rows = lines(told("new", HIGH, risk_level=HIGH), held, told("changed", HIGH, risk_level=HIGH))
    assert rows[1:] == [("修改", f"填报{LEVEL}", HIGH, LOW), ("修改", f"填报{LEVEL}", LOW, HIGH)]


def test_a_class_of_the_group_s_own_is_told_even_where_the_level_stays(monkeypatch):
    monkeypatch.setitem(CHANGES, "fixed", "审定")
    assert lines(told("new"), told("fixed"))[1:] == [("审定", LEVEL, LOW, LOW)]


def test_what_the_tool_computes_is_no_change():
    computed = {field.key: "9" for field in OVER.form.table.fields if field.derived}
    assert computed
    assert lines(told("new"), told("changed", measures="复核", **computed))[1:] == [
        ("修改", "防控措施", BLANK, "复核")
    ]


def test_rows_stand_by_day_and_within_a_day_in_the_given_order():
    later = replace(told("changed", measures="复核"), day=date(2011, 9, 14))
    log = change_log([told("new"), later, told("new", record=2)], OVER)
    assert log["number"].tolist() == ["BGS-2011-001", "BGS-2011-002", "BGS-2011-001"]


def test_an_empty_log_has_its_columns():
    assert change_log([], OVER).columns.tolist() == list(COLUMNS)


def test_a_fourth_level_is_a_change_of_level_by_its_rank():
    over = scope(four_levels())
    lowest = over.levels.names[3]
    rows = lines(told("new", lowest), told("raised", LOW), told("lowered", lowest), over=over)
    assert [row[0] for row in rows] == ["新增", "升级", "降级"]


def test_the_log_speaks_of_the_columns_as_the_bureau_calls_them():
    columns = (
        'header = "防控措施"\nrename = "防范措施"',
        'header = "制度依据"',
        'header = "备注"\nhidden = true',
    )
    default = default_text(year=2011, bureau="江南市财政局")
    tables = "".join(f'\n[[columns]]\nform = "附表1"\n{one}\n' for one in columns)
    over = scope(parse((default + tables).encode()))
    own = over.form.table.field(over.form.table.keys[-1])
    assert own.header == "制度依据"
    after = told("changed", measures="复核", remark="不再有这一栏", **{own.key: "办法第三条"})
    assert lines(told("new"), after, over=over)[1:] == [
        ("修改", "防范措施", BLANK, "复核"),
        ("修改", "制度依据", BLANK, "办法第三条"),
    ]


# Out of the ledger.

SIX = """
    风险点 | 危害后果 | 风险等级 | 防控措施 | 情况说明
    甲 | 未达到党政纪处分程度 | 橙 | 一、双人复核 |
    乙 | 符合党政纪处分规定 | 黄 | 一、双人复核 |
    丙 | 未达到党政纪处分程度 | 橙 | 一、双人复核 |
    丁 | 未达到党政纪处分程度 | 橙 | 一、双人复核 |
    戊 | 未达到党政纪处分程度 | 橙 | 一、双人复核 |
    己 | 未达到党政纪处分程度 | 橙 | 一、双人复核 |
"""
FIVE = """
    风险点 | 危害后果 | 风险等级 | 防控措施 | 情况说明
    甲 | 可能构成违法或犯罪 | 红 | 一、双人复核并轮岗 |
    乙 | 未达到党政纪处分程度 | 橙 | 一、双人复核 | 职权已经移交国库科
    丙 | 未达到党政纪处分程度 | 橙 | 一、双人复核 |
    丁 | 未达到党政纪处分程度 | 橙 | 一、双人复核 |
    戊 | 未达到党政纪处分程度 | 橙 | 一、双人复核 |
    庚 | 未达到党政纪处分程度 | 橙 | 一、双人复核 |
"""
WHY = "岗位已经撤销职权不再行使"
GONE = "YSK-2011-006"


def log_of(circle):
    day = circle.workspace.today
    return change_frame(circle.workspace, scope_of(circle.workspace, circle.form, day), day)


@pytest.fixture(scope="module")
def changed(prepared_alone, pool, tmp_path_factory):
    """Return a bureau whose office changed what it had, with the word of the group a day later."""
    circle = opened(copied(prepared_alone, tmp_path_factory.mktemp("changed") / "局"), pool)
    with circle.workspace:
        circle.hand_in(circle.fill(SIX), "早.xlsx")
        circle.hand_in(circle.fill(SIX.replace("甲", "子"), "GKK"), "国库.xlsx", "国库科")
        circle.later(days=1)
        note = {"note": f"{GONE}：{WHY}"}
        assert circle.hand_in(circle.fill(FIVE, card=note), "晚.xlsx").verdict == "accepted"
        circle.later(days=1)
        settle(circle.workspace, GONE, Opinion("何组长"))
        yield circle


@pytest.mark.long
def test_the_log_tells_every_change_with_its_cell_its_reason_and_who_made_it(changed):
    log = log_of(changed)
    own = log[(log["office"] == "YSK") & (log["change"] != "新增")]
    rows = [tuple(row) for row in own[["date", "number", "change", "field", "new"]].to_numpy()]
    first, second = date(2011, 9, 14), date(2011, 9, 15)
    assert rows == [
        (first, "YSK-2011-001", "升级", LEVEL, "红"),
        (first, "YSK-2011-001", "修改", "危害后果", "可能构成违法或犯罪"),
        (first, "YSK-2011-001", "修改", "防控措施", "一、双人复核并轮岗"),
        (first, "YSK-2011-002", "降级", LEVEL, "橙"),
        (first, "YSK-2011-002", "修改", "危害后果", "未达到党政纪处分程度"),
        (first, "YSK-2011-002", "修改", "情况说明", "职权已经移交国库科"),
        (first, GONE, "待核销", STATUS, "待核销"),
        (second, GONE, "取消", STATUS, "取消"),
    ]
    assert set(own["who"]) == {"预算科", "何组长"}
    assert own["who"].tolist()[-1] == "何组长"
    assert own["why"].tolist()[-2:] == [WHY, WHY]
    assert own["why"].tolist()[3] == "职权已经移交国库科"
    point = next(iter(log[log["number"] == "YSK-2011-001"]["source"]))
    assert point.startswith("早.xlsx!附表1!")
    assert own["source"].tolist()[-2:] == ["晚.xlsx", "局纪检组的决定"]


def test_the_log_of_a_day_before_knows_nothing_of_what_came_later(changed):
    scoped = scope_of(changed.workspace, changed.form, changed.workspace.today)
    early = change_frame(changed.workspace, scoped, date(2011, 9, 13))
    assert set(early["change"]) == {"新增"}
    middle = change_frame(changed.workspace, scoped, date(2011, 9, 14))
    assert "待核销" in set(middle["change"])
    assert "取消" not in set(middle["change"])


@pytest.mark.long
@pytest.mark.alone
def test_a_word_that_came_in_a_workbook_of_the_group_names_that_workbook(bureau):
    bureau.hand_in(bureau.fill(SIX), "早.xlsx")
    (number, *_) = bureau.numbers()
    sheet = bureau.hand_in(b"a letter", "审定.docx").arrival.id
    with bureau.workspace.ledger.transaction() as tx:
        form = bureau.form.code
        owner = {"arrival": sheet, "form": form, "office": "", "person": "", "round": ""}
        part = parts.add(tx, NewPart(**owner, verdict="accepted"))
        before = bureau.register()[0]
        word = Word(HIGH, "涉及大额资金", "何书记", bureau.workspace.today.isoformat())
        about = (before.raised, before.content_hash)
        said = Step("leaders", word, *about, is_final=True, arrival=sheet, cell="审定表!H5")
        decisions.add(tx, "何书记", LEVEL_FIXED, number, said.to_payload())
        fixed = records.restated(before, "raised", arrival=sheet, part=part.id)
        records.add_versions(tx, sheet, [replace(fixed, status="", level=HIGH, fixed=HIGH)])
    log = log_of(bureau)
    row = log[log["number"] == number].iloc[-1]
    assert (row["change"], row["old"], row["new"], row["who"]) == ("升级", LOW, HIGH, "何书记")
    assert (row["why"], row["source"]) == ("涉及大额资金", "审定.docx!审定表!H5")
    frame = register_frame(bureau.workspace, bureau.form, bureau.workspace.today)
    assert frame["source"][0].startswith("早.xlsx!附表1!")


@pytest.mark.long
@pytest.mark.alone
def test_a_column_of_the_office_s_own_and_a_reason_not_given_are_told(bureau):
    bureau.hand_in(bureau.fill(SIX), "早.xlsx")
    five = bureau.fill("\n".join(SIX.strip().splitlines()[:-1]))
    bureau.hand_in(touches.add_column("本科室序码", "第7号")(five, bureau.form), "晚.xlsx")
    log = log_of(bureau)
    gone = log[log["change"] == "待核销"]
    assert gone[["why", "source"]].to_numpy().tolist() == [["单位还没有写明原因", "晚.xlsx"]]
    own = log[log["change"] == "修改"].iloc[0]
    assert (own["field"], own["old"], own["new"]) == ("本科室序码", BLANK, "第7号")
    assert re.fullmatch(r"晚\.xlsx!附表1![A-Z]+\d+", own["source"])


# The workbooks.


@pytest.fixture(scope="module")
def written(changed):
    """Return the workbooks that a night writes: of the group, and by the code of the office."""
    files = consolidate(changed.workspace, changed.workspace.today)
    offices = changed.workspace.roster.by_code
    own = {
        code: [path for path in files if path.parent.parent.name == office.folder]
        for code, office in offices.items()
    }
    return files, own


@pytest.mark.long
def test_the_archive_has_its_log_beside_it(written):
    sheets = sheet_texts(written[0][0])
    assert list(sheets) == ["档案库", "变更记录", "图例"]
    shown = [row for row in sheets["变更记录"] if GONE in row]
    assert [row[3] for row in shown] == ["新增", "待核销", "取消"]
    assert not [row for row in sheets["档案库"] if GONE in row]


def test_every_office_with_something_on_record_has_its_own_list(written):
    _, own = written
    lowest = f"{list_name(OVER.levels.terms[-1])}.xlsx"
    assert {code: [path.name for path in paths] for code, paths in own.items()} == {
        "YSK": ["风险点台账.xlsx", lowest],
        "GKK": ["风险点台账.xlsx", lowest],
        "NYK": [],
    }
    assert own["YSK"][0].parent.name == NOTICES


def test_the_list_of_an_office_holds_its_words_and_no_others(written):
    _, own = written
    texts = {
        code: "\n".join(
            cell for rows in sheet_texts(paths[0]).values() for row in rows for cell in row
        )
        for code, paths in own.items()
        if paths
    }
    assert "子" in texts["GKK"].split("\n")
    assert "甲" in texts["YSK"].split("\n")
    for code, other in (("GKK", "YSK"), ("YSK", "GKK")):
        assert f"{code}-2011-001" in texts[code]
        assert f"{other}-2011" not in texts[code]
    assert WHY in texts["YSK"]
    assert WHY not in texts["GKK"]


def test_a_list_shows_the_level_in_force_and_not_what_was_written_off(written):
    _, own = written
    sheet = sheet_texts(own["YSK"][0])["现有风险点"]
    head = next(row for row in sheet if LEVEL in row)
    levels = {row[0]: row[head.index(LEVEL)] for row in sheet if row[0].startswith("YSK-2011")}
    assert levels["YSK-2011-001"] == "红"
    assert levels["YSK-2011-002"] == "橙"
    assert GONE not in levels


@pytest.mark.long
def test_a_list_stays_the_same_until_something_changes(changed, written):
    _, own = written
    before = {code: paths[0].read_bytes() for code, paths in own.items() if paths}
    changed.later(days=3)
    consolidate(changed.workspace, changed.workspace.today)
    assert {code: own[code][0].read_bytes() for code in before} == before


@pytest.mark.long
def test_a_list_changed_by_hand_is_kept_beside(changed, written):
    path = written[1]["GKK"][0]
    path.write_bytes(b"a clerk's own")
    consolidate(changed.workspace, changed.workspace.today)
    kept = [other for other in path.parent.iterdir() if "人工修改" in other.name]
    assert [one.read_bytes() for one in kept] == [b"a clerk's own"]
    assert path.read_bytes() != b"a clerk's own"


def test_an_empty_list_says_so():
    empty = register(SMALL.strip().splitlines()[0])
    book = load_workbook(
        io.BytesIO(office_book(empty, change_log([], OVER), OVER, edition(), "办公室"))
    )
    said = {cell.value for sheet in book for row in sheet.iter_rows() for cell in row}
    assert {NO_POINTS, NO_CHANGES} <= said


@pytest.mark.long
def test_one_by_one_gives_the_log_of_all_at_once(prepared_alone, pool, tmp_path):
    logs = []
    for name, waits in (("一起", False), ("逐个", True)):
        circle = opened(copied(prepared_alone, tmp_path / name), pool)
        with circle.workspace:
            for number, table in enumerate((SIX, FIVE, SIX)):
                circle.drop(circle.fill(table), f"{number}.xlsx")
                if waits:
                    circle.later(days=1)
                    circle.run()
            circle.run()
            logs.append(log_of(circle).drop(columns="date").to_numpy().tolist())
    assert logs[0]
    assert sorted(map(tuple, logs[0])) == sorted(map(tuple, logs[1]))
