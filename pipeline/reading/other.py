"""What a file that is neither a package nor an old binary file is, told by its bytes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.model import Reason

_PDF, _PDF_REACH = b"%PDF-", 1024
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n", b"GIF8", b"II*\x00", b"MM\x00*")
_ARCHIVES = (b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00", b"MSCF")
_LHA = re.compile(rb"..-lh[0-9d]-", re.DOTALL)
# Photos of telephones: HEIC and AVIF name their brand behind the length of the first box.
_PHOTO = re.compile(rb".{4}ftyp(?:hei[cxms]|hev[cxms]|mif1|msf1|avif)", re.DOTALL)
_WEBP = re.compile(rb"RIFF.{4}WEBP", re.DOTALL)
_BITMAP = re.compile(rb"BM.{4}\x00{4}", re.DOTALL)
_HEAD = 64 * 1024
_WORD_TEXT = re.compile(rb"\s*{\\rtf|progid=.Word\.Document|schemas-microsoft-com:office:word")
_EXCEL_TEXT = b"schemas-microsoft-com:office:excel"
# What a text may hold below the blank; 1A is the end mark of old programs.
_CONTROLS = re.compile("[\x00-\x08\x0e-\x19\x1b-\x1f]")


def other_kind(data: bytes) -> Reason:
    """Return what the bytes are, whatever the file is called.

    >>> other_kind(b"%PDF-1.4"), other_kind("岗位,等级".encode("gb18030"))
    ('SCAN', 'TEXT_FILE')
    """
    head = data[:_HEAD]
    if not head.strip(b"\x00"):
        # A copy that set the final size first, or a disk after power loss, shows nothing but NUL.
        return "NOT_WORKBOOK" if data.strip(b"\x00") else "INCOMPLETE"
    if _is_picture(head):
        return "SCAN"
    if head.startswith(_ARCHIVES) or _LHA.match(head) or head[257:262] == b"ustar":
        return "OTHER_ARCHIVE"
    if not _is_text(head):
        return "NOT_WORKBOOK"
    # Word saves .rtf and web pages; Excel's web pages may name both programs.
    is_word = _WORD_TEXT.search(head) is not None and _EXCEL_TEXT not in head
    return "WORD_FILE" if is_word else "TEXT_FILE"


def _is_picture(head: bytes) -> bool:
    """Tell whether it is a page scanned, photographed or printed to a file."""
    return (
        _PDF in head[:_PDF_REACH]
        or head.startswith(_PICTURES)
        or any(pattern.match(head) for pattern in (_PHOTO, _WEBP, _BITMAP))
    )


def _is_text(head: bytes) -> bool:
    """Tell whether these are characters: UTF-16 with its mark, UTF-8, or as Windows writes them."""
    wide = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if wide else ("utf-8", "gb18030"):
        # the last character may be cut off
        for cut in range(4):
            try:
                text = head[: len(head) - cut].decode(encoding)
            except UnicodeDecodeError:
                continue
            return _CONTROLS.search(text) is None
    return False
