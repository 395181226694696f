"""A volume comes out as the Word file an office can open, edit and print."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from dataclasses import replace
from datetime import date

import pytest
from docx import Document
from lxml import etree
from pypdf import PdfReader
from volumes import OFFICES, PROBES, chapter, row, volume

from pipeline.documents.layouts import LayoutError, bundled
from pipeline.documents.pdf import write_pdf
from pipeline.documents.word import write_docx
from pipeline.errors import PipelineError

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def part(package, name="word/document.xml"):
    with zipfile.ZipFile(io.BytesIO(package)) as opened:
        return etree.fromstring(opened.read(name))


def words(package):
    return "\n".join(
        "".join(text.text or "" for text in paragraph.iter(f"{W}t"))
        for paragraph in part(package).iter(f"{W}p")
    )


def body_rows(package):
    return list(list(part(package).iter(f"{W}tbl"))[1].iter(f"{W}tr"))


def test_the_word_file_opens_and_keeps_its_order():
    text = words(write_docx(volume()))
    order = [text.index(word) for word in ("东江市财政局", "前言", "目录")]
    order += [text.rindex(name) for name in OFFICES[1:]]
    assert order == sorted(order)
    Document(io.BytesIO(write_docx(volume())))


@pytest.mark.parametrize("font", ["方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312"])
def test_official_fonts_are_named_for_chinese_text(font):
    made = write_docx(volume())
    named = {
        fonts.get(f"{W}eastAsia")
        for name in ("word/styles.xml", "word/document.xml")
        for fonts in part(made, name).iter(f"{W}rFonts")
    }
    assert font in named


def test_no_theme_font_overrides_a_named_one():
    fonts = part(write_docx(volume()), "word/styles.xml").iter(f"{W}rFonts")
    assert [key for one in fonts for key in one.attrib if "Theme" in key or "theme" in key] == []


def test_the_contents_are_lines_inside_a_field_that_asks_nobody():
    made = write_docx(volume())
    body = part(made)
    kinds = [mark.get(f"{W}fldCharType") for mark in body.iter(f"{W}fldChar")]
    links = ["".join(link.itertext()) for link in body.iter(f"{W}hyperlink")]
    assert kinds == ["begin", "separate", "end"]
    assert "TOC" in "".join(code.text for code in body.iter(f"{W}instrText"))
    assert links == ["各单位风险点汇总", *OFFICES]
    assert b"updateFields" not in etree.tostring(part(made, "word/settings.xml"))


def test_every_line_of_the_contents_leads_to_a_bookmark():
    body = part(write_docx(volume()))
    goals = [link.get(f"{W}anchor") for link in body.iter(f"{W}hyperlink")]
    marks = [mark.get(f"{W}name") for mark in body.iter(f"{W}bookmarkStart")]
    assert goals == marks
    assert len(set(marks)) == len(marks)


def test_two_chapters_of_one_name_have_their_own_bookmarks():
    body = part(write_docx(volume(chapter("办公室"), chapter("办公室", row(1)))))
    marks = [mark.get(f"{W}name") for mark in body.iter(f"{W}bookmarkStart")]
    assert len(set(marks)) == 3


def test_the_header_row_repeats_and_rows_stay_whole_in_word():
    header, *rows = body_rows(write_docx(volume()))
    assert header.find(f"{W}trPr/{W}tblHeader") is not None
    assert all(one.find(f"{W}trPr/{W}cantSplit") is not None for one in rows)


def test_a_row_higher_than_a_page_may_break_in_word():
    rows = body_rows(write_docx(volume(chapter("办公室", row(1, risk="甲乙丙丁" * 700)))))
    assert rows[1].find(f"{W}trPr/{W}cantSplit") is None


def test_the_grid_and_the_cells_agree_on_widths():
    made = list(part(write_docx(volume())).iter(f"{W}tbl"))[1]
    grid = [column.get(f"{W}w") for column in made.iter(f"{W}gridCol")]
    cells = [width.get(f"{W}w") for width in list(made.iter(f"{W}tr"))[1].iter(f"{W}tcW")]
    assert grid == cells
    assert len(set(grid)) > 1


def test_a_level_is_white_on_red_and_still_a_word():
    cell = list(body_rows(write_docx(volume()))[1].iter(f"{W}tc"))[3]
    assert cell.find(f"{W}tcPr/{W}shd").get(f"{W}fill") == "FF0000"
    assert next(cell.iter(f"{W}color")).get(f"{W}val") == "FFFFFF"
    assert "".join(cell.itertext()) == "甲"


def test_probes_appear_in_word_as_they_were_typed():
    made = volume(chapter("办公室", *(row(n, risk=probe) for n, probe in enumerate(PROBES))))
    cells = ["".join(list(one.iter(f"{W}tc"))[2].itertext()) for one in body_rows(write_docx(made))]
    assert cells[1:] == list(PROBES)


def test_probes_in_titles_are_text_too():
    made = replace(volume(chapter("{{7*7}}<b>&")), bureau="{{ volume }}", foreword=("{%p x %}",))
    text = words(write_docx(made))
    assert text.count("{{7*7}}<b>&") == 2
    assert "{{ volume }}" in text
    assert "{%p x %}" in text


def test_control_characters_leave_the_word_file_readable():
    plain = volume(chapter("办公\x0b室", row(1, risk="前\x00\x07\ufffe后\n次行")))
    made = write_docx(replace(plain, title="第二\x1f册"))
    cell = list(body_rows(made)[1].iter(f"{W}tc"))[2]
    assert "".join(cell.itertext()) == "前后次行"
    assert len(list(cell.iter(f"{W}br"))) == 1


def test_odd_and_even_pages_differ_in_word():
    made = write_docx(volume())
    assert part(made, "word/settings.xml").find(f"{W}evenAndOddHeaders") is not None
    kinds = [one.get(f"{W}type") for one in part(made).iter(f"{W}footerReference")]
    assert kinds.count("default") == kinds.count("even") == 2


def test_the_word_file_names_nobody():
    properties = Document(io.BytesIO(write_docx(volume()))).core_properties
    assert (properties.author, properties.last_modified_by, properties.comments) == ("", "", "")
    assert properties.created.date() == properties.modified.date() == date(2011, 9, 18)


def test_who_made_an_own_word_layout_is_not_told(tmp_path):
    """Word notes people, machines and sessions where nobody looks; a text like it is a text."""
    own = tmp_path / "own.docx"
    document = Document()
    document.add_paragraph("自备版式 {{ volume.title }}")
    paragraph = document.paragraphs[0]._p
    paragraph.set(f"{W}rsidR", "00A77B3E")
    change = etree.SubElement(paragraph, f"{W}ins")
    change.set(f"{W}author", "金雕")
    said = document.core_properties
    said.author = said.category = said.keywords = said.content_status = "金雕"
    document.save(str(own))
    typed = 'w:author="金雕" w:rsidR="0"'
    made = write_docx(replace(volume(), title=typed), own)
    assert words(made) == f"自备版式 {typed}"
    with zipfile.ZipFile(io.BytesIO(made)) as package:
        told = {
            name: package.read(name).decode()
            for name in package.namelist()
            if name.endswith((".xml", ".rels"))
        }
    told["docProps/core.xml"] = told["docProps/core.xml"].replace(f"<dc:title>{typed}", "")
    told["word/document.xml"] = told["word/document.xml"].replace(typed, "")
    assert [name for name, part in told.items() if "金雕" in part or "rsid" in part] == []


def test_the_word_file_has_the_same_bytes_twice():
    assert write_docx(volume()) == write_docx(volume())


def test_an_own_word_layout_is_used(tmp_path):
    own = tmp_path / "own.docx"
    document = Document()
    document.add_paragraph("自备版式 {{ volume.title }}")
    document.save(str(own))
    assert "自备版式 第二册" in words(write_docx(volume(), own))


@pytest.mark.parametrize(
    "mark",
    [
        "{{ volum.title }}",
        "{{ volume.nothing }}",
        "{% for %}",
        "{{ 1 / 0 }}",
        "{{ volume.title + 1 }}",
        "{{ volume.__class__.__mro__ }}",
        "{{ table() }}",
        "{{p table(volume.title, 1) }}",
    ],
)
def test_a_faulty_mark_in_an_own_word_layout_is_named(tmp_path, mark):
    own = tmp_path / "own.docx"
    document = Document()
    document.add_paragraph(mark)
    document.save(str(own))
    with pytest.raises(LayoutError, match=r"own\.docx.*填写标记"):
        write_docx(volume(), own)


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x05\x06" + bytes(18)])
def test_an_own_layout_that_is_no_word_file_is_named(tmp_path, content):
    own = tmp_path / "own.docx"
    own.write_bytes(content)
    with pytest.raises(PipelineError, match=r"own\.docx"):
        write_docx(volume(), own)


@pytest.mark.parametrize("write", [write_docx, write_pdf])
def test_a_missing_own_layout_is_named(tmp_path, write):
    with pytest.raises(LayoutError, match="missing"):
        write(volume(), tmp_path / "missing")


def test_the_bundled_layouts_carry_no_name():
    with zipfile.ZipFile(io.BytesIO(bundled("volume.docx").read_bytes())) as layout:
        assert b"python-docx" not in layout.read("docProps/core.xml")
        assert "docProps/thumbnail.jpeg" not in layout.namelist()


@pytest.mark.office
@pytest.mark.skipif(shutil.which("soffice") is None, reason="needs LibreOffice")
def test_libreoffice_prints_the_word_file(tmp_path):
    source = tmp_path / "volume.docx"
    source.write_bytes(write_docx(volume()))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    convert = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path)]
    subprocess.run([*convert, str(source)], check=True, capture_output=True, timeout=120)
    pages = [page.extract_text() for page in PdfReader(tmp_path / "volume.pdf").pages]
    assert len(pages) == 4 + len(OFFICES)
    assert "— 1 —" in pages[1]
