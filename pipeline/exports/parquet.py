"""Tables as parquet, where the extra of that name is installed."""

from __future__ import annotations

import io
from datetime import datetime
from typing import TYPE_CHECKING

from pipeline.errors import UsageError

if TYPE_CHECKING:
    from pipeline.exports.resource import Resource


def parquet_file(resource: Resource) -> bytes:
    """Return a table as parquet.

    Raises:
        UsageError: pyarrow is not installed.
    """
    try:
        import pyarrow as pa  # an extra, and slow to load
        from pyarrow import parquet
    except ImportError:
        message = (
            '写parquet要先装pyarrow：pip install "yigang[parquet]"（或 pip install -r '
            "requirements-parquet.lock）。也可以改用 --format csv 或 json。"
        )
        raise UsageError(message) from None
    types = {
        "string": pa.string(),
        "integer": pa.int64(),
        "date": pa.date32(),
        "datetime": pa.timestamp("s", tz="Asia/Shanghai"),
    }
    schema = pa.schema([(column.key, types[column.type]) for column in resource.columns])
    by_column = list(zip(*resource.rows, strict=True)) or [()] * len(resource.columns)
    arrays = [
        pa.array([_whole(value) for value in values], entry.type)
        for values, entry in zip(by_column, schema, strict=True)
    ]
    out = io.BytesIO()
    parquet.write_table(pa.table(arrays, schema=schema), out, compression="zstd")
    return out.getvalue()


def _whole(value: object) -> object:
    """Return a moment without its fractions of a second, anything else as it is."""
    return value.replace(microsecond=0) if isinstance(value, datetime) else value
