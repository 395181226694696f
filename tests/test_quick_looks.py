"""The quick looks of the guard say what the thorough ones say, or leave the part to them."""

from __future__ import annotations

import io
import random
import re
import struct
import zipfile

import pytest
from packages import MAIN, ordinary, unzipped, zipped

from pipeline.reading import manifest as manifests
from pipeline.reading import ordinary as looks
from pipeline.reading.limits import Limits, Refusal
from pipeline.reading.manifest import manifest
from pipeline.reading.memory import forget
from pipeline.reading.ordinary import is_ordinary, is_plain
from pipeline.reading.package import directory, listed_in
from pipeline.reading.zipped import plain_entries

LIMITS = Limits()
SHEET = "xl/worksheets/sheet1.xml"


def told(entry):
    return (
        entry.filename,
        entry.orig_filename,
        entry.flag_bits,
        entry.compress_type,
        entry.CRC,
        entry.compress_size,
        entry.file_size,
        entry.external_attr,
        entry.header_offset,
    )


def test_the_quick_directory_tells_what_zipfile_tells():
    package = ordinary()
    quick = plain_entries(package)
    assert quick
    assert [told(entry) for entry in quick] == [told(entry) for entry in listed_in(package)]


def _named(name: str) -> bytes:
    return zipped({name: b"1"})


