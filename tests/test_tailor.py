"""Fitting the forms to a bureau: columns relabelled, hidden, required, appended."""

import pytest

from pipeline.forms import FORMS, tailor
from pipeline.forms.annex1 import ANNEX1
from pipeline.forms.kinds import Choice, Count, Day, Text
from pipeline.forms.tailor import misfits
from pipeline.settings import parse

BARE = '[bureau]\nname = "某局"\n[campaign]\nyear = 2011\n'


def settings(*columns, more=""):
    entries = "".join(f'[[columns]]\nform = "附表1"\n{column}\n' for column in columns)
    return parse((BARE + more + entries).encode())


def tailored(*columns, more=""):
    return tailor(ANNEX1, settings(*columns, more=more))


def headers(form):
    return [entry.header for entry in form.table.fields]


def told(*columns):
    return [said.partition("：")[0] for said in misfits(FORMS, settings(*columns))]


def test_without_changes_only_words_are_resolved():
    form = tailored()
    assert headers(form) == headers(ANNEX1)
    assert form.table.field("risk_level").kind.vocabulary.names == ("红", "黄", "橙")
    assert form.table.field("risk_level").kind.terms is not None
    assert "{campaign}" not in form.heading


def test_a_new_label_keeps_the_old_one_as_alias():
    entry = tailored('header = "完成时限"\nrename = "办结期限"').table.field("due_date")
    assert entry.header == "办结期限"
    assert {"完成时限", "整改时限"} <= set(entry.aliases)


def test_the_same_label_is_no_change():
    entry = tailored('header = "完成时限"\nrename = "完成时限"').table.field("due_date")
    assert entry == ANNEX1.table.field("due_date")


def test_a_column_is_meant_by_any_of_its_names_and_changed_twice():
    form = tailored(
        'header = "完成时限"\nrename = "办结期限"', 'header = "完成时限"\nrequired = "control"'
    )
    entry = form.table.field("due_date")
    assert (entry.header, entry.required) == ("办结期限", "control")
    assert (
        tailored('header = "责任人"\nrename = "经办人"').table.field("officer_a").header == "经办人"
    )


def test_a_hidden_column_is_gone_and_comes_back_by_no_other_change():
    form = tailored('header = "备注"\nhidden = true', 'header = "备注"\nrequired = "control"')
    assert headers(form) == [header for header in headers(ANNEX1) if header != "备注"]


def test_a_card_field_is_changed_too():
    info = tailored('header = "参加人数"\nrequired = "screening"').section("info")
    assert info.field("attendees").required == "screening"
    assert "参加人数" not in headers(tailored('header = "参加人数"\nhidden = true'))


def test_required_may_be_lifted():
    assert (
        tailored('header = "审核人"\nrequired = ""').section("info").field("reviewer").required
        == ""
    )


@pytest.mark.parametrize(
    ("kind", "type_"), [("", Text), ("text", Text), ("date", Day), ("count", Count)]
)
def test_a_column_of_the_bureaus_own_is_appended_last(kind, type_):
    written = f'header = "制度依据"\nkind = "{kind}"' if kind else 'header = "制度依据"'
    entry = tailored(written).table.fields[-1]
    assert (entry.header, type(entry.kind), entry.required) == ("制度依据", type_, "")


def test_an_own_column_may_choose_from_an_own_list():
    words = '[[vocabulary.grounds]]\nname = "法律"\n[[vocabulary.grounds]]\nname = "制度"\n'
    column = 'header = "依据"\nkind = "choice"\nvocabulary = "grounds"\nrequired = "control"'
    entry = tailored(column, more=words).table.fields[-1]
    assert isinstance(entry.kind, Choice)
    assert entry.kind.vocabulary.names == ("法律", "制度")
    assert entry.required == "control"


def test_an_own_column_stands_behind_the_one_it_names():
    own = 'header = "制度依据"\nafter = "责任人"'
    shown = headers(tailored(own, 'header = "附件"\nafter = "制度依据"'))
    assert shown.index("制度依据") == headers(ANNEX1).index("A角（岗位责任人）") + 1
    assert shown.index("附件") == shown.index("制度依据") + 1


