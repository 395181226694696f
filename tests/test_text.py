"""Folding of text: what is repaired, what is left, and that doing it twice changes nothing."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline import text

# The letters that folding cares about, so that few examples reach every branch.
LETTERS = (
    "为特定关系人一是二、第首先甲臵①②12.（(）)。；,，：:红/无同上Aａ"
    " \t　\u00a0\u200b\ufeff\r\n\x0b\x85_x000D_"
)
TYPED = st.one_of(st.text(st.sampled_from(LETTERS), max_size=14), st.text(max_size=14))


@pytest.mark.parametrize(
    ("typed", "same"),
    [
        ("风险 类别", "风险类别"),
        ("责任\n人：", "责任人"),
        ("Ａ角（岗位责任人）", "A角(岗位责任人)"),
        ("\ufeff风险\u200b点＊", "风险点"),
        ("ＹＳＫ－２０１１", "ysk2011"),
    ],
)
def test_labels_are_compared_without_width_blanks_and_punctuation(typed, same):
    assert text.key(typed) == text.key(same)


def test_different_labels_stay_different():
    assert text.key("风险点") != text.key("风险类别")
    assert text.key("一、") != text.key("二、")


@pytest.mark.parametrize("note", ["（红/黄/橙）", "(必填)", "【系统填写】", "〔略〕", "[注]"])
def test_a_note_in_brackets_is_no_part_of_a_label(note):
    assert text.label(f"风险等级{note}") == text.key("风险等级")


def test_a_label_that_is_a_note_alone_stays():
    assert text.label("（一）") == text.key("（一）")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("　红 ", "红"),
        ("ＹＳＫ－００１", "YSK-001"),
        ("刘 \t 某", "刘 某"),
        ("\u202e甲\x07", "甲"),
        ("", ""),
    ],
)
def test_words_lose_width_invisible_characters_and_edge_blanks(typed, meant):
    assert text.narrow(typed) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        # broken by PDF or Word
        ("为特\n定关系人谋取利益", "为特定关系人谋取利益"),
        ("为特 定关系人", "为特定关系人"),
        (
            "未按规定审核，为特定关系人\n谋取不正当利益。",
            "未按规定审核，为特定关系人谋取不正当利益。",
        ),
        (
            "未按规定审核而凭\n个人印象调整额度\n造成资金错配；\n1.甲",
            "未按规定审核而凭个人印象调整额度造成资金错配；\n1.甲",
        ),
        ("调整额度造成资金错\n配", "调整额度造成资金错配"),
        # after a comma the sentence goes on
        ("未按规定审核，\n为特定关系人谋取利益", "未按规定审核，为特定关系人谋取利益"),
        ("核对发票、\n合同,\n再报批", "核对发票、合同,再报批"),
        ("措施如下：\n审核", "措施如下：\n审核"),
        ("审核，\n一是核对", "审核，\n一是核对"),
        ("审核，\n3个工作日内办结", "审核，\n3个工作日内办结"),
        # written so on purpose
        ("严格执行制度\n加强监督检查", "严格执行制度\n加强监督检查"),
        ("受理\n初审\n复核", "受理\n初审\n复核"),
        ("受理\n初审\n拨付审批", "受理\n初审\n拨付审批"),
        ("依据充分\n一、审核\n二、公开。", "依据充分\n一、审核\n二、公开。"),
        ("一是审核材料\n二是实地核查。", "一是审核材料\n二是实地核查。"),
        ("第一审核材料\n第二实地核查。", "第一审核材料\n第二实地核查。"),
        ("审核材料；\n实地核查", "审核材料；\n实地核查"),
        ("甲\n2011年起执行。", "甲\n2011年起执行。"),
        ("收入　支出", "收入　支出"),
        ("收入   支出", "收入　支出"),
        # whatever the system calls the end of a line
        ("甲；\r\n乙；\r丙；\x0b丁；\u2028己", "甲；\n乙；\n丙；\n丁；\n己"),
        ("甲_x000D_乙", "甲_x000D_乙"),  # the reader undoes escapes; what is left was typed
        ("_x0041_保留", "_x0041_保留"),
        # what nobody typed on purpose
        ("  处臵\u200b不当  ", "处置不当"),
        ("A  B　C", "A B C"),
        ("甲；\n\n \n乙", "甲；\n乙"),
        ("“公开”（全文）《办法》", "“公开”（全文）《办法》"),
        ("", ""),
    ],
)
def test_free_text_keeps_what_was_meant(typed, meant):
    assert text.clean(typed) == meant


@pytest.mark.parametrize(
    ("typed", "listed"),
    [
        ("①核对\n②复核", "1.核对\n2.复核"),
        ("一是核对\n二是复核", "1.核对\n2.复核"),
        ("（一）核对\n（二）复核", "1.核对\n2.复核"),
        ("1) 核对\n1) 复核\n5）公示", "1.核对\n2.复核\n3.公示"),
        ("1。核对\n2。复核", "1.核对\n2.复核"),
        ("一、　核对\n二、　复核", "1.核对\n2.复核"),
        ("1.核对\n说明一句\n2.复核", "1.核对\n说明一句\n2.复核"),
        ("1、核对\n3.5万元以上的复核\n2、公示", "1.核对\n3.5万元以上的复核\n2.公示"),
        ("1、核对\n2、100万元以上的复核", "1.核对\n2.100万元以上的复核"),
        ("1.只有一条", "1.只有一条"),
        ("没有编号\n也是两行", "没有编号\n也是两行"),
    ],
)
def test_lists_are_numbered_one_way_and_sentences_are_no_list(typed, listed):
    assert text.renumber(typed) == listed


@pytest.mark.parametrize(
    "typed", ["", " ", "无", "无。", " 暂无 ", "没有", "／", "—", "——", "×", "N/A", "待定"]
)
def test_placeholders_mean_nothing(typed):
    assert text.is_nil(typed)


@pytest.mark.parametrize("typed", ["无偿划拨", "无风险", "空调采购", "0", "红"])
def test_words_that_begin_like_placeholders_mean_something(typed):
    assert not text.is_nil(typed)


def test_only_words_say_that_there_is_nothing():
    assert all(map(text.says_nil, ["无", " 无。", "暂无", "没有"]))
    assert not any(map(text.says_nil, ["/", "—", "", "待定", "无偿"]))


def test_ditto_marks_are_known_and_nothing_like_them():
    assert all(map(text.is_ditto, ["同上", "同上。", "〃", " 同前", "如上"]))
    assert not any(map(text.is_ditto, ["同上级", "同", ""]))


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("", ()),
        ("刘 某", ("刘某",)),
        ("刘　某、陈 伟", ("刘某", "陈伟")),
        ("陈伟 刘洋", ("陈伟", "刘洋")),
        ("陈伟\n刘洋;王小明／李一", ("陈伟", "刘洋", "王小明", "李一")),
        ("刘 某某 陈伟", ("刘某某", "陈伟")),
        ("欧阳 修", ("欧阳修",)),
        ("陈 伟 刘 洋", ("陈伟", "刘洋")),
        ("、、", ()),
        ("甲", ("甲",)),
        ("等3人", ("等3人",)),
        ("陈伟等３人", ("陈伟等3人",)),
    ],
)
def test_names_are_parted_and_blanks_inside_them_go(typed, names):
    assert text.people(typed) == names


def test_things_listed_keep_their_own_blanks():
    assert text.listed("预算 编制岗、指标岗；\n 综合岗") == ("预算 编制岗", "指标岗", "综合岗")


def test_lines_are_kept_where_nothing_may_be_joined():
    assert text.clean_lines(" 甲\r\n乙\u200b ") == "甲\n乙"


@given(TYPED)
@example("受理\n初审\n复核为特定")
@example("审核，\n为特\n定")
@example("受理，\n初审\n复核为特定")
@example("一是　甲\n二是　乙")
def test_cleaning_and_numbering_twice_changes_nothing(typed):
    once = text.renumber(text.clean(typed))
    assert text.renumber(text.clean(once)) == once
    assert text.clean(text.clean(typed)) == text.clean(typed)
    assert text.narrow(text.narrow(typed)) == text.narrow(typed)
    assert text.people("、".join(text.people(typed))) == text.people(typed)


@given(TYPED)
def test_cleaning_drops_only_blanks_and_what_nobody_sees(typed):
    folded = typed.replace("臵", "置")
    assert text.key(text.clean(typed)) == text.key(text.clean(folded))
    assert len(text.clean(typed)) <= len(typed)


def test_wide_characters_count_twice():
    assert text.display_width("风险A1") == 6
