"""The declared forms, and the kinds of cell: how a typed text becomes a value."""

import pytest
from hypothesis import example, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from pipeline.findings import CATALOGUE
from pipeline.forms import FORMS, form_named, tailor
from pipeline.forms.annex1 import ANNEX1
from pipeline.forms.kind import Kind, Scope
from pipeline.forms.kinds import Choice, Code, Count, Day, Person, Post, Several, Text
from pipeline.forms.roster_form import ROSTER
from pipeline.settings import default_text, parse

SETTINGS = parse(default_text(year=2011, bureau="某局").encode())
FORM = tailor(ANNEX1, SETTINGS)
SCOPE = Scope(
    ("预算编制岗", "综合岗"), ("刘某", "陈伟"), frozenset({"刘某", "陈伟", "王小明"}), 2011
)
FIELDS = [
    entry for form in (FORM, tailor(ROSTER, SETTINGS)) for s in form.sections for entry in s.fields
]
TABLE = """
序号 count seq auto
权力类别 choice power_class screening
权力事项 text power_matter screening
运行环节 choice process_step -
岗位名称 post post_name screening
风险类别 choice risk_category screening
风险点 text risk_point screening
风险内容及表现形式 text manifestation screening
危害后果 choice consequence screening
风险等级 choice risk_level screening
防控措施 text measures control
A角（岗位责任人） person officer_a control
B角 person officer_b -
科室（单位）负责人 person office_head auto
分管局领导 person bureau_leader auto
备注 text remark -
权力子类 choice power_subclass -
防控方法 several control_methods -
完成时限 day due_date -
情况说明 text explanation -
风险编号（系统编制） code risk_id -
岗位层次 choice post_tier auto
管理主体 text managing_body auto
管理方式 text management_mode auto
"""
INFO = """
填报单位 text office_name auto
表号 code form_number auto
排查方式 choice method screening
集体讨论日期 day meeting_date screening
参加人数 count attendees -
情况说明（本表） text note -
填表人 person preparer screening
联系电话 text phone -
审核人 person reviewer screening
填报日期 day report_date screening
"""


def field(key):
    section = next(section for section in FORM.sections if key in section.keys)
    return section.field(key)


def told(entry):
    kind = type(entry.kind).__name__.lower()
    return f"{entry.header} {kind} {entry.key} {'auto' if entry.derived else entry.required or '-'}"


# What is declared


@pytest.mark.parametrize(("section", "table"), [("rows", TABLE), ("info", INFO)])
def test_the_columns_are_those_of_the_plan_in_their_order(section, table):
    declared = [told(entry) for entry in ANNEX1.section(section).fields]
    assert declared == table.strip().splitlines()


def test_what_is_printed_comes_first_and_is_as_wide_as_planned():
    fields = ANNEX1.table.fields
    printed = [entry.printed for entry in fields]
    assert printed == sorted(printed, reverse=True)
    widths = [entry.width for entry in fields if entry.printed]
    assert widths == [5, 12, 18, 10, 12, 12, 20, 34, 10, 6, 40, 9, 9, 10, 10, 10]


def test_texts_may_be_as_long_as_planned():
    limits = {e.key: e.kind.limit for e in ANNEX1.table.fields if e.kind.free and not e.derived}
    assert limits == {
        "power_matter": 60,
        "risk_point": 120,
        "manifestation": 300,
        "measures": 500,
        "remark": 200,
        "explanation": 200,
    }


def test_only_the_closed_lists_stop_an_entry():
    stopped = {entry.key for entry in ANNEX1.table.fields if entry.kind.alert == "stop"}
    assert stopped == {"power_class", "risk_category", "consequence", "risk_level"}
    warned = {e.key for e in ANNEX1.table.fields if e.kind.alert == "warning"}
    assert {"post_name", "officer_a", "officer_b", "power_subclass"} <= warned
    assert field("control_methods").kind.alert == "message"
    assert field("remark").kind.alert == ""


@pytest.mark.parametrize("form", [*FORMS, ROSTER], ids=lambda form: form.code)
def test_no_two_fields_of_a_section_share_key_or_label(form):
    for section in form.sections:
        labels = [label for entry in section.fields for label in {entry.header, *entry.aliases}]
        assert len(set(section.keys)) == len(section.fields)
        assert len(set(labels)) == len(labels)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.code)
