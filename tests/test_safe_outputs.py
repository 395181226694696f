"""Nothing made from input is ever a formula, link, markup or code, whatever leaves the house.

The tests walk all that lies in outbox and templates after a day and a night; `outputs_books` and
`outputs_documents` say what each kind of file may hold.
"""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from canary import PROBES, WORDS, drop_all, lived
from commands import tree
from journeys import copied, opened, set_up
from office import saved_all
from ooxml import faults
from openpyxl import load_workbook
from outputs_books import MEMORY, marked_book, own_book
from outputs_documents import docx, page, pdf, record, table
from outputs_walk import READERS
from volumes import volume

from pipeline import text
from pipeline.documents.layouts import repertoire
from pipeline.documents.word import write_docx

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from canary import Canaries
    from outputs_walk import Output

# Who may read a folder of the outbox. A new one is a question of its own: to whom may it tell what?
AUDIENCES = {"各科室", "纪检组", "局党组"}


@pytest.fixture(scope="module")
def harmless() -> bytes:
    """Return a document of the bundled layout that no office had a word in."""
    return write_docx(volume())


def strange(canaries: Canaries, output: Output, harmless: bytes) -> Iterator[str]:
    """Find what does not belong into an output of its kind."""
    match output.kind:
        case "xlsx" if output.original:
            yield from marked_book(output, canaries.known)
        case "xlsx":
            yield from own_book(output, canaries.known)
        case "docx":
            yield from docx(output, harmless)
        case "pdf":
            yield from pdf(output)
        case "html":
            yield from page(output, tuple(WORDS.values()))
        case "csv":
            yield from table(output)
        case "json":
            yield from record(output)
        case kind:
            yield f"nobody says what a .{kind} may hold"


def all_strange(canaries: Canaries, harmless: bytes) -> list[str]:
    return [
        f"{output.path}: {found}"
        for output in canaries.outputs
        for found in strange(canaries, output, harmless)
    ]


def named(canaries: Canaries, *part: str) -> list[Output]:
    found = [one for one in canaries.outputs if all(said in one.path for said in part)]
    assert found, part
    return found


# What is there at all.


def test_the_walk_meets_every_kind_of_answer(canaries):
    """One accepted, returned, waiting, broken and unread; a zip, an .xls, a pre-check, a person."""
    paths = "\n".join(output.path for output in canaries.outputs)
    for said in (
        "已收请核实",
        "退回修改",
        "待确认",
        "未能读取",
        "已拆开",
        "预检_",
        "回执",
        "历史/",
    ):
        assert said in paths
    assert {output.kind for output in canaries.outputs} >= {"xlsx", "html", "docx", "pdf"}
    assert sum(bool(output.original) for output in canaries.outputs) >= 6, "marked copies"
    assert any(is_answer(one) and not one.original for one in canaries.outputs), "an .xls"


def test_nothing_lies_where_nobody_said_who_reads_it(canaries):
    folders = {output.path.split("/")[1] for output in named(canaries, "outbox/")}
    assert folders <= AUDIENCES
    assert {output.kind for output in canaries.outputs} <= READERS.keys()


# E1, E3, F2: formulas, links, markup, properties.


def test_no_output_holds_what_nobody_put_into_it(canaries, harmless):
    assert all_strange(canaries, harmless) == []


@pytest.mark.long
def test_no_probe_does_so_in_any_field(pool, harmless, tmp_path):
    """The whole product: each probe stands in each column that takes free text."""
    roomy = f"spare_rows = {len(PROBES) + 5}"
    root = set_up(tmp_path / "bureau", adjust=lambda said: said.replace("spare_rows = 12", roomy))
    circle = opened(root, pool)
    with circle.workspace:
        canaries = lived(circle, PROBES, rows=len(PROBES))
        assert all_strange(canaries, harmless) == []
        assert untold(canaries) == []


# E3, D3: what was typed is read as it was typed.


def untold(canaries: Canaries) -> list[str]:
    """Return what an output that shows the register does not show as it was typed."""
    told = {
        kind: flat(named(canaries, part)[0].text)
        for kind, part in (("register", "档案库.xlsx"), ("word", ".docx"), ("pdf", ".pdf"))
    }
    free = [
        entry for entry in canaries.circle.form.table.fields if entry.kind.free and entry.printed
    ]
    values = {
        version.payload[entry.key]
        for office in ("YSK", "NYK")
        for version in canaries.circle.register(office)
        for entry in free
    }
    return [
        f"{kind}: {value!r}"
        for kind, shown in told.items()
        for value in values
        if (drawn(value) if kind == "pdf" else flat(value)) not in shown
    ]


def flat(said: str) -> str:
    """Return a text without what breaks lines or tells elements apart: only its letters count."""
    return re.sub(r"</?w:[^<>]*>|\s|\u200b", "", said.replace("_x005F_", "_"))


def drawn(value: str) -> str:
    """Return a text as it stands on paper: without direction marks, 〓 for what no font has."""
    seen = re.sub("[\u202e]", "", value)
    return flat("".join(letter if letter in repertoire() else "〓" for letter in seen))


def test_every_probe_stands_on_record_as_it_was_typed(canaries):
    versions = canaries.circle.register("YSK")
    known = "\n".join(value for version in versions for value in version.payload.values())
    lost = [probe for probe in PROBES if f"{text.clean(probe)}{WORDS['accepted']}" not in known]
    assert lost == []


def test_what_is_on_record_is_read_in_register_word_and_pdf_as_it_was_typed(canaries):
    assert untold(canaries) == []


