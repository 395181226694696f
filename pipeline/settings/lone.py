"""The settings by which a file is checked without a workspace: the defaults with its own words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.settings.load import default_text, parse
from pipeline.settings.schema import Settings, Word

if TYPE_CHECKING:
    from collections.abc import Mapping

_YEARS = range(2000, 2101)
_NO_BUREAU = "-"


def lone_settings(
    year: int,
    words: Mapping[str, tuple[str, ...]],
    parents: Mapping[str, Mapping[str, str]],
) -> Settings:
    """Return the default settings of a year with the words that a workbook offers.

    A word that the defaults know keeps its aliases, colours and what follows from it.
    """
    usual = parse(default_text(year=year, bureau=_NO_BUREAU).encode())
    if not words:
        return usual
    known = usual.vocabulary
    own = {
        key: tuple(_word(name, known.get(key, ()), parents.get(key, {})) for name in names)
        for key, names in words.items()
    }
    levels = {word.name for word in (known | own)["levels"]}
    vocabulary = {
        key: [_told(word, levels) for word in terms] for key, terms in (known | own).items()
    }
    plain = usual.model_dump(by_alias=True) | {"vocabulary": vocabulary}
    return Settings.model_validate(plain)


def is_year(year: int) -> bool:
    """Tell whether a campaign can be of this year."""
    return year in _YEARS


def _word(name: str, known: tuple[Word, ...], parents: Mapping[str, str]) -> Word:
    word = next((word for word in known if word.name == name), Word(name=name))
    return word.model_copy(update={"parent": parents[name]}) if name in parents else word


def _told(word: Word, levels: set[str]) -> dict[str, object]:
    """Return a word as written; a level that is not offered follows from nothing."""
    plain = word.model_dump()
    return plain if word.implies in levels else plain | {"implies": ""}
