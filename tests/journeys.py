"""A bureau of three offices whose whole circle runs: templates issued, files dropped, answers read.

Tests tell a workbook as a table of the domain; columns that the table does not name are sampled
from the form, so that a new field or another bureau breaks no test.
"""

from __future__ import annotations

import io
import json
import re
import shutil
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

from openpyxl import load_workbook

from pipeline import text
from pipeline.clock import SHANGHAI
from pipeline.files import operations
from pipeline.ledger import arrivals, parts, records
from pipeline.rehearsal import Bureau, complete, config_text, demo_bureau, fill, write_roster
from pipeline.rehearsal.clerk import open_desk, save
from pipeline.rehearsal.texts import card as usual_card
from pipeline.settings import CONFIG_NAME, parse
from pipeline.steps.issue import Wanted, issue_templates
from pipeline.steps.roles import risk_form
from pipeline.steps.run import RunReport, run
from pipeline.steps.told import restored_findings
from pipeline.workbook.headers import position
from pipeline.workspace import Workspace, open_workspace
from pipeline.workspace.paths import ROSTER_NAME

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from pipeline.findings import Finding
    from pipeline.forms import Form
    from pipeline.ledger.rows import Arrival, StoredPart, VersionRow
    from pipeline.reading.pool import ReadingPool

OFFICES = ("YSK", "GKK", "NYK")
ROUNDS = ("screening", "control")
NOON = datetime(2011, 9, 13, 12, 0, tzinfo=SHANGHAI).astimezone(UTC)
# One row a line; the shortest workbook that says something.
TWO = """
    风险点
    收入不入账
    拨款无依据
"""


def small_bureau() -> Bureau:
    """Return three offices of the demo bureau with their people."""
    whole = demo_bureau()
    offices = tuple(
        replace(whole.office(code), order=order) for order, code in enumerate(OFFICES, 1)
    )
    people = tuple(person for person in whole.people if person.office in OFFICES)
    return replace(whole, offices=offices, people=people)


HEAD, DEPUTY, CLERK = (person.name for person in small_bureau().staff("YSK")[:3])
# A table of 预算科 from which two of its people have something to commit themselves to.
PLEDGED = f"""
    风险点       | 危害后果             | A角     | 岗位名称
    收入不入账   | 可能构成违法或犯罪   | {HEAD}  | 科长岗
    拨款无依据   | 符合党政纪处分规定   | {HEAD}  | 科长岗
    资料不齐     | 未达到党政纪处分程度 | {CLERK} | 科长岗
"""


def small_config(text_: str) -> str:
    """Return a configuration under which nothing waits and little is written."""
    return text_.replace("stable_seconds = 3", "stable_seconds = 0").replace(
        "spare_rows = 50", "spare_rows = 12"
    )


def without_personal_forms(text_: str) -> str:
    """Return a configuration of a campaign that asks for no 附件2."""
    deadline = re.compile(r'\[\[campaign\.deadlines\]\]\nform = "附件2"[^\n]*\n[^\n]*\n[^\n]*\n')
    left, count = deadline.subn("", text_)
    assert count == 1
    return left


