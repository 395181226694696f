"""One file's whole way: dropped, read, checked, decided, answered, the inbox cleared."""

from __future__ import annotations

import io
import json
import shutil

import pytest
from journeys import TWO, again, sheet_texts, without_stamp
from openpyxl import Workbook, load_workbook

from pipeline.checks import check as checking
from pipeline.checks.rules import FILE_RULES, Rule
from pipeline.errors import UsageError
from pipeline.ledger import arrivals
from pipeline.model import Unreadable
from pipeline.rehearsal import touches
from pipeline.rehearsal.clerk import open_desk, save
from pipeline.steps import answer as answering
from pipeline.steps import receive as receiving
from pipeline.steps.issue import Wanted, issue_templates
from pipeline.steps.progress import progress_lines
from pipeline.steps.publish import Outgoing, intend, publish
from pipeline.steps.recognise import recognise
from pipeline.steps.sources import EXTRA
from pipeline.steps.status import operation_of, operation_status
from pipeline.workbook import stamp as stamps
from pipeline.workspace.paths import ACCEPTED, RETURNED, TO_FILL

pytestmark = pytest.mark.alone

WRONG = """
    风险点 | 风险等级
    收入不入账 | 绿
    拨款无依据 | 红
"""
GREEN = ["F202 risk_level 1"]


# Verdicts and reasons.


def test_a_right_workbook_is_accepted(bureau, returned):
    outcome = bureau.hand_in(returned(TWO))
    assert (outcome.verdict, outcome.reason, outcome.codes) == ("accepted", "OK", [])
    assert len(bureau.register()) == 2


def test_a_level_outside_the_list_is_named(bureau, returned):
    outcome = bureau.hand_in(returned(WRONG))
    assert (outcome.verdict, outcome.reason, outcome.codes) == ("returned", "FINDINGS", GREEN)
    assert bureau.register() == []


@pytest.mark.long
def test_a_question_does_not_return_the_file(bureau, returned):
    outcome = bureau.hand_in(returned("风险点 | 权力类别 | 权力子类\n挪用 | 其他 | 收入减免权"))
    assert (outcome.verdict, outcome.reason) == ("accepted", "QUESTIONS")
    assert outcome.codes == ["F301 power_subclass 1"]


def test_a_question_answered_in_the_same_file_is_not_asked(bureau, returned):
    table = (
        "风险点 | 权力类别 | 权力子类 | 情况说明\n挪用 | 其他 | 收入减免权 | 按市局批复归入其他类"
    )
    outcome = bureau.hand_in(returned(table))
    assert (outcome.reason, outcome.codes, outcome.answered) == ("OK", [], ["F301"])


def test_a_letter_is_quarantined(bureau):
    outcome = bureau.hand_in(b"nothing of Excel's", "情况说明.docx")
    assert (outcome.verdict, outcome.reason) == ("quarantined", "TEXT_FILE")
    assert outcome.part is None


def test_a_workbook_that_is_not_ours_is_returned(bureau):
    target = io.BytesIO()
    Workbook().save(target)
    outcome = bureau.hand_in(target.getvalue())
    assert (outcome.verdict, outcome.reason) == ("returned", "NOT_OUR_TEMPLATE")


def test_a_blank_sheet_is_no_submission(bureau):
    outcome = bureau.hand_in(bureau.template())
    assert (outcome.verdict, outcome.reason) == ("returned", "NO_DATA")
    (line, *_) = [
        line
        for line in progress_lines(bureau.workspace, bureau.workspace.today)
        if line.office.code == "YSK"
    ]
    assert line.first_received is None


def test_the_same_bytes_a_second_time_are_a_duplicate(bureau, returned):
    content = returned(TWO)
    bureau.hand_in(content)
    outcome = bureau.hand_in(content, "附表1 (副本).xlsx", "国库科")
    assert (outcome.verdict, outcome.reason) == ("accepted", "DUPLICATE")
    assert [version.class_ for version in bureau.register()] == ["new", "new"]
    assert len(bureau.numbers()) == 2