def test_a_page_shows_a_name_with_an_entity_in_it_letter_by_letter(canaries):
    told = {one.path: one.text for one in named(canaries, ".html") if "}}&" in one.text}
    assert len(told) > 4
    assert [path for path, shown in told.items() if re.search(r"\}\}&(?!amp;)", shown)] == []


# E5: no office program finds anything to repair.


def broken(outputs: Iterable[Output]) -> dict[str, set[str]]:
    """Return the faults of workbooks; what an office's own program did to its file is no fault."""
    told = {
        one.path: set(faults(one.data)) - set(faults(one.original) if one.original else ())
        for one in outputs
    }
    return {path: found for path, found in told.items() if found}


def test_an_answer_in_a_form_of_ours_is_whole(canaries):
    """What the library of a clerk has no part in; the others are met in the long form."""
    answers = [one for one in canaries.outputs if is_answer(one) and not one.original]
    assert answers
    assert broken(answers) == {}


def is_answer(output: Output) -> bool:
    return output.kind == "xlsx" and MEMORY in output.book.sheets


@pytest.mark.long
def test_every_workbook_is_whole(canaries):
    books = {one.data: one for one in canaries.outputs if one.kind == "xlsx"}
    assert broken(books.values()) == {}


@pytest.mark.office
def test_libreoffice_reads_in_every_workbook_what_was_written(canaries, tmp_path):
    """Saved by LibreOffice no text became a formula, and each stands where it stood."""
    books = {
        f"b{number}": output
        for number, output in enumerate(canaries.outputs)
        if output.kind == "xlsx"
        and output.path.startswith("outbox")
        and "1-待填表" not in output.path
    }
    again = saved_all(
        {name: one.data for name, one in books.items()}, tmp_path, "xlsx:Calc MS Excel 2007 XML"
    )
    for name, output in books.items():
        assert shown(again[name]) == shown(output.data), output.path


def shown(data: bytes) -> dict[str, list[tuple[str, str]]]:
    """Return the cells of each sheet that hold a text of their own; a formula is none.

    openpyxl tells the target of a link where its cell is blank, and an escape as it is stored.
    """
    book = load_workbook(io.BytesIO(data))
    return {
        sheet.title: [
            (cell.coordinate, str(cell.value).replace("_x005F_", "_"))
            for row in sheet.iter_rows()
            for cell in row
            if cell.data_type == "s" and cell.value
            if not (cell.hyperlink and cell.hyperlink.location == cell.value)
        ]
        for sheet in book.worksheets
    }


# E4, E6: no network; the same bytes anywhere.


def test_nothing_asks_for_the_network(canaries):
    assert canaries.calls == []


# The whole night as its own process. The free disk and the heartbeat are no input.
NIGHT = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from pipeline.files import operations
from pipeline.steps.compile import compile_volume
from pipeline.steps.issue import issue_templates
from pipeline.steps.nightly import nightly
from pipeline.steps.receive import reading_pool
from pipeline.workspace import open_workspace

operations.free_space = lambda folder: 10 * 1024**3
moment = datetime(2011, 9, 20, 12, tzinfo=UTC)
if __name__ == "__main__":
    with open_workspace(Path(sys.argv[1]), now=lambda: moment) as workspace:
        with reading_pool(workspace) as pool:
            nightly(workspace, pool, workspace.today, lambda _: None)
        compile_volume(workspace, workspace.today)
        list(issue_templates(workspace))
"""
# Read by every Python that starts, the reading processes included; a socket of the file system,
# at which these are met, is no network.
WITNESS = """
import os, sys

def heard(event, told):
    if event in {"socket.connect", "socket.bind"} and not isinstance(told[1], tuple):
        return
    if event in {"socket.connect", "socket.bind", "socket.getaddrinfo", "socket.gethostbyname"}:
        with open(os.environ["HEARD"], "a") as lines:
            print(event, told[1:], file=lines)

sys.addaudithook(heard)
print(os.getpid(), file=open(os.environ["HEARD"] + ".pids", "a"))
"""


@pytest.mark.long
def test_the_same_input_gives_the_same_bytes_anywhere_and_asks_no_network(prepared, pool, tmp_path):
    circle = opened(copied(prepared, tmp_path / "bureau"), pool)
    with circle.workspace as workspace:
        root = workspace.paths.root
        drop_all(circle)
    (tmp_path / "witness").mkdir()
    (tmp_path / "witness" / "sitecustomize.py").write_text(WITNESS, "utf-8")
    (tmp_path / "night.py").write_text(NIGHT, "utf-8")
    strange = {"TZ": "America/Lima", "LANG": "C", "LC_ALL": "C", "PYTHONHASHSEED": "7"}
    ends = []
    for name, cwd, umask, env in (
        ("一", tmp_path, 0o022, {"PYTHONHASHSEED": "1"}),
        ("二", root, 0o077, strange),
    ):
        copy = copied(root, tmp_path / name)
        heard = {"HEARD": str(tmp_path / f"heard{name}"), "PYTHONPATH": str(tmp_path / "witness")}
        subprocess.run(
            [sys.executable, str(tmp_path / "night.py"), str(copy)],
            cwd=cwd, env=os.environ | env | heard, check=True, umask=umask,
        )  # fmt: skip
        ends.append(tree(copy / "outbox") | tree(copy / "templates"))
    assert len(ends[0]) > 15
    assert [name for name in ends[0] if ends[0][name] != ends[1].get(name)] == []
    assert set(ends[0]) == set(ends[1])
    for name in ("一", "二"):
        pids = (tmp_path / f"heard{name}.pids").read_text().split()
        assert len(set(pids)) > 1, "the reading processes are heard too"
        assert not (tmp_path / f"heard{name}").exists()
