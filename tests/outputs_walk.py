"""Everything that leaves the house, walked by type of file: what is in it that nobody expects.

A new kind of file, part, formula, relation, property or element is a fault until it is named here
with the reason why it is harmless. A marked copy is held against the file that the office sent:
what stood in that is the office's own, what came to it is ours.
"""

from __future__ import annotations

import csv
import html
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pypdf
from lxml import etree
from ooxml_book import WORKBOOK, Book
from packages import MAIN, REL

from pipeline.workbook.patch.marks import AUTHOR as MARKER

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

# What some program takes for the beginning of a formula, also behind blanks.
TRIGGERS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")


@dataclass(frozen=True)
class Output:
    """A file that lies ready for somebody. path: from the workspace on, with slashes.

    original: what an office sent, where the file is that with our marks in it.
    """

    path: str
    data: bytes
    original: bytes = b""

    @property
    def kind(self) -> str:
        return self.path.rpartition(".")[2] if "." in self.path.rpartition("/")[2] else ""

    @cached_property
    def text(self) -> str:
        """Everything that can be read in it, its name included."""
        return f"{self.path}\n{READERS[self.kind](self.data)}"

    @cached_property
    def book(self) -> Book:
        return _book(self.data)

    @cached_property
    def sent(self) -> Book:
        return _book(self.original)


def walk(root: Path, sent: Mapping[str, bytes]) -> list[Output]:
    """Return every file of outbox and templates. sent: what offices handed in, by its word.

    A workbook of an office has a property of its own that names the word; see `canary`.
    """
    found = sorted(
        path for folder in ("outbox", "templates") for path in (root / folder).rglob("*")
    )
    named = ((path.relative_to(root).as_posix(), path) for path in found if path.is_file())
    return [
        Output(name, data, _original(data, sent) if name.endswith(".xlsx") else b"")
        for name, data in ((name, path.read_bytes()) for name, path in named)
    ]


def _original(data: bytes, sent: Mapping[str, bytes]) -> bytes:
    said = _book(data).parts.get("docProps/custom.xml", b"").decode()
    return next((content for word, content in sent.items() if f'"own{word}"' in said), b"")


def _book(data: bytes) -> Book:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return Book({name: package.read(name) for name in package.namelist()})


# What can be read.


def _package_text(data: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = [package.comment, *(package.read(name) for name in package.namelist())]
        names = package.namelist()
    shown = (part.decode("utf-8", "replace") for part in parts)
    return "\n".join([*names, *map(html.unescape, shown)])


def _pdf_text(data: bytes) -> str:
    file = pypdf.PdfReader(io.BytesIO(data))
    xmp = file.trailer["/Root"].get("/Metadata")
    said = [str(file.metadata), "" if xmp is None else xmp.get_object().get_data().decode()]
    return "\n".join([*said, *(page.extract_text() for page in file.pages)])


def _plain_text(data: bytes) -> str:
    return data.decode("utf-8-sig")


READERS: dict[str, Callable[[bytes], str]] = {
    "xlsx": _package_text,
    "docx": _package_text,
    "pdf": _pdf_text,
    "html": lambda data: html.unescape(data.decode()),
    "csv": _plain_text,
    "json": lambda data: str(json.loads(data)),
}


# Workbooks

# Of a workbook that we make; what it lacks here nobody put in on purpose.
_PARTS = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|docProps/(app|core|custom)\.xml|xl/workbook\.xml"
    r"|xl/_rels/workbook\.xml\.rels|xl/(styles|sharedStrings)\.xml|xl/theme/theme1\.xml"
    r"|xl/worksheets/(_rels/)?sheet\d+\.xml(\.rels)?|xl/charts/chart\d+\.xml"
    r"|xl/drawings/(_rels/)?drawing\d+\.xml(\.rels)?"
)
# What marking adds to a workbook: the lists, the comments and their boxes.
_MARKED_PARTS = re.compile(
    r"xl/worksheets/(_rels/)?sheet\d+\.xml(\.rels)?|xl/(worksheets/)?comments\d+\.xml"
    r"|xl/(drawings|worksheets)/vmlDrawing\d+\.vml|xl/comments/comment\d+\.xml"
)
# What marking changes in the office's own parts; all others are the same bytes.
_CHANGED_PARTS = re.compile(
    r"\[Content_Types\]\.xml|xl/workbook\.xml|xl/_rels/workbook\.xml\.rels|xl/styles\.xml"
    r"|xl/worksheets/(_rels/)?sheet\d+\.xml(\.rels)?|xl/comments.*\.xml|xl/drawings/.*\.vml"
)
_NAMES = re.compile(
    r"_xlnm\.(Print_Area|Print_Titles|_FilterDatabase)|yg_\w+|_yigang_\w+|L_\d\d(_\d+)?"
)
# Sheets nobody is to see: lists behind the drop-downs, the self-check, the stamp, old looks.
_HIDDEN = re.compile(r"_\w+")
MEMORY = "_yigang_marks"
_CORE = {"title", "creator", "lastModifiedBy", "created", "modified"}
_APP = {
    "Application", "DocSecurity", "ScaleCrop", "HeadingPairs", "TitlesOfParts", "Company",
    "LinksUpToDate", "SharedDoc", "HyperlinksChanged", "AppVersion",
}  # fmt: skip
_EMPTY = {"creator", "lastModifiedBy", "Company", "Manager"}
_LITERAL = re.compile(r'"(?:[^"]|"")*"')
_REFERENCE = re.compile(
    r"(?:'(?:[^']|'')+'!|[\w一-鿿]+!)?\$?[A-Z]{1,3}\$?\d+(?::\$?[A-Z]{1,3}\$?\d+)?"
)
_HARMLESS = re.compile(r'(""|A0|0)(,(""|A0|0))*')  # a text or a range of this very workbook
_LOCATION = re.compile(r"#?(?:'((?:[^']|'')+)'|([^'!]+))!\$?[A-Z]{1,3}\$?\d+")


