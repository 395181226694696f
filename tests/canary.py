"""A bureau whose every word is a trap: whatever leaves the house tells by whom it was typed.

Each file that comes in has a word of its own, which stands in every cell that takes free text, in
its name, its folder, its sheets, comments and properties: who finds that word in an output knows
which file it came from. Before it stands a probe: a text that some program would take for a
formula, a link, markup, a field or a command.
"""

from __future__ import annotations

import io
import logging
import os
import re
import socket
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle
from typing import TYPE_CHECKING, NoReturn

import pytest
from journeys import without_stamp
from openpyxl import load_workbook
from openpyxl.comments import Comment
from openpyxl.packaging.custom import StringProperty
from openpyxl.workbook.defined_name import DefinedName
from other_kinds import as_xls
from outputs_books import formulas, shape
from outputs_walk import walk
from packages import unzipped, zipped

from pipeline.cli.logs import start_log
from pipeline.forms.kinds import Person
from pipeline.rehearsal.clerk import open_desk, save
from pipeline.steps.compile import compile_volume
from pipeline.steps.confirm import Said, confirm, waiting
from pipeline.steps.nightly import nightly

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from journeys import Circle
    from openpyxl import Workbook
    from openpyxl.cell.cell import Cell, MergedCell
    from outputs_walk import Output

    from pipeline.forms import Field, Form
    from pipeline.forms.form import Section
    from pipeline.rehearsal.clerk import Desk

FORMULAS = (
    "=1+1",
    "+cmd|'/c calc'!A0",
    "-2+3",
    "@SUM(1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    " =1+1",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(1)",
    "'=1+1",
    '=HYPERLINK("http://x.invalid","y")',
    '=WEBSERVICE("http://x.invalid")',
    "{=1+1}",
    "\u200b=1+1",
    "#REF!",
)
MARKUP = (
    "{{7*7}}",
    "<script>alert(1)</script>",
    "{% raw %}",
    "{_{7*7}_}",
    "${7*7}",
    '" onload="x',
    "]]>",
    "<img src=x onerror=alert(1)>",
    "&lt;b&gt;",
    "<!--",
    "\\input{a}",
    '#link("http://x.invalid")[a]',
    '#eval("1+1")',
    "@ref $x^2$ *b* _i_",
    "{ INCLUDETEXT a }",
    "{ DDEAUTO cmd a }",
    "&P&N&D",
)
LINKS = (
    "http://x.invalid/a",
    "javascript:alert(1)",
    "\\\\server\\share",
    "file:///etc/passwd",
    "mailto:a@x.invalid",
    "internal:A1",
    "external:a.xlsx",
)
LETTERS = ("\u202e反", "_x0000_", "😀", "𠮷", "\ue863")
# A prime number of them: typed in turn into columns and rows they meet every column in the end.
PROBES = (*FORMULAS, *MARKUP, *LINKS, *LETTERS)
# As much as a cell takes, with the word of its file behind it.
LONG = "=" + "长" * 32_700

# The word of each file. No two share a character, and none stands anywhere else.
WORDS = {
    "zip": "银杏",
    "accepted": "丹鹤",
    "precheck": "蓝鲸",
    "returned": "玄龟",
    "old": "青鸾",
    "annex": "白泽",
    "broken": "紫貂",
    "persons": "黄鹂",
    "short": "朱雀",
    "waiting": "赤鲤",
    "unread": "墨竹",
}
# Which office sent which files; of "" nobody is sure who sent them.
SENT = {
    "YSK": ("zip", "accepted", "precheck"),
    "GKK": ("returned", "old"),
    "NYK": ("annex", "broken", "persons", "short"),
    "": ("waiting", "unread"),
}
FOLDERS = {"YSK": "预算科", "GKK": "国库科", "NYK": "农业科"}
# What the program that saved a file knows, and nobody typed into a cell.
AUTHOR, SERVER = "金雕", "鸿雁"
# The line on top of a person's form; no such form lies ready before its office has reported.
_OF_PERSONS = {'IF(A0=0,IF(A0=0,"",""&A0&""),"")'}
_ANY = "麒麟"  # stands for the word until a file is known
_ESCAPE = re.compile("_(?=x[0-9A-F]{4}_)")
_DIGITS = "phone"  # the one free field that takes no word
# What the group says to an office whose file it returns.
RULING = "翠鸟请补齐后重报"


@dataclass(frozen=True, slots=True)
class Dropped:
    """A file as it was put into the inbox."""

    key: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Canaries:
    """The bureau after its night.

    outputs: all that lies ready for somebody. known: shapes of the formulas in forms that nobody
    has filled in. log: what the program logged. calls: what anything in it wanted of the network.
    """

    circle: Circle
    outputs: list[Output]
    known: set[str]
    log: str
    calls: list[str]


