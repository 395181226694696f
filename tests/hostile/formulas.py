"""Merges that lie over others, and formulas that want to do something."""

from __future__ import annotations

from typing import TYPE_CHECKING

from packages import REL

from hostile.case import BOOK_RELS, GOOD, Group
from hostile.zips import Member, zip_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from hostile.case import Base

MERGES, FORMULAS = Group("merge"), Group("formula")
_PROBES = {
    "dde": 'cmd|" /C calc"!A0',
    "hyperlink": 'HYPERLINK("http://127.0.0.1:9/?"&amp;A1,"双人经办")',
    "webservice": 'WEBSERVICE("http://127.0.0.1:9/"&amp;A1)',
    "external": "'\\\\127.0.0.1\\share\\[a.xlsx]Sheet1'!A1",
    "external-file": "'file:///etc/[hosts]x'!A1",
    "exec": 'EXEC("calc.exe")',
    "indirect": 'INDIRECT("R1C1",FALSE)',
    "circular": "K8",
    "volatile": "RAND()",
    "long": "1+" * 4_000 + "1",
    "deep": "(" * 3_000 + "1" + ")" * 3_000,
    "bad": "=)(,,;",
}


def _merged(*ranges: str) -> Callable[[Base], bytes]:
    cells = "".join(f'<mergeCell ref="{area}"/>' for area in ranges)
    return lambda base: base.behind(f"<mergeCells>{cells}</mergeCells>")


def _formula(element: str, value: str = "双人经办") -> Callable[[Base], bytes]:
    return lambda base: base.cell(f'<c r="K8" t="str">{element}<v>{value}</v></c>')


def _external(base: Base) -> bytes:
    """A workbook that carries a link to another one, and its remembered values."""
    relation = f'<Relationship Id="x" Type="{REL}/externalLink" Target="externalLinks/e1.xml"/>'
    rels = base.parts[BOOK_RELS].replace(b"</Rel", relation.encode() + b"</Rel", 1)
    return zip_of(
        [
            *base.members(**{BOOK_RELS: rels}),
            Member("xl/externalLinks/e1.xml", b"<externalLink/>"),
            Member("xl/connections.xml", b"<connections/>"),
            Member("xl/embeddings/o.bin", b"MZ"),
        ]
    )


MERGES.add("whole-sheet", _merged("A1:XFD1048576"), "FINDINGS F220")
MERGES.add("all-rows", _merged("AA1:AA1048576"), GOOD)
# what lies under a merge is read as it stands there, and told as hidden
MERGES.add("over-the-table", _merged("B8:K9"), GOOD | {"F103"})
MERGES.add("overlapping", _merged("AA30:AB32", "AB31:AC33"), GOOD)
MERGES.add("overlapping-fields", _merged("J8:K9", "K8:L9"), "FINDINGS F220")
MERGES.add("twice", _merged("AA30:AB32", "AA30:AB32"), GOOD)
MERGES.add("reversed", _merged("AC33:AA30"), GOOD)
MERGES.add("single", _merged("AA30"), GOOD)
MERGES.add("beyond", _merged("AA30:XFE1048577"), GOOD)
MERGES.add("nonsense", _merged("nonsense"), "DAMAGED")
MERGES.add("lower-case", _merged("aa30:ab31"), "DAMAGED")
MERGES.add("empty", _merged(""), "DAMAGED")

for _name, _probe in _PROBES.items():
    FORMULAS.add(_name, _formula(f"<f>{_probe}</f>"), GOOD)
FORMULAS.add("array", _formula('<f t="array" ref="K8:K9">A1:A2</f>'), GOOD)
FORMULAS.add("array-over-all", _formula('<f t="array" ref="A1:XFD1048576">1</f>'), GOOD)
FORMULAS.add("shared-without-master", _formula('<f t="shared" si="9"/>'), GOOD)
FORMULAS.add("shared-index-huge", _formula('<f t="shared" si="4294967296" ref="K8">1</f>'), GOOD)
FORMULAS.add("table", _formula('<f t="dataTable" ref="K8:K9" r1="A1"/>'), GOOD)
FORMULAS.add("no-value", lambda b: b.cell('<c r="K8"><f>1+1</f></c>'), "FINDINGS F208")
FORMULAS.add("no-value-array", lambda b: b.cell('<c r="K8"><f t="array" ref="K8">1</f><v/></c>'),
             "FINDINGS F208")  # fmt: skip
FORMULAS.add("external-link-part", _external, GOOD | {"F122"})
FORMULAS.add("macros", lambda b: zip_of([*b.members(), Member("xl/vbaProject.bin", b"x")]),
             GOOD | {"F121"})  # fmt: skip