@cache
def shape(formula: str) -> str:
    """Return a formula without what differs from cell to cell: texts, references, numbers, how often.

    >>> shape('IF(\\'附表1\\'!$B$7="红",COUNTIF(A1:A9,"x"),12)')
    'IF(A0="",COUNTIF(A0,""),0)'
    """
    plain = _REFERENCE.sub("A0", _LITERAL.sub('""', formula.removeprefix("=")))
    parts = re.sub(r"(?<![A-Za-z0])\d+(\.\d+)?", "0", plain).split(",")
    kept = [
        part
        for before, part in zip(["", *parts], parts, strict=False)
        if part != before or part.count("(") != part.count(")")
    ]
    return ",".join(kept)


def formulas(book: Book) -> Iterator[tuple[str, str, str]]:
    """Yield every formula with its sheet and place: of cells, rules, drop-downs."""
    for sheet, part in book.sheets.items():
        for cell in book.every(part, "c"):
            for found in cell.iterfind(f"{{{MAIN}}}f"):
                yield sheet, cell.get("r", ""), found.text or ""
        for tag in ("formula", "formula1", "formula2"):
            for found in book.every(part, tag):
                holder = found.getparent()
                areas = "" if holder is None else holder.get("sqref", "")
                yield sheet, f"{tag} {areas}", found.text or ""


def own_book(output: Output, known: set[str]) -> Iterator[str]:
    """Find what does not belong into a workbook that we make. known: shapes of our formulas."""
    book = output.book
    # The answer to what takes no marks is a form of ours with marks; it has their parts too.
    is_answer = MEMORY in book.sheets
    parts = (_PARTS, _MARKED_PARTS) if is_answer else (_PARTS,)
    for name in book.parts:
        if not any(part.fullmatch(name) for part in parts):
            yield f"part {name}"
    yield from _outside(book)
    for sheet, place, formula in formulas(book):
        if not _is_ours(place, formula, known):
            yield f"formula {sheet}!{place}: {formula}"
    yield from _links(book, set())
    yield from _unquoted(book, book.sheets)
    yield from _names(book, set())
    yield from _properties(book)
    yield from _furniture(book, is_answer=is_answer)
    yield from (f"comment of {name}" for name in _authors(book) - {MARKER})