def _with(**more: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        entry = zipfile.ZipInfo("a.xml")
        entry.extra, entry.comment = more.get("extra", b""), more.get("comment", b"")
        package.writestr(entry, b"1")
        package.comment = more.get("end", b"")
    return target.getvalue()


def _changed(place: int, value: bytes) -> bytes:
    """Return a package with bytes changed in its end record, or before it for negative places."""
    package = bytearray(_named("a.xml"))
    start = len(package) - 22 + place
    package[start : start + len(value)] = value
    return bytes(package)


NOT_PLAIN = {
    "a comment at the end": _with(end=b"1"),
    "a comment at an entry": _with(comment=b"1"),
    "an extra field": _with(extra=struct.pack("<HH", 0x7075, 0)),
    "something in front": b"MZ" + _named("a.xml"),
    "something behind": _named("a.xml") + b"1",
    "a Chinese name": _named("表.xml"),
    "a backslash": _named("a.xml").replace(b"a.xml", b"a\\xml"),
    "a NUL in the name": _named("a.xml").replace(b"a.xml", b"a\x00xml"),
    "a second disk": _changed(4, b"\x01"),
    "another count of entries": _changed(8, b"\x02\x00\x02\x00"),
    "a version nobody knows": _changed(6 - 51, b"\x40"),
    "an entry on a second disk": _changed(34 - 51, b"\x01"),
    "a size that is told elsewhere": _changed(24 - 51, b"\xff\xff\xff\xff"),
    "what may point to a directory of zip64": _named("PK\x06\x07" + 16 * "a"),
    "too short": b"PK\x05\x06",
}


@pytest.mark.parametrize("case", NOT_PLAIN)
def test_a_directory_that_is_not_plain_is_left_to_zipfile(case):
    assert plain_entries(NOT_PLAIN[case]) is None


def test_names_are_still_looked_up_without_regard_to_case():
    assert set(directory(_named("A.XML"))) == {"a.xml"}


def sheet(rows: str, before: str = "", behind: str = "") -> bytes:
    data = f"{before}<sheetData>{rows}</sheetData>{behind}"
    return f'<worksheet xmlns="{MAIN}">{data}</worksheet>'.encode()


def row(number: int, *cells: str) -> str:
    return f'<row r="{number}">{"".join(cells)}</row>'


def cell(address: str, value: str = '" s="1"/>') -> str:
    return f'<c r="{address}{value}'


BLANK = "".join(
    row(number, *(cell(f"{column}{number}") for column in "ABCDEFGHIJKLMNOPQRSTUVWX"))
    for number in range(40, 80)
)
FILLED = '" s="1" t="s"><v>3</v></c>'
ORDERED = {
    "cells in order": sheet(row(1, cell("A1", FILLED), cell("B1"), cell("AH1"))),
    "columns left out": sheet(row(7, cell("C7"), cell("K7", FILLED), cell("Z7"), cell("AB7"))),
    "blank rows at the end": sheet(row(1, cell("A1", FILLED)) + BLANK),
    "no rows": sheet(""),
    "blanks between": sheet(" " + row(1, cell("A1")) + "\n" + row(3, cell("A3")) + " "),
    "a foot": sheet("", behind="<headerFooter><oddFooter>&amp;L1</oddFooter></headerFooter>"),
}


@pytest.mark.parametrize("case", ORDERED)
def test_ordered_cells_need_no_look_at_addresses(case):
    assert looks._is_in_order(ORDERED[case])
    assert looks._cells(ORDERED[case], looks._NEAR_ROWS) is not None


DOUBLE = row(1, cell("A1", FILLED))
ODD = {
    "a column twice": sheet(row(1, cell("A1", FILLED), cell("A1", FILLED))),
    "another row's cell": sheet(row(1, cell("A1", FILLED), cell("B2", FILLED))),
    "a row twice": sheet(DOUBLE + row(1, cell("B1", FILLED), cell("A1", FILLED))),
    "the same row twice": sheet(DOUBLE + DOUBLE),
    "a blank row again": sheet(row(48, cell("A48", FILLED)) + BLANK),
    "a NUL in a text": sheet(row(1, cell("A1", '" t="str"><v>\0</v></c>')) + BLANK),
    "a picture": sheet(row(1, cell("A1", '" t="str"><v>=DISPIMG("1")</v></c>')) + BLANK),
    "a picture in a small sheet": sheet(row(1, cell("A1", '" t="str"><v>=DISPIMG("1")</v></c>'))),
    "a picture at the end": sheet(BLANK + row(88, cell("A88", '"><f>DISPIMG(1)</f><v>1</v></c>'))),
    "an error": sheet(row(1, cell("A1", '" t="e"><v>#REF!</v></c>'))),
    "rows inside something else": sheet(DOUBLE, before="<x>", behind="</x>"),
    "rows in an element that opens there": sheet(DOUBLE, before="<x>", behind="<y></y></x>"),
    "a comment in the foot": sheet("", behind="<headerFooter><!-- --></headerFooter>"),
    "rows in the foot": sheet("", behind="<headerFooter/><sheetData/>"),
    "two ends of rows": sheet(DOUBLE, behind="</sheetData>"),
    "a hidden column": sheet(DOUBLE, before='<cols><col min="1" max="1" hidden="1"/></cols>'),
}


@pytest.mark.parametrize("case", ODD)
def test_what_is_odd_gets_the_closer_look(case):
    for _ in range(2):  # also when it is remembered
        assert not is_ordinary(ODD[case], LIMITS)


def test_cells_in_another_order_are_ordinary_by_their_addresses():
    mixed = sheet(row(1, cell("B1", FILLED), cell("A1", FILLED)))
    assert not looks._is_in_order(mixed)
    assert is_ordinary(mixed, LIMITS)


def test_the_order_never_lets_pass_what_the_addresses_would_not():
    dice = random.Random(4)  # noqa: S311 - the same changes in every run
    signs = b'<>/"=&! 019ABZacrsvt\0\n'
    original = unzipped(ordinary(4, 8))[SHEET]
    seen = {True: 0, False: 0}
    for _ in range(3000):
        changed = bytearray(original)
        for _ in range(dice.randint(1, 2)):
            place = dice.randrange(len(changed))
            if dice.random() < 0.5:
                changed[place] = dice.choice(signs)
            else:  # a piece again, or left out
                piece = changed[place : place + dice.randint(1, 60)]
                changed[place : place + len(piece)] = dice.choice((b"", piece * 2))
        xml = bytes(changed)
        expected = looks._cells(xml, looks._NEAR_ROWS) is not None
        assert is_ordinary(xml, LIMITS) is expected
        seen[expected] += 1
    assert min(seen.values()) > 100


def strings(text: str | bytes) -> bytes:
    content = text.encode() if isinstance(text, str) else text
    return b'<sst xmlns="%b"><si><t>%b</t></si></sst>' % (MAIN.encode(), content)


SIGNS = {
    "甲（乙）": True,
    "\uff3f\uff7f\uffbf\ufefe\ufffd": True,  # their bytes are close to those of no sign
    "¿保\U0001f600": True,
    "&amp;&#10;>": True,
    "\t\r\n": True,
    "\x01": False,
    "甲\x1f": False,
    "\ufffe": False,
    "甲\uffff乙": False,
    "]]>": False,
    "&nbsp;": False,
    "&#1;": False,
}


@pytest.mark.parametrize("text", SIGNS)
def test_shared_texts_hold_the_signs_that_xml_has(text):
    assert is_plain(strings(text)) is SIGNS[text]


def test_most_shared_texts_take_the_quick_look(monkeypatch):
    monkeypatch.setattr(looks, "is_well_formed", lambda _: pytest.fail("a parser was needed"))
    assert is_plain(strings("财务（一）甲 &amp; 乙\n"))


STAMP = '<definedName name="yg_stamp">"FB1|K1"</definedName>'
PAIR = (
    '<property fmtid="{{D5-1}}" pid="2" name="{}"><vt:lpwstr xmlns:vt="v">{}</vt:lpwstr></property>'
)


def book(names: str = STAMP, properties: str = PAIR.format("yg_form", "FB1")) -> dict[str, bytes]:
    contents = {name.lower(): part for name, part in unzipped(ordinary()).items()}
    workbook = re.sub(rb"<definedNames>.*</definedNames>", b"", contents["xl/workbook.xml"])
    closed = f"<definedNames>{names}</definedNames></workbook>".encode()
    contents["xl/workbook.xml"] = workbook.replace(b"</workbook>", closed)
    contents["docprops/custom.xml"] = f"<Properties>{properties}</Properties>".encode()
    return contents


NAMES = {
    "as Excel writes it": STAMP,
    "as LibreOffice writes it": '<definedName function="false" hidden="false" name="yg_stamp"'
    ' vbProcedure="false">&quot;FB1|K1&quot;</definedName>',
    "in Chinese": '<definedName name="yg_stamp">"FB1|一季度"</definedName>',
    "twice": STAMP + STAMP.replace("K1", "K2"),
    "once in other words": STAMP + STAMP.replace("yg_", "&#121;g_").replace("K1", "K2"),
    "a formula": '<definedName name="yg_stamp">Sheet1!$A$1</definedName>',
    "in a comment": f"<!-- {STAMP} -->",
    "in a note to a program": f"<?x {STAMP}?>",
    "as text": f"<definedName name='a'><![CDATA[{STAMP}]]></definedName>",
    "without": "",
}


@pytest.mark.parametrize("case", NAMES)
def test_our_names_are_those_of_the_whole_part(case):
    contents = book(NAMES[case])
    whole = manifests._walk_workbook(contents["xl/workbook.xml"], LIMITS)
    for _ in range(2):
        found = manifest(contents, LIMITS)
        assert found.names == whole.names
        assert len(found.sheets) == len(whole.sheets)


PROPERTIES = {
    "name last": PAIR.format("yg_form", "FB1") + PAIR.format("yg_office", " K1 "),
    "name first": '<property name="yg_form" fmtid="{1}" pid="2"><vt:lpwstr>1</vt:lpwstr>'
    "</property>",
    "empty": PAIR.format("yg_person", ""),
    "of others": PAIR.format("other", "1"),
    "in Chinese": PAIR.format("yg_round", "一季度"),
    "twice": PAIR.format("yg_form", "1") + PAIR.format("yg_form", "2"),
    "in a comment": f"<!-- {PAIR.format('yg_form', '1')} -->",
    "mixed": PAIR.format("yg_form", "1") + '<property name="yg_x">2</property>',
}


@pytest.mark.parametrize("case", PROPERTIES)
def test_our_properties_are_those_of_the_whole_part(case):
    contents = book(properties=PROPERTIES[case])
    whole = manifests._walk_properties(contents["docprops/custom.xml"], LIMITS)
    for _ in range(2):
        assert manifest(contents, LIMITS).properties == whole


@pytest.mark.parametrize(
    "contents",
    [
        book(f"<x>{STAMP}"),
        book(STAMP + '<definedName a="1" a="2"/>'),
        book(STAMP.replace("name=", 'hidden="false" hidden="false" name=')),
        book(properties=PAIR.format("yg_form", "1") + "<x>"),
    ],
)
def test_a_damaged_part_is_refused_around_our_own_names_too(contents):
    forget()
    with pytest.raises(Refusal, match="DAMAGED"):
        manifest(contents, LIMITS)


def test_depth_is_counted_where_our_name_stands():
    deep = "<x>" * 62 + STAMP + "</x>" * 62
    with pytest.raises(Refusal, match="XML_UNSAFE"):
        manifest(book(deep), LIMITS)
