"""Historical features in the shape of Feast."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from .._errors import InvalidCallError
from .._extras import need
from .._frames import Frames
from .._training.spine import table_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow

    from ..training_sets import TrainingSet
    from .names import Names


class HistoricalFeatures(Frames):
    """A training set that comes back as a frame, for which it waits.

    The columns are those of `entity_df` in their order, then the features by Feast's names.
    """

    def __init__(self, training_set: TrainingSet, columns: Sequence[str], names: Names) -> None:
        self.training_set = training_set
        """As it was started; its `manifest` is there after `training_set.wait()`."""
        self._columns = list(columns)
        self._names = names

    def to_arrow(self) -> pyarrow.Table:
        """Waits for the training set and returns it as a pyarrow table. Errors: `TrainingSetFailedError`."""
        return self._table

    @cached_property
    def _table(self) -> pyarrow.Table:
        finished = self.training_set.wait()
        table = finished.to_arrow()
        renamed = self._names.of(finished.features, self._columns)
        return table.select([*self._columns, *renamed]).rename_columns([*self._columns, *renamed.values()])

    def _features_in(self, table: pyarrow.Table) -> list[str]:
        return list(table.column_names[len(self._columns) :])

    def __repr__(self) -> str:
        return f"HistoricalFeatures({self.training_set.id!r})"


def spine_of(entity_df: Any) -> pyarrow.Table:
    """Returns the frame as a table. Errors: `InvalidCallError` for anything else, and without `event_timestamp`."""
    need("pyarrow", "pandas")
    if isinstance(entity_df, str):
        raise InvalidCallError(
            "entity_df must be a frame, not SQL: read the rows yourself, or use `featstore training-set --sql` on the "
            "server"
        )
    table = table_of(entity_df)
    if table is None:
        raise InvalidCallError(
            f"entity_df must be a frame of pandas, polars or pyarrow, not {type(entity_df).__name__}"
        )
    if "event_timestamp" not in table.column_names:
        known = ", ".join(table.column_names)
        raise InvalidCallError(f"entity_df needs the column event_timestamp; its columns are {known}")
    return table
