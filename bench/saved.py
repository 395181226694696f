"""The same workbook as the programs of the offices save it, not as openpyxl does.

Excel and WPS write texts once for the whole workbook and in UTF-8; openpyxl writes each at its cell
and each Chinese character as a reference of eight bytes, which makes its sheets twice as heavy.
"""

from __future__ import annotations

import re
import subprocess
import zipfile
from html import unescape
from io import BytesIO
from typing import TYPE_CHECKING

from pipeline.files.seal import seal

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_REFERENCE = re.compile(r"&#(\d+);")
_ROOT = re.compile(r"<worksheet [^>]*>")
_ROW = re.compile(r'<row r="(\d+)"([^>]*)>(.*?)</row>')
_CELL = re.compile(
    r'<c r="([A-Z]+)\d+"( s="\d+")?(?: t="(\w+)")?>'
    r"(?:<is><t[^>]*>(.*?)</t></is>|<f>(.*?)</f><v>(.*?)</v>|<v>(.*?)</v>)?</c>"
)
_ITEM = re.compile(r"<si><t[^>]*>(.*?)</t></si>", re.DOTALL)
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n'
_EXCEL_ROOT = (
    f'<worksheet xmlns="{_MAIN}" xmlns:r="{_OFFICE}"'
    ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    ' mc:Ignorable="x14ac" xmlns:x14ac="http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac">'
)
_SHARED = "xl/sharedStrings.xml"
_CHAIN = "xl/calcChain.xml"
_LISTED = (("sharedStrings", _SHARED), ("calcChain", _CHAIN))


def as_excel(package: bytes, template: bytes | None = None) -> bytes:
    """Return a workbook of openpyxl as Excel 2016 saves it: the cells, texts, chain, not the rest.

    template: the workbook it was filled from, whose texts keep their numbers as they do in Excel;
    without it the texts stand in the order of the cells, as other programs write them.
    """
    with zipfile.ZipFile(BytesIO(package)) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    texts = _texts_of(template) if template else {}
    chain: list[str] = []
    number = 0
    for name, part in parts.items():
        if not name.endswith((".xml", ".rels")):
            continue
        shown = _REFERENCE.sub(_character, part.decode())
        if name.startswith("xl/worksheets/sheet"):
            number += 1
            shown = _sheet(shown, number, texts, chain)
        parts[name] = (shown if shown.startswith("<?") else _DECLARATION + shown).encode()
    parts[_SHARED] = _strings(texts)
    parts[_CHAIN] = (
        f'{_DECLARATION}<calcChain xmlns="{_MAIN}">{"".join(chain)}</calcChain>'.encode()
    )
    _list(parts)
    return _zipped(parts)


def as_libreoffice(packages: Sequence[bytes], folder: Path) -> list[bytes]:
    """Let LibreOffice open and save the workbooks; it must be installed."""
    incoming, outgoing = folder / "in", folder / "out"
    incoming.mkdir()
    paths = [incoming / f"{place:04d}.xlsx" for place, _ in enumerate(packages)]
    for path, package in zip(paths, packages, strict=True):
        path.write_bytes(seal(package, _uncalculated))
    subprocess.run(
        [  # noqa: S607 - the office program stands where the system has it
            "soffice",
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            "--headless",
            "--convert-to",
            "xlsx:Calc MS Excel 2007 XML",
            "--outdir",
            str(outgoing),
            *map(str, paths),
        ],
        check=True,
        capture_output=True,
        timeout=600,
    )
    return [(outgoing / path.name).read_bytes() for path in paths]


def _texts_of(template: bytes) -> dict[str, int]:
    """Return the numbers of the texts of a workbook that xlsxwriter wrote."""
    with zipfile.ZipFile(BytesIO(template)) as source:
        shared = source.read(_SHARED).decode()
    return {text: number for number, text in enumerate(_ITEM.findall(shared))}


def _uncalculated(_name: str, content: bytes) -> bytes:
    """Take the values of formulas away, so that the program calculates them."""
    return content.replace(b"</f><v>0</v>", b"</f><v></v>")


def _character(reference: re.Match[str]) -> str:
    number = int(reference[1])
    return chr(number) if number > ord("~") else reference[0]


def _sheet(xml: str, number: int, texts: dict[str, int], chain: list[str]) -> str:
    """Return a sheet with its texts moved to the shared ones, and note its formulas."""
    columns = max((len(_CELL.findall(row[3])) for row in _ROW.finditer(xml)), default=1)

    def row_of(row: re.Match[str]) -> str:
        cells = _CELL.sub(lambda cell: cell_of(cell, row[1]), row[3])
        return f'<row r="{row[1]}" spans="1:{columns}"{row[2]} x14ac:dyDescent="0.2">{cells}</row>'

    def cell_of(cell: re.Match[str], row: str) -> str:
        column, style, kind, text, formula, result, value = cell.groups()
        begin = f'<c r="{column}{row}"{style or ""}'
        if text is not None:
            return f'{begin} t="s"><v>{texts.setdefault(text, len(texts))}</v></c>'
        if formula is not None:
            chain.append(f'<c r="{column}{row}" i="{number}"/>')
            written = formula.replace("&quot;", '"').replace("&apos;", "'")
            return f"{begin}><f>{written}</f><v>{result or 0}</v></c>"
        if value is not None:
            return f"{begin}{f' t={kind!r}' if kind == 'b' else ''}><v>{value}</v></c>"
        return f"{begin}/>"

    return _ROOT.sub(_EXCEL_ROOT, _ROW.sub(row_of, xml), count=1)


def _strings(texts: dict[str, int]) -> bytes:
    """Return the shared texts, each with the mark that a Chinese Excel adds."""
    items = "".join(
        f'<si><t{_space(text)}>{text}</t><phoneticPr fontId="1" type="noConversion"/></si>'
        for text in texts
    )
    opening = f'<sst xmlns="{_MAIN}" count="{len(texts)}" uniqueCount="{len(texts)}">'
    return f"{_DECLARATION}{opening}{items}</sst>".encode()


def _space(text: str) -> str:
    plain = unescape(text)
    return ' xml:space="preserve"' if plain != plain.strip() else ""


def _list(parts: dict[str, bytes]) -> None:
    """Name the new parts in the content types and the relations of the workbook."""
    types, relations = "[Content_Types].xml", "xl/_rels/workbook.xml.rels"
    for kind, part in _LISTED:
        override = f'<Override PartName="/{part}" ContentType="{_TYPES}.{kind}+xml"/></Types>'
        target = part.removeprefix("xl/")
        link = (
            f'<Relationship Id="{kind}" Type="{_OFFICE}/{kind}" Target="{target}"/></Relationships>'
        )
        parts[types] = parts[types].replace(b"</Types>", override.encode())
        parts[relations] = parts[relations].replace(b"</Relationships>", link.encode())


def _zipped(parts: dict[str, bytes]) -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for name, part in parts.items():
            package.writestr(name, part)
    return target.getvalue()
