"""Comments of a sheet: the text part (the boxes they are shown in: `note_boxes`).

A comment of ours opens with a heading that names its number; the number finds what the cell
looked like before (see `memory`). It is part of the text because text is the one thing that
every program keeps and moves together with the cell. On a cell where the clerk has a comment,
ours follows his behind a line of dashes, and cleaning cuts it off there.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.workbook.patch import xml
from pipeline.workbook.patch.cells import Spot
from pipeline.workbook.patch.marks import AUTHOR, HEADING
from pipeline.workbook.patch.note_boxes import Boxes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lxml.etree import _Element as Element

    from pipeline.workbook.patch.sheets import Book, SheetPart

_ORDER = ("authors", "commentList", "extLst")
_DASHES = "\n――――――\n"
_HEADING = re.compile(rf"(?:^|\n?――――――\s*){HEADING}([0-9]{{1,6}})〕")
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_FONT = '<sz val="9"/><color indexed="81"/><rFont val="宋体"/><charset val="134"/>'


@dataclass(frozen=True, slots=True)
class Note:
    """One comment of ours, with its number in the memory."""

    spot: Spot
    number: int
    text: str

    @property
    def heading(self) -> str:
        """Return the line by which the comment is recognised."""
        return f"{HEADING}{self.number}〕"


def write(book: Book, sheet: SheetPart, notes: Sequence[Note]) -> Mapping[Spot, int]:
    """Write notes into a sheet; return by how many rows the boxes of the clerk's grew."""
    comments = _ensure_comments(book, sheet)
    boxes = Boxes(book, sheet)
    theirs = {entry.get("ref"): entry for entry in comments.iter(f"{{{book.space}}}comment")}
    grown, new = {}, []
    for note in notes:
        entry = theirs.get(note.spot.address)
        if entry is None:
            new.append(note)
        else:
            _append_text(entry, note)
            grown[note.spot] = boxes.enlarge(note.spot, f"\n\n{note.heading}\n{note.text}")
    if new:
        _add_comments(comments, new)
        boxes.add({note.spot: f"{note.heading}\n{note.text}" for note in new})
    return grown


def has_ours(book: Book, sheet: SheetPart) -> bool:
    """Tell whether a sheet may hold comments of ours."""
    part = book.package.related(sheet.part, "comments")
    return part is not None and book.package.mentions(part, [AUTHOR])


def numbers(book: Book, sheet: SheetPart) -> dict[Spot, int]:
    """Return the numbers of our comments by cell."""
    part = book.package.related(sheet.part, "comments")
    if part is None:
        return {}
    found = {}
    for entry in book.package.look(part).iter(f"{{{book.space}}}comment"):
        if heading := _HEADING.search(_text(entry)):
            found[Spot.of(entry.get("ref", ""))] = int(heading[1])
    return found


def remove(book: Book, sheet: SheetPart, grown: Mapping[Spot, int]) -> None:
    """Remove our comments; grown: by how many rows the boxes of the clerk's were enlarged."""
    part = book.package.related(sheet.part, "comments")
    if part is None:
        return
    root = book.package.edit(part)
    gone = set()
    for entry in list(root.iter(f"{{{book.space}}}comment")):
        if (heading := _HEADING.search(_text(entry))) is None:
            continue
        if heading.start() == 0 and _text(entry).startswith(AUTHOR):
            gone.add(Spot.of(entry.get("ref", "")))
            xml.drop(entry)
        else:
            _cut(entry, heading.start())
    _forget_author(root)
    boxes = Boxes(book, sheet)
    boxes.shrink(grown)
    boxes.remove(gone)
    comment_list = xml.child(root, "commentList")
    if comment_list is None or len(comment_list) == 0:
        book.package.unrelate(sheet.part, part)
        book.package.remove(part)


def _ensure_comments(book: Book, sheet: SheetPart) -> Element:
    package = book.package
    if part := package.related(sheet.part, "comments"):
        return package.edit(part)
    folder = posixpath.dirname(book.part)
    part = package.free_name(posixpath.join(folder, "comments{}.xml"))
    empty = f'<comments xmlns="{book.space}"><authors/><commentList/></comments>'
    package.add(part, empty.encode(), _TYPE)
    package.relate(sheet.part, f"{book.relations}/comments", part)
    return package.edit(part)


def _author(root: Element) -> str:
    """Return the number of our author, entered behind the clerk's."""
    authors = xml.ensure(root, "authors", _ORDER)
    entries = xml.children(authors, "author")
    for number, entry in enumerate(entries):
        if entry.text == AUTHOR:
            return str(number)
    xml.add(authors, "author").text = AUTHOR
    return str(len(entries))


def _forget_author(root: Element) -> None:
    """Drop our author if he is the last and has written nothing; others keep their numbers."""
    authors = xml.child(root, "authors")
    entries = [] if authors is None else xml.children(authors, "author")
    used = {entry.get("authorId") for entry in root.iter("{*}comment")}
    if entries and entries[-1].text == AUTHOR and str(len(entries) - 1) not in used:
        xml.drop(entries[-1])


def _add_comments(root: Element, notes: Sequence[Note]) -> None:
    author = _author(root)
    entries = (
        f'<comment ref="{note.spot.address}" authorId="{author}"><text>{_runs("", note)}</text>'
        "</comment>"
        for note in notes
    )
    holder = xml.ensure(root, "commentList", _ORDER)
    holder.extend(xml.fragments("".join(entries), xml.namespace(root)))


def _append_text(entry: Element, note: Note) -> None:
    """Put our text behind the clerk's, in the form his has (plain or in runs)."""
    body = xml.ensure(entry, "text", ("text",))
    simple = xml.child(body, "t")
    if simple is not None and xml.child(body, "r") is None:
        simple.text = f"{simple.text or ''}{_DASHES}{note.heading}\n{note.text}"
    else:
        body.extend(xml.fragments(_runs(_DASHES, note), xml.namespace(body)))


def _runs(before: str, note: Note) -> str:
    heading = f"{before}{note.heading}\n"
    return (
        f'<r><rPr><b/>{_FONT}</rPr><t xml:space="preserve">{heading}</t></r>'
        f'<r><rPr>{_FONT}</rPr><t xml:space="preserve">{xml.markup(note.text)}</t></r>'
    )


def _texts(entry: Element) -> list[Element]:
    """Return the text pieces of a comment, without phonetic hints."""
    space = xml.namespace(entry)
    return [
        piece
        for piece in entry.iterfind(f"{{{space}}}text//{{{space}}}t")
        if (parent := piece.getparent()) is not None and xml.local(parent) != "rPh"
    ]


def _text(entry: Element) -> str:
    return "".join(piece.text or "" for piece in _texts(entry))


def _cut(entry: Element, length: int) -> None:
    """Shorten a comment to its first `length` characters; emptied runs go."""
    for piece in _texts(entry):
        text = piece.text or ""
        if length < len(text):
            piece.text = text[:length]
        run = piece.getparent()
        if not length and run is not None and xml.local(run) == "r":
            xml.drop(run)
        length = max(length - len(text), 0)
