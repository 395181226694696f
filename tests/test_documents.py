"""A volume comes out as the PDF an office can print and bind; both formats are reproducible."""

from __future__ import annotations

import hashlib
import io
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from pypdf import PdfReader
from volumes import OFFICES, PROBES, chapter, row, volume

from pipeline.documents.layouts import LayoutError, repertoire
from pipeline.documents.pdf import write_pdf
from pipeline.documents.volume import Column, Table
from pipeline.documents.word import write_docx


def pdf(made, layout=None):
    return PdfReader(io.BytesIO(write_pdf(made, layout).data))


def texts(reader):
    return [page.extract_text() for page in reader.pages]


def flat(text):
    return "".join(text.replace("\u200b", "").split())


def test_the_pdf_outline_names_front_matter_overview_and_every_office():
    titles = [entry.title for entry in pdf(volume()).outline]
    assert titles == ["前言", "目录", "各单位风险点汇总", *OFFICES]


def test_every_office_starts_on_its_own_page():
    pages = texts(pdf(volume()))
    assert len(pages) == 4 + len(OFFICES)
    assert all(name in page for name, page in zip(OFFICES, pages[4:], strict=True))


def test_the_contents_lead_to_the_printed_page_numbers():
    pages = texts(pdf(volume()))
    lines = [line.replace("·", "").split() for line in pages[2].splitlines()]
    for place, name in enumerate(OFFICES, 4):
        assert [name, str(place)] in lines
        assert f"— {place} —" in pages[place]


def test_the_cover_bears_no_number_and_the_foreword_number_one():
    pages = texts(pdf(volume()))
    assert "—" not in pages[0]
    assert "— 1 —" in pages[1]


@pytest.mark.long
def test_every_page_behind_the_cover_bears_title_and_mark():
    made = volume()
    assert all(made.title in page and made.mark in page for page in texts(pdf(made))[1:])


@pytest.mark.long
def test_the_text_of_the_pdf_keeps_its_order():
    text = flat("".join(texts(pdf(volume()))))
    order = [text.rindex(word) for word in ("本册供内部使用", "高远山", *OFFICES[1:])]
    assert order == sorted(order)


def test_the_header_row_is_repeated_on_every_page_of_a_table():
    long = chapter("办公室", *(row(n, measure="定期轮岗" * 40) for n in range(30)))
    pages = texts(pdf(volume(long)))[4:]
    assert len(pages) > 2
    assert all("序号" in page for page in pages)


def test_chapters_are_a3_landscape_and_the_front_is_a4():
    sizes = [
        tuple(round(float(side) / 72 * 25.4) for side in page.mediabox[2:])
        for page in pdf(volume()).pages
    ]
    assert sizes[:4] == [(210, 297)] * 4
    assert sizes[4:] == [(420, 297)] * len(OFFICES)


def test_an_office_without_rows_gets_its_sentence():
    assert "本单位没有风险点。" in texts(pdf(volume(chapter("办公室"))))[4]


def test_probes_appear_in_the_pdf_as_they_were_typed():
    made = volume(chapter("办公室", *(row(n, risk=probe) for n, probe in enumerate(PROBES))))
    text = flat(texts(pdf(made))[4])
    assert [probe for probe in PROBES if flat(probe) not in text] == []


def test_a_level_is_printed_as_word_and_as_colour():
    page = pdf(volume()).pages[4]
    content = page.get_contents().get_data()
    assert "甲" in page.extract_text()
    assert b"1 0 0" in content
    assert b"1 1 0" in content


def test_the_pdf_is_tagged_pdf_a():
    reader = pdf(volume())
    metadata = reader.trailer["/Root"]["/Metadata"].get_data()
    assert b"<pdfaid:part>2</pdfaid:part>" in metadata
    assert b"pdfuaid:part" in metadata


def test_a_very_long_volume_is_not_tagged():
    rows = tuple(row(n) for n in range(1001))
    assert "/StructTreeRoot" not in pdf(volume(chapter("办公室", *rows))).trailer["/Root"]


def test_a_character_no_font_has_is_replaced_and_reported():
    made = write_pdf(volume(chapter("办公室", row(1, risk="王\U00020086与ሴ"))))
    assert made.replaced == ("ሴ", "\U00020086")
    assert "王〓与〓" in texts(PdfReader(io.BytesIO(made.data)))[4]


def test_nothing_is_reported_where_every_character_is_drawn():
    assert write_pdf(volume()).replaced == ()


