"""`recheck` tells what the rules of today would find in what was accepted, and changes nothing."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from commands import in_process, tree
from journeys import CLERK, HEAD, PLEDGED, again, sheet_texts
from test_annex2 import amended

from pipeline.steps.recheck import recheck

SHORT = "风险点 | 防控措施\n甲 | 双人双锁管理并登记"
NOW = ("--now", "2011-09-13T14:00")


def differing(circle, *offices):
    """Return what would be told otherwise: kind, office, code, class then and now."""
    found = recheck(circle.workspace, circle.pool, offices)
    return [(one.kind, one.office, one.code, one.before, one.after) for one in found.changes]


@pytest.fixture
def yigang(capfd, monkeypatch):
    return in_process(capfd, monkeypatch)


FOUR = """
    风险点 | 危害后果             | 风险等级 | B角
    甲     | 符合党政纪处分规定   | 黄       | 无
    乙     | 符合党政纪处分规定   | 黄       | 无
    丙     | 符合党政纪处分规定   | 黄       | 无
    丁     | 符合党政纪处分规定   | 黄       | 无
"""
LOWER = """
    风险点 | 危害后果             | 风险等级 | B角 | 情况说明
    甲     | 未达到党政纪处分程度 | 橙       | 无  | 职责已经调整，风险下降。
    乙     | 符合党政纪处分规定   | 橙       | 无  |
    丙     | 符合党政纪处分规定   | 黄       | 无  |
"""


@pytest.mark.long
def test_where_nothing_changed_nothing_is_told_whatever_was_asked_then(bureau):
    bureau.hand_in(bureau.fill(FOUR))
    second = again(bureau.fill(LOWER), bureau.form, 2, risk_id="YSK-2011-099")
    outcome = bureau.hand_in(second, "附表1新.xlsx")
    assert outcome.verdict == "accepted"
    assert {"F303", "F304", "F307", "F401"} <= {one.code for one in outcome.findings}
    assert {"F303", "F402"} <= set(outcome.answered)
    bureau.hand_in(bureau.pledged(HEAD), "附件2.xlsx")
    found = recheck(bureau.workspace, bureau.pool)
    assert (found.checked, found.changes) == (2, ())


@pytest.mark.long
def test_the_correction_of_an_answer_is_no_older_one_when_it_is_looked_at_again(bureau):
    first = bureau.hand_in(bureau.fill("风险点 | 风险等级\n甲 | 绿"))
    corrected = again(first.answer.read_bytes(), bureau.form, 0, risk_level="红")
    assert bureau.hand_in(corrected).codes == []
    assert differing(bureau) == []


@pytest.mark.long
@pytest.mark.parametrize(
    ("measure", "least", "told"),
    [
        ("双人双锁管理并登记", "12", [("new", "预算科", "F312", "", "提示")]),
        ("双人双锁", "2", [("gone", "预算科", "F312", "提示", "")]),
        ("双人双锁", "5", []),
    ],
)
def test_a_stricter_and_a_milder_rule_are_told_both_ways(bureau, measure, least, told):
    bureau.hand_in(bureau.fill(f"风险点 | 防控措施\n甲 | {measure}"))
    circle = amended(bureau, ("min_measure = 8", f"min_measure = {least}"))
    with circle.workspace:
        assert differing(circle) == told


@pytest.mark.long
def test_the_end_of_a_trial_is_told_as_another_class(bureau):
    circle = amended(bureau, ("trial = []", 'trial = ["F202"]'))
    table = "风险点 | 风险等级 | 危害后果\n甲 | 绿 | 未达到党政纪处分程度"
    assert circle.hand_in(circle.fill(table)).verdict == "accepted"
    ended = amended(circle, ('trial = ["F202"]', "trial = []"))
    with ended.workspace:
        assert differing(ended) == [("regraded", "预算科", "F202", "提示", "强制")]


@pytest.mark.long
def test_the_roster_of_today_counts_and_each_person_is_named(bureau):
    bureau.hand_in(bureau.fill(PLEDGED))
    bureau.hand_in(bureau.pledged(CLERK), "附件2.xlsx")
    people = [
        replace(one, posts=("新设岗",)) if "科长岗" in one.posts and one.name == HEAD else one
        for one in bureau.bureau.people
    ]
    circle = amended(bureau, people=people)
    with circle.workspace:
        found = recheck(circle.workspace, circle.pool)
        assert found.checked == 2
        assert {(one.kind, one.form, one.code) for one in found.changes} >= {
            ("new", "附表1", "F203")
        }


def test_a_file_that_cannot_be_read_any_more_is_told(bureau):
    outcome = bureau.hand_in(bureau.fill(SHORT))
    with bureau.workspace.ledger.reading() as db:
        place = bureau.workspace.ledger.originals.locate(db, outcome.arrival.sha256)
    place.chmod(0o600)
    place.write_bytes(b"")
    assert [(kind, code) for kind, _, code, *_ in differing(bureau)] == [("unread", "EMPTY")]


@pytest.mark.long
def test_archive_outbox_and_ledger_stay_as_they_are(bureau, yigang):
    bureau.hand_in(bureau.fill(SHORT))
    bureau.hand_in(bureau.fill("风险点\n甲", "GKK"), "附表1.xlsx", "国库科")
    circle = amended(bureau, ("min_measure = 8 ", "min_measure = 12"))
    root = circle.workspace.paths.root
    circle.workspace.ledger.close()
    yigang("status", "-w", root, *NOW)  # takes the new configuration into the archive
    before = unlogged(root)
    done = yigang("recheck", "-w", root, "--json", *NOW)
    assert done.code == 0
    told = json.loads(done.out)
    assert (told["checked"], told["written"]) == (2, None)
    (change,) = [one for one in told["changes"] if one["office"] == "预算科"]
    assert (change["kind"], change["code"], change["after"]) == ("new", "F312", "提示")
    assert unlogged(root) == before
    done = yigang("recheck", "-w", root, "--office", "国库科", *NOW)
    assert "共复查已收的表1份" in done.out
    assert unlogged(root) == before
    assert (
        "请用名册里的单位名称或代码" in yigang("recheck", "-w", root, "--office", "某科", *NOW).err
    )


@pytest.mark.long
def test_it_can_be_kept_as_a_list_of_the_group(bureau, yigang):
    bureau.hand_in(bureau.fill(SHORT))
    circle = amended(bureau, ("min_measure = 8 ", "min_measure = 12"))
    root, folder = circle.workspace.paths.root, circle.workspace.paths.for_group("清单")
    circle.workspace.ledger.close()
    done = yigang("recheck", "-w", root, "--save", *NOW)
    assert "现在会提出" in done.out
    rows = sheet_texts(folder / "规则复查.xlsx")["规则复查"]
    assert any("预算科" in row and "无 → 提示" in row for row in rows)
    assert any("已收的结果没有改动" in cell for row in rows for cell in row)


def unlogged(root):
    """Return all files of a workspace but the log and what the database keeps while it is open."""
    kept = tree(root)
    return {
        name: data
        for name, data in kept.items()
        if not name.endswith((".log", "-wal", "-shm", ".lock"))
    }
