"""The demo: the whole circle goes as scripted, and nothing that is not its own is touched."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from commands import in_process, tree


@pytest.fixture
def yigang(capfd, monkeypatch):
    return in_process(capfd, monkeypatch)


@pytest.mark.long  # CI plays the demo by itself as well, and it fails where it is not as scripted
def test_the_demo_goes_as_scripted_and_shows_where_to_look(yigang, tmp_path):
    done = yigang("demo", tmp_path / "演练")
    assert (done.code, done.err) == (0, "")
    numbers, looks, _ = done.out.split("\n\n")[-3:]
    assert len(re.findall(r"\d+", numbers)) == 5
    paths = [Path(line.strip()) for line in looks.splitlines()[1:]]
    assert len(paths) == 5
    assert [path for path in paths if not path.exists()] == []


def test_the_demo_leaves_a_folder_of_others_alone(yigang, tmp_path):
    (tmp_path / "我的文件.txt").write_text("不要动", "utf-8")
    before = tree(tmp_path)
    done = yigang("demo", tmp_path)
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert tree(tmp_path) == before


def test_the_demo_leaves_the_repository_alone(yigang):
    assert yigang("demo", Path(__file__).parent.parent).code == 2


@pytest.mark.long
def test_the_demo_can_be_played_again(yigang, tmp_path):
    first = yigang("demo", tmp_path / "演练")
    (tmp_path / "演练" / "inbox" / "多余.xlsx").write_bytes(b"left over")
    second = yigang("demo", tmp_path / "演练")
    assert (first.code, second.code, second.out) == (0, 0, first.out)
