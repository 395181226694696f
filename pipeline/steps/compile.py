"""Compiling the volumes (汇编): 第二册 风险点及防控措施, as Word and PDF."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.documents.pdf import write_pdf
from pipeline.documents.volume import Chapter, Column, Paint, Table, Volume
from pipeline.documents.word import write_docx
from pipeline.steps.consolidate import MARK
from pipeline.steps.offices import offices_on_record
from pipeline.steps.publish import Outgoing, publish
from pipeline.steps.register import register_frame, scope_of
from pipeline.steps.roles import risk_form
from pipeline.summaries.edition import legend_line
from pipeline.tables.counting import SHARE
from pipeline.tables.reports import office_by_level

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

    import pandas as pd

    from pipeline.forms import Field, Form
    from pipeline.model import Office
    from pipeline.workspace import Workspace

VOLUMES = "汇编"
_TITLE = "第二册 风险点及防控措施"
_EMPTY = "本单位尚无已收的风险点。"
_OFFICE_WIDTH, _COUNT_WIDTH = 4.0, 2.0


@dataclass(frozen=True, slots=True)
class Compiled:
    """Where a volume lies; replaced: characters the PDF's font lacks, printed as 〓."""

    paths: tuple[Path, ...]
    replaced: tuple[str, ...]
    risks: int


def compile_volume(workspace: Workspace, day: date) -> Compiled:
    """Write the second volume as it stood at the end of `day`."""
    form = risk_form(workspace)
    register = register_frame(workspace, form, day)
    volume = risk_volume(workspace, form, register, day)
    layouts = workspace.paths.root / "templates"
    pdf = write_pdf(volume, _own(layouts / "typ" / "volume.typ"))
    word = write_docx(volume, _own(layouts / "docx" / "volume.docx"))
    folder = workspace.paths.for_group(VOLUMES)
    with workspace.ledger.writer():
        paths = publish(
            workspace,
            Outgoing(folder / f"{_TITLE}.docx", word),
            Outgoing(folder / f"{_TITLE}.pdf", pdf.data),
        )
    return Compiled(paths, pdf.replaced, len(register))


def _own(layout: Path) -> Path | None:
    """Return the bureau's own layout where it has one."""
    return layout if layout.exists() else None


def risk_volume(workspace: Workspace, form: Form, register: pd.DataFrame, day: date) -> Volume:
    """Return the volume as values: an overview, then a chapter an office in official order."""
    settings = workspace.settings
    by_office = {str(code): rows for code, rows in register.groupby("office", sort=False)}
    offices = offices_on_record(workspace, form, day)
    fields = _columns(form)
    group = settings.leading_group
    return Volume(
        bureau=settings.bureau.name,
        campaign=f"“{settings.campaign.name}”活动",
        title=_TITLE,
        edition_date=day,
        foreword=_foreword(workspace, register, len(by_office), len(offices)),
        legend=legend_line(settings.levels),
        mark=MARK,
        leading_group=(
            ("组长", group.head),
            ("副组长", "、".join(group.deputies)),
            ("成员", "、".join(group.members)),
        ),
        totals_title="各单位风险点统计",
        totals=_totals(workspace, form, register, day),
        chapters=tuple(
            Chapter(
                title=office.name,
                facts=_facts(office, by_office.get(office.code), settings.levels.names),
                table=Table(
                    tuple(map(_column, fields)), _rows(form, fields, by_office.get(office.code))
                ),
                empty=_EMPTY,
            )
            for office in offices
        ),
    )


def _foreword(
    workspace: Workspace, register: pd.DataFrame, reported: int, offices: int
) -> tuple[str, ...]:
    settings = workspace.settings
    counts = register["level"].value_counts().to_dict()
    levels = "、".join(f"“{name}”{counts.get(name, 0)}个" for name in settings.levels.names)
    return (
        (
            f"本册收录{settings.bureau.name}各科室、直属单位在“{settings.campaign.name}”活动中排查确定的"
            f"岗位廉政和职务犯罪风险点及其防控措施，按单位顺序编排，每个单位一章。"
        ),
        (
            f"全局{offices}个单位，已收{reported}个，共登记风险点{len(register)}个，其中{levels}。"
            "风险等级按就高不就低的原则确定。"
        ),
        "本册数据取自风险信息档案库。栏内文字为各单位填报原文，写法已统一。",
    )


def _columns(form: Form) -> list[Field]:
    """Return the printed fields of the table that say something of the risk itself."""
    return [entry for entry in form.table.fields if entry.printed]


def _column(entry: Field) -> Column:
    words = entry.kind.vocabulary
    paints: Mapping[str, Paint] = (
        {term.name: Paint(term.fill, term.font) for term in words.terms if term.fill}
        if words
        else {}
    )
    return Column(entry.header, entry.width, entry.kind.centred, paints)


def _rows(
    form: Form, fields: list[Field], rows: pd.DataFrame | None
) -> tuple[tuple[str, ...], ...]:
    """Return the cells of an office's chapter; the level shown is the one in force."""
    if rows is None:
        return ()
    columns = ["level" if entry.key == form.roles.level else entry.key for entry in fields]
    numbered = rows.assign(
        **{
            entry.key: [str(number) for number in range(1, len(rows) + 1)]
            for entry in fields
            if entry.derived and entry.derived.of == "row"
        },
    )
    return tuple(tuple(map(str, row)) for row in numbered[columns].itertuples(index=False))


def _facts(
    office: Office, rows: pd.DataFrame | None, levels: tuple[str, ...]
) -> tuple[tuple[str, str], ...]:
    counts = rows["level"].value_counts().to_dict() if rows is not None else {}
    total = sum(counts.values())
    listed = "、".join(f"{level}{counts.get(level, 0)}" for level in levels)
    return (
        ("主要负责人", office.head or "—"),
        ("分管局领导", office.leader or "—"),
        ("风险点", f"{total}个（{listed}）"),
    )


def _totals(workspace: Workspace, form: Form, register: pd.DataFrame, day: date) -> Table:
    scope = scope_of(workspace, form, day)
    frame = office_by_level(register, scope)
    paints = {
        term.name: Paint(term.fill, term.font)
        for term in workspace.settings.levels.terms
        if term.fill
    }
    columns = (
        Column(str(frame.index.name), _OFFICE_WIDTH),
        *(Column(str(name), _COUNT_WIDTH, centred=True, paints=paints) for name in frame.columns),
    )
    rows = tuple(
        (str(office), *map(_counted, frame.columns, values))
        for office, *values in frame.itertuples()
    )
    return Table(columns, rows)


def _counted(column: object, value: float) -> str:
    return f"{value:.1%}" if column == SHARE else str(value)
