"""Walk XML element by element, with bounds; the one door to expat."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol
from xml.parsers import expat

from pipeline.reading.limits import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import NoReturn

    from pipeline.reading.limits import Limits


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
    depth = 0

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > limits.depth or len(attributes) > limits.attributes:
            raise Refusal(reason="XML_UNSAFE")
        visitor.start(local(tag), attributes)

    def end(tag: str) -> None:
        nonlocal depth
        depth -= 1
        visitor.end(local(tag))

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = visitor.text
    try:
        parser.Parse(xml, True)  # noqa: FBT003 - expat takes it by position only
    except (expat.ExpatError, ValueError, LookupError) as error:  # the latter of odd encodings
        raise Refusal(reason="DAMAGED") from error


class Shape:
    """A visitor that looks at nothing: the walk itself judges depth, attributes and DTD."""

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Let the element pass."""

    def end(self, tag: str) -> None:
        """Let the element pass."""

    def text(self, text: str) -> None:
        """Let the characters pass."""


def local(name: str) -> str:
    """Return a name without its prefix.

    >>> local("x:sheet"), local("sheet")
    ('sheet', 'sheet')
    """
    return name.rpartition(":")[2] if ":" in name else name


def _refuse_doctype(*_declaration: object) -> NoReturn:
    raise Refusal(reason="XML_UNSAFE")
