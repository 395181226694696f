"""What is fuzzed: functions of bytes that may answer or refuse, and do nothing else.

Anything else they raise, more than five seconds or more than a gibibyte is a find. Python alone is
instrumented: calamine is Rust, expat and lxml are C, so what new path they take steers nothing.
A crash inside them still ends the process and is a find like any other.
"""

from __future__ import annotations

import sys
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import BadZipFile, ZipFile

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from hostile import HOSTILE, Base
from hostile.zips import STORED, Member, zip_of
from mark_books import MARKS, problem_list, returned
from packages import CELL_A1, ordinary, spreading, workbook_parts
from python_calamine import CalamineError

from pipeline.model import Unreadable
from pipeline.reading.codec import CodecError, decode, encode
from pipeline.reading.guard import inspect
from pipeline.reading.limits import Limits, Refusal
from pipeline.workbook.mark import MarkError, clean, mark
from pipeline.workbook.reader import read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from pipeline.workbook.reader import Inspection

LIMITS = Limits()
# What the parser of OLE files raises ends at the worker's door, which is not fuzzed.
_OLE = b"\xd0\xcf\x11\xe0"
_SHEET = "xl/worksheets/sheet1.xml"
# Sheets that the guard walks through element by element, each for another reason.
_ODD_SHEETS = (
    ('<row r="1"><c r="A1" t="e"><v>#REF!</v></c></row>', "{}"),
    (
        '<row r="1" hidden="1"><c><f t="shared" si="0"/></c></row>',
        '<cols><col min="1" max="2" hidden="1"/></cols>{}',
    ),
    ('<row><c r="XFD1048576" s="1"><v>1e5</v></c></row>', "{}"),
    (CELL_A1, '{}<mergeCells><mergeCell ref="A1:B2"/></mergeCells>'),
    (
        '<row r="1"><c r="A1" t="inlineStr"><is><r><t>a</t></r><rPh><t>b</t></rPh></is></c></row>',
        "<!-- -->{}",
    ),
)
_SEED_SIZE = 60_000


def _parts(package: bytes) -> dict[str, bytes]:
    with ZipFile(BytesIO(package)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


FORM, SHEETS = returned(), _parts(spreading(3, 3))
PARTS = _parts(FORM)
NAMES = tuple(name for name in PARTS if not name.endswith(".png"))


def guard(data: bytes) -> None:
    """Look at raw bytes as the guard does."""
    if data.startswith(_OLE):
        return
    try:
        inspect(data, LIMITS)
    except Refusal:
        return


def _with_part(data: bytes) -> bytes:
    """Return a workbook one part of which is the input; its first byte tells which part."""
    place = data[0] % (len(NAMES) + 1)
    parts: Mapping[str, bytes] = PARTS
    if place == len(NAMES):
        parts = {**SHEETS, "content.xml": data[1:]}
    else:
        parts = {**PARTS, NAMES[place]: data[1:]}
    return zip_of(Member(name, part, method=STORED) for name, part in parts.items())


def part(data: bytes) -> None:
    """Guard and read a workbook with a strange part; what calamine refuses is the door's.

    An .ods is guarded only: one number in it makes calamine ask for any amount of memory, which
    only the limits of a worker refuse.
    """
    if not data:
        return
    package = _with_part(data)
    try:
        inspection = inspect(package, LIMITS)
    except Refusal:
        return
    if inspection.kind == "xlsx":
        _read(package, inspection)


def _read(package: bytes, inspection: Inspection) -> None:
    try:
        encoded = encode(read(package, inspection))
    except (CalamineError, BadZipFile):
        return  # the worker's door takes these for damage
    except BaseException as error:
        if type(error).__name__ == "PanicException":  # no Exception, and not to be imported
            return
        raise
    decode(encoded)


def marking(data: bytes) -> None:
    """Mark a workbook with a strange part, and take the marks out again."""
    if not data:
        return
    try:
        clean(mark(_with_part(data), MARKS, [problem_list()]))
    except MarkError:
        return


def codec(data: bytes) -> None:
    """Believe nothing of a worker's answer."""
    try:
        decode(data)
    except CodecError:
        return


def _small() -> Iterable[bytes]:
    base = Base(ordinary())
    for one in HOSTILE:
        if one.group in {"structure", "disguise", "entity"} and not one.bomb:
            try:
                yield _written(one.make, base)
            except (AssertionError, KeyError):  # wants what only a filled form has
                continue


def _written(make: Callable[[Base, Path], None], base: Base) -> bytes:
    from tempfile import TemporaryDirectory  # noqa: PLC0415

    with TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        make(base, path)
        return path.read_bytes()


def _part_seeds() -> Iterable[bytes]:
    for place, name in enumerate(NAMES):
        yield bytes([place]) + PARTS[name]
    yield bytes([len(NAMES)]) + SHEETS["content.xml"]
    sheet = bytes([NAMES.index(_SHEET)])
    for rows, around in _ODD_SHEETS:
        yield sheet + str(workbook_parts(rows, around=around)[_SHEET]).encode()


def _answers() -> Iterable[bytes]:
    yield encode(Unreadable("EMPTY"))
    yield encode(read(FORM, inspect(FORM, LIMITS)))


TARGETS: Mapping[str, tuple[Callable[[bytes], None], Callable[[], Iterable[bytes]]]] = {
    "guard": (guard, _small),
    "part": (part, _part_seeds),
    "marking": (marking, _part_seeds),
    "codec": (codec, _answers),
}


def write_seeds(target: str, folder: Path) -> None:
    """Write what the fuzzer starts from; large files teach it nothing but slowness."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(TARGETS[target][1]()):
        if len(seed) <= _SEED_SIZE:
            (folder / f"seed-{number:03d}").write_bytes(seed)
