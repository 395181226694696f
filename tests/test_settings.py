"""config.toml: forgiving of how it was saved, strict about what it says, all faults at once."""

import re
from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from pipeline.errors import ConfigError, UsageError
from pipeline.reading.limits import MIB, Limits
from pipeline.settings import CONFIG_NAME, default_text, parse, read_settings, schema
from pipeline.settings.load import find_line
from pipeline.steps.receive import limits_of

BARE = '[bureau]\nname = "某局"\n[campaign]\nyear = 2011\n'
DEFAULT = default_text(year=2011, bureau="某局")


def problems(written):
    with pytest.raises(ConfigError) as caught:
        parse(written.encode() if isinstance(written, str) else written)
    return caught.value.problems


def places(written):
    """Return "line key" of each problem."""
    return [re.sub(r"第(\d+)行 (.*?)：.*", r"\1 \2", said) for said in problems(written)]


# The default


@pytest.mark.parametrize("year", [2000, 2011, 2012, 2026, 2100])
def test_the_default_is_valid_in_every_year(year):
    settings = parse(default_text(year=year, bureau="某局").encode())
    assert settings.campaign.year == year
    assert settings.campaign.due("附表1", "control") == date(year, 9, 18)
    assert settings.levels.names == ("红", "黄", "橙")
    assert [term.rank for term in settings.levels.terms] == [1, 2, 3]
    assert settings.vocabularies["powers"].terms[0].rank == 0


def test_every_key_of_the_default_is_explained_in_chinese():
    """A key is explained behind it, or above the list of entries that repeat it."""
    silent, explained = [], set()
    for line in DEFAULT.splitlines():
        key = re.match(r"(?:# )?(\w+) = ", line)
        note = line.partition("#")[2] if not line.startswith("#") else line
        if line.startswith("#"):
            explained |= set(re.findall(r"\b([a-z_]+)\b", line))
        elif key and re.search("[一-鿿]", note):
            explained.add(key[1])
        elif key and key[1] not in explained:
            silent.append(key[1])
    assert silent == []


def test_the_default_has_no_place_left_to_fill_in():
    assert "@@" not in DEFAULT


def test_what_is_not_written_takes_the_default():
    assert parse(BARE.encode()) == parse(DEFAULT.encode())


def test_a_list_is_replaced_whole():
    own = '[[vocabulary.methods]]\nname = "自查"\n'
    assert parse((BARE + own).encode()).vocabularies["methods"].names == ("自查",)


@pytest.mark.parametrize(
    "value", ['他说"好"', "a\\b", "\\\\服务器\\报送", "C:\\temp\\new", "甲\n乙", "尾\\"]
)
def test_any_value_given_to_init_comes_back_as_it_was(value):
    settings = parse(default_text(year=2011, bureau=f"局{value}局", inbox="in").encode())
    assert settings.bureau.name == f"局{value}局"


def test_folders_given_to_init_come_back_as_they_were():
    text = default_text(year=2011, bureau="某局", inbox="\\\\服务器\\报送", outbox="D:\\temp\\发出")
    folders = parse(text.encode()).folders
    assert (folders.inbox, folders.outbox) == ("\\\\服务器\\报送", "D:\\temp\\发出")


@pytest.mark.parametrize("count", [1, 2, 3, 5])
def test_a_level_that_does_not_say_who_keeps_its_list_is_placed_by_its_rank(count):
    own = "".join(f'[[vocabulary.levels]]\nname = "第{n}级"\n' for n in range(1, count + 1))
    linked = '[[vocabulary.consequences]]\nname = "重"\nimplies = "第1级"\n'
    levels = parse((BARE + own + linked).encode()).levels
    assert [(term.audience, term.check_months) for term in levels.terms] == [
        ("bureau", 1),
        *[("group", 3)] * (count - 2),
        *[("office", 6)] * (count > 1),
    ]


def test_a_level_may_say_who_keeps_its_list_and_how_often_it_is_looked_at():
    added = 'audience = "group"\ncheck_months = 12\n'
    text = DEFAULT.replace('audience = "office"\ncheck_months = 6\n', added)
    term = parse(text.encode()).levels.terms[-1]
    assert (term.audience, term.checked) == ("group", "每年1次")


# How it was saved


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030", "gbk"])
def test_the_file_may_be_saved_in_any_encoding_of_notepad(encoding):
    assert parse(DEFAULT.encode(encoding)) == parse(DEFAULT.encode())


def test_line_ends_of_windows_are_line_ends():
    assert parse(DEFAULT.replace("\n", "\r\n").encode()) == parse(DEFAULT.encode())


@pytest.mark.parametrize("data", [b"\xff\xfe\x00", b"\x81\xff\xff\x00"])
def test_bytes_that_are_no_text_are_told(data):
    assert "UTF-8" in problems(data)[0]


