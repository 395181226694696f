"""Names that hurt, things that are no files, and odd workbooks that are good."""

from __future__ import annotations

import os
import re
import socket
from io import BytesIO
from pathlib import Path

from openpyxl import load_workbook
from openpyxl.comments import Comment
from packages import MAIN, REL

from hostile.case import (
    BOOK,
    BOOK_RELS,
    CORE,
    GOOD,
    IGNORED,
    SHEET,
    STRINGS,
    STYLES,
    WAITING,
    Base,
    Group,
)
from hostile.zips import STORED, Member, zip_of

NAMES, KINDS, ODD = Group("name"), Group("kind"), Group("odd")
_STRICT = (
    (b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
     b"http://purl.oclc.org/ooxml/spreadsheetml/main"),
    (b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
     b"http://purl.oclc.org/ooxml/officeDocument/relationships"),
)  # fmt: skip
_GIB = 1 << 30

_HURTING = {
    "gbk": os.fsdecode("附表1.xlsx".encode("gbk")),
    "newline": "附表1\n2011 ERROR x.xlsx",
    "escape": "附表1\x1b[2J\x1b]0;x\x07.xlsx",
    "return": "附表1\rx.xlsx",
    "tab": "附\t表1.xlsx",
    "255-bytes": "附" * 83 + "1.xlsx",
    "direction": "附表1\u202excod.xlsx",
    "zero-width": "附\u200b表\ufeff1.xlsx",
    "dash": "-rf.xlsx",
    "double-dash": "--help.xlsx",
    "emoji": "附表1😀👩‍👩‍👧.xlsx",
    "rare-characters": "附表1𠮷\ue863.xlsx",
    "decomposed": "re\u0301sume\u0301.xlsx",
    "dot-at-end": "附表1.xlsx.",
    "blank-at-end": "附表1.xlsx ",
    "blank-at-start": " 附表1.xlsx",
    "only-blanks": "   ",
    "reserved": "con.xlsx",
    "reserved-2": "LPT1",
    "stream": "附表1.xlsx:Zone.Identifier",
    "formula": "=cmd|' !A0.xlsx",
    "at": "@SUM(1+1).xlsx",
    "html": "<script>alert(1)<&>.xlsx",
    "quotes": "附表1\"';DROP TABLE arrival;--.xlsx",
    "template": "{{7*7}}{%x%}$HOME`id`.xlsx",
    "percent": "%s%n%(x)d%2e%2e.xlsx",
    "backslash": "..\\..\\x.xlsx",
    "brackets": "[1]*?.xlsx",
    "hidden": ".附表1.xlsx",
    "tilde": "~附表1.xlsx",
    "no-stem": ".xlsx",
    "two-suffixes": "附表1.xlsx.xlsx",
    "upper-case": "附表1.XLSX",
    "full-width": "附表１．ｘｌｓｘ",
}
_NEVER_TAKEN = ("~$附表1.xlsx", "~$1.xlsx", ".~附表1.xlsx", ".~lock.附表1.xlsx#", "5A3B1200.tmp",
                "a.crdownload", "Thumbs.db", "desktop.ini", ".DS_Store", "._附表1.xlsx",
                "~WRD0001.docx", "a.part")  # fmt: skip

for _name, _file in _HURTING.items():
    NAMES.add(_name, lambda b: b.filled, GOOD, file=_file)
for _file in _NEVER_TAKEN:
    NAMES.add(f"kept-{_file}", lambda b: b.filled, IGNORED, file=_file)


def _fifo(_base: Base, path: Path) -> None:
    os.mkfifo(path)


def _socket(_base: Base, path: Path) -> None:
    here = Path.cwd()
    os.chdir(path.parent)  # the path of a socket holds about a hundred bytes
    try:
        with socket.socket(socket.AF_UNIX) as door:
            door.bind(path.name)
    finally:
        os.chdir(here)


def _folder(base: Base, path: Path) -> None:
    path.mkdir()
    (path / "里面.xlsx").write_bytes(base.filled)


def _sparse(size: int):
    def make(_base: Base, path: Path) -> None:
        with path.open("wb") as file:
            file.truncate(size)

    return make


def _unreadable(base: Base, path: Path) -> None:
    path.write_bytes(base.filled)
    path.chmod(0)


def _link(target: str):
    return lambda _base, path: path.symlink_to(target)


# alone it goes to the reader, in the inbox it is never opened
_STRANGE = f"{WAITING} NOT_FILE"
KINDS.put("fifo", _fifo, _STRANGE)
KINDS.put("socket", _socket, _STRANGE)
# what it holds is taken
KINDS.put("folder", _folder, GOOD | {"NOT_FILE"}, file="文件夹.xlsx")
KINDS.put("link", _link("/etc/hosts"), _STRANGE)
KINDS.put("link-broken", _link("/nowhere/at/all"), _STRANGE)
KINDS.put("link-to-itself", _link("kind-link-to-itself.xlsx"), _STRANGE)
KINDS.put("link-to-folder", _link("/etc"), _STRANGE)
# whoever may read everything reads it
KINDS.put("unreadable", _unreadable, GOOD | {WAITING, "NO_ACCESS"})
KINDS.put("sparse", _sparse(64 << 20), "TOO_BIG")
KINDS.put("sparse-10g", _sparse(10 * _GIB), f"{WAITING} TOO_BIG")
KINDS.put("zero", _sparse(0), "EMPTY")
KINDS.put("zero-named-txt", _sparse(0), "EMPTY", file="空.txt")


