"""Findings and repairs as the stable JSON of `check --json`, and as stored with each part."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

if TYPE_CHECKING:
    from pipeline.findings import Finding, Repair


class ToldFinding(TypedDict):
    """A finding as told. class: 强制, 核实 or 提示."""

    code: str
    klass: str
    sheet: str
    cell: str
    column: str
    value: str
    message: str


class ToldRepair(TypedDict):
    """A repair as told: 原值 → 新值 with its rule."""

    sheet: str
    cell: str
    column: str
    before: str
    after: str
    rule: str


def told_finding(finding: Finding) -> ToldFinding:
    """Return a finding as it is stored and told."""
    return {
        "code": finding.code,
        "klass": finding.klass,
        "sheet": finding.place.sheet,
        "cell": finding.place.cell,
        "column": finding.column,
        "value": finding.value,
        "message": finding.message,
    }


def told_repair(repair: Repair) -> ToldRepair:
    """Return a repair as it is stored and told."""
    return {
        "sheet": repair.place.sheet,
        "cell": repair.place.cell,
        "column": repair.column,
        "before": repair.before,
        "after": repair.after,
        "rule": repair.rule,
    }
