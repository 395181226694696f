"""Which registered risk point a row is: the golden table, the laws, and how well likeness tells."""

from __future__ import annotations

import re
import tomllib
from collections import Counter, defaultdict
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from itertools import permutations
from string import ascii_uppercase

import pytest
from blocks import BUREAU, FORM, USUAL, table_of
from hypothesis import given
from hypothesis import strategies as st
from journeys import rows_of
from tree import ROOT

from pipeline import text
from pipeline.checks.check import Checked, CheckedRow
from pipeline.ledger.rows import CANCELLED, MISSING, VersionRow
from pipeline.steps.answers import Answered, Past
from pipeline.steps.asking import against_register
from pipeline.steps.matching import match
from pipeline.steps.similar import pair

LEAST = USUAL.settings.checks.same_point
AT = datetime(2011, 9, 1, tzinfo=UTC)
HEAD = "风险编号 | 岗位名称 | 权力事项 | 风险点 | 防控措施 | 情况说明"

# A case: its title; behind "册" what is registered (number | post | matter | point), perhaps with a
# status; behind "报" what comes back, perhaps with its measures, and behind "→" what becomes of it:
# the number it continues or 新, with the codes of the questions about it; "缺" what is missing.
GOLDEN = """
# a number is the key whatever else was changed
    册 1 | 出纳岗 | 资金支付 | 收入不入账
    报 1 | 出纳岗 | 资金支付 | 收入未按规定入账 → 1
# a number counts more than a content that another record has
    册 1 | 出纳岗 | 资金支付 | 收入不入账
    册 2 | 出纳岗 | 资金支付 | 拨款无依据
    报 1 | 出纳岗 | 资金支付 | 拨款无依据 → 1 F408
    缺 2
# the same content without its number
    册 1 | 出纳岗 | 资金支付 | 收入不入账
    报 | 出 纳岗 | 资金支付。 | 收入，不入账 → 1
# a point reworded without its number
    册 1 | 出纳岗 | 资金支付 | 收入不入账
    册 2 | 出纳岗 | 资金支付 | 票据审核不严
    报 | 出纳岗 | 资金支付 | 票据审核不严格 → 2 F407
    报 | 出纳岗 | 资金支付 | 收入不入账 → 1
# a post renamed without its number
    册 1 | 国库支付岗 | 直接支付审核 | 支付申请审核不严
    报 | 国库集中支付岗 | 直接支付审核 | 支付申请审核不严 → 1 F407
# a matter renamed without its number
    册 1 | 人事岗 | 干部考核 | 考核结果不公正
    报 | 人事岗 | 干部年度考核 | 考核结果不公正 → 1 F407
# a post renamed and its point reworded
    册 1 | 国库支付岗 | 直接支付审核 | 越权办理支付
    报 | 国库集中支付岗 | 直接支付审核 | 越权办理支付业务 → 1 F407
# post and matter both renamed: nothing is left to go by
    册 1 | 国库支付岗 | 直接支付审核 | 越权办理支付
    报 | 集中支付岗 | 财政直接支付 | 越权办理支付 → 新
    缺 1
# another point of the same post and matter
    册 1 | 出纳岗 | 资金支付 | 收入不入账
    报 | 出纳岗 | 资金支付 | 拨款无依据 → 新
    缺 1
# the contrary is not the same
    册 1 | 出纳岗 | 资金支付 | 三万元以上支出未集体研究
    报 | 出纳岗 | 资金支付 | 三万元以下支出未集体研究 → 新
    缺 1
# another number in a text is not the same
    册 1 | 出纳岗 | 资金支付 | 三万元以上支出未集体研究
    报 | 出纳岗 | 资金支付 | 五万元以上支出未集体研究 → 新
    缺 1
# nor the contrary in a matter
    册 1 | 出纳岗 | 预算内资金支付 | 支付依据不充分
    报 | 出纳岗 | 预算外资金支付 | 支付依据不充分 → 新
    缺 1
# one row fits two records
    册 1 | 会计岗 | 账务核算 | 原始票据审核不严
    册 2 | 会计岗 | 账务核算 | 报销票据审核不严
    报 | 会计岗 | 账务核算 | 票据审核不严 → 新 F406
    缺 1 2
# two rows fit one record
    册 1 | 会计岗 | 账务核算 | 票据审核不严
    报 | 会计岗 | 账务核算 | 原始票据审核不严 → 新 F406
    报 | 会计岗 | 账务核算 | 报销票据审核不严 → 新 F406
    缺 1
# of two rows for one record the clearly better one continues it
    册 1 | 会计岗 | 账务核算 | 截留挪用财政资金
    报 | 会计岗 | 账务核算 | 截留、挪用了财政资金 → 1 F407
    报 | 会计岗 | 账务核算 | 截留财政专户资金 → 新
# where one record is taken by its number the other is no longer in doubt
    册 1 | 会计岗 | 账务核算 | 原始票据审核不严
    册 2 | 会计岗 | 账务核算 | 报销票据审核不严
    报 1 | 会计岗 | 账务核算 | 原始票据审核不严 → 1
    报 | 会计岗 | 账务核算 | 票据审核不严 → 2 F407
# a tie is settled once its better half is clear
    册 1 | 会计岗 | 账务核算 | 原始票据审核不严
    册 2 | 会计岗 | 账务核算 | 报销票据审核不严
    报 | 会计岗 | 账务核算 | 票据审核不严 → 2 F407
    报 | 会计岗 | 账务核算 | 对原始票据审核不严 → 1 F407
# a number pasted twice stays with the row that says the same
    册 1 | 出纳岗 | 资金支付 | 收入不入账
    报 1 | 出纳岗 | 资金支付 | 拨款无依据 → 新 F308
    报 1 | 出纳岗 | 资金支付 | 收入不入账 → 1
# or that is most like it
    册 1 | 出纳岗 | 资金支付 | 收入不入账
    报 1 | 会计岗 | 账务核算 | 票据审核不严 → 新 F308
    报 1 | 出纳岗 | 资金支付 | 收入未入账 → 1
    报 1 | 出纳岗 | 资金支付 | 拨款无依据 → 新 F308
# of equal rows with one number the one that changed nothing keeps it
    册 1 | 出纳岗 | 资金支付 | 收入不入账 | 每月核对银行账
    报 1 | 出纳岗 | 资金支付 | 收入不入账 | 每季核对银行账 → 新 F308
    报 1 | 出纳岗 | 资金支付 | 收入不入账 | 每月核对银行账 → 1
# a number dragged down over all rows costs none its own
    册 1 | 出纳岗 | 资金支付 | 收入不入账
    册 2 | 出纳岗 | 资金支付 | 拨款无依据
    册 3 | 会计岗 | 账务核算 | 票据审核不严
    报 1 | 出纳岗 | 资金支付 | 拨款无依据 → 2 F308
    报 1 | 会计岗 | 账务核算 | 票据审核不严 → 3 F308
    报 1 | 出纳岗 | 资金支付 | 收入不入账 → 1
# a copied row is no rewording of a third
    册 1 | 会计岗 | 账务核算 | 票据审核不严
    册 2 | 会计岗 | 账务核算 | 凭证审核不严谨
    报 1 | 会计岗 | 账务核算 | 票据审核不严 → 1
    报 1 | 会计岗 | 账务核算 | 凭证审核不够严谨 → 新 F308
    缺 2
# a number of nobody with a content of one's own
    册 1 | 出纳岗 | 资金支付 | 收入不入账
    报 99 | 出纳岗 | 资金支付 | 收入不入账 → 1 F307
# a number of nobody with a reworded content
    册 1 | 出纳岗 | 资金支付 | 收入不入账
    报 99 | 出纳岗 | 资金支付 | 收入都不入账 → 1 F307 F407
# a number of nobody with a content of nobody
    册 1 | 出纳岗 | 资金支付 | 收入不入账
    报 99 | 会计岗 | 账务核算 | 票据审核不严 → 新 F307
    缺 1
# a row written over with another risk keeps its number and is asked about
    册 1 | 出纳岗 | 资金支付 | 收入不入账
    报 1 | 会计岗 | 账务核算 | 票据审核不严 → 1 F408
# so is one whose post alone was left
    册 1 | 出纳岗 | 资金支付 | 收入不入账
    报 1 | 出纳岗 | 账务核算 | 票据审核不严 → 1 F408
# a post renamed by its number is nothing to ask about
    册 1 | 国库支付岗 | 直接支付审核 | 越权办理支付
    报 1 | 集中支付岗 | 财政直接支付 | 越权办理支付 → 1
# numbers that changed places stay where they are and are asked about
    册 1 | 出纳岗 | 资金支付 | 收入不入账
    册 2 | 会计岗 | 账务核算 | 票据审核不严
    报 2 | 出纳岗 | 资金支付 | 收入不入账 → 2 F408
    报 1 | 会计岗 | 账务核算 | 票据审核不严 → 1 F408
# so are numbers that were sorted alone within one post
    册 1 | 出纳岗 | 资金支付 | 收入不入账
    册 2 | 出纳岗 | 资金支付 | 票据审核不严
    册 3 | 出纳岗 | 资金支付 | 拨款不及时
    报 2 | 出纳岗 | 资金支付 | 收入不入账 → 2 F408
    报 3 | 出纳岗 | 资金支付 | 票据审核不严 → 3 F408
    报 1 | 出纳岗 | 资金支付 | 拨款不及时 → 1 F408
# what is missing comes back reworded
    册 1 | 出纳岗 | 资金支付 | 收入不入账 | missing
    报 | 出纳岗 | 资金支付 | 收入都不入账 → 1 F407
# what was written off does not come back by likeness
    册 1 | 出纳岗 | 资金支付 | 收入不入账 | cancelled
    报 | 出纳岗 | 资金支付 | 收入都不入账 → 新
    缺 1
# it does by the same content
    册 1 | 出纳岗 | 资金支付 | 收入不入账 | cancelled
    报 | 出纳岗 | 资金支付 | 收入不入账 → 1 F403
# and by its number
    册 1 | 出纳岗 | 资金支付 | 收入不入账 | cancelled
    报 1 | 出纳岗 | 资金支付 | 收入都不入账 → 1 F403
# a post without any risk point is no rewording of one
    册 1 | 出纳岗 | 资金支付 | 无法核实
    报 | 出纳岗 | 资金支付 | 无 → 新
    缺 1
# twice the same content: what is the same in everything goes together
    册 1 | 出纳岗 | 资金支付 | 收入不入账 | 每月核对银行账
    册 2 | 出纳岗 | 资金支付 | 收入不入账 | 每季核对银行账
    报 | 出纳岗 | 资金支付 | 收入不入账 | 每季核对银行账 → 2
    报 | 出纳岗 | 资金支付 | 收入不入账 | 每月核对银行账 → 1
# of rows that differ only in what is done about it, the same one in any order
    册 1 | 出纳岗 | 资金支付 | 收入不入账 | 每月核对银行账
    报 | 出纳岗 | 资金支付 | 收入不入账 | 每年核对银行账 → 新
    报 | 出纳岗 | 资金支付 | 收入不入账 | 每季核对银行账 → 1
# of rows that differ only in a number of nobody, the one without it
    册 1 | 出纳岗 | 资金支付 | 收入不入账
    报 99 | 出纳岗 | 资金支付 | 收入不入账 → 新 F307
    报 | 出纳岗 | 资金支付 | 收入不入账 → 1
# a row more than is registered is a new one
    册 1 | 出纳岗 | 资金支付 | 收入不入账
    报 | 出纳岗 | 资金支付 | 收入不入账 → 1
    报 | 出纳岗 | 资金支付 | 收入不入账 → 新
# a question is answered in the row
    册 1 | 出纳岗 | 资金支付 | 收入不入账
    报 | 出纳岗 | 资金支付 | 收入都不入账 | 核对 | 是同一个风险点，改了说法 → 1
"""


