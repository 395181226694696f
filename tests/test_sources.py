"""Every value on record names the cell it was read from, whatever the office did to its table."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from journeys import HEAD, TWO
from openpyxl import load_workbook
from other_kinds import as_xls

from pipeline.ledger import parts, records
from pipeline.ledger.rows import MISSING, NewPart, StoredPart, VersionRow
from pipeline.rehearsal import touches
from pipeline.rehearsal.clerk import open_desk, save
from pipeline.steps.register import register_frame
from pipeline.steps.sources import EXTRA, cell_of, layout_of, part_of, sources_of

LAYOUT = '{"sheet": "附表1", "columns": {"post_name": 4, "risk_point": 6}, "own": {"说明": 25}}'
CARD = '{"sheet": "承诺表", "columns": {"seq": 0}, "cells": {"duties": "B7"}}'
START = datetime(2011, 9, 1, tzinfo=UTC)


def version(cells, *, part=3, arrival=2, status=""):
    return VersionRow(
        id=1, record=1, form="F", office="YSK", person="", number="N", arrival=arrival, part=part,
        section="rows", position=0, cells=cells, payload={}, content_hash="", level="",
        category="", class_="new", status=status, raised="", fixed="",
        at=START,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("sheets", "cells", "key", "told"),
    [
        (LAYOUT, {"sheet": "附表1", "row": "9"}, "risk_point", "附表1!G9"),
        (LAYOUT, {"sheet": "附表1", "row": "9"}, f"{EXTRA}说明", "附表1!Z9"),
        (LAYOUT, {"sheet": "附表1", "row": "9"}, "remark", "附表1!第9行"),
        (CARD, {"sheet": "承诺表"}, "duties", "承诺表!B7"),
        (CARD, {"sheet": "承诺表"}, "remark", "承诺表"),
        ("[]", {"sheet": "附表1", "row": "9"}, "risk_point", "附表1!第9行"),
    ],
)
def test_a_field_has_its_cell_or_the_nearest_there_is(sheets, cells, key, told):
    part = replace(_part(), sheets=sheets)
    assert cell_of(version(cells), part, key) == told


def test_without_its_part_a_version_still_names_sheet_and_row():
    assert cell_of(version({"sheet": "附表1", "row": "9"}), None, "risk_point") == "附表1!第9行"


@pytest.mark.parametrize(
    ("made", "part"),
    [
        (version({"sheet": "附表1", "row": "9", "part": "5"}, part=8, status=MISSING), 5),
        (version({"sheet": "附表1", "row": "9"}, part=8), 8),
        (version({"sheet": "附表1", "row": "9"}, part=8, status=MISSING), None),
        (version({"sheet": "附表1", "row": "9"}, part=None, arrival=None), None),
    ],
    ids=["restated", "filed before parts were kept", "restated before", "by the group before"],
)
def test_what_only_restates_a_record_points_to_where_it_was_read(made, part):
    assert part_of(made) == part


def _part():
    made = NewPart(arrival=2, form="F", office="YSK", person="", round="r", verdict="accepted")
    names = {name: getattr(made, name) for name in NewPart.__slots__}
    return StoredPart(id=3, **names, at=START, until=None)


def cells_told(bureau, keys):
    """Return what stands in the named cells of the originals and on record, record by record."""
    with bureau.workspace.ledger.reading() as db:
        versions = records.current_versions(db, bureau.form.code)
        sources = sources_of(db, versions)
        found = []
        for one in versions:
            number = part_of(one)
            assert number
            part = parts.layouts(db, [number])[number]
            assert layout_of(part[1]).columns
            for key in keys:
                file, sheet, cell = sources.source(one, key).split("!")
                place = bureau.workspace.ledger.originals.locate(
                    db, bureau.outcome(part[0]).arrival.sha256
                )
                found.append((file, _value(place.read_bytes(), sheet, cell), one.payload[key]))
    return found


def _value(content, sheet, cell):
    """Return the text of a cell; of one under a merged range what the range shows."""
    page = load_workbook(io.BytesIO(content))[sheet]
    for area in page.merged_cells.ranges:
        if cell in area:
            cell = area.coord.split(":")[0]
    return page[cell].value


@pytest.mark.long
@pytest.mark.alone
def test_merged_and_spread_records_name_cells_that_hold_what_is_on_record(bureau):
    desk = open_desk(bureau.fill(TWO + "    借款不还"), bureau.form)
    matter = [desk.cell(record, "power_matter") for record in (0, 1, 2)]
    desk.sheet.merge_cells(f"{matter[0].coordinate}:{matter[2].coordinate}")
    below = desk.cell(3, "manifestation")
    below.value = "又一种表现"
    told = bureau.hand_in(touches.insert_row_on_top(save(desk.book), bureau.form))
    assert told.verdict == "accepted"
    for file, cell, value in cells_told(bureau, ("power_matter", "risk_point")):
        assert (file, cell) == ("附表1.xlsx", value)


@pytest.mark.long
@pytest.mark.alone
def test_an_xls_names_its_own_cells(bureau):
    content = bureau.fill(TWO)
    bureau.hand_in(as_xls(content), "附表1.xls")
    frame = register_frame(bureau.workspace, bureau.form, bureau.workspace.today)
    desk = open_desk(content, bureau.form)
    cells = [desk.cell(record, "risk_point").coordinate for record in (0, 1)]
    assert frame["source"].tolist() == [f"附表1.xls!{desk.sheet.title}!{cell}" for cell in cells]


@pytest.mark.long
@pytest.mark.alone
def test_a_missing_record_names_the_file_that_still_had_it(bureau, returned):
    five = "\n".join(["风险点 | 危害后果", *(f"{n} | 未达到党政纪处分程度" for n in "甲乙丙丁戊")])
    bureau.hand_in(returned(five), "早.xlsx")
    before = register_frame(bureau.workspace, bureau.form, bureau.workspace.today)
    bureau.hand_in(returned(five.replace("\n乙 | 未达到党政纪处分程度", "")), "晚.xlsx")
    after = register_frame(bureau.workspace, bureau.form, bureau.workspace.today)
    told = dict(zip(after["number"], after["source"], strict=True))
    assert before["source"].tolist()[1] == told["YSK-2011-002"]
    assert told["YSK-2011-002"].startswith("早.xlsx!")


@pytest.mark.long
def test_a_person_s_words_name_the_cells_of_the_card(issued):
    content = issued.pledged(HEAD, duties="审核预算")
    assert issued.hand_in(content, "附件2.xlsx").verdict == "accepted"
    desk = open_desk(content, issued.personal)
    with issued.workspace.ledger.reading() as db:
        versions = records.current_versions(db, issued.personal.code)
        sources = sources_of(db, versions)
    (made,) = versions
    assert sources.cell(made, "duties") == f"{desk.sheet.title}!{desk.card['duties']}"