def test_roles_and_references_name_fields_of_the_form(form):
    keys, cards = set(form.table.keys), {key for card in form.cards for key in card.keys}
    roles = form.roles
    named = {roles.number, roles.level, roles.category, roles.nil, roles.post}
    named |= {roles.holder, roles.partner, *roles.match, *roles.nil_needs}
    assert named - {""} <= keys
    assert roles.answer in (cards if form.given else keys)
    assert roles.note in cards
    follows = {entry.follows for entry in form.table.fields if entry.follows}
    derived = {entry.derived.of for entry in form.table.fields if entry.derived}
    assert follows | derived - {"office", "person", "row", "stamp", "issue"} <= keys


def test_nothing_about_people_is_public():
    public = {entry.key for section in ANNEX1.sections for entry in section.fields if entry.public}
    assert public == {
        *("power_class", "power_matter", "process_step", "risk_category", "risk_point"),
        *("manifestation", "risk_level", "measures"),
    }


@pytest.mark.parametrize("typed", ["FB1", "附表1", "附件1", " 附表１ "])
def test_a_form_is_known_by_code_title_and_alias(typed):
    assert form_named(FORMS, typed) is ANNEX1


def test_another_name_is_no_form():
    assert form_named(FORMS, "附表9") is None


def test_sections_are_found_by_key_and_kind():
    assert ANNEX1.section("rows") is ANNEX1.table
    assert ANNEX1.cards == (ANNEX1.section("info"),)
    with pytest.raises(KeyError):
        ANNEX1.section("none")
    with pytest.raises(KeyError):
        ANNEX1.table.field("none")


# Every kind


@pytest.mark.parametrize("entry", FIELDS, ids=lambda entry: entry.key)
def test_a_sample_means_itself(entry):
    sample = entry.kind.sample(SCOPE)
    if sample:
        folded = entry.kind.fold(sample, SCOPE)
        assert (folded.value, folded.rule, folded.code) == (sample, "", "")


@pytest.mark.long
# One field a kind: fields of equal kind fold alike.
@given(st.data())
@examples(max_examples=25)
@pytest.mark.parametrize("entry", {e.kind: e for e in FIELDS}.values(), ids=lambda e: e.key)
def test_folding_a_value_changes_nothing_more(entry, data):
    words = [word for word in entry.kind.options(SCOPE) if word]
    pieces = st.sampled_from([*words, *"、/，\n 　1290.年月日红人岗AaＡ\u200b①（", "2011", "刘 某"])
    typed = data.draw(st.one_of(st.lists(pieces, max_size=6).map("".join), st.text(max_size=8)))
    once = entry.kind.fold(typed, SCOPE)
    again = entry.kind.fold(once.value, SCOPE) if once.value else once
    assert again.value == once.value
    assert again.rule == "" or not once.value


def test_samples_do_without_a_roster():
    nobody = Scope()
    assert Post().sample(nobody)
    assert Person().sample(nobody)
    assert Day().sample(nobody) == "2011-09-01"
    assert Several("control_methods").sample(nobody) == ""


def test_a_kind_says_nothing_it_does_not_know():
    kind = Kind()
    assert (kind.limit, kind.alert, kind.vocabulary, kind.options(SCOPE)) == (0, "", None, ())
    assert kind.resolve({}) is kind
    for call in (lambda: kind.fold("甲", SCOPE), lambda: kind.sample(SCOPE)):
        with pytest.raises(NotImplementedError):
            call()


def test_words_asked_for_before_the_form_is_tailored_are_a_bug():
    with pytest.raises(LookupError, match="levels"):
        Choice("levels").fold("红", SCOPE)
    with pytest.raises(LookupError, match="control_methods"):
        Several("control_methods").fold("红", SCOPE)


# Choices


RED = ["红", "红色", "红级", "红色等级", "红色风险"]
WRITTEN = [
    *(
        (typed, "红")
        for typed in (*RED, " 红 ", "红\n", "　红", "红\u200b", "红。", "“红”", "红 色")
    ),
    *((typed, "黄") for typed in ("黄", "黄色", "黄 级", "黄色 风险", "\ufeff黄", "黄、")),
    *((typed, "橙") for typed in ("橙", "橙色", "橙级；", "橙\u00a0", "橙色等级", "橙-", "\t橙")),
]


def test_there_are_25_written_forms_of_a_level():
    assert len({typed for typed, _ in WRITTEN}) == 25


@pytest.mark.parametrize(("typed", "level"), WRITTEN)
def test_a_level_is_known_in_every_written_form(typed, level):
    folded = field("risk_level").kind.fold(typed, SCOPE)
    assert (folded.value, folded.code) == (level, "")
    assert bool(folded.rule) == (typed.strip() != level)


@pytest.mark.parametrize(
    "typed", ["绿", "高", "一级", "Ⅰ", "A", "▲", "1中2低", "红黄", "大红", "红、绿"]
)
def test_any_other_word_is_a_finding_and_stays_as_it_is(typed):
    folded = field("risk_level").kind.fold(typed, SCOPE)
    assert folded.code == "F202"
    assert "红、黄或橙" in folded.params["options"]
    assert folded.value


