"""click's own words: complete, compiled, and shown whatever the language of the machine."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path
from string import Formatter
from typing import TYPE_CHECKING

import click
import pytest
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

import pipeline.cli
from pipeline.cli.chinese import write_utf8

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog, Message

FOLDER = Path(pipeline.cli.__file__).parent / "locale" / "zh_CN" / "LC_MESSAGES"

# A program of the same make as ours, asked for its help and for each usual slip.
PROGRAM = """
from pipeline.cli.chinese import speak_chinese
speak_chinese()
import click

@click.group()
def program(): pass

@program.command()
@click.option("--day", required=True, type=click.IntRange(1, 5))
@click.argument("folder", type=click.Path(exists=True, file_okay=False))
def night(day, folder): pass

program(prog_name="program")
"""


@pytest.fixture(scope="module")
def catalogue() -> Catalog:
    with (FOLDER / "click.po").open("rb") as file:
        return read_po(file, locale="zh_CN", abort_invalid=True)


def click_words() -> set[str]:
    found = extract_from_dir(
        Path(click.__file__).parent,
        method_map=[("**.py", "python")],
        keywords=DEFAULT_KEYWORDS,
    )
    ids = (message for _, _, message, _, _ in found)
    return {message if isinstance(message, str) else message[0] for message in ids}


def original(message: Message) -> tuple[str, ...]:
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def chinese(message: Message) -> tuple[str, ...]:
    string = message.string or ""
    return (string,) if isinstance(string, str) else tuple(string)


def words_of(catalogue: Catalog) -> dict[tuple[str, ...], tuple[str, ...]]:
    return {original(message): chinese(message) for message in catalogue if message.id}


def names(*texts: str) -> set[str]:
    return {name for text in texts for _, name, _, _ in Formatter().parse(text) if name}


def asked(*words: str, language: str = "en_US.UTF-8") -> str:
    given = {
        key: value for key, value in os.environ.items() if key not in {"LANGUAGE", "LC_MESSAGES"}
    }
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", PROGRAM, *words],
        capture_output=True,
        check=False,
        encoding="utf-8",
        env=given | {"LANG": language, "LC_ALL": language},
    )
    return done.stdout + done.stderr


def test_every_word_of_the_installed_click_is_translated(catalogue: Catalog) -> None:
    said = {original(message)[0] for message in catalogue if all(chinese(message))}
    assert click_words() - said == set()


def test_the_catalogue_holds_nothing_that_click_no_longer_says(catalogue: Catalog) -> None:
    kept = {original(message)[0] for message in catalogue if message.id}
    assert kept - click_words() == set()


def test_no_translation_asks_for_a_value_that_click_does_not_give(catalogue: Catalog) -> None:
    for message in catalogue:
        assert names(*chinese(message)) <= names(*original(message)), message.id


def test_the_compiled_words_are_those_of_the_catalogue(catalogue: Catalog) -> None:
    with (FOLDER / "click.mo").open("rb") as file:
        compiled = read_mo(file)
    assert words_of(compiled) == words_of(catalogue), "run: make words"


@pytest.mark.parametrize("language", ["C", "en_US.UTF-8", "zh_CN.GBK", "de_DE"])
def test_help_is_chinese_whatever_the_machine_speaks(language: str) -> None:
    help_page = asked("--help", language=language)
    assert "用法:" in help_page
    assert "Usage" not in help_page


@pytest.mark.parametrize(
    "words",
    [
        ("nigth",),
        ("night", "--dya", "1"),
        ("night",),
        ("night", "--day", "1"),
        ("night", "--day", "9", "."),
        ("night", "--day", "x", "."),
        ("night", "--day", "1", "nowhere"),
        ("night", "--day", "1", ".", "more"),
    ],
)
def test_a_slip_is_answered_in_chinese(words: tuple[str, ...]) -> None:
    answer = asked(*words)
    assert "错误：" in answer
    assert not any(word in answer for word in ("Error", "Try", "Missing", "Invalid", "Directory"))


def test_output_is_utf8_even_where_the_console_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.BytesIO()
    stream = io.TextIOWrapper(written, encoding="gbk")
    monkeypatch.setattr(sys, "stdout", stream)
    monkeypatch.setattr(sys, "stderr", None)
    write_utf8()
    stream.write("昇𠅤\udcff")
    stream.flush()
    assert written.getvalue().decode("utf-8") == "昇𠅤?"
