"""The client, whose nouns are made when they are first used."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NoReturn

from ._settings import settings_of
from ._transport import Transport

if TYPE_CHECKING:
    from collections.abc import Mapping

    from typing_extensions import Self, Unpack

    from ._request import CallKeywords
    from .datasets import Datasets
    from .embeddings import Embeddings
    from .feature_services import FeatureServices
    from .feature_views import FeatureViews
    from .features import Features
    from .health import Health
    from .keys import Keys
    from .runs import Runs
    from .training_sets import TrainingSets
    from .usage import Usage


class Client:
    """A client of a Featstore server. Threads may share it. It keeps connections open until `close()`.

    `url` may have a path before `/api`. `url` and `api_key` default to the environment variables `FEATSTORE_URL` and
    `FEATSTORE_API_KEY`; without a key, only public datasets can be read. `timeout` limits an attempt including its
    body, and `deadline` the whole call with its pauses, both in seconds. A call makes up to 1 + `retries` attempts if
    it is safe to repeat. `headers` are sent with every request.

    Errors: `InvalidCallError` for an unusable URL, key or option.

    >>> with featstore.Client("http://localhost:8080", api_key) as client:  # doctest: +SKIP
    ...     client.features.get(7, features=["speech_sentiment"]).features
    {'speech_sentiment': {'sentiment': 'positive', 'confidence': 0.53}}
    """

    def __init__(
        self,
        url: str | None = None,
        api_key: str | None = None,
        *,
        timeout: float = 30.0,
        deadline: float = 120.0,
        retries: int = 2,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self._transport = Transport(
            settings_of(url, api_key, timeout=timeout, deadline=deadline, retries=retries, headers=headers)
        )

    @cached_property
    def features(self) -> Features:
        """Reads features."""
        from .features import Features

        return Features(self._transport)

    @cached_property
    def embeddings(self) -> Embeddings:
        """Reads and searches vectors."""
        from .embeddings import Embeddings

        return Embeddings(self._transport)

    @cached_property
    def feature_views(self) -> FeatureViews:
        """Reads the registry's feature views."""
        from .feature_views import FeatureViews

        return FeatureViews(self._transport)

    @cached_property
    def feature_services(self) -> FeatureServices:
        """Reads the registry's feature services."""
        from .feature_services import FeatureServices

        return FeatureServices(self._transport)

    @cached_property
    def training_sets(self) -> TrainingSets:
        """Makes training sets."""
        from .training_sets import TrainingSets

        return TrainingSets(self._transport)

    @cached_property
    def runs(self) -> Runs:
        """Lists the runs that compute feature views."""
        from .runs import Runs

        return Runs(self._transport)

    @cached_property
    def keys(self) -> Keys:
        """Manages API keys."""
        from .keys import Keys

        return Keys(self._transport)

    @cached_property
    def usage(self) -> Usage:
        """Reads what was used of the limits."""
        from .usage import Usage

        return Usage(self._transport)

    @cached_property
    def datasets(self) -> Datasets:
        """Reads datasets."""
        from .datasets import Datasets

        return Datasets(self._transport)

    def health(self, **call: Unpack[CallKeywords]) -> Health:
        """Reads the server's health, which needs no key. `status` is `ok`, `degraded` or `unavailable`."""
        from .health import health_request, read_health

        return read_health(self._transport.send(health_request(call)))

    def close(self) -> None:
        """Closes the connections. A later call opens new ones."""
        self._transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._transport.settings.base_url!r})"

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a client cannot be pickled or copied: create one in each process")