# Syntax


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ('inbox = "D:\\报送"', "单引号"),
        ('inbox = "\\\\服务器\\共享"', "单引号"),
        ("inbox = “报送”", "半角"),
        ("inbox ＝ 'a'", "半角"),
        ("inbox = 报送", "成对"),
        ('inbox = "报送', "成对"),
        ("inbox = 'a'\ninbox = 'b'", "前面已经写过"),
        ("[bureau]", "前面已经写过"),
    ],
)
def test_a_line_that_is_no_toml_is_told_with_its_likely_cause(line, hint):
    (said,) = problems(f"{BARE}[folders]\n{line}")
    assert hint in said
    assert said.startswith("第6行" if "\n" not in line else "第7行")


def test_a_path_whose_backslashes_mean_something_else_is_told():
    """D:\\temp in double quotes is D:, a tab and "emp": no fault of syntax."""
    (said,) = problems(f'{BARE}[folders]\ninbox = "D:\\temp\\new"')
    assert said.startswith("第6行 folders.inbox：")
    assert "单引号" in said


def test_a_path_in_single_quotes_is_taken_as_it_is():
    written = BARE + "[folders]\ninbox = '\\\\服务器\\temp'"
    assert parse(written.encode()).folders.inbox == "\\\\服务器\\temp"


# Keys and types


@pytest.mark.parametrize(
    ("added", "place"),
    [
        ("[watch]\nspeed = 5", "6 watch.speed"),
        ("[wach]\nscan_seconds = 5", "5 wach"),
        ('[watch]\nscan_seconds = "快"', "6 watch.scan_seconds"),
        ("[watch]\nscan_seconds = 0", "6 watch.scan_seconds"),
        ("[watch]\nscan_seconds = inf", "6 watch.scan_seconds"),
        ("[watch]\nstable_seconds = -1", "6 watch.stable_seconds"),
        ('[watch]\npolling = "也许"', "6 watch.polling"),
        ("[limits]\nfile_mb = 1.5", "6 limits.file_mb"),
        ("[limits]\nmemory_mb = 10", "6 limits.memory_mb"),
        ("[limits]\nentries = 5", "6 limits.entries"),
        ("[limits]\nratio = 5000", "6 limits.ratio"),
        ('[limits]\ncells = "多"', "6 limits.cells"),
        ("[limits]\nfar_cells = -1", "6 limits.far_cells"),
        ("[limits]\nmerges = 1.5", "6 limits.merges"),
        ("[checks]\nmissing_share = 2", "6 checks.missing_share"),
        ('[checks]\npaper = "A5"', "6 checks.paper"),
        ('[reports]\ncompare = "year"', "6 reports.compare"),
        ("[checks]\nalike_points = 0.5", "6 checks.alike_points"),
        ("[checks]\nsame_point = 1.1", "6 checks.same_point"),
        ("[checks]\nleast_attendance = 50", "6 checks.least_attendance"),
        ('[checks]\nempty_phrases = "加强学习"', "6 checks.empty_phrases"),
        ("[checks]\nworkers = 99", "6 checks.workers"),
        ("[gaps]\noffices = 0", "6 gaps.offices"),
        ("[gaps]\nshare = 50", "6 gaps.share"),
        ("[gaps]\nalike = 0.5", "6 gaps.alike"),
        ('[gaps]\nposts = ["出纳", "会计"]', "6 gaps.posts.第1段"),
        ('[gaps]\nposts = [["出纳", "会计"], ["会计", "核算"]]', "6 gaps.posts"),
        (
            '[[vocabulary.levels]]\nname = "红"\naudience = "局长"',
            "7 vocabulary.levels.第1段.audience",
        ),
        (
            '[[vocabulary.levels]]\nname = "红"\ncheck_months = 0',
            "7 vocabulary.levels.第1段.check_months",
        ),
        ("[leading_group]\nhead = 5", "6 leading_group.head"),
        ('[leading_group]\ndeputies = "甲"', "6 leading_group.deputies"),
        ('[folders]\ninbox = ""', "6 folders.inbox"),
        ("[folders]\ninbox = 'a'\narchive = '" + "a" * 101 + "'", "7 folders.archive"),
        ('[holidays]\ndays = [2011-09-12, "中秋"]', "6 holidays.days.第2段"),
        ("[holidays]\ndays = [2011-09-12T08:00:00]", "6 holidays.days.第1段"),
        ('[[vocabulary.levels]]\nname = "红"\nfill = "red"', "7 vocabulary.levels.第1段.fill"),
        ('[[vocabulary.levels]]\nfill = "FF0000"', "5 vocabulary.levels.第1段.name"),
        ('[[columns]]\nform = "附表1"\nheader = "甲"\nkind = "图片"', "8 columns.第1段.kind"),
        ('[[columns]]\nform = "附表1"', "5 columns.第1段.header"),
    ],
)
def test_a_wrong_key_or_value_is_told_with_line_and_key(added, place):
    assert places(BARE + added)[0] == place


