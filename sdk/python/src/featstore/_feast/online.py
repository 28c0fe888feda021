"""Online features in the shape of Feast."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .._errors import InvalidCallError
from .._frames import Frames

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow

    from .names import Names


class OnlineFeatures(Frames):
    """The features of entities: the columns of the key, then those of the features, by Feast's names.

    The status of each row and view is in `client.features.get_batch`.
    """

    def __init__(self, table: pyarrow.Table, names: Names, given: Sequence[str]) -> None:
        """`given`: the names of the key's parts in the rows, which the server does not get for a key of one part."""
        features = [name for name in table.column_names if "." in name.partition(":")[0]]
        key = table.column_names[: table.column_names.index(features[0])] if features else table.column_names[:1]
        if set(given) != set(key):
            raise InvalidCallError(f"The entity has the key {', '.join(key)}; entity_rows have {', '.join(given)}")
        renamed = names.of(features, key)
        self._table = table.select([*key, *features]).rename_columns([*key, *renamed.values()])
        self._feature_names = list(renamed.values())

    def to_dict(self, include_event_timestamps: bool = False) -> dict[str, list[Any]]:
        """Returns the columns as lists of Python values: int, float, str, datetime in UTC, list; None is missing."""
        if include_event_timestamps:
            raise InvalidCallError(
                "Event times are in client.features.get_batch(…, metadata=True): leave out include_event_timestamps"
            )
        return {name: self._table.column(name).to_pylist() for name in self._table.column_names}

    def to_arrow(self) -> pyarrow.Table:
        """Returns a pyarrow table."""
        return self._table

    def __repr__(self) -> str:
        return f"OnlineFeatures({self._table.num_rows} rows: {', '.join(self._table.column_names)})"

    def _features_in(self, table: pyarrow.Table) -> list[str]:
        return self._feature_names


def entity_rows_of(rows: Sequence[Mapping[str, Any]] | Mapping[str, Sequence[Any]]) -> list[dict[str, Any]]:
    """Returns rows, from rows or columns. Errors: `InvalidCallError`."""
    if isinstance(rows, Mapping):
        columns = [list(values) for values in rows.values()]
        if len({len(values) for values in columns}) > 1:
            raise InvalidCallError("The columns of entity_rows must have the same length")
        return [dict(zip(rows, values, strict=True)) for values in zip(*columns, strict=True)]
    found = list(rows)
    if not all(isinstance(row, Mapping) for row in found):
        raise InvalidCallError('entity_rows must be a list of rows such as [{"speech_id": 7}]')
    return [dict(row) for row in found]


def split_rows(
    rows: Sequence[Mapping[str, Any]], inputs: Sequence[str]
) -> tuple[list[Any], list[dict[str, Any]] | None]:
    """Splits rows into ids and the inputs of a service; None if it takes none."""
    ids = [_id_of({name: value for name, value in row.items() if name not in inputs}) for row in rows]
    if not inputs:
        return ids, None
    return ids, [{name: value for name, value in row.items() if name in inputs} for row in rows]


def _id_of(key: Mapping[str, Any]) -> Any:
    """Returns the value of a key of one part, and the parts of any other."""
    if not key:
        raise InvalidCallError('A row of entity_rows has no key: write it as {"speech_id": 7}')
    return next(iter(key.values())) if len(key) == 1 else key