def lived(circle: Circle, probes: Sequence[str] = PROBES, rows: int = 10) -> Canaries:
    """Let the bureau live through a day and its night, in a place where anybody may read."""
    root = circle.workspace.paths.root
    blank = [one for one in walk(root, {}) if one.kind == "xlsx"]
    known = {shape(formula) for one in blank for _, _, formula in formulas(one.book)} | _OF_PERSONS
    with _logging(circle.workspace.paths.archive), _listening() as calls, _open_to_all():
        dropped = played(circle, probes, rows)
    log = "".join(
        path.read_text("utf-8") for path in (circle.workspace.paths.archive / "logs").iterdir()
    )
    sent = {WORDS[one.key]: one.content for one in dropped}
    return Canaries(circle, walk(root, sent), known, log, calls)


@contextmanager
def _logging(archive: Path) -> Iterator[None]:
    """Write the log as the commands do."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    root.handlers[:] = []
    start_log(archive)
    try:
        yield
    finally:
        for handler in root.handlers[:]:
            handler.close()
        root.handlers[:] = before
        root.setLevel(level)


@contextmanager
def _listening() -> Iterator[list[str]]:
    """Yield what anybody in this process wants of the network; nobody gets it.

    The reading processes are met at a socket of the file system, which leads nowhere else.
    """
    calls: list[str] = []
    local = getattr(socket, "AF_UNIX", None)
    connect = socket.socket.connect

    def refuse(*told: object, **_: object) -> NoReturn:
        calls.append(str(told))
        raise OSError

    def connect_locally(own: socket.socket, address: str) -> None:
        if own.family != local:
            refuse(address)
        connect(own, address)

    with pytest.MonkeyPatch.context() as patch:
        for name in ("getaddrinfo", "gethostbyname", "create_connection"):
            patch.setattr(socket, name, refuse)
        patch.setattr(socket.socket, "connect_ex", refuse)
        patch.setattr(socket.socket, "connect", connect_locally)
        yield calls


@contextmanager
def _open_to_all() -> Iterator[None]:
    """Let new files be everybody's unless the program says otherwise."""
    before = os.umask(0)
    try:
        yield
    finally:
        os.umask(before)


def played(circle: Circle, probes: Sequence[str] = PROBES, rows: int = 10) -> list[Dropped]:
    """Let the bureau live through a day and its night, and return what was handed in.

    probes: each stands in some cell of each workbook, all of them in every column where there are
    as many rows.
    """
    dropped = [*drop_all(circle, probes, rows)]
    circle.run()
    circle.later(minutes=5)
    dropped += _second(circle, probes)
    circle.run()
    (short,) = [one for one in waiting(circle.workspace) if one.arrival.source != "precheck"][1:]
    confirm(circle.workspace, short.arrival.id, Said(why=RULING))
    circle.later(minutes=5)
    nightly(circle.workspace, circle.pool, circle.workspace.today, lambda _: None)
    compile_volume(circle.workspace, circle.workspace.today)
    return dropped


def drop_all(circle: Circle, probes: Sequence[str] = PROBES, rows: int = 10) -> list[Dropped]:
    """Drop what comes by day, of each kind of file and each verdict one."""
    key = circle.form.roles.level
    wrong = {key: "绿", "remark": f"{LONG}{_ANY}"}
    right, returned, annex = (
        _book(circle, office, _Trap(_ANY, probes, rows), typed)
        for office, typed in (("YSK", {}), ("GKK", wrong), ("NYK", {}))
    )
    member = reworded(right, "accepted")
    zip_ = zipped({f"{_name('zip')}/{_name('accepted')}.xlsx": member})
    unstamped = without_stamp(annex, circle.form, office=FOLDERS["GKK"])
    return [
        Dropped("accepted", member),
        _drop(circle, "zip", zip_, "预算科/=1+1", ".zip"),
        _drop(circle, "precheck", reworded(right, "precheck"), "预算科/预检"),
        _drop(circle, "returned", reworded(returned, "returned"), "国库科/{{7*7}}"),
        _drop(circle, "old", as_xls(reworded(returned, "old")), "国库科", ".xls"),
        _drop(circle, "annex", reworded(annex, "annex"), "农业科"),
        _drop(circle, "broken", f"PK\3\4{WORDS['broken']}".encode(), "农业科"),
        _drop(circle, "waiting", reworded(_furnished(unstamped), "waiting"), ""),
        _drop(circle, "unread", f"=1+1{WORDS['unread']}".encode(), "", ".txt"),
    ]


def reworded(content: bytes, key: str) -> bytes:
    """Return a workbook with the word of a file wherever the word of any stands."""
    parts = unzipped(content)
    for old, new in ((form(_ANY), form(WORDS[key])) for form in (str.encode, _referenced)):
        parts = {name: part.replace(old, new) for name, part in parts.items()}
    return zipped(parts)


