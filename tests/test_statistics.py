"""统计汇总.xlsx: charts show the right cells, links lead to exactly the rows a figure counts."""

from __future__ import annotations

import io
import re
from datetime import date
from functools import cache

import pytest
from office import saved
from openpyxl import load_workbook
from openpyxl.utils import range_boundaries
from registers import OFFICES, SETTINGS, SMALL, edition, four_levels, register, scope

from pipeline.model import Office
from pipeline.summaries import statistics_book
from pipeline.summaries.charts import drawing_of
from pipeline.summaries.lists import CHANGED, DETAILS, EVIDENCE
from pipeline.summaries.sheet import FIRST, HEADER
from pipeline.summaries.statistics import NO_LAST
from pipeline.tables import Before, Report, available, proof, reports
from pipeline.tables.comparison import GONE, MOVES, NEW, NOW
from pipeline.tables.comparison import TITLE as COMPARED
from pipeline.tables.counting import SHARE, counted
from pipeline.tables.overview import TITLE as OVERVIEW
from pipeline.tables.reports import office_by_level
from pipeline.tables.scope import TOTAL

HEAD = SMALL.strip().splitlines()[0]
SCOPE = scope()
HIGH, MIDDLE, LOW = SETTINGS.levels.names
DAY = date(2011, 8, 31)


def now():
    return register(SMALL, SCOPE)


def last():
    """Return a last edition from which one point came, one went and one was raised."""
    rows = now()
    rows = rows.assign(
        number=[*rows["number"][:3], "GKK-2011-009"], office=[*rows["office"][:3], "GKK"]
    )
    return Before(DAY, rows.assign(level=[LOW, *rows["level"][1:]], level_rank=[3, 3, 2, 3]))


def book_of(rows, over=SCOPE, before=None):
    return read(statistics_book(rows, over, edition(), before))


def read(package):
    return load_workbook(io.BytesIO(package))


@cache
def usual():
    """Return the usual book; tests only look at it."""
    return book_of(now(), before=last())


@cache
def odd():
    """Return the book of a register with words nobody expects, without a last edition."""
    said = SMALL.replace("现场核查", "http://x.invalid").replace("办公室 | 橙", "办公室 | 紫")
    return book_of(register(said, SCOPE))


@cache
def blank():
    """Return the book of an empty register that was empty before."""
    return book_of(register(HEAD, SCOPE), before=Before(DAY, register(HEAD, SCOPE)))


def words(sheet):
    return {cell.value for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)}


def table(sheet):
    """Return the cells of a sheet by (first cell of the row, header)."""
    rows = list(sheet.iter_rows(min_row=HEADER + 1))
    heads = [cell.value for cell in rows[0]]
    return {
        (row[0].value, head): cell
        for row in rows[1:]
        for head, cell in zip(heads, row, strict=True)
        if row[0].value
    }


def numbers_behind(book, cell):
    """Return the numbers of the rows to which a cell leads."""
    sheet, area = re.fullmatch(r"'(.+)'!(.+)", cell.hyperlink.location).groups()
    _, top, _, bottom = range_boundaries(area)
    rows = [[one.value for one in row] for row in book[sheet].iter_rows(top, bottom)]
    column = 4 if sheet == EVIDENCE else 0
    return [number for row in rows for number in row[column].split("、")]


def test_the_overview_comes_first_and_the_proof_last():
    names = usual().sheetnames
    assert names[:3] == [OVERVIEW, COMPARED, MOVES]
    assert names[3 + len(available(SCOPE)) :] == [DETAILS, CHANGED, EVIDENCE, "勾稽"]


def test_the_proof_is_told_with_both_sides():
    rows = list(usual()["勾稽"].iter_rows(min_row=FIRST + 1, values_only=True))[:-1]
    checks = proof(now(), SCOPE, last())
    assert [row[2:4] for row in rows] == [(check.left, check.right) for check in checks]
    assert {row[4] for row in rows} == {"相符"}


def test_a_proof_that_fails_is_told_in_words():
    assert "不相符" in words(odd()["勾稽"])