@dataclass(frozen=True)
class Case:
    """What is registered, the rows that come back, and what is to become of each."""

    known: tuple[VersionRow, ...]
    rows: tuple[CheckedRow, ...]
    fates: tuple[str, ...]
    missing: tuple[str, ...]


def named(number):
    return f"YSK-2011-{int(number):03d}" if number else ""


def rows(lines):
    """Return the rows of a file: number | post | matter | point [| measures [| 情况说明]]."""
    width = HEAD.count("|") + 1
    cells = [[cell.strip() for cell in line.split("|")] for line in lines]
    filled = [[named(first), *rest, *["核对"] * (len(rest) < 4)] for first, *rest in cells]
    table = [" | ".join([*line, *[""] * (width - len(line))]) for line in filled]
    typed = rows_of(FORM, "\n".join([HEAD, *table]), BUREAU.scope("YSK"))
    extract = table_of(FORM.table, typed)
    return tuple(CheckedRow(row, {}, extract, place) for place, row in enumerate(typed))


def registered(lines):
    """Return what a register says of such lines, with a status as their last cell perhaps."""
    status = [re.search(rf"\| ({MISSING}|{CANCELLED})$", line) for line in lines]
    plain = [re.sub(rf"\| ({MISSING}|{CANCELLED})$", "", line) for line in lines]
    return tuple(
        version(number, row.values, status=found[1] if found else "")
        for number, (row, found) in enumerate(zip(rows(plain), status, strict=True), 1)
    )


