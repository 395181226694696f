"""Everything that leaves the house: the files of outbox and templates, and what is read in them.

What each kind may hold is said in `outputs_books` and `outputs_documents`: a new kind of file,
part, formula, relation, property or element is a fault until it is named there with its reason.
"""

from __future__ import annotations

import html
import io
import json
import zipfile
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import pypdf
from ooxml_book import Book

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path


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
        return book_of(self.data)

    @cached_property
    def sent(self) -> Book:
        return book_of(self.original)


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
    said = book_of(data).parts.get("docProps/custom.xml", b"").decode()
    return next((content for word, content in sent.items() if f'"own{word}"' in said), b"")


def book_of(data: bytes) -> Book:
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
    pages = (page.extract_text() for page in file.pages)
    return "\n".join([str(file.metadata), xmp_of(file), *pages])


def xmp_of(file: pypdf.PdfReader) -> str:
    """Return what a PDF says of itself a second time, as XML."""
    xmp = file.root_object.get("/Metadata")
    return "" if xmp is None else xmp.get_object().get_data().decode()


def plain_text(data: bytes) -> str:
    return data.decode("utf-8-sig")


READERS: dict[str, Callable[[bytes], str]] = {
    "xlsx": _package_text,
    "docx": _package_text,
    "pdf": _pdf_text,
    "html": lambda data: html.unescape(data.decode()),
    "csv": plain_text,
    "json": lambda data: str(json.loads(data)),
}