@pytest.mark.parametrize(
    ("written", "place"),
    [
        ('[bureau]\nname = "某局"', "campaign.year：缺少这一项。请补上。"),
        ("[campaign]\nyear = 2011", "bureau.name：缺少这一项。请补上。"),
        ('[bureau]\nname = "某局"\n[campaign]\nyear = "2011"', "4 campaign.year"),
        ('[bureau]\nname = "某局"\n[campaign]\nyear = 1999', "4 campaign.year"),
        ('bureau = "某局"\n[campaign]\nyear = 2011', "1 bureau"),
        ('campaign = 5\n[bureau]\nname = "某局"', "1 campaign"),
        ('bureau.name = "某局"\ncampaign = 5', "2 campaign"),
    ],
)
def test_bureau_and_year_have_no_default(written, place):
    assert places(written) == [place]


def test_a_blank_file_lacks_bureau_and_year():
    assert places("") == [
        "bureau.name：缺少这一项。请补上。",
        "campaign.year：缺少这一项。请补上。",
    ]


def test_every_sentence_is_chinese_and_without_code():
    wrong = (
        '[watch]\nspeed = 5\nscan_seconds = "x"\npolling = 9\n[limits]\nfile_mb = 0.5\n'
        "[checks]\nworkers = 0\nmissing_share = nan\n[holidays]\ndays = 3\nworkdays = ['x']\n"
    )
    told = problems(BARE + wrong)
    assert len(told) == 8
    assert not any(re.search(r"[Ii]nput|should|valid|\{|请对照说明", said) for said in told)


def test_all_faults_are_told_at_once_in_one_message():
    with pytest.raises(ConfigError) as caught:
        parse((BARE + "[watch]\nspeed = 5\n[limits]\nfile_mb = 'x'\n").encode())
    assert str(caught.value).startswith(f"{CONFIG_NAME} 有2处问题")
    assert caught.value.exit_code == 2


# Sense


ROUND = '[[campaign.rounds]]\nkey = "{}"\nname = "轮"\nfrom = 2011-0{}-01\n'
DUE = '[[campaign.deadlines]]\nform = "附表1"\nround = "{}"\ndate = 2011-09-18\n'
LEVEL = '[[vocabulary.levels]]\nname = "{}"\naliases = ["{}"]\n'
GRAVE = '[[vocabulary.consequences]]\nname = "重"\nimplies = "{}"\n'


@pytest.mark.parametrize(
    ("added", "place"),
    [
        (ROUND.format("a", 7) * 2 + DUE.format("a"), "6 campaign.rounds.第1段.key"),
        (ROUND.format("a", 7) + DUE.format("b"), "11 campaign.deadlines.第1段.round"),
        (DUE.format("control") * 2, "5 campaign.deadlines.第1段"),
        ("rounds = []\ndeadlines = []", "5 campaign.rounds"),
        ("[vocabulary]\nmethods = []", "6 vocabulary.methods"),
        (
            LEVEL.format("红", "黄") + LEVEL.format("黄", "x") + GRAVE.format("红"),
            "8 vocabulary.levels.第2段",
        ),
        (LEVEL.format("红", "—") + GRAVE.format("红"), "5 vocabulary.levels.第1段"),
        ("[commitment]\nroles = []", "6 commitment.roles"),
        ('[commitment]\nopening = "共{total}个"', "6 commitment.opening"),
        ('[commitment]\nopening = "共{个"', "6 commitment.opening"),
        (
            '[[commitment.roles]]\nname = "股级"\ntiers = ["股级"]\nboxes = []',
            "7 commitment.roles.第1段.tiers",
        ),
        (GRAVE.format("紫"), "7 vocabulary.consequences.第1段.implies"),
        (
            '[[vocabulary.subpowers]]\nname = "权"\nparent = "x"',
            "7 vocabulary.subpowers.第1段.parent",
        ),
        (
            '[[columns]]\nform = "附表1"\nheader = "新"\nkind = "choice"\nvocabulary = "x"',
            "9 columns.第1段.vocabulary",
        ),
        ('[[columns]]\nform = "附表1"\nheader = "新"\nrequired = "x"', "8 columns.第1段.required"),
        ('[folders]\ninbox = "a"\noutbox = "a/b"', "7 folders.outbox"),
        ("[folders]\ninbox = 'a'\narchive = '\\\\服务器\\档案'", "7 folders.archive"),
        *(
            (f"[folders]\nprecheck = '{name}'", "6 folders.precheck")
            for name in ("..", "a/预检", "a\\预检", "纪检组")
        ),
        ("[limits]\nfile_mb = 300", "5 limits.unpacked_mb"),
        ("[limits]\nfile_mb = 30\nunpacked_mb = 20", "7 limits.unpacked_mb"),
        *(
            (f'[checks]\n{key} = ["{code}"]', f"6 checks.{key}")
            for key, codes in (
                ("trial", ("F999", "OK", "F205", "F317", "F501", "F111")),
                ("empty_phrases", ("学", "—")),
                ("campaign_rules_off", ("F599", "F201")),
            )
            for code in codes
        ),
    ],
)
def test_a_contradiction_is_told_where_it_is_best_mended(added, place):
    assert places(BARE + added)[0] == place


