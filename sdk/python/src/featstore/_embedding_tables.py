"""Tables of vectors and hits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._extras import need
from ._frames import Frames

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pyarrow

    from ._entity_ids import BodyId
    from ._vectors import Vector
    from .embedding_rows import EmbeddingColumn, EmbeddingHit
    from .feature_rows import FeatureBatch, RowStatus


class EmbeddingTables(Frames):
    """Tables of a batch of vectors: `id` or the parts of the key, each embedding by `view.feature`, and `status`."""

    ids: Sequence[BodyId]
    status: list[RowStatus]
    embeddings: Mapping[str, EmbeddingColumn]

    def to_arrow(self) -> pyarrow.Table:
        """Returns a pyarrow table. Errors: `MissingExtraError` without pyarrow."""
        arrow = need("pyarrow", "arrow")
        columns = _ids_of(self.ids)
        for name, column in self.embeddings.items():
            columns[name] = _vectors_of(column.vectors, column.dimensions)
        columns["status"] = arrow.array([str(each) for each in self.status], arrow.string())
        return arrow.table(columns)

    def _features_in(self, table: pyarrow.Table) -> list[str]:
        return list(self.embeddings)


class HitTables(Frames):
    """Tables of hits, nearest first: `id` or the key's columns, `score`, `distance`, and the requested features."""

    hits: list[EmbeddingHit]
    features: FeatureBatch | None

    def to_arrow(self) -> pyarrow.Table:
        """Returns a pyarrow table. Features are requested again, once, to have their types.

        Errors: `MissingExtraError` without pyarrow; `InvalidCallError` for a search of `AsyncClient` with features.
        """
        arrow = need("pyarrow", "arrow")
        numbers = {
            "score": arrow.array([hit.score for hit in self.hits], arrow.float64()),
            "distance": arrow.array([hit.distance for hit in self.hits], arrow.float64()),
        }
        ids = _ids_of([hit.id for hit in self.hits])
        if self.features is None or not self.hits:
            return arrow.table({**ids, **numbers})
        table = self.features.to_arrow()
        columns = dict(zip(table.column_names, table.columns, strict=True))
        # The server's columns of the key come first.
        own = len(ids)
        names = list(columns)
        ordered = {**{name: columns[name] for name in names[:own]}, **numbers}
        return arrow.table({**ordered, **{name: columns[name] for name in names[own:]}})

    def _features_in(self, table: pyarrow.Table) -> list[str]:
        return ["score", "distance"]


def _ids_of(ids: Sequence[Any]) -> dict[str, Any]:
    """Returns the columns of keys: `id`, or the parts by name."""
    if ids and all(isinstance(each, dict) for each in ids):
        return {name: _key_column([each[name] for each in ids]) for name in ids[0]}
    return {"id": _key_column(ids)}


def _key_column(values: Sequence[Any]) -> Any:
    arrow = need("pyarrow", "arrow")
    # Integers beyond 2^53 are sent as text.
    if any(isinstance(each, int) for each in values):
        try:
            return arrow.array([int(each) for each in values], arrow.int64())
        except (ValueError, OverflowError, arrow.ArrowInvalid):
            pass
    return arrow.array([str(each) for each in values], arrow.string())


def _vectors_of(vectors: Sequence[Vector | None], dimensions: int) -> Any:
    arrow = need("pyarrow", "arrow")
    empty = bytes(4 * dimensions)
    values = b"".join(empty if vector is None else vector.tobytes() for vector in vectors)
    numbers = arrow.Array.from_buffers(arrow.float32(), len(vectors) * dimensions, [None, arrow.py_buffer(values)])
    missing = arrow.array([vector is None for vector in vectors], arrow.bool_())
    return arrow.FixedSizeListArray.from_arrays(numbers, dimensions, mask=missing)
