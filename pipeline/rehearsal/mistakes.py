"""What goes wrong in returned workbooks, each with the codes the office must be told.

A mistake is a function Work -> Work; the registry adds what is expected. An empty tuple of codes
means that the tool repairs it without a question.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline.findings import CATALOGUE
from pipeline.model import REASONS
from pipeline.rehearsal import touches

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.model import Verdict
    from pipeline.rehearsal.work import Work

_TOLD = "强制"  # the class of finding that returns a part
_WIDE = str.maketrans("0123456789.-", "０１２３４５６７８９．－")
_FIRST, _SECOND, _THIRD = range(3)


@dataclass(frozen=True, slots=True)
class Mistake:
    """A mistake, and the exact set of codes (or the one reason) it must lead to."""

    make: Callable[[Work], Work]
    codes: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Return the name of the mistake."""
        return self.make.__name__

    @property
    def verdict(self) -> Verdict:
        """Return how a file with this one mistake is answered."""
        return verdict(self.codes)


def verdict(codes: tuple[str, ...]) -> Verdict:
    """Return the answer that codes lead to: the worst counts."""
    if any(code in REASONS for code in codes):
        return "quarantined"
    if any(CATALOGUE[code].klass == _TOLD for code in codes):
        return "returned"
    return "accepted"


def level_outside_the_list(work: Work) -> Work:
    """Type a level that no list has."""
    return work.typing(_THIRD, risk_level="绿")


def measures_left_blank(work: Work) -> Work:
    """Leave a required cell blank."""
    return work.typing(_SECOND, measures="")


def measures_say_nothing(work: Work) -> Work:
    """Write a placeholder where an answer is required."""
    return work.typing(_SECOND, measures="暂无")


def measures_too_short(work: Work) -> Work:
    """Write a slogan instead of a measure."""
    return work.typing(_SECOND, measures="加强教育")


def measures_of_slogans(work: Work) -> Work:
    """Write what could stand in any row."""
    return work.typing(_SECOND, measures="1.加强学习，提高认识；2.严格要求自己，自觉接受监督。")


def measures_too_long(work: Work) -> Work:
    """Paste a whole regulation."""
    return work.typing(_SECOND, measures="严格按规定逐级审核并接受监督。" * 50)


def same_person_twice(work: Work) -> Work:
    """Name the same colleague as A and as B."""
    return work.typing(_FIRST, officer_b=work.rows[_FIRST]["officer_a"])


def no_partner(work: Work) -> Work:
    """Leave B blank."""
    return work.typing(_FIRST, officer_b="")


def unknown_partner(work: Work) -> Work:
    """Name somebody the roster does not know."""
    return work.typing(_SECOND, officer_b="丘不在")


def level_below_consequence(work: Work) -> Work:
    """Put the gravest consequence beside the lowest level."""
    consequence = work.words("consequence").names[0]
    return work.typing(_SECOND, consequence=consequence, risk_level=_lowest(work))


def level_left_blank(work: Work) -> Work:
    """Leave the level to the consequence."""
    return work.typing(_FIRST, risk_level="")


def two_levels(work: Work) -> Work:
    """Write two levels into one cell; the higher is the highest there is."""
    return work.typing(_FIRST, risk_level="/".join(work.words("risk_level").names[:2]))


def two_categories(work: Work) -> Work:
    """Write two categories into one cell."""
    return work.typing(_FIRST, risk_category="、".join(work.words("risk_category").names[:2]))


def short_category(work: Work) -> Work:
    """Write categories as people say them."""
    short = {term.name: term.aliases[0] for term in work.words("risk_category").terms}
    rows = tuple(row | {"risk_category": short[row["risk_category"]]} for row in work.rows)
    return replace(work, rows=rows)


def unusual_step(work: Work) -> Work:
    """Write a step that is not among those offered."""
    return work.typing(_FIRST, process_step="拍板定案")