def version(record, values, *, status=""):
    """Return a registered version; what nothing here asks for is blank."""
    known = {
        "id": record,
        "record": record,
        "form": FORM.code,
        "number": values[FORM.roles.number] or None,
        "payload": values,
        "class_": status or "new",
        "status": status,
        "at": AT,
    }
    return VersionRow(**dict.fromkeys((entry.name for entry in fields(VersionRow)), "") | known)


def case(block):
    title, *lines = [line.strip() for line in block.strip().splitlines()]
    parts = {mark: [line[1:].strip() for line in lines if line[0] == mark] for mark in "册报缺"}
    sides = [line.split("→") for line in parts["报"]]
    told = Case(
        registered(parts["册"]),
        rows([left for left, _ in sides]),
        tuple(right.strip() for _, right in sides),
        tuple(number for line in parts["缺"] for number in line.split()),
    )
    return pytest.param(told, id=title)


CASES = [case(block) for block in re.split(r"(?m)^# ", GOLDEN)[1:]]


def said(row):
    return tuple(row.values.values())


def fates(known, returned):
    """Return what becomes of each row, as the golden table writes it, and what is missing.

    What is missing is asked about as well, in a cell above the rows.
    """
    matched = match(FORM, returned, known, LEAST)
    checked = Checked(rows=list(returned))
    asked = against_register(FORM, checked, matched, Past())
    codes = defaultdict(list)
    for one in asked:
        if not isinstance(one, Answered):
            codes[one.place.cell.lstrip(ascii_uppercase)].append(one.code)
    found = []
    for row, before in matched.pairs:
        number = str(int(before.number[-3:])) if before else "新"
        own = codes[str(row.source.rows[row.position] + 1)]
        found.append(" ".join([number, *sorted(own)]))
    return found, tuple(str(int(one.number[-3:])) for one in matched.missing)