@pytest.mark.parametrize("typed", ["红/黄", "橙、红色", "黄 红", "红，黄，橙"])
def test_of_several_levels_the_highest_counts(typed):
    folded = field("risk_level").kind.fold(typed, SCOPE)
    highest = "黄" if "红" not in typed else "红"
    assert (folded.value, folded.code, folded.params) == (highest, "F209", {"taken": highest})


SCALES = parse(
    default_text(year=2011, bureau="某局")
    .replace('name = "红"\n', 'name = "红"\nscale = ["高", "一级", "A", "▲▲▲"]\n')
    .replace('name = "黄"\n', 'name = "黄"\nscale = ["中", "二级", "Ⅱ", "B"]\n')
    .encode()
)


@pytest.mark.parametrize(
    ("typed", "level"),
    [("高", "红"), ("一 级", "红"), ("ａ", "红"), ("▲▲▲", "红"), ("Ⅱ", "黄"), ("中", "黄")],
)
def test_the_words_of_another_scale_count_where_the_bureau_says_so(typed, level):
    kind = Choice("levels").resolve(SCALES.vocabularies)
    folded = kind.fold(typed, SCOPE)
    assert (folded.value, folded.code, folded.params) == (level, "F217", {"taken": level})
    assert folded.rule == "换算成本表用词"


@pytest.mark.parametrize("typed", ["低", "1高2中", "中风险高风险", "三级", "蓝"])
def test_words_of_a_scale_that_are_not_listed_are_findings(typed):
    assert Choice("levels").resolve(SCALES.vocabularies).fold(typed, SCOPE).code == "F202"


def test_two_words_of_another_scale_count_as_two_levels():
    folded = Choice("levels").resolve(SCALES.vocabularies).fold("中/高", SCOPE)
    assert (folded.value, folded.code) == ("红", "F209")


def test_a_word_of_ones_own_is_no_other_scale():
    kind = Choice("levels").resolve(SCALES.vocabularies)
    assert kind.fold("红（高）", SCOPE).code == ""


def test_of_several_categories_the_first_counts_and_the_rest_is_kept():
    folded = field("risk_category").kind.fold("流程、思想道德", SCOPE)
    assert (folded.value, folded.code, folded.rest) == ("业务流程风险", "F210", "思想道德风险")


@pytest.mark.parametrize(
    ("code", "klass"),
    [
        *(("F209", "核实"), ("F210", "核实"), ("F214", "核实"), ("F302", "强制")),
        *(("F303", "核实"), ("F202", "强制"), ("F206", "强制"), ("F217", "提示")),
    ],
)
def test_the_class_of_what_is_told_is_that_of_the_plan(code, klass):
    assert CATALOGUE[code].klass == klass


def test_a_character_mistaken_by_a_scanner_is_put_right_and_named():
    folded = Text(50).fold("处臵固定资产", SCOPE)
    assert (folded.value, folded.rule) == ("处置固定资产", "更正识别错的字")
    assert Text(50).fold("出事红牌，不妖求", SCOPE).value == "出事红牌，不妖求"


def test_a_help_list_takes_any_text_and_asks():
    kind = field("process_step").kind
    assert kind.fold("拍板 定案", SCOPE).code == "F211"
    assert kind.fold("受理、初审", SCOPE).value == "受理、初审"
    assert kind.fold("ＯＡ会签", SCOPE).rule


def test_a_long_list_is_named_in_part():
    folded = Choice("subpowers").resolve(SETTINGS.vocabularies).fold("别的权", SCOPE)
    assert folded.params["options"].endswith("等")


@pytest.mark.parametrize("mark", ["、", "，", ",", " ", "\n"])
def test_a_term_that_holds_a_separator_stays_whole(mark):
    kind = field("power_subclass").kind
    term = next(term.name for term in kind.vocabulary.terms if "、" in term.name)
    assert kind.fold(term.replace("、", mark), SCOPE).value == term


def test_several_methods_are_joined_and_what_is_none_is_asked():
    kind = field("control_methods").kind
    assert kind.fold("工作 制度/政务公开", SCOPE).value == "工作制度、政务公开"
    folded = kind.fold("工作制度；喝茶", SCOPE)
    assert (folded.value, folded.code) == ("工作制度、喝茶", "F211")


# Dates and numbers


