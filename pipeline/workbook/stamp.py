"""The identity of an issued workbook, and the visible 表号 whose last characters prove it.

The number is made of the identity and the workspace's key alone, so that a version of the
template or a second issue changes no number.
"""

from __future__ import annotations

import hmac
from dataclasses import asdict, dataclass, fields, replace
from typing import TYPE_CHECKING

from pipeline import text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

PREFIX = "yg_"
TOKEN_NAME = "yg_stamp"  # noqa: S105 - the defined name that holds the token, no secret
_CHECK_CHARACTERS = 6
_YEAR_DIGITS = 4
_SEPARATOR = "|"


@dataclass(frozen=True, slots=True)
class Stamp:
    """Whose workbook it is. person is "" where the form belongs to an office.

    version: of the template. number: the visible 表号, "" until `make` gave it.
    """

    form: str
    office: str
    person: str
    year: int
    round: str
    version: str = ""
    number: str = ""


_NAMES = tuple(entry.name for entry in fields(Stamp))


def make(  # noqa: PLR0913 - the identity is spelled out in this one place
    key: bytes,
    form: str,
    office: str,
    year: int,
    round_: str,
    *,
    person: str = "",
    version: str = "",
) -> Stamp:
    """Return the stamp with its number.

    >>> make(b"key", "FB1", "YSK", 2026, "control").number
    'FB1-YSK-2026-7B9335'
    """
    stamp = Stamp(form, office, person, year, round_, version)
    return replace(stamp, number=form_number(stamp, key))


def form_number(stamp: Stamp, key: bytes) -> str:
    """Return the 表号 of an identity; whatever number and version the stamp carries are ignored.

    >>> form_number(Stamp("FJ2", "YSK", "R001", 2026, "control"), b"key")[:-6]
    'FJ2-YSK-R001-2026-'
    """
    identity = (stamp.form, stamp.office, stamp.person, str(stamp.year), stamp.round)
    digest = hmac.digest(key, _SEPARATOR.join(identity).encode(), "sha256")
    shown = (stamp.form, stamp.office, stamp.person, str(stamp.year))
    check = digest.hex().upper()[:_CHECK_CHARACTERS]
    return "-".join([*(part for part in shown if part), check])


def verify(stamp: Stamp, key: bytes) -> bool:
    """Tell whether a stamp's number is the one its identity has.

    >>> verify(make(b"key", "FB1", "YSK", 2026, "control"), b"key")
    True
    >>> verify(make(b"other", "FB1", "YSK", 2026, "control"), b"key")
    False
    """
    return hmac.compare_digest(stamp.number.encode(), form_number(stamp, key).encode())


def match_number(number: str, key: bytes, candidates: Iterable[Stamp]) -> Stamp | None:
    """Return the candidate that a 表号, as somebody typed or kept it, belongs to.

    >>> rounds = [Stamp("FB1", "YSK", "", 2026, name) for name in ("screening", "control")]
    >>> match_number(" ｆb1-ysk-2026-7B9335", b"key", rounds).round
    'control'
    >>> match_number("FB1-YSK-2026-000000", b"key", rounds)
    """
    wanted = text.narrow(number).replace(" ", "").upper()
    for candidate in candidates:
        known = form_number(candidate, key)
        if known.upper() == wanted:
            return replace(candidate, number=known)
    return None


def as_pairs(stamp: Stamp) -> dict[str, str]:
    """Return the stamp as named texts, for the hidden sheet and the document properties."""
    return {PREFIX + name: str(value) for name, value in asdict(stamp).items()}


def from_pairs(pairs: Mapping[str, str]) -> Stamp | None:
    """Return the stamp that named texts hold, None where it is not whole.

    A blank value may be missing: readers cut blank cells.

    >>> stamp = make(b"key", "FB1", "YSK", 2026, "control", version="1")
    >>> from_pairs(as_pairs(stamp)) == stamp
    True
    >>> from_pairs({"yg_form": "FB1"})
    """
    return _stamp([pairs.get(PREFIX + name, "").strip() for name in _NAMES])


def as_token(stamp: Stamp) -> str:
    """Return the stamp as one text, for the defined name.

    >>> as_token(make(b"key", "FB1", "YSK", 2026, "control", version="1"))
    'FB1|YSK||2026|control|1|FB1-YSK-2026-7B9335'
    """
    return _SEPARATOR.join(str(value) for value in asdict(stamp).values())


def from_token(token: str) -> Stamp | None:
    """Return the stamp a token holds, with or without the quotes of a formula; else None.

    >>> stamp = make(b"key", "FB1", "YSK", 2026, "control", version="1")
    >>> from_token(f'="{as_token(stamp)}"') == stamp, from_token("Sheet1!$A$1")
    (True, None)
    """
    parts = token.strip('=" ').split(_SEPARATOR)
    return _stamp(parts) if len(parts) == len(_NAMES) else None


def _stamp(values: list[str]) -> Stamp | None:
    """Return the stamp of texts in the order of its fields, None without form, year or number."""
    form, office, person, year, round_, version, number = values
    if not (form and number and len(year) == _YEAR_DIGITS and year.isascii() and year.isdigit()):
        return None
    return Stamp(form, office, person, int(year), round_, version, number)
