"""Write docs/codes.md from the catalogue of findings; `make catalogue`."""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.checks.rules import FILE_RULES
from pipeline.findings import CATALOGUE, REPAIRS, SHOWN, Finding
from pipeline.model import Place
from pipeline.monitor.campaign import CAMPAIGN_RULES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pipeline.findings import Entry

PAGE = Path(__file__).resolve().parent.parent / "docs" / "codes.md"

_WHERE = {"sheet", "cell", "column"}
_CLAUSE = re.compile(r"方案 ((?:[^():]|\([^)]*\))+)")
_TO_DO = re.compile("请|不必|建议")
_CHAPTERS = (
    ("整个文件的处理原因", r"[A-Z_]+"),
    ("F1：表头、单位和文件", r"F1\d\d"),
    ("F2：一格", r"F2\d\d"),
    ("F3：一行或一张表", r"F3\d\d"),
    ("F4：与已登记的内容比", r"F4\d\d"),
    ("F5：活动要求", r"F5\d\d"),
)
_HEAD = """\
# 问题代码

这一页由 `make catalogue` 按程序里唯一的总表写成，测试核对，不要手改。
代码的意思永远不变，停用的代码不再用于别的。

“类”一栏的词：

- **必改**：这张表退回，改好重报。
- **请核实**：收下，在“情况说明”答复（不少于6个字）。
- **提示**：收下，不必答复。
- **文件**：对整个文件的处理原因。
- **活动**：只进报送进度和提醒，不退表。

新规则可以先试行一轮：在 `config.toml` 的 `trial` 里写上代码，如 `trial = ["F302"]`，
试行期间只作提示，不退回；试行时提出的问题以后仍算提示；去掉代码，从下一份表起按本来的类办理。

“怎么说”一栏是一个例子，就是单位看到的话；“方案”一栏是实施方案的条款，“—”是表格本身的规矩。
"""
_REPAIRS_HEAD = """
## 规范化记录

程序直接改好、不必重报的写法。原值 → 新值逐条记在“规范化记录”，单位填的格子不动。

| 规则 | 做什么 |
|---|---|
"""


def page() -> str:
    """Return the whole page."""
    clauses = dict(_clauses())
    chapters = (
        "\n".join([f"\n## {title}\n", *_table(pattern, clauses), ""])
        for title, pattern in _CHAPTERS
    )
    repairs = "".join(f"| {rule} | {does} |\n" for rule, does in REPAIRS.items())
    return "".join([_HEAD, *chapters, _REPAIRS_HEAD, repairs])


def _table(pattern: str, clauses: dict[str, str]) -> Iterator[str]:
    yield "| 代码 | 类 | 含义 | 怎么说（例） | 怎么办 | 方案 |"
    yield "|---|---|---|---|---|---|"
    for entry in CATALOGUE.values():
        if re.fullmatch(pattern, entry.code):
            shown = {**SHOWN}.get(entry.klass, entry.klass)
            told = [f"`{entry.code}`", shown, entry.meaning, message(entry)]
            told += [_remedy(said(entry)), clauses.get(entry.code, "—")]
            yield f"| {' | '.join(told)} |"


def said(entry: Entry) -> str:
    """Return the sentence of an entry with the values of its example."""
    return entry.said.format_map(entry.example)


def message(entry: Entry) -> str:
    """Return the example as an office reads it, with its place where it has one."""
    if entry.klass not in SHOWN:
        return said(entry)
    seen = entry.example
    params = {name: value for name, value in seen.items() if name not in _WHERE}
    place = Place(seen.get("sheet", ""), seen.get("cell", ""))
    value, column = params.pop("value", ""), seen.get("column", "")
    return Finding(entry.code, place, column, value, params).message


def _remedy(told: str) -> str:
    """Return from a sentence on what is to be done, the rest of the text."""
    sentences = re.findall("[^。]*。", told)
    first = next((at for at, one in enumerate(sentences) if _TO_DO.search(one)), None)
    return "不必另办。" if first is None else "".join(sentences[first:])


def _clauses() -> Iterator[tuple[str, str]]:
    """Yield each code that a rule gives with the clause that the rule cites."""
    for rule in FILE_RULES:
        source = inspect.getsource(rule.check)
        for code in re.findall(r'"(F\d{3})"', source):
            yield code, clause(rule.check)
    yield from ((rule.code, clause(rule.ask)) for rule in CAMPAIGN_RULES)


def clause(rule: Callable[..., object]) -> str:
    """Return the clause of the plan that a rule's docstring cites, "" for none.

    >>> def one(): "Ask for both (方案 四(二)5 and 7)."
    >>> clause(one)
    '四(二)5、7'
    """
    found = _CLAUSE.search(rule.__doc__ or "")
    return re.sub(" and |, ", "、", found[1]).strip() if found else ""


def main() -> None:
    """Rewrite the page."""
    PAGE.write_text(page(), "utf-8", newline="\n")


if __name__ == "__main__":
    main()