@pytest.mark.parametrize(
    "typed",
    [
        *("2011-09-18", "2011-9-18", "2011/9/18", "2011.9.18", "2011.09.18", "2011年9月18日"),
        *("2011年9月18", "2011年09月18号", "20110918", "40804", "40804.0", "40804.75"),
        *("２０１１．９．１８", "2011－9－18", " 2011 年 9 月 18 日 ", "2011-09-18 00:00:00"),
        *("2011-09-18T08:30", "2011年9月\n18日", "18/9/2011", "9/18/2011", "18.09.2011"),
        *("二〇一一年九月十八日", "二零一一年九月十八", "二○一一年9月18日"),
    ],
)
def test_a_date_is_known_in_every_written_form(typed):
    folded = Day().fold(typed, SCOPE)
    assert (folded.value, folded.code) == ("2011-09-18", "")


@pytest.mark.parametrize("typed", ["9月18日", "9.18", "9/18", "９月１８日", "09-18", "九月十八日"])
def test_a_missing_year_is_the_campaigns_and_is_told(typed):
    folded = Day().fold(typed, SCOPE)
    assert (folded.value, folded.code) == ("2011-09-18", "F214")
    assert folded.params == {"taken": "2011年"}


@pytest.mark.parametrize(
    "typed",
    [
        *("2011.9.31", "9月31日", "2011年2月29日", "9/10/11", "9/10/2011", "31/9/2011", "上周"),
        *("2011年9月", "20110931", "0000-1-1", "12345", "99999", "2011-13-01"),
    ],
)
def test_what_is_no_day_is_a_finding(typed):
    assert Day().fold(typed, SCOPE).code == "F206"


def test_without_a_campaign_no_year_is_guessed():
    assert Day().fold("9月18日", Scope()).code == "F206"


@pytest.mark.parametrize(
    ("typed", "count"), [("8", "8"), ("８人", "8"), ("08", "8"), ("12.0", "12"), ("12 条", "12")]
)
def test_a_number_is_known_with_its_unit(typed, count):
    folded = Count().fold(typed, SCOPE)
    assert (folded.value, folded.code) == (count, "")


@pytest.mark.parametrize("typed", ["约8人", "八", "-1", "1.5", "፩", "9" * 5000])
def test_what_is_no_whole_number_is_a_finding(typed):
    assert Count().fold(typed, SCOPE).code == "F212"


# Text, posts, people, codes


def test_text_is_cleaned_and_lists_are_numbered():
    folded = Text(50, numbered=True).fold("① 核对 发票\n②复核", SCOPE)
    assert (folded.value, folded.rule) == ("1.核对发票\n2.复核", "统一编号")
    assert Text(50).fold("①核对\n②复核", SCOPE).value == "①核对\n②复核"
    assert Text(50).fold(" 核对\r\n①复核 ", SCOPE).rule == ""


def test_text_that_is_too_long_is_a_finding_with_the_count():
    folded = Text(5).fold("一二三四五六", SCOPE)
    assert (folded.code, folded.params) == ("F204", {"count": "6", "most": "5"})
    assert Text(5).fold("一 二三四五", SCOPE).code == ""


def test_a_post_takes_the_rosters_spelling():
    folded = Post().fold("预算 编制岗", SCOPE)
    assert (folded.value, folded.code, bool(folded.rule)) == ("预算编制岗", "", True)


def test_a_post_the_roster_does_not_know_is_asked_about():
    assert Post().fold("新岗", SCOPE).code == "F203"
    folded = Post().fold("新\n岗 位", SCOPE)
    assert (folded.value, folded.code, bool(folded.rule)) == ("新岗位", "F203", True)
    assert Post().fold("长" * 31, SCOPE).code == "F204"


@pytest.mark.parametrize(
    ("typed", "value", "code"),
    [
        ("刘某", "刘某", ""),
        ("刘　某", "刘某", ""),
        ("刘某；陈伟", "刘某、陈伟", ""),
        ("王小明", "王小明", ""),
        ("丘不在", "丘不在", "F203"),
        ("刘科长", "刘科长", "F221"),
        ("刘某、科室负责人", "刘某、科室负责人", "F221"),
        ("陈伟等3人", "陈伟等3人", "F221"),
        ("陈伟等", "陈伟等", "F221"),
    ],
)
def test_names_are_folded_and_strangers_asked_about(typed, value, code):
    folded = Person().fold(typed, SCOPE)
    assert (folded.value, folded.code) == (value, code)
    assert bool(folded.rule) == (typed != value)


@given(st.text(max_size=12))
@example("ysk-\n2011 ００７")
def test_a_code_is_upper_case_and_half_width(typed):
    value = Code().fold(typed, SCOPE).value
    assert not any(letter.isspace() for letter in value)
    assert Code().fold("ysk-\n2011－００７", SCOPE).value == "YSK-2011-007"
