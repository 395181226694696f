"""A table as WordprocessingML.

Written as text: python-docx finds a cell by counting all of them (quadratic), and a loop in the
layout cannot set the widths, which LibreOffice reads from the grid and Word from the cells.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from markupsafe import Markup

from pipeline.documents.measure import capacities, tall

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.documents.volume import Column, Paint, Table

# The styles of the layout; Word takes its normal style where a layout lacks them.
TABLE_STYLE = "TableGrid"
HEAD_STYLE = "VolumeTableHead"
TEXT_STYLE = "VolumeTableText"
_HEAD_FILL = "EBEBEB"
_MARGINS = (  # Word's own 1.9 mm leaves a narrow column no room for two digits
    '<w:tblCellMar><w:top w:w="40" w:type="dxa"/><w:left w:w="70" w:type="dxa"/>'
    '<w:bottom w:w="40" w:type="dxa"/><w:right w:w="70" w:type="dxa"/></w:tblCellMar>'
)
_TWIPS = 1440 / 25.4  # in a millimetre


def table_xml(table: Table, millimetres: float) -> Markup:
    """Return the table in the width given; the header repeats, rows stay whole unless tall."""
    widths = tuple(round(millimetres * _TWIPS * share) for share in table.shares())
    rooms = capacities(table, millimetres)
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    rows = (_row(table.columns, row, widths, whole=not tall(row, rooms)) for row in table.rows)
    return Markup(  # noqa: S704 - every text in it went through _literal
        f'<w:tbl><w:tblPr><w:tblStyle w:val="{TABLE_STYLE}"/>'
        f'<w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:jc w:val="center"/>'
        f'<w:tblLayout w:type="fixed"/>{_MARGINS}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>'
        f"{_header(table.columns, widths)}{''.join(rows)}</w:tbl>"
    )


def _header(columns: tuple[Column, ...], widths: Iterable[int]) -> str:
    """Return the header row, repeated on every page."""
    cells = "".join(
        _cell(
            f'{_properties(width, _HEAD_FILL)}<w:vAlign w:val="center"/>',
            _paragraph(HEAD_STYLE, "", _run(column.header)),
        )
        for column, width in zip(columns, widths, strict=True)
    )
    return f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{cells}</w:tr>"


def _row(
    columns: tuple[Column, ...], row: tuple[str, ...], widths: Iterable[int], *, whole: bool
) -> str:
    """Return a row; `whole` keeps it on one page."""
    cells = "".join(
        _body_cell(column, text, width)
        for column, text, width in zip(columns, row, widths, strict=True)
    )
    return f"<w:tr>{'<w:trPr><w:cantSplit/></w:trPr>' if whole else ''}{cells}</w:tr>"


def _body_cell(column: Column, text: str, width: int) -> str:
    """Return a cell of a row in the colours of its word."""
    paint = column.paints.get(text)
    properties = _properties(width, paint.fill if paint else "")
    if not column.centred:
        return _cell(properties, _paragraph(TEXT_STYLE, "", _run(text, paint)))
    return _cell(
        f'{properties}<w:vAlign w:val="center"/>',
        _paragraph(TEXT_STYLE, '<w:jc w:val="center"/>', _run(text, paint)),
    )


def _properties(width: int, fill: str) -> str:
    """Return the width and the shading of a cell."""
    shading = f'<w:shd w:val="clear" w:color="auto" w:fill="{fill}"/>' if fill else ""
    return f'<w:tcW w:w="{width}" w:type="dxa"/>{shading}'


def _cell(properties: str, paragraph: str) -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{paragraph}</w:tc>"


def _paragraph(style: str, properties: str, run: str) -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{properties}</w:pPr>{run}</w:p>'


def _run(text: str, paint: Paint | None = None) -> str:
    """Return a run; a painted word is bold in its own colour."""
    look = f'<w:rPr><w:b/><w:color w:val="{paint.font}"/></w:rPr>' if paint else ""
    lines = "<w:br/>".join(
        f'<w:t xml:space="preserve">{_literal(line)}</w:t>' for line in text.split("\n")
    )
    return f"<w:r>{look}{lines}</w:r>"


def _literal(text: str) -> str:
    """Return the text safe in XML and from docxtpl, which turns “{_{” into “{{” at the end."""
    return escape(text).replace("{_", "{&#95;").replace("_}", "&#95;}").replace("\t", " ")
