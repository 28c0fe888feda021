"""The spine of a training set as a file: from rows, frames, bytes and paths."""

from __future__ import annotations

import io
import json
import math
import os
from collections.abc import Iterable, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Literal, TypeAlias, cast
from uuid import UUID

from .._errors import InvalidCallError
from .._extras import need
from .._request import Content

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas
    import polars
    import pyarrow

SpineFormat = Literal["parquet", "csv", "jsonl"]

Frame: TypeAlias = "pandas.DataFrame | polars.DataFrame | polars.LazyFrame | pyarrow.Table"

Spine: TypeAlias = "Iterable[Mapping[str, object]] | Frame | bytes | str | os.PathLike[str] | BinaryIO"
"""Rows, a frame, a file's content, its path, or the open file."""

_TYPES: Mapping[str, str] = {
    "parquet": "application/vnd.apache.parquet",
    "csv": "text/csv",
    "jsonl": "application/x-ndjson",
}
_MAX_EXACT = 2**53 - 1


@contextmanager
def spine_content(spine: Spine, format: SpineFormat | None) -> Iterator[Content]:
    """Gives the spine as the body of a request; closes a file that it opened. Errors: `InvalidCallError`."""
    if isinstance(spine, (bytes, bytearray, memoryview)):
        data = bytes(spine)
        yield Content(_type_of(format or ("parquet" if data[:4] == b"PAR1" else None)), data)
    elif isinstance(spine, (str, os.PathLike)):
        path = Path(spine)
        type = _type_of(format or path.suffix.removeprefix(".").lower())
        try:
            file = path.open("rb")
        except OSError as error:
            message = (
                f'The spine "{str(path)[:200]}" cannot be read: {error.strerror}. Pass the content of a file as bytes'
            )
            raise InvalidCallError(message) from error
        with file:
            yield Content(type, file)
    elif hasattr(spine, "read"):
        yield Content(_type_of(format), cast("BinaryIO", spine))
    elif (table := table_of(spine)) is not None:
        yield Content(_TYPES["parquet"], _parquet_of(table))
    else:
        yield Content(_TYPES["jsonl"], _lines_of(spine))


def _type_of(format: str | None) -> str:
    type = _TYPES.get(format or "")
    if type is None:
        raise InvalidCallError('Pass spine_format as "parquet", "csv" or "jsonl": the spine does not say what it is')
    return type


def table_of(spine: object) -> pyarrow.Table | None:
    """Converts a frame to a pyarrow table; None for anything else. Errors: `MissingExtraError` without pyarrow."""
    package = type(spine).__module__.partition(".")[0]
    frame: Any = spine
    if not hasattr(frame, "collect") and not hasattr(frame, "columns"):
        return None  # a series
    if package == "pandas":
        arrow = need("pyarrow", "pandas")
        try:
            return arrow.Table.from_pandas(frame, preserve_index=False)
        except arrow.ArrowException as error:
            raise InvalidCallError(f"The frame cannot be written as Parquet: {error}") from error
    if package == "polars":
        need("pyarrow", "polars")
        return (frame.collect() if hasattr(frame, "collect") else frame).to_arrow()
    if package == "pyarrow":
        arrow = need("pyarrow", "arrow")
        return arrow.Table.from_batches([frame]) if isinstance(frame, arrow.RecordBatch) else frame
    return None


def _parquet_of(table: pyarrow.Table) -> bytes:
    parquet = need("pyarrow.parquet", "arrow")
    buffer = io.BytesIO()
    # Without the metadata of pandas, which describe its index.
    parquet.write_table(table.replace_schema_metadata(None), buffer)
    return buffer.getvalue()


def _lines_of(rows: object) -> bytes:
    if isinstance(rows, Mapping) or not isinstance(rows, Iterable):
        raise InvalidCallError(
            "The spine must be a list of rows such as {'speech_id': 7, 'as_of': '2026-01-31T12:00:00Z'}, a frame, "
            f"bytes or a path, got {type(rows).__name__}"
        )
    lines: list[str] = []
    for position, row in enumerate(rows):
        if not isinstance(row, Mapping):
            raise InvalidCallError(f"Row {position} of the spine must be a mapping, got {type(row).__name__}")
        values = {str(name): _cell(f"Row {position}, {name}", value) for name, value in row.items()}
        lines.append(json.dumps(values, ensure_ascii=False, allow_nan=False, separators=(",", ":")))
    return "\n".join(lines).encode()


def _cell(where: str, value: Any) -> Any:
    if hasattr(value, "tolist"):
        # Arrays and scalars of NumPy.
        value = value.tolist()
    if value is None or isinstance(value, (str, bool)):
        return value
    if isinstance(value, int):
        return value if -_MAX_EXACT <= value <= _MAX_EXACT else str(value)
    if isinstance(value, float):
        # pandas writes missing numbers as NaN.
        return None if math.isnan(value) else value if math.isfinite(value) else str(value)
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, (Decimal, UUID)):
        return str(value)
    if isinstance(value, Mapping):
        return {str(name): _cell(where, each) for name, each in value.items()}
    if isinstance(value, Iterable):
        return [_cell(where, each) for each in value]
    raise InvalidCallError(f"{where}: expected a value that JSON has, got {type(value).__name__}")
