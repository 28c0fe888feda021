"""Reads the registry's feature views."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from ._answer import Items, build, build_items, document_of
from ._request import Request, Response, options_of, segment

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from typing_extensions import Unpack

    from ._async_transport import AsyncTransport
    from ._request import CallKeywords, ResponseInfo
    from ._transport import Transport

Against = Literal["previous", "baseline"]


@dataclass(frozen=True)
class _Version:
    """The members of a version of a view, brief or with its definition."""

    name: str
    version: int
    promoted: bool
    state: Literal["active", "deprecated", "retired"]
    deprecation: Mapping[str, Any] | None = field(repr=False)
    """`since`, `sunset` and `successor`; None while it is active."""
    entity: str
    scope: Literal["tenant", "shared"]
    description: str | None
    owner: str | None
    tags: Sequence[str]
    ttl_seconds: float | None
    freshness_seconds: float | None
    """The maximum age of the served generation, as its definition promises."""
    served: Mapping[str, Any] | None
    """`generation`, `as_of`, `published_at`, `rows`; None until it is materialized for the first time."""


@dataclass(frozen=True)
class FeatureViewSummary(_Version):
    """One version of a view, briefly."""

    features: Sequence[str]
    """Names, sorted."""


@dataclass(frozen=True)
class FeatureView:
    """The versions of a view, newest first."""

    name: str
    promoted: int
    next: int | None
    """The version that will be promoted as soon as it can be read."""
    versions: Sequence[FeatureViewSummary]
    vector_search: Sequence[Mapping[str, Any]] | None = field(repr=False)
    """Per vector: `generation`, `rows`, `index`, `recall`. None without vectors, or if it is unknown."""
    response: ResponseInfo = field(repr=False, compare=False)


@dataclass(frozen=True)
class FeatureViewVersion(_Version):
    """One version of a view with its definition."""

    features: Sequence[Mapping[str, Any]] = field(repr=False)
    """`name`, `type`, `nullable`, `description`, `unit`, contracts."""
    key: Sequence[Mapping[str, str]]
    """`name` and `type` of each part, in the order of a path."""
    source: str
    meaning_hash: str = field(repr=False)
    document_hash: str = field(repr=False)
    applied_at: str
    sql: str = field(repr=False)
    """The SQL that materializes it."""
    definition: Mapping[str, Any] = field(repr=False)
    response: ResponseInfo = field(repr=False, compare=False)


@dataclass(frozen=True)
class FeatureViewProfile:
    """The distribution of each feature in one generation."""

    view: str
    version: int
    generation: int
    as_of: str
    published_at: str | None
    tenant: str | None
    rows: int
    scopes: Mapping[str, int] | None = field(repr=False)
    """Rows of the 100 largest tenants; None for a shared view."""
    drift: Sequence[Mapping[str, Any]] = field(repr=False)
    features: Mapping[str, Mapping[str, Any]] = field(repr=False)
    """By name: nulls, distinct values, extremes, mean, deviation, quantiles, histogram, frequent values."""
    response: ResponseInfo = field(repr=False, compare=False)


@dataclass(frozen=True)
class FeatureViewDrift:
    """A comparison of two generations, feature by feature."""

    view: str
    version: int
    tenant: str | None
    against: Literal["previous", "baseline", "generation"]
    baseline: Mapping[str, Any]
    current: Mapping[str, Any]
    features: Sequence[Mapping[str, Any]] = field(repr=False)
    """`psi`, `jensen_shannon`, `kolmogorov_smirnov`, `null_shift`, and in `exceeded` those that reach a threshold."""
    response: ResponseInfo = field(repr=False, compare=False)


def list_request(call: CallKeywords) -> Request:
    """Builds the request of `list`."""
    return Request("GET", "/api/feature-views", options=options_of(call))


def view_request(name: str, more: str, query: Mapping[str, object], call: CallKeywords) -> Request:
    """Builds a request about one view. Parameters that are None are left out."""
    text = {key: None if value is None else str(value) for key, value in query.items()}
    path = f"/api/feature-views/{segment('name', name)}{more}"
    return Request("GET", path, query=text, options=options_of(call))


def read_list(response: Response) -> Items[FeatureViewSummary]:
    """Reads the answer of `list`."""
    return build_items(FeatureViewSummary, "feature_views", response)


def read_view(response: Response) -> FeatureView:
    """Reads the answer of `get`."""
    document = document_of(response, name=str, promoted=int, versions=list)
    versions = [build(FeatureViewSummary, each, response) for each in document["versions"]]
    search = document.get("vector_search")
    return FeatureView(document["name"], document["promoted"], document.get("next"), versions, search, response.info)


def read_version(response: Response) -> FeatureViewVersion:
    """Reads the answer of `get_version`."""
    return build(FeatureViewVersion, document_of(response, features=list), response)


def read_profile(response: Response) -> FeatureViewProfile:
    """Reads the answer of `profile`."""
    return build(FeatureViewProfile, document_of(response, features=dict), response)


def read_drift(response: Response) -> FeatureViewDrift:
    """Reads the answer of `drift`."""
    return build(FeatureViewDrift, document_of(response, features=list), response)


class FeatureViews:
    """Reads feature views: `client.feature_views`."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(self, **call: Unpack[CallKeywords]) -> Items[FeatureViewSummary]:
        """Lists the promoted version of every view, by name.

        >>> [view.name for view in client.feature_views.list()]  # doctest: +SKIP
        ['speaker_profile', 'speech_profile', 'speech_sentiment']
        """
        return read_list(self._transport.send(list_request(call)))

    def get(self, name: str, **call: Unpack[CallKeywords]) -> FeatureView:
        """Gets the versions of a view. Errors: `NotFoundError`."""
        return read_view(self._transport.send(view_request(name, "", {}, call)))

    def get_version(self, name: str, version: int, **call: Unpack[CallKeywords]) -> FeatureViewVersion:
        """Gets one version with its definition, SQL and freshness. Errors: `NotFoundError`."""
        return read_version(self._transport.send(view_request(name, f"/versions/{int(version)}", {}, call)))

    def profile(
        self, name: str, *, version: int | None = None, generation: int | None = None, **call: Unpack[CallKeywords]
    ) -> FeatureViewProfile:
        """Reads the profile of a generation; by default that of the served generation of the promoted version.

        >>> client.feature_views.profile("speech_sentiment").features["confidence"]["mean"]  # doctest: +SKIP
        0.61
        """
        query = {"version": version, "generation": generation}
        return read_profile(self._transport.send(view_request(name, "/profile", query, call)))

    def drift(
        self,
        name: str,
        *,
        version: int | None = None,
        generation: int | None = None,
        against: Against | None = None,
        baseline: int | None = None,
        **call: Unpack[CallKeywords],
    ) -> FeatureViewDrift:
        """Compares two generations: by default the served one with the published one before it.

        `against="baseline"` compares with the chosen baseline, and `baseline` with the generation of that number.
        """
        query = {"version": version, "generation": generation, "against": against, "baseline": baseline}
        return read_drift(self._transport.send(view_request(name, "/drift", query, call)))


