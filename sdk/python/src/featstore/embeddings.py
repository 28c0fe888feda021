"""Reads vectors, and finds the nearest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ._entity_ids import BodyId, EntityId, id_in_body, id_in_path, ids_in_body
from ._request import CallKeywords, CallOptions, Request, options_of, split_options
from ._vectors import text_of
from .embedding_rows import (
    EmbeddingBatch,
    EmbeddingHits,
    Metric,
    read_embedding_batch,
    read_embeddings,
    read_hits,
)
from .embedding_rows import Embeddings as EmbeddingsOfEntity
from .features import MAX_IDS, Choice, read_batch_arrow
from .features import batch_requests as batch_requests_of_features

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from typing_extensions import Unpack

    from ._async_transport import AsyncTransport
    from ._tables import ArrowBatch
    from ._transport import Transport


def get_request(
    id: EntityId,
    key_order: Sequence[str] | None,
    embedding: str | None,
    entity: str | None,
    options: CallOptions,
) -> Request:
    """Builds a single read."""
    query = {"embedding": embedding, "entity": entity, "format": "base64"}
    return Request("GET", f"/api/embeddings/{id_in_path(id, key_order)}", query=query, options=options)


def batch_requests(
    ids: Sequence[BodyId], embedding: str | Sequence[str] | None, entity: str | None, options: CallOptions
) -> list[Request]:
    """Builds the requests of a batch of any size."""
    names = embedding if embedding is None or isinstance(embedding, str) else list(embedding)
    body = without_none({"entity": entity, "embedding": names, "format": "base64"})
    starts = range(0, max(1, len(ids)), MAX_IDS)
    return [
        Request(
            "POST",
            "/api/embeddings/batch",
            body={"ids": ids[start : start + MAX_IDS], **body},
            safe=True,
            waits_for_limit=len(starts) > 1,
            first_row=start,
            options=options,
        )
        for start in starts
    ]


@dataclass(frozen=True)
class Search:
    """A search, without the embedding that it compares."""

    id: EntityId | None = None
    id_embedding: str | None = None
    vector: Iterable[float] | None = None
    space: str | None = None
    k: int | None = None
    metric: Metric | None = None
    filter: Mapping[str, Any] | None = None
    include_self: bool | None = None
    features: Sequence[str] | None = None
    service: str | None = None
    entity: str | None = None


class SearchKeywords(CallKeywords, total=False):
    """Keyword options of a search, explained at `Embeddings.search`."""

    id: EntityId | None
    id_embedding: str | None
    vector: Iterable[float] | None
    space: str | None
    k: int | None
    metric: Metric | None
    filter: Mapping[str, Any] | None
    include_self: bool | None
    features: Sequence[str] | None
    service: str | None
    entity: str | None


def search_request(embedding: str, search: Search, options: CallOptions) -> Request:
    """Builds a search."""
    body = {
        "embedding": embedding,
        "entity": search.entity,
        "id": None if search.id is None else id_in_body(search.id),
        "id_embedding": search.id_embedding,
        "vector": None if search.vector is None else text_of(search.vector),
        "space": search.space,
        "k": search.k,
        "metric": search.metric,
        "filter": search.filter,
        "include_self": search.include_self,
        "features": None if search.features is None else list(search.features),
        "service": search.service,
    }
    return Request("POST", "/api/embeddings/search", body=without_none(body), safe=True, options=options)


def without_none(members: Mapping[str, Any]) -> dict[str, Any]:
    """Leaves out the members that were not passed."""
    return {name: value for name, value in members.items() if value is not None}


class Embeddings:
    """Reads and searches vectors: `client.embeddings`."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def get(
        self,
        id: EntityId,
        *,
        embedding: str | None = None,
        entity: str | None = None,
        key_order: Sequence[str] | None = None,
        **call: Unpack[CallKeywords],
    ) -> EmbeddingsOfEntity:
        """Reads all embeddings of one entity, or the named one: `"view.feature"`, `"view@2.feature"`.

        Errors: `NotFoundError` for an unknown embedding. An unknown entity has the status `unknown_entity`.

        >>> answer = client.embeddings.get(7, embedding="speech_embeddings.text")  # doctest: +SKIP
        >>> len(answer.embeddings["speech_embeddings.text"].vector)  # doctest: +SKIP
        384
        """
        request = get_request(id, key_order, embedding, entity, options_of(call))
        return read_embeddings(id, key_order, self._transport.send(request))

    def get_batch(
        self,
        ids: Iterable[EntityId],
        *,
        embedding: str | Sequence[str] | None = None,
        entity: str | None = None,
        **call: Unpack[CallKeywords],
    ) -> EmbeddingBatch:
        """Reads the embeddings of many entities, in the order of `ids`; an unknown id is no error.

        More than 1,000 ids become several requests, four at a time.

        >>> batch = client.embeddings.get_batch([7, 8], embedding="speech_embeddings.text")  # doctest: +SKIP
        >>> numpy.array(batch.embeddings["speech_embeddings.text"].vectors).shape  # doctest: +SKIP
        (2, 384)
        """
        sent = ids_in_body(ids)
        requests = batch_requests(sent, embedding, entity, options_of(call))
        return read_embedding_batch(sent, self._transport.send_all(requests))

    def search(
        self,
        *,
        embedding: str,
        id: EntityId | None = None,
        id_embedding: str | None = None,
        vector: Iterable[float] | None = None,
        space: str | None = None,
        k: int | None = None,
        metric: Metric | None = None,
        filter: Mapping[str, Any] | None = None,
        include_self: bool | None = None,
        features: Sequence[str] | None = None,
        service: str | None = None,
        entity: str | None = None,
        **call: Unpack[CallKeywords],
    ) -> EmbeddingHits:
        """Finds the `k` (10 by default, at most 1,000) entities with the nearest vectors.

        Searches by the vector of the entity `id`, or by `vector`, a list of numbers or an array; `space` is then
        checked. `id_embedding` names the embedding of the id's vector, if it is a different one of the same space.
        `metric` other than the space's compares all vectors. `filter` is a condition on features. `features` or
        `service` request the features of the hits.

        Errors: `NotFoundError` for an id without a vector.

        >>> positive = {"feature": "speech_sentiment.sentiment", "op": "eq", "value": "positive"}  # doctest: +SKIP
        >>> found = client.embeddings.search(  # doctest: +SKIP
        ...     embedding="speech_embeddings.text", id=7, k=5, filter=positive
        ... )
        >>> [(hit.id, hit.score) for hit in found.hits]  # doctest: +SKIP
        """
        search = Search(
            id, id_embedding, vector, space, k, metric, filter, include_self, features, service, entity
        )  # fmt: skip
        options = options_of(call)
        choice = Choice(None if features is None else list(features), service, entity=entity)

        def read_arrow(ids: Sequence[BodyId]) -> ArrowBatch:
            return read_batch_arrow(self._transport, batch_requests_of_features(ids, choice, options))

        return read_hits(self._transport.send(search_request(embedding, search, options)), read_arrow)


