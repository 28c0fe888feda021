"""Reads features of one entity or of many."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

from ._entity_ids import BodyId, EntityId, check_ids, id_in_path, ids_in_body
from ._inputs import inputs_by_row_in_body, inputs_in_body, time_text
from ._parallel import PARALLEL, chunks_of, gather_in_order, map_in_order
from ._request import CallKeywords, CallOptions, Request, options_of, split_options
from ._tables import ARROW_STREAM, ArrowBatch, arrow_batch_of
from .feature_rows import FeatureBatch, FeatureRow, read_batch, read_row

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from typing_extensions import Unpack

    from ._async_transport import AsyncTransport
    from ._transport import Transport

OnInvalidId = Literal["reject", "null"]

# The limits of a server that is not configured otherwise.
MAX_IDS = 1_000
MAX_AS_OF_IDS = 100


class ReadKeywords(CallKeywords, total=False):
    """Keyword options of a single read, explained at `Features.get`."""

    features: str | Sequence[str] | None
    service: str | None
    services: Sequence[str] | None
    entity: str | None
    inputs: Mapping[str, object] | None
    metadata: bool
    latency_budget_ms: int | None
    as_of: str | datetime | None


class BatchKeywords(ReadKeywords, total=False):
    """Keyword options of a batch, explained at `Features.get_batch`."""

    on_invalid_id: OnInvalidId | None


@dataclass(frozen=True)
class Choice:
    """The features of a call, and how they are read."""

    features: str | Sequence[str] | None = None
    service: str | None = None
    services: Sequence[str] | None = None
    entity: str | None = None
    inputs: Mapping[str, object] | None = None
    metadata: bool = False
    latency_budget_ms: int | None = None
    as_of: str | datetime | None = None
    on_invalid_id: OnInvalidId | None = None

    def in_body(self) -> dict[str, Any]:
        """Returns the members of a batch's body, besides its ids."""
        members = {
            "entity": self.entity,
            "features": self._features(),
            "service": self.service,
            "services": None if self.services is None else list(self.services),
            "inputs": inputs_in_body(self.inputs),
            "metadata": self.metadata or None,
            "latency_budget_ms": self.latency_budget_ms,
            "on_invalid_id": self.on_invalid_id,
            "as_of": time_text("as_of", self.as_of),
        }
        return {name: value for name, value in members.items() if value is not None}

    def in_query(self) -> dict[str, str | None]:
        """Returns the parameters of a single read."""
        body = self.in_body()
        inputs = body.get("inputs")
        return {
            "features": ",".join(body["features"]) if "features" in body else None,
            "service": ",".join(body["services"]) if "services" in body else self.service,
            "entity": self.entity,
            "inputs": None if inputs is None else json.dumps(inputs, separators=(",", ":"), ensure_ascii=False),
            "metadata": "true" if self.metadata else None,
            "latency_budget_ms": None if self.latency_budget_ms is None else str(self.latency_budget_ms),
            "as_of": body.get("as_of"),
        }

    def _features(self) -> list[str] | None:
        if self.features is None or isinstance(self.features, str):
            return None if self.features is None else [self.features]
        return list(self.features)

    @property
    def max_ids(self) -> int:
        """Ids of one request."""
        return MAX_IDS if self.as_of is None else MAX_AS_OF_IDS


def get_request(id: EntityId, key_order: Sequence[str] | None, choice: Choice, options: CallOptions) -> Request:
    """Builds a single read."""
    return Request("GET", f"/api/features/{id_in_path(id, key_order)}", query=choice.in_query(), options=options)


def batch_request(
    ids: Sequence[BodyId],
    choice: Choice,
    options: CallOptions,
    inputs_by_row: Sequence[object] | None = None,
    *,
    first_row: int | None = None,
) -> Request:
    """Builds a batch of at most `choice.max_ids` ids. `first_row` is its place in a larger batch, if it is a part."""
    body = {"ids": ids, **choice.in_body()}
    if inputs_by_row is not None:
        body["inputs_by_row"] = inputs_by_row
    return Request(
        "POST",
        "/api/features/batch",
        body=body,
        safe=True,
        waits_for_limit=first_row is not None,
        first_row=first_row or 0,
        options=options,
    )


