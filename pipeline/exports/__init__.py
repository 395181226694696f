"""Tables as files for other programs: csv, json, parquet, with a description of every column."""

from pipeline.exports.files import FORMATS, GUARDED, Package, package_files
from pipeline.exports.resource import Column, Reference, Resource, Value, column_of

__all__ = [
    "FORMATS",
    "GUARDED",
    "Column",
    "Package",
    "Reference",
    "Resource",
    "Value",
    "column_of",
    "package_files",
]
