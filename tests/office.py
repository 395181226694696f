"""A real office program: LibreOffice opens a workbook and saves it as a clerk's would."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def saved(package: bytes, folder: Path, kind: str = "xlsx:Calc MS Excel 2007 XML") -> bytes:
    """Let LibreOffice open and save a workbook; kind: the filter to save with."""
    suffix = kind.partition(":")[0]
    (folder / "in").mkdir(parents=True)
    (folder / "in" / "book.xlsx").write_bytes(package)
    subprocess.run(
        [  # noqa: S607 - the office program stands where the system has it
            "soffice",
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            "--headless",
            "--convert-to",
            kind,
            "--outdir",
            str(folder / "out"),
            str(folder / "in" / "book.xlsx"),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    return (folder / "out" / f"book.{suffix}").read_bytes()