def batch_requests(
    ids: Sequence[BodyId],
    choice: Choice,
    options: CallOptions,
    inputs_by_row: Iterable[Mapping[str, object]] | None = None,
    *,
    first_row: int | None = None,
) -> list[Request]:
    """Builds the requests of a batch of any size. `first_row` is its place in a larger batch, if it is a part."""
    inputs = inputs_by_row_in_body(inputs_by_row)
    size = choice.max_ids
    starts = range(0, max(1, len(ids)), size)
    if first_row is None and len(starts) > 1:
        first_row = 0
    return [
        batch_request(
            ids[start : start + size],
            choice,
            options,
            None if inputs is None else inputs[start : start + size],
            first_row=None if first_row is None else first_row + start,
        )
        for start in starts
    ]


def stream_requests(
    ids: Iterable[EntityId], choice: Choice, options: CallOptions, size: int
) -> Iterator[tuple[list[BodyId], list[Request]]]:
    """Builds the requests of any number of ids, for `size` ids at a time, no further than needed."""
    check_ids(ids)
    first_row = 0
    for chunk in chunks_of(ids, size):
        sent = ids_in_body(chunk)
        yield sent, batch_requests(sent, choice, options, first_row=first_row)
        first_row += len(sent)


def read_batch_arrow(transport: Transport, requests: Sequence[Request]) -> ArrowBatch:
    """Sends the requests of a batch and reads their answers as a table."""
    return arrow_batch_of(transport.send_all([replace(request, accept=ARROW_STREAM) for request in requests]))


