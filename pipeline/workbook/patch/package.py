"""The zip package of a workbook: members, content types and relations."""

from __future__ import annotations

import posixpath
import zipfile
import zlib
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

from pipeline.workbook.patch import xml
from pipeline.workbook.patch.marks import MarkError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lxml.etree import _Element as Element

_TYPES = "[Content_Types].xml"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_SEALED = (1980, 1, 1, 0, 0, 0)
# The guard refuses more long before; this only keeps the patcher safe when used alone.
_LARGEST = 512 * 1024 * 1024
_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,  # a compression nobody knows
    RuntimeError,  # encrypted
    ValueError,
)


@dataclass(frozen=True, slots=True)
class Relation:
    """One internal relation of a part; kind is the last word of its type ("comments")."""

    id: str
    kind: str
    target: str


class Package:
    """The members of one package, each parsed at most once and rewritten only if edited.

    Members keep their order, dates and compression; new ones follow. Dates of what we write
    are fixed, so that the same input gives the same bytes.
    """

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._infos, self._raw = _read_members(content)
        self._folded = {name.casefold(): name for name in self._raw}
        self._trees: dict[str, Element] = {}
        self._relations: dict[str, tuple[Relation, ...]] = {}
        self._edited: set[str] = set()
        self._changed = False

    def find(self, name: str) -> str | None:
        """Return the member's name as spelt in the zip; part names ignore case."""
        return self._folded.get(name.casefold())

    def free_name(self, pattern: str) -> str:
        """Return the first unused name of `pattern`, whose {} becomes 1, 2, …."""
        number = 1
        while self.find(pattern.format(number)):
            number += 1
        return pattern.format(number)

    def mentions(self, name: str, words: Iterable[str]) -> bool:
        """Tell whether a part may hold one of `words`, without parsing it."""
        raw = self._raw[self._known(name)]
        if self._known(name) in self._edited or raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
            return True
        return any(word.encode() in raw for word in words)

    def look(self, name: str) -> Element:
        """Return the root of a part, to be read only."""
        name = self._known(name)
        if name not in self._trees:
            self._trees[name] = xml.parse(self._raw[name])
        return self._trees[name]

    def edit(self, name: str) -> Element:
        """Return the root of a part that will be written anew."""
        root = self.look(name)
        self._edited.add(self._known(name))
        self._changed = True
        return root

    def add(self, name: str, root: Element, content_type: str = "") -> None:
        """Append a part; its content type is declared by name, or by ending where ""."""
        self._infos[name] = _new_info(name)
        self._raw[name] = b""
        self._folded[name.casefold()] = name
        self._trees[name] = root
        self._edited.add(name)
        self._changed = True
        if content_type:
            types = self.edit(_TYPES)
            xml.add(types, "Override", PartName=f"/{name}", ContentType=content_type)

    def remove(self, name: str) -> None:
        """Drop a part with its relations and its content type."""
        self._relations.pop(name, None)
        for member in (self.find(name), self.find(_relations_of(name))):
            if member is None:
                continue
            del self._infos[member], self._raw[member], self._folded[member.casefold()]
            self._trees.pop(member, None)
            self._edited.discard(member)
            self._forget_type(member)
        self._changed = True

    def declare_ending(self, ending: str, content_type: str) -> None:
        """Declare the content type of all members that end in .`ending`, once."""
        types = self.look(_TYPES)
        known = {default.get("Extension", "").casefold() for default in types.iterchildren("*")}
        if ending not in known:
            default = xml.add(self.edit(_TYPES), "Default", Extension=ending)
            default.set("ContentType", content_type)
            # In front, so that the order does not depend on how often we were here.
            self.edit(_TYPES).insert(0, default)

    def relations(self, part: str) -> tuple[Relation, ...]:
        """Return the relations of `part` ("" for the package) that stay inside the package."""
        if part not in self._relations:
            self._relations[part] = tuple(self._read_relations(part))
        return self._relations[part]

    def related(self, part: str, kind: str) -> str | None:
        """Return the first existing member that `part` relates to as `kind`."""
        for relation in self.relations(part):
            if relation.kind == kind and (member := self.find(relation.target)):
                return member
        return None

    def relate(self, part: str, type_: str, target: str) -> str:
        """Relate `part` to `target` and return the id; `type_` is the whole address."""
        member = self.find(_relations_of(part))
        if member is None:
            member = _relations_of(part)
            self.add(member, xml.new("Relationships", _RELATIONS))
        root = self.edit(member)
        self._relations.pop(part, None)
        used = {entry.get("Id") for entry in root.iterchildren("*")}
        number = len(used) + 1
        while f"rId{number}" in used:
            number += 1
        relative = posixpath.relpath(target, posixpath.dirname(part) or ".")
        xml.add(root, "Relationship", Id=f"rId{number}", Type=type_, Target=relative)
        return f"rId{number}"

    def unrelate(self, part: str, target: str) -> None:
        """Drop the relations of `part` to `target`, and the relations part once empty."""
        ids = {found.id for found in self.relations(part) if self.find(found.target) == target}
        member = self.find(_relations_of(part))
        if member is None or not ids:
            return
        root = self.edit(member)
        del self._relations[part]
        for entry in list(root.iterchildren("*")):
            if entry.get("Id") in ids:
                root.remove(entry)
        if len(root) == 0:
            self.remove(member)

    def to_bytes(self) -> bytes:
        """Return the package; the very bytes that came in if nothing was changed."""
        if not self._changed:
            return self._content
        buffer = BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            for name, info in self._infos.items():
                archive.writestr(info, self._bytes(name))
        return buffer.getvalue()

    def _read_relations(self, part: str) -> Iterator[Relation]:
        member = self.find(_relations_of(part))
        if member is None:
            return
        for entry in self.look(member).iterchildren(f"{{{_RELATIONS}}}Relationship"):
            if entry.get("TargetMode", "Internal") == "Internal":
                kind = entry.get("Type", "").rpartition("/")[2]
                yield Relation(entry.get("Id", ""), kind, _absolute(part, entry.get("Target", "")))

    def _bytes(self, name: str) -> bytes:
        if name not in self._edited:
            return self._raw[name]
        self._infos[name].date_time = _SEALED
        return xml.serialise(self._trees[name], declared=not name.endswith(".vml"))

    def _known(self, name: str) -> str:
        member = self.find(name)
        if member is None:
            message = f"文件内缺少部分：{name}"
            raise MarkError(message)
        return member

    def _forget_type(self, name: str) -> None:
        for entry in self.look(_TYPES).iterchildren("*"):
            if entry.get("PartName", "").casefold() == f"/{name}".casefold():
                self.edit(_TYPES).remove(entry)
                return


