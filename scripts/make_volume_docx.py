"""Make the bundled Word layout of a volume, `pipeline/documents/layouts/volume.docx`.

    python scripts/make_volume_docx.py

Run once; the file is committed, and may afterwards be copied to a workspace and edited in Word.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

from docx import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from pipeline.documents.word_table import HEAD_STYLE, TEXT_STYLE
from pipeline.files.seal import seal

if TYPE_CHECKING:
    from docx.document import Document as Word
    from docx.section import Section
    from docx.styles.style import ParagraphStyle
    from docx.text.paragraph import Paragraph

TARGET = Path(__file__).resolve().parent.parent / "pipeline/documents/layouts/volume.docx"
TITLE, BODY, BOLD, KAI = "方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312"
LATIN = "Times New Roman"
LEFT, CENTRE, RIGHT = (
    WD_ALIGN_PARAGRAPH.LEFT,
    WD_ALIGN_PARAGRAPH.CENTER,
    WD_ALIGN_PARAGRAPH.RIGHT,
)
THEME = ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme")


def main() -> None:
    """Write the layout."""
    document = Document()
    set_styles(document)
    set_settings(document)
    write_cover(document)
    write_front(document)
    write_chapters(document)
    forget_maker(document)
    target = io.BytesIO()
    document.save(target)
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_bytes(seal(target.getvalue()))


# --- styles ------------------------------------------------------------------------------------


def set_styles(document: Word) -> None:
    """Define the styles after GB/T 9704: 3号仿宋, exact lines of 28.8 pt."""
    drop_theme_fonts(document)
    body = style(document, "Normal", BODY, 16)
    body.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    body.paragraph_format.line_spacing = Pt(28.8)
    body.paragraph_format.space_after = Pt(0)
    heading = style(document, "Heading 1", TITLE, 22, align=CENTRE)
    heading.paragraph_format.page_break_before = True
    heading.paragraph_format.space_before = Pt(0)
    heading.paragraph_format.space_after = Pt(14)
    front = style(document, "册目次标题", TITLE, 22, align=CENTRE, base="Normal")
    front.paragraph_format.space_after = Pt(14)
    style(document, "册正文", BODY, 16, base="Normal").paragraph_format.first_line_indent = Pt(32)
    style(document, "册名单", BODY, 16, base="Normal").paragraph_format.left_indent = Pt(64)
    style(document, "toc 1", BODY, 14, base="Normal")
    single(style(document, "册说明", KAI, 12, base="Normal"), after=4)
    single(style(document, "册表头", BOLD, 10.5, align=CENTRE, base="Normal", key=HEAD_STYLE))
    single(style(document, "册表格正文", BODY, 10.5, base="Normal", key=TEXT_STYLE))
    for name in ("Header", "Footer"):
        running = style(document, name, BODY, 10.5)
        single(running)
        running.paragraph_format.tab_stops.clear_all()  # the stock stops fit no page of ours


def style(  # noqa: PLR0913 - the columns of the table above
    document: Word,
    name: str,
    font: str,
    size: float,
    *,
    align: WD_ALIGN_PARAGRAPH | None = None,
    base: str = "",
    key: str = "",
) -> ParagraphStyle:
    """Return the paragraph style, made first where it does not exist."""
    styles = document.styles
    made = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH) if base else styles[name]
    if base:
        made.base_style = styles[base]
        made.quick_style = True
    if key:
        made.element.set(qn("w:styleId"), key)
    made.font.size = Pt(size)
    made.font.bold = False
    made.font.color.rgb = RGBColor(0, 0, 0)
    made.paragraph_format.alignment = align
    set_fonts(made.element.get_or_add_rPr().get_or_add_rFonts(), font)
    return made


def single(made: ParagraphStyle, *, after: float = 0) -> None:
    """Set a style in lines as high as its text."""
    made.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
    made.paragraph_format.space_after = Pt(after)


def set_fonts(fonts: OxmlElement, name: str) -> None:
    """Name the Chinese font and the Latin one; the hint gives “” and — the Chinese shape."""
    for slot in ("ascii", "hAnsi", "cs"):
        fonts.set(qn(f"w:{slot}"), LATIN)
    fonts.set(qn("w:eastAsia"), name)
    fonts.set(qn("w:hint"), "eastAsia")


def drop_theme_fonts(document: Word) -> None:
    """Remove the theme fonts: Word prefers them to any font named beside them."""
    root = document.styles.element
    for fonts in root.iter(qn("w:rFonts")):
        for slot in THEME:
            fonts.attrib.pop(qn(f"w:{slot}"), None)
    for language in root.iter(qn("w:lang")):
        language.set(qn("w:eastAsia"), "zh-CN")
    defaults = root.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}")
    set_fonts(defaults.find(qn("w:rFonts")), BODY)


# --- pages -------------------------------------------------------------------------------------


def write_cover(document: Word) -> None:
    """Write the cover: mark, bureau, campaign, title, date."""
    portrait(document.sections[0])
    line(document, "{{ volume.mark }}", BOLD, 16)
    line(document, "{{ volume.bureau }}", TITLE, 26, align=CENTRE, before=110)
    line(document, "{{ volume.campaign }}", KAI, 22, align=CENTRE, before=24)
    title = line(document, "{{ volume.title }}", TITLE, 22, align=CENTRE, before=90)
    ruled(title, ("top", "bottom"), weight=12, space=14)
    title.paragraph_format.left_indent = title.paragraph_format.right_indent = Mm(31)
    line(document, "{{ volume.dated }}", BODY, 16, align=CENTRE, before=230)


def write_front(document: Word) -> None:
    """Write foreword, leading group, contents and overview on numbered upright pages."""
    section = document.add_section(WD_SECTION.NEW_PAGE)
    portrait(section)
    furnish(section, 156)
    start = OxmlElement("w:pgNumType")
    start.set(qn("w:start"), "1")
    section._sectPr.append(start)  # noqa: SLF001 - python-docx has no page numbering
    write_foreword(document)
    write_contents(document)
    document.add_paragraph("{{r anchor(0) }}{{ volume.totals_title }}", "Heading 1")
    document.add_paragraph("{{p table(volume.totals, 156) }}")


def write_foreword(document: Word) -> None:
    """Write the foreword and the names of the leading group."""
    add = document.add_paragraph
    add("前言", "册目次标题")
    add("{%p for paragraph in volume.foreword %}")
    add("{{ paragraph }}", "册正文")
    add("{%p endfor %}")
    add("{%p if volume.leading_group %}")
    line(document, "领导小组", BOLD, 16, align=CENTRE, before=20)
    add("{%p for role, names in volume.leading_group %}")
    names = add("{{ role }}\t{{ names }}", "册名单")
    names.paragraph_format.tab_stops.add_tab_stop(Pt(160))
    add("{%p endfor %}")
    add("{%p endif %}")


def write_contents(document: Word) -> None:
    """Write the contents: a TOC field that already holds its lines.

    Nothing but Word can fill it, and Word asks at every opening if told to do so by itself.
    """
    title = document.add_paragraph("目录", "册目次标题")
    title.paragraph_format.page_break_before = True
    first = document.add_paragraph("", "toc 1")
    field_mark(first, "begin")
    field_code(first, r' TOC \o "1-1" \h \z \u ')
    field_mark(first, "separate")
    first.add_run("{{r entry(0, volume.totals_title) }}")
    document.add_paragraph("{%p for chapter in volume.chapters %}")
    document.add_paragraph("{{r entry(loop.index, chapter.title) }}", "toc 1")
    document.add_paragraph("{%p endfor %}")
    field_mark(document.add_paragraph("", "toc 1"), "end")


def write_chapters(document: Word) -> None:
    """Write one chapter an office on A3 pages: folded once they are bound with the A4 ones."""
    section = document.add_section(WD_SECTION.NEW_PAGE)
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(420), Mm(297)
    margins(section, (28, 20, 25, 20))
    furnish(section, 380)
    for numbering in section._sectPr.findall(qn("w:pgNumType")):  # noqa: SLF001
        section._sectPr.remove(numbering)  # noqa: SLF001 - copied from the section before
    add = document.add_paragraph
    add("{%p for chapter in volume.chapters %}")
    add("{{r anchor(loop.index) }}{{ chapter.title }}", "Heading 1")
    facts = "{% for label, value in chapter.facts %}{{ label }}：{{ value }}　　{% endfor %}"
    note = add(f"{facts}\t{{{{ volume.legend }}}}", "册说明")
    note.paragraph_format.tab_stops.add_tab_stop(Mm(380), WD_TAB_ALIGNMENT.RIGHT)
    add("{%p if chapter.table.rows %}")
    add("{{p table(chapter.table, 380) }}")
    add("{%p else %}")
    add("{{ chapter.empty }}", "册正文")
    add("{%p endif %}")
    add("{%p endfor %}")
    hair = add("")  # Word wants a paragraph behind the last table; this one takes no room
    hair.paragraph_format.line_spacing = Pt(1)


def line(  # noqa: PLR0913 - the columns of a title page
    document: Word,
    text: str,
    font: str,
    size: float,
    *,
    align: WD_ALIGN_PARAGRAPH = LEFT,
    before: float = 0,
) -> Paragraph:
    """Return a new paragraph in a font of its own."""
    paragraph = document.add_paragraph()
    paragraph.alignment = align
    paragraph.paragraph_format.space_before = Pt(before)
    paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
    run = paragraph.add_run(text)
    run.font.size = Pt(size)
    set_fonts(run._element.get_or_add_rPr().get_or_add_rFonts(), font)  # noqa: SLF001
    return paragraph


# --- sections ----------------------------------------------------------------------------------


def portrait(section: Section) -> None:
    """Set an A4 page after GB/T 9704."""
    section.page_width, section.page_height = Mm(210), Mm(297)
    margins(section, (37, 26, 35, 28))


def margins(section: Section, millimetres: tuple[float, float, float, float]) -> None:
    """Set the margins: top, right, bottom, left."""
    top, right, bottom, left = map(Mm, millimetres)
    section.top_margin, section.right_margin = top, right
    section.bottom_margin, section.left_margin = bottom, left
    section.header_distance, section.footer_distance = Mm(15), Mm(15)


def furnish(section: Section, width: float) -> None:
    """Write header and footer: volume and mark above, “— 1 —” below, outside on both sides."""
    pages = (
        (section.header, section.footer, RIGHT),
        (section.even_page_header, section.even_page_footer, LEFT),
    )
    for head, foot, side in pages:
        head.is_linked_to_previous = foot.is_linked_to_previous = False
        running = head.paragraphs[0]
        running.text = "{{ volume.title }}\t{{ volume.mark }}"
        running.paragraph_format.tab_stops.add_tab_stop(Mm(width), WD_TAB_ALIGNMENT.RIGHT)
        ruled(running, ("bottom",))
        number = foot.paragraphs[0]
        number.alignment = side
        number.add_run("— ")
        field_mark(number, "begin")
        field_code(number, " PAGE ")
        field_mark(number, "separate")
        number.add_run("1")
        field_mark(number, "end")
        number.add_run(" —")
        for run in number.runs:
            run.font.size = Pt(14)


def ruled(paragraph: Paragraph, sides: tuple[str, ...], *, weight: int = 4, space: int = 1) -> None:
    """Draw lines at the sides of a paragraph; weight in eighths of a point, space in points."""
    borders = OxmlElement("w:pBdr")
    for name in sides:
        side = OxmlElement(f"w:{name}")
        side.set(qn("w:val"), "single")
        side.set(qn("w:sz"), str(weight))
        side.set(qn("w:space"), str(space))
        side.set(qn("w:color"), "000000")
        borders.append(side)
    properties = paragraph._p.get_or_add_pPr()  # noqa: SLF001 - no borders in python-docx
    properties.insert_element_before(borders, "w:tabs", "w:spacing", "w:ind", "w:jc")


def field_mark(paragraph: Paragraph, kind: str) -> None:
    """Add the begin, separate or end of a field."""
    mark = OxmlElement("w:fldChar")
    mark.set(qn("w:fldCharType"), kind)
    paragraph.add_run()._r.append(mark)  # noqa: SLF001 - no fields in python-docx


def field_code(paragraph: Paragraph, code: str) -> None:
    """Add the code of a field."""
    text = OxmlElement("w:instrText")
    text.set(qn("xml:space"), "preserve")
    text.text = code
    paragraph.add_run()._r.append(text)  # noqa: SLF001


# --- file --------------------------------------------------------------------------------------


def set_settings(document: Word) -> None:
    """Tell odd from even pages; name Chinese as the language of the theme."""
    document.settings.odd_and_even_pages_header_footer = True
    for language in document.settings.element.iter(qn("w:themeFontLang")):
        language.set(qn("w:eastAsia"), "zh-CN")


def forget_maker(document: Word) -> None:
    """Remove what the stock template says about itself, its picture included."""
    properties = document.core_properties
    properties.author = properties.last_modified_by = properties.comments = ""
    properties.title = properties.keywords = ""
    package = document.part.package
    for key, relation in list(package.rels.items()):
        if relation.reltype.endswith("/thumbnail"):
            del package.rels[key]


if __name__ == "__main__":
    main()
