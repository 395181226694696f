"""The pictures of the guide show what the program makes today."""

from __future__ import annotations

import re
from collections import Counter

import numpy as np
import pytest
from autumn import lived
from commands import in_own_process
from pictured import SHOTS, WIDTH, taken
from png import Picture, read, write
from tree import ROOT

GUIDE = ROOT / "docs" / "guide"
PICTURES = GUIDE / "pictures"
NAMES = [shot.name for shot in SHOTS]
_SHOWN = re.compile(r"!\[[^\]]+\]\(pictures/([^)]+)\.png\)")
# The end of a 表号 is made with a key of the archive's own, which nobody makes twice.
_PROOF = re.compile(r"(?<=-\d{4}-)[0-9A-F]{6}")
_GRID = (24, 32)  # fields a picture is looked at by
_ALIKE = 4.0  # shades of 255 that a field differs by, on the average
_BIGGEST = 120_000


def as_fields(picture):
    """Return the grey of a picture by a few fields."""
    grey = picture.pixels.mean(axis=2)
    rows = [part.mean(axis=0) for part in np.array_split(grey, _GRID[0])]
    return np.array([[part.mean() for part in np.array_split(row, _GRID[1])] for row in rows])


def differences(made, kept):
    """Return what is no longer as the guide shows it."""
    told = []
    if any(abs(a - b) > 0.03 * b for a, b in zip(made.size, kept.size, strict=True)):
        told.append(f"{made.size} instead of {kept.size}")
    if np.abs(as_fields(made) - as_fields(kept)).mean() > _ALIKE:
        told.append("looks different")
    new, old = (Counter(_PROOF.sub("", one.words)) for one in (made, kept))
    if new != old:
        told.append(
            f"says {''.join((new - old).elements())}, not {''.join((old - new).elements())}"
        )
    return told


def drawn(words="字", shade=0):
    pixels = np.full((90, 120, 3), 255, np.uint8)
    pixels[20:60, 30:90] = (shade, 60, 10)
    return Picture(pixels, words)


def test_a_picture_is_read_as_it_was_written(tmp_path):
    write(drawn("还有1处"), tmp_path / "one.png")
    again = read(tmp_path / "one.png")
    assert (again.size, again.words) == ((120, 90), "还有1处")
    assert np.abs(again.pixels.astype(int) - drawn().pixels).max() <= 8


def test_other_words_or_another_look_are_told():
    wide = Picture(np.pad(drawn().pixels, ((0, 0), (0, 20), (0, 0))), "字")
    assert differences(drawn(), drawn()) == []
    assert differences(drawn("子"), drawn()) == ["says 子, not 字"]
    assert differences(drawn(shade=255), drawn()) == ["looks different"]
    assert len(differences(wide, drawn())) == 2


def test_every_picture_is_made_and_shown_once():
    pages = "".join(page.read_text("utf-8") for page in sorted(GUIDE.glob("*.md")))
    assert sorted(_SHOWN.findall(pages)) == sorted(NAMES)
    assert sorted(path.stem for path in PICTURES.iterdir()) == sorted(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_picture_can_be_seen(name):
    path = PICTURES / f"{name}.png"
    kept = read(path)
    assert path.stat().st_size <= _BIGGEST
    assert abs(kept.size[0] - WIDTH) <= 10
    assert kept.pixels.std() > 15, "blank"


def shown_story():
    """Return the lines that the guide shows of a risk point's story, blanks folded."""
    page = next(page for page in GUIDE.glob("3-*.md")).read_text("utf-8")
    block = page.partition("```text\n")[2].partition("```")[0]
    return [" ".join(line.split()) for line in block.splitlines() if line.strip()]


@pytest.mark.office
@pytest.mark.browser
def test_the_pictures_show_what_is_made_today(tmp_path):
    bureau = lived(tmp_path / "bureau")
    story = in_own_process("explain", shown_story()[0].split()[0], "-w", bureau)
    said = [" ".join(line.split()) for line in story.out.splitlines()]
    wanted = [line.partition("…")[0] for line in shown_story()]
    assert [line for line in wanted if not any(one.startswith(line) for one in said)] == []
    told = {
        name: differences(made, read(PICTURES / f"{name}.png"))
        for name, made in taken(bureau / "outbox", tmp_path / "drawn")
    }
    assert {name: said for name, said in told.items() if said} == {}, "make pictures; look at them"