def test_an_own_column_stands_behind_a_relabelled_one():
    shown = headers(tailored('header = "备注"\nrename = "附注"', 'header = "依据"\nafter = "备注"'))
    assert shown.index("依据") == shown.index("附注") + 1


def test_an_own_column_keeps_its_key_when_it_is_relabelled():
    first = tailored('header = "制度依据"').table.fields[-1]
    second = tailored('header = "制度依据"\nrename = "依据"').table.fields[-1]
    assert (second.key, second.header) == (first.key, "依据")
    assert "制度依据" in second.aliases
    assert tailored('header = "别的"').table.fields[-1].key != first.key


@pytest.mark.parametrize(
    ("column", "key"),
    [
        ('header = "风险等级"\nhidden = true', "columns.第1段.hidden"),
        ('header = "风险类别"\nhidden = true', "columns.第1段.hidden"),
        ('header = "岗位"\nhidden = true', "columns.第1段.hidden"),
        ('header = "情况说明"\nhidden = true', "columns.第1段.hidden"),
        ('header = "责任人"\nkind = "text"', "columns.第1段.kind"),
        ('header = "B角"\nrename = "责任人"', "columns.第1段.rename"),
        ('header = "依据"\nafter = "没有的"', "columns.第1段.after"),
        (f'header = "{"栏" * 33}"', "columns.第1段.header"),
        (f'header = "{"𠀀" * 17}"', "columns.第1段.header"),
        (f'header = "备注"\nrename = "{"栏" * 33}"', "columns.第1段.rename"),
    ],
)
def test_what_does_not_fit_is_told_with_its_key(column, key):
    assert told(column) == [key]


def test_a_header_as_long_as_excel_takes_is_no_misfit():
    assert told(f'header = "{"栏" * 32}"', f'header = "备注"\nrename = "{"名" * 32}"') == []


def test_a_misfit_is_told_with_its_line():
    data = (BARE + f'[[columns]]\nform = "附表1"\nheader = "{"栏" * 33}"\n').encode()
    (said,) = misfits(FORMS, parse(data), data)
    assert said.startswith("第7行")


def test_all_misfits_are_told_at_once():
    bad = 'header = "编号"\nhidden = true\nafter = "没有的"'
    assert told('header = "备注"', bad) == ["columns.第2段.hidden", "columns.第2段.after"]


def test_a_form_nobody_has_is_told():
    config = settings(more='[[columns]]\nform = "附表9"\nheader = "备注"\n')
    assert [said.partition("：")[0] for said in misfits(FORMS, config)] == ["columns.第1段.form"]
    assert tailor(ANNEX1, config) == tailored()


def test_the_form_may_be_named_by_its_alias():
    config = settings(more='[[columns]]\nform = "附件1"\nheader = "备注"\nrename = "附注"\n')
    assert list(misfits(FORMS, config)) == []
    assert tailor(ANNEX1, config).table.field("remark").header == "附注"


def test_rounds_that_the_form_names_must_be_configured():
    once = '[[campaign.rounds]]\nkey = "once"\nname = "一轮"\nfrom = 2011-07-01\n'
    config = parse((BARE + "deadlines = []\n" + once).encode())
    assert [said.partition("：")[0] for said in misfits(FORMS, config)] == ["campaign.rounds"] * 3


def test_a_box_that_the_form_does_not_have_is_told():
    role = '[[commitment.roles]]\nname = "一般"\nboxes = ["承诺人签名", "党组意见"]\n'
    (said,) = misfits(FORMS, parse((BARE + role).encode()))
    assert "“党组意见”" in said
    assert said.startswith("commitment.roles：")


def test_columns_without_fault_are_not_told():
    assert told('header = "备注"\nhidden = true', 'header = "新栏"\nkind = "date"') == []
