"""A workspace whose inbox holds as many filled 附表1 as wanted, each of an office of its own."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from itertools import cycle, islice
from typing import TYPE_CHECKING

from pipeline.files import operations
from pipeline.files.seal import seal
from pipeline.rehearsal import Bureau, config_text, demo_bureau, hand_in, prepare, write_roster
from pipeline.settings import CONFIG_NAME, parse
from pipeline.steps.issue import Wanted, issue_templates
from pipeline.workspace import open_workspace
from pipeline.workspace.paths import ROSTER_NAME

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.forms import Form
    from pipeline.model import Office
    from pipeline.rehearsal import Work
    from pipeline.workspace import Workspace

_UNVALUED = re.compile(rb"</f><v(?: ?/>|></v>)")
_ROWS = 30  # in each workbook, as in the measurements the bounds come from
_NOW = datetime(2011, 9, 12, 2, tzinfo=UTC)


def make_workspace(folder: Path, count: int) -> Workspace:
    """Return an open workspace in `folder` with `count` filled workbooks in its inbox."""
    demo = demo_bureau()
    pairs = [
        (office, _renamed(office, place))
        for place, office in enumerate(islice(cycle(demo.offices), count), 1)
    ]
    bureau = _bureau_of(demo, pairs)
    text = config_text(bureau).replace("stable_seconds = 3", "stable_seconds = 0").encode()
    operations.write_new(folder / CONFIG_NAME, text)
    operations.write_new(folder / ROSTER_NAME, write_roster(bureau, parse(text)))
    workspace = open_workspace(folder, now=lambda: _NOW)
    sent = issue_templates(workspace, Wanted(round="control"))
    for (model, office), issued in zip(pairs, sent, strict=True):
        work = _work(demo, model, office, workspace.forms[0])
        content = _calculated(hand_in(operations.read_bytes(issued.outbox), work))
        operations.write_new(workspace.paths.inbox / office.folder / issued.outbox.name, content)
    return workspace


def _calculated(package: bytes) -> bytes:
    """Return a workbook whose formulas have a value, as every office program but openpyxl saves."""
    return seal(package, lambda _, content: _UNVALUED.sub(b"</f><v>0</v>", content))


def _renamed(office: Office, place: int) -> Office:
    name = f"{office.name}{place:04d}"
    return replace(office, code=f"K{place:04d}", name=name, order=place, aliases=())


def _bureau_of(demo: Bureau, pairs: list[tuple[Office, Office]]) -> Bureau:
    """Return a bureau of the second of each pair, staffed like the first."""
    people = tuple(
        replace(person, code=f"{office.code}{person.code}", office=office.code)
        for model, office in pairs
        for person in demo.staff(model.code)
    )
    return replace(demo, offices=tuple(office for _, office in pairs), people=people)


def _work(demo: Bureau, model: Office, office: Office, form: Form) -> Work:
    """Return what an office hands in: the rows of its model, repeated as different matters."""
    work = prepare(demo, model, form)
    rows = tuple(
        row | {"power_matter": f"{row['power_matter']}（{turn}）"}
        for turn in range(1, _ROWS + 1)
        for row in work.rows
    )
    return replace(work, office=office.name, rows=rows[:_ROWS])
