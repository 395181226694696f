"""The one place that changes files: whole or not at all, and durable when it returns.

What we write ourselves fails as a StorageError, one Chinese line for the operator. What belongs
to others (reading, listing and unlinking in the inbox) fails as the plain OSError: the caller
knows whether to wait, to come again or to give up.
"""

from __future__ import annotations

import errno
import hashlib
import itertools
import os
import shutil
import stat
import sys
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import BufferedReader, FileIO
from typing import TYPE_CHECKING

from tenacity import retry, retry_if_exception_type, stop_after_attempt, wait_exponential

from pipeline.errors import StorageError
from pipeline.files.names import shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_CHUNK = 1 << 20
_PRIVATE_FILE, _PRIVATE_FOLDER = 0o600, 0o700
_PUBLIC_FILE, _PUBLIC_FOLDER = 0o666, 0o777
# O_BINARY is Windows', the other two are POSIX': a link is not followed, a FIFO does not hang.
_OPEN_READ = (
    os.O_RDONLY
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
)
_OPEN_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
_OPEN_APPEND = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)
_OPEN_CHANGE = os.O_RDWR | getattr(os, "O_BINARY", 0)

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_REFUSED = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
_FULL_ON_WINDOWS = frozenset({39, 112})

_TEMPORARY = ".~[0-9]*-[0-9]*.tmp"
_temporary_numbers = itertools.count(1)

# A virus scanner, the indexer or Excel lets go within seconds: 50, 100, … 1600 ms. WinError 5, 32
# and 33 all arrive as PermissionError; nothing else is worth a second try here.
_patiently = retry(
    retry=retry_if_exception_type(PermissionError),
    wait=wait_exponential(multiplier=0.05, max=1.6),
    stop=stop_after_attempt(7),
    reraise=True,
)


class ChangedError(OSError):
    """The content is no longer what it was when it was looked at."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing found by a listing; links, FIFOs, devices and closed folders are not `regular`."""

    path: Path
    regular: bool
    size: int = 0
    mtime_ns: int = 0


# Reading what may belong to others.


def open_read(path: Path) -> BufferedReader:
    """Open a regular file for reading without following a link or waiting at a FIFO.

    Raises:
        OSError: it cannot be read, or is no regular file (EINVAL).
    """
    opened = os.open(path, _OPEN_READ)
    if not stat.S_ISREG(os.fstat(opened).st_mode):
        os.close(opened)
        raise OSError(errno.EINVAL, "not a regular file", str(path))
    handle: BufferedReader = BufferedReader(FileIO(opened))
    return handle


def read_bytes(path: Path) -> bytes:
    """Return the whole content of a regular file."""
    with open_read(path) as handle:
        return handle.read()


def sha256(path: Path) -> str:
    """Return the SHA-256 of a regular file, as 64 hexadecimal digits."""
    with open_read(path) as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def free_space(folder: Path) -> int:
    """Return the free bytes of the disk that holds `folder`."""
    return shutil.disk_usage(folder).free


def list_files(root: Path) -> Iterator[Entry]:
    """Yield everything below `root` that is not a folder, in no order; links are never followed.

    A folder that vanishes meanwhile is skipped; one that cannot be listed is an irregular entry.

    Raises:
        OSError: `root` itself cannot be listed.
    """
    folders: list[Path] = []
    yield from _listing(root, folders)
    while folders:
        folder = folders.pop()
        try:
            yield from _listing(folder, folders)
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError:
            yield Entry(folder, regular=False)


def _listing(folder: Path, folders: list[Path]) -> list[Entry]:
    """Return what lies in one folder; folders within it are appended to `folders`."""
    entries: list[Entry] = []
    with os.scandir(folder) as items:
        for item in items:
            with suppress(FileNotFoundError):
                entry = _entry(folder, item)
                if entry is None:
                    folders.append(folder / item.name)
                else:
                    entries.append(entry)
    return entries


def _entry(folder: Path, item: os.DirEntry[str]) -> Entry | None:
    """Return the entry of one name, None for a folder to descend into."""
    found = item.stat(follow_symlinks=False)
    path = folder / item.name
    if _is_junction(found):
        return Entry(path, regular=False)
    if stat.S_ISDIR(found.st_mode):
        return None
    return Entry(path, stat.S_ISREG(found.st_mode), found.st_size, found.st_mtime_ns)


def _is_junction(found: os.stat_result) -> bool:
    """Tell whether Windows calls this a mount point: a folder that leads elsewhere."""
    mount_point = 0xA0000003  # IO_REPARSE_TAG_MOUNT_POINT; the constant exists on Windows only
    return getattr(found, "st_reparse_tag", 0) == mount_point


def unlink(path: Path) -> None:
    """Remove a file and make that durable; one try, for the caller comes again.

    Raises:
        OSError: it is refused, as when Windows has it open.
    """
    path.unlink()
    fsync_folder(path.parent)


# Writing what is ours.


def write_new(
    path: Path, data: bytes | Iterable[bytes], *, private: bool = False, expected: str = ""
) -> str:
    """Write `path` whole or not at all, and return the SHA-256 of what was written.

    The content goes to a temporary name in the same folder and is flushed to the disk before it
    takes the name; an older version stays readable until then. A file made `private` is the
    owner's alone whatever the umask. An error raised by the iterable passes through unchanged.

    Raises:
        ChangedError: the SHA-256 is not the one `expected`; nothing was written.
        StorageError: the disk refuses.
    """
    make_folder(path.parent, private=private)
    temporary = path.with_name(f".~{os.getpid()}-{next(_temporary_numbers)}.tmp")  # see _TEMPORARY
    try:
        digest = _write(temporary, [data] if isinstance(data, bytes) else data, private=private)
        _expect(path, digest, expected or digest)
        with told(path):
            _replace(temporary, path)
            fsync_folder(path.parent)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise
    return digest


