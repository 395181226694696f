"""The pictures of the operator's guide, made from what the program wrote.

    python tests/pictured.py FOLDER

Every page is drawn with the bundled font alone, through a fontconfig of its own: so it looks the
same on every machine, and one without Chinese fonts draws no boxes.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from autumn import lived
from openpyxl import load_workbook
from png import Picture, read_ppm, write

from pipeline.documents.layouts import FONTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), "chromium")
WIDTH = 980
_MARGIN = 6  # pixels of paper around what is drawn
_PAPER = 250  # a shade from here on is paper
_A3 = 8
_HEADER = 4  # the header line of every list


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture of the guide.

    source: pattern below the outbox, of which the last is meant. sheet, area: what of a workbook
    is shown, with the letters and numbers of rows and columns; no area: the printed page that
    holds the sheet's charts. hidden: letters of columns left out. resume: the row shown next after
    the header line. part: which upper part of a page is shown.
    """

    name: str
    source: str
    sheet: str = ""
    area: str = ""
    hidden: str = ""
    resume: int = 0
    part: float = 1.0


SHOTS = (
    Shot("附表1待填", "各科室/01-办公室/1-待填表/附表1_*.xlsx", "附表1", "A1:K12"),
    Shot("退回的附表1", "各科室/01-办公室/历史/附表1_*退回*.xlsx", "附表1", "A1:K12"),
    Shot("问题清单", "各科室/01-办公室/历史/附表1_*退回*.xlsx", "问题清单", "A1:F9"),
    Shot("回执", "各科室/15-投资审核中心/3-已收/附表1_*回执*.html", part=0.532),
    Shot("等级审定表", "纪检组/今日转交/等级审定表_*.xlsx", "等级审定表", "H4:S12"),
    Shot("风险信息档案库", "纪检组/汇总/风险信息档案库.xlsx", "档案库", "A4:S10", "CDEFHKOPQR"),
    Shot("变更记录", "纪检组/汇总/风险信息档案库.xlsx", "变更记录", "A4:K390", "FJ", 381),
    Shot("统计汇总总览", "纪检组/汇总/统计汇总.xlsx", "总览", "A1:N25"),
    Shot("与上期比较", "纪检组/汇总/统计汇总.xlsx", "与上期比较", "A1:N24"),
    Shot("统计图", "纪检组/汇总/统计汇总.xlsx", "单位×风险类别", part=0.74),
    Shot("重点管理清单", "局党组/重点管理清单（红）.xlsx", "清单", "A1:P7", "DFIL"),
    Shot("疏漏排查", "纪检组/清单/疏漏排查.xlsx", "可能漏列", "A1:I8"),
    Shot("报送进度", "纪检组/汇总/报送进度.xlsx", "各单位概览", "A1:O25"),
    Shot("每日报告", "纪检组/每日报告/*.html", part=0.478),
    Shot("汇编", "纪检组/汇编/第二册*.pdf", "5"),
)


def taken(
    outbox: Path, scratch: Path, shots: Iterable[Shot] = SHOTS
) -> Iterator[tuple[str, Picture]]:
    """Yield the name and the picture of each shot of a bureau's outbox."""
    shots = tuple(shots)
    scratch.mkdir(parents=True, exist_ok=True)
    drawn = _env(scratch)
    books = [shot for shot in shots if shot.source.endswith(".xlsx")]
    for shot in books:
        _cut(_found(outbox, shot), shot, scratch / f"{shot.name}.xlsx")
    _run(
        "soffice",
        f"-env:UserInstallation={(scratch / 'office').as_uri()}",
        *("--headless", "--convert-to", "pdf", "--outdir", str(scratch)),
        *(str(scratch / f"{shot.name}.xlsx") for shot in books),
        env=drawn,
    )
    for shot in shots:
        yield shot.name, _picture(_printed(outbox, scratch, shot, drawn), shot)


def _found(outbox: Path, shot: Shot) -> Path:
    return max(outbox.glob(shot.source))


def _env(scratch: Path) -> dict[str, str]:
    """Return the environment in which nothing but the bundled font can be drawn with."""
    config = scratch / "fonts.conf"
    config.write_text(
        f"<fontconfig><dir>{FONTS}</dir><cachedir>{scratch / 'fonts'}</cachedir></fontconfig>"
    )
    return os.environ | {"FONTCONFIG_FILE": str(config), "TZ": "Asia/Shanghai", "LC_ALL": "C.UTF-8"}


