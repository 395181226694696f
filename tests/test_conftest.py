"""A skipped test is a failure in CI, and only there; long tests have a short form."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SUITE = {
    "test_mark.py": "import pytest\n@pytest.mark.skip(reason='none')\ndef test(): pass\n",
    "test_call.py": "import pytest\ndef test(): pytest.skip('none')\n",
    "test_module.py": "import pytest\npytest.importorskip('no_such_program')\ndef test(): pass\n",
    "test_expected.py": "import pytest\n@pytest.mark.xfail\ndef test(): assert False\n",
    "test_passing.py": "def test(): pass\n",
}
LONG = """
import pytest
@pytest.mark.long
@pytest.mark.parametrize("seed", range(4))
def test_long(seed): pass
@pytest.mark.parametrize("seed", range(3))
def test_other(seed): pass
@pytest.mark.parametrize("seed", [0, pytest.param(1, marks=pytest.mark.long)])
def test_both(seed): pass
"""


def closing_of(folder: Path, suite: dict[str, str], *options: str, ci: str = "") -> list[str]:
    """Run a suite under our settings and return the counts of pytest's closing line."""
    shutil.copy(Path(__file__).with_name("conftest.py"), folder)
    (folder / "pytest.ini").write_text("[pytest]\nmarkers = long", "utf-8")
    for name, source in suite.items():
        (folder / name).write_text(source, "utf-8")
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *options]
    done = subprocess.run(
        command, cwd=folder, env=os.environ | {"CI": ci}, capture_output=True, check=False
    )
    last = done.stdout.decode("utf-8").strip().splitlines()[-1]
    return last.strip("= ").split(" in ")[0].split(", ")


@pytest.mark.parametrize(
    ("ci", "closing"),
    [
        ("true", ["1 failed", "1 passed", "1 xfailed", "2 errors"]),
        pytest.param("", ["1 passed", "3 skipped", "1 xfailed"], marks=pytest.mark.long),
    ],
)
def test_a_skipped_test_fails_in_ci_and_only_there(tmp_path, ci, closing):
    assert closing_of(tmp_path, SUITE, "--continue-on-collection-errors", ci=ci) == closing


def test_the_short_form_runs_one_case_of_each_long_test(tmp_path):
    closing = closing_of(tmp_path, {"test_long.py": LONG}, "--short")
    assert closing == ["5 passed", "4 deselected"]
