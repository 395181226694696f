"""What we hand out: the same bytes from the same input, and input that stays text for ever."""

from __future__ import annotations

import html
import io
import os
import re
import socket
import subprocess
import sys
import zipfile
from io import BytesIO
from typing import TYPE_CHECKING

import pypdf
import pytest
from commands import tree
from journeys import OFFICES, TWO, copied, opened, sheet_texts

from pipeline.rehearsal.clerk import open_desk, save
from pipeline.rehearsal.specimens import specimens
from pipeline.steps.compile import VOLUMES, compile_volume
from pipeline.steps.consolidate import SUMMARIES, consolidate
from pipeline.steps.nightly import nightly

if TYPE_CHECKING:
    from pathlib import Path

PROBES = (
    "=1+1",
    '=HYPERLINK("http://x.invalid","y")',
    "@SUM(1,1)",
    "+cmd|' /C calc'!A0",
    "{{7*7}}",
    "{% raw %}",
    "<script>alert(1)</script>",
    "]]><b>&amp;",
    '#eval("1+1")',
    "$x^2$ *bold* \\input{a}",
)
# The whole circle at one standing moment; the free disk and the heartbeat are no input.
CIRCLE = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from pipeline.files import operations
from pipeline.steps.compile import VOLUMES, compile_volume
from pipeline.steps.issue import issue_templates
from pipeline.steps.nightly import nightly
from pipeline.steps.receive import reading_pool
from pipeline.workspace import open_workspace

operations.free_space = lambda folder: 10 * 1024**3
moment = datetime(2011, 9, 20, 12, tzinfo=UTC)
with open_workspace(Path(sys.argv[1]), now=lambda: moment) as workspace:
    with reading_pool(workspace) as pool:
        nightly(workspace, pool, workspace.today, lambda _: None)
    compile_volume(workspace, workspace.today)
    list(issue_templates(workspace))
