"""What a workbook that leaves the house may hold.

One that we make holds what is listed here and nothing else. A marked copy is held against the file
that the office sent: what stood in that is the office's own, what came to it is ours.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from lxml import etree
from ooxml_book import WORKBOOK, Book
from packages import MAIN, REL

from pipeline.workbook.patch.marks import AUTHOR as MARKER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from outputs_walk import Output

# What some program takes for the beginning of a formula, also behind blanks.
TRIGGERS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
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
_CELL = r"\$?[A-Z]{1,3}\$?\d+"
_LOCATION = re.compile(rf"#?(?:'((?:[^']|'')+)'|([^'!]+))!{_CELL}(?::{_CELL})?")


@cache
def shape(formula: str) -> str:
    """Return a formula without what differs from cell to cell: texts, references, numbers.

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
    yield from outside(book)
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


def outside(book: Book) -> Iterator[str]:
    for name in book.parts:
        if name.endswith(".rels"):
            for line in book.root(name):
                if line.get("TargetMode") == "External":
                    yield f"{name} leads to {line.get('Target')}"


def links_of(book: Book) -> Iterator[tuple[str, etree._Element]]:
    for part in book.sheets.values():
        yield from ((part, link) for link in book.every(part, "hyperlink"))


def _links(book: Book, own: set[str]) -> Iterator[str]:
    """Find links that lead out of the workbook or to no sheet of it. own: of the office itself."""
    for part, link in links_of(book):
        location = _LOCATION.fullmatch(link.get("location", ""))
        target = (location[1] or location[2]).replace("''", "'") if location else None
        if etree.tostring(link).decode() in own:
            continue
        if link.get(f"{{{REL}}}id") or target not in book.sheets:
            yield f"{part} link {link.get('ref')}: {link.items()}"


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
    for entry in book.every(WORKBOOK, "sheet"):
        name = entry.get("name", "")
        if entry.get("state", "visible") != "visible" and not _HIDDEN.fullmatch(name):
            yield f"hidden sheet {name}"
    for sheet, part in book.sheets.items():
        if not _HIDDEN.fullmatch(sheet):
            lines = [*book.every(part, "row"), *book.every(part, "col")]
            if any(line.get("hidden") in {"1", "true"} for line in lines):
                yield f"hidden row or column on {sheet}"
        if book.every(part, "legacyDrawing") and not is_answer:
            yield f"comments on {sheet}"
    for part, raw in book.parts.items():
        if re.search(rb"absPath|xr:uid|revisionPtr|printerSettings", raw):
            yield f"{part} tells of a machine"


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
    yield from set(outside(book)) - set(outside(sent))
    yield from _links(book, {etree.tostring(link).decode() for _, link in links_of(sent)})
    added = {name: part for name, part in book.sheets.items() if name not in sent.sheets}
    yield from _unquoted(book, added)
    yield from _names(book, {entry.get("name") for entry in sent.every(WORKBOOK, "definedName")})
    yield from (f"comment of {name}" for name in _authors(book) - _authors(sent) - {MARKER})


def _authors(book: Book) -> set[str]:
    return {
        entry.text or ""
        for part in book.sheets.values()
        for name in book.related(part, "comments")
        for entry in book.root(name).iter("{*}author")
    }
