"""What is installed is written down once and the same: lock, uv's constraints, build back end."""

from __future__ import annotations

import re
import tomllib

import pytest
from tree import ROOT, texts

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
LOCK = (ROOT / "requirements.lock").read_text("utf-8")

# Where packages come from is the business of the machine, never of this repository.
_HOSTS = re.compile(r"\b(pypi|pythonhosted|npmjs|npmmirror|piwheels)\.(org|com)\b")
_OPTIONS = re.compile(r"(index|find-links|trusted-host|registry|mirror)[^\n]{0,20}?\w+://")


EXTRAS = (ROOT / "requirements-parquet.lock").read_text("utf-8")


def locked(lock: str = LOCK) -> list[str]:
    return re.findall(r"(?m)^([a-z0-9][^\n\\]*?) *\\?$", lock)


def test_uv_is_held_to_the_versions_of_the_lock():
    assert PROJECT["tool"]["uv"]["constraint-dependencies"] == locked(), "run: make lock"


@pytest.mark.parametrize("lock", [LOCK, EXTRAS], ids=["run and test", "parquet"])
def test_every_locked_package_is_pinned_and_has_hashes(lock):
    entries = re.split(r"(?m)^(?=[a-z0-9])", lock)
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


def test_the_extra_is_locked_beside_the_rest():
    """No result may depend on it: pandas keeps text otherwise where pyarrow is installed."""
    declared = PROJECT["project"]["optional-dependencies"]["parquet"]
    names = {line.split("==")[0] for line in locked(EXTRAS)}
    assert set(declared) <= names
    assert names & {line.split("==")[0] for line in locked()} == set()


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