def test_rounds_out_of_order_are_told():
    later = ROUND.format("b", 9) + ROUND.format("a", 7) + DUE.format("a")
    assert places(BARE + later) == ["12 campaign.rounds.第2段.from"]


def test_equal_folders_are_told_for_both():
    assert places(BARE + "[folders]\ninbox = 'a'\noutbox = 'a'") == [
        "6 folders.inbox",
        "7 folders.outbox",
    ]


def test_another_scale_of_levels_is_configuration_alone():
    four = "".join(LEVEL.format(name, name * 2) for name in "红橙黄蓝") + GRAVE.format("蓝")
    levels = parse((BARE + four).encode()).levels
    assert [(term.name, term.rank) for term in levels.terms] == [
        ("红", 1),
        ("橙", 2),
        ("黄", 3),
        ("蓝", 4),
    ]


# Lines


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        (("top",), 1),
        (("a", "x"), 4),
        (("a", "none"), 3),
        (("a", "b", 0, "y"), 6),
        (("a", "b", 1, "y"), 9),
        (("a", "b", 1, "list", 0), 10),
        (("a", "b", 5, "y"), 3),
        (("dotted", "key"), 2),
        (("none", "x"), 0),
        ((), 0),
    ],
)
def test_a_key_is_found_on_its_line(keys, line):
    text = (
        "top = 1\ndotted.key = 2\n[a]\nx = 1\n[[a.b]]\ny = 1\n# y = 5\n"
        '[[ a.b ]]\n"y" = 2\nlist = [\n  1]'
    )
    assert find_line(text, keys) == line


# Limits


def limits(written):
    workspace: Any = SimpleNamespace(settings=parse(written.encode()))
    return limits_of(workspace)


def test_limits_that_are_not_written_are_those_of_the_reader_and_told_in_the_file():
    optional = {key for key, entry in schema.Limits.model_fields.items() if not entry.is_required()}
    written = re.sub(rf"(?m)^# (?=({'|'.join(optional)}) = )", "", DEFAULT)
    assert (
        set(re.findall(r"(?m)^(\w+) = ", written)) - set(re.findall(r"(?m)^(\w+) = ", DEFAULT))
        == optional
    )
    assert limits(written) == limits(DEFAULT) == Limits()


def test_a_limit_that_is_written_reaches_the_reader():
    assert limits(f"{BARE}[limits]\nmerges = 500\nfile_mb = 5") == replace(
        Limits(), merges=500, file=5 * MIB
    )


# Days


def test_the_round_of_a_day_is_the_last_that_has_begun():
    campaign = parse(BARE.encode()).campaign
    days = (date(2011, 1, 1), date(2011, 8, 31), date(2011, 9, 1), date(2011, 12, 1))
    assert [campaign.round_on(day).key for day in days] == [
        *("screening", "screening", "control", "control"),
    ]
    assert [campaign.position(key) for key in ("screening", "control", "x")] == [0, 1, 2]
    assert campaign.due("附表1", "x") is None


def test_working_days_leave_out_weekends_and_holidays():
    written = "[holidays]\ndays = [2011-09-12]\nworkdays = [2011-09-17]"
    holidays = parse((BARE + written).encode()).holidays
    assert holidays.after(date(2011, 9, 9), 1) == date(2011, 9, 13)
    assert holidays.after(date(2011, 9, 16), 1) == date(2011, 9, 17)
    assert holidays.after(date(2011, 9, 9), 0) == date(2011, 9, 9)


# Reading


def test_the_file_is_read_with_its_bytes(tmp_path):
    path = tmp_path / CONFIG_NAME
    path.write_bytes(DEFAULT.encode("utf-8-sig"))
    settings, data = read_settings(path)
    assert data == path.read_bytes()
    assert settings.bureau.name == "某局"


def test_a_folder_without_the_file_is_no_workspace(tmp_path):
    with pytest.raises(UsageError, match="init"):
        read_settings(tmp_path / CONFIG_NAME)


def test_a_file_that_cannot_be_opened_is_told(tmp_path):
    (tmp_path / CONFIG_NAME).mkdir()
    with pytest.raises(UsageError, match="打不开"):
        read_settings(tmp_path / CONFIG_NAME)
