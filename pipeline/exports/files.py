"""A package of tables in one format, with datapackage.json (Frictionless Data Package)."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.exports.parquet import parquet_file
from pipeline.exports.text_files import csv_file, json_file

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    from pipeline.exports.resource import Column, Resource

DESCRIPTOR = "datapackage.json"
_MOMENT = "%Y-%m-%dT%H:%M:%S%z"
GUARDED = (
    "csv里以=、+、-、@（含全角）、制表符、回车或撇号开头的文字，以及分隔符或换行后面跟着这些符号的文字，"
    "前面加了一个撇号'，分隔符或换行后的符号前也各加一个，以免被表格软件当作公式。"
    "还原：字段以'开头的，去掉开头的'，再去掉分隔符（, ; | 制表符、换行）后紧挨着这些符号的一个'。"
)


@dataclass(frozen=True, slots=True)
class Package:
    """What all tables of an export have in common."""

    title: str
    description: str
    day: date
    version: str


@dataclass(frozen=True, slots=True)
class _Format:
    write: Callable[[Resource], bytes]
    mediatype: str
    tabular: bool


FORMATS: Mapping[str, _Format] = {
    "csv": _Format(csv_file, "text/csv", tabular=True),
    "json": _Format(json_file, "application/json", tabular=True),
    "parquet": _Format(parquet_file, "application/vnd.apache.parquet", tabular=False),
}


def package_files(
    package: Package, resources: Sequence[Resource], format_: str
) -> dict[str, bytes]:
    """Return the files of a package by name; the description, which holds their hashes, is last."""
    fitted = [resource.fitted for resource in resources]
    files = {f"{one.name}.{format_}": FORMATS[format_].write(one) for one in fitted}
    told = [
        _resource(one, (name, data), format_)
        for one, (name, data) in zip(fitted, files.items(), strict=True)
    ]
    tabular = FORMATS[format_].tabular
    descriptor = {
        "profile": "tabular-data-package" if tabular else "data-package",
        "name": "yigang-export",
        "title": package.title,
        "description": package.description + (GUARDED if format_ == "csv" else ""),
        "asOf": package.day.isoformat(),
        "program": f"yigang {package.version}",
        "resources": told,
    }
    text = json.dumps(descriptor, ensure_ascii=False, indent=1)
    return {**files, DESCRIPTOR: f"{text}\n".encode()}


def _resource(resource: Resource, file: tuple[str, bytes], format_: str) -> dict[str, object]:
    name, data = file
    kind = FORMATS[format_]
    told: dict[str, object] = {
        "name": resource.name,
        "title": resource.title,
        "path": name,
        "profile": "tabular-data-resource" if kind.tabular else "data-resource",
        "format": format_,
        "mediatype": kind.mediatype,
        "encoding": "utf-8",
        "bytes": len(data),
        "hash": f"sha256:{hashlib.sha256(data).hexdigest()}",
        "rows": len(resource.rows),
        "schema": _schema(resource),
    }
    if format_ == "csv":
        told["dialect"] = {"delimiter": ",", "lineTerminator": "\r\n", "doubleQuote": True}
    return told


def _schema(resource: Resource) -> dict[str, object]:
    schema: dict[str, object] = {
        "fields": [_column(column) for column in resource.columns],
        "missingValues": [""],
    }
    if resource.key:
        schema["primaryKey"] = list(resource.key)
    if resource.references:
        schema["foreignKeys"] = [
            {
                "fields": list(one.columns),
                "reference": {"resource": one.resource, "fields": list(one.there)},
            }
            for one in resource.references
        ]
    return schema


def _column(column: Column) -> dict[str, object]:
    limits: dict[str, object] = {}
    if column.required:
        limits["required"] = True
    if column.options:
        limits["enum"] = list(column.options)
    told: dict[str, object] = {"name": column.key, "type": column.type, "title": column.title}
    if column.type == "datetime":
        told["format"] = _MOMENT
    if column.note:
        told["description"] = column.note
    if column.since:
        told["requiredFrom"] = column.since
    return told | ({"constraints": limits} if limits else {})