def _cut(source: Path, shot: Shot, target: Path) -> None:
    """Copy a workbook so that nothing but the area is printed, as it looks on a screen."""
    if not shot.area:
        shutil.copyfile(source, target)
        return
    book = load_workbook(source)
    sheet = book[shot.sheet]
    book.move_sheet(sheet, -book.index(sheet))  # what is looked at is the first page
    for column in shot.hidden:
        sheet.column_dimensions[column].hidden = True
    for row in range(_HEADER + 1, shot.resume):
        sheet.row_dimensions[row].hidden = True
    for cell in (cell for row in sheet.iter_rows() for cell in row if cell.hyperlink):
        if cell.value == cell.hyperlink.location:
            cell.value = None  # openpyxl fills in the target where nothing stands
    sheet.print_area = shot.area
    sheet.print_title_rows = sheet.print_title_cols = None
    sheet.row_breaks.brk = sheet.col_breaks.brk = []
    sheet.print_options.headings = sheet.print_options.gridLines = True
    sheet.page_setup.paperSize, sheet.page_setup.orientation = _A3, "landscape"
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_setup.fitToWidth = sheet.page_setup.fitToHeight = 1
    for line in (sheet.oddHeader, sheet.oddFooter):
        for place in (line.left, line.center, line.right):
            place.text = None
    book.save(target)


def _printed(outbox: Path, scratch: Path, shot: Shot, env: dict[str, str]) -> Path:
    """Return the PDF that a shot is taken of."""
    source = _found(outbox, shot)
    if source.suffix == ".xlsx":
        return scratch / f"{shot.name}.pdf"
    if source.suffix == ".pdf":
        return source
    printed = scratch / f"{shot.name}.pdf"
    _run(
        CHROMIUM,
        *("--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer"),
        f"--user-data-dir={scratch / 'browser'}",
        f"--print-to-pdf={printed}",
        source.as_uri(),
        env=env,
    )
    return printed


def _picture(printed: Path, shot: Shot) -> Picture:
    page = _page(printed, shot)
    sized = 72.0
    rough = _drawn(printed, page, sized)
    area = _inked(rough, shot.part)
    width = area[1].stop - area[1].start
    sharp = _drawn(printed, page, sized * (WIDTH - 2 * _MARGIN) / width)
    pixels = sharp[_inked(sharp, shot.part)]
    pixels = np.pad(pixels, ((_MARGIN,) * 2, (_MARGIN,) * 2, (0, 0)), constant_values=255)
    return Picture(pixels, _words(printed, page, rough.shape[1], area[0].stop))


def _words(printed: Path, page: str, width: int, height: int) -> str:
    """Return what can be read in the upper part of a page, without blanks; sizes in points."""
    part = ("-x", "0", "-y", "0", "-W", str(width), "-H", str(height))
    told = _run("pdftotext", "-r", "72", *part, "-f", page, "-l", page, printed, "-")
    return "".join(told.decode().split())


def _page(printed: Path, shot: Shot) -> str:
    """Return the page that is meant: named, or the first that begins with the sheet's title."""
    if shot.area or not shot.sheet:
        return "1"
    if shot.sheet.isdecimal():
        return shot.sheet
    pages = _run("pdftotext", printed, "-").decode().split("\f")
    seen = [re.sub(r"\s", "", page) for page in pages]
    return str(next(n for n, page in enumerate(seen, 1) if f"：{shot.sheet}编制" in page))


def _drawn(printed: Path, page: str, dots: float) -> np.ndarray:
    return read_ppm(_run("pdftoppm", "-r", f"{dots:.3f}", "-f", page, "-l", page, printed))


def _inked(pixels: np.ndarray, part: float) -> tuple[slice, slice]:
    """Return the rows and columns within which something is drawn."""
    inked = np.less(pixels, _PAPER).any(axis=2)
    rows, columns = np.flatnonzero(inked.any(axis=1)), np.flatnonzero(inked.any(axis=0))
    last = min(rows[-1] + 1, int(len(pixels) * part))
    return slice(rows[0], last), slice(columns[0], columns[-1] + 1)


def _run(*command: str | Path, env: dict[str, str] | None = None) -> bytes:
    done = subprocess.run(command, check=True, capture_output=True, timeout=300, env=env)
    return done.stdout


def main() -> None:
    """Write the pictures of the guide anew."""
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as made:
        scratch = Path(made)
        outbox = lived(scratch / "bureau") / "outbox"
        for name, picture in taken(outbox, scratch / "drawn"):
            write(picture, target / f"{name}.png")


if __name__ == "__main__":
    main()
