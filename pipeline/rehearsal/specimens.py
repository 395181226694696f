"""Blank specimens of the forms: what a bureau sees before anything is set up."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.forms import FORMS
from pipeline.forms.kind import Scope
from pipeline.forms.tailor import tailor
from pipeline.model import Office, Person
from pipeline.settings import default_text, parse
from pipeline.steps.commitment import signed_by, standard_text
from pipeline.workbook.stamp import Stamp
from pipeline.workbook.template import Issue, write_template

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.forms import Form
    from pipeline.settings import Settings

_YEAR = 2011
_OFFICE = Office("", "（单位名称）", 1)
_BLANK = "＿＿"  # where a number will stand
_NUMBER = "（表号）"
_KIND = "空白样表"


def specimens() -> dict[str, bytes]:
    """Return every specimen by file name: each paper of 附表1, each role of 附件2.

    They carry no identity: what comes back in one waits for the group.
    """
    settings = parse(default_text(year=_YEAR, bureau="（本局名称）").encode())
    forms = [tailor(form, settings) for form in FORMS]
    made: dict[str, bytes] = {}
    for form in forms:
        issues = _of_persons(form, settings) if form.given else _of_offices(form, settings)
        made |= {f"{form.title}_{_KIND}_{name}.xlsx": write_template(one) for name, one in issues}
    return made


def _of_offices(form: Form, settings: Settings) -> Iterator[tuple[str, Issue]]:
    issue = _issue(form, settings)
    yield "A3", issue.on("A3")
    yield "A4", issue.on("A4")


def _of_persons(form: Form, settings: Settings) -> Iterator[tuple[str, Issue]]:
    counts = dict.fromkeys(settings.levels.names, _BLANK)
    for role in settings.commitment.roles:
        said = standard_text(settings.commitment, role, _BLANK, counts)
        issue = _issue(signed_by(form, role), settings)
        # Posts, title and the rest are blank: nobody is meant.
        yield role.name, replace(issue, card={"commitment": said}, person=Person("", "", "", ()))


def _issue(form: Form, settings: Settings) -> Issue:
    last = settings.campaign.rounds[-1].key
    stamp = Stamp(form.code, "", "", _YEAR, last, "", _NUMBER)
    return Issue(form, _OFFICE, Scope(year=_YEAR), stamp, settings)
