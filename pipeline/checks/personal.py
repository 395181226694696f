"""The data of a person in free text; what is published names nobody (方案 五(四))."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from pipeline.checks.wording import those

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.checks.records import Records
    from pipeline.checks.rules import Context
    from pipeline.findings import Finding

_GAP = "[ .·–—-]"
# A number begins here: not inside another one, nor behind the letters or the hyphen of a code.
_BEGIN = r"(?<![0-9A-Za-z])(?<![0-9A-Za-z][-_/])(?<![A-Za-z][.])"
# It ends here, and it is no amount.
_END = r"(?![0-9A-Za-z])(?!\.[0-9])(?! ?[元万亿])"
_DAY = "(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
_IDENTITY = re.compile(
    rf"{_BEGIN}[1-9][0-9]{{5}}{_GAP}?(?:19[3-9]|20[0-2])[0-9]{_GAP}?{_DAY}{_GAP}?"
    rf"[0-9]{{3}}[0-9Xx]{_END}"
)
# The number of 15 digits, issued until 1999, has no check digit and two digits of the year.
_OLD_IDENTITY = re.compile(
    rf"{_BEGIN}[1-9][0-9]{{5}}{_GAP}?[3-9][0-9]{_DAY}{_GAP}?[0-9]{{3}}{_END}"
)
_SAID_TO_BE_IDENTITY = re.compile(
    rf"(?:身份证|身份号码|证件号)[^0-9]{{0,6}}[1-9](?:{_GAP}?[0-9]){{13,16}}[0-9Xx]{_END}"
)
_MOBILE = re.compile(
    rf"{_BEGIN}(?:\+?86[ -]?)?1[3-9][0-9]"
    rf"(?:[0-9]{{8}}|(?P<one>{_GAP})[0-9]{{4}}(?P=one)[0-9]{{4}}"
    rf"|[0-9](?P<two>{_GAP})[0-9]{{3}}(?P=two)[0-9]{{4}}){_END}"
)
_CARD = re.compile(rf"{_BEGIN}[4-69](?:[ –—-]?[0-9]){{15,18}}{_END}")
# How numbers of bank cards begin that are not also codes of regions, unless they are called cards.
_ISSUED = re.compile("62|9558|5[1-5]")
_CALLED_CARD = re.compile("[卡账帐][^0-9]{0,4}$")
_MAIL = re.compile(r"[0-9A-Za-z_.+-]+@[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)+")
_HOME = re.compile(
    "(?:家住|现住|住在|住址|家庭地址|居住地|户籍)[^。；\n]{0,20}?[0-9]+(?:号|栋|幢|座|室|房|单元)"
    "|(?:小区|花园|新村|公寓|家园|苑)[^。；\n]{0,6}?[0-9]+(?:栋|幢|座|号楼)"
    "[^。；\n]{0,8}?[0-9]+(?:室|房)"
)
# What a number in front of which this stands is the number of: a document, a contract, a project.
_OTHER_NUMBER = re.compile(
    "(?:(?:编|文|票|单|件|批|序|流水|凭证|合同|项目|订单|发票|档案)(?:号码?|代码|编码)|订单|代码)"
    "[为是:]? ?$"
)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # of GB 11643
_CHECKS = "10X98765432"


def no_personal_data(records: Records, context: Context) -> Iterator[Finding]:
    """Point to data of a person in free text, never repeating it (方案 五(四)).

    What the tool itself fills in, and the cell meant for a telephone number, are left alone.
    """
    del context
    for entry in records.section.fields:
        if entry.kind.free and not entry.derived and not entry.contact:
            column = records.frame[entry.key]
            numbered = column[column.str.contains(r"[\d@＠]")]
            for record in records.where(those(numbered, is_personal)):
                yield records.finding("F311", record, entry.key, value="")


def is_personal(text: str) -> bool:
    """Tell whether a text seems to hold an identity, mobile or card number, a mail or home address.

    >>> is_personal("联系138-0000-0000"), is_personal("东财〔2011〕12号")
    (True, False)
    """
    plain = unicodedata.normalize("NFKC", text)
    return bool(
        _SAID_TO_BE_IDENTITY.search(plain)
        or _MAIL.search(plain)
        or _HOME.search(plain)
        or any(_is_identity(found[0]) for found in _numbers(_IDENTITY, plain))
        or any(_numbers(_OLD_IDENTITY, plain))
        or any(_numbers(_MOBILE, plain))
        or any(_is_card(found) for found in _numbers(_CARD, plain))
    )


def _numbers(pattern: re.Pattern[str], plain: str) -> Iterator[re.Match[str]]:
    """Yield the numbers of this form that are not said to be another number."""
    for found in pattern.finditer(plain):
        if not _OTHER_NUMBER.search(plain, 0, found.start()):
            yield found


def _is_identity(number: str) -> bool:
    """Tell whether the last character is the check digit of an identity number."""
    digits = re.sub(_GAP, "", number).upper()
    total = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=False))
    return _CHECKS[total % len(_CHECKS)] == digits[-1]


def _is_card(found: re.Match[str]) -> bool:
    """Tell whether a number is a bank card's: known beginning, and the check digit of Luhn."""
    digits = [int(digit) for digit in found[0] if digit.isdecimal()]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[-2::-2]]
    called = _CALLED_CARD.search(found.string, 0, found.start())
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0 and bool(
        called or _ISSUED.match(found[0])
    )