@pytest.mark.parametrize("told", CASES)
def test_the_golden_table_holds_in_any_order_of_the_rows(told):
    wanted = sorted(zip(map(said, told.rows), told.fates, strict=True))
    for order in permutations(told.rows):
        found, missing = fates(told.known, order)
        assert sorted(zip(map(said, order), found, strict=True)) == wanted
        assert missing == told.missing


def test_the_golden_table_is_no_short_one():
    assert len(CASES) >= 20


def test_a_question_names_what_the_row_may_be_and_what_it_is_taken_for():
    """The number to write into the row must stand in the sentence."""
    for wanted, title in (("F406", "one row fits two"), ("F407", "a point reworded")):
        (told,) = (one.values[0] for one in CASES if one.id.startswith(title))
        matched = match(FORM, told.rows, told.known, LEAST)
        asked = against_register(FORM, Checked(rows=list(told.rows)), matched, Past())
        (message,) = (one.message for one in asked if one.code == wanted)
        assert named(2) in message
        assert message.startswith("附表1 第")


def test_an_old_explanation_does_not_answer_for_new_words():
    why = "由两人共同办理"
    known = registered([f"1 | 出纳岗 | 资金支付 | 收入不入账 | 核对 | {why}"])
    returned = rows([f" | 出纳岗 | 资金支付 | 收入都不入账 | 核对 | {why}"])
    matched = match(FORM, returned, known, LEAST)
    (asked,) = against_register(FORM, Checked(rows=list(returned)), matched, Past())
    assert (asked.code, asked.params["explained"]) == ("F407", "收入不入账")