@pytest.mark.long
def test_the_same_values_in_other_bytes_are_the_same_content(bureau, returned):
    content = returned(TWO)
    bureau.hand_in(content)
    desk = open_desk(content, bureau.form)
    desk.book.properties.title = "换了标题"
    outcome = bureau.hand_in(save(desk.book))
    assert (outcome.verdict, outcome.reason) == ("accepted", "SAME_CONTENT")
    assert [version.class_ for version in bureau.register()] == ["new", "new"]


def test_bytes_that_were_returned_are_decided_anew(bureau, returned):
    content = returned(WRONG)
    first, second = bureau.hand_in(content), bureau.hand_in(content)
    assert [first.reason, second.reason] == ["FINDINGS", "FINDINGS"]
    assert second.codes == GREEN


@pytest.mark.long
def test_an_older_version_sent_after_its_correction_returns_to_what_it_says(bureau, returned):
    bureau.hand_in(returned(WRONG))
    bureau.hand_in(returned(TWO))
    assert bureau.hand_in(returned(WRONG)).verdict == "returned"
    assert len(bureau.register()) == 2


# Whose it is.


def test_a_file_in_the_root_of_the_inbox_goes_by_its_stamp(bureau, returned):
    outcome = bureau.hand_in(returned(TWO, "GKK"), folder="")
    assert (outcome.verdict, outcome.part.office, outcome.codes) == ("accepted", "GKK", [])


def test_a_neighbours_folder_is_asked_about_and_outranked(bureau, returned):
    outcome = bureau.hand_in(returned(TWO, "GKK"), folder="预算科")
    assert (outcome.verdict, outcome.part.office) == ("accepted", "GKK")
    assert outcome.codes == ["F114"]
    assert "国库科" in outcome.answer.parts[-3]


@pytest.mark.long
def test_a_neighbours_name_on_the_sheet_returns_it(bureau, returned):
    desk = open_desk(returned(TWO), bureau.form)
    desk.sheet[desk.card["office_name"]].value = "国库科"
    outcome = bureau.hand_in(save(desk.book))
    assert (outcome.verdict, outcome.codes) == ("returned", ["F111 office_name"])
    assert bureau.register("GKK") == bureau.register("YSK") == []


def test_a_workbook_of_an_earlier_round_is_asked_about(bureau, returned):
    outcome = bureau.hand_in(returned(TWO, round_="screening"))
    assert (outcome.verdict, outcome.codes) == ("accepted", ["F113"])
    assert outcome.part.round == "screening"


def test_without_stamp_and_number_the_group_must_confirm(bureau, returned):
    outcome = bureau.hand_in(without_stamp(returned(TWO), bureau.form))
    assert (outcome.verdict, outcome.reason) == ("unconfirmed", "IDENTITY_UNSURE")
    assert outcome.part.office == "YSK"
    assert bureau.register() == []


def test_without_any_known_office_the_answer_goes_to_the_group(bureau, returned):
    content = without_stamp(returned(TWO), bureau.form, office="火箭科")
    outcome = bureau.hand_in(content, folder="")
    assert outcome.verdict == "unconfirmed"
    assert outcome.answer.parent == bureau.workspace.paths.for_group(answering.TO_FORWARD)


def test_two_files_of_one_name_and_no_office_get_two_answers(bureau):
    bureau.drop(b"one", "说明.txt", "")
    bureau.drop(b"two", "说明.txt", "别处")
    outcomes = bureau.receive()
    assert len({outcome.answer for outcome in outcomes}) == 2
    assert all(outcome.answer.exists() for outcome in outcomes)


# 预检: checked and answered, but nothing of it counts.


@pytest.fixture
def prechecked(bureau, returned):
    return bureau.hand_in(returned(TWO), folder="预算科/预检")


