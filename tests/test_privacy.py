"""Who may read what: no office another's words, nobody who saved a file, no log a cell."""

from __future__ import annotations

import json
import logging
import os
import re
import socket
import stat
from typing import TYPE_CHECKING

import pytest
from canary import AUTHOR, FOLDERS, RULING, SENT, SERVER, WORDS, drop_all
from commands import in_own_process, in_process
from journeys import copied, opened

from pipeline.cli import logs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from canary import Canaries
    from outputs_walk import Output

EVERY_OFFICE = pytest.mark.parametrize("office", FOLDERS)
# What is on record, which the bureau's leaders read and books print.
ON_RECORD = ("zip", "accepted", "annex", "persons")


def words_of(*keys: str) -> set[str]:
    return {WORDS[key] for key in keys}


def said_in(output: Output, words: set[str]) -> set[str]:
    return {word for word in words if word in output.text}


def of_office(canaries: Canaries, office: str) -> list[Output]:
    """Return what lies ready for an office: its folder of the outbox, its templates."""
    found = [
        one
        for one in canaries.outputs
        if one.path.startswith(("outbox/各科室/", "templates/"))
        and one.path.split("/")[2].endswith(FOLDERS[office])
    ]
    assert len(found) > 5
    return found


# F4: one office never reads another's words.


@EVERY_OFFICE
def test_an_office_reads_its_own_words_alone(canaries, office):
    others = words_of(*(key for code, keys in SENT.items() if code != office for key in keys))
    told = {one.path: said_in(one, others) for one in of_office(canaries, office)}
    assert {path: words for path, words in told.items() if words} == {}


@EVERY_OFFICE
def test_an_office_reads_its_own_words(canaries, office):
    """The walk would find nothing in what it cannot read."""
    own = words_of(*SENT[office])
    read = set().union(*(said_in(one, own) for one in of_office(canaries, office)))
    assert read == own


@EVERY_OFFICE
def test_an_office_reads_no_name_of_another_offices_people(canaries, office):
    roster = canaries.circle.workspace.roster
    own = {person.name for person in roster.staff(office)}
    others = {person.name for person in roster.people if person.office != office} - own
    told = {one.path: said_in(one, others) for one in of_office(canaries, office)}
    assert {path: names for path, names in told.items() if names} == {}


def test_every_file_of_an_office_lies_in_the_folder_of_one(canaries):
    folders = {
        one.path.split("/")[2] for one in canaries.outputs if one.path.startswith("outbox/各科室/")
    }
    assert {folder.partition("-")[2] for folder in folders} == set(FOLDERS.values())


def test_what_the_group_says_of_a_file_is_read_by_its_office_and_the_group(canaries):
    read = {one.path.split("/")[2] for one in canaries.outputs if RULING in one.text}
    assert read == {f"03-{FOLDERS['NYK']}", "每日报告"}


def test_whose_nobody_knows_is_read_by_the_group_alone(canaries):
    words = words_of(*SENT[""])
    for one in canaries.outputs:
        assert not said_in(one, words) or one.path.startswith("outbox/纪检组/"), one.path


def test_what_is_not_on_record_stands_in_no_book_of_the_record(canaries):
    """Answers, the report of the day and the lists of what is open tell of it; nothing else."""
    words = set(WORDS.values()) - words_of(*ON_RECORD)
    books = ("outbox/各科室/", "outbox/纪检组/今日转交/", "outbox/纪检组/每日报告/")
    told = {
        one.path: said_in(one, words) for one in canaries.outputs if not one.path.startswith(books)
    }
    assert {path: found for path, found in told.items() if found} == {}


# F2: who and which machine made a file.


def test_who_saved_a_file_is_told_by_that_file_alone(canaries):
    """A marked copy is the office's own file: what stood in it stays, and it goes back to it."""
    for one in canaries.outputs:
        told = said_in(one, {AUTHOR, SERVER})
        assert not told or one.original, one.path
    assert all(AUTHOR in one.text for one in canaries.outputs if one.original)


def test_no_output_names_a_machine_an_account_or_a_path(canaries):
    root = str(canaries.circle.workspace.paths.root)
    host = socket.gethostname()
    for one in canaries.outputs:
        assert root not in one.text, one.path
        assert len(host) < 4 or host not in one.text, one.path


# F3: what the program keeps for itself.

# Where the name of a file stands in an event, which is no content of a cell.
_NAMES = {"name", "path", "folder", "inbox", "answer"}


