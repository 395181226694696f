"""Row 3: an empty 附表1 written by us, against xlsxwriter at its defaults writing the same cells.

What xlsxwriter was asked to do for our template is recorded once and repeated call by call on a
plain `xlsxwriter.Workbook(BytesIO())`, without our options. So both sides write the same cells,
formats, formulas, validations, conditional formats, widths, heights, names and print set-up; the
peer neither plans the sheet nor makes texts nor checks anything, nor seals the package.
"""

from __future__ import annotations

import io
import random
import time
from dataclasses import dataclass, field
from functools import wraps
from inspect import isfunction
from statistics import median
from typing import TYPE_CHECKING, Any

import xlsxwriter
from measure import Row
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from pipeline.forms import FORMS, tailor
from pipeline.rehearsal import config_text, demo_bureau
from pipeline.settings import parse
from pipeline.workbook import stamp
from pipeline.workbook.template import Issue, write_template

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_BATCH = 5  # templates a measured turn: one alone is near the clock's step


@dataclass(frozen=True, slots=True)
class _Made:
    """Stands for a sheet or format among the arguments of a call."""

    number: int


@dataclass(frozen=True, slots=True)
class _Call:
    """One call of xlsxwriter: on which object (by number of its making), with what, making what."""

    on: int
    name: str
    args: tuple[Any, ...]
    options: dict[str, Any]
    made: int = -1


@dataclass(slots=True)
class _Recorder:
    """The calls that our code makes, not those that xlsxwriter makes of itself."""

    calls: list[_Call] = field(default_factory=list)
    objects: list[object] = field(default_factory=list)
    inside: bool = False

    def number(self, thing: object) -> int:
        for place, known in enumerate(self.objects):
            if known is thing:
                return place
        self.objects.append(thing)
        return len(self.objects) - 1

    def wrap(self, name: str, original: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(original)
        def called(this: object, *args: Any, **options: Any) -> Any:  # noqa: ANN401 - any call
            if self.inside:
                return original(this, *args, **options)
            given = [self._kept(arg) for arg in args]
            named = {key: self._kept(value) for key, value in options.items()}
            self.inside = True
            try:
                result = original(this, *args, **options)
            finally:
                self.inside = False
            made = self.number(result) if isinstance(result, Format | Worksheet) else -1
            self.calls.append(_Call(self.number(this), name, tuple(given), named, made))
            return result

        return called

    def _kept(self, value: object) -> object:
        if isinstance(value, dict):
            return {key: self._kept(inner) for key, inner in value.items()}
        return _Made(self.number(value)) if isinstance(value, Format | Worksheet) else value


def templates(repeats: int) -> Row:
    """Compare our empty template with the same calls on a default workbook, in random order."""
    issue = _issue()
    peer = _replayer(_recorded(issue))
    sides: dict[str, Callable[[], object]] = {
        "ours": lambda: write_template(issue),
        "peer": peer,
        "again": peer,
    }
    for work in sides.values():
        work()
    spent: dict[str, list[float]] = {name: [] for name in sides}
    chance = random.Random()  # noqa: S311 - an order, no secret; another one each time
    for _ in range(repeats):
        for name in chance.sample(list(sides), len(sides)):
            spent[name].append(_cpu_of(sides[name]))
    ours, first, again = (median(spent[name]) for name in ("ours", "peer", "again"))
    return Row(
        title="an empty 附表1 / the same calls of default xlsxwriter, CPU",
        ratio=ours / median(spent["peer"] + spent["again"]),
        bound=0.9,
        control=again / first,
    )


def _cpu_of(work: Callable[[], object]) -> float:
    before = time.process_time()
    for _ in range(_BATCH):
        work()
    return time.process_time() - before


def _issue() -> Issue:
    bureau = demo_bureau()
    office = bureau.offices[0]
    settings = parse(config_text(bureau).encode())
    form = tailor(FORMS[0], settings)
    identity = stamp.make(b"key", form.code, office.code, settings.campaign.year, "control")
    return Issue(form, office, bureau.scope(office.code), identity, settings)


def _recorded(issue: Issue) -> list[_Call]:
    """Return the calls behind our template; `close` is left to who repeats them."""
    recorder = _Recorder()
    kept = [(kind, name, vars(kind)[name]) for kind in (Workbook, Worksheet) for name in _of(kind)]
    for kind, name, original in kept:
        setattr(kind, name, recorder.wrap(name, original))
    try:
        write_template(issue)
    finally:
        for kind, name, original in kept:
            setattr(kind, name, original)
    return [call for call in recorder.calls if call.name not in {"__init__", "close", "get_name"}]


def _of(kind: type) -> Iterator[str]:
    """Yield the public methods of a class, and its making, which calls some of them itself."""
    for name, one in vars(kind).items():
        if isfunction(one) and (name == "__init__" or not name.startswith("_")):
            yield name


def _replayer(calls: list[_Call]) -> Callable[[], bytes]:
    owner = next(call.on for call in calls if call.name == "add_worksheet")

    def replay() -> bytes:
        target = io.BytesIO()
        book = xlsxwriter.Workbook(target)
        things: dict[int, Any] = {owner: book}
        for call in calls:
            args = [_given(arg, things) for arg in call.args]
            if call.name == "add_worksheet":
                del args[1:]  # our own class of sheet
            options = {key: _given(value, things) for key, value in call.options.items()}
            result = getattr(things[call.on], call.name)(*args, **options)
            if call.made >= 0:
                things[call.made] = result
        book.close()
        return target.getvalue()

    return replay


def _given(value: object, things: dict[int, Any]) -> object:
    if isinstance(value, dict):
        return {key: _given(inner, things) for key, inner in value.items()}
    return things[value.number] if isinstance(value, _Made) else value