class Features:
    """Reads features: `client.features`."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def get(
        self,
        id: EntityId,
        *,
        features: str | Sequence[str] | None = None,
        service: str | None = None,
        services: Sequence[str] | None = None,
        entity: str | None = None,
        key_order: Sequence[str] | None = None,
        inputs: Mapping[str, object] | None = None,
        metadata: bool = False,
        latency_budget_ms: int | None = None,
        as_of: str | datetime | None = None,
        **call: Unpack[CallKeywords],
    ) -> FeatureRow:
        """Reads the features of one entity; an unknown one has the status `unknown_entity`.

        `features` names views and features, `"view"`, `"view.feature"`, `"view@2.feature"`; `service` and `services`
        name feature services. By default all promoted views of the entity are read. `entity` is needed only if neither
        these nor the server's default determine it. A key of several parts is a dictionary with `key_order`.

        `inputs` are those of the service, sent in the URL: send long vectors with `get_batch`. `metadata` requests the
        version, generation and times of each view. Views that take longer than `latency_budget_ms` have the status
        `timeout`. `as_of` reads the values as they were known at a past time.

        Errors: `NotFoundError` for an unknown view, feature or service.

        >>> row = client.features.get(7, features=["speech_sentiment"])  # doctest: +SKIP
        >>> row.status, row.features["speech_sentiment"]["sentiment"]  # doctest: +SKIP
        ('complete', 'positive')
        """
        choice = Choice(features, service, services, entity, inputs, metadata, latency_budget_ms, as_of)
        return read_row(id, key_order, self._transport.send(get_request(id, key_order, choice, options_of(call))))

    def get_batch(
        self,
        ids: Iterable[EntityId],
        *,
        features: str | Sequence[str] | None = None,
        service: str | None = None,
        services: Sequence[str] | None = None,
        entity: str | None = None,
        inputs: Mapping[str, object] | None = None,
        inputs_by_row: Iterable[Mapping[str, object]] | None = None,
        metadata: bool = False,
        latency_budget_ms: int | None = None,
        as_of: str | datetime | None = None,
        on_invalid_id: OnInvalidId | None = None,
        **call: Unpack[CallKeywords],
    ) -> FeatureBatch:
        """Reads the features of many entities. Rows follow the order and repeats of `ids`; an unknown id is no error.

        `ids` may be an array or a series. More than 1,000 ids (100 with `as_of`) become several requests, four at a
        time; `deadline` holds for all of them. Only the rows of one request are of one generation.

        `inputs_by_row` has the service's inputs for each id and overrides `inputs`. With `on_invalid_id="null"` a
        malformed id fails only its row, and `errors` says why. The other options are those of `get`.

        >>> batch = client.features.get_batch([7, 8], service="party_predictor")  # doctest: +SKIP
        >>> [row.status for row in batch.rows]  # doctest: +SKIP
        ['complete', 'complete']
        """
        choice = Choice(features, service, services, entity, inputs, metadata, latency_budget_ms, as_of, on_invalid_id)
        sent = ids_in_body(ids)
        requests = batch_requests(sent, choice, options_of(call), inputs_by_row)
        return read_batch(
            sent, self._transport.send_all(requests), partial(read_batch_arrow, self._transport, requests)
        )

    def get_batch_arrow(
        self,
        ids: Iterable[EntityId],
        *,
        inputs_by_row: Iterable[Mapping[str, object]] | None = None,
        **options: Unpack[BatchKeywords],
    ) -> ArrowBatch:
        """Reads the features of many entities as a table with exact types. The options are those of `get_batch`.

        >>> client.features.get_batch_arrow([7, 8], service="party_predictor").to_df()  # doctest: +SKIP
        """
        choice, call = split_options(Choice, options)
        requests = batch_requests(ids_in_body(ids), choice, call, inputs_by_row)
        return read_batch_arrow(self._transport, requests)

    def stream(self, ids: Iterable[EntityId], **options: Unpack[BatchKeywords]) -> Iterator[FeatureRow]:
        """Reads the features of any number of entities, row by row, in order. `ids` may be a generator.

        Requests of 1,000 ids are sent ahead, four at a time; `deadline` holds for each. The options are those of
        `get_batch`.

        >>> for row in client.features.stream(range(1_000_000), features=["speech_sentiment"]):  # doctest: +SKIP
        ...     write(row.id, row.features)
        """
        choice, call = split_options(Choice, options)
        requests = stream_requests(ids, choice, call, choice.max_ids)
        for batch in map_in_order(self._read_part, requests):
            yield from batch.rows

    def _read_part(self, part: tuple[list[BodyId], list[Request]]) -> FeatureBatch:
        sent, requests = part
        return read_batch(sent, [self._transport.send(request) for request in requests])


class AsyncFeatures:
    """Reads features: `client.features` of `AsyncClient`."""

    def __init__(self, transport: AsyncTransport) -> None:
        self._transport = transport

    async def get(
        self, id: EntityId, *, key_order: Sequence[str] | None = None, **options: Unpack[ReadKeywords]
    ) -> FeatureRow:
        """Reads the features of one entity, as `Features.get`."""
        choice, call = split_options(Choice, options)
        return read_row(id, key_order, await self._transport.send(get_request(id, key_order, choice, call)))

    async def get_batch(
        self,
        ids: Iterable[EntityId],
        *,
        inputs_by_row: Iterable[Mapping[str, object]] | None = None,
        **options: Unpack[BatchKeywords],
    ) -> FeatureBatch:
        """Reads the features of many entities, as `Features.get_batch`."""
        choice, call = split_options(Choice, options)
        sent = ids_in_body(ids)
        requests = batch_requests(sent, choice, call, inputs_by_row)
        return read_batch(sent, await self._transport.send_all(requests))

    async def get_batch_arrow(
        self,
        ids: Iterable[EntityId],
        *,
        inputs_by_row: Iterable[Mapping[str, object]] | None = None,
        **options: Unpack[BatchKeywords],
    ) -> ArrowBatch:
        """Reads the features of many entities as a table, as `Features.get_batch_arrow`."""
        choice, call = split_options(Choice, options)
        requests = batch_requests(ids_in_body(ids), choice, call, inputs_by_row)
        return arrow_batch_of(
            await self._transport.send_all([replace(request, accept=ARROW_STREAM) for request in requests])
        )

    async def stream(self, ids: Iterable[EntityId], **options: Unpack[BatchKeywords]) -> AsyncIterator[FeatureRow]:
        """Reads the features of any number of entities, as `Features.stream`: `async for row in ….stream(ids)`."""
        choice, call = split_options(Choice, options)
        for sent, requests in stream_requests(ids, choice, call, PARALLEL * choice.max_ids):
            for row in read_batch(sent, await gather_in_order(self._transport.send, requests)).rows:
                yield row