def copy_new(source: Path, target: Path, *, private: bool = False, expected: str = "") -> str:
    """Copy `source` to `target` whole or not at all, and return the SHA-256 of the copy.

    Raises:
        OSError: the source cannot be read, or (ChangedError) is not the one `expected`.
        StorageError: the target cannot be written.
    """
    with open_read(source) as handle:
        chunks = iter(lambda: handle.read(_CHUNK), b"")
        return write_new(target, chunks, private=private, expected=expected)


def append(path: Path, data: bytes) -> None:
    """Append `data` to a private file and flush it to the disk."""
    with told(path):
        is_new = not path.exists()
        with _descriptor(os.open(path, _OPEN_APPEND, _PRIVATE_FILE)) as handle:
            _write_all(handle, data)
            os.fsync(handle)
        if is_new:
            fsync_folder(path.parent)


def cut(path: Path, size: int) -> None:
    """Shorten a file to `size` bytes and flush that to the disk."""
    with told(path), _descriptor(os.open(path, _OPEN_CHANGE)) as handle:
        os.ftruncate(handle, size)
        os.fsync(handle)


def move_new(source: Path, target: Path, *, private: bool = False) -> None:
    """Rename `source` to `target` on the same disk, and make that durable in both folders.

    Two movers of one target must be kept apart by a lock: POSIX has no portable rename that
    refuses to overwrite.

    Raises:
        FileExistsError: there is such a file already; nothing was moved.
    """
    make_folder(target.parent, private=private)
    if target.exists():
        raise FileExistsError(errno.EEXIST, "exists already", str(target))
    with told(target):
        _rename(source, target)
        fsync_folder(target.parent)
        fsync_folder(source.parent)


def replace(source: Path, target: Path) -> None:
    """Let a finished file that another library wrote take the place of `target`, durably."""
    with told(target):
        with _descriptor(os.open(source, _OPEN_CHANGE)) as handle:
            os.fsync(handle)
        _replace(source, target)
        fsync_folder(target.parent)


def make_folder(folder: Path, *, private: bool = False) -> None:
    """Make `folder` and what is missing above it, durable; existing ones stay as they are."""
    if folder.is_dir():
        return
    make_folder(folder.parent, private=private)
    with told(folder):
        with suppress(FileExistsError):
            folder.mkdir(_PRIVATE_FOLDER if private else _PUBLIC_FOLDER)
        fsync_folder(folder.parent)


def make_private(folder: Path) -> None:
    """Take an existing folder's rights from everybody but its owner (on POSIX)."""
    with told(folder):
        folder.chmod(_PRIVATE_FOLDER)


def fsync_folder(folder: Path) -> None:
    """Flush the names in `folder` to the disk; Windows has no such call and needs none."""
    if sys.platform == "win32":
        return
    with _descriptor(os.open(folder, os.O_RDONLY | os.O_DIRECTORY)) as handle:
        os.fsync(handle)


def sweep(folder: Path, *, below: bool = False) -> None:
    """Remove the temporary files that interrupted writes left in `folder`, or anywhere below it.

    Only for a folder in which nobody else can be writing now: the caller holds its lock.
    """
    left = folder.rglob(_TEMPORARY) if below else folder.glob(_TEMPORARY)
    for path in list(left):
        with suppress(FileNotFoundError):
            unlink(path)


def storage_error(error: OSError, path: Path) -> StorageError:
    """Return `error` as the line that the operator reads."""
    where = shown(str(path))
    if error.errno in _FULL or getattr(error, "winerror", None) in _FULL_ON_WINDOWS:
        return StorageError(f"磁盘空间不足，无法写入：{where}。请清理磁盘，程序会自动继续。")
    if error.errno in _REFUSED:
        return StorageError(f"没有写入权限，或文件正被占用：{where}。请检查文件夹权限。")
    return StorageError(f"无法读写：{where}（错误号{error.errno}）。请检查磁盘或网络连接。")


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Turn the system's error about a file of ours into the operator's line."""
    try:
        yield
    except OSError as error:
        raise storage_error(error, path) from error


def _write(path: Path, chunks: Iterable[bytes], *, private: bool) -> str:
    """Write and flush a new file; an error of `chunks` is not ours and passes through."""
    digest = hashlib.sha256()
    with told(path):
        opened = os.open(path, _OPEN_NEW, _PRIVATE_FILE if private else _PUBLIC_FILE)
    with _descriptor(opened) as handle:
        for chunk in chunks:
            digest.update(chunk)
            with told(path):
                _write_all(handle, chunk)
        with told(path):
            os.fsync(handle)
    return digest.hexdigest()


def _expect(path: Path, digest: str, expected: str) -> None:
    if digest != expected:
        raise ChangedError(errno.ESTALE, "changed meanwhile", str(path))


def _write_all(handle: int, data: bytes) -> None:
    """Write all of `data`: the system may take less than it is given."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(handle, rest) :]


@contextmanager
def _descriptor(handle: int) -> Iterator[int]:
    """Close `handle` at the end; unbuffered, so that closing can raise nothing new."""
    try:
        yield handle
    finally:
        os.close(handle)


@_patiently
def _replace(source: Path, target: Path) -> None:
    source.replace(target)


@_patiently
def _rename(source: Path, target: Path) -> None:
    source.rename(target)