def foreign_subclass(work: Work) -> Work:
    """Choose a subclass that belongs to another class."""
    chosen = work.rows[_FIRST]["power_class"]
    terms = work.words("power_subclass").terms
    foreign = next(term.name for term in terms if term.parent != chosen)
    return work.typing(_FIRST, power_subclass=foreign)


def row_twice(work: Work) -> Work:
    """Copy a row and forget to change it."""
    return work.adding(work.rows[_FIRST])


def row_nearly_twice(work: Work) -> Work:
    """Copy a row and add a word to its risk point."""
    row = work.rows[_FIRST]
    return work.adding(row | {"risk_point": f"{row['risk_point']}的"})


def nothing_to_report(work: Work) -> Work:
    """Say that a post has no risk point and give no reason."""
    blank = dict.fromkeys(work.rows[_FIRST], "")
    return work.adding(blank | {"post_name": work.scope.posts[0], "risk_point": "无"})


def ditto(work: Work) -> Work:
    """Write 同上 where the row above says the same."""
    rows = [dict(row) for row in work.rows]
    for place in range(1, len(rows)):
        for key in ("power_class", "power_matter"):
            if work.rows[place][key] == work.rows[place - 1][key]:
                rows[place][key] = "同上"
    return replace(work, rows=tuple(rows))


def ditto_on_top(work: Work) -> Work:
    """Write 同上 in the first row, where nothing stands above."""
    return work.typing(_FIRST, power_matter="同上")


def wide_and_blank(work: Work) -> Work:
    """Type in full width and space names out, as for print."""
    spaced = "　".join(work.rows[_FIRST]["officer_a"])
    day, count = work.card["report_date"], work.card["attendees"]
    wide = {"report_date": day.replace("-", ".").translate(_WIDE)}
    return work.typing(
        _FIRST,
        officer_a=spaced,
        risk_point=f"　{work.rows[_FIRST]['risk_point']} ",
        risk_level=f" {work.rows[_FIRST]['risk_level']}　",
    ).carding(**wide, attendees=f"{count.translate(_WIDE)}人")


def odd_numbering(work: Work) -> Work:
    """Number measures with circles."""
    said = work.rows[_FIRST]["measures"]
    circled = said.replace("1.", "①").replace("2.", "②").replace("3.", "③").replace("4.", "④")
    return work.typing(_FIRST, measures=circled)


def mobile_number(work: Work) -> Work:
    """Leave a telephone number in a remark."""
    return work.typing(_FIRST, remark="联系人手机13000000000")


def impossible_date(work: Work) -> Work:
    """Write a day that no calendar has."""
    return work.carding(meeting_date=f"{work.scope.year}年9月31日")


def date_without_year(work: Work) -> Work:
    """Leave out the year."""
    return work.carding(meeting_date="8月23日")


def meeting_after_report(work: Work) -> Work:
    """Report before the meeting that was to decide."""
    return work.carding(report_date=f"{work.scope.year}-08-01")


def meeting_of_few(work: Work) -> Work:
    """Let hardly anybody decide for all."""
    return work.carding(attendees="1")


def report_of_last_year(work: Work) -> Work:
    """Leave the year of an old form."""
    year = work.scope.year - 1
    return work.carding(meeting_date=f"{year}-08-23", report_date=f"{year}-09-09")


def too_many_attendees(work: Work) -> Work:
    """Count more people than the office has."""
    return work.carding(attendees="66")


def neighbours_name(work: Work) -> Work:
    """Take this office's workbook and type the neighbour's name into it."""
    return work.carding(office_name=work.neighbour)


def merged_cells(work: Work) -> Work:
    """Merge the matters that several rows share."""
    return work.touching(touches.merge_runs("power_matter"))


def moved_header(work: Work) -> Work:
    """Rename the sheet and insert a line above the title."""
    return work.touching(touches.insert_row_on_top)


def broken_header(work: Work) -> Work:
    """Break a header into lines and say it another way."""
    alias = work.form.table.field("officer_a").aliases[0]
    return work.touching(touches.rename_header("officer_a", f"{alias[:1]} \n{alias[1:]}："))


