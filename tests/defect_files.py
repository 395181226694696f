"""The workbooks of docs/defects.md that other programs write, or that are none."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from defect_old import old
from defect_packages import (
    SHEET,
    STYLES,
    by_wps,
    dimension,
    extended,
    far_below,
    formatted_down_to,
    named_parts,
    part,
    relative_targets,
    repacked,
    replaced,
    saved_by_office,
    shared,
    strict,
    with_macros,
    with_marks,
    with_password,
    with_picture,
    without_addresses,
)
from defect_touches import by_hand, dated, noted, typed
from defects import Case, Touch, filled, read_all_the_same
from journeys import TWO
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from pipeline.rehearsal import touches

if TYPE_CHECKING:
    from pipeline.model import Verdict

DAY = date(2011, 9, 12)
_PICTURE = (
    't="str"><f>_xlfn.DISPIMG(&quot;ID_0A1B&quot;,1)</f><v>=DISPIMG(&quot;ID_0A1B&quot;,1)</v>'
)
MERGED = "权力事项 | 风险点\n专项资金 | 收入不入账\n专项资金 | 拨款无依据"


def no_workbook(
    name: str, content: bytes, file: str, reason: str, verdict: Verdict = "quarantined"
) -> Case:
    """Return the case of a file of another kind."""
    return Case(22, name, lambda _: content, verdict, reason, file=file, rows=0)


OLD: tuple[Case, ...] = (
    read_all_the_same(22, "an xls", old(), file="附表1.xls"),
    read_all_the_same(22, "an et", old(), file="附表1.et"),
    Case(
        22,
        "an xls with merges and days of 1904",
        filled(
            MERGED,
            touches.merge_runs("power_matter"),
            old(from_1904=True, days={"report_date": DAY}),
        ),
        repairs=(("合并单元格逐行填入", "power_matter 2", "", "专项资金"),),
        values={"report_date": "2011-09-12", "power_matter 2": "专项资金"},
        file="附表1.xls",
        witness=True,
    ),
    *(
        read_all_the_same(
            number,
            f"saved by an office program as {kind}",
            saved_by_office(kind),
            file=f"附表1.{kind.partition(':')[0]}",
            marks=("office",),
        )
        for number, kind in (
            (12, "xlsx:Calc MS Excel 2007 XML"),
            (22, "xls:MS Excel 97"),
            (22, "ods:calc8"),
        )
    ),
    Case(
        22,
        "a workbook with macros",
        filled(TWO, repacked(with_macros)),
        findings=(("F121", ""),),
        file="附表1.xlsm",
    ),
    no_workbook("a letter", b"{\\rtf1 x}", "附表1.doc", "WORD_FILE"),
    no_workbook("a list", "岗位,等级".encode("gb18030"), "附表1.csv", "TEXT_FILE"),
    no_workbook("another archive", b"Rar!\x1a\x07\x01\x00", "附表1.rar", "OTHER_ARCHIVE"),
    no_workbook("a scan", b"%PDF-1.4\n", "附表1签字页.pdf", "SCAN", "returned"),
    no_workbook("a photograph", b"\xff\xd8\xff\xe0\x00\x10JFIF", "附表1.jpg", "SCAN", "returned"),
    Case(
        44,
        "notes of the clerk",
        filled(TWO, by_hand(noted)),
        findings=(("F122", ""),),
    ),
    Case(
        44,
        "a picture in the package",
        filled(TWO, repacked(with_picture)),
        findings=(("F122", ""),),
    ),
    Case(
        44,
        "a picture inside a cell, as WPS keeps it",
        filled(
            "备注 | 风险点\nPICTURE | 收入不入账\n见附图 | 拨款无依据",
            replaced(SHEET, 't="inlineStr"><is><t[^>]*>PICTURE</t></is>', _PICTURE),
            repacked(by_wps),
            repacked(with_picture),
        ),
        findings=(("F122", ""),),
        values={"remark 1": "", "remark 2": "见附图"},
    ),
    Case(23, "an xls called xlsx", filled(TWO, old()), findings=(("F123", ""),)),
    Case(23, "a password", filled(TWO, with_password), "quarantined", "ENCRYPTED", rows=0),
    Case(23, "a torn part", filled(TWO, touches.break_part), "quarantined", "DAMAGED", rows=0),
    Case(
        41,
        "two thirds of a file",
        filled(TWO, touches.cut_short),
        "quarantined",
        "INCOMPLETE",
        rows=0,
    ),
)

_STYLES = {
    "a fill without a pattern": (r"<fills.*</fills>", "<fills><fill/></fills>"),
    "a font of no size": (r'<sz val="[^"]*"', '<sz val=""'),
    "number formats that are missing": (r"<numFmts.*?</numFmts>", ""),
    "styles that say nothing": (r"<cellXfs.*</cellXfs>", "<cellXfs/>"),
    "a colour that is none": (r'rgb="[0-9A-F]{8}"', 'rgb="auto"'),
}
_DIALECTS: dict[str, tuple[Touch, ...]] = {
    "the strict dialect with its days": (dated(iso=True, report_date=DAY), repacked(strict)),
    "texts in a shared table with wrong counts": (repacked(shared()),),
    "rich texts with their readings": (repacked(shared(rich=True)),),
    "rows and cells without addresses": (part(SHEET, without_addresses),),
    "a part name in capitals": (named_parts(str.title),),
    "relative targets": (repacked(relative_targets),),
    "byte order marks": (repacked(with_marks),),
    "what WPS leaves": (repacked(by_wps), dimension("A1:A1")),
    "wrong counts": (replaced(SHEET, r'count="\d+"', 'count="99"'),),
}

PACKAGES: tuple[Case, ...] = (
    read_all_the_same(12, "a drop-down as an extension", extended("risk_level")),
    *(
        read_all_the_same(24, f"a sheet that claims to be {size}", dimension(size))
        for size in ("A1:A1", "A1", "XFD1048576", "A1:XFD1048576")
    ),
    *(
        read_all_the_same(25, name, replaced(STYLES, pattern, by))
        for name, (pattern, by) in _STYLES.items()
    ),
    *(read_all_the_same(25, name, *spoiled) for name, spoiled in _DIALECTS.items()),
    Case(
        27,
        "an escaped carriage return",
        filled(
            TWO,
            typed(1, measures="1.核对凭证；换行\n2.双人复核。"),
            replaced(SHEET, "&#25442;&#34892;", "_x000D_"),
        ),
        values={"measures 1": "1.核对凭证；\n2.双人复核。"},
    ),
    read_all_the_same(
        30, "days counted from 1904", dated(epoch=CALENDAR_MAC_1904, report_date=DAY)
    ),
    read_all_the_same(43, "ten thousand formatted rows", part(SHEET, formatted_down_to(10_000))),
    read_all_the_same(
        43,
        "formatted down to the last row",
        part(SHEET, formatted_down_to(1_048_576)),
        marks=("long",),
    ),
    Case(
        43,
        "a value in the very last cell",
        filled(TWO, part(SHEET, far_below)),
        findings=(("F104", "last"),),
    ),
)

FILES = (*OLD, *PACKAGES)
