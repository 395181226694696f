"""Batch law: one by one or all at once, the same verdicts, numbers, versions and answers."""

from __future__ import annotations

import random

import pytest
from commands import tree
from journeys import OFFICES, TWO, Circle, copied, opened, without_stamp

from pipeline.ledger import records

MORE = TWO + "    借款不还"
WRONG = "风险点 | 风险等级\n收入不入账 | 绿\n拨款无依据 | 红"
CHANGED = "风险点 | 风险等级\n收入不入账 | 红\n拨款无依据 | "
FOLDERS = ("预算科", "国库科", "")


def arrivals_of(circle: Circle) -> list[bytes]:
    """Return files that depend on one another: corrections, duplicates, blanks, letters."""
    form = circle.form
    return [
        circle.fill(WRONG),
        circle.fill(TWO),
        circle.fill(TWO),
        circle.fill(MORE),
        circle.fill(CHANGED),
        circle.fill(TWO, "GKK"),
        circle.fill("风险点\n收入不入账", "GKK"),
        circle.fill(WRONG, "NYK"),
        circle.template("NYK"),
        without_stamp(circle.fill(TWO, "NYK"), form),
        b"a letter",
    ]


def outcome_of(circle: Circle) -> tuple[object, ...]:
    """Return everything that a reception leaves behind, without the times of the machinery."""
    with circle.workspace.ledger.reading() as db:
        versions = [
            (one.record, one.number, one.level, one.class_, one.status, dict(one.payload))
            for office in OFFICES
            for record in records.records(db, circle.form.code, office)
            for one in records.history(db, record.id)
        ]
    return versions, tree(circle.workspace.paths.outbox)


def verdicts(circle: Circle, count: int) -> list[tuple[object, ...]]:
    outcomes = [circle.outcome(number) for number in range(1, count + 1)]
    return [
        (one.arrival.name, one.verdict, one.reason, one.part and one.part.findings)
        for one in outcomes
    ]


@pytest.mark.parametrize(
    "seed", [0, *(pytest.param(seed, marks=pytest.mark.long) for seed in (1, 2))]
)
def test_one_by_one_is_as_all_at_once(prepared, pool, tmp_path, seed):
    at_once = opened(copied(prepared, tmp_path / "at_once"), pool)
    one_by_one = opened(copied(prepared, tmp_path / "one_by_one"), pool)
    with at_once.workspace, one_by_one.workspace:
        contents = arrivals_of(at_once)
        random.Random(seed).shuffle(contents)  # noqa: S311 - the same orders every time
        files = {f"{n:02d}.xlsx": content for n, content in enumerate(contents)}
        for n, (name, content) in enumerate(files.items()):
            at_once.drop(content, name, FOLDERS[n % 3])
        order = [one.arrival for one in at_once.receive()]
        for arrival in order:
            one_by_one.drop(files[arrival.name], arrival.name, arrival.folder)
            (one,) = one_by_one.receive()
            assert one.arrival.id == arrival.id
        assert verdicts(one_by_one, len(files)) == verdicts(at_once, len(files))
        assert outcome_of(one_by_one) == outcome_of(at_once)