def test_a_prechecked_file_is_answered_and_leaves_the_inbox(bureau, prechecked):
    assert prechecked.verdict == "accepted"
    assert prechecked.answer.exists()
    assert "预检" in prechecked.answer.name
    assert list(bureau.inbox.rglob("*.xlsx")) == []


def test_a_prechecked_file_makes_no_record_and_no_line_of_progress(bureau, prechecked):
    del prechecked
    assert bureau.register() == []
    lines = progress_lines(bureau.workspace, bureau.workspace.today)
    assert {line.first_received for line in lines} == {None}


def test_a_prechecked_file_is_not_counted(bureau, returned):
    bureau.drop(returned(TWO), folder="预算科/预检")
    report = bureau.run()
    assert report.to_json()["received"] == 0
    assert len(report.prechecked) == 1


@pytest.mark.long
def test_a_prechecked_file_makes_no_later_bytes_a_duplicate(bureau, returned, prechecked):
    del prechecked
    outcome = bureau.hand_in(returned(TWO))
    assert (outcome.verdict, outcome.reason) == ("accepted", "OK")
    assert len(bureau.register()) == 2


def test_a_prechecked_file_leaves_the_answers_in_force_alone(bureau, returned):
    real = bureau.hand_in(returned(WRONG))
    bureau.hand_in(returned(TWO), folder="预算科/预检")
    assert real.answer.exists()


# What fails costs one file.


def test_a_rule_that_raises_costs_one_file_only(bureau, returned, monkeypatch):
    def faulty(records, context):
        del context
        if (records.frame["risk_point"] == "毒药").any():
            raise ZeroDivisionError
        return iter(())

    monkeypatch.setattr(checking, "FILE_RULES", (*FILE_RULES, Rule(faulty, "FB1.rows")))
    contents = [
        returned(f"风险点\n{'毒药' if n == 5 else f'风险点{n}'}", ("YSK", "GKK", "NYK")[n % 3])
        for n in range(8)
    ]
    for n, content in enumerate(contents):
        bureau.drop(content, f"{n}.xlsx", "")
    outcomes = {outcome.arrival.name: outcome for outcome in bureau.receive()}
    assert len(outcomes) == 8
    failed = outcomes.pop("5.xlsx")
    assert (failed.verdict, failed.reason) == ("unconfirmed", "CHECK_FAILED")
    assert "CHECK_FAILED" not in {outcome.reason for outcome in outcomes.values()}
    assert failed.answer.exists()


class Hanging:
    """Reading processes one of which never comes back; the pool's own tests hang a real one."""

    def read(self, paths):
        yield from (Unreadable("TIME_LIMIT") for _ in paths)


def test_a_file_that_takes_too_long_is_answered(bureau, returned):
    bureau.pool = Hanging()
    outcome = bureau.hand_in(returned(TWO))
    assert (outcome.verdict, outcome.reason) == ("quarantined", "TIME_LIMIT")
    assert outcome.answer.parent.name == RETURNED


# The answer.


def test_the_verdict_and_the_number_of_faults_stand_in_the_name(bureau, returned):
    outcome = bureau.hand_in(returned(WRONG))
    assert outcome.answer.parent.name == RETURNED
    assert outcome.answer.name == "附表1_预算科_退回修改1处_0913-1201.xlsx"


@pytest.mark.long
def test_an_older_answer_moves_to_the_history(bureau, returned):
    first = bureau.hand_in(returned(WRONG))
    second = bureau.hand_in(returned(TWO))
    assert not first.answer.exists()
    assert (first.answer.parent.parent / "历史" / first.answer.name).exists()
    assert second.answer.parent.name == ACCEPTED
    assert list(first.answer.parent.iterdir()) == []


@pytest.mark.long
def test_an_answer_that_the_clerk_took_away_hinders_nothing(bureau, returned):
    first = bureau.hand_in(returned(WRONG))
    corrected = again(first.answer.read_bytes(), bureau.form, 0, risk_level="红")
    first.answer.unlink()
    second = bureau.hand_in(corrected)
    assert (second.verdict, second.answer.exists()) == ("accepted", True)


