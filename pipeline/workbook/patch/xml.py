"""Guarded parsing and schema-ordered building of OOXML parts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from lxml import etree

from pipeline.workbook.patch.marks import MarkError

if TYPE_CHECKING:
    from collections.abc import Sequence

    # lxml publishes no other name for the type of an element.
    from lxml.etree import _Element as Element

_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
_ILLEGAL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_LONGEST = 32_000  # Excel refuses a cell or comment of more than 32,767 characters


def parse(raw: bytes) -> Element:
    """Return the root of a part.

    Raises:
        MarkError: it is no XML, is nested or long beyond reason, or declares a document type.

    >>> parse(b'<!DOCTYPE a [<!ENTITY b "c">]><a/>')
    Traceback (most recent call last):
    pipeline.workbook.patch.marks.MarkError: 文件内含不允许的文档类型声明
    """
    try:
        root = etree.fromstring(raw, _PARSER)
    except etree.XMLSyntaxError as error:
        message = "文件内部有损坏的部分"
        raise MarkError(message) from error
    if root.getroottree().docinfo.internalDTD is not None:
        message = "文件内含不允许的文档类型声明"
        raise MarkError(message)
    return root


def serialise(root: Element, *, declared: bool) -> bytes:
    """Return the bytes of a part; VML is written undeclared, as Excel does."""
    if not declared:
        return etree.tostring(root, encoding="unicode").encode()
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True, standalone=True)


def namespace(element: Element) -> str:
    """Return the namespace of `element`, which tells transitional from strict files."""
    return element.tag[1:].rpartition("}")[0]


def local(element: Element) -> str:
    """Return the name of `element` without its namespace."""
    return element.tag.rpartition("}")[2]


def _beside(element: Element, name: str) -> str:
    """Return `name` in the namespace of `element`, as lxml writes it."""
    return element.tag[: element.tag.rfind("}") + 1] + name


def child(parent: Element, name: str) -> Element | None:
    """Return the first child of that name, in the namespace of its parent."""
    return next(parent.iterchildren(_beside(parent, name)), None)


def child_text(parent: Element, name: str) -> str:
    """Return the text of the first child of that name, "" without one."""
    found = child(parent, name)
    return "" if found is None else found.text or ""


def children(parent: Element, name: str) -> list[Element]:
    """Return the children of that name, in the namespace of their parent."""
    return list(parent.iterchildren(_beside(parent, name)))


def add(parent: Element, name: str, /, **attributes: str) -> Element:
    """Append and return a child in the namespace of its parent."""
    return etree.SubElement(parent, _beside(parent, name), attributes)


def ensure(parent: Element, name: str, order: Sequence[str]) -> Element:
    """Return the child of that name, made at its place in the schema's `order` if missing.

    Children the schema does not name (mc:AlternateContent) hold controls and come late.
    """
    found = child(parent, name)
    if found is not None:
        return found
    made = add(parent, name)
    insert(parent, made, order)
    return made


def insert(parent: Element, made: Element, order: Sequence[str]) -> None:
    """Move `made` before the first child that the schema puts behind it."""
    later = set(order[order.index(local(made)) + 1 :]) | {"AlternateContent"}
    for other in parent.iterchildren("*"):
        if local(other) in later:
            other.addprevious(made)
            return
    parent.append(made)


def drop(element: Element) -> None:
    """Take an element out of its parent; the text behind it (white space) goes too."""
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def fragment(text: str, space: str) -> Element:
    """Return the element written in `text` (ours, never input), all of it in `space`."""
    return fragments(text, space)[0]


def fragments(text: str, space: str) -> list[Element]:
    """Return the elements written in `text`, which is ours, never input but where escaped."""
    return list(etree.fromstring(f'<x xmlns="{space}">{text}</x>', _PARSER))


def plain(text: str) -> str:
    r"""Return `text` as a cell or comment may hold it: no control characters, no escapes.

    >>> plain("甲\x07乙\r\n_x0041_")
    '甲乙\n_x005F_x0041_'
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _ESCAPE.sub("_x005F_", _ILLEGAL.sub("", text))[:_LONGEST]


def escaped(text: str) -> str:
    """Return `plain` text as markup holds it, in an element or between double quotes.

    >>> escaped('a<b & "c"')
    'a&lt;b &amp; &quot;c&quot;'
    """
    return markup(plain(text))


def markup(text: str) -> str:
    """Return text that is `plain` already as markup holds it."""
    return escape(text, {'"': "&quot;"})
