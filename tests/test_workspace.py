"""Opening a workspace: all faults together, nothing touched before, the roster read once."""

import io
import json
import subprocess
import sys
from datetime import UTC, date, datetime

import pytest
from journeys import small_bureau, small_config
from openpyxl import load_workbook

from pipeline.clock import fixed
from pipeline.errors import ConfigError, UsageError
from pipeline.files import operations
from pipeline.intake.folders import Timing
from pipeline.ledger import snapshots
from pipeline.rehearsal import blank_roster, config_text, write_roster
from pipeline.rehearsal.clerk import save
from pipeline.settings import CONFIG_NAME, parse
from pipeline.workspace import open_workspace, read_workspace_settings
from pipeline.workspace.paths import ROSTER_NAME, paths_of, timing_of
from pipeline.workspace.roster_file import keep_parsed

BUREAU = small_bureau()
CONFIG = small_config(config_text(BUREAU))
SETTINGS = parse(CONFIG.encode())
ROSTER = write_roster(BUREAU, SETTINGS)


def written(folder, config=CONFIG, roster=ROSTER, *, new=False):
    """Write a workspace; unless it is new, it has been opened with this roster before."""
    operations.write_new(folder / CONFIG_NAME, config.encode())
    if roster is not None:
        operations.write_new(folder / ROSTER_NAME, roster)
    if not new:
        keep_parsed(folder / "archive", BUREAU.roster, ROSTER, SETTINGS)
    return folder


def tree(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else None
        for path in folder.rglob("*")
    }


def retyped(cells, sheet="人员"):
    """Return the roster with texts typed into cells of a sheet."""
    book = load_workbook(io.BytesIO(ROSTER))
    for address, value in cells.items():
        book[sheet][address].value = value
    return save(book)


def refused(folder, error=ConfigError):
    """Return the error of opening, having seen that it touched nothing."""
    before = tree(folder)
    with pytest.raises(error) as caught:
        open_workspace(folder)
    assert tree(folder) == before
    return caught.value


def test_a_right_workspace_opens_with_everything_a_step_needs(tmp_path):
    with open_workspace(written(tmp_path, new=True)) as workspace:
        assert workspace.settings == SETTINGS
        assert workspace.roster.offices == BUREAU.offices
        assert workspace.roster.people == BUREAU.people
        assert [form.code for form in workspace.forms] == ["FB1", "FJ2"]
        assert workspace.scope("YSK") == BUREAU.scope("YSK")
        paths = workspace.paths
        assert all(path.is_dir() for path in (paths.inbox, paths.group, paths.outbox))
        assert len(workspace.secret) == 32


def test_the_clock_of_the_workspace_tells_the_shanghai_day(tmp_path):
    evening = fixed(datetime(2011, 9, 12, 16, 0, tzinfo=UTC))
    with open_workspace(written(tmp_path), now=evening) as workspace:
        assert workspace.today == date(2011, 9, 13)


def test_the_key_of_the_numbers_is_made_once_and_no_other_can_read_it(tmp_path):
    with open_workspace(written(tmp_path)) as workspace:
        first = workspace.secret
    with open_workspace(tmp_path) as workspace:
        assert workspace.secret == first
    if sys.platform != "win32":
        assert (tmp_path / "archive" / "stamp.key").stat().st_mode & 0o077 == 0


# Faults


def test_a_folder_without_configuration_is_no_workspace(tmp_path):
    assert "init" in str(refused(tmp_path, UsageError))


def test_faults_of_configuration_and_roster_are_told_together(tmp_path):
    wrong = CONFIG.replace("scan_seconds = 5", "scan_seconds = 0\nspeed = 1")
    error = refused(written(tmp_path, wrong, retyped({"A4": None, "C5": "没有的科"})))
    assert error.source == f"{CONFIG_NAME} 和 {ROSTER_NAME}"
    assert len(error.problems) == 4
    assert any("watch.speed" in said for said in error.problems)
    assert any("人员 C5" in said for said in error.problems)


def test_a_faulty_configuration_beside_a_right_roster_is_told_alone(tmp_path):
    error = refused(written(tmp_path, CONFIG.replace('paper = "A3"', 'paper = "A5"')))
    assert (error.source, len(error.problems)) == (CONFIG_NAME, 1)


def test_columns_that_fit_no_form_are_told(tmp_path):
    wrong = CONFIG + '[[columns]]\nform = "附表9"\nheader = "甲"\n'
    line = len(CONFIG.splitlines()) + 2
    (said,) = refused(written(tmp_path, wrong)).problems
    assert said.startswith(f"第{line}行 columns.第1段.form：")
    with pytest.raises(ConfigError):
        read_workspace_settings(tmp_path)


def test_a_missing_roster_is_told_with_what_to_do(tmp_path):
    assert "请" in refused(written(tmp_path, roster=None)).problems[0]


def test_a_roster_that_cannot_be_opened_is_told(tmp_path):
    written(tmp_path, roster=None)
    (tmp_path / ROSTER_NAME).mkdir()
    assert "打不开" in refused(tmp_path).problems[0]


def test_a_roster_that_is_no_workbook_is_told(tmp_path):
    assert "Excel" in refused(written(tmp_path, roster=b"no workbook")).problems[0]


def test_a_blank_roster_is_told(tmp_path):
    assert "还没有单位" in refused(written(tmp_path, roster=blank_roster(SETTINGS))).problems[0]


def test_a_roster_without_one_of_its_sheets_is_told(tmp_path):
    book = load_workbook(io.BytesIO(ROSTER))
    book["人员"].title = "别的"
    (said,) = refused(written(tmp_path, roster=save(book))).problems
    assert "“人员”" in said
    assert "姓名" in said


