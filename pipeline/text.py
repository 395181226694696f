"""Folding of text as clerks type it; pure functions, the doctests are the specification."""

from __future__ import annotations

import json
import re
import unicodedata
from functools import lru_cache

# Zero-width and direction marks, soft hyphen, BOM: unseen, and every comparison trips on them.
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f]")
# What ends a line somewhere: Word's own break is a vertical tab.
_LINE_END = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_BLANK = r"[ \t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]"
_BLANKS = re.compile(f"{_BLANK}+")
_SEPARATORS = re.compile(r"[\s:：*＊、,，/／;；·.。\-_—“”\"'‘’]+")
_NOTE = re.compile(r"[（(\[【〔].*?[)）\]】〕]")
_CJK = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_HAN = re.compile(f"[{_CJK}]")
# Blanks between two Chinese characters: one comes from PDF or Word, more were typed as a gap.
_GAP = re.compile(rf"(?P<wide>(?<=[{_CJK}])(?:{_BLANK}{{2,}}|\u3000)(?=[{_CJK}]))|{_BLANK}+")
_STRAY = re.compile(rf"(?<=[{_CJK}]) (?=[{_CJK}])")
_ENDED = re.compile("[。；;！!？?，,、]$")
_GOES_ON = re.compile("[，,、]$")
_FRAGMENT, _LINE = 2, 4  # characters: no more than a piece of a word, at least a line of text
_NUMBER = re.compile(
    r"[ \t]*(?:[(（]?(?P<digits>[0-9０-９]{1,2})[)）.．。、:：]|[①-⑳]|"
    r"[(（]?[一二三四五六七八九十]{1,3}[)）、.．]|[一二三四五六七八九十]是)[ \t\u3000]*",
)
_ORDINAL = re.compile("第[一二三四五六七八九十]|首先|其次|再次|最后")
NIL = "无"  # how a field that takes "nothing" for an answer keeps it
_NIL_WORDS = frozenset({NIL, "暂无", "没有"})
_NIL = _NIL_WORDS | {"", "/", "\\", "-", "--", "—", "——", "×", "x", "待定", "空", "n/a", "na"}
_DITTO = frozenset({"同上", "〃", "″", "同前", "如上", '"'})
# Characters that optical recognition confuses and that are never meant in these forms.
_CONFUSED = str.maketrans({"臵": "置"})
_REPLACEMENT = "\ufffd"
_RARE_PLANES = (2, 3)
_NUMERALS = "一二三四五六七八九十"
_CIRCLED = re.compile("[①-⑳]")
# The number of a point inside a text; a number that goes on behind it is an amount or a date.
_POINT = re.compile(
    r"(?<![\d.第])(?:[(](?P<inner>\d{1,2})[)]|(?P<plain>\d{1,2})[).、:](?!\d)|"
    rf"(?:[(](?=[{_NUMERALS}][)])|(?<![{_NUMERALS}])(?=[{_NUMERALS}][、.是]))(?P<numeral>[{_NUMERALS}]))"
)
_TO_WIDE = 0xFEE0  # from an ASCII character to the full-width one
_TRIGGERS = frozenset("=+-@＝＋－＠")
_BREAKS = frozenset("\t\r\n")
_LEADING = " \u00a0\u200b\u3000\ufeff"  # what may stand unseen before a sign
_FORMULA_STARTS = _TRIGGERS | _BREAKS | set(_LEADING)
_LISTED = re.compile(r"[、，,;；/／\n]+")


@lru_cache(maxsize=1 << 16)
def key(text: str) -> str:
    r"""Return the form in which headers and words are compared: no width, blank or punctuation.

    >>> key("风险 等级（红/黄/橙）") == key("风险等级(红、黄、橙)")
    True
    >>> key("责任\n人 ：")
    '责任人'
    """
    folded = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)).translate(_CONFUSED)
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


def bare(text: str) -> str:
    """Return a code, date or name in half width without any blank.

    >>> bare("2011 年 ９ 月")
    '2011年9月'
    """
    # Normalised again: what a blank kept apart may now be one character.
    return unicodedata.normalize("NFKC", "".join(narrow(text).split()))