def column_deleted(work: Work) -> Work:
    """Delete a column the round asks for."""
    return work.touching(touches.delete_column("measures"))


def column_added(work: Work) -> Work:
    """Add a column of one's own."""
    return work.touching(touches.add_column("本科室内部编号", "甲一"))


def hidden_row(work: Work) -> Work:
    """Hide a filled row."""
    return work.touching(touches.hide_row(_SECOND))


def error_value(work: Work) -> Work:
    """Leave an error value of a broken reference."""
    return work.touching(touches.type_over(_FIRST, "manifestation", "#REF!"))


def formula_without_value(work: Work) -> Work:
    """Leave a formula that was never computed."""
    return work.touching(touches.type_over(_FIRST, "manifestation", '="未按程序"&"办理"'))


def second_sheet(work: Work) -> Work:
    """Leave a second, different sheet of the same form in the file."""
    return work.touching(touches.copy_sheet)


def text_file(work: Work) -> Work:
    """Hand in a text under the name of a workbook."""
    return work.touching(touches.replace_with_text)


def letter(work: Work) -> Work:
    """Hand in a word-processor file."""
    return work.touching(touches.replace_with_letter)


def broken_file(work: Work) -> Work:
    """Hand in a workbook that is damaged inside."""
    return work.touching(touches.break_part)


def half_a_file(work: Work) -> Work:
    """Stop the copy before its end."""
    return work.touching(touches.cut_short)


def empty_file(work: Work) -> Work:
    """Hand in a file of no bytes."""
    return work.touching(touches.empty)


def _lowest(work: Work) -> str:
    return work.words("risk_level").names[-1]


MISTAKES: tuple[Mistake, ...] = (
    Mistake(level_outside_the_list, ("F202",)),
    Mistake(measures_left_blank, ("F201",)),
    Mistake(measures_say_nothing, ("F201",)),
    Mistake(measures_too_short, ("F312",)),
    Mistake(measures_of_slogans, ("F317",)),
    Mistake(measures_too_long, ("F204",)),
    Mistake(same_person_twice, ("F302",)),
    Mistake(no_partner, ("F303",)),
    Mistake(unknown_partner, ("F203",)),
    Mistake(level_below_consequence, ("F304",)),
    Mistake(level_left_blank),
    Mistake(two_levels, ("F209",)),
    Mistake(two_categories, ("F210",)),
    Mistake(short_category),
    Mistake(unusual_step, ("F211",)),
    Mistake(foreign_subclass, ("F301",)),
    Mistake(row_twice, ("F305",)),
    Mistake(row_nearly_twice, ("F316",)),
    Mistake(nothing_to_report, ("F306",)),
    Mistake(ditto),
    Mistake(ditto_on_top, ("F213",)),
    Mistake(wide_and_blank),
    Mistake(odd_numbering),
    Mistake(mobile_number, ("F311",)),
    Mistake(impossible_date, ("F206",)),
    Mistake(date_without_year, ("F214",)),
    Mistake(meeting_after_report, ("F309",)),
    Mistake(too_many_attendees, ("F310",)),
    Mistake(meeting_of_few, ("F318",)),
    Mistake(report_of_last_year, ("F319",)),
    Mistake(neighbours_name, ("F111",)),
    Mistake(merged_cells),
    Mistake(moved_header),
    Mistake(broken_header, ("F105",)),
    Mistake(column_deleted, ("F101",)),
    Mistake(column_added, ("F102",)),
    Mistake(hidden_row, ("F103",)),
    Mistake(error_value, ("F207",)),
    Mistake(formula_without_value, ("F208",)),
    Mistake(second_sheet, ("F112",)),
    Mistake(text_file, ("TEXT_FILE",)),
    Mistake(letter, ("WORD_FILE",)),
    Mistake(broken_file, ("DAMAGED",)),
    Mistake(half_a_file, ("INCOMPLETE",)),
    Mistake(empty_file, ("EMPTY",)),
)
BY_NAME = {mistake.name: mistake for mistake in MISTAKES}