class AsyncEmbeddings:
    """Reads and searches vectors: `client.embeddings` of `AsyncClient`."""

    def __init__(self, transport: AsyncTransport) -> None:
        self._transport = transport

    async def get(
        self,
        id: EntityId,
        *,
        embedding: str | None = None,
        entity: str | None = None,
        key_order: Sequence[str] | None = None,
        **call: Unpack[CallKeywords],
    ) -> EmbeddingsOfEntity:
        """Reads the embeddings of one entity, as `Embeddings.get`."""
        request = get_request(id, key_order, embedding, entity, options_of(call))
        return read_embeddings(id, key_order, await self._transport.send(request))

    async def get_batch(
        self,
        ids: Iterable[EntityId],
        *,
        embedding: str | Sequence[str] | None = None,
        entity: str | None = None,
        **call: Unpack[CallKeywords],
    ) -> EmbeddingBatch:
        """Reads the embeddings of many entities, as `Embeddings.get_batch`."""
        sent = ids_in_body(ids)
        requests = batch_requests(sent, embedding, entity, options_of(call))
        return read_embedding_batch(sent, await self._transport.send_all(requests))

    async def search(self, *, embedding: str, **options: Unpack[SearchKeywords]) -> EmbeddingHits:
        """Finds the entities with the nearest vectors, as `Embeddings.search`."""
        search, call = split_options(Search, options)
        return read_hits(await self._transport.send(search_request(embedding, search, call)))
