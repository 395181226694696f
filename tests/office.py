"""A real office program: LibreOffice opens a workbook and saves it as a clerk's would."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def saved(package: bytes, folder: Path, kind: str = "xlsx:Calc MS Excel 2007 XML") -> bytes:
    """Let LibreOffice open and save a workbook; kind: the filter to save with."""
    return saved_all({"book": package}, folder, kind)["book"]


def opened_csv(data: bytes, folder: Path, parted_at: str) -> bytes:
    """Let LibreOffice open a csv and save it as a workbook; parted_at: codes of the separators."""
    folder.mkdir(parents=True)
    (folder / "table.csv").write_bytes(data)
    subprocess.run(
        [  # noqa: S607 - the office program stands where the system has it
            "soffice",
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            "--headless",
            f"--infilter=CSV:{parted_at},34,76,1",
            "--convert-to",
            "xlsx:Calc MS Excel 2007 XML",
            "--outdir",
            str(folder / "out"),
            str(folder / "table.csv"),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    return (folder / "out" / "table.xlsx").read_bytes()


def saved_all(packages: Mapping[str, bytes], folder: Path, kind: str) -> dict[str, bytes]:
    """Let LibreOffice open and save several workbooks in one go."""
    suffix = kind.partition(":")[0]
    (folder / "in").mkdir(parents=True)
    for name, package in packages.items():
        (folder / "in" / f"{name}.xlsx").write_bytes(package)
    subprocess.run(
        [  # noqa: S607 - the office program stands where the system has it
            "soffice",
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            "--headless",
            "--convert-to",
            kind,
            "--outdir",
            str(folder / "out"),
            *(str(folder / "in" / f"{name}.xlsx") for name in packages),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    return {name: (folder / "out" / f"{name}.{suffix}").read_bytes() for name in packages}
