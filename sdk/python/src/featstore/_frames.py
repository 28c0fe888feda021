"""Tables of results, as frames of pyarrow, pandas, polars and NumPy, which are imported on first use.

Types are those of the server: int64 stays exact also with nulls, timestamps are UTC microseconds, vectors are
fixed-size lists of float32.
"""

from __future__ import annotations

import io
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

from ._errors import InvalidCallError, UnexpectedAnswerError
from ._extras import need
from ._matrix import matrix_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy
    import pandas
    import polars
    import pyarrow


class Frames(ABC):
    """A result that can be read as a table."""

    @abstractmethod
    def to_arrow(self) -> pyarrow.Table:
        """Returns a pyarrow table. Errors: `MissingExtraError` without pyarrow."""

    def to_df(self) -> pandas.DataFrame:
        """Returns a pandas frame.

        Integer and boolean columns with nulls have the dtypes `Int64` and `boolean`, so that no digit is lost; without
        nulls they are plain. Timestamps are `datetime64[us, UTC]`, dates are `datetime.date`, and vectors are arrays of
        float32. Errors: `MissingExtraError` without pandas and pyarrow.
        """
        need("pandas", "pandas")
        need("pyarrow", "pandas")
        return pandas_of(self.to_arrow())

    def to_polars(self) -> polars.DataFrame:
        """Returns a polars frame.

        Vectors are arrays. Decimals of more than 38 digits, which polars does not have, are texts. Errors:
        `MissingExtraError` without polars and pyarrow.
        """
        module = need("polars", "polars")
        arrow = need("pyarrow", "polars")
        table = self.to_arrow()
        for index, each in enumerate(table.schema):
            if arrow.types.is_decimal256(each.type):
                table = table.set_column(index, each.name, table.column(index).cast(arrow.string()))
        frame: polars.DataFrame = module.from_arrow(table, rechunk=False)
        return frame

    def to_numpy(self, columns: Sequence[str] | None = None) -> numpy.ndarray[Any, Any]:
        """Returns a numeric matrix with a row per row: of these columns, or of all features.

        A vector fills as many columns as it has numbers; one vector column alone gives a float32 matrix. Nulls are NaN.
        Errors: `InvalidCallError` for columns of text, times or lists, and for integers that a float64 cannot hold
        exactly; `MissingExtraError` without NumPy and pyarrow.
        """
        need("numpy", "numpy")
        need("pyarrow", "numpy")
        table = self.to_arrow()
        return matrix_of(table, self._features_in(table) if columns is None else list(columns))[0]

    def _features_in(self, table: pyarrow.Table) -> list[str]:
        """Returns the columns that `to_numpy` takes by default."""
        return list(table.column_names)


def pandas_of(table: pyarrow.Table) -> pandas.DataFrame:
    """Converts a table to a pandas frame. Errors: `MissingExtraError`."""
    pd = need("pandas", "pandas")
    arrow = need("pyarrow", "pandas")
    nullable = {
        getattr(arrow, name.lower())(): getattr(pd, f"{name}Dtype")()
        for name in ("Int8", "Int16", "Int32", "Int64", "UInt8", "UInt16", "UInt32", "UInt64")
    }
    nullable[arrow.bool_()] = pd.BooleanDtype()
    if int(pd.__version__.partition(".")[0]) >= 3:
        # Else a column without any text would have the dtype object.
        nullable[arrow.string()] = pd.StringDtype(na_value=float("nan"))
    series = [
        column.to_pandas(types_mapper=nullable.get if column.null_count > 0 else None) for column in table.columns
    ]
    frame: pandas.DataFrame = pd.concat(series, axis=1) if series else pd.DataFrame()
    frame.columns = table.column_names
    return frame


def read_stream(content: bytes) -> pyarrow.Table:
    """Reads an Arrow IPC stream. Errors: `UnexpectedAnswerError`, `MissingExtraError`."""
    arrow = need("pyarrow", "arrow")
    ipc = need("pyarrow.ipc", "arrow")
    try:
        table: pyarrow.Table = ipc.open_stream(content).read_all()
    except (arrow.ArrowInvalid, OSError) as error:
        raise UnexpectedAnswerError(f"The answer is not a complete Arrow stream: {error}") from error
    return table


def read_parquet(files: Sequence[bytes | Path], format: str) -> pyarrow.Table:
    """Reads Parquet files as one table. Errors: `InvalidCallError` for another format, `MissingExtraError`."""
    if format != "parquet":
        raise InvalidCallError(f'A frame with exact types needs format="parquet", and this file is {format}')
    arrow = need("pyarrow", "arrow")
    parquet = need("pyarrow.parquet", "arrow")
    # ParquetFile, because read_table takes parts of a path for columns.
    tables = [parquet.ParquetFile(io.BytesIO(each) if isinstance(each, bytes) else each).read() for each in files]
    table: pyarrow.Table = arrow.concat_tables(tables)
    return table
