"""Documents that bring declarations of their own, in every part and every encoding."""

from __future__ import annotations

from typing import TYPE_CHECKING

from packages import MAIN

from hostile.case import (
    BOOK,
    BOOK_RELS,
    CORE,
    CUSTOM,
    GOOD,
    ROOT_RELS,
    SHEET,
    STRINGS,
    STYLES,
    THEME,
    TYPES,
    Group,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from hostile.case import Base

ENTITIES = Group("entity")
_LAUGHS = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "ha" * 10}">' for n in range(10))
_DECLARED = {
    "laughs": f"<!DOCTYPE x [{_LAUGHS}]>",
    "quadratic": f'<!DOCTYPE x [<!ENTITY e9 "{"a" * 100_000}">]>',
    "file": '<!DOCTYPE x [<!ENTITY e9 SYSTEM "file:///etc/passwd">]>',
    "http": '<!DOCTYPE x [<!ENTITY e9 SYSTEM "http://127.0.0.1:9/e">]>',
    "unc": '<!DOCTYPE x [<!ENTITY e9 SYSTEM "\\\\127.0.0.1\\share\\e">]>',
    "parameter": '<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1:9/p.dtd"> %p;]>',
    "external-dtd": '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">',
    "attributes": '<!DOCTYPE x [<!ATTLIST c r CDATA "A1">]>',
    "empty": "<!DOCTYPE x>",
    "lower-case": "<!doctype x>",
}


def _declaring(content: bytes, declared: str, used: str = "") -> bytes:
    """Return a part that begins with a declaration, and uses it before its end."""
    text = content.decode()
    declaration, end, rest = text.partition("?>") if text.startswith("<?xml") else ("", "", text)
    body, slash, close = rest.rpartition("</")
    return f"{declaration}{end}{declared}{body}{used}{slash}{close}".encode()


def _in_part(part: str, kind: str) -> Callable[[Base], bytes]:
    def build(base: Base) -> bytes:
        content = base.parts.get(part, f'<sst xmlns="{MAIN}"></sst>'.encode())
        return base.pack({part: _declaring(content, _DECLARED[kind])})

    return build


def _in_cell(kind: str) -> Callable[[Base], bytes]:
    def build(base: Base) -> bytes:
        many = 1_000 if kind == "quadratic" else 1
        content = base.parts[SHEET].replace(
            b"</sheetData>",
            b'<row r="60"><c r="AA60" t="inlineStr"><is><t>%b</t></is></c></row></sheetData>'
            % (b"&e9;" * many),
        )
        return base.pack({SHEET: _declaring(content, _DECLARED[kind])})

    return build


def _encoded(encoding: str, *, mark: bytes = b"", told: str = "", declared: str = "empty"):
    """Return what packs the sheet with a declaration in another encoding."""

    def build(base: Base) -> bytes:
        text = _declaring(base.parts[SHEET], _DECLARED[declared]).decode()
        head = f'<?xml version="1.0" encoding="{told or encoding}"?>'
        return base.pack({SHEET: mark + (head + text).encode(encoding, "xmlcharrefreplace")})

    return build


def _recoded(encoding: str, *, mark: bytes = b"", told: str = "") -> Callable[[Base], bytes]:
    """Return what packs the sheet, nothing declared, in another encoding."""

    def build(base: Base) -> bytes:
        head = f'<?xml version="1.0" encoding="{told or encoding}"?>'
        text = head + base.parts[SHEET].decode()
        return base.pack({SHEET: mark + text.encode(encoding, "xmlcharrefreplace")})

    return build


for _kind in _DECLARED:
    _lower = _kind == "lower-case"
    ENTITIES.add(_kind, _in_cell(_kind), "DAMAGED" if _lower else "XML_UNSAFE")
