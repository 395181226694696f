"""An edition of an earlier day: the same bytes, whatever came after it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from commands import tree
from journeys import TWO, without_stamp

from pipeline.errors import ConfigError, UsageError
from pipeline.ledger import snapshots
from pipeline.rehearsal import write_roster
from pipeline.settings import CONFIG_NAME
from pipeline.steps.compile import compile_volume
from pipeline.steps.confirm import Said, confirm
from pipeline.steps.consolidate import consolidate
from pipeline.steps.nightly import night_report
from pipeline.steps.progress import overview
from pipeline.workspace import open_workspace
from pipeline.workspace.paths import ROSTER_NAME

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.workspace import Workspace

pytestmark = pytest.mark.alone


def outputs(workspace: Workspace, day) -> list[Path]:
    return [*consolidate(workspace, day), *compile_volume(workspace, day).paths]


def changed(bureau) -> Workspace:
    """Return the workspace under a configuration and a roster that speak otherwise."""
    workspace = bureau.workspace
    root, settings = workspace.paths.root, workspace.settings
    config = root / CONFIG_NAME
    renamed = config.read_text("utf-8-sig").replace(settings.bureau.name, "改了名的局")
    config.write_text(renamed.replace('name = "防控"', 'name = "措施"'), "utf-8")
    offices = tuple(replace(one, name=f"新{one.name}") for one in bureau.bureau.offices)
    people = tuple(replace(one, tier="") for one in bureau.bureau.people)
    other = replace(bureau.bureau, offices=offices, people=people)
    (root / ROSTER_NAME).write_bytes(write_roster(other, settings))
    workspace.ledger.close()
    return open_workspace(root, now=workspace.now)


@pytest.mark.long
def test_an_edition_of_an_earlier_day_has_the_bytes_of_that_day(bureau, returned):
    """The bureau, its offices and a doubtful file have other words a day later."""
    day = bureau.workspace.today
    bureau.hand_in(returned(TWO))
    bureau.hand_in(returned("风险点 | 风险等级\n甲 | 绿", "GKK"), "乙.xlsx", "国库科")
    doubtful = bureau.hand_in(without_stamp(returned(TWO, "NYK"), bureau.form), "丙.xlsx", "")
    first = [path.read_bytes() for path in outputs(bureau.workspace, day)]
    night = night_report(bureau.workspace, day, overview(bureau.workspace, day))
    bureau.later(days=1)
    confirm(bureau.workspace, doubtful.arrival.id, Said(office="农业科"))
    bureau.run()
    bureau.hand_in(returned("风险点\n改过的"), "附表1改.xlsx")
    with changed(bureau) as later:
        now = [path.read_bytes() for path in outputs(later, later.today)]
        before = tree(later.paths.outbox)
        then = later.as_of(day)
        again = outputs(then, day)
        assert [path.read_bytes() for path in again] == first
        assert not set(first) & set(now)
        after = tree(later.paths.outbox)
        assert {name: after[name] for name in before} == before, "what holds now stays"
        assert night_report(then, day, overview(then, day)) == replace(night, operation=None)
        again[0].write_bytes(b"the officer's own")
        outputs(then, day)
        kept = again[0].with_stem(f"{again[0].stem}（人工修改20110914）")
        assert kept.read_bytes() == b"the officer's own"


def test_today_is_no_edition_apart(bureau):
    workspace = bureau.workspace
    assert workspace.as_of(workspace.today) is workspace


def test_a_day_before_the_workspace_is_told(bureau):
    workspace = bureau.workspace
    with pytest.raises(UsageError, match=str(workspace.today)):
        workspace.as_of(workspace.today - timedelta(days=1))
    with pytest.raises(UsageError, match="还没有到"):
        workspace.as_of(workspace.today + timedelta(days=1))


def test_a_configuration_that_is_understood_no_longer_is_told_with_its_day(bureau):
    workspace = bureau.workspace
    yesterday = workspace.today
    snapshots.keep(workspace.ledger, "config", CONFIG_NAME, b'[bureau]\nmotto = "x"\n')
    bureau.later(days=1)
    with pytest.raises(ConfigError, match=str(yesterday)):
        workspace.as_of(yesterday)
