"""Numeric matrices of columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._errors import InvalidCallError
from ._extras import need

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy
    import pyarrow

_MAX_EXACT = 2**53


def matrix_of(
    table: pyarrow.Table, names: Sequence[str], *, floating: bool = False
) -> tuple[numpy.ndarray[Any, Any], list[str]]:
    """Returns a matrix of the columns and the names of its own columns: a vector's are `view.feature[0]`, ….

    It has the smallest dtype that holds all columns; with `floating`, float32 or float64.

    Errors: `InvalidCallError` for a column that is not there or not numeric, and for integers that would lose digits.
    """
    np = need("numpy", "numpy")
    unknown = [name for name in names if name not in table.column_names]
    if unknown or not names:
        known = ", ".join(table.column_names)
        raise InvalidCallError(f"There is no column {', '.join(unknown) or 'selected'}; the columns are {known}")
    blocks = [_block(name, table.column(name)) for name in names]
    dtype = np.result_type(*blocks, *([np.float32] if floating else []))
    if dtype.kind == "f":
        for name, block in zip(names, blocks, strict=True):
            if block.dtype.kind in "iu" and block.size and max(-int(block.min()), int(block.max())) > _MAX_EXACT:
                raise _inexact(name)
    titles = [
        title
        for name, block in zip(names, blocks, strict=True)
        for title in ([name] if block.ndim == 1 else [f"{name}[{index}]" for index in range(block.shape[1])])
    ]
    columns = [block.reshape(len(table), -1) if block.ndim == 1 else block for block in blocks]
    return np.concatenate([column.astype(dtype, copy=False) for column in columns], axis=1), titles


def _block(name: str, column: pyarrow.ChunkedArray) -> Any:
    arrow = need("pyarrow", "numpy")
    types = need("pyarrow.types", "numpy")
    kind = column.type
    if (types.is_fixed_size_list(kind) or types.is_list(kind)) and types.is_floating(kind.value_type):
        return _vectors(name, column)
    if types.is_decimal(kind) or types.is_null(kind):
        column = column.cast(arrow.float64())
    elif not (types.is_integer(kind) or types.is_floating(kind) or types.is_boolean(kind)):
        raise InvalidCallError(
            f"The column {name} holds {kind}, which is no number: pass columns without it, or use a frame"
        )
    if column.null_count > 0 and not types.is_floating(column.type):
        number = column.cast(arrow.int8()) if types.is_boolean(column.type) else column
        try:
            column = number.cast(arrow.float64())
        except arrow.ArrowInvalid:
            raise _inexact(name) from None
    return column.to_numpy()


def _vectors(name: str, column: pyarrow.ChunkedArray) -> Any:
    np = need("numpy", "numpy")
    compute = need("pyarrow.compute", "numpy")
    array = column.combine_chunks()
    widths = compute.unique(compute.list_value_length(array.drop_null())).to_pylist()
    if len(widths) > 1:
        raise InvalidCallError(f"The lists of the column {name} have different lengths: use a frame")
    width = widths[0] if widths else getattr(column.type, "list_size", 0)
    # flatten leaves out the values of null rows.
    values = array.flatten().to_numpy(zero_copy_only=False)
    matrix = np.full((len(array), width), np.nan, dtype=values.dtype)
    matrix[array.is_valid().to_numpy(zero_copy_only=False)] = values.reshape(-1, width) if width else 0
    return matrix


def _inexact(name: str) -> InvalidCallError:
    return InvalidCallError(
        f"The column {name} has integers beyond 2^53, which a matrix of floats cannot hold: "
        "use to_df, to_polars or to_arrow"
    )