def test_every_character_of_the_list_passes_the_check_of_pdf_a():
    lines = "".join(sorted(repertoire()))
    made = write_pdf(volume(chapter("办公室", row(1, measure=lines))))
    assert made.replaced == ()


def test_ticked_boxes_and_unseen_characters_stop_nothing():
    made = write_pdf(volume(chapter("办公室", row(1, risk="☑督导\u200b☐纠\ufe0f错\x07\ufeff\t完"))))
    assert made.replaced == ()
    assert "√督导□纠错完" in flat(texts(PdfReader(io.BytesIO(made.data)))[4])


def ink(page):
    """Return where each piece of text stands: x, y, and the text."""
    found = []

    def visit(text, cm, tm, _font, _size):
        if text.strip():
            x = tm[4] * cm[0] + tm[5] * cm[2] + cm[4]
            found.append((x, tm[4] * cm[1] + tm[5] * cm[3] + cm[5], text))

    page.extract_text(visitor_text=visit)
    return found


@pytest.mark.parametrize("level", ["甲", "无色"])
def test_a_row_higher_than_a_page_goes_on_over_the_next(level):
    long = row(2, risk="甲乙丙丁" * 700 + "终", level=level)
    pages = pdf(volume(chapter("办公室", row(1), long, row(3, risk="其后")))).pages[4:]
    text = flat("".join(page.extract_text() for page in pages))
    assert text.count("丙") == 700
    assert text.index("终") < text.index("其后")
    # A cut row is still in the text of the page, below the paper.
    assert min(y for page in pages for _, y, text in ink(page) if "丙" in text) > 25 / 25.4 * 72


@pytest.mark.parametrize("letter", ["x", "W", "1", "."])
def test_a_word_longer_than_its_column_stays_in_it(letter):
    page = pdf(volume(chapter("办公室", row(1, risk=letter * 200)))).pages[4]
    lines = [flat(line) for line in page.extract_text().splitlines()]
    lengths = [len(line) for line in lines if letter * 5 in line]
    assert len(lengths) > 1
    assert max(lengths) < 130


def test_a_date_breaks_behind_its_hyphen_in_a_narrow_column():
    narrow = Table((Column("日期", 2), Column("措施", 40)), (("2011-09-30", "轮岗"),))
    made = volume(replace(chapter("办公室"), table=narrow))
    assert "2011-09-\n30" in pdf(made).pages[4].extract_text().replace("\u200b", "")


def test_the_pdf_has_the_same_bytes_twice():
    assert write_pdf(volume()).data == write_pdf(volume()).data


def test_an_own_layout_is_used(tmp_path):
    own = tmp_path / "own.typ"
    own.write_text(
        '#let volume = json(bytes(sys.inputs.volume))\n#set document(title: "t")\n'
        '#set text(font: "Noto Serif SC", lang: "zh")\n自备版式 #volume.title',
        "utf-8",
    )
    reader = pdf(volume(), own)
    assert "自备版式" in texts(reader)[0]
    assert reader.metadata.creation_date.date() == volume().edition_date


@pytest.mark.parametrize(
    "source", ["#no-such-name", "#(", '#import "@preview/cetz:0.3.0": *', "#volume.nothing"]
)
def test_a_faulty_own_layout_is_named(tmp_path, source):
    own = tmp_path / "own.typ"
    own.write_text(source, "utf-8")
    with pytest.raises(LayoutError, match=r"own\.typ"):
        write_pdf(volume(), own)


def test_an_own_layout_reaches_no_file_outside_its_folder(tmp_path):
    (tmp_path / "secret.txt").write_text("x", "utf-8")
    own = tmp_path / "typ" / "own.typ"
    own.parent.mkdir()
    own.write_text('#read("../secret.txt")', "utf-8")
    with pytest.raises(LayoutError):
        write_pdf(volume(), own)


@pytest.mark.long
def test_another_time_zone_gives_the_same_bytes():
    code = (
        "import hashlib, test_documents as t;"
        "print(hashlib.sha256(t.write_docx(t.volume()) + t.write_pdf(t.volume()).data).hexdigest())"
    )
    there = subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(__file__).parent,
        env={**os.environ, "TZ": "America/Caracas", "PYTHONHASHSEED": "7"},
        capture_output=True,
        text=True,
        check=True,
    )
    here = write_docx(volume()) + write_pdf(volume()).data
    assert there.stdout.strip() == hashlib.sha256(here).hexdigest()


def test_the_types_of_a_volume_load_no_library():
    code = (
        "import sys, pipeline.documents.volume;"
        "assert not {'typst', 'docx', 'docxtpl', 'lxml', 'jinja2'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