def clean(text: str) -> str:
    r"""Return free text without what nobody typed on purpose; wording and punctuation stay.

    >>> clean("为特\n定关系人谋取 利益\u200b ")
    '为特定关系人谋取利益'
    >>> clean("1.审核；\r\n2.复核")
    '1.审核；\n2.复核'
    >>> clean("严格执行制度\n加强监督检查")
    '严格执行制度\n加强监督检查'
    """
    plain = clean_lines(text).translate(_CONFUSED)
    plain = _GAP.sub(lambda gap: "\u3000" if gap["wide"] else " ", plain)
    lines = (line.strip() for line in _STRAY.sub("", plain).split("\n"))
    return _joined([line for line in lines if line])


def is_like_formula(shown: str) -> bool:
    r"""Tell whether some program takes a text for a formula when it is edited, pasted or imported.

    Full-width signs count too: a Chinese input method turns them into half-width ones.

    >>> is_like_formula("=1+1"), is_like_formula(" ＠SUM(1)"), is_like_formula("\t1")
    (True, True, True)
    >>> is_like_formula("1.审核=复核"), is_like_formula("")
    (False, False)
    """
    if shown[:1] not in _FORMULA_STARTS:  # the quick answer for almost every text
        return False
    return shown[0] in _BREAKS or shown.lstrip(_LEADING)[:1] in _TRIGGERS


def _joined(lines: list[str]) -> str:
    """Return lines with those put together that were one before a PDF or Word broke it.

    After a comma a sentence always goes on. Other lines between two deliberate breaks are joined
    all or none, so that cleaning twice changes nothing.
    """
    whole: list[str] = []
    for line in lines:
        if whole and _GOES_ON.search(whole[-1]) and _opens_no_item(line):
            whole[-1] += line
        else:
            whole.append(line)
    runs: list[list[str]] = []
    for line in whole:
        if runs and _may_be_broken(runs[-1][-1], line):
            runs[-1].append(line)
        else:
            runs.append([line])
    return "\n".join(("" if _is_wrapped(run) else "\n").join(run) for run in runs)


def _may_be_broken(before: str, after: str) -> bool:
    """Tell whether a break lies inside a sentence: between Chinese characters, before no item."""
    return _HAN.match(before[-1]) is not None and _opens_no_item(after)


def _opens_no_item(line: str) -> bool:
    """Tell whether a line begins with a Chinese character that numbers nothing."""
    item = _NUMBER.match(line) or _ORDINAL.match(line)
    return _HAN.match(line) is not None and not item


def _is_wrapped(run: list[str]) -> bool:
    """Tell whether lines are one broken sentence rather than a list without numbers.

    A list is alike: none of its lines ends with a mark, and none alone is a piece of a word.
    """
    pieces = sum(len(line) <= _FRAGMENT for line in run)
    torn = pieces == 1 and all(len(line) <= _FRAGMENT or len(line) >= _LINE for line in run)
    return torn or bool(_ENDED.search(run[-1]))


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
    """Tell whether a cell holds nothing, or a placeholder that means "nothing".

    >>> is_nil(" 无 "), is_nil("——"), is_nil("无偿划拨")
    (True, True, False)
    """
    return _word(text) in _NIL


def says_nil(text: str) -> bool:
    """Tell whether a cell says in words that there is nothing, which some fields take.

    >>> says_nil("暂无。"), says_nil("/")
    (True, False)
    """
    return _word(text) in _NIL_WORDS


