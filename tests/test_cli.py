"""What people type: Chinese help, exit codes, clean JSON, and nothing done that was not asked."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import click
import pytest
from commands import command, in_own_process, in_process, tree
from journeys import TWO, copied

from pipeline.cli.app import _SECTIONS, cli
from pipeline.cli.exit_codes import closing_code
from pipeline.ledger.store import open_ledger
from pipeline.rehearsal.clerk import open_desk
from pipeline.steps import consolidate as consolidating
from pipeline.workspace.paths import ACCEPTED

DAY = "2011-09-13"
NOW = ("--now", f"{DAY}T12:00")
SUMMER = ("--now", "2011-08-20T12:00")
LATE = ("--now", "2011-09-20T20:00")
COMMANDS = sorted(cli.commands)
WRONG = "风险点 | 风险等级\n收入不入账 | 绿"

RUN = {"received", "accepted", "returned", "quarantined", "unconfirmed", "duplicates", "waiting"}
ARRIVAL = {"arrival", "name", "sha256", "verdict", "reason", "answer"}
FILE = {"file", "sha256", "verdict", "reason", "parts"}
PART = {
    *("form", "office", "person", "sheet", "verdict", "reason"),
    *("records", "questions", "findings", "repairs"),
}
FINDING = {"code", "class", "sheet", "cell", "column", "value", "message"}
REPAIR = {"sheet", "cell", "column", "before", "after", "rule"}
LINE = {
    "office", "form", "person", "state", "due", "first_received", "accepted_on", "late_days",
    "questions", "electronic", "paper", "agreement", "pending",
}  # fmt: skip
OPERATION = {
    "last_scan", "waiting", "oldest_waiting", "in_flight", "decided_today", "quarantine",
    "disk_free", "lock", "last_backup", "chain_head", "too_large",
}  # fmt: skip


@pytest.fixture
def yigang(capfd, monkeypatch):
    return in_process(capfd, monkeypatch)


@pytest.fixture
def folder(bureau):
    """Return the workspace of the small bureau, closed."""
    bureau.workspace.ledger.close()
    return bureau.workspace.paths.root


# Help.


@pytest.mark.parametrize("words", [(), *((name,) for name in COMMANDS)])
def test_every_help_is_chinese(yigang, words):
    done = yigang(*words, "--help")
    assert done.code == 0
    names = r"yigang|config|toml|roster|xlsx|JSON|json|Word|PDF|Ctrl|parquet|datapackage|pyarrow"
    english = re.sub(names, "", done.out)
    plain = re.sub(r"--?[a-z-]+|" + "|".join(COMMANDS), "", english)
    assert not re.findall(r"[A-Za-z]{4,}", plain), plain


def test_help_lists_every_command_by_kind_of_work(yigang):
    shown = yigang("--help").out
    for title, commands in _SECTIONS:
        assert f"{title}:" in shown
        assert all(entry.name in shown for entry in commands)
    assert "receive" not in shown


# Exit codes.


def test_done_is_zero(yigang, folder):
    assert yigang("consolidate", "-w", folder, *NOW).code == 0


@pytest.mark.long
def test_something_returned_is_three(yigang, folder, bureau, returned):
    bureau.drop(returned(WRONG))
    assert yigang("run", "-w", folder, *NOW).code == 3


@pytest.mark.long
def test_an_accepted_file_is_zero(yigang, folder, bureau, returned):
    bureau.drop(returned(TWO))
    assert yigang("run", "-w", folder, *NOW).code == 0


def test_an_office_that_is_late_is_four(yigang, folder):
    assert yigang("status", "-w", folder, *LATE).code == 4
    assert yigang("status", "-w", folder, *SUMMER).code == 0


def test_an_office_that_missed_the_first_round_is_late_when_the_second_runs(yigang, folder):
    done = yigang("status", "--json", "-w", folder, *NOW)
    late = json.loads(done.out)["matrix"][0]
    assert (done.code, late["due"], late["late_days"]) == (4, "2011-08-31", 13)


@pytest.mark.parametrize(
    ("returned_", "overdue", "code"),
    [(True, True, 3), (True, False, 3), (False, True, 4), (False, False, 0)],
)
def test_returned_goes_before_overdue(returned_, overdue, code):
    assert closing_code(returned=returned_, overdue=overdue) == code


@pytest.mark.long
@pytest.mark.parametrize(
    "words",
    [
        ("nothing",),
        ("run", "--nothing"),
        ("check",),
        ("check", "no-such-file.xlsx", "-w", "WORKSPACE"),
        ("run", "-w", "WORKSPACE", "--now", "gestern"),
        ("nightly", "-w", "WORKSPACE", "--date", "2011-13-40"),
        ("templates", "-w", "WORKSPACE", "--office", "火箭科"),
        ("templates", "-w", "WORKSPACE", "--round", "冬季"),
        ("demo", "WORKSPACE"),
        ("init", "WORKSPACE", "--bureau", "某局"),
    ],
)
def test_a_wrong_word_is_two_and_touches_nothing(yigang, folder, words):
    before = tree(folder)
    done = yigang(*(str(folder) if word == "WORKSPACE" else word for word in words))
    assert (done.code, done.out) == (2, "")
    assert re.search(r"错误：.*[。.]\n$", done.err)
    assert tree(folder) == before


@pytest.mark.parametrize("name", sorted(set(COMMANDS) - {"init", "demo", "check", "watch"}))
def test_without_configuration_every_command_says_so_in_one_line(yigang, tmp_path, name):
    done = yigang(name, *(["YSK-2011-001"] if name == "explain" else []), "-w", tmp_path)
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert "config.toml" in done.err
    assert list(tmp_path.iterdir()) == []


def test_all_faults_of_configuration_and_roster_are_told_at_once(yigang, folder):
    config = folder / "config.toml"
    text = config.read_text("utf-8").replace("scan_seconds = 5", 'scan_seconds = "x"')
    config.write_text(text.replace("[bureau]", "[bureau]\ncolour = 1"), "utf-8")
    (folder / "roster.xlsx").write_bytes(b"")
    done = yigang("status", "-w", folder, *NOW)
    assert done.code == 2
    assert all(f"\n  {n}. " in done.err for n in (1, 2, 3))


def test_a_share_that_is_away_is_named(yigang, folder):
    config = folder / "config.toml"
    away = (folder.parent / "away" / "inbox").as_posix()
    text = config.read_text("utf-8").replace('inbox = "inbox"', f'inbox = "{away}"')
    config.write_text(text, "utf-8")
    done = yigang("run", "-w", folder, *NOW)
    assert (done.code, away in done.err) == (2, True)
    assert not (folder.parent / "away").exists()


def test_a_bug_is_one_chinese_line_without_traceback(yigang, folder, monkeypatch, tmp_path_factory):
    def broken(*_):
        raise ZeroDivisionError

    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("USERPROFILE", str(home))
    monkeypatch.setattr(consolidating, "consolidate", broken)
    done = yigang("consolidate", "-w", folder, *NOW)
    assert (done.code, done.out, done.err.count("\n")) == (1, "", 1)
    assert "Traceback" not in done.err
    (report,) = home.iterdir()
    assert "ZeroDivisionError" in report.read_text("utf-8")


@pytest.mark.long
def test_what_was_received_is_told_even_if_the_summaries_fail(yigang, folder, bureau, returned):
    bureau.drop(returned(TWO))
    blocked = bureau.workspace.paths.outbox / "纪检组" / "汇总"
    blocked.parent.mkdir(parents=True, exist_ok=True)
    blocked.write_text("在这里的不是文件夹", "utf-8")
    done = yigang("run", "-w", folder, "--json", *NOW)
    assert done.code == 1
    assert json.loads(done.out)["accepted"] == 1
    assert "错误：" in done.err


@pytest.mark.long
def test_an_answer_that_could_not_be_written_is_told(yigang, folder, bureau, returned):
    bureau.drop(returned(TWO))
    blocked = bureau.workspace.paths.for_office(bureau.workspace.roster.by_code["YSK"], ACCEPTED)
    blocked.parent.mkdir(parents=True, exist_ok=True)
    blocked.write_text("在这里的不是文件夹", "utf-8")
    done = yigang("run", "-w", folder, *NOW)
    assert (done.code, "1件的回复没有写成" in done.err) == (1, True)


# The stable JSON.


def test_run_json_is_as_promised(yigang, folder, bureau, returned):
    bureau.drop(returned(TWO), "甲.xlsx")
    bureau.drop(returned(WRONG, "GKK"), "乙.xlsx", "国库科")
    bureau.drop(b"no workbook", "丙.docx")
    bureau.drop(returned(TWO), "甲 (2).xlsx", "别处")
    bureau.drop(returned(TWO, "NYK"), "丁.xlsx", "农业科/预检")
    told = json.loads(yigang("run", "-w", folder, "--json", *NOW).out)
    assert set(told) == RUN | {"unpacked", "arrivals"}
    assert {name: told[name] for name in sorted(RUN)} == {
        "accepted": 1,
        "duplicates": 1,
        "quarantined": 1,
        "received": 4,
        "returned": 1,
        "unconfirmed": 0,
        "waiting": 0,
    }
    assert all(set(entry) == ARRIVAL for entry in told["arrivals"])
    assert [entry["arrival"] for entry in told["arrivals"]] == sorted(
        entry["arrival"] for entry in told["arrivals"]
    )
    outbox = bureau.workspace.paths.outbox
    assert all((outbox / entry["answer"]).exists() for entry in told["arrivals"])


def test_check_json_is_as_promised_and_changes_nothing(yigang, folder, bureau, returned, tmp_path):
    path = tmp_path / "表.xlsx"
    path.write_bytes(returned("风险点 | 风险等级 | 风险类别\n收入不入账 | 绿 | 流程"))
    before = tree(bureau.inbox), tree(bureau.workspace.paths.outbox)
    done = yigang("check", "-w", folder, "--json", path, *NOW)
    (file,) = json.loads(done.out)
    (part,) = file["parts"]
    assert (done.code, set(file), set(part)) == (3, FILE, PART)
    assert [set(entry) for entry in part["findings"]] == [FINDING]
    assert all(set(entry) == REPAIR for entry in part["repairs"])
    assert (file["verdict"], file["reason"], part["verdict"]) == (
        "returned",
        "FINDINGS",
        "returned",
    )
    assert (part["form"], part["office"], part["records"]) == ("附表1", "预算科", 1)
    assert part["findings"][0]["class"] == "强制"
    assert (tree(bureau.inbox), tree(bureau.workspace.paths.outbox)) == before


@pytest.mark.long
def test_status_json_is_as_promised(yigang, folder, bureau, returned):
    bureau.drop(returned(TWO))
    yigang("run", "-w", folder, *NOW)
    done = yigang("status", "-w", folder, "--json", *NOW)
    told = json.loads(done.out)
    assert set(told) == {"matrix", "campaign", "levels", "verify", "operation"}
    assert all(set(line) == LINE for line in told["matrix"])
    assert set(told["operation"]) == OPERATION
    offices = [line["state"] for line in told["matrix"] if not line["person"]]
    people = [line["state"] for line in told["matrix"] if line["person"]]
    assert offices == ["已收", "未报", "未报"]
    assert people == ["未报"] * len(bureau.bureau.people)
    assert told["matrix"][0]["accepted_on"] == DAY
    assert sum(entry["count"] for entry in told["levels"]) == 2
    assert {frozenset(entry) for entry in told["levels"]} == {
        frozenset({"office", "level", "count"})
    }
    assert told["operation"]["lock"] is None
    assert told["operation"]["decided_today"] == 1


def test_after_the_campaign_nothing_is_overdue(yigang, folder):
    done = yigang("status", "-w", folder, "--json", "--now", "2011-11-01")
    assert done.code == 0
    assert {line["state"] for line in json.loads(done.out)["matrix"]} == {"活动已结束"}


# A dry run, nights.


@pytest.mark.long
def test_a_dry_run_leaves_every_byte_where_it_was(yigang, folder, bureau, returned):
    bureau.drop(returned(WRONG))
    before = tree(folder)
    done = yigang("run", "-w", folder, "--dry-run", "--json", *NOW)
    (file,) = json.loads(done.out)
    assert file["verdict"] == "returned"
    assert tree(folder) == before


def test_a_night_receives_what_lies_in_the_inbox(yigang, folder, bureau, returned):
    bureau.drop(returned(TWO))
    done = yigang("nightly", "-w", folder, "--json", *NOW)
    assert json.loads(done.out)["received"] == 1
    assert list(bureau.inbox.rglob("*.xlsx")) == []


@pytest.mark.long
def test_a_second_night_of_a_day_writes_the_same_bytes(yigang, folder, bureau, returned):
    bureau.drop(returned(TWO))
    yigang("run", "-w", folder, *NOW)
    first = yigang("nightly", "-w", folder, *LATE)
    outbox = tree(bureau.workspace.paths.outbox)
    second = yigang("nightly", "-w", folder, *LATE)
    assert (first.code, second.code) == (4, 4)
    assert tree(bureau.workspace.paths.outbox) == outbox


@pytest.mark.long
def test_a_night_before_six_reports_on_the_day_before(yigang, folder):
    done = yigang("nightly", "-w", folder, "--json", "--now", "2011-09-14T02:00")
    assert json.loads(done.out)["date"] == DAY


def test_a_second_night_of_the_same_day_at_once_is_five(yigang, folder, bureau):
    workspace = bureau.workspace
    with (
        closing(open_ledger(workspace.paths.archive, clock=workspace.now)) as other,
        other.nightly(workspace.today),
    ):
        done = yigang("nightly", "-w", folder, *NOW)
    assert (done.code, done.out, done.err.count("\n")) == (5, "", 1)


# A new workspace.


def test_init_makes_a_workspace_that_only_lacks_its_offices(yigang, tmp_path):
    assert yigang("init", tmp_path / "局", "--bureau", "某市某局", "--year", "2011").code == 0
    done = yigang("templates", "-w", tmp_path / "局", *NOW)
    assert (done.code, done.out) == (2, "")
    assert "还没有单位" in done.err


@pytest.mark.long
def test_templates_on_another_paper_keep_number_and_columns(yigang, folder, bureau):
    before = bureau.template()
    done = yigang("templates", "-w", folder, "--office", "YSK", "--paper", "A4", *NOW)
    assert (done.code, done.err) == (0, "")
    after = bureau.template()
    papers = [_sheet_of(bureau, content).page_setup.paperSize for content in (before, after)]
    assert [str(paper) for paper in papers] == ["8", "9"]
    first, second = (open_desk(content, bureau.form) for content in (before, after))
    numbers = {desk.sheet[desk.card["form_number"]].value for desk in (first, second)}
    assert len(numbers) == 1
    assert first.match.columns.keys() == second.match.columns.keys()


def _sheet_of(bureau, content):
    return open_desk(content, bureau.form).sheet


@pytest.mark.long
def test_templates_for_people_come_alone_or_together(yigang, folder, bureau, returned):
    bureau.hand_in(returned(TWO))
    people = [person.name for person in bureau.bureau.staff("YSK")]
    for options, owners in (((), people), (("--together",), [""])):
        done = yigang("templates", "-w", folder, "--office", "预算科", *options, "--json", *NOW)
        first, *others = json.loads(done.out)
        assert (done.code, first["form"], first["person"]) == (0, "附表1", "")
        assert [one["person"] for one in others] == owners
        assert {one["form"] for one in others} == {"附件2"}


def test_init_says_what_it_needs_where_nobody_can_be_asked(yigang, tmp_path):
    done = yigang("init", tmp_path / "局")
    assert (done.code, "--bureau" in done.err) == (2, True)
    assert not (tmp_path / "局").exists()


def test_init_asks_a_person(monkeypatch, tmp_path):
    answers = iter([2011, "某市某局", "收件", "发件"])
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(click, "prompt", lambda *_, **__: next(answers))
    cli.main(["init", str(tmp_path / "局")], standalone_mode=False)
    text = (tmp_path / "局" / "config.toml").read_text("utf-8-sig")
    assert all(word in text for word in ("year = 2011", "某市某局", "收件", "发件"))
    assert (tmp_path / "局" / "发件").is_dir()


# Processes of their own.


def test_quick_commands_do_not_load_the_heavy_libraries(folder):
    probe = (
        "import sys; from pipeline.cli import main; sys.argv = ['yigang', *sys.argv[1:]]\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print([name for name in {names} if name in sys.modules], file=sys.stderr)"
    )
    for words, names in (
        (("--help",), ("pandas", "sqlalchemy", "pydantic", "openpyxl", "rich", "rapidfuzz")),
        (
            ("status", "--json", "-w", str(folder), *NOW),
            ("pandas", "openpyxl", "xlsxwriter", "rapidfuzz"),
        ),
    ):
        done = subprocess.run(
            [sys.executable, "-c", probe.format(names=names), *words],
            capture_output=True,
            check=False,
        )
        assert done.stderr.decode().strip() == "[]"


@pytest.mark.long
@pytest.mark.parametrize("env", [{"PYTHONIOENCODING": "gbk"}, {"LC_ALL": "C"}])
def test_output_is_utf8_whatever_the_machine_speaks(folder, env):
    done = in_own_process("status", "-w", folder, *NOW, **env)
    assert "报送进度" in done.out


@pytest.mark.long
@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl+C reaches a console group there")
def test_ctrl_c_ends_at_once_and_the_next_run_goes_on(folder, bureau, yigang):
    for n in range(40):
        bureau.drop(b"no workbook %d" % n, f"{n}.docx")
    running = subprocess.Popen(
        command("run", "-w", folder, *NOW), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    while not any((folder / "archive" / "work").glob("*")) and running.poll() is None:
        time.sleep(0.01)
    running.send_signal(signal.SIGINT)
    _, err = running.communicate(timeout=10)
    assert (running.returncode, err.decode().strip()) in {
        (1, "已停止。没有办完的会在下次接着办。"),
        (0, ""),
    }
    yigang("run", "-w", folder, *NOW)
    assert list(bureau.inbox.rglob("*.docx")) == []


@pytest.mark.long
def test_a_reader_that_goes_away_is_no_bug(folder, tmp_path):
    script = f'"{sys.executable}" -m pipeline status --json -w "{folder}" {" ".join(NOW)} | head -1'
    done = subprocess.run(
        ["/bin/sh", "-c", script],
        capture_output=True,
        check=False,
        env={"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"},
    )
    assert (done.stdout.decode(), done.stderr.decode()) == ("{\n", "")


def test_a_copied_workspace_works_where_it_lies(yigang, folder, tmp_path):
    assert yigang("status", "-w", copied(folder, tmp_path / "别处"), *SUMMER).code == 0


@pytest.mark.long
@pytest.mark.parametrize("command", ["consolidate", "compile"])
def test_what_was_written_is_told_as_json(yigang, folder, command):
    done = yigang(command, "--json", "-w", folder, *NOW)
    written = json.loads(done.out)["written"]
    assert written
    assert all(Path(path).exists() for path in written)