def _referenced(word: str) -> bytes:
    """Return a word as openpyxl writes it into a cell."""
    return word.encode("ascii", "xmlcharrefreplace")


def _second(circle: Circle, probes: Sequence[str]) -> list[Dropped]:
    """Drop what comes after the first answers: a person's form, and a table far too short."""
    short = _book(circle, "NYK", _Trap(_ANY, probes, 1), {})
    return [
        _drop(circle, "persons", reworded(_persons(circle, probes), "persons"), "农业科"),
        _drop(circle, "short", reworded(short, "short"), "农业科"),
    ]


def _name(key: str) -> str:
    """Return what a file is called; behind the ampersand stands no letter that a system refuses."""
    return f"=1+1{{{{7*7}}}}&amp;{WORDS[key]}"


def _drop(circle: Circle, key: str, content: bytes, folder: str, suffix: str = ".xlsx") -> Dropped:
    circle.drop(content, f"{_name(key)}{suffix}", folder)
    return Dropped(key, content)


@dataclass(frozen=True, slots=True)
class _Trap:
    """What is typed into a workbook: the word of its file behind each probe, over so many rows."""

    word: str
    probes: Sequence[str]
    rows: int


def _book(circle: Circle, office: str, trap: _Trap, typed: dict[str, str]) -> bytes:
    """Return an office's workbook full of probes. typed: what else stands in its first row."""
    form = circle.form
    table = "\n".join(["风险点", *(f"第{number}点" for number in range(trap.rows))])
    desk = open_desk(circle.fill(table, office), form)
    records = range(trap.rows)
    cells = [desk.cell(record, entry.key) for record in records for entry in _free(form.table)]
    _trap_cells([*cells, *_card(desk, form)], trap)
    # A name the roster lacks is asked about, unless the row says why.
    last = trap.rows - 1
    person = next(entry for entry in form.table.fields if isinstance(entry.kind, Person))
    _type(desk.cell(last, person.key), f"=人{trap.word}")
    desk.cell(last, form.roles.answer).value = None
    for key, value in typed.items():
        _type(desk.cell(0, key), value)
    own = max(desk.match.columns.values()) + 2  # behind the form's last column, as Excel counts
    for row in range(desk.first - 1, desk.first + 2):
        _type(desk.sheet.cell(row, own), f"=1+1{trap.word}")
    _furnish(desk.book)
    return save(desk.book)


def _persons(circle: Circle, probes: Sequence[str]) -> bytes:
    """Return the form of a person of 农业科, its free boxes full of probes."""
    name = next(iter(circle.issued("NYK")))
    desk = open_desk(circle.pledged(name, "NYK"), circle.personal)
    _trap_cells(_card(desk, circle.personal), _Trap(_ANY, probes, 0))
    _furnish(desk.book)
    return save(desk.book)


def _free(section: Section) -> list[Field]:
    return [
        entry
        for entry in section.fields
        if entry.kind.free and not entry.derived and entry.key != _DIGITS
    ]


def _card(desk: Desk, form: Form) -> list[Cell]:
    return [
        desk.sheet[desk.card[entry.key]]
        for section in form.cards
        for entry in _free(section)
        if entry.key in desk.card
    ]


def _trap_cells(cells: Sequence[Cell | MergedCell], trap: _Trap) -> None:
    for cell, probe in zip(cells, cycle(trap.probes), strict=False):
        _type(cell, f"{probe}{trap.word}")


def _type(cell: Cell | MergedCell, shown: str) -> None:
    # A program that saves writes what looks like its own escape so that it is read as typed.
    cell.value = _ESCAPE.sub("_x005F_", shown)
    cell.data_type = "s"  # as a clerk types it into a cell of text: no formula


def _furnished(content: bytes) -> bytes:
    """Return a workbook with a property of its own, which went with our stamp."""
    book = load_workbook(io.BytesIO(content))
    _own_property(book)
    return save(book)


def _own_property(book: Workbook) -> None:
    own = StringProperty(name=f"own{_ANY}", value=f"=1+1{_ANY}")
    book.custom_doc_props.append(own)  # type: ignore[attr-defined]


def _furnish(book: Workbook) -> None:
    """Put in what clerks and programs leave in a workbook besides the form."""
    book.worksheets[0]["A1"].comment = Comment(f"=1+1{_ANY}", AUTHOR)
    _type(book.create_sheet(f"=1+1{_ANY}")["A1"], f"=1+1{_ANY}")
    name = f"{SERVER}{_ANY}"
    book.defined_names[name] = DefinedName(name, attr_text=f'"\\\\{SERVER}\\{_ANY}"')
    said = book.properties
    said.creator = said.lastModifiedBy = AUTHOR
    said.title = said.subject = said.keywords = said.description = f"=1+1{_ANY}"
    _own_property(book)