@pytest.mark.long
def test_the_answer_shows_the_mark_the_note_and_the_list(bureau, returned):
    outcome = bureau.hand_in(returned(WRONG))
    (finding,) = outcome.findings
    book = load_workbook(outcome.answer)
    cell = book[finding.place.sheet][finding.place.cell]
    assert cell.fill.fgColor.rgb.endswith("D9B3FF")
    assert "必改" in cell.comment.text
    listed = book["问题清单"]
    links = [link.location for link in (c.hyperlink for row in listed for c in row) if link]
    assert any(link.endswith(finding.place.cell) for link in links)
    assert "收件编号：1" in listed["A2"].value


@pytest.mark.long
def test_what_was_repaired_is_told_before_and_after(bureau, returned):
    outcome = bureau.hand_in(returned("风险点 | 风险类别\n挪用 | 流程"))
    rows = sheet_texts(outcome.answer)["规范化记录"]
    assert any("流程" in row and "业务流程风险" in row for row in rows)
    repairs = json.loads(outcome.part.repairs)
    assert {"before", "after", "rule", "cell"} <= set(repairs[0])


@pytest.mark.long
def test_the_marked_copy_corrected_in_place_is_accepted_without_old_marks(bureau, returned):
    first = bureau.hand_in(returned(WRONG))
    (finding,) = first.findings
    corrected = again(first.answer.read_bytes(), bureau.form, 0, risk_level="红")
    second = bureau.hand_in(corrected)
    assert (second.verdict, second.reason) == ("accepted", "OK")
    cell = load_workbook(second.answer)[finding.place.sheet][finding.place.cell]
    assert cell.comment is None
    assert not str(cell.fill.fgColor.rgb).endswith("D9B3FF")


@pytest.mark.long
def test_the_marked_copy_returned_as_it_is_says_the_same_again(bureau, returned):
    first = bureau.hand_in(returned(WRONG))
    second = bureau.hand_in(first.answer.read_bytes())
    assert second.codes == GREEN
    sheets = list(sheet_texts(second.answer))
    assert sheets.count("问题清单") == 1
    assert not [name for name in sheets if name.startswith("问题清单") and name != "问题清单"]


@pytest.mark.long
def test_a_moved_header_and_a_renamed_sheet_are_found(bureau, returned):
    content = touches.insert_row_on_top(returned(WRONG), bureau.form)
    outcome = bureau.hand_in(content)
    assert outcome.codes == GREEN
    (finding,) = outcome.findings
    assert finding.place.sheet == "Sheet1"


@pytest.mark.long
def test_a_second_answer_in_the_same_minute_replaces_no_other(bureau, returned):
    bureau.drop(without_stamp(returned(TWO), bureau.form), "甲.xlsx")
    bureau.drop(without_stamp(returned(WRONG.replace("绿", "橙")), bureau.form), "乙.xlsx")
    outcomes = bureau.receive()
    assert [outcome.verdict for outcome in outcomes] == ["unconfirmed", "unconfirmed"]
    assert len({outcome.answer for outcome in outcomes}) == 2


def test_an_answer_that_could_not_be_written_is_made_up_later(bureau, returned):
    folder = bureau.workspace.paths.outbox / "各科室" / "01-预算科" / ACCEPTED
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.write_text("在这里的不是文件夹", "utf-8")
    bureau.drop(returned(TWO))
    (arrival,) = bureau.run().received
    assert (arrival.verdict, arrival.answer) == ("accepted", "")
    folder.unlink()
    assert bureau.run().received == ()
    assert bureau.outcome(arrival.id).answer.exists()


