"""What Word notes of people and machines, taken out: whoever made a layout saved it there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_CORE = (
    f'{_HEAD}<cp:coreProperties xmlns:cp="{_PACKAGE}" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    ' xmlns:dcterms="http://purl.org/dc/terms/"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
    "<dc:title>{title}</dc:title>"
    '<dcterms:created xsi:type="dcterms:W3CDTF">{day}T00:00:00Z</dcterms:created>'
    '<dcterms:modified xsi:type="dcterms:W3CDTF">{day}T00:00:00Z</dcterms:modified>'
    "</cp:coreProperties>"
)
# Company, manager, template and the minutes of editing; properties of the bureau's own.
_SAID_NOTHING = {
    f"docProps/{part}.xml": f'{_HEAD}<Properties xmlns="{_OFFICE}/{part_of}-properties"/>'.encode()
    for part, part_of in (("app", "extended"), ("custom", "custom"))
}
_TAG = re.compile(rb"<[^<>]+>")
# Which machine wrote a paragraph when, and who made a remark or a change.
_SESSION = re.compile(rb' w:rsid\w*="[^"]*"')
_SESSIONS = re.compile(rb"<w:rsids>.*?</w:rsids>|<w:rsid [^<>]*/>", re.DOTALL)
_PERSON = re.compile(rb' (w:author|w:initials)="[^"]*"')


def anonymous(title: str, day: date) -> Callable[[str, bytes], bytes]:
    """Return what makes each part of a docx one that names nobody; for `seal`.

    title: the only thing the document says of itself, with the day of the edition.
    """
    core = _CORE.format(title=escape(title), day=day.isoformat()).encode()
    properties = _SAID_NOTHING | {"docProps/core.xml": core}

    def of_nobody(name: str, content: bytes) -> bytes:
        if name in properties:
            return properties[name]
        if not name.startswith("word/") or not name.endswith(".xml"):
            return content
        return _TAG.sub(_nobody, _SESSIONS.sub(b"", content))

    return of_nobody


def _nobody(tag: re.Match[bytes]) -> bytes:
    """Return a tag without sessions and people; a text that looks like one is none."""
    if b" w:" not in tag[0]:
        return tag[0]
    return _PERSON.sub(rb' \1=""', _SESSION.sub(b"", tag[0]))
