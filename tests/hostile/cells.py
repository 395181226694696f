"""Cells no form has: beyond the grid, out of the lists, not numbers, not text, too much."""

from __future__ import annotations

from typing import TYPE_CHECKING

from packages import CELL_A1, MAIN, REL, hand_made

from hostile.case import BOOK_RELS, GOOD, SHEET, STRINGS, Group

if TYPE_CHECKING:
    from collections.abc import Callable

    from hostile.case import Base

CELLS = Group("cell")
_ERROR = "FINDINGS F207"


def _far(element: str) -> Callable[[Base], bytes]:
    return lambda base: base.rows(element)


def _cell(element: str) -> Callable[[Base], bytes]:
    return lambda base: base.cell(element)


def _typed(text: str) -> Callable[[Base], bytes]:
    return lambda base: base.cell(f'<c r="K8" t="inlineStr"><is><t>{text}</t></is></c>')


def _shared(index: str, count: int = 2) -> Callable[[Base], bytes]:
    """Return what packs a workbook whose cell names a shared string that is or is not there."""

    def build(base: Base) -> bytes:
        items = "<si><t>双人经办</t></si>" * count
        strings = f'<sst xmlns="{MAIN}">{items}</sst>'.encode()
        relation = f'<Relationship Id="s" Type="{REL}/sharedStrings" Target="sharedStrings.xml"/>'
        rels = base.parts[BOOK_RELS].replace(b"</Rel", relation.encode() + b"</Rel", 1)
        sheet = base.parts[SHEET].replace(
            b"</sheetData>",
            f'<row r="60"><c r="AA60" t="s"><v>{index}</v></c></row></sheetData>'.encode(),
        )
        return base.pack({STRINGS: strings, BOOK_RELS: rels, SHEET: sheet})

    return build


CELLS.add("row-beyond", _far('<row r="1048577"><c r="A1048577"><v>1</v></c></row>'), "DAMAGED")
CELLS.add("column-beyond", _far('<row r="60"><c r="XFE60"><v>1</v></c></row>'), "DAMAGED")
CELLS.add("row-zero", _far('<row r="0"><c r="A0"><v>1</v></c></row>'), "DAMAGED")
CELLS.add("row-negative", _far('<row r="-1"><c r="A-1"><v>1</v></c></row>'), "DAMAGED")
CELLS.add("row-huge", _far(f'<row r="{"9" * 40}"><c r="A{"9" * 40}"><v>1</v></c></row>'), "DAMAGED")
CELLS.add("bad-address", _far('<row r="60"><c r="60A"><v>1</v></c></row>'), "DAMAGED")
CELLS.add("far-corner", _far('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'), GOOD)
CELLS.add("far-row", _far('<row r="1048576"><c r="A1048576" t="str"><v>甲</v></c></row>'), GOOD)
CELLS.add("far-column", _far('<row r="60"><c r="XFD60"><v>1</v></c></row>'), GOOD)
CELLS.add(
    "far-many",
    _far("".join(
        f'<row r="{n}"><c r="XFD{n}"><v>1</v></c></row>' for n in range(900_000, 920_000)
    )),
    "TOO_BIG",
)  # fmt: skip
CELLS.add("rows-backwards", _far('<row r="2"><c r="AA2"><v>1</v></c></row>'), GOOD)
CELLS.add(
    "cell-twice",
    _far('<row r="60"><c r="AA60"><v>1</v></c><c r="AA60"><v>2</v></c></row>'),
    "DAMAGED",
)
for _name, _index in {
    "out-of-range": "99",
    "negative": "-1",
    "huge": "99999999999999999999",
    "text": "x",
    "blank": "",
}.items():
    CELLS.add(f"string-{_name}", _shared(_index), "DAMAGED")
