"""Every package that a run needs, named with its licence in THIRD-PARTY.md."""

from __future__ import annotations

import re
import tomllib
from importlib import metadata

from packaging.requirements import Requirement
from tree import ROOT

NOTICES = (ROOT / "THIRD-PARTY.md").read_text("utf-8")
LOCKED = set(re.findall(r"(?m)^([a-z0-9-]+)==", (ROOT / "requirements.lock").read_text("utf-8")))


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def needed_by(package: str) -> set[str]:
    """Return what a package asks for on any system, without its extras."""
    try:
        asked = map(Requirement, metadata.requires(package) or [])
    except metadata.PackageNotFoundError:  # of another system; asks for nothing more
        return set()
    return {plain(each.name) for each in asked if "extra" not in str(each.marker)} & LOCKED


def runtime() -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    found: set[str] = set()
    waiting = {plain(name) for name in project["project"]["dependencies"]}
    while waiting:
        package = waiting.pop()
        found.add(package)
        waiting |= needed_by(package) - found
    return found


def declared_licence(package: str) -> str:
    told = metadata.metadata(package).json
    return str(told.get("license_expression") or told.get("license") or "")


def named() -> dict[str, str]:
    return dict(re.findall(r"(?m)^\| ([a-z0-9-]+) \| ([^|]+?) \|", NOTICES)[1:])


def test_every_package_that_a_run_needs_is_named_with_a_licence():
    assert set(named()) == runtime()
    assert all(named().values())


def test_packages_under_the_lgpl_are_told_apart():
    lgpl = {name for name in runtime() if "LGPL" in declared_licence(name)}
    assert lgpl == {name for name, licence in named().items() if "LGPL" in licence}


def test_the_licence_of_the_fonts_lies_beside_them():
    fonts = ROOT / "pipeline" / "documents" / "fonts"
    assert "SIL OPEN FONT LICENSE" in (fonts / "OFL.txt").read_text("utf-8").upper()
    assert all(font.name in NOTICES for font in fonts.glob("*.ttf"))
