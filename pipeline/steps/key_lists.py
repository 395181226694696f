"""管理清单: to whom which list goes, and that none stays where it is no longer made."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.files.names import safe_name
from pipeline.ledger import outputs, records
from pipeline.steps.publish import Outgoing, relative, retire
from pipeline.summaries.key_list import (
    Charge,
    KeyList,
    Placed,
    kept_by,
    key_list_book,
    overview_book,
)
from pipeline.tables.listed import charges, of_level, of_offices, unlisted
from pipeline.workspace.paths import BUREAU, GROUP, LISTS, NOTICES, OFFICES, OLD_ANSWERS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd

    from pipeline.model import Office
    from pipeline.steps.material import Material
    from pipeline.vocab import Term
    from pipeline.workspace import Workspace

LEADERS = "分管领导"
OF_LEADER = "重点管理清单.xlsx"
OVERVIEW = "清单一览.xlsx"

# Where lists lie and what they are called; （新版…） is one written beside a file that is open.
_LIST = re.compile(
    rf"(?:{BUREAU}|{BUREAU}/{LEADERS}/[^/]+|{GROUP}/{LISTS}|{OFFICES}/[^/]+/{NOTICES})"
    r"/[^/]*清单(?:（[^/]*）)?\.xlsx"
)


def key_lists(material: Material) -> list[Outgoing]:
    """Return the lists of a day: of each level where it belongs, of each leader, and what is where.

    An office gets its own list as soon as something of it was ever registered.
    """
    workspace = material.workspace
    with workspace.ledger.reading() as db:
        filed = records.offices(db, material.scope.form.code, on=material.day)
    active = workspace.roster.active(material.day)
    own = [office for office in active if office.code in filed]
    files: list[Outgoing] = []
    for term in material.scope.levels.terms:
        files += _of_level(material, term, own)
    files += _of_leaders(material)
    return [*files, _overview(material, {office.code for office in active})]


def retire_stale(workspace: Workspace, made: Sequence[Outgoing]) -> None:
    """Move the lists away that are no longer made: a leader left, a level goes to another keeper.

    They lie in 历史/ beside their place, those of an office or the group beside its folder.
    """
    current = {relative(workspace, file.target) for file in made}
    with workspace.ledger.reading() as db:
        known = {one.path for one in outputs.below(db, workspace.paths.edition)}
    stale = [path for path in sorted(known - current) if _is_list(workspace, path)]
    gone = [path for path in stale if _retire(workspace, path)]
    if gone:
        with workspace.ledger.transaction() as tx:
            for path in gone:
                outputs.withdraw(tx, path)


def _is_list(workspace: Workspace, path: str) -> bool:
    """Tell whether a list of this edition lies there: one of an earlier day touches no other."""
    edition = workspace.paths.edition
    return bool(_LIST.fullmatch(path.removeprefix(f"{edition}/") if edition else path))


def _retire(workspace: Workspace, path: str) -> bool:
    target = workspace.paths.outbox / path
    is_bureaus = target.is_relative_to(workspace.paths.for_bureau())
    beside = target.parent if is_bureaus else target.parent.parent
    return retire(target, beside / OLD_ANSWERS)


def list_name(term: Term) -> str:
    """Return the name of the list of a level: 重点管理清单（红）."""
    return f"{term.mode or '管理'}清单（{term.name}）"


def _of_level(material: Material, term: Term, own: Sequence[Office]) -> Iterator[Outgoing]:
    paths, name = material.workspace.paths, list_name(term)
    if term.audience == "office":
        for office in own:
            points = of_level(material.register, term, office.code)
            wanted = KeyList(
                f"{office.name}{name}",
                f"{office.name}现在没有“{term.name}”级的风险点。",
                kept_by(term),
            )
            folder = paths.for_office(office, NOTICES)
            yield Outgoing(folder / _file(name), _book(material, points, wanted))
        return
    folder = paths.for_bureau() if term.audience == "bureau" else paths.for_group(LISTS)
    wanted = KeyList(name, f"现在没有“{term.name}”级的风险点。", kept_by(term))
    points = of_level(material.register, term)
    yield Outgoing(folder / _file(name), _book(material, points, wanted))


def _of_leaders(material: Material) -> Iterator[Outgoing]:
    names = {office.code: office.name for office in material.scope.offices}
    for leader, offices in charges(material.scope).items():
        if leader:
            folder = material.workspace.paths.for_bureau(LEADERS, safe_name(leader))
            wanted = KeyList(
                f"{leader}分管单位管理清单",
                "分管的单位现在没有登记的风险点。",
                f"分管的单位：{'、'.join(names[code] for code in offices)}。",
            )
            points = of_offices(material.register, offices)
            yield Outgoing(folder / OF_LEADER, _book(material, points, wanted))


def _overview(material: Material, active: set[str]) -> Outgoing:
    register, scope = material.register, material.scope
    placed = [Placed(term, *_place(material, term)) for term in scope.levels.terms]
    led = [Charge(leader, offices) for leader, offices in charges(scope).items()]
    lists = (placed, led, unlisted(register, scope, active))
    book = overview_book(register, scope, material.edition, lists)
    return Outgoing(material.workspace.paths.for_group(LISTS) / OVERVIEW, book)


def _place(material: Material, term: Term) -> tuple[str, str]:
    """Return who gets the list of a level, and where it lies."""
    name = _file(list_name(term))
    return {
        "bureau": (BUREAU, f"{BUREAU}/{name}"),
        "group": (material.workspace.settings.bureau.group, f"{GROUP}/{LISTS}/{name}"),
    }.get(term.audience, ("各单位", f"{OFFICES}/（本单位）/{NOTICES}/{name}"))


def _file(name: str) -> str:
    return safe_name(f"{name}.xlsx")


def _book(material: Material, points: pd.DataFrame, wanted: KeyList) -> bytes:
    return key_list_book(points, material.scope, material.edition, wanted)