def nil_spellings() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return how a cell is typed that `is_nil` holds for, and those of them that say it in words.

    For programs that can only compare: with a full stop, in full width; blanks and case are theirs.

    >>> every, words = nil_spellings()
    >>> all(map(is_nil, every)), all(map(says_nil, words)), "／" in every, "暂无。" in words
    (True, True, True, True)
    """
    return _spelled(_NIL), _spelled(_NIL_WORDS)


def _spelled(words: frozenset[str]) -> tuple[str, ...]:
    typed = (word + end for word in sorted(words) for end in ("", "。", "."))
    wide = {code: code + _TO_WIDE for code in range(0x21, 0x7F)}
    return tuple(dict.fromkeys(form for word in typed for form in (word, word.translate(wide))))


def is_ditto(text: str) -> bool:
    """Tell whether a cell says "as above".

    >>> is_ditto("同上"), is_ditto("同上级")
    (True, False)
    """
    return _word(text) in _DITTO


def _word(text: str) -> str:
    return narrow(text).rstrip("。.").casefold()


def listed(text: str) -> tuple[str, ...]:
    """Split a cell that names several things.

    >>> listed("预算编制岗、 指标管理岗；")
    ('预算编制岗', '指标管理岗')
    """
    parts = (narrow(part) for part in _LISTED.split(clean_lines(text)))
    return tuple(part for part in parts if part)


def people(text: str) -> tuple[str, ...]:
    """Split a cell of names; a blank beside a single character stands inside a name.

    >>> people("刘 某、陈伟；王小明")
    ('刘某', '陈伟', '王小明')
    >>> people("陈伟 刘　某某"), people("欧阳 修"), people("陈伟等3人")
    (('陈伟', '刘某某'), ('欧阳修',), ('陈伟等3人',))
    """
    return tuple(bare(name) for part in listed(text) for name in _names(part.split(" ")))


def _names(words: list[str]) -> list[str]:
    """Put a single character before the word behind it, a last one behind the word before it."""
    names: list[str] = []
    begun = ""
    for word in words:
        if len(word) == 1 and not begun:
            begun = word
        else:
            names.append(begun + word)
            begun = ""
    return [*names[:-1], names[-1] + begun] if names else [begun]


# What stands behind a surname or alone where a name was asked for.
_ROLE = re.compile(
    "(?:负责人|责任人|[科处局股所站队院部]长|主任|组长|书记|领导|主管|经办人|承办人|会计|出纳)$"
)
_AND_OTHERS = re.compile("等(?:[0-9]+|[一二三四五六七八九十几]+)?(?:人|名|位)?(?:同志)?$")


def is_role(name: str) -> bool:
    """Tell whether a role, or only some of several people, was written where a name belongs.

    >>> is_role("王科长"), is_role("科室负责人"), is_role("陈伟等3人"), is_role("陈伟")
    (True, True, True, False)
    """
    return bool(_ROLE.search(name) or _AND_OTHERS.search(name))


def count_points(text: str) -> int:
    """Return how many numbered points a text makes, 1 where it is no list.

    >>> count_points("1.票据审核不严；2.资金拨付不及时"), count_points("①甲②乙③丙")
    (2, 3)
    >>> count_points("一是核对不严。二是复核走过场"), count_points("2011.9.18起执行1.5%的标准")
    (2, 1)
    """
    counted = 0
    for found in _POINT.finditer(unicodedata.normalize("NFKC", _circled(text))):
        digits = found["inner"] or found["plain"] or str(_NUMERALS.index(found["numeral"]) + 1)
        counted += int(digits) == counted + 1
    return max(counted, 1)


def _circled(text: str) -> str:
    return _CIRCLED.sub(lambda found: f"({int(unicodedata.numeric(found[0]))})", text)


def is_confused(text: str) -> bool:
    """Tell whether a text holds a character that optical recognition mistook."""
    return text.translate(_CONFUSED) != text


def has_unshown(text: str) -> bool:
    r"""Tell whether a text holds characters that other computers cannot show.

    Private ones, those nobody has assigned, and the mark of a failed conversion. What the planes
    of rare Chinese characters get next is none of them, whichever Python asks.

    >>> has_unshown("王\ue863"), has_unshown("王\ufffd"), has_unshown("王\U00020000\n")
    (True, True, False)
    """
    if text.isprintable():  # the quick answer for almost every cell
        return _REPLACEMENT in text
    return (
        any(
            unicodedata.category(char) in {"Co", "Cn"} and ord(char) >> 16 not in _RARE_PLANES
            for char in text
        )
        or _REPLACEMENT in text
    )


def clean_lines(text: str) -> str:
    """Return text with plain line feeds and without invisible characters; no line is joined."""
    return _CONTROL.sub("", _INVISIBLE.sub("", _LINE_END.sub("\n", text))).strip()


def display_width(text: str) -> int:
    """Return the width of one line in half-width columns.

    >>> display_width("风险A")
    5
    """
    return sum(map(_columns, text))


@lru_cache(maxsize=1 << 14)  # a register of thirty thousand rows is measured letter by letter
def _columns(char: str) -> int:
    return 2 if unicodedata.east_asian_width(char) in "WFA" else 1


def canonical(content: object) -> str:
    """Return content as JSON that is the same for the same content.

    >>> canonical({"b": 1, "a": ["甲"]})
    '{"a":["甲"],"b":1}'
    """
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def units(shown: str) -> int:
    """Return the length of a text in UTF-16 units, which is what Excel counts.

    >>> units("岗位"), units("\U00020000")
    (2, 2)
    """
    # Characters beyond the 65,536 first ones take two units.
    return len(shown) if shown.isascii() else len(shown.encode("utf-16-le", "surrogatepass")) // 2