def _is_ours(place: str, formula: str, known: set[str]) -> bool:
    """Tell whether a formula is one we make: of a form, of a mark, a list or range by itself."""
    form = shape(formula)
    of_mark = place.startswith("formula ") and form == "TRUE"
    return of_mark or form in known or bool(_HARMLESS.fullmatch(form))


def _outside(book: Book) -> Iterator[str]:
    for name in book.parts:
        if name.endswith(".rels"):
            for line in book.root(name):
                if line.get("TargetMode") == "External":
                    yield f"{name} leads to {line.get('Target')}"


def _links(book: Book, own: set[str]) -> Iterator[str]:
    """Find links that lead out of the workbook or to no sheet of it. own: of the office itself."""
    for part in book.sheets.values():
        for link in book.every(part, "hyperlink"):
            location = _LOCATION.fullmatch(link.get("location", ""))
            target = (location[1] or location[2]).replace("''", "'") if location else None
            if etree.tostring(link).decode() in own:
                continue
            if link.get(f"{{{REL}}}id") or target not in book.sheets:
                yield f"{part} link {link.get('ref')}: {dict(link.attrib)}"


def texts(book: Book, part: str) -> Iterator[tuple[str, str, str]]:
    """Yield address, style and text of the cells of a sheet that hold a text of their own."""
    strings = [
        "".join(piece.text or "" for piece in entry.iter(f"{{{MAIN}}}t"))
        for name in book.related(WORKBOOK, "sharedStrings")
        for entry in book.every(name, "si")
    ]
    for cell in book.every(part, "c"):
        place = cell.get("r", ""), cell.get("s", "0")
        if cell.get("t") == "s":
            yield *place, strings[int(cell.findtext(f"{{{MAIN}}}v") or 0)]
        elif cell.get("t") == "inlineStr":
            yield *place, "".join(piece.text or "" for piece in cell.iter(f"{{{MAIN}}}t"))


def is_risky(shown: str) -> bool:
    """Tell whether some program takes a text for a formula when it is edited or pasted."""
    return shown.lstrip().startswith(TRIGGERS) or shown.startswith(("\t", "\r", "\n"))


def _unquoted(book: Book, sheets: dict[str, str]) -> Iterator[str]:
    """Find texts with a trigger that Excel would compute once somebody edits the cell."""
    (styles,) = book.related(WORKBOOK, "styles")
    (formats,) = book.every(styles, "cellXfs")
    quoted = {
        str(number)
        for number, entry in enumerate(formats)
        if entry.get("quotePrefix") in {"1", "true"}
    }
    for sheet, part in sheets.items():
        for address, style, shown in texts(book, part):
            if is_risky(shown) and style not in quoted:
                yield f"no quote prefix {sheet}!{address}: {shown[:30]!r}"
    kinds = {"s", "n", "inlineStr", "str", "b"}
    for sheet, part in sheets.items():
        for cell in book.every(part, "c"):
            if cell.get("t", "n") not in kinds:
                yield f"type of a cell {sheet}!{cell.get('r')}: {cell.get('t')}"


def _names(book: Book, own: set[str | None]) -> Iterator[str]:
    """Find names that are none of ours, or lead out of the workbook. own: of the office itself."""
    for entry in book.every(WORKBOOK, "definedName"):
        name, said = entry.get("name", ""), entry.text or ""
        ours = _NAMES.fullmatch(name) and not re.search(r"[\[\\]|https?:", said)
        if name not in own and not ours:
            yield f"defined name {name} = {said}"


def _properties(book: Book) -> Iterator[str]:
    for part, allowed in (("docProps/core.xml", _CORE), ("docProps/app.xml", _APP)):
        for entry in book.root(part).iterchildren("*"):
            tag = etree.QName(entry).localname
            if tag not in allowed or (tag in _EMPTY and entry.text):
                yield f"property {tag} = {entry.text}"
            if tag in {"created", "modified"} and entry.text != "2000-01-01T00:00:00Z":
                yield f"property {tag} = {entry.text}"
    for name in book.related("", "custom-properties"):
        for entry in book.root(name):
            if not entry.get("name", "").startswith("yg_"):
                yield f"property {entry.get('name')}"