def test_a_roster_without_a_needed_column_is_told(tmp_path):
    error = refused(written(tmp_path, roster=retyped({"D3": "别的"})))
    assert "“岗位”" in error.problems[0]


def test_an_error_value_in_the_roster_is_told(tmp_path):
    error = refused(written(tmp_path, roster=retyped({"B4": "#REF!"})))
    assert "#REF!" in "".join(error.problems)


@pytest.mark.parametrize("folder", ["inbox", "outbox", "templates"])
def test_a_share_that_is_not_there_is_told_and_nothing_is_made(tmp_path, folder):
    home = tmp_path / "home"
    away = tmp_path / "share" / "gone" / "报送"
    default = "templates/xlsx" if folder == "templates" else folder
    config = CONFIG.replace(f'{folder} = "{default}"', f"{folder} = '{away}'")
    error = refused(written(home, config), UsageError)
    assert str(away) in str(error)
    assert not away.parent.exists()


def test_a_folder_on_another_disk_is_made_where_its_place_is_there(tmp_path):
    away = tmp_path / "share" / "报送"
    away.parent.mkdir()
    config = CONFIG.replace('inbox = "inbox"', f"inbox = '{away}'")
    with open_workspace(written(tmp_path / "home", config)) as workspace:
        assert workspace.paths.inbox == away
        assert workspace.paths.group == away / "纪检组"
        assert (away / "纪检组").is_dir()


# Snapshots


def test_configuration_and_roster_are_kept_once_by_their_hash(tmp_path):
    written(tmp_path, new=True)
    for _ in range(3):
        with open_workspace(tmp_path) as workspace, workspace.ledger.reading() as db:
            config, roster = snapshots.current(db, "config"), snapshots.current(db, "roster")
            assert config
            assert roster
            assert (config.hash, roster.hash) == (workspace.config, workspace.roster_hash)
            archive = workspace.ledger.archive
            assert snapshots.read(archive, config) == CONFIG.encode()
            assert snapshots.read(archive, roster) == ROSTER
    kept = [path.suffix for path in (tmp_path / "archive" / "snapshots").iterdir()]
    assert sorted(kept) == [".json", ".toml", ".xlsx"]


def test_another_configuration_is_kept_beside_the_first(tmp_path):
    with open_workspace(written(tmp_path)) as workspace:
        first = workspace.config
    (tmp_path / CONFIG_NAME).write_text(CONFIG + "# 改过\n", "utf-8")
    with open_workspace(tmp_path) as workspace:
        assert workspace.config != first


LOADED = """
import json, pathlib, sys
from pipeline.workspace import open_workspace
with open_workspace(pathlib.Path(sys.argv[1])) as workspace:
    offices = [office.code for office in workspace.roster.offices]
readers = ("pandas", "python_calamine", "openpyxl", "pipeline.reading", "pipeline.workbook.reader")
print(json.dumps([offices, [name for name in readers if name in sys.modules]]))
"""


def opened_elsewhere(folder):
    command = [sys.executable, "-c", LOADED, str(folder)]
    return json.loads(subprocess.run(command, check=True, capture_output=True).stdout)


def test_a_roster_is_parsed_once_and_no_reader_is_loaded_again(tmp_path):
    with open_workspace(written(tmp_path, new=True)):
        pass
    offices, loaded = opened_elsewhere(tmp_path)
    assert offices == [office.code for office in BUREAU.offices]
    assert loaded == []


@pytest.mark.long
def test_a_changed_roster_is_read_again(tmp_path):
    with open_workspace(written(tmp_path)):
        pass
    (tmp_path / ROSTER_NAME).write_bytes(retyped({"B4": "新名字"}))
    with open_workspace(tmp_path) as workspace:
        assert workspace.roster.people[0].name == "新名字"


def test_a_roster_is_read_again_where_the_words_changed(tmp_path):
    with open_workspace(written(tmp_path)):
        pass
    other = CONFIG.replace('name = "一般岗位"', 'name = "普通岗位"')
    (tmp_path / CONFIG_NAME).write_text(other, "utf-8")
    error = refused(tmp_path)
    assert "普通岗位" in error.problems[0]


# Paths


def test_back_slashes_are_forgiven_where_they_mean_nothing(tmp_path):
    config = CONFIG.replace('templates = "templates/xlsx"', r"templates = 'templates\xlsx'")
    paths = paths_of(tmp_path, parse(config.encode()))
    assert paths.templates == tmp_path / "templates" / "xlsx"


def test_folders_are_told_by_audience(tmp_path):
    paths = paths_of(tmp_path, SETTINGS)
    office = BUREAU.office("YSK")
    assert paths.for_office(office, "1-待填表") == (
        tmp_path / "outbox" / "各科室" / office.folder / "1-待填表"
    )
    assert paths.for_group("汇总") == tmp_path / "outbox" / "纪检组" / "汇总"
    assert (paths.intake.inbox, paths.intake.precheck) == (paths.inbox, "预检")


def test_timing_is_what_the_configuration_says():
    timing = timing_of(SETTINGS)
    watch = SETTINGS.watch
    assert timing == Timing(watch.stable_seconds, watch.incomplete_minutes)


def test_the_archive_is_closed_where_opening_fails_half_way(tmp_path):
    with open_workspace(written(tmp_path)):
        pass
    (tmp_path / "archive" / "stamp.key").unlink()
    (tmp_path / "archive" / "stamp.key").mkdir()
    with pytest.raises(Exception, match=r"stamp\.key"):
        open_workspace(tmp_path)
    (tmp_path / "archive" / "stamp.key").rmdir()
    with open_workspace(tmp_path) as workspace:
        assert workspace.secret