def _strict(base: Base) -> bytes:
    changed: dict[str, bytes | None] = {}
    for name, part in base.parts.items():
        if name.startswith(("xl/", "_rels/")):
            main, relations = _STRICT
            changed[name] = part.replace(*main).replace(*relations)
    return base.pack(changed)


def _shared(base: Base) -> bytes:
    """The workbook as Excel writes it: every text in the table of shared strings."""
    texts: list[bytes] = []

    def moved(found: re.Match[bytes]) -> bytes:
        texts.append(found[2])
        return b'%bt="s"><v>%d</v></c>' % (found[1], len(texts) - 1)

    pattern = re.compile(rb'(<c [^>]*)t="inlineStr"><is><t[^>]*>([^<]*)</t></is></c>')
    sheet = pattern.sub(moved, base.parts[SHEET])
    items = b"".join(b'<si><t xml:space="preserve">%b</t></si>' % text for text in texts)
    relation = f'<Relationship Id="s" Type="{REL}/sharedStrings" Target="sharedStrings.xml"/>'
    rels = base.parts[BOOK_RELS].replace(b"</Rel", relation.encode() + b"</Rel", 1)
    strings = f'<sst xmlns="{MAIN}">'.encode() + items + b"</sst>"
    return base.pack({SHEET: sheet, STRINGS: strings, BOOK_RELS: rels})


def _prefixed(base: Base) -> bytes:
    sheet = re.sub(rb"<(/?)(?=[a-zA-Z])", rb"<\1x:", base.parts[SHEET])
    return base.pack({SHEET: sheet.replace(b"xmlns=", b"xmlns:x=", 1)})


def _by_openpyxl(touch):
    """Return what lets openpyxl save the workbook, but for the time of day that it notes."""

    def build(base: Base) -> bytes:
        target, book = BytesIO(), load_workbook(BytesIO(base.filled))
        touch(book)
        book.save(target)
        saved = Base(target.getvalue())
        return saved.pack({CORE: base.parts[CORE]})

    return build


def _comment(book) -> None:
    book.worksheets[0]["K8"].comment = Comment("请看", "李会计")


def _hide_row(book) -> None:
    book.worksheets[0].row_dimensions[9].hidden = True


def _hide_column(book) -> None:
    book.worksheets[0].column_dimensions["K"].hidden = True


def _own_sheet(book) -> None:
    book.create_sheet("草稿")["A1"] = "自己记的"


def _style(book) -> None:
    book.worksheets[0]["K8"].number_format = '"<"@">"'


ODD.add("as-it-was", lambda b: b.filled, GOOD)
ODD.add("strict", _strict, GOOD)
ODD.add("shared-strings", _shared, GOOD)
ODD.add("prefixed", _prefixed, GOOD)
ODD.add("comment", _by_openpyxl(_comment), GOOD)
ODD.add("hidden-row", _by_openpyxl(_hide_row), GOOD)
ODD.add("hidden-column", _by_openpyxl(_hide_column), GOOD)
ODD.add("own-sheet", _by_openpyxl(_own_sheet), GOOD)
ODD.add("own-format", _by_openpyxl(_style), GOOD)
ODD.add("stored", lambda b: zip_of(
    Member(name, part, method=STORED) for name, part in b.parts.items()), GOOD
)  # fmt: skip
ODD.add("wrong-dimension", lambda b: b.edit(SHEET, 'ref="A1:X19"', 'ref="A1"'), GOOD)
ODD.add("huge-dimension", lambda b: b.edit(SHEET, 'ref="A1:X19"', 'ref="A1:XFD1048576"'), GOOD)
ODD.add("large-picture", lambda b: zip_of(
    [*b.members(), Member("xl/media/image1.png", b"\x89PNG" * 900_000, method=STORED)]), GOOD
)  # fmt: skip
ODD.add("unknown-part", lambda b: b.pack({"customXml/item1.xml": b"<a/>"}), GOOD)
ODD.add("unknown-extension", lambda b: b.behind(
    '<extLst><ext uri="{0}" xmlns:x="urn:x"><x:y/></ext></extLst>'), GOOD
)  # fmt: skip
ODD.add("styles-extended", lambda b: b.edit(
    STYLES, "</styleSheet>", "<extLst/></styleSheet>"), GOOD
)  # fmt: skip
ODD.add("comments-in-markup", lambda b: b.edit(BOOK, "<sheets>", "<!-- x --><sheets>"), GOOD)
ODD.add(
    "date-mode-1904", lambda b: b.edit(BOOK, "<workbookPr/>", '<workbookPr date1904="1"/>'), GOOD
)
ODD.add("precheck-copy", lambda b: zip_of(b.members(), comment=b"copy"), GOOD)
