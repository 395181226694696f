"""Walk XML element by element, with bounds; the one door to expat."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol
from xml.parsers import expat

from pipeline.reading.limits import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import NoReturn

    from pipeline.reading.limits import Limits


# The last two: an encoding nobody knows, or one of several bytes.
_BAD_XML = (expat.ExpatError, LookupError, ValueError)


class Visitor(Protocol):
    """Receives the elements of one part; names without their prefix."""

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Note that an element begins."""

    def end(self, tag: str) -> None:
        """Note that an element ends."""

    def text(self, text: str) -> None:
        """Note characters inside the present element, perhaps not all of them at once."""


def walk(xml: bytes, visitor: Visitor, limits: Limits) -> None:
    """Show every element of a part to the visitor.

    Raises Refusal: XML_UNSAFE for a DTD, absurd depth or attributes, DAMAGED for bad XML.
    """
    depth, deepest, most = 0, limits.depth, limits.attributes
    begin, finish = visitor.start, visitor.end

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > deepest or len(attributes) > most:
            raise Refusal(reason="XML_UNSAFE")
        begin(tag.rpartition(":")[2], attributes)

    def end(tag: str) -> None:
        nonlocal depth
        depth -= 1
        finish(tag.rpartition(":")[2])

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = visitor.text
    try:
        parser.Parse(xml, True)  # noqa: FBT003 - expat takes it by position only
    except _BAD_XML as error:
        raise Refusal(reason="DAMAGED") from error


def is_well_formed(xml: bytes) -> bool:
    """Tell whether the bytes are XML at all; nothing is looked at, which is ten times faster."""
    try:
        expat.ParserCreate().Parse(xml, True)  # noqa: FBT003 - expat takes it by position only
    except _BAD_XML:
        return False
    return True


class Shape:
    """A visitor that looks at nothing: the walk itself judges depth, attributes and DTD."""

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Let the element pass."""

    def end(self, tag: str) -> None:
        """Let the element pass."""

    def text(self, text: str) -> None:
        """Let the characters pass."""


def _refuse_doctype(*_declaration: object) -> NoReturn:
    raise Refusal(reason="XML_UNSAFE")
