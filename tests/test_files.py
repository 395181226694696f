"""File operations are whole and durable; names are safe."""

import errno
import hashlib
import os
import stat
import threading
import time
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import StorageError
from pipeline.files import names, operations

posix = pytest.mark.skipif(os.name != "posix", reason="POSIX rights, links and pipes")


def _names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def _fail(monkeypatch: pytest.MonkeyPatch, name: str, error: OSError) -> list[object]:
    calls: list[object] = []

    def refuse(*arguments: object, **_: object) -> None:
        calls.append(arguments)
        raise error

    monkeypatch.setattr(os, name, refuse)
    return calls


def test_a_file_is_written_whole_and_its_hash_returned(tmp_path: Path) -> None:
    digest = operations.write_new(tmp_path / "a" / "x.bin", b"content")
    assert (tmp_path / "a" / "x.bin").read_bytes() == b"content"
    assert digest == hashlib.sha256(b"content").hexdigest()
    assert _names(tmp_path / "a") == {"x.bin"}


def test_a_failed_write_keeps_the_older_version_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "x.bin"
    operations.write_new(target, b"old")
    _fail(monkeypatch, "fsync", OSError(errno.ENOSPC, "full"))
    with pytest.raises(StorageError, match="磁盘空间不足"):
        operations.write_new(target, b"new")
    assert target.read_bytes() == b"old"
    assert _names(tmp_path) == {"x.bin"}


