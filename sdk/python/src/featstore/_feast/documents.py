"""Found documents in the shape of Feast."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._errors import InvalidCallError
from .._extras import need
from .._frames import Frames

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pyarrow

    from .._tables import ArrowBatch
    from ..embedding_rows import EmbeddingHits, Metric
    from .names import Names

_METRICS: dict[str, Metric] = {"l2": "l2", "cosine": "cosine", "inner_product": "inner_product", "ip": "inner_product"}


class OnlineDocuments(Frames):
    """Entities by the distance of their vectors, nearest first: the key, the features by Feast's names, `distance`."""

    def __init__(self, hits: EmbeddingHits, batch: ArrowBatch | None, names: Names) -> None:
        """`batch`: the features of the hits; None if there are none."""
        arrow = need("pyarrow", "arrow")
        self.hits = hits
        """As the server found them, with `metric`, `method` and scores."""
        table = arrow.table({hits.embedding: arrow.nulls(0)}) if batch is None else batch.to_arrow()
        features = [name for name in table.column_names if "." in name.partition(":")[0]]
        key = table.column_names[: table.column_names.index(features[0])]
        renamed = names.of(features, [*key, "distance"])
        distances = arrow.array([hit.distance for hit in hits.hits], arrow.float64())
        found = table.select([*key, *features]).rename_columns([*key, *renamed.values()])
        self._table = found.append_column("distance", distances)

    def to_dict(self) -> dict[str, list[Any]]:
        """Returns the columns as lists of Python values; None is missing."""
        return {name: self._table.column(name).to_pylist() for name in self._table.column_names}

    def to_arrow(self) -> pyarrow.Table:
        """Returns a pyarrow table."""
        return self._table

    def __repr__(self) -> str:
        return f"OnlineDocuments({self._table.num_rows} rows: {', '.join(self._table.column_names)})"

    def _features_in(self, table: pyarrow.Table) -> list[str]:
        return ["distance"]


def metric_of(name: str | None) -> Metric | None:
    """Translates Feast's names of metrics. Errors: `InvalidCallError` for one that the server does not have."""
    if name is None:
        return None
    metric = _METRICS.get(name.lower())
    if metric is None:
        raise InvalidCallError(f'distance_metric is "L2", "cosine" or "inner_product", got {name!r}')
    return metric


def vector_and_features(feature: str | None, features: Sequence[str] | None) -> tuple[str, list[str]]:
    """Returns the vector to search, which is `feature` or the first of `features`, and the other features."""
    named = [*([] if feature is None else [feature]), *(features or [])]
    if isinstance(features, str) or not named or not all(isinstance(each, str) for each in named):
        raise InvalidCallError('Name the vector to search: feature="speech_embeddings:text"')
    first, *others = named
    return first, others


def vector_of_query(query: Iterable[float] | str) -> Iterable[float]:
    """Returns the vector. Errors: `InvalidCallError` for a text, which the server does not embed."""
    if isinstance(query, str):
        raise InvalidCallError("query must be a vector: the server makes no vectors from texts, so use your own model")
    return query
