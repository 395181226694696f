"""Files that are small and want to be large: in bytes, cells, parts, names, rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from packages import CELL_A1, MAIN, REL, hand_made, workbook_parts

from hostile.case import (
    BOOK,
    BOOK_RELS,
    CUSTOM,
    GOOD,
    SHEET,
    STRINGS,
    STYLES,
    THEME,
    Group,
)
from hostile.zips import Member, repeated, zip_of

if TYPE_CHECKING:
    from hostile.case import Base

BOMBS = Group("bomb")
_GIB = 1 << 30


def _with(base: Base, member: Member) -> bytes:
    kept = [one for one in base.members() if one.name != member.name]
    return zip_of([*kept, member])


def _lying(base: Base) -> bytes:
    swollen = repeated(CUSTOM, b" " * 1024, _GIB)
    return _with(base, Member(CUSTOM, packed=swollen.packed, size=9_000, crc=swollen.crc))


def _padded_sheet(base: Base) -> bytes:
    start, end = base.parts[SHEET].split(b"</sheetData>")
    return _with(base, repeated(SHEET, b" " * 1024, _GIB, (start, b"</sheetData>" + end)))


def _plain(parts: dict[str, bytes | str]) -> bytes:
    return zip_of(
        Member(name, part.encode() if isinstance(part, str) else part)
        for name, part in parts.items()
    )


def _merged(base: Base) -> bytes:
    merges = "".join(f'<mergeCell ref="AA{n}:AB{n}"/>' for n in range(30, 100_030))
    return base.behind(f"<mergeCells>{merges}</mergeCells>")


def _wide(_base: Base) -> bytes:
    rows = (
        "".join(f"<c><v>{row * column * 7919}</v></c>" for column in range(16_384))
        for row in range(60)
    )
    return hand_made("".join(f"<row>{row}</row>" for row in rows))


def _unused_strings(base: Base) -> bytes:
    start = f'<sst xmlns="{MAIN}">'.encode()
    items = b"".join(b"<si><t>%d</t></si>" % number for number in range(1_000_000))
    relation = f'<Relationship Id="rId99" Type="{REL}/sharedStrings" Target="sharedStrings.xml"/>'
    rels = base.parts[BOOK_RELS].replace(
        b"</Relationships>", f"{relation}</Relationships>".encode()
    )
    return base.pack({STRINGS: start + items + b"</sst>", BOOK_RELS: rels})


def _many_sheets(parts: int) -> bytes:
    """5,000 sheets over so many parts."""
    book = workbook_parts()
    sheets = "".join(
        f'<sheet name="s{n}" sheetId="{n + 1}" r:id="rId{n % parts}"/>' for n in range(5_000)
    )
    book[BOOK] = f'<workbook xmlns="{MAIN}" xmlns:r="{REL}"><sheets>{sheets}</sheets></workbook>'
    relations = "".join(
        f'<Relationship Id="rId{n}" Type="{REL}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in range(parts)
    )
    book[BOOK_RELS] = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f"{relations}</Relationships>"
    )
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c></row>' for n in range(1, 901))
    sheet = f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'
    return _plain(book | {f"xl/worksheets/sheet{n}.xml": sheet for n in range(parts)})


def _styles(base: Base) -> bytes:
    formats = b"".join(b'<xf numFmtId="%d" xfId="0"/>' % (n * 7919 % 49) for n in range(65_000))
    content = base.parts[STYLES].replace(b"</cellXfs>", formats + b"</cellXfs>", 1)
    return base.pack({STYLES: content})


def _names(base: Base) -> bytes:
    names = "".join(
        f"<definedName name=\"n{n}\">'_lists'!$A${n + 1}</definedName>" for n in range(100_000)
    )
    return base.edit(BOOK, "</definedNames>", f"{names}</definedNames>")


def _styled_rows(_base: Base) -> bytes:
    blank = "".join(f'<row r="{n}"><c r="A{n}" s="1"/></row>' for n in range(2, 1_048_577))
    return hand_made(CELL_A1 + blank)


def _filled_down(_base: Base) -> bytes:
    return hand_made(
        "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in range(1, 1_048_577))
    )


def _overlapping() -> bytes:
    """One packed kernel that two hundred and fifty members claim as theirs."""
    kernel = repeated("0", b"a" * 1024, 90_000_000)
    first = Member("xl/media/0.xml", packed=kernel.packed, size=kernel.size, crc=kernel.crc)
    others = [
        Member(f"xl/x{n}.xml", packed=kernel.packed, size=kernel.size, crc=kernel.crc, at=0)
        for n in range(250)
    ]
    return zip_of([first, *others])


def _rules(base: Base, element: str, count: int) -> bytes:
    return base.behind("".join(element.format(n=n, row=n + 40) for n in range(count)))


def _nested_zip(depth: int) -> bytes:
    content = b"\0" * 1_000_000
    for level in range(depth):
        content = zip_of([Member(f"{level}-{copy}.zip", content) for copy in range(4)])
    return content


BOMBS.add("theme-1g", lambda b: _with(b, repeated(THEME, b" " * 1024, _GIB)), "TOO_BIG", bomb=True)
BOMBS.add(
    "strings-1g", lambda b: _with(b, repeated(STRINGS, b"x" * 1024, _GIB)), "TOO_BIG", bomb=True
)
BOMBS.add("sheet-1g", _padded_sheet, "TOO_BIG", bomb=True)
BOMBS.add("size-told-too-small", _lying, "BOMB", bomb=True)
BOMBS.add(
    "size-told-too-large",
    lambda b: _with(b, Member(THEME, b.parts[THEME], size=90_000_000)),
    "BOMB",
)
BOMBS.add(
    "size-told-4g", lambda b: _with(b, Member(THEME, b.parts[THEME], size=0xFFFFFFFE)), "TOO_BIG"
)
BOMBS.add("ratio-5m", lambda b: b.pack({THEME: b" " * 5_000_000}), "BOMB")
BOMBS.add(
    "media-1g",
    lambda b: _with(b, repeated("xl/media/i.png", b"x" * 1024, _GIB)),
    "TOO_BIG",
    bomb=True,
)
BOMBS.add(
    "total",
    lambda b: zip_of(
        [*b.members(), *[repeated(f"xl/t{n}.xml", b"xy", 90 << 20) for n in range(3)]]
    ),
    "BOMB",
)
BOMBS.add("overlapping-entries", lambda _: _overlapping(), "BOMB")
BOMBS.add(
    "entries-70000",
    lambda b: zip_of([*b.members(), *[Member(f"xl/{n}", method=0) for n in range(65_000)]]),
    "BOMB",
)
BOMBS.add("merges-100000", _merged, "TOO_BIG")
BOMBS.add("columns-16384", _wide, "NOT_OUR_TEMPLATE", bomb=True)
BOMBS.add("strings-unused-1000000", _unused_strings, GOOD, bomb=True)
BOMBS.add("sheets-5000-parts-900", lambda _: _many_sheets(900), "DAMAGED")
BOMBS.add("sheets-5000-part-1", lambda _: _many_sheets(1), "DAMAGED")
BOMBS.add("styles-65000", _styles, "BOMB")
BOMBS.add("names-100000", _names, GOOD)
BOMBS.add("rows-styled-1048575", _styled_rows, "NOT_OUR_TEMPLATE", bomb=True)
BOMBS.add("rows-filled-1048576", _filled_down, "NOT_OUR_TEMPLATE", bomb=True)
BOMBS.add("nested-42", lambda _: _nested_zip(4), "UNPACKED", file="42.zip")
BOMBS.add("nested-42-named-xlsx", lambda _: _nested_zip(3), "UNPACKED")
BOMBS.add(
    "conditions-20000",
    lambda b: _rules(
        b,
        '<conditionalFormatting sqref="B{row}"><cfRule type="expression" priority="{n}">'
        "<formula>B{row}=1</formula></cfRule></conditionalFormatting>",
        20_000,
    ),
    GOOD,
)
BOMBS.add(
    "validations-50000",
    lambda b: _rules(
        b,
        '<dataValidations><dataValidation type="list" sqref="B{row}"><formula1>"a"</formula1>'
        "</dataValidation></dataValidations>",
        50_000,
    ),
    GOOD,
)
BOMBS.add(
    "hyperlinks-50000",
    lambda b: _rules(b, '<hyperlinks><hyperlink ref="B{row}" location="A1"/></hyperlinks>', 50_000),
    GOOD,
)
BOMBS.add(
    "hyperlink-over-all",
    lambda b: b.behind('<hyperlinks><hyperlink ref="A1:XFD1048576" location="A1"/></hyperlinks>'),
    GOOD,
)
BOMBS.add(
    "columns-hidden-60000",
    lambda b: b.edit(
        SHEET, "</cols>", '<col min="1" max="16384" hidden="1"/>' * 60_000 + "</cols>"
    ),
    "BOMB",
)