CELLS.add("string-right", _shared("1"), GOOD)
CELLS.add("style-beyond", _cell('<c r="K8" s="99999" t="str"><v>双人经办</v></c>'), GOOD)
CELLS.add("style-negative", _cell('<c r="K8" s="-5" t="str"><v>双人经办</v></c>'), GOOD)
CELLS.add("style-text", _cell('<c r="K8" s="x" t="str"><v>双人经办</v></c>'), GOOD)
CELLS.add("error-unknown", _cell('<c r="K8" t="e"><v>#BOGUS!</v></c>'), _ERROR)
CELLS.add("error-known", _cell('<c r="K8" t="e"><v>#REF!</v></c>'), _ERROR)
CELLS.add("type-unknown", _cell('<c r="K8" t="zz"><v>双人经办</v></c>'), GOOD)
for _name, _number in {
    "nan": "NaN",
    "infinite": "-inf",
    "1e999": "1e999",
    "hex": "0x1F",
    "underscores": "1_000",
    "commas": "1,000",
    "other-digits": "١٢",
    "blanks": " 7 ",
    "words": "双人经办",
    "long": "9" * 5_000,
    "tiny": "1e-400",
    "precise": "0." + "1" * 4_000,
}.items():
    _told = "FINDINGS F204" if _name == "long" else GOOD
    CELLS.add(f"number-{_name}", _cell(f'<c r="K8"><v>{_number}</v></c>'), _told)
CELLS.add("date-beyond", _cell('<c r="K8" t="d"><v>9999999-99-99</v></c>'), GOOD)
CELLS.add("bool-odd", _cell('<c r="K8" t="b"><v>7</v></c>'), "DAMAGED")
CELLS.add("text-32768", _typed("甲" * 32_768), "FINDINGS F204")
CELLS.add("text-5000000", _typed("甲" * 5_000_000), "BOMB")
CELLS.add("control-raw", _typed("甲\x07乙"), "DAMAGED")
CELLS.add("control-reference", _typed("甲&#7;乙"), "DAMAGED")
CELLS.add("nul-reference", _typed("甲&#0;乙"), "DAMAGED")
CELLS.add("surrogate-reference", _typed("甲&#xD800;乙"), "DAMAGED")
CELLS.add("surrogate-escaped", _typed("甲_xD800_乙"), GOOD)
CELLS.add("pair-escaped", _typed("甲_xD83D__xDE00_乙"), GOOD)
CELLS.add("nul-escaped", _typed("甲_x0000_乙"), GOOD)
CELLS.add("return-escaped", _typed("甲_x000D_乙"), GOOD)
CELLS.add("escape-escaped", _typed("甲_x001B_[2J乙"), GOOD)
CELLS.add("not-a-character", _typed("甲\ufffe乙"), "DAMAGED")
CELLS.add("private-use", _typed("甲\ue863乙"), GOOD)
CELLS.add("direction", _typed("甲\u202e乙\u2066"), GOOD)
CELLS.add("markup", _typed("&lt;script&gt;alert(1)&lt;/script&gt;]]&gt;"), GOOD)
CELLS.add("template-code", _typed('{{7*7}}{%x%}#let x = read("/etc/hosts")'), GOOD)
CELLS.add("rich-in-rich", _cell(
    '<c r="K8" t="inlineStr"><is><r><r><t>双人</t></r></r><t>经办</t></is></c>'), GOOD
)  # fmt: skip
CELLS.add("cell-in-cell", _cell(
    '<c r="K8" t="str"><c r="L8"><v>9</v></c><v>双人经办</v></c>'), "DAMAGED"
)  # fmt: skip
CELLS.add("row-in-row", _far('<row r="60"><row r="61"><c r="AA61"><v>1</v></c></row></row>'),
          GOOD)  # fmt: skip
CELLS.add("data-twice", lambda b: b.behind("<sheetData><row r='1'/></sheetData>"), GOOD)
CELLS.add("values-in-pieces", _cell('<c r="K8" t="str"><v>双<!-- x -->人<![CDATA[经办]]></v></c>'),
          GOOD)  # fmt: skip
CELLS.add("nested-90000", lambda b: b.behind("<a>" * 90_000 + "</a>" * 90_000), "XML_UNSAFE")
CELLS.add("nested-65", lambda b: b.behind("<a>" * 65 + "</a>" * 65), "XML_UNSAFE")
CELLS.add(
    "attributes-300000",
    lambda b: b.behind("<a " + " ".join(f'b{n}="{n}"' for n in range(300_000)) + "/>"),
    "XML_UNSAFE",
)
CELLS.add("attribute-huge", lambda b: b.behind(f'<a b="{"x1" * 4_000_000}"/>'), "BOMB")
CELLS.add("only-blank-cells", lambda _: hand_made('<row r="1"><c r="A1" s="1"/></row>'),
          "NOT_OUR_TEMPLATE")  # fmt: skip
CELLS.add("no-address", lambda _: hand_made("<row><c><v>1</v></c></row>" + CELL_A1),
          "DAMAGED")  # fmt: skip
