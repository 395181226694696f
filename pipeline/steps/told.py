"""Findings and repairs as the stable JSON of `check --json`, which is also what is stored."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from pipeline.findings import CATALOGUE, Finding, Repair
from pipeline.model import Place

if TYPE_CHECKING:
    from collections.abc import Iterable


def told_finding(finding: Finding) -> dict[str, str]:
    """Return a finding as it is told: code, class, sheet, cell, column, value, message."""
    return {
        "code": finding.code,
        "class": finding.klass,
        "sheet": finding.place.sheet,
        "cell": finding.place.cell,
        "column": finding.column,
        "value": finding.value,
        "message": finding.message,
    }


def told_repair(repair: Repair) -> dict[str, str]:
    """Return a repair as it is told: sheet, cell, column, before, after, rule."""
    return {
        "sheet": repair.place.sheet,
        "cell": repair.place.cell,
        "column": repair.column,
        "before": repair.before,
        "after": repair.after,
        "rule": repair.rule,
    }


def stored_findings(findings: Iterable[Finding]) -> str:
    """Return findings as the ledger keeps them: as told, with what their sentence is made of."""
    return compact([told_finding(entry) | {"params": dict(entry.params)} for entry in findings])


def stored_repairs(repairs: Iterable[Repair]) -> str:
    """Return repairs as the ledger keeps them."""
    return compact([told_repair(repair) for repair in repairs])


def restored_findings(stored: str) -> tuple[Finding, ...]:
    """Return the findings that `stored_findings` wrote."""
    return tuple(
        Finding(
            entry["code"],
            Place(entry["sheet"], entry["cell"]),
            entry["column"],
            entry["value"],
            entry["params"],
            graded=None if entry["class"] == CATALOGUE[entry["code"]].klass else entry["class"],
        )
        for entry in json.loads(stored)
    )


def restored_repairs(stored: str) -> tuple[Repair, ...]:
    """Return the repairs that `stored_repairs` wrote."""
    return tuple(
        Repair(
            Place(entry["sheet"], entry["cell"]),
            entry["column"],
            entry["before"],
            entry["after"],
            entry["rule"],
        )
        for entry in json.loads(stored)
    )


def compact(value: object) -> str:
    """Return JSON without blanks, Chinese as it is."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