def _furniture(book: Book, *, is_answer: bool) -> Iterator[str]:
    """Find hidden sheets, rows and columns, and what tells of a machine."""
    for sheet in book.every(WORKBOOK, "sheet"):
        name = sheet.get("name", "")
        if sheet.get("state", "visible") != "visible" and not _HIDDEN.fullmatch(name):
            yield f"hidden sheet {name}"
    for sheet, part in book.sheets.items():
        if not _HIDDEN.fullmatch(sheet):
            hidden = [*book.every(part, "row"), *book.every(part, "col")]
            if any(entry.get("hidden") in {"1", "true"} for entry in hidden):
                yield f"hidden row or column on {sheet}"
        if book.every(part, "legacyDrawing") and not is_answer:
            yield f"comments on {sheet}"
    for name, raw in book.parts.items():
        if re.search(rb"absPath|xr:uid|revisionPtr|printerSettings", raw):
            yield f"{name} tells of a machine"


def marked_book(output: Output, known: set[str]) -> Iterator[str]:
    """Find what marking put into an office's workbook that is neither a mark nor a list."""
    book, sent = output.book, output.sent
    for name, raw in book.parts.items():
        if name not in sent.parts:
            if not _MARKED_PARTS.fullmatch(name):
                yield f"part {name} was added"
        elif raw != sent.parts[name] and not _CHANGED_PARTS.fullmatch(name):
            yield f"part {name} was changed"
    yield from (f"part {name} is gone" for name in sent.parts.keys() - book.parts.keys())
    told = set(formulas(sent))
    for sheet, place, formula in formulas(book):
        ours = place.startswith("formula ") and _is_ours(place, formula, known)
        if (sheet, place, formula) not in told and not ours:
            yield f"formula {sheet}!{place}: {formula}"
    yield from set(_outside(book)) - set(_outside(sent))
    links = {
        etree.tostring(link).decode()
        for part in sent.sheets.values()
        for link in sent.every(part, "hyperlink")
    }
    yield from _links(book, links)
    added = {name: part for name, part in book.sheets.items() if name not in sent.sheets}
    yield from _unquoted(book, added)
    own = {entry.get("name") for entry in sent.every(WORKBOOK, "definedName")}
    yield from _names(book, own)
    yield from (f"comment of {name}" for name in _authors(book) - _authors(sent) - {MARKER})


def _authors(book: Book) -> set[str]:
    return {
        entry.text or ""
        for part in book.sheets.values()
        for name in book.related(part, "comments")
        for entry in book.root(name).iter("{*}author")
    }


# Word

_DOCX_PARTS = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|docProps/(app|core)\.xml|word/document\.xml"
    r"|word/_rels/document\.xml\.rels|word/(header|footer)\d+\.xml|word/theme/theme1\.xml"
    r"|word/(fontTable|numbering|settings|styles|stylesWithEffects|webSettings)\.xml"
    r"|customXml/(_rels/)?item1\.xml(\.rels)?|customXml/itemProps1\.xml"
)
_DOCX_SAID = {"title", "created", "modified"}


def letters(data: bytes) -> set[str]:
    """Return the elements and attributes of which the text of a docx is made."""
    root = _book(data).root("word/document.xml")
    return {str(name) for element in root.iter("*") for name in (element.tag, *element.attrib)}


def docx(output: Output, harmless: bytes) -> Iterator[str]:
    """Find what is no text in a document. harmless: one of the same layout without any input."""
    book = output.book
    yield from (f"part {name}" for name in book.parts if not _DOCX_PARTS.fullmatch(name))
    yield from _outside(book)
    yield from (f"made of {name}" for name in letters(output.data) - letters(harmless))
    for name in book.parts:
        if name.startswith("word/") and name.endswith(".xml"):
            before, now = (_fields(one, name) for one in (_book(harmless), book))
            yield from (f"field {said}" for said in now - before)
            if re.search(rb'w:rsid|w:(author|initials)="[^"]', book.parts[name]):
                yield f"{name} tells of who wrote it"
    for part in ("docProps/core.xml", "docProps/app.xml"):
        for entry in book.root(part).iterchildren("*"):
            if etree.QName(entry).localname not in _DOCX_SAID:
                yield f"property {entry.tag} = {entry.text}"


