"""A volume as Word: a layout the office can edit, filled by docxtpl, sealed to the same bytes."""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING, Any

from docx.opc.exceptions import PackageNotFoundError
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment
from lxml.etree import XMLSyntaxError
from markupsafe import Markup

from pipeline.documents.anonymous import anonymous
from pipeline.documents.layouts import LayoutError, read_layout
from pipeline.documents.volume import reworded
from pipeline.documents.word_table import table_xml
from pipeline.files.seal import seal

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.documents.volume import Volume

_LAYOUT = "volume.docx"
# XML 1.0 has no place for these; one of them makes the whole document unreadable.
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_docx(volume: Volume, layout: Path | None = None) -> bytes:
    """Return the volume as docx; `layout` is a docxtpl template of the workspace.

    Raises: LayoutError where the own layout cannot be used.
    """
    legal = reworded(volume, lambda text: _ILLEGAL.sub("", text))
    source = read_layout(_LAYOUT, layout)
    if layout is None:
        return _filled(legal, source)
    try:
        return _filled(legal, source)
    except (zipfile.BadZipFile, PackageNotFoundError, XMLSyntaxError, KeyError) as error:
        raise LayoutError(layout, "它不是完好的Word文件（.docx）") from error
    except TemplateError as error:
        raise LayoutError(layout, f"其中的填写标记有误（{error}）") from error
    except (TypeError, ValueError, AttributeError, ArithmeticError) as error:
        # What an expression of a foreign layout may raise: {{ 1 / 0 }}, {{ volume.title + 1 }}.
        raise LayoutError(layout, f"其中的填写标记算不出结果（{error}）") from error


def _filled(volume: Volume, source: bytes) -> bytes:
    """Fill the layout; unknown names raise, and nothing of Python is within its reach."""
    document = DocxTemplate(io.BytesIO(source))
    environment = SandboxedEnvironment(undefined=StrictUndefined)
    document.render(_context(volume), environment, autoescape=True)
    target = io.BytesIO()
    document.save(target)
    return seal(target.getvalue(), anonymous(volume.title, volume.edition_date))


def _context(volume: Volume) -> dict[str, Any]:
    """Return what a layout may name.

    table(table, millimetres) draws a table; entry(number, title) is a line of the contents that
    leads to anchor(number).
    """
    return {"volume": volume, "table": table_xml, "anchor": _anchor, "entry": _entry}


def _anchor(number: int) -> Markup:
    """Return the bookmark a line of the contents leads to."""
    return Markup(
        '<w:bookmarkStart w:id="{0}" w:name="_Toc{0:04d}"/><w:bookmarkEnd w:id="{0}"/>'
    ).format(number)


def _entry(number: int, title: str) -> Markup:
    """Return a line of the contents. No page number: only Word knows it, when it updates."""
    return Markup(
        '<w:hyperlink w:anchor="_Toc{:04d}" w:history="1">'
        '<w:r><w:t xml:space="preserve">{}</w:t></w:r></w:hyperlink>'
    ).format(number, title)
