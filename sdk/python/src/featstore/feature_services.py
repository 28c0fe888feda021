"""Reads the registry's feature services."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ._answer import Items, build, build_items, document_of, unexpected
from ._request import Request, Response, options_of, segment

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from typing_extensions import Unpack

    from ._async_transport import AsyncTransport
    from ._request import CallKeywords, ResponseInfo
    from ._transport import Transport


@dataclass(frozen=True)
class FeatureService:
    """One version of a service: a named selection of features for one model."""

    name: str
    version: int
    promoted: bool
    entity: str
    features: Sequence[str]
    """`view@version.feature` in the model's input order."""
    through: Mapping[str, str] = field(repr=False)
    """For features of another entity: the feature that holds that entity's key."""
    inputs: Sequence[Mapping[str, Any]] = field(repr=False)
    """Values that a request sends: `name`, `type`, `nullable`, `description`."""
    computed: Sequence[Mapping[str, Any]] = field(repr=False)
    """Features that are computed on read; they follow `features`."""
    description: str | None
    owner: str | None
    tags: Sequence[str]
    applied_at: str


@dataclass(frozen=True)
class FeatureServiceVersions:
    """The versions of a service, newest first."""

    name: str
    promoted: int
    next: int | None
    """The version that will be promoted as soon as it can be read."""
    versions: Sequence[FeatureService]
    response: ResponseInfo = field(repr=False, compare=False)


def list_request(call: CallKeywords) -> Request:
    """Builds the request of `list`."""
    return Request("GET", "/api/feature-services", options=options_of(call))


def get_request(name: str, call: CallKeywords) -> Request:
    """Builds the request of `get`."""
    return Request("GET", f"/api/feature-services/{segment('name', name)}", options=options_of(call))


def read_list(response: Response) -> Items[FeatureService]:
    """Reads the answer of `list`."""
    return build_items(FeatureService, "feature_services", response)


def read_versions(response: Response) -> FeatureServiceVersions:
    """Reads the answer of `get`."""
    document = document_of(response, name=str, promoted=int, versions=list)
    versions = [build(FeatureService, each, response) for each in document["versions"]]
    if not versions:
        raise unexpected(response)
    return FeatureServiceVersions(document["name"], document["promoted"], document.get("next"), versions, response.info)


class FeatureServices:
    """Reads feature services: `client.feature_services`."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(self, **call: Unpack[CallKeywords]) -> Items[FeatureService]:
        """Lists every version of every service, by name, newest first."""
        return read_list(self._transport.send(list_request(call)))

    def get(self, name: str, **call: Unpack[CallKeywords]) -> FeatureServiceVersions:
        """Gets the versions of a service. Errors: `NotFoundError`.

        >>> client.feature_services.get("party_predictor").versions[0].features  # doctest: +SKIP
        ['speech_profile@1.year', 'speech_sentiment@1.sentiment']
        """
        return read_versions(self._transport.send(get_request(name, call)))


class AsyncFeatureServices:
    """Reads feature services: `client.feature_services` of `AsyncClient`."""

    def __init__(self, transport: AsyncTransport) -> None:
        self._transport = transport

    async def list(self, **call: Unpack[CallKeywords]) -> Items[FeatureService]:
        """Lists every version of every service, by name, newest first."""
        return read_list(await self._transport.send(list_request(call)))

    async def get(self, name: str, **call: Unpack[CallKeywords]) -> FeatureServiceVersions:
        """Gets the versions of a service. Errors: `NotFoundError`."""
        return read_versions(await self._transport.send(get_request(name, call)))