def test_every_figure_leads_to_as_many_numbers_as_it_says():
    book = usual()
    led = 0
    for name in [*book.sheetnames[: 3 + len(available(SCOPE))]]:
        for (_, head), cell in table(book[name]).items():
            if cell.hyperlink and "条数" not in head and "事项" not in head:
                assert len(numbers_behind(book, cell)) == cell.value, (name, cell.coordinate)
                led += 1
    assert led > 80


def test_a_figure_of_a_cross_tab_that_is_not_zero_always_leads_somewhere():
    for name in usual().sheetnames[3 : 3 + len(available(SCOPE))]:
        for (_, head), cell in table(usual()[name]).items():
            if head != SHARE and isinstance(cell.value, int) and cell.column > 1:
                assert bool(cell.hyperlink) == bool(cell.value), (name, head, cell.coordinate)


def test_links_lead_to_the_rows_meant():
    book, rows = usual(), now()
    cells = table(book["单位×风险等级"])
    assert numbers_behind(book, cells["办公室", HIGH]) == ["BGS-2011-001"]
    assert numbers_behind(book, cells["预算科", TOTAL]) == ["YSK-2011-003", "YSK-2011-004"]
    assert sorted(numbers_behind(book, cells[TOTAL, LOW])) == ["BGS-2011-002", "YSK-2011-004"]
    steps = table(book["运行环节×风险等级"])
    assert numbers_behind(book, steps["（未填）", LOW]) == ["YSK-2011-004"]
    assert numbers_behind(book, steps["受理", TOTAL]) == ["BGS-2011-001", "YSK-2011-003"]
    changed = table(book[COMPARED])
    assert numbers_behind(book, changed["预算科", NEW]) == ["YSK-2011-004"]
    assert numbers_behind(book, changed["国库科", GONE]) == ["GKK-2011-009"]
    assert numbers_behind(book, changed[TOTAL, NOW]) == [
        *sorted(rows["number"]),
    ]
    assert numbers_behind(book, table(book[MOVES])[LOW, HIGH]) == ["BGS-2011-001"]


def test_filtering_the_details_gives_the_figure():
    sheet = usual()[DETAILS]
    heads, *rows = sheet.iter_rows(min_row=HEADER + 1, values_only=True)
    for report in available(SCOPE):
        keys = [SCOPE.header(key) for key in report.axes]
        for (row, column), cell in table(usual()["×".join(keys)]).items() if keys else ():
            if {TOTAL, SHARE} & {row, column} or not isinstance(cell.value, int):
                continue
            wanted = dict(zip(keys, (row, column), strict=True))
            places = {heads.index(key): word for key, word in wanted.items()}
            found = [one for one in rows if all(one[at] == word for at, word in places.items())]
            assert len(found) == cell.value, (keys, row, column)


def test_the_chart_of_a_table_shows_its_words_and_levels_without_the_total():
    sheet = usual()["单位×风险等级"]
    (chart,) = sheet._charts
    last_row = FIRST + len(OFFICES)
    assert [one.val.numRef.f for one in chart.series] == [
        f"'单位×风险等级'!${column}${FIRST + 1}:${column}${last_row}" for column in "BCD"
    ]
    assert {one.cat.strRef.f for one in chart.series} == {
        f"'单位×风险等级'!$A${FIRST + 1}:$A${last_row}"
    }
    assert [
        sheet[one.tx.strRef.f.split("!")[1].replace("$", "")].value for one in chart.series
    ] == [
        HIGH,
        MIDDLE,
        LOW,
    ]
    assert chart.grouping == "stacked"


def test_every_cross_tab_has_a_chart_and_an_empty_register_has_none():
    reports = usual().sheetnames[3 : 3 + len(available(SCOPE))]
    assert [len(usual()[name]._charts) for name in reports] == [1] * len(reports)
    assert not [sheet.title for sheet in blank() if sheet._charts]


def test_a_fourth_level_has_its_columns_and_its_series():
    over = scope(four_levels())
    rows = register(SMALL, over)
    book = book_of(rows, over, Before(DAY, rows))
    fourth = over.levels.names[3]
    assert len(book["单位×风险等级"]._charts[0].series) == 4
    assert f"{fourth}{NOW}" in words(book[COMPARED])
    assert fourth in words(book[MOVES])


