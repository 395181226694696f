"""Fixed dates and order in a zip package, so that the same content gives the same bytes."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_FIRST = "[Content_Types].xml"
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the first moment a zip can name
_LEVEL = 6


def seal(package: bytes, change: Callable[[str, bytes], bytes] | None = None) -> bytes:
    """Return the docx or xlsx package with fixed dates, order, system and compression.

    The parts are sorted by name, the content types first, as readers expect them.
    change: makes the final content of a part from its name and content.
    """
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(package)) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as sealed,
    ):
        for name in sorted(set(source.namelist()), key=lambda name: (name != _FIRST, name)):
            content = source.read(name)
            final = change(name, content) if change else content
            sealed.writestr(_entry(name), final, compresslevel=_LEVEL)
    return target.getvalue()


def _entry(name: str) -> zipfile.ZipInfo:
    """Return the directory entry of a part, free of the machine that wrote it."""
    entry = zipfile.ZipInfo(name, _EPOCH)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.create_system = 0  # Python writes 3 on Unix: the bytes would tell the machines apart
    return entry
