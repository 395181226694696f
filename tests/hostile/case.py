"""What a hostile file is: how it is made, and which words may be said of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import ZipFile

from hostile.zips import Member, deflated, zip_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

SHEET = "xl/worksheets/sheet1.xml"
BOOK = "xl/workbook.xml"
BOOK_RELS = "xl/_rels/workbook.xml.rels"
TYPES = "[Content_Types].xml"
ROOT_RELS = "_rels/.rels"
STYLES = "xl/styles.xml"
THEME = "xl/theme/theme1.xml"
CORE, CUSTOM = "docProps/core.xml", "docProps/custom.xml"
STRINGS = "xl/sharedStrings.xml"

# Accepted into the register: for the first time, once more, or with a question.
GOOD = frozenset({"OK", "SAME_CONTENT", "DUPLICATE", "QUESTIONS"})
# Stays in the inbox: told as waiting, or never looked at.
WAITING, IGNORED = "WAITING", "IGNORED"
REFUSED_CODE = re.compile(r"F\d{3}")


class Base:
    """A filled template of a small bureau, as bytes and as its parts."""

    def __init__(self, filled: bytes) -> None:
        self.filled = filled

    @cached_property
    def parts(self) -> Mapping[str, bytes]:
        with ZipFile(BytesIO(self.filled)) as package:
            return {entry.filename: package.read(entry) for entry in package.infolist()}

    @cached_property
    def _packed(self) -> Mapping[str, bytes]:
        return {name: deflated(part) for name, part in self.parts.items()}

    def members(self, **changed: bytes | None) -> list[Member]:
        """Return the parts ready to be zipped; None leaves one out. Keys are names of parts."""
        parts = {**self.parts, **changed}
        packed = {name: self._packed[name] for name in self.parts if name not in changed}
        return [
            Member(name, part, packed=packed.get(name))
            for name, part in parts.items()
            if part is not None
        ]

    def pack(self, changed: Mapping[str, bytes | None]) -> bytes:
        """Return the workbook with other parts."""
        return zip_of(self.members(**changed))

    def edit(self, part: str, old: str, new: str) -> bytes:
        """Return the workbook with one piece of a part replaced; the piece must be there."""
        content = self.parts[part]
        assert old.encode() in content, old
        return self.pack({part: content.replace(old.encode(), new.encode(), 1)})

    def cell(self, element: str, place: str = "K8") -> bytes:
        """Return the workbook with the element of a filled cell replaced."""
        pattern = re.compile(rf'<c r="{place}"(?:[^>]*/>|.*?</c>)'.encode(), re.DOTALL)
        content, count = pattern.subn(lambda _: element.encode(), self.parts[SHEET], count=1)
        assert count == 1, place
        return self.pack({SHEET: content})

    def rows(self, rows: str) -> bytes:
        """Return the workbook with rows behind its last."""
        return self.edit(SHEET, "</sheetData>", f"{rows}</sheetData>")

    def behind(self, markup: str) -> bytes:
        """Return the workbook with markup behind the cells of its first sheet."""
        return self.edit(SHEET, "</sheetData>", f"</sheetData>{markup}")


@dataclass(frozen=True, slots=True)
class Hostile:
    """One file. make: writes it at a path. allowed: words and codes that may be said of it.

    file: its name in the inbox. bomb: may take longer than the rest.
    """

    name: str
    group: str
    make: Callable[[Base, Path], None]
    allowed: frozenset[str]
    file: str
    bomb: bool = False

    @property
    def is_good(self) -> bool:
        return self.allowed <= GOOD

    @property
    def codes(self) -> frozenset[str]:
        """Return the findings one of which must be there where the file is checked."""
        return frozenset(word for word in self.allowed if REFUSED_CODE.fullmatch(word))


class Group:
    """Collects the files of one group."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.files: list[Hostile] = []

    def add(
        self,
        name: str,
        build: Callable[[Base], bytes | Iterable[bytes]],
        allowed: str | Iterable[str],
        *,
        file: str = "",
        bomb: bool = False,
    ) -> None:
        """Note a file by the bytes it consists of; of large ones by pieces of them."""

        def make(base: Base, path: Path) -> None:
            built = build(base)
            with path.open("wb") as target:
                target.writelines([built] if isinstance(built, bytes) else built)

        self.put(name, make, allowed, file=file, bomb=bomb)

    def put(
        self,
        name: str,
        make: Callable[[Base, Path], None],
        allowed: str | Iterable[str],
        *,
        file: str = "",
        bomb: bool = False,
    ) -> None:
        """Note a file that is more than bytes."""
        words = frozenset(allowed.split() if isinstance(allowed, str) else allowed)
        words |= {"TIME_LIMIT"} if bomb else frozenset()
        self.files.append(
            Hostile(name, self.name, make, words, file or f"{self.name}-{name}.xlsx", bomb)
        )
