"""The client for asyncio and trio, whose nouns are made when they are first used."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NoReturn

from ._async_transport import AsyncTransport
from ._settings import settings_of

if TYPE_CHECKING:
    from typing_extensions import Self, Unpack

    from ._request import CallKeywords
    from ._settings import ClientKeywords
    from .datasets import AsyncDatasets
    from .embeddings import AsyncEmbeddings
    from .feature_services import AsyncFeatureServices
    from .feature_views import AsyncFeatureViews
    from .features import AsyncFeatures
    from .health import Health
    from .keys import AsyncKeys
    from .runs import AsyncRuns
    from .training_sets import AsyncTrainingSets
    from .usage import AsyncUsage


class AsyncClient:
    """The same as `Client`, with `await`. It needs the extra `featstore-client[async]`.

    A cancelled call ends at once, also during a pause. Use it within one event loop.

    >>> async with featstore.AsyncClient("http://localhost:8080", api_key) as client:  # doctest: +SKIP
    ...     await client.features.get(7, features=["speech_sentiment"])
    """

    def __init__(self, url: str | None = None, api_key: str | None = None, **options: Unpack[ClientKeywords]) -> None:
        self._transport = AsyncTransport(settings_of(url, api_key, **options))

    @cached_property
    def features(self) -> AsyncFeatures:
        """Reads features."""
        from .features import AsyncFeatures

        return AsyncFeatures(self._transport)

    @cached_property
    def embeddings(self) -> AsyncEmbeddings:
        """Reads and searches vectors."""
        from .embeddings import AsyncEmbeddings

        return AsyncEmbeddings(self._transport)

    @cached_property
    def feature_views(self) -> AsyncFeatureViews:
        """Reads the registry's feature views."""
        from .feature_views import AsyncFeatureViews

        return AsyncFeatureViews(self._transport)

    @cached_property
    def feature_services(self) -> AsyncFeatureServices:
        """Reads the registry's feature services."""
        from .feature_services import AsyncFeatureServices

        return AsyncFeatureServices(self._transport)

    @cached_property
    def training_sets(self) -> AsyncTrainingSets:
        """Makes training sets."""
        from .training_sets import AsyncTrainingSets

        return AsyncTrainingSets(self._transport)

    @cached_property
    def runs(self) -> AsyncRuns:
        """Lists the runs that compute feature views."""
        from .runs import AsyncRuns

        return AsyncRuns(self._transport)

    @cached_property
    def keys(self) -> AsyncKeys:
        """Manages API keys."""
        from .keys import AsyncKeys

        return AsyncKeys(self._transport)

    @cached_property
    def usage(self) -> AsyncUsage:
        """Reads what was used of the limits."""
        from .usage import AsyncUsage

        return AsyncUsage(self._transport)

    @cached_property
    def datasets(self) -> AsyncDatasets:
        """Reads datasets."""
        from .datasets import AsyncDatasets

        return AsyncDatasets(self._transport)

    async def health(self, **call: Unpack[CallKeywords]) -> Health:
        """Reads the server's health, which needs no key. `status` is `ok`, `degraded` or `unavailable`."""
        from .health import health_request, read_health

        return read_health(await self._transport.send(health_request(call)))

    async def close(self) -> None:
        """Closes the connections. A later call opens new ones."""
        await self._transport.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._transport.settings.base_url!r})"

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a client cannot be pickled or copied: create one in each process")
