"""Folding of text as clerks type it; pure functions, the doctests are the specification."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# Zero-width and direction marks, soft hyphen, BOM: unseen, and every comparison trips on them.
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_BLANKS = re.compile(r"[ \t\u00a0\u2000-\u200a\u3000]+")
_SEPARATORS = re.compile(r"[\s:：*＊、,，/／;；·.。\-_—“”\"'‘’]+")
_NOTE = re.compile(r"[（(\[【〔].*?[)）\]】〕]")
_CJK = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
# A break between two Chinese characters comes from PDF or Word, unless a sentence ended before it.
_BROKEN = re.compile(rf"(?<=[{_CJK}])[ \t]*\n[ \t]*(?=[{_CJK}])|(?<=[{_CJK}]) (?=[{_CJK}])")
_NUMBER = re.compile(
    r"[ \t]*(?:[(（]?(?P<digits>[0-9０-９]{1,2})[)）.．、:：]|[①-⑳]|"
    r"[(（]?[一二三四五六七八九十]{1,3}[)）、.．]|[一二三四五六七八九十]是)[ \t]*",
)
_NIL = frozenset(
    {
        "无",
        "暂无",
        "没有",
        "/",
        "\\",
        "-",
        "--",
        "—",
        "——",
        "×",
        "x",
        "X",
        "待定",
        "空",
        "n/a",
        "na",
    }
)
_DITTO = frozenset({"同上", "〃", "″", "同前", "如上", '"'})
# Characters that optical recognition confuses and that are never meant in these forms.
_CONFUSED = str.maketrans({"臵": "置"})
_PEOPLE = re.compile(r"[、，,;；/／\n]+| {2,}")


@lru_cache(maxsize=1 << 16)
def key(text: str) -> str:
    r"""Return the form in which headers and words are compared: no width, blank or punctuation.

    >>> key("风险 等级（红/黄/橙）") == key("风险等级(红、黄、橙)")
    True
    >>> key("责任\n人 ：")
    '责任人'
    """
    folded = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text))
    return _SEPARATORS.sub("", folded).casefold()


def label(text: str) -> str:
    """Return the key of a header without the note in brackets behind it.

    >>> label("风险等级（红/黄/橙）")
    '风险等级'
    >>> label("（一）")
    '(一)'
    """
    return key(_NOTE.sub("", text)) or key(text)


def narrow(text: str) -> str:
    """Return a code, word, date or name in half width, without invisible characters or edge blanks.

    >>> narrow(" ＹＳＫ－２０１１　")
    'YSK-2011'
    """
    folded = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text))
    return _BLANKS.sub(" ", _CONTROL.sub("", folded)).strip()


def clean(text: str) -> str:
    r"""Return free text without what nobody typed on purpose; wording and punctuation stay.

    >>> clean("为特\n定关系人谋取 利益\u200b ")
    '为特定关系人谋取利益'
    >>> clean("1.审核；\r\n2.复核")
    '1.审核；\n2.复核'
    """
    plain = _ESCAPED.sub(lambda found: _unescape(found[1]), text)
    plain = plain.replace("\r\n", "\n").replace("\r", "\n")
    plain = _CONTROL.sub("", _INVISIBLE.sub("", plain)).translate(_CONFUSED)
    plain = _BLANKS.sub(" ", plain)
    lines = (line.strip() for line in plain.split("\n"))
    joined = "\n".join(line for line in lines if line)
    return _BROKEN.sub("", joined)


def _unescape(code: str) -> str:
    """Return what Excel's _xHHHH_ stands for where it is a line end; others stay."""
    return "\n" if code.upper() in {"000D", "000A"} else f"_x{code}_"


def renumber(text: str) -> str:
    r"""Return a list with its numbers written 1. 2. 3.; text that is no list stays as it is.

    >>> renumber("①核对发票\n②双人复核")
    '1.核对发票\n2.双人复核'
    >>> renumber("1、核对发票\n2、100万元以上的双人复核")
    '1.核对发票\n2.100万元以上的双人复核'
    >>> renumber("1.核对发票"), renumber("2011.9.18起执行")
    ('1.核对发票', '2011.9.18起执行')
    """
    lines, count = text.split("\n"), 0
    for place, line in enumerate(lines):
        found = _NUMBER.match(line)
        if found and _is_item(found, line, count + 1):
            count += 1
            lines[place] = f"{count}.{line[found.end() :]}"
    # One number alone is no list.
    return "\n".join(lines) if count > 1 else text


def _is_item(found: re.Match[str], line: str, expected: int) -> bool:
    """Tell whether a number opens an item: "3.5万元" does so only where a third is expected."""
    digits = found["digits"]
    followed = line[found.end() : found.end() + 1].isdigit()
    return not (digits and followed) or int(digits) == expected


def is_nil(text: str) -> bool:
    """Tell whether a cell holds a placeholder that means "nothing".

    >>> is_nil(" 无 "), is_nil("——"), is_nil("无偿划拨")
    (True, True, False)
    """
    return narrow(text).casefold() in _NIL or not narrow(text)


def is_ditto(text: str) -> bool:
    """Tell whether a cell says "as above".

    >>> is_ditto("同上"), is_ditto("同上级")
    (True, False)
    """
    return narrow(text).rstrip("。.") in _DITTO


def people(text: str) -> tuple[str, ...]:
    """Split a cell of names; the blank inside a two-character name is not a separator.

    >>> people("刘 某、陈伟；王小明")
    ('刘某', '陈伟', '王小明')
    """
    parts = (_BLANKS.sub("", narrow(part)) for part in _PEOPLE.split(clean_lines(text)))
    return tuple(part for part in parts if part)


def clean_lines(text: str) -> str:
    """Return text with plain line feeds and without invisible characters; no line is joined."""
    return _CONTROL.sub(
        "", _INVISIBLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    ).strip()


def display_width(text: str) -> int:
    """Return the width of one line in half-width columns.

    >>> display_width("风险A")
    5
    """
    return sum(2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in text)