def test_the_inbox_is_cleared_and_the_original_kept(bureau, returned):
    content = returned(TWO)
    outcome = bureau.hand_in(content)
    assert list(bureau.inbox.rglob("*.xlsx")) == []
    with bureau.workspace.ledger.reading() as db:
        arrival = arrivals.get(db, outcome.arrival.id)
        place = bureau.workspace.ledger.originals.locate(db, arrival.sha256)
    assert arrival.state == "removed"
    assert place.read_bytes() == content


def test_the_blank_template_stays_where_the_office_finds_it(bureau):
    office = bureau.workspace.roster.by_code["YSK"]
    folder = bureau.workspace.paths.for_office(office, TO_FILL)
    assert len(list(folder.iterdir())) == 2


# One file costs no other; nobody's words go astray.


def test_a_file_that_cannot_be_recognised_costs_itself_alone(bureau, returned, monkeypatch):
    def fails_once(outcome, workspace, came, ruling=None):
        if came.folder == "国库科":
            raise ValueError
        return recognise(outcome, workspace, came, ruling)

    monkeypatch.setattr(receiving, "recognise", fails_once)
    bureau.drop(returned(TWO))
    bureau.drop(returned(TWO, "GKK"), folder="国库科")
    found = {one.arrival.folder: (one.verdict, one.reason) for one in bureau.receive()}
    assert found == {"预算科": ("accepted", "OK"), "国库科": ("unconfirmed", "CHECK_FAILED")}


def test_a_year_of_five_thousand_digits_is_no_stamp():
    assert stamps.from_token("FB1|YSK||" + "1" * 5000 + "|control|1|FB1-YSK-1") is None


@pytest.mark.long
def test_a_typed_name_alone_sends_no_words_to_that_office(bureau, returned):
    bureau.hand_in(returned(TWO))
    content = without_stamp(returned(WRONG), bureau.form, office="国库科")
    outcome = bureau.hand_in(content, folder="农业科")
    assert (outcome.verdict, outcome.reason) == ("unconfirmed", "IDENTITY_UNSURE")
    assert outcome.answer.parent == bureau.workspace.paths.for_group(answering.TO_FORWARD)


def test_a_crash_before_the_writing_leaves_no_copy_called_changed_by_hand(bureau):
    target = bureau.workspace.paths.for_group("汇总") / "表.xlsx"
    publish(bureau.workspace, Outgoing(target, b"first"))
    with bureau.workspace.ledger.transaction() as tx:
        intend(bureau.workspace, tx, Outgoing(target, b"second"))  # and here the power went
    publish(bureau.workspace, Outgoing(target, b"second"))
    assert [path.read_bytes() for path in target.parent.iterdir()] == [b"second"]


def test_an_inbox_that_is_gone_is_told_and_not_made_anew(bureau):
    shutil.rmtree(bureau.inbox)
    with pytest.raises(UsageError, match="找不到收件夹"):
        bureau.run()
    assert not bureau.inbox.exists()


def test_a_file_that_waits_long_enough_over_several_runs_is_taken(bureau):
    bureau.drop(b"", "空.xlsx")
    assert bureau.run().received == ()
    bureau.later(minutes=11)
    (arrival,) = bureau.run().received
    assert (arrival.verdict, arrival.reason) == ("quarantined", "EMPTY")


@pytest.mark.long
@pytest.mark.parametrize(
    ("round_", "told"), [("screening", "2011年9月18日"), ("control", "没有后续")]
)
def test_the_receipt_names_the_deadline_that_follows(bureau, returned, round_, told):
    outcome = bureau.hand_in(returned(TWO, round_=round_))
    receipt = next(outcome.answer.parent.glob("*回执*.html"))
    assert told in receipt.read_text("utf-8")


def test_what_the_first_look_takes_is_received_though_another_file_still_waits(bureau):
    bureau.drop(b"", "早.xlsx")
    bureau.run()
    bureau.later(minutes=11)
    bureau.drop(b"", "晚.xlsx")
    report = bureau.run()
    assert [arrival.name for arrival in report.received] == ["早.xlsx"]
    assert [waiting.path.name for waiting in report.waiting] == ["晚.xlsx"]


