"""The rules about what is written in a text: its length, its characters, whether it says anything.

Like all rules of a file they are column operations that yield findings for the offenders only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline import text
from pipeline.frames import pd

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pipeline.checks.records import Records
    from pipeline.checks.rules import Context
    from pipeline.findings import Finding
    from pipeline.vocab import Vocabulary

_LEAST_RISK = 4  # characters; a shorter risk is no phrase that a measure could repeat


def keys_of(column: pd.Series[str]) -> pd.Series[str]:
    """Return a column in the form in which texts are compared, each distinct text folded once."""
    return column.map({value: text.key(value) for value in column.unique()})


def those(column: pd.Series[str], is_so: Callable[[str], object]) -> pd.Series[bool]:
    """Return the mask of texts of which something is so, each distinct text asked once."""
    return column.isin([value for value in column.unique() if is_so(value)])


def text_is_printable(records: Records, context: Context) -> Iterator[Finding]:
    """Warn where a text is longer than a printed row shows: 409 pt (方案 四(二)4: 纸质件)."""
    most = context.settings.checks.warn_length
    for entry in records.section.fields:
        if entry.kind.limit > most:
            lengths = records.frame[entry.key].str.len()
            for record in records.where((lengths > most) & (lengths <= entry.kind.limit)):
                count = len(records.value(record, entry.key))
                yield records.finding("F205", record, entry.key, count=str(count), most=str(most))


def text_can_be_shown(records: Records, context: Context) -> Iterator[Finding]:
    """Point to characters of one computer that no other shows (方案 四(二)4: 电子件和纸质件)."""
    del context
    for entry in records.section.fields:
        if entry.derived is None:
            for record in records.where(those(records.frame[entry.key], text.has_unshown)):
                yield records.finding("F222", record, entry.key)


def category_stands_in_its_column(records: Records, context: Context) -> Iterator[Finding]:
    """Ask where a cell of another column is nothing but a word for the category (方案 四(一)2).

    In a column that may be left blank it is asked about only where the category is missing.
    """
    key = context.form.roles.category
    words = records.section.field(key).kind.vocabulary
    missing = records.frame[key] == ""
    for entry in records.section.fields if words else ():
        if entry.key == key or entry.derived:
            continue
        strange = those(records.frame[entry.key], _is_of(words, entry.kind.vocabulary))
        for record in records.where(strange if entry.required else strange & missing):
            yield records.finding("F219", record, entry.key, other=records.header(record, key))


def _is_of(words: Vocabulary | None, own: Vocabulary | None) -> Callable[[str], bool]:
    """Return whether a text is one of these words and none of the column's own."""
    return lambda said: bool(words and words.find(said) and not (own and own.find(said)))


def one_point_a_row(records: Records, context: Context) -> Iterator[Finding]:
    """Ask where one cell lists several risk points: each has a level of its own (方案 四(一)3)."""
    del context
    column = records.frame["risk_point"]
    for record in records.where(those(column, lambda said: text.count_points(said) > 1)):
        count = text.count_points(str(column[record]))
        yield records.finding("F216", record, "risk_point", count=str(count))


def measures_say_something(records: Records, context: Context) -> Iterator[Finding]:
    """Point to measures too short to say who, how and when (方案 四(二)4)."""
    lengths = records.frame["measures"].str.len()
    short = (lengths > 0) & (lengths < context.settings.checks.min_measure)
    for record in records.where(short):
        yield records.finding("F312", record, "measures")


def measures_differ(records: Records, context: Context) -> Iterator[Finding]:
    """Point to one measure copied into all rows of a part (方案 四(二)4: 针对风险点)."""
    said = keys_of(records.frame["measures"])
    said = said[said != ""]
    parts = said.groupby(pd.Series(records.owner, dtype=int)[said.index])
    for _, copied in parts:
        count, first = len(copied), int(copied.index[0])
        if count >= context.settings.checks.same_measures and len(set(copied)) == 1:
            yield records.finding("F314", first, "measures", count=str(count))


def measures_answer_the_risk(records: Records, context: Context) -> Iterator[Finding]:
    """Point to measures that only say the risk again (方案 四(二)4)."""
    least = context.settings.checks.min_measure
    said = keys_of(records.frame["measures"])
    points, ways = (keys_of(records.frame[key]) for key in ("risk_point", "manifestation"))
    repeated = [
        _repeats(measure, point, least) or _repeats(measure, way, least)
        for measure, point, way in zip(said, points, ways, strict=True)
    ]
    long_enough = records.frame["measures"].str.len() >= least
    for record in records.where(long_enough & pd.Series(repeated, dtype=bool)):
        yield records.finding("F315", record, "measures")


def _repeats(measure: str, risk: str, least: int) -> bool:
    """Tell whether a measure has less than `least` characters besides the risk it quotes."""
    if len(risk) < _LEAST_RISK or not measure:
        return False
    if len(measure) - len(risk) >= least:
        return False
    rest = iter(measure)  # a 不 may stand inside: 隐瞒不报, 不隐瞒不报
    return measure in risk or all(char in rest for char in risk)