class AsyncFeatureViews:
    """Reads feature views: `client.feature_views` of `AsyncClient`."""

    def __init__(self, transport: AsyncTransport) -> None:
        self._transport = transport

    async def list(self, **call: Unpack[CallKeywords]) -> Items[FeatureViewSummary]:
        """Lists the promoted version of every view, by name."""
        return read_list(await self._transport.send(list_request(call)))

    async def get(self, name: str, **call: Unpack[CallKeywords]) -> FeatureView:
        """Gets the versions of a view. Errors: `NotFoundError`."""
        return read_view(await self._transport.send(view_request(name, "", {}, call)))

    async def get_version(self, name: str, version: int, **call: Unpack[CallKeywords]) -> FeatureViewVersion:
        """Gets one version with its definition, SQL and freshness. Errors: `NotFoundError`."""
        return read_version(await self._transport.send(view_request(name, f"/versions/{int(version)}", {}, call)))

    async def profile(
        self, name: str, *, version: int | None = None, generation: int | None = None, **call: Unpack[CallKeywords]
    ) -> FeatureViewProfile:
        """Reads the profile of a generation, as `FeatureViews.profile`."""
        query = {"version": version, "generation": generation}
        return read_profile(await self._transport.send(view_request(name, "/profile", query, call)))

    async def drift(
        self,
        name: str,
        *,
        version: int | None = None,
        generation: int | None = None,
        against: Against | None = None,
        baseline: int | None = None,
        **call: Unpack[CallKeywords],
    ) -> FeatureViewDrift:
        """Compares two generations, as `FeatureViews.drift`."""
        query = {"version": version, "generation": generation, "against": against, "baseline": baseline}
        return read_drift(await self._transport.send(view_request(name, "/drift", query, call)))