def test_likeness_can_be_switched_off():
    known = registered(["1 | 出纳岗 | 资金支付 | 收入不入账"])
    returned = rows([" | 出纳岗 | 资金支付 | 收入都不入账"])
    assert match(FORM, returned, known, 1).pairs[0][1] is None
    assert match(FORM, returned, known, LEAST).pairs[0][1] == known[0]


def test_no_row_counts_as_missing_that_was_only_reworded():
    known = registered([f"{n} | 岗{n}位 | 事项 | 收入不入账" for n in (1, 2, 3)])
    returned = rows([f" | 岗{n}位 | 事项 | 收入都不入账" for n in (1, 2, 3)])
    assert match(FORM, returned, known, LEAST).missing == ()


# The laws.

POINTS = (
    "收入不入账",
    "收入未入账",
    "收入都不入账",
    "拨款无依据",
    "拨款没有依据",
    "无",
    "三万元",
    "五万元",
)
LINE = st.tuples(
    st.sampled_from(["", "", "1", "2", "3", "9"]),
    st.sampled_from(["出纳岗", "会计岗", ""]),
    st.sampled_from(["支付", "核算"]),
    st.sampled_from(POINTS),
    st.sampled_from(["核对", "复核", "公开"]),
).map(" | ".join)


@given(
    st.lists(LINE, max_size=4),
    st.lists(LINE, max_size=6),
    st.randoms(use_true_random=False),
)
def test_each_record_is_continued_once_and_the_order_of_the_rows_is_nothing(old, new, chance):
    known = registered([f"{n}{line[line.index(' ') :]}" for n, line in enumerate(old, 1)])
    returned = rows(new)
    shuffled = chance.sample(returned, len(returned))
    matched, again = (match(FORM, one, known, LEAST) for one in (returned, shuffled))
    continued = [before.record for _, before in matched.pairs if before]
    assert sorted([*continued, *(one.record for one in matched.missing)]) == [
        one.record for one in known
    ]
    assert [row for row, _ in matched.pairs] == list(returned)
    assert said_of(matched) == said_of(again)


def said_of(matched):
    """Return how often which row became what."""
    doubts = matched.doubts
    return Counter(
        (
            said(row),
            before and before.record,
            place in doubts.strangers,
            place in doubts.repeated,
            place in doubts.replaced,
            place in doubts.similar,
            tuple(one.record for one in doubts.unsure.get(place, ())),
        )
        for place, (row, before) in enumerate(matched.pairs)
    )


# How well likeness tells a rewording from another point.

PAIRS = tomllib.loads((ROOT / "tests/data/points.toml").read_text("utf-8"))


def contents(line):
    before, after = ([cell.strip() for cell in side.split("|")] for side in line.split("=>"))
    same = [old if new == "=" else new for old, new in zip(before, after, strict=True)]
    return tuple(map(text.key, before)), tuple(map(text.key, same))


def found(lines):
    """Return the pairs that are taken for one risk point."""
    sides = [(line, contents(line)) for line in lines]
    return [line for line, (before, after) in sides if pair({0: after}, {0: before}, LEAST).chosen]


@pytest.mark.parametrize(("part", "least", "most"), [("seen", 23, 2), ("held", 18, 1)])
def test_how_many_rewordings_are_known_and_how_many_others_are_mistaken(part, least, most):
    pairs = PAIRS[part]
    right, wrong = found(pairs["same"]), found(pairs["other"])
    assert len(right) >= least
    assert len(wrong) <= most
