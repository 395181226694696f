"""Contradictions between keys of config.toml that no single key shows."""

from __future__ import annotations

from collections import Counter
from pathlib import PurePath
from typing import TYPE_CHECKING

from pipeline import text
from pipeline.findings import CATALOGUE
from pipeline.findings.identity import IDENTITY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.settings.schema import Settings

Keys = tuple[str | int, ...]

_LEAST_PHRASE = 2  # characters; with single ones almost any text could be made


def contradictions(settings: Settings) -> Iterator[tuple[Keys, str]]:
    """Yield each contradiction as the key it is best mended at and a Chinese sentence."""
    yield from _empty(settings)
    yield from _rounds(settings)
    yield from _words(settings)
    yield from _references(settings)
    yield from _commitment(settings)
    yield from _rules(settings)
    yield from _gaps(settings)
    yield from _folders(settings)
    yield from _limits(settings)


def _limits(settings: Settings) -> Iterator[tuple[Keys, str]]:
    limits = settings.limits
    if limits.unpacked_mb < limits.file_mb:
        said = f"应不小于 file_mb（{limits.file_mb}）。文件解开后不会变小。"
        yield ("limits", "unpacked_mb"), said


def _commitment(settings: Settings) -> Iterator[tuple[Keys, str]]:
    commitment = settings.commitment
    if not commitment.roles:
        yield ("commitment", "roles"), "至少要有一种角色。请写一段 [[commitment.roles]]。"
    opening = commitment.opening.replace("{count}", "").replace("{levels}", "")
    texts = {
        "opening": opening,
        "clauses": "".join(commitment.clauses),
        "closing": commitment.closing,
    }
    for key, text_ in texts.items():
        if "{" in text_ or "}" in text_:
            said = "花括号里只能写 {count} 和 {levels}，而且只能写在 opening 里。请改正。"
            yield ("commitment", key), said
    tiers = [word.name for word in settings.vocabulary["tiers"]]
    for position, role in enumerate(commitment.roles):
        for tier in role.tiers:
            if tier not in tiers:
                said = f"“{tier}”不在词表 tiers 里。只能是 {'、'.join(tiers)}。"
                yield ("commitment", "roles", position, "tiers"), said


def _rules(settings: Settings) -> Iterator[tuple[Keys, str]]:
    for phrase in settings.checks.empty_phrases:
        if len(text.key(phrase)) < _LEAST_PHRASE:
            said = f"“{phrase}”太短，会把具体的措施也当成通用的话。请写两个字以上，或删去。"
            yield ("checks", "empty_phrases"), said
    for code in settings.checks.trial:
        klass = CATALOGUE[code].klass if code in CATALOGUE else ""
        if klass == "提示":
            yield ("checks", "trial"), f"“{code}”本来就是提示，不必试行。请删去。"
        elif klass == "强制" and CATALOGUE[code] in IDENTITY:
            said = f"“{code}”说的是表头或标识，有错就读不准，不能试行。请删去。"
            yield ("checks", "trial"), said
        elif klass not in {"强制", "核实"}:
            said = f"“{code}”不是必改或请核实的问题代码。请改成 F302 这样的代码，或删去。"
            yield ("checks", "trial"), said
    known = [entry.code for entry in CATALOGUE.values() if entry.klass == "活动"]
    for code in settings.checks.campaign_rules_off:
        if code not in known:
            said = f"“{code}”不是活动要求的代码。只能是 {'、'.join(known)}。"
            yield ("checks", "campaign_rules_off"), said


def _gaps(settings: Settings) -> Iterator[tuple[Keys, str]]:
    names = Counter(text.key(name) for group in settings.gaps.posts for name in set(group))
    for group in settings.gaps.posts:
        for name in group:
            if names[text.key(name)] > 1:
                yield ("gaps", "posts"), f"“{name}”写在几组里。一个岗位名称只写在一组。"


def _empty(settings: Settings) -> Iterator[tuple[Keys, str]]:
    if not settings.campaign.rounds:
        yield ("campaign", "rounds"), "至少要有一轮。请写一段 [[campaign.rounds]]。"
    for name, words in settings.vocabulary.items():
        if not words:
            yield ("vocabulary", name), "词表是空的。请至少写一个词。"


