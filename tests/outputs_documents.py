"""What a document, a page or a table for programs that leaves the house may hold."""

from __future__ import annotations

import csv
import io
import json
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pypdf
from lxml import etree
from outputs_books import is_risky, outside
from outputs_walk import book_of, plain_text, xmp_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ooxml_book import Book
    from outputs_walk import Output

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
    root = book_of(data).root("word/document.xml")
    return {str(name) for element in root.iter("*") for name in (element.tag, *element.attrib)}


def docx(output: Output, harmless: bytes) -> Iterator[str]:
    """Find what is no text in a document. harmless: one of the same layout without any input."""
    book = output.book
    yield from (f"part {name}" for name in book.parts if not _DOCX_PARTS.fullmatch(name))
    yield from outside(book)
    yield from (f"made of {name}" for name in letters(output.data) - letters(harmless))
    for name in book.parts:
        if name.startswith("word/") and name.endswith(".xml"):
            before, now = (_fields(one, name) for one in (book_of(harmless), book))
            yield from (f"field {said}" for said in now - before)
            if re.search(rb'w:rsid|w:(author|initials)="[^"]', book.parts[name]):
                yield f"{name} tells of who wrote it"
    for part in ("docProps/core.xml", "docProps/app.xml"):
        for entry in book.root(part).iterchildren("*"):
            if etree.QName(entry).localname not in _DOCX_SAID:
                yield f"property {entry.tag} = {entry.text}"


def _fields(book: Book, name: str) -> set[str]:
    """Return what Word computes, and where links lead but within the document."""
    if name not in book.parts:
        return set()
    root = book.root(name)
    told = {entry.text or "" for entry in root.iter("{*}instrText")}
    told |= {str(value) for entry in root.iter("{*}fldSimple") for value in entry.values()}
    return told | {
        f"link {value}"
        for link in root.iter("{*}hyperlink")
        for key, value in ((str(key), str(value)) for key, value in link.items())
        if not re.fullmatch(r"_Toc\d{4}|1", value) or key.endswith("}id")
    }


# PDF

_PDF_SAID = {"/Title", "/Creator", "/CreationDate", "/ModDate", "/Producer"}
_ACTIVE = {"/OpenAction", "/AA", "/AcroForm", "/JavaScript", "/EmbeddedFiles", "/AF"}


def pdf(output: Output) -> Iterator[str]:
    """Find what is no text, picture or outline in a PDF."""
    file = pypdf.PdfReader(io.BytesIO(output.data))
    root = file.root_object
    names = root.get("/Names", {})
    yield from sorted(_ACTIVE & {*root.keys(), *names.keys()})
    for leaf in file.pages:
        yield from sorted(_ACTIVE & leaf.keys())
        for mark in leaf.get("/Annots", []):
            said = mark.get_object()
            action = said.get("/A", {}).get("/S", "/GoTo")
            if said["/Subtype"] != "/Link" or action != "/GoTo":
                yield f"{said['/Subtype']} {said.get('/A')}"
    for key, said in (file.metadata or {}).items():
        if key not in _PDF_SAID or (key in {"/Creator", "/Producer"} and "Typst" not in str(said)):
            yield f"property {key} = {said}"
    yield from re.findall(r"<dc:creator>.*?</dc:creator>", xmp_of(file))


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
    for number, row in enumerate(csv.reader(io.StringIO(plain_text(output.data))), 1):
        for field in row:
            if is_risky(field):
                yield f"line {number}: {field[:30]!r}"


def record(output: Output) -> Iterator[str]:
    """Find json that is none; its texts are texts to every program."""
    try:
        json.loads(output.data)
    except ValueError as error:
        yield str(error)