def test_the_edition_on_other_paper_is_read_alike(bureau, returned):
    wide = bureau.hand_in(returned(TWO))
    (sent,) = issue_templates(bureau.workspace, Wanted(("GKK",), paper="A4"))
    assert sent.outbox.read_bytes() == bureau.template("GKK", "control")
    narrow = bureau.hand_in(returned(TWO, "GKK"), folder="国库科")
    assert (wide.verdict, narrow.verdict) == ("accepted", "accepted")
    assert [told[1:] for told in bureau.told("GKK")] == [told[1:] for told in bureau.told()]


def test_what_a_killed_process_left_half_written_is_swept_away_and_nothing_else(bureau):
    paths = bureau.workspace.paths
    kept = paths.outbox / "各科室" / ".~使用者的.tmp"
    left = [folder / ".~4711-3.tmp" for folder in (paths.for_group("汇总"), paths.templates)]
    for path in (kept, *left):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"half")
    bureau.run()
    assert [path.exists() for path in (kept, *left)] == [True, False, False]


# Copies


def two_sheets(content, form, value=None):
    """Return a workbook whose filled sheet was copied, with another risk point where asked."""
    if value is not None:
        return touches.copy_sheet(content, form)
    desk = open_desk(content, form)
    desk.book.copy_worksheet(desk.sheet).title = f"{form.title} (2)"
    return save(desk.book)


def test_a_copy_of_the_sheet_in_the_same_file_is_asked_about_by_its_name(bureau, returned):
    outcome = bureau.hand_in(two_sheets(returned(TWO), bureau.form))
    assert (outcome.verdict, outcome.codes) == ("accepted", ["F120"])
    (finding,) = outcome.findings
    assert finding.value == f"{bureau.form.title} (2)"
    assert len(bureau.numbers()) == 2


def test_a_second_sheet_that_says_something_else_is_returned(bureau, returned):
    outcome = bureau.hand_in(two_sheets(returned(TWO), bureau.form, "别的"))
    assert (outcome.verdict, outcome.codes) == ("returned", ["F112"])


@pytest.mark.long
@pytest.mark.parametrize("name", ["附表1(1).xlsx", "附表1 最终版.xlsx", "副本 附表1.xlsx"])
def test_a_copy_under_another_name_says_nothing_new(bureau, returned, name):
    content = returned(TWO)
    bureau.hand_in(content)
    assert bureau.hand_in(content, name).reason == "DUPLICATE"
    assert len(bureau.numbers()) == 2


@pytest.mark.long
def test_one_point_over_several_rows_is_registered_once(bureau, returned):
    table = """
        风险点 | 表现形式
        收入不入账 | 1.虚列支出
        拨款无依据 | 2.账外设账
    """
    content = returned(table)
    desk = open_desk(content, bureau.form)
    for entry in bureau.form.table.fields:
        if entry.key != "manifestation":
            desk.cell(1, entry.key).value = None
    outcome = bureau.hand_in(save(desk.book))
    assert (outcome.verdict, outcome.codes) == ("accepted", ["F215 manifestation 2"])
    (version,) = bureau.register()
    assert version.payload["manifestation"] == "1.虚列支出\n2.账外设账"


def test_of_several_categories_the_others_are_filed_beside_the_first(bureau, returned):
    outcome = bureau.hand_in(returned("风险点 | 风险类别\n挪用 | 流程、思想"))
    assert (outcome.verdict, outcome.codes) == ("accepted", ["F210 risk_category 1"])
    (version,) = bureau.register()
    assert version.payload[f"{EXTRA}风险类别（其余）"] == "思想道德风险"


# Which form, and which answer.