def _rounds(settings: Settings) -> Iterator[tuple[Keys, str]]:
    campaign = settings.campaign
    names = Counter(entry.key for entry in campaign.rounds)
    for position, entry in enumerate(campaign.rounds):
        if names[entry.key] > 1:
            yield ("campaign", "rounds", position, "key"), f"“{entry.key}”重复。请改成不同的编码。"
        if position and entry.start < campaign.rounds[position - 1].start:
            yield ("campaign", "rounds", position, "from"), "轮次没有按先后排列。请调整次序。"
    dates = Counter((entry.form, entry.round) for entry in campaign.deadlines)
    for position, deadline in enumerate(campaign.deadlines):
        if dates[deadline.form, deadline.round] > 1:
            said = f"“{deadline.form}”在这一轮有几个期限。请只留一个。"
            yield ("campaign", "deadlines", position), said
        if campaign.round(deadline.round) is None:
            keys = "、".join(names)
            yield (
                ("campaign", "deadlines", position, "round"),
                f"没有“{deadline.round}”这一轮。只能是 {keys}。",
            )


def _words(settings: Settings) -> Iterator[tuple[Keys, str]]:
    for name, words in settings.vocabulary.items():
        seen: dict[str, int] = {}
        for position, word in enumerate(words):
            for spelling in (word.name, *word.aliases, *word.scale):
                if not text.key(spelling):
                    said = f"“{spelling}”没有文字，认不出来。请改正或删去。"
                    yield ("vocabulary", name, position), said
                    continue
                first = seen.setdefault(text.key(spelling), position)
                if first != position:
                    other = words[first].name
                    yield (
                        ("vocabulary", name, position),
                        f"“{spelling}”已经属于“{other}”。请删去一处。",
                    )


def _references(settings: Settings) -> Iterator[tuple[Keys, str]]:
    for name, key, target in (
        ("consequences", "implies", "levels"),
        ("subpowers", "parent", "powers"),
    ):
        known = {word.name for word in settings.vocabulary[target]}
        for position, word in enumerate(settings.vocabulary[name]):
            value = word.implies if key == "implies" else word.parent
            if value not in known:
                options = "、".join(word.name for word in settings.vocabulary[target])
                yield (
                    ("vocabulary", name, position, key),
                    f"“{value}”不在词表 {target} 里。只能是 {options}。",
                )
    for position, column in enumerate(settings.columns):
        if column.kind == "choice" and column.vocabulary not in settings.vocabulary:
            yield (
                ("columns", position, "vocabulary"),
                f"没有词表“{column.vocabulary}”。请先写词表。",
            )
        if column.required and settings.campaign.round(column.required) is None:
            yield ("columns", position, "required"), f"没有“{column.required}”这一轮。"


def _folders(settings: Settings) -> Iterator[tuple[Keys, str]]:
    folders = settings.folders
    paths = {
        name: PurePath(getattr(folders, name).replace("\\", "/"))
        for name in ("inbox", "outbox", "archive", "templates")
    }
    for name in (*paths, "group", "precheck"):
        # In double quotes "\t" and "\n" are a tab and a line feed, and no fault of TOML.
        if min(getattr(folders, name)) < " ":
            said = "路径里的“\\”被当成了转义符。请用单引号括起整条路径，如 'D:\\报送'。"
            yield ("folders", name), said
    name = folders.precheck
    if name in {".", ".."} or "/" in name or "\\" in name:
        yield ("folders", "precheck"), f"“{name}”不是一个文件夹的名称。请改成“预检”这样的名称。"
    elif name == folders.group:
        yield ("folders", "precheck"), f"“{name}”已经是 group 的文件夹。请改用别的名称。"
    for name, path in paths.items():
        for other, above in paths.items():
            if name != other and (path == above or above in path.parents):
                yield ("folders", name), f"“{path}”在 {other}“{above}”之内。各文件夹不能重叠。"
    if folders.archive.startswith(("\\\\", "//")):
        yield ("folders", "archive"), "档案库不能放在共享盘。请改为本机文件夹。"