def _order(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> list[str]:
    """Return what `act` asks of the system, in order, folders told from files."""
    done: list[str] = []

    def told(name: str) -> Callable[..., object]:
        real = getattr(os, name)

        def operation(first: object, *rest: object, **options: object) -> object:
            is_folder = isinstance(first, int) and stat.S_ISDIR(os.fstat(first).st_mode)
            done.append(f"{name} folder" if is_folder else name)
            return real(first, *rest, **options)

        return operation

    for name in ("write", "fsync", "replace", "rename", "unlink", "ftruncate"):
        monkeypatch.setattr(os, name, told(name))
    act()
    return done


@posix
def test_what_returns_is_durable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").mkdir()
    one, two, log = tmp_path / "one", tmp_path / "a" / "two", tmp_path / "log"
    acts: list[tuple[Callable[[], object], list[str]]] = [
        (
            lambda: operations.write_new(one, b"1"),
            ["write", "fsync", "replace", "fsync folder"],
        ),
        (lambda: operations.move_new(one, two), ["rename", "fsync folder", "fsync folder"]),
        (lambda: operations.unlink(two), ["unlink", "fsync folder"]),
        (lambda: operations.append(log, b"1"), ["write", "fsync", "fsync folder"]),
        (lambda: operations.append(log, b"2"), ["write", "fsync"]),
        (lambda: operations.cut(log, 1), ["ftruncate", "fsync"]),
        (lambda: operations.replace(log, one), ["fsync", "replace", "fsync folder"]),
        (lambda: operations.make_folder(tmp_path / "b"), ["fsync folder"]),
    ]
    for act, expected in acts:
        with monkeypatch.context() as patch:
            assert _order(patch, act) == expected


def test_a_short_write_of_the_system_is_continued(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.write
    monkeypatch.setattr(os, "write", lambda handle, data: real(handle, bytes(data)[:3]))
    operations.write_new(tmp_path / "x.bin", b"0123456789")
    assert (tmp_path / "x.bin").read_bytes() == b"0123456789"


def test_an_error_of_the_source_is_not_told_as_one_of_our_disk(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        operations.copy_new(tmp_path / "none", tmp_path / "copy")
    assert _names(tmp_path) == set()


def test_a_copy_of_something_else_than_expected_is_not_kept(tmp_path: Path) -> None:
    (tmp_path / "source").write_bytes(b"changed")
    with pytest.raises(operations.ChangedError):
        operations.copy_new(tmp_path / "source", tmp_path / "copy", expected="0" * 64)
    assert _names(tmp_path) == {"source"}


def test_a_move_never_overwrites(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"a")
    (tmp_path / "b").write_bytes(b"b")
    with pytest.raises(FileExistsError):
        operations.move_new(tmp_path / "a", tmp_path / "b")
    operations.move_new(tmp_path / "a", tmp_path / "deep" / "c")
    assert (tmp_path / "b").read_bytes() == b"b"
    assert (tmp_path / "deep" / "c").read_bytes() == b"a"
    assert not (tmp_path / "a").exists()


def test_a_file_held_by_a_scanner_is_tried_again_for_a_few_seconds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    naps: list[float] = []
    sleep, here = time.sleep, threading.get_ident()

    def nap(seconds: float) -> None:
        # The clock is one for all: threads of a reading pool go on as they are used to.
        if threading.get_ident() == here:
            naps.append(seconds)
        else:
            sleep(seconds)

    monkeypatch.setattr("tenacity.nap.time.sleep", nap)
    calls = _fail(monkeypatch, "replace", PermissionError(errno.EACCES, "held"))
    with pytest.raises(StorageError, match="正被占用"):
        operations.write_new(tmp_path / "x.bin", b"content")
    assert naps == [0.05, 0.1, 0.2, 0.4, 0.8, 1.6]
    assert len(calls) == 7


def test_other_errors_are_not_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = _fail(monkeypatch, "replace", OSError(errno.EIO, "broken"))
    with pytest.raises(StorageError, match="检查磁盘"):
        operations.write_new(tmp_path / "x.bin", b"content")
    assert len(calls) == 1


@posix
def test_private_files_and_folders_are_the_owners_alone_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        operations.write_new(tmp_path / "archive" / "aa" / "x", b"1", private=True)
        operations.append(tmp_path / "archive" / "log", b"1")
    finally:
        os.umask(before)
    modes = {p.name: stat.S_IMODE(p.stat().st_mode) for p in (tmp_path / "archive").rglob("*")}
    assert modes == {"aa": 0o700, "x": 0o600, "log": 0o600}
    assert stat.S_IMODE((tmp_path / "archive").stat().st_mode) == 0o700


@posix
def test_a_listing_tells_links_and_pipes_and_never_follows_them(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.xlsx").write_bytes(b"1")
    inbox = tmp_path / "inbox"
    (inbox / "folder.xlsx").mkdir(parents=True)
    (inbox / "folder.xlsx" / "deep.xlsx").write_bytes(b"22")
    (inbox / "link.xlsx").symlink_to(outside / "secret.xlsx")
    (inbox / "linked folder").symlink_to(outside)
    os.mkfifo(inbox / "pipe.xlsx")
    found = {entry.path.name: entry.regular for entry in operations.list_files(inbox)}
    assert found == {
        "deep.xlsx": True,
        "link.xlsx": False,
        "linked folder": False,
        "pipe.xlsx": False,
    }


@posix
def test_neither_a_pipe_nor_a_link_is_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "file").write_bytes(b"1")
    (tmp_path / "link").symlink_to(tmp_path / "file")
    for name in ("pipe", "link", "."):
        with pytest.raises(OSError, match=r".+"):
            operations.sha256(tmp_path / name)


def test_a_listing_of_nothing_is_an_error_not_an_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        list(operations.list_files(tmp_path / "gone"))


def test_sweeping_removes_only_our_own_leftovers(tmp_path: Path) -> None:
    for name in (".~12-1.tmp", "~$附表1.xlsx", "x.tmp", "x"):
        (tmp_path / name).write_bytes(b"")
    operations.sweep(tmp_path)
    assert _names(tmp_path) == {"~$附表1.xlsx", "x.tmp", "x"}


def test_free_space_is_told(tmp_path: Path) -> None:
    assert operations.free_space(tmp_path) > 0


TEMPORARY = (
    "~$附表1.xlsx",
    ".~附表1.xlsx",
    ".~lock.附表1.xlsx#",
    "5A3B1200.tmp",
    "附表1.xlsx.crdownload",
    "附表1.XLSX.PART",
    "Thumbs.db",
    "desktop.ini",
    ".DS_Store",
    "._附表1.xlsx",
    ".gitkeep",
    "~WRD0001.docx",
    ".~12-1.tmp",
)
ORDINARY = ("附表1.xlsx", "tmp.xlsx", "a.part.xlsx", ".附表1.xlsx", "$x.xlsx", "~附表1.xlsx", "x")


@pytest.mark.parametrize("name", TEMPORARY)
def test_temporary_names_are_known(name: str) -> None:
    assert names.is_temporary(name)


@pytest.mark.parametrize("name", ORDINARY)
def test_ordinary_names_are_not_temporary(name: str) -> None:
    assert not names.is_temporary(name)


@pytest.mark.parametrize("name", ["CON", "nul.xlsx", "Com1.tar.gz", "LPT9", "aux."])
def test_names_reserved_by_windows_are_changed(name: str) -> None:
    assert names.safe_name(name).startswith("_")


@pytest.mark.parametrize("name", ["console.xlsx", "com10.xlsx", "附表1_预算科.xlsx"])
def test_good_names_stay(name: str) -> None:
    assert names.safe_name(name) == name


def test_a_cut_keeps_the_suffix() -> None:
    cut = names.safe_name("廉" * 300 + ".xlsx")
    assert cut.endswith("廉.xlsx")
    assert len(cut.encode()) <= 240


@given(st.text())
def test_a_safe_name_is_one_for_every_system(text: str) -> None:
    name = names.safe_name(text)
    assert 1 <= len(name) <= 100
    assert len(name.encode()) <= 240
    assert not set('<>:"/\\|?*\x00\n\u202e') & set(name)
    assert not name.endswith((" ", "."))
    assert unicodedata.is_normalized("NFC", name)
    assert names.safe_name(name) == name


@given(st.text(alphabet=st.characters(codec=None)))
def test_a_shown_name_can_always_be_printed(text: str) -> None:
    shown = names.shown(text)
    assert shown.encode().decode() == shown
    assert not any(unicodedata.category(letter) in {"Cc", "Cf", "Cs"} for letter in shown)