def set_up(folder: Path, bureau: Bureau | None = None, adjust: Callable[[str], str] = str) -> Path:
    """Make the workspace of a bureau, the small one by default, with the templates of all rounds.

    adjust: changes the text of config.toml.
    """
    bureau = bureau or small_bureau()
    config = adjust(small_config(config_text(bureau))).encode()
    operations.write_new(folder / CONFIG_NAME, config)
    operations.write_new(folder / ROSTER_NAME, write_roster(bureau, parse(config)))
    with open_workspace(folder, now=lambda: NOON) as workspace:
        for round_ in ROUNDS:
            for _ in issue_templates(workspace, Wanted(round=round_)):
                pass
    return folder


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file."""

    arrival: Arrival
    part: StoredPart | None
    answer: Path
    circle: Circle

    @property
    def verdict(self) -> str | None:
        return self.arrival.verdict

    @property
    def reason(self) -> str:
        return self.arrival.reason

    @property
    def findings(self) -> tuple[Finding, ...]:
        return restored_findings(self.part.findings) if self.part else ()

    @property
    def codes(self) -> list[str]:
        """Return what was found as "F202 risk_level 2": code, field, number of the row."""
        return [self._told(finding) for finding in self.findings]

    @property
    def answered(self) -> list[str]:
        """Return the codes of the questions that the file itself answers."""
        assert self.part
        return [entry["code"] for entry in json.loads(self.part.sheets)["answered"]]

    def _told(self, finding: Finding) -> str:
        if not finding.place.cell:
            return finding.code
        desk = self.circle.desk(self.arrival, self.part.form if self.part else "")
        named = {cell: key for key, cell in desk.card.items()}
        if finding.place.cell in named:
            return f"{finding.code} {named[finding.place.cell]}"
        row, column = position(finding.place.cell)
        keys = {place: key for key, place in desk.match.columns.items()}
        key = keys.get(column, "(own)")
        return f"{finding.code} {key} {row + 2 - desk.first}"


@dataclass(slots=True)
class Circle:
    """The workspace at work. The clock stands until it is moved."""

    workspace: Workspace
    pool: ReadingPool
    moment: list[datetime]
    bureau: Bureau

    @property
    def form(self) -> Form:
        return risk_form(self.workspace)

    @property
    def inbox(self) -> Path:
        return self.workspace.paths.inbox

    def later(self, **span: float) -> None:
        """Move the clock on."""
        self.moment[0] += timedelta(**span)

    def template(self, office: str = "YSK", round_: str = "control") -> bytes:
        """Return the workbook as it was issued to an office."""
        name = self.workspace.settings.campaign.round(round_).name
        folder = self.workspace.paths.for_office(self.workspace.roster.by_code[office], "1-待填表")
        return next(folder.glob(f"{self.form.title}_*_{name}.xlsx")).read_bytes()

    @property
    def personal(self) -> Form:
        """Return the form of persons."""
        return next(form for form in self.workspace.forms if form.keeper == "person")

    def issued(self, office: str = "YSK") -> dict[str, bytes]:
        """Return the forms of persons that lie ready for an office, by the name in the file's."""
        folder = self.workspace.paths.for_office(self.workspace.roster.by_code[office], "1-待填表")
        files = sorted(folder.glob(f"{self.personal.title}_*.xlsx"))
        return {path.stem.split("_")[2]: path.read_bytes() for path in files}

    def pledged(self, name: str, office: str = "YSK", **card: str) -> bytes:
        """Return a person's form with the card filled in; what is not named is sampled."""
        return pledged(self.issued(office)[name], self.personal, **card)

    def drop(self, content: bytes, name: str = "附表1.xlsx", folder: str = "预算科") -> Path:
        """Put a file into the inbox; folder "" is the root."""
        path = self.inbox / folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    def run(self) -> RunReport:
        """Receive once what lies in the inbox."""
        return run(self.workspace, self.pool, lambda _: None)

    def receive(self) -> list[Outcome]:
        """Receive what lies in the inbox and return what became of it, in order of arrival."""
        report = self.run()
        came = sorted((*report.received, *report.prechecked), key=lambda one: one.id)
        return [self.outcome(arrival.id) for arrival in came]

    def hand_in(self, content: bytes, name: str = "附表1.xlsx", folder: str = "预算科") -> Outcome:
        """Drop a file, receive it a minute later and return what became of it."""
        self.later(minutes=1)
        self.drop(content, name, folder)
        (outcome,) = self.receive()
        return outcome

    def outcome(self, number: int) -> Outcome:
        with self.workspace.ledger.reading() as db:
            arrival = arrivals.get(db, number)
            filed = parts.of_arrival(db, number)
        answer = self.workspace.paths.outbox / json.loads(arrival.answer)["path"]
        return Outcome(arrival, filed[0] if filed else None, answer, self)

    def desk(self, arrival: Arrival, code: str = ""):
        """Return the original of an arrival opened at a form, 附表1 where none is named."""
        form = next((form for form in self.workspace.forms if form.code == code), self.form)
        with self.workspace.ledger.reading() as db:
            place = self.workspace.ledger.originals.locate(db, arrival.sha256)
        assert place
        return open_desk(place.read_bytes(), form)

    def register(self, office: str = "YSK") -> list[VersionRow]:
        """Return what is on record of an office, in the order of the records."""
        with self.workspace.ledger.reading() as db:
            return list(records.current_versions(db, self.form.code, office=office))

    def numbers(self, office: str = "YSK") -> list[str | None]:
        return [version.number for version in self.register(office)]

    def told(self, office: str = "YSK") -> list[tuple[str | None, str, str]]:
        """Return (number, risk point, class of the change) of what is on record."""
        key = self.form.roles.match[-1]
        return [
            (version.number, version.payload[key], version.class_)
            for version in self.register(office)
        ]

    def fill(
        self,
        table: str,
        office: str = "YSK",
        round_: str = "control",
        card: Mapping[str, str] | None = None,
    ) -> bytes:
        """Return the office's workbook filled with a table; see `rows_of`."""
        entered = tuple(sorted((card or {}).items()))
        who = (self.bureau, office)
        return _filled(self.template(office, round_), self.form, who, table, entered)


