"""Names of files: which are temporary, which are safe to write, how an odd one is shown."""

from __future__ import annotations

import re
import unicodedata

# Windows allows 255 UTF-16 units and 260 in the whole path, ext4 allows 255 bytes.
_MAX_CHARACTERS = 100
_MAX_BYTES = 240
_MAX_SUFFIX = 10

_FORBIDDEN = frozenset('<>:"/\\|?*')
# Control, format (text direction!), lone surrogate, private and unassigned, line and paragraph.
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Cn", "Zl", "Zp"})
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)", re.IGNORECASE)

_TEMPORARY = re.compile(
    r"""
      ~\$ .*                                  # owner file of Excel and Word
    | \.~ .*                                  # owner file of WPS and LibreOffice; our own
    | \._ .*                                  # resource fork of macOS
    | ~wr[dl] .*                              # Word while it saves
    | \.(smbdelete|nfs|fuse_hidden) .*        # deleted, still open elsewhere
    | .* \.(tmp|temp|part|partial|crdownload|opdownload|download|swp|filepart|!ut)
    | thumbs\.db(:encryptable)? | ehthumbs\.db | desktop\.ini | \.ds_store | \.gitkeep
    """,
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)


def is_temporary(name: str) -> bool:
    """Tell whether `name` belongs to a program at work or to the system, not to a person.

    >>> is_temporary("~$附表1.xlsx"), is_temporary("Thumbs.db"), is_temporary("附表1.xlsx")
    (True, True, False)
    """
    return _TEMPORARY.fullmatch(name) is not None


def owner_names(name: str) -> tuple[str, ...]:
    """Return the names of the files that say that somebody has `name` open.

    Excel prefixes, Word overwrites the first two characters, then WPS and LibreOffice.

    >>> owner_names("附表1.xlsx")
    ('~$附表1.xlsx', '~$1.xlsx', '.~附表1.xlsx', '.~lock.附表1.xlsx#')
    """
    return (f"~${name}", f"~${name[2:]}", f".~{name}", f".~lock.{name}#")


def is_owner(name: str) -> bool:
    """Tell whether `name` is that of an owner file.

    >>> is_owner("~$附表1.xlsx"), is_owner(".~lock.附表1.xlsx#"), is_owner("附表1.xlsx")
    (True, True, False)
    """
    return name.startswith(("~$", ".~"))


def safe_name(text: str) -> str:
    """Return `text` as a name that every system can hold: NFC, at most 100 characters.

    The suffix survives a cut.

    >>> safe_name("附表1: 预算科/国库科?.xlsx"), safe_name("con.xlsx"), safe_name(" .. ")
    ('附表1_ 预算科_国库科_.xlsx', '_con.xlsx', '_')
    """
    composed = unicodedata.normalize("NFC", text)
    cleaned = "".join("_" if _is_forbidden(letter) else letter for letter in composed)
    trimmed = cleaned.strip(" ").rstrip(". ") or "_"
    if _RESERVED.match(trimmed):
        trimmed = f"_{trimmed}"
    return _cut(trimmed)


def shown(name: str) -> str:
    r"""Return `name` fit for a log line or a console: nothing invisible is left raw.

    >>> shown("附表1\n\u202excod.xlsx")
    '附表1\\n\\u202excod.xlsx'
    """
    return "".join(
        letter.encode("unicode_escape").decode("ascii") if _is_invisible(letter) else letter
        for letter in name
    )


def _is_invisible(letter: str) -> bool:
    return unicodedata.category(letter) in _INVISIBLE


def _is_forbidden(letter: str) -> bool:
    return letter in _FORBIDDEN or _is_invisible(letter)


def _cut(name: str) -> str:
    """Return `name` within both limits; whole characters go, from the end of the stem."""
    stem, dot, suffix = name.rpartition(".")
    if not stem or len(suffix) > _MAX_SUFFIX:
        stem, dot, suffix = name, "", ""
    tail = dot + suffix
    stem = stem[: _MAX_CHARACTERS - len(tail)]
    room = _MAX_BYTES - len(tail.encode())
    stem = stem.encode()[:room].decode(errors="ignore")
    return stem.rstrip(". ") + tail if tail else stem.rstrip(". ")