def _read_members(content: bytes) -> tuple[dict[str, zipfile.ZipInfo], dict[str, bytes]]:
    """Read every member; a package that names one twice is refused, as nobody can tell which."""
    infos: dict[str, zipfile.ZipInfo] = {}
    raw: dict[str, bytes] = {}
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            entries = archive.infolist()
            _refuse_odd(entries)
            for entry in entries:
                infos[entry.filename] = _fresh(entry)
                raw[entry.filename] = archive.read(entry)
    except MarkError:
        raise
    except _UNREADABLE as error:
        message = "文件不是完好的xlsx工作簿"
        raise MarkError(message) from error
    return infos, raw


def _refuse_odd(entries: list[zipfile.ZipInfo]) -> None:
    names = {entry.filename.casefold() for entry in entries}
    if len(names) != len(entries):
        message = "文件内有重名的部分"
        raise MarkError(message)
    if sum(entry.file_size for entry in entries) > _LARGEST:
        message = "文件解压后过大"
        raise MarkError(message)


def _fresh(entry: zipfile.ZipInfo) -> zipfile.ZipInfo:
    """Copy what says how a member is stored, without offsets and zip64 leftovers."""
    copied = zipfile.ZipInfo(entry.filename, max(entry.date_time, _SEALED))
    stored = entry.compress_type == zipfile.ZIP_STORED
    copied.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
    copied.external_attr = entry.external_attr
    copied.create_system = entry.create_system
    return copied


def _new_info(name: str) -> zipfile.ZipInfo:
    """Describe a member of ours alike on every system."""
    info = zipfile.ZipInfo(name, _SEALED)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o600 << 16
    info.create_system = 3
    return info


def _relations_of(part: str) -> str:
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def _absolute(part: str, target: str) -> str:
    """Resolve a relation's target against the folder of its part.

    >>> _absolute("xl/worksheets/sheet1.xml", "../comments1.xml")
    'xl/comments1.xml'
    """
    if target.startswith("/"):
        return target[1:]
    return posixpath.normpath(posixpath.join(posixpath.dirname(part), target))
