"""Whether a corrected answer that comes back is the latest one its owner got."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.findings import Finding
from pipeline.ledger import parts

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from pipeline.steps.recognise import FilledPart


def older_answer(
    db: Connection, part: FilledPart, office: str, arrival: int | None
) -> tuple[Finding, ...]:
    """Ask where a part corrects an answer after which its owner got another, to other words.

    arrival: the number of the file, None for one that is not handed in. A list that was copied
    from somebody else's answer tells nothing.
    """
    form, person, answers = part.identity.form.code, part.identity.person, part.answers
    if answers is None or part.doubt:
        return ()
    first = [
        one
        for one in parts.of_arrival(db, answers)
        if (one.form, one.office, one.person) == (form, office, person)
    ]
    later = [
        one
        for one in parts.parts(db, form=form, office=office)
        if one.person == person
        and one.content_hash
        and one.arrival > answers
        and (arrival is None or one.arrival < arrival)
    ]
    if not (first and later) or later[-1].content_hash == first[0].content_hash:
        return ()
    latest = str(later[-1].arrival)
    return (Finding("F119", value=str(answers), params={"latest": latest}),)
