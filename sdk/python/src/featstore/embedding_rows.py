"""Vectors and hits, read from answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

from ._answer import LazyRows, document_of, require, unexpected
from ._embedding_tables import table_of_hits, table_of_vectors
from ._entity_ids import check_names, ids_in_body
from ._frames import Frames
from ._vectors import vector_of
from .feature_rows import batch_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import pyarrow

    from ._entity_ids import BodyId, EntityId
    from ._request import Response, ResponseInfo
    from ._tables import ArrowBatch
    from ._vectors import Vector
    from .feature_rows import FeatureBatch, RowStatus, ViewStatus

Metric = Literal["cosine", "l2", "inner_product"]

_SPACE = ("space", "dimensions", "metric")


@dataclass(frozen=True)
class Embedding:
    """A vector with its space. Vectors of different spaces are not comparable."""

    space: str
    dimensions: int
    metric: Metric
    status: ViewStatus
    vector: Vector | None = field(repr=False)
    """float32; None if the status is not `complete`, or the value is null."""


@dataclass(frozen=True)
class Embeddings:
    """The embeddings of one entity."""

    id: EntityId
    status: RowStatus
    """The status of all embeddings if they agree, else `partial`."""
    embeddings: Mapping[str, Embedding]
    """By `view.feature`."""
    response: ResponseInfo = field(repr=False, compare=False)


@dataclass(frozen=True)
class EmbeddingColumn:
    """One embedding of many entities."""

    space: str
    dimensions: int
    metric: Metric
    vectors: list[Vector | None] = field(repr=False)
    """One for each id; None if the status is not `complete`, or the value is null."""


@dataclass(frozen=True)
class EmbeddingRow:
    """The vectors of one entity of a batch."""

    id: BodyId
    status: RowStatus
    views: Mapping[str, ViewStatus]
    vectors: Mapping[str, Vector | None] = field(repr=False)
    """By `view.feature`."""


@dataclass(frozen=True)
class EmbeddingBatch(Frames):
    """The embeddings of many entities, in the order of `ids`."""

    ids: Sequence[BodyId] = field(repr=False)
    status: list[RowStatus] = field(repr=False)
    views: list[str]
    """The views, in the order of `statuses`."""
    statuses: list[list[ViewStatus]] | None = field(repr=False)
    """The status of each view, per row; None if every row is complete."""
    embeddings: Mapping[str, EmbeddingColumn]
    """By `view.feature`."""
    response: ResponseInfo = field(repr=False, compare=False)
    """Of the last request, if there were several."""

    @property
    def rows(self) -> Sequence[EmbeddingRow]:
        """One row for each id, made when it is read."""

        def row(position: int) -> EmbeddingRow:
            statuses: Sequence[Any] = self.statuses[position] if self.statuses else ["complete"] * len(self.views)
            vectors = {name: column.vectors[position] for name, column in self.embeddings.items()}
            views: dict[str, Any] = dict(zip(self.views, statuses, strict=True))
            return EmbeddingRow(self.ids[position], self.status[position], views, vectors)

        return LazyRows(len(self.ids), row)

    def to_arrow(self) -> pyarrow.Table:
        """Returns a pyarrow table: `id` or the parts of the key, each embedding by `view.feature`, and `status`.

        Errors: `MissingExtraError` without pyarrow.
        """
        columns = {name: (column.vectors, column.dimensions) for name, column in self.embeddings.items()}
        return table_of_vectors(self.ids, self.status, columns)

    def _features_in(self, table: pyarrow.Table) -> list[str]:
        return list(self.embeddings)


@dataclass(frozen=True)
class EmbeddingHit:
    """An entity that a search found."""

    id: BodyId
    score: float | None
    """Higher is nearer: the cosine, the inner product, or 1 / (1 + distance) for l2; None if it is not finite."""
    distance: float | None
    """1 - cosine, the Euclidean distance, or the negative inner product."""


@dataclass(frozen=True)
class EmbeddingHits(Frames):
    """The entities with the nearest vectors."""

    hits: list[EmbeddingHit]
    """Nearest first."""
    embedding: str
    space: str
    dimensions: int
    metric: Metric
    method: Literal["hnsw", "exact"]
    """`hnsw` is approximate, by the index."""
    generation: int
    features: FeatureBatch | None
    """The features of the hits, in the same order; None if the call requested none."""
    response: ResponseInfo = field(repr=False, compare=False)

    def to_arrow(self) -> pyarrow.Table:
        """Returns a pyarrow table. Features are requested again, once, to have their types.

        Errors: `MissingExtraError` without pyarrow; `InvalidCallError` for a search of `AsyncClient` with features.
        """
        ids = [hit.id for hit in self.hits]
        scores, distances = [hit.score for hit in self.hits], [hit.distance for hit in self.hits]
        return table_of_hits(ids, scores, distances, self.features)

    def _features_in(self, table: pyarrow.Table) -> list[str]:
        return ["score", "distance"]


def read_embeddings(id: EntityId, key_order: Sequence[str] | None, response: Response) -> Embeddings:
    """Reads the answer of a single read. Errors: `InvalidCallError` if it is that of another key."""
    document = document_of(response, embeddings=dict, status=str)
    check_names(id, key_order, document, "embeddings")
    require(document["embeddings"].values(), (*_SPACE, "status", "vector"), response)
    embeddings = {
        name: Embedding(each["space"], each["dimensions"], each["metric"], each["status"], vector_of(each["vector"]))
        for name, each in document["embeddings"].items()
    }
    return Embeddings(id, document["status"], embeddings, response.info)


def read_embedding_batch(ids: Sequence[BodyId], responses: Sequence[Response]) -> EmbeddingBatch:
    """Reads and joins the answers of a batch."""
    parts = [document_of(response, embeddings=dict, status=list, views=list) for response in responses]
    if sum(len(part["status"]) for part in parts) != len(ids):
        raise unexpected(responses[0])
    for part in parts:
        require(part["embeddings"].values(), (*_SPACE, "vectors"), responses[0])
    first = parts[0]
    columns = {
        name: EmbeddingColumn(
            each["space"],
            each["dimensions"],
            each["metric"],
            [vector_of(text) for part in parts for text in part["embeddings"][name]["vectors"]],
        )
        for name, each in first["embeddings"].items()
    }
    statuses = None
    if any("statuses" in part for part in parts):
        complete: list[Any] = ["complete"] * len(first["views"])
        statuses = [row for part in parts for row in part.get("statuses") or [complete] * len(part["status"])]
    status = [each for part in parts for each in part["status"]]
    return EmbeddingBatch(ids, status, first["views"], statuses, columns, responses[-1].info)


def read_hits(response: Response, read_arrow: Callable[[Sequence[BodyId]], ArrowBatch] | None = None) -> EmbeddingHits:
    """Reads the answer of a search. `read_arrow` reads the features of ids as a table."""
    document = document_of(response, hits=list)
    require([document], (*_SPACE, "embedding", "method", "generation"), response)
    require(document["hits"], ("id", "score", "distance"), response)
    hits = [EmbeddingHit(each["id"], each["score"], each["distance"]) for each in document["hits"]]
    features = document.get("features")
    ids: list[BodyId] = ids_in_body(hit.id for hit in hits)
    read_table = None if read_arrow is None else partial(read_arrow, ids)
    return EmbeddingHits(
        hits,
        document["embedding"],
        document["space"],
        document["dimensions"],
        document["metric"],
        document["method"],
        document["generation"],
        None if features is None else batch_of(ids, [features], response.info, read_table),
        response.info,
    )
