"""What was put into the outbox: changed by hand it is kept, unchanged it is replaced."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from journeys import TWO

from pipeline.steps.consolidate import SUMMARIES, consolidate

if TYPE_CHECKING:
    from pathlib import Path


def files_of(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


@pytest.mark.long
def test_what_was_changed_by_hand_is_kept_beside(bureau, returned):
    bureau.hand_in(returned(TWO))
    register, *_ = consolidate(bureau.workspace, bureau.workspace.today)
    register.write_bytes(b"the officer's own")
    bureau.later(days=1)
    consolidate(bureau.workspace, bureau.workspace.today)
    kept = register.with_stem(f"{register.stem}（人工修改20110914）")
    assert kept.read_bytes() == b"the officer's own"
    assert register.read_bytes() != b"the officer's own"


@pytest.mark.long
def test_what_nobody_changed_is_replaced_without_a_copy(bureau, returned):
    consolidate(bureau.workspace, bureau.workspace.today)
    bureau.hand_in(returned(TWO))
    consolidate(bureau.workspace, bureau.workspace.today)
    assert len(files_of(bureau.workspace.paths.for_group(SUMMARIES))) == 3
