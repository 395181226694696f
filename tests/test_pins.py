"""What is installed is written down once and the same: lock, uv's constraints, build back end."""

from __future__ import annotations

import re
import tomllib

from tree import ROOT, texts

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
LOCK = (ROOT / "requirements.lock").read_text("utf-8")

# Where packages come from is the business of the machine, never of this repository.
_HOSTS = re.compile(r"\b(pypi|pythonhosted|npmjs|npmmirror|piwheels)\.(org|com)\b")
_OPTIONS = re.compile(r"(index|find-links|trusted-host|registry|mirror)[^\n]{0,20}?\w+://")


def locked() -> list[str]:
    return re.findall(r"(?m)^([a-z0-9][^\n\\]*?) *\\?$", LOCK)


def test_uv_is_held_to_the_versions_of_the_lock():
    assert PROJECT["tool"]["uv"]["constraint-dependencies"] == locked(), "run: make lock"


def test_every_locked_package_is_pinned_and_has_hashes():
    entries = re.split(r"(?m)^(?=[a-z0-9])", LOCK)
    loose = [
        entry.split("\n", 1)[0]
        for entry in entries
        if entry and ("==" not in entry or "--hash=sha256:" not in entry)
    ]
    assert loose == []


def test_every_declared_package_is_locked():
    declared = PROJECT["project"]["dependencies"] + PROJECT["dependency-groups"]["dev"]
    names = {line.split("==")[0] for line in locked()}
    assert {re.sub(r"[-_.]+", "-", name).lower() for name in declared} - names == set()


def test_the_build_back_end_is_pinned():
    assert all("==" in requirement for requirement in PROJECT["build-system"]["requires"])


def test_no_file_names_where_packages_come_from():
    found = [
        (name, said[0])
        for name, text in texts()
        for pattern in (_HOSTS, _OPTIONS)
        for said in pattern.finditer(text)
    ]
    assert found == []
