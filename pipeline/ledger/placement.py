"""Where the register may lie: on a disk of this machine, for SQLite is not safe on a share."""

from __future__ import annotations

import re
import sys
from pathlib import Path, PureWindowsPath

from pipeline.errors import ConfigError
from pipeline.files.names import shown

REGISTER = "register.sqlite3"

_NETWORK = frozenset(
    {"cifs", "smb3", "smbfs", "nfs", "nfs4", "ncpfs", "afs", "fuse.sshfs", "fuse.smbnetfs"}
)
_MOUNTS = Path("/proc/mounts")


def refuse_network(archive: Path) -> None:
    """Raise where `archive` lies on a share.

    Raises:
        ConfigError: it does.
    """
    if is_unc(str(archive)) or _is_mapped_drive(archive) or _is_network_mount(archive):
        source = "档案文件夹"
        problem = f"它在网络盘上（{shown(str(archive))}），请改到本机硬盘的文件夹。"
        raise ConfigError(source, [problem])


def is_unc(path: str) -> bool:
    r"""Tell whether `path` names a share of another machine.

    >>> is_unc(r"\\server\share\archive"), is_unc(r"D:\archive"), is_unc("/srv/archive")
    (True, False, False)
    """
    drive = PureWindowsPath(path).drive.upper()
    return drive.startswith("\\\\?\\UNC") or re.match(r"\\\\[^?.]", drive) is not None


def mount_type(path: str, mounts: str) -> str:
    r"""Return the file system type of `path`, by the text of /proc/mounts.

    >>> mount_type("/srv/x/y", "a / ext4 rw 0 0\nb /srv cifs rw 0 0\nc /srv/xy nfs rw 0 0")
    'cifs'
    """
    best, kind = "", ""
    for entry in mounts.splitlines():
        _, point, found, *_ = [*entry.split(" "), "", "", ""]
        point = _unescaped(point)
        inside = path == point or path.startswith(point.rstrip("/") + "/")
        if point and inside and len(point) >= len(best):
            best, kind = point, found
    return kind


def _unescaped(point: str) -> str:
    return re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), point)


def _is_network_mount(archive: Path) -> bool:
    if not _MOUNTS.exists():
        return False
    mounts = _MOUNTS.read_text(encoding="utf-8", errors="surrogateescape")
    return mount_type(str(archive.resolve()), mounts) in _NETWORK


def _is_mapped_drive(archive: Path) -> bool:
    if sys.platform != "win32":
        return False
    import ctypes  # noqa: PLC0415  only Windows has windll

    remote = 4
    return ctypes.windll.kernel32.GetDriveTypeW(archive.resolve().anchor) == remote
