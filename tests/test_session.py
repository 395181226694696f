"""A workspace opened from Python: the examples of docs/api.md, and what a session holds open."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import date

import psutil
import pytest
from journeys import NOON, copied
from tree import ROOT

import pipeline
from pipeline.errors import BusyError, ConfigError, PipelineError, StorageError, UsageError
from pipeline.session import Session
from pipeline.steps.verify import Opinion

PAGE = (ROOT / "docs" / "api.md").read_text("utf-8")
_BLOCK = re.compile(r"(?ms)^```python\n(.*?)^```$")


@pytest.fixture
def session(storied):
    with pipeline.open_workspace(storied, now=lambda: NOON, check=False) as opened:
        yield opened


def test_the_examples_of_the_page_hold(storied, tmp_path):
    known = {"folder": copied(storied, tmp_path / "bureau")}
    blocks = list(_BLOCK.finditer(PAGE))
    assert len(blocks) >= 7
    for block in blocks:
        above = "\n" * PAGE.count("\n", 0, block.start(1))
        exec(compile(above + block[1], "docs/api.md", "exec"), known)  # noqa: S102 - our own page


def test_the_page_names_every_method():
    public = {name for name in vars(Session) if not name.startswith("_")} - {"close", "day"}
    assert {name for name in public if not re.search(rf"\b{name}\b", PAGE)} == set()


@pytest.mark.parametrize(
    ("error", "code"), [(UsageError, 2), (ConfigError, 2), (BusyError, 5), (StorageError, 1)]
)
def test_the_page_tells_the_exit_code_of_every_error(error, code):
    assert issubclass(error, PipelineError)
    assert error.exit_code == code
    assert re.search(rf"(?m)^\| `{error.__name__}`.*\| {code} \|$", PAGE)


def test_the_day_is_today_or_the_one_asked_for(session, storied):
    assert session.day == date(2011, 9, 13)
    day = date(2011, 9, 14)
    with pipeline.open_workspace(storied, as_of=day, check=False) as then:
        assert then.day == day
        assert then.workspace.paths.edition.endswith(day.isoformat())


def test_an_earlier_day_is_read_and_never_changed(storied):
    with pipeline.open_workspace(storied, as_of=date(2011, 9, 14), check=False) as then:
        for change in (
            then.run,
            then.issue,
            then.nightly,
            lambda: then.settle("1-1", Opinion("何组长")),
        ):
            with pytest.raises(UsageError, match="as_of"):
                change()


def test_a_session_left_has_given_back_the_archive(storied):
    with pipeline.open_workspace(storied, now=lambda: NOON, check=False) as opened:
        assert len(opened.register())
        assert held_open(storied)
    assert held_open(storied) == []


def held_open(folder):
    return [one.path for one in psutil.Process().open_files() if one.path.startswith(str(folder))]


def test_reading_processes_are_started_by_the_first_file_alone(session):
    session.overview()
    session.explain("YSK-2011-001")
    assert "_pool" not in vars(session)


def test_what_cannot_be_opened_leaves_nothing_open(storied):
    with pytest.raises(UsageError, match="2011-09-13"):
        pipeline.open_workspace(storied, as_of=date(2011, 1, 1), check=False)
    assert held_open(storied) == []


def test_importing_and_opening_load_no_pandas(storied):
    code = (
        "import sys, pathlib, pipeline\n"
        "with pipeline.open_workspace(pathlib.Path(sys.argv[1]), check=False): pass\n"
        "sys.exit(bool({'pandas', 'openpyxl', 'xlsxwriter'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code, storied], check=False)
    assert done.returncode == 0
