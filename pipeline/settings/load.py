"""Reading config.toml: forgiving of Notepad, strict about keys, Chinese about faults."""

from __future__ import annotations

import json
import re
import tomllib
from importlib import resources
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from pipeline.errors import ConfigError, UsageError
from pipeline.settings.schema import Settings
from pipeline.settings.sense import Keys, contradictions

if TYPE_CHECKING:
    from pathlib import Path

CONFIG_NAME = "config.toml"

# Chinese sentences for pydantic's error types; anything else is said in general words.
_SAID = {
    "missing": "缺少这一项。请补上。",
    "extra_forbidden": "没有这一项。请核对拼写或删去。",
    "string_type": "应为文字，要放在英文双引号内。",
    "string_too_short": "不能为空。",
    "string_too_long": "太长，请不超过{max_length}字。",
    "string_pattern_mismatch": "应为6位颜色代码，如 FF0000。",
    "int_type": "应为整数，不加引号。",
    "int_parsing": "应为整数，不加引号。",
    "int_from_float": "应为整数。",
    "float_type": "应为数字，不加引号。",
    "float_parsing": "应为数字，不加引号。",
    "finite_number": "应为普通的数字。",
    "bool_type": "应为 true 或 false，不加引号。",
    "bool_parsing": "应为 true 或 false，不加引号。",
    "date_type": "应为日期，如 2011-09-18，不加引号。",
    "date_parsing": "应为日期，如 2011-09-18，不加引号。",
    "date_from_datetime_parsing": "应为日期，如 2011-09-18，不加引号。",
    "date_from_datetime_inexact": "应为日期，不要带时刻。",
    "tuple_type": '应为方括号内的一列，如 ["甲", "乙"]。',
    "model_type": "应为一段，写作 [段名]。",
    "dict_type": "应为一段，写作 [段名]。",
    "literal_error": "只能是 {expected}。",
    "greater_than": "应大于{gt}。",
    "greater_than_equal": "应不小于{ge}。",
    "less_than_equal": "应不大于{le}。",
    "too_short": "至少要有{min_length}项。",
    "value_error": "{error}。",
}


def default_text(*, year: int, bureau: str, inbox: str = "inbox", outbox: str = "outbox") -> str:
    """Return the text of a new config.toml, every key explained in Chinese."""
    text = resources.files("pipeline.settings").joinpath("default.toml").read_text("utf-8")
    values = {"YEAR": str(year), "BUREAU": bureau, "INBOX": inbox, "OUTBOX": outbox}
    for name, value in values.items():
        # A TOML string is written as a JSON one.
        text = text.replace(f"@@{name}@@", json.dumps(value, ensure_ascii=False)[1:-1])
    return text


