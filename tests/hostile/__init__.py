"""Hostile, damaged and odd files, the same bytes at every run: a registry with what may be said.

Every find of the fuzzer becomes one of them. `build` writes one; nothing is kept in memory of
what only its reader would swell to.
"""

from __future__ import annotations

from hostile.bombs import BOMBS
from hostile.case import GOOD, IGNORED, WAITING, Base, Hostile
from hostile.cells import CELLS
from hostile.disguises import DISGUISES
from hostile.entities import ENTITIES
from hostile.formulas import FORMULAS, MERGES
from hostile.odd import KINDS, NAMES, ODD
from hostile.structure import STRUCTURE

__all__ = ["GOOD", "HOSTILE", "IGNORED", "WAITING", "Base", "Hostile"]

_GROUPS = (BOMBS, ENTITIES, STRUCTURE, CELLS, MERGES, FORMULAS, DISGUISES, NAMES, KINDS, ODD)
HOSTILE: tuple[Hostile, ...] = tuple(one for group in _GROUPS for one in group.files)