def many(count):
    offices = tuple(Office(f"D{place:03d}", f"第{place}科", place) for place in range(1, count + 1))
    lines = [f"第{place}科 | {LOW} | | | | |" for place in range(1, count + 1)]
    over = scope(offices=offices)
    return register("\n".join([HEAD, *lines]), over), over


def test_many_offices_are_drawn_in_parts_that_show_each_of_them_once():
    rows, over = many(45)
    drawing = drawing_of(office_by_level(rows, over), over.levels)
    spans = [(chart.categories.top, chart.categories.bottom) for chart in drawing.charts]
    shown = [row for top, bottom in spans for row in range(top, bottom + 1)]
    assert shown == list(range(FIRST, FIRST + 45))
    assert {chart.most for chart in drawing.charts} == {1}
    assert not drawing.beside


def test_charts_below_a_table_stand_in_rows_of_their_own_inside_the_print_area():
    rows, over = many(45)
    sheet = book_of(rows, over)["单位×风险等级"]
    tops = [chart.anchor._from.row for chart in sheet._charts]
    assert len(sheet._charts) == 3
    assert min(tops) > FIRST + 45
    assert all(sheet.row_dimensions[row + 1].height == 399 for row in tops)
    *_, bottom = range_boundaries(sheet.print_area.split("!")[1])
    assert bottom == max(tops) + 1


def test_without_a_last_edition_the_sheet_says_so():
    assert NO_LAST in words(odd()[COMPARED])
    assert "没有上期：到2011年8月31日，档案库里还没有风险点。" in words(blank()[COMPARED])
    assert MOVES not in odd().sheetnames + blank().sheetnames


def test_the_day_compared_with_stands_in_the_title():
    assert "2011年8月31日" in str(usual()[COMPARED]["A1"].value)


def test_no_link_leads_out_of_the_book():
    assert "http://x.invalid" in words(odd()["运行环节×风险等级"])
    cells = [cell for sheet in odd() for row in sheet.iter_rows() for cell in row]
    links = [cell.hyperlink for cell in cells if cell.hyperlink]
    assert links
    assert {one.target for one in links} == {None}
    assert not [one for one in links if "invalid" in one.location]


def post_by_level(rows, over):
    return counted(rows, over, "post_name", "level")


def test_a_new_report_is_a_function_and_its_line(monkeypatch):
    new = Report(post_by_level, ("post_name",), ("post_name", "level"))
    monkeypatch.setattr(reports, "REPORTS", (*reports.REPORTS, new))
    book = book_of(now().assign(post_name=["科长岗", "科长岗", "出纳", ""]))
    sheet = book["岗位名称×风险等级"]
    assert len(sheet._charts) == 1
    cells = table(sheet)
    assert numbers_behind(book, cells["科长岗", TOTAL]) == ["BGS-2011-001", "BGS-2011-002"]
    assert "岗位名称×风险等级：合计＝档案库行数" in words(book["勾稽"])


@pytest.mark.office
def test_charts_and_links_survive_libreoffice(tmp_path):
    package = statistics_book(now(), SCOPE, edition(), last())
    sheets = {sheet.title: sheet for sheet in read(saved(package, tmp_path))}
    for sheet in usual():
        after = sheets[sheet.title]
        assert len(after._charts) == len(sheet._charts)
        series = [[one.val.numRef.f for one in chart.series] for chart in sheet._charts]
        kept = [[one.val.numRef.f for one in chart.series] for chart in after._charts]
        assert [[bare(f) for f in one] for one in kept] == [
            [bare(f) for f in one] for one in series
        ]
        for row in sheet.iter_rows():
            for cell in row:
                if cell.hyperlink:
                    there = after[cell.coordinate].hyperlink
                    assert bare(there.location) == bare(cell.hyperlink.location), cell.coordinate


def bare(reference):
    return reference.replace("'", "").replace("$", "")