@pytest.mark.long
@pytest.mark.alone(False)  # noqa: FBT003
def test_a_sheet_of_another_form_under_a_stamp_is_named(bureau, returned):
    bureau.hand_in(returned(TWO))
    name = next(iter(bureau.issued()))
    desk = open_desk(bureau.pledged(name), bureau.personal)
    for sheet in [one for one in desk.book.worksheets if one.sheet_state == "visible"]:
        desk.book.remove(sheet)
    target = desk.book.create_sheet(bureau.form.title, 0)
    for row in open_desk(returned(TWO), bureau.form).sheet.iter_rows():
        for cell in row:
            if cell.value is not None:
                target.cell(cell.row, cell.column).value = cell.value
    outcome = bureau.hand_in(save(desk.book), "附件2.xlsx")
    assert (outcome.verdict, outcome.reason) == ("returned", "WRONG_FORM")
    (person,) = bureau.workspace.roster.named(name, "YSK")
    assert (outcome.part.office, outcome.part.person) == ("YSK", person.code)
    told = outcome.answer.read_text("utf-8")
    assert f"标识是{bureau.personal.title}，里面填的却是附表1" in told


def corrected(bureau, answer, **values):
    return again(answer, bureau.form, 0, **values)


@pytest.mark.long
def test_the_correction_of_an_older_answer_is_asked_about(bureau, returned):
    first = bureau.hand_in(returned(WRONG))
    old = first.answer.read_bytes()
    second = bureau.hand_in(returned("风险点\n挪用公款\n账外列支"))
    assert second.codes == []
    third = bureau.hand_in(corrected(bureau, old, risk_level="红"))
    assert [one for one in third.codes if one == "F119"] == ["F119"]
    (finding,) = [one for one in third.findings if one.code == "F119"]
    assert finding.message.endswith(
        "这是第1号回复的表，之后已有第2号。请核对交来的是不是最新的一份。"
    )


@pytest.mark.long
def test_the_correction_of_the_latest_answer_is_asked_nothing(bureau, returned):
    bureau.hand_in(returned(WRONG))
    second = bureau.hand_in(returned(WRONG))
    third = bureau.hand_in(corrected(bureau, second.answer.read_bytes(), risk_level="红"))
    assert (third.verdict, third.codes) == ("accepted", [])


@pytest.mark.long
def test_an_answer_after_which_the_same_was_sent_again_is_no_older_one(bureau, returned):
    first = bureau.hand_in(returned(WRONG))
    old = first.answer.read_bytes()
    bureau.hand_in(returned(WRONG), "附表1 (2).xlsx")
    third = bureau.hand_in(corrected(bureau, old, risk_level="红"))
    assert third.codes == []


def test_an_answer_to_a_neighbour_makes_no_answer_an_older_one(bureau, returned):
    first = bureau.hand_in(returned(WRONG))
    old = first.answer.read_bytes()
    bureau.hand_in(returned(TWO, "GKK"), folder="国库科")
    assert bureau.hand_in(corrected(bureau, old, risk_level="红")).codes == []


@pytest.mark.long
def test_what_was_only_prechecked_makes_no_answer_an_older_one(bureau, returned):
    first = bureau.hand_in(returned(WRONG))
    old = first.answer.read_bytes()
    bureau.hand_in(returned(TWO), folder="预算科/预检")
    assert bureau.hand_in(corrected(bureau, old, risk_level="红")).codes == []


def test_a_video_dropped_by_mistake_stays_where_it_is_and_is_told(bureau):
    video = bureau.inbox / "录像.mp4"
    with video.open("wb") as file:
        file.truncate(10 << 30)
    report = bureau.run()
    assert [one.reason for one in report.waiting] == [
        "文件过大（约10GB），没有收。请移走或只放入表格。"
    ]
    status = operation_status(bureau.workspace)
    assert status.waiting == 1
    assert status.too_large == (f"录像.mp4：{report.waiting[0].reason}",)
    assert operation_of(bureau.workspace, bureau.workspace.today).too_large == status.too_large