@cache
def _filled(
    template: bytes,
    form: Form,
    who: tuple[Bureau, str],
    table: str,
    entered: tuple[tuple[str, str], ...],
) -> bytes:
    bureau, office = who
    card = usual_card(bureau, bureau.office(office), form) | dict(entered)
    return fill(template, form, rows_of(form, table, bureau.scope(office)), card)


def opened(folder: Path, pool: ReadingPool, bureau: Bureau | None = None) -> Circle:
    """Return the circle of a folder made by `set_up`; the caller closes its workspace."""
    moment = [NOON]
    workspace = open_workspace(folder, now=lambda: moment[0])
    return Circle(workspace, pool, moment, bureau or small_bureau())


def rows_of(form: Form, table: str, scope) -> list[dict[str, str]]:
    """Return the rows of a table: a line of headers, a line a row, cells parted by "|"."""
    head, *lines = [line.strip() for line in table.strip().splitlines()]
    keys = [_key(form, header) for header in head.split("|")]
    said = [
        dict(zip(keys, (cell.strip() for cell in line.split("|")), strict=True)) for line in lines
    ]
    silent = {form.roles.number: "", form.roles.answer: ""}
    return [
        complete(form, silent | {form.roles.match[-1]: f"风险{n}"} | row, scope) | row
        for n, row in enumerate(said, 1)
    ]


def _key(form: Form, header: str) -> str:
    wanted = text.key(header)
    return next(
        entry.key
        for entry in form.table.fields
        if wanted in {text.key(label) for label in entry.labels} or header.strip() == entry.key
    )


def copied(source: Path, target: Path) -> Path:
    """Return a copy of a workspace."""
    shutil.copytree(source, target)
    return target


def without_stamp(content: bytes, form: Form, *, office: str | None = None) -> bytes:
    """Return the workbook as it looks after its cells were pasted into a new one."""
    desk = open_desk(content, form)
    book = desk.book
    for sheet in [sheet for sheet in book.worksheets if sheet.sheet_state == "veryHidden"]:
        book.remove(sheet)
    for name in [name for name in book.defined_names if name.startswith("yg_")]:
        del book.defined_names[name]
    properties = book.custom_doc_props  # type: ignore[attr-defined]
    for name in list(properties.names):
        del properties[name]
    desk.sheet[desk.card["form_number"]].value = None
    if office is not None:
        desk.sheet[desk.card["office_name"]].value = office
    return save(book)


def sheet_texts(path: Path) -> dict[str, list[list[str]]]:
    """Return all texts of a workbook by sheet."""
    book = load_workbook(io.BytesIO(path.read_bytes()))
    return {
        sheet.title: [["" if cell is None else str(cell) for cell in row] for row in sheet.values]
        for sheet in book.worksheets
    }


def pledged(content: bytes, form: Form, person: str = "", **card: str) -> bytes:
    """Return a form of a person filled in; `person` names the sheet where there are several."""
    typed = [entry for section in form.cards for entry in section.fields if not entry.derived]
    usual = {entry.key: entry.example for entry in typed if entry.required}
    return fill(content, form, (), usual | card, person)


def again(content: bytes, form: Form, record: int, **values: str) -> bytes:
    """Return a workbook with other values typed into one row."""
    desk = open_desk(content, form)
    for key, value in values.items():
        desk.cell(record, key).value = value or None
    return save(desk.book)
