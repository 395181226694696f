"""A skipped test is a failure in CI, and only there."""

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


@pytest.mark.parametrize(
    ("ci", "closing"),
    [
        ("true", ["1 failed", "1 passed", "1 xfailed", "2 errors"]),
        ("", ["1 passed", "3 skipped", "1 xfailed"]),
    ],
)
def test_a_skipped_test_fails_in_ci_and_only_there(tmp_path, ci, closing):
    shutil.copy(Path(__file__).with_name("conftest.py"), tmp_path)
    for name, source in SUITE.items():
        (tmp_path / name).write_text(source, "utf-8")
    command = [sys.executable, "-m", "pytest", "--continue-on-collection-errors"]
    command += ["-p", "no:cacheprovider", "--rootdir", "."]
    done = subprocess.run(
        command, cwd=tmp_path, env=os.environ | {"CI": ci}, capture_output=True, check=False
    )
    last = done.stdout.decode("utf-8").strip().splitlines()[-1].strip("= ")
    assert last.split(" in ")[0].split(", ") == closing
