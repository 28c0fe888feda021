"""Tables of batches: Arrow streams, whose columns have the types of the server."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from ._answer import unexpected
from ._errors import InvalidCallError
from ._extras import need
from ._frames import Frames, read_stream

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pyarrow

    from ._request import Response, ResponseInfo


ARROW_STREAM = "application/vnd.apache.arrow.stream"


class FeatureTables(Frames):
    """Tables with the key's columns, those of the features, `status`, and `status:<view>` for each view."""

    def _features_in(self, table: pyarrow.Table) -> list[str]:
        # The names of keys and of status columns have no dot before a colon.
        return [name for name in table.column_names if "." in name.partition(":")[0]]


@dataclass(frozen=True)
class ArrowBatch(FeatureTables):
    """The features of many entities as Arrow IPC streams, one for each request.

    >>> client.features.get_batch_arrow([7, 8], features=["speech_sentiment"]).to_polars()  # doctest: +SKIP
    """

    streams: tuple[bytes, ...] = field(repr=False)
    """For any Arrow library: `pyarrow.ipc.open_stream(batch.streams[0]).read_all()`."""
    response: ResponseInfo = field(repr=False, compare=False)
    """Of the last request, if there were several."""

    def to_arrow(self) -> pyarrow.Table:
        """Returns a pyarrow table. Errors: `MissingExtraError` without pyarrow."""
        return self._table

    @cached_property
    def _table(self) -> pyarrow.Table:
        arrow = need("pyarrow", "arrow")
        tables = [read_stream(each) for each in self.streams]
        table: pyarrow.Table = tables[0] if len(tables) == 1 else arrow.concat_tables(tables)
        return table


class BatchTables(FeatureTables):
    """Tables of a batch that was read as JSON, which does not have the types. The first one sends the request again."""

    _read_arrow: Callable[[], ArrowBatch] | None

    def to_arrow(self) -> pyarrow.Table:
        """Returns a pyarrow table, for which the request is sent again, once.

        Errors: `InvalidCallError` for batches of `AsyncClient` and those of a search, whose tables need a request of
        their own; `MissingExtraError` without pyarrow; those of the request.
        """
        need("pyarrow", "arrow")
        return self._batch.to_arrow()

    @cached_property
    def _batch(self) -> ArrowBatch:
        if self._read_arrow is None:
            raise InvalidCallError("A table of this batch needs a request of its own: use features.get_batch_arrow(…)")
        return self._read_arrow()


def arrow_batch_of(responses: Sequence[Response]) -> ArrowBatch:
    """Reads the answers of a batch. Errors: `UnexpectedAnswerError` if one is no Arrow stream."""
    for response in responses:
        if response.headers.get("content-type", "").partition(";")[0] != ARROW_STREAM:
            raise unexpected(response)
    return ArrowBatch(tuple(response.body for response in responses), responses[-1].info)