def _fields(book: Book, name: str) -> set[str]:
    if name not in book.parts:
        return set()
    root = book.root(name)
    told = {entry.text or "" for entry in root.iter("{*}instrText")}
    told |= {str(value) for entry in root.iter("{*}fldSimple") for value in entry.attrib.values()}
    links = [entry for entry in root.iter("{*}hyperlink")]
    return told | {
        f"link {value}"
        for link in links
        for key, value in link.attrib.items()
        if not re.fullmatch(r"_Toc\d{4}|1", str(value)) or str(key).endswith("}id")
    }


# PDF

_PDF_SAID = {"/Title", "/Creator", "/CreationDate", "/ModDate", "/Producer"}
_ACTIVE = {"/OpenAction", "/AA", "/AcroForm", "/JavaScript", "/EmbeddedFiles", "/AF"}


def pdf(output: Output) -> Iterator[str]:
    """Find what is no text, picture or outline in a PDF."""
    file = pypdf.PdfReader(io.BytesIO(output.data))
    root = file.trailer["/Root"]
    names = root.get("/Names", {})
    yield from sorted(_ACTIVE & {*root.keys(), *names.keys()})
    for page in file.pages:
        yield from sorted(_ACTIVE & page.keys())
        for mark in page.get("/Annots", []):
            said = mark.get_object()
            action = said.get("/A", {}).get("/S", "/GoTo")
            if said["/Subtype"] != "/Link" or action != "/GoTo":
                yield f"{said['/Subtype']} {said.get('/A')}"
    for key, said in (file.metadata or {}).items():
        if key not in _PDF_SAID or (key in {"/Creator", "/Producer"} and "Typst" not in str(said)):
            yield f"property {key} = {said}"
    if (xmp := root.get("/Metadata")) is not None:
        yield from re.findall(r"<dc:creator>.*?</dc:creator>", xmp.get_object().get_data().decode())


# Pages

_TAGS = {
    "html", "head", "meta", "title", "style", "body", "header", "footer", "section", "div", "span",
    "h1", "h2", "small", "p", "b", "br", "ul", "ol", "li", "table", "colgroup", "col", "thead",
    "tbody", "tr", "th", "td",
}  # fmt: skip
_ATTRIBUTES = {
    "lang", "charset", "http-equiv", "content", "name", "class", "id", "style", "title",
}  # fmt: skip
CSP = "default-src 'none'; style-src 'unsafe-inline'"


class _Page(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.attributes: list[str] = []
        self.policy = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if given.get("http-equiv") == "Content-Security-Policy":
            self.policy = given.get("content") or ""
        strange = {name for name in given if name not in _ATTRIBUTES}
        if tag not in _TAGS or strange:
            self.found.append(f"<{tag} {sorted(strange)}>")
        self.attributes += [value or "" for value in given.values()]

    def handle_comment(self, data: str) -> None:
        self.found.append(f"<!--{data[:40]}")

    def handle_pi(self, data: str) -> None:
        self.found.append(f"<?{data[:40]}")


def page(output: Output, words: tuple[str, ...]) -> Iterator[str]:
    """Find elements, attributes and resources that our layouts do not have. words: of the input."""
    shown = output.data.decode()
    parsed = _Page(shown)
    yield from parsed.found
    if parsed.policy != CSP:
        yield f"policy {parsed.policy!r}"
    style = "".join(re.findall(r"<style>.*?</style>", shown, re.DOTALL))
    if re.search(r"url\(|@import", style):
        yield "a style that loads something"
    for said in (style, *parsed.attributes):
        if any(word in said for word in words):
            yield f"input in an attribute or style: {said[:60]!r}"


# Tables for programs


def table(output: Output) -> Iterator[str]:
    """Find fields of a csv that a spreadsheet program would compute."""
    for number, row in enumerate(csv.reader(io.StringIO(_plain_text(output.data))), 1):
        for field in row:
            if is_risky(field):
                yield f"line {number}: {field[:30]!r}"


def record(output: Output) -> Iterator[str]:
    """Find json that is none; its texts are texts to every program."""
    try:
        json.loads(output.data)
    except ValueError as error:
        yield str(error)