for _place, _part in {
    "types": TYPES,
    "root": ROOT_RELS,
    "book": BOOK,
    "relations": BOOK_RELS,
    "strings": STRINGS,
    "styles": STYLES,
    "theme": THEME,
    "core": CORE,
    "custom": CUSTOM,
    "app": "docProps/app.xml",
    "drawing": "xl/drawings/drawing1.xml",
    "vml": "xl/drawings/vmlDrawing1.vml",
    "comments": "xl/comments1.xml",
}.items():
    ENTITIES.add(f"in-{_place}", _in_part(_part, "laughs"), "XML_UNSAFE")

# A declaration hidden from whoever looks for its bytes.
_UNSAFE = "XML_UNSAFE"
ENTITIES.add("utf16-le", _encoded("utf-16-le", mark=b"\xff\xfe", told="UTF-16"), _UNSAFE)
ENTITIES.add("utf16-be", _encoded("utf-16-be", mark=b"\xfe\xff", told="UTF-16"), _UNSAFE)
ENTITIES.add("utf16-le-bare", _encoded("utf-16-le", told="UTF-16"), _UNSAFE)
ENTITIES.add("utf16-be-bare", _encoded("utf-16-be", told="UTF-16"), _UNSAFE)
ENTITIES.add("utf16-laughs", _encoded("utf-16", told="UTF-16", declared="laughs"), _UNSAFE)
ENTITIES.add("utf32-le", _encoded("utf-32-le", mark=b"\xff\xfe\0\0", told="UTF-32"), _UNSAFE)
ENTITIES.add("utf32-be", _encoded("utf-32-be", mark=b"\0\0\xfe\xff", told="UTF-32"), _UNSAFE)
ENTITIES.add("utf32-bare", _encoded("utf-32-be", told="UTF-32"), _UNSAFE)
ENTITIES.add("utf7", _encoded("utf-7", told="UTF-7"), _UNSAFE)
ENTITIES.add("ebcdic", _encoded("cp037", told="cp037"), "DAMAGED")
# Nothing declared, but not what readers expect; where it is taken, it is read rightly.
ENTITIES.add("sheet-utf16-le", _recoded("utf-16-le", mark=b"\xff\xfe", told="UTF-16"), GOOD)
ENTITIES.add("sheet-utf16-be", _recoded("utf-16-be", mark=b"\xfe\xff", told="UTF-16"), GOOD)
ENTITIES.add("sheet-utf8-mark", _recoded("utf-8", mark=b"\xef\xbb\xbf"), GOOD)
ENTITIES.add("sheet-latin1", _recoded("iso-8859-1"), GOOD)
ENTITIES.add("sheet-gbk", _recoded("gb18030"), "DAMAGED")
ENTITIES.add("sheet-utf32", _recoded("utf-32-le", mark=b"\xff\xfe\0\0", told="UTF-32"), _UNSAFE)
ENTITIES.add("sheet-utf7", _recoded("utf-7"), "DAMAGED")
ENTITIES.add("sheet-ebcdic", _recoded("cp037"), "DAMAGED")
ENTITIES.add("sheet-told-utf16-is-utf8", _recoded("utf-8", told="UTF-16"), "DAMAGED")
ENTITIES.add("sheet-told-unknown", _recoded("utf-8", told="x-nobody"), "DAMAGED")
ENTITIES.add(
    "stylesheet-instruction",
    lambda b: b.pack(
        {SHEET: b'<?xml-stylesheet href="http://127.0.0.1:9/x.xsl"?>' + b.parts[SHEET]}
    ),
    GOOD,
)
ENTITIES.add(
    "include",
    lambda b: b.behind(
        '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="/etc/passwd" parse="text"/>'
    ),
    GOOD,
)
ENTITIES.add(
    "strings-utf32",
    lambda b: b.pack(
        {STRINGS: b"\xff\xfe\0\0" + f"<!DOCTYPE x><sst xmlns='{MAIN}'/>".encode("utf-32-le")}
    ),
    _UNSAFE,
)
