"""The zip package of a workbook: members, content types and relations."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.workbook.patch import archive, kept_rows, xml
from pipeline.workbook.patch.marks import MarkError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lxml.etree import _Element as Element

    from pipeline.workbook.patch.kept_rows import KeptRows

_TYPES = "[Content_Types].xml"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"


@dataclass(frozen=True, slots=True)
class Relation:
    """One internal relation of a part; kind is the last word of its type ("comments")."""

    id: str
    kind: str
    target: str


class Package:
    """The members of one package, each parsed at most once and rewritten only if edited.

    Members keep their order, untouched ones their stored bytes; new ones follow. The same
    input gives the same bytes.
    """

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._stored = {member.name: member for member in archive.read(content)}
        self._folded = {name.casefold(): name for name in self._stored}
        self._raw: dict[str, bytes] = {}
        self._trees: dict[str, Element] = {}
        self._kept: dict[str, KeptRows] = {}
        self._relations: dict[str, tuple[Relation, ...]] = {}
        self._edited: set[str] = set()
        self._added: set[str] = set()
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
        name = self._known(name)
        if name in self._edited or self._unpacked(name)[:2] in {b"\xff\xfe", b"\xfe\xff"}:
            return True
        return any(word.encode() in self._unpacked(name) for word in words)

    def look(self, name: str) -> Element:
        """Return the root of a part, to be read only; rows of a sheet may be `kept`."""
        if name not in self._trees:
            name = self._known(name)
            if name not in self._trees:
                self._trees[name] = self._parsed(name)
        return self._trees[name]

    def kept(self, name: str) -> KeptRows | None:
        """Return the rows that a part has outside of its tree, None where it has all inside."""
        self.look(name)
        return self._kept.get(self._known(name))

    def edit(self, name: str) -> Element:
        """Return the root of a part that will be written anew."""
        root = self.look(name)
        self._edited.add(self._known(name))
        self._changed = True
        return root

    def add(self, name: str, content: bytes, content_type: str = "") -> None:
        """Append a part; its content type is declared by name, or by ending where ""."""
        self._stored[name] = archive.waiting(name)
        self._added.add(name)
        self._folded[name.casefold()] = name
        self._raw[name] = content
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
            del self._stored[member], self._folded[member.casefold()]
            self._trees.pop(member, None)
            self._raw.pop(member, None)
            self._kept.pop(member, None)
            self._edited.discard(member)
            self._added.discard(member)
            self._forget_type(member)
        self._changed = True

    def content_type(self, name: str) -> str:
        """Return what a part is declared to be by its name, "" where only by its ending."""
        for entry in self.look(_TYPES).iterchildren("*"):
            if entry.get("PartName", "").casefold() == f"/{name}".casefold():
                return entry.get("ContentType", "")
        return ""

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
            self.add(member, f'<Relationships xmlns="{_RELATIONS}"/>'.encode())
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
        changed = self._edited | self._added
        return archive.write(
            self._packed(name) if name in changed else member
            for name, member in self._stored.items()
        )

    def _read_relations(self, part: str) -> Iterator[Relation]:
        member = self.find(_relations_of(part))
        if member is None:
            return
        for entry in self.look(member).iterchildren(f"{{{_RELATIONS}}}Relationship"):
            if entry.get("TargetMode", "Internal") == "Internal":
                kind = entry.get("Type", "").rpartition("/")[2]
                yield Relation(entry.get("Id", ""), kind, _absolute(part, entry.get("Target", "")))

    def _packed(self, name: str) -> archive.Stored:
        if name not in self._edited:
            return archive.pack(name, self._raw[name])
        declared = not name.endswith(".vml")
        content = xml.serialise(self._trees[name], declared=declared)
        kept = self._kept.get(name)
        return archive.pack(name, kept.restore(content) if kept else content)

    def _parsed(self, name: str) -> Element:
        content = self._unpacked(name)
        kept = kept_rows.keep(content)
        if kept is None:
            return xml.parse(content)
        self._kept[name] = kept
        return xml.parse(kept.thin)

    def _unpacked(self, name: str) -> bytes:
        if name not in self._raw:
            self._raw[name] = self._stored[name].unpacked()
        return self._raw[name]

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
