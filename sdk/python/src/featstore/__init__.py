"""The Python client of the Featstore feature store.

>>> import featstore
>>> client = featstore.Client("http://localhost:8080", api_key)  # doctest: +SKIP
>>> client.features.get(7, features=["speech_sentiment"]).features  # doctest: +SKIP
{'speech_sentiment': {'sentiment': 'positive', 'confidence': 0.53}}

Each name is imported from its module on first use, so that `import featstore` costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from ._version import __version__ as __version__

if TYPE_CHECKING:
    from ._datasets.errors import ExportFailedError as ExportFailedError
    from ._datasets.errors import FileChangedError as FileChangedError
    from ._datasets.errors import LocalFileError as LocalFileError
    from ._datasets.errors import RangeIgnoredError as RangeIgnoredError
    from ._datasets.errors import SelectionError as SelectionError
    from ._datasets.transfer_options import DownloadProgress as DownloadProgress
    from ._errors import ApiError as ApiError
    from ._errors import AuthenticationError as AuthenticationError
    from ._errors import BadRequestError as BadRequestError
    from ._errors import ChecksumError as ChecksumError
    from ._errors import ConflictError as ConflictError
    from ._errors import ConnectionError as ConnectionError
    from ._errors import FeatstoreError as FeatstoreError
    from ._errors import GoneError as GoneError
    from ._errors import InvalidCallError as InvalidCallError
    from ._errors import MethodNotAllowedError as MethodNotAllowedError
    from ._errors import NotFoundError as NotFoundError
    from ._errors import PayloadTooLargeError as PayloadTooLargeError
    from ._errors import PermissionDeniedError as PermissionDeniedError
    from ._errors import RateLimitError as RateLimitError
    from ._errors import ServerError as ServerError
    from ._errors import TimeoutError as TimeoutError
    from ._errors import TrainingSetFailedError as TrainingSetFailedError
    from ._errors import UnavailableError as UnavailableError
    from ._errors import UnexpectedAnswerError as UnexpectedAnswerError
    from ._errors import UnsupportedMediaTypeError as UnsupportedMediaTypeError
    from ._extras import MissingExtraError as MissingExtraError
    from ._request import ResponseInfo as ResponseInfo
    from .async_client import AsyncClient as AsyncClient
    from .client import Client as Client
    from .feast import FeatureStore as FeatureStore

# The module of each public name.
_MODULES = {
    "ApiError": "_errors",
    "AsyncClient": "async_client",
    "AuthenticationError": "_errors",
    "BadRequestError": "_errors",
    "ChecksumError": "_errors",
    "Client": "client",
    "ConflictError": "_errors",
    "ConnectionError": "_errors",
    "DownloadProgress": "_datasets.transfer_options",
    "ExportFailedError": "_datasets.errors",
    "FeatstoreError": "_errors",
    "FeatureStore": "feast",
    "FileChangedError": "_datasets.errors",
    "GoneError": "_errors",
    "InvalidCallError": "_errors",
    "LocalFileError": "_datasets.errors",
    "MethodNotAllowedError": "_errors",
    "MissingExtraError": "_extras",
    "NotFoundError": "_errors",
    "PayloadTooLargeError": "_errors",
    "PermissionDeniedError": "_errors",
    "RangeIgnoredError": "_datasets.errors",
    "RateLimitError": "_errors",
    "ResponseInfo": "_request",
    "SelectionError": "_datasets.errors",
    "ServerError": "_errors",
    "TimeoutError": "_errors",
    "TrainingSetFailedError": "_errors",
    "UnavailableError": "_errors",
    "UnexpectedAnswerError": "_errors",
    "UnsupportedMediaTypeError": "_errors",
}


def __getattr__(name: str) -> object:
    module = _MODULES.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(f".{module}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *_MODULES])