"""


def texts_of(path: Path) -> str:
    """Return everything that can be read in a file: each part of a package, each page."""
    data = path.read_bytes()
    if path.suffix == ".pdf":
        pages = pypdf.PdfReader(io.BytesIO(data))
        return "\n".join(page.extract_text() for page in pages.pages) + str(pages.metadata)
    if not zipfile.is_zipfile(path):
        return data.decode("utf-8")
    with zipfile.ZipFile(path) as package:
        parts = [package.read(name) for name in package.namelist()]
    return "\n".join(part.decode("utf-8", "replace") for part in parts)


def files_of(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


# Same input, same bytes.


@pytest.mark.long
def test_the_same_input_gives_the_same_bytes_anywhere(bureau, returned, tmp_path):
    bureau.drop(returned(TWO))
    bureau.drop(returned("风险点 | 风险等级\n甲 | 绿", "GKK"), "乙.xlsx", "国库科")
    bureau.drop(b"letter", "丙.docx", "农业科")
    bureau.workspace.ledger.close()
    root = bureau.workspace.paths.root
    strange = {"TZ": "America/Lima", "LANG": "C", "LC_ALL": "C", "PYTHONHASHSEED": "7"}
    ends = []
    for name, cwd, env in (("一", tmp_path, {"PYTHONHASHSEED": "1"}), ("二", root, strange)):
        copy = copied(root, tmp_path / name)
        command = [sys.executable, "-c", CIRCLE, str(copy)]
        subprocess.run(command, cwd=cwd, env=os.environ | env, check=True)
        ends.append(tree(copy / "outbox") | tree(copy / "templates"))
    assert len(ends[0]) > 15
    assert [name for name in ends[0] if ends[0][name] != ends[1].get(name)] == []
    assert set(ends[0]) == set(ends[1])


def test_what_was_changed_by_hand_is_kept_beside(bureau, returned):
    bureau.hand_in(returned(TWO))
    register, *_ = consolidate(bureau.workspace, bureau.workspace.today)
    register.write_bytes(b"the officer's own")
    bureau.later(days=1)
    consolidate(bureau.workspace, bureau.workspace.today)
    kept = register.with_stem(f"{register.stem}（人工修改20110914）")
    assert kept.read_bytes() == b"the officer's own"
    assert register.read_bytes() != b"the officer's own"


def test_what_nobody_changed_is_replaced_without_a_copy(bureau, returned):
    consolidate(bureau.workspace, bureau.workspace.today)
    bureau.hand_in(returned(TWO))
    consolidate(bureau.workspace, bureau.workspace.today)
    assert len(files_of(bureau.workspace.paths.for_group(SUMMARIES))) == 3


# Input stays text.


@pytest.fixture(scope="module")
def probed(prepared, pool, tmp_path_factory):
    """Return a bureau that filed probes in every free cell, with all its outputs written."""
    circle = opened(copied(prepared, tmp_path_factory.mktemp("probed") / "局"), pool)
    with circle.workspace as workspace:
        for office in OFFICES:
            circle.drop(_probe(circle, office), f"{office}.xlsx", "")
        circle.drop(circle.fill("风险点 | 风险等级\n第0点YSK | 绿"), "预检.xlsx", "预算科/预检")
        assert {one.verdict for one in circle.receive()} <= {"accepted", "returned"}
        nightly(workspace, pool, workspace.today, lambda _: None)
        compile_volume(workspace, workspace.today)
        yield circle


def _probe(circle, office: str) -> bytes:
    """Return an office's workbook with a probe in each free cell, marked by the office's code."""
    form = circle.form
    table = "\n".join(["风险点", *(f"第{n}点{office}" for n in range(len(PROBES)))])
    desk = open_desk(circle.fill(table, office), form)
    free = [entry for entry in form.table.fields if entry.kind.free and not entry.derived]
    cells = [
        (desk.cell(record, entry.key), PROBES[(record + column) % len(PROBES)])
        for record in range(len(PROBES))
        for column, entry in enumerate(free)
    ]
    cells.append((desk.sheet[desk.card["note"]], PROBES[0]))
    for cell, probe in cells:
        cell.value = f"{probe}{office}"
        cell.data_type = "s"
    return save(desk.book)


def test_every_probe_reaches_the_register_as_it_was_typed(probed):
    for office in OFFICES:
        values = "\n".join(
            value for version in probed.register(office) for value in version.payload.values()
        )
        missing = [probe for probe in PROBES if f"{probe}{office}" not in values]
        assert missing == []


def test_every_probe_stands_literally_in_register_and_volume(probed):
    paths = probed.workspace.paths
    register = sheet_texts(paths.for_group(SUMMARIES) / "风险信息档案库.xlsx")
    shown = "\n".join(cell for rows in register.values() for row in rows for cell in row)
    assert [probe for probe in PROBES if f"{probe}YSK" not in shown] == []
    for path in files_of(paths.for_group(VOLUMES)):
        flat = re.sub(r"<[^>]*>|\s|\u200b", "", texts_of(path))  # the page breaks long words there
        assert "{{7*7}}YSK" in flat
        assert "49YSK" not in flat


def sheets_of(path: Path | BytesIO) -> tuple[list[str], str]:
    with zipfile.ZipFile(path) as package:
        names = package.namelist()
        pages = [package.read(name) for name in names if name.startswith("xl/worksheets/")]
    return names, b"".join(pages).decode()


def formulas_of(path: Path | BytesIO) -> set[str]:
    """Return the formulas of a workbook, whatever rows they look at."""
    found = re.findall(r"<f\b[^>]*>(?:([^<]*)</f>)?", sheets_of(path)[1])
    return {re.sub(r"\$\d+", "$0", html.unescape(said)) for said in found}


def test_no_output_holds_a_formula_a_link_or_markup_of_the_input(probed, prepared):
    issued = [path for path in files_of(prepared / "outbox") if path.suffix == ".xlsx"]
    blank = [BytesIO(content) for content in specimens().values()]
    # Before any input.
    ours = set().union(*map(formulas_of, issued), *map(formulas_of, blank))
    assert "" not in ours
    for path in files_of(probed.workspace.paths.outbox):
        if path.suffix == ".xlsx":
            names, sheets = sheets_of(path)
            assert formulas_of(path) <= ours, path
            assert not [name for name in names if "externalLink" in name or "vba" in name], path
            assert "x.invalid" not in "".join(re.findall(r"<hyperlink[^>]*>", sheets)), path
        elif path.suffix == ".html":
            assert "<script" not in path.read_text("utf-8"), path


def test_no_output_names_an_author_a_machine_or_a_path(probed):
    host, root = socket.gethostname(), str(probed.workspace.paths.root)
    for path in files_of(probed.workspace.paths.outbox):
        text = texts_of(path)
        assert root not in text, path
        assert len(host) < 4 or host not in text, path
        for found in re.findall(r"<(?:dc:creator|cp:lastModifiedBy)>([^<]*)<", text):
            assert found in {"", "openpyxl"}, path
        assert not re.search(r"<(?:Company|Manager)>[^<]", text), path


def test_no_office_reads_another_offices_words(probed):
    folders = {
        code: probed.workspace.paths.for_office(office, "").resolve()
        for code, office in probed.workspace.roster.by_code.items()
    }
    assert set(folders) == set(OFFICES)
    for code, folder in folders.items():
        texts = [texts_of(path) for path in files_of(folder)]
        assert texts
        for other in set(OFFICES) - {code}:
            assert not [text for text in texts if f"点{other}" in text or f"+1{other}" in text]