def read_settings(path: Path) -> tuple[Settings, bytes]:
    """Return the settings in `path` and its bytes, which the archive keeps.

    Raises:
        UsageError: there is no such file.
        ConfigError: the file has faults; all of them are listed.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        message = (
            f"{path.parent} 里没有 {path.name}。"
            "请换到工作文件夹，或用 -w 指明，或先运行 yigang init。"
        )
        raise UsageError(message) from None
    except OSError as error:
        message = f"{path} 打不开（{error.strerror}）。请关闭占用它的程序后再试。"
        raise UsageError(message) from None
    return parse(data, path.name), data


def parse(data: bytes, name: str = CONFIG_NAME) -> Settings:
    """Return the settings written in `data`; keys that are not there take the default.

    Raises:
        ConfigError: every fault with key, line and remedy.
    """
    text = _decode(data, name)
    try:
        written = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(name, [_syntax(error, text)]) from None
    try:
        settings = Settings.model_validate(_over_defaults(written))
    except ValidationError as error:
        problems = [_sentence(dict(fault), text) for fault in error.errors()]
        raise ConfigError(name, problems) from None
    problems = [located(data, keys, said) for keys, said in contradictions(settings)]
    if problems:
        raise ConfigError(name, problems)
    return settings


def located(data: bytes, keys: Keys, said: str) -> str:
    """Return a sentence about a key of the file with its line, where it can be told, and name."""
    return _where(keys, _decode(data, CONFIG_NAME)) + said


def _decode(data: bytes, name: str) -> str:
    """Return the text, whether Notepad saved it with a BOM, as UTF-16 or as ANSI (GBK)."""
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ConfigError(name, ["文字编码认不出来。请用记事本另存为 UTF-8。"])


def _over_defaults(written: dict[str, Any]) -> dict[str, Any]:
    """Return `written` laid over the default file; lists are replaced whole, never mixed."""
    campaign = written.get("campaign")
    year = campaign.get("year") if isinstance(campaign, dict) else None
    usable = type(year) is int and 1000 <= year <= 9999  # noqa: PLR2004 - a year TOML can write
    text = default_text(year=int(str(year)) if usable else 2011, bureau="")
    default = tomllib.loads(text)
    del default["bureau"]["name"]
    del default["campaign"]["year"]
    return _overlay(default, written)


def _overlay(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    merged = dict(below)
    for name, value in above.items():
        under = below.get(name)
        both = isinstance(under, dict) and isinstance(value, dict)
        merged[name] = _overlay(under, value) if both else value  # type: ignore[arg-type]
    return merged


def _syntax(error: tomllib.TOMLDecodeError, text: str) -> str:
    """Return where the file stops being TOML; the usual cause at a quote is a Windows path."""
    line = re.search(r"line (\d+)", str(error))
    number = int(line[1]) if line else len(text.splitlines())
    lines = text.splitlines()
    shown = lines[number - 1].strip() if 0 < number <= len(lines) else ""
    if re.search("overwrite|twice|redefine|already", str(error)):
        hint = "这一项或这一段前面已经写过，请删去一处"
    elif "\\" in shown:
        hint = "路径里的“\\”请用单引号括起整条路径，如 '\\\\服务器\\共享'"
    elif re.search("[“”‘’＝，]", shown.split("#")[0]):
        hint = "引号、等号和逗号要用英文半角"
    else:
        hint = "请检查引号、方括号是否成对，日期不加引号，文字加英文双引号"
    return f"第{number}行“{shown[:40]}”写法不对：{hint}。"


def _sentence(fault: dict[str, Any], text: str) -> str:
    keys = tuple(part for part in fault["loc"] if part != "[key]")
    said = _SAID.get(str(fault["type"]), "填法不对。请对照说明改正。")
    context = dict(fault.get("ctx", {}))
    if "expected" in context:
        context["expected"] = str(context["expected"]).replace(" or ", " 或 ")
    return _where(keys, text) + said.format_map(context)


def _where(keys: Keys, text: str) -> str:
    """Return "第n行 [段] 键：" for a path of keys; the line is left out where it cannot be told."""
    shown = ".".join(f"第{part + 1}段" if isinstance(part, int) else part for part in keys)
    line = find_line(text, keys)
    return f"第{line}行 {shown}：" if line else f"{shown}："


def find_line(text: str, keys: Keys) -> int:
    r"""Return the line (from 1) on which the deepest known part of a key path is written, or 0.

    >>> find_line('[a]\nx = 1\n[[a.b]]\ny = 2\n[[a.b]]\ny = 3', ("a", "b", 1, "y"))
    6
    """
    tables, wanted = _tables(text), list(keys)
    for cut in range(len(wanted), 0, -1):
        table, rest = tuple(wanted[:cut]), wanted[cut:]
        span = tables.get(table)
        if span is None:
            continue
        inner = next((part for part in rest if isinstance(part, str)), "")
        return _line_of_key(text, span, inner) if inner else span[0]
    outer = str(wanted[0]) if wanted else ""
    return _line_of_key(text, (1, _first_table(tables)), outer, found_only=True)


def _tables(text: str) -> dict[tuple[str | int, ...], tuple[int, int]]:
    """Return the span of lines (first, past the last) of each table, numbered where repeated."""
    heads: list[tuple[tuple[str | int, ...], int]] = []
    counts: dict[str, int] = {}
    lines = text.splitlines()
    for number, line in enumerate(lines, 1):
        head = re.match(r"\s*(\[\[?)\s*([^\[\]#]+?)\s*\]", line)
        if not head:
            continue
        path: tuple[str | int, ...] = tuple(part.strip().strip('"') for part in head[2].split("."))
        if head[1] == "[[":
            position = counts.get(head[2], 0)
            counts[head[2]] = position + 1
            path = (*path, position)
        heads.append((path, number))
    ends = [number for _, number in heads] + [len(lines) + 1]
    return {path: (number, end) for (path, number), end in zip(heads, ends[1:], strict=True)}


def _first_table(tables: dict[tuple[str | int, ...], tuple[int, int]]) -> int:
    return min((start for start, _ in tables.values()), default=10**9)


def _line_of_key(text: str, span: tuple[int, int], name: str, *, found_only: bool = False) -> int:
    lines = text.splitlines()
    for number in range(span[0], min(span[1], len(lines) + 1)):
        if re.match(rf'\s*"?{re.escape(name)}"?\s*[=.]', lines[number - 1]):
            return number
    return 0 if found_only else span[0]
