"""The tables that leave: what each column is called and holds, and where its rows come from."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING

from pipeline.exports import Column, Reference, Resource, column_of
from pipeline.files import names
from pipeline.findings import CATALOGUE, SHOWN
from pipeline.ledger import arrivals, parts, records
from pipeline.model import Office
from pipeline.monitor import State
from pipeline.steps.answers import answered_in
from pipeline.steps.offices import offices_on_record
from pipeline.steps.progress import progress_lines
from pipeline.steps.register import register_frame
from pipeline.steps.roles import levels_of, risk_form
from pipeline.steps.sources import EXTRA, sources_of
from pipeline.vocab import CHANGES, IN_FORCE, VERDICTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from sqlalchemy import Connection

    from pipeline.exports.resource import Row
    from pipeline.forms import Form
    from pipeline.ledger.rows import Arrival, StoredPart, VersionRow
    from pipeline.steps.sources import Sources
    from pipeline.workspace import Workspace

_STATUS = (IN_FORCE, *CHANGES.values())
_OFFICE = Column("office", "单位代码", note="见offices。")
_TO_OFFICE = Reference(("office",), "offices", ("code",))
_TO_ARRIVAL = Reference(("arrival",), "arrivals", ("arrival",))
_PART = Column("part", "表的编号", "integer", "一个文件里每张表一个，不重复使用。", required=True)
_ARRIVAL = Column("arrival", "收件编号", "integer", "见arrivals。")


def tables_of(workspace: Workspace, day: date, *, people: bool) -> tuple[Resource, ...]:
    """Return every table as the archive stood at the end of `day`.

    people: with the persons of the roster.
    """
    form = risk_form(workspace)
    with workspace.ledger.reading() as db:
        came = [one for one in arrivals.decided_by(db, day) if one.source != "precheck"]
        filed = parts.parts(db, on=day)
        found = (
            _register(workspace, form, day),
            _history(workspace, db, form, day),
            _progress(workspace, day),
            _arrivals(workspace, came, filed),
            _parts(workspace, filed),
            _findings(filed),
            _offices(workspace, day, filed),
        )
    return (*found, _people(workspace)) if people else found


def _register(workspace: Workspace, form: Form, day: date) -> Resource:
    frame = register_frame(workspace, form, day)
    columns = _register_columns(workspace, form)
    rows = list(zip(*(frame[column.key].tolist() for column in columns), strict=True))
    latest = Reference(("number", "version"), "history", ("number", "version"))
    return Resource("register", "风险点现状", columns, rows, ("number",), (_TO_OFFICE, latest))


def _register_columns(workspace: Workspace, form: Form) -> tuple[Column, ...]:
    """Return the columns of the form and of the register, each of `register_frame` once."""
    level = form.table.field(form.roles.level).header
    words = levels_of(form)
    options = words.names if words else ()
    own = (
        Column("number", "风险编号", note="永不改变，不重复使用。", required=True),
        Column("office", "单位代码", note="见offices。", required=True),
        Column("office_name", "单位", required=True),
        Column("office_order", "单位次序", "integer", required=True),
        Column("status", "状态", note="待核销的仍然计数。", options=_STATUS, required=True),
        Column("filled_level", f"填报{level}", note="单位填写的。", options=options),
        Column("raised_level", f"就高{level}", note="按后果和以前的等级就高。", options=options),
        Column("fixed_level", f"审定{level}", note="局里审定的，未审定为空。", options=options),
        Column("level_state", "审定进度", required=True),
        Column("fixed_by", "审定人"),
        Column("fixed_on", "审定日期", "date"),
        Column("level", f"现行{level}", note="汇总按这一栏计数。", options=options),
        Column("level_rank", "等级高低", "integer", "1最高，0为没有等级。", required=True),
        Column("version", "版本", "integer", "现状是第几个版本，见history。", required=True),
        Column("since", "登记日期", "date", required=True),
        Column("source", "来源", note="文件!工作表!单元格。"),
    )
    declared = [column for column in _form_columns(workspace, form) if column.key not in _keys(own)]
    return (*declared, *own)


def _keys(columns: Sequence[Column]) -> set[str]:
    return {column.key for column in columns}


def _form_columns(workspace: Workspace, form: Form) -> tuple[Column, ...]:
    rounds = {entry.key: entry.name for entry in workspace.settings.campaign.rounds}
    return tuple(column_of(field, rounds) for field in form.table.fields)


_HISTORY = (
    Column("record", "登记号", "integer", "没有编号的行（本岗位没有风险点）也有。", required=True),
    Column("version", "版本", "integer", "同一登记号从1数起。", required=True),
    Column("number", "风险编号"),
    _OFFICE,
    Column("at", "登记时间", "datetime", "北京时间。", required=True),
    Column("change", "变化", options=tuple(CHANGES.values()), required=True),
    Column("status", "状态", options=_STATUS, required=True),
    Column("level_in_force", "当时的等级", note="有审定的按审定，没有的按就高。"),
    Column("level_raised", "当时的就高等级"),
    Column("level_fixed", "当时的审定等级"),
    Column("arrival", "收件编号", "integer", "局里直接决定的为空；见arrivals。"),
    Column("source", "来源", note="文件!工作表!单元格。"),
)
_OWN_COLUMNS = Column("own_columns", "单位自己加的栏", note="JSON：表头和内容；没有的为空。")


def _history(workspace: Workspace, db: Connection, form: Form, day: date) -> Resource:
    """Return every version of every record, with what it said."""
    versions = records.histories(db, form.code, on=day)
    sources = sources_of(db, versions)
    rows: list[Row] = []
    counted = 0
    for before, version in zip((None, *versions), versions, strict=False):
        counted = counted + 1 if before and before.record == version.record else 1
        rows.append(_version(form, version, counted, sources))
    columns = (*_HISTORY, *_form_columns(workspace, form), _OWN_COLUMNS)
    key = ("record", "version")
    return Resource("history", "历次版本", columns, rows, key, (_TO_OFFICE, _TO_ARRIVAL))


def _version(form: Form, version: VersionRow, counted: int, sources: Sources) -> Row:
    said = version.payload
    own = {key.removeprefix(EXTRA): text for key, text in said.items() if key.startswith(EXTRA)}
    point = form.roles.match[-1] if form.roles.match else form.roles.number
    return (
        *(version.record, counted, version.number or "", version.office, version.at),
        CHANGES[version.class_],
        CHANGES.get(version.status, IN_FORCE),
        *(version.level, version.raised, version.fixed),
        *(version.arrival, sources.source(version, point)),
        *(said.get(key, "") for key in form.table.keys),
        json.dumps(own, ensure_ascii=False) if own else "",
    )


_PROGRESS = (
    _OFFICE,
    Column("form", "表", required=True),
    Column("person", "人员", note="按单位报送的表为空。"),
    Column("state", "状态", options=tuple(state.value for state in State), required=True),
    Column("due", "期限", "date"),
    Column("first_received", "首报日期", "date"),
    Column("accepted_on", "收下日期", "date"),
    Column("late_days", "迟报天数", "integer", required=True),
    Column("questions", "待核实项数", "integer", required=True),
    Column("verify_by", "核实期限", "date"),
    Column("agreement", "与附表1比对"),
)


def _progress(workspace: Workspace, day: date) -> Resource:
    rows = [
        (
            *(line.office.code, line.form, line.person, line.state.value, line.due),
            *(line.first_received, line.accepted_on, line.late_days, line.questions),
            *(line.verify_by, str(line.agreement or "")),
        )
        for line in progress_lines(workspace, day)
    ]
    key = ("office", "form", "person")
    return Resource("progress", "报送进度", _PROGRESS, rows, key, (_TO_OFFICE,))


_ARRIVALS = (
    Column("arrival", "收件编号", "integer", "按收到的先后，不重复使用。", required=True),
    Column("name", "文件名", required=True),
    Column("folder", "收件夹"),
    Column("parent", "所在压缩包", "integer", "压缩包的收件编号。"),
    Column("office", "单位代码", note="只有一个单位的才填，见offices；逐张表见parts。"),
    Column("form", "表", note="只有一种表的才填。"),
    Column("verdict", "结果", options=tuple(VERDICTS.values()), required=True),
    Column("reason", "原因代码", note="见docs/codes.md。", required=True),
    Column("meaning", "原因", required=True),
    Column("received_at", "收到时间", "datetime", "北京时间。", required=True),
    Column("decided_at", "办结时间", "datetime", "北京时间。", required=True),
    Column("bytes", "字节数", "integer", required=True),
    Column("sha256", "原件SHA-256", required=True),
    Column("config", "配置SHA-256", note="办理时的config.toml。"),
    Column("roster", "名册SHA-256", note="办理时的roster.xlsx。"),
)


def _arrivals(
    workspace: Workspace, came: Sequence[Arrival], filed: Sequence[StoredPart]
) -> Resource:
    """Return every file handed in; one only pre-checked counts nowhere."""
    titles = {form.code: form.title for form in workspace.forms}
    by_arrival = defaultdict(list)
    for part in filed:
        by_arrival[part.arrival].append(part)
    rows = []
    for one in came:
        own = by_arrival[one.id]
        offices, forms = {part.office for part in own}, {part.form for part in own}
        rows.append(
            (
                *(one.id, names.shown(one.name), names.shown(one.folder), one.parent),
                offices.pop() if len(offices) == 1 else "",
                titles.get(forms.pop(), "") if len(forms) == 1 else "",
                *(VERDICTS[one.verdict or "returned"], one.reason, CATALOGUE[one.reason].meaning),
                *(one.claimed_at, one.decided_at, one.size, one.sha256, one.config, one.roster),
            )
        )
    zipped = Reference(("parent",), "arrivals", ("arrival",))
    return Resource("arrivals", "收件", _ARRIVALS, rows, ("arrival",), (_TO_OFFICE, zipped))


_PARTS = (
    _PART,
    _ARRIVAL,
    Column("form", "表", required=True),
    _OFFICE,
    Column("person", "人员编号", note="按单位报送的表为空。"),
    Column("round", "轮次", note="config.toml里的编码。"),
    Column("verdict", "结果", options=tuple(VERDICTS.values()), required=True),
    Column("reason", "原因代码", note="见docs/codes.md。", required=True),
    Column("meaning", "原因", required=True),
    Column("questions", "请核实项数", "integer", "收下时的。", required=True),
)


def _parts(workspace: Workspace, filed: Sequence[StoredPart]) -> Resource:
    titles = {form.code: form.title for form in workspace.forms}
    rows = [
        (
            *(part.id, part.arrival, titles.get(part.form, part.form), part.office, part.person),
            *(part.round, VERDICTS[part.verdict], part.reason, CATALOGUE[part.reason].meaning),
            part.questions,
        )
        for part in filed
    ]
    return Resource("parts", "逐张表的结果", _PARTS, rows, ("part",), (_TO_OFFICE, _TO_ARRIVAL))


_FINDINGS = (
    _PART,
    Column("position", "次序", "integer", "同一张表从1数起。", required=True),
    Column("code", "问题代码", note="见docs/codes.md。", required=True),
    Column("class", "类别", options=tuple(SHOWN.values()), required=True),
    Column("meaning", "问题", required=True),
    Column("sheet", "工作表"),
    Column("cell", "单元格"),
    Column("column", "栏目"),
    Column("message", "说明", note="发给单位的原话，可能引用单元格的内容。", required=True),
    Column("reply", "情况说明", note="单位的答复；未答复的为空。"),
)


def _findings(filed: Sequence[StoredPart]) -> Resource:
    rows = [row for part in filed for row in _findings_of(part)]
    to_part = Reference(("part",), "parts", ("part",))
    return Resource("findings", "检查发现", _FINDINGS, rows, ("part", "position"), (to_part,))


def _findings_of(part: StoredPart) -> Iterator[Row]:
    """Yield what was found in a part: what is open, then what the file itself answers."""
    found = [*json.loads(part.findings), *answered_in(part.sheets)]
    for place, one in enumerate(found, 1):
        yield (
            *(part.id, place, one["code"], SHOWN[one["class"]], CATALOGUE[one["code"]].meaning),
            *(one["sheet"], one["cell"], one["column"], one["message"], one.get("reply", "")),
        )


_OFFICES = (
    Column("code", "单位代码", required=True),
    Column("name", "单位", required=True),
    Column("order", "次序", "integer", "名册里没有的排在最后。", required=True),
    Column("kind", "性质"),
    Column("closed", "撤销日期", "date"),
)


def _offices(workspace: Workspace, day: date, filed: Sequence[StoredPart]) -> Resource:
    """Return the offices of the roster, and those it no longer names but that are on record."""
    known = {one.code: one for one in offices_on_record(workspace, risk_form(workspace), day)}
    known |= workspace.roster.by_code
    last = max((one.order for one in known.values()), default=0) + 1
    gone = {part.office for part in filed if part.office} - known.keys()
    found = [*known.values(), *(Office(code, code, last) for code in gone)]
    rows = [
        (one.code, one.name, one.order, one.kind, one.closed)
        for one in sorted(found, key=lambda one: (one.order, one.code))
    ]
    return Resource("offices", "单位", _OFFICES, rows, ("code",))


_PEOPLE = (
    Column("code", "人员编号", required=True),
    Column("name", "姓名", required=True),
    _OFFICE,
    Column("posts", "岗位", note="几个岗位用顿号隔开。"),
    Column("title", "职务"),
    Column("tier", "岗位层次"),
    Column("joined", "到岗日期", "date"),
    Column("left", "离岗日期", "date"),
)


def _people(workspace: Workspace) -> Resource:
    rows = [
        (
            *(one.code, one.name, one.office, "、".join(one.posts), one.title, one.tier),
            *(one.joined, one.left),
        )
        for one in workspace.roster.people
    ]
    return Resource("people", "人员", _PEOPLE, rows, ("code",), (_TO_OFFICE,))
