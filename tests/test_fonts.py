"""The bundled fonts draw what offices write, and their licence travels with them."""

from __future__ import annotations

from importlib.resources import as_file

import pytest
import typst
from fontTools.ttLib import TTFont

from pipeline.documents.layouts import FONTS, repertoire

WEIGHTS = ("NotoSerifSC-Regular.ttf", "NotoSerifSC-Bold.ttf")
RARE_NAMES = "堃喆珺琤赟昇祎翀旻頔瑄玥烜邨垚旸浥偲彧翙骉犇燚曌囡昉暐璟"
SYMBOLS = "→■□①⑳√×ⅠⅡⅢ▲★·—–“”‘’…〔〕《》〓＞＜、。，：；（）％℃№"


@pytest.fixture(scope="module", params=WEIGHTS)
def font(request):
    with as_file(FONTS / request.param) as path, TTFont(path) as opened:
        yield opened


def characters(font):
    return {chr(code) for code in font.getBestCmap()}


def gb2312():
    codes = (bytes((row, cell)) for row in range(0xB0, 0xF8) for cell in range(0xA1, 0xFF))
    return {code.decode("gb2312", "ignore") for code in codes} - {""}


def test_rare_characters_of_names_are_drawn(font):
    assert set(RARE_NAMES) <= characters(font)


def test_the_whole_of_gb2312_is_drawn(font):
    assert len(gb2312()) == 6763
    assert gb2312() <= characters(font)


def test_the_symbols_of_the_forms_are_drawn(font):
    assert set(SYMBOLS) <= characters(font)


def test_the_list_of_characters_is_what_the_font_draws(font):
    assert repertoire() == characters(font)


def test_the_family_keeps_its_name(font):
    assert font["name"].getDebugName(1) == "Noto Serif SC"


@pytest.mark.parametrize("name", WEIGHTS)
def test_a_font_is_small_enough_to_be_committed(name):
    assert len((FONTS / name).read_bytes()) < 5_000_000


def test_the_licence_lies_beside_the_fonts():
    licence = (FONTS / "OFL.txt").read_text("utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence.replace("\n", " ")


def test_typst_finds_one_family_in_two_weights():
    with as_file(FONTS) as folder:
        found = typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder]
        )
    assert found.families() == ["Noto Serif SC"]
    assert len(found.fonts()) == 2
