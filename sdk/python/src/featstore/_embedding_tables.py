"""Tables of vectors and hits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._extras import need

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pyarrow

    from ._entity_ids import BodyId
    from ._vectors import Vector
    from .feature_rows import FeatureBatch, RowStatus


def table_of_vectors(
    ids: Sequence[BodyId], status: Sequence[RowStatus], embeddings: Mapping[str, tuple[Sequence[Vector | None], int]]
) -> pyarrow.Table:
    """Returns the table of a batch: `id` or the parts of the key, each embedding by `view.feature`, and `status`.

    An embedding is its vectors and their dimensions. Errors: `MissingExtraError` without pyarrow.
    """
    arrow = need("pyarrow", "arrow")
    columns = _ids_of(ids)
    for name, (vectors, dimensions) in embeddings.items():
        columns[name] = _vectors_of(vectors, dimensions)
    columns["status"] = arrow.array([str(each) for each in status], arrow.string())
    return arrow.table(columns)


def table_of_hits(
    ids: Sequence[BodyId],
    scores: Sequence[float | None],
    distances: Sequence[float | None],
    features: FeatureBatch | None,
) -> pyarrow.Table:
    """Returns the table of hits, nearest first: `id` or the key's columns, `score`, `distance`, and the features.

    Errors: those of `FeatureBatch.to_arrow`.
    """
    arrow = need("pyarrow", "arrow")
    own = _ids_of(ids)
    numbers = {"score": arrow.array(scores, arrow.float64()), "distance": arrow.array(distances, arrow.float64())}
    if features is None or not ids:
        return arrow.table({**own, **numbers})
    table = features.to_arrow()
    columns = dict(zip(table.column_names, table.columns, strict=True))
    # The server's columns of the key come first.
    names = list(columns)
    keys, values = names[: len(own)], names[len(own) :]
    return arrow.table(
        {**{name: columns[name] for name in keys}, **numbers, **{name: columns[name] for name in values}}
    )


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