def contents(said: object, key: str = "") -> Iterator[str]:
    """Yield the texts of a record that are no name of a file."""
    if isinstance(said, dict):
        for name, value in said.items():
            yield from contents(value, name)
    elif isinstance(said, list):
        for value in said:
            yield from contents(value, key)
    elif isinstance(said, str) and key not in _NAMES:
        yield said


def test_no_log_holds_a_word_of_the_input(canaries):
    assert canaries.log.count(" decided\n") > 8
    assert [
        word for word in (*WORDS.values(), AUTHOR, SERVER, RULING) if word in canaries.log
    ] == []


def test_no_event_holds_what_stands_in_a_cell(canaries):
    """The chained lines are copied to paper and to other disks; they name files and numbers."""
    audit = canaries.circle.workspace.paths.archive / "audit.jsonl"
    lines = [json.loads(line) for line in audit.read_text("utf-8").splitlines()]
    said = "\n".join(text for line in lines for text in contents(line["payload"]))
    assert "NYK" in said
    assert [word for word in (*WORDS.values(), AUTHOR, SERVER) if word in said] == []


def test_no_reason_holds_what_stands_in_a_cell(canaries):
    for number in range(1, len(WORDS) + 1):
        reason = canaries.circle.outcome(number).reason
        assert reason.isascii(), reason
        assert reason.replace("_", "").isupper(), reason


@pytest.fixture
def yigang(capfd, monkeypatch):
    return in_process(capfd, monkeypatch)


@pytest.mark.parametrize("words", [("status",), ("status", "--json")], ids=" ".join)
def test_the_console_tells_no_word_of_the_input(canaries, yigang, words):
    """Over the officer's shoulder nobody reads a cell. (`confirm` lists what he has to judge.)"""
    moment = f"{canaries.circle.moment[0]:%Y-%m-%dT%H:%M}"
    done = yigang(*words, "-w", canaries.circle.workspace.paths.root, "--now", moment)
    told = done.out + done.err
    assert done.out
    assert [word for word in (*WORDS.values(), AUTHOR, SERVER) if word in told] == []


@pytest.mark.long
def test_the_commands_tell_and_log_names_of_files_at_most(prepared, pool, tmp_path):
    circle = opened(copied(prepared, tmp_path / "bureau"), pool)
    with circle.workspace as workspace:
        drop_all(circle)
        root, archive = workspace.paths.root, workspace.paths.archive
    told = ""
    for words in (("run", "--json"), ("nightly",), ("compile",)):
        done = in_own_process(*words, "-w", root)
        assert done.code in {0, 3}, done.err
        told += done.out + done.err
    told = re.sub(r"\}\}&amp;\w\w", "", told)  # what files and folders are called
    logged = (archive / "logs" / "yigang.log").read_text("utf-8")
    everything = (*WORDS.values(), AUTHOR, SERVER)
    assert [word for word in everything if word in told] == []
    assert [word for word in everything if word in logged] == []


@pytest.fixture
def log(tmp_path):
    """Yield what starts a log and returns its text so far."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    root.handlers[:] = []
    logs.start_log(tmp_path / "archive")
    yield lambda: (tmp_path / "archive" / "logs" / "yigang.log").read_text("utf-8")
    for handler in root.handlers:
        handler.close()
    root.handlers[:] = before
    root.setLevel(level)


def test_a_bug_is_logged_by_its_place_and_kind_not_by_what_it_choked_on(log):
    words = tuple(WORDS.values())
    try:
        try:
            int(words[0])
        except ValueError as error:
            raise LookupError(words[1]) from error
    except LookupError:
        logging.getLogger("test").exception("a rule failed on one part")
    told = log()
    assert all(said in told for said in ("ValueError", "LookupError", "test_privacy.py", "a rule"))
    assert not [word for word in words if word in told]


# F5: the archive is its owner's alone.


@pytest.mark.skipif(os.name == "nt", reason="rights of POSIX")
def test_nobody_else_reads_archive_quarantine_and_log_whatever_the_umask(canaries):
    archive = canaries.circle.workspace.paths.archive
    found = [archive, *archive.rglob("*")]
    open_ = [path.relative_to(archive).as_posix() for path in found if path.stat().st_mode & 0o077]
    assert {path.name for path in found} >= {"quarantine", "logs", "yigang.log", "audit.jsonl"}
    assert open_ == []
    assert stat.S_IMODE(archive.stat().st_mode) == 0o700
