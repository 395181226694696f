"""The documents say what is there: links, commands, and the two lines of the README."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from tree import ROOT, files

from pipeline.cli.app import cli

if TYPE_CHECKING:
    from pathlib import Path

PAGES = [path for path in files() if path.suffix == ".md"]
SCRIPTS = [path for path in files() if path.suffix == ".bat"]
README = (ROOT / "README.md").read_text("utf-8")
_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s#]+)[^)]*\)|!\[[^\]]*\]\(([^)\s]+)\)")
_CODE = re.compile(r"(?s)```.*?```|`[^`\n]+`")
_COMMAND = re.compile(r"(?<![\w-])yigang(?:\.exe)?[\\\"]* +([a-z]+)\b([^`\n]*)")
_BATCH_COMMAND = re.compile(r'(?m)^"%YIGANG%" ([a-z]+)\b([^\r\n]*)')


def commands_in(page: Path) -> list[tuple[str, str]]:
    """Return the name and the rest of every command line of ours that a page or script shows."""
    text = page.read_text("utf-8")
    if page.suffix == ".bat":
        return _BATCH_COMMAND.findall(text)
    return [found for code in _CODE.findall(text) for found in _COMMAND.findall(code)]


def the_two_lines() -> dict[str, str]:
    """Return what CI runs as `demo` and `tests`."""
    script = (ROOT / ".ci" / "run").read_text("utf-8")
    return dict(re.findall(r"(?m)^(demo|tests)='(.*)'$", script))


@pytest.mark.parametrize("name", ["demo", "tests"])
def test_ci_runs_what_the_readme_tells_people_to_run(name):
    assert the_two_lines()[name] in README


def test_the_readme_can_be_read_in_one_sitting():
    assert len(README.splitlines()) <= 200


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_leads_somewhere(page):
    targets = (link or picture for link, picture in _LINK.findall(page.read_text("utf-8")))
    local = (target for target in targets if "://" not in target)
    assert [target for target in local if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("page", PAGES + SCRIPTS, ids=lambda page: page.name)
def test_every_command_shown_is_one_of_ours_with_options_it_has(page):
    for name, rest in commands_in(page):
        command = cli.commands.get(name)
        assert command, f"yigang {name}"
        known = {
            option for entry in command.params for option in (*entry.opts, *entry.secondary_opts)
        }
        shown = {word for word in rest.split() if re.fullmatch(r"--?[a-z][a-z-]*", word)}
        assert shown <= known | {"--help", "-h"}, f"yigang {name}{rest}"


def test_every_command_is_told_of_in_the_readme():
    told = {name for name, _ in commands_in(ROOT / "README.md")}
    assert {name for name, command in cli.commands.items() if not command.hidden} - told == set()


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_a_batch_file_is_one_that_windows_can_run(script):
    lines = script.read_bytes()
    assert lines.startswith(b"@echo off\r\nchcp 65001 >nul\r\n"), "no BOM; UTF-8 from line 3 on"
    assert lines.count(b"\n") == lines.count(b"\r\n")
